/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See instructions.h. libxslt keeps with each instruction the function that runs it; that function
 * is replaced once, when the stylesheet has been compiled. xsl:apply-templates stays libxslt's:
 * choosing templates is what it is good at.
 */
#include "mapping/instructions.h"

#include "mapping/run.h"
#include "mapping/stylesheet_check.h"
#include "mapping/stylesheet_private.h"

#include <libxslt/imports.h>
#include <libxslt/transform.h>
#include <string.h>

static const struct expression *
expression_of(const xsltTransformContext *context, const xmlChar *call)
{
	const struct run *run = context->_private;

	return expression_of_call(run->pack->stylesheet->expressions, (const char *)call);
}

static const xsltStylePreComp *
compiled_of(const xmlNode *instruction)
{
	return instruction->psvi;
}

static void
run_if(xsltTransformContext *context, xmlNode *node, xmlNode *instruction, xsltElemPreComp *compiled)
{
	const struct expression *test = expression_of(context,
	    ((const xsltStylePreComp *)compiled)->test);

	if (expression_truth(context->_private, test, node))
		xsltApplyOneTemplate(context, node, instruction->children, NULL, NULL);
}

static void
run_choose(xsltTransformContext *context, xmlNode *node, xmlNode *instruction, xsltElemPreComp *compiled)
{
	xmlNode *branch;

	(void)compiled;
	for (branch = instruction->children; branch != NULL; branch = branch->next) {
		if (is_xslt(branch, "when") &&
		    !expression_truth(context->_private,
		    expression_of(context, compiled_of(branch)->test), node))
			continue;
		xsltApplyOneTemplate(context, node, branch->children, NULL, NULL);
		return;
	}
}

void
instructions_run(struct run *run, const xmlNode *node, size_t position, size_t size, xmlNode *content)
{
	xsltTransformContext *context = run->context;
	xmlXPathContext *xpath = context->xpathCtxt;
	xmlNode *old_node = context->node;
	xmlDoc *old_doc = xpath->doc;
	xsltTemplate *rule = context->currentTemplateRule;
	int old_size = xpath->contextSize, old_position = xpath->proximityPosition;

	context->node = (xmlNode *)node;
	context->currentTemplateRule = NULL;
	xpath->doc = node->doc;
	xpath->contextSize = (int)size;
	xpath->proximityPosition = (int)position;
	xsltApplyOneTemplate(context, (xmlNode *)node, content, NULL, NULL);
	context->node = old_node;
	context->currentTemplateRule = rule;
	xpath->doc = old_doc;
	xpath->contextSize = old_size;
	xpath->proximityPosition = old_position;
}

static void
run_for_each(xsltTransformContext *context, xmlNode *node, xmlNode *instruction,
    xsltElemPreComp *compiled)
{
	struct run *run = context->_private;
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	const struct expression *select = expression_of(context,
	    ((const xsltStylePreComp *)compiled)->select);
	struct value value;
	size_t i;

	if (expression_nodes(run, select, node, &value))
		for (i = 0; i < value.count && !run->failed && context->state == XSLT_STATE_OK; i++)
			instructions_run(run, value.nodes[i], i + 1, value.count, instruction->children);
	scratch_release(&run->xpath.scratch, mark);
}

/* ---- Taking over ----------------------------------------------------------------------------- */

static bool
is_numbered(const struct expressions *expressions, const xmlChar *call)
{
	return call != NULL && expression_of_call(expressions, (const char *)call) != NULL;
}

static bool
all_branches_are_numbered(const struct expressions *expressions, const xmlNode *choose)
{
	const xmlNode *branch;

	for (branch = choose->children; branch != NULL; branch = branch->next) {
		if (is_xslt(branch, "otherwise"))
			continue;
		if (!is_xslt(branch, "when") || compiled_of(branch) == NULL ||
		    !is_numbered(expressions, compiled_of(branch)->test))
			return false;
	}
	return choose->children != NULL;
}

static bool
sorts(const xmlNode *for_each)
{
	return for_each->children != NULL && is_xslt(for_each->children, "sort");
}

static void
take_over(const struct expressions *expressions, xmlNode *instruction)
{
	xsltStylePreComp *compiled = instruction->psvi;

	if (is_xslt(instruction, "if") && is_numbered(expressions, compiled->test))
		compiled->func = run_if;
	else if (is_xslt(instruction, "choose") && all_branches_are_numbered(expressions, instruction))
		compiled->func = run_choose;
	else if (is_xslt(instruction, "for-each") && is_numbered(expressions, compiled->select) &&
	    !sorts(instruction))
		compiled->func = run_for_each;
}

static void
take_over_all(const struct expressions *expressions, const xmlDoc *doc)
{
	xmlNode *root = xmlDocGetRootElement((xmlDoc *)doc), *node;

	for (node = root; node != NULL; node = (xmlNode *)next_element_within(node, root))
		if (is_xslt(node, NULL) && node->psvi != NULL)
			take_over(expressions, node);
}

void
instructions_take_over(xsltStylesheet *style, const struct expressions *expressions)
{
	const xsltDocument *included;

	for (; style != NULL; style = xsltNextImport(style)) {
		take_over_all(expressions, style->doc);
		for (included = style->docList; included != NULL; included = included->next)
			take_over_all(expressions, included->doc);
	}
}
