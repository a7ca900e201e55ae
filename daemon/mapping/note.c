/* SPDX-License-Identifier: EUPL-1.2 */
/* See note.h. */
#include "mapping/note.h"

#include "fhir/tree.h"

#include "mapping/run.h"

#include <string.h>

#define EMPTY_SYSTEM "http://terminology.hl7.org/CodeSystem/list-empty-reason"

static enum ehds_severity
severity_of(const char *text)
{
	enum ehds_severity severity;

	for (severity = EHDS_SEVERITY_INFORMATION; text != NULL &&
	    severity < EHDS_SEVERITY_COUNT; severity++)
		if (strcmp(severity_name(severity), text) == 0)
			return severity;
	return EHDS_SEVERITY_INFORMATION;
}

/* What is empty is not shown. */
static const char *
shown(struct call *call, const char *attribute)
{
	const char *text = call_attribute(call, attribute);

	return text == NULL || text[0] == '\0' ? NULL : text;
}

static void
find(struct call *call, const struct selected *selected, const char *rule, const char *text)
{
	struct item place = selected->item;

	if (place.node == NULL)
		place.node = selected->place;
	call_finding(call, &place, severity_of(call_attribute(call, "severity")), rule == NULL ?
	    "map-note" : rule,
	    "informational", shown(call, "found"), shown(call, "expected"), "%s", text);
}

static void
settle(struct call *call, const struct selected *selected, const char *as)
{
	static const struct { const char *word; enum ledger_fate fate; } fates[] = {
		{ "mapped", LEDGER_MAPPED }, { "text", LEDGER_TEXT }, { "dropped", LEDGER_DROPPED } };
	size_t i;

	for (i = 0; i < sizeof(fates) / sizeof(fates[0]); i++)
		if (strcmp(fates[i].word, as) == 0 && selected->item.node != NULL)
			ledger_note(call->run->ledger, selected->item.node, fates[i].fate,
			    call_attribute(call, "why"));
}

int
run_note(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct call call = run_call(run, plan, context);
	struct selected here = { .item.node = context, .place = context };
	const char *rule = call_attribute(&call, "rule"), *text = call_attribute(&call, "text");
	const char *as = call_attribute(&call, "as");
	size_t base = run->selected_count, i;

	if (plan->select == NULL)
		run_push(run, &here);
	else
		expression_select(run, plan->select, context);
	for (i = base; !run->failed && i < run->selected_count; i++) {
		struct selected selected = run->selected[i];

		if (text != NULL && text[0] != '\0')
			find(&call, &selected, rule, text);
		if (as != NULL)
			settle(&call, &selected, as);
	}
	run->selected_count = base;
	return run->failed ? -1 : 0;
}

int
run_absent(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct call call = run_call(run, plan, context);
	const char *name = run_name(run, plan, context), *reason = call_attribute(&call, "reason");
	xmlNode *parent = run_parent(run, plan);
	const xmlNode *before;

	if (run->failed)
		return -1;
	before = parent->last;
	out_absent(out_element(parent, name), reason);
	run_trace(run, parent, before, &call, context);
	return 0;
}

static bool
has_entry(const xmlNode *element)
{
	const xmlNode *child;

	for (child = element->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, "entry") == 0)
			return true;
	return false;
}

int
run_empty(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct call call = run_call(run, plan, context);
	const char *reason = call_attribute(&call, "reason");
	xmlNode *parent = run_parent(run, plan), *coding;
	const xmlNode *before;

	if (run->failed)
		return -1;
	if (has_entry(parent) || fhir_child(parent, "emptyReason") != NULL)
		return 0;
	before = parent->last;
	coding = out_element(out_element(parent, "emptyReason"), "coding");
	out_value(coding, "system", EMPTY_SYSTEM);
	out_value(coding, "code", reason);
	run_trace(run, parent, before, &call, context);
	return 0;
}
