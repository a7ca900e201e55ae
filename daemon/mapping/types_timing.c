/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Schedules: IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS and sets of them -> Timing (HL7 V3 data types R1, 3.15; FHIR R4, Timing).
 *
 * Nothing is inferred: a period of 8 h is written as once in 8 h, never as three times a day, because the source leaves
 * open who chooses the hours. Half a schedule is another schedule: when one component cannot be said (a day that is
 * excluded, a second rhythm), no rhythm is written at all, only the bounds and the author's words, and a finding says so.
 */
#include "mapping/interval.h"

#include "base/text.h"
#include "mapping/decimal.h"
#include "mapping/quantity.h"
#include "mapping/types.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANY 8			/* moments, times of day, events of one schedule */
#define DEPTH 4			/* nested SXPR_TS */
#define DAYS 7

struct schedule {
	struct call *call;
	const char *moments[MANY];
	size_t moment_count;
	struct interval bounds;
	bool bounded, partial;
	const char *duration, *duration_unit;
	const char *period, *period_unit;
	bool days[DAYS];		/* Monday first */
	bool on_days;
	const char *times[MANY];
	size_t time_count;
	const char *when[MANY];
	size_t when_count;
	long offset;			/* minutes; -1: none */
	const char *text;
};

/* UnitsOfTime (FHIR R4), which are UCUM codes. */
static const char *const time_units[] = { "s", "min", "h", "d", "wk", "mo", "a" };

