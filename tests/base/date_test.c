/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/timezone.h"

#include "../check_main.h"

/*
 * Known days: Unix time 1,000,000,000 is 2001-09-09T01:46:40Z (11,574 days), 1,234,567,890 is
 * 2009-02-13T23:31:30Z (14,288 days), the 32-bit end 2,147,483,647 is 2038-01-19 (24,855 days). 1900-01-01 is
 * 25,567 days before 1970: the offset of NTP, 2,208,988,800 s (RFC 5905, figure 4). Day 1 of the year 1 is
 * 719,162 days before 1970 (Rata Die of 1970-01-01 is 719,163).
 */
static const struct {
	int year, month, day;
	long long days;
} known[] = {
	{ 1970, 1, 1, 0 }, { 1969, 12, 31, -1 }, { 2001, 9, 9, 11574 }, { 2009, 2, 13, 14288 },
	{ 2038, 1, 19, 24855 }, { 1900, 1, 1, -25567 }, { 1, 1, 1, -719162 },
	/* 2000-03-01 is 30 years, 7 leap days (1972 to 1996) and 31 + 29 days on: 10950 + 7 + 60. */
	{ 2000, 3, 1, 11017 }, { 2000, 2, 29, 11016 },
	/* 9999-12-31 is Rata Die 3652059. */
	{ 9999, 12, 31, 3652059 - 719163 },
};

START_TEST(days_and_dates_agree_with_known_values)
{
	int year, month, day;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		ck_assert_int_eq(days_of_date(known[i].year, known[i].month, known[i].day), known[i].days);
		date_of_days(known[i].days, &year, &month, &day);
		ck_assert_int_eq(year, known[i].year);
		ck_assert_int_eq(month, known[i].month);
		ck_assert_int_eq(day, known[i].day);
	}
}
END_TEST

START_TEST(every_day_of_four_hundred_years_follows_the_day_before)
{
	int year = 1600, month = 1, day = 1, y, m, d;
	long long days = days_of_date(1600, 1, 1), first = days;

	while (year < 2000) {
		date_of_days(days, &y, &m, &d);
		ck_assert(y == year && m == month && d == day);
		ck_assert_int_eq(days_of_date(year, month, day), days);
		days++;
		if (++day <= days_in_month(year, month))
			continue;
		day = 1;
		if (++month > 12) {
			month = 1;
			year++;
		}
	}
	ck_assert_int_eq(days - first, 146097);	/* 400 * 365 + 97 leap days */
}
END_TEST

START_TEST(february_is_long_in_leap_years_only)
{
	ck_assert_int_eq(days_in_month(2024, 2), 29);
	ck_assert_int_eq(days_in_month(2023, 2), 28);
	ck_assert_int_eq(days_in_month(1900, 2), 28);
	ck_assert_int_eq(days_in_month(2000, 2), 29);
	ck_assert_int_eq(days_in_month(2023, 4), 30);
	ck_assert_int_eq(days_in_month(2023, 12), 31);
	ck_assert_int_eq(days_in_month(2023, 0), 0);
	ck_assert_int_eq(days_in_month(2023, 13), 0);
}
END_TEST

TESTS("base/date", days_and_dates_agree_with_known_values,
    every_day_of_four_hundred_years_follows_the_day_before, february_is_long_in_leap_years_only)
