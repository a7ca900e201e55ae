/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xpath_tree.h. A path is walked depth first and calls a visitor for each node that it leads to; whoever asks for truth, for a
 * first node or for an equal string stops the walk by returning false.
 */
#include "mapping/xpath_tree.h"

#include <math.h>
#include <string.h>

/* ---- Work ------------------------------------------------------------------------------------------------------------------ */

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

/* ---- Axes --------------------------------------------------------------------------------------------------------------------- */

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
		    node->name[0] == (xmlChar)step->name[0] && strcmp((const char *)node->name, step->name) == 0 &&
		    in_namespace(node->ns, step->uri);
	case TEST_NAMESPACE:
		return node->type == (attribute ? XML_ATTRIBUTE_NODE : XML_ELEMENT_NODE) && in_namespace(node->ns, step->uri);
	case TEST_PRINCIPAL:
		return node->type == (attribute ? XML_ATTRIBUTE_NODE : XML_ELEMENT_NODE);
	case TEST_TEXT:
		return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
	case TEST_COMMENT:
		return node->type == XML_COMMENT_NODE;
	case TEST_NODE:
		return node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE || node->type == XML_TEXT_NODE ||
		    node->type == XML_CDATA_SECTION_NODE || node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE ||
		    node->type == XML_DOCUMENT_NODE;
	}
	return false;
}

/* ---- Predicates ----------------------------------------------------------------------------------------------------------------- */

/* A number is compared with the position, everything else is a truth (XPath 1.0, section 2.4). */
static bool
holds(struct xpath_environment *environment, const struct predicate *predicate, const xmlNode *node, size_t position,
    size_t size)
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
xpath_filter(struct xpath_environment *environment, const struct predicate *predicates, size_t predicate_count,
    const xmlNode **nodes, size_t count)
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

/* ---- Walking --------------------------------------------------------------------------------------------------------------------- */

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
	count = xpath_filter(walk->environment, step->predicates, step->predicate_count, list.nodes, list.count);
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
		if (passes(step, node) && all_hold(walk, step, node, positions) && !walk_step(walk, at + 1, node))
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
		if (node->name != name || node->type != XML_ELEMENT_NODE || !in_namespace(node->ns, step->uri))
			continue;
		if (!xpath_tick(walk->environment))
			return false;
		if ((step->predicate_count == 0 || all_hold(walk, step, node, positions)) && !walk_step(walk, at + 1, node))
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
	return step->axis == AXIS_ATTRIBUTE ? walk_attribute(walk, at, start, name) : walk_axis(walk, at, start);
}

/* The nodes that a path starts from when it has a head. */
static struct value
head_nodes(struct xpath_environment *environment, const struct xpath_tree *path, const struct xpath_context *context)
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
	list.count = xpath_filter(environment, path->head_predicates, path->head_predicate_count, list.nodes, list.count);
	return value_of_nodes(list.nodes, list.count);
}

bool
xpath_walk(struct xpath_environment *environment, const struct xpath_tree *path, const struct xpath_context *context,
    node_visitor visit, void *user)
{
	const struct walk walk = { environment, path, visit, user };
	struct value starts;
	size_t i;

	if (path->head == NULL)
		return walk_step(&walk, 0, path->from_root ? (const xmlNode *)context->node->doc : context->node);
	starts = head_nodes(environment, path, context);
	for (i = 0; i < starts.count; i++)
		if (!walk_step(&walk, 0, starts.nodes[i]))
			return false;
	return true;
}

/* ---- Node sets ---------------------------------------------------------------------------------------------------------------------- */

static bool
add_nodes(struct node_list *list, const struct xpath_tree *tree, const struct xpath_context *context)
{
	struct value value;
	size_t i;

	if (tree->kind == TREE_PATH)
		return xpath_walk(list->environment, tree, context, node_list_add, list);
	if (tree->kind == TREE_UNION)
		return add_nodes(list, tree->left, context) && add_nodes(list, tree->right, context);
	value = xpath_value(list->environment, tree, context);
	if (value.kind != VALUE_NODES)
		return xpath_fail(list->environment, "a side of '|' is no node set");
	for (i = 0; i < value.count; i++)
		if (!node_list_add(list, value.nodes[i]))
			return false;
	return true;
}

