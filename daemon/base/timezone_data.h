/* SPDX-License-Identifier: EUPL-1.2 */
/* A loaded time zone: the table of a TZif file, and the rule for the time after the table. */
#ifndef EHDS_BASE_TIMEZONE_DATA_H
#define EHDS_BASE_TIMEZONE_DATA_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* When in a year the clock changes. POSIX.1-2017, 8.3, "TZ"; times outside a day: RFC 9636, 3.3.1. */
struct timezone_change {
	enum { CHANGE_JULIAN, CHANGE_DAY, CHANGE_WEEKDAY } kind;
	int day;		/* Jn: 1..365 without 29 February; n: 0..365; Mm.w.d: 0 Sunday .. 6 */
	int month, week;	/* Mm.w.d; week 5 is the last one */
	int time;		/* seconds of local time from 00:00, may be negative or over a day */
};

struct timezone_rule {
	bool present;		/* false: the last line of the table goes on for ever */
	bool has_summer;
	int standard, summer;	/* seconds east of UTC */
	struct timezone_change start, end;	/* of summer time */
};

struct timezone_data {
	long long *times;	/* owns; ascending, seconds since 1970-01-01T00:00:00Z */
	int *offsets;		/* owns; seconds east of UTC from that time on */
	size_t count;
	int first;		/* offset before times[0] */
	struct timezone_rule rule;
};

/* Reads a POSIX TZ string of length bytes, without newlines. Error: CONFIG "timezone", with name. */
int
timezone_rule_parse(struct timezone_rule *out, const char *text, size_t length, const char *name,
    struct ehds_error *error);

/* Seconds east of UTC that the rule gives for an instant. */
int
timezone_rule_offset(const struct timezone_rule *rule, long long instant);

#endif
