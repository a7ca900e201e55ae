/* SPDX-License-Identifier: EUPL-1.2 */
/* Walking and mending FHIR trees (FHIR XML in libxml2). */
#ifndef EHDS_FHIR_TREE_H
#define EHDS_FHIR_TREE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "fhir/facts.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* The first child element of that local name, or NULL (also for a NULL parent). */
xmlNode *
fhir_child(const xmlNode *parent, const char *name);

/*
 * The node if it is an element, else the next sibling that is one; NULL at the end (and for NULL). Goes through elements:
 * fhir_element(parent->children), fhir_element(child->next).
 */
static inline const xmlNode *
fhir_element(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* The next element sibling of the same name, or NULL. */
xmlNode *
fhir_next(const xmlNode *element);

/* The value attribute of a primitive element, or NULL. Borrows from the tree. */
const char *
fhir_value(const xmlNode *element);

/* fhir_value(fhir_child(parent, name)). */
const char *
fhir_child_value(const xmlNode *parent, const char *name);

/* Any attribute's value (of one text node), or NULL; borrows from the tree. */
const char *
fhir_attribute(const xmlNode *element, const char *name);

/*
 * Puts the children of every element into the order of the specification (stable), and takes out elements
 * that hold nothing (no value, no child: R4 ele-1). Finds: MAPPING fhir-unknown-element,
 * fhir-repeated-element (a second one where R4 allows one), as errors with the element's FHIRPath. A tree
 * in order is only walked.
 */
int
fhir_order(xmlDoc *doc, struct ehds_error *error);

/*
 * The FHIRPath of an element or attribute from the root:
 * "Bundle.entry[3].resource.code.coding[0].system". Indexes only where the element may repeat. The string
 * lives in the arena.
 */
const char *
fhir_path(const xmlNode *node, struct arena *arena);

#endif
