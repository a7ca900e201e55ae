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

struct spot {
	struct member member;
	const struct rule *rule;	/* the slice's rule at this place; NULL: it says nothing of it */
};

/* A place that was looked for; found: there is something. */
struct found_place {
	const char *name;		/* NULL: not looked for yet */
	bool found;
	struct member member;
};

/*
 * One member while its slice is looked for. Where a discriminator leads to is the same for all slices of an element, and a
 * Bundle's entries have twenty of them, so each place is looked for once.
 */
struct probe {
	struct walk *walk;
	const struct member *member;
	const struct rule *sliced;
	struct found_place child, resolved;
};

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

#define BELOW_MAX 8

static int
match_below(const struct member *member, const struct rule *rule, unsigned depth);

/* Some child of the member is what the rule wants. -1: the rule wants nothing in particular. */
static int
match_child(const struct member *member, const struct rule *rule, unsigned depth)
{
	const xmlNode *node = fhir_element(member->node->children);
	int decided = -1;

	for (; node != NULL; node = fhir_element(node->next)) {
		const struct fact_element *fact = NULL;
		struct member next;
		int one;

		if ((char)node->name[0] == rule->name[0])
			fact = fact_element_find(member->type, (const char *)node->name, NULL);
		next = (struct member){ .node = node, .fact = fact, .type = fact != NULL ? fact->type : NULL };
		if (next.type == NULL || fact->kind == FACT_RESOURCE || strcmp(fact->base, rule->name) != 0)
			continue;
		one = rule_decides(&next, rule);
		if (one < 0)
			one = match_below(&next, rule, depth + 1);
		if (one > 0)
			return 1;
		decided = one >= 0 ? 0 : decided;
	}
	return decided;
}

/*
 * A slice may say what it wants further down than its discriminator points: in a required child, or a required slice of one
 * (category:x.coding:y). All that is required there must be there. -1: nothing is.
 */
static int
match_below(const struct member *member, const struct rule *rule, unsigned depth)
{
	const struct rule *child, *slice;
	int decided = -1;

	if (depth > BELOW_MAX)
		return -1;
	for (child = rule->children; child != NULL; child = child->next) {
		int one = child->min > 0 ? match_child(member, child, depth) : -1;

		for (slice = child->slices; slice != NULL && one != 0; slice = slice->next_slice)
			if (slice->min > 0 && (one = match_child(member, slice, depth)) > 0)
				decided = 1;
		if (one == 0)
			return 0;
		decided = one > 0 ? 1 : decided;
	}
	return decided;
}

