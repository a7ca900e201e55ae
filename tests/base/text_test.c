/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"

#include "../check_main.h"

#include <string.h>

static size_t
valid(const char *text)
{
	return text_valid_utf8(text, strlen(text));
}

/* The well-formed ranges of RFC 3629, section 4. */
START_TEST(accepts_utf8_of_every_length)
{
	ck_assert_uint_eq(valid("ascii only, longer than eight"), 29);
	ck_assert_uint_eq(valid("\xC3\xA9"), 2);
	ck_assert_uint_eq(valid("\xE2\x82\xAC"), 3);
	ck_assert_uint_eq(valid("\xF0\x9F\x98\x80"), 4);
}
END_TEST

START_TEST(stops_at_overlong_forms_surrogates_and_values_over_10ffff)
{
	ck_assert_uint_eq(valid("a\xC0\xAF"), 1);
	ck_assert_uint_eq(valid("a\xE0\x80\xAF"), 1);
	ck_assert_uint_eq(valid("ab\xED\xA0\x80"), 2);
	ck_assert_uint_eq(valid("\xF4\x90\x80\x80"), 0);
	ck_assert_uint_eq(valid("12345678\xFF"), 8);
	ck_assert_uint_eq(valid("12345678901234567890123456789012345\xFF"), 35);
	ck_assert_uint_eq(valid("a\xE2\x82"), 1);
}
END_TEST

START_TEST(trims_an_incomplete_character_and_nothing_else)
{
	char cut[] = "ab\xE2\x82", whole[] = "ab\xE2\x82\xAC", ascii[] = "ab";

	text_trim_partial_utf8(cut);
	text_trim_partial_utf8(whole);
	text_trim_partial_utf8(ascii);
	ck_assert_str_eq(cut, "ab");
	ck_assert_str_eq(whole, "ab\xE2\x82\xAC");
	ck_assert_str_eq(ascii, "ab");
}
END_TEST

/* XML 1.0, production 3. */
START_TEST(white_space_is_that_of_xml)
{
	for (int byte = 0; byte < 256; byte++)
		ck_assert(text_is_space((char)byte) == (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'));
	ck_assert(text_is_blank(NULL));
	ck_assert(text_is_blank(""));
	ck_assert(text_is_blank(" \t\r\n"));
	ck_assert(!text_is_blank(" x "));
	ck_assert(!text_is_blank("\xC2\xA0"));
}
END_TEST

START_TEST(beginnings_and_ends_are_whole_texts_too)
{
	ck_assert(text_starts_with("abc", "ab"));
	ck_assert(text_starts_with("abc", "abc"));
	ck_assert(text_starts_with("abc", ""));
	ck_assert(!text_starts_with("abc", "abcd"));
	ck_assert(!text_starts_with("abc", "b"));
	ck_assert(text_ends_with("abc", "bc"));
	ck_assert(text_ends_with("abc", "abc"));
	ck_assert(text_ends_with("abc", ""));
	ck_assert(!text_ends_with("abc", "xabc"));
	ck_assert(!text_ends_with("abc", "b"));
}
END_TEST

START_TEST(suggests_the_nearest_word_only_when_it_is_near)
{
	static const char *const words[] = { "stylesheet", "statements", NULL, "tables" };

	ck_assert_str_eq(text_nearest("styleshet", words, 4), "stylesheet");
	ck_assert_str_eq(text_nearest("table", words, 4), "tables");
	ck_assert_ptr_null(text_nearest("colour", words, 4));
	ck_assert_ptr_null(text_nearest("x", words, 4));
}
END_TEST

TESTS("base/text", accepts_utf8_of_every_length, stops_at_overlong_forms_surrogates_and_values_over_10ffff,
    trims_an_incomplete_character_and_nothing_else, white_space_is_that_of_xml,
    beginnings_and_ends_are_whole_texts_too, suggests_the_nearest_word_only_when_it_is_near)
