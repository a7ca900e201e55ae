/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which offset applies: at an instant, and at a local time. See timezone.h. Reading the file is in
 * timezone_file.c, the time after its table in timezone_rule.c.
 */
#include "base/timezone.h"
#include "base/timezone_data.h"

#define DAY 86400

/* The last change at or before the instant; there is one. */
static size_t
last_change(const struct timezone_data *zone, long long instant)
{
	size_t low = 0, high = zone->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= instant)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Seconds east of UTC. */
static int
seconds_at(const struct timezone_data *zone, long long instant)
{
	if (zone->count > 0 && instant < zone->times[0])
		return zone->first;
	if (zone->count > 0 && (instant < zone->times[zone->count - 1] || !zone->rule.present))
		return zone->offsets[last_change(zone, instant)];
	return zone->rule.present ? timezone_rule_offset(&zone->rule, instant) : zone->first;
}

/* Local mean time has seconds (Europe/Paris until 1911: 9 min 21 s); halves go away from zero. */
static int
to_minutes(int seconds)
{
	return (seconds + (seconds < 0 ? -30 : 30)) / 60;
}

int
timezone_offset_at(const struct timezone_data *zone, long long instant)
{
	return to_minutes(seconds_at(zone, instant));
}

/*
 * No offset is over a day, so the offsets of a day before and a day after are the two that can
 * hold, as long as a zone does not change twice in two days. A local time belongs to an offset that
 * holds at the instant which the offset gives: to both in an overlap, to none in a gap.
 */
int
timezone_offset(const struct timezone_data *zone, int year, int month, int day, int hour, int minute,
    int second, bool *ambiguous)
{
	long long local = days_of_date(year, month, day) * DAY + hour * 3600LL + minute * 60LL + second;
	int before = seconds_at(zone, local - DAY), after = seconds_at(zone, local + DAY);
	bool holds_before = seconds_at(zone, local - before) == before;
	bool holds_after = seconds_at(zone, local - after) == after;

	if (ambiguous != NULL)
		*ambiguous = before != after && holds_before == holds_after;
	return to_minutes(holds_after && !holds_before ? after : before);
}
