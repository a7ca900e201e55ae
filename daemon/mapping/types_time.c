/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Points in time and intervals: TS -> date, dateTime, instant; IVL_TS -> Period (HL7 V3 data types
 * R1, 2.19 and 3.14).
 *
 * An interval of low and width is arithmetic, not a guess: from 1 January, for 2 days, lasts until
 * 2 January, because the end of a FHIR Period contains the whole day that it names (R4,
 * Period.end). Each such end is a finding, so a reader sees who computed it.
 */
#include "mapping/interval.h"

#include "base/text.h"
#include "mapping/types.h"

#include <stdlib.h>
#include <string.h>

#define DAY 86400LL

static const char not_expressible[] = "map-timing-not-expressible";

/* ---- one point ------------------------------------------------------------------------------- */

static bool
is_masked(const xmlNode *element)
{
	const char *flavor = node_null(element);

	return flavor != NULL && strcmp(flavor, "MSK") == 0;
}

/*
 * The one point that an item means: its value, the low of an interval, or the text of a plain
 * element.
 */
static const char *
pick_point(struct call *call, const struct item *item, struct item *at)
{
	const xmlNode *element = item_element(item), *low = node_child(element, "low");

	*at = *item;
	if (element == NULL)
		return item->text;
	if (node_filled(element, "value") != NULL)
		return node_attribute(element, "value");
	if (low != NULL) {
		*at = item_of(low);
		if (node_filled(low, "value") != NULL || is_masked(low))
			return node_attribute(low, "value");
	}
	if (node_filled(node_child(element, "high"), "value") != NULL
	    || node_filled(node_child(element, "center"), "value") != NULL)
		call_finding(call, item, EHDS_SEVERITY_INFORMATION, not_expressible, "incomplete", NULL,
		    NULL, "an interval without a low bound is no point in time");
	return node_first(element) == NULL ? element_text(call, element, false) : NULL;
}

static enum written
write_point(xmlNode *parent, const char *name, const struct item *at, const char *text)
{
	if (text != NULL)
		return out_value(parent, name, text) != NULL ? WRITTEN_DONE : WRITTEN_NOTHING;
	if (!is_masked(item_element(at)))
		return WRITTEN_NOTHING;
	out_absent(out_element(parent, name), "masked");
	return WRITTEN_DONE;
}

static const char *
read_date(struct call *call, const struct item *item, const char *text)
{
	struct timestamp time;
	const char *wrong;

	if (text_is_blank(text))
		return NULL;
	wrong = timestamp_parse(&time, text);
	if (wrong != NULL) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-date-invalid", "value", text,
		    "YYYY[MM[DD]] or ISO 8601", "%s", wrong);
		return NULL;
	}
	if (timestamp_move(call, item, &time) < 0)
		return NULL;
	if (time.precision > TO_DAY)
		time.precision = TO_DAY;
	return timestamp_text(call, &time);
}

enum written
write_date(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct item at;
	const char *text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	text = pick_point(call, item, &at);
	return call_finish(call, write_point(parent, name, &at, read_date(call, &at, text)));
}

enum written
write_datetime(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct timestamp time;
	struct item at;
	const char *text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	text = pick_point(call, item, &at);
	return call_finish(call, write_point(parent, name, &at, timestamp_read(call, &at, text, &time)));
}

/*
 * An instant is a point of a clock (Bundle.timestamp), so the zeros of FHIR's format are written
 * where the source stops at the day; a month or a year is no point of any clock.
 */
static enum written
write_clock(struct call *call, const struct item *item, xmlNode *parent, const char *name,
    struct timestamp *time)
{
	if (time->precision < TO_DAY)
		return call_refuse(call, item, "map-instant-precision",
		    "an instant needs at least a day, found '%s' (HL7 FHIR R4, instant)", time->source);
	if (time->precision < TO_MINUTE) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-instant-filled", "value", time->source,
		    NULL, "an instant needs a time of day: it is filled with zeros");
		time->precision = TO_MINUTE;
	}
	if (timestamp_complete(call, item, time) < 0)
		return WRITTEN_FAILED;
	if (time->precision < TO_MINUTE)
		return call_refuse(call, item, "map-instant-zone",
		    "an instant needs a time zone, found '%s' (HL7 FHIR R4, instant)", time->source);
	out_value(parent, name, timestamp_text(call, time));
	return WRITTEN_DONE;
}

