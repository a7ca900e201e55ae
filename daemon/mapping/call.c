/* SPDX-License-Identifier: EUPL-1.2 */
/* What the typed writers get from the run: element.h, "What writers get from the run". */
#include "base/text.h"
#include "mapping/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Questions ------------------------------------------------------------------------------- */

const char *
call_attribute(struct call *call, const char *name)
{
	const struct plan_attribute *attribute = plan_attribute_find(call->plan, name);

	if (attribute == NULL)
		return NULL;
	if (attribute->expression != NULL)
		return expression_string(call->run, attribute->expression, call->context);
	return avt_value(call->run, attribute->avt, call->context);
}

const xmlNode *
call_element_by_id(struct call *call, const char *id)
{
	bool failed = false;
	const xmlNode *element = index_id(call->run->index, id, &failed);

	if (failed)
		run_no_memory(call->run);
	return element;
}

const struct xml_body *
call_body(struct call *call, const xmlNode *element)
{
	return xml_source_body(call->run->source, element);
}

/* ---- Saying ---------------------------------------------------------------------------------- */

static bool
is_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/*
 * A test that asks for a text finds what the writer of that text finds again: the writer's line is
 * the one to tell.
 */
static bool
is_said_already(struct ehds_findings *findings, const struct ehds_finding *finding)
{
	struct ehds_finding *last = findings->last;

	if (last == NULL || last->stylesheet != NULL || last->line != finding->line ||
	    !is_same_text(last->rule, finding->rule) || !is_same_text(last->found, finding->found))
		return false;
	if (finding->stylesheet != NULL)
		last->stylesheet = arena_strdup(findings->arena, finding->stylesheet);
	last->stylesheet_line = last->stylesheet != NULL ? finding->stylesheet_line : 0;
	return true;
}

/* One place is written twice when two resources say the same (an Attachment and its Binary): one finding is enough. */
static void
say_once(struct run *run, const xmlNode *place, const struct ehds_finding *finding)
{
	const char *key = arena_printf(run->arena, "%p %s", (const void *)place, finding->rule);
	const struct keylist_item *item = key != NULL ? keylist_find(run->said, key, NULL) : NULL;

	for (; item != NULL; item = item->next) {
		const struct ehds_finding *said = item->value;

		if (strcmp(said->text, finding->text) == 0 && is_same_text(said->found, finding->found) &&
		    is_same_text(said->expected, finding->expected))
			return;
	}
	findings_add(run->findings, finding);
	if (key == NULL || !keylist_add(run->said, key, NULL, run->findings->last))
		run_no_memory(run);
}

void
call_finding(struct call *call, const struct item *item, enum ehds_severity severity, const char *rule,
    const char *code, const char *found, const char *expected, const char *format, ...)
{
	const xmlNode *place = item != NULL && item->node != NULL ? item->node : call->context;
	struct ehds_finding finding = { .severity = severity, .rule = rule, .code = code, .found = found,
	    .expected = expected, .file = call->run->job->name, .line = node_line(place),
	    .stylesheet = call->plan->file->shown, .stylesheet_line = call->plan->line };
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(text);
	finding.text = text;
	if (call->row != NULL) {
		finding.table = call->row->file;
		finding.table_line = call->row->line;
	} else if (call->table != NULL) {
		finding.table = table_file(call->table);
	}
	if (!is_said_already(call->run->findings, &finding))
		say_once(call->run, place, &finding);
}

enum written
call_refuse(struct call *call, const struct item *item, const char *rule, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(text);
	run_refuse(call->run, item != NULL && item->node != NULL ? item->node : call->context, rule,
	    "%s", text);
	return WRITTEN_FAILED;
}

/* ---- The ledger ------------------------------------------------------------------------------ */

void
call_count_code(struct call *call, enum code_fate fate)
{
	ledger_count(call->run->ledger, call->table, fate);
}

void
call_mark(struct call *call, const xmlNode *node)
{
	if (call->plan->mark && node != NULL)
		ledger_read(call->run->ledger, node, call->run->context->insert);
}
