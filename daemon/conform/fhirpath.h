/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath: compile an expression once, evaluate it on many trees. Source: HL7 FHIRPath 2.0.0 (normative), and
 * the FHIR functions of HL7 FHIR R4 4.0.1, fhirpath.html. What is not supported is refused when compiled, by name:
 * an expression never gives a wrong answer silently.
 */
#ifndef EHDS_CONFORM_FHIRPATH_H
#define EHDS_CONFORM_FHIRPATH_H

#include "base/arena.h"
#include "base/error.h"
#include "conform/fhirpath_value.h"

#include <stdbool.h>
#include <stddef.h>

struct fhirpath;

/* Gives the compiled expression. Errors: CONFIG fhirpath-syntax, fhirpath-unsupported, with line and column. */
int
fhirpath_compile(struct fhirpath **out, const char *expression, struct ehds_error *error);

void
fhirpath_free(struct fhirpath **expression);

/* What an evaluation may ask the world. All borrowed; zero is a good default for each but the arena. */
struct fhirpath_context {
	struct arena *arena;			/* results and scratch */
	struct fhirpath_item resource;		/* %resource; kind FHIRPATH_NONE: the input */
	struct fhirpath_item root_resource;	/* %rootResource; kind FHIRPATH_NONE: %resource */
	const char *now;			/* FHIR instant for now(), today(), timeOfDay(); NULL: an error when asked */
	bool strict;				/* a member that no type in the input knows is an error, not empty */
	unsigned long operations;		/* the most steps, 0: 5,000,000 */
	void *user;				/* for the functions below */
	/* The resource that a reference points to, or NULL. Without it, resolve() gives nothing. */
	const xmlNode *(*resolve)(void *user, const xmlNode *from, const char *reference);
	/* 1 member, 0 not, -1 cannot be decided here (memberOf() is then an error). */
	int (*member_of)(void *user, const char *value_set, const char *system, const char *code);
	/* txt-1 of a div (htmlChecks()); without it an error. */
	bool (*html_checks)(void *user, const xmlNode *div);
	/* trace(); may be NULL. */
	void (*trace)(void *user, const char *name, const struct fhirpath_collection *values);
};

/*
 * Evaluates on input (kind FHIRPATH_NONE: the empty collection). *out lives in the arena. Errors: DOCUMENT
 * fhirpath-evaluation (the expression cannot be evaluated on this input), fhirpath-operations.
 */
int
fhirpath_evaluate(struct fhirpath_collection *out, const struct fhirpath *expression,
    const struct fhirpath_context *context, const struct fhirpath_item *input, struct ehds_error *error);

/* Whether an invariant holds: empty and true hold, false does not; a single non-boolean holds (singleton evaluation). */
int
fhirpath_holds(bool *out, const struct fhirpath *expression, const struct fhirpath_context *context,
    const struct fhirpath_item *input, struct ehds_error *error);

/* The item of an element whose type is known (fhir/facts.h); type NULL: by the element's name, for resources. */
struct fhirpath_item
fhirpath_node(const xmlNode *node, const struct fact_type *type);

#endif
