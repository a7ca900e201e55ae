/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One document through one stylesheet (mapping.h). libxslt walks; each extension element comes back
 * through run_element. Whatever fails sets the error once and stops libxslt; what libxslt itself
 * has to say is caught and put into the same form.
 */
#include "mapping/run.h"

#include "base/alloc.h"
#include "fhir/tree.h"
#include "mapping/regex.h"
#include "mapping/stylesheet_private.h"

#include <libxml/xpathInternals.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <string.h>

#define DEPTH_DEFAULT 256
#define OPERATIONS_DEFAULT 2000000
/* An XPath operation costs about a tenth of an instruction. */
#define XPATH_PER_INSTRUCTION 10

/* ---- Memory ---------------------------------------------------------------------------------- */

void *
run_alloc(struct run *run, size_t size)
{
	void *memory = arena_alloc(run->arena, size == 0 ? 1 : size);

	if (memory == NULL)
		run_no_memory(run);
	return memory;
}

const char *
run_strdup(struct run *run, const char *text)
{
	const char *copy = arena_strdup(run->arena, text);

	if (copy == NULL)
		run_no_memory(run);
	return copy == NULL ? "" : copy;
}

bool
run_push(struct run *run, const struct selected *selected)
{
	size_t capacity = run->selected_capacity == 0 ? 64 : 2 * run->selected_capacity;
	struct selected *larger;

	if (run->failed)
		return false;
	if (run->selected_count == run->selected_capacity) {
		larger = run_alloc(run, capacity * sizeof(*larger));
		if (larger == NULL)
			return false;
		if (run->selected_count > 0)
			memcpy(larger, run->selected, run->selected_count * sizeof(*larger));
		run->selected = larger;
		run->selected_capacity = capacity;
	}
	run->selected[run->selected_count++] = *selected;
	return true;
}

/* ---- Extension elements ---------------------------------------------------------------------- */

struct call
run_call(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct call call = { .run = run, .plan = plan, .pack = run->pack, .arena = run->arena,
	    .table = plan->table, .context = context, .error = run->error };
	const char *name;

	if (plan->table == NULL && plan->table_name != NULL) {
		name = avt_value(run, plan->table_name, context);
		call.table = name == NULL ? NULL : pack_table_named(run->pack, name);
		if (call.table == NULL && name != NULL && name[0] != '\0')
			run_fail(run, "map-unknown-table", "the pack lists no table '%s'", name);
	}
	return call;
}

const char *
run_name(struct run *run, const struct plan *plan, const xmlNode *context)
{
	const char *name = avt_value(run, plan->name, context);

	if (name != NULL && name[0] == '\0')
		run_fail(run, "map-stylesheet", "the name of ehds:%s is empty", plan->kind->name);
	return name;
}

xmlNode *
run_parent(struct run *run, const struct plan *plan)
{
	xmlNode *parent = run->context->insert;

	if (parent != NULL && (parent->type == XML_ELEMENT_NODE || parent->type == XML_DOCUMENT_NODE))
		return parent;
	run_fail(run, "map-stylesheet", "ehds:%s has no element to write into", plan->kind->name);
	return NULL;
}

void
run_trace(struct run *run, const xmlNode *parent, const xmlNode *before, const struct call *call,
    const xmlNode *source)
{
	xmlNode *written = before == NULL ? parent->children : before->next;

	for (; written != NULL; written = written->next)
		if (written->type == XML_ELEMENT_NODE)
			trace_element(run->tracer, written, call->plan, source, call->row);
}

void
run_element(xsltTransformContext *context, xmlNode *node, xmlNode *instruction, xsltElemPreComp *compiled)
{
	const struct plan *plan = (const struct plan *)compiled;
	struct run *run = context->_private;

	(void)instruction;
	if (run == NULL || run->failed)
		return;
	context->inst = instruction;
	if (plan->kind->run(run, plan, node) != 0)
		run_stop(run);
}

/* ---- The run --------------------------------------------------------------------------------- */

static void
set_limits(struct run *run)
{
	const struct mapping_job *job = run->job;
	xsltTransformContext *context = run->context;
	unsigned long operations = job->operations == 0 ? OPERATIONS_DEFAULT : job->operations;

	context->maxTemplateDepth = (int)(job->depth == 0 ? DEPTH_DEFAULT :
	    job->depth) * LEVELS_PER_TEMPLATE;
	context->maxTemplateVars = context->maxTemplateDepth * 8;
	context->opLimit = operations;
	context->xpathCtxt->opLimit = operations * XPATH_PER_INSTRUCTION;
	run->operations = operations * XPATH_PER_INSTRUCTION;
}

