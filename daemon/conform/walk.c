/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The walk: a resource and the rules of a profile side by side, child by child. Source: HL7 FHIR R4 4.0.1, profiling.html,
 * elementdefinition.html; imposeProfile: HL7 FHIR extensions pack 5.2.0.
 *
 * A snapshot repeats everything that it inherits, so a resource is walked once per claimed profile and its base is not
 * walked again. What two profiles both say is reported once (walk_say).
 */
#include "conform/walk.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200
#define ATTRIBUTE_PLACES 3	/* id comes first, Extension.url third */

/* ---- Types --------------------------------------------------------------------------------------------------------- */

static bool
type_derives(const struct fact_type *type, const char *name)
{
	const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = type };

	return item_is(&item, "FHIR", name);
}

static const char *
list_types(struct walk *walk, const struct rule *rule)
{
	const char *list = "";
	size_t i;

	for (i = 0; i < rule->type_count; i++)
		list = arena_printf(walk->arena, "%s%s%s", list, i > 0 ? " or " : "", rule->types[i].code);
	return list;
}

/* The value itself must meet one of the profiles that its type names (Quantity|SimpleQuantity, Resource|Composition-eu-eps). */
static void
walk_type_profiles(struct walk *walk, const struct member *member, const struct rule_type *type)
{
	size_t count = 0, i;

	while (type->profiles[count] != NULL)
		count++;
	if (count == 0)
		return;
	/* With one profile its own findings are the best answer; of several, one must do. */
	for (i = 0; i < count; i++) {
		const struct profile *profile = type->known_profiles[i], *outer = walk->profile;

		if (profile == NULL)
			continue;
		if (count == 1 && member->type->resource) {
			walk_resource(walk, member->node, profile);
		} else if (count == 1) {
			walk->profile = profile;
			walk_invariants(walk, member, profile->root);
			walk_children(walk, member, profile->root);
			walk->profile = outer;
		} else if (member->type->resource && walk_meets(walk, member->node, profile)) {
			return;
		}
	}
	if (count > 1 && member->type->resource)
		walk_say(walk, EHDS_SEVERITY_ERROR, "type-profile", "structure", member->node, NULL, NULL, type->profiles[0],
		    "the resource meets none of the profiles that are allowed here");
}

static bool
is_extension(const struct member *member)
{
	return text_is(member->type->name, "Extension");
}

/* Below a member: its own rules, those of what it refers to, or those of its data type. */
static void
descend(struct walk *walk, const struct member *member, const struct rule *rule, const struct rule_type *type)
{
	const struct profile *definition;

	if (member->type->resource) {
		walk_claims(walk, member->node);
		return;
	}
	if (member->fact != NULL && member->fact->kind == FACT_XHTML)
		return;		/* the narrative rules look inside */
	if (member->type->primitive && rule->children == NULL) {
		if (member->node->children != NULL)
			walk_children(walk, member, rule);
		return;
	}
	if (rule->children != NULL || rule->referred != NULL)
		walk_children(walk, member, rule->children != NULL ? rule : rule->referred);
	if (is_extension(member))
		return;
	definition = type != NULL ? type->definition : NULL;
	if (definition == NULL && strchr(member->type->name, '.') == NULL)
		definition = profile_of_type(walk->profiles, member->type->name);
	if (definition == NULL || definition->root == NULL)
		return;
	walk_invariants(walk, member, definition->root);
	/* A data type says the same of a node whichever profile leads to it. */
	if (rule->children == NULL && seen_add(&walk->validated, walk->arena, definition, member->node))
		walk_children(walk, member, definition->root);
}

