/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking a table. Making one is table_load.c. */
#include "mapping/table.h"

#include "base/text.h"
#include "mapping/table_build.h"

#include <stdlib.h>
#include <string.h>

void
table_free(struct table **table)
{
	struct table *old = *table;
	struct table_shelf *shelf;
	struct mapping_files *files;
	struct value_sets *sets;

	if (old == NULL)
		return;
	*table = NULL;
	if (old->shelf != NULL) {
		/* The shelf holds this table too: it comes back here without a shelf. */
		shelf = old->shelf, files = old->files, sets = old->sets;
		old->shelf = NULL;
		shelf_free(&shelf);
		value_sets_free(&sets);
		files_free(&files);
		return;
	}
	arena_free(&old->arena);
	keyindex_free(&old->systems);
	keyindex_free(&old->index);
	free(old->rows);
	free(old);
}

const char *
table_name(const struct table *table)
{
	return table->name;
}

const char *
table_file(const struct table *table)
{
	return table->file;
}

enum table_otherwise
table_otherwise(const struct table *table)
{
	return table->otherwise;
}

const char *
table_target(const struct table *table)
{
	return table->target;
}

bool
table_takes(const struct table *table, const char *system)
{
	if (system == NULL || table->systems.count == 0)
		return true;
	return keyindex_find(&table->systems, system, NULL) != KEYINDEX_NONE;
}

const struct table_row *
table_find(const struct table *table, const char *code, const char *code2)
{
	size_t at = keyindex_find(&table->index, code, code2);

	return at != KEYINDEX_NONE ? &table->rows[at] : NULL;
}

const struct table_row *
table_row_at(const struct table *table, size_t index)
{
	return index < table->count ? &table->rows[index] : NULL;
}

const char *
relation_name(enum table_relation relation)
{
	static const char *const names[] = { "equivalent", "wider", "narrower", "inexact", "unmatched" };

	return names[relation];
}
