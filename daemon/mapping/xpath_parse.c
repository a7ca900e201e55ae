/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text -> tree: a scanner that applies the rules of XPath 1.0, section 3.7, and one function for each level of precedence. Whatever
 * is not understood ends the parse, and libxml2 evaluates the expression.
 */
#include "mapping/xpath_tree.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/elements.h"
#include "mapping/functions.h"

#include <libxml/dict.h>
#include <string.h>

#define DEPTH_MAX 40
#define HEIGHT_MAX 200		/* a + b + c ... nests as well */
#define ITEMS_MAX 16		/* steps of a path, arguments of a call */

struct parser {
	const char *at;
	const xmlNode *scope;
	struct xpath_names *names;
	struct arena *arena;
	unsigned depth;
};

static const struct xpath_tree *
parse_or(struct parser *parser);

/* ---- Tokens ------------------------------------------------------------------------------------------------------------- */

static void *
keep(struct parser *parser, size_t size)
{
	void *memory = arena_alloc(parser->arena, size);

	must(memory != NULL);
	return memory;
}

static void
skip_space(struct parser *parser)
{
	while (text_is_space(*parser->at))
		parser->at++;
}

static bool
peek(struct parser *parser, const char *token)
{
	skip_space(parser);
	return text_starts_with(parser->at, token);
}

static bool
take(struct parser *parser, const char *token)
{
	if (!peek(parser, token))
		return false;
	parser->at += strlen(token);
	return true;
}

static bool
starts_name(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}

/* ASCII names; those with other letters are left to libxml2. */
static size_t
name_length(const char *at)
{
	size_t length = 0;

	if (!starts_name(*at))
		return 0;
	while (starts_name(at[length]) || (at[length] >= '0' && at[length] <= '9') || at[length] == '-' || at[length] == '.')
		length++;
	return (unsigned char)at[length] >= 0x80 ? 0 : length;
}

/* A name right here: there is no white space within a QName or behind a '$'. */
static const char *
take_name(struct parser *parser)
{
	size_t length = name_length(parser->at);
	const char *name;

	if (length == 0)
		return NULL;
	name = arena_strndup(parser->arena, parser->at, length);
	must(name != NULL);
	parser->at += length;
	return name;
}

/* An operator that is a word: it stands behind an operand, so nothing else can. */
static bool
take_word(struct parser *parser, const char *word)
{
	size_t length = strlen(word);

	skip_space(parser);
	if (name_length(parser->at) != length || strncmp(parser->at, word, length) != 0)
		return false;
	parser->at += length;
	return true;
}

static const char *
uri_of(struct parser *parser, const char *prefix)
{
	const xmlNs *ns = xmlSearchNs(parser->scope->doc, (xmlNode *)parser->scope, (const xmlChar *)prefix);

	return ns == NULL ? NULL : arena_strdup(parser->arena, (const char *)ns->href);
}

/* ---- Trees -------------------------------------------------------------------------------------------------------------- */

static struct xpath_tree *
new_tree(struct parser *parser, enum tree_kind kind, enum value_kind type)
{
	struct xpath_tree *tree = keep(parser, sizeof(*tree));

	tree->kind = kind;
	tree->type = type;
	return tree;
}

static const struct xpath_tree *
new_binary(struct parser *parser, enum tree_kind kind, enum value_kind type, const struct xpath_tree *left,
    const struct xpath_tree *right)
{
	struct xpath_tree *tree;

	if (left == NULL || right == NULL || left->height >= HEIGHT_MAX)
		return NULL;
	tree = new_tree(parser, kind, type);
	tree->left = left;
	tree->right = right;
	tree->height = (left->height > right->height ? left->height : right->height) + 1;
	tree->uses_position = left->uses_position || right->uses_position;
	tree->uses_last = left->uses_last || right->uses_last;
	return tree;
}

static void *
keep_copy(struct parser *parser, const void *items, size_t size)
{
	void *copy = keep(parser, size + 1);

	memcpy(copy, items, size);
	return copy;
}

/* ---- Predicates and steps ------------------------------------------------------------------------------------------------ */

