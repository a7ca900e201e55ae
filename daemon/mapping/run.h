/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One document's run through one stylesheet: what the extension elements and functions share while
 * it lasts. Everything it allocates by itself is in the document's arena.
 */
#ifndef EHDS_MAPPING_RUN_H
#define EHDS_MAPPING_RUN_H

#include "mapping/element.h"
#include "mapping/entry.h"
#include "mapping/expression.h"
#include "mapping/index.h"
#include "mapping/keylist.h"
#include "mapping/ledger.h"
#include "mapping/mapping.h"
#include "mapping/plan.h"
#include "mapping/trace.h"
#include "mapping/xpath_tree.h"

#include <libxslt/xsltInternals.h>

/*
 * A sequence constructor within another one counts as one level for libxslt: an xsl:choose in a
 * template is three.
 */
#define LEVELS_PER_TEMPLATE 4

struct run {
	const struct pack *pack;
	const struct xml_source *source;
	const struct mapping_job *job;
	struct arena *arena;
	struct ehds_findings *findings;
	struct keylist *said;			/* findings by node and rule */
	struct ehds_error *error;
	bool failed;				/* error is set, the transformation is being stopped */

	xsltTransformContext *context;		/* owns */
	struct xpath_environment xpath;
	unsigned long operations;		/* that expressions may still spend */
	xmlDoc *out;				/* owns until the end: <Bundle> with the entries that were begun */
	struct index *index;
	struct ledger_book *ledger;
	struct entries *entries;
	struct tracer *tracer;
	struct bundle *resources;		/* of a FHIR source, when a reference was followed; in the arena */

	struct selected *selected;		/* a stack in the arena */
	size_t selected_count, selected_capacity;
};

/* ---- Failing: the first cause is kept and the transformation stops --------------------------- */

/* The mapping author can cure it; the place is the instruction that runs. Returns -1. */
int
run_fail(struct run *run, const char *rule, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* The sender can cure it; the place is that of node in the document. Returns -1. */
int
run_refuse(struct run *run, const xmlNode *node, const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The document's arena is at its limit. Returns -1. */
int
run_no_memory(struct run *run);

/* Whoever has set the error says so. */
void
run_stop(struct run *run);

/* What libxslt says: its rule is found from the limits. */
void
run_fail_as_said(struct run *run, const char *text);

/* The error functions of the transformation and of its XPath context; user is the run. */
void
run_transform_error(void *user, const char *format, ...) __attribute__((format(printf, 2, 3)));

void
run_xpath_error(void *user, xmlError *said);

/* ---- The Bundle: run_bundle.c ---------------------------------------------------------------- */

/*
 * Makes run->out: names live in the dictionary of the transformation, so that nodes move and
 * nothing is copied.
 */
void
bundle_make(struct run *run);

/* Moves what the stylesheet wrote into <Bundle> in front of the entries. */
int
bundle_join(struct run *run, xmlDoc *written);

/* Adds the stylesheet's line to an error of fhir_order. */
void
bundle_place_error(struct run *run);

/* ---- Memory of the document ------------------------------------------------------------------ */

/* Zeroed. NULL at the arena's limit, and then the run has failed. */
void *
run_alloc(struct run *run, size_t size);

/* Never NULL: "" when the run failed. */
const char *
run_strdup(struct run *run, const char *text);

/*
 * Puts *selected on the stack; false when the run failed. Whoever pushes sets selected_count back.
 */
bool
run_push(struct run *run, const struct selected *selected);

/* ---- Extension elements ---------------------------------------------------------------------- */

/* Runs one on its context node: what libxslt calls for all of them. */
void
run_element(xsltTransformContext *context, xmlNode *node, xmlNode *instruction,
    xsltElemPreComp *compiled);

/* The call that plan makes at context, for writers and shared questions. table is looked up. */
struct call
run_call(struct run *run, const struct plan *plan, const xmlNode *context);

/* The name that plan writes at context: NULL when it gives none. An empty one fails the run. */
const char *
run_name(struct run *run, const struct plan *plan, const xmlNode *context);

/*
 * Where the current instruction writes: an element of the result. NULL when there is none, and the
 * run failed.
 */
xmlNode *
run_parent(struct run *run, const struct plan *plan);

/* Traces what was added to parent behind `before` (NULL: all of it). */
void
run_trace(struct run *run, const xmlNode *parent, const xmlNode *before, const struct call *call,
    const xmlNode *source);

#endif