static int
set_evaluator(struct run *run)
{
	const struct expressions *expressions = run->pack->stylesheet->expressions;
	xmlXPathContext *xpath = run->context->xpathCtxt;
	const xmlDoc *doc = xml_source_doc(run->source);

	xpath->error = run_xpath_error;
	xpath->userData = run;
	xmlXPathRegisterFuncLookup(xpath, expression_answer, xpath);
	run->xpath = (struct xpath_environment){ .scratch = { .arena = run->arena },
	    .operations = &run->operations, .doc = doc->dict == NULL ? NULL : doc,
	    .variable = expression_variable, .function = expression_function, .user = run };
	run->xpath.names = run_alloc(run, expressions->names.count * sizeof(*run->xpath.names));
	return run->xpath.names == NULL ? -1 : 0;
}

/* The declarations change in the tree, so that whoever reads it compares one name. */
static void
unify_declarations(const struct pack *pack, xmlNs *ns)
{
	size_t i;

	for (; ns != NULL; ns = ns->next) {
		for (i = 0; i < pack->unify_count; i++)
			if (ns->href != NULL &&
			    regex_matches(pack->unify[i].regex, (const char *)ns->href) == 1)
				break;
		if (i == pack->unify_count)
			continue;
		xmlFree((xmlChar *)ns->href);
		ns->href = xmlStrdup((const xmlChar *)pack->unify[i].as);
		must(ns->href != NULL);
	}
}

/* `unify` of the pack. */
static void
unify_namespaces(const struct pack *pack, xmlNode *root)
{
	xmlNode *node = pack->unify_count == 0 ? NULL : root;

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE)
			unify_declarations(pack, node->nsDef);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		node = node == root ? NULL : node->next;
	}
}

static int
prepare(struct run *run)
{
	const struct stylesheet *stylesheet = run->pack->stylesheet;
	xmlDoc *doc = xml_source_doc(run->source);

	unify_namespaces(run->pack, xmlDocGetRootElement(doc));
	run->context = xsltNewTransformContext(stylesheet->xslt, doc);
	must(run->context != NULL);
	run->context->_private = run;
	must(xsltSetCtxtSecurityPrefs(stylesheet->security, run->context) == 0);
	xsltSetTransformErrorFunc(run->context, run, run_transform_error);
	set_limits(run);
	bundle_make(run);
	if (set_evaluator(run) != 0)
		return -1;
	run->index = index_new(doc, run->pack, run->arena);
	run->said = run->index == NULL ? NULL : keylist_new(run->arena);
	run->ledger = run->said == NULL ? NULL : ledger_new(run->index, run->arena);
	run->entries = run->ledger == NULL ? NULL : entries_new(run);
	run->tracer = run->entries == NULL ? NULL :
	    tracer_new(run->arena, run->context, run->job->explain);
	return run->tracer == NULL ? run_no_memory(run) : 0;
}

static int
transform(struct run *run)
{
	xmlDoc *written = xsltApplyStylesheetUser(run->pack->stylesheet->xslt,
	    xml_source_doc(run->source), NULL, NULL, NULL, run->context);
	int result = 0;

	trace_flush(run->tracer);
	if (!run->failed && (written == NULL || run->context->state != XSLT_STATE_OK))
		run_fail_as_said(run, "the transformation failed");
	if (!run->failed)
		result = bundle_join(run, written);
	xmlFreeDoc(written);
	return run->failed ? -1 : result;
}

static int
finish(struct run *run, struct mapping_result *out)
{
	if (entries_resolve(run) != 0)
		return -1;
	if (ledger_close(&out->ledger, run->ledger, run->job->name, run->job->explain,
	    run->findings) != 0)
		return run_no_memory(run);
	if (fhir_order(run->out, run->error) != 0) {
		bundle_place_error(run);
		return -1;
	}
	out->bundle = run->out;
	run->out = NULL;
	return 0;
}

int
mapping_run(struct mapping_result *out, const struct pack *pack, const struct xml_source *source,
    const struct mapping_job *job, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct run run = { .pack = pack, .source = source, .job = job, .arena = arena,
	    .findings = findings, .error = error };
	int result;

	memset(out, 0, sizeof(*out));
	if (pack->refusal != NULL)
		return error_set(error, EHDS_ERROR_DOCUMENT, "map-refused", job->name, 0, 0, "%s",
		    pack->refusal);
	if (pack->stylesheet == NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "map-no-stylesheet", job->name, 0, 0,
		    "the pack %s opens envelopes: it maps no document", pack->name);
	result = prepare(&run);
	if (result == 0)
		result = transform(&run);
	if (result == 0)
		result = finish(&run, out);
	xmlFreeDoc(run.out);
	xsltFreeTransformContext(run.context);
	return result;
}

void
mapping_result_free(struct mapping_result *result)
{
	xmlFreeDoc(result->bundle);
	result->bundle = NULL;
}
