/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Walking paths: depth first, with a visitor for each node that a path leads to. Whoever asks for
 * truth, for a first node or for an equal string stops the walk by returning false.
 */
#include "mapping/xpath_tree.h"

#include "base/text.h"

#include <string.h>

/* ---- Work ------------------------------------------------------------------------------------ */

bool
xpath_fail(struct xpath_environment *environment, const char *what)
{
	if (environment->failure == NULL)
		environment->failure = what;
	return false;
}

bool
xpath_tick(struct xpath_environment *environment)
{
	if (*environment->operations == 0)
		return xpath_fail(environment, XPATH_NO_OPERATIONS);
	--*environment->operations;
	return true;
}

bool
node_list_add(void *user, const xmlNode *node)
{
	struct node_list *list = user;
	size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
	const xmlNode **larger;

	if (list->count == list->capacity) {
		larger = scratch_alloc(&list->environment->scratch, capacity * sizeof(*larger));
		if (larger == NULL)
			return xpath_fail(list->environment, XPATH_NO_MEMORY);
		if (list->count > 0)
			memcpy(larger, list->nodes, list->count * sizeof(*larger));
		list->nodes = larger;
		list->capacity = capacity;
	}
	list->nodes[list->count++] = node;
	return true;
}

/* ---- Axes ------------------------------------------------------------------------------------ */

static const xmlNode *
children_of(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE || node->type == XML_DOCUMENT_NODE ? node->children : NULL;
}

static const xmlNode *
next_below(const xmlNode *node, const xmlNode *top)
{
	const xmlNode *child = children_of(node);

	if (child != NULL)
		return child;
	while (node != top && node->next == NULL)
		node = node->parent;
	return node == top ? NULL : node->next;
}

/* Attributes have no siblings (XPath 1.0, section 2.2). */
static const xmlNode *
sibling_of(const xmlNode *node, bool forwards)
{
	if (node->type == XML_ATTRIBUTE_NODE || node->type == XML_DOCUMENT_NODE)
		return NULL;
	return forwards ? node->next : node->prev;
}

static const xmlNode *
first_on(enum axis axis, const xmlNode *node)
{
	switch (axis) {
	case AXIS_CHILD:
		return children_of(node);
	case AXIS_ATTRIBUTE:
		return node->type == XML_ELEMENT_NODE ? (const xmlNode *)node->properties : NULL;
	case AXIS_SELF:
	case AXIS_ANCESTOR_OR_SELF:
	case AXIS_DESCENDANT_OR_SELF:
		return node;
	case AXIS_PARENT:
	case AXIS_ANCESTOR:
		return node->parent;
	case AXIS_DESCENDANT:
		return next_below(node, node);
	case AXIS_FOLLOWING_SIBLING:
		return sibling_of(node, true);
	case AXIS_PRECEDING_SIBLING:
		return sibling_of(node, false);
	}
	return NULL;
}

static const xmlNode *
next_on(enum axis axis, const xmlNode *node, const xmlNode *start)
{
	switch (axis) {
	case AXIS_CHILD:
	case AXIS_ATTRIBUTE:
	case AXIS_FOLLOWING_SIBLING:
		return node->next;
	case AXIS_PRECEDING_SIBLING:
		return node->prev;
	case AXIS_SELF:
	case AXIS_PARENT:
		return NULL;
	case AXIS_ANCESTOR:
	case AXIS_ANCESTOR_OR_SELF:
		return node->parent;
	case AXIS_DESCENDANT:
	case AXIS_DESCENDANT_OR_SELF:
		return next_below(node, start);
	}
	return NULL;
}

static bool
in_namespace(const xmlNs *ns, const char *uri)
{
	if (ns == NULL || uri == NULL)
		return ns == NULL && uri == NULL;
	return strcmp((const char *)ns->href, uri) == 0;
}

