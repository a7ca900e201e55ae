/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Points in time. The rule behind all of this: never more precision than the source gives. The one
 * exception is the standard's own: FHIR R4 wants seconds where there are minutes ("may be
 * zero-filled", R4 2.24.0.1).
 */
#include "mapping/timestamp.h"

#include "base/text.h"
#include "mapping/types.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400LL

static const char not_a_time[] = "not a point in time";

/* ---- reading --------------------------------------------------------------------------------- */

static bool
digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return true;
}

static int
two(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* One more field of two digits behind an optional separator. */
static bool
take_field(const char **at, char separator, int *value)
{
	const char *digit = *at;

	if (separator != '\0') {
		if (*digit != separator)
			return false;
		digit++;
	}
	if (!digits(digit, 2))
		return false;
	*value = two(digit);
	*at = digit + 2;
	return true;
}

/* +HH, +HHMM, +HH:MM, Z. Three digits lost one somewhere, and nobody knows which. */
static void
take_zone(struct timestamp *out, const char **at)
{
	const char *digit = *at + 1;
	int minutes = 0;

	if (**at == 'Z') {
		out->zone = ZONE_UTC;
		*at = digit;
		return;
	}
	if (**at != '+' && **at != '-')
		return;
	out->zone = ZONE_INVALID;
	if (digits(digit, 2)) {
		out->offset = two(digit) * 60;
		digit += 2;
		if (*digit == '\0' || take_field(&digit, *digit == ':' ? ':' : '\0', &minutes))
			out->zone = ZONE_OFFSET;
	}
	out->offset = (**at == '-' ? -1 : 1) * (out->offset + minutes);
	if (minutes > 59 || out->offset > 14 * 60 || out->offset < -14 * 60)
		out->zone = ZONE_INVALID;
	while (isdigit((unsigned char)*digit) || *digit == ':')
		digit++;
	*at = digit;
}

static void
take_fraction(struct timestamp *out, const char **at)
{
	size_t length = 0;

	if (out->precision != TO_SECOND || (**at != '.' && **at != ',')
	    || !isdigit((unsigned char)(*at)[1]))
		return;
	for ((*at)++; isdigit((unsigned char)**at); (*at)++)
		if (length < sizeof(out->fraction) - 1)
			out->fraction[length++] = **at;
}

/*
 * A date that is followed by two digits, a dash and no more is ISO 8601; a longer run of digits is
 * a zone.
 */
static bool
is_extended(const char *text)
{
	return text[4] == '-' && digits(text + 5, 2) && !isdigit((unsigned char)text[7]);
}

static void
take_fields(struct timestamp *out, const char **at, bool extended)
{
	if (!take_field(at, extended ? '-' : '\0', &out->month))
		return;
	out->precision = TO_MONTH;
	if (!take_field(at, extended ? '-' : '\0', &out->day))
		return;
	out->precision = TO_DAY;
	if ((**at == 'T' || (extended && **at == ' ')) && isdigit((unsigned char)(*at)[1]))
		(*at)++;
	else if (extended)
		return;
	if (!take_field(at, '\0', &out->hour))
		return;
	out->precision = TO_HOUR;
	if (!take_field(at, extended ? ':' : '\0', &out->minute))
		return;
	out->precision = TO_MINUTE;
	if (take_field(at, extended ? ':' : '\0', &out->second))
		out->precision = TO_SECOND;
}

static const char *
check(struct timestamp *out)
{
	if (out->year == 0)
		return "there is no year 0000";
	if (out->precision >= TO_MONTH && (out->month < 1 || out->month > 12))
		return "there is no such month";
	if (out->precision >= TO_DAY && (out->day < 1 || out->day > days_in_month(out->year, out->month)))
		return "there is no such day in the calendar";
	if (out->hour > 24 || out->minute > 59 || out->second > 60)
		return "there is no such time of day";
	if (out->hour < 24)
		return NULL;
	if (out->minute != 0 || out->second != 0 || strspn(out->fraction, "0") != strlen(out->fraction))
		return "there is no such time of day";
	if (out->precision >= TO_MINUTE) {
		out->hour = 0;
		timestamp_add_seconds(out, DAY);
	}
	return out->year > 9999 ? "there is no such day in the calendar" : NULL;
}

const char *
timestamp_parse(struct timestamp *out, const char *text)
{
	const char *at = text;

	*out = (struct timestamp){ .precision = TO_YEAR, .source = text };
	while (text_is_space(*at))
		at++;
	if (!digits(at, 4))
		return not_a_time;
	out->year = two(at) * 100 + two(at + 2);
	at += 4;
	take_fields(out, &at, is_extended(at - 4));
	take_fraction(out, &at);
	take_zone(out, &at);
	while (text_is_space(*at))
		at++;
	return *at != '\0' ? not_a_time : check(out);
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

void
timestamp_add_seconds(struct timestamp *time, long long seconds)
{
	long long days = days_of_date(time->year, time->month, time->day);
	long long clock = time->hour * 3600LL + time->minute * 60LL + time->second + seconds;

	days += clock / DAY;
	clock %= DAY;
	if (clock < 0) {
		clock += DAY;
		days--;
	}
	date_of_days(days, &time->year, &time->month, &time->day);
	time->hour = (int)(clock / 3600);
	time->minute = (int)(clock / 60 % 60);
	time->second = (int)(clock % 60);
}

void
timestamp_add_months(struct timestamp *time, int months)
{
	int month = time->year * 12 + time->month - 1 + months;

	time->year = month / 12;
	time->month = month % 12 + 1;
	if (time->day > days_in_month(time->year, time->month))
		time->day = days_in_month(time->year, time->month);
}

/* ---- zones ----------------------------------------------------------------------------------- */

static bool
fixed_zone(const char *name, int *offset)
{
	struct timestamp time = { .zone = ZONE_NONE };
	const char *at = name;

	*offset = 0;
	if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0)
		return true;
	take_zone(&time, &at);
	*offset = time.offset;
	return *at == '\0' && (time.zone == ZONE_UTC || time.zone == ZONE_OFFSET);
}

/*
 * Zones are loaded with the mappings, because a worker may read no file: beside the country's zone
 * a stylesheet can name UTC and fixed offsets.
 */
int
call_zone(struct call *call, const struct item *item, struct call_zone *out)
{
	const char *name = text_line(call, call_attribute(call, "zone"));

	*out = (struct call_zone){ .zone = call->pack->timezone };
	if (name == NULL
	    || (call->pack->timezone_name != NULL && strcmp(name, call->pack->timezone_name) == 0))
		return 0;
	out->zone = NULL;
	out->fixed = fixed_zone(name, &out->offset);
	if (out->fixed)
		return 0;
	return error_set(call->error, EHDS_ERROR_MAPPING, "map-zone-unknown", NULL,
	    item->node != NULL ? (int)xmlGetLineNo(item->node) : 0, 0,
	    "the zone %s is neither the country's zone (%s) nor UTC nor an offset", name,
	    call->pack->timezone_name != NULL ? call->pack->timezone_name : "none");
}

static void
cut(struct call *call, const struct item *item, struct timestamp *time, enum ehds_severity severity,
    const char *rule, const char *why)
{
	call_finding(
	    call, item, severity, rule, "value", time->source, NULL, "%s: only its date is kept", why);
	time->precision = TO_DAY;
}

static void
assume_zone(struct call *call, const struct item *item, struct timestamp *time,
    const struct call_zone *zone)
{
	bool ambiguous = false;

	time->zone = ZONE_OFFSET;
	time->offset = zone->offset;
	if (!zone->fixed)
		time->offset = timezone_offset(zone->zone, time->year, time->month, time->day, time->hour,
		    time->minute, time->second, &ambiguous);
	if (ambiguous)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-zone-ambiguous", "value", time->source,
		    NULL,
		    "a local time without a zone at the change of summer time: it may be one hour off");
	else
		call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-zone-assumed", "value",
		    time->source, NULL, "a local time without a zone is taken as one of %s",
		    zone->fixed ? "the stylesheet's zone" : call->pack->timezone_name);
}

