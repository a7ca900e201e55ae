/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers as people write them, into the form of R4 decimals (datatypes.html#decimal). */
#include "mapping/number.h"

#include "../check_main.h"

#include <string.h>

static const char *
read(const char *text)
{
	static char out[200];

	return number_of_text(text, out) ? out : "none";
}

START_TEST(keeps_the_digits_of_a_plain_number)
{
	ck_assert_str_eq(read("12"), "12");
	ck_assert_str_eq(read("1.50"), "1.50");
	ck_assert_str_eq(read("0"), "0");
	ck_assert_str_eq(read("0.0"), "0.0");
}
END_TEST

START_TEST(takes_a_single_comma_or_point_for_the_decimal_mark)
{
	ck_assert_str_eq(read("1,5"), "1.5");
	ck_assert_str_eq(read("1,234"), "1.234");
	ck_assert_str_eq(read("1.234"), "1.234");
}
END_TEST

START_TEST(takes_out_marks_between_thousands)
{
	ck_assert_str_eq(read("1 234"), "1234");
	ck_assert_str_eq(read("1\xC2\xA0" "234,5"), "1234.5");
	ck_assert_str_eq(read("1\xE2\x80\xAF" "234\xE2\x80\xAF" "567"), "1234567");
	ck_assert_str_eq(read("1\xE2\x80\x89" "234"), "1234");
	ck_assert_str_eq(read("1.234,5"), "1234.5");
	ck_assert_str_eq(read("1,234.5"), "1234.5");
	ck_assert_str_eq(read("1.234.567"), "1234567");
	ck_assert_str_eq(read("1,234,567"), "1234567");
	ck_assert_str_eq(read("1'234"), "1234");
	ck_assert_str_eq(read("1\xE2\x80\x99" "234"), "1234");
}
END_TEST

START_TEST(keeps_a_minus_and_drops_a_plus)
{
	ck_assert_str_eq(read("-1,5"), "-1.5");
	ck_assert_str_eq(read("+2"), "2");
}
END_TEST

/* R4: -?(0|[1-9][0-9]*)(\.[0-9]+)? */
START_TEST(mends_zeros_that_r4_does_not_take)
{
	ck_assert_str_eq(read("007"), "7");
	ck_assert_str_eq(read("00.5"), "0.5");
	ck_assert_str_eq(read(".5"), "0.5");
	ck_assert_str_eq(read("-,5"), "-0.5");
}
END_TEST

START_TEST(passes_over_space_around_it)
{
	ck_assert_str_eq(read("  12,5\n"), "12.5");
}
END_TEST

START_TEST(refuses_what_is_no_number)
{
	static const char *const texts[] = { "", " ", "x", "1x", "1e3", "5.", "5,", ".", ",",
	    "1,,5", "1.2.3", "1,2,3", "12,34.5",
	    "1234,567.8", "1 23", "1 2345", "1 234 56", "--1", "- 1", "1-2", "1,234,56",
	    "1 234.567.890", "<5", "1 234'567", "1.234,5,6" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(strcmp(read(texts[i]), "none") == 0, "'%s' is read as %s", texts[i],
		    read(texts[i]));
}
END_TEST

START_TEST(refuses_numbers_that_are_too_long)
{
	char text[200];

	memset(text, '1', sizeof(text));
	text[100] = '\0';
	ck_assert_str_eq(read(text), text);
	text[100] = '1';
	text[101] = '\0';
	ck_assert_str_eq(read(text), "none");
}
END_TEST

TESTS("mapping/number", keeps_the_digits_of_a_plain_number,
    takes_a_single_comma_or_point_for_the_decimal_mark, takes_out_marks_between_thousands,
    keeps_a_minus_and_drops_a_plus, mends_zeros_that_r4_does_not_take, passes_over_space_around_it,
    refuses_what_is_no_number, refuses_numbers_that_are_too_long)
