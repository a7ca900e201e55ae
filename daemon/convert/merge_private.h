/* SPDX-License-Identifier: EUPL-1.2 */
/* A Bundle that is being made of several: inside the convert layer. */
#ifndef EHDS_CONVERT_MERGE_PRIVATE_H
#define EHDS_CONVERT_MERGE_PRIVATE_H

#include "convert/convert.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* Wherever `from` is referred to, `to` is meant. */
struct renaming {
	const char *from, *to;
};

struct whole {
	const struct conversion *parts;
	size_t count;
	const xmlNode *compositions[CONVERT_INPUTS_MAX], *patients[CONVERT_INPUTS_MAX];	/* of each part */
	xmlDoc *doc;			/* owns until the end */
	struct renaming *renames;		/* in the arena, for every entry of every part at most one */
	size_t rename_count;
	struct arena *arena;
	struct ehds_findings *findings;
	struct ehds_error *error;
};

/* A new element in the FHIR name space, at the end of parent; value may be NULL. */
xmlNode *
merge_add(xmlNode *parent, const char *name, const char *value);

/* A copy of the element at the end of parent, with its traces. */
xmlNode *
merge_copy(xmlNode *parent, const xmlNode *element);

/* Whether a value stands anywhere in it, beside a reason why there is none. */
bool
merge_says(const xmlNode *element);

/* The source line of an element of a part's result; 0 when unknown. */
int
merge_line(const struct conversion *part, const xmlNode *element);

/* merge_patient.c: whether all parts are about one patient; else the error is set and -1 returned. */
int
merge_same_patient(struct whole *whole);

/* The first part's Patient below parent, with what only the others say. */
void
merge_patient(struct whole *whole, xmlNode *parent);

#endif
