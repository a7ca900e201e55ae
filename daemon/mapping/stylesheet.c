/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libxslt, closed in. The only way to a file is our loader, which knows stylesheets below the
 * mappings folders and nothing else; the security preferences forbid the rest once more. Extension
 * elements are compiled when libxslt meets them and kept with the instruction. What libxslt and we
 * have to say is put into the same form, with file and line.
 *
 * libxslt's loader and its error function are process-wide and know no user; the stylesheet hangs
 * on xsltStylesheet._private.
 */
#include "mapping/stylesheet.h"

#include "base/alloc.h"
#include "base/text.h"
#include "format/xml.h"
#include "mapping/functions.h"
#include "mapping/instructions.h"
#include "mapping/run.h"
#include "mapping/stylesheet_check.h"
#include "mapping/stylesheet_file.h"
#include "mapping/stylesheet_lint.h"
#include "mapping/stylesheet_private.h"

#include <libxml/uri.h>
#include <libxslt/documents.h>
#include <libxslt/extensions.h>
#include <libxslt/imports.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltutils.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void __attribute__((format(printf, 5, 6)))
find(struct stylesheet *stylesheet, enum ehds_severity severity, const struct style_file *file, int line,
    const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(text);
	stylesheet_finding(stylesheet->lint, severity, file == NULL ? NULL : file->path, line, 0, text);
	if (severity == EHDS_SEVERITY_ERROR)
		stylesheet->failed = true;
}

/* ---- Files ----------------------------------------------------------------------------------- */

static struct style_file *
add_file(struct stylesheet *stylesheet, const char *path, const char *shown)
{
	struct arena *arena = stylesheet->expressions->arena;
	struct style_file *file = arena_alloc(arena, sizeof(*file));

	must(file != NULL);
	file->path = arena_strdup(arena, path);
	file->shown = arena_strdup(arena, shown);
	file->next = stylesheet->files;
	stylesheet->files = file;
	return file;
}

static const struct style_file *
file_at(const struct stylesheet *stylesheet, const char *url)
{
	const struct style_file *file;
	char *path = xmlURIUnescapeString(url, 0, NULL);

	for (file = stylesheet->files; file != NULL && path != NULL; file = file->next)
		if (strcmp(file->path, path) == 0)
			break;
	xmlFree(path);
	return file;
}

/* libxslt compares names by address: all files of a stylesheet share one dictionary. */
static xmlDoc *
with_dictionary(xmlDoc *doc, xmlDict *dict)
{
	xmlDoc *copy = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root;

	must(copy != NULL);
	copy->dict = dict;
	xmlDictReference(dict);
	root = xmlDocCopyNode(xmlDocGetRootElement(doc), copy, 1);
	must(root != NULL);
	xmlDocSetRootElement(copy, root);
	xmlFreeDoc(doc);
	return copy;
}

/*
 * Instructions of XSLT evaluate through us what we evaluate faster; those that instructions.c takes
 * over, all of it.
 */
static void
number_expression(struct stylesheet *stylesheet, xmlNode *instruction, const char *name, bool always)
{
	xmlAttr *attribute = xmlHasProp(instruction, (const xmlChar *)name);
	char call[32];

	if (attribute != NULL && attribute->children != NULL &&
	    expression_number(stylesheet->expressions, (const char *)attribute->children->content,
	    instruction, always, call, sizeof(call)))
		xmlNodeSetContent((xmlNode *)attribute, (const xmlChar *)call);
}

static void
number_all_expressions(struct stylesheet *stylesheet, xmlDoc *doc)
{
	xmlNode *root = xmlDocGetRootElement(doc), *node = root;

	while (node != NULL) {
		if (is_xslt(node, NULL)) {
			number_expression(stylesheet, node, "test", true);
			number_expression(stylesheet, node, "select", is_xslt(node, "for-each"));
		}
		node = (xmlNode *)next_element_within(node, root);
	}
}

