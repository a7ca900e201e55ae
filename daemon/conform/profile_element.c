/* SPDX-License-Identifier: EUPL-1.2 */
/* The lines of a fact file that speak of an element: where it hangs, and what is said of it. See profile_load.c. */
#include "conform/profile_line.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 8

/* "Reference|P,P>T,T Quantity": see package_facts.c. */
static void
read_types(struct loading *loading, struct rule *rule, char *text)
{
	const char *const *list = facts_list(loading, text, ' ');
	struct rule_type *types;
	size_t count = 0, i;

	while (list[count] != NULL)
		count++;
	types = facts_keep(loading, (count + 1) * sizeof(*types));
	for (i = 0; i < count; i++) {
		char *code = (char *)list[i], *profiles = strchr(code, '|'), *targets = strchr(code, '>');

		if (profiles != NULL)
			*profiles++ = '\0';
		if (targets != NULL)
			*targets++ = '\0';
		types[i].code = code;
		types[i].profiles = profiles != NULL ? facts_list(loading, profiles, ',') : NULL;
		types[i].targets = targets != NULL ? facts_list(loading, targets, ',') : NULL;
	}
	rule->types = types;
	rule->type_count = count;
}

/* The rule of an id prefix: from the last rule upwards, since a snapshot is written in order. */
static struct rule *
find_open_rule(const struct loading *loading, const char *id, size_t length)
{
	struct rule *at;

	for (at = loading->rule; at != NULL; at = at->parent)
		if (strncmp(at->id, id, length) == 0 && at->id[length] == '\0')
			return at;
	return NULL;
}

static struct rule *
find_child(const struct rule *parent, const char *id, size_t length)
{
	struct rule *child;

	for (child = parent->last_child != NULL ? parent->children : NULL; child != NULL; child = child->next)
		if (strncmp(child->id, id, length) == 0 && child->id[length] == '\0')
			return child;
	return NULL;
}

/* Hangs a rule below its parent, or as a slice beside the element that it slices. */
static int
place_rule(struct loading *loading, struct rule *rule)
{
	const char *last = strrchr(rule->id, '.'), *colon;
	struct rule *parent, *sliced;

	if (last == NULL) {
		loading->profile->root = rule;
		rule->name = rule->id;
		return 0;
	}
	parent = find_open_rule(loading, rule->id, (size_t)(last - rule->id));
	if (parent == NULL)
		return facts_syntax(loading, "an element without its parent");
	rule->parent = parent;
	colon = strchr(last, ':');
	rule->name = arena_strndup(loading->profiles->arena, last + 1, colon != NULL ? (size_t)(colon - last - 1) : strlen(last + 1));
	if (text_ends_with(rule->name, "[x]")) {
		rule->choice = true;
		((char *)rule->name)[strlen(rule->name) - 3] = '\0';
	}
	/* Some R4 profiles name an element that they do not slice: it is an element like others. */
	sliced = colon != NULL ? find_child(parent, rule->id, (size_t)(colon - rule->id)) : NULL;
	if (sliced == NULL) {
		if (parent->last_child != NULL)
			parent->last_child->next = rule;
		else
			parent->children = rule;
		parent->last_child = rule;
		parent->child_count++;
		return 0;
	}
	rule->slice = colon + 1;
	if (sliced->last_slice != NULL)
		sliced->last_slice->next_slice = rule;
	else
		sliced->slices = rule;
	sliced->last_slice = rule;
	return 0;
}

int
line_element(struct loading *loading, char *rest)
{
	struct rule *rule = facts_keep(loading, sizeof(*rule));
	char *min, *max, *types;

	rule->id = facts_field(&rest);
	min = facts_field(&rest);
	max = facts_field(&rest);
	types = rest != NULL ? facts_field(&rest) : NULL;
	if (loading->profile == NULL || max == NULL)
		return facts_syntax(loading, "an element needs a profile, an id, min and max");
	rule->min = (unsigned)strtoul(min, NULL, 10);
	rule->max = strcmp(max, "*") == 0 ? MAX_UNBOUNDED : (unsigned)strtoul(max, NULL, 10);
	read_types(loading, rule, types != NULL ? types : (char []){ "" });
	if (place_rule(loading, rule) != 0)
		return -1;
	loading->rule = rule;
	return 0;
}

static enum discriminator_kind
discriminator_kind(const char *word)
{
	if (text_starts_with(word, "exists"))
		return DISCRIMINATE_EXISTS;
	if (text_starts_with(word, "type"))
		return DISCRIMINATE_TYPE;
	return text_starts_with(word, "profile") ? DISCRIMINATE_PROFILE : DISCRIMINATE_VALUE;
}

