/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/json_token.h"

#include "../check_main.h"

#include <string.h>

static void
string_is(const char *text, const char *expected)
{
	struct arena *arena = arena_new(0);
	struct json_read read = { .at = text, .end = text + strlen(text), .line_start = text, .line = 1,
	    .name = "t",
		.arena = arena };
	size_t length = 99;
	char *string = json_read_string(&read, &length);

	ck_assert_ptr_nonnull(string);
	ck_assert_str_eq(string, expected);
	ck_assert_uint_eq(length, strlen(expected));
	ck_assert_ptr_eq(read.at, read.end);
	arena_free(&arena);
}

static void
string_fails(const char *bytes, size_t size, const char *rule, int column, const char *text)
{
	struct arena *arena = arena_new(0);
	struct ehds_error error;
	struct json_read read = { .at = bytes, .end = bytes + size, .line_start = bytes, .line = 1,
	    .name = "t",
		.arena = arena, .error = &error };
	size_t length;

	ck_assert_ptr_null(json_read_string(&read, &length));
	ck_assert_str_eq(error.text, text);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_int_eq(error.column, column);
	arena_free(&arena);
}

#define STRING_FAILS(bytes, rule, column, text) string_fails(bytes, sizeof(bytes) - 1, rule, column, text)

START_TEST(escapes_stand_for_the_characters_of_rfc_8259)
{
	string_is("\"\"", "");
	string_is("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "a\"\\/\b\f\n\r\tz");
	string_is("\"\\u0041\\u00e9\\u20AC\\ufffd\"", "A\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBD");
	/* The example of section 7: the G clef, U+1D11E. */
	string_is("\"\\uD834\\uDD1E\"", "\xF0\x9D\x84\x9E");
	string_is("\"\\udbff\\udfff\"", "\xF4\x8F\xBF\xBF");
	string_is("\"\xC3\xA9\x7F\"", "\xC3\xA9\x7F");
}
END_TEST

START_TEST(refuses_strings_that_are_not_closed_or_not_escaped)
{
	STRING_FAILS("\"abc", "json-syntax", 1, "a string that is not closed");
	STRING_FAILS("\"", "json-syntax", 1, "a string that is not closed");
	STRING_FAILS("\"a\\\"", "json-syntax", 1, "a string that is not closed");
	STRING_FAILS("\"a\\", "json-syntax", 1, "a string that is not closed");
	STRING_FAILS("\"a\tb\"", "json-syntax", 3, "control character 0x09 in a string: it must be escaped");
	STRING_FAILS("\"a\0b\"", "json-syntax", 3, "control character 0x00 in a string: it must be escaped");
	STRING_FAILS("\"a\\x41\"", "json-syntax", 3, "a backslash before a character that is not escaped so");
	STRING_FAILS("\"a\\'\"", "json-syntax", 3, "a backslash before a character that is not escaped so");
	STRING_FAILS("\"\\u12g4\"", "json-syntax", 2, "\\u without four hexadecimal digits");
	STRING_FAILS("\"\\u12\"", "json-syntax", 2, "\\u without four hexadecimal digits");
}
END_TEST

START_TEST(refuses_nul_and_half_of_a_surrogate_pair)
{
	STRING_FAILS("\"\\u0000\"", "json-encoding", 2, "\\u0000: a text has no NUL character");
	STRING_FAILS("\"\\ud800\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\udc00\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\ud800\\ud800\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\ud800\\u0041\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\ud800\\n\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\ud800\\u00\"", "json-encoding", 2, "half of a surrogate pair");
	STRING_FAILS("\"\\udc00\\ud800\"", "json-encoding", 2, "half of a surrogate pair");
}
END_TEST

/* How many bytes of the text are a number; -1 for none. */
static int
number(const char *text)
{
	struct json_read read = { .at = text, .end = text + strlen(text) };
	const char *end = json_number_end(&read, text);

	return end == NULL ? -1 : (int)(end - text);
}

START_TEST(numbers_follow_the_grammar_of_rfc_8259)
{
	static const char *const numbers[] = { "0", "-0", "10", "-12.50", "0.000", "1e5", "1E+05",
	    "1.5e-10", "0e0" };
	static const char *const others[] = { "", "-", "+1", ".5", "01", "-01", "1.", "1.e5", "1e", "1e+",
	    "-a", "00" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ck_assert_int_eq(number(numbers[i]), (int)strlen(numbers[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(number(others[i]) == -1, "'%s' is no number", others[i]);
	ck_assert_int_eq(number("12]"), 2);
	ck_assert_int_eq(number("0x10"), 1);
}
END_TEST

START_TEST(refuses_what_begins_like_a_number_and_is_none)
{
	struct arena *arena = arena_new(0);
	const struct json *root;
	struct ehds_error error;

	ck_assert_int_eq(json_parse(&root, "[1, 01]", 7, "t", &json_limits_default, arena, &error), -1);
	ck_assert_str_eq(error.text, "not a number as JSON writes it (RFC 8259, section 6)");
	ck_assert_str_eq(error.rule, "json-syntax");
	ck_assert_int_eq(error.column, 5);
	arena_free(&arena);
}
END_TEST

TESTS("format/json_token", escapes_stand_for_the_characters_of_rfc_8259,
    refuses_strings_that_are_not_closed_or_not_escaped, refuses_nul_and_half_of_a_surrogate_pair,
    numbers_follow_the_grammar_of_rfc_8259, refuses_what_begins_like_a_number_and_is_none)
