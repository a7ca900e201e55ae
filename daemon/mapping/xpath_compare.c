/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Comparisons, XPath 1.0, section 3.4: a node set compares by each of its nodes. The usual one, of
 * a path with a string, collects nothing and stops at the first node that fits.
 */
#include "mapping/xpath_tree.h"

#include <string.h>

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
	if (comparison->other->kind == VALUE_STRING &&
	    (comparison->kind == TREE_EQUAL || comparison->kind == TREE_UNEQUAL)) {
		comparison->found = compare_texts(comparison->kind, text, comparison->other->text);
	} else {
		number = value_number(scratch, comparison->other);
		comparison->found = comparison->node_is_right ?
		    compare_numbers(comparison->kind, number, text_number(text)) :
		    compare_numbers(comparison->kind, text_number(text), number);
	}
	scratch_release(scratch, mark);
	return !comparison->found;
}

static bool
compare_sets(struct xpath_environment *environment, enum tree_kind kind, const struct value *left,
    const struct value *right)
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
compare_values(struct xpath_environment *environment, enum tree_kind kind, const struct value *one,
    const struct value *two)
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
bool
xpath_compare(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context)
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