enum written
write_instant(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct timestamp time;
	const char *text, *wrong;
	struct item at;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	text = pick_point(call, item, &at);
	if (text_is_blank(text))
		return call_finish(call, write_point(parent, name, &at, NULL));
	wrong = timestamp_parse(&time, text);
	if (wrong == NULL)
		return call_finish(call, write_clock(call, &at, parent, name, &time));
	call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-date-invalid", "value", text,
	    "YYYYMMDDHHMMSS+ZZZZ or ISO 8601", "%s", wrong);
	return call_finish(call, WRITTEN_NOTHING);
}

/* ---- intervals ------------------------------------------------------------------------------- */

static int
read_bound(struct call *call, const xmlNode *element, struct bound *bound)
{
	const char *inclusive = node_attribute(element, "inclusive");
	struct item at = item_of(element);

	*bound = (struct bound){ .absent = absent_reason(node_null(element)) };
	if (element == NULL || item_masked(call, &at))
		return 0;
	bound->text = timestamp_read(call, &at, node_attribute(element, "value"), &bound->time);
	if (call->error->kind != EHDS_ERROR_NONE)
		return -1;
	if (bound->text == NULL || inclusive == NULL || strcmp(inclusive, "false") != 0)
		return 0;
	if (bound->time.precision <= TO_DAY)
		call_finding(call, &at, EHDS_SEVERITY_INFORMATION, "map-bound-exclusive", "value",
		    bound->text, NULL,
		    "the %s bound does not belong to the interval, but FHIR's Period includes it",
		    element->name);
	return 0;
}

bool
duration_read(const xmlNode *quantity, struct duration *out)
{
	static const struct {
		const char *unit;
		struct duration duration;
	} units[] = {
		{ "s", { 1, 0 } }, { "min", { 60, 0 } }, { "h", { 3600, 0 } }, { "d", { DAY, 0 } },
		{ "wk", { 7 * DAY, 0 } }, { "mo", { 0, 1 } }, { "a", { 0, 12 } },
	};
	const char *value = node_filled(quantity, "value"), *unit = node_filled(quantity, "unit");
	char *end;
	long count;

	if (value == NULL || unit == NULL)
		return false;
	count = strtol(value, &end, 10);
	if (*end == '.' && strspn(end + 1, "0") == strlen(end + 1))
		end += strlen(end);
	if (*end != '\0' || count <= 0 || count > 99999)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].unit, unit) != 0)
			continue;
		out->seconds = units[i].duration.seconds * count;
		out->months = units[i].duration.months * (int)count;
		return true;
	}
	return false;
}

/*
 * Moves a day by calendar months and to the neighbour that is still inside, where the month has
 * such a day.
 */
static void
move_months(struct timestamp *time, int months, int inside)
{
	int day = time->day;

	timestamp_add_months(time, months);
	if (time->precision == TO_DAY && time->day == day)
		timestamp_add_seconds(time, inside * DAY);
}

/*
 * The other end of an interval, direction 1 from low to high. false: the width is no whole number
 * of its units.
 */
static bool
compute_end(struct timestamp *time, const struct duration *width, int direction)
{
	bool clock = time->precision >= TO_MINUTE;

	if (time->precision < TO_DAY || (!clock && width->seconds % DAY != 0))
		return false;
	if (width->months != 0)
		move_months(time, direction * width->months, -direction);
	else
		timestamp_add_seconds(time, direction * (width->seconds - (clock ? 0 : DAY)));
	return time->year >= 1 && time->year <= 9999;
}