static bool
passes(const struct step *step, const xmlNode *node)
{
	bool attribute = step->axis == AXIS_ATTRIBUTE;

	switch (step->test) {
	case TEST_NAME:
		return node->type == (attribute ? XML_ATTRIBUTE_NODE : XML_ELEMENT_NODE) &&
		    node->name[0] == (xmlChar)step->name[0] &&
		    text_is((const char *)node->name, step->name) &&
		    in_namespace(node->ns, step->uri);
	case TEST_NAMESPACE:
		return node->type == (attribute ? XML_ATTRIBUTE_NODE : XML_ELEMENT_NODE) &&
		    in_namespace(node->ns, step->uri);
	case TEST_PRINCIPAL:
		return node->type == (attribute ? XML_ATTRIBUTE_NODE : XML_ELEMENT_NODE);
	case TEST_TEXT:
		return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
	case TEST_COMMENT:
		return node->type == XML_COMMENT_NODE;
	case TEST_NODE:
		return node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE ||
		    node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE ||
		    node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE ||
		    node->type == XML_DOCUMENT_NODE;
	}
	return false;
}

/* ---- Predicates ------------------------------------------------------------------------------ */

/* A number is compared with the position, everything else is a truth (XPath 1.0, section 2.4). */
static bool
holds(struct xpath_environment *environment, const struct predicate *predicate, const xmlNode *node,
    size_t position, size_t size)
{
	struct xpath_context context = { node, position, size };
	struct value value;

	if (predicate->position != 0)
		return predicate->position == position;
	if (predicate->tree->type != VALUE_ANY && predicate->tree->type != VALUE_NUMBER)
		return xpath_truth(environment, predicate->tree, &context);
	value = xpath_value(environment, predicate->tree, &context);
	return value.kind == VALUE_NUMBER ? value.number == (double)position : value_truth(&value);
}

size_t
xpath_filter(struct xpath_environment *environment, const struct predicate *predicates,
    size_t predicate_count, const xmlNode **nodes, size_t count)
{
	size_t i, at, kept;

	for (i = 0; i < predicate_count; i++) {
		kept = 0;
		for (at = 0; at < count && environment->failure == NULL; at++)
			if (holds(environment, &predicates[i], nodes[at], at + 1, count))
				nodes[kept++] = nodes[at];
		count = kept;
	}
	return environment->failure == NULL ? count : 0;
}

/* ---- Walking --------------------------------------------------------------------------------- */

const xmlChar xpath_no_name[] = "";

struct walk {
	struct xpath_environment *environment;
	const struct xpath_tree *path;
	node_visitor visit;
	void *user;
};

static bool
walk_step(const struct walk *walk, size_t at, const xmlNode *node);

/* positions counts, for each predicate, the nodes that came as far as it. */
static bool
all_hold(const struct walk *walk, const struct step *step, const xmlNode *node, size_t *positions)
{
	size_t i;

	for (i = 0; i < step->predicate_count; i++)
		if (!holds(walk->environment, &step->predicates[i], node, ++positions[i], 0))
			return false;
	return true;
}

/* A predicate that asks how many there are needs them all first. */
static bool
walk_gathered(const struct walk *walk, size_t at, const xmlNode *start)
{
	const struct step *step = &walk->path->steps[at];
	struct node_list list = { .environment = walk->environment };
	const xmlNode *node;
	size_t count, i;

	for (node = first_on(step->axis, start); node != NULL; node = next_on(step->axis, node, start))
		if (!xpath_tick(walk->environment) || (passes(step, node) && !node_list_add(&list, node)))
			return false;
	count = xpath_filter(walk->environment, step->predicates, step->predicate_count, list.nodes,
	    list.count);
	for (i = 0; i < count; i++)
		if (!walk_step(walk, at + 1, list.nodes[i]))
			return false;
	return true;
}

static bool
walk_axis(const struct walk *walk, size_t at, const xmlNode *start)
{
	const struct step *step = &walk->path->steps[at];
	size_t positions[XPATH_PREDICATES_MAX] = { 0 };
	const xmlNode *node;

	for (node = first_on(step->axis, start); node != NULL; node = next_on(step->axis, node, start)) {
		if (!xpath_tick(walk->environment))
			return false;
		if (passes(step, node) && all_hold(walk, step, node, positions) &&
		    !walk_step(walk, at + 1, node))
			return false;
	}
	return true;
}

