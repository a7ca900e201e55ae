/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A finding never stops anything: it says what was noticed, where, what was found and what was expected.
 * Mapping and conformance both make them; the route's policy reads them. They stand in base because those two
 * layers do not see each other. Rendering (text, OperationOutcome, JUnit) is in conform/report.h.
 */
#ifndef EHDS_BASE_FINDING_H
#define EHDS_BASE_FINDING_H

#include "base/arena.h"

#include <stddef.h>

enum ehds_severity {
	EHDS_SEVERITY_INFORMATION = 0,
	EHDS_SEVERITY_WARNING,
	EHDS_SEVERITY_ERROR,
	EHDS_SEVERITY_COUNT
};

struct ehds_finding {
	enum ehds_severity severity;
	const char *rule;	/* stable id: "bdl-7", "map-code-unmapped" */
	const char *code;	/* FHIR R4 IssueType: "invariant", "code-invalid", ...; NULL means "processing" */
	const char *text;	/* what is wrong, one line, no found/expected in it */
	const char *found;	/* the value found; NULL when there is none to show */
	const char *expected;	/* the value or values expected; NULL */
	const char *expression;	/* FHIRPath of the element in the result; NULL */
	const char *profile;	/* canonical|version that the rule comes from, or package#version; NULL */
	const char *file;	/* the document's name; NULL */
	int line, column;	/* place in the document, 1-based; 0 unknown */
	const char *stylesheet;	/* mapping file that did it, relative to its mappings folder; NULL */
	int stylesheet_line;
	const char *table;	/* table file; NULL */
	int table_line;
	const struct ehds_finding *next;
};

/* The findings of one document, in the order in which they were made. */
struct ehds_findings {
	struct arena *arena;	/* borrows; must outlive the list */
	const struct ehds_finding *first;
	struct ehds_finding *last;
	size_t counts[EHDS_SEVERITY_COUNT];
	size_t limit;		/* at most so many are kept; the counts go on */
};

struct ehds_findings
findings_new(struct arena *arena);

/*
 * Copies *finding and its strings into the arena. At the limit (10,000) one last finding
 * "findings-limit" says that the rest is only counted.
 */
void
findings_add(struct ehds_findings *findings, const struct ehds_finding *finding);

/* "error", "warning", "information": the codes of FHIR R4 IssueSeverity. */
const char *
severity_name(enum ehds_severity severity);

#endif
