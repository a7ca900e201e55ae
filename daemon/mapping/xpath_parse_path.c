/* SPDX-License-Identifier: EUPL-1.2 */
/* Location paths, XPath 1.0, section 2. */
#include "mapping/xpath_parse.h"

#include "base/alloc.h"

#include <string.h>

/* ---- Predicates and steps -------------------------------------------------------------------- */

/*
 * A literal position is a test by itself; other numbers are compared with the position when they
 * are known.
 */
static bool
parse_predicate(struct parser *parser, struct predicate *predicate)
{
	predicate->tree = parse_expression(parser);
	if (predicate->tree == NULL || !take(parser, "]"))
		return false;
	predicate->uses_last = predicate->tree->uses_last;
	if (predicate->tree->kind == TREE_NUMBER) {
		if (predicate->tree->number < 1 || predicate->tree->number > 1e6 ||
		    predicate->tree->number != (unsigned)predicate->tree->number)
			return false;
		predicate->position = (unsigned)predicate->tree->number;
	}
	return true;
}

bool
parse_predicates(struct parser *parser, const struct predicate **predicates, size_t *count)
{
	struct predicate list[XPATH_PREDICATES_MAX];

	memset(list, 0, sizeof(list));
	for (*count = 0; take(parser, "["); (*count)++)
		if (*count == XPATH_PREDICATES_MAX || !parse_predicate(parser, &list[*count]))
			return false;
	*predicates = *count == 0 ? NULL : keep_copy(parser, list, *count * sizeof(*list));
	return true;
}

static bool
parse_node_type(struct parser *parser, struct step *step, const char *name)
{
	static const struct { const char *name; enum node_test test; } types[] = {
		{ "node", TEST_NODE }, { "text", TEST_TEXT }, { "comment", TEST_COMMENT } };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0) {
			step->test = types[i].test;
			return take(parser, "(") && take(parser, ")");
		}
	}
	return false;
}

static size_t
name_number(struct parser *parser, const char *name)
{
	struct xpath_names *names = parser->names;
	size_t i;

	for (i = 0; i < names->count; i++)
		if (strcmp(names->names[i], name) == 0)
			return i;
	if ((names->count & (names->count - 1)) == 0)
		names->names = must_realloc(names->names, (2 * names->count + 1) * sizeof(*names->names));
	names->names[names->count] = name;
	return names->count++;
}

/* NameTest or NodeType '(' ')' (XPath 1.0, section 2.3). */
static bool
parse_test(struct parser *parser, struct step *step)
{
	const char *name;
	bool qualified;

	if (take(parser, "*")) {
		step->test = TEST_PRINCIPAL;
		return true;
	}
	skip_space(parser);
	name = take_name(parser);
	if (name == NULL)
		return false;
	qualified = *parser->at == ':' && parser->at[1] != ':';
	if (!qualified && peek(parser, "("))
		return parse_node_type(parser, step, name);
	step->test = TEST_NAME;
	step->name = name;
	if (!qualified) {
		step->name_number = name_number(parser, name);
		return true;
	}
	parser->at++;
	step->uri = uri_of(parser, name);
	if (step->uri == NULL)
		return false;
	if (*parser->at == '*') {
		parser->at++;
		step->test = TEST_NAMESPACE;
		return true;
	}
	step->name = take_name(parser);
	if (step->name != NULL)
		step->name_number = name_number(parser, step->name);
	return step->name != NULL;
}

static bool
take_axis(struct parser *parser, enum axis *axis)
{
	static const struct { const char *name; enum axis axis; } axes[] = {
		{ "child", AXIS_CHILD }, { "attribute", AXIS_ATTRIBUTE }, { "self", AXIS_SELF },
		{ "parent", AXIS_PARENT },
		{ "ancestor", AXIS_ANCESTOR }, { "ancestor-or-self", AXIS_ANCESTOR_OR_SELF },
		{ "descendant", AXIS_DESCENDANT }, { "descendant-or-self", AXIS_DESCENDANT_OR_SELF },
		{ "following-sibling", AXIS_FOLLOWING_SIBLING },
		{ "preceding-sibling", AXIS_PRECEDING_SIBLING } };
	size_t i, length;

	*axis = AXIS_CHILD;
	if (take(parser, "@")) {
		*axis = AXIS_ATTRIBUTE;
		return true;
	}
	length = name_length(parser->at);
	if (length == 0 || strncmp(parser->at + length, "::", 2) != 0)
		return true;
	for (i = 0; i < sizeof(axes) / sizeof(axes[0]); i++) {
		if (strlen(axes[i].name) == length && strncmp(axes[i].name, parser->at, length) == 0) {
			*axis = axes[i].axis;
			parser->at += length + 2;
			return true;
		}
	}
	return false;
}

