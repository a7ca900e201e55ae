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

#define BELOW_MAX 8

static int
match_below(const struct member *member, const struct rule *rule, unsigned depth);

/* Some child of the member is what the rule wants. -1: the rule wants nothing in particular. */
static int
match_child(const struct member *member, const struct rule *rule, unsigned depth)
{
	const xmlNode *node = next_element(member->node->children);
	int decided = -1;

	for (; node != NULL; node = next_element(node->next)) {
		const struct fact_element *fact = fact_element_find(member->type, (const char *)node->name, NULL);
		struct member next = { .node = node, .fact = fact, .type = fact != NULL ? fact->type : NULL };
		int one;

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
		return member->text == NULL && rule != NULL && match_below(member, rule, 0) == 1;
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
find_place(struct walk *walk, const struct member *member, const struct rule *slice, const char *path, struct spot *out)
{
	const char *reference;
	xmlNode *found;
	const xmlNode *node;

	*out = (struct spot){ *member, slice };
	if (strncmp(path, "$this", 5) == 0)
		path += path[5] == '.' ? 6 : 5;
	if (*path == '\0')
		return true;
	if (strcmp(path, "resolve()") == 0) {
		reference = fhir_child_value(member->node, "reference");
		if (reference == NULL || bundle_resolve(walk->bundle, member->node, reference, &found) != BUNDLE_FOUND)
			return false;
		out->member = (struct member){ .node = found, .type = fact_type_find((const char *)found->name) };
		return out->member.type != NULL;
	}
	out->rule = child_rule(slice, path, strlen(path));
	node = fhir_child(member->node, path);
	if (node == NULL || out->rule == NULL)
		return false;
	if (strcmp(path, "resource") == 0)
		node = next_element(node->children);
	if (node == NULL)
		return false;
	out->member = (struct member){ .node = node, .type = fact_type_find((const char *)node->name) };
	if (out->member.type == NULL) {
		const struct fact_element *fact = fact_element_find(member->type, (const char *)node->name, NULL);

		out->member.type = fact != NULL ? fact->type : NULL;
	}
	return out->member.type != NULL;
}

static bool
is_reference(const struct rule *rule)
{
	return rule->type_count > 0 && strcmp(rule->types[0].code, "Reference") == 0;
}

static bool
match_type(struct walk *walk, const struct member *member, const struct rule *slice, const char *path)
{
	struct spot place;
	size_t i;
	const char *const *target;

	if (!find_place(walk, member, slice, path, &place))
		return false;
	for (i = 0; i < place.rule->type_count; i++) {
		const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = place.member.type };

		if (strstr(path, "resolve()") == NULL && item_is(&item, "FHIR", place.rule->types[i].code))
			return true;
		for (target = place.rule->types[i].targets; target != NULL && *target != NULL; target++) {
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
match_profile(struct walk *walk, const struct member *member, const struct rule *sliced, const struct rule *slice,
    const char *path)
{
	struct spot place;
	const char *const *canonical;

	/* Some guides point the discriminator at an element of the data type whose profile tells the slices apart. */
	if (!member->type->resource && !is_reference(slice) && strncmp(path, "$this", 5) != 0 && strstr(path, "resolve()") == NULL &&
	    slice->type_count > 0 && slice->types[0].profiles != NULL && child_rule(slice, path, strlen(path)) == NULL)
		path = "$this";
	if (!find_place(walk, member, slice, path, &place) || place.rule->type_count == 0 || place.member.text != NULL)
		return false;
	/* The profile of a reference is that of what it leads to, also where a guide leaves resolve() out. */
	if (is_reference(place.rule) && strcmp(place.member.type->name, "Reference") == 0 &&
	    !find_place(walk, member, slice, "resolve()", &place))
		return false;
	if (place.rule->types[0].profiles == NULL && !is_reference(place.rule) && !place.member.type->resource)
		return match_below(&place.member, place.rule, 0) == 1;
	canonical = is_reference(place.rule) ? place.rule->types[0].targets : place.rule->types[0].profiles;
	for (; canonical != NULL && *canonical != NULL; canonical++) {
		const struct profile *profile = profile_find(walk->profiles, *canonical);

		if (profile == NULL || strcmp(profile->type, place.member.type->name) != 0)
			continue;
		if (!place.member.type->resource)
			return walk_fits(walk, &place.member, profile);
		if (!profile->constraint || resource_claims(place.member.node, profile))
			return true;
		if (slice->min == 0 && slice->max == MAX_UNBOUNDED)
			continue;
		if (!type_is_shared(walk, sliced, slice, path, profile->type) ||
		    walk_meets(walk, place.member.node, profile))
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

static bool
in_slice(struct walk *walk, const struct member *member, const struct rule *sliced, const struct rule *slice)
{
	const struct slicing *slicing = sliced->slicing;
	int extension = match_extension(walk, member, slice);
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
			matches = match_value(walk, member, slice, discriminator->path) == 1;
			break;
		case DISCRIMINATE_EXISTS:
			matches = match_exists(member, slice, discriminator->path);
			break;
		case DISCRIMINATE_TYPE:
			matches = match_type(walk, member, slice, discriminator->path);
			break;
		case DISCRIMINATE_PROFILE:
			matches = match_profile(walk, member, sliced, slice, discriminator->path);
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
		slice_of[i] = NULL;
		for (slice = rule->slices; slice != NULL && slice_of[i] == NULL; slice = slice->next_slice)
			if (in_slice(walk, &members[i], rule, slice))
				slice_of[i] = slice;
		if (slice_of[i] == NULL && rule->slicing != NULL && rule->slicing->closed)
			walk_say(walk, EHDS_SEVERITY_ERROR, "slice-closed", "structure", members[i].node, NULL,
			    members[i].type->name, NULL, "the slicing is closed and none of its slices takes this");
	}
	if (rule->slicing != NULL)
		walk_order(walk, rule, members, count, slice_of);
}