static void
read_discriminator(struct discriminator *out, const char *kind, const char *path)
{
	const char *below = text_starts_with(path, "$this.") ? path + 6 : text_starts_with(path, "$this") ? path + 5 : path;

	*out = (struct discriminator){ .kind = discriminator_kind(kind), .path = path, .name = below };
	out->place = *below == '\0' ? PLACE_HERE : strcmp(below, "resolve()") == 0 ? PLACE_RESOLVED : PLACE_CHILD;
}

int
line_slicing(struct loading *loading, char *rest)
{
	struct slicing *slicing = facts_keep(loading, sizeof(*slicing));
	struct discriminator *list = facts_keep(loading, FIELDS_MAX * sizeof(*list));
	char *rules = facts_field(&rest), *order = facts_field(&rest), *field;

	if (loading->rule == NULL || rules == NULL || order == NULL)
		return facts_syntax(loading, "slicing needs an element, rules and order");
	slicing->closed = strcmp(rules, "closed") == 0;
	slicing->at_end = strcmp(rules, "openAtEnd") == 0;
	slicing->ordered = strcmp(order, "ordered") == 0;
	while ((field = facts_field(&rest)) != NULL && slicing->count < FIELDS_MAX) {
		char *colon = strchr(field, ':');

		if (colon == NULL)
			return facts_syntax(loading, "a discriminator is kind:path");
		read_discriminator(&list[slicing->count++], field, colon + 1);
	}
	slicing->discriminators = list;
	loading->rule->slicing = slicing;
	return 0;
}

int
line_binding(struct loading *loading, char *rest)
{
	static const struct {
		const char *word;
		enum binding_strength strength;
	} strengths[] = { { "required", BINDING_REQUIRED }, { "extensible", BINDING_EXTENSIBLE },
		{ "preferred", BINDING_PREFERRED }, { "max", BINDING_REQUIRED } };
	struct binding *binding = facts_keep(loading, sizeof(*binding));
	char *word = facts_field(&rest), *url = facts_field(&rest);
	size_t i;

	if (loading->rule == NULL || url == NULL)
		return facts_syntax(loading, "a binding needs an element, a strength and a value set");
	for (i = 0; i < sizeof(strengths) / sizeof(strengths[0]); i++)
		if (strcmp(word, strengths[i].word) == 0)
			binding->strength = strengths[i].strength;
	binding->url = url;
	if (strcmp(word, "max") == 0)
		loading->rule->most = binding;
	else
		loading->rule->binding = binding;
	return 0;
}

static int
read_value(struct loading *loading, char *rest, const struct json **out)
{
	char *text = facts_field(&rest);

	if (loading->rule == NULL || text == NULL ||
	    json_parse(out, text, strlen(text), loading->file, &json_limits_default, loading->profiles->arena, NULL) != 0)
		return facts_syntax(loading, "a fixed or pattern value is one JSON value of an element");
	return 0;
}

int
line_fixed(struct loading *loading, char *rest)
{
	const struct json *value;

	if (read_value(loading, rest, &value) != 0)
		return -1;
	loading->rule->fixed = value;
	return 0;
}

int
line_pattern(struct loading *loading, char *rest)
{
	const struct json *value;

	if (read_value(loading, rest, &value) != 0)
		return -1;
	loading->rule->pattern = value;
	return 0;
}

int
line_constraints(struct loading *loading, char *rest)
{
	const struct invariant **list;
	size_t count = 1;
	char *field, *at;

	if (loading->rule == NULL)
		return facts_syntax(loading, "constraints outside an element");
	for (at = rest; *at != '\0'; at++)
		count += *at == '\t';
	list = facts_keep(loading, count * sizeof(*list));
	count = 0;
	while ((field = facts_field(&rest)) != NULL) {
		list[count] = keyed_find(&loading->file_invariants, field);
		if (list[count++] == NULL)
			return facts_syntax(loading, "a constraint that no invariant line defines");
	}
	loading->rule->invariants = list;
	loading->rule->invariant_count = count;
	return 0;
}

int
line_reference(struct loading *loading, char *rest)
{
	if (loading->rule == NULL)
		return facts_syntax(loading, "a content reference outside an element");
	loading->rule->reference = facts_field(&rest);
	return 0;
}

int
line_modifier(struct loading *loading, char *rest)
{
	(void)rest;
	if (loading->rule == NULL)
		return facts_syntax(loading, "a modifier flag outside an element");
	loading->rule->modifier = true;
	return 0;
}

int
line_length(struct loading *loading, char *rest)
{
	if (loading->rule == NULL)
		return facts_syntax(loading, "a length outside an element");
	loading->rule->length = (unsigned)strtoul(facts_field(&rest), NULL, 10);
	return 0;
}
