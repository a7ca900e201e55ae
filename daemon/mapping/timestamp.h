/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Points in time as source formats write them: HL7 TS ("202401041120+0100", HL7 V3 data types R1,
 * 2.19) and ISO 8601 ("2024-01-04T11:20Z"), each with the precision it was given.
 */
#ifndef EHDS_MAPPING_TIMESTAMP_H
#define EHDS_MAPPING_TIMESTAMP_H

#include "mapping/element.h"

enum precision { TO_YEAR, TO_MONTH, TO_DAY, TO_HOUR, TO_MINUTE, TO_SECOND };

enum zone_state { ZONE_NONE, ZONE_UTC, ZONE_OFFSET, ZONE_INVALID };

struct timestamp {
	enum precision precision;
	int year, month, day, hour, minute, second;	/* a real date of the Gregorian calendar */
	char fraction[10];				/* digits of a second, "" for none */
	enum zone_state zone;
	int offset;					/* minutes east of UTC; with ZONE_UTC and ZONE_OFFSET */
	const char *source;				/* the text it was read from; borrows */
};

/*
 * NULL when text is a timestamp, else what is wrong with it, in words. Leading and trailing white
 * space is passed over.
 */
const char *
timestamp_parse(struct timestamp *out, const char *text);

/*
 * Moves a time with a zone to the clock of the zone that the stylesheet names: the same instant.
 * Without a name, and for a date, it stands as the source wrote it. Returns -1 with call->error set
 * (MAPPING map-zone-unknown).
 */
int
timestamp_move(struct call *call, const struct item *item, struct timestamp *time);

/*
 * Makes the timestamp one that FHIR R4 can write: without a zone it gets the zone of the call
 * (attribute `zone`, else the country's), with one it is moved (timestamp_move), and what has no
 * zone or no minutes is cut to its day; each but the move with a finding. Returns -1 with
 * call->error set (MAPPING map-zone-unknown).
 */
int
timestamp_complete(struct call *call, const struct item *item, struct timestamp *time);

/* dateTime (R4, 2.24.0.1): time only with minutes and zone. In the arena. */
const char *
timestamp_text(struct call *call, const struct timestamp *time);

/*
 * Reads, completes and writes a timestamp; NULL with a finding (map-date-invalid), or when
 * call->error is set.
 */
const char *
timestamp_read(struct call *call, const struct item *item, const char *text, struct timestamp *time);

/*
 * Moves by whole seconds, days or calendar months; a day that the month has not becomes its last
 * one.
 */
void
timestamp_add_seconds(struct timestamp *time, long long seconds);

void
timestamp_add_months(struct timestamp *time, int months);

/*
 * The zone named by the call's attribute `zone`, else the country's. `fixed` when it is an offset.
 */
struct call_zone {
	const struct timezone_data *zone;	/* NULL: fixed, or none is known */
	bool fixed;
	int offset;
};

int
call_zone(struct call *call, const struct item *item, struct call_zone *out);

/* Moves a time with a zone to another clock: the same instant. Anything else stands as it is. */
void
timestamp_to_zone(struct timestamp *time, const struct call_zone *zone);

#endif
