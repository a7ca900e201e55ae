/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Most expressions are simple paths, which are walked (path.c), or strings made of them (joined.c); the others go to libxml2, on the one XPath context that the
 * transformation has, because variables and functions hang there.
 */
#include "mapping/expression.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/joined.h"
#include "mapping/path.h"
#include "mapping/run.h"

#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <string.h>

struct expression {
	struct expression *next;
	const char *text;
	const struct joined *joined;		/* NULL: no simple string */
	const struct path *path;		/* NULL: not a simple one */
	xmlXPathCompExpr *compiled;		/* owns */
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

/* libxml2 says what is wrong and, in int1, at which byte. */
static void
on_syntax_error(void *user, xmlError *said)
{
	struct expression_error *error = user;

	if (error->text[0] != '\0')
		return;
	snprintf(error->text, sizeof(error->text), "%s", said->message == NULL ? "no XPath expression" : said->message);
	error->text[strcspn(error->text, "\n")] = '\0';
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
		snprintf(error->text, sizeof(error->text), "no XPath expression");
	return compiled;
}

const struct expression *
expression_compile(struct expressions *expressions, const char *text, const xmlNode *scope,
    struct expression_error *error)
{
	xmlXPathCompExpr *compiled = compile_xpath(text, error);
	struct expression *expression;

	if (compiled == NULL)
		return NULL;
	expression = keep(expressions, sizeof(*expression));
	expression->next = expressions->first;
	expressions->first = expression;
	expression->compiled = compiled;
	expression->text = arena_strdup(expressions->arena, text);
	expression->path = path_compile(text, scope, expressions->arena);
	if (expression->path == NULL)
		expression->joined = joined_compile(text, scope, expressions->arena);
	expression->namespaces = xmlGetNsList(scope->doc, (xmlNode *)scope);
	while (expression->namespaces != NULL && expression->namespaces[expression->namespace_count] != NULL)
		expression->namespace_count++;
	return expression;
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

/* ---- Evaluating ----------------------------------------------------------------------------------------------- */

/* NULL when the run failed (libxml2 told run_xpath_error why). Give it back with xmlXPathFreeObject. */
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
	return object;
}

const char *
node_string(struct run *run, const xmlNode *node)
{
	const xmlNode *text = node->children;
	const char *copy;
	xmlChar *content;

	if (text == NULL)
		return node->type == XML_TEXT_NODE && node->content != NULL ? (const char *)node->content : "";
	if (text->next == NULL && text->type == XML_TEXT_NODE)
		return text->content == NULL ? "" : (const char *)text->content;
	content = xmlNodeGetContent(node);
	copy = run_strdup(run, content == NULL ? "" : (const char *)content);
	xmlFree(content);
	return copy;
}

static bool
select_node(void *user, const xmlNode *node)
{
	struct run *run = user;
	struct selected selected = { .place = node };

	switch ((int)node->type) {
	case XML_ELEMENT_NODE:
		selected.item.node = node;
		break;
	case XML_ATTRIBUTE_NODE:
		selected.item.node = node;
		selected.item.text = node_string(run, node);
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
select_string(struct run *run, const xmlXPathObject *object, const xmlNode *context)
{
	struct selected selected = { .place = context };
	xmlChar *text;

	if (object->type == XPATH_NUMBER && xmlXPathIsNaN(object->floatval))
		return;
	text = xmlXPathCastToString((xmlXPathObject *)object);
	if (text != NULL && text[0] != '\0') {
		selected.item.text = run_strdup(run, (const char *)text);
		run_push(run, &selected);
	}
	xmlFree(text);
}

static void
select_object(struct run *run, const xmlXPathObject *object, const xmlNode *context)
{
	const xmlNodeSet *set = object->nodesetval;
	int i;

	if (object->type == XPATH_XSLT_TREE || object->type != XPATH_NODESET) {
		select_string(run, object, context);
		return;
	}
	if (set != NULL && set->nodeNr > 1)
		xmlXPathNodeSetSort((xmlNodeSet *)set);
	for (i = 0; set != NULL && i < set->nodeNr; i++)
		if (!select_node(run, set->nodeTab[i]))
			return;
}

static int
select_joined(struct run *run, const struct joined *joined, const xmlNode *context)
{
	const struct selected selected = { .item.text = joined_text(joined, run, context), .place = context };

	if (selected.item.text != NULL && selected.item.text[0] != '\0')
		run_push(run, &selected);
	return run->failed ? -1 : 0;
}

int
expression_select(struct run *run, const struct expression *expression, const xmlNode *context)
{
	xmlXPathObject *object;

	if (expression->joined != NULL)
		return select_joined(run, expression->joined, context);
	if (expression->path != NULL) {
		path_walk(expression->path, context, select_node, run);
		return run->failed ? -1 : 0;
	}
	object = evaluate(run, expression, context);
	if (object == NULL)
		return -1;
	select_object(run, object, context);
	xmlXPathFreeObject(object);
	return run->failed ? -1 : 0;
}

static bool
take_first(void *user, const xmlNode *node)
{
	*(const xmlNode **)user = node;
	return false;
}

const char *
expression_string(struct run *run, const struct expression *expression, const xmlNode *context)
{
	const xmlNode *node = NULL;
	xmlXPathObject *object;
	const char *copy;
	xmlChar *text;

	if (expression->joined != NULL)
		return joined_text(expression->joined, run, context);
	if (expression->path != NULL) {
		path_walk(expression->path, context, take_first, &node);
		return node == NULL ? "" : node_string(run, node);
	}
	object = evaluate(run, expression, context);
	if (object == NULL)
		return NULL;
	text = xmlXPathCastToString(object);
	xmlXPathFreeObject(object);
	copy = run_strdup(run, text == NULL ? "" : (const char *)text);
	xmlFree(text);
	return copy;
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
