/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is wrong with a stylesheet, found by reading it: every mistake at file:line:column, before
 * libxslt sees it.
 */
#ifndef EHDS_MAPPING_STYLESHEET_LINT_H
#define EHDS_MAPPING_STYLESHEET_LINT_H

#include "base/finding.h"

#include <stdbool.h>
#include <stddef.h>

struct pack;

/*
 * Reads the file and all that it imports and includes. False when there was an error (and not only
 * warnings).
 */
bool
stylesheet_lint(const struct pack *pack, const char *path, const char *const *roots, size_t root_count,
    struct ehds_findings *lint);

/* Adds a finding of rule map-stylesheet once: packs that share a file share its mistakes. */
void
stylesheet_finding(struct ehds_findings *lint, enum ehds_severity severity, const char *file,
    int line, int column, const char *text);

#endif