/* Steps into resolve(): the target must match what the rule's target profile says further down. */
static int
match_resolved(struct walk *walk, const struct member *member, const struct rule *rule, const char *path)
{
	const char *reference = fhir_child_value(member->node, "reference");
	xmlNode *found;
	const struct rule_type *type = rule != NULL && rule->type_count > 0 ? &rule->types[0] : NULL;
	struct member target;
	size_t i;

	if (reference == NULL || type == NULL || type->targets == NULL ||
	    bundle_resolve(walk->bundle, member->node, reference, &found) != BUNDLE_FOUND)
		return 0;
	target = (struct member){ .node = found, .type = fact_type_find((const char *)found->name) };
	for (i = 0; target.type != NULL && type->targets[i] != NULL; i++) {
		const struct profile *profile = type->known_targets[i];

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
	const struct rule *child = rule_child(rule, name, length);
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
		return member->text == NULL && rule != NULL && match_below(member, rule, 0) == 1;
	if (strncmp(path, "$this.", 6) == 0)
		return match_value(walk, member, rule, path + 6);
	if (strncmp(path, "resolve()", 9) == 0)
		return match_resolved(walk, member, rule, path[9] == '.' ? path + 10 : "");
	if (fhir_attribute(member->node, "url") != NULL && strncmp(path, "url", length) == 0)
		return match_attribute(member, rule, path, length);
	child = rule_child(rule, path, length);
	if (child == NULL)
		return 0;
	for (node = fhir_element(member->node->children); node != NULL; node = fhir_element(node->next)) {
		const struct fact_element *fact;
		struct member next;

		/* An element's name begins with that of the choice: most are told apart so. */
		if (strncmp((const char *)node->name, path, length) != 0)
			continue;
		fact = fact_element_find(member->type, (const char *)node->name, NULL);
		next = (struct member){ .node = node, .fact = fact, .type = fact != NULL ? fact->type : NULL };
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

static bool
find_target(struct walk *walk, const struct member *member, struct member *out)
{
	const char *reference = fhir_child_value(member->node, "reference");
	xmlNode *found;

	if (reference == NULL || bundle_resolve(walk->bundle, member->node, reference, &found) != BUNDLE_FOUND)
		return false;
	*out = (struct member){ .node = found, .type = fact_type_find((const char *)found->name) };
	return out->type != NULL;
}

/* A child of that name, or the resource in it. */
static bool
find_child(const struct member *member, const char *name, struct member *out)
{
	const xmlNode *node = fhir_child(member->node, name);
	const struct fact_element *fact = NULL;

	if (node != NULL && strcmp(name, "resource") == 0)
		node = fhir_element(node->children);
	if (node == NULL)
		return false;
	*out = (struct member){ .node = node, .type = fact_type_find((const char *)node->name) };
	if (out->type == NULL)
		fact = fact_element_find(member->type, (const char *)node->name, NULL);
	if (fact != NULL)
		out->type = fact->type;
	return out->type != NULL;
}

static const struct member *
probe_target(struct probe *probe)
{
	struct found_place *place = &probe->resolved;

	if (place->name == NULL) {
		place->name = "resolve()";
		place->found = find_target(probe->walk, probe->member, &place->member);
	}
	return place->found ? &place->member : NULL;
}

static const struct member *
probe_child(struct probe *probe, const char *name)
{
	struct found_place *place = &probe->child;

	if (place->name != name) {
		place->name = name;
		place->found = find_child(probe->member, name, &place->member);
	}
	return place->found ? &place->member : NULL;
}

/* The place that a type or profile discriminator speaks of; rule: what the slice says of it, NULL when nothing. */
static bool
find_place(struct probe *probe, const struct rule *rule, enum discriminator_place where, const char *name, struct spot *out)
{
	const struct member *member = probe->member;

	if (where == PLACE_RESOLVED)
		member = probe_target(probe);
	if (where == PLACE_CHILD)
		member = rule != NULL ? probe_child(probe, name) : NULL;
	if (member == NULL)
		return false;
	*out = (struct spot){ *member, rule };
	return true;
}

static bool
is_reference(const struct rule *rule)
{
	return rule->type_count > 0 && strcmp(rule->types[0].code, "Reference") == 0;
}

static bool
match_type(struct probe *probe, const struct rule *rule, const struct discriminator *discriminator)
{
	struct spot place;
	size_t i, t;

	if (!find_place(probe, rule, discriminator->place, discriminator->name, &place))
		return false;
	if (discriminator->place != PLACE_RESOLVED && rule_type_of(place.rule, place.member.type) != NULL)
		return true;
	for (i = 0; i < place.rule->type_count; i++) {
		const struct rule_type *type = &place.rule->types[i];
		const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = place.member.type };

		for (t = 0; type->targets != NULL && type->targets[t] != NULL; t++)
			if (type->known_targets[t] != NULL && item_is(&item, "FHIR", type->known_targets[t]->type))
				return true;
	}
	return false;
}

/* Profiles of a value, or of what a Reference leads to: NULL-terminated canonicals, and those that are known. */
static const char *const *
wanted_profiles(const struct rule *rule, const struct profile *const **known)
{
	*known = is_reference(rule) ? rule->types[0].known_targets : rule->types[0].known_profiles;
	return is_reference(rule) ? rule->types[0].targets : rule->types[0].profiles;
}

/* Whether another slice of the same element wants the same type of resource by profile. */
static bool
type_is_shared(const struct rule *sliced, const struct rule *slice, const char *path, const char *type)
{
	const struct rule *other;

	for (other = sliced->slices; other != NULL; other = other->next_slice) {
		const struct rule *rule = strcmp(path, "resource") == 0 ? rule_child(other, path, strlen(path)) : other;
		const struct profile *const *known;
		const char *const *canonical;
		size_t i;

		if (other == slice || rule == NULL || rule->type_count == 0)
			continue;
		canonical = wanted_profiles(rule, &known);
		for (i = 0; canonical != NULL && canonical[i] != NULL; i++)
			if (known[i] != NULL && strcmp(known[i]->type, type) == 0)
				return true;
	}
	return false;
}

/* Some guides point the discriminator at an element of the data type whose profile tells the slices apart. */
static bool
means_itself(const struct member *member, const struct rule *slice, const struct discriminator *discriminator)
{
	return discriminator->place == PLACE_CHILD && slice->type_count > 0 && slice->types[0].profiles != NULL && !member->type->resource && !is_reference(slice) &&
	    strncmp(discriminator->path, "$this", 5) != 0 && strstr(discriminator->path, "resolve()") == NULL &&
	    rule_child(slice, discriminator->name, strlen(discriminator->name)) == NULL;
}

/* Whether the resource there is of one of the profiles, as far as that has to be known to tell the slices apart. */
static bool
meets_profile(struct probe *probe, const struct rule *slice, const struct spot *place, const char *path)
{
	struct walk *walk = probe->walk;
	const struct profile *const *known;
	const char *const *canonical = wanted_profiles(place->rule, &known);
	size_t i;

	for (i = 0; canonical != NULL && canonical[i] != NULL; i++) {
		const struct profile *profile = known[i];

		if (profile == NULL || strcmp(profile->type, place->member.type->name) != 0)
			continue;
		if (!place->member.type->resource)
			return walk_fits(walk, &place->member, profile);
		if (!profile->constraint || resource_claims(place->member.node, profile))
			return true;
		if (slice->min == 0 && slice->max == MAX_UNBOUNDED)
			continue;
		if (!type_is_shared(probe->sliced, slice, path, profile->type) ||
		    walk_meets(walk, place->member.node, profile))
			return true;
	}
	return false;
}

static bool
match_profile(struct probe *probe, const struct rule *slice, const struct rule *rule, const struct discriminator *discriminator)
{
	bool itself = means_itself(probe->member, slice, discriminator);
	struct spot place;

	if (!find_place(probe, itself ? slice : rule, itself ? PLACE_HERE : discriminator->place, discriminator->name, &place) ||
	    place.rule->type_count == 0 || place.member.text != NULL)
		return false;
	/* The profile of a reference is that of what it leads to, also where a guide leaves resolve() out. */
	if (is_reference(place.rule) && strcmp(place.member.type->name, "Reference") == 0 &&
	    !find_place(probe, slice, PLACE_RESOLVED, NULL, &place))
		return false;
	if (place.rule->types[0].profiles == NULL && !is_reference(place.rule) && !place.member.type->resource)
		return match_below(&place.member, place.rule, 0) == 1;
	return meets_profile(probe, slice, &place, itself ? "$this" : discriminator->path);
}

/* ---- Existence ---------------------------------------------------------------------------------------------------- */

static bool
match_exists(const struct member *member, const struct rule *slice, const char *path)
{
	const struct rule *rule = rule_child(slice, path, strlen(path));
	bool there = fhir_child(member->node, path) != NULL;

	if (rule == NULL)
		return false;
	return there ? rule->max > 0 : rule->min == 0;
}

/* ---- All discriminators -------------------------------------------------------------------------------------------- */

/* Extensions are told apart by url; the definition that the slice names fixes it. */
static int
match_extension(const struct member *member, const struct rule *slice)
{
	const char *const *canonical = slice->type_count > 0 ? slice->types[0].profiles : NULL;
	const char *url;
	size_t i;

	if (canonical == NULL || strcmp(member->type->name, "Extension") != 0 ||
	    (url = fhir_attribute(member->node, "url")) == NULL)
		return -1;
	for (i = 0; canonical[i] != NULL; i++) {
		const struct profile *profile = slice->types[0].known_profiles[i];
		size_t length = strcspn(canonical[i], "|");

		if (profile != NULL && profile->extension_url != NULL ? strcmp(profile->extension_url, url) == 0 :
		    strncmp(canonical[i], url, length) == 0 && url[length] == '\0')
			return 1;
	}
	return 0;
}

static bool
in_slice(struct probe *probe, const struct rule *slice)
{
	const struct slicing *slicing = probe->sliced->slicing;
	int extension = match_extension(probe->member, slice);
	size_t i;

	if (extension >= 0)
		return extension == 1;
	if (slicing == NULL || slicing->count == 0)
		return false;
	for (i = 0; i < slicing->count; i++) {
		const struct discriminator *discriminator = &slicing->discriminators[i];
		bool matches = false;

		switch (discriminator->kind) {
		case DISCRIMINATE_VALUE:
			matches = match_value(probe->walk, probe->member, slice, discriminator->path) == 1;
			break;
		case DISCRIMINATE_EXISTS:
			matches = match_exists(probe->member, slice, discriminator->path);
			break;
		case DISCRIMINATE_TYPE:
			matches = match_type(probe, slice->places[i], discriminator);
			break;
		case DISCRIMINATE_PROFILE:
			matches = match_profile(probe, slice, slice->places[i], discriminator);
			break;
		}
		if (!matches)
			return false;
	}
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
	size_t i;

	(void)parent;
	for (i = 0; i < count; i++) {
		struct probe probe = { .walk = walk, .member = &members[i], .sliced = rule };

		slice_of[i] = NULL;
		for (slice = rule->slices; slice != NULL && slice_of[i] == NULL; slice = slice->next_slice)
			if (in_slice(&probe, slice))
				slice_of[i] = slice;
		if (slice_of[i] == NULL && rule->slicing != NULL && rule->slicing->closed)
			walk_say(walk, EHDS_SEVERITY_ERROR, "slice-closed", "structure", members[i].node, NULL,
			    members[i].type->name, NULL, "the slicing is closed and none of its slices takes this");
	}
	if (rule->slicing != NULL && (rule->slicing->ordered || rule->slicing->at_end))
		walk_order(walk, rule, members, count, slice_of);
}