static const char *const day_names[DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* TimingEvent codes that FHIR has too, and on which side of the event an offset may lie. */
static const struct event {
	const char *code;
	int side;
} events[] = {
	{ "AC", -1 }, { "ACM", -1 }, { "ACD", -1 }, { "ACV", -1 }, { "C", 0 }, { "CM", 0 }, { "CD", 0 }, { "CV", 0 },
	{ "PC", 1 }, { "PCM", 1 }, { "PCD", 1 }, { "PCV", 1 }, { "HS", -1 }, { "WAKE", 1 },
};

static void
find_unsaid(struct schedule *schedule, const xmlNode *node, const char *found, const char *what)
{
	struct item at = item_of(node);

	call_finding(schedule->call, &at, EHDS_SEVERITY_WARNING, "map-timing-not-expressible", "incomplete", found, NULL,
	    "%s cannot be said in FHIR R4 Timing", what);
}

/* What cannot be said changes the rhythm, so no rhythm is written. */
static void
give_up(struct schedule *schedule, const xmlNode *node, const char *found, const char *what)
{
	find_unsaid(schedule, node, found, what);
	schedule->partial = true;
}

static const char *
time_unit(const xmlNode *quantity)
{
	const char *unit = node_filled(quantity, "unit");

	for (size_t i = 0; unit != NULL && i < sizeof(time_units) / sizeof(time_units[0]); i++)
		if (strcmp(time_units[i], unit) == 0)
			return time_units[i];
	return NULL;
}

/* A positive amount of time; false when it is none. */
static bool
read_span(struct schedule *schedule, const xmlNode *quantity, const char **value, const char **unit)
{
	struct item at = item_of(quantity);

	*unit = time_unit(quantity);
	*value = *unit != NULL ? decimal_read(schedule->call, &at, node_attribute(quantity, "value")) : NULL;
	return *value != NULL && (*value)[0] != '-' && strpbrk(*value, "123456789") != NULL;
}

/* The author's words for the rhythm: originalText, also inside a translation. */
static void
read_words(struct schedule *schedule, const xmlNode *element)
{
	const xmlNode *translation = node_child(element, "translation"), *words = node_child(element, "originalText");

	if (words == NULL)
		words = node_child(translation, "originalText");
	if (words != NULL && schedule->text == NULL)
		schedule->text = resolved_text(schedule->call, words, false);
}

/* ---- IVL_TS and TS -------------------------------------------------------------------------------------------- */

static void
add_moment(struct schedule *schedule, const struct item *item, const char *text)
{
	struct timestamp time;
	const char *moment = timestamp_read(schedule->call, item, text, &time);

	if (moment == NULL)
		return;
	if (schedule->moment_count == MANY)
		give_up(schedule, item->node, moment, "one more single time");
	else
		schedule->moments[schedule->moment_count++] = moment;
}

static void
add_interval(struct schedule *schedule, const xmlNode *element)
{
	struct item at = item_of(element);
	struct interval interval;

	read_words(schedule, element);
	if (node_child(element, "low") == NULL && node_child(element, "high") == NULL
	    && node_attribute(element, "value") != NULL) {
		add_moment(schedule, &at, node_attribute(element, "value"));
		return;
	}
	if (interval_read(schedule->call, element, &interval) < 0)
		return;
	if (!interval_says(&interval) && interval.width == NULL)
		return;
	if (schedule->bounded) {
		give_up(schedule, element, NULL, "a second interval");
		return;
	}
	schedule->bounds = interval;
	schedule->bounded = true;
}

/* ---- PIVL_TS -------------------------------------------------------------------------------------------------- */

static bool
is_span(const struct schedule *schedule, const char *value, const char *unit)
{
	return strcmp(schedule->period_unit, unit) == 0 && decimal_equal(schedule->period, value);
}

static void
add_time_of_day(struct schedule *schedule, const xmlNode *node, const struct timestamp *time)
{
	if (schedule->time_count == MANY)
		give_up(schedule, node, time->source, "one more time of day");
	else
		schedule->times[schedule->time_count++] = call_printf(schedule->call, "%02d:%02d:%02d", time->hour,
		    time->minute, time->second);
}

/*
 * An anchor of a daily rhythm is a time of day, of a weekly one a day of the week: that is arithmetic (1970-01-01 was
 * a Thursday). Of other rhythms FHIR cannot say where they begin.
 */
static void
read_anchor(struct schedule *schedule, const xmlNode *low, const char *text)
{
	bool daily = is_span(schedule, "1", "d") || is_span(schedule, "24", "h");
	bool weekly = is_span(schedule, "1", "wk") || is_span(schedule, "7", "d");
	struct item at = item_of(low);
	struct timestamp time;
	const char *wrong = timestamp_parse(&time, text);

	if (wrong != NULL) {
		call_finding(schedule->call, &at, EHDS_SEVERITY_WARNING, "map-date-invalid", "value", text,
		    "YYYYMMDDHHMM+ZZZZ or ISO 8601", "%s", wrong);
		return;
	}
	if (weekly && time.precision >= TO_DAY) {
		schedule->on_days = true;
		schedule->days[(days_of_date(time.year, time.month, time.day) % DAYS + DAYS + 3) % DAYS] = true;
	}
	if ((daily || weekly) && time.precision >= TO_MINUTE)
		add_time_of_day(schedule, low, &time);
	else if (!weekly || time.precision < TO_DAY)
		find_unsaid(schedule, low, text, "the beginning of this rhythm");
}

static void
read_phase(struct schedule *schedule, const xmlNode *phase)
{
	const xmlNode *low = node_child(phase, "low"), *high = node_child(phase, "high");
	const xmlNode *width = node_child(phase, "width");

	if (low == NULL && node_filled(phase, "value") != NULL)
		low = phase;
	if (node_filled(low, "value") != NULL)
		read_anchor(schedule, low, node_attribute(low, "value"));
	if (node_filled(high, "value") != NULL)
		find_unsaid(schedule, high, node_attribute(high, "value"), "the end of one occurrence");
	if (node_filled(width, "value") != NULL
	    && !read_span(schedule, width, &schedule->duration, &schedule->duration_unit)) {
		find_unsaid(schedule, width, node_attribute(width, "value"), "the duration of one occurrence");
		schedule->duration = NULL;
	}
}

static void
read_alignment(struct schedule *schedule, const xmlNode *element)
{
	const char *alignment = node_filled(element, "alignment");
	const char *institution = node_attribute(element, "institutionSpecified");
	struct item at = item_of(element);

	if (alignment != NULL && !(strcmp(alignment, "DW") == 0 && schedule->on_days)
	    && !(strcmp(alignment, "HD") == 0 && schedule->time_count > 0))
		find_unsaid(schedule, element, alignment, "an alignment to the calendar");
	if (institution != NULL && strcmp(institution, "true") == 0)
		call_finding(schedule->call, &at, EHDS_SEVERITY_INFORMATION, "map-timing-institution", "incomplete", NULL, NULL,
		    "the institution chooses the hours of this rhythm, which FHIR R4 Timing cannot say");
}

/* A second rhythm can only be the same one at another time of the day. */
static bool
accept_period(struct schedule *schedule, const xmlNode *element, const char *value, const char *unit)
{
	if (schedule->period == NULL) {
		schedule->period = value;
		schedule->period_unit = unit;
		return true;
	}
	if (is_span(schedule, value, unit) && schedule->time_count > 0
	    && node_filled(node_child(node_child(element, "phase"), "low"), "value") != NULL)
		return true;
	give_up(schedule, element, NULL, "a second rhythm");
	return false;
}

static void
add_periodic(struct schedule *schedule, const xmlNode *element)
{
	const xmlNode *period = node_child(element, "period"), *phase = node_child(element, "phase");
	const char *value, *unit;

	read_words(schedule, element);
	read_words(schedule, period);
	if (period == NULL || node_null(period) != NULL) {
		if (phase != NULL)
			give_up(schedule, phase, NULL, "a phase without a period");
		return;
	}
	if (!read_span(schedule, period, &value, &unit)) {
		give_up(schedule, period, node_attribute(period, "unit"), "a period that is no amount of time in s, min, h, "
		    "d, wk, mo or a");
		return;
	}
	if (!accept_period(schedule, element, value, unit))
		return;
	read_phase(schedule, phase);
	read_alignment(schedule, element);
}

/* ---- EIVL_TS -------------------------------------------------------------------------------------------------- */

/* The offset in whole minutes, with its sign; false when it is none. */
static bool
read_offset(const xmlNode *offset, long *minutes)
{
	static const struct {
		const char *unit;
		long minutes;
	} units[] = { { "min", 1 }, { "h", 60 }, { "d", 1440 } };
	const xmlNode *low = node_child(offset, "low"), *high = node_child(offset, "high");
	const xmlNode *amount = low != NULL ? low : offset;
	const char *value = node_filled(amount, "value"), *unit = node_filled(amount, "unit");
	char *end;
	long count;

	if (value == NULL || unit == NULL || node_filled(node_child(offset, "width"), "value") != NULL)
		return false;
	if (high != NULL && (node_filled(high, "value") == NULL || strcmp(node_attribute(high, "value"), value) != 0))
		return false;
	count = strtol(value, &end, 10);
	if (*end != '\0' || count < -10000 || count > 10000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].unit, unit) != 0)
			continue;
		*minutes = count * units[i].minutes;
		return true;
	}
	return false;
}

