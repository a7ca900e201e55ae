/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Dates, dateTimes and times of FHIRPath with their precision: parsing, writing and adding durations
 * (HL7 FHIRPath 2.0.0, sections 4.1.6-4.1.8 and 6.7).
 */
#include "base/timezone.h"
#include "conform/fhirpath_value.h"

#include <stdio.h>
#include <string.h>

/* Reads exactly count digits. */
static bool
read_digits(const char **at, int count, int *out)
{
	*out = 0;
	while (count-- > 0) {
		if (**at < '0' || **at > '9')
			return false;
		*out = *out * 10 + (*(*at)++ - '0');
	}
	return true;
}

static bool
read_date(const char **at, struct temporal *out)
{
	*out = (struct temporal){ .precision = PRECISION_YEAR, .month = 1, .day = 1 };
	if (!read_digits(at, 4, &out->year) || out->year == 0)
		return false;
	if (**at != '-')
		return true;
	++*at;
	out->precision = PRECISION_MONTH;
	if (!read_digits(at, 2, &out->month) || out->month < 1 || out->month > 12)
		return false;
	if (**at != '-')
		return true;
	++*at;
	out->precision = PRECISION_DAY;
	return read_digits(at, 2, &out->day) && out->day >= 1 && out->day <= days_in_month(out->year, out->month);
}

/* Milliseconds count to three digits; further ones are cut. */
static bool
read_fraction(const char **at, struct temporal *out)
{
	int weight = 100;

	if (**at < '0' || **at > '9')
		return false;
	out->precision = PRECISION_MILLISECOND;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		out->millisecond += weight * (**at - '0');
		weight /= 10;
	}
	return true;
}

static bool
read_time(const char **at, struct temporal *out)
{
	out->precision = PRECISION_HOUR;
	if (!read_digits(at, 2, &out->hour) || out->hour > 23)
		return false;
	if (**at != ':')
		return true;
	++*at;
	out->precision = PRECISION_MINUTE;
	if (!read_digits(at, 2, &out->minute) || out->minute > 59)
		return false;
	if (**at != ':')
		return true;
	++*at;
	out->precision = PRECISION_SECOND;
	if (!read_digits(at, 2, &out->second) || out->second > 60)
		return false;
	if (**at != '.')
		return true;
	++*at;
	return read_fraction(at, out);
}

static bool
read_zone(const char **at, struct temporal *out)
{
	int sign, hours, minutes;

	if (**at == 'Z') {
		++*at;
		out->zoned = true;
		return true;
	}
	if (**at != '+' && **at != '-')
		return true;
	sign = *(*at)++ == '-' ? -1 : 1;
	if (!read_digits(at, 2, &hours) || *(*at)++ != ':' || !read_digits(at, 2, &minutes) || hours > 14 || minutes > 59)
		return false;
	out->zoned = true;
	out->offset = sign * (60 * hours + minutes);
	return true;
}

bool
date_parse(struct temporal *out, const char *text)
{
	return read_date(&text, out) && *text == '\0';
}

bool
datetime_parse(struct temporal *out, const char *text)
{
	if (!read_date(&text, out))
		return false;
	if (*text == '\0')
		return true;
	if (*text++ != 'T')
		return false;
	if (*text == '\0')	/* "@2015T": a dateTime of year precision */
		return true;
	return out->precision == PRECISION_DAY && read_time(&text, out) && read_zone(&text, out) && *text == '\0';
}

bool
time_parse(struct temporal *out, const char *text)
{
	*out = (struct temporal){ .year = 1, .month = 1, .day = 1 };
	if (*text == 'T')
		text++;
	return read_time(&text, out) && *text == '\0';
}

static size_t
write_clock(char *text, size_t size, const struct temporal *value)
{
	int length = snprintf(text, size, "%02d", value->hour);

	if (value->precision >= PRECISION_MINUTE)
		length += snprintf(text + length, size - (size_t)length, ":%02d", value->minute);
	if (value->precision >= PRECISION_SECOND)
		length += snprintf(text + length, size - (size_t)length, ":%02d", value->second);
	if (value->precision >= PRECISION_MILLISECOND)
		length += snprintf(text + length, size - (size_t)length, ".%03d", value->millisecond);
	return (size_t)length;
}

char *
temporal_text(const struct temporal *value, enum fhirpath_kind kind, struct arena *arena)
{
	char text[64];
	size_t length;
	int minutes = value->offset < 0 ? -value->offset : value->offset;

	if (kind == FHIRPATH_TIME) {
		write_clock(text, sizeof(text), value);
		return arena_strdup(arena, text);
	}
	length = (size_t)snprintf(text, sizeof(text), "%04d", value->year);
	if (value->precision >= PRECISION_MONTH)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "-%02d", value->month);
	if (value->precision >= PRECISION_DAY)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "-%02d", value->day);
	if (value->precision >= PRECISION_HOUR) {
		text[length++] = 'T';
		length += write_clock(text + length, sizeof(text) - length, value);
	}
	if (value->zoned && value->precision >= PRECISION_HOUR) {
		if (value->offset == 0)
			snprintf(text + length, sizeof(text) - length, "Z");
		else
			snprintf(text + length, sizeof(text) - length, "%c%02d:%02d", value->offset < 0 ? '-' : '+',
			    minutes / 60, minutes % 60);
	}
	return arena_strdup(arena, text);
}

