/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buffer.h"

#include "../check_main.h"

#include <string.h>

START_TEST(what_is_written_stands_one_behind_the_other_and_ends_with_nul)
{
	struct buffer buffer = { .limit = 0 };

	buffer_append(&buffer, "ab", 2);
	buffer_putc(&buffer, 'c');
	buffer_puts(&buffer, "de");
	buffer_printf(&buffer, "%03d", 7);
	buffer_append(&buffer, NULL, 0);
	ck_assert_str_eq(buffer.data, "abcde007");
	ck_assert_uint_eq(buffer.length, 8);
	ck_assert(!buffer.failed);
	buffer_free(&buffer);
	ck_assert_ptr_null(buffer.data);
}
END_TEST

START_TEST(grows_past_its_first_capacity)
{
	struct buffer buffer = { .limit = 0 };

	for (int i = 0; i < 10000; i++)
		buffer_putc(&buffer, (char)('a' + i % 26));
	ck_assert_uint_eq(buffer.length, 10000);
	ck_assert_int_eq(buffer.data[9999], 'a' + 9999 % 26);
	ck_assert_int_eq(buffer.data[10000], '\0');
	buffer_free(&buffer);
}
END_TEST

START_TEST(takes_exactly_its_limit_and_drops_all_that_follows)
{
	struct buffer buffer = { .limit = 4 };

	buffer_puts(&buffer, "abcd");
	ck_assert(!buffer.failed);
	buffer_putc(&buffer, 'e');
	ck_assert(buffer.failed);
	buffer_puts(&buffer, "");
	ck_assert_uint_eq(buffer.length, 4);
	buffer_clear(&buffer);
	ck_assert(!buffer.failed);
	buffer_printf(&buffer, "%s", "abcde");
	ck_assert(buffer.failed);
	ck_assert_ptr_null(buffer_take(&buffer, NULL));
	ck_assert_uint_eq(buffer.limit, 4);
	buffer_free(&buffer);
}
END_TEST

START_TEST(taking_gives_the_text_and_leaves_the_buffer_empty)
{
	struct buffer buffer = { .limit = 100 };
	size_t length = 1;
	char *text;

	text = buffer_take(&buffer, &length);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(length, 0);
	free(text);
	buffer_puts(&buffer, "abc");
	text = buffer_take(&buffer, &length);
	ck_assert_str_eq(text, "abc");
	ck_assert_uint_eq(length, 3);
	ck_assert_ptr_null(buffer.data);
	ck_assert_uint_eq(buffer.length, 0);
	ck_assert_uint_eq(buffer.limit, 100);
	free(text);
}
END_TEST

TESTS("base/buffer", what_is_written_stands_one_behind_the_other_and_ends_with_nul,
    grows_past_its_first_capacity,
    takes_exactly_its_limit_and_drops_all_that_follows, taking_gives_the_text_and_leaves_the_buffer_empty)
