/* SPDX-License-Identifier: EUPL-1.2 */
/* A coded value as the source says it, before any table is asked (concept.c, types_code.c). */
#ifndef EHDS_MAPPING_CONCEPT_H
#define EHDS_MAPPING_CONCEPT_H

#include "mapping/element.h"

#define CODES 32		/* of one concept; real documents have at most 8 */

struct coded {
	const xmlNode *node;	/* where it stands; NULL for a string */
	const char *code, *system, *version, *display;
	bool text_only;		/* an `unmatched` row, or `otherwise: text-only` */
	bool bare;		/* a string of no known system: only a table can say what it means */
	bool nobodys;		/* a Coding of FHIR without a system: no table can say whose code it is */
};

struct coding {
	const char *system, *version, *code, *display;
};

struct concept {
	const struct item *item;
	struct coded codes[CODES];	/* the main code, then the translations in document order */
	size_t count;
	struct coding target;		/* code NULL: none */
	const char *text;
};

/*
 * Reads CD, CE, CV, CO, CS, a CodeableConcept or Coding of FHIR, a plain element or a string. Nothing is read of what is masked. More
 * than CODES codes are cut, with a finding map-code-count.
 */
void
concept_read(struct call *call, struct concept *concept, const struct item *item);

/*
 * An element that says its code as text, as plain XML formats do:
 * <AnalysisCode>12345</AnalysisCode>.
 */
bool
concept_is_plain(const xmlNode *element);

#endif
