/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/json.h"

#include "../check_main.h"

#include <string.h>

/* A parsed text and the arena it lives in. */
struct parsed {
	struct arena *arena;
	const struct json *root;
};

static struct parsed
parse(const char *text)
{
	struct parsed parsed = { .arena = arena_new(0) };
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	ck_assert_msg(json_parse(&parsed.root, text, strlen(text), "t.json", &json_limits_default,
	    parsed.arena, &error) == 0, "refused: %s", error.text);
	return parsed;
}

static void
refuses_bytes(const char *bytes, size_t length, const struct json_limits *limits, const char *rule, int line,
    int column, const char *text)
{
	struct arena *arena = arena_new(0);
	const struct json *root;
	struct ehds_error error;
	char *exact = malloc(length > 0 ? length : 1);

	memcpy(exact, bytes, length);
	ck_assert_int_eq(json_parse(&root, exact, length, "t.json", limits, arena, &error), -1);
	ck_assert_ptr_null(root);
	ck_assert_str_eq(error.text, text);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.file, "t.json");
	ck_assert_int_eq(error.line, line);
	ck_assert_int_eq(error.column, column);
	free(exact);
	arena_free(&arena);
}

static void
refuses(const char *text, const char *rule, int line, int column, const char *words)
{
	refuses_bytes(text, strlen(text), &json_limits_default, rule, line, column, words);
}

START_TEST(every_value_knows_its_kind_place_and_key)
{
	struct parsed parsed = parse("{ \"a\": [ 1.50,\n  true, null ],\n\t\"b\": { \"c\": \"x\" } }\n");
	const struct json *a = json_get(parsed.root, "a"), *b = json_get(parsed.root, "b"),
	    *item = a->children;

	ck_assert_int_eq(parsed.root->kind, JSON_OBJECT);
	ck_assert_uint_eq(parsed.root->count, 2);
	ck_assert_ptr_null(parsed.root->key);
	ck_assert_int_eq(a->kind, JSON_ARRAY);
	ck_assert_uint_eq(a->count, 3);
	ck_assert_str_eq(a->key, "a");
	ck_assert_int_eq(a->line, 1);
	ck_assert_int_eq(a->column, 8);
	ck_assert_int_eq(item->kind, JSON_NUMBER);
	ck_assert_str_eq(item->text, "1.50");
	ck_assert_uint_eq(item->length, 4);
	ck_assert_ptr_null(item->key);
	ck_assert_int_eq(item->next->kind, JSON_TRUE);
	ck_assert_int_eq(item->next->line, 2);
	ck_assert_int_eq(item->next->column, 3);
	ck_assert_int_eq(item->next->next->kind, JSON_NULL);
	ck_assert_ptr_null(item->next->next->next);
	ck_assert_int_eq(b->line, 3);
	ck_assert_int_eq(b->column, 7);
	ck_assert_str_eq(json_text(b, "c"), "x");
	arena_free(&parsed.arena);
}
END_TEST

