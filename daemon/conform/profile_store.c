/* SPDX-License-Identifier: EUPL-1.2 */
/* The loaded profiles: look-ups, and what is bound when everything is there. See profile.h. */
#include "conform/profile_store.h"

#include "base/alloc.h"
#include "base/text.h"
#include "conform/grammar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bit: keys are ours (canonicals), not an attacker's. */
static uint64_t
hash_text(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

static struct keyed_entry *
slot_of(const struct keyed *keyed, const char *key)
{
	size_t at = hash_text(key) & (keyed->capacity - 1);

	while (keyed->entries[at].key != NULL && strcmp(keyed->entries[at].key, key) != 0)
		at = (at + 1) & (keyed->capacity - 1);
	return &keyed->entries[at];
}

static void
grow(struct keyed *keyed)
{
	struct keyed old = *keyed;
	size_t i;

	keyed->capacity = old.capacity == 0 ? 64 : 2 * old.capacity;
	keyed->entries = must_alloc(keyed->capacity * sizeof(*keyed->entries));
	for (i = 0; i < old.capacity; i++)
		if (old.entries[i].key != NULL)
			*slot_of(keyed, old.entries[i].key) = old.entries[i];
	free(old.entries);
}

void
keyed_add(struct keyed *keyed, const char *key, void *value)
{
	struct keyed_entry *slot;

	if (2 * (keyed->count + 1) > keyed->capacity)
		grow(keyed);
	slot = slot_of(keyed, key);
	if (slot->key == NULL)
		keyed->count++;
	*slot = (struct keyed_entry){ key, value };
}

void *
keyed_find(const struct keyed *keyed, const char *key)
{
	return keyed->capacity == 0 ? NULL : slot_of(keyed, key)->value;
}

void
keyed_free(struct keyed *keyed)
{
	free(keyed->entries);
	*keyed = (struct keyed){ 0 };
}

struct profiles *
profiles_new(void)
{
	struct profiles *profiles = must_alloc(sizeof(*profiles));

	profiles->arena = arena_new(0);
	return profiles;
}

void
profiles_free(struct profiles **profiles)
{
	struct invariant *invariant;

	if (*profiles == NULL)
		return;
	for (invariant = (*profiles)->first_invariant; invariant != NULL; invariant = invariant->next)
		fhirpath_free(&invariant->compiled);
	keyed_free(&(*profiles)->by_url);
	keyed_free(&(*profiles)->by_label);
	keyed_free(&(*profiles)->value_sets);
	keyed_free(&(*profiles)->invariants);
	keyed_free(&(*profiles)->search_parameters);
	arena_free(&(*profiles)->arena);
	free(*profiles);
	*profiles = NULL;
}

const struct profile *
profile_find(const struct profiles *profiles, const char *canonical)
{
	const struct profile *profile;

	if (strchr(canonical, '|') != NULL) {
		profile = keyed_find(&profiles->by_label, canonical);
		if (profile != NULL)
			return profile;
		return NULL;
	}
	profile = keyed_find(&profiles->by_url, canonical);
	while (profile != NULL && profile->same_url != NULL)
		profile = profile->same_url;
	return profile;
}

#define TYPE_PREFIX "http://hl7.org/fhir/StructureDefinition/"

const struct profile *
profile_of_type(const struct profiles *profiles, const char *type)
{
	char url[sizeof(TYPE_PREFIX) + 64] = TYPE_PREFIX;

	if (strlen(type) > 63)
		return NULL;
	strcat(url, type);
	return profile_find(profiles, url);
}

const char *
profiles_search_type(const struct profiles *profiles, const char *canonical)
{
	return keyed_find(&profiles->search_parameters, canonical);
}

const struct value_set *
profiles_value_set(const struct profiles *profiles, const char *canonical)
{
	char url[512];
	size_t length = strcspn(canonical, "|");

	if (length >= sizeof(url))
		return NULL;
	memcpy(url, canonical, length);
	url[length] = '\0';
	return keyed_find(&profiles->value_sets, url);
}

bool
profiles_extension_tolerated(const struct profiles *profiles, const char *url)
{
	const struct domain *domain;

	for (domain = profiles->domains; domain != NULL; domain = domain->next)
		if (text_starts_with(url, domain->prefix))
			return true;
	return false;
}

const struct package_info *
profiles_first_package(const struct profiles *profiles)
{
	return profiles->packages;
}

const char *
profiles_packages(const struct profiles *profiles)
{
	return profiles->package_line;
}

const struct invariant *
profiles_invariants(const struct profiles *profiles)
{
	return profiles->first_invariant;
}

const struct rule_type *
rule_type_of(const struct rule *rule, const struct fact_type *type)
{
	const struct fhirpath_item item = { .kind = FHIRPATH_NODE, .type = type };
	size_t i;

	for (i = 0; i < rule->type_count; i++)
		if (rule->types[i].type == type)
			return &rule->types[i];
	for (i = 0; i < rule->type_count; i++)
		if (rule->types[i].general && item_is(&item, "FHIR", rule->types[i].code))
			return &rule->types[i];
	return NULL;
}

static int
compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum membership
value_set_member(const struct value_set *set, const char *system, const char *code)
{
	const struct value_set_system *at;
	bool open = set->open;
	enum membership known;

	for (at = set->systems; at != NULL; at = at->next) {
		if (system != NULL && strcmp(at->system, system) != 0)
			continue;
		open |= at->open;
		known = at->all ? grammar_member(at->system, code) : MEMBER_NO;
		if (known == MEMBER_YES)
			return MEMBER_YES;
		open |= known == MEMBER_UNDECIDED;
		if (at->count > 0 && bsearch(&code, at->codes, at->count, sizeof(code), compare_codes) != NULL)
			return MEMBER_YES;
	}
	return open ? MEMBER_UNDECIDED : MEMBER_NO;
}

/* ---- Binding ------------------------------------------------------------------------------------------------------- */

static const struct rule *
find_by_id(const struct rule *root, const char *id)
{
	const struct rule *child, *found;

	if (strcmp(root->id, id) == 0)
		return root;
	for (child = root->children; child != NULL; child = child->next) {
		size_t length = strlen(child->id);

		/* Only down the branch that the id begins with. */
		if (strncmp(child->id, id, length) == 0 && (id[length] == '.' || id[length] == '\0') &&
		    (found = find_by_id(child, id)) != NULL)
			return found;
	}
	return NULL;
}

/* Types that others derive from: for all others a pointer comparison decides. */
static bool
is_general(const char *code)
{
	static const char *const names[] = { "Resource", "DomainResource", "Element", "BackboneElement", "string", "uri",
		"integer", "Quantity" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], code) == 0)
			return true;
	return false;
}

