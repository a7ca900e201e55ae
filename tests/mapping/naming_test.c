#include "mapping/naming.h"

#include "base/arena.h"
#include "base/buffer.h"

#include "../check_main.h"

#include <string.h>

struct set_up {
	struct arena *arena;
	struct ehds_findings lint;
	struct naming *naming;
};

static struct set_up
set_up(void)
{
	struct set_up out = { .arena = arena_new(0), .naming = naming_new() };

	out.lint = findings_new(out.arena);
	return out;
}

static void
add(struct set_up *set_up, const char *text)
{
	struct yaml_file *file;

	ck_assert_int_eq(yaml_parse(&file, text, strlen(text), "naming.yaml", NULL), 0);
	naming_add(set_up->naming, file, &set_up->lint);
	yaml_free(&file);
}

static void
tear_down(struct set_up *set_up)
{
	naming_free(&set_up->naming);
	arena_free(&set_up->arena);
}

/* The first finding, as "LINE:COLUMN: RULE: TEXT". */
static void
assert_mistake(const char *text, const char *expected)
{
	struct set_up up = set_up();
	char line[1200];

	add(&up, text);
	ck_assert_ptr_nonnull(up.lint.first);
	ck_assert_ptr_null(up.lint.first->next);
	ck_assert_str_eq(up.lint.first->file, "naming.yaml");
	snprintf(line, sizeof(line), "%d:%d: %s: %s", up.lint.first->line, up.lint.first->column,
	    up.lint.first->rule, up.lint.first->text);
	ck_assert_str_eq(line, expected);
	tear_down(&up);
}

START_TEST(finds_a_row_by_oid_and_the_oid_by_uri)
{
	struct set_up up = set_up();
	char buffer[64];

	add(&up, "naming:\n  - { oid: 2.16.840.1.113883.6.1, uri: \"http://loinc.org\", name: LOINC }\n");
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 0);
	ck_assert_str_eq(naming_find(up.naming, "2.16.840.1.113883.6.1")->name, "LOINC");
	ck_assert_int_eq(naming_find(up.naming, "2.16.840.1.113883.6.1")->line, 2);
	ck_assert_str_eq(naming_oid(up.naming, "http://loinc.org"), "2.16.840.1.113883.6.1");
	ck_assert_str_eq(naming_uri(up.naming, "2.16.840.1.113883.6.1", buffer, sizeof(buffer)),
	    "http://loinc.org");
	ck_assert_str_eq(naming_uri(up.naming, "urn:oid:2.16.840.1.113883.6.1", buffer, sizeof(buffer)),
	    "http://loinc.org");
	ck_assert_ptr_null(naming_find(up.naming, "2.16.840.1.113883.6.2"));
	ck_assert_ptr_null(naming_find(up.naming, NULL));
	tear_down(&up);
}
END_TEST

/* ITU-T X.660 for OIDs, RFC 9562 for UUIDs (output in lower case), RFC 3986 for URIs. */
START_TEST(writes_what_has_no_row_by_its_shape)
{
	struct set_up up = set_up();
	char buffer[64];

	ck_assert_str_eq(naming_uri(up.naming, "2.999.1", buffer, sizeof(buffer)), "urn:oid:2.999.1");
	ck_assert_str_eq(
	    naming_uri(up.naming, "0B2E9A10-1111-4222-8333-ABCDEF012345", buffer, sizeof(buffer)),
	    "urn:uuid:0b2e9a10-1111-4222-8333-abcdef012345");
	ck_assert_str_eq(naming_uri(up.naming, "https://example.org/x", buffer, sizeof(buffer)),
	    "https://example.org/x");
	ck_assert_str_eq(naming_uri(up.naming, "urn:oid:2.999.1", buffer, sizeof(buffer)), "urn:oid:2.999.1");
	ck_assert_ptr_null(naming_uri(up.naming, "3.1", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "2.01", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "2.999.", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "2", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "LOCAL", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "urn:oid:3.1", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "", buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, NULL, buffer, sizeof(buffer)));
	ck_assert_ptr_null(naming_uri(up.naming, "2.999.1", buffer, 8));
	tear_down(&up);
}
END_TEST

START_TEST(knows_the_oid_that_a_uri_spells_out)
{
	struct set_up up = set_up();

	ck_assert_str_eq(naming_oid(up.naming, "urn:oid:2.999.7"), "2.999.7");
	ck_assert_ptr_null(naming_oid(up.naming, "http://example.org"));
	ck_assert_ptr_null(naming_oid(up.naming, NULL));
	tear_down(&up);
}
END_TEST

