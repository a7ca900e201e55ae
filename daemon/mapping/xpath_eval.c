/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xpath_tree.h. Each conversion asks for no more than it needs: a truth for a first node, a
 * string for a first in order.
 */
#include "mapping/xpath_tree.h"

#include <math.h>

/* ---- Node sets ------------------------------------------------------------------------------- */

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
nodes_of(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
{
	struct node_list list = { .environment = environment };

	/* Without steps the head's own nodes are the answer. */
	if (tree->kind == TREE_PATH && tree->head != NULL && tree->step_count == 0)
		return xpath_head(environment, tree, context);
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
first_node(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
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

/* ---- Values ---------------------------------------------------------------------------------- */

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
own_function(struct xpath_environment *environment, const struct xpath_tree *call,
    const struct xpath_context *context)
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
xpath_value(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
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
xpath_text(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
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
xpath_number(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
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
xpath_truth(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
{
	const xmlNode *node = NULL;
	struct value value;

	switch (tree->kind) {
	case TREE_OR:
		return xpath_truth(environment, tree->left, context) ||
		    xpath_truth(environment, tree->right, context);
	case TREE_AND:
		return xpath_truth(environment, tree->left, context) &&
		    xpath_truth(environment, tree->right, context);
	case TREE_EQUAL:
	case TREE_UNEQUAL:
	case TREE_LESS:
	case TREE_LESS_EQUAL:
	case TREE_GREATER:
	case TREE_GREATER_EQUAL:
		return xpath_compare(environment, tree, context);
	case TREE_PATH:
		xpath_walk(environment, tree, context, stop_at_first, &node);
		return node != NULL;
	case TREE_UNION:
		return xpath_truth(environment, tree->left, context) ||
		    xpath_truth(environment, tree->right, context);
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