/* dict NULL: the main file, which brings the dictionary. */
static xmlDoc *
load_file(struct stylesheet *stylesheet, const char *path, xmlDict *dict)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	const struct style_file *file;
	char *shown = NULL, *real = stylesheet_file_find(path, stylesheet->roots,
	    stylesheet->root_count, &shown);
	xmlDoc *doc = NULL;

	if (real == NULL) {
		find(stylesheet, EHDS_SEVERITY_ERROR, stylesheet->files, 0,
		    "there is no file %s below the mappings folders", path);
		return NULL;
	}
	file = add_file(stylesheet, real, shown);
	if (xml_parse_trusted(&doc, real, &error) != 0) {
		find(stylesheet, EHDS_SEVERITY_ERROR, file, error.line, "%s", error.text);
	} else {
		if (dict != NULL)
			doc = with_dictionary(doc, dict);
		xmlFree((xmlChar *)doc->URL);
		doc->URL = xmlPathToURI((const xmlChar *)real);
		doc->_private = (void *)file;
		number_all_expressions(stylesheet, doc);
	}
	free(real);
	free(shown);
	return doc;
}

static struct stylesheet *
stylesheet_of(const xsltStylesheet *style)
{
	while (style != NULL && style->parent != NULL)
		style = style->parent;
	return style == NULL ? NULL : style->_private;
}

/* libxslt's only way to a file. A transformation gets none. */
static xmlDoc *
load(const xmlChar *url, xmlDict *dict, int options, void *context, xsltLoadType type)
{
	struct stylesheet *stylesheet;
	xmlDoc *doc;
	char *path;

	(void)options;
	if (type != XSLT_LOAD_STYLESHEET)
		return NULL;
	stylesheet = stylesheet_of(context);
	if (stylesheet == NULL || stylesheet->roots == NULL)
		return NULL;
	path = xmlURIUnescapeString((const char *)url, 0, NULL);
	must(path != NULL);
	doc = load_file(stylesheet, path, dict);
	xmlFree(path);
	/* libxslt finds cycles by comparing URLs as it asked for them. */
	if (doc != NULL) {
		xmlFree((xmlChar *)doc->URL);
		doc->URL = xmlStrdup(url);
	}
	return doc;
}

/* ---- What libxslt says while compiling ------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3)))
say_nothing(void *user, const char *format, ...)
{
	(void)user;
	(void)format;
}

/* The place comes in a message of its own, in front of the text. */
static void
note_place(struct stylesheet *stylesheet, const char *format, va_list arguments)
{
	const char *url;

	(void)va_arg(arguments, const char *);
	url = va_arg(arguments, const char *);
	stylesheet->error_file = url == NULL ? NULL : file_at(stylesheet, url);
	stylesheet->error_line = strstr(format, "line %d") == NULL ? 0 : va_arg(arguments, int);
}

static void __attribute__((format(printf, 2, 3)))
on_compile_error(void *user, const char *format, ...)
{
	struct stylesheet *stylesheet = user;
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	if (strncmp(format, "%s: file %s", 11) == 0) {
		note_place(stylesheet, format, arguments);
		va_end(arguments);
		return;
	}
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text[strcspn(text, "\n")] = '\0';
	if (!text_is_blank(text) && strncmp(text, "compilation error", 17) != 0)
		find(stylesheet, EHDS_SEVERITY_ERROR, stylesheet->error_file,
		    stylesheet->error_line, "%s", text);
}

/* ---- Extension elements ---------------------------------------------------------------------- */

static void
free_plan(xsltElemPreComp *compiled)
{
	struct plan *plan = (struct plan *)compiled;

	plan_free(&plan);
}

static void
on_plan_problem(void *user, const struct plan_problem *problem)
{
	struct stylesheet *stylesheet = user;

	(void)problem;
	stylesheet->failed = true;
}

/* What is wrong with it was said by the lint, with a column. */
static xsltElemPreComp *
compile_element(xsltStylesheet *style, xmlNode *instruction, xsltTransformFunction function)
{
	struct stylesheet *stylesheet = stylesheet_of(style);
	const struct element_kind *kind = element_kind_find((const char *)instruction->name);
	struct plan *plan;

	if (stylesheet == NULL || kind == NULL)
		return NULL;
	plan = plan_compile(instruction, kind, stylesheet->pack, stylesheet->expressions,
	    on_plan_problem, stylesheet);
	plan->file = instruction->doc->_private;
	xsltInitElemPreComp(&plan->header, style, instruction, function, free_plan);
	return &plan->header;
}

/* ---- Loading --------------------------------------------------------------------------------- */

