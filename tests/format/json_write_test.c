/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/json.h"

#include "../check_main.h"

#include <string.h>

/* { "a": [1.50, "x", [], {}], "b": null, "c": { "d": true } } */
static char *
written(bool pretty)
{
	struct buffer out = { .limit = 0 };
	struct json_writer writer = json_writer_new(&out, pretty);

	json_open(&writer, '{');
	json_key(&writer, "a");
	json_open(&writer, '[');
	json_raw(&writer, "1.50");
	json_string(&writer, "x");
	json_open(&writer, '[');
	json_close(&writer, ']');
	json_open(&writer, '{');
	json_close(&writer, '}');
	json_close(&writer, ']');
	json_key(&writer, "b");
	json_string(&writer, NULL);
	json_key(&writer, "c");
	json_open(&writer, '{');
	json_key(&writer, "d");
	json_boolean(&writer, true);
	json_close(&writer, '}');
	json_close(&writer, '}');
	return buffer_take(&out, NULL);
}

START_TEST(commas_and_nesting_are_the_writers_business)
{
	char *text = written(false);

	ck_assert_str_eq(text, "{\"a\":[1.50,\"x\",[],{}],\"b\":null,\"c\":{\"d\":true}}");
	free(text);
}
END_TEST

START_TEST(pretty_means_two_spaces_a_level)
{
	char *text = written(true);

	ck_assert_str_eq(text,
	    "{\n"
	    "  \"a\": [\n"
	    "    1.50,\n"
	    "    \"x\",\n"
	    "    [],\n"
	    "    {}\n"
	    "  ],\n"
	    "  \"b\": null,\n"
	    "  \"c\": {\n"
	    "    \"d\": true\n"
	    "  }\n"
	    "}");
	free(text);
}
END_TEST

START_TEST(a_root_may_be_a_single_value)
{
	struct buffer out = { .limit = 0 };
	struct json_writer writer = json_writer_new(&out, true);

	json_integer(&writer, -9223372036854775807LL);
	ck_assert_str_eq(out.data, "-9223372036854775807");
	buffer_clear(&out);
	writer = json_writer_new(&out, false);
	json_boolean(&writer, false);
	ck_assert_str_eq(out.data, "false");
	buffer_free(&out);
}
END_TEST

/* RFC 8259, section 7: what must be escaped, and nothing else. */
START_TEST(only_what_must_be_is_escaped)
{
	struct buffer out = { .limit = 0 };

	json_write_string(&out, "\"\\\b\f\n\r\t\x01\x1F/\x7F\xC3\xA9", 13);
	ck_assert_str_eq(out.data, "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\x7F\xC3\xA9\"");
	buffer_clear(&out);
	json_write_string(&out, "a\0b", 3);
	ck_assert_str_eq(out.data, "\"a\\u0000b\"");
	buffer_clear(&out);
	json_write_string(&out, "", 0);
	ck_assert_str_eq(out.data, "\"\"");
	buffer_free(&out);
}
END_TEST

START_TEST(keys_are_escaped_too)
{
	struct buffer out = { .limit = 0 };
	struct json_writer writer = json_writer_new(&out, false);

	json_open(&writer, '{');
	json_key(&writer, "a\"b");
	json_integer(&writer, 1);
	json_close(&writer, '}');
	ck_assert_str_eq(out.data, "{\"a\\\"b\":1}");
	buffer_free(&out);
}
END_TEST

/* What is written is read back as it was: all characters of one byte, and some of more. */
START_TEST(what_is_written_is_read_back)
{
	struct buffer out = { .limit = 0 };
	struct arena *arena = arena_new(0);
	const struct json *root;
	char text[140];
	size_t length = 0;

	for (int character = 1; character < 128; character++)
		text[length++] = (char)character;
	memcpy(text + length, "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10);
	json_write_string(&out, text, strlen(text));
	ck_assert_int_eq(json_parse(&root, out.data, out.length, "t", &json_limits_default, arena, NULL), 0);
	ck_assert_str_eq(root->text, text);
	arena_free(&arena);
	buffer_free(&out);
}
END_TEST

TESTS("format/json_write", commas_and_nesting_are_the_writers_business, pretty_means_two_spaces_a_level,
    a_root_may_be_a_single_value, only_what_must_be_is_escaped, keys_are_escaped_too,
    what_is_written_is_read_back)