void
walk_member(struct walk *walk, const struct member *member, const struct rule *rule)
{
	const struct rule_type *type;

	walk_value(walk, member, rule);
	if (member->text != NULL || walk_done(walk))
		return;
	type = rule_type_of(rule, member->type);
	if (type == NULL && rule->type_count > 0) {
		walk_say(walk, EHDS_SEVERITY_ERROR, "type", "structure", member->node, NULL, member->type->name,
		    list_types(walk, rule), "a value of this type is not allowed here");
		return;
	}
	if (rule->binding != NULL)
		walk_binding(walk, member, rule->binding);
	if (rule->most != NULL)
		walk_binding(walk, member, rule->most);
	walk_invariants(walk, member, rule);
	if (walk_done(walk))
		return;
	if (type != NULL && type->targets != NULL)
		walk_target(walk, member, type);
	descend(walk, member, rule, type);
	if (type != NULL && type->profiles != NULL && !is_extension(member))
		walk_type_profiles(walk, member, type);
}

/* ---- Children ------------------------------------------------------------------------------------------------------ */

static struct member
member_of_child(const xmlNode *child, const struct fact_element *fact)
{
	struct member member = { .node = child, .fact = fact, .type = fact->type };

	if (fact->kind == FACT_RESOURCE) {
		const xmlNode *inner = fhir_element(child->children);

		member.node = inner != NULL ? inner : child;
		member.type = inner != NULL ? fact_type_find((const char *)inner->name) : NULL;
	}
	return member;
}

/* Members of most elements; more are listed in the arena. */
#define MEMBERS_AT_HAND 16

/* The members of one parent, and for each the index of its rule, `rules` for none. */
struct members {
	struct member *list;
	unsigned short *of;
	size_t count, rules;
	struct member at_hand[MEMBERS_AT_HAND];
	unsigned short of_at_hand[MEMBERS_AT_HAND];
};

/* False when the arena is full. */
static bool
members_room(struct walk *walk, const xmlNode *parent, struct members *members)
{
	size_t room = ATTRIBUTE_PLACES;
	const xmlNode *child;

	for (child = fhir_element(parent->children); child != NULL; child = fhir_element(child->next))
		room++;
	members->list = members->at_hand;
	members->of = members->of_at_hand;
	if (room <= MEMBERS_AT_HAND)
		return true;
	members->list = arena_alloc(walk->scratch, room * sizeof(*members->list));
	members->of = arena_alloc(walk->scratch, room * sizeof(*members->of));
	return members->list != NULL && members->of != NULL;
}

/* Members mostly come in the order of the rules: the search goes on where the last one was found. */
static size_t
rule_of_member(const struct rule *rule, const char *name, size_t hint)
{
	size_t i, count = rule->child_count;

	for (i = 0; i < count; i++) {
		size_t at = hint + i < count ? hint + i : hint + i - count;

		if (text_is(rule->child_list[at]->name, name))
			return at;
	}
	return count;
}

static void
members_add(struct members *members, const struct rule *rule, bool known, struct member member, size_t *hint)
{
	size_t at;

	if (known) {
		uint8_t index = rule->by_order[member.fact->order];

		at = index == CHILD_NONE ? members->rules : index;
	} else {
		at = rule_of_member(rule, member.fact->base, *hint);
	}

	if (at < members->rules)
		*hint = at;
	members->of[members->count] = (unsigned short)at;
	members->list[members->count++] = member;
}

/* All members of a parent, attributes first, in document order. False when the arena is full. */
static bool
list_members(struct walk *walk, const struct member *parent, const struct rule *rule, struct members *members)
{
	const struct fact_type *type = parent->type;
	const bool known = rule->of == type && rule->child_count > 0 && rule->child_count < CHILD_NONE;
	const xmlNode *child;
	size_t hint = 0, rule_hint = 0, i;

	members->count = 0;
	members->rules = rule->child_count;
	if (!members_room(walk, parent->node, members))
		return false;
	for (i = 0; parent->node->properties != NULL && i < type->count && i < ATTRIBUTE_PLACES; i++)
		if (type->elements[i].kind == FACT_ATTRIBUTE) {
			const char *text = fhir_attribute(parent->node, type->elements[i].name);

			if (text != NULL)
				members_add(members, rule, known, (struct member){ .node = parent->node, .fact = &type->elements[i],
					.type = type->elements[i].type, .text = text }, &rule_hint);
		}
	for (child = fhir_element(parent->node->children); child != NULL; child = fhir_element(child->next)) {
		const struct fact_element *fact = fact_element_find(type, (const char *)child->name, &hint);
		struct member member;

		if (fact == NULL)
			continue;	/* unknown names are the structure's to report */
		member = member_of_child(child, fact);
		if (member.type != NULL)
			members_add(members, rule, known, member, &rule_hint);
	}
	return true;
}

