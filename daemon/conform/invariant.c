/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Invariants: each once per node, whichever profiles repeat it. Rules that can only fail where something rare is there are not
 * evaluated where it is not: the four about contained resources cost a walk of the whole resource each otherwise.
 */
#include "conform/contained.h"
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

static bool
without_contained(const xmlNode *node)
{
	return fhir_child(node, "contained") == NULL;
}

/* bdl-3 and bdl-4 compare each entry's request or response with the Bundle's type; a document or collection has neither. */
static bool
without_exchange(const xmlNode *node)
{
	const char *type = fhir_child_value(node, "type");
	const xmlNode *entry;

	if (type == NULL || (strcmp(type, "document") != 0 && strcmp(type, "collection") != 0))
		return false;
	for (entry = fhir_child(node, "entry"); entry != NULL; entry = fhir_next(entry))
		if (fhir_child(entry, "request") != NULL || fhir_child(entry, "response") != NULL)
			return false;
	return true;
}

/* R4's own invariants that hold where something rare is not there. */
static const struct {
	const char *key;
	bool (*holds)(const xmlNode *);
} trivial[] = {
	{ "dom-2", without_contained }, { "dom-3", without_contained }, { "dom-4", without_contained },
	{ "dom-5", without_contained }, { "bdl-3", without_exchange }, { "bdl-4", without_exchange },
};

/*
 * Many texts of R4 give the empty collection where what they speak of is not there, so that empty holds. Where they compare, empty
 * means that the comparison cannot be decided (a day and a time on it), and such a value does not show what is demanded: per-1.
 */
void
invariant_prepare(struct invariant *invariant)
{
	size_t i;

	for (i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++)
		if (strcmp(invariant->key, trivial[i].key) == 0)
			invariant->trivial = trivial[i].holds;
	invariant->unused_contained = strcmp(invariant->key, "dom-3") == 0;
	invariant->demands = strcmp(invariant->key, "per-1") == 0;
}

/* -1: cannot be evaluated. */
static int
evaluate(struct walk *walk, const struct member *member, const struct invariant *invariant, struct ehds_error *error)
{
	struct fhirpath_item item = fhirpath_node(member->node, member->type);
	struct fhirpath_collection values;
	bool holds;

	if (invariant->compiled == NULL ||
	    fhirpath_holds(&holds, invariant->compiled, &walk->fhirpath, &item, error) != 0)
		return -1;
	if (holds && invariant->demands &&
	    fhirpath_evaluate(&values, invariant->compiled, &walk->fhirpath, &item, error) == 0)
		holds = values.count > 0;
	return holds;
}

/* See contained.c: the published text knows no narrative. */
static void
walk_contained(struct walk *walk, const struct member *member, const struct invariant *invariant)
{
	struct arena_mark mark = arena_mark(walk->scratch);
	const xmlNode *unused = contained_unused(member->node, walk->scratch);

	arena_release(walk->scratch, mark);
	if (unused != NULL)
		walk_say(walk, invariant->severity, invariant->key, "invariant", unused, NULL,
		    fhir_child_value(unused, "id"), NULL, "nothing in the resource refers to what it contains here");
}

static void
walk_invariant(struct walk *walk, const struct member *member, const struct invariant *invariant)
{
	struct arena_mark mark = arena_mark(walk->scratch);
	struct ehds_error error = { 0 };
	int holds = evaluate(walk, member, invariant, &error);

	arena_release(walk->scratch, mark);
	if (holds < 0)
		walk_say(walk, EHDS_SEVERITY_INFORMATION, "invariant-not-checked", "not-supported", member->node,
		    invariant->key, NULL, NULL, "the invariant cannot be evaluated here: %s", error.text);
	else if (!holds)
		walk_say(walk, invariant->severity, invariant->key, "invariant",
		    member->node, NULL, NULL, invariant->expression, "the invariant does not hold");
}

void
walk_invariants(struct walk *walk, const struct member *member, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->invariant_count && !walk_done(walk); i++) {
		const struct invariant *invariant = rule->invariants[i];

		if (!seen_add(&walk->evaluated, walk->arena, invariant, member->node) ||
		    (invariant->trivial != NULL && invariant->trivial(member->node)))
			continue;
		if (invariant->unused_contained)
			walk_contained(walk, member, invariant);
		else
			walk_invariant(walk, member, invariant);
	}
}
