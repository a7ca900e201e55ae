/* SPDX-License-Identifier: EUPL-1.2 */
/* A table while it is made. Only the table_*.c files see this; all others see table.h. */
#ifndef EHDS_MAPPING_TABLE_BUILD_H
#define EHDS_MAPPING_TABLE_BUILD_H

#include "mapping/files.h"
#include "mapping/keyindex.h"
#include "mapping/schema.h"
#include "mapping/shelf.h"
#include "mapping/table.h"
#include "mapping/valueset.h"

struct table {
	struct arena *arena;		/* owns the strings of its own rows */
	const char *name, *file, *path;	/* file: name below the mappings folder */
	const char *target, *set;	/* NULL */
	enum table_otherwise otherwise;
	struct keyindex systems;	/* every spelling of the source systems; empty: any */
	const char *const *source;	/* as written, NULL-terminated */
	struct table_row *rows;		/* owns the array; the base's first */
	size_t count;
	struct keyindex index;
	int keys;			/* 1 or 2; 0 while no row was read */

	/* A table that was loaded alone owns what it was loaded with. */
	struct table_shelf *shelf;
	struct mapping_files *files;
	struct value_sets *sets;
};

/* Columns of a TSV and keys of a row. */
enum table_column {
	COLUMN_FROM,
	COLUMN_FROM2,
	COLUMN_TO,
	COLUMN_DISPLAY,
	COLUMN_RELATION,
	COLUMN_SYSTEM,
	COLUMN_WHY,
	COLUMNS
};

/* A row as it stands in the file; what it does not say is NULL. */
struct raw_row {
	const struct yaml_node *cells[COLUMNS];
	int line, column;
};

/* What reading a table's own rows needs. */
struct row_reader {
	struct table *table;
	const struct value_set *set;	/* NULL: not checked */
	struct ehds_findings *lint;
	const char *path;		/* of the file that the rows stand in */
	const char *shown;		/* the same below the mappings folder */
	bool kept;			/* the strings are in the table's arena already */
	size_t own, unexplained;	/* rows; those without a why */
};

/* The schema's facts on a column: its name, type and words. */
extern const struct schema_key table_columns[COLUMNS];

/* Reads a table file; NULL when it is no YAML. */
struct table *
table_read(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint);

/* Checks a row as a decision and adds it. Mistakes are errors in lint. */
void
table_add_row(struct row_reader *reader, const struct raw_row *raw);

/* Reads the rows of a TSV (bytes: writable, in the table's arena). */
void
table_read_tsv(struct row_reader *reader, char *bytes, size_t length);

#endif