static const char *
count_text(struct walk *walk, unsigned count)
{
	return count == MAX_UNBOUNDED ? "*" : arena_printf(walk->arena, "%u", count);
}

static void
say_count(struct walk *walk, const struct member *parent, const struct rule *rule, size_t count, const char *slice)
{
	const char *child = slice != NULL ? arena_printf(walk->arena, "%s:%s", rule->name, slice) : rule->name;

	if (count < rule->min)
		walk_say(walk, EHDS_SEVERITY_ERROR, slice != NULL ? "slice-min" : "min", "required", parent->node, child,
		    arena_printf(walk->arena, "%zu", count), arena_printf(walk->arena, "%u..%s", rule->min,
		    count_text(walk, rule->max)), slice != NULL ? "too few members of the slice '%s'" : "'%s' is missing",
		    slice != NULL ? slice : rule->name);
	if (rule->max != MAX_UNBOUNDED && count > rule->max)
		walk_say(walk, EHDS_SEVERITY_ERROR, slice != NULL ? "slice-max" : "max", "structure", parent->node, child,
		    arena_printf(walk->arena, "%zu", count), arena_printf(walk->arena, "%u..%u", rule->min, rule->max),
		    slice != NULL ? "too many members of the slice '%s'" : "too many '%s'", slice != NULL ? slice : rule->name);
}

static void
walk_count(struct walk *walk, const struct member *parent, const struct rule *rule, size_t count, const char *slice)
{
	if (count < rule->min || (rule->max != MAX_UNBOUNDED && count > rule->max))
		say_count(walk, parent, rule, count, slice);
}

static void
walk_sliced(struct walk *walk, const struct member *parent, const struct rule *rule, const struct member *members,
    size_t count)
{
	const struct rule **slice_of = arena_alloc(walk->scratch, (count + 1) * sizeof(*slice_of));
	const struct rule *slice;
	size_t i;

	if (slice_of == NULL)
		return;
	walk_slices(walk, parent, rule, members, count, slice_of);
	for (slice = rule->slices; slice != NULL; slice = slice->next_slice) {
		size_t taken = 0;

		for (i = 0; i < count; i++)
			taken += slice_of[i] == slice;
		walk_count(walk, parent, slice, taken, slice->slice);
	}
	for (i = 0; i < count && !walk_done(walk); i++)
		walk_member(walk, &members[i], slice_of[i] != NULL ? slice_of[i] : rule);
}

/* A primitive without children of its own still may carry extensions. */
static void
walk_extensions(struct walk *walk, const struct member *parent, const struct members *members)
{
	size_t i;

	for (i = 0; i < members->count; i++)
		if (is_extension(&members->list[i]))
			walk_extension(walk, &members->list[i], parent);
}

/* Side by side in the order of the rules, those without a rule last; stable. False when the arena is full. */
static bool
sort_members(struct walk *walk, const struct members *members, struct members *out)
{
	size_t *next = arena_alloc(walk->scratch, (members->rules + 2) * sizeof(*next)), i;

	*out = (struct members){ .count = members->count, .rules = members->rules };
	out->list = arena_alloc(walk->scratch, (members->count + 1) * sizeof(*out->list));
	out->of = arena_alloc(walk->scratch, (members->count + 1) * sizeof(*out->of));
	if (next == NULL || out->list == NULL || out->of == NULL)
		return false;
	for (i = 0; i < members->count; i++)
		next[members->of[i] + 1]++;
	for (i = 0; i < members->rules; i++)
		next[i + 1] += next[i];
	for (i = 0; i < members->count; i++) {
		size_t to = next[members->of[i]]++;

		out->list[to] = members->list[i];
		out->of[to] = members->of[i];
	}
	return true;
}

