/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Profiles as the engine walks them: a tree of rules per StructureDefinition, with slices, bindings, fixed and pattern
 * values and invariants bound and compiled. Loaded once from fact files, immutable afterwards, shared by all workers.
 * Source: HL7 FHIR R4 4.0.1, elementdefinition.html, profiling.html.
 */
#ifndef EHDS_CONFORM_PROFILE_H
#define EHDS_CONFORM_PROFILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "conform/fhirpath.h"
#include "format/json.h"

#include <libxml/tree.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_UNBOUNDED UINT_MAX

struct package_info {
	const char *name, *version, *licence;
	const char *label;		/* "name#version" */
	struct package_info *next;
};

struct invariant {
	const char *key;		/* "bdl-7" */
	const char *expression;
	enum ehds_severity severity;
	struct fhirpath *compiled;	/* NULL: cannot be compiled here, reported as not checked */
	bool (*trivial)(const xmlNode *);	/* invariant.c: tells quickly that it holds; NULL: nothing does */
	bool unused_contained;		/* dom-3: contained.c decides it */
	bool demands;			/* an empty result does not hold */
	struct invariant *next;
};

/* The codes of one system in a value set. */
struct value_set_system {
	const char *system;
	const char *const *codes;	/* sorted */
	size_t count;
	bool open;			/* further codes of this system cannot be decided here */
	bool all;			/* every code of this system is a member, and they are not listed */
	struct value_set_system *next;
};

struct value_set {
	const char *url;
	bool open;			/* codes of other systems cannot be decided here */
	struct value_set_system *systems;
};

enum binding_strength { BINDING_NONE, BINDING_PREFERRED, BINDING_EXTENSIBLE, BINDING_REQUIRED };

struct binding {
	enum binding_strength strength;
	const char *url;
	const struct value_set *set;	/* NULL: unknown here */
};

struct rule_type {
	const char *code;		/* "Reference", "CodeableConcept", "Patient" */
	const struct fact_type *type;	/* NULL for abstract types and backbone elements */
	bool general;			/* other types may derive from it: Resource, Element, uri, Quantity */
	const struct profile *definition;	/* of a data type */
	const char *const *profiles;	/* NULL-terminated; of the value itself */
	const char *const *targets;	/* NULL-terminated; of what a Reference points to */
	const struct profile *const *known_profiles, *const *known_targets;	/* those of the same index; NULL: unknown here */
};

enum discriminator_kind { DISCRIMINATE_VALUE, DISCRIMINATE_EXISTS, DISCRIMINATE_TYPE, DISCRIMINATE_PROFILE };

/* What a type or profile discriminator speaks of: the member itself, what it refers to, or a child. */
enum discriminator_place { PLACE_HERE, PLACE_RESOLVED, PLACE_CHILD };

struct discriminator {
	enum discriminator_kind kind;	/* pattern is value */
	const char *path;		/* "$this", "code.coding.code", "resolve()", "resource" */
	enum discriminator_place place;
	const char *name;		/* PLACE_CHILD: which one */
};

struct slicing {
	bool closed, at_end, ordered;
	const struct discriminator *discriminators;
	size_t count;
};

#define CHILD_NONE UINT8_MAX

struct rule {
	const char *id;			/* "Composition.section:sectionProblems.entry" */
	const char *name;		/* "entry"; of a choice the base: "value" */
	const char *slice;		/* slice name or NULL */
	bool choice, modifier;
	unsigned min, max, length;	/* length 0: none */
	const struct rule_type *types;
	size_t type_count;
	const struct slicing *slicing;
	const struct binding *binding, *most;	/* most: maxValueSet */
	const struct json *fixed, *pattern;	/* the JSON value */
	const struct invariant *const *invariants;
	size_t invariant_count;
	const char *reference;		/* contentReference: id of another rule of this profile */
	const struct rule *referred;	/* that rule */
	struct rule *children, *next, *slices, *next_slice, *last_child, *last_slice;
	size_t child_count;
	/* What a walk asks of all children at once, so that it need not touch each. */
	const struct rule *const *child_list;	/* by index */
	const struct fact_type *of;	/* R4's type whose elements the children are; NULL: of several types */
	const uint8_t *by_order;	/* of fact_element.order: the child's index; CHILD_NONE */
	uint64_t always;		/* bit i: child i says something of no members too; all bits: of more than 64 children */
	const struct rule *const *places;	/* of a slice: what it says where discriminator i of its slicing leads */
	struct rule *parent;
};

struct context {
	const char *kind, *expression;	/* element, extension, fhirpath */
};

struct profile {
	const char *url, *version, *type, *kind, *base;
	bool constraint, abstract;
	const char *label;		/* "url|version" */
	const struct package_info *package;
	const char *const *imposed;	/* NULL-terminated */
	const struct context *contexts;
	size_t context_count;
	struct rule *root;
	const char *extension_url;	/* of an extension definition */
	struct profile *same_url;	/* another version */
};

struct profiles;

/* Loads all *.facts of a folder; NULL-safe. Errors: CONFIG facts-syntax with file and line, facts-read. */
int
profiles_load(struct profiles **out, const char *folder, struct ehds_error *error);

void
profiles_free(struct profiles **profiles);

/* By canonical, with or without |version; without one, the version loaded last. NULL when unknown. */
const struct profile *
profile_find(const struct profiles *profiles, const char *canonical);

/* The definition of a type or resource of R4: "HumanName" -> http://hl7.org/fhir/StructureDefinition/HumanName. */
const struct profile *
profile_of_type(const struct profiles *profiles, const char *type);

const struct value_set *
profiles_value_set(const struct profiles *profiles, const char *canonical);

/* The type of a search parameter ("token") by its canonical; NULL when no package defines it. */
const char *
profiles_search_type(const struct profiles *profiles, const char *canonical);

/* Whether an extension that no package defines may stand in a document all the same (fact `domain`). */
bool
profiles_extension_tolerated(const struct profiles *profiles, const char *url);

/* In order of name and version. */
const struct package_info *
profiles_first_package(const struct profiles *profiles);

/* "hl7.fhir.r4.core#4.0.1 ...", in order of name. */
const char *
profiles_packages(const struct profiles *profiles);

/* Every invariant, for tests and lists. */
const struct invariant *
profiles_invariants(const struct profiles *profiles);

/* The child of that name, which need not end at length; NULL: none, or no rule. */
const struct rule *
rule_child(const struct rule *rule, const char *name, size_t length);

/* What the rule allows for a value of this type; NULL: nothing. */
const struct rule_type *
rule_type_of(const struct rule *rule, const struct fact_type *type);

/* invariant.c: what can be known of it before any document. */
void
invariant_prepare(struct invariant *invariant);

enum membership { MEMBER_NO, MEMBER_YES, MEMBER_UNDECIDED };

/* system NULL: a code without system (element of type code). */
enum membership
value_set_member(const struct value_set *set, const char *system, const char *code);

#endif
