/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expressions in a run. Most are evaluated by our own evaluator (xpath_tree.h); the others go to
 * libxml2, on the one XPath context that the transformation has. The instructions of XSLT profit as
 * well: the stylesheet is given to libxslt with their expressions replaced by calls, "_17()", that
 * come back to expression_answer.
 */
#include "mapping/expression_private.h"

#include "mapping/run.h"
#include "mapping/stylesheet_private.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <libxslt/functions.h>
#include <libxslt/variables.h>
#include <string.h>

/* ---- Our evaluator --------------------------------------------------------------------------- */

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
	return run_fail(run, "map-stylesheet", "the expression '%s' cannot be evaluated: %s",
	    expression->text, failure);
}

/*
 * An evaluation may begin within another one: a global variable is evaluated when it is first asked
 * for.
 */
static struct value
evaluate_tree(struct run *run, const struct expression *expression, const xmlNode *node)
{
	const xmlXPathContext *xpath = run->context->xpathCtxt;
	struct xpath_context context = { node, (size_t)xpath->proximityPosition,
	    (size_t)xpath->contextSize };
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
	struct xpath_context context = { node, (size_t)xpath->proximityPosition,
	    (size_t)xpath->contextSize };
	const xmlNode *current = run->xpath.current;
	const char *text;

	run->xpath.current = run->context->node;
	text = xpath_text(&run->xpath, expression->tree, &context);
	run->xpath.current = current;
	return text;
}

/*
 * The stack of libxslt's variables (XSLT 1.0, section 11): names are compared by address, as
 * libxslt does.
 */
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
expression_function(void *user, const struct function_kind *function, const struct value *arguments,
    size_t count, const xmlNode *node, struct value *out)
{
	struct run *run = user;

	*out = function->function(&(struct function_call){ run, arguments, count, node });
	return !run->failed;
}

/* ---- libxml2 --------------------------------------------------------------------------------- */

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
		run_fail(run, "map-stylesheet", "the expression '%s' cannot be evaluated",
		    expression->text);
	else if (object->type == XPATH_NODESET && object->nodesetval != NULL &&
	    object->nodesetval->nodeNr > 1)
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
	    expression_of_call(run->pack->stylesheet->expressions,
	    (const char *)xpath->context->function);
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
	struct xpath_context context = { node, (size_t)xpath->proximityPosition,
	    (size_t)xpath->contextSize };
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
expression_nodes(struct run *run, const struct expression *expression, const xmlNode *context,
    struct value *out)
{
	*out = evaluate_tree(run, expression, context);
	if (take_failure(run, expression) != 0)
		return false;
	if (out->kind != VALUE_NODES)
		run_fail(run, "map-stylesheet", "'%s' selects no nodes", expression->text);
	return !run->failed;
}

/* ---- Selecting ------------------------------------------------------------------------------- */

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
	return text->next == NULL && text->content != NULL ? (const char *)text->content :
	    node_string(run, attribute);
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