/* Before a meal both signs are in use for "30 min before"; on any other side the sign has to fit. */
static void
add_offset(struct schedule *schedule, const xmlNode *offset, const struct event *event)
{
	long minutes = 0;

	if (!read_offset(offset, &minutes)) {
		give_up(schedule, offset, NULL, "an offset that is no whole number of minutes");
		return;
	}
	if (minutes == 0)
		return;
	if (event->side == 0 || (event->side > 0 && minutes < 0)) {
		give_up(schedule, offset, event->code, "an offset on this side of the event");
		return;
	}
	if (schedule->offset >= 0 && schedule->offset != labs(minutes)) {
		give_up(schedule, offset, event->code, "a second offset");
		return;
	}
	schedule->offset = labs(minutes);
}

static void
add_event_based(struct schedule *schedule, const xmlNode *element)
{
	const xmlNode *event = node_child(element, "event"), *offset = node_child(element, "offset");
	const char *code = text_line(schedule->call, node_attribute(event, "code"));
	size_t i = 0;

	read_words(schedule, element);
	read_words(schedule, event);
	if (code == NULL)
		return;
	while (i < sizeof(events) / sizeof(events[0]) && strcmp(events[i].code, code) != 0)
		i++;
	if (i == sizeof(events) / sizeof(events[0]) || schedule->when_count == MANY) {
		give_up(schedule, event, code, "this event");
		return;
	}
	if (offset != NULL && node_null(offset) == NULL)
		add_offset(schedule, offset, &events[i]);
	else if (schedule->offset >= 0)
		give_up(schedule, event, code, "an event with and one without an offset");
	schedule->when[schedule->when_count++] = events[i].code;
}

