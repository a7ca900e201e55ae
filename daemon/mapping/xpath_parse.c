/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Text -> tree: a scanner that applies the rules of XPath 1.0, section 3.7, and one function for
 * each level of precedence. Whatever is not understood ends the parse, and libxml2 evaluates the
 * expression.
 */
#include "mapping/xpath_parse.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/elements.h"
#include "mapping/functions.h"

#include <libxml/dict.h>
#include <string.h>

#define DEPTH_MAX 40

/* ---- Primary expressions --------------------------------------------------------------------- */

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
	const struct xpath_tree *list[XPATH_ITEMS_MAX];
	size_t count = 0;

	if (!take(parser, "("))
		return false;
	if (!take(parser, ")")) {
		do {
			if (count == XPATH_ITEMS_MAX || (list[count] = parse_expression(parser)) == NULL)
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
		inner = parse_expression(parser);
		return inner != NULL && take(parser, ")") ? inner : NULL;
	}
	if (is_call(parser))
		return parse_call(parser);
	*path = true;
	return NULL;
}

/*
 * PathExpr (XPath 1.0, section 3.3): a location path, or a primary expression with predicates and
 * steps behind it.
 */
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
	path->in_order = true;
	path->uses_position = primary->uses_position;
	path->uses_last = primary->uses_last;
	if (!parse_predicates(parser, &path->head_predicates, &path->head_predicate_count))
		return NULL;
	deep = take(parser, "//");
	if ((deep || take(parser, "/")) && !parse_steps(parser, path, deep))
		return NULL;
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

/* ---- Operators ------------------------------------------------------------------------------- */

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

const struct xpath_tree *
parse_expression(struct parser *parser)
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
	const struct xpath_tree *tree = parse_expression(&parser);

	skip_space(&parser);
	return *parser.at == '\0' ? tree : NULL;
}
