/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Most expressions are evaluated by our own evaluator (xpath_tree.h); the others go to libxml2, on the one XPath context that the
 * transformation has. The instructions of XSLT profit as well: the stylesheet is given to libxslt with their expressions
 * replaced by calls, "_17()", that come back to expression_answer.
 */
#include "mapping/expression.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/run.h"
#include "mapping/stylesheet_private.h"
#include "mapping/xpath_tree.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <libxslt/functions.h>
#include <libxslt/variables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct expression {
	struct expression *next;
	const char *text;
	const struct xpath_tree *tree;		/* NULL: libxml2 evaluates it */
	xmlXPathCompExpr *compiled;		/* owns; NULL with tree */
	xmlNs **namespaces;			/* owns the list; the name spaces live in the stylesheet */
	int namespace_count;
};

struct avt_part {
	const char *text;			/* NULL: an expression */
	const struct expression *expression;
	const struct avt_part *next;
};

struct avt {
	const char *constant;
	const struct avt_part *parts;
};

/* ---- Compiling ------------------------------------------------------------------------------------------------ */

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

static void *
keep(struct expressions *expressions, size_t size)
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
	while (expression->namespaces != NULL && expression->namespaces[expression->namespace_count] != NULL)
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
	expression = keep(expressions, sizeof(*expression));
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
expression_number(struct expressions *expressions, const char *text, const xmlNode *scope, bool always, char *call,
    size_t size)
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

const char *
avt_expression_end(const char *text)
{
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		else if (*text == '}')
			return text;
	}
	return NULL;
}

/* Literal text up to a single '{'; doubled braces become one. Returns what follows, NULL for a single '}'. */
static const char *
read_literal(const char *at, char *out)
{
	while (*at != '\0') {
		if (*at == '{' && at[1] != '{')
			break;
		if (*at == '}' && at[1] != '}')
			return NULL;
		if (*at == '{' || *at == '}')
			at++;
		*out++ = *at++;
	}
	*out = '\0';
	return at;
}

static const struct avt *
avt_fail(struct expression_error *error, size_t offset, const char *text)
{
	error->offset = offset;
	snprintf(error->text, sizeof(error->text), "%s", text);
	return NULL;
}

/* "{...}" at `at`; returns what follows. */
static const char *
read_expression(struct expressions *expressions, struct avt_part *part, const char *text, const char *at,
    const xmlNode *scope, struct expression_error *error)
{
	const char *end = avt_expression_end(at + 1);
	const char *inner;

	if (end == NULL) {
		avt_fail(error, (size_t)(at - text), "a '{' has no '}'");
		return NULL;
	}
	inner = arena_strndup(expressions->arena, at + 1, (size_t)(end - at - 1));
	part->expression = expression_compile(expressions, inner, scope, error);
	if (part->expression == NULL) {
		error->offset += (size_t)(at + 1 - text);
		return NULL;
	}
	return end + 1;
}

const struct avt *
avt_compile(struct expressions *expressions, const char *text, const xmlNode *scope, struct expression_error *error)
{
	struct avt *avt = keep(expressions, sizeof(*avt));
	const struct avt_part **tail = &avt->parts;
	const char *at = text;

	memset(error, 0, sizeof(*error));
	do {
		struct avt_part *part = keep(expressions, sizeof(*part));
		char *literal = keep(expressions, strlen(at) + 1);
		const char *next = read_literal(at, literal);

		if (next == NULL)
			return avt_fail(error, (size_t)(at - text), "a '}' has no '{'");
		part->text = literal;
		if (*next == '{' && next == at) {
			part->text = NULL;
			next = read_expression(expressions, part, text, at, scope, error);
			if (next == NULL)
				return NULL;
		}
		*tail = part;
		tail = (const struct avt_part **)&part->next;
		at = next;
	} while (*at != '\0');
	if (avt->parts->text != NULL && avt->parts->next == NULL)
		avt->constant = avt->parts->text;
	return avt;
}

const char *
avt_constant(const struct avt *avt)
{
	return avt == NULL ? NULL : avt->constant;
}

/* ---- Our evaluator ---------------------------------------------------------------------------------------------------- */

static int
take_failure(struct run *run, const struct expression *expression)
{
	const char *failure = run->xpath.failure;

	if (failure == NULL)
		return run->failed ? -1 : 0;
	run->xpath.failure = NULL;
	if (strcmp(failure, XPATH_NO_OPERATIONS) == 0)
		return run_fail(run, "map-operations",
		    "the stylesheet does not come to an end: its expressions look at too many nodes");
	if (strcmp(failure, XPATH_NO_MEMORY) == 0)
		return run_no_memory(run);
	return run_fail(run, "map-stylesheet", "the expression '%s' cannot be evaluated: %s", expression->text, failure);
}