/* The profiles of a list of canonicals, so that none is looked up by its url while a document waits. */
static const struct profile *const *
bind_list(struct profiles *profiles, const char *const *canonicals)
{
	const struct profile **known;
	size_t count = 0, i;

	if (canonicals == NULL)
		return NULL;
	while (canonicals[count] != NULL)
		count++;
	known = arena_alloc(profiles->arena, (count + 1) * sizeof(*known));
	must(known != NULL);
	for (i = 0; i < count; i++)
		known[i] = profile_find(profiles, canonicals[i]);
	return known;
}

static void
bind_types(struct profiles *profiles, struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->type_count; i++) {
		struct rule_type *type = (struct rule_type *)&rule->types[i];

		type->type = fact_type_find(type->code);
		type->general = is_general(type->code);
		if (type->type != NULL && !type->type->resource)
			type->definition = profile_of_type(profiles, type->code);
		type->known_profiles = bind_list(profiles, type->profiles);
		type->known_targets = bind_list(profiles, type->targets);
	}
}

static void *
keep(struct profiles *profiles, size_t size)
{
	void *memory = arena_alloc(profiles->arena, size);

	must(memory != NULL);	/* the arena of the facts has no limit: they are ours */
	return memory;
}

static const struct fact_element *
element_of_base(const struct fact_type *type, const char *base)
{
	size_t i;

	for (i = 0; type != NULL && i < type->count; i++)
		if (strcmp(type->elements[i].base, base) == 0)
			return &type->elements[i];
	return NULL;
}

/* R4's type of what a rule speaks of: NULL for a choice that it leaves open. */
static const struct fact_type *
type_of_rule(const struct rule *rule, const struct fact_type *parent)
{
	const struct fact_element *element = element_of_base(parent, rule->name);

	if (element == NULL || element->kind == FACT_RESOURCE)
		return NULL;
	if (!rule->choice)
		return element->type;
	return rule->type_count == 1 ? rule->types[0].type : NULL;
}