static long long
instant_of(const struct timestamp *time)
{
	return days_of_date(time->year, time->month, time->day) * DAY + time->hour * 3600LL
	    + time->minute * 60LL + time->second - time->offset * 60LL;
}

/*
 * Winter time in July comes of programs that know one offset only, and then the clock may be the local one. It may be
 * that of another place as well: the time stands. UTC says of itself that it is no local clock.
 */
static void
doubt_offset(struct call *call, const struct item *item, const struct timestamp *time)
{
	const struct timezone_data *zone = call->pack->timezone;

	if (zone != NULL && time->zone == ZONE_OFFSET && timezone_offset_at(zone, instant_of(time)) != time->offset)
		call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-zone-offset", "value", time->source, NULL,
		    "the offset is not that of %s on that day: the time stands as it is", call->pack->timezone_name);
}

void
timestamp_to_zone(struct timestamp *time, const struct call_zone *zone)
{
	int offset;

	if (time->precision < TO_MINUTE || (time->zone != ZONE_UTC && time->zone != ZONE_OFFSET)
	    || (!zone->fixed && zone->zone == NULL))
		return;
	offset = zone->fixed ? zone->offset : timezone_offset_at(zone->zone, instant_of(time));
	timestamp_add_seconds(time, (offset - time->offset) * 60LL);
	time->zone = ZONE_OFFSET;
	time->offset = offset;
}

