/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See exchange.h. Rows and codes stand in the order of the file: two exports of one file are the same bytes. `status` is unknown,
 * because a YAML file has none, and there is no date: the clock is not asked.
 */
#include "mapping/exchange.h"

#include "base/file.h"
#include "base/text.h"
#include "fhir/tree.h"
#include "mapping/keyindex.h"
#include "mapping/schema.h"
#include "mapping/table_build.h"
#include "mapping/tsv.h"
#include "mapping/types.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/dict.h>

#define FHIR "http://hl7.org/fhir"
#define SVS "urn:ihe:iti:svs:2008"

struct exporter {
	const char *path;
	const struct yaml_node *root;
	struct arena *arena;
	struct ehds_findings *findings;
	struct ehds_error *error;
	xmlDoc *doc;			/* owns until the end */
};

/* One code of a set. */
struct listed {
	const char *code, *system, *display;
};

static void
leave_out(struct exporter *exporter, int line, const char *found, const char *text)
{
	findings_add(exporter->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_WARNING, .rule = "export-left-out",
	    .code = "informational", .text = text, .found = found, .file = exporter->path, .line = line });
}

static int
refuse(struct exporter *exporter, const struct yaml_node *place, const char *text)
{
	return error_set(exporter->error, EHDS_ERROR_CONFIG, "export-form", exporter->path, place != NULL ? place->line : 0, 0, "%s", text);
}

static xmlNode *
make_root(struct exporter *exporter, const char *name, const char *space)
{
	xmlNode *root;

	exporter->doc = xmlNewDoc((const xmlChar *)"1.0");
	exporter->doc->dict = xmlDictCreate();
	root = xmlNewDocNode(exporter->doc, NULL, (const xmlChar *)name, NULL);
	xmlDocSetRootElement(exporter->doc, root);
	xmlSetNs(root, xmlNewNs(root, (const xmlChar *)space, NULL));
	return root;
}

/* The last part of the name, as FHIR wants names that programs use: [A-Z] first, then letters, digits, '_' (cnl-0). */
static const char *
computable_name(struct exporter *exporter, const char *name)
{
	const char *slash = strrchr(name, '/');
	char *out = arena_strdup(exporter->arena, slash != NULL ? slash + 1 : name), *at;

	for (at = out; *at != '\0'; at++)
		if (!(*at >= 'a' && *at <= 'z') && !(*at >= 'A' && *at <= 'Z') && !(*at >= '0' && *at <= '9'))
			*at = '_';
	if (out[0] >= 'a' && out[0] <= 'z')
		out[0] = (char)(out[0] - 'a' + 'A');
	return out;
}

/* What both resources have. */
static void
put_head(struct exporter *exporter, xmlNode *resource, const char *name)
{
	out_value(resource, "url", yaml_text(exporter->root, "url"));
	out_value(resource, "version", yaml_text(exporter->root, "version"));
	out_value(resource, "name", computable_name(exporter, name));
	out_value(resource, "title", name);
	out_value(resource, "status", "unknown");
	out_value(resource, "description", yaml_text(exporter->root, "why"));
	out_value(resource, "copyright", yaml_text(exporter->root, "licence"));
}

/* ---- Tables -------------------------------------------------------------------------------------------------- */

static const char *
uri_of_source(struct exporter *exporter, const char *system)
{
	return is_oid(system) ? arena_printf(exporter->arena, "urn:oid:%s", system) : system;
}

static void
put_target(xmlNode *element, const struct table_row *row)
{
	xmlNode *target = out_element(element, "target");

	out_value(target, "code", row->to);
	out_value(target, "display", row->display);
	out_value(target, "equivalence", relation_name(row->relation));
	out_value(target, "comment", row->why);
}

static bool
is_of(const struct table_row *row, const char *system)
{
	return system == row->system || (system != NULL && row->system != NULL && strcmp(system, row->system) == 0);
}