static bool
parse_step(struct parser *parser, struct step *step)
{
	size_t i;

	memset(step, 0, sizeof(*step));
	if (peek(parser, "..") || (peek(parser, ".") && (parser->at[1] < '0' || parser->at[1] > '9'))) {
		step->axis = take(parser, "..") ? AXIS_PARENT : AXIS_SELF;
		step->test = TEST_NODE;
		if (step->axis == AXIS_SELF)
			take(parser, ".");
		return true;
	}
	if (!take_axis(parser, &step->axis) || !parse_test(parser, step) ||
	    !parse_predicates(parser, &step->predicates, &step->predicate_count))
		return false;
	for (i = 0; i < step->predicate_count; i++)
		step->uses_last |= step->predicates[i].uses_last;
	return true;
}

/* ---- Paths ----------------------------------------------------------------------------------- */

/*
 * "//x" is descendant-or-self::node()/child::x. Without a position in its predicates that is
 * descendant::x, which needs no sorting.
 */
static bool
is_plain(const struct step *step)
{
	size_t i;

	if (step->axis != AXIS_CHILD)
		return false;
	for (i = 0; i < step->predicate_count; i++) {
		const struct xpath_tree *tree = step->predicates[i].tree;

		if (tree->type == VALUE_NUMBER || tree->type == VALUE_ANY || tree->uses_position ||
		    tree->uses_last)
			return false;
	}
	return true;
}

static bool
add_descendants(struct step *steps, size_t *count, const struct step *step)
{
	if (is_plain(step)) {
		steps[*count] = *step;
		steps[(*count)++].axis = AXIS_DESCENDANT;
		return true;
	}
	if (*count + 2 > XPATH_ITEMS_MAX)
		return false;
	steps[(*count)++] = (struct step){ .axis = AXIS_DESCENDANT_OR_SELF, .test = TEST_NODE };
	steps[(*count)++] = *step;
	return true;
}

/*
 * Children of children, and parents in front, are met in order; behind a descendant axis only
 * attributes are.
 */
static bool
is_in_order(const struct xpath_tree *path)
{
	bool down = false, deep = false, closed = false;
	size_t i;

	for (i = 0; i < path->step_count; i++) {
		enum axis axis = path->steps[i].axis;

		if (closed)
			return false;
		switch (axis) {
		case AXIS_SELF:
			break;
		case AXIS_PARENT:
			if (down)
				return false;
			break;
		case AXIS_CHILD:
			if (deep)
				return false;
			down = true;
			break;
		case AXIS_ATTRIBUTE:
			closed = true;
			break;
		case AXIS_DESCENDANT:
		case AXIS_DESCENDANT_OR_SELF:
			if (deep)
				return false;
			down = deep = true;
			break;
		case AXIS_FOLLOWING_SIBLING:
			if (down)
				return false;
			down = true;
			break;
		case AXIS_ANCESTOR:
		case AXIS_ANCESTOR_OR_SELF:
		case AXIS_PRECEDING_SIBLING:
			return false;
		}
	}
	return true;
}

bool
parse_steps(struct parser *parser, struct xpath_tree *path, bool deep)
{
	struct step steps[XPATH_ITEMS_MAX], step;
	size_t count = 0;

	for (;;) {
		if (count == XPATH_ITEMS_MAX || !parse_step(parser, &step))
			return false;
		if (!deep)
			steps[count++] = step;
		else if (!add_descendants(steps, &count, &step))
			return false;
		if (take(parser, "//"))
			deep = true;
		else if (take(parser, "/"))
			deep = false;
		else
			break;
	}
	path->steps = keep_copy(parser, steps, count * sizeof(*steps));
	path->step_count = count;
	path->in_order = is_in_order(path);
	return true;
}

static bool
starts_step(struct parser *parser)
{
	skip_space(parser);
	return starts_name(*parser->at) || *parser->at == '.' || *parser->at == '@' || *parser->at == '*';
}

const struct xpath_tree *
parse_location(struct parser *parser)
{
	struct xpath_tree *path = new_tree(parser, TREE_PATH, VALUE_NODES);
	bool deep = take(parser, "//");

	path->from_root = deep || take(parser, "/");
	if (path->from_root && !deep && !starts_step(parser)) {
		path->in_order = true;
		return path;
	}
	if (!parse_steps(parser, path, deep))
		return NULL;
	return path;
}
