/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the document rules need to know of each guide: which entries and sections there must be. Facts of
 * the published packages, by hand, because these few are wanted before and without any package. Inside
 * the conform layer.
 */
#ifndef EHDS_CONFORM_GUIDE_H
#define EHDS_CONFORM_GUIDE_H

#include <stdbool.h>
#include <stddef.h>

#define GUIDE_MANY ((size_t)-1)

/* How many entries of a resource type. */
struct guide_entry {
	const char *type;
	size_t min, max;
	const char *rule;	/* id of the finding */
};

/* How many sections with a LOINC code. */
struct guide_section {
	const char *code, *name;
	size_t min, max;
};

enum guide_flag {
	GUIDE_TITLE = 1,		/* section.title 1..1 */
	GUIDE_CODE = 2,			/* section.code 1..1 */
	GUIDE_TEXT = 4,			/* section.text 1..1 */
	GUIDE_FLAT = 8,			/* section.section 0..0 */
	GUIDE_CONTENT = 16,		/* ips-comp-1 on every section */
	GUIDE_CONTENT_REQUIRED = 32,	/* ips-comp-1 on the required sections */
	GUIDE_IDENTIFIER = 64,		/* Composition.identifier 1..1 */
	GUIDE_SUBJECT_PATIENT = 128,	/* Composition.subject.reference 1..1, to the Patient */
	GUIDE_PATIENT_SUMMARY = 256,	/* eps-bundle-*: every clinical resource names its patient */
};

struct guide {
	const char *bundle, *composition;	/* canonicals of the profiles */
	const char *package;			/* "hl7.fhir.eu.eps#1.0.0-xtehr" */
	const char *type;			/* LOINC code of Composition.type; NULL: any */
	unsigned flags;
	const struct guide_entry *entries;	/* ended by a NULL type */
	const struct guide_section *sections;	/* ended by a NULL code */
};

/* The guide of a profile of a Bundle or Composition; a version behind '|' is passed over. NULL: none that
 * is known. */
const struct guide *
guide_find(const char *canonical);

/* NULL past the end. */
const struct guide *
guide_at(size_t index);

#endif
