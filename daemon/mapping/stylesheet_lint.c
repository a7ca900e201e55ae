/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_lint.h. The lint reads the files by itself: libxslt changes the trees that it compiles and stops at its own
 * first doubts. This file finds the files and checks the vocabulary; the other checks have files of their own.
 */
#include "mapping/stylesheet_lint.h"

#include "base/alloc.h"
#include "base/text.h"
#include "format/xml.h"
#include "mapping/plan.h"
#include "mapping/stylesheet_check.h"
#include "mapping/stylesheet_fhir.h"
#include "mapping/stylesheet_file.h"
#include "mapping/stylesheet_templates.h"
#include "mapping/stylesheet_xpath.h"

#include <libxslt/xslt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Saying ---------------------------------------------------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
stylesheet_finding(struct ehds_findings *lint, enum ehds_severity severity, const char *file, int line, int column,
    const char *text)
{
	const struct ehds_finding *known;

	for (known = lint->first; known != NULL; known = known->next)
		if (known->line == line && known->column == column && same_text(known->file, file) &&
		    same_text(known->text, text))
			return;
	findings_add(lint, &(struct ehds_finding){ .severity = severity, .rule = "map-stylesheet", .text = text,
	    .file = file, .line = line, .column = column });
}

static void __attribute__((format(printf, 6, 0)))
say(struct check *check, enum ehds_severity severity, const xmlNode *element, const xmlAttr *attribute, size_t offset,
    const char *format, va_list arguments)
{
	const struct checked_file *file = element->doc->_private;
	struct source_place place = stylesheet_source_place(file->source, element, attribute, offset);
	char text[512];

	vsnprintf(text, sizeof(text), format, arguments);
	text_trim_partial_utf8(text);
	stylesheet_finding(check->lint, severity, file->path, place.line, place.column, text);
}

void
check_error(struct check *check, const xmlNode *element, const xmlAttr *attribute, size_t offset, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(check, EHDS_SEVERITY_ERROR, element, attribute, offset, format, arguments);
	va_end(arguments);
	check->failed = true;
}

void
check_warning(struct check *check, const xmlNode *element, const xmlAttr *attribute, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(check, EHDS_SEVERITY_WARNING, element, attribute, 0, format, arguments);
	va_end(arguments);
}

/* ---- Questions ---------------------------------------------------------------------------------------------------------- */

static bool
is_in(const xmlNode *node, const char *uri)
{
	return node != NULL && node->type == XML_ELEMENT_NODE && node->ns != NULL &&
	    strcmp((const char *)node->ns->href, uri) == 0;
}

bool
is_xslt(const xmlNode *node, const char *name)
{
	return is_in(node, (const char *)XSLT_NAMESPACE) && (name == NULL || strcmp((const char *)node->name, name) == 0);
}

bool
is_extension(const xmlNode *node)
{
	return is_in(node, EHDS_MAPPING_NAMESPACE);
}

const char *
attribute_text(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	return text == NULL || text->content == NULL ? "" : (const char *)text->content;
}

const xmlAttr *
attribute_of(const xmlNode *element, const char *name)
{
	const xmlAttr *attribute;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next)
		if (attribute->ns == NULL && strcmp((const char *)attribute->name, name) == 0)
			return attribute;
	return NULL;
}

const xmlNode *
next_element_within(const xmlNode *node, const xmlNode *top)
{
	const xmlNode *next = node->children;

	for (;;) {
		while (next != NULL && next->type != XML_ELEMENT_NODE)
			next = next->next;
		if (next != NULL || node == top)
			return next;
		next = node->next;
		node = node->parent;
		if (node == NULL || node->type != XML_ELEMENT_NODE)
			return NULL;
		if (node == top && next == NULL)
			return NULL;
	}
}

void
check_table_used(struct check *check, const char *name)
{
	size_t i;

	for (i = 0; i < check->pack->table_count; i++)
		if (strcmp(check->pack->tables[i].name, name) == 0)
			check->tables_used[i] = true;
}

/* ---- Files ------------------------------------------------------------------------------------------------------------ */

