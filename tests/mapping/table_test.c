#include "mapping/table.h"

#include "folder.h"

/* A table that the site's tests load: aa/tables/t.yaml of the last folder that has files. */
static struct table *
load(struct site *site, const struct naming *naming)
{
	char *path = temporary_path(site->folders[site->folder_count - 1], "aa/tables/t.yaml");
	struct table *table;
	int result = table_load(&table, path, "aa/tables/t.yaml", (const char *const *)site->folders,
	    site->folder_count, naming, &site->lint);

	ck_assert_int_eq(result, table != NULL ? 0 : -1);
	free(path);
	return table;
}

static void
assert_lines(const struct site *site, enum ehds_severity severity, const char *expected)
{
	char *lines = site_lines(site, severity);

	ck_assert_str_eq(lines, expected);
	free(lines);
}

static void
assert_mistakes(const char *text, const char *expected)
{
	struct site site = site_new();

	site_put(&site, "aa/tables/t.yaml", text);
	ck_assert_ptr_null(load(&site, NULL));
	assert_lines(&site, EHDS_SEVERITY_ERROR, expected);
	site_free(&site);
}

static void
assert_tsv_mistakes(const char *tsv, const char *expected)
{
	struct site site = site_new();

	site_put(&site, "aa/tables/t.yaml", "table: aa/t\nwhy: a test\nrows: t.tsv\n");
	site_put(&site, "aa/tables/t.tsv", tsv);
	ck_assert_ptr_null(load(&site, NULL));
	assert_lines(&site, EHDS_SEVERITY_ERROR, expected);
	site_free(&site);
}

/* A good table with one naming row for its source. */
static struct table *
good(struct site *site, const struct naming *naming, const char *text)
{
	struct table *table;

	site_put(site, "aa/tables/t.yaml", text);
	table = load(site, naming);
	assert_lines(site, EHDS_SEVERITY_ERROR, "");
	ck_assert_ptr_nonnull(table);
	return table;
}

START_TEST(looks_up_a_code_and_gives_the_decision)
{
	struct site site = site_new();
	struct table *table = good(&site, NULL,
	    "table: aa/t\n"
	    "version: \"2026.11\"\n"
	    "why: a test\n"
	    "target: { system: \"http://example.org/target\" }\n"
	    "otherwise: text-only\n"
	    "rows:\n"
	    "  - { from: \"A\", to: \"1\", display: \"One\", relation: equivalent }\n"
	    "  - { from: \"B\", to: \"2\", system: \"http://example.org/other\", relation: wider, why: "
	    "\"coarser\" }\n"
	    "  - { from: \"C\", relation: unmatched, why: \"an 'other' code\" }\n"
	    "  - { from: \"D\", to: \"4\" }\n");
	const struct table_row *row;

	ck_assert_str_eq(table_name(table), "aa/t");
	ck_assert_str_eq(table_file(table), "aa/tables/t.yaml");
	ck_assert_str_eq(table_target(table), "http://example.org/target");
	ck_assert_int_eq(table_otherwise(table), OTHERWISE_TEXT_ONLY);
	row = table_find(table, "A", NULL);
	ck_assert_str_eq(row->to, "1");
	ck_assert_str_eq(row->display, "One");
	ck_assert_str_eq(row->system, "http://example.org/target");
	ck_assert_int_eq(row->relation, RELATION_EQUIVALENT);
	ck_assert_str_eq(row->file, "aa/tables/t.yaml");
	ck_assert_int_eq(row->line, 7);
	row = table_find(table, "B", NULL);
	ck_assert_str_eq(row->system, "http://example.org/other");
	ck_assert_str_eq(relation_name(row->relation), "wider");
	ck_assert_str_eq(row->why, "coarser");
	row = table_find(table, "C", NULL);
	ck_assert_int_eq(row->relation, RELATION_UNMATCHED);
	ck_assert_ptr_null(row->to);
	ck_assert_int_eq(table_find(table, "D", NULL)->relation, RELATION_EQUIVALENT);
	ck_assert_ptr_null(table_find(table, "E", NULL));
	ck_assert_ptr_null(table_find(table, "A", "1"));
	ck_assert_ptr_null(table_find(table, NULL, NULL));
	ck_assert_str_eq(table_row_at(table, 2)->from, "C");
	ck_assert_ptr_null(table_row_at(table, 4));
	table_free(&table);
	ck_assert_ptr_null(table);
	site_free(&site);
}
END_TEST

