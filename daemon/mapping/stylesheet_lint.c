/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_lint.h. The lint reads the files by itself: libxslt changes the trees that it
 * compiles and stops at its own first doubts. The checks have files of their own.
 */
#include "mapping/stylesheet_lint.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/plan.h"
#include "mapping/stylesheet_check.h"
#include "mapping/stylesheet_fhir.h"
#include "mapping/stylesheet_templates.h"
#include "mapping/stylesheet_xpath.h"

#include <libxslt/xslt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Saying ---------------------------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
stylesheet_finding(struct ehds_findings *lint, enum ehds_severity severity, const char *file,
    int line, int column, const char *text)
{
	const struct ehds_finding *known;

	for (known = lint->first; known != NULL; known = known->next)
		if (known->line == line && known->column == column && same_text(known->file, file) &&
		    same_text(known->text, text))
			return;
	findings_add(lint, &(struct ehds_finding){ .severity = severity, .rule = "map-stylesheet",
	    .text = text, .file = file, .line = line, .column = column });
}

static void __attribute__((format(printf, 6, 0)))
say(struct check *check, enum ehds_severity severity, const xmlNode *element,
    const xmlAttr *attribute, size_t offset, const char *format, va_list arguments)
{
	const struct checked_file *file = element->doc->_private;
	struct source_place place = stylesheet_source_place(file->source, element, attribute, offset);
	char text[512];

	vsnprintf(text, sizeof(text), format, arguments);
	text_trim_partial_utf8(text);
	stylesheet_finding(check->lint, severity, file->path, place.line, place.column, text);
}

void
check_error(struct check *check, const xmlNode *element, const xmlAttr *attribute, size_t offset,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(check, EHDS_SEVERITY_ERROR, element, attribute, offset, format, arguments);
	va_end(arguments);
	check->failed = true;
}

void
check_warning(struct check *check, const xmlNode *element, const xmlAttr *attribute,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(check, EHDS_SEVERITY_WARNING, element, attribute, 0, format, arguments);
	va_end(arguments);
}

/* ---- Questions ------------------------------------------------------------------------------- */

static bool
is_in(const xmlNode *node, const char *uri)
{
	return node != NULL && node->type == XML_ELEMENT_NODE && node->ns != NULL &&
	    strcmp((const char *)node->ns->href, uri) == 0;
}

bool
is_xslt(const xmlNode *node, const char *name)
{
	return is_in(node, (const char *)XSLT_NAMESPACE) &&
	    (name == NULL || strcmp((const char *)node->name, name) == 0);
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

/* ---- All ------------------------------------------------------------------------------------- */
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
		snprintf(text, sizeof(text), "the table '%s' is listed and no stylesheet uses it",
		    table->name);
		stylesheet_finding(check->lint, EHDS_SEVERITY_WARNING, table->file, table->line,
		    table->column, text);
	}
}

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
	check_read_files(&check, path);
	check_files(&check);
	if (!check.failed)
		check_tables(&check);
	check_free_files(&check);
	expressions_free(&check.expressions);
	free(check.tables_used);
	return !check.failed;
}
