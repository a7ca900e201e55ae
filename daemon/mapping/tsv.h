/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tab-separated files: a head line with the names of the columns, then one row a line. Lines that begin
 * with '#' and empty lines are passed over; there is no quoting. Every row has as many cells as the head: a
 * forgotten tab would otherwise move a code into another column without a word.
 */
#ifndef EHDS_MAPPING_TSV_H
#define EHDS_MAPPING_TSV_H

#include "mapping/schema.h"

#define TSV_COLUMNS_MAX 16

struct tsv {
	const struct schema_key *known;		/* the columns that there may be */
	size_t known_count;
	const char *path;
	struct ehds_findings *lint;
	char *at, *end;				/* what is left; borrowed, written to */
	int line;				/* of the row read last */
	size_t columns[TSV_COLUMNS_MAX];	/* column of the file -> index in known */
	size_t column_count;
};

/*
 * Reads the head. bytes are writable and followed by a NUL; cells point into them. Mistakes are errors in
 * lint (lint-tsv-head, lint-tsv-row for bytes that are no UTF-8); returns false when the rows cannot be
 * read.
 */
bool
tsv_open(struct tsv *tsv, char *bytes, size_t length);

/*
 * The next row: cells[i] is that of known[i], its text NULL when it is empty or there is no such column.
 * Rows with too many or too few cells (lint-tsv-row), or with a cell that is not as its schema key demands,
 * are errors in lint and passed over. Returns false at the end.
 */
bool
tsv_row(struct tsv *tsv, struct yaml_node *cells);

#endif
