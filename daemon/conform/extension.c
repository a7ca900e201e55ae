/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Extensions: known to a loaded package, allowed where they stand, with the contents that their definition wants. Unknown ones are
 * an error, as for the reference validator, unless their domain is known to make such (fact `domain`): then a warning; an unknown
 * modifierExtension is always an error, because it may turn the meaning round. Source: HL7 FHIR R4 4.0.1,
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
/* CanonicalResource and MetadataResource are R5's names for the resources that have a canonical url and a status. */
static bool
is_canonical(const struct fact_type *type)
{
	return type->resource && fact_element_find(type, "url", NULL) != NULL &&
	    fact_element_find(type, "experimental", NULL) != NULL;
}

static bool
element_context(const struct member *parent, const char *expression)
{
	/* Any element, resources as well: so the definitions use it. */
	if (strcmp(expression, "Element") == 0 || is_type_of(parent->type, expression))
		return true;
	if (strcmp(expression, "CanonicalResource") == 0 || strcmp(expression, "MetadataResource") == 0)
		return is_canonical(parent->type);
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

/* Whether some slice of a complex extension, however deep, has this url. */
static bool
defines_part(const struct rule *rule, const char *url, bool *sliced)
{
	const struct rule *at;

	if (strcmp(rule->name, "url") == 0 && rule->fixed != NULL && rule->fixed->text != NULL && strcmp(rule->fixed->text, url) == 0)
		return true;
	for (at = rule->children; at != NULL; at = at->next)
		if (defines_part(at, url, sliced))
			return true;
	for (at = rule->slices; at != NULL; at = at->next_slice) {
		*sliced = true;
		if (defines_part(at, url, sliced))
			return true;
	}
	return false;
}

/* Relative urls are for the parts of complex extensions, and the definition lists those. */
static void
walk_part(struct walk *walk, const struct member *extension, const struct member *parent, const char *url)
{
	bool sliced = false;

	if (strcmp(parent->type->name, "Extension") != 0)
		walk_say(walk, EHDS_SEVERITY_ERROR, "extension-url", "extension", extension->node, NULL, url, NULL,
		    "the url of an extension is absolute");
	else if (walk->profile != NULL && strcmp(walk->profile->type, "Extension") == 0 &&
	    walk->profile->extension_url != NULL && !defines_part(walk->profile->root, url, &sliced) && sliced)
		walk_say(walk, EHDS_SEVERITY_ERROR, "extension-part", "extension", extension->node, NULL, url, NULL,
		    "the definition of the extension knows no such part");
}

static void
say_unknown(struct walk *walk, const struct member *extension, const char *url)
{
	if (strcmp((const char *)extension->node->name, "modifierExtension") == 0)
		walk_say(walk, EHDS_SEVERITY_ERROR, "modifier-extension-unknown", "extension", extension->node, NULL, url, NULL,
		    "an unknown modifier extension may change the meaning of what it stands in");
	else if (profiles_extension_tolerated(walk->profiles, url))
		walk_say(walk, EHDS_SEVERITY_WARNING, "extension-not-checked", "extension", extension->node, NULL, url, NULL,
		    "no loaded package has this extension: its contents are not checked");
	else
		walk_say(walk, EHDS_SEVERITY_ERROR, "extension-unknown", "extension", extension->node, NULL, url, NULL,
		    "no loaded package has this extension, and its domain is not one that may add some");
}

void
walk_extension(struct walk *walk, const struct member *extension, const struct member *parent)
{
	const char *url = fhir_attribute(extension->node, "url");
	const struct profile *profile, *outer = walk->profile;

	if (url == NULL)
		return;
	if (strchr(url, ':') == NULL) {
		walk_part(walk, extension, parent, url);
		return;
	}
	profile = profile_find(walk->profiles, url);
	if (profile == NULL || strcmp(profile->type, "Extension") != 0) {
		say_unknown(walk, extension, url);
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
