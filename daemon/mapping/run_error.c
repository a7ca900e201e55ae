/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How a run fails: the first cause is kept, with its place, and libxslt is stopped. What libxslt
 * and libxml2 have to say comes in pieces, through functions that know no place; it is put into the
 * same form here.
 */
#include "mapping/run.h"

#include "base/text.h"

#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Failing --------------------------------------------------------------------------------- */

void
run_stop(struct run *run)
{
	run->failed = true;
	if (run->context != NULL)
		run->context->state = XSLT_STATE_STOPPED;
}

/* The place is the instruction that libxslt is at. */
static int
fail_at(struct run *run, enum ehds_error_kind kind, const char *rule, const char *text)
{
	const xmlNode *instruction = run->context == NULL ? NULL : run->context->inst;
	const struct style_file *file = instruction == NULL || instruction->doc == NULL ? NULL :
	    instruction->doc->_private;

	if (run->failed)
		return -1;
	run_stop(run);
	return error_set(run->error, kind, rule, file == NULL ? NULL : file->shown,
	    node_line(instruction), 0, "%s", text);
}

int
run_fail(struct run *run, const char *rule, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(text);
	return fail_at(run, EHDS_ERROR_MAPPING, rule, text);
}

int
run_refuse(struct run *run, const xmlNode *node, const char *rule, const char *format, ...)
{
	char text[512];
	va_list arguments;

	if (run->failed)
		return -1;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(text);
	run_stop(run);
	return error_set(run->error, EHDS_ERROR_DOCUMENT, rule, run->job->name, node_line(node), 0,
	    "%s", text);
}

int
run_no_memory(struct run *run)
{
	if (run->failed)
		return -1;
	run_stop(run);
	return error_set(run->error, EHDS_ERROR_DOCUMENT, "map-too-large", run->job->name, 0, 0,
	    "the document needs more memory than one document may have");
}

/* ---- What libxslt says ----------------------------------------------------------------------- */

static bool
is_message(const xmlNode *instruction)
{
	return instruction != NULL && instruction->ns != NULL &&
	    strcmp((const char *)instruction->ns->href, (const char *)XSLT_NAMESPACE) == 0 &&
	    strcmp((const char *)instruction->name, "message") == 0;
}

/* xsl:message is a finding; with terminate="yes" the document is refused in its words. */
static void
take_message(struct run *run, const char *text)
{
	const xmlNode *instruction = run->context->inst, *node = run->context->node;
	const struct style_file *file = instruction->doc->_private;
	const char *terminate = node_attribute(instruction, "terminate");

	if (text_is_blank(text))
		return;
	if (terminate != NULL && strcmp(terminate, "yes") == 0) {
		run_refuse(run, node, "map-refused", "%s", text);
		return;
	}
	findings_add(run->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_INFORMATION,
	    .rule = "map-message", .code = "informational", .text = text, .file = run->job->name,
	    .line = node_line(node), .stylesheet = file == NULL ? NULL : file->shown,
	    .stylesheet_line = node_line(instruction) });
}

static const char *
rule_of_stop(const struct run *run)
{
	const xsltTransformContext *context = run->context;

	if (context->opCount >= context->opLimit ||
	    context->xpathCtxt->opCount >= context->xpathCtxt->opLimit)
		return "map-operations";
	if (context->depth >= context->maxTemplateDepth || context->varsNr >= context->maxTemplateVars)
		return "map-depth";
	return "map-stylesheet";
}

void
run_fail_as_said(struct run *run, const char *text)
{
	const char *rule = rule_of_stop(run);

	if (strcmp(rule, "map-operations") == 0)
		run_fail(run, rule, "the stylesheet does not come to an end: more than %lu instructions",
		    run->context->opLimit);
	else if (strcmp(rule, "map-depth") == 0)
		run_fail(run, rule,
		    "the stylesheet does not come to an end: templates are nested deeper than %d",
		    run->context->maxTemplateDepth / LEVELS_PER_TEMPLATE);
	else
		run_fail(run, rule, "%s", text);
}

/* libxslt says first where ("runtime error: file ..."), then what; where it is we know better. */
void __attribute__((format(printf, 2, 3)))
run_transform_error(void *user, const char *format, ...)
{
	struct run *run = user;
	char text[400];
	va_list arguments;

	if (run->failed || strstr(format, ": file %s") != NULL || strstr(format, ": element %s") != NULL)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text[strcspn(text, "\n")] = '\0';
	text_trim_partial_utf8(text);
	if (is_message(run->context->inst))
		take_message(run, text);
	else
		run_fail_as_said(run, text);
}

void
run_xpath_error(void *user, xmlError *said)
{
	struct run *run = user;
	char text[400];

	if (run->failed)
		return;
	snprintf(text, sizeof(text), "%s in '%s'", expression_error_words(said),
	    said->str1 == NULL ? "" : said->str1);
	text_trim_partial_utf8(text);
	run_fail_as_said(run, text);
}
