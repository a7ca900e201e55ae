/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What FHIR R4 (4.0.1) says of each type: its elements in order, their types and cardinalities. One
 * generated table (r4_table.inc, made by autotools/r4_table.py from hl7.fhir.r4.core) drives reading,
 * writing, ordering and checking. Every look-up is by name within one type; callers that walk in order
 * pass a hint.
 */
#ifndef EHDS_FHIR_FACTS_H
#define EHDS_FHIR_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_kind {
	FACT_COMPLEX,		/* data type or backbone element */
	FACT_RESOURCE,		/* a resource: contained, entry.resource */
	FACT_STRING,		/* primitive written as a JSON string */
	FACT_NUMBER,		/* decimal, integer, positiveInt, unsignedInt */
	FACT_BOOLEAN,
	FACT_XHTML,		/* Narrative.div */
	FACT_ATTRIBUTE,		/* Element.id, Extension.url: an XML attribute */
};

/* Which primitive a type is: the lexical form of its value (datatypes.html). */
enum fact_format {
	FORMAT_NONE, /* no primitive */
	FORMAT_base64Binary,
	FORMAT_boolean,
	FORMAT_canonical,
	FORMAT_code,
	FORMAT_date,
	FORMAT_dateTime,
	FORMAT_decimal,
	FORMAT_id,
	FORMAT_instant,
	FORMAT_integer,
	FORMAT_markdown,
	FORMAT_oid,
	FORMAT_positiveInt,
	FORMAT_string,
	FORMAT_time,
	FORMAT_unsignedInt,
	FORMAT_uri,
	FORMAT_url,
	FORMAT_uuid,
	FORMAT_xhtml,
	FORMAT_COUNT
};

#define FACT_ORDERS 64		/* no type of R4 has more elements, choices counted once */

struct fact_type;

struct fact_element {
	const char *name;	/* concrete: "valueQuantity", not "value[x]" */
	const char *base;	/* "value" for a choice, else equal to name */
	const char *path;	/* "Observation.value[x]" */
	const struct fact_type *type;	/* what it holds; backbone elements have a type of their own */
	enum fact_kind kind;
	uint16_t order;		/* position in the type; the alternatives of a choice share one */
	uint16_t min;
	bool list;		/* max is more than 1 */
};

struct fact_type {
	const char *name;	/* "Observation", "Observation.component", "Quantity", "dateTime" */
	const struct fact_element *elements;	/* in order; choices expanded */
	size_t count;
	uint64_t required;	/* bit n: the element of order n has min 1 */
	bool resource, primitive;	/* resource: a concrete one */
	enum fact_format format;
};

/* NULL when R4 has no such type. */
const struct fact_type *
fact_type_find(const char *name);

/* NULL when the type has no such element. *hint (may be NULL) makes a walk in order cost O(1). */
const struct fact_element *
fact_element_find(const struct fact_type *type, const char *name, size_t *hint);

/* All resource types in order of name; for tests and lint. */
const struct fact_type *const *
fact_resources(size_t *count);

#endif
