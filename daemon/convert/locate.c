/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See locate.h. The gate names elements by path and knows no mapping; the mapping knows nodes and no gate. Paths are walked
 * again here, for the few elements that have findings, so that neither layer has to see the other.
 */
#include "convert/locate.h"

#include "fhir/tree.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LENGTH 127

/* One step of a path: a name and an index. Returns the rest of the path, or NULL when it is not of that form. */
static const char *
read_step(const char *path, char *name, size_t *index)
{
	size_t length = strcspn(path, ".[");

	*index = 0;
	if (length == 0 || length > NAME_MAX_LENGTH)
		return NULL;
	memcpy(name, path, length);
	name[length] = '\0';
	path += length;
	if (*path == '[') {
		char *end;

		*index = strtoul(path + 1, &end, 10);
		if (*end != ']')
			return NULL;
		path = end + 1;
	}
	if (*path == '.')
		path++;
	else if (*path != '\0')
		return NULL;
	return path;
}

static const xmlNode *
child_at(const xmlNode *parent, const char *name, size_t index)
{
	const xmlNode *child = fhir_child(parent, name);

	while (child != NULL && index-- > 0)
		child = fhir_next(child);
	return child;
}

const xmlNode *
locate_element(const xmlDoc *doc, const char *path)
{
	const xmlNode *at = doc != NULL ? xmlDocGetRootElement((xmlDoc *)doc) : NULL;
	char name[NAME_MAX_LENGTH + 1];
	size_t index;

	if (at == NULL || path == NULL)
		return NULL;
	path = read_step(path, name, &index);	/* the root's own name */
	while (path != NULL && *path != '\0') {
		const xmlNode *next;

		path = read_step(path, name, &index);
		next = path != NULL ? child_at(at, name, index) : NULL;
		if (next == NULL)
			break;
		at = next;
		/* `resource` and `contained` hold one element named by the resource's type: paths pass over it. */
		if (strcmp(name, "resource") == 0 || strcmp(name, "contained") == 0) {
			next = fhir_element(at->children);
			at = next != NULL ? next : at;
		}
	}
	return at;
}

/* Of a composed document: which of its sources a node is of. */
static const char *
name_of(const struct conversion *conversion, const xmlNode *source, const char *name)
{
	for (size_t i = 0; i < conversion->part_count && source != NULL; i++) {
		const struct xml_source *part = conversion->parts[i].source;

		if (part != NULL && xml_source_doc(part) == source->doc)
			return conversion->parts[i].name;
	}
	return name;
}

void
locate_finding(struct ehds_finding *finding, const struct conversion *conversion, const char *name)
{
	const struct mapping_result *result = &conversion->mapping;
	const xmlNode *element = locate_element(result->bundle, finding->expression);
	struct trace trace;

	if (element == NULL)
		return;
	trace = mapping_trace(result, element);
	if (finding->line == 0 && trace.source_line > 0) {
		finding->file = name_of(conversion, trace.source, name);
		finding->line = trace.source_line;
	}
	if (finding->stylesheet == NULL) {
		finding->stylesheet = trace.stylesheet;
		finding->stylesheet_line = trace.stylesheet_line;
	}
	if (finding->table == NULL) {
		finding->table = trace.table;
		finding->table_line = trace.table_line;
	}
}
