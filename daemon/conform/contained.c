/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * dom-3 by hand: R4's FHIRPath text looks at references, canonicals, uris and urls, and so fails a picture that only the narrative
 * shows, while narrative.html lets narrative name contained resources ("src" and "href" with '#'). One walk over the container finds
 * every use. Source: HL7 FHIR R4 4.0.1, references.html#contained, narrative.html#css ("#id"), domainresource.html.
 */
#include "conform/contained.h"

#include "base/text.h"
#include "fhir/facts.h"
#include "fhir/json.h"
#include "fhir/tree.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200

struct inner {
	const char *id;
	const xmlNode *resource;
	bool used;
};

struct search {
	struct inner *list;		/* in order of id */
	size_t count;
	struct inner *within;		/* the contained resource that is walked now */
};

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct inner *)a)->id, ((const struct inner *)b)->id);
}

static void
use(struct search *search, const char *text)
{
	struct inner key = { .id = text + 1 }, *found;

	if (text[0] != '#')
		return;
	if (text[1] == '\0') {
		if (search->within != NULL)
			search->within->used = true;
		return;
	}
	found = bsearch(&key, search->list, search->count, sizeof(key), compare);
	if (found != NULL)
		found->used = true;
}

/* Without recursion: the depth of narrative is the sender's. */
static void
search_narrative(struct search *search, const xmlNode *div)
{
	const xmlNode *node = div;

	while (node != NULL) {
		const char *link = node->type == XML_ELEMENT_NODE ? fhir_attribute(node, "src") : NULL;

		if (link == NULL && node->type == XML_ELEMENT_NODE)
			link = fhir_attribute(node, "href");
		if (link != NULL)
			use(search, link);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != div && node->next == NULL)
			node = node->parent;
		node = node != div ? node->next : NULL;
	}
}

static bool
may_refer(const struct fact_element *fact)
{
	return fact->type->format == FORMAT_uri || fact->type->format == FORMAT_url || fact->type->format == FORMAT_canonical ||
	    strcmp(fact->name, "reference") == 0;
}

static void
search_children(struct search *search, const xmlNode *parent, const struct fact_type *type, unsigned depth);

static void
search_element(struct search *search, const xmlNode *element, const struct fact_element *fact, unsigned depth)
{
	const char *value;

	if (fact->kind == FACT_XHTML) {
		search_narrative(search, element);
		return;
	}
	value = may_refer(fact) ? fhir_value(element) : NULL;
	if (value != NULL)
		use(search, value);
	search_children(search, element, fact->type, depth + 1);
}

static void
search_resource(struct search *search, const xmlNode *holder, unsigned depth)
{
	const xmlNode *resource = xmlFirstElementChild((xmlNode *)holder);
	const struct fact_type *type = resource != NULL ? fact_type_find((const char *)resource->name) : NULL;
	struct inner *outer = search->within;
	size_t i;

	if (type == NULL)
		return;
	for (i = 0; i < search->count; i++)
		if (search->list[i].resource == resource)
			search->within = &search->list[i];
	search_children(search, resource, type, depth + 1);
	search->within = outer;
}

static void
search_children(struct search *search, const xmlNode *parent, const struct fact_type *type, unsigned depth)
{
	const xmlNode *child;
	size_t hint = 0;

	if (depth > DEPTH_MAX)
		return;
	for (child = parent->children; child != NULL; child = child->next) {
		const struct fact_element *fact;

		if (child->type != XML_ELEMENT_NODE)
			continue;
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (fact != NULL && fact->kind == FACT_RESOURCE)
			search_resource(search, child, depth);
		else if (fact != NULL && fact->type != NULL)
			search_element(search, child, fact, depth);
	}
}

const xmlNode *
contained_unused(const xmlNode *resource, struct arena *scratch)
{
	const struct fact_type *type = fact_type_find((const char *)resource->name);
	struct search search = { 0 };
	const xmlNode *holder;
	size_t capacity = 0, i;

	for (holder = fhir_child(resource, "contained"); holder != NULL; holder = fhir_next(holder))
		capacity++;
	search.list = arena_alloc(scratch, capacity * sizeof(*search.list) + 1);
	if (type == NULL || search.list == NULL)
		return NULL;
	for (holder = fhir_child(resource, "contained"); holder != NULL; holder = fhir_next(holder)) {
		const xmlNode *inner = xmlFirstElementChild((xmlNode *)holder);
		const char *id = fhir_child_value(inner, "id");

		if (inner != NULL)
			search.list[search.count++] = (struct inner){ id != NULL ? id : "", inner, false };
	}
	qsort(search.list, search.count, sizeof(*search.list), compare);
	search_children(&search, resource, type, 0);
	for (i = 0; i < search.count; i++)
		if (!search.list[i].used)
			return search.list[i].resource;
	return NULL;
}