/* An evaluation may begin within another one: a global variable is evaluated when it is first asked for. */
static struct value
evaluate_tree(struct run *run, const struct expression *expression, const xmlNode *node)
{
	const xmlXPathContext *xpath = run->context->xpathCtxt;
	struct xpath_context context = { node, (size_t)xpath->proximityPosition, (size_t)xpath->contextSize };
	const xmlNode *current = run->xpath.current;
	struct value value;

	run->xpath.current = run->context->node;
	value = xpath_value(&run->xpath, expression->tree, &context);
	run->xpath.current = current;
	return value;
}

static const char *
evaluate_text(struct run *run, const struct expression *expression, const xmlNode *node)
{
	const xmlXPathContext *xpath = run->context->xpathCtxt;
	struct xpath_context context = { node, (size_t)xpath->proximityPosition, (size_t)xpath->contextSize };
	const xmlNode *current = run->xpath.current;
	const char *text;

	run->xpath.current = run->context->node;
	text = xpath_text(&run->xpath, expression->tree, &context);
	run->xpath.current = current;
	return text;
}

/* The stack of libxslt's variables (XSLT 1.0, section 11): names are compared by address, as libxslt does. */
static const xsltStackElem *
local_variable(const xsltTransformContext *context, const xmlChar *name)
{
	const xsltStackElem *element;
	int i;

	for (i = context->varsNr; i > context->varsBase; i--)
		for (element = context->varsTab[i - 1]; element != NULL; element = element->next)
			if (element->name == name && element->nameURI == NULL)
				return element;
	return NULL;
}

static const xsltStackElem *
variable_named(const xsltTransformContext *context, const xmlChar *name)
{
	const xsltStackElem *element = local_variable(context, name);

	return element != NULL ? element : xmlHashLookup2(context->globalVars, name, NULL);
}

bool
expression_variable(void *user, const char *name, struct value *out)
{
	struct run *run = user;
	const xsltStackElem *element = variable_named(run->context, (const xmlChar *)name);

	if (element == NULL)
		return false;
	if (!element->computed || element->value == NULL) {
		/* libxslt evaluates it and keeps the value; what it gives us is a copy. */
		xmlXPathFreeObject(xsltVariableLookup(run->context, (const xmlChar *)name, NULL));
		element = variable_named(run->context, (const xmlChar *)name);
	}
	if (element == NULL || element->value == NULL)
		return false;
	*out = value_of_object(element->value);
	return true;
}

bool
expression_function(void *user, const struct function_kind *function, const struct value *arguments, size_t count,
    const xmlNode *node, struct value *out)
{
	struct run *run = user;

	*out = function->function(&(struct function_call){ run, arguments, count, node });
	return !run->failed;
}

/* ---- libxml2 ----------------------------------------------------------------------------------------------------------- */

/* NULL when the run failed. Give it back with xmlXPathFreeObject. */
static xmlXPathObject *
evaluate(struct run *run, const struct expression *expression, const xmlNode *context)
{
	xmlXPathContext *xpath = run->context->xpathCtxt;
	xmlNode *node = xpath->node;
	xmlNs **namespaces = xpath->namespaces;
	int namespace_count = xpath->nsNr, size = xpath->contextSize, position = xpath->proximityPosition;
	xmlXPathObject *object;

	if (run->failed)
		return NULL;
	xpath->node = (xmlNode *)context;
	xpath->namespaces = expression->namespaces;
	xpath->nsNr = expression->namespace_count;
	object = xmlXPathCompiledEval(expression->compiled, xpath);
	xpath->node = node;
	xpath->namespaces = namespaces;
	xpath->nsNr = namespace_count;
	xpath->contextSize = size;
	xpath->proximityPosition = position;
	if (object == NULL)
		run_fail(run, "map-stylesheet", "the expression '%s' cannot be evaluated", expression->text);
	else if (object->type == XPATH_NODESET && object->nodesetval != NULL && object->nodesetval->nodeNr > 1)
		xmlXPathNodeSetSort(object->nodesetval);
	return object;
}

const struct expression *
expression_of_call(const struct expressions *expressions, const char *call)
{
	size_t number = 0;

	if (call[0] != '_')
		return NULL;
	for (call++; *call >= '0' && *call <= '9'; call++)
		number = 10 * number + (size_t)(*call - '0');
	return number < expressions->numbered_count ? expressions->numbered[number] : NULL;
}

static void
answer_call(xmlXPathParserContext *xpath, int count)
{
	const xsltTransformContext *context = xsltXPathGetTransformContext(xpath);
	struct run *run = context == NULL ? NULL : context->_private;
	const struct expression *expression = run == NULL ? NULL :
	    expression_of_call(run->pack->stylesheet->expressions, (const char *)xpath->context->function);
	struct scratch_mark mark;
	struct value value;

	if (expression == NULL || count != 0 || run->failed) {
		xpath->error = XPATH_EXPR_ERROR;
		return;
	}
	mark = scratch_mark(&run->xpath.scratch);
	value = evaluate_tree(run, expression, xpath->context->node);
	if (take_failure(run, expression) != 0)
		xpath->error = XPATH_EXPR_ERROR;
	else
		valuePush(xpath, object_of_value(&value));
	scratch_release(&run->xpath.scratch, mark);
}

