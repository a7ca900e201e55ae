/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xpath_value.h. Numbers are parsed and written by libxml2, so that both evaluators agree to
 * the last digit.
 */
#include "mapping/xpath_value.h"

#include <libxml/xpathInternals.h>
#include <stdlib.h>
#include <string.h>

struct value
value_of_text(const char *text)
{
	return (struct value){ .kind = VALUE_STRING, .text = text };
}

struct value
value_of_number(double number)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

struct value
value_of_truth(bool truth)
{
	return (struct value){ .kind = VALUE_BOOLEAN, .truth = truth };
}

struct value
value_of_nodes(const xmlNode *const *nodes, size_t count)
{
	return (struct value){ .kind = VALUE_NODES, .nodes = nodes, .count = count };
}

/* ---- Strings --------------------------------------------------------------------------------- */

static bool
is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static const char *
content_of(const xmlNode *node)
{
	return node->content == NULL ? "" : (const char *)node->content;
}

/* The next text below top in document order; node itself is behind us. */
static const xmlNode *
next_text(const xmlNode *node, const xmlNode *top)
{
	for (;;) {
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
		} else {
			while (node != top && node->next == NULL)
				node = node->parent;
			if (node == top)
				return NULL;
			node = node->next;
		}
		if (is_text(node))
			return node;
	}
}

static const xmlNode *
first_text(const xmlNode *top)
{
	const xmlNode *node = top->children;

	return node == NULL || is_text(node) ? node : next_text(node, top);
}

static const char *
joined_text(struct scratch *scratch, const xmlNode *top)
{
	const xmlNode *node;
	size_t length = 0;
	char *text, *end;

	for (node = first_text(top); node != NULL; node = next_text(node, top))
		length += strlen(content_of(node));
	text = end = scratch_alloc(scratch, length + 1);
	if (text == NULL)
		return NULL;
	for (node = first_text(top); node != NULL; node = next_text(node, top))
		end = stpcpy(end, content_of(node));
	*end = '\0';
	return text;
}

const char *
node_text(struct scratch *scratch, const xmlNode *node)
{
	const xmlNode *child;

	switch ((int)node->type) {
	case XML_ELEMENT_NODE:
	case XML_ATTRIBUTE_NODE:
	case XML_DOCUMENT_NODE:
		child = node->children;
		if (child == NULL)
			return "";
		if (child->next == NULL && is_text(child))
			return content_of(child);
		return joined_text(scratch, node);
	case XML_NAMESPACE_DECL:
		return (const char *)((const xmlNs *)node)->href;
	default:
		return content_of(node);
	}
}

static const char *
number_text(struct scratch *scratch, double number)
{
	xmlChar *text = xmlXPathCastNumberToString(number);
	size_t size = text == NULL ? 0 : strlen((const char *)text) + 1;
	char *copy = size == 0 ? NULL : scratch_alloc(scratch, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	xmlFree(text);
	return copy;
}

const char *
value_text(struct scratch *scratch, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NODES:
		return value->count == 0 ? "" : node_text(scratch, value->nodes[0]);
	case VALUE_NUMBER:
		return number_text(scratch, value->number);
	case VALUE_BOOLEAN:
		return value->truth ? "true" : "false";
	case VALUE_STRING:
	case VALUE_ANY:
		break;
	}
	return value->text;
}

/* ---- Numbers and truth ----------------------------------------------------------------------- */

double
text_number(const char *text)
{
	return xmlXPathStringEvalNumber((const xmlChar *)text);
}

double
value_number(struct scratch *scratch, const struct value *value)
{
	const char *text;

	switch (value->kind) {
	case VALUE_NUMBER:
		return value->number;
	case VALUE_BOOLEAN:
		return value->truth ? 1 : 0;
	case VALUE_NODES:
	case VALUE_STRING:
	case VALUE_ANY:
		break;
	}
	text = value_text(scratch, value);
	return text_number(text == NULL ? "" : text);
}

bool
value_truth(const struct value *value)
{
	switch (value->kind) {
	case VALUE_NODES:
		return value->count > 0;
	case VALUE_NUMBER:
		return value->number != 0 && !xmlXPathIsNaN(value->number);
	case VALUE_BOOLEAN:
		return value->truth;
	case VALUE_STRING:
	case VALUE_ANY:
		break;
	}
	return value->text[0] != '\0';
}

/* ---- libxml2's objects ----------------------------------------------------------------------- */

struct value
value_of_object(const xmlXPathObject *object)
{
	switch (object->type) {
	case XPATH_NODESET:
	case XPATH_XSLT_TREE:
		if (object->nodesetval == NULL)
			return value_of_nodes(NULL, 0);
		return value_of_nodes((const xmlNode *const *)object->nodesetval->nodeTab,
		    (size_t)object->nodesetval->nodeNr);
	case XPATH_BOOLEAN:
		return value_of_truth(object->boolval != 0);
	case XPATH_NUMBER:
		return value_of_number(object->floatval);
	case XPATH_STRING:
		return value_of_text(object->stringval == NULL ? "" : (const char *)object->stringval);
	default:
		return value_of_text("");
	}
}

static xmlXPathObject *
object_of_nodes(const struct value *value)
{
	xmlNodeSet *set = xmlXPathNodeSetCreate(NULL);
	size_t i;

	for (i = 0; set != NULL && i < value->count; i++)
		xmlXPathNodeSetAddUnique(set, (xmlNode *)value->nodes[i]);
	return set == NULL ? NULL : xmlXPathWrapNodeSet(set);
}

xmlXPathObject *
object_of_value(const struct value *value)
{
	switch (value->kind) {
	case VALUE_NODES:
		return object_of_nodes(value);
	case VALUE_NUMBER:
		return xmlXPathNewFloat(value->number);
	case VALUE_BOOLEAN:
		return xmlXPathNewBoolean(value->truth);
	case VALUE_STRING:
	case VALUE_ANY:
		break;
	}
	return xmlXPathNewCString(value->text);
}

/* ---- Order ----------------------------------------------------------------------------------- */

/* xmlXPathOrderDocElems leaves the negative order of an element in its content pointer. */
static int
compare_nodes(const xmlNode *one, const xmlNode *two)
{
	ptrdiff_t first = (ptrdiff_t)one->content, second = (ptrdiff_t)two->content;

	if (one == two)
		return 0;
	if (one->type == XML_ELEMENT_NODE && two->type == XML_ELEMENT_NODE &&
	    one->doc == two->doc && first < 0 && second < 0)
		return first > second ? -1 : 1;
	return -xmlXPathCmpNodes((xmlNode *)one, (xmlNode *)two);
}

static int
compare_entries(const void *one, const void *two)
{
	return compare_nodes(*(const xmlNode *const *)one, *(const xmlNode *const *)two);
}

size_t
nodes_sort(const xmlNode **nodes, size_t count)
{
	size_t i, kept = 1;

	for (i = 1; i < count && compare_nodes(nodes[i - 1], nodes[i]) < 0; i++)
		;
	if (i >= count)
		return count;
	qsort(nodes, count, sizeof(*nodes), compare_entries);
	for (i = 1; i < count; i++)
		if (nodes[i] != nodes[kept - 1])
			nodes[kept++] = nodes[i];
	return kept;
}
