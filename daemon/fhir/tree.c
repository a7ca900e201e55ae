/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The small questions that everybody asks of a FHIR tree, and the name of a place in it. Names are compared
 * without their name space: fhir_order has made sure of it.
 */
#include "fhir/tree.h"

#include "base/text.h"

#include <string.h>

/* Deeper trees are cut off in paths; order.c refuses them. */
#define PATH_DEPTH 256

static bool
named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && text_is((const char *)node->name, name);
}

xmlNode *
fhir_child(const xmlNode *parent, const char *name)
{
	xmlNode *child;

	if (parent == NULL)
		return NULL;
	for (child = parent->children; child != NULL; child = child->next)
		if (named(child, name))
			return child;
	return NULL;
}

xmlNode *
fhir_next(const xmlNode *element)
{
	xmlNode *next;

	for (next = element->next; next != NULL; next = next->next)
		if (named(next, (const char *)element->name))
			return next;
	return NULL;
}

const char *
fhir_attribute(const xmlNode *element, const char *name)
{
	const xmlAttr *attribute;

	if (element == NULL || element->type != XML_ELEMENT_NODE)
		return NULL;
	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		if (attribute->ns != NULL || !text_is((const char *)attribute->name, name))
			continue;
		if (attribute->children == NULL || attribute->children->content == NULL)
			return "";
		return (const char *)attribute->children->content;
	}
	return NULL;
}

const char *
fhir_value(const xmlNode *element)
{
	return fhir_attribute(element, "value");
}

const char *
fhir_child_value(const xmlNode *parent, const char *name)
{
	return fhir_value(fhir_child(parent, name));
}

/* ---- FHIRPath ----------------------------------------------------------------------------------------------- */

/* Longer paths are cut: names of R4 are short, and depth is bounded. */
#define PATH_LENGTH 8192

struct path {
	size_t length;
	const struct fact_type *type;	/* of the element reached; NULL when R4 does not know it */
	bool resource_follows, inside_xhtml;
	char text[PATH_LENGTH];
};

static void
path_puts(struct path *path, const char *text)
{
	size_t length = strlen(text);

	if (length >= PATH_LENGTH - path->length)
		length = PATH_LENGTH - path->length - 1;
	memcpy(path->text + path->length, text, length);
	path->length += length;
	path->text[path->length] = '\0';
}

static void
path_index(struct path *path, size_t index)
{
	char digits[32], *at = digits + sizeof(digits);

	*--at = '\0';
	*--at = ']';
	do
		*--at = (char)('0' + index % 10);
	while ((index /= 10) > 0);
	*--at = '[';
	path_puts(path, at);
}

/* Of the siblings with the same name, how many come before; *more: whether there is another. */
static size_t
index_among_siblings(const xmlNode *element, bool *more)
{
	const xmlNode *sibling;
	size_t index = 0;

	for (sibling = element->prev; sibling != NULL; sibling = sibling->prev)
		index += named(sibling, (const char *)element->name);
	*more = index > 0 || fhir_next(element) != NULL;
	return index;
}

static void
path_resource(struct path *path, const xmlNode *element)
{
	path->type = fact_type_find((const char *)element->name);
	path->resource_follows = false;
	if (path->length == 0)
		path_puts(path, (const char *)element->name);
}

static void
path_step(struct path *path, const xmlNode *element)
{
	const char *name = (const char *)element->name;
	const struct fact_element *fact = path->type == NULL ? NULL
							     : fact_element_find(path->type, name, NULL);
	bool more = false;
	size_t index = fact == NULL || fact->list ? index_among_siblings(element, &more) : 0;
	bool indexed = fact != NULL ? fact->list : more;

	path_puts(path, ".");
	path_puts(path, fact != NULL && !indexed ? fact->base : name);
	if (indexed)
		path_index(path, index);
	path->type = fact != NULL ? fact->type : NULL;
	path->resource_follows = fact != NULL && fact->kind == FACT_RESOURCE;
	path->inside_xhtml = fact != NULL && fact->kind == FACT_XHTML;
}

const char *
fhir_path(const xmlNode *node, struct arena *arena)
{
	const xmlNode *elements[PATH_DEPTH], *step;
	struct path path;
	const char *attribute = NULL;
	size_t depth = 0;

	path.length = 0;
	path.type = NULL;
	path.resource_follows = true;
	path.inside_xhtml = false;
	path.text[0] = '\0';
	if (node->type == XML_ATTRIBUTE_NODE && strcmp((const char *)node->name, "value") != 0)
		attribute = (const char *)node->name;
	for (step = node; step != NULL && depth < PATH_DEPTH; step = step->parent)
		if (step->type == XML_ELEMENT_NODE)
			elements[depth++] = step;
	while (depth-- > 0 && !path.inside_xhtml) {
		if (path.resource_follows)
			path_resource(&path, elements[depth]);
		else
			path_step(&path, elements[depth]);
	}
	if (attribute != NULL && !path.inside_xhtml) {
		path_puts(&path, ".");
		path_puts(&path, attribute);
	}
	return path.length > 0 ? arena_strndup(arena, path.text, path.length) : NULL;
}
