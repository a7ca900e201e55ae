/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the layers of the gate share while they check one document. A layer is a function over struct
 * check; it reports and never stops. Inside the conform layer.
 */
#ifndef EHDS_CONFORM_CHECK_H
#define EHDS_CONFORM_CHECK_H

#include "base/arena.h"
#include "base/finding.h"
#include "conform/gate.h"
#include "fhir/bundle.h"
#include "fhir/facts.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct guide;
struct links;
struct seen;

/* Rules that are checked on request only. */
struct asked {
	bool markdown_html, url_example;
};

struct check {
	const struct conformance *conformance;
	struct asked asked;
	const xmlDoc *doc;
	const struct bundle *bundle;
	const struct bundle_entry *entries;
	size_t entry_count;
	bool document;			/* a Bundle of type document */
	bool server_urls;		/* some fullUrl begins with http: else no http URI can be a link */
	const struct guide *guide;	/* NULL: R4 alone */
	const struct fact_type *reference, *extension, *attachment;	/* types with rules of their own */
	struct links *links;		/* which entries lead to which */
	struct seen *read;		/* where the reader found something */
	struct arena *arena;
	struct ehds_findings *findings;
};

/* A step of the path to the element that is being checked; lives on the stack of the walk. */
struct place {
	const struct place *up;		/* NULL: the root */
	const char *name;		/* as in FHIRPath: "value" for valueQuantity */
	bool list;
	size_t index;
};

/* What a rule says of an element. Strings are borrowed until check_report returns; found and expected may
 * be NULL. */
struct breach {
	enum ehds_severity severity;
	const char *rule;
	const char *code;		/* IssueType */
	const char *text, *found, *expected;
	const char *profile;		/* NULL: R4 */
};

/* Adds a finding at the place, at the attribute or element `below` it (NULL: at the place itself). */
void
check_report(struct check *check, const struct place *place, const char *below, const struct breach *breach);

/* As check_report, at "Bundle.entry[INDEX]" and `below` it ("fullUrl", "resource.section[2].title", NULL). */
void
check_report_entry(struct check *check, size_t index, const char *below, const struct breach *breach);

/* ---- Layers, in the order of gate.c ------------------------------------------------------------------------- */

/* structure.c: names, order, cardinality and values against the facts of R4; calls reference_check on its
 * way. */
void
structure_check(struct check *check);

/* document.c: the rules of a Bundle and its Composition. */
void
document_check(struct check *check);

/* searchset.c: links of Bundles and results of searches. */
void
searchset_check(struct check *check);

/*
 * profile_layer.c: the profile that is wanted (may be NULL), those that resources claim, and their
 * imposed ones. profiles: of the conformance folder.
 */
struct profiles;

void
profile_check(struct check *check, const struct profiles *profiles, const char *wanted);

/* search.c: what is said of search parameters, against their definitions. */
void
search_check(struct check *check, const struct profiles *profiles);

/* reference.c: what has no link with the Composition. After structure_check. */
void
reachability_check(struct check *check);

/* ---- Shared pieces ------------------------------------------------------------------------------------------ */

/* reference.c: one element of type Reference, or a value that may be a link. */
void
reference_check(struct check *check, const struct place *place, const xmlNode *element);

void
reference_link(struct check *check, const xmlNode *element, const char *uri);

/* NULL when the arena is full. */
struct links *
links_new(size_t entries, struct arena *arena);

/* narrative.c: Narrative.div (txt-1, txt-2). */
void
narrative_check(struct check *check, const struct place *place, const xmlNode *div);

#endif