static void
complete_by_width(struct call *call, struct interval *interval, const xmlNode *width)
{
	int direction = interval->low.text != NULL ? 1 : -1;
	struct bound *from = direction > 0 ? &interval->low : &interval->high;
	struct bound *to = direction > 0 ? &interval->high : &interval->low;
	struct item at = item_of(width);
	struct duration duration;

	to->time = from->time;
	if (!duration_read(width, &duration) || !compute_end(&to->time, &duration, direction)) {
		call_finding(call, &at, EHDS_SEVERITY_WARNING, not_expressible, "incomplete",
		    node_attribute(width, "value"), NULL,
		    "the other end of the interval does not follow from this width");
		return;
	}
	to->text = timestamp_text(call, &to->time);
	to->absent = NULL;
	call_finding(call, &at, EHDS_SEVERITY_INFORMATION, "map-period-computed", "informational", to->text,
	    NULL, "the %s of the period follows from its %s and its width of %s %s",
	    direction > 0 ? "end" : "start", direction > 0 ? "start" : "end",
	    node_attribute(width, "value"), node_attribute(width, "unit"));
}

static void
find_lost_center(struct call *call, const struct interval *interval, const xmlNode *element)
{
	const xmlNode *center = node_child(element, "center");
	struct item at = item_of(center);

	if (node_filled(center, "value") != NULL && interval->low.text == NULL
	    && interval->high.text == NULL)
		call_finding(call, &at, EHDS_SEVERITY_WARNING, not_expressible, "incomplete",
		    node_attribute(center, "value"), NULL,
		    "the center of an interval is neither its start nor its end");
}

int
interval_read(struct call *call, const xmlNode *element, struct interval *out)
{
	const xmlNode *low = node_child(element, "low"), *high = node_child(element, "high");
	const xmlNode *width = node_child(element, "width");

	*out = (struct interval){ .width = NULL };
	if (low == NULL && high == NULL && node_filled(element, "value") != NULL) {
		if (read_bound(call, element, &out->low) < 0)
			return -1;
		out->high = out->low;
		return 0;
	}
	if (read_bound(call, low, &out->low) < 0 || read_bound(call, high, &out->high) < 0)
		return -1;
	find_lost_center(call, out, element);
	if (node_filled(width, "value") == NULL)
		return 0;
	if (out->low.text == NULL && out->high.text == NULL)
		out->width = width;
	else if (out->low.text == NULL || out->high.text == NULL)
		complete_by_width(call, out, width);
	return call->error->kind == EHDS_ERROR_NONE ? 0 : -1;
}

static bool
bound_masked(const struct bound *bound)
{
	return bound->absent != NULL && strcmp(bound->absent, "masked") == 0;
}

bool
interval_says(const struct interval *interval)
{
	return interval->low.text != NULL || interval->high.text != NULL || bound_masked(&interval->low)
	    || bound_masked(&interval->high);
}

static void
write_bound(xmlNode *node, const char *name, const struct bound *bound)
{
	if (bound->text != NULL)
		out_value(node, name, bound->text);
	else if (bound->absent != NULL)
		out_absent(out_element(node, name), bound->absent);
}

void
interval_write(xmlNode *node, const struct interval *interval)
{
	write_bound(node, "start", &interval->low);
	write_bound(node, "end", &interval->high);
}

static enum written
write_moment(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct timestamp time;
	const char *text = timestamp_read(call, item, item_line(call, item), &time);
	xmlNode *node;

	if (text == NULL)
		return WRITTEN_NOTHING;
	node = out_element(parent, name);
	out_value(node, "start", text);
	out_value(node, "end", text);
	return WRITTEN_DONE;
}

static bool
is_schedule(const xmlNode *element)
{
	return node_child(element, "period") != NULL || node_child(element, "event") != NULL
	    || node_child(element, "comp") != NULL;
}

enum written
write_period(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	struct interval interval;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (element == NULL || (node_first(element) == NULL && node_attribute(element, "value") == NULL))
		return call_finish(call, write_moment(call, item, parent, name));
	if (interval_read(call, element, &interval) < 0)
		return WRITTEN_FAILED;
	if (is_schedule(element) || interval.width != NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, not_expressible, "incomplete",
		    node_xsi_type(element), "low and high", "this time cannot be said as a period");
	if (!interval_says(&interval))
		return call_finish(call, WRITTEN_NOTHING);
	interval_write(out_element(parent, name), &interval);
	return call_finish(call, WRITTEN_DONE);
}
