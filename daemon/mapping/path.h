/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The simple XPath expressions that most selects are: c:a/c:b, @x, ../c:a[1], c:id[@root = '1.2']/@extension,
 * /c:ClinicalDocument/c:code. Walked directly they cost a tenth of what the XPath machine costs; what is not simple is left
 * to that machine (expression.h). The answers are the same: XPath 1.0 (W3C, 1999), sections 2 and 3.
 */
#ifndef EHDS_MAPPING_PATH_H
#define EHDS_MAPPING_PATH_H

#include "base/arena.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct path;

/*
 * Compiles text; prefixes are those in scope at `scope`. NULL when the expression is not a simple path, which says nothing
 * about whether it is an expression at all. In the arena.
 */
const struct path *
path_compile(const char *text, const xmlNode *scope, struct arena *arena);

/* Called for each node in document order; false stops the walk. */
typedef bool (*path_visitor)(void *user, const xmlNode *node);

/* Walks from context (element, attribute, document, text). False when the visitor stopped it. */
bool
path_walk(const struct path *path, const xmlNode *context, path_visitor visit, void *user);

#endif
