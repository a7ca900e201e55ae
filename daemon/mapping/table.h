/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables: which national code is which European one, with the relation and the reason. Immutable after load. */
#ifndef EHDS_MAPPING_TABLE_H
#define EHDS_MAPPING_TABLE_H

#include "base/error.h"
#include "base/finding.h"
#include "mapping/naming.h"

#include <stdbool.h>
#include <stddef.h>

enum table_relation { RELATION_EQUIVALENT, RELATION_WIDER, RELATION_NARROWER, RELATION_INEXACT, RELATION_UNMATCHED };

enum table_otherwise { OTHERWISE_KEEP_SOURCE, OTHERWISE_TEXT_ONLY, OTHERWISE_REFUSE, OTHERWISE_SAME_CODE };

struct table_row {
	const char *from, *from2;	/* from2 NULL unless the table has two keys */
	const char *to;			/* NULL when unmatched */
	const char *display;		/* NULL */
	const char *system;		/* target system: the row's or the table's; NULL */
	enum table_relation relation;
	const char *why;		/* NULL */
	const char *file;		/* path below the mappings folder */
	int line;
};

struct table;

/*
 * Loads a table file (YAML, with its TSV if it names one) and, through `extends`, the tables it builds on.
 * Mistakes are findings in lint with file:line:column. Gives *out; NULL when it cannot be used. roots: mappings
 * folders, for resolving `extends` (later override earlier). shown: its name below its mappings folder, as it stands in
 * findings about documents; findings in lint carry the path.
 */
int
table_load(struct table **out, const char *path, const char *shown, const char *const *roots, size_t root_count,
    const struct naming *naming, struct ehds_findings *lint);

void
table_free(struct table **table);

const char *table_name(const struct table *table);	/* "xx/problem" */
const char *table_file(const struct table *table);
enum table_otherwise table_otherwise(const struct table *table);
const char *table_target(const struct table *table);	/* target system or NULL */

/* Whether the table speaks of codes of this system (URI). True when it names no source system, or system is NULL. */
bool
table_takes(const struct table *table, const char *system);

/* The row of a code (code2 NULL for one-key tables) or NULL. O(1). */
const struct table_row *
table_find(const struct table *table, const char *code, const char *code2);

/* Rows in file order, for lint, export and tests. */
const struct table_row *
table_row_at(const struct table *table, size_t index);

const char *
relation_name(enum table_relation relation);

#endif