static bool
speaks_of_none(const struct rule *rule)
{
	return rule->min > 0 || (rule->slices != NULL && rule->slicing != NULL);
}

static void
bind_children(struct profiles *profiles, struct rule *rule)
{
	const struct rule **list, *child;
	uint8_t *by_order;
	size_t at = 0;

	if (rule->child_count == 0)
		return;
	list = keep(profiles, rule->child_count * sizeof(*list));
	by_order = keep(profiles, FACT_ORDERS);
	memset(by_order, CHILD_NONE, FACT_ORDERS);
	rule->always = rule->child_count > 64 ? UINT64_MAX : 0;
	for (child = rule->children; child != NULL; child = child->next, at++) {
		const struct fact_element *element = element_of_base(rule->of, child->name);

		list[at] = child;
		if (at < 64 && speaks_of_none(child))
			rule->always |= UINT64_C(1) << at;
		if (element != NULL && at < CHILD_NONE && by_order[element->order] == CHILD_NONE)
			by_order[element->order] = (uint8_t)at;
	}
	rule->child_list = list;
	rule->by_order = by_order;
}

const struct rule *
rule_child(const struct rule *rule, const char *name, size_t length)
{
	const struct rule *child;

	for (child = rule != NULL ? rule->children : NULL; child != NULL; child = child->next)
		if (child->name[0] == name[0] && strncmp(child->name, name, length) == 0 && child->name[length] == '\0')
			return child;
	return NULL;
}

/* What each slice says where the discriminators lead. */
static void
bind_places(struct profiles *profiles, const struct rule *sliced)
{
	const struct slicing *slicing = sliced->slicing;
	struct rule *slice;
	size_t i;

	for (slice = sliced->slices; slicing != NULL && slice != NULL; slice = slice->next_slice) {
		const struct rule **places = keep(profiles, (slicing->count + 1) * sizeof(*places));

		for (i = 0; i < slicing->count; i++) {
			const struct discriminator *discriminator = &slicing->discriminators[i];

			places[i] = discriminator->place != PLACE_CHILD ? slice :
			    rule_child(slice, discriminator->name, strlen(discriminator->name));
		}
		slice->places = places;
	}
}

static void
bind_rule(struct profiles *profiles, const struct profile *profile, struct rule *rule, const struct fact_type *of)
{
	struct rule *child;

	rule->of = of;
	bind_children(profiles, rule);
	bind_places(profiles, rule);
	if (rule->binding != NULL)
		((struct binding *)rule->binding)->set = profiles_value_set(profiles, rule->binding->url);
	if (rule->most != NULL)
		((struct binding *)rule->most)->set = profiles_value_set(profiles, rule->most->url);
	if (rule->reference != NULL)
		rule->referred = find_by_id(profile->root, rule->reference);
	for (child = rule->children; child != NULL; child = child->next) {
		struct rule *slice;

		bind_types(profiles, child);
		bind_rule(profiles, profile, child, type_of_rule(child, of));
		for (slice = child->slices; slice != NULL; slice = slice->next_slice) {
			bind_types(profiles, slice);
			bind_rule(profiles, profile, slice, type_of_rule(slice, of));
		}
	}
}

static void
bind_profile(struct profiles *profiles, struct profile *profile)
{
	const struct rule *child;

	if (profile->root == NULL)
		return;
	bind_types(profiles, profile->root);
	bind_rule(profiles, profile, profile->root, fact_type_find(profile->type));
	if (strcmp(profile->type, "Extension") != 0)
		return;
	for (child = profile->root->children; child != NULL; child = child->next)
		if (strcmp(child->name, "url") == 0 && child->fixed != NULL)
			profile->extension_url = child->fixed->text;
}

void
profiles_bind(struct profiles *profiles)
{
	const struct package_info *package;
	const char *line = "";
	size_t i;

	for (i = 0; i < profiles->by_label.capacity; i++)
		if (profiles->by_label.entries[i].key != NULL)
			bind_profile(profiles, profiles->by_label.entries[i].value);
	for (package = profiles->packages; package != NULL; package = package->next)
		line = arena_printf(profiles->arena, "%s%s%s", line, *line != '\0' ? " " : "", package->label);
	profiles->package_line = line;
}