START_TEST(looks_up_two_keys)
{
	struct site site = site_new();
	struct table *table = good(&site, NULL, "table: aa/t\nwhy: a test\nrows:\n"
	    "  - { from: [\"N\", \"F\"], to: \"1\" }\n  - { from: [\"NF\", \"\\u00e9\"], to: \"2\" }\n");

	ck_assert_str_eq(table_find(table, "N", "F")->to, "1");
	ck_assert_str_eq(table_find(table, "NF", "\xC3\xA9")->to, "2");
	ck_assert_ptr_null(table_find(table, "F", "N"));
	ck_assert_ptr_null(table_find(table, "N", NULL));
	ck_assert_ptr_null(table_find(table, "NF", ""));
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(keeps_the_source_by_default)
{
	struct site site = site_new();
	struct table *table = good(&site, NULL, "table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: B }\n");

	ck_assert_int_eq(table_otherwise(table), OTHERWISE_KEEP_SOURCE);
	ck_assert_ptr_null(table_target(table));
	ck_assert(table_takes(table, "http://example.org/any"));
	ck_assert(table_takes(table, NULL));
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(takes_its_source_systems_in_every_spelling)
{
	static const char names[] = "naming:\n  - { oid: 2.999.1, uri: \"http://example.org/one\" }\n"
	    "  - { oid: 2.999.2, uri: \"http://example.org/two\" }\n  - { oid: 2.999.9, alias: 2.999.2 }\n";
	struct site site = site_new();
	struct naming *naming = naming_new();
	struct yaml_file *file;
	struct table *table;

	ck_assert_int_eq(yaml_parse(&file, names, strlen(names), "n", NULL), 0);
	naming_add(naming, file, &site.lint);
	yaml_free(&file);
	table = good(&site, naming,
	    "table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: B }\n"
	    "source:\n  name: several\n  system: [ \"http://example.org/one\", 2.999.9, "
	    "\"urn:oid:2.999.3\" ]\n");
	ck_assert(table_takes(table, "http://example.org/one"));
	ck_assert(table_takes(table, "urn:oid:2.999.1"));
	ck_assert(table_takes(table, "2.999.1"));
	ck_assert(table_takes(table, "http://example.org/two"));
	ck_assert(table_takes(table, "urn:oid:2.999.3"));
	ck_assert(table_takes(table, "2.999.3"));
	ck_assert(table_takes(table, NULL));
	ck_assert(!table_takes(table, "http://example.org/three"));
	ck_assert(!table_takes(table, "urn:oid:2.999.4"));
	table_free(&table);
	naming_free(&naming);
	site_free(&site);
}
END_TEST

START_TEST(reads_rows_from_a_tsv)
{
	struct site site = site_new();
	struct table *table;
	const struct table_row *row;

	site_put(&site, "aa/tables/t.tsv", "\xEF\xBB\xBF# from the publisher's list\r\n"
	    "from\tto\tdisplay\trelation\tsystem\twhy\r\n"
	    "A\t1\tUn \xC3\xA9\t\t\t\r\n"
	    "\r\n"
	    "B\t\t\tunmatched\t\tno code fits\r\n"
	    "C\t3\t\tinexact\thttp://example.org/other\tnear enough");
	table = good(&site, NULL,
	    "table: aa/t\nwhy: a test\ntarget: { system: \"http://example.org/t\" }\nrows: t.tsv\n");
	row = table_find(table, "A", NULL);
	ck_assert_str_eq(row->display, "Un \xC3\xA9");
	ck_assert_int_eq(row->line, 3);
	ck_assert_str_eq(row->file, "aa/tables/t.tsv");
	ck_assert_ptr_null(row->why);
	ck_assert_str_eq(row->system, "http://example.org/t");
	ck_assert_int_eq(table_find(table, "B", NULL)->relation, RELATION_UNMATCHED);
	row = table_find(table, "C", NULL);
	ck_assert_str_eq(row->why, "near enough");
	ck_assert_str_eq(row->system, "http://example.org/other");
	ck_assert_int_eq(row->line, 6);
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(reads_two_keys_from_a_tsv)
{
	struct site site = site_new();
	struct table *table;

	site_put(&site, "aa/tables/t.tsv", "from\tfrom2\tto\nN\tF\t1\n");
	table = good(&site, NULL, "table: aa/t\nwhy: a test\nrows: t.tsv\n");
	ck_assert_str_eq(table_find(table, "N", "F")->to, "1");
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(lays_its_rows_over_those_of_the_table_that_it_extends)
{
	struct site site = site_new();
	struct table *table;

	site_put(&site, "bb/tables/base.yaml", "table: bb/base\nwhy: a test\notherwise: refuse\n"
	    "source: { system: 2.999.1 }\ntarget: { system: \"http://example.org/t\" }\n"
	    "rows:\n  - { from: A, to: a }\n  - { from: B, to: b }\n");
	table = good(&site, NULL,
	    "table: aa/t\nwhy: a test\nextends: bb/base\nrows:\n  - { from: B, to: bb }\n"
	    "  - { from: C, to: c }\n");
	ck_assert_str_eq(table_find(table, "A", NULL)->to, "a");
	ck_assert_str_eq(table_find(table, "A", NULL)->file, "bb/tables/base.yaml");
	ck_assert_str_eq(table_find(table, "B", NULL)->to, "bb");
	ck_assert_str_eq(table_find(table, "B", NULL)->file, "aa/tables/t.yaml");
	ck_assert_str_eq(table_find(table, "C", NULL)->system, "http://example.org/t");
	ck_assert_int_eq(table_otherwise(table), OTHERWISE_REFUSE);
	ck_assert(table_takes(table, "urn:oid:2.999.1"));
	ck_assert(!table_takes(table, "urn:oid:2.999.2"));
	ck_assert_ptr_null(table_row_at(table, 3));
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(lets_a_later_folder_lay_rows_over_a_table_of_the_same_name)
{
	struct site site = site_new();
	struct table *table;

	site_put(&site, "aa/tables/t.yaml",
	    "table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a }\n  - { from: B, to: b }\n");
	site_put_in(&site, 1, "aa/tables/t.yaml",
	    "table: aa/t\nwhy: a site\nextends: aa/t\nrows:\n  - { from: B, to: site }\n");
	table = load(&site, NULL);
	assert_lines(&site, EHDS_SEVERITY_ERROR, "");
	ck_assert_str_eq(table_find(table, "A", NULL)->to, "a");
	ck_assert_str_eq(table_find(table, "B", NULL)->to, "site");
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(finds_each_of_fifty_thousand_codes)
{
	struct site site = site_new();
	struct buffer tsv = { 0 };
	struct table *table;
	char code[16], target[16];
	int i;

	buffer_puts(&tsv, "from\tto\n");
	for (i = 0; i < 50000; i++)
		buffer_printf(&tsv, "c%d\tt%d\n", i, i);
	site_put(&site, "aa/tables/t.tsv", tsv.data);
	table = good(&site, NULL, "table: aa/t\nwhy: a test\nrows: t.tsv\n");
	for (i = 0; i < 50000; i++) {
		snprintf(code, sizeof(code), "c%d", i);
		snprintf(target, sizeof(target), "t%d", i);
		ck_assert_str_eq(table_find(table, code, NULL)->to, target);
	}
	buffer_free(&tsv);
	table_free(&table);
	site_free(&site);
}
END_TEST

/* ---- Mistakes, one each ---------------------------------------------------------------------- */

START_TEST(refuses_a_code_mapped_twice_and_names_both_lines)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a }\n  - { from: B, to: b }\n "
	    " - { from: A, to: c }\n",
	    "aa/tables/t.yaml:6:13: lint-duplicate-code: the code 'A' is mapped twice: here and on line 4");
	assert_mistakes(
	    "table: aa/t\nwhy: a test\nrows:\n  - { from: [A, B], to: a }\n  - { from: [A, B], to: b }\n",
	    "aa/tables/t.yaml:5:14: lint-duplicate-code: the code 'A' with 'B' is mapped twice: here and "
	    "on line 4");
}
END_TEST

START_TEST(refuses_a_row_without_a_target_unless_it_says_unmatched)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A }\n",
	    "aa/tables/t.yaml:4:5: lint-row-without-to: the row of 'A' has no `to`; if no code fits, say "
	    "so: relation: unmatched");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a, relation: unmatched, why: "
	    "none fits }\n",
	    "aa/tables/t.yaml:4:20: lint-unmatched-with-to: the row of 'A' is unmatched and yet maps to "
	    "'a': one of the two is wrong");
}
END_TEST

