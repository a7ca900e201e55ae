/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/yaml.h"
#include "base/buffer.h"
#include "base/file.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>

static struct yaml_file *
parse(const char *text)
{
	struct yaml_file *file;
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	ck_assert_msg(yaml_parse(&file, text, strlen(text), "t.yaml", &error) == 0, "refused: %s",
	    error.text);
	return file;
}

static void
refuses_bytes(const char *bytes, size_t length, const char *rule, int line, int column, const char *text)
{
	struct yaml_file *file;
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	ck_assert_int_eq(yaml_parse(&file, bytes, length, "t.yaml", &error), -1);
	ck_assert_ptr_null(file);
	ck_assert_str_eq(error.text, text);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.file, "t.yaml");
	ck_assert_int_eq(error.line, line);
	ck_assert_int_eq(error.column, column);
}

static void
refuses(const char *text, const char *rule, int line, int column, const char *words)
{
	refuses_bytes(text, strlen(text), rule, line, column, words);
}

START_TEST(every_node_knows_its_place_and_its_keys_place)
{
	struct yaml_file *file = parse("table: fr/x\nrows:\n  - { from: A, to: \"B\" }\n  - C\n");
	const struct yaml_node *root = yaml_root(file), *rows = yaml_get(root, "rows"), *row = rows->children;
	const struct yaml_node *to = yaml_get(row, "to");

	ck_assert_str_eq(yaml_name(file), "t.yaml");
	ck_assert_int_eq(root->kind, YAML_MAPPING);
	ck_assert_uint_eq(root->count, 2);
	ck_assert_ptr_null(root->key);
	ck_assert_str_eq(yaml_text(root, "table"), "fr/x");
	ck_assert_int_eq(rows->kind, YAML_SEQUENCE);
	ck_assert_uint_eq(rows->count, 2);
	ck_assert_int_eq(rows->key_line, 2);
	ck_assert_int_eq(rows->key_column, 1);
	ck_assert_ptr_null(rows->text);
	ck_assert_int_eq(row->line, 3);
	ck_assert_int_eq(row->column, 5);
	ck_assert_ptr_null(row->key);
	ck_assert_str_eq(to->text, "B");
	ck_assert_int_eq(to->key_line, 3);
	ck_assert_int_eq(to->key_column, 16);
	ck_assert_int_eq(to->line, 3);
	ck_assert_int_eq(to->column, 20);
	ck_assert_str_eq(row->next->text, "C");
	ck_assert_ptr_null(row->next->next);
	yaml_free(&file);
	ck_assert_ptr_null(file);
}
END_TEST

START_TEST(quotes_and_blocks_are_remembered)
{
	struct yaml_file *file = parse("[ a, 'b', \"c\\u00e9\" ]\n");
	const struct yaml_node *node = yaml_root(file)->children;

	ck_assert(!node->quoted);
	ck_assert(node->next->quoted);
	ck_assert(node->next->next->quoted);
	ck_assert_str_eq(node->next->next->text, "c\xC3\xA9");
	yaml_free(&file);
	file = parse("a: |\n  x\n  y\nb: >-\n  x\n  y\n");
	ck_assert(yaml_get(yaml_root(file), "a")->quoted);
	ck_assert_str_eq(yaml_text(yaml_root(file), "a"), "x\ny\n");
	ck_assert_str_eq(yaml_text(yaml_root(file), "b"), "x y");
	yaml_free(&file);
}
END_TEST

START_TEST(scalars_stay_text)
{
	struct yaml_file *file = parse("{ a: NO, b: 0645, c: 1E5, d: ~, e: , f: 2024-01-01 }");
	const struct yaml_node *root = yaml_root(file);

	ck_assert_str_eq(yaml_text(root, "a"), "NO");
	ck_assert_str_eq(yaml_text(root, "b"), "0645");
	ck_assert_str_eq(yaml_text(root, "c"), "1E5");
	ck_assert_str_eq(yaml_text(root, "d"), "~");
	ck_assert_str_eq(yaml_text(root, "e"), "");
	ck_assert_str_eq(yaml_text(root, "f"), "2024-01-01");
	yaml_free(&file);
}
END_TEST

