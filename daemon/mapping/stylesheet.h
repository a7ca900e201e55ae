/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A pack's compiled stylesheet: libxslt, closed in by a sandbox, extension elements compiled and
 * checked once.
 */
#ifndef EHDS_MAPPING_STYLESHEET_H
#define EHDS_MAPPING_STYLESHEET_H

#include "base/finding.h"

#include <stddef.h>

struct stylesheet;
struct pack;

/*
 * Compiles pack's stylesheet file `path`. Imports and includes reach files below roots only. Every
 * mistake is a finding in lint at file:line:column: XSLT errors, unknown extension elements,
 * attributes and functions, missing or unparsable `select`, tables that the pack does not list,
 * tables that it lists and nobody uses, templates that nothing can reach, FHIR element names that
 * R4 does not know, forbidden instructions. NULL when it cannot be used.
 */
struct stylesheet *
stylesheet_load(const struct pack *pack, const char *path, const char *const *roots, size_t root_count,
    struct ehds_findings *lint);

void
stylesheet_free(struct stylesheet **stylesheet);

/*
 * Process-wide set-up of libxslt: extension module, security preferences, error handlers. Call
 * once, after xml_open.
 */
void
stylesheet_open(void);

#endif