/*
 * Calendar words and the UCUM units that mean a definite duration. Months and years move the calendar; UCUM's 'a'
 * and 'mo' are mean durations, which FHIRPath 6.7 does not let be added to a date.
 */
static const struct duration_unit {
	const char *singular, *plural, *ucum;
	int months;
	long long milliseconds;
} duration_units[] = {
	{ "year", "years", NULL, 12, 0 },
	{ "month", "months", NULL, 1, 0 },
	{ "week", "weeks", "wk", 0, 604800000LL },
	{ "day", "days", "d", 0, 86400000LL },
	{ "hour", "hours", "h", 0, 3600000LL },
	{ "minute", "minutes", "min", 0, 60000LL },
	{ "second", "seconds", "s", 0, 1000LL },
	{ "millisecond", "milliseconds", "ms", 0, 1LL },
};

static const struct duration_unit *
duration_unit_find(const char *unit)
{
	size_t i;

	for (i = 0; unit != NULL && i < sizeof(duration_units) / sizeof(duration_units[0]); i++) {
		const struct duration_unit *candidate = &duration_units[i];

		if (strcmp(unit, candidate->singular) == 0 || strcmp(unit, candidate->plural) == 0 ||
		    (candidate->ucum != NULL && strcmp(unit, candidate->ucum) == 0))
			return candidate;
	}
	return NULL;
}

const char *
calendar_unit(const char *word)
{
	const struct duration_unit *unit = duration_unit_find(word);

	return unit != NULL && (unit->ucum == NULL || strcmp(word, unit->ucum) != 0) ? unit->singular : NULL;
}

static bool
add_months(struct temporal *value, long long months)
{
	long long total = 12LL * value->year + value->month - 1 + months;
	int last;

	if (total < 12 || total >= 120000)
		return false;
	value->year = (int)(total / 12);
	value->month = (int)(total % 12) + 1;
	last = days_in_month(value->year, value->month);
	if (value->day > last)
		value->day = last;
	return true;
}

static bool
add_milliseconds(struct temporal *value, bool time_only, long long amount)
{
	const long long day = 86400000LL;
	long long in_day = ((value->hour * 60LL + value->minute) * 60 + value->second) * 1000 + value->millisecond;
	long long total = in_day + amount, days = total / day, rest = total % day;

	if (rest < 0) {
		rest += day;
		days--;
	}
	value->hour = (int)(rest / 3600000);
	value->minute = (int)(rest / 60000 % 60);
	value->second = (int)(rest / 1000 % 60);
	value->millisecond = (int)(rest % 1000);
	if (time_only)
		return true;
	days += days_of_date(value->year, value->month, value->day);
	date_of_days(days, &value->year, &value->month, &value->day);
	return value->year >= 1 && value->year <= 9999;
}

/*
 * A value of less precision than the unit: the amount is brought to the value's precision first, and parts of it are
 * cut (FHIRPath 6.7: @2016 + 365 days = @2017).
 */
static bool
add_to_partial(struct temporal *value, long long milliseconds)
{
	long long days = milliseconds / 86400000LL;

	if (value->precision == PRECISION_DAY) {
		date_of_days(days_of_date(value->year, value->month, value->day) + days, &value->year, &value->month,
		    &value->day);
		return value->year >= 1 && value->year <= 9999;
	}
	return add_months(value, value->precision == PRECISION_YEAR ? days / 365 * 12 : days / 30);
}

bool
temporal_add(struct temporal *value, enum fhirpath_kind kind, struct decimal amount, const char *unit)
{
	const struct duration_unit *duration = duration_unit_find(unit);
	struct decimal whole = decimal_truncate(amount), product;

	if (duration == NULL || whole.coefficient > INT32_MAX * 1000LL || whole.coefficient < -INT32_MAX * 1000LL)
		return false;
	if (duration->months != 0) {
		long long months = (long long)whole.coefficient * duration->months;

		if (kind == FHIRPATH_TIME)
			return false;
		return add_months(value, value->precision == PRECISION_YEAR ? months / 12 * 12 : months);
	}
	/* Only seconds may carry a fraction. */
	if (duration->milliseconds > 1000)
		amount = whole;
	if (!decimal_multiply(&product, amount, decimal_of_integer(duration->milliseconds)))
		return false;
	product = decimal_truncate(product);
	if (kind == FHIRPATH_TIME)
		return duration->milliseconds < 86400000LL && add_milliseconds(value, true, (long long)product.coefficient);
	if (value->precision <= PRECISION_DAY)
		return add_to_partial(value, (long long)product.coefficient);
	return add_milliseconds(value, false, (long long)product.coefficient);
}
