/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Slicing: which slice a member belongs to, by value, pattern, type, profile and existence, through resolve(). Source: HL7 FHIR
 * R4 4.0.1, profiling.html, "Slicing"; discriminator paths: "Discriminator".
 *
 * A profile as discriminator asks for a whole validation to tell slices apart. Where the resource type alone tells them apart,
 * or the resource claims the profile, that answers; else the slice is tried. A slice that may be empty (min 0) is
 * not tried at all: in open slicing nothing follows from it.
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

static const xmlNode *
next_element(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

static const struct rule *
child_rule(const struct rule *rule, const char *name, size_t length)
{
	const struct rule *child;

	for (child = rule != NULL ? rule->children : NULL; child != NULL; child = child->next)
		if (strncmp(child->name, name, length) == 0 && child->name[length] == '\0')
			return child;
	return NULL;
}

/* Rule says something about a value: it must hold for the member. -1: the rule says nothing. */
static int
rule_decides(const struct member *member, const struct rule *rule)
{
	const char *shown;

	if (rule == NULL)
		return -1;
	if (rule->fixed != NULL)
		return value_matches(rule->fixed, member, true);
	if (rule->pattern != NULL)
		return value_matches(rule->pattern, member, false);
	if (member->text == NULL && rule->binding != NULL && rule->binding->strength == BINDING_REQUIRED &&
	    rule->binding->set != NULL)
		return coded_member(member, rule->binding->set, &shown) == MEMBER_YES;
	return -1;
}

static int
match_value(struct walk *walk, const struct member *member, const struct rule *rule, const char *path);

/* Steps into resolve(): the target must match what the rule's target profile says further down. */
static int
match_resolved(struct walk *walk, const struct member *member, const struct rule *rule, const char *path)
{
	const char *reference = fhir_child_value(member->node, "reference");
	xmlNode *found;
	const char *const *targets = rule != NULL && rule->type_count > 0 ? rule->types[0].targets : NULL;
	struct member target;

	if (reference == NULL || targets == NULL ||
	    bundle_resolve(walk->bundle, member->node, reference, &found) != BUNDLE_FOUND)
		return 0;
	target = (struct member){ .node = found, .type = fact_type_find((const char *)found->name) };
	for (; target.type != NULL && *targets != NULL; targets++) {
		const struct profile *profile = profile_find(walk->profiles, *targets);

		if (profile != NULL && strcmp(profile->type, target.type->name) == 0 &&
		    match_value(walk, &target, profile->root, path) == 1)
			return 1;
	}
	return 0;
}

/* An attribute as the next step: Extension.url, id. */
static int
match_attribute(const struct member *member, const struct rule *rule, const char *name, size_t length)
{
	const struct rule *child = child_rule(rule, name, length);
	struct member attribute = *member;
	char scratch[64];

	if (length >= sizeof(scratch))
		return 0;
	memcpy(scratch, name, length);
	scratch[length] = '\0';
	attribute.text = fhir_attribute(member->node, scratch);
	return attribute.text != NULL && rule_decides(&attribute, child) == 1;
}

/*
 * Walks the path in member and rule together; the first rule on the way that fixes something decides for some node there. 1 matches,
 * 0 does not, also where the slice says nothing that could be compared.
 */
static int
match_value(struct walk *walk, const struct member *member, const struct rule *rule, const char *path)
{
	size_t length = strcspn(path, ".");
	int decided = rule_decides(member, rule);
	const struct rule *child;
	const xmlNode *node;

	if (decided >= 0)
		return decided;
	if (*path == '\0' || strcmp(path, "$this") == 0)
		return 0;
	if (strncmp(path, "$this.", 6) == 0)
		return match_value(walk, member, rule, path + 6);
	if (strncmp(path, "resolve()", 9) == 0)
		return match_resolved(walk, member, rule, path[9] == '.' ? path + 10 : "");
	if (fhir_attribute(member->node, "url") != NULL && strncmp(path, "url", length) == 0)
		return match_attribute(member, rule, path, length);
	child = child_rule(rule, path, length);
	if (child == NULL)
		return 0;
	for (node = next_element(member->node->children); node != NULL; node = next_element(node->next)) {
		const struct fact_element *fact = fact_element_find(member->type, (const char *)node->name, NULL);
		struct member next = { .node = node, .fact = fact, .type = fact != NULL ? fact->type : NULL };

		if (fact == NULL || strncmp(fact->base, path, length) != 0 || fact->base[length] != '\0' || next.type == NULL)
			continue;
		if (match_value(walk, &next, child, path[length] == '.' ? path + length + 1 : "") == 1)
			return 1;
		/* The child itself may be sliced: one of its slices may fix the value. */
		for (const struct rule *slice = child->slices; slice != NULL; slice = slice->next_slice)
			if (match_value(walk, &next, slice, path[length] == '.' ? path + length + 1 : "") == 1)
				return 1;
	}
	return 0;
}

/* ---- Type and profile -------------------------------------------------------------------------------------------- */

/* The place that a type or profile discriminator speaks of: the member, its resource, or what it refers to. */
static bool
find_place(struct walk *walk, const struct member *member, const char *path, struct member *out)
{
	const struct fact_element *fact;
	const char *reference;
	xmlNode *found;
	const xmlNode *node;

	*out = *member;
	if (strncmp(path, "$this", 5) == 0)
		path += path[5] == '.' ? 6 : 5;
	if (*path == '\0')
		return true;
	if (strcmp(path, "resolve()") == 0) {
		reference = fhir_child_value(member->node, "reference");
		if (reference == NULL || bundle_resolve(walk->bundle, member->node, reference, &found) != BUNDLE_FOUND)
			return false;
		*out = (struct member){ .node = found, .type = fact_type_find((const char *)found->name) };
		return out->type != NULL;
	}
	node = fhir_child(member->node, path);
	if (node != NULL && strcmp(path, "resource") == 0)
		node = next_element(node->children);
	if (node == NULL)
		return false;
	fact = fact_element_find(member->type, (const char *)node->name, NULL);
	*out = (struct member){ .node = node, .type = fact != NULL ? fact->type : fact_type_find((const char *)node->name) };
	return out->type != NULL;
}

static bool
is_reference(const struct rule *rule)
{
	return rule->type_count > 0 && strcmp(rule->types[0].code, "Reference") == 0;
}

static bool
match_type(struct walk *walk, const struct member *place, const struct rule *spot, const char *path)
{
	const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = place->type };
	bool resolved = strstr(path, "resolve()") != NULL;
	const char *const *target;
	size_t i;

	for (i = 0; i < spot->type_count; i++) {
		const struct rule_type *type = &spot->types[i];

		if (!resolved && (type->type == place->type || (type->general && item_is(&item, "FHIR", type->code))))
			return true;
		for (target = resolved ? type->targets : NULL; target != NULL && *target != NULL; target++) {
			const struct profile *profile = profile_find(walk->profiles, *target);

			if (profile != NULL && item_is(&item, "FHIR", profile->type))
				return true;
		}
	}
	return false;
}

