/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps of convert.c, for those who walk some of them: inside the convert layer. */
#ifndef EHDS_CONVERT_ROAD_H
#define EHDS_CONVERT_ROAD_H

#include "convert/convert.h"

/* One document on its way. */
struct road {
	struct conversion *conversion;
	const struct converter *converter;
	const struct convert_job *job;
	const char *bytes;
	size_t length;
	const char *name;	/* of the document in places: the job's, or of what was in its envelope (road_open) */
};

/* Each goes on (0), or sets road->conversion->error and returns -1. */
int step_parse(struct road *road);
int step_detect(struct road *road);
int step_map(struct road *road);
int step_conform(struct road *road);
int step_serialize(struct road *road);

/* Makes the conversion empty, with memory for sources of so many bytes. */
void
road_open(struct road *road, size_t length);

/* Some steps in order, as far as they go; an error without a place gets the document's name. -1 when one stopped. */
int
road_walk(struct road *road, int (*const *walk)(struct road *road), size_t count);

/* State and outcome. */
void
road_close(struct road *road);

#endif