START_TEST(reads_an_alias_as_the_oid_that_it_stands_for)
{
	struct set_up up = set_up();
	char buffer[64];

	add(&up, "naming:\n  - { oid: 2.999.1, alias: 2.999.2 }\n  - { oid: 2.999.2, alias: 2.999.3 }\n"
	    "  - { oid: 2.999.3, uri: 'http://example.org/c', name: C }\n");
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 0);
	ck_assert_str_eq(naming_find(up.naming, "2.999.1")->name, "C");
	ck_assert_str_eq(naming_uri(up.naming, "2.999.1", buffer, sizeof(buffer)), "http://example.org/c");
	ck_assert_str_eq(naming_oid(up.naming, "http://example.org/c"), "2.999.3");
	tear_down(&up);
}
END_TEST

START_TEST(asks_the_longest_prefix_first_and_the_row_itself_last)
{
	struct set_up up = set_up();
	const struct naming_row *row;

	add(&up, "naming:\n"
	    "  - oid: 2.999.5\n"
	    "    uri: http://example.org/all\n"
	    "    use: official\n"
	    "    schemes:\n"
	    "      - { prefix: \"8\", strip: 1, uri: \"http://example.org/eight\", keep: true,\n"
	    "          type: { system: \"http://example.org/types\", code: EI, display: Eight } }\n"
	    "      - { prefix: \"80\", strip: 2 }\n");
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 0);
	row = naming_find(up.naming, "2.999.5");
	ck_assert_uint_eq(row->scheme_count, 3);
	ck_assert_str_eq(row->schemes[0].prefix, "80");
	ck_assert_uint_eq(row->schemes[0].strip, 2);
	ck_assert(!row->schemes[0].keep);
	ck_assert_str_eq(row->schemes[0].uri, "http://example.org/all");
	ck_assert_str_eq(row->schemes[0].use, "official");
	ck_assert_str_eq(row->schemes[1].prefix, "8");
	ck_assert(row->schemes[1].keep);
	ck_assert_str_eq(row->schemes[1].uri, "http://example.org/eight");
	ck_assert_str_eq(row->schemes[1].type_code, "EI");
	ck_assert_str_eq(row->schemes[1].type_display, "Eight");
	ck_assert_str_eq(row->schemes[2].prefix, "");
	ck_assert_str_eq(row->schemes[2].uri, "http://example.org/all");
	ck_assert_ptr_null(row->schemes[2].type_code);
	tear_down(&up);
}
END_TEST

START_TEST(gives_a_row_without_a_uri_the_uri_of_its_oid)
{
	struct set_up up = set_up();

	add(&up, "naming:\n  - { oid: 2.999.6, name: Local }\n");
	ck_assert_str_eq(naming_find(up.naming, "2.999.6")->uri, "urn:oid:2.999.6");
	ck_assert_str_eq(naming_find(up.naming, "2.999.6")->schemes[0].uri, "urn:oid:2.999.6");
	tear_down(&up);
}
END_TEST

START_TEST(lets_a_later_file_replace_a_row)
{
	struct set_up up = set_up();

	add(&up, "naming:\n  - { oid: 2.999.1, uri: 'http://example.org/old' }\n");
	add(&up, "naming:\n  - { oid: 2.999.1, uri: 'http://example.org/new' }\n  - { oid: 2.999.2, uri: "
	    "'http://example.org/old' }\n");
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 0);
	ck_assert_str_eq(naming_find(up.naming, "2.999.1")->uri, "http://example.org/new");
	ck_assert_str_eq(naming_oid(up.naming, "http://example.org/new"), "2.999.1");
	ck_assert_str_eq(naming_oid(up.naming, "http://example.org/old"), "2.999.2");
	tear_down(&up);
}
END_TEST

START_TEST(holds_ten_thousand_rows)
{
	struct set_up up = set_up();
	struct buffer text = { 0 };
	char oid[32];
	int i;

	buffer_puts(&text, "naming:\n");
	for (i = 0; i < 10000; i++)
		buffer_printf(&text, "  - { oid: 2.999.%d, name: n%d }\n", i, i);
	add(&up, text.data);
	for (i = 0; i < 10000; i++) {
		snprintf(oid, sizeof(oid), "2.999.%d", i);
		ck_assert_int_eq(naming_find(up.naming, oid)->line, i + 2);
	}
	buffer_free(&text);
	tear_down(&up);
}
END_TEST

START_TEST(names_both_lines_of_a_duplicate_oid)
{
	assert_mistake("naming:\n  - { oid: 2.999.1 }\n  - { oid: 2.999.1 }\n",
	    "3:12: lint-duplicate-oid: the OID 2.999.1 has a row already, on line 2");
}
END_TEST

START_TEST(refuses_a_bad_oid)
{
	assert_mistake("naming:\n  - { oid: 2.999.01 }\n",
	    "2:12: lint-oid: `oid`: '2.999.01' is no OID (digits and dots, no leading zeros, the first arc "
	    "0, 1 or 2)");
}
END_TEST

START_TEST(refuses_a_bad_uri)
{
	assert_mistake("naming:\n  - { oid: 2.999.1, uri: loinc.org }\n",
	    "2:26: lint-uri: `uri`: 'loinc.org' is no URI (RFC 3986: scheme:path)");
	assert_mistake("naming:\n  - { oid: 2.999.1, uri: 2.999.1 }\n",
	    "2:26: lint-uri: `uri`: '2.999.1' is no URI; write urn:oid: before it");
}
END_TEST

