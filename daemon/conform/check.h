/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One validation of one document: what its parts share. walk.c goes through the tree; slice.c, value.c, binding.c, target.c,
 * extension.c and invariant.c each answer one question about a node.
 */
#ifndef EHDS_CONFORM_CHECK_H
#define EHDS_CONFORM_CHECK_H

#include "base/arena.h"
#include "base/finding.h"
#include "conform/profile.h"
#include "fhir/bundle.h"
#include "fhir/facts.h"

#include <libxml/tree.h>

/* A set of pairs of pointers: what was looked at or said already. */
struct seen {
	const void *(*pairs)[2];
	size_t count, capacity;
};

struct check {
	const struct profiles *profiles;
	const struct bundle *bundle;
	struct arena *arena;		/* lives as long as the document */
	struct arena *scratch;		/* what a step needs; released behind it. Also of the invariants */
	struct ehds_findings *findings;	/* NULL: a trial, only `failed` counts */
	bool failed;			/* an error was found */
	struct fhirpath_context fhirpath;
	struct seen evaluated;		/* invariant, node */
	struct seen validated;		/* profile, node */
	struct seen said;		/* rule text, node */
	const struct profile *profile;	/* whose rules are applied now */
	unsigned depth;
};

/* A node with what R4 says of it. For a resource in `resource` or `contained` the inner element. */
struct member {
	const xmlNode *node;
	const struct fact_element *fact;	/* NULL for the root */
	const struct fact_type *type;
	const char *text;		/* an attribute's value (id, url): node is then the parent */
};

/* True the first time. */
bool
seen_add(struct seen *seen, struct arena *arena, const void *a, const void *b);

/*
 * Reports unless the same rule spoke of the same node (and child name, may be NULL) before. found, expected may be NULL.
 * code: FHIR IssueType.
 */
void
check_say(struct check *check, enum ehds_severity severity, const char *rule, const char *code, const xmlNode *node,
    const char *child, const char *found, const char *expected, const char *format, ...)
    __attribute__((format(printf, 9, 10)));

/* Whether a trial may stop: it failed already. */
bool
check_done(const struct check *check);

/* walk.c: a resource against a profile (and what it imposes); a data type against a rule. */
void
check_resource(struct check *check, const xmlNode *resource, const struct profile *profile);

/* The profiles that a resource claims in meta.profile, and the definition of its type. */
void
check_claims(struct check *check, const xmlNode *resource);

void
check_children(struct check *check, const struct member *parent, const struct rule *rule);

void
check_member(struct check *check, const struct member *member, const struct rule *rule);

/* Whether a resource meets a profile; nothing is reported. */
bool
check_meets(struct check *check, const xmlNode *resource, const struct profile *profile);

bool
resource_claims(const xmlNode *resource, const struct profile *profile);

/* slice.c: distributes the members of one sliced element; fills slice_of[i], NULL where none takes it. */
void
check_slices(struct check *check, const struct member *parent, const struct rule *rule, const struct member *members,
    size_t count, const struct rule **slice_of);

/* value.c: fixed and pattern values. */
bool
value_matches(const struct json *pattern, const struct member *member, bool exact);

void
check_value(struct check *check, const struct member *member, const struct rule *rule);

/* binding.c */
void
check_binding(struct check *check, const struct member *member, const struct binding *binding);

/* MEMBER_* of a coded node in a value set. */
enum membership
coded_member(const struct member *member, const struct value_set *set, const char **shown);

/* target.c: types and profiles of what a Reference points to. */
void
check_target(struct check *check, const struct member *member, const struct rule_type *type);

/* extension.c: a known extension, its context and contents. */
void
check_extension(struct check *check, const struct member *extension, const struct member *parent);

/* invariant.c */
void
check_invariants(struct check *check, const struct member *member, const struct rule *rule);

#endif