/* ---- SXPR_TS and the choice ------------------------------------------------------------------------------------ */

static void
add_component(struct schedule *schedule, const xmlNode *element, unsigned depth);

static void
add_components(struct schedule *schedule, const xmlNode *element, unsigned depth)
{
	const xmlNode *component = node_child(element, "comp");

	if (depth == DEPTH) {
		give_up(schedule, element, NULL, "a set of sets this deep");
		return;
	}
	read_words(schedule, element);
	for (; component != NULL; component = node_next(component, "comp"))
		add_component(schedule, component, depth + 1);
}

static const struct {
	const char *type;
	enum time_kind { KIND_INTERVAL, KIND_PERIODIC, KIND_EVENT, KIND_SET } kind;
} kinds[] = {
	{ "IVL_TS", KIND_INTERVAL }, { "TS", KIND_INTERVAL }, { "SXCM_TS", KIND_INTERVAL }, { "PIVL_TS", KIND_PERIODIC },
	{ "PIVL_PPD_TS", KIND_PERIODIC }, { "EIVL_TS", KIND_EVENT }, { "EIVL_PPD_TS", KIND_EVENT }, { "SXPR_TS", KIND_SET },
};

/* By xsi:type, tolerant of letter case; without a type by content. */
static enum time_kind
find_kind(struct schedule *schedule, const xmlNode *element)
{
	const char *type = node_xsi_type(element);
	struct item at = item_of(element);

	for (size_t i = 0; type != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcasecmp(kinds[i].type, type) != 0)
			continue;
		if (strcmp(kinds[i].type, type) != 0)
			call_finding(schedule->call, &at, EHDS_SEVERITY_INFORMATION, "map-type-case", "value", type,
			    kinds[i].type, "xsi:type in the wrong case");
		return kinds[i].kind;
	}
	if (node_child(element, "period") != NULL)
		return KIND_PERIODIC;
	if (node_child(element, "event") != NULL)
		return KIND_EVENT;
	return node_child(element, "comp") != NULL ? KIND_SET : KIND_INTERVAL;
}

/*
 * A bounding interval beside a rhythm means both, whatever its operator says; taking away (E) and hulls (H, P)
 * mean something that a Timing has no element for.
 */
static void
add_component(struct schedule *schedule, const xmlNode *element, unsigned depth)
{
	const char *operator = node_filled(element, "operator");
	struct item at = item_of(element);

	if (item_masked(schedule->call, &at))
		return;
	if (operator != NULL && strcmp(operator, "A") != 0 && strcmp(operator, "I") != 0) {
		give_up(schedule, element, operator, "this operator of a set of times");
		return;
	}
	switch (find_kind(schedule, element)) {
	case KIND_INTERVAL:
		add_interval(schedule, element);
		break;
	case KIND_PERIODIC:
		add_periodic(schedule, element);
		break;
	case KIND_EVENT:
		add_event_based(schedule, element);
		break;
	case KIND_SET:
		add_components(schedule, element, depth);
		break;
	}
}

/* ---- writing -------------------------------------------------------------------------------------------------- */

static bool
has_rhythm(const struct schedule *schedule)
{
	return !schedule->partial && (schedule->period != NULL || schedule->when_count > 0 || schedule->duration != NULL);
}

