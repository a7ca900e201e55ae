/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/error.h"

#include "../check_main.h"

#include <string.h>

static const char *
formatted(const char *rule, const char *file, int line, int column)
{
	static char out[1024];
	struct ehds_error error;

	error_set(&error, EHDS_ERROR_DOCUMENT, rule, file, line, column, "found %s", "it");
	return error_format(&error, out, sizeof(out));
}

START_TEST(setting_fills_everything_and_returns_minus_one)
{
	struct ehds_error error;

	ck_assert_int_eq(error_set(&error, EHDS_ERROR_MAPPING, "rule-id", "a.xsl", 3, 4, "no %s", "way"), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "rule-id");
	ck_assert_str_eq(error.file, "a.xsl");
	ck_assert_int_eq(error.line, 3);
	ck_assert_int_eq(error.column, 4);
	ck_assert_str_eq(error.text, "no way");
	ck_assert_int_eq(error_set(NULL, EHDS_ERROR_CONFIG, NULL, NULL, 0, 0, "nobody listens"), -1);
}
END_TEST

START_TEST(a_second_setting_leaves_nothing_of_the_first)
{
	struct ehds_error error;

	error_set(&error, EHDS_ERROR_MAPPING, "rule-id", "a.xsl", 3, 4, "long text");
	error_set(&error, EHDS_ERROR_CONFIG, NULL, NULL, 0, 0, "short");
	ck_assert_str_eq(error.rule, "");
	ck_assert_str_eq(error.file, "");
	ck_assert_str_eq(error.text, "short");
	error_clear(&error);
	ck_assert_int_eq(error.kind, EHDS_ERROR_NONE);
	ck_assert_str_eq(error.text, "");
	error_clear(NULL);
}
END_TEST

START_TEST(a_long_text_is_cut_between_characters)
{
	struct ehds_error error;
	char text[1024];

	/* 300 times two bytes: 511 bytes hold 255 whole characters. */
	for (size_t i = 0; i < 300; i++)
		memcpy(text + 2 * i, "\xC3\xA9", 3);
	error_set(&error, EHDS_ERROR_DOCUMENT, "r", NULL, 0, 0, "%s", text);
	ck_assert_uint_eq(strlen(error.text), 510);
}
END_TEST

START_TEST(a_text_is_one_line_of_valid_utf8_whatever_it_quotes)
{
	struct ehds_error error;

	error_set(&error, EHDS_ERROR_DOCUMENT, "r", NULL, 0, 0, "'%.3s' and '%s'", "a\xE2\x82\xAC",
	    "x\ny\x7Fz\xC3\xA9");
	ck_assert_str_eq(error.text, "'a?\?' and 'x y z\xC3\xA9'");
	error_set(&error, EHDS_ERROR_DOCUMENT, "r", NULL, 0, 0, "\xFF\xFEz");
	ck_assert_str_eq(error.text, "??z");
}
END_TEST

START_TEST(formatting_leaves_out_what_is_unknown)
{
	ck_assert_str_eq(formatted("r-1", "a.xml", 3, 4), "a.xml:3:4: error: r-1: found it");
	ck_assert_str_eq(formatted("r-1", "a.xml", 3, 0), "a.xml:3: error: r-1: found it");
	ck_assert_str_eq(formatted("r-1", "a.xml", 0, 0), "a.xml: error: r-1: found it");
	ck_assert_str_eq(formatted("r-1", NULL, 3, 4), "error: r-1: found it");
	ck_assert_str_eq(formatted(NULL, NULL, 0, 0), "error: found it");
}
END_TEST

START_TEST(formatting_into_little_room_is_cut_and_terminated)
{
	struct ehds_error error;
	char out[12];

	error_set(&error, EHDS_ERROR_DOCUMENT, NULL, NULL, 0, 0, "\xC3\xA9\xC3\xA9\xC3\xA9");
	/* "error: " and room for four bytes. */
	ck_assert_str_eq(error_format(&error, out, sizeof(out)), "error: \xC3\xA9\xC3\xA9");
}
END_TEST

START_TEST(every_kind_has_its_word)
{
	ck_assert_str_eq(error_kind_name(EHDS_ERROR_NONE), "none");
	ck_assert_str_eq(error_kind_name(EHDS_ERROR_TEMPORARY), "temporary");
	ck_assert_str_eq(error_kind_name(EHDS_ERROR_DOCUMENT), "document");
	ck_assert_str_eq(error_kind_name(EHDS_ERROR_MAPPING), "mapping");
	ck_assert_str_eq(error_kind_name(EHDS_ERROR_CONFIG), "config");
	ck_assert_str_eq(error_kind_name((enum ehds_error_kind)99), "unknown");
}
END_TEST

TESTS("base/error", setting_fills_everything_and_returns_minus_one,
    a_second_setting_leaves_nothing_of_the_first, a_long_text_is_cut_between_characters,
    a_text_is_one_line_of_valid_utf8_whatever_it_quotes, formatting_leaves_out_what_is_unknown,
    formatting_into_little_room_is_cut_and_terminated, every_kind_has_its_word)
