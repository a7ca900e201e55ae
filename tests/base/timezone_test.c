/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/timezone.h"

#include "../check_main.h"

/*
 * The changes of the European Union are the last Sundays of March and October at 01:00 UTC
 * (Directive 2000/84/EC, articles 2 and 3). Which days those are: a calendar. 2050 and 2100 lie
 * behind every table; 2100 is no leap year.
 */
static const struct {
	int year, march, october;
} published[] = {
	{ 2022, 27, 30 }, { 2023, 26, 29 }, { 2024, 31, 27 }, { 2025, 30, 26 }, { 2026, 29, 25 },
	{ 2050, 27, 30 }, { 2100, 28, 31 },
};

static struct timezone_data *
load(const char *name)
{
	struct timezone_data *zone;
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	ck_assert_msg(timezone_load(&zone, name, &error) == 0, "%s", error.text);
	return zone;
}

static void
follows_european_summer_time(const char *name)
{
	struct timezone_data *zone = load(name);
	bool ambiguous;

	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		int year = published[i].year, march = published[i].march, october = published[i].october;
		long long spring = days_of_date(year, 3, march) * 86400 + 3600;
		long long autumn = days_of_date(year, 10, october) * 86400 + 3600;

		ck_assert_int_eq(timezone_offset_at(zone, spring - 1), 60);
		ck_assert_int_eq(timezone_offset_at(zone, spring), 120);
		ck_assert_int_eq(timezone_offset_at(zone, autumn - 1), 120);
		ck_assert_int_eq(timezone_offset_at(zone, autumn), 60);
		/* In local time: 02:00 to 03:00 never is in spring and is twice in autumn. */
		ck_assert_int_eq(timezone_offset(zone, year, 3, march, 1, 59, 59, &ambiguous), 60);
		ck_assert(!ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 3, march, 2, 0, 0, &ambiguous), 60);
		ck_assert(ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 3, march, 2, 59, 59, &ambiguous), 60);
		ck_assert(ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 3, march, 3, 0, 0, &ambiguous), 120);
		ck_assert(!ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 10, october, 1, 59, 59, &ambiguous), 120);
		ck_assert(!ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 10, october, 2, 0, 0, &ambiguous), 120);
		ck_assert(ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 10, october, 2, 59, 59, &ambiguous), 120);
		ck_assert(ambiguous);
		ck_assert_int_eq(timezone_offset(zone, year, 10, october, 3, 0, 0, &ambiguous), 60);
		ck_assert(!ambiguous);
	}
	timezone_free(&zone);
	ck_assert_ptr_null(zone);
}

START_TEST(paris_follows_european_summer_time)
{
	follows_european_summer_time("Europe/Paris");
}
END_TEST

START_TEST(copenhagen_follows_european_summer_time)
{
	follows_european_summer_time("Europe/Copenhagen");
}
END_TEST

START_TEST(utc_never_changes)
{
	struct timezone_data *zone = load("UTC");
	bool ambiguous;

	ck_assert_int_eq(timezone_offset_at(zone, 0), 0);
	ck_assert_int_eq(timezone_offset(zone, 2024, 7, 1, 12, 0, 0, &ambiguous), 0);
	ck_assert(!ambiguous);
	ck_assert_int_eq(timezone_offset(zone, 1, 1, 1, 0, 0, 0, NULL), 0);
	ck_assert_int_eq(timezone_offset(zone, 9999, 12, 31, 24, 0, 0, NULL), 0);
	timezone_free(&zone);
}
END_TEST

/* The law of 9 March 1911 put French time 9 min 21 s back from Paris mean time to that of Greenwich. */
START_TEST(before_zones_there_is_local_mean_time_to_the_nearest_minute)
{
	struct timezone_data *zone = load("Europe/Paris");

	ck_assert_int_eq(timezone_offset(zone, 1890, 1, 1, 12, 0, 0, NULL), 9);
	ck_assert_int_eq(timezone_offset(zone, 1, 1, 1, 0, 0, 0, NULL), 9);
	ck_assert_int_eq(timezone_offset(zone, 1912, 1, 1, 12, 0, 0, NULL), 0);
	timezone_free(&zone);
}
END_TEST

/* Samoa left out 30 December 2011 and went from UTC-10 to UTC+14 (International Date Line Act 2011). */
START_TEST(a_day_that_never_was_gives_the_offset_before_it)
{
	struct timezone_data *zone = load("Pacific/Apia");
	bool ambiguous;

	ck_assert_int_eq(timezone_offset(zone, 2011, 12, 29, 23, 59, 59, &ambiguous), -600);
	ck_assert(!ambiguous);
	ck_assert_int_eq(timezone_offset(zone, 2011, 12, 30, 12, 0, 0, &ambiguous), -600);
	ck_assert(ambiguous);
	ck_assert_int_eq(timezone_offset(zone, 2011, 12, 31, 0, 0, 0, &ambiguous), 840);
	ck_assert(!ambiguous);
	timezone_free(&zone);
}
END_TEST

TESTS("base/timezone", paris_follows_european_summer_time, copenhagen_follows_european_summer_time,
    utc_never_changes, before_zones_there_is_local_mean_time_to_the_nearest_minute,
    a_day_that_never_was_gives_the_offset_before_it)
