/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One document through one stylesheet (mapping.h). libxslt walks; each extension element comes back through run_element. Whatever
 * fails sets the error once and stops libxslt; what libxslt itself has to say is caught and put into the same form.
 */
#include "mapping/run.h"

#include "base/alloc.h"
#include "base/text.h"
#include "fhir/json.h"
#include "fhir/tree.h"
#include "mapping/regex.h"
#include "mapping/stylesheet_private.h"

#include <libxml/xpathInternals.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_DEFAULT 256
#define OPERATIONS_DEFAULT 2000000
/* A sequence constructor within another one counts as one level for libxslt: an xsl:choose in a template is three. */
#define LEVELS_PER_TEMPLATE 4
/* An XPath operation costs about a tenth of an instruction. */
#define XPATH_PER_INSTRUCTION 10

/* ---- Failing ------------------------------------------------------------------------------------------------------ */

static void
stop(struct run *run)
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
	stop(run);
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
	stop(run);
	return error_set(run->error, EHDS_ERROR_DOCUMENT, rule, run->job->name, node_line(node), 0, "%s", text);
}

int
run_no_memory(struct run *run)
{
	if (run->failed)
		return -1;
	stop(run);
	return error_set(run->error, EHDS_ERROR_DOCUMENT, "map-too-large", run->job->name, 0, 0,
	    "the document needs more memory than one document may have");
}

/* ---- What libxslt says --------------------------------------------------------------------------------------------- */

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

	if (context->opCount >= context->opLimit || context->xpathCtxt->opCount >= context->xpathCtxt->opLimit)
		return "map-operations";
	if (context->depth >= context->maxTemplateDepth || context->varsNr >= context->maxTemplateVars)
		return "map-depth";
	return "map-stylesheet";
}

static void
fail_as_said(struct run *run, const char *text)
{
	const char *rule = rule_of_stop(run);

	if (strcmp(rule, "map-operations") == 0)
		run_fail(run, rule, "the stylesheet does not come to an end: more than %lu instructions",
		    run->context->opLimit);
	else if (strcmp(rule, "map-depth") == 0)
		run_fail(run, rule, "the stylesheet does not come to an end: templates are nested deeper than %d",
		    run->context->maxTemplateDepth / LEVELS_PER_TEMPLATE);
	else
		run_fail(run, rule, "%s", text);
}

/* libxslt says first where ("runtime error: file ..."), then what; where it is we know better. */
static void __attribute__((format(printf, 2, 3)))
on_transform_error(void *user, const char *format, ...)
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
		fail_as_said(run, text);
}

static void
on_xpath_error(void *user, xmlError *said)
{
	struct run *run = user;
	char text[400];

	if (run->failed)
		return;
	snprintf(text, sizeof(text), "%s in '%s'", expression_error_words(said), said->str1 == NULL ? "" : said->str1);
	text_trim_partial_utf8(text);
	fail_as_said(run, text);
}

/* ---- Memory --------------------------------------------------------------------------------------------------------- */

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

/* ---- Extension elements ---------------------------------------------------------------------------------------------- */

struct call
run_call(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct call call = { .run = run, .plan = plan, .pack = run->pack, .arena = run->arena, .table = plan->table,
	    .context = context, .error = run->error };
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
run_trace(struct run *run, const xmlNode *parent, const xmlNode *before, const struct call *call, const xmlNode *source)
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
		stop(run);
}

/* ---- The run ---------------------------------------------------------------------------------------------------------- */

static void
set_limits(struct run *run)
{
	const struct mapping_job *job = run->job;
	xsltTransformContext *context = run->context;
	unsigned long operations = job->operations == 0 ? OPERATIONS_DEFAULT : job->operations;

	context->maxTemplateDepth = (int)(job->depth == 0 ? DEPTH_DEFAULT : job->depth) * LEVELS_PER_TEMPLATE;
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

	xpath->error = on_xpath_error;
	xpath->userData = run;
	xmlXPathRegisterFuncLookup(xpath, expression_answer, xpath);
	run->xpath = (struct xpath_environment){ .scratch = { .arena = run->arena }, .operations = &run->operations,
	    .doc = doc->dict == NULL ? NULL : doc, .variable = expression_variable, .function = expression_function,
	    .user = run };
	run->xpath.names = run_alloc(run, expressions->names.count * sizeof(*run->xpath.names));
	return run->xpath.names == NULL ? -1 : 0;
}

/* The entries' document: its names live in the dictionary of the transformation, so that nodes move and nothing is copied. */
static void
make_bundle(struct run *run)
{
	xmlNode *root;

	run->out = xmlNewDoc((const xmlChar *)"1.0");
	must(run->out != NULL);
	run->out->dict = run->context->dict;
	xmlDictReference(run->out->dict);
	root = xmlNewDocNode(run->out, NULL, (const xmlChar *)"Bundle", NULL);
	must(root != NULL);
	root->ns = xmlNewNs(root, (const xmlChar *)FHIR_NAMESPACE, NULL);
	xmlDocSetRootElement(run->out, root);
}

