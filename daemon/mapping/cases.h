/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Case files: what a mapping author says a document must become. Read with the mappings, run by
 * convert/cases.h.
 */
#ifndef EHDS_MAPPING_CASES_H
#define EHDS_MAPPING_CASES_H

#include "base/arena.h"
#include "base/finding.h"
#include "mapping/files.h"

#include <stdbool.h>
#include <stddef.h>

#define CASE_DOCUMENTS_MAX 16		/* as many as a job may have */

/* One line of `expect`. */
struct case_expectation {
	const char *path;		/* FHIRPath */
	const char *const *values;	/* `equals`; NULL when it is not asked */
	size_t value_count;
	const char *const *parts;	/* `contains`; NULL when it is not asked */
	size_t part_count;
	bool counted;			/* `count` */
	size_t count;
	bool absent;			/* `absent: true` */
	int line, column;
};

struct mapping_case {
	const char *title;		/* `case` */
	const char *file;		/* path of the case file */
	const char *const *documents;	/* paths: `document`, and those `with` which it is composed */
	size_t document_count;
	const char *pack;		/* NULL: whatever detection says */
	int pack_line, pack_column;
	const char *date;		/* the job's instant; NULL */
	const char *state;		/* "converted", "held" or "refused" */
	int state_line, state_column;
	const struct case_expectation *expectations;
	size_t expectation_count;
	const char *const *findings;	/* rule ids, NULL-terminated; never NULL */
	const int *finding_lines;
};

/*
 * Reads a case file of a pack (its pack.yaml). Mistakes are errors in lint: lint-case and those of the
 * schema. NULL when it cannot be run.
 */
const struct mapping_case *
case_read(struct mapping_files *files, const struct mapping_file *file, const struct mapping_file *pack,
    struct arena *arena, struct ehds_findings *lint);

#endif
