/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Compiling expressions: with our own parser, and with libxml2's where ours does not know what it
 * reads.
 */
#include "mapping/expression_private.h"

#include "base/alloc.h"

#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expressions *
expressions_new(void)
{
	struct expressions *expressions = must_alloc(sizeof(*expressions));

	expressions->arena = arena_new(0);
	return expressions;
}

void
expressions_free(struct expressions **expressions)
{
	struct expression *expression;

	if (*expressions == NULL)
		return;
	for (expression = (*expressions)->first; expression != NULL; expression = expression->next) {
		xmlXPathFreeCompExpr(expression->compiled);
		xmlFree(expression->namespaces);
	}
	free((*expressions)->numbered);
	free((*expressions)->names.names);
	arena_free(&(*expressions)->arena);
	free(*expressions);
	*expressions = NULL;
}

void *
expressions_keep(struct expressions *expressions, size_t size)
{
	void *memory = arena_alloc(expressions->arena, size);

	must(memory != NULL);
	return memory;
}

const char *
expression_error_words(const xmlError *said)
{
	static const struct { int code; const char *words; } known[] = {
		{ XML_XPATH_NUMBER_ERROR, "a number is malformed" },
		{ XML_XPATH_UNFINISHED_LITERAL_ERROR, "a quote is not closed" },
		{ XML_XPATH_VARIABLE_REF_ERROR, "a '$' has no name" },
		{ XML_XPATH_UNDEF_VARIABLE_ERROR, "there is no such variable" },
		{ XML_XPATH_INVALID_PREDICATE_ERROR, "a '[' has no ']'" },
		{ XML_XPATH_UNCLOSED_ERROR, "a '(' has no ')'" },
		{ XML_XPATH_UNKNOWN_FUNC_ERROR, "there is no such function" },
		{ XML_XPATH_INVALID_TYPE, "a value is of the wrong type, or no node set" },
		{ XML_XPATH_INVALID_ARITY, "a function has too few or too many arguments" },
		{ XML_XPATH_UNDEF_PREFIX_ERROR, "a prefix has no name space" },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == said->code)
			return known[i].words;
	return "this is no XPath expression";
}

/* libxml2 says what is wrong and, in int1, at which byte. */
static void
on_syntax_error(void *user, xmlError *said)
{
	struct expression_error *error = user;

	if (error->text[0] != '\0')
		return;
	snprintf(error->text, sizeof(error->text), "%s", expression_error_words(said));
	error->offset = said->int1 < 0 ? 0 : (size_t)said->int1;
}

static xmlXPathCompExpr *
compile_xpath(const char *text, struct expression_error *error)
{
	xmlXPathContext *context = xmlXPathNewContext(NULL);
	xmlXPathCompExpr *compiled;

	must(context != NULL);
	memset(error, 0, sizeof(*error));
	context->error = on_syntax_error;
	context->userData = error;
	compiled = xmlXPathCtxtCompile(context, (const xmlChar *)text);
	xmlXPathFreeContext(context);
	if (compiled == NULL && error->text[0] == '\0')
		snprintf(error->text, sizeof(error->text), "this is no XPath expression");
	return compiled;
}

static void
compile_for_libxml2(struct expression *expression, xmlXPathCompExpr *compiled, const xmlNode *scope)
{
	expression->compiled = compiled;
	expression->namespaces = xmlGetNsList(scope->doc, (xmlNode *)scope);
	while (expression->namespaces != NULL &&
	    expression->namespaces[expression->namespace_count] != NULL)
		expression->namespace_count++;
}

const struct expression *
expression_compile(struct expressions *expressions, const char *text, const xmlNode *scope,
    struct expression_error *error)
{
	const struct xpath_tree *tree = xpath_parse(text, scope, &expressions->names, expressions->arena);
	xmlXPathCompExpr *compiled = tree != NULL ? NULL : compile_xpath(text, error);
	struct expression *expression;

	if (tree == NULL && compiled == NULL)
		return NULL;
	expression = expressions_keep(expressions, sizeof(*expression));
	expression->next = expressions->first;
	expressions->first = expression;
	expression->text = arena_strdup(expressions->arena, text);
	expression->tree = tree;
	if (tree == NULL)
		compile_for_libxml2(expression, compiled, scope);
	return expression;
}

/* Constants and variables are better left to libxml2 where it is asked anyway. */
static bool
is_worth_a_call(const struct expression *expression)
{
	enum tree_kind kind = expression->tree->kind;

	return kind != TREE_LITERAL && kind != TREE_NUMBER && kind != TREE_VARIABLE;
}

bool
expression_number(struct expressions *expressions, const char *text, const xmlNode *scope,
    bool always, char *call, size_t size)
{
	struct expression_error error;
	const struct expression *expression = expression_compile(expressions, text, scope, &error);

	if (expression == NULL || expression->tree == NULL || (!always && !is_worth_a_call(expression)))
		return false;
	if ((expressions->numbered_count & (expressions->numbered_count - 1)) == 0)
		expressions->numbered = must_realloc(expressions->numbered,
		    (2 * expressions->numbered_count + 1) * sizeof(*expressions->numbered));
	snprintf(call, size, "_%zu()", expressions->numbered_count);
	expressions->numbered[expressions->numbered_count++] = expression;
	return true;
}

const char *
expression_text(const struct expression *expression)
{
	return expression->text;
}
