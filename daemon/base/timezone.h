/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Offsets of local time, from the system's tz database (TZif files, RFC 9636). A zone is loaded
 * once, with the mappings, so that a sandboxed worker needs no file afterwards; localtime() would
 * read files and TZ.
 */
#ifndef EHDS_BASE_TIMEZONE_H
#define EHDS_BASE_TIMEZONE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct timezone_data;

/* name: "Europe/Paris". Gives the zone. Errors: CONFIG "timezone" for an unknown name or a damaged file. */
int
timezone_load(struct timezone_data **out, const char *name, struct ehds_error *error);

/*
 * The same from the bytes of a TZif file, version 2 or later; name stands in errors.
 */
int
timezone_parse(struct timezone_data **out, const void *bytes, size_t length, const char *name,
    struct ehds_error *error);

/* Accepts NULL in *zone. */
void
timezone_free(struct timezone_data **zone);

/*
 * The offset of a local time in minutes east of UTC (of local mean time, which has seconds, the
 * nearest minute). year 1..9999, month 1..12, day 1..31, hour 0..24, minute, second (60 for a leap
 * second). A local time that occurs twice (end of summer time) gives the first, that is summer
 * time, and *ambiguous (may be NULL) true; one that never occurs gives the offset before the
 * change, and *ambiguous true.
 */
int
timezone_offset(const struct timezone_data *zone, int year, int month, int day, int hour, int minute,
    int second, bool *ambiguous);

/* The offset at an instant, in seconds since 1970-01-01T00:00:00Z; minutes east of UTC. */
int
timezone_offset_at(const struct timezone_data *zone, long long instant);

/* Days since 1970-01-01 of a Gregorian date; the inverse of date_of_days. */
long long
days_of_date(int year, int month, int day);

void
date_of_days(long long days, int *year, int *month, int *day);

/* 28 to 31; 0 for a month outside 1..12. */
int
days_in_month(int year, int month);

#endif