static struct checked_file *
known_file(const struct check *check, const char *path)
{
	struct checked_file *file;

	for (file = check->files; file != NULL; file = file->next)
		if (strcmp(file->path, path) == 0)
			return file;
	return NULL;
}

static bool
lies_in(const char *path, const char *folder)
{
	char *outer = realpath(folder, NULL), *inner = realpath(path, NULL);
	size_t length = outer == NULL ? 0 : strlen(outer);
	bool inside = length > 0 && inner != NULL && strncmp(inner, outer, length) == 0 && inner[length] == '/';

	free(outer);
	free(inner);
	return inside;
}

static void
append_file(struct check *check, struct checked_file *file)
{
	struct checked_file **end = &check->files;

	while (*end != NULL)
		end = &(*end)->next;
	*end = file;
}

/* from, href: who asks; NULL for the main file. */
static void
read_file(struct check *check, const char *path, const xmlNode *from, const xmlAttr *href)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct checked_file *file;
	char *real = stylesheet_file_find(path, check->roots, check->root_count, NULL);

	if (real == NULL && from == NULL) {
		stylesheet_finding(check->lint, EHDS_SEVERITY_ERROR, check->pack->file, 0, 0,
		    "the stylesheet does not exist below the mappings folders");
		check->failed = true;
	} else if (real == NULL) {
		check_error(check, from, href, 0, "'%s' is no file below the mappings folders", attribute_text(href));
	}
	if (real == NULL || known_file(check, real) != NULL) {
		free(real);
		return;
	}
	file = must_alloc(sizeof(*file));
	file->path = real;
	file->own = check->pack->folder == NULL || lies_in(real, check->pack->folder);
	append_file(check, file);
	if (xml_parse_trusted(&file->doc, real, &error) != 0) {
		stylesheet_finding(check->lint, EHDS_SEVERITY_ERROR, real, error.line, error.column, error.text);
		check->failed = true;
		return;
	}
	file->doc->_private = file;
	file->source = stylesheet_source_new(file->doc, real);
}