START_TEST(refuses_the_uri_of_another_oid)
{
	assert_mistake("naming:\n  - { oid: 2.999.1, uri: \"urn:oid:2.999.2\" }\n",
	    "2:26: lint-other-oid: the row of 2.999.1 has the URI of another OID; if the two mean the "
	    "same, say alias: 2.999.2");
}
END_TEST

START_TEST(refuses_aliases_that_lead_nowhere)
{
	assert_mistake("naming:\n  - { oid: 2.999.1, alias: 2.999.1 }\n",
	    "2:28: lint-alias-cycle: 2.999.1 is an alias of itself");
	assert_mistake("naming:\n  - { oid: 2.999.1, alias: 2.999.2 }\n",
	    "2:28: lint-alias-missing: 2.999.1 is an alias of 2.999.2, which has no row");
	assert_mistake("naming:\n  - { oid: 2.999.2 }\n  - { oid: 2.999.1, alias: 2.999.2, use: old }\n",
	    "3:5: lint-alias: 2.999.1 is an alias of 2.999.2: whatever else the row says would be lost; "
	    "say it in the row of 2.999.2");
}
END_TEST

START_TEST(refuses_aliases_that_lead_back)
{
	struct set_up up = set_up();

	add(&up, "naming:\n  - { oid: 2.999.1, alias: 2.999.2 }\n  - { oid: 2.999.2, alias: 2.999.1 }\n");
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 2);
	ck_assert_str_eq(up.lint.first->text, "the aliases of 2.999.1 lead back to it");
	ck_assert_int_eq(up.lint.first->column, 28);
	ck_assert_str_eq(up.lint.first->next->text, "the aliases of 2.999.2 lead back to it");
	ck_assert_ptr_null(naming_find(up.naming, "2.999.1"));
	tear_down(&up);
}
END_TEST

START_TEST(refuses_a_chain_of_aliases_without_end)
{
	struct set_up up = set_up();
	struct buffer text = { 0 };
	int i;

	buffer_puts(&text, "naming:\n");
	for (i = 1; i <= 9; i++)
		buffer_printf(&text, "  - { oid: 2.999.%d, alias: 2.999.%d }\n", i, i + 1);
	buffer_puts(&text, "  - { oid: 2.999.10 }\n");
	add(&up, text.data);
	ck_assert_uint_eq(up.lint.counts[EHDS_SEVERITY_ERROR], 1);
	ck_assert_str_eq(up.lint.first->text, "the aliases of 2.999.1 lead nowhere");
	ck_assert_int_eq(up.lint.first->line, 2);
	buffer_free(&text);
	tear_down(&up);
}
END_TEST

START_TEST(refuses_two_schemes_with_one_prefix)
{
	assert_mistake("naming:\n  - oid: 2.999.1\n    schemes:\n      - { prefix: \"8\", strip: 1 }\n"
	    "      - { prefix: \"8\" }\n",
	    "5:19: lint-equal-prefixes: two schemes of one OID have the prefix '8'");
}
END_TEST

START_TEST(refuses_a_use_that_fhir_does_not_know)
{
	assert_mistake("naming:\n  - { oid: 2.999.1, use: offical }\n",
	    "2:26: lint-unknown-value: `use` is 'offical', which is none of: usual, official, temp, "
	    "secondary, old; did you mean 'official'?");
}
END_TEST

START_TEST(refuses_a_strip_that_is_no_number)
{
	assert_mistake("naming:\n  - oid: 2.999.1\n    schemes:\n      - { prefix: \"8\", strip: one }\n",
	    "4:31: lint-unknown-value: `strip` is 'one'; it must be a number from 0 to 9999");
	assert_mistake("naming:\n  - oid: 2.999.1\n    schemes:\n      - { prefix: \"8\", keep: yes }\n",
	    "4:30: lint-unknown-value: `keep` is 'yes'; it must be true or false");
}
END_TEST

TESTS("mapping/naming", finds_a_row_by_oid_and_the_oid_by_uri, writes_what_has_no_row_by_its_shape,
    knows_the_oid_that_a_uri_spells_out, reads_an_alias_as_the_oid_that_it_stands_for,
    asks_the_longest_prefix_first_and_the_row_itself_last, gives_a_row_without_a_uri_the_uri_of_its_oid,
    lets_a_later_file_replace_a_row, holds_ten_thousand_rows, names_both_lines_of_a_duplicate_oid,
    refuses_a_bad_oid, refuses_a_bad_uri, refuses_the_uri_of_another_oid, refuses_aliases_that_lead_nowhere,
    refuses_aliases_that_lead_back, refuses_a_chain_of_aliases_without_end,
    refuses_two_schemes_with_one_prefix, refuses_a_use_that_fhir_does_not_know,
    refuses_a_strip_that_is_no_number)
