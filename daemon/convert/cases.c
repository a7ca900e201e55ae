/* SPDX-License-Identifier: EUPL-1.2 */
/* See cases.h. */
#include "convert/cases.h"

#include "base/alloc.h"
#include "base/file.h"
#include "conform/fhirpath.h"
#include "fhir/bundle.h"
#include "fhir/tree.h"
#include "fhir/xhtml.h"
#include "mapping/pack.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX ((size_t)64 * 1024 * 1024)

/* One case while it is judged. */
struct trial {
	const struct mapping_case *test;
	const struct conversion *conversion;
	struct arena *arena;
	struct ehds_findings failures;
};

static void
fail(struct trial *trial, const char *rule, int line, int column, const char *text, const char *found,
    const char *expected)
{
	findings_add(&trial->failures, &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR,
	    .rule = rule, .text = text, .file = trial->test->file, .line = line, .column = column,
	    .found = found, .expected = expected });
}

/* ---- What became of the document ------------------------------------------------------------- */

static const struct ehds_finding *
first_error(const struct ehds_findings *findings)
{
	const struct ehds_finding *finding = findings->first;

	while (finding != NULL && finding->severity != EHDS_SEVERITY_ERROR)
		finding = finding->next;
	return finding;
}

static void
check_state(struct trial *trial)
{
	const struct conversion *conversion = trial->conversion;
	const struct ehds_finding *error = first_error(&conversion->findings);
	const char *state = convert_state_name(conversion->state), *text = "the document has another state";

	if (strcmp(state, trial->test->state) == 0)
		return;
	if (conversion->error.kind != EHDS_ERROR_NONE)
		text = arena_printf(trial->arena, "the document has another state: %s: %s",
		    conversion->error.rule, conversion->error.text);
	else if (error != NULL)
		text = arena_printf(trial->arena, "the document has another state: %s: %s", error->rule,
		    error->text);
	fail(trial, "case-state", trial->test->state_line, trial->test->state_column, text, state,
	    trial->test->state);
}

static void
check_pack(struct trial *trial)
{
	const struct pack *pack = trial->conversion->pack;
	const char *name = pack != NULL ? pack_name(pack) : "none";

	if (trial->test->pack != NULL && strcmp(name, trial->test->pack) != 0)
		fail(trial, "case-pack", trial->test->pack_line, trial->test->pack_column,
		    "another pack takes the document", name, trial->test->pack);
}

static bool
was_found(const struct conversion *conversion, const char *rule)
{
	const struct ehds_finding *finding;

	if (strcmp(conversion->error.rule, rule) == 0)
		return true;
	for (finding = conversion->findings.first; finding != NULL; finding = finding->next)
		if (strcmp(finding->rule, rule) == 0)
			return true;
	return false;
}

static void
check_findings(struct trial *trial)
{
	size_t i;

	for (i = 0; trial->test->findings[i] != NULL; i++)
		if (!was_found(trial->conversion, trial->test->findings[i]))
			fail(trial, "case-finding", trial->test->finding_lines[i], 0,
			    "the finding is missing", NULL, trial->test->findings[i]);
}

/* ---- What the result says -------------------------------------------------------------------- */

struct values {
	const char **texts;
	size_t count;
};

/* The narrative as a result has it. */
static const char *
narrative(const xmlNode *div, struct arena *arena)
{
	struct buffer bytes = { 0 };
	const char *text;

	xhtml_write(&bytes, div);
	text = arena_printf(arena, "%.*s", (int)bytes.length, bytes.data);
	buffer_free(&bytes);
	return text;
}

/* A primitive and narrative as they are written; another value as toString() gives it; else the name of its type. */
static const char *
text_of(const struct fhirpath_item *item, struct arena *arena)
{
	const char *text = item->kind == FHIRPATH_NODE ? fhir_value(item->node) : NULL;

	if (item->kind == FHIRPATH_NODE && xmlStrEqual(item->node->name, BAD_CAST "div"))
		text = narrative(item->node, arena);
	if (text == NULL)
		text = item_text(item, arena);
	return text != NULL ? text : item_type_name(item);
}

