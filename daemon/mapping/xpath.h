/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * XPath 1.0 of pack files, compiled once. libxml2 finds an unknown prefix or function only when it comes to
 * evaluate it, so the names are looked at here first.
 */
#ifndef EHDS_MAPPING_XPATH_H
#define EHDS_MAPPING_XPATH_H

#include <libxml/xpath.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Whether all prefixes are bound and all functions and axes exist (variables never do). namespaces: URI,
 * prefix, ..., NULL. problem says what is wrong, as the end of the sentence "the path ...".
 */
bool
xpath_names_known(const char *path, const char *const *namespaces, bool functions, char *problem,
    size_t size);

/*
 * The prefixes that the path uses, bound: an array for xmlXPathContext.namespaces. Gives it
 * (xpath_namespaces_free).
 */
xmlNs **
xpath_namespaces(const char *path, const char *const *namespaces, int *count);

void
xpath_namespaces_free(xmlNs **namespaces, int count);

/* NULL when it does not parse; problem as above. Gives the expression. */
xmlXPathCompExpr *
xpath_compile(const char *path, xmlNs **namespaces, int count, char *problem, size_t size);

#endif
