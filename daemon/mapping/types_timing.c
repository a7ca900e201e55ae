/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Schedules: IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS and sets of them -> Timing (HL7 V3 data types R1,
 * 3.15; FHIR R4, Timing).
 *
 * Nothing is inferred: a period of 8 h is written as once in 8 h, never as three times a day,
 * because the source leaves open who chooses the hours. Half a schedule is another schedule: when
 * one component cannot be said (a day that is excluded, a second rhythm), no rhythm is written at
 * all, only the bounds and the author's words, and a finding says so.
 */
#include "mapping/timing.h"

#include "base/text.h"
#include "mapping/decimal.h"
#include "mapping/types.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH 4			/* nested SXPR_TS */

/* TimingEvent codes that FHIR has too, and on which side of the event an offset may lie. */
static const struct event {
	const char *code;
	int side;
} events[] = {
	{ "AC", -1 },
	{ "ACM", -1 },
	{ "ACD", -1 },
	{ "ACV", -1 },
	{ "C", 0 },
	{ "CM", 0 },
	{ "CD", 0 },
	{ "CV", 0 },
	{ "PC", 1 },
	{ "PCM", 1 },
	{ "PCD", 1 },
	{ "PCV", 1 },
	{ "HS", -1 },
	{ "WAKE", 1 },
};

/* The author's words for the rhythm: originalText, also inside a translation. */
static void
read_words(struct schedule *schedule, const xmlNode *element)
{
	const xmlNode *translation = node_child(element, "translation");
	const xmlNode *words = node_child(element, "originalText");

	if (words == NULL)
		words = node_child(translation, "originalText");
	if (words != NULL && schedule->text == NULL)
		schedule->text = resolved_text(schedule->call, words, false);
}

/* ---- IVL_TS and TS --------------------------------------------------------------------------- */

static void
add_moment(struct schedule *schedule, const struct item *item, const char *text)
{
	struct timestamp time;
	const char *moment = timestamp_read(schedule->call, item, text, &time);

	if (moment == NULL)
		return;
	if (schedule->moment_count == MANY)
		timing_give_up(schedule, item->node, moment, "one more single time");
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
		timing_give_up(schedule, element, NULL, "a second interval");
		return;
	}
	schedule->bounds = interval;
	schedule->bounded = true;
}

/* ---- PIVL_TS --------------------------------------------------------------------------------- */

static bool
is_span(const struct schedule *schedule, const char *value, const char *unit)
{
	return strcmp(schedule->period_unit, unit) == 0 && decimal_equal(schedule->period, value);
}

static void
add_time_of_day(struct schedule *schedule, const xmlNode *node, const struct timestamp *time)
{
	if (schedule->time_count == MANY)
		timing_give_up(schedule, node, time->source, "one more time of day");
	else
		schedule->times[schedule->time_count++] =
		    call_printf(schedule->call, "%02d:%02d:%02d", time->hour, time->minute, time->second);
}

/*
 * An anchor of a daily rhythm is a time of day, of a weekly one a day of the week: that is
 * arithmetic (1970-01-01 was a Thursday). Of other rhythms FHIR cannot say where they begin.
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
		schedule->days[(days_of_date(time.year, time.month, time.day) % DAYS + DAYS + 3) % DAYS] =
		    true;
	}
	if ((daily || weekly) && time.precision >= TO_MINUTE)
		add_time_of_day(schedule, low, &time);
	else if (!weekly || time.precision < TO_DAY)
		timing_unsaid(schedule, low, text, "the beginning of this rhythm");
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
		timing_unsaid(schedule, high, node_attribute(high, "value"), "the end of one occurrence");
	if (node_filled(width, "value") != NULL
	    && !timing_span(schedule, width, &schedule->duration, &schedule->duration_unit)) {
		timing_unsaid(
		    schedule, width, node_attribute(width, "value"), "the duration of one occurrence");
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
		timing_unsaid(schedule, element, alignment, "an alignment to the calendar");
	if (institution != NULL && strcmp(institution, "true") == 0)
		call_finding(schedule->call, &at, EHDS_SEVERITY_INFORMATION, "map-timing-institution",
		    "incomplete", NULL, NULL,
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
	timing_give_up(schedule, element, NULL, "a second rhythm");
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
			timing_give_up(schedule, phase, NULL, "a phase without a period");
		return;
	}
	if (!timing_span(schedule, period, &value, &unit)) {
		timing_give_up(schedule, period, node_attribute(period, "unit"),
		    "a period that is no amount of time in s, min, h, "
		    "d, wk, mo or a");
		return;
	}
	if (!accept_period(schedule, element, value, unit))
		return;
	read_phase(schedule, phase);
	read_alignment(schedule, element);
}

/* ---- EIVL_TS --------------------------------------------------------------------------------- */

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
	if (high != NULL
	    && (node_filled(high, "value") == NULL || strcmp(node_attribute(high, "value"), value) != 0))
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

