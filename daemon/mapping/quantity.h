/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One amount before it is written: shared by quantities, ranges, ratios and values of any type
 * (types_quantity.c).
 */
#ifndef EHDS_MAPPING_QUANTITY_H
#define EHDS_MAPPING_QUANTITY_H

#include "mapping/element.h"

#define UCUM "http://unitsofmeasure.org"

struct amount {
	const char *value;		/* FHIR decimal; NULL: nothing to write */
	const char *comparator;		/* NULL */
	const char *unit, *system, *code;
	const xmlNode *source;		/* for translations; NULL */
};

/*
 * What a unit text is: by the table of the call, else by UCUM, else only text (finding
 * map-unit-unknown).
 */
enum written
unit_read(struct call *call, const struct item *item, const char *text, struct amount *amount);

/* What an IVL_PQ says. */
enum shape { SHAPE_NOTHING, SHAPE_AMOUNT, SHAPE_RANGE };

/*
 * Reads PQ, INT, REAL, MO, IVL_PQ or a plain number. low is the one amount of SHAPE_AMOUNT. -1 with
 * call->error set.
 */
int
quantity_read(struct call *call, const struct item *item, enum shape *shape, struct amount *low, struct amount *high);

void
quantity_write(struct call *call, xmlNode *parent, const char *name, const struct amount *amount);

/* Writes SHAPE_RANGE as Range: bounds without comparators. */
void
range_write(struct call *call, xmlNode *parent, const char *name, const struct amount *low, const struct amount *high);

#endif
