/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The simple XPath expressions that are strings, which most keys are: 'patient', concat('place|', c:id/@root, '|',
 * normalize-space(c:name)). Their parts are literals and simple paths (path.h); what is more goes to libxml2. The answers are
 * the same: XPath 1.0 (W3C, 1999), section 4.2.
 */
#ifndef EHDS_MAPPING_JOINED_H
#define EHDS_MAPPING_JOINED_H

#include "base/arena.h"

#include <libxml/tree.h>

struct joined;
struct run;

/* NULL when the expression is no such string. In the arena. */
const struct joined *
joined_compile(const char *text, const xmlNode *scope, struct arena *arena);

/* In the arena of the run, or constant; NULL when the run failed. */
const char *
joined_text(const struct joined *joined, struct run *run, const xmlNode *context);

#endif