START_TEST(refuses_a_loss_that_nobody_explains)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a, relation: wider }\n",
	    "aa/tables/t.yaml:4:5: lint-row-without-why: the row of 'A' is wider: say in `why` what is "
	    "lost and why it may be");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, relation: unmatched }\n",
	    "aa/tables/t.yaml:4:5: lint-row-without-why: the row of 'A' is unmatched: say in `why` what is "
	    "lost and why it may be");
}
END_TEST

START_TEST(refuses_words_that_it_does_not_know)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a, relation: equivallent }\n",
	    "aa/tables/t.yaml:4:33: lint-unknown-value: `relation` is 'equivallent', which is none of: "
	    "equivalent, wider, narrower, inexact, unmatched; did you mean 'equivalent'?");
	assert_mistakes("table: aa/t\nwhy: a test\notherwise: drop\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:12: lint-unknown-value: `otherwise` is 'drop', which is none of: "
	    "keep-source, text-only, refuse, same-code");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a, displai: x }\n",
	    "aa/tables/t.yaml:4:23: lint-unknown-key: a row has no key 'displai'; did you mean 'display'?");
}
END_TEST

/* YAML 1.1 reads NO as false, 0645 as an octal number, 1E5 as a float: https://yaml.org/type/ */
START_TEST(refuses_codes_that_other_readers_of_yaml_take_for_something_else)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: NO, to: a }\n",
	    "aa/tables/t.yaml:4:13: lint-yaml-trap: `from`: NO means something else to other readers of "
	    "YAML (boolean); write it in quotes: \"NO\"");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: 0645 }\n",
	    "aa/tables/t.yaml:4:20: lint-yaml-trap: `to`: 0645 means something else to other readers of "
	    "YAML (octal number); write it in quotes: \"0645\"");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: [A, 1E5], to: a }\n",
	    "aa/tables/t.yaml:4:17: lint-yaml-trap: `from`: 1E5 means something else to other readers of "
	    "YAML (number with an exponent); write it in quotes: \"1E5\"");
}
END_TEST

