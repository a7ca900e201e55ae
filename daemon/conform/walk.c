/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The walk: a resource and the rules of a profile side by side, child by child. Source: HL7 FHIR R4 4.0.1, profiling.html,
 * elementdefinition.html; imposeProfile: HL7 FHIR extensions pack 5.2.0.
 *
 * A snapshot repeats everything that it inherits, so a resource is walked once per claimed profile and its base is not
 * walked again. What two profiles both say is reported once (check_say).
 */
#include "conform/check.h"

#include "fhir/tree.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200
#define ATTRIBUTE_PLACES 3	/* id comes first, Extension.url third */

static const xmlNode *
next_element(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* ---- Types --------------------------------------------------------------------------------------------------------- */

static bool
type_derives(const struct fact_type *type, const char *name)
{
	const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = type };

	return item_is(&item, "FHIR", name);
}

static const struct rule_type *
type_allowed(const struct rule *rule, const struct fact_type *type)
{
	size_t i;

	for (i = 0; i < rule->type_count; i++)
		if (rule->types[i].type == type)
			return &rule->types[i];
	for (i = 0; i < rule->type_count; i++)
		if (rule->types[i].general && type_derives(type, rule->types[i].code))
			return &rule->types[i];
	return NULL;
}

static const char *
list_types(struct check *check, const struct rule *rule)
{
	const char *list = "";
	size_t i;

	for (i = 0; i < rule->type_count; i++)
		list = arena_printf(check->arena, "%s%s%s", list, i > 0 ? " or " : "", rule->types[i].code);
	return list;
}

/* The value itself must meet one of the profiles that its type names (Quantity|SimpleQuantity, Resource|Composition-eu-eps). */
static void
check_type_profiles(struct check *check, const struct member *member, const struct rule_type *type)
{
	const char *const *canonical;
	size_t count = 0;

	for (canonical = type->profiles; canonical != NULL && *canonical != NULL; canonical++)
		count++;
	if (count == 0)
		return;
	/* With one profile its own findings are the best answer; of several, one must do. */
	for (canonical = type->profiles; *canonical != NULL; canonical++) {
		const struct profile *profile = profile_find(check->profiles, *canonical), *outer = check->profile;

		if (profile == NULL)
			continue;
		if (count == 1 && member->type->resource) {
			check_resource(check, member->node, profile);
		} else if (count == 1) {
			check->profile = profile;
			check_invariants(check, member, profile->root);
			check_children(check, member, profile->root);
			check->profile = outer;
		} else if (member->type->resource && check_meets(check, member->node, profile)) {
			return;
		}
	}
	if (count > 1 && member->type->resource)
		check_say(check, EHDS_SEVERITY_ERROR, "type-profile", "structure", member->node, NULL, NULL, type->profiles[0],
		    "the resource meets none of the profiles that are allowed here");
}

static bool
is_extension(const struct member *member)
{
	return strcmp(member->type->name, "Extension") == 0;
}

/* Below a member: its own rules, those of what it refers to, or those of its data type. */
static void
descend(struct check *check, const struct member *member, const struct rule *rule, const struct rule_type *type)
{
	const struct profile *definition;

	if (member->type->resource) {
		check_claims(check, member->node);
		return;
	}
	if (member->fact != NULL && member->fact->kind == FACT_XHTML)
		return;		/* the narrative rules look inside */
	if (member->type->primitive && rule->children == NULL) {
		check_children(check, member, rule);
		return;
	}
	if (rule->children != NULL || rule->referred != NULL)
		check_children(check, member, rule->children != NULL ? rule : rule->referred);
	if (strchr(member->type->name, '.') != NULL || is_extension(member))
		return;
	definition = type != NULL && type->definition != NULL ? type->definition :
	    profile_of_type(check->profiles, member->type->name);
	if (definition == NULL || definition->root == NULL)
		return;
	check_invariants(check, member, definition->root);
	if (rule->children == NULL)
		check_children(check, member, definition->root);
}

void
check_member(struct check *check, const struct member *member, const struct rule *rule)
{
	const struct rule_type *type;

	check_value(check, member, rule);
	if (member->text != NULL || check_done(check))
		return;
	type = type_allowed(rule, member->type);
	if (type == NULL && rule->type_count > 0) {
		check_say(check, EHDS_SEVERITY_ERROR, "type", "structure", member->node, NULL, member->type->name,
		    list_types(check, rule), "a value of this type is not allowed here");
		return;
	}
	if (rule->binding != NULL)
		check_binding(check, member, rule->binding);
	if (rule->most != NULL)
		check_binding(check, member, rule->most);
	check_invariants(check, member, rule);
	if (check_done(check))
		return;
	if (type != NULL && type->targets != NULL)
		check_target(check, member, type);
	descend(check, member, rule, type);
	if (type != NULL && type->profiles != NULL && !is_extension(member))
		check_type_profiles(check, member, type);
}

/* ---- Children ------------------------------------------------------------------------------------------------------ */