/* Whether another slice of the same element wants the same type of resource by profile. */
static bool
type_is_shared(struct walk *walk, const struct rule *sliced, const struct rule *slice, const char *path, const char *type)
{
	const struct rule *other;

	for (other = sliced->slices; other != NULL; other = other->next_slice) {
		const struct rule *rule = strcmp(path, "resource") == 0 ? child_rule(other, path, strlen(path)) : other;
		const char *const *canonical;

		if (other == slice || rule == NULL || rule->type_count == 0)
			continue;
		canonical = is_reference(rule) ? rule->types[0].targets : rule->types[0].profiles;
		for (; canonical != NULL && *canonical != NULL; canonical++) {
			const struct profile *profile = profile_find(walk->profiles, *canonical);

			if (profile != NULL && strcmp(profile->type, type) == 0)
				return true;
		}
	}
	return false;
}

static bool
match_profile(struct walk *walk, const struct member *place, const struct rule *sliced, const struct rule *slice,
    const struct rule *spot, const char *path)
{
	const char *const *canonical;

	if (spot->type_count == 0 || place->text != NULL)
		return false;
	canonical = is_reference(spot) ? spot->types[0].targets : spot->types[0].profiles;
	for (; canonical != NULL && *canonical != NULL; canonical++) {
		const struct profile *profile = profile_find(walk->profiles, *canonical);

		if (profile == NULL || strcmp(profile->type, place->type->name) != 0)
			continue;
		if (!place->type->resource)
			return walk_meets(walk, place->node, profile);
		if (!profile->constraint || resource_claims(place->node, profile))
			return true;
		if (slice->min == 0 && slice->max == MAX_UNBOUNDED)
			continue;
		if (!type_is_shared(walk, sliced, slice, path, profile->type) || walk_meets(walk, place->node, profile))
			return true;
	}
	return false;
}

/* ---- Existence ---------------------------------------------------------------------------------------------------- */

static bool
match_exists(const struct member *member, const struct rule *slice, const char *path)
{
	const struct rule *rule = child_rule(slice, path, strlen(path));
	bool there = fhir_child(member->node, path) != NULL;

	if (rule == NULL)
		return false;
	return there ? rule->max > 0 : rule->min == 0;
}

/* ---- All discriminators -------------------------------------------------------------------------------------------- */