static struct value
nodes_of(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	struct node_list list = { .environment = environment };

	/* Without steps the head's own nodes are the answer. */
	if (tree->kind == TREE_PATH && tree->head != NULL && tree->step_count == 0)
		return head_nodes(environment, tree, context);
	add_nodes(&list, tree, context);
	if (environment->failure != NULL)
		return value_of_nodes(NULL, 0);
	if (list.count > 1 && (tree->kind == TREE_UNION || tree->head != NULL || !tree->in_order))
		list.count = nodes_sort(list.nodes, list.count);
	return value_of_nodes(list.nodes, list.count);
}

static bool
stop_at_first(void *user, const xmlNode *node)
{
	*(const xmlNode **)user = node;
	return false;
}

static const xmlNode *
first_node(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	const xmlNode *node = NULL;
	struct value nodes;

	if (tree->kind == TREE_PATH && tree->in_order && tree->head == NULL) {
		xpath_walk(environment, tree, context, stop_at_first, &node);
		return node;
	}
	nodes = nodes_of(environment, tree, context);
	return nodes.count == 0 ? NULL : nodes.nodes[0];
}

/* ---- Comparing (XPath 1.0, section 3.4) ------------------------------------------------------------------------------------------------ */

static bool
compare_numbers(enum tree_kind kind, double left, double right)
{
	switch ((int)kind) {
	case TREE_EQUAL:
		return left == right;
	case TREE_UNEQUAL:
		return left != right;
	case TREE_LESS:
		return left < right;
	case TREE_LESS_EQUAL:
		return left <= right;
	case TREE_GREATER:
		return left > right;
	default:
		return left >= right;
	}
}

static bool
compare_texts(enum tree_kind kind, const char *left, const char *right)
{
	if (left == NULL || right == NULL)
		return false;
	if (kind == TREE_EQUAL || kind == TREE_UNEQUAL)
		return (strcmp(left, right) == 0) == (kind == TREE_EQUAL);
	return compare_numbers(kind, text_number(left), text_number(right));
}

/* A node of a set against a value that is none. */
struct comparison {
	struct xpath_environment *environment;
	enum tree_kind kind;
	const struct value *other;
	bool node_is_right;
	bool found;
};

static bool
stop_at_match(void *user, const xmlNode *node)
{
	struct comparison *comparison = user;
	struct scratch *scratch = &comparison->environment->scratch;
	struct scratch_mark mark = scratch_mark(scratch);
	const char *text = node_text(scratch, node);
	double number;

	if (text == NULL)
		return xpath_fail(comparison->environment, XPATH_NO_MEMORY);
	if (comparison->other->kind == VALUE_STRING && (comparison->kind == TREE_EQUAL || comparison->kind == TREE_UNEQUAL)) {
		comparison->found = compare_texts(comparison->kind, text, comparison->other->text);
	} else {
		number = value_number(scratch, comparison->other);
		comparison->found = comparison->node_is_right ? compare_numbers(comparison->kind, number, text_number(text)) :
		    compare_numbers(comparison->kind, text_number(text), number);
	}
	scratch_release(scratch, mark);
	return !comparison->found;
}

static bool
compare_sets(struct xpath_environment *environment, enum tree_kind kind, const struct value *left, const struct value *right)
{
	struct scratch *scratch = &environment->scratch;
	size_t i, k;

	for (i = 0; i < left->count; i++) {
		struct scratch_mark outer = scratch_mark(scratch);
		const char *text = node_text(scratch, left->nodes[i]);

		for (k = 0; k < right->count; k++) {
			struct scratch_mark inner = scratch_mark(scratch);
			bool match = compare_texts(kind, text, node_text(scratch, right->nodes[k]));

			scratch_release(scratch, inner);
			if (match || !xpath_tick(environment))
				return match;
		}
		scratch_release(scratch, outer);
	}
	return false;
}