START_TEST(refuses_a_code_with_white_space_around_it)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: \"A \", to: a }\n",
	    "aa/tables/t.yaml:4:13: lint-code-space: `from`: 'A ' has white space around it");
}
END_TEST

START_TEST(refuses_a_system_that_is_no_uri)
{
	assert_mistakes(
	    "table: aa/t\nwhy: a test\ntarget: { system: SNOMED }\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:19: lint-uri: `system`: 'SNOMED' is no URI (RFC 3986: scheme:path)");
	assert_mistakes("table: aa/t\nwhy: a test\nsource: { system: TA_X }\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:19: lint-uri: `system`: 'TA_X' is neither a URI nor an OID");
}
END_TEST

START_TEST(refuses_rows_with_another_number_of_keys)
{
	assert_mistakes(
	    "table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a }\n  - { from: [B, C], to: b }\n",
	    "aa/tables/t.yaml:5:14: lint-row-keys: the row of 'B' has 2 keys, the rows before it have 1");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: [A, B, C], to: a }\n",
	    "aa/tables/t.yaml:4:13: lint-row-keys: `from` has 3 keys; it takes one code, or a list of two");
}
END_TEST

START_TEST(refuses_a_row_without_a_code)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { to: a }\n",
	    "aa/tables/t.yaml:4:5: lint-missing-key: a row must have `from`");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: \"\", to: a }\n",
	    "aa/tables/t.yaml:4:13: lint-blank: `from` is empty");
	assert_mistakes("table: aa/t\nwhy: a test\nrows:\n  - { from: { x: y }, to: a }\n",
	    "aa/tables/t.yaml:4:13: lint-wrong-kind: `from` must be a single value, not a group of keys");
}
END_TEST

