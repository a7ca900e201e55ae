/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/xml_body.h"
#include "base/buffer.h"

#include "../check_main.h"

#include <string.h>

static bool
is_body(const char *text)
{
	return xml_body_is_base64(text, strlen(text));
}

/* A text of many lines: before each, indent; each of length digits. */
static bool
lines_are_body(const char *indent, size_t length)
{
	struct buffer text = { .limit = 0 };
	bool is;

	for (int line = 0; line < 100; line++) {
		buffer_puts(&text, indent);
		for (size_t i = 0; i < length; i++)
			buffer_putc(&text, "ABCxyz019+/"[i % 11]);
	}
	is = xml_body_is_base64(text.data, text.length);
	buffer_free(&text);
	return is;
}

START_TEST(takes_digits_padding_and_white_space_around)
{
	ck_assert(is_body("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"));
	ck_assert(is_body(" \r\n\tABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/==\n "));
	ck_assert(is_body("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= ="));
}
END_TEST

START_TEST(takes_lines_as_mime_and_pem_break_them_also_indented)
{
	ck_assert(lines_are_body("\n", 64));
	ck_assert(lines_are_body("\r\n", 76));
	ck_assert(lines_are_body("\n                                ", 76));
}
END_TEST

START_TEST(leaves_prose_alone_even_without_punctuation)
{
	ck_assert(!lines_are_body(" ", 12));
	ck_assert(!lines_are_body("\n", 23));
	ck_assert(!is_body("dies ist ein Text ohne Satzzeichen und ohne Umlaute in lauter kurzen Worten"));
}
END_TEST

START_TEST(leaves_nothing_and_white_space_alone)
{
	ck_assert(!is_body(""));
	ck_assert(!is_body("   \n\n\n      \n"));
	ck_assert(!is_body("=="));
}
END_TEST

START_TEST(one_foreign_byte_anywhere_is_enough)
{
	char text[201];

	for (size_t at = 0; at < 200; at++) {
		memset(text, 'Q', 200);
		text[200] = '\0';
		ck_assert(is_body(text));
		text[at] = '-';
		ck_assert_msg(!is_body(text), "at %zu", at);
		text[at] = (char)0xC1;
		ck_assert_msg(!is_body(text), "at %zu", at);
		/* Padding is at the end only. */
		text[at] = '=';
		ck_assert_msg(is_body(text) == (at == 199), "at %zu", at);
	}
}
END_TEST

/* RFC 4648, table 1, against every byte there is. */
START_TEST(knows_the_alphabet_and_nothing_else)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[100];

	for (int byte = 0; byte < 256; byte++) {
		bool belongs = memchr(digits, byte, 64) != NULL ||
		    (byte != 0 && strchr(" \t\r\n", byte) != NULL);

		for (size_t at = 0; at < 99; at += 49) {
			memset(text, 'Q', sizeof(text));
			text[at] = (char)byte;
			ck_assert_msg(xml_body_is_base64(text, sizeof(text)) == belongs, "byte %d", byte);
		}
	}
}
END_TEST

START_TEST(counts_are_right_beyond_what_a_lane_holds)
{
	/* 100,000 lines of 24 digits are on the border of prose; of 23, behind it. */
	struct buffer text = { .limit = 0 };

	for (int line = 0; line < 100000; line++)
		buffer_puts(&text, "ABCDEFGHIJKLMNOPQRSTUVWX\n");
	ck_assert(xml_body_is_base64(text.data, text.length));
	buffer_clear(&text);
	for (int line = 0; line < 100000; line++)
		buffer_puts(&text, "ABCDEFGHIJKLMNOPQRSTUVW\n");
	ck_assert(!xml_body_is_base64(text.data, text.length));
	buffer_free(&text);
}
END_TEST

TESTS("format/xml_body", takes_digits_padding_and_white_space_around,
    takes_lines_as_mime_and_pem_break_them_also_indented, leaves_prose_alone_even_without_punctuation,
    leaves_nothing_and_white_space_alone, one_foreign_byte_anywhere_is_enough,
    knows_the_alphabet_and_nothing_else, counts_are_right_beyond_what_a_lane_holds)
