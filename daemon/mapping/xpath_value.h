/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The four types of XPath 1.0 and how they turn into each other (W3C, 1999; sections 3.3, 3.4 and
 * 4).
 */
#ifndef EHDS_MAPPING_XPATH_VALUE_H
#define EHDS_MAPPING_XPATH_VALUE_H

#include "mapping/scratch.h"

#include <libxml/xpath.h>
#include <stdbool.h>
#include <stddef.h>

enum value_kind { VALUE_NODES, VALUE_STRING, VALUE_NUMBER, VALUE_BOOLEAN,
    VALUE_ANY };	/* ANY: not known beforehand */

struct value {
	enum value_kind kind;
	const xmlNode *const *nodes;	/* in document order, each once; borrowed or in scratch memory */
	size_t count;
	const char *text;
	double number;
	bool truth;
};

struct value value_of_text(const char *text);
struct value value_of_number(double number);
struct value value_of_truth(bool truth);
struct value value_of_nodes(const xmlNode *const *nodes, size_t count);

/* The string value of a node, borrowed or in scratch memory; NULL without memory. */
const char *
node_text(struct scratch *scratch, const xmlNode *node);

/* NULL without memory. */
const char *
value_text(struct scratch *scratch, const struct value *value);

double
value_number(struct scratch *scratch, const struct value *value);

bool
value_truth(const struct value *value);

/* xmlXPathStringEvalNumber: NaN when text is no number. */
double
text_number(const char *text);

/* Borrows from object. */
struct value
value_of_object(const xmlXPathObject *object);

/* Gives the object; NULL without memory. */
xmlXPathObject *
object_of_value(const struct value *value);

/* Puts the nodes into document order, each once; returns how many are left. */
size_t
nodes_sort(const xmlNode **nodes, size_t count);

#endif
