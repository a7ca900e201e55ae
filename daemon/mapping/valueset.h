/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Value sets that targets are checked against (`FOLDER/sets/NAME.yaml`). They prove tables when mappings
 * are loaded and play no part in a conversion.
 */
#ifndef EHDS_MAPPING_VALUESET_H
#define EHDS_MAPPING_VALUESET_H

#include "base/finding.h"
#include "mapping/files.h"

#include <stdbool.h>

struct value_sets;
struct value_set;

struct value_sets *
value_sets_new(void);

void
value_sets_free(struct value_sets **sets);

/* Reads a set file, with its TSV if it names one. Mistakes are findings in lint. */
void
value_sets_add(struct value_sets *sets, struct mapping_files *files, const struct mapping_file *file,
    struct ehds_findings *lint);

/* By name ("eu/severity") or URL; NULL. */
const struct value_set *
value_set_find(const struct value_sets *sets, const char *name);

/* system NULL: a code of any system. */
bool
value_set_has(const struct value_set *set, const char *system, const char *code);

/* "; did you mean 'x'?" in out among the names of the sets, or "". Returns out. */
const char *
value_sets_hint(const struct value_sets *sets, char *out, size_t size, const char *name);

#endif