static bool
are_sorted(const struct members *members)
{
	size_t i;

	for (i = 1; i < members->count; i++)
		if (members->of[i] < members->of[i - 1])
			return false;
	return true;
}

static void
walk_rule(struct walk *walk, const struct member *parent, const struct rule *child, const struct member *members, size_t count)
{
	size_t i;

	walk_count(walk, parent, child, count, NULL);
	if (child->slices != NULL && (count > 0 || child->slicing != NULL))
		walk_sliced(walk, parent, child, members, count);
	else
		for (i = 0; i < count && !walk_done(walk); i++)
			walk_member(walk, &members[i], child);
}

/* Each rule with its members, in the order of the rules; those that say nothing of no members are not looked at without. */
static void
walk_rules(struct walk *walk, const struct member *parent, const struct rule *rule, const struct members *sorted)
{
	size_t from = 0, to, r;

	for (r = 0; r < rule->child_count && !walk_done(walk); r++) {
		bool here = from < sorted->count && sorted->of[from] == r;

		if (!here && r < 64 && (rule->always >> r & 1) == 0)
			continue;
		for (to = from; to < sorted->count && sorted->of[to] == r; to++)
			;
		walk_rule(walk, parent, rule->child_list[r], sorted->list + from, to - from);
		from = to;
	}
}

void
walk_children(struct walk *walk, const struct member *parent, const struct rule *rule)
{
	struct arena_mark mark = arena_mark(walk->scratch);
	struct members members, in_order;

	if (walk->depth >= DEPTH_MAX || !list_members(walk, parent, rule, &members))
		return;
	walk->depth++;
	if (are_sorted(&members))
		walk_rules(walk, parent, rule, &members);
	else if (sort_members(walk, &members, &in_order))
		walk_rules(walk, parent, rule, &in_order);
	walk_extensions(walk, parent, &members);
	arena_release(walk->scratch, mark);
	walk->depth--;
}

/* ---- Resources ------------------------------------------------------------------------------------------------------ */

void
walk_resource(struct walk *walk, const xmlNode *resource, const struct profile *profile)
{
	const struct profile *outer = walk->profile;
	const struct fhirpath_item outer_resource = walk->fhirpath.resource, outer_root = walk->fhirpath.root_resource;
	const struct member member = { .node = resource, .type = fact_type_find((const char *)resource->name) };
	const char *const *imposed;

	if (member.type == NULL || profile->root == NULL || !seen_add(&walk->validated, walk->arena, profile, resource))
		return;
	walk->profile = profile;
	if (!type_derives(member.type, profile->type)) {
		walk_say(walk, EHDS_SEVERITY_ERROR, "type", "structure", resource, NULL, member.type->name, profile->type,
		    "the profile is for another type of resource");
	} else {
		walk->fhirpath.resource = fhirpath_node(resource, member.type);
		if (resource->parent == NULL || resource->parent->name == NULL ||
		    strcmp((const char *)resource->parent->name, "contained") != 0)
			walk->fhirpath.root_resource = walk->fhirpath.resource;
		walk_invariants(walk, &member, profile->root);
		walk_children(walk, &member, profile->root);
		walk->fhirpath.resource = outer_resource;
		walk->fhirpath.root_resource = outer_root;
	}
	walk->profile = outer;
	for (imposed = profile->imposed; imposed != NULL && *imposed != NULL && !walk_done(walk); imposed++) {
		const struct profile *further = profile_find(walk->profiles, *imposed);

		if (further != NULL)
			walk_resource(walk, resource, further);
	}
}

bool
resource_claims(const xmlNode *resource, const struct profile *profile)
{
	const xmlNode *claim;

	for (claim = fhir_child(fhir_child(resource, "meta"), "profile"); claim != NULL; claim = fhir_next(claim)) {
		const char *url = fhir_value(claim);
		size_t length = url != NULL ? strcspn(url, "|") : 0;

		if (url != NULL && strncmp(url, profile->url, length) == 0 && profile->url[length] == '\0')
			return true;
	}
	return false;
}

