/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Invariants: each once per node, whichever profiles repeat it. Rules that can only fail where something rare is there are not
 * evaluated where it is not: the four about contained resources cost a walk of the whole resource each otherwise.
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

/* Keys that hold by themselves for a node without the named child. */
static const struct {
	const char *key, *child;
} trivial[] = {
	{ "dom-2", "contained" },
	{ "dom-3", "contained" },
	{ "dom-4", "contained" },
	{ "dom-5", "contained" },
};

static bool
holds_trivially(const struct invariant *invariant, const xmlNode *node)
{
	size_t i;

	for (i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++)
		if (strcmp(invariant->key, trivial[i].key) == 0)
			return fhir_child(node, trivial[i].child) == NULL;
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
