/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/yaml.h"

#include "../check_main.h"

/* The forms of the YAML 1.1 type repository: bool, null, int, float, merge, value. */
START_TEST(names_what_another_reader_would_read)
{
	static const struct {
		const char *text, *meaning;
	} cases[] = {
		{ "NO", "boolean" }, { "n", "boolean" }, { "Y", "boolean" }, { "yes", "boolean" },
		{ "On", "boolean" }, { "off", "boolean" }, { "true", "boolean" }, { "FALSE", "boolean" },
		{ "", "null" }, { "~", "null" }, { "Null", "null" },
		{ "0645", "octal number" }, { "-017", "octal number" }, { "00", "octal number" },
		{ "0o17", "octal number" }, { "089", "number with a leading zero" },
		{ "0x1F", "hexadecimal number" }, { "+0xa_b", "hexadecimal number" },
		{ "0b101", "binary number" },
		{ "190:20:30", "sexagesimal number" }, { "1:30", "sexagesimal number" },
		{ "190:20:30.15", "sexagesimal number" }, { "-1:00", "sexagesimal number" },
		{ "1E5", "number with an exponent" }, { "6.8523015e+5", "number with an exponent" },
		{ "-1e-3", "number with an exponent" }, { "685_230", "number with '_'" },
		{ "1.10", "decimal number" }, { "2026.10", "decimal number" }, { "5.", "decimal number" },
		{ ".5", "decimal number" }, { "+5", "number with a sign" }, { "+1.5", "number with a sign" },
		{ ".inf", "infinity" }, { "-.Inf", "infinity" }, { ".NaN", "not-a-number" },
		{ "<<", "merge key" }, { "=", "default value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yaml_node node = { .kind = YAML_SCALAR, .text = cases[i].text };
		const char *meaning = yaml_trap(&node);

		ck_assert_msg(meaning != NULL, "'%s' is a trap", cases[i].text);
		ck_assert_str_eq(meaning, cases[i].meaning);
		node.quoted = true;
		ck_assert_ptr_null(yaml_trap(&node));
	}
}
END_TEST

START_TEST(leaves_codes_names_and_plain_numbers_alone)
{
	static const char *const plain[] = {
		"0", "7", "42", "-5", "1.5", "0.5", "1.2.250.1.213", "MED-574", "GEN-092.04.24", "no.",
		"nope", "E10.9",
		"1:60", "1:2:345", "12:", ":30", "0:30", "01:30", "2024-01-01", "0x", "0xG", "0b2", "0b",
		"0o8", "1e", "e5", "_1",
		"1-2", "+", "-", ".", "..", "1E5x", "a_b", "NOR", "urn:oid:1.2", "http://loinc.org", "10-",
		"1,5", "5%",
	};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		const struct yaml_node node = { .kind = YAML_SCALAR, .text = plain[i] };

		ck_assert_msg(yaml_trap(&node) == NULL, "'%s' is no %s", plain[i], yaml_trap(&node));
	}
}
END_TEST

START_TEST(only_scalars_are_traps)
{
	const struct yaml_node sequence = { .kind = YAML_SEQUENCE };

	ck_assert_ptr_null(yaml_trap(NULL));
	ck_assert_ptr_null(yaml_trap(&sequence));
}
END_TEST

TESTS("format/yaml_trap", names_what_another_reader_would_read, leaves_codes_names_and_plain_numbers_alone,
    only_scalars_are_traps)