/* The path that href means in a file at path. Gives it. */
static char *
relative_to(const char *path, const char *href)
{
	const char *slash = strrchr(path, '/');
	char *folder = must_printf("%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
	char *joined = must_printf("%s/%s", folder, href);

	free(folder);
	return joined;
}

static void
read_references(struct check *check, const struct checked_file *file)
{
	const xmlNode *child;

	for (child = xmlDocGetRootElement(file->doc)->children; child != NULL; child = child->next) {
		const xmlAttr *href = NULL;
		char *path;

		if (is_xslt(child, "import") || is_xslt(child, "include"))
			href = attribute_of(child, "href");
		if (href == NULL)
			continue;
		path = relative_to(file->path, attribute_text(href));
		read_file(check, path, child, href);
		free(path);
	}
}

static void
read_files(struct check *check, const char *path)
{
	const struct checked_file *file;

	read_file(check, path, NULL, NULL);
	for (file = check->files; file != NULL; file = file->next)
		if (file->doc != NULL)
			read_references(check, file);
}

static void
free_files(struct check *check)
{
	struct checked_file *file, *next;

	for (file = check->files; file != NULL; file = next) {
		next = file->next;
		stylesheet_source_free(&file->source);
		xmlFreeDoc(file->doc);
		free(file->path);
		free(file);
	}
}

/* ---- Vocabulary -------------------------------------------------------------------------------------------------------- */

struct extension_check {
	struct check *check;
	const xmlNode *element;
};

static void
on_problem(void *user, const struct plan_problem *problem)
{
	const struct extension_check *extension = user;

	check_error(extension->check, extension->element, problem->attribute, problem->offset, "%s", problem->text);
}

static void
unknown_element(struct check *check, const xmlNode *element)
{
	const struct element_kind *kinds = element_kinds();
	const char *names[40], *near;
	size_t count;

	for (count = 0; kinds[count].name != NULL && count < 40; count++)
		names[count] = kinds[count].name;
	near = text_nearest((const char *)element->name, names, count);
	check_error(check, element, NULL, 0, near == NULL ? "there is no extension element ehds:%s" :
	    "there is no extension element ehds:%s, did you mean ehds:%s?", (const char *)element->name, near);
}

/* Prefixes in extension-element-prefixes of this or an outer element. */
static bool
is_declared(const xmlNode *element)
{
	const xmlNode *outer;
	const char *prefix = element->ns->prefix == NULL ? "#default" : (const char *)element->ns->prefix;
	size_t length = strlen(prefix);

	for (outer = element; outer != NULL && outer->type == XML_ELEMENT_NODE; outer = outer->parent) {
		const xmlAttr *attribute = attribute_of(outer, "extension-element-prefixes");
		const char *at = attribute == NULL ? NULL : attribute_text(attribute);

		for (; at != NULL && (at = strstr(at, prefix)) != NULL; at += length)
			if ((at == attribute_text(attribute) || text_is_space(at[-1])) &&
			    (at[length] == '\0' || text_is_space(at[length])))
				return true;
	}
	return false;
}

static void
note_tables(struct check *check, const struct plan *plan)
{
	const char *name;
	size_t i;

	for (i = 0; i < plan->attribute_count; i++) {
		if (plan->attributes[i].attribute->kind != ATTRIBUTE_TABLE)
			continue;
		name = avt_constant(plan->attributes[i].avt);
		if (name == NULL)
			check->table_unknown = true;
		else
			check_table_used(check, name);
	}
}

/* Where an extension element would write into something that keeps only text. */
static void
check_surroundings(struct check *check, const xmlNode *element)
{
	static const char *const text_only[] = { "attribute", "comment", "message", "processing-instruction" };
	const xmlNode *outer;
	size_t i;

	for (outer = element->parent; is_xslt(outer, NULL); outer = outer->parent)
		for (i = 0; i < sizeof(text_only) / sizeof(text_only[0]); i++)
			if (is_xslt(outer, text_only[i]))
				check_error(check, element, NULL, 0, "ehds:%s writes elements, and xsl:%s keeps only text",
				    (const char *)element->name, text_only[i]);
	if ((is_xslt(element->parent, "variable") || is_xslt(element->parent, "param")) &&
	    is_xslt(element->parent->parent, "stylesheet"))
		check_error(check, element, NULL, 0, "ehds:%s stands in a variable of the whole stylesheet, where nothing "
		    "is written yet", (const char *)element->name);
}

static void
check_extension(struct check *check, const xmlNode *element)
{
	struct extension_check extension = { check, element };
	const struct element_kind *kind = element_kind_find((const char *)element->name);
	struct plan *plan;

	if (kind == NULL) {
		unknown_element(check, element);
		return;
	}
	if (!is_declared(element))
		check_error(check, element, NULL, 0, "ehds:%s is copied and not run: the stylesheet lacks "
		    "extension-element-prefixes=\"%s\"", kind->name, element->ns->prefix == NULL ? "#default" :
		    (const char *)element->ns->prefix);
	plan = plan_compile(element, kind, check->pack, check->expressions, on_problem, &extension);
	note_tables(check, plan);
	plan_free(&plan);
	if ((kind->flags & (ELEMENT_WRITES | ELEMENT_CONTENT)) != 0)
		check_surroundings(check, element);
}

struct refusal {
	const char *name, *why;
};

/* XSLT 1.0 (W3C, 1999), appendix D, without what is forbidden. */
static const char *const instructions[] = { "apply-imports", "apply-templates", "attribute", "attribute-set",
    "call-template", "choose", "copy", "copy-of", "decimal-format", "element", "fallback", "for-each", "if", "import",
    "include", "message", "namespace-alias", "number", "otherwise", "param", "sort", "stylesheet", "template", "text",
    "transform", "value-of", "variable", "when", "with-param" };

static const struct refusal refused_instructions[] = {
	{ "output", "the engine decides how results are written" },
	{ "result-document", "a stylesheet has one result" },
	{ "document", "a stylesheet has one result" },
	{ "strip-space", "it costs a walk over the whole document; extension elements normalise white space" },
	{ "preserve-space", "there is no xsl:strip-space to make up for" },
	{ "key", "it costs a walk over the whole document; use ehds:template() or ehds:coded()" },
	{ "comment", "FHIR has no place for it" },
	{ "processing-instruction", "FHIR has no place for it" },
};

static void
check_instruction(struct check *check, const xmlNode *element)
{
	const char *name = (const char *)element->name, *near;
	size_t i;

	for (i = 0; i < sizeof(refused_instructions) / sizeof(refused_instructions[0]); i++) {
		if (strcmp(refused_instructions[i].name, name) == 0) {
			check_error(check, element, NULL, 0, "xsl:%s is not allowed: %s", name, refused_instructions[i].why);
			return;
		}
	}
	for (i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
		if (strcmp(instructions[i], name) == 0)
			return;
	near = text_nearest(name, instructions, sizeof(instructions) / sizeof(instructions[0]));
	check_error(check, element, NULL, 0, near == NULL ? "XSLT 1.0 has no xsl:%s" :
	    "XSLT 1.0 has no xsl:%s, did you mean xsl:%s?", name, near);
}

static void
check_vocabulary(struct check *check, const struct checked_file *file)
{
	const xmlNode *root = xmlDocGetRootElement(file->doc), *element;

	if (!is_xslt(root, "stylesheet") && !is_xslt(root, "transform"))
		check_error(check, root, NULL, 0, "<%s> is no xsl:stylesheet", (const char *)root->name);
	for (element = root; element != NULL; element = next_element_within(element, root)) {
		if (is_extension(element))
			check_extension(check, element);
		else if (is_xslt(element, NULL))
			check_instruction(check, element);
	}
}

static void
check_tables(struct check *check)
{
	const struct pack_table *table;
	char text[300];
	size_t i;

	for (i = 0; i < check->pack->table_count && !check->table_unknown; i++) {
		table = &check->pack->tables[i];
		if (check->tables_used[i])
			continue;
		snprintf(text, sizeof(text), "the table '%s' is listed and no stylesheet uses it", table->name);
		stylesheet_finding(check->lint, EHDS_SEVERITY_WARNING, table->file, table->line, table->column, text);
	}
}

/* ---- All ----------------------------------------------------------------------------------------------------------------- */

/* Variables of the whole stylesheet are in scope in all of its files. */
static struct scope *
global_scope(const struct check *check)
{
	const struct checked_file *file;
	const struct scope *outer = NULL;
	const xmlNode *child;
	struct scope *scope = NULL;

	for (file = check->files; file != NULL; file = file->next) {
		child = file->doc == NULL ? NULL : xmlDocGetRootElement(file->doc)->children;
		for (; child != NULL; child = child->next) {
			if (!is_xslt(child, "variable") && !is_xslt(child, "param"))
				continue;
			if (attribute_of(child, "name") == NULL)
				continue;
			scope = must_alloc(sizeof(*scope));
			*scope = (struct scope){ attribute_text(attribute_of(child, "name")), outer };
			outer = scope;
		}
	}
	return scope;
}

static void
check_files(struct check *check)
{
	struct scope *global = global_scope(check), *outer;
	const struct checked_file *file;

	for (file = check->files; file != NULL; file = file->next) {
		if (file->doc == NULL)
			continue;
		check_vocabulary(check, file);
		check_expressions(check, file, global);
		check_literals(check, file);
	}
	check_templates(check);
	for (; global != NULL; global = outer) {
		outer = (struct scope *)global->outer;
		free(global);
	}
}

bool
stylesheet_lint(const struct pack *pack, const char *path, const char *const *roots, size_t root_count,
    struct ehds_findings *lint)
{
	struct check check = { .pack = pack, .roots = roots, .root_count = root_count, .lint = lint };

	check.expressions = expressions_new();
	check.tables_used = must_alloc(pack->table_count + 1);
	read_files(&check, path);
	check_files(&check);
	if (!check.failed)
		check_tables(&check);
	free_files(&check);
	expressions_free(&check.expressions);
	free(check.tables_used);
	return !check.failed;
}