START_TEST(refuses_a_tsv_with_a_bad_head)
{
	assert_tsv_mistakes("from\tto\tdisplai\nA\ta\tx\n",
	    "aa/tables/t.tsv:1:9: lint-tsv-head: the head names a column 'displai' that does not exist; "
	    "did you mean 'display'?");
	assert_tsv_mistakes("from\tto\tto\nA\ta\tx\n",
	    "aa/tables/t.tsv:1:9: lint-tsv-head: the head names the column 'to' twice");
	assert_tsv_mistakes("to\tdisplay\na\tb\n",
	    "aa/tables/t.tsv:1:1: lint-tsv-head: the head does not name the column 'from' (names stand in "
	    "the first line, with tabs between them)");
	assert_tsv_mistakes("# only a comment\n",
	    "aa/tables/t.tsv:1:1: lint-tsv-head: the file has no head line");
	assert_tsv_mistakes("", "aa/tables/t.tsv:1:1: lint-tsv-head: the file has no head line");
}
END_TEST

START_TEST(refuses_a_tsv_with_a_bad_row)
{
	assert_tsv_mistakes("from\tto\tdisplay\nA\ta\n",
	    "aa/tables/t.tsv:2:1: lint-tsv-row: the row has 2 cells, the head names 3 columns: is a tab "
	    "missing or too many?");
}
END_TEST

START_TEST(refuses_a_tsv_with_a_bad_cell)
{
	assert_tsv_mistakes("from\tto\trelation\nA\ta\t\n\xC3\xA9t\xC3\xA9\tb\tsame\n",
	    "aa/tables/t.tsv:3:7: lint-unknown-value: `relation` is 'same', which is none of: equivalent, "
	    "wider, narrower, inexact, unmatched");
	assert_tsv_mistakes("from\tto\nA\ta\n B\tb\n",
	    "aa/tables/t.tsv:3:1: lint-code-space: `from`: ' B' has white space around it");
	assert_tsv_mistakes("from\tto\nA\ta\n\tb\n", "aa/tables/t.tsv:3:1: lint-blank: `from` is empty");
	assert_tsv_mistakes("from\tto\nA\ta\n\xE9\tb\n",
	    "aa/tables/t.tsv:3:1: lint-tsv-row: the line is not UTF-8 text");
}
END_TEST

START_TEST(refuses_a_tsv_that_is_not_there)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows: x.tsv\n",
	    "aa/tables/t.yaml:3:7: lint-missing-file: there is no file 'x.tsv' beside the table");
	assert_mistakes("table: aa/t\nwhy: a test\nrows: ../../../etc/passwd\n",
	    "aa/tables/t.yaml:3:7: lint-missing-file: there is no file '../../../etc/passwd' beside the "
	    "table");
}
END_TEST

START_TEST(refuses_to_extend_what_is_not_there)
{
	assert_mistakes("table: aa/t\nwhy: a test\nextends: aa/u\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:10: lint-extends-missing: there is no table 'aa/u' (aa/tables/u.yaml); did "
	    "you mean 'aa/tables/t.yaml'?");
	assert_mistakes("table: aa/t\nwhy: a test\nextends: base\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:10: lint-extends-missing: there is no table 'base' (a name is FOLDER/NAME)");
}
END_TEST

START_TEST(refuses_tables_that_extend_each_other)
{
	struct site site = site_new();

	site_put(&site, "aa/tables/t.yaml",
	    "table: aa/t\nwhy: a test\nextends: aa/u\nrows:\n  - { from: A, to: a }\n");
	site_put(&site, "aa/tables/u.yaml",
	    "table: aa/u\nwhy: a test\nextends: aa/t\nrows:\n  - { from: B, to: b }\n");
	ck_assert_ptr_null(load(&site, NULL));
	assert_lines(&site, EHDS_SEVERITY_ERROR,
	    "aa/tables/u.yaml:3:10: lint-extends-cycle: 'aa/t' extends this table in turn");
	site_free(&site);
	assert_mistakes("table: aa/t\nwhy: a test\nextends: aa/t\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:3:10: lint-extends-cycle: the table extends itself, and no earlier mappings "
	    "folder has a table of this name");
}
END_TEST