/* A literal position is a test by itself; other numbers are compared with the position when they are known. */
static bool
parse_predicate(struct parser *parser, struct predicate *predicate)
{
	predicate->tree = parse_or(parser);
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

static bool
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
		{ "child", AXIS_CHILD }, { "attribute", AXIS_ATTRIBUTE }, { "self", AXIS_SELF }, { "parent", AXIS_PARENT },
		{ "ancestor", AXIS_ANCESTOR }, { "ancestor-or-self", AXIS_ANCESTOR_OR_SELF },
		{ "descendant", AXIS_DESCENDANT }, { "descendant-or-self", AXIS_DESCENDANT_OR_SELF },
		{ "following-sibling", AXIS_FOLLOWING_SIBLING }, { "preceding-sibling", AXIS_PRECEDING_SIBLING } };
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

/* ---- Paths ---------------------------------------------------------------------------------------------------------------- */

/*
 * "//x" is descendant-or-self::node()/child::x. Without a position in its predicates that is descendant::x, which needs no sorting.
 */
static bool
is_plain(const struct step *step)
{
	size_t i;

	if (step->axis != AXIS_CHILD)
		return false;
	for (i = 0; i < step->predicate_count; i++) {
		const struct xpath_tree *tree = step->predicates[i].tree;

		if (tree->type == VALUE_NUMBER || tree->type == VALUE_ANY || tree->uses_position || tree->uses_last)
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
	if (*count + 2 > ITEMS_MAX)
		return false;
	steps[(*count)++] = (struct step){ .axis = AXIS_DESCENDANT_OR_SELF, .test = TEST_NODE };
	steps[(*count)++] = *step;
	return true;
}

/* The steps of a relative path; deep: it begins behind "//". */
static bool
parse_steps(struct parser *parser, struct xpath_tree *path, bool deep)
{
	struct step steps[ITEMS_MAX], step;
	size_t count = 0;

	for (;;) {
		if (count == ITEMS_MAX || !parse_step(parser, &step))
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
	return true;
}

/* Children of children, and parents in front, are met in order; behind a descendant axis only attributes are. */
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

static bool
starts_step(struct parser *parser)
{
	skip_space(parser);
	return starts_name(*parser->at) || *parser->at == '.' || *parser->at == '@' || *parser->at == '*';
}

static const struct xpath_tree *
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
	path->in_order = is_in_order(path);
	return path;
}

/* ---- Primary expressions ---------------------------------------------------------------------------------------------------- */

static const struct xpath_tree *
parse_literal(struct parser *parser)
{
	struct xpath_tree *tree = new_tree(parser, TREE_LITERAL, VALUE_STRING);
	const char *start = parser->at + 1, *end = strchr(start, *parser->at);

	if (end == NULL)
		return NULL;
	tree->text = arena_strndup(parser->arena, start, (size_t)(end - start));
	must(tree->text != NULL);
	parser->at = end + 1;
	return tree;
}

static const struct xpath_tree *
parse_number(struct parser *parser)
{
	struct xpath_tree *tree = new_tree(parser, TREE_NUMBER, VALUE_NUMBER);
	size_t length = strspn(parser->at, "0123456789.");
	const char *text = arena_strndup(parser->arena, parser->at, length);

	must(text != NULL);
	tree->number = text_number(text);
	parser->at += length;
	return tree->number == tree->number ? tree : NULL;
}

static const struct xpath_tree *
parse_variable(struct parser *parser)
{
	struct xpath_tree *tree = new_tree(parser, TREE_VARIABLE, VALUE_ANY);
	const char *name;

	parser->at++;
	name = take_name(parser);
	if (name == NULL || (*parser->at == ':' && parser->at[1] != ':'))
		return NULL;
	tree->text = parser->scope->doc->dict == NULL ? name :
	    (const char *)xmlDictLookup(parser->scope->doc->dict, (const xmlChar *)name, -1);
	return tree;
}

static bool
parse_arguments(struct parser *parser, struct xpath_tree *call)
{
	const struct xpath_tree *list[ITEMS_MAX];
	size_t count = 0;

	if (!take(parser, "("))
		return false;
	if (!take(parser, ")")) {
		do {
			if (count == ITEMS_MAX || (list[count] = parse_or(parser)) == NULL)
				return false;
			call->uses_position |= list[count]->uses_position;
			call->uses_last |= list[count++]->uses_last;
		} while (take(parser, ","));
		if (!take(parser, ")"))
			return false;
	}
	call->arguments = keep_copy(parser, list, count * sizeof(list[0]));
	call->argument_count = count;
	return true;
}

static const struct xpath_tree *
parse_call(struct parser *parser)
{
	struct xpath_tree *call = new_tree(parser, TREE_CORE, VALUE_ANY);
	const char *name = take_name(parser), *uri = NULL;

	if (*parser->at == ':') {
		parser->at++;
		uri = uri_of(parser, name);
		name = take_name(parser);
		if (uri == NULL || name == NULL || strcmp(uri, EHDS_MAPPING_NAMESPACE) != 0)
			return NULL;
	}
	if (!parse_arguments(parser, call))
		return NULL;
	if (uri == NULL) {
		call->core = core_function_find(name, call->argument_count);
		if (call->core == NULL)
			return NULL;
		call->type = core_function_type(call->core);
		core_function_uses(call->core, &call->uses_position, &call->uses_last);
		return call;
	}
	call->kind = TREE_OWN;
	call->own = function_kind_find(name);
	if (call->own == NULL || call->argument_count < (size_t)call->own->least ||
	    call->argument_count > (size_t)call->own->most)
		return NULL;
	call->type = call->own->type;
	return call;
}

/* A name, maybe with a prefix, and '(' behind it, that is no node type. */
static bool
is_call(struct parser *parser)
{
	static const char *const types[] = { "node", "text", "comment", "processing-instruction" };
	const char *at;
	size_t length, i;

	skip_space(parser);
	length = name_length(parser->at);
	if (length == 0)
		return false;
	at = parser->at + length;
	if (at[0] == ':' && at[1] != ':')
		at += 1 + name_length(at + 1);
	else
		for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
			if (strlen(types[i]) == length && strncmp(types[i], parser->at, length) == 0)
				return false;
	while (text_is_space(*at))
		at++;
	return *at == '(';
}

/* NULL and *path when it is a location path. */
static const struct xpath_tree *
parse_primary(struct parser *parser, bool *path)
{
	const struct xpath_tree *inner;

	*path = false;
	skip_space(parser);
	if (*parser->at == '"' || *parser->at == '\'')
		return parse_literal(parser);
	if (*parser->at == '$')
		return parse_variable(parser);
	if ((*parser->at >= '0' && *parser->at <= '9') ||
	    (*parser->at == '.' && parser->at[1] >= '0' && parser->at[1] <= '9'))
		return parse_number(parser);
	if (take(parser, "(")) {
		inner = parse_or(parser);
		return inner != NULL && take(parser, ")") ? inner : NULL;
	}
	if (is_call(parser))
		return parse_call(parser);
	*path = true;
	return NULL;
}

/* PathExpr (XPath 1.0, section 3.3): a location path, or a primary expression with predicates and steps behind it. */
static const struct xpath_tree *
parse_path(struct parser *parser)
{
	const struct xpath_tree *primary;
	struct xpath_tree *path;
	bool location, deep;

	primary = parse_primary(parser, &location);
	if (location)
		return parse_location(parser);
	if (primary == NULL || (!peek(parser, "[") && !peek(parser, "/")))
		return primary;
	if (primary->type != VALUE_NODES && primary->type != VALUE_ANY)
		return NULL;
	path = new_tree(parser, TREE_PATH, VALUE_NODES);
	path->head = primary;
	path->uses_position = primary->uses_position;
	path->uses_last = primary->uses_last;
	if (!parse_predicates(parser, &path->head_predicates, &path->head_predicate_count))
		return NULL;
	deep = take(parser, "//");
	if ((deep || take(parser, "/")) && !parse_steps(parser, path, deep))
		return NULL;
	path->in_order = is_in_order(path);
	return path;
}

static const struct xpath_tree *
parse_union(struct parser *parser)
{
	const struct xpath_tree *left = parse_path(parser), *right;

	while (left != NULL && take(parser, "|")) {
		right = parse_path(parser);
		if (right == NULL || (left->type != VALUE_NODES && left->type != VALUE_ANY) ||
		    (right->type != VALUE_NODES && right->type != VALUE_ANY))
			return NULL;
		left = new_binary(parser, TREE_UNION, VALUE_NODES, left, right);
	}
	return left;
}

/* ---- Operators ------------------------------------------------------------------------------------------------------------------ */

static const struct xpath_tree *
parse_unary(struct parser *parser)
{
	const struct xpath_tree *inner;
	struct xpath_tree *tree;

	if (!take(parser, "-"))
		return parse_union(parser);
	if (++parser->depth > DEPTH_MAX)
		return NULL;
	inner = parse_unary(parser);
	parser->depth--;
	if (inner == NULL)
		return NULL;
	tree = new_tree(parser, TREE_NEGATE, VALUE_NUMBER);
	tree->left = inner;
	tree->uses_position = inner->uses_position;
	tree->uses_last = inner->uses_last;
	return tree;
}

static const struct xpath_tree *
parse_product(struct parser *parser)
{
	const struct xpath_tree *left = parse_unary(parser);
	enum tree_kind kind;

	while (left != NULL) {
		if (take(parser, "*"))
			kind = TREE_TIMES;
		else if (take_word(parser, "div"))
			kind = TREE_DIV;
		else if (take_word(parser, "mod"))
			kind = TREE_MOD;
		else
			break;
		left = new_binary(parser, kind, VALUE_NUMBER, left, parse_unary(parser));
	}
	return left;
}

static const struct xpath_tree *
parse_sum(struct parser *parser)
{
	const struct xpath_tree *left = parse_product(parser);
	enum tree_kind kind;

	while (left != NULL) {
		if (take(parser, "+"))
			kind = TREE_PLUS;
		else if (take(parser, "-"))
			kind = TREE_MINUS;
		else
			break;
		left = new_binary(parser, kind, VALUE_NUMBER, left, parse_product(parser));
	}
	return left;
}

static const struct xpath_tree *
parse_relation(struct parser *parser)
{
	const struct xpath_tree *left = parse_sum(parser);
	enum tree_kind kind;

	while (left != NULL) {
		if (take(parser, "<="))
			kind = TREE_LESS_EQUAL;
		else if (take(parser, ">="))
			kind = TREE_GREATER_EQUAL;
		else if (take(parser, "<"))
			kind = TREE_LESS;
		else if (take(parser, ">"))
			kind = TREE_GREATER;
		else
			break;
		left = new_binary(parser, kind, VALUE_BOOLEAN, left, parse_sum(parser));
	}
	return left;
}

static const struct xpath_tree *
parse_equality(struct parser *parser)
{
	const struct xpath_tree *left = parse_relation(parser);
	enum tree_kind kind;

	while (left != NULL) {
		if (take(parser, "!="))
			kind = TREE_UNEQUAL;
		else if (take(parser, "="))
			kind = TREE_EQUAL;
		else
			break;
		left = new_binary(parser, kind, VALUE_BOOLEAN, left, parse_relation(parser));
	}
	return left;
}

static const struct xpath_tree *
parse_and(struct parser *parser)
{
	const struct xpath_tree *left = parse_equality(parser);

	while (left != NULL && take_word(parser, "and"))
		left = new_binary(parser, TREE_AND, VALUE_BOOLEAN, left, parse_equality(parser));
	return left;
}

static const struct xpath_tree *
parse_or(struct parser *parser)
{
	const struct xpath_tree *left;

	if (++parser->depth > DEPTH_MAX)
		return NULL;
	left = parse_and(parser);
	while (left != NULL && take_word(parser, "or"))
		left = new_binary(parser, TREE_OR, VALUE_BOOLEAN, left, parse_and(parser));
	parser->depth--;
	return left;
}

const struct xpath_tree *
xpath_parse(const char *text, const xmlNode *scope, struct xpath_names *names, struct arena *arena)
{
	struct parser parser = { .at = text, .scope = scope, .names = names, .arena = arena };
	const struct xpath_tree *tree = parse_or(&parser);

	skip_space(&parser);
	return *parser.at == '\0' ? tree : NULL;
}