static bool
compare_plain(struct xpath_environment *environment, enum tree_kind kind, const struct value *left,
    const struct value *right)
{
	struct scratch *scratch = &environment->scratch;
	bool equality = kind == TREE_EQUAL || kind == TREE_UNEQUAL;

	if (equality && (left->kind == VALUE_BOOLEAN || right->kind == VALUE_BOOLEAN))
		return (value_truth(left) == value_truth(right)) == (kind == TREE_EQUAL);
	if (equality && left->kind == VALUE_STRING && right->kind == VALUE_STRING)
		return compare_texts(kind, left->text, right->text);
	return compare_numbers(kind, value_number(scratch, left), value_number(scratch, right));
}

/* One side is a node set, the other is not. A boolean compares with whether there are nodes. */
static bool
compare_mixed(struct xpath_environment *environment, enum tree_kind kind, const struct value *nodes,
    const struct value *other, bool node_is_right)
{
	struct comparison comparison = { environment, kind, other, node_is_right, false };
	struct value truth;
	size_t i;

	if (other->kind == VALUE_BOOLEAN) {
		truth = value_of_truth(nodes->count > 0);
		return node_is_right ? compare_plain(environment, kind, other, &truth) :
		    compare_plain(environment, kind, &truth, other);
	}
	for (i = 0; i < nodes->count; i++)
		if (!stop_at_match(&comparison, nodes->nodes[i]))
			break;
	return comparison.found;
}

/* The usual case: a path against a string or number. Nothing is collected. */
static bool
compare_walking(struct xpath_environment *environment, enum tree_kind kind, const struct xpath_tree *path,
    const struct value *other, bool node_is_right, const struct xpath_context *context)
{
	struct comparison comparison = { environment, kind, other, node_is_right, false };

	xpath_walk(environment, path, context, stop_at_match, &comparison);
	return comparison.found;
}

static bool
compare_values(struct xpath_environment *environment, enum tree_kind kind, const struct value *one, const struct value *two)
{
	if (one->kind == VALUE_NODES && two->kind == VALUE_NODES)
		return compare_sets(environment, kind, one, two);
	if (one->kind == VALUE_NODES)
		return compare_mixed(environment, kind, one, two, false);
	if (two->kind == VALUE_NODES)
		return compare_mixed(environment, kind, two, one, true);
	return compare_plain(environment, kind, one, two);
}

static bool
is_plain(const struct value *value)
{
	return value->kind == VALUE_STRING || value->kind == VALUE_NUMBER;
}

/* Each side is evaluated once: they nest. */
static bool
compare(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	const struct xpath_tree *left = tree->left, *right = tree->right;
	struct value one, two;

	if (left->kind == TREE_PATH && right->kind != TREE_PATH) {
		two = xpath_value(environment, right, context);
		if (is_plain(&two))
			return compare_walking(environment, tree->kind, left, &two, false, context);
		one = xpath_value(environment, left, context);
		return compare_values(environment, tree->kind, &one, &two);
	}
	one = xpath_value(environment, left, context);
	if (right->kind == TREE_PATH && is_plain(&one))
		return compare_walking(environment, tree->kind, right, &one, true, context);
	two = xpath_value(environment, right, context);
	return compare_values(environment, tree->kind, &one, &two);
}

/* ---- Values ------------------------------------------------------------------------------------------------------------------------------ */

static struct value
variable_of(struct xpath_environment *environment, const char *name)
{
	struct value value;

	if (environment->variable != NULL && environment->variable(environment->user, name, &value))
		return value;
	xpath_fail(environment, "a variable has no value");
	return value_of_text("");
}

static struct value
own_function(struct xpath_environment *environment, const struct xpath_tree *call, const struct xpath_context *context)
{
	struct value arguments[4], value = value_of_text("");
	size_t i;

	for (i = 0; i < call->argument_count && i < 4; i++)
		arguments[i] = xpath_value(environment, call->arguments[i], context);
	if (environment->failure != NULL || !xpath_tick(environment))
		return value;
	if (!environment->function(environment->user, call->own, arguments, i, context->node, &value))
		xpath_fail(environment, "a function failed");
	return value;
}