/* The document's own copy of a name. */
static const xmlChar *
name_in_document(struct xpath_environment *environment, const struct step *step)
{
	const xmlChar *name = environment->names[step->name_number];

	if (name == NULL) {
		name = xmlDictExists(environment->doc->dict, (const xmlChar *)step->name, -1);
		environment->names[step->name_number] = name == NULL ? xpath_no_name : name;
	}
	return name == NULL ? xpath_no_name : name;
}

/* Children of a name in the source document: what nearly all steps are. */
static bool
walk_children(const struct walk *walk, size_t at, const xmlNode *start, const xmlChar *name)
{
	const struct step *step = &walk->path->steps[at];
	size_t positions[XPATH_PREDICATES_MAX] = { 0 };
	const xmlNode *node;

	for (node = children_of(start); node != NULL; node = node->next) {
		if (node->name != name || node->type != XML_ELEMENT_NODE ||
		    !in_namespace(node->ns, step->uri))
			continue;
		if (!xpath_tick(walk->environment))
			return false;
		if ((step->predicate_count == 0 || all_hold(walk, step, node, positions)) &&
		    !walk_step(walk, at + 1, node))
			return false;
	}
	return xpath_tick(walk->environment);
}

/* An element has one attribute of a name. */
static bool
walk_attribute(const struct walk *walk, size_t at, const xmlNode *start, const xmlChar *name)
{
	const struct step *step = &walk->path->steps[at];
	size_t positions[XPATH_PREDICATES_MAX] = { 0 };
	const xmlAttr *attribute;
	const xmlNode *node;

	if (start->type != XML_ELEMENT_NODE)
		return true;
	for (attribute = start->properties; attribute != NULL; attribute = attribute->next) {
		if (attribute->name != name || !in_namespace(attribute->ns, step->uri))
			continue;
		node = (const xmlNode *)attribute;
		return !all_hold(walk, step, node, positions) || walk_step(walk, at + 1, node);
	}
	return true;
}

static bool
walk_step(const struct walk *walk, size_t at, const xmlNode *start)
{
	const struct step *step = &walk->path->steps[at];
	const xmlChar *name;

	if (at == walk->path->step_count)
		return walk->visit(walk->user, start);
	if (step->uses_last)
		return walk_gathered(walk, at, start);
	if (step->test != TEST_NAME || start->doc != walk->environment->doc)
		return walk_axis(walk, at, start);
	name = name_in_document(walk->environment, step);
	if (name == xpath_no_name)
		return true;
	if (step->axis == AXIS_CHILD)
		return walk_children(walk, at, start, name);
	return step->axis == AXIS_ATTRIBUTE ? walk_attribute(walk, at, start, name) :
	    walk_axis(walk, at, start);
}

/* The nodes that a path starts from when it has a head. */
struct value
xpath_head(struct xpath_environment *environment, const struct xpath_tree *path,
    const struct xpath_context *context)
{
	struct value head = xpath_value(environment, path->head, context);
	struct node_list list = { .environment = environment };
	size_t i;

	if (head.kind != VALUE_NODES) {
		xpath_fail(environment, "what stands in front of '/' or '[' is no node set");
		return value_of_nodes(NULL, 0);
	}
	if (path->head_predicate_count == 0)
		return head;
	for (i = 0; i < head.count; i++)
		if (!node_list_add(&list, head.nodes[i]))
			return value_of_nodes(NULL, 0);
	list.count = xpath_filter(environment, path->head_predicates, path->head_predicate_count,
	    list.nodes, list.count);
	return value_of_nodes(list.nodes, list.count);
}

bool
xpath_walk(struct xpath_environment *environment, const struct xpath_tree *path,
    const struct xpath_context *context, node_visitor visit, void *user)
{
	const struct walk walk = { environment, path, visit, user };
	struct value starts;
	size_t i;

	if (path->head == NULL)
		return walk_step(&walk, 0, path->from_root ? (const xmlNode *)context->node->doc :
		    context->node);
	starts = xpath_head(environment, path, context);
	for (i = 0; i < starts.count; i++)
		if (!walk_step(&walk, 0, starts.nodes[i]))
			return false;
	return true;
}