/*
 * Before a meal both signs are in use for "30 min before"; on any other side the sign has to fit.
 */
static void
add_offset(struct schedule *schedule, const xmlNode *offset, const struct event *event)
{
	long minutes = 0;

	if (!read_offset(offset, &minutes)) {
		timing_give_up(schedule, offset, NULL, "an offset that is no whole number of minutes");
		return;
	}
	if (minutes == 0)
		return;
	if (event->side == 0 || (event->side > 0 && minutes < 0)) {
		timing_give_up(schedule, offset, event->code, "an offset on this side of the event");
		return;
	}
	if (schedule->offset >= 0 && schedule->offset != labs(minutes)) {
		timing_give_up(schedule, offset, event->code, "a second offset");
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
		timing_give_up(schedule, event, code, "this event");
		return;
	}
	if (offset != NULL && node_null(offset) == NULL)
		add_offset(schedule, offset, &events[i]);
	else if (schedule->offset >= 0)
		timing_give_up(schedule, event, code, "an event with and one without an offset");
	schedule->when[schedule->when_count++] = events[i].code;
}

/* ---- SXPR_TS and the choice ------------------------------------------------------------------ */

static void
add_component(struct schedule *schedule, const xmlNode *element, unsigned depth);

static void
add_components(struct schedule *schedule, const xmlNode *element, unsigned depth)
{
	const xmlNode *component = node_child(element, "comp");

	if (depth == DEPTH) {
		timing_give_up(schedule, element, NULL, "a set of sets this deep");
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
	{ "IVL_TS", KIND_INTERVAL },
	{ "TS", KIND_INTERVAL },
	{ "SXCM_TS", KIND_INTERVAL },
	{ "PIVL_TS", KIND_PERIODIC },
	{ "PIVL_PPD_TS", KIND_PERIODIC },
	{ "EIVL_TS", KIND_EVENT },
	{ "EIVL_PPD_TS", KIND_EVENT },
	{ "SXPR_TS", KIND_SET },
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
			call_finding(schedule->call, &at, EHDS_SEVERITY_INFORMATION, "map-type-case",
			    "value", type, kinds[i].type, "xsi:type in the wrong case");
		return kinds[i].kind;
	}
	if (node_child(element, "period") != NULL)
		return KIND_PERIODIC;
	if (node_child(element, "event") != NULL)
		return KIND_EVENT;
	return node_child(element, "comp") != NULL ? KIND_SET : KIND_INTERVAL;
}

/*
 * A bounding interval beside a rhythm means both, whatever its operator says; taking away (E) and
 * hulls (H, P) mean something that a Timing has no element for.
 */
static void
add_component(struct schedule *schedule, const xmlNode *element, unsigned depth)
{
	const char *operator = node_filled(element, "operator");
	struct item at = item_of(element);

	if (item_masked(schedule->call, &at))
		return;
	if (operator != NULL && strcmp(operator, "A") != 0 && strcmp(operator, "I") != 0) {
		timing_give_up(schedule, element, operator, "this operator of a set of times");
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
	return call_finish(call, timing_write(&schedule, count > 0 ? items[0].node : NULL, parent, name));
}