/* Whether a profile imposes the other, at once or through one that it imposes. Guides do not impose in circles; depth bounds them. */
static bool
imposes(const struct walk *walk, const struct profile *profile, const struct profile *wanted, unsigned depth)
{
	const char *const *imposed;

	for (imposed = profile->imposed; depth < DEPTH_MAX && imposed != NULL && *imposed != NULL; imposed++) {
		const struct profile *further = profile_find(walk->profiles, *imposed);

		if (further != NULL && (further == wanted || imposes(walk, further, wanted, depth + 1)))
			return true;
	}
	return false;
}

bool
resource_answers_to(const struct walk *walk, const xmlNode *resource, const struct profile *profile)
{
	const xmlNode *claim;

	if (resource_claims(resource, profile))
		return true;
	for (claim = fhir_child(fhir_child(resource, "meta"), "profile"); claim != NULL; claim = fhir_next(claim)) {
		const char *url = fhir_value(claim);
		const struct profile *claimed = url != NULL ? profile_find(walk->profiles, url) : NULL;

		if (claimed != NULL && imposes(walk, claimed, profile, 0))
			return true;
	}
	return false;
}

void
walk_claims(struct walk *walk, const xmlNode *resource)
{
	const struct profile *definition;
	const xmlNode *claim;
	bool walked = false;

	for (claim = fhir_child(fhir_child(resource, "meta"), "profile"); claim != NULL; claim = fhir_next(claim)) {
		const char *url = fhir_value(claim);
		const struct profile *profile = url != NULL ? profile_find(walk->profiles, url) : NULL;

		if (url == NULL)
			continue;
		if (profile == NULL) {
			walk_say(walk, EHDS_SEVERITY_WARNING, "profile-unknown", "not-found", claim, NULL, url, NULL,
			    "no loaded package has this profile: not checked");
			continue;
		}
		walk_resource(walk, resource, profile);
		walked = true;
	}
	if (walked)
		return;
	definition = profile_of_type(walk->profiles, (const char *)resource->name);
	if (definition != NULL)
		walk_resource(walk, resource, definition);
}

static bool
try_profile(struct walk *walk, const xmlNode *resource, const struct profile *profile)
{
	struct walk trial = { .profiles = walk->profiles, .bundle = walk->bundle, .arena = walk->scratch,
		.scratch = walk->scratch, .fhirpath = walk->fhirpath, .depth = walk->depth + 1,
		.answers = walk->answers };
	struct arena_mark mark = arena_mark(walk->scratch);

	if (trial.depth > DEPTH_MAX)
		return true;
	walk_resource(&trial, resource, profile);
	arena_release(walk->scratch, mark);
	return !trial.failed;
}

/* Asked once for a resource and a profile: many references point to one Patient. */
bool
walk_meets(struct walk *walk, const xmlNode *resource, const struct profile *profile)
{
	struct answers *answers = walk->answers;
	bool meets;

	if (seen_has(&answers->met, profile, resource))
		return true;
	if (seen_has(&answers->unmet, profile, resource))
		return false;
	meets = try_profile(walk, resource, profile);
	seen_add(meets ? &answers->met : &answers->unmet, answers->arena, profile, resource);
	return meets;
}

bool
walk_fits(struct walk *walk, const struct member *member, const struct profile *profile)
{
	struct walk trial = { .profiles = walk->profiles, .bundle = walk->bundle, .arena = walk->scratch,
		.scratch = walk->scratch, .fhirpath = walk->fhirpath, .profile = profile, .depth = walk->depth + 1,
		.answers = walk->answers };
	struct arena_mark mark = arena_mark(walk->scratch);

	if (trial.depth > DEPTH_MAX || profile->root == NULL)
		return true;
	walk_invariants(&trial, member, profile->root);
	walk_children(&trial, member, profile->root);
	arena_release(walk->scratch, mark);
	return !trial.failed;
}