/* The rows whose target is of one system. */
static void
put_group(struct exporter *exporter, xmlNode *map, const struct table *table, const char *system)
{
	xmlNode *group = out_element(map, "group"), *element;

	if (table->source != NULL && table->source[0] != NULL)
		out_value(group, "source", uri_of_source(exporter, table->source[0]));
	out_value(group, "target", system);
	for (size_t i = 0; i < table->count; i++) {
		if (!is_of(&table->rows[i], system))
			continue;
		element = out_element(group, "element");
		out_value(element, "code", table->rows[i].from);
		put_target(element, &table->rows[i]);
	}
	if (table->otherwise == OTHERWISE_SAME_CODE)
		out_value(out_element(group, "unmapped"), "mode", "provided");
}

static void
put_groups(struct exporter *exporter, xmlNode *map, const struct table *table)
{
	struct keyindex done = { 0 };

	for (size_t i = 0; i < table->count; i++) {
		const char *system = table->rows[i].system, *key = system != NULL ? system : "";

		if (keyindex_find(&done, key, NULL) != KEYINDEX_NONE)
			continue;
		keyindex_put(&done, key, NULL, 0);
		put_group(exporter, map, table, system);
	}
	keyindex_free(&done);
}

static void
tell_table(struct exporter *exporter, const struct table *table)
{
	const struct yaml_node *otherwise = yaml_get(exporter->root, "otherwise"), *extends = yaml_get(exporter->root, "extends"),
	    *source = yaml_get(exporter->root, "source");

	if (otherwise != NULL && (table->otherwise == OTHERWISE_TEXT_ONLY || table->otherwise == OTHERWISE_REFUSE))
		leave_out(exporter, otherwise->line, otherwise->text, "what becomes of a code without a row: a ConceptMap has no word for it");
	if (extends != NULL)
		leave_out(exporter, extends->line, extends->text, "that the table extends another: the ConceptMap has the rows of both");
	if (table->source != NULL && table->source[0] != NULL && table->source[1] != NULL)
		leave_out(exporter, source != NULL ? source->line : 0, table->source[1], "a further source system: the ConceptMap names the first");
}

static int
export_table(struct exporter *exporter)
{
	const char *name = yaml_text(exporter->root, "table"), *path = exporter->path;
	const char *slash = strrchr(name, '/'), *shown = path, *root;
	char *tail = arena_printf(exporter->arena, "/%.*s/tables/%s.yaml", (int)(slash != NULL ? slash - name : 0), name,
	    slash != NULL ? slash + 1 : name);
	size_t length = strlen(path), behind = strlen(tail);
	const char *roots[1];
	struct table *table;
	xmlNode *map;

	/* Where it stands as a table must, its mappings folder is known, and what it extends is found. */
	if (length > behind && strcmp(path + length - behind, tail) == 0)
		shown = path + length - behind + 1;
	root = arena_printf(exporter->arena, "%.*s", (int)(length - strlen(shown)), path);
	roots[0] = root;
	if (table_load(&table, path, shown, roots, root[0] != '\0', NULL, exporter->findings) != 0)
		return error_set(exporter->error, EHDS_ERROR_CONFIG, "export-form", path, 0, 0, "the table has mistakes: it is not exported");
	if (table->keys == 2) {
		table_free(&table);
		return refuse(exporter, yaml_get(exporter->root, "rows"), "a table of two keys is no ConceptMap, whose elements have one code");
	}
	tell_table(exporter, table);
	map = make_root(exporter, "ConceptMap", FHIR);
	put_head(exporter, map, name);
	put_groups(exporter, map, table);
	table_free(&table);
	return fhir_order(exporter->doc, exporter->error);
}

/* ---- Sets ---------------------------------------------------------------------------------------------------- */

struct list {
	struct listed *items;		/* in the arena */
	size_t count;
};

