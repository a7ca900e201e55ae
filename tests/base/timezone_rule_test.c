/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/timezone.h"
#include "base/timezone_data.h"

#include "../check_main.h"

#include <stdint.h>
#include <string.h>

static bool
is_rule(const char *text)
{
	struct timezone_rule rule;

	return timezone_rule_parse(&rule, text, strlen(text), "zone", NULL) == 0;
}

/* The offset in seconds at a date and hour of UTC. */
static int
offset(const char *text, int year, int month, int day, int hour)
{
	struct timezone_rule rule;

	ck_assert_int_eq(timezone_rule_parse(&rule, text, strlen(text), "zone", NULL), 0);
	return timezone_rule_offset(&rule, days_of_date(year, month, day) * 86400 + hour * 3600);
}

START_TEST(a_zone_without_summer_time_has_one_offset)
{
	ck_assert_int_eq(offset("EST5", 2024, 7, 1, 0), -18000);
	ck_assert_int_eq(offset("<+0545>-5:45", 2024, 7, 1, 0), 20700);
	ck_assert_int_eq(offset("LMT-0:09:21", 2024, 7, 1, 0), 561);
}
END_TEST

/* New York: second Sunday of March (10th in 2024), first Sunday of November (3rd), at 02:00 local time. */
START_TEST(weeks_of_a_month_are_counted_and_the_hour_defaults_to_two)
{
	static const char rule[] = "EST5EDT,M3.2.0,M11.1.0";

	ck_assert_int_eq(offset(rule, 2024, 3, 10, 6), -18000);
	ck_assert_int_eq(offset(rule, 2024, 3, 10, 7), -14400);
	ck_assert_int_eq(offset(rule, 2024, 11, 3, 5), -14400);
	ck_assert_int_eq(offset(rule, 2024, 11, 3, 6), -18000);
}
END_TEST

/* Sydney: summer time from the first Sunday of October (6th in 2024) to that of April (7th). */
START_TEST(south_of_the_equator_summer_time_goes_over_new_year)
{
	static const char rule[] = "AEST-10AEDT,M10.1.0,M4.1.0/3";

	ck_assert_int_eq(offset(rule, 2024, 1, 1, 0), 39600);
	ck_assert_int_eq(offset(rule, 2024, 4, 6, 15), 39600);
	ck_assert_int_eq(offset(rule, 2024, 4, 6, 16), 36000);
	ck_assert_int_eq(offset(rule, 2024, 10, 5, 15), 36000);
	ck_assert_int_eq(offset(rule, 2024, 10, 5, 16), 39600);
}
END_TEST

/* Day 59 counted from 0 is 29 February in 2024 and 1 March in 2023; J60 is 1 March always. */
START_TEST(days_of_a_year_are_counted_with_or_without_the_leap_day)
{
	ck_assert_int_eq(offset("AAA0BBB,59/0,300", 2024, 2, 28, 23), 0);
	ck_assert_int_eq(offset("AAA0BBB,59/0,300", 2024, 2, 29, 0), 3600);
	ck_assert_int_eq(offset("AAA0BBB,59/0,300", 2023, 2, 28, 23), 0);
	ck_assert_int_eq(offset("AAA0BBB,59/0,300", 2023, 3, 1, 0), 3600);
	ck_assert_int_eq(offset("AAA0BBB,J60/0,J300", 2024, 2, 29, 23), 0);
	ck_assert_int_eq(offset("AAA0BBB,J60/0,J300", 2024, 3, 1, 0), 3600);
	ck_assert_int_eq(offset("AAA0BBB,J60/0,J300", 2023, 2, 28, 23), 0);
	ck_assert_int_eq(offset("AAA0BBB,J60/0,J300", 2023, 3, 1, 0), 3600);
}
END_TEST

/*
 * RFC 9636, 3.3.1: "EST5EDT,0/0,J365/25" is summer time all year;
 * "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1" Greenland.
 */
START_TEST(times_outside_a_day_count_on_and_back)
{
	for (int month = 1; month <= 12; month++)
		ck_assert_int_eq(offset("EST5EDT,0/0,J365/25", 2024, month, 1, 4), -14400);
	ck_assert_int_eq(offset("EST5EDT,0/0,J365/25", 2024, 12, 31, 23), -14400);
	/*
	 * The last Sunday of March 2024 is the 31st; -2 h of it is the 30th 22:00 local, 01:00 UTC
	 * of the 31st.
	 */
	ck_assert_int_eq(offset("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 2024, 3, 31, 0), -10800);
	ck_assert_int_eq(offset("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 2024, 3, 31, 1), -7200);
	ck_assert_int_eq(offset("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 2024, 10, 27, 0), -7200);
	ck_assert_int_eq(offset("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 2024, 10, 27, 1), -10800);
}
END_TEST

/* Irish law calls winter time the deviation: a summer "offset" west of the standard one. */
START_TEST(summer_time_may_be_behind_standard_time)
{
	ck_assert_int_eq(offset("IST-1GMT0,M10.5.0,M3.5.0/1", 2024, 7, 1, 0), 3600);
	ck_assert_int_eq(offset("IST-1GMT0,M10.5.0,M3.5.0/1", 2024, 1, 1, 0), 0);
}
END_TEST

START_TEST(any_instant_has_an_offset)
{
	struct timezone_rule rule;
	static const char text[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	static const long long instants[] = { INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX };

	ck_assert_int_eq(timezone_rule_parse(&rule, text, strlen(text), "zone", NULL), 0);
	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		int seconds = timezone_rule_offset(&rule, instants[i]);

		ck_assert(seconds == 3600 || seconds == 7200);
	}
}
END_TEST

START_TEST(refuses_what_is_no_rule)
{
	static const char *const broken[] = {
		"X", "EST", "EST5EDT,", "EST5EDT,M3.2.0", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M0.1.0,M11.1.0",
		"EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
		"EST5EDT,J0,J365",
		"EST5EDT,J366,J365", "EST5EDT,366,300", "EST25", "EST24:00:01", "EST-24EDT,M3.2.0,M11.1.0",
		"EST5:60", "EST5EDT,M3.2.0/168,M11.1.0",
		"<ab>5", "<+03", "EST5EDT,M3.2.0,M11.1.0x", "EST5EDT99999999999999999999",
		"EST5EDT,M3.2,M11.1.0",
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		ck_assert_msg(!is_rule(broken[i]), "%s was taken", broken[i]);
	ck_assert(is_rule(""));
}
END_TEST

TESTS("base/timezone_rule", a_zone_without_summer_time_has_one_offset,
    weeks_of_a_month_are_counted_and_the_hour_defaults_to_two,
    south_of_the_equator_summer_time_goes_over_new_year,
    days_of_a_year_are_counted_with_or_without_the_leap_day, times_outside_a_day_count_on_and_back,
    summer_time_may_be_behind_standard_time, any_instant_has_an_offset, refuses_what_is_no_rule)