/* The declarations change in the tree, so that whoever reads it compares one name. */
static void
unify_declarations(const struct pack *pack, xmlNs *ns)
{
	size_t i;

	for (; ns != NULL; ns = ns->next) {
		for (i = 0; i < pack->unify_count; i++)
			if (ns->href != NULL && regex_matches(pack->unify[i].regex, (const char *)ns->href) == 1)
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
	xsltSetTransformErrorFunc(run->context, run, on_transform_error);
	set_limits(run);
	make_bundle(run);
	if (set_evaluator(run) != 0)
		return -1;
	run->index = index_new(doc, run->pack, run->arena);
	run->ledger = run->index == NULL ? NULL : ledger_new(run->index, run->arena);
	run->entries = run->ledger == NULL ? NULL : entries_new(run);
	run->tracer = run->entries == NULL ? NULL : tracer_new(run->arena, run->context, run->job->explain);
	return run->tracer == NULL ? run_no_memory(run) : 0;
}

/* What was written below another root belongs to our name space declaration now. */
static void
adopt(const struct run *run, xmlNode *node)
{
	xmlNs *ours = xmlDocGetRootElement(run->out)->ns;
	const xmlNode *top = node;

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE && node->ns != NULL &&
		    strcmp((const char *)node->ns->href, FHIR_NAMESPACE) == 0)
			node->ns = ours;
		if (node->children != NULL && node->type == XML_ELEMENT_NODE) {
			node = node->children;
			continue;
		}
		while (node != top && node->next == NULL)
			node = node->parent;
		node = node == top ? NULL : node->next;
	}
}

/* Moves what the stylesheet wrote into <Bundle> in front of the entries. */
static int
join(struct run *run, xmlDoc *written)
{
	xmlNode *from = xmlDocGetRootElement(written), *to = xmlDocGetRootElement(run->out), *child, *next;
	xmlNode *first = to->children;

	if (from == NULL || from->ns == NULL || strcmp((const char *)from->name, "Bundle") != 0 ||
	    strcmp((const char *)from->ns->href, FHIR_NAMESPACE) != 0)
		return run_fail(run, "map-no-bundle", "the template for / writes <Bundle>, this one wrote %s%s%s",
		    from == NULL ? "nothing" : "<", from == NULL ? "" : (const char *)from->name, from == NULL ? "" : ">");
	to->_private = from->_private;
	for (child = from->children; child != NULL; child = next) {
		next = child->next;
		xmlUnlinkNode(child);
		if (child->type != XML_ELEMENT_NODE) {
			xmlFreeNode(child);
			continue;
		}
		adopt(run, child);
		if (first == NULL)
			xmlAddChild(to, child);
		else
			xmlAddPrevSibling(first, child);
	}
	return 0;
}

static int
transform(struct run *run)
{
	xmlDoc *written = xsltApplyStylesheetUser(run->pack->stylesheet->xslt, xml_source_doc(run->source), NULL, NULL, NULL,
	    run->context);
	int result = 0;

	trace_flush(run->tracer);
	if (!run->failed && (written == NULL || run->context->state != XSLT_STATE_OK))
		fail_as_said(run, "the transformation failed");
	if (!run->failed)
		result = join(run, written);
	xmlFreeDoc(written);
	return run->failed ? -1 : result;
}

static xmlNode *
next_element(xmlNode *node)
{
	xmlNode *next = node->children;

	for (;;) {
		while (next != NULL && next->type != XML_ELEMENT_NODE)
			next = next->next;
		if (next != NULL || node->type != XML_ELEMENT_NODE)
			return next;
		next = node->next;
		node = node->parent;
	}
}

/*
 * The order says what is wrong at which FHIRPath; the mapping author wants the stylesheet's line. Only a failure pays for looking.
 */
static void
place_order_error(struct run *run)
{
	const struct mapping_result result = { .bundle = run->out };
	struct ehds_error *error = run->error;
	const char *path = error == NULL ? NULL : strstr(error->text, "(at ");
	xmlNode *node;
	struct trace trace;

	for (node = xmlDocGetRootElement(run->out); path != NULL && node != NULL; node = next_element(node)) {
		const char *here = fhir_path(node, run->arena);

		if (here == NULL || strncmp(path + 4, here, strlen(here)) != 0 || strcmp(path + 4 + strlen(here), ")") != 0)
			continue;
		trace = mapping_trace(&result, node);
		snprintf(error->file, sizeof(error->file), "%s", trace.stylesheet == NULL ? "" : trace.stylesheet);
		error->line = trace.stylesheet_line;
		return;
	}
}

static int
finish(struct run *run, struct mapping_result *out)
{
	if (entries_resolve(run) != 0)
		return -1;
	if (ledger_close(&out->ledger, run->ledger, run->job->name, run->job->explain, run->findings) != 0)
		return run_no_memory(run);
	if (fhir_order(run->out, run->error) != 0) {
		place_order_error(run);
		return -1;
	}
	out->bundle = run->out;
	run->out = NULL;
	return 0;
}

int
mapping_run(struct mapping_result *out, const struct pack *pack, const struct xml_source *source,
    const struct mapping_job *job, struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	struct run run = { .pack = pack, .source = source, .job = job, .arena = arena, .findings = findings,
	    .error = error };
	int result;

	memset(out, 0, sizeof(*out));
	if (pack->refusal != NULL)
		return error_set(error, EHDS_ERROR_DOCUMENT, "map-refused", job->name, 0, 0, "%s", pack->refusal);
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
