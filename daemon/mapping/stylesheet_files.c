/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The files that a stylesheet is made of, read for the checks: the main one, and all that is
 * imported and included.
 */
#include "mapping/stylesheet_check.h"

#include "base/alloc.h"
#include "format/xml.h"
#include "mapping/stylesheet_file.h"
#include "mapping/stylesheet_lint.h"

#include <stdlib.h>
#include <string.h>

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
	bool inside = length > 0 && inner != NULL && strncmp(inner, outer, length) == 0 &&
	    inner[length] == '/';

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
		check_error(check, from, href, 0, "'%s' is no file below the mappings folders",
		    attribute_text(href));
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
		stylesheet_finding(check->lint, EHDS_SEVERITY_ERROR, real, error.line, error.column,
		    error.text);
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
	char *folder = must_printf("%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ?
	    "." : path);
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

void
check_read_files(struct check *check, const char *path)
{
	const struct checked_file *file;

	read_file(check, path, NULL, NULL);
	for (file = check->files; file != NULL; file = file->next)
		if (file->doc != NULL)
			read_references(check, file);
}

void
check_free_files(struct check *check)
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
