/* SPDX-License-Identifier: EUPL-1.2 */
/* IVL_TS as two ends: what Period and Timing.repeat.bounds both need (types_time.c). */
#ifndef EHDS_MAPPING_INTERVAL_H
#define EHDS_MAPPING_INTERVAL_H

#include "mapping/timestamp.h"

struct bound {
	const char *text;	/* dateTime; NULL: not said */
	const char *absent;	/* data-absent-reason of the bound's nullFlavor; NULL */
	struct timestamp time;	/* with text */
};

struct interval {
	struct bound low, high;
	const xmlNode *width;	/* neither end is said, only how long it lasts; NULL */
};

/*
 * Reads low, high, center, width and value. An end that follows from the other one and the width is
 * computed (finding map-period-computed); what FHIR cannot say is a finding
 * map-timing-not-expressible. -1 with call->error set.
 */
int
interval_read(struct call *call, const xmlNode *element, struct interval *out);

/* Whether there is something to write: an end, or an end that is withheld. */
bool
interval_says(const struct interval *interval);

/* start and end below node. */
void
interval_write(xmlNode *node, const struct interval *interval);

/*
 * A whole number of seconds, minutes, hours, days, weeks, months or years of a PQ; false when it is
 * none of these.
 */
struct duration {
	long long seconds;	/* 0: calendar months */
	int months;
};

bool
duration_read(const xmlNode *quantity, struct duration *out);

#endif
