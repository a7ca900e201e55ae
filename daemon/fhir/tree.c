/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The small questions that everybody asks of a FHIR tree, and the name of a place in it. Names are compared
 * without their name space: fhir_order has made sure of it.
 */
#include "fhir/tree.h"

#include <string.h>

/* Deeper trees are cut off in paths; order.c refuses them. */
#define PATH_DEPTH 256

static bool
named(const xmlNode *node, const char *name)
{
	/* Most names that are not the one differ in the first letter; libxml2 keeps one copy of each name of a document. */
	return node->type == XML_ELEMENT_NODE && (char)node->name[0] == name[0] &&
	    ((const char *)node->name == name || strcmp((const char *)node->name, name) == 0);
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
		if (attribute->ns != NULL || (char)attribute->name[0] != name[0] ||
		    strcmp((const char *)attribute->name, name) != 0)
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

struct path {
	struct arena *arena;
	const char *text;
	const struct fact_type *type;	/* of the element reached; NULL when R4 does not know it */
	bool resource_follows, inside_xhtml;
};

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
	if (path->text == NULL)
		path->text = (const char *)element->name;
}

static void
path_step(struct path *path, const xmlNode *element)
{
	const char *name = (const char *)element->name;
	const struct fact_element *fact = path->type == NULL ? NULL
							     : fact_element_find(path->type, name, NULL);
	bool more;
	size_t index = index_among_siblings(element, &more);

	if (fact != NULL ? fact->list : more)
		path->text = arena_printf(path->arena, "%s.%s[%zu]", path->text, name, index);
	else
		path->text = arena_printf(path->arena, "%s.%s", path->text, fact != NULL ? fact->base : name);
	path->type = fact != NULL ? fact->type : NULL;
	path->resource_follows = fact != NULL && fact->kind == FACT_RESOURCE;
	path->inside_xhtml = fact != NULL && fact->kind == FACT_XHTML;
}

const char *
fhir_path(const xmlNode *node, struct arena *arena)
{
	const xmlNode *elements[PATH_DEPTH], *step;
	struct path path = { .arena = arena, .resource_follows = true };
	const char *attribute = NULL;
	size_t depth = 0;

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
		if (path.text == NULL)
			return NULL;
	}
	if (attribute != NULL && !path.inside_xhtml)
		return arena_printf(arena, "%s.%s", path.text, attribute);
	return path.text != NULL ? arena_strdup(arena, path.text) : NULL;
}
