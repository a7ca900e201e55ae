/* SPDX-License-Identifier: EUPL-1.2 */
/* What detect_rule.c compiles and detect.c evaluates. */
#ifndef EHDS_MAPPING_DETECT_BUILD_H
#define EHDS_MAPPING_DETECT_BUILD_H

#include "mapping/detect.h"
#include "mapping/keyindex.h"
#include "mapping/regex.h"
#include "mapping/xpath.h"

/* A path, evaluated at most once per document. */
struct detect_query {
	const char *path;
	xmlXPathCompExpr *compiled;	/* owns */
	xmlNs **namespaces;		/* owns */
	int namespace_count;
};

enum check_kind {
	CHECK_ROOT,		/* the document element is {space}name; space NULL: any */
	CHECK_NAMESPACE,	/* one of its name spaces matches */
	CHECK_EQUALS,		/* some node of the query is `text` */
	CHECK_MATCHES,		/* some node matches */
	CHECK_PRESENT,		/* the query selects something */
	CHECK_ABSENT,		/* nothing */
};

/* A rule, tested at most once per document, however many packs state it. */
struct detect_check {
	enum check_kind kind;
	const char *space, *name;	/* CHECK_ROOT */
	const char *text;		/* EQUALS; the expression of NAMESPACE and MATCHES */
	struct regex *regex;		/* owns */
	size_t query;
};

/* A rule in its pack. */
struct detect_rule {
	size_t check;
	int line, column;
};

struct detector {
	struct arena *arena;
	struct detect_query *queries;	/* owns the arrays */
	size_t query_count;
	struct detect_check *checks;
	size_t check_count;
	struct keyindex query_index, check_index;
	const struct pack **packs;	/* most rules first, then by name */
	size_t pack_count;
};

#endif