START_TEST(any_value_may_be_the_root)
{
	static const struct {
		const char *text;
		enum json_kind kind;
	} cases[] = {
		{ "null", JSON_NULL }, { " true ", JSON_TRUE }, { "false", JSON_FALSE },
		{ "-0.0e-0", JSON_NUMBER },
		{ "\"\"", JSON_STRING }, { "[]", JSON_ARRAY }, { "\xEF\xBB\xBF{}", JSON_OBJECT },
		{ "[[],[{}]]", JSON_ARRAY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed parsed = parse(cases[i].text);

		ck_assert_int_eq(parsed.root->kind, cases[i].kind);
		arena_free(&parsed.arena);
	}
}
END_TEST

START_TEST(looking_for_what_is_not_there_finds_nothing)
{
	struct parsed parsed = parse("{\"a\":1,\"b\":[\"c\"]}");

	ck_assert_ptr_null(json_get(parsed.root, "c"));
	ck_assert_ptr_null(json_get(NULL, "a"));
	ck_assert_ptr_null(json_get(json_get(parsed.root, "b"), "c"));
	ck_assert_ptr_null(json_text(parsed.root, "a"));
	ck_assert_ptr_null(json_text(NULL, "a"));
	arena_free(&parsed.arena);
}
END_TEST

START_TEST(refuses_what_breaks_the_structure_at_its_place)
{
	refuses("", "json-syntax", 1, 1, "the text ends where a value should stand");
	refuses(" \n ", "json-syntax", 2, 2, "the text ends where a value should stand");
	refuses("[1,\n 2", "json-syntax", 2, 3, "the text ends where ',' or ']' should stand");
	refuses("[1 2]", "json-syntax", 1, 4, "'2' where ',' or ']' should stand");
	refuses("[1,]", "json-syntax", 1, 4, "']' where a value should stand");
	refuses("[,1]", "json-syntax", 1, 2, "',' where a value should stand");
	refuses("[1}", "json-syntax", 1, 3, "'}' where ',' or ']' should stand");
	refuses("{\"a\":1]", "json-syntax", 1, 7, "']' where ',' or '}' should stand");
	refuses("{\"a\":1,}", "json-syntax", 1, 8, "'}' where a key in quotes should stand");
	refuses("{\"a\" 1}", "json-syntax", 1, 6, "'1' where ':' should stand");
	refuses("{a:1}", "json-syntax", 1, 2, "'a' where a key in quotes should stand");
	refuses("[]]", "json-syntax", 1, 3, "']' where the end of the text should stand");
	refuses("{} {}", "json-syntax", 1, 4, "'{' where the end of the text should stand");
	refuses("[nul]", "json-syntax", 1, 2, "'n' where a value should stand");
	refuses("[True]", "json-syntax", 1, 2, "'T' where a value should stand");
	refuses("[NaN]", "json-syntax", 1, 2, "'N' where a value should stand");
	refuses("// x\n1", "json-syntax", 1, 1, "'/' where a value should stand");
	refuses("[\f1]", "json-syntax", 1, 2, "byte 0x0C where a value should stand");
	refuses("\xC2\xA0[]", "json-syntax", 1, 1, "byte 0xC2 where a value should stand");
}
END_TEST

START_TEST(refuses_a_key_that_stands_twice_and_names_both_places)
{
	refuses("{\"a\":1,\n\"b\":2,\"a\":3}", "json-duplicate-key", 2, 11,
	    "the key 'a' stands twice in one object, first at 1:6");
	refuses("[{\"x\":{\"a\":1,\"\\u0061\":2}}]", "json-duplicate-key", 1, 23,
	    "the key 'a' stands twice in one object, first at 1:12");
}
END_TEST

START_TEST(equal_keys_of_different_objects_are_fine)
{
	struct parsed parsed = parse("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}");

	ck_assert_uint_eq(parsed.root->count, 2);
	arena_free(&parsed.arena);
}
END_TEST

START_TEST(an_object_of_many_keys_costs_no_square)
{
	struct buffer text = { .limit = 0 };
	struct parsed parsed;

	buffer_puts(&text, "{\"first\":0");
	for (int i = 0; i < 200000; i++)
		buffer_printf(&text, ",\"%d\":0", i);
	buffer_puts(&text, "}");
	parsed = parse(text.data);
	ck_assert_uint_eq(parsed.root->count, 200001);
	arena_free(&parsed.arena);
	buffer_free(&text);
}
END_TEST

START_TEST(depth_values_and_bytes_are_bounded)
{
	const struct json_limits limits = { .bytes = 12, .depth = 2, .values = 4 };
	struct buffer deep = { .limit = 0 };
	struct parsed parsed = { .arena = arena_new(0) };

	ck_assert_int_eq(json_parse(&parsed.root, "[[1],2]", 7, "t", &limits, parsed.arena, NULL), 0);
	arena_free(&parsed.arena);
	refuses_bytes("[[[1]]]", 7, &limits, "json-depth", 1, 3, "nested more than 2 deep");
	refuses_bytes("[1,2,3,4]", 9, &limits, "json-values", 1, 8, "more than 4 values");
	refuses_bytes("             ", 13, &limits, "json-too-large", 0, 0,
	    "the document has 13 bytes, the limit is 12");
	for (int i = 0; i < 1000000; i++)
		buffer_putc(&deep, '[');
	refuses(deep.data, "json-depth", 1, 129, "nested more than 128 deep");
	buffer_free(&deep);
}
END_TEST

START_TEST(a_full_arena_is_a_document_too_large)
{
	static const char *const texts[] = { "[]", "[1234567890123456789012345678901234567890]",
	    "\"12345678901234567\"" };
	const struct json_limits limits = { .bytes = 100, .depth = 1, .values = 10 };
	struct ehds_error error;
	const struct json *root;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t size = 1; size < 200; size += 16) {
			struct arena *arena = arena_new(size);

			if (json_parse(&root, texts[i], strlen(texts[i]), "t", &limits, arena, &error) != 0) {
				ck_assert_str_eq(error.rule, "json-too-large");
				ck_assert_str_eq(error.text,
				    "the document needs more memory than it may take");
			}
			arena_free(&arena);
		}
	}
}
END_TEST

START_TEST(refuses_bytes_that_are_no_utf8)
{
	refuses("[\n\"caf\xE9\"]", "json-encoding", 2, 5, "byte 0xE9 is no UTF-8 here");
	refuses("[\"\xED\xA0\x80\"]", "json-encoding", 1, 3, "byte 0xED is no UTF-8 here");
	refuses_bytes("\xFF\xFE[\0]\0", 6, &json_limits_default, "json-encoding", 1, 1,
	    "byte 0xFF is no UTF-8 here");
}
END_TEST

TESTS("format/json", every_value_knows_its_kind_place_and_key, any_value_may_be_the_root,
    looking_for_what_is_not_there_finds_nothing, refuses_what_breaks_the_structure_at_its_place,
    refuses_a_key_that_stands_twice_and_names_both_places, equal_keys_of_different_objects_are_fine,
    an_object_of_many_keys_costs_no_square, depth_values_and_bytes_are_bounded,
    a_full_arena_is_a_document_too_large, refuses_bytes_that_are_no_utf8)