static double
calculate(enum tree_kind kind, double left, double right)
{
	switch ((int)kind) {
	case TREE_PLUS:
		return left + right;
	case TREE_MINUS:
		return left - right;
	case TREE_TIMES:
		return left * right;
	case TREE_DIV:
		return left / right;
	default:
		return fmod(left, right);
	}
}

struct value
xpath_value(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	switch (tree->kind) {
	case TREE_LITERAL:
		return value_of_text(tree->text);
	case TREE_NUMBER:
		return value_of_number(tree->number);
	case TREE_VARIABLE:
		return variable_of(environment, tree->text);
	case TREE_CORE:
		return core_function_call(environment, tree, context);
	case TREE_OWN:
		return own_function(environment, tree, context);
	case TREE_PATH:
	case TREE_UNION:
		return nodes_of(environment, tree, context);
	case TREE_PLUS:
	case TREE_MINUS:
	case TREE_TIMES:
	case TREE_DIV:
	case TREE_MOD:
	case TREE_NEGATE:
		return value_of_number(xpath_number(environment, tree, context));
	case TREE_OR:
	case TREE_AND:
	case TREE_EQUAL:
	case TREE_UNEQUAL:
	case TREE_LESS:
	case TREE_LESS_EQUAL:
	case TREE_GREATER:
	case TREE_GREATER_EQUAL:
		return value_of_truth(xpath_truth(environment, tree, context));
	}
	return value_of_text("");
}

const char *
xpath_text(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	struct value value;
	const xmlNode *node;
	const char *text;

	if (tree->kind == TREE_PATH || tree->kind == TREE_UNION) {
		node = first_node(environment, tree, context);
		text = node == NULL ? "" : node_text(&environment->scratch, node);
	} else {
		value = xpath_value(environment, tree, context);
		text = value_text(&environment->scratch, &value);
	}
	if (text == NULL)
		xpath_fail(environment, XPATH_NO_MEMORY);
	return text == NULL ? "" : text;
}

double
xpath_number(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	struct value value;

	switch ((int)tree->kind) {
	case TREE_PLUS:
	case TREE_MINUS:
	case TREE_TIMES:
	case TREE_DIV:
	case TREE_MOD:
		return calculate(tree->kind, xpath_number(environment, tree->left, context),
		    xpath_number(environment, tree->right, context));
	case TREE_NEGATE:
		return -xpath_number(environment, tree->left, context);
	case TREE_PATH:
	case TREE_UNION:
		return text_number(xpath_text(environment, tree, context));
	default:
		value = xpath_value(environment, tree, context);
		return value_number(&environment->scratch, &value);
	}
}

bool
xpath_truth(struct xpath_environment *environment, const struct xpath_tree *tree, const struct xpath_context *context)
{
	const xmlNode *node = NULL;
	struct value value;

	switch (tree->kind) {
	case TREE_OR:
		return xpath_truth(environment, tree->left, context) || xpath_truth(environment, tree->right, context);
	case TREE_AND:
		return xpath_truth(environment, tree->left, context) && xpath_truth(environment, tree->right, context);
	case TREE_EQUAL:
	case TREE_UNEQUAL:
	case TREE_LESS:
	case TREE_LESS_EQUAL:
	case TREE_GREATER:
	case TREE_GREATER_EQUAL:
		return compare(environment, tree, context);
	case TREE_PATH:
		xpath_walk(environment, tree, context, stop_at_first, &node);
		return node != NULL;
	case TREE_UNION:
		return xpath_truth(environment, tree->left, context) || xpath_truth(environment, tree->right, context);
	case TREE_LITERAL:
	case TREE_NUMBER:
	case TREE_VARIABLE:
	case TREE_CORE:
	case TREE_OWN:
	case TREE_PLUS:
	case TREE_MINUS:
	case TREE_TIMES:
	case TREE_DIV:
	case TREE_MOD:
	case TREE_NEGATE:
		break;
	}
	value = xpath_value(environment, tree, context);
	return value_truth(&value);
}
