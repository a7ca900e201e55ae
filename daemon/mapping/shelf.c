/* SPDX-License-Identifier: EUPL-1.2 */
/* See shelf.h. A table loaded alone (table_load) has a shelf of its own. */
#include "mapping/shelf.h"

#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/table_build.h"

#include <stdlib.h>
#include <string.h>

#define EXTENDS_MAX 16

struct shelf_entry {
	struct table *table;	/* owns; NULL: the file is no table */
	bool loading;
};

struct table_shelf {
	struct mapping_files *files;
	const struct value_sets *sets;
	struct shelf_entry *entries;	/* owns */
	size_t count;
	struct keyindex paths;
	unsigned depth;			/* of `extends` now */
};

struct table_shelf *
shelf_new(struct mapping_files *files, const struct value_sets *sets)
{
	struct table_shelf *shelf = must_alloc(sizeof(*shelf));

	shelf->files = files;
	shelf->sets = sets;
	return shelf;
}

void
shelf_free(struct table_shelf **shelf)
{
	size_t i;

	if (*shelf == NULL)
		return;
	for (i = 0; i < (*shelf)->count; i++)
		table_free(&(*shelf)->entries[i].table);
	keyindex_free(&(*shelf)->paths);
	free((*shelf)->entries);
	free(*shelf);
	*shelf = NULL;
}

static struct shelf_entry *
entry_of(const struct table_shelf *shelf, const struct mapping_file *file)
{
	size_t at = keyindex_find(&shelf->paths, file->path, NULL);

	return at != KEYINDEX_NONE ? &shelf->entries[at] : NULL;
}

const struct table *
shelf_table(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint)
{
	struct shelf_entry *entry = entry_of(shelf, file);
	struct table *table;

	if (entry != NULL)
		return entry->table;
	shelf->entries = grown(shelf->entries, shelf->count, sizeof(*shelf->entries));
	shelf->entries[shelf->count] = (struct shelf_entry){ .loading = true };
	keyindex_put(&shelf->paths, file->path, NULL, shelf->count++);
	shelf->depth++;
	table = table_read(shelf, file, naming, lint);
	shelf->depth--;
	entry = entry_of(shelf, file);	/* the array may have moved */
	entry->loading = false;
	entry->table = table;
	return table;
}

const struct table *
shelf_base(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint, const char **cycle)
{
	const struct shelf_entry *entry = entry_of(shelf, file);

	*cycle = NULL;
	if (entry != NULL && entry->loading)
		*cycle = "extends this table in turn";
	else if (entry == NULL && shelf->depth == EXTENDS_MAX)
		*cycle = "is the end of too long a chain of tables";
	if (*cycle != NULL)
		return NULL;
	return shelf_table(shelf, file, naming, lint);
}

struct mapping_files *
shelf_files(const struct table_shelf *shelf)
{
	return shelf->files;
}

const struct value_sets *
shelf_sets(const struct table_shelf *shelf)
{
	return shelf->sets;
}

/* ---- One table alone ------------------------------------------------------------------------- */

static int
scan_roots(struct mapping_files *files, const char *const *roots, size_t count, struct ehds_findings *lint)
{
	struct ehds_error error = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		if (files_scan(files, roots[i], &error) == 0)
			continue;
		lint_pass(lint, &error);
		return -1;
	}
	return 0;
}

/* The file of that path: one of the folders' (in force or hidden), or one that stands elsewhere. */
static const struct mapping_file *
file_at_path(struct mapping_files *files, const char *path, const char *shown)
{
	const struct mapping_file *file = files_find(files, shown);

	while (file != NULL && strcmp(file->path, path) != 0)
		file = file->hidden;
	return file != NULL ? file : files_add(files, shown, path, NULL, 0);
}

static void
add_sets(struct value_sets *sets, struct mapping_files *files, struct ehds_findings *lint)
{
	const struct mapping_file *file;
	size_t i;

	for (i = 0; (file = files_at(files, i)) != NULL; i++)
		if (file_kind(file->name) == FILE_SET)
			value_sets_add(sets, files, file, lint);
}

int
table_load(struct table **out, const char *path, const char *shown, const char *const *roots,
    size_t root_count, const struct naming *naming, struct ehds_findings *lint)
{
	size_t errors = lint->counts[EHDS_SEVERITY_ERROR];
	struct mapping_files *files = files_new();
	struct value_sets *sets = value_sets_new();
	struct table_shelf *shelf = shelf_new(files, sets);
	const struct mapping_file *file;

	*out = NULL;
	if (scan_roots(files, roots, root_count, lint) == 0) {
		add_sets(sets, files, lint);
		file = file_at_path(files, path, shown);
		shelf_table(shelf, file, naming, lint);
		*out = entry_of(shelf, file)->table;
	}
	if (*out != NULL && lint->counts[EHDS_SEVERITY_ERROR] == errors) {
		(*out)->shelf = shelf;
		(*out)->files = files;
		(*out)->sets = sets;
		return 0;
	}
	*out = NULL;
	shelf_free(&shelf);
	value_sets_free(&sets);
	files_free(&files);
	return -1;
}
