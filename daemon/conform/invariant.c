/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Invariants: each once per node, whichever profiles repeat it. Rules that can only fail where something rare is there are not
 * evaluated where it is not: the four about contained resources cost a walk of the whole resource each otherwise.
 */
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

static bool
holds_trivially(const struct invariant *invariant, const xmlNode *node)
{
	size_t i;

	for (i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++)
		if (strcmp(invariant->key, trivial[i].key) == 0)
			return trivial[i].holds(node);
	return false;
}

static void
walk_invariant(struct walk *walk, const struct member *member, const struct invariant *invariant)
{
	struct fhirpath_item item = fhirpath_node(member->node, member->type);
	struct arena_mark mark = arena_mark(walk->scratch);
	struct ehds_error error = { 0 };
	bool holds = true, known;

	known = invariant->compiled != NULL &&
	    fhirpath_holds(&holds, invariant->compiled, &walk->fhirpath, &item, &error) == 0;
	arena_release(walk->scratch, mark);
	if (!known)
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

		if (!holds_trivially(invariant, member->node) &&
		    seen_add(&walk->evaluated, walk->arena, invariant, member->node))
			walk_invariant(walk, member, invariant);
	}
}
