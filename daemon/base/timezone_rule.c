/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The POSIX TZ string at the end of a TZif file, e.g. "CET-1CEST,M3.5.0,M10.5.0/3": what goes on after the
 * table, which slim files end in the past. POSIX counts offsets west of Greenwich, everyone else east.
 */
#include "base/timezone.h"
#include "base/timezone_data.h"

#include <string.h>

#define DAY 86400
#define ERA (146097LL * DAY)	/* 400 years: days of the week and leap days repeat */

struct reader {
	const char *at, *end;
};

static bool
take(struct reader *reader, char character)
{
	if (reader->at == reader->end || *reader->at != character)
		return false;
	reader->at++;
	return true;
}

/* Digits only; false when there is none or the number is over most. */
static bool
read_number(struct reader *reader, int most, int *number)
{
	const char *start = reader->at;

	*number = 0;
	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
		*number = *number * 10 + (*reader->at++ - '0');
		if (*number > most)
			return false;
	}
	return reader->at > start;
}

/* "CET" or "<+0330>": at least three characters. */
static bool
skip_name(struct reader *reader)
{
	const char *start = reader->at, *close;

	if (take(reader, '<')) {
		close = memchr(reader->at, '>', (size_t)(reader->end - reader->at));
		if (close == NULL || close - reader->at < 3)
			return false;
		reader->at = close + 1;
		return true;
	}
	while (reader->at < reader->end && ((*reader->at | 0x20) >= 'a' && (*reader->at | 0x20) <= 'z'))
		reader->at++;
	return reader->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool
read_time(struct reader *reader, int most_hours, int *seconds)
{
	bool negative = take(reader, '-');
	int hours, minutes = 0, rest = 0;

	if (!negative)
		take(reader, '+');
	if (!read_number(reader, most_hours, &hours))
		return false;
	if (take(reader, ':')) {
		if (!read_number(reader, 59, &minutes))
			return false;
		if (take(reader, ':') && !read_number(reader, 59, &rest))
			return false;
	}
	*seconds = hours * 3600 + minutes * 60 + rest;
	if (*seconds > most_hours * 3600)
		return false;
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool
read_day(struct reader *reader, struct timezone_change *change)
{
	if (take(reader, 'M')) {
		change->kind = CHANGE_WEEKDAY;
		return read_number(reader, 12, &change->month) && change->month >= 1 && take(reader, '.') &&
		    read_number(reader, 5, &change->week) && change->week >= 1 && take(reader, '.') &&
		    read_number(reader, 6, &change->day);
	}
	if (take(reader, 'J')) {
		change->kind = CHANGE_JULIAN;
		return read_number(reader, 365, &change->day) && change->day >= 1;
	}
	change->kind = CHANGE_DAY;
	return read_number(reader, 365, &change->day);
}

static bool
read_change(struct reader *reader, struct timezone_change *change)
{
	change->time = 2 * 3600;
	return take(reader, ',') && read_day(reader, change) &&
	    (!take(reader, '/') || read_time(reader, 167, &change->time));
}

static bool
read_rule(struct reader *reader, struct timezone_rule *rule)
{
	int west;

	if (!skip_name(reader) || !read_time(reader, 24, &west))
		return false;
	rule->standard = rule->summer = -west;
	if (reader->at == reader->end)
		return true;
	rule->has_summer = true;
	if (!skip_name(reader))
		return false;
	rule->summer = rule->standard + 3600;
	if (reader->at < reader->end && *reader->at != ',') {
		if (!read_time(reader, 24, &west))
			return false;
		rule->summer = -west;
	}
	if (rule->summer > DAY)
		return false;
	return read_change(reader, &rule->start) && read_change(reader, &rule->end) &&
	    reader->at == reader->end;
}

int
timezone_rule_parse(struct timezone_rule *out, const char *text, size_t length, const char *name,
    struct ehds_error *error)
{
	struct reader reader = { .at = text, .end = text + length };

	*out = (struct timezone_rule){ .present = length > 0 };
	if (length == 0 || read_rule(&reader, out))
		return 0;
	return error_set(error, EHDS_ERROR_CONFIG, "timezone", name, 0, 0,
	    "damaged time zone file: its last line is no rule for summer time");
}

/* 1970-01-01 was a Thursday. 0 is Sunday. */
static int
weekday(long long days)
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

static long long
day_of_change(const struct timezone_change *change, int year)
{
	long long new_year = days_of_date(year, 1, 1), first;
	int day;

	if (change->kind == CHANGE_DAY)
		return new_year + change->day;
	if (change->kind == CHANGE_JULIAN)
		return new_year + change->day - 1 + (change->day >= 60 && days_in_month(year, 2) == 29);
	first = days_of_date(year, change->month, 1);
	day = (change->day - weekday(first) + 7) % 7 + 7 * (change->week - 1);
	if (day >= days_in_month(year, change->month))
		day -= 7;
	return first + day;
}

int
timezone_rule_offset(const struct timezone_rule *rule, long long instant)
{
	long long latest = 0;
	int offset = rule->standard, year, month, day, of;
	bool found = false;

	if (!rule->has_summer)
		return rule->standard;
	instant = (instant % ERA + ERA) % ERA;
	date_of_days(instant / DAY, &year, &month, &day);
	/*
	 * The last change before the instant may be in the year before, and near New Year in the
	 * one after.
	 */
	for (of = year - 1; of <= year + 1; of++) {
		long long start = day_of_change(&rule->start, of) * DAY + rule->start.time - rule->standard;
		long long end = day_of_change(&rule->end, of) * DAY + rule->end.time - rule->summer;

		if (start <= instant && (!found || start >= latest)) {
			latest = start;
			offset = rule->summer;
			found = true;
		}
		if (end <= instant && (!found || end > latest)) {
			latest = end;
			offset = rule->standard;
			found = true;
		}
	}
	return offset;
}