START_TEST(refuses_too_long_a_chain_of_tables)
{
	struct site site = site_new();
	char name[64], text[128];
	int i;

	site_put(&site, "aa/tables/t.yaml", "table: aa/t\nwhy: a test\nextends: aa/u1\n");
	for (i = 1; i <= 16; i++) {
		snprintf(name, sizeof(name), "aa/tables/u%d.yaml", i);
		snprintf(text, sizeof(text),
		    "table: aa/u%d\nwhy: a test\n%s: aa/u%d\nrows:\n  - { from: A%d, to: a }\n", i,
		    i < 16 ? "extends" : "version", i + 1, i);
		site_put(&site, name, text);
	}
	ck_assert_ptr_null(load(&site, NULL));
	assert_lines(&site, EHDS_SEVERITY_ERROR,
	    "aa/tables/u15.yaml:3:10: lint-extends-cycle: 'aa/u16' is the end of too long a chain of tables");
	site_free(&site);
}
END_TEST

START_TEST(refuses_a_table_that_decides_nothing)
{
	assert_mistakes("table: aa/t\nwhy: a test\nrows: []\n",
	    "aa/tables/t.yaml:3:7: lint-empty-table: the table has no rows, and `otherwise` is "
	    "keep-source: it decides nothing");
	assert_mistakes("table: aa/t\nwhy: a test\n",
	    "aa/tables/t.yaml:1:1: lint-empty-table: the table has no rows, and `otherwise` is "
	    "keep-source: it decides nothing");
}
END_TEST

START_TEST(refuses_a_name_that_is_not_its_place)
{
	assert_mistakes("table: aa/x\nwhy: a test\nrows:\n  - { from: A, to: a }\n",
	    "aa/tables/t.yaml:1:8: lint-table-name: the table is called 'aa/x' but stands in "
	    "aa/tables/t.yaml: the table FOLDER/NAME stands in FOLDER/tables/NAME.yaml");
}
END_TEST