int
timestamp_move(struct call *call, const struct item *item, struct timestamp *time)
{
	struct call_zone zone;

	if (text_is_blank(call_attribute(call, "zone")))
		return 0;
	if (call_zone(call, item, &zone) < 0)
		return -1;
	timestamp_to_zone(time, &zone);
	return 0;
}

int
timestamp_complete(struct call *call, const struct item *item, struct timestamp *time)
{
	struct call_zone zone;

	if (time->precision <= TO_DAY)
		return 0;
	if (time->precision == TO_HOUR) {
		cut(call, item, time, EHDS_SEVERITY_INFORMATION, "map-time-hour",
		    "a time without minutes, which FHIR R4 cannot write");
		return 0;
	}
	if (time->zone == ZONE_INVALID) {
		cut(call, item, time, EHDS_SEVERITY_WARNING, "map-zone-invalid",
		    "the zone of this time is none (ISO 8601: +hhmm, at most 14 hours)");
		return 0;
	}
	if (time->zone != ZONE_NONE) {
		doubt_offset(call, item, time);
		return timestamp_move(call, item, time);
	}
	if (call_zone(call, item, &zone) < 0)
		return -1;
	if (zone.fixed || zone.zone != NULL)
		assume_zone(call, item, time, &zone);
	else
		cut(call, item, time, EHDS_SEVERITY_WARNING, "map-zone-missing",
		    "a local time without a zone, and the country has none");
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

const char *
timestamp_text(struct call *call, const struct timestamp *time)
{
	char zone[24] = "Z";
	int offset = time->offset < 0 ? -time->offset : time->offset;

	if (time->precision == TO_YEAR)
		return call_printf(call, "%04d", time->year);
	if (time->precision == TO_MONTH)
		return call_printf(call, "%04d-%02d", time->year, time->month);
	if (time->precision == TO_DAY)
		return call_printf(call, "%04d-%02d-%02d", time->year, time->month, time->day);
	if (time->zone == ZONE_OFFSET)
		snprintf(zone, sizeof(zone), "%c%02d:%02d", time->offset < 0 ? '-' : '+', offset / 60,
		    offset % 60);
	return call_printf(call, "%04d-%02d-%02dT%02d:%02d:%02d%s%s%s", time->year, time->month, time->day,
	    time->hour, time->minute, time->second, time->fraction[0] != '\0' ? "." : "", time->fraction,
	    zone);
}

const char *
timestamp_read(struct call *call, const struct item *item, const char *text, struct timestamp *time)
{
	const char *wrong;

	if (text_is_blank(text))
		return NULL;
	wrong = timestamp_parse(time, text);
	if (wrong != NULL) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-date-invalid", "value", text,
		    "YYYY[MM[DD[HHMM[SS]]]][+ZZZZ] or ISO 8601", "%s", wrong);
		return NULL;
	}
	if (timestamp_complete(call, item, time) < 0)
		return NULL;
	return timestamp_text(call, time);
}