/* resolve() finds what is in the document. */
static const xmlNode *
resolve_in(void *bundle, const xmlNode *from, const char *reference)
{
	xmlNode *resource = NULL;

	if (bundle == NULL || bundle_resolve(bundle, from, reference, &resource) != BUNDLE_FOUND)
		return NULL;
	return resource;
}

/* The one place that knows how a path is evaluated. */
static int
evaluate(struct values *out, const char *path, const xmlDoc *doc, struct arena *arena,
    struct ehds_error *error)
{
	struct fhirpath_item root = fhirpath_node(xmlDocGetRootElement((xmlDoc *)doc), NULL);
	struct fhirpath_context context = { .arena = arena, .resolve = resolve_in, .user = bundle_new(doc, arena) };
	struct fhirpath_collection selected = { 0 };
	struct fhirpath *compiled;
	size_t i;
	int result;

	if (fhirpath_compile(&compiled, path, error) != 0)
		return -1;
	result = fhirpath_evaluate(&selected, compiled, &context, &root, error);
	fhirpath_free(&compiled);
	if (result != 0)
		return -1;
	out->count = selected.count;
	out->texts = arena_alloc(arena, (selected.count + 1) * sizeof(*out->texts));
	for (i = 0; i < selected.count && out->texts != NULL; i++)
		out->texts[i] = text_of(&selected.items[i], arena);
	if (out->texts != NULL)
		return 0;
	return error_set(error, EHDS_ERROR_TEMPORARY, "case-memory", NULL, 0, 0,
	    "there is no memory for the values");
}

/* "a, b"; "nothing". */
static const char *
listed(struct trial *trial, const char *const *texts, size_t count)
{
	const char *list = count > 0 ? texts[0] : "nothing";
	size_t i;

	for (i = 1; i < count && list != NULL; i++)
		list = arena_printf(trial->arena, "%s, %s", list, texts[i]);
	return list;
}

static bool
same_values(const struct values *values, const struct case_expectation *expected)
{
	size_t i;

	if (values->count != expected->value_count)
		return false;
	for (i = 0; i < values->count; i++)
		if (strcmp(values->texts[i], expected->values[i]) != 0)
			return false;
	return true;
}

/* The first of the parts that none of the values contains; NULL when all are there. */
static const char *
missing_part(const struct values *values, const struct case_expectation *expected)
{
	size_t i, k;

	for (i = 0; i < expected->part_count; i++) {
		for (k = 0; k < values->count && strstr(values->texts[k], expected->parts[i]) == NULL; k++)
			continue;
		if (k == values->count)
			return expected->parts[i];
	}
	return NULL;
}

static void
compare(struct trial *trial, const struct case_expectation *expected, const struct values *values)
{
	const char *missing = missing_part(values, expected);
	const char *text = arena_printf(trial->arena, "%s is something else", expected->path);
	const char *found = listed(trial, (const char *const *)values->texts, values->count);

	if (expected->counted && values->count != expected->count)
		fail(trial, "case-expect", expected->line, expected->column,
		    arena_printf(trial->arena, "%s gives another number of values", expected->path),
		    arena_printf(trial->arena, "%zu", values->count),
		    arena_printf(trial->arena, "%zu", expected->count));
	else if (expected->absent && values->count > 0)
		fail(trial, "case-expect", expected->line, expected->column, text, found, "nothing");
	else if (expected->values != NULL && !same_values(values, expected))
		fail(trial, "case-expect", expected->line, expected->column, text, found,
		    listed(trial, expected->values, expected->value_count));
	else if (missing != NULL)
		fail(trial, "case-expect", expected->line, expected->column,
		    arena_printf(trial->arena, "%s does not contain the text", expected->path), found, missing);
}

