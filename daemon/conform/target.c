/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a Reference may point to: the type of the target must be one of those allowed; its profile is looked at when it is in
 * the document. Whether it can be found at all is the reference rules' to say. Source: HL7 FHIR R4 4.0.1, references.html.
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

/* The target's type: of the resource found, else as the reference writes it ("Patient/1", Reference.type). */
static const char *
target_type(const struct walk *walk, const struct member *member, const xmlNode **resource, char *scratch, size_t size)
{
	const char *reference = fhir_child_value(member->node, "reference"), *slash, *start;
	xmlNode *found;

	*resource = NULL;
	if (reference == NULL)
		return fhir_child_value(member->node, "type");
	if (bundle_resolve(walk->bundle, member->node, reference, &found) == BUNDLE_FOUND) {
		*resource = found;
		return (const char *)found->name;
	}
	slash = strrchr(reference, '/');
	if (slash == NULL)
		return fhir_child_value(member->node, "type");
	for (start = slash; start > reference && start[-1] != '/'; start--)
		;
	if ((size_t)(slash - start) >= size)
		return NULL;
	memcpy(scratch, start, (size_t)(slash - start));
	scratch[slash - start] = '\0';
	return fact_type_find(scratch) != NULL && fact_type_find(scratch)->resource ? scratch : NULL;
}

static bool
type_fits(const struct profile *profile, const char *type)
{
	return strcmp(profile->type, type) == 0 || strcmp(profile->type, "Resource") == 0 ||
	    (strcmp(profile->type, "DomainResource") == 0 && strcmp(type, "Bundle") != 0 && strcmp(type, "Binary") != 0 &&
	    strcmp(type, "Parameters") != 0);
}

static const char *
list_targets(struct walk *walk, const char *const *targets)
{
	const char *list = "";

	for (; *targets != NULL; targets++) {
		const char *slash = strrchr(*targets, '/');

		list = arena_printf(walk->arena, "%s%s%s", list, *list != '\0' ? " or " : "", slash != NULL ? slash + 1 : *targets);
	}
	return list;
}

void
walk_target(struct walk *walk, const struct member *member, const struct rule_type *type)
{
	const xmlNode *resource;
	char scratch[64];
	const char *found;
	size_t i;
	bool fits = false, profiled = false, meets = false, unknown = false;

	if (strcmp(member->type->name, "Reference") != 0)
		return;
	found = target_type(walk, member, &resource, scratch, sizeof(scratch));
	if (found == NULL)
		return;
	for (i = 0; type->targets[i] != NULL; i++) {
		const struct profile *profile = type->known_targets[i];

		if (profile == NULL) {
			unknown = true;
			continue;
		}
		if (!type_fits(profile, found))
			continue;
		fits = true;
		profiled |= profile->constraint;
		meets |= !profile->constraint || resource == NULL || resource_answers_to(walk, resource, profile);
	}
	if (!fits && !unknown)
		walk_say(walk, EHDS_SEVERITY_ERROR, "reference-target", "structure", member->node, NULL, found,
		    list_targets(walk, type->targets), "the reference points to a type that is not allowed here");
	/* A trial asks for types only: targets of targets would otherwise be tried without end. */
	if (walk->findings == NULL)
		return;
	for (i = 0; fits && profiled && !meets && type->targets[i] != NULL; i++) {
		const struct profile *profile = type->known_targets[i];

		meets = profile != NULL && type_fits(profile, found) && walk_meets(walk, resource, profile);
	}
	if (fits && profiled && !meets)
		walk_say(walk, EHDS_SEVERITY_WARNING, "reference-target-profile", "structure", member->node, NULL, found,
		    list_targets(walk, type->targets), "the target claims and meets none of the profiles that are wanted here");
}
