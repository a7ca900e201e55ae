/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl explain: for each element of a result the source line, the stylesheet line and the table
 * row that made it; and the ledger of what became of each clinical statement.
 */
#include "convert/convert.h"
#include "convert/locate.h"
#include "conform/fhirpath.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/ledger.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"
#include "fhir/bundle.h"
#include "fhir/json.h"
#include "fhir/tree.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const struct command_option options[] = {
	{ 'l', "ledger", NULL,
	    "the ledger instead: what became of each clinical statement;\nof several documents: the totals too" },
	{ 'f', "from", "PACK", "use this pack instead of detecting it" },
	{ 'd', "date", "INSTANT", "the date that mappings see as today" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"explain", "FILE [FHIRPATH...]", "Says of each element of the result where it comes from.",
	"One line an element that holds a value:\n"
	"  FHIRPATH = value <- FILE:LINE, STYLESHEET:LINE ELEMENT, TABLE:LINE\n"
	"A FHIRPATH asks for what it finds and what is below that: Bundle.entry[3].resource.code, as\n"
	"findings have it, or \"Bundle.entry.resource.ofType(Patient).name\". With --ledger all arguments\n"
	"are FILEs.\n"
	"Exit status: 0 explained; 1 there is no result to explain, or no such element; 2 wrong usage or\n"
	"mappings.",
	options,
};

struct explain {
	struct workbench workbench;
	struct convert_job job;
	bool ledger;
	struct ledger_totals totals;
};

/*
 * What an element holds itself: a primitive's value, or a word for XHTML. NULL: only its children
 * hold something.
 */
static const char *
own_value(const xmlNode *element)
{
	if (element->ns != NULL && strcmp((const char *)element->ns->href, XHTML_NAMESPACE) == 0)
		return "(XHTML)";
	return fhir_value(element);
}

static void
put_place(struct buffer *line, const char **separator, const char *file, int number)
{
	if (file == NULL)
		return;
	buffer_printf(line, "%s%s", *separator, file);
	if (number > 0)
		buffer_printf(line, ":%d", number);
	*separator = ", ";
}