static struct member
member_of_child(const xmlNode *child, const struct fact_element *fact)
{
	struct member member = { .node = child, .fact = fact, .type = fact->type };

	if (fact->kind == FACT_RESOURCE) {
		const xmlNode *inner = next_element(child->children);

		member.node = inner != NULL ? inner : child;
		member.type = inner != NULL ? fact_type_find((const char *)inner->name) : NULL;
	}
	return member;
}

/* All members of a parent, attributes first, in document order. */
static size_t
list_members(struct check *check, const struct member *parent, struct member **out)
{
	const struct fact_type *type = parent->type;
	const xmlNode *child;
	size_t count = 0, capacity = 2, hint = 0, i;

	for (child = next_element(parent->node->children); child != NULL; child = next_element(child->next))
		capacity++;
	*out = arena_alloc(check->scratch, capacity * sizeof(**out));
	if (*out == NULL)
		return 0;
	for (i = 0; i < type->count && i < ATTRIBUTE_PLACES; i++)
		if (type->elements[i].kind == FACT_ATTRIBUTE) {
			const char *text = fhir_attribute(parent->node, type->elements[i].name);

			if (text != NULL && count < capacity)
				(*out)[count++] = (struct member){ .node = parent->node, .fact = &type->elements[i],
					.type = type->elements[i].type, .text = text };
		}
	for (child = next_element(parent->node->children); child != NULL; child = next_element(child->next)) {
		const struct fact_element *fact = fact_element_find(type, (const char *)child->name, &hint);
		struct member member;

		if (fact == NULL)
			continue;	/* unknown names are the structure's to report */
		member = member_of_child(child, fact);
		if (member.type != NULL)
			(*out)[count++] = member;
	}
	return count;
}

static const char *
count_text(struct check *check, unsigned count)
{
	return count == MAX_UNBOUNDED ? "*" : arena_printf(check->arena, "%u", count);
}

static void
say_count(struct check *check, const struct member *parent, const struct rule *rule, size_t count, const char *slice)
{
	const char *child = slice != NULL ? arena_printf(check->arena, "%s:%s", rule->name, slice) : rule->name;

	if (count < rule->min)
		check_say(check, EHDS_SEVERITY_ERROR, slice != NULL ? "slice-min" : "min", "required", parent->node, child,
		    arena_printf(check->arena, "%zu", count), arena_printf(check->arena, "%u..%s", rule->min,
		    count_text(check, rule->max)), slice != NULL ? "too few members of the slice '%s'" : "'%s' is missing",
		    slice != NULL ? slice : rule->name);
	if (rule->max != MAX_UNBOUNDED && count > rule->max)
		check_say(check, EHDS_SEVERITY_ERROR, slice != NULL ? "slice-max" : "max", "structure", parent->node, child,
		    arena_printf(check->arena, "%zu", count), arena_printf(check->arena, "%u..%u", rule->min, rule->max),
		    slice != NULL ? "too many members of the slice '%s'" : "too many '%s'", slice != NULL ? slice : rule->name);
}

static void
check_count(struct check *check, const struct member *parent, const struct rule *rule, size_t count, const char *slice)
{
	if (count < rule->min || (rule->max != MAX_UNBOUNDED && count > rule->max))
		say_count(check, parent, rule, count, slice);
}

static void
check_sliced(struct check *check, const struct member *parent, const struct rule *rule, const struct member *members,
    size_t count)
{
	const struct rule **slice_of = arena_alloc(check->scratch, (count + 1) * sizeof(*slice_of));
	const struct rule *slice;
	size_t i;

	if (slice_of == NULL)
		return;
	check_slices(check, parent, rule, members, count, slice_of);
	for (slice = rule->slices; slice != NULL; slice = slice->next_slice) {
		size_t taken = 0;

		for (i = 0; i < count; i++)
			taken += slice_of[i] == slice;
		check_count(check, parent, slice, taken, slice->slice);
	}
	for (i = 0; i < count && !check_done(check); i++)
		check_member(check, &members[i], slice_of[i] != NULL ? slice_of[i] : rule);
}

/* A primitive without children of its own still may carry extensions. */
static void
check_extensions(struct check *check, const struct member *parent, const struct member *members, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_extension(&members[i]))
			check_extension(check, &members[i], parent);
}

/* The members of each child rule, side by side in the order of the rules; from[i] is where those of rule i begin. */
struct sorted {
	const struct rule **rules;
	size_t *from;
	struct member *members;
};

static bool
same_name(const char *a, const char *b)
{
	return a == b || (*a == *b && strcmp(a, b) == 0);
}

/* Members mostly come in the order of the rules: the search goes on where the last one was found. */
static size_t
rule_of_member(const struct sorted *sorted, size_t rules, const char *name, size_t hint)
{
	size_t i;

	for (i = 0; i < rules; i++) {
		size_t at = hint + i < rules ? hint + i : hint + i - rules;

		if (same_name(sorted->rules[at]->name, name))
			return at;
	}
	return rules;
}