/* Extensions are told apart by url; the definition that the slice names fixes it. */
static int
match_extension(struct walk *walk, const struct member *member, const struct rule *slice)
{
	const char *url = fhir_attribute(member->node, "url");
	const char *const *canonical;

	if (strcmp(member->type->name, "Extension") != 0 || url == NULL || slice->type_count == 0 ||
	    slice->types[0].profiles == NULL)
		return -1;
	for (canonical = slice->types[0].profiles; *canonical != NULL; canonical++) {
		const struct profile *profile = profile_find(walk->profiles, *canonical);
		size_t length = strcspn(*canonical, "|");

		if (profile != NULL && profile->extension_url != NULL ? strcmp(profile->extension_url, url) == 0 :
		    strncmp(*canonical, url, length) == 0 && url[length] == '\0')
			return 1;
	}
	return 0;
}

#define DISCRIMINATORS_MAX 8	/* as many as profile_load.c reads */

/* What the discriminators of one member look at, found once for all slices. */
struct looked {
	struct member places[DISCRIMINATORS_MAX];
	bool found[DISCRIMINATORS_MAX];
};

static void
look(struct walk *walk, const struct member *member, const struct slicing *slicing, struct looked *out)
{
	size_t i;

	for (i = 0; i < slicing->count; i++)
		out->found[i] = (slicing->discriminators[i].kind == DISCRIMINATE_TYPE ||
		    slicing->discriminators[i].kind == DISCRIMINATE_PROFILE) &&
		    find_place(walk, member, slicing->discriminators[i].path, &out->places[i]);
}

static bool
discriminates(struct walk *walk, const struct member *member, const struct rule *sliced, const struct rule *slice, size_t i,
    const struct looked *looked)
{
	const struct discriminator *discriminator = &sliced->slicing->discriminators[i];
	const struct rule *spot = slice->spots[i];

	switch (discriminator->kind) {
	case DISCRIMINATE_VALUE:
		return match_value(walk, member, slice, discriminator->path) == 1;
	case DISCRIMINATE_EXISTS:
		return match_exists(member, slice, discriminator->path);
	case DISCRIMINATE_TYPE:
		return looked->found[i] && spot != NULL && match_type(walk, &looked->places[i], spot, discriminator->path);
	case DISCRIMINATE_PROFILE:
		return looked->found[i] && spot != NULL &&
		    match_profile(walk, &looked->places[i], sliced, slice, spot, discriminator->path);
	}
	return false;
}

static bool
in_slice(struct walk *walk, const struct member *member, const struct rule *sliced, const struct rule *slice,
    const struct looked *looked)
{
	int extension = match_extension(walk, member, slice);
	size_t i;

	if (extension >= 0)
		return extension == 1;
	if (sliced->slicing == NULL || sliced->slicing->count == 0)
		return false;
	for (i = 0; i < sliced->slicing->count; i++)
		if (!discriminates(walk, member, sliced, slice, i, looked))
			return false;
	return true;
}

static size_t
slice_position(const struct rule *sliced, const struct rule *wanted)
{
	const struct rule *slice;
	size_t at = 0;

	for (slice = sliced->slices; slice != NULL && slice != wanted; slice = slice->next_slice)
		at++;
	return at;
}

static void
walk_order(struct walk *walk, const struct rule *sliced, const struct member *members, size_t count,
    const struct rule **slice_of)
{
	size_t i, last = 0;
	bool rest = false;

	for (i = 0; i < count; i++) {
		size_t position;

		if (slice_of[i] == NULL) {
			rest = true;
			continue;
		}
		position = slice_position(sliced, slice_of[i]);
		if (sliced->slicing->ordered && position < last)
			walk_say(walk, EHDS_SEVERITY_ERROR, "slice-order", "structure", members[i].node, NULL,
			    slice_of[i]->slice, NULL, "the slices stand in another order than is wanted");
		if (sliced->slicing->at_end && rest)
			walk_say(walk, EHDS_SEVERITY_ERROR, "slice-order", "structure", members[i].node, NULL,
			    slice_of[i]->slice, NULL, "members outside the slices may only stand at the end");
		last = position;
	}
}

void
walk_slices(struct walk *walk, const struct member *parent, const struct rule *rule, const struct member *members,
    size_t count, const struct rule **slice_of)
{
	const struct rule *slice;
	struct looked looked;
	size_t i;

	(void)parent;
	for (i = 0; i < count; i++) {
		slice_of[i] = NULL;
		if (rule->slicing != NULL)
			look(walk, &members[i], rule->slicing, &looked);
		for (slice = rule->slices; slice != NULL && slice_of[i] == NULL; slice = slice->next_slice)
			if (in_slice(walk, &members[i], rule, slice, &looked))
				slice_of[i] = slice;
		if (slice_of[i] == NULL && rule->slicing != NULL && rule->slicing->closed)
			walk_say(walk, EHDS_SEVERITY_ERROR, "slice-closed", "structure", members[i].node, NULL,
			    members[i].type->name, NULL, "the slicing is closed and none of its slices takes this");
	}
	if (rule->slicing != NULL)
		walk_order(walk, rule, members, count, slice_of);
}