static void
check_expectations(struct trial *trial)
{
	const xmlDoc *bundle = trial->conversion->mapping.bundle;
	size_t i;

	for (i = 0; i < trial->test->expectation_count; i++) {
		const struct case_expectation *expected = &trial->test->expectations[i];
		struct ehds_error error = { 0 };
		struct values values;

		if (bundle == NULL) {
			fail(trial, "case-expect", expected->line, expected->column,
			    "there is no result to look at", NULL, NULL);
			return;
		}
		if (evaluate(&values, expected->path, bundle, trial->arena, &error) == 0)
			compare(trial, expected, &values);
		else
			fail(trial, "case-path", expected->line, expected->column,
			    arena_printf(trial->arena, "%s: %s", expected->path, error.text), NULL, NULL);
	}
}

/* ---- Running --------------------------------------------------------------------------------- */

static void
judge(struct trial *trial)
{
	size_t before;

	check_pack(trial);
	before = trial->failures.counts[EHDS_SEVERITY_ERROR];
	check_state(trial);
	/*
	 * A document that was refused against expectation has no result: the reason is said, its
	 * consequences are not.
	 */
	if (trial->failures.counts[EHDS_SEVERITY_ERROR] == before
	    || trial->conversion->mapping.bundle != NULL)
		check_expectations(trial);
	check_findings(trial);
}

/* The documents of a case, in memory. */
struct papers {
	struct buffer *bytes;
	struct convert_input *inputs;
	size_t count;
};

static int
read_papers(struct papers *papers, const struct mapping_case *test, struct ehds_error *error)
{
	papers->bytes = must_alloc(test->document_count * sizeof(*papers->bytes));
	papers->inputs = must_alloc(test->document_count * sizeof(*papers->inputs));
	for (; papers->count < test->document_count; papers->count++) {
		struct buffer *bytes = &papers->bytes[papers->count];
		const char *name = test->documents[papers->count];

		if (file_read(bytes, name, DOCUMENT_MAX, error) != 0)
			return -1;
		papers->inputs[papers->count] =
		    (struct convert_input){ name, bytes->data != NULL ? bytes->data : "", bytes->length };
	}
	return 0;
}

static void
free_papers(struct papers *papers)
{
	for (size_t i = 0; i < papers->count; i++)
		buffer_free(&papers->bytes[i]);
	free(papers->bytes);
	free(papers->inputs);
}

static bool
run_case(const struct converter *converter, const struct pack *pack, const struct mapping_case *test,
    case_listener listener, void *user)
{
	struct trial trial = { .test = test, .arena = arena_new(0) };
	struct convert_job job = { .name = test->documents[0], .date = test->date };
	struct case_result result = { .test = test, .pack = pack, .failures = &trial.failures };
	struct conversion conversion = { 0 };
	struct papers papers = { 0 };
	struct ehds_error error = { 0 };
	bool passed;

	trial.failures = findings_new(trial.arena);
	if (read_papers(&papers, test, &error) == 0) {
		convert_documents(&conversion, converter, &job, papers.inputs, papers.count);
		result.conversion = trial.conversion = &conversion;
		judge(&trial);
	} else {
		fail(&trial, "case-document", 0, 0, error.text, NULL, NULL);
	}
	passed = trial.failures.first == NULL;
	if (listener != NULL)
		listener(user, &result);
	if (result.conversion != NULL)
		conversion_free(&conversion);
	free_papers(&papers);
	arena_free(&trial.arena);
	return passed;
}

struct case_count
cases_run(const struct converter *converter, const char *pack, case_listener listener, void *user)
{
	struct case_count count = { 0 };
	const struct pack *here;
	size_t i, j;

	for (i = 0; (here = mappings_pack(converter->mappings, i)) != NULL; i++) {
		if (pack != NULL && strcmp(pack_name(here), pack) != 0)
			continue;
		for (j = 0; here->cases[j] != NULL; j++) {
			if (run_case(converter, here, here->cases[j], listener, user))
				count.passed++;
			else
				count.failed++;
		}
	}
	return count;
}
