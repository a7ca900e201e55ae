/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Order: mappings write elements as it suits them, FHIR XML prescribes a sequence. One walk looks each
 * element up, takes out what holds nothing, from the leaves upwards, and notices disorder; only a parent
 * whose children are out of order is relinked, by order number, which keeps repetitions in their
 * sequence. What R4 does not know is an error and never dropped.
 */
#include "fhir/json.h"
#include "fhir/tree.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

#define DEPTH_LIMIT 200

enum outcome { FAILED = -1, EMPTY, HOLDS };

static enum outcome
order_children(xmlNode *parent, const struct fact_type *type, unsigned depth, struct ehds_error *error);

/* "WHAT 'NAME' (at FHIRPATH)". */
static enum outcome
fail(const xmlNode *node, const char *rule, const char *what, struct ehds_error *error)
{
	struct arena *arena = arena_new(0);
	const char *path = fhir_path(node, arena);

	error_set(error, EHDS_ERROR_MAPPING, rule, NULL, 0, 0, "%s '%s' (at %s)", what,
	    (const char *)node->name, path != NULL ? path : "?");
	arena_free(&arena);
	return FAILED;
}

static bool
in_fhir_namespace(const xmlNode *element)
{
	if (element->parent != NULL && element->ns == element->parent->ns && element->ns != NULL
	    && element->parent->type == XML_ELEMENT_NODE)
		return true;
	return element->ns != NULL && strcmp((const char *)element->ns->href, FHIR_NAMESPACE) == 0;
}

/*
 * Whether the attributes are those that the type has; *value tells whether a value is among them. An empty
 * value is none (R4, datatypes.html: "attributes can never be empty") and goes.
 */
static enum outcome
check_attributes(xmlNode *element, const struct fact_type *type, bool *value, struct ehds_error *error)
{
	xmlAttr *attribute, *next;

	*value = false;
	for (attribute = element->properties; attribute != NULL; attribute = next) {
		const char *name = (const char *)attribute->name;
		const struct fact_element *fact;

		next = attribute->next;
		if (attribute->ns != NULL && strcmp((const char *)attribute->ns->href,
		    "http://www.w3.org/2001/XMLSchema-instance") == 0)
			continue;
		if (attribute->ns == NULL && type->primitive && strcmp(name, "value") == 0) {
			*value = attribute->children != NULL && attribute->children->content[0] != '\0';
			if (!*value)
				xmlRemoveProp(attribute);
			continue;
		}
		fact = attribute->ns == NULL ? fact_element_find(type, name, NULL) : NULL;
		if (fact == NULL || fact->kind != FACT_ATTRIBUTE)
			return fail((xmlNode *)attribute, "fhir-unknown-attribute",
			    "FHIR R4 knows no attribute", error);
	}
	return EMPTY;
}

static enum outcome
order_resource(xmlNode *resource, unsigned depth, struct ehds_error *error)
{
	const struct fact_type *type = fact_type_find((const char *)resource->name);
	bool value;

	if (type == NULL || !type->resource || !in_fhir_namespace(resource))
		return fail(resource, "fhir-unknown-resource", "FHIR R4 knows no resource", error);
	if (check_attributes(resource, type, &value, error) == FAILED
	    || order_children(resource, type, depth, error) == FAILED)
		return FAILED;
	return HOLDS;
}

/* The one resource inside contained or Bundle.entry.resource. */
static enum outcome
order_holder(xmlNode *holder, unsigned depth, struct ehds_error *error)
{
	enum outcome outcome = EMPTY;
	xmlNode *child;

	for (child = holder->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		if (outcome == HOLDS)
			return fail(child, "fhir-repeated-element",
			    "FHIR R4 allows one resource here, and this is a second:", error);
		if (order_resource(child, depth, error) == FAILED)
			return FAILED;
		outcome = HOLDS;
	}
	return outcome;
}

static enum outcome
order_element(xmlNode *element, const struct fact_element *fact, unsigned depth, struct ehds_error *error)
{
	enum outcome outcome;
	bool value;

	if (depth > DEPTH_LIMIT)
		return fail(element, "fhir-depth", "nested too deeply:", error);
	if (fact->kind == FACT_XHTML)
		return HOLDS;
	if (!in_fhir_namespace(element))
		return fail(
		    element, "fhir-unknown-element", "not in the name space " FHIR_NAMESPACE ":", error);
	if (fact->kind == FACT_RESOURCE)
		return order_holder(element, depth + 1, error);
	if (check_attributes(element, fact->type, &value, error) == FAILED)
		return FAILED;
	outcome = element->children == NULL ? EMPTY : order_children(element, fact->type, depth + 1, error);
	return outcome == EMPTY && value ? HOLDS : outcome;
}