static void
write_bounds(struct schedule *schedule, xmlNode *repeat)
{
	const char *value, *unit;
	xmlNode *node;

	if (interval_says(&schedule->bounds)) {
		interval_write(out_element(repeat, "boundsPeriod"), &schedule->bounds);
		return;
	}
	if (!read_span(schedule, schedule->bounds.width, &value, &unit)) {
		find_unsaid(schedule, schedule->bounds.width, node_attribute(schedule->bounds.width, "unit"),
		    "a duration that is no amount of time");
		return;
	}
	node = out_element(repeat, "boundsDuration");
	out_value(node, "value", value);
	out_value(node, "system", UCUM);
	out_value(node, "code", unit);
}

/* R4, Timing.repeat.timeOfDay: "the elements when, frequency and period cannot be used as well". */
static void
write_rhythm(const struct schedule *schedule, xmlNode *repeat)
{
	out_value(repeat, "duration", schedule->duration);
	out_value(repeat, "durationUnit", schedule->duration != NULL ? schedule->duration_unit : NULL);
	if (schedule->period != NULL && schedule->time_count == 0) {
		out_value(repeat, "frequency", "1");
		out_value(repeat, "period", schedule->period);
		out_value(repeat, "periodUnit", schedule->period_unit);
	}
	for (size_t i = 0; schedule->on_days && i < DAYS; i++)
		if (schedule->days[i])
			out_value(repeat, "dayOfWeek", day_names[i]);
	for (size_t i = 0; i < schedule->time_count; i++)
		out_value(repeat, "timeOfDay", schedule->times[i]);
	for (size_t i = 0; i < schedule->when_count; i++)
		out_value(repeat, "when", schedule->when[i]);
	if (schedule->offset >= 0)
		out_value(repeat, "offset", call_printf(schedule->call, "%ld", schedule->offset));
}

/* tim-10: times of day and events exclude each other. */
static void
settle(struct schedule *schedule, const xmlNode *node)
{
	if (schedule->time_count > 0 && schedule->when_count > 0)
		give_up(schedule, node, schedule->when[0], "a time of day together with an event");
	if (schedule->moment_count == 1 && has_rhythm(schedule) && !schedule->bounded) {
		schedule->bounds.low.text = schedule->bounds.high.text = schedule->moments[0];
		schedule->bounded = true;
		schedule->moment_count = 0;
	}
}

static enum written
write_schedule(struct schedule *schedule, xmlNode *parent, const char *name)
{
	xmlNode *node, *repeat;

	if (!schedule->bounded && !has_rhythm(schedule) && schedule->moment_count == 0 && schedule->text == NULL)
		return WRITTEN_NOTHING;
	node = out_element(parent, name);
	for (size_t i = 0; i < schedule->moment_count; i++)
		out_value(node, "event", schedule->moments[i]);
	if (schedule->bounded || has_rhythm(schedule)) {
		repeat = out_element(node, "repeat");
		if (schedule->bounded)
			write_bounds(schedule, repeat);
		if (has_rhythm(schedule))
			write_rhythm(schedule, repeat);
		if (repeat->children == NULL) {
			xmlUnlinkNode(repeat);
			xmlFreeNode(repeat);
		}
	}
	if (schedule->text != NULL)
		out_value(out_element(node, "code"), "text", schedule->text);
	if (node->children != NULL)
		return WRITTEN_DONE;
	xmlUnlinkNode(node);
	xmlFreeNode(node);
	return WRITTEN_NOTHING;
}

enum written
write_timing(struct call *call, const struct item *items, size_t count, xmlNode *parent, const char *name)
{
	struct schedule schedule = { .call = call, .offset = -1 };

	for (size_t i = 0; i < count && call->error->kind == EHDS_ERROR_NONE; i++) {
		if (item_element(&items[i]) != NULL)
			add_component(&schedule, items[i].node, 0);
		else
			add_moment(&schedule, &items[i], items[i].text);
	}
	if (call->error->kind != EHDS_ERROR_NONE)
		return WRITTEN_FAILED;
	settle(&schedule, count > 0 ? items[0].node : NULL);
	return call_finish(call, write_schedule(&schedule, parent, name));
}
