/* SPDX-License-Identifier: EUPL-1.2 */
/* All tables of a generation: each file is read once, however many packs and tables use it. */
#ifndef EHDS_MAPPING_SHELF_H
#define EHDS_MAPPING_SHELF_H

#include "mapping/files.h"
#include "mapping/table.h"
#include "mapping/valueset.h"

struct table_shelf;

/* Borrows files and sets (sets may be NULL: targets are not checked). */
struct table_shelf *
shelf_new(struct mapping_files *files, const struct value_sets *sets);

void
shelf_free(struct table_shelf **shelf);

/*
 * The table of a file, read when it is asked for first. Mistakes are findings in lint, once. NULL when the
 * file is no table at all; a table with mistakes is given, so that one mistake is not reported by all who
 * use the table.
 */
const struct table *
shelf_table(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint);

/*
 * The same for the table that another extends. *cycle: NULL, or how the sentence "'NAME' ..." ends when it
 * cannot be read because it is being read already, or is too far away.
 */
const struct table *
shelf_base(struct table_shelf *shelf, const struct mapping_file *file, const struct naming *naming,
    struct ehds_findings *lint, const char **cycle);

struct mapping_files *
shelf_files(const struct table_shelf *shelf);

/* May be NULL. */
const struct value_sets *
shelf_sets(const struct table_shelf *shelf);

#endif
