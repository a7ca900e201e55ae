/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One validation of one document: what its parts share. walk.c goes through the tree; slice.c, value.c, binding.c, target.c,
 * extension.c and invariant.c each answer one question about a node.
 */
#ifndef EHDS_CONFORM_WALK_H
#define EHDS_CONFORM_WALK_H

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

/* What walk_meets found out: profile, resource. They outlive the trials that found them. */
struct answers {
	struct arena *arena;
	struct seen met, unmet;
};

struct walk {
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
	struct seen before;		/* rule text, path: what the layers before said */
	struct answers *answers;	/* borrows; shared with trials */
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

/* A set of places (FHIRPath from the root). */
void
places_add(struct seen *places, struct arena *arena, const char *path);

bool
places_have(const struct seen *places, const char *path);

bool
seen_has(const struct seen *seen, const void *a, const void *b);

/*
 * Reports unless the same rule spoke of the same node (and child name, may be NULL) before. found, expected may be NULL.
 * code: FHIR IssueType.
 */
void
walk_say(struct walk *walk, enum ehds_severity severity, const char *rule, const char *code, const xmlNode *node,
    const char *child, const char *found, const char *expected, const char *format, ...)
    __attribute__((format(printf, 9, 10)));

/* What the findings so far say is not said again under another id or at a wider place. */
void
walk_heard(struct walk *walk, const struct ehds_findings *findings);

/* Whether a trial may stop: it failed already. */
bool
walk_done(const struct walk *walk);

/* walk.c: a resource against a profile (and what it imposes); a data type against a rule. */
void
walk_resource(struct walk *walk, const xmlNode *resource, const struct profile *profile);

/* The profiles that a resource claims in meta.profile, and the definition of its type. */
void
walk_claims(struct walk *walk, const xmlNode *resource);

void
walk_children(struct walk *walk, const struct member *parent, const struct rule *rule);

void
walk_member(struct walk *walk, const struct member *member, const struct rule *rule);

/* Whether a value of a data type meets a profile of that type; nothing is reported. */
bool
walk_fits(struct walk *walk, const struct member *member, const struct profile *profile);

/* Whether a resource meets a profile; nothing is reported. */
bool
walk_meets(struct walk *walk, const xmlNode *resource, const struct profile *profile);

bool
resource_claims(const xmlNode *resource, const struct profile *profile);

/* Whether it claims the profile or one that imposes it: then it is checked against it, and what fails is said there. */
bool
resource_answers_to(const struct walk *walk, const xmlNode *resource, const struct profile *profile);

/* slice.c: distributes the members of one sliced element; fills slice_of[i], NULL where none takes it. */
void
walk_slices(struct walk *walk, const struct member *parent, const struct rule *rule, const struct member *members,
    size_t count, const struct rule **slice_of);

/* value.c: fixed and pattern values. */
bool
value_matches(const struct json *pattern, const struct member *member, bool exact);

void
walk_value(struct walk *walk, const struct member *member, const struct rule *rule);

/* binding.c */
void
walk_binding(struct walk *walk, const struct member *member, const struct binding *binding);

/* MEMBER_* of a coded node in a value set. */
enum membership
coded_member(const struct member *member, const struct value_set *set, const char **shown);

/* target.c: types and profiles of what a Reference points to. */
void
walk_target(struct walk *walk, const struct member *member, const struct rule_type *type);

/* extension.c: a known extension, its context and contents. */
void
walk_extension(struct walk *walk, const struct member *extension, const struct member *parent);

/* invariant.c */
void
walk_invariants(struct walk *walk, const struct member *member, const struct rule *rule);

#endif
