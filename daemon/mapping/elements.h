/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The extension elements: one table of what each is called, knows and does. The language is in
 * mappings/README.md.
 */
#ifndef EHDS_MAPPING_ELEMENTS_H
#define EHDS_MAPPING_ELEMENTS_H

#include "mapping/element.h"

#include <stdbool.h>
#include <stddef.h>

#define EHDS_MAPPING_NAMESPACE "urn:ehds:mapping:1"

struct run;
struct plan;

enum attribute_kind {
	ATTRIBUTE_TEXT,			/* attribute value template */
	ATTRIBUTE_XPATH,		/* XPath */
	ATTRIBUTE_TABLE,		/* attribute value template that names a table */
	ATTRIBUTE_WORD,			/* one of `words`, no template */
};

struct element_attribute {
	const char *name;
	enum attribute_kind kind;
	const char *words;		/* of a WORD: "yes no"; NULL: any */
	bool required;
};

#define ELEMENT_ATTRIBUTES_MAX 8

enum element_flags {
	ELEMENT_NAME = 1,		/* must say `name` */
	ELEMENT_SELECT = 2,		/* must say `select` */
	ELEMENT_CONTENT = 4,		/* may have content */
	ELEMENT_NARRATIVE = 16,		/* carries a section's text */
	ELEMENT_CHOICE = 32,		/* `name` is the base name of a choice */
	ELEMENT_WRITES = 64,		/* adds to the element that it stands in */
};

struct element_kind {
	const char *name;
	int (*run)(struct run *run, const struct plan *plan,
	    const xmlNode *context);	/* 0, or -1: the run failed */
	writer write;			/* of a typed element */
	set_writer write_set;		/* instead, when several items make one element */
	unsigned flags;
	const char *types;		/* R4 types that it may write; NULL: any, or none */
	struct element_attribute attributes[ELEMENT_ATTRIBUTES_MAX];	/* own ones, up to the first without name */
};

/* NULL when there is none. */
const struct element_kind *
element_kind_find(const char *name);

/* All of them, to the first without name: for registration, lint and suggestions. */
const struct element_kind *
element_kinds(void);

/* The attribute of that name, own or common to all; NULL when the element does not know it. */
const struct element_attribute *
element_attribute_find(const struct element_kind *kind, const char *name);

/* Attributes that all elements know, to the first without name. */
const struct element_attribute *
element_common_attributes(void);

/* Whether text is a code of http://terminology.hl7.org/CodeSystem/data-absent-reason (4.0.1). */
bool
is_absent_reason(const char *text);

#endif