/* A counting sort: linear, stable, and right for documents in any order. False when the arena is full. */
static bool
sort_members(struct check *check, const struct rule *rule, const struct member *members, size_t count, struct sorted *out)
{
	size_t rules = rule->child_count, i, at = 0, *of, *next;
	const struct rule *child;

	out->rules = arena_alloc(check->scratch, (rules + 1) * sizeof(*out->rules));
	out->from = arena_alloc(check->scratch, (rules + 2) * sizeof(*out->from));
	out->members = arena_alloc(check->scratch, (count + 1) * sizeof(*out->members));
	next = arena_alloc(check->scratch, (rules + 2) * sizeof(*next));
	of = arena_alloc(check->scratch, (count + 1) * sizeof(*of));
	if (out->rules == NULL || out->from == NULL || out->members == NULL || next == NULL || of == NULL)
		return false;
	for (child = rule->children; child != NULL; child = child->next)
		out->rules[at++] = child;
	at = 0;
	for (i = 0; i < count; i++) {
		at = rule_of_member(out, rules, members[i].fact->base, at < rules ? at : 0);
		of[i] = at;
		out->from[at + 1]++;
	}
	for (i = 0; i <= rules; i++) {
		out->from[i + 1] += out->from[i];
		next[i] = out->from[i];
	}
	for (i = 0; i < count; i++)
		out->members[next[of[i]]++] = members[i];
	return true;
}

void
check_children(struct check *check, const struct member *parent, const struct rule *rule)
{
	struct arena_mark mark = arena_mark(check->scratch);
	struct sorted sorted;
	struct member *members;
	size_t count, i, r;

	if (++check->depth > DEPTH_MAX) {
		check->depth--;
		return;
	}
	count = list_members(check, parent, &members);
	if (!sort_members(check, rule, members, count, &sorted)) {
		check->depth--;
		return;
	}
	for (r = 0; r < rule->child_count && !check_done(check); r++) {
		const struct rule *child = sorted.rules[r];
		size_t from = sorted.from[r], to = sorted.from[r + 1];

		check_count(check, parent, child, to - from, NULL);
		if (child->slices != NULL && (to > from || child->slicing != NULL))
			check_sliced(check, parent, child, sorted.members + from, to - from);
		else
			for (i = from; i < to && !check_done(check); i++)
				check_member(check, &sorted.members[i], child);
	}
	check_extensions(check, parent, members, count);
	arena_release(check->scratch, mark);
	check->depth--;
}

/* ---- Resources ------------------------------------------------------------------------------------------------------ */

void
check_resource(struct check *check, const xmlNode *resource, const struct profile *profile)
{
	const struct profile *outer = check->profile;
	const struct fhirpath_item outer_resource = check->fhirpath.resource;
	const struct member member = { .node = resource, .type = fact_type_find((const char *)resource->name) };
	const char *const *imposed;

	if (member.type == NULL || profile->root == NULL || !seen_add(&check->validated, check->arena, profile, resource))
		return;
	check->profile = profile;
	if (!type_derives(member.type, profile->type)) {
		check_say(check, EHDS_SEVERITY_ERROR, "type", "structure", resource, NULL, member.type->name, profile->type,
		    "the profile is for another type of resource");
	} else {
		check->fhirpath.resource = fhirpath_node(resource, member.type);
		check_invariants(check, &member, profile->root);
		check_children(check, &member, profile->root);
		check->fhirpath.resource = outer_resource;
	}
	check->profile = outer;
	for (imposed = profile->imposed; imposed != NULL && *imposed != NULL && !check_done(check); imposed++) {
		const struct profile *further = profile_find(check->profiles, *imposed);

		if (further != NULL)
			check_resource(check, resource, further);
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

void
check_claims(struct check *check, const xmlNode *resource)
{
	const struct profile *definition;
	const xmlNode *claim;
	bool walked = false;

	for (claim = fhir_child(fhir_child(resource, "meta"), "profile"); claim != NULL; claim = fhir_next(claim)) {
		const char *url = fhir_value(claim);
		const struct profile *profile = url != NULL ? profile_find(check->profiles, url) : NULL;

		if (url == NULL)
			continue;
		if (profile == NULL) {
			check_say(check, EHDS_SEVERITY_WARNING, "profile-unknown", "not-found", claim, NULL, url, NULL,
			    "no loaded package has this profile: not checked");
			continue;
		}
		check_resource(check, resource, profile);
		walked = true;
	}
	if (walked)
		return;
	definition = profile_of_type(check->profiles, (const char *)resource->name);
	if (definition != NULL)
		check_resource(check, resource, definition);
}

bool
check_meets(struct check *check, const xmlNode *resource, const struct profile *profile)
{
	struct check trial = { .profiles = check->profiles, .bundle = check->bundle, .arena = check->scratch,
		.scratch = check->scratch, .fhirpath = check->fhirpath, .depth = check->depth + 1 };
	struct arena_mark mark = arena_mark(check->scratch);

	if (trial.depth > DEPTH_MAX)
		return true;
	check_resource(&trial, resource, profile);
	arena_release(check->scratch, mark);
	return !trial.failed;
}