static int
read_inline(struct exporter *exporter, struct list *list, const struct yaml_node *codes)
{
	const char *system = yaml_text(exporter->root, "system");

	list->items = arena_alloc(exporter->arena, (codes->count + 1) * sizeof(*list->items));
	for (const struct yaml_node *node = codes->children; node != NULL && list->items != NULL; node = node->next) {
		const char *own = yaml_text(node, "system");

		list->items[list->count++] = (struct listed){ node->kind == YAML_SCALAR ? node->text : yaml_text(node, "code"),
		    own != NULL ? own : system, yaml_text(node, "display") };
	}
	return list->items != NULL ? 0 : refuse(exporter, codes, "the set is too large");
}

static int
read_rows(struct exporter *exporter, struct list *list, const struct yaml_node *codes)
{
	static const struct schema_key columns[] = {
		{ "code", SCHEMA_CODE, SCHEMA_ONE, true, NULL, NULL },
		{ "system", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
		{ "display", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	};
	const char *slash = strrchr(exporter->path, '/'), *system = yaml_text(exporter->root, "system");
	char *path = arena_printf(exporter->arena, "%.*s%s", (int)(slash != NULL ? slash + 1 - exporter->path : 0), exporter->path, codes->text);
	struct tsv tsv = { .known = columns, .known_count = 3, .path = path, .lint = exporter->findings };
	size_t errors = exporter->findings->counts[EHDS_SEVERITY_ERROR], lines = 1;
	struct buffer bytes = { 0 };
	struct yaml_node cells[3];
	char *kept;

	if (file_read(&bytes, path, 0, exporter->error) != 0)
		return -1;
	for (size_t i = 0; i < bytes.length; i++)
		lines += bytes.data[i] == '\n';
	kept = arena_alloc(exporter->arena, bytes.length + 1);
	list->items = arena_alloc(exporter->arena, lines * sizeof(*list->items));
	if (kept == NULL || list->items == NULL) {
		buffer_free(&bytes);
		return refuse(exporter, codes, "the set is too large");
	}
	if (bytes.length > 0)
		memcpy(kept, bytes.data, bytes.length);
	if (tsv_open(&tsv, kept, bytes.length))
		while (tsv_row(&tsv, cells))
			list->items[list->count++] = (struct listed){ cells[0].text, cells[1].text != NULL ? cells[1].text : system, cells[2].text };
	buffer_free(&bytes);
	return exporter->findings->counts[EHDS_SEVERITY_ERROR] == errors ? 0 : refuse(exporter, codes, "the rows of the set have mistakes");
}

static void
put_include(xmlNode *compose, const struct list *list, const char *system)
{
	xmlNode *include = out_element(compose, "include"), *concept;

	out_value(include, "system", system);
	for (size_t i = 0; i < list->count; i++) {
		const struct listed *item = &list->items[i];

		if ((item->system == NULL) != (system == NULL) || (system != NULL && strcmp(item->system, system) != 0))
			continue;
		concept = out_element(include, "concept");
		out_value(concept, "code", item->code);
		out_value(concept, "display", item->display);
	}
}

static int
put_value_set(struct exporter *exporter, const struct list *list, const char *name)
{
	xmlNode *set = make_root(exporter, "ValueSet", FHIR), *compose;
	struct keyindex done = { 0 };

	put_head(exporter, set, name);
	compose = out_element(set, "compose");
	for (size_t i = 0; i < list->count; i++) {
		const char *key = list->items[i].system != NULL ? list->items[i].system : "";

		if (keyindex_find(&done, key, NULL) != KEYINDEX_NONE)
			continue;
		keyindex_put(&done, key, NULL, 0);
		if (key[0] == '\0')
			leave_out(exporter, 0, list->items[i].code, "codes without a system: a ValueSet says one for each include (vsd-1)");
		put_include(compose, list, list->items[i].system);
	}
	keyindex_free(&done);
	return fhir_order(exporter->doc, exporter->error);
}

static void
set_attribute(xmlNode *element, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		xmlNewProp(element, (const xmlChar *)name, (const xmlChar *)value);
}

/* SVS names systems and sets by OID (ITI TF-2, 3.48): another URI cannot be said. */
static const char *
oid_of(struct exporter *exporter, const char *uri, const char *what)
{
	if (uri == NULL)
		return NULL;
	if (text_starts_with(uri, "urn:oid:") && is_oid(uri + strlen("urn:oid:")))
		return uri + strlen("urn:oid:");
	leave_out(exporter, 0, uri, arena_printf(exporter->arena, "the %s is no OID, and IHE SVS has no other name for one", what));
	return NULL;
}

static int
put_svs(struct exporter *exporter, const struct list *list, const char *name)
{
	xmlNode *root = make_root(exporter, "RetrieveValueSetResponse", SVS);
	xmlNode *set = xmlNewChild(root, root->ns, (const xmlChar *)"ValueSet", NULL), *concepts, *concept;
	const char *last = NULL, *oid = NULL;

	set_attribute(set, "id", oid_of(exporter, yaml_text(exporter->root, "url"), "URL of the set"));
	set_attribute(set, "displayName", name);
	set_attribute(set, "version", yaml_text(exporter->root, "version"));
	if (yaml_text(exporter->root, "licence") != NULL)
		leave_out(exporter, yaml_get(exporter->root, "licence")->line, NULL, "the licence: IHE SVS has no place for it");
	concepts = xmlNewChild(set, set->ns, (const xmlChar *)"ConceptList", NULL);
	for (size_t i = 0; i < list->count; i++) {
		const struct listed *item = &list->items[i];

		if (i == 0 || item->system != last)
			oid = oid_of(exporter, item->system, "system of codes");
		last = item->system;
		concept = xmlNewChild(concepts, set->ns, (const xmlChar *)"Concept", NULL);
		set_attribute(concept, "code", item->code);
		set_attribute(concept, "displayName", item->display);
		set_attribute(concept, "codeSystem", oid);
	}
	return 0;
}

static int
export_set(struct exporter *exporter, enum exchange_form form)
{
	const char *name = yaml_text(exporter->root, "set");
	const struct yaml_node *codes = yaml_get(exporter->root, "codes");
	struct list list = { 0 };
	int result;

	if (codes == NULL || codes->kind == YAML_MAPPING)
		return refuse(exporter, codes, "a set has `codes`, a list or the name of a file");
	result = codes->kind == YAML_SCALAR ? read_rows(exporter, &list, codes) : read_inline(exporter, &list, codes);
	if (result != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].code == NULL)
			return refuse(exporter, codes, "a code of the set has no `code`");
	return form == EXCHANGE_SVS ? put_svs(exporter, &list, name) : put_value_set(exporter, &list, name);
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

static int
export_root(struct exporter *exporter, enum exchange_form form)
{
	if (exporter->root == NULL || exporter->root->kind != YAML_MAPPING)
		return refuse(exporter, NULL, "this is no table and no set");
	if (yaml_text(exporter->root, "set") != NULL)
		return export_set(exporter, form);
	if (yaml_text(exporter->root, "table") == NULL)
		return refuse(exporter, exporter->root, "this is no table and no set: it has neither `table` nor `set`");
	if (form == EXCHANGE_SVS)
		return refuse(exporter, yaml_get(exporter->root, "table"), "a table is no value set: IHE SVS cannot hold it");
	return export_table(exporter);
}

int
exchange_export(xmlDoc **out, const char *path, enum exchange_form form, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct exporter exporter = { .path = path, .arena = arena, .findings = findings, .error = error };
	struct yaml_file *yaml;
	int result;

	*out = NULL;
	if (yaml_load(&yaml, path, error) != 0)
		return -1;
	exporter.root = yaml_root(yaml);
	result = export_root(&exporter, form);
	yaml_free(&yaml);
	if (result == 0)
		*out = exporter.doc;
	else
		xmlFreeDoc(exporter.doc);
	return result;
}