/* ---- Relinking ---------------------------------------------------------------------------------------------- */

struct bucket {
	xmlNode *first, *last;
};

static void
bucket_append(struct bucket *bucket, xmlNode *node)
{
	node->prev = bucket->last;
	node->next = NULL;
	if (bucket->last != NULL)
		bucket->last->next = node;
	else
		bucket->first = node;
	bucket->last = node;
}

/* Other nodes (white space, comments) stay before the element that they precede. */
static void
relink(xmlNode *parent, const struct fact_type *type)
{
	struct bucket buckets[FACT_ORDERS] = { 0 }, waiting = { 0 }, all = { 0 };
	xmlNode *child, *next, *other;
	size_t hint = 0, i;

	for (child = parent->children; child != NULL; child = next) {
		const struct fact_element *fact;

		next = child->next;
		if (child->type != XML_ELEMENT_NODE) {
			bucket_append(&waiting, child);
			continue;
		}
		fact = fact_element_find(type, (const char *)child->name, &hint);
		must(fact != NULL && fact->order < FACT_ORDERS);
		while ((other = waiting.first) != NULL) {
			waiting.first = other->next;
			bucket_append(&buckets[fact->order], other);
		}
		waiting.last = NULL;
		bucket_append(&buckets[fact->order], child);
	}
	for (i = 0; i <= FACT_ORDERS; i++)
		for (child = i < FACT_ORDERS ? buckets[i].first : waiting.first; child != NULL;
		     child = next) {
			next = child->next;
			bucket_append(&all, child);
		}
	parent->children = all.first;
	parent->last = all.last;
}

static bool
may_follow(const struct fact_element *fact, const struct fact_element *previous)
{
	return previous == NULL || fact->order != previous->order || (fact == previous && fact->list);
}

static enum outcome
fail_repeated(const xmlNode *child, struct ehds_error *error)
{
	return fail(child, "fhir-repeated-element", "FHIR R4 allows only one", error);
}

/* Elements are in order now, so repetitions are neighbours. */
static enum outcome
check_repetitions(const xmlNode *parent, const struct fact_type *type, struct ehds_error *error)
{
	const struct fact_element *previous = NULL, *fact;
	const xmlNode *child;
	size_t hint = 0;

	for (child = parent->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (!may_follow(fact, previous))
			return fail_repeated(child, error);
		previous = fact;
	}
	return HOLDS;
}

static bool
is_stray_text(const xmlNode *node)
{
	return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
	    && !text_is_blank((const char *)node->content);
}

static enum outcome
order_children(xmlNode *parent, const struct fact_type *type, unsigned depth, struct ehds_error *error)
{
	const struct fact_element *previous = NULL, *fact;
	bool sorted = true;
	xmlNode *child, *next;
	size_t hint = 0;

	for (child = parent->children; child != NULL; child = next) {
		enum outcome outcome;

		next = child->next;
		if (child->type != XML_ELEMENT_NODE) {
			if (is_stray_text(child))
				return fail(parent, "fhir-stray-text", "text stands directly inside", error);
			continue;
		}
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (fact == NULL || fact->kind == FACT_ATTRIBUTE)
			return fail(child, "fhir-unknown-element", "FHIR R4 knows no element", error);
		outcome = order_element(child, fact, depth, error);
		if (outcome == FAILED)
			return FAILED;
		if (outcome == EMPTY) {
			xmlUnlinkNode(child);
			xmlFreeNode(child);
			continue;
		}
		if (!may_follow(fact, previous))
			return fail_repeated(child, error);
		sorted = sorted && (previous == NULL || previous->order <= fact->order);
		previous = fact;
	}
	if (!sorted) {
		relink(parent, type);
		return check_repetitions(parent, type, error);
	}
	return previous != NULL ? HOLDS : EMPTY;
}

int
fhir_order(xmlDoc *doc, struct ehds_error *error)
{
	xmlNode *root = xmlDocGetRootElement(doc);

	if (root == NULL)
		return error_set(error, EHDS_ERROR_MAPPING, "fhir-unknown-resource", NULL, 0, 0,
		    "the document is empty: a FHIR resource was expected");
	return order_resource(root, 1, error) == FAILED ? -1 : 0;
}
