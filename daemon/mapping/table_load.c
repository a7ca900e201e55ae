/* SPDX-License-Identifier: EUPL-1.2 */
/* Making a table: the file's head, the table that it extends, its rows. */
#include "base/text.h"
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/schema.h"
#include "mapping/table_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A table while its file is read. */
struct loading {
	struct table_shelf *shelf;
	const struct mapping_file *file;
	const struct naming *naming;
	struct ehds_findings *lint;
	size_t errors;			/* before this file */
	struct table *table;
};

static const char *const otherwises[] = { "keep-source", "text-only", "refuse", "same-code", NULL };

static const struct schema_key source_keys[] = {
	{ "system", SCHEMA_SYSTEM, SCHEMA_EITHER, false, NULL, NULL },
	{ "name", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema source_schema = SCHEMA("a table's source", source_keys);

static const struct schema_key target_keys[] = {
	{ "system", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "set", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "name", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema target_schema = SCHEMA("a table's target", target_keys);

static const struct schema row_schema = { "a row", table_columns, COLUMNS };

static const struct schema_key table_keys[] = {
	{ "table", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "url", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "version", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "licence", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "source", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &source_schema },
	{ "target", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &target_schema },
	{ "otherwise", SCHEMA_WORD, SCHEMA_ONE, false, otherwises, NULL },
	{ "why", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "extends", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "rows", SCHEMA_OBJECT, SCHEMA_LIST_OR_FILE, false, NULL, &row_schema },
};

static const struct schema table_schema = SCHEMA("a table", table_keys);

/* ---- Names: "aa/x" is aa/tables/x.yaml ------------------------------------------------------- */

static char *
file_of_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	if (slash == NULL || slash == name || slash[1] == '\0')
		return NULL;
	return must_printf("%.*s/tables/%s.yaml", (int)(slash - name), name, slash + 1);
}

static void
read_name(struct loading *loading, const struct yaml_node *node)
{
	struct table *table = loading->table;
	char *file;

	if (node == NULL || node->text == NULL)
		return;
	table->name = keep_text(table->arena, node->text);
	file = file_of_name(table->name);

	if (strstr(table->file, "/tables/") != NULL && (file == NULL || strcmp(file, table->file) != 0))
		lint_node(loading->lint, "lint-table-name", table->path, node,
		    "the table is called '%s' but stands in %s: the table FOLDER/NAME stands in "
		    "FOLDER/tables/NAME.yaml", table->name, table->file);
	free(file);
}

/* ---- The source systems, in every spelling --------------------------------------------------- */

static void
add_spelling(struct table *table, const char *text)
{
	if (text != NULL)
		keyindex_put(&table->systems, keep_text(table->arena, text), NULL, 0);
}

static void
add_system(struct table *table, const char *system, const struct naming *naming)
{
	char urn[256], uri[256];
	const char *oid;

	add_spelling(table, system);
	oid = is_oid(system) ? system : naming != NULL ? naming_oid(naming, system) : NULL;
	if (oid == NULL && text_starts_with(system, "urn:oid:"))
		oid = system + strlen("urn:oid:");
	if (oid == NULL)
		return;
	add_spelling(table, oid);
	if (snprintf(urn, sizeof(urn), "urn:oid:%s", oid) < (int)sizeof(urn))
		add_spelling(table, urn);
	if (naming != NULL)
		add_spelling(table, naming_uri(naming, oid, uri, sizeof(uri)));
}

static void
read_source(struct table *table, const struct yaml_node *node)
{
	const struct yaml_node *child = node->kind == YAML_SEQUENCE ? node->children : node;
	size_t count = node->kind == YAML_SEQUENCE ? node->count : 1, i;
	const char **systems = keep(table->arena, (count + 1) * sizeof(*systems));

	for (i = 0; i < count && child != NULL; child = child->next)
		if (child->text != NULL)
			systems[i++] = keep_text(table->arena, child->text);
	table->source = systems;
}

/* ---- What it extends ------------------------------------------------------------------------- */

static const struct mapping_file *
base_file(struct loading *loading, const struct yaml_node *extends)
{
	struct mapping_files *files = shelf_files(loading->shelf);
	char *name = file_of_name(extends->text), hint[128];
	const struct mapping_file *base;

	/* A site's file of the same name lays its rows over the nation's. */
	if (name != NULL && strcmp(name, loading->file->name) == 0) {
		base = loading->file->hidden;
		if (base == NULL)
			lint_node(loading->lint, "lint-extends-cycle", loading->table->path, extends,
			    "the table extends itself, and no earlier mappings folder has a table of this "
			    "name");
	} else {
		base = name != NULL ? files_find(files, name) : NULL;
		if (base == NULL)
			lint_node(loading->lint, "lint-extends-missing", loading->table->path, extends,
			    "there is no table '%s' (%s)%s", extends->text,
			    name != NULL ? name : "a name is FOLDER/NAME",
			    name != NULL ? files_hint(files, hint, sizeof(hint), name) : "");
	}
	free(name);
	return base;
}

static void
copy_base(struct table *table, const struct table *base)
{
	size_t i;

	for (i = 0; i < base->count; i++) {
		const struct table_row *row = &base->rows[i];

		table->rows = grown(table->rows, i, sizeof(*table->rows));
		table->rows[i] = *row;
		keyindex_put(&table->index, row->from, row->from2, i);
	}
	table->count = base->count;
	table->keys = base->keys;
	table->otherwise = base->otherwise;
	table->target = base->target;
	table->set = base->set;
	table->source = base->source;
}

static void
read_base(struct loading *loading, const struct yaml_node *extends)
{
	const struct mapping_file *from = base_file(loading, extends);
	const struct table *base;
	const char *cycle;

	if (from == NULL)
		return;
	base = shelf_base(loading->shelf, from, loading->naming, loading->lint, &cycle);
	if (cycle != NULL)
		lint_node(loading->lint, "lint-extends-cycle", loading->table->path, extends, "'%s' %s",
		    extends->text, cycle);
	else if (base != NULL)
		copy_base(loading->table, base);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void
read_tsv_file(struct loading *loading, struct row_reader *reader, const struct yaml_node *rows)
{
	char *name = name_beside(loading->file->name, rows->text);
	const struct mapping_file *tsv = name != NULL ? files_find(shelf_files(loading->shelf), name) : NULL;
	struct ehds_error error = { 0 };
	struct buffer bytes = { 0 };

	if (tsv == NULL) {
		lint_node(reader->lint, "lint-missing-file", reader->path, rows,
		    "there is no file '%s' beside the table", rows->text);
	} else if (files_read(&bytes, tsv, &error) != 0) {
		lint_pass(reader->lint, &error);
	} else {
		buffer_putc(&bytes, '\n');	/* an empty buffer has no memory */
		must(!bytes.failed);
		reader->path = keep_text(reader->table->arena, tsv->path);
		reader->shown = keep_text(reader->table->arena, tsv->name);
		reader->kept = true;
		table_read_tsv(reader, (char *)keep_part(reader->table->arena, bytes.data, bytes.length),
		    bytes.length);
	}
	buffer_free(&bytes);
	free(name);
}

/* `from: [a, b]`: two keys. */
static bool
read_keys(struct row_reader *reader, struct raw_row *raw)
{
	const struct yaml_node *from = raw->cells[COLUMN_FROM];

	if (from == NULL || (from->kind == YAML_SCALAR && text_is_blank(from->text)))
		return false;
	if (from->kind != YAML_SEQUENCE)
		return from->kind == YAML_SCALAR;
	if (from->count != 2 || raw->cells[COLUMN_FROM2] != NULL) {
		lint_node(reader->lint, "lint-row-keys", reader->path, from,
		    "`from` has %zu keys; it takes one code, or a list of two",
		    from->count + (raw->cells[COLUMN_FROM2] != NULL));
		return false;
	}
	raw->cells[COLUMN_FROM] = from->children;
	raw->cells[COLUMN_FROM2] = from->children->next;
	return raw->cells[COLUMN_FROM]->text != NULL && raw->cells[COLUMN_FROM2]->text != NULL;
}

static void
read_rows(struct row_reader *reader, const struct yaml_node *rows)
{
	const struct yaml_node *row;
	size_t i;

	for (row = rows->children; row != NULL; row = row->next) {
		struct raw_row raw = { .line = row->line, .column = row->column };

		for (i = 0; i < COLUMNS; i++)
			raw.cells[i] = yaml_get(row, table_columns[i].key);
		if (read_keys(reader, &raw))
			table_add_row(reader, &raw);
	}
}

/* ---- The whole table ------------------------------------------------------------------------- */

static const struct value_set *
read_target(struct loading *loading, const struct yaml_node *target)
{
	const struct value_sets *sets = shelf_sets(loading->shelf);
	const struct yaml_node *set = yaml_get(target, "set");
	struct table *table = loading->table;
	const struct value_set *found;
	char hint[128];

	if (target != NULL) {
		table->target = keep_text(table->arena, yaml_text(target, "system"));
		table->set = set != NULL ? keep_text(table->arena, set->text) : NULL;
	}
	if (table->set == NULL || sets == NULL)
		return NULL;
	found = value_set_find(sets, table->set);
	if (found == NULL && set != NULL && is_uri(table->set))
		lint_information(loading->lint, "lint-unknown-set", table->path, set->line, set->column,
		    "no file under sets/ has the value set %s: the targets are not checked", table->set);
	else if (found == NULL && set != NULL)
		lint_node(loading->lint, "lint-missing-set", table->path, set,
		    "there is no value set '%s'%s", table->set,
		    value_sets_hint(sets, hint, sizeof(hint), table->set));
	return found;
}

static enum table_otherwise
read_otherwise(const struct yaml_node *root, enum table_otherwise inherited)
{
	const char *text = yaml_text(root, "otherwise");
	int i;

	for (i = 0; text != NULL && otherwises[i] != NULL; i++)
		if (strcmp(text, otherwises[i]) == 0)
			return (enum table_otherwise)i;
	return inherited;
}

/* A table must decide something, and say who says so. */
static void
check_whole(const struct row_reader *reader, const struct yaml_node *root, bool good)
{
	const struct table *table = reader->table;
	const struct yaml_node *rows = yaml_get(root, "rows");

	if (good && table->count == 0 && table->otherwise == OTHERWISE_KEEP_SOURCE)
		lint_node(reader->lint, "lint-empty-table", table->path, rows != NULL ? rows : root,
		    "the table has no rows, and `otherwise` is keep-source: it decides nothing");
	if (yaml_get(root, "why") != NULL || (reader->unexplained == 0 && reader->own > 0))
		return;
	if (reader->own > 0)
		lint_warning(reader->lint, "lint-no-source", table->path, root->line, root->column,
		    "nothing says where the decisions of this table come from: the table has no `why`, nor "
		    "have %zu of its %zu rows", reader->unexplained, reader->own);
	else if (table->otherwise == OTHERWISE_SAME_CODE)
		lint_warning(reader->lint, "lint-no-source", table->path, root->line, root->column,
		    "nothing says why the codes of both systems are the same: the table has no `why`");
}

static void
read_sources(struct loading *loading, const struct yaml_node *system)
{
	struct table *table = loading->table;
	size_t i;

	if (system != NULL)
		read_source(table, system);
	for (i = 0; table->source != NULL && table->source[i] != NULL; i++)
		add_system(table, table->source[i], loading->naming);
}

static void
read_root(struct loading *loading, const struct yaml_node *root)
{
	const struct yaml_node *extends = yaml_get(root, "extends"), *rows = yaml_get(root, "rows");
	struct table *table = loading->table;
	struct row_reader reader = { .table = table,
		.lint = loading->lint,
		.path = table->path,
		.shown = table->file };

	read_name(loading, yaml_get(root, "table"));
	if (extends != NULL && extends->text != NULL)
		read_base(loading, extends);
	read_sources(loading, yaml_get(yaml_get(root, "source"), "system"));
	reader.set = read_target(loading, yaml_get(root, "target"));
	table->otherwise = read_otherwise(root, table->otherwise);
	if (rows != NULL && rows->kind == YAML_SCALAR)
		read_tsv_file(loading, &reader, rows);
	else if (rows != NULL)
		read_rows(&reader, rows);
	check_whole(&reader, root, loading->lint->counts[EHDS_SEVERITY_ERROR] == loading->errors);
}

struct table *
table_read(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint)
{
	struct loading loading = { shelf, file, naming, lint, lint->counts[EHDS_SEVERITY_ERROR], NULL };
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;
	struct table *table;

	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(lint, &error);
		return NULL;
	}
	schema_check(&table_schema, yaml, lint);
	table = loading.table = must_alloc(sizeof(*table));
	table->arena = arena_new(0);
	table->file = keep_text(table->arena, file->name);
	table->path = keep_text(table->arena, file->path);
	table->name = table->file;
	if (yaml_root(yaml) != NULL && yaml_root(yaml)->kind == YAML_MAPPING)
		read_root(&loading, yaml_root(yaml));
	yaml_free(&yaml);
	return table;
}