static void
print_element(const struct conversion *conversion, const char *name, const xmlNode *element,
    const char *value)
{
	struct trace trace = mapping_trace(&conversion->mapping, element);
	struct arena *scratch = arena_new(0);
	struct buffer line = { 0 };
	const char *separator = " <- ";

	buffer_printf(&line, "%s = %s", fhir_path(element, scratch), value);
	if (trace.source_line > 0)
		put_place(&line, &separator, name, trace.source_line);
	put_place(&line, &separator, trace.stylesheet, trace.stylesheet_line);
	if (trace.stylesheet != NULL && trace.rule != NULL)
		buffer_printf(&line, " %s", trace.rule);
	put_place(&line, &separator, trace.table, trace.table_line);
	for (char *at = line.data; at != NULL && *at != '\0'; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	console_write(stdout, line.data, line.length);
	putchar('\n');
	buffer_free(&line);
	arena_free(&scratch);
}

/*
 * In document order; XHTML is one value. A loop and not a recursion, as everywhere where trees are
 * walked.
 */
static void
print_below(const struct conversion *conversion, const char *name, const xmlNode *top)
{
	const xmlNode *at = top;

	while (at != NULL) {
		const char *value = at->type == XML_ELEMENT_NODE ? own_value(at) : NULL;
		bool closed = at->type != XML_ELEMENT_NODE ||
		    (value != NULL && strcmp(value, "(XHTML)") == 0);

		if (value != NULL)
			print_element(conversion, name, at, value);
		if (!closed && at->children != NULL) {
			at = at->children;
			continue;
		}
		while (at != top && at->next == NULL)
			at = at->parent;
		at = at == top ? NULL : at->next;
	}
}

/* resolve() finds what is in the document. */
static const xmlNode *
resolve_in(void *bundle, const xmlNode *from, const char *reference)
{
	xmlNode *resource = NULL;

	return bundle_resolve(bundle, from, reference, &resource) == BUNDLE_FOUND ? resource : NULL;
}

static int
evaluate(struct fhirpath_collection *out, const struct conversion *conversion, const struct fhirpath *path,
    struct ehds_error *error)
{
	const xmlDoc *doc = conversion->mapping.bundle;
	struct fhirpath_item root = fhirpath_node(xmlDocGetRootElement((xmlDoc *)doc), NULL);
	struct fhirpath_context context = {
		.arena = conversion->arena,
		.resolve = resolve_in,
		.user = bundle_new(doc, conversion->arena),
	};

	return fhirpath_evaluate(out, path, &context, &root, error);
}

/* The path finds nothing: how far one gets is often the answer. */
static int
say_nothing_found(const struct conversion *conversion, const char *name, const char *path)
{
	const xmlNode *element = locate_element(conversion->mapping.bundle, path);

	fprintf(stderr, "ehdsctl explain: the result of %s has no element %s", name, path);
	if (element != NULL && element->parent->type == XML_ELEMENT_NODE)
		fprintf(stderr, "; the way there ends at %s", fhir_path(element, conversion->arena));
	fputc('\n', stderr);
	return CTL_NOT_CONFORMANT;
}

static int
print_path(const struct conversion *conversion, const char *name, const char *path)
{
	struct fhirpath_collection found = { 0 };
	struct fhirpath *compiled = NULL;
	struct ehds_error error = { 0 };
	int result = fhirpath_compile(&compiled, path, &error);

	if (result == 0)
		result = evaluate(&found, conversion, compiled, &error);
	fhirpath_free(&compiled);
	if (result != 0) {
		console_error(&error);
		return error.kind == EHDS_ERROR_CONFIG ? CTL_USAGE : CTL_NOT_CONFORMANT;
	}
	if (found.count == 0)
		return say_nothing_found(conversion, name, path);
	for (size_t i = 0; i < found.count; i++)
		if (found.items[i].node != NULL)
			print_below(conversion, name, found.items[i].node);
		else
			printf("%s = %s\n", path, item_text(&found.items[i], conversion->arena));
	return CTL_DONE;
}

static int
worse(int one, int other)
{
	return one > other ? one : other;
}

static int
explain_result(const struct conversion *conversion, const char *name, char *const *paths, size_t count)
{
	int result = CTL_DONE;

	if (count == 0)
		print_below(conversion, name, xmlDocGetRootElement(conversion->mapping.bundle));
	for (size_t i = 0; i < count; i++)
		result = worse(result, print_path(conversion, name, paths[i]));
	return result;
}

static int
explain_bytes(struct explain *explain, const char *name, const struct buffer *bytes, char *const *paths,
    size_t count)
{
	struct conversion conversion = { 0 };
	int result = CTL_NOT_CONFORMANT;

	explain->job.name = name;
	convert_document(&conversion, &explain->workbench.converter, &explain->job, bytes->data,
	    bytes->length);
	if (conversion.error.kind != EHDS_ERROR_NONE)
		console_error(&conversion.error);
	if (conversion.mapping.bundle != NULL && explain->ledger) {
		ledger_print(&conversion.mapping.ledger, name, pack_name(conversion.pack));
		ledger_totals_add(&explain->totals, &conversion.mapping.ledger);
		result = CTL_DONE;
	} else if (conversion.mapping.bundle != NULL) {
		result = explain_result(&conversion, name, paths, count);
	}
	conversion_free(&conversion);
	return result;
}

static int
explain_file(struct explain *explain, const char *name, char *const *paths, size_t count)
{
	struct buffer bytes = { 0 };
	int result = workbench_read(&explain->workbench, &bytes, name);

	if (result == CTL_DONE)
		result = explain_bytes(explain, name, &bytes, paths, count);
	buffer_free(&bytes);
	return result;
}

static int
explain_all(struct explain *explain, char **operands, size_t count)
{
	int result = CTL_DONE;

	if (!explain->ledger)
		return explain_file(explain, operands[0], operands + 1, count - 1);
	for (size_t i = 0; i < count; i++)
		result = worse(result, explain_file(explain, operands[i], NULL, 0));
	if (count > 1)
		ledger_totals_print(&explain->totals);
	ledger_totals_free(&explain->totals);
	return result;
}

static int
take_option(struct explain *explain, int letter)
{
	switch (letter) {
	case 'l':
		explain->ledger = true;
		return 0;
	case 'f':
		explain->job.pack = optarg;
		return 0;
	case 'd':
		return workbench_date(&command, &explain->job.date, optarg);
	default:
		return workbench_option(&explain->workbench, &command, letter);
	}
}

int
verb_explain(int argc, char **argv)
{
	struct explain explain = { .job.explain = true };
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG || take_option(&explain, letter) != 0)
			return CTL_USAGE;
	}
	if (optind == argc)
		return command_wrong(&command, "no FILE given");
	result = workbench_open(&explain.workbench, EHDS_SEVERITY_ERROR);
	if (result == CTL_DONE && explain.job.pack != NULL &&
	    !workbench_has_pack(&explain.workbench, &command, explain.job.pack))
		result = CTL_USAGE;
	if (result == CTL_DONE)
		result = explain_all(&explain, argv + optind, (size_t)(argc - optind));
	workbench_close(&explain.workbench);
	return result;
}