xmlXPathFunction
expression_answer(void *user, const xmlChar *name, const xmlChar *uri)
{
	return uri == NULL && name[0] == '_' ? answer_call : xsltXPathFunctionLookup(user, name, uri);
}

bool
expression_truth(struct run *run, const struct expression *expression, const xmlNode *node)
{
	const xmlXPathContext *xpath = run->context->xpathCtxt;
	struct xpath_context context = { node, (size_t)xpath->proximityPosition, (size_t)xpath->contextSize };
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	const xmlNode *current = run->xpath.current;
	bool truth;

	run->xpath.current = run->context->node;
	truth = xpath_truth(&run->xpath, expression->tree, &context);
	run->xpath.current = current;
	scratch_release(&run->xpath.scratch, mark);
	return take_failure(run, expression) == 0 && truth;
}

bool
expression_nodes(struct run *run, const struct expression *expression, const xmlNode *context, struct value *out)
{
	*out = evaluate_tree(run, expression, context);
	if (take_failure(run, expression) != 0)
		return false;
	if (out->kind != VALUE_NODES)
		run_fail(run, "map-stylesheet", "'%s' selects no nodes", expression->text);
	return !run->failed;
}

/* ---- Selecting ------------------------------------------------------------------------------------------------------------ */

const char *
node_string(struct run *run, const xmlNode *node)
{
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	const char *text = node_text(&run->xpath.scratch, node);

	text = text == NULL ? NULL : run_strdup(run, text);
	scratch_release(&run->xpath.scratch, mark);
	if (text == NULL)
		run_no_memory(run);
	return text == NULL ? "" : text;
}

/* The value of an attribute needs no copy. */
static const char *
attribute_value(struct run *run, const xmlNode *attribute)
{
	const xmlNode *text = attribute->children;

	if (text == NULL)
		return "";
	return text->next == NULL && text->content != NULL ? (const char *)text->content : node_string(run, attribute);
}

static bool
select_node(struct run *run, const xmlNode *node)
{
	struct selected selected = { .place = node };

	switch ((int)node->type) {
	case XML_ELEMENT_NODE:
		selected.item.node = node;
		break;
	case XML_ATTRIBUTE_NODE:
		selected.item.node = node;
		selected.item.text = attribute_value(run, node);
		break;
	case XML_NAMESPACE_DECL:
		return true;
	default:
		selected.item.text = node_string(run, node);
		break;
	}
	return run_push(run, &selected);
}

static void
select_text(struct run *run, const struct value *value, const xmlNode *context)
{
	struct selected selected = { .place = context };
	const char *text = value_text(&run->xpath.scratch, value);

	if (text == NULL) {
		run_no_memory(run);
	} else if (text[0] != '\0' && (value->kind != VALUE_NUMBER || value->number == value->number)) {
		selected.item.text = run_strdup(run, text);
		run_push(run, &selected);
	}
}

static void
select_value(struct run *run, const struct value *value, const xmlNode *context)
{
	size_t i;

	if (value->kind != VALUE_NODES)
		select_text(run, value, context);
	for (i = 0; value->kind == VALUE_NODES && i < value->count; i++)
		if (!select_node(run, value->nodes[i]))
			return;
}

int
expression_select(struct run *run, const struct expression *expression, const xmlNode *context)
{
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	xmlXPathObject *object = NULL;
	struct value value;

	if (expression->tree != NULL) {
		value = evaluate_tree(run, expression, context);
		if (take_failure(run, expression) != 0)
			return -1;
	} else {
		object = evaluate(run, expression, context);
		if (object == NULL)
			return -1;
		value = value_of_object(object);
	}
	select_value(run, &value, context);
	xmlXPathFreeObject(object);
	scratch_release(&run->xpath.scratch, mark);
	return run->failed ? -1 : 0;
}

const char *
expression_string(struct run *run, const struct expression *expression, const xmlNode *context)
{
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	xmlXPathObject *object;
	const char *text = NULL;
	struct value value;

	if (expression->tree != NULL) {
		text = evaluate_text(run, expression, context);
		text = take_failure(run, expression) == 0 ? run_strdup(run, text) : NULL;
	} else if ((object = evaluate(run, expression, context)) != NULL) {
		value = value_of_object(object);
		text = value_text(&run->xpath.scratch, &value);
		text = run_strdup(run, text == NULL ? "" : text);
		xmlXPathFreeObject(object);
	}
	scratch_release(&run->xpath.scratch, mark);
	return text;
}

const char *
avt_value(struct run *run, const struct avt *avt, const xmlNode *context)
{
	struct buffer joined = { .limit = 1 << 20 };
	const struct avt_part *part;
	const char *text;

	if (avt == NULL || avt->constant != NULL)
		return avt_constant(avt);
	for (part = avt->parts; part != NULL; part = part->next) {
		text = part->text != NULL ? part->text : expression_string(run, part->expression, context);
		if (text != NULL)
			buffer_puts(&joined, text);
	}
	text = run->failed ? NULL : run_strdup(run, joined.data == NULL ? "" : joined.data);
	buffer_free(&joined);
	return text;
}
