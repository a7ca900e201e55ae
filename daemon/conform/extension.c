/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Extensions: known to a loaded package, allowed where they stand, with the contents that their definition wants. Unknown ones are a
 * warning; an unknown modifierExtension is an error, because it may turn the meaning round. Source: HL7 FHIR R4 4.0.1,
 * extensibility.html, defining-extensions.html ("Extension context").
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

static bool
is_type_of(const struct fact_type *type, const char *name)
{
	const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = type };

	return item_is(&item, "FHIR", name);
}

/* "Patient.name", "HumanName", "Element", "Observation.value[x]": does the parent stand there? */
static bool
element_context(const struct member *parent, const char *expression)
{
	/* Any element, resources as well: so the definitions use it. */
	if (strcmp(expression, "Element") == 0 || is_type_of(parent->type, expression))
		return true;
	return parent->fact != NULL && strcmp(parent->fact->path, expression) == 0;
}

static bool
in_context(const struct member *parent, const struct context *context)
{
	const char *url;

	if (strcmp(context->kind, "element") == 0)
		return element_context(parent, context->expression);
	if (strcmp(context->kind, "extension") == 0) {
		url = fhir_attribute(parent->node, "url");
		return url != NULL && strcmp(url, context->expression) == 0;
	}
	return true;	/* a FHIRPath context says where in words that are evaluated from the resource: left to the author */
}

static void
walk_context(struct walk *walk, const struct member *extension, const struct member *parent, const struct profile *profile)
{
	const char *list = "";
	size_t i;

	for (i = 0; i < profile->context_count; i++) {
		if (in_context(parent, &profile->contexts[i]))
			return;
		list = arena_printf(walk->arena, "%s%s%s", list, i > 0 ? " or " : "", profile->contexts[i].expression);
	}
	if (profile->context_count > 0)
		walk_say(walk, EHDS_SEVERITY_ERROR, "extension-context", "extension", extension->node, NULL,
		    parent->fact != NULL ? parent->fact->path : parent->type->name, list,
		    "the extension is not allowed here");
}

void
walk_extension(struct walk *walk, const struct member *extension, const struct member *parent)
{
	const char *url = fhir_attribute(extension->node, "url");
	bool modifier = strcmp((const char *)extension->node->name, "modifierExtension") == 0;
	const struct profile *profile, *outer = walk->profile;

	/* Parts of a complex extension have relative urls; its own definition speaks of them. */
	if (url == NULL || strchr(url, ':') == NULL)
		return;
	profile = profile_find(walk->profiles, url);
	if (profile == NULL || strcmp(profile->type, "Extension") != 0) {
		walk_say(walk, modifier ? EHDS_SEVERITY_ERROR : EHDS_SEVERITY_WARNING,
		    modifier ? "modifier-extension-unknown" : "extension-unknown", "extension", extension->node, NULL, url, NULL,
		    modifier ? "an unknown modifier extension may change the meaning of what it stands in" :
		    "no loaded package has this extension: its contents are not checked");
		return;
	}
	if (!seen_add(&walk->validated, walk->arena, profile, extension->node))
		return;
	walk->profile = profile;
	walk_context(walk, extension, parent, profile);
	walk_invariants(walk, extension, profile->root);
	walk_children(walk, extension, profile->root);
	walk->profile = outer;
}
