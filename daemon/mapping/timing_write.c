/* SPDX-License-Identifier: EUPL-1.2 */
/* See timing.h. The rules between the elements of Timing.repeat are tim-1 to tim-10 of FHIR R4. */
#include "mapping/timing.h"

#include "mapping/decimal.h"
#include "mapping/quantity.h"
#include "mapping/types.h"

#include <string.h>

/* UnitsOfTime (FHIR R4), which are UCUM codes. */
static const char *const time_units[] = { "s", "min", "h", "d", "wk", "mo", "a" };

static const char *const day_names[DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

void
timing_unsaid(struct schedule *schedule, const xmlNode *node, const char *found, const char *what)
{
	struct item at = item_of(node);

	call_finding(schedule->call, &at, EHDS_SEVERITY_WARNING, "map-timing-not-expressible", "incomplete",
	    found, NULL, "%s cannot be said in FHIR R4 Timing", what);
}

void
timing_give_up(struct schedule *schedule, const xmlNode *node, const char *found, const char *what)
{
	timing_unsaid(schedule, node, found, what);
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

bool
timing_span(struct schedule *schedule, const xmlNode *quantity, const char **value, const char **unit)
{
	struct item at = item_of(quantity);

	*unit = time_unit(quantity);
	*value = *unit != NULL ? decimal_read(schedule->call, &at, node_attribute(quantity, "value")) : NULL;
	return *value != NULL && (*value)[0] != '-' && strpbrk(*value, "123456789") != NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool
has_rhythm(const struct schedule *schedule)
{
	return !schedule->partial
	       && (schedule->period != NULL || schedule->when_count > 0 || schedule->duration != NULL);
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
	if (!timing_span(schedule, schedule->bounds.width, &value, &unit)) {
		timing_unsaid(schedule, schedule->bounds.width,
		    node_attribute(schedule->bounds.width, "unit"), "a duration that is no amount of time");
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
		timing_give_up(schedule, node, schedule->when[0], "a time of day together with an event");
	if (schedule->moment_count == 1 && has_rhythm(schedule) && !schedule->bounded) {
		schedule->bounds.low.text = schedule->bounds.high.text = schedule->moments[0];
		schedule->bounded = true;
		schedule->moment_count = 0;
	}
}

enum written
timing_write(struct schedule *schedule, const xmlNode *source, xmlNode *parent, const char *name)
{
	xmlNode *node, *repeat;

	settle(schedule, source);
	if (!schedule->bounded && !has_rhythm(schedule) && schedule->moment_count == 0
	    && schedule->text == NULL)
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