START_TEST(warns_of_decisions_without_a_source)
{
	struct site site = site_new();
	struct table *table = good(&site, NULL,
	    "table: aa/t\nrows:\n  - { from: A, to: a, why: \"the publisher says so\" }\n  - { from: B, "
	    "to: b }\n");

	assert_lines(&site, EHDS_SEVERITY_WARNING,
	    "aa/tables/t.yaml:1:1: lint-no-source: nothing says where the decisions of this table come "
	    "from: the table has no `why`, nor have 1 of its 2 rows");
	table_free(&table);
	site_free(&site);

	site = site_new();
	table = good(&site, NULL, "table: aa/t\notherwise: same-code\n");
	assert_lines(&site, EHDS_SEVERITY_WARNING,
	    "aa/tables/t.yaml:1:1: lint-no-source: nothing says why the codes of both systems are the "
	    "same: the table has no `why`");
	ck_assert_int_eq(table_otherwise(table), OTHERWISE_SAME_CODE);
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(reports_what_is_no_yaml_and_what_is_no_table)
{
	assert_mistakes("", "aa/tables/t.yaml:1:1: lint-empty-file: the file is empty; it must hold a table");
	assert_mistakes("- a\n",
	    "aa/tables/t.yaml:1:1: lint-wrong-kind: the file must hold a table: a group of keys, not a list");
	assert_mistakes("table: aa/t\nrows: { from: A }\nwhy: a test\n",
	    "aa/tables/t.yaml:2:7: lint-wrong-kind: `rows` must be a list, not a group of keys");
}
END_TEST

/* ---- Value sets ------------------------------------------------------------------------------ */

static void
assert_set_mistakes(const char *set, const char *target, const char *row, const char *expected)
{
	struct site site = site_new();
	struct table *table;
	char text[512];

	snprintf(text, sizeof(text), "table: aa/t\nwhy: a test\ntarget: %s\nrows:\n  - %s\n", target, row);
	site_put(&site, "aa/tables/t.yaml", text);
	site_put(&site, "bb/sets/colour.yaml", set);
	site_put(&site, "bb/sets/colour.tsv",
	    "code\tsystem\tdisplay\nred\t\tRed\nblue\thttp://example.org/b\tBlue\n");
	table = load(&site, NULL);
	assert_lines(&site, EHDS_SEVERITY_ERROR, expected);
	ck_assert((table == NULL) == (expected[0] != '\0'));
	table_free(&table);
	site_free(&site);
}

static const char colours[] =
    "set: bb/colour\nurl: \"http://example.org/vs\"\nsystem: \"http://example.org/c\"\n"
    "codes: [ red, { code: blue, system: \"http://example.org/b\" } ]\n";

static const char colours_in_a_file[] =
    "set: bb/colour\nsystem: \"http://example.org/c\"\ncodes: colour.tsv\n";

START_TEST(accepts_targets_inside_the_value_set)
{
	assert_set_mistakes(colours, "{ set: bb/colour }", "{ from: A, to: red }", "");
	assert_set_mistakes(colours, "{ set: \"http://example.org/vs\" }", "{ from: A, to: blue }", "");
	assert_set_mistakes(colours, "{ set: bb/colour, system: \"http://example.org/c\" }",
	    "{ from: A, to: red }", "");
	assert_set_mistakes(colours_in_a_file, "{ set: bb/colour, system: \"http://example.org/b\" }",
	    "{ from: A, to: blue }", "");
	assert_set_mistakes(colours, "{ set: bb/colour }",
	    "{ from: A, relation: unmatched, why: none fits }", "");
	assert_set_mistakes(colours, "{ set: bb/colour }",
	    "{ from: A, to: x, system: \"http://example.org/x\", why: \"no colour of the set is x\" }", "");
}
END_TEST

START_TEST(refuses_targets_outside_the_value_set)
{
	assert_set_mistakes(colours, "{ set: bb/colour }", "{ from: A, to: rad }",
	    "aa/tables/t.yaml:5:20: lint-outside-set: 'rad' is not in the value set bb/colour; a row may "
	    "leave an extensible one with a `system` of its own and a `why`");
	assert_set_mistakes(colours, "{ set: bb/colour, system: \"http://example.org/b\" }",
	    "{ from: A, to: red }",
	    "aa/tables/t.yaml:5:20: lint-outside-set: 'red' of http://example.org/b is not in the value "
	    "set bb/colour; a row may leave an extensible one with a `system` of its own and a `why`");
	assert_set_mistakes(colours_in_a_file, "{ set: bb/colour }", "{ from: A, to: green }",
	    "aa/tables/t.yaml:5:20: lint-outside-set: 'green' is not in the value set bb/colour; a row may "
	    "leave an extensible one with a `system` of its own and a `why`");
}
END_TEST

START_TEST(refuses_to_leave_the_value_set_without_a_system_and_a_reason)
{
	assert_set_mistakes(colours, "{ set: bb/colour }",
	    "{ from: A, to: x, system: \"http://example.org/x\" }",
	    "aa/tables/t.yaml:5:20: lint-outside-set: 'x' of http://example.org/x is not in the value set "
	    "bb/colour; a row may leave an extensible one with a `system` of its own and a `why`");
	assert_set_mistakes(colours, "{ set: bb/colour }", "{ from: A, to: x, why: \"a test\" }",
	    "aa/tables/t.yaml:5:20: lint-outside-set: 'x' is not in the value set bb/colour; a row may "
	    "leave an extensible one with a `system` of its own and a `why`");
}
END_TEST

START_TEST(refuses_a_value_set_that_is_not_there)
{
	assert_set_mistakes(colours, "{ set: bb/color }", "{ from: A, to: red }",
	    "aa/tables/t.yaml:3:16: lint-missing-set: there is no value set 'bb/color'; did you mean "
	    "'bb/colour'?");
}
END_TEST

START_TEST(says_that_a_value_set_known_by_url_only_is_not_checked)
{
	struct site site = site_new();
	struct table *table = good(&site, NULL,
	    "table: aa/t\nwhy: a test\ntarget: { set: \"http://example.org/other\" }\n"
	    "rows:\n  - { from: A, to: a }\n");

	assert_lines(&site, EHDS_SEVERITY_INFORMATION,
	    "aa/tables/t.yaml:3:16: lint-unknown-set: no file under sets/ has the value set "
	    "http://example.org/other: the targets are not checked");
	table_free(&table);
	site_free(&site);
}
END_TEST

START_TEST(refuses_a_broken_value_set)
{
	assert_set_mistakes("set: bb/colour\ncodes: [ NO ]\n", "{ set: bb/other }", "{ from: A, to: red }",
	    "bb/sets/colour.yaml:2:10: lint-yaml-trap: `codes`: NO means something else to other readers "
	    "of YAML (boolean); write it in quotes: \"NO\"\n"
	    "aa/tables/t.yaml:3:16: lint-missing-set: there is no value set 'bb/other'");
	assert_set_mistakes("set: bb/colour\nurl: bb/colour\ncodes: x.tsv\n", "{}", "{ from: A, to: red }",
	    "bb/sets/colour.yaml:2:6: lint-uri: `url`: 'bb/colour' is no URI (RFC 3986: scheme:path)");
	assert_set_mistakes("set: bb/colour\ncodes: x.tsv\n", "{}", "{ from: A, to: red }",
	    "bb/sets/colour.yaml:2:8: lint-missing-file: there is no file 'x.tsv' beside this one");
}
END_TEST

START_TEST(refuses_a_second_value_set_of_the_same_name)
{
	struct site site = site_new();
	char *lines;

	site_put(&site, "aa/sets/a.yaml", "set: bb/colour\ncodes: [ red ]\n");
	site_put(&site, "bb/sets/colour.yaml", colours);
	site_put(&site, "aa/tables/t.yaml", "table: aa/t\nwhy: a test\nrows:\n  - { from: A, to: a }\n");
	ck_assert_ptr_null(load(&site, NULL));
	lines = site_lines(&site, EHDS_SEVERITY_ERROR);
	ck_assert_ptr_nonnull(
	    strstr(lines, "bb/sets/colour.yaml:1:6: lint-duplicate-set: 'bb/colour' is the value set of "));
	ck_assert_ptr_nonnull(strstr(lines, "aa/sets/a.yaml already"));
	free(lines);
	site_free(&site);
}
END_TEST

TESTS("mapping/table", looks_up_a_code_and_gives_the_decision, looks_up_two_keys,
    keeps_the_source_by_default, takes_its_source_systems_in_every_spelling, reads_rows_from_a_tsv,
    reads_two_keys_from_a_tsv, lays_its_rows_over_those_of_the_table_that_it_extends,
    lets_a_later_folder_lay_rows_over_a_table_of_the_same_name, finds_each_of_fifty_thousand_codes,
    refuses_a_code_mapped_twice_and_names_both_lines,
    refuses_a_row_without_a_target_unless_it_says_unmatched, refuses_a_loss_that_nobody_explains,
    refuses_words_that_it_does_not_know, refuses_codes_that_other_readers_of_yaml_take_for_something_else,
    refuses_a_code_with_white_space_around_it, refuses_a_system_that_is_no_uri,
    refuses_rows_with_another_number_of_keys, refuses_a_row_without_a_code, refuses_a_tsv_with_a_bad_head,
    refuses_a_tsv_with_a_bad_row, refuses_a_tsv_with_a_bad_cell, refuses_a_tsv_that_is_not_there,
    refuses_to_extend_what_is_not_there, refuses_tables_that_extend_each_other,
    refuses_too_long_a_chain_of_tables, refuses_a_table_that_decides_nothing,
    refuses_a_name_that_is_not_its_place, warns_of_decisions_without_a_source,
    reports_what_is_no_yaml_and_what_is_no_table, accepts_targets_inside_the_value_set,
    refuses_targets_outside_the_value_set, refuses_to_leave_the_value_set_without_a_system_and_a_reason,
    refuses_a_value_set_that_is_not_there, says_that_a_value_set_known_by_url_only_is_not_checked,
    refuses_a_broken_value_set, refuses_a_second_value_set_of_the_same_name)