START_TEST(looking_for_what_is_not_there_finds_nothing)
{
	struct yaml_file *file = parse("a: { b: c }\nd: [ e ]\n");
	const struct yaml_node *root = yaml_root(file);

	ck_assert_ptr_null(yaml_get(root, "b"));
	ck_assert_ptr_null(yaml_get(NULL, "b"));
	ck_assert_ptr_null(yaml_get(yaml_get(root, "d"), "e"));
	ck_assert_ptr_null(yaml_get(yaml_get(yaml_get(root, "a"), "b"), "c"));
	ck_assert_ptr_null(yaml_text(root, "a"));
	ck_assert_ptr_null(yaml_text(root, "d"));
	ck_assert_ptr_null(yaml_text(NULL, "d"));
	yaml_free(&file);
}
END_TEST

START_TEST(an_empty_file_has_no_root)
{
	static const char *const empty[] = { "", "\n", "# only a comment\n", "\xEF\xBB\xBF" };

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct yaml_file *file = parse(empty[i]);

		ck_assert_ptr_null(yaml_root(file));
		yaml_free(&file);
		yaml_free(&file);
	}
}
END_TEST

START_TEST(refuses_a_key_that_stands_twice_and_names_both_places)
{
	refuses("a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1, "the key 'a' stands twice, first at 1:1");
	refuses("x:\n  - { b: 1, c: 2, \"b\": 3 }\n", "yaml-duplicate-key", 2, 19,
	    "the key 'b' stands twice, first at 2:7");
	/* Of several, the first in the file is told. */
	refuses("z: 1\ny: 1\nz: 2\ny: 2\nz: 3\n", "yaml-duplicate-key", 3, 1,
	    "the key 'z' stands twice, first at 1:1");
	refuses("{ z: 1, y: 1, y: 2, z: 2, z: 3 }", "yaml-duplicate-key", 1, 15,
	    "the key 'y' stands twice, first at 1:9");
}
END_TEST

START_TEST(finds_a_duplicate_among_many_keys_in_no_time)
{
	struct buffer text = { .limit = 0 };
	struct yaml_file *file;
	struct ehds_error error;

	for (int i = 0; i < 100000; i++)
		buffer_printf(&text, "key%d: v\n", i);
	ck_assert_int_eq(yaml_parse(&file, text.data, text.length, "t", &error), 0);
	yaml_free(&file);
	buffer_puts(&text, "key500: v\n");
	ck_assert_int_eq(yaml_parse(&file, text.data, text.length, "t", &error), -1);
	ck_assert_str_eq(error.text, "the key 'key500' stands twice, first at 501:1");
	ck_assert_int_eq(error.line, 100001);
	buffer_free(&text);
}
END_TEST

START_TEST(refuses_anchors_aliases_and_tags)
{
	refuses("a: &x 1\nb: 2\n", "yaml-alias", 1, 4,
	    "an anchor (&name): write the value out where it is needed");
	refuses("a: 1\nb: *x\n", "yaml-alias", 2, 4,
	    "an alias (*name): write the value out where it is needed");
	refuses("a: &x [ 1 ]\n", "yaml-alias", 1, 4,
	    "an anchor (&name): write the value out where it is needed");
	refuses("a: &x { b: 1 }\n", "yaml-alias", 1, 4,
	    "an anchor (&name): write the value out where it is needed");
	refuses("a: !!str 1\n", "yaml-tag", 1, 4, "a tag (!name): all scalars are text here");
	refuses("a: !x { b: 1 }\n", "yaml-tag", 1, 4, "a tag (!name): all scalars are text here");
}
END_TEST

START_TEST(refuses_deep_nesting)
{
	char text[200];
	struct yaml_file *file;

	memset(text, '[', sizeof(text));
	refuses_bytes(text, sizeof(text), "yaml-depth", 1, 65, "nested more than 64 levels deep");
	memset(text + 64, ']', 64);
	text[128] = '\0';
	file = parse(text);
	yaml_free(&file);
}
END_TEST

START_TEST(refuses_what_libyaml_cannot_read_at_its_place)
{
	refuses("a: [ 1\nb: 2\n", "yaml-syntax", 2, 2,
	    "did not find expected ',' or ']', while parsing a flow sequence that begins at 1:4");
	refuses("a: 1\n- 2\n", "yaml-syntax", 2, 1,
	    "did not find expected key, while parsing a block mapping that begins at 1:1");
	refuses("a:\n\t- b\n", "yaml-syntax", 2, 1,
	    "found character that cannot start any token, while scanning for the next token that begins at 2:1");
	refuses("a: b: c\n", "yaml-syntax", 1, 5, "mapping values are not allowed in this context");
}
END_TEST

START_TEST(refuses_a_second_document_and_keys_that_are_no_text)
{
	refuses("a: 1\n---\nb: 2\n", "yaml-syntax", 2, 1, "a second document ('---') in one file");
	refuses("{ [a]: b }\n", "yaml-syntax", 1, 3, "a key must be a plain or quoted text");
	refuses("? { a: b }\n: c\n", "yaml-syntax", 1, 3, "a key must be a plain or quoted text");
}
END_TEST

START_TEST(refuses_bytes_that_are_no_text)
{
	refuses("a: 1\nb: \xE9\n", "yaml-encoding", 2, 4, "a byte that is no UTF-8");
	refuses("a: 1\nb: \x01\n", "yaml-encoding", 2, 4, "control characters are not allowed");
	refuses_bytes("a: 1\nb: \0\n", 10, "yaml-encoding", 2, 4, "control characters are not allowed");
	refuses("a: 1\nb: \"x\\0y\"\n", "yaml-encoding", 2, 4, "a NUL character in a text");
	refuses_bytes("\xFF\xFE" "a\0", 4, "yaml-encoding", 1, 1, "a byte that is no UTF-8");
}
END_TEST

START_TEST(refuses_files_that_are_too_large)
{
	size_t length = (size_t)32 * 1024 * 1024 + 1;
	char *folder = temporary_folder(), *path = temporary_path(folder, "large.yaml"),
	    *large = malloc(length);
	struct yaml_file *file;
	struct ehds_error error;

	memset(large, '\n', length);
	refuses_bytes(large, length, "yaml-too-large", 0, 0,
	    "the file has 33554433 bytes, the limit is 33554432");
	ck_assert_int_eq(file_write(path, large, length, 0644, NULL), 0);
	ck_assert_int_eq(yaml_load(&file, path, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "yaml-too-large");
	free(large);
	large = malloc(length + 1);
	memset(large, '\n', length + 1);
	ck_assert_int_eq(file_write(path, large, length + 1, 0644, NULL), 0);
	ck_assert_int_eq(yaml_load(&file, path, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "yaml-too-large");
	ck_assert_str_eq(error.text, "the file is larger than 33554432 bytes");
	free(large);
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(refuses_more_values_than_memory_should_hold)
{
	struct buffer text = { .limit = 0 };

	buffer_puts(&text, "[");
	for (int i = 0; i < 4000001; i++)
		buffer_puts(&text, "a,");
	/*
	 * The sequence itself is the first value; the 4,000,000th 'a' stands behind 3,999,999 of
	 * two bytes.
	 */
	refuses_bytes(text.data, text.length, "yaml-too-large", 1, 2 + 2 * 3999999,
	    "more than 4000000 values in one file");
	buffer_free(&text);
}
END_TEST

START_TEST(loads_a_file_and_names_one_that_is_not_there)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "a.yaml");
	struct yaml_file *file;
	struct ehds_error error;

	ck_assert_int_eq(file_write(path, "a: b\n", 5, 0644, NULL), 0);
	ck_assert_int_eq(yaml_load(&file, path, &error), 0);
	ck_assert_str_eq(yaml_name(file), path);
	ck_assert_str_eq(yaml_text(yaml_root(file), "a"), "b");
	yaml_free(&file);
	ck_assert_int_eq(yaml_load(&file, "/nowhere/at/all", &error), -1);
	ck_assert_ptr_null(file);
	ck_assert_str_eq(error.rule, "file-read");
	free(path);
	temporary_remove(folder);
}
END_TEST

TESTS("format/yaml", every_node_knows_its_place_and_its_keys_place, quotes_and_blocks_are_remembered,
    scalars_stay_text, looking_for_what_is_not_there_finds_nothing, an_empty_file_has_no_root,
    refuses_a_key_that_stands_twice_and_names_both_places, finds_a_duplicate_among_many_keys_in_no_time,
    refuses_anchors_aliases_and_tags, refuses_deep_nesting, refuses_what_libyaml_cannot_read_at_its_place,
    refuses_a_second_document_and_keys_that_are_no_text, refuses_bytes_that_are_no_text,
    refuses_files_that_are_too_large, refuses_more_values_than_memory_should_hold,
    loads_a_file_and_names_one_that_is_not_there)