static void
forbid_everything(struct stylesheet *stylesheet)
{
	static const xsltSecurityOption options[] = { XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
	    XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK };
	size_t i;

	stylesheet->security = xsltNewSecurityPrefs();
	must(stylesheet->security != NULL);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		must(xsltSetSecurityPrefs(stylesheet->security, options[i], xsltSecurityForbid) == 0);
}

/*
 * A literal element takes over the name spaces of its stylesheet, which are those of the source
 * document: the result would declare them all. Templates forget them here, and no stylesheet has to
 * say exclude-result-prefixes.
 */
static void
forget_inherited_namespaces(xsltStylesheet *style)
{
	xsltTemplate *template;

	for (; style != NULL; style = xsltNextImport(style))
		for (template = style->templates; template != NULL; template = template->next)
			template->inheritedNsNr = 0;
}

static void
compile(struct stylesheet *stylesheet, const char *path)
{
	xmlDoc *doc = load_file(stylesheet, path, NULL);
	int result;

	if (doc == NULL)
		return;
	stylesheet->xslt = xsltNewStylesheet();
	must(stylesheet->xslt != NULL);
	stylesheet->xslt->_private = stylesheet;
	xsltSetGenericErrorFunc(stylesheet, on_compile_error);
	result = xsltParseStylesheetUser(stylesheet->xslt, doc);
	xsltSetGenericErrorFunc(NULL, say_nothing);
	if (result == 0) {
		forget_inherited_namespaces(stylesheet->xslt);
		instructions_take_over(stylesheet->xslt, stylesheet->expressions);
		return;
	}
	if (!stylesheet->failed)
		find(stylesheet, EHDS_SEVERITY_ERROR, doc->_private, 0,
		    "libxslt does not take the stylesheet");
	/* libxslt leaves the document to us then. */
	xsltFreeStylesheet(stylesheet->xslt);
	stylesheet->xslt = NULL;
	xmlFreeDoc(doc);
}

struct stylesheet *
stylesheet_load(const struct pack *pack, const char *path, const char *const *roots, size_t root_count,
    struct ehds_findings *lint)
{
	struct stylesheet *stylesheet = must_alloc(sizeof(*stylesheet));

	stylesheet->pack = pack;
	stylesheet->roots = roots;
	stylesheet->root_count = root_count;
	stylesheet->lint = lint;
	stylesheet->expressions = expressions_new();
	forbid_everything(stylesheet);
	if (!stylesheet_lint(pack, path, roots, root_count, lint))
		stylesheet->failed = true;
	else
		compile(stylesheet, path);
	stylesheet->roots = NULL;
	stylesheet->lint = NULL;
	if (stylesheet->failed)
		stylesheet_free(&stylesheet);
	return stylesheet;
}

void
stylesheet_free(struct stylesheet **stylesheet)
{
	if (*stylesheet == NULL)
		return;
	xsltFreeStylesheet((*stylesheet)->xslt);
	xsltFreeSecurityPrefs((*stylesheet)->security);
	expressions_free(&(*stylesheet)->expressions);
	free(*stylesheet);
	*stylesheet = NULL;
}

void
stylesheet_open(void)
{
	/*
	 * libxslt's own form of three callbacks: each instruction, and the two ends of a template.
	 */
	struct {
		void (*instruction)(xmlNode *, xmlNode *, xsltTemplate *, xsltTransformContext *);
		int (*enter)(xsltTemplate *, xmlNode *);
		void (*leave)(void);
	} debugger = { trace_instruction, NULL, NULL };
	const struct element_kind *element;
	const struct function_kind *function;

	xsltInit();
	xsltSetGenericErrorFunc(NULL, say_nothing);
	xsltSetLoaderFunc(load);
	for (element = element_kinds(); element->name != NULL; element++)
		xsltRegisterExtModuleElement((const xmlChar *)element->name,
		    (const xmlChar *)EHDS_MAPPING_NAMESPACE, compile_element, run_element);
	for (function = function_kinds(); function->name != NULL; function++)
		xsltRegisterExtModuleFunction((const xmlChar *)function->name,
		    (const xmlChar *)EHDS_MAPPING_NAMESPACE, function_call);
	must(xsltSetDebuggerCallbacks(3, &debugger) == 0);
}
