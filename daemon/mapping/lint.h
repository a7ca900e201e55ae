/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mistakes in mapping files. The loader is the linter: it goes on after a mistake, so that one run names
 * all of them. The text of a mistake is a whole sentence for the person who wrote the file; `found` and
 * `expected` stay empty.
 */
#ifndef EHDS_MAPPING_LINT_H
#define EHDS_MAPPING_LINT_H

#include "base/error.h"
#include "base/finding.h"
#include "format/yaml.h"

/* An error at file:line:column. */
void
lint_error(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* A warning: the mappings can be used. */
void
lint_warning(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Something to know. */
void
lint_information(struct ehds_findings *lint, const char *rule, const char *file, int line, int column,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* An error at the value of a node. */
void
lint_node(struct ehds_findings *lint, const char *rule, const char *file, const struct yaml_node *node,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* What a lower layer says, as a lint error at its own place. */
void
lint_pass(struct ehds_findings *lint, const struct ehds_error *error);

#endif
