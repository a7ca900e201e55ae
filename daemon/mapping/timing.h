/* SPDX-License-Identifier: EUPL-1.2 */
/* A schedule between reading (types_timing.c) and writing (timing_write.c). */
#ifndef EHDS_MAPPING_TIMING_H
#define EHDS_MAPPING_TIMING_H

#include "mapping/interval.h"

#define MANY 8			/* moments, times of day, events of one schedule */
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

/* A finding map-timing-not-expressible: "WHAT cannot be said in FHIR R4 Timing". */
void
timing_unsaid(struct schedule *schedule, const xmlNode *node, const char *found, const char *what);

/* The same for what changes the rhythm: then no rhythm is written. */
void
timing_give_up(struct schedule *schedule, const xmlNode *node, const char *found, const char *what);

/* A positive amount of time in a unit of FHIR (s, min, h, d, wk, mo, a); false when it is none. */
bool
timing_span(struct schedule *schedule, const xmlNode *quantity, const char **value, const char **unit);

/* Writes what was read; node is the place of findings. */
enum written
timing_write(struct schedule *schedule, const xmlNode *source, xmlNode *parent, const char *name);

#endif
