/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See valueset_expand.h. Includes by list, by whole code system, by is-a and descendent-of on hierarchies that a package holds, by
 * other value sets; excludes. Everything else (SNOMED CT, LOINC properties) leaves its system open: a code of it is then
 * neither in nor out, which is said and never guessed. Source: HL7 FHIR R4 4.0.1, valueset.html, "Composition rules".
 */
#include "conform/valueset_expand.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 24

struct expanding {
	const struct package_set *set;
	struct arena *arena;
	unsigned depth;
};

static struct expansion *
expand(struct expanding *expanding, const char *url);

/* ---- Sets of codes -------------------------------------------------------------------------------------------- */

static struct expansion_system *
system_of(struct expanding *expanding, struct expansion *expansion, const char *system)
{
	struct expansion_system **at = &expansion->systems, *made;

	while (*at != NULL && strcmp((*at)->system, system) < 0)
		at = &(*at)->next;
	if (*at != NULL && strcmp((*at)->system, system) == 0)
		return *at;
	made = arena_alloc(expanding->arena, sizeof(*made));
	if (made == NULL)
		return NULL;
	made->system = system;
	made->next = *at;
	*at = made;
	return made;
}

/* Appends; sorting and removing doubles is done once, by normalize(). */
static void
add_code(struct expanding *expanding, struct expansion_system *system, const char *code)
{
	if (system->count == system->capacity) {
		size_t capacity = system->capacity == 0 ? 16 : 2 * system->capacity;
		const char **codes = arena_alloc(expanding->arena, capacity * sizeof(*codes));

		if (codes == NULL) {
			system->open = true;	/* not all are there: nothing may be called a non-member */
			return;
		}
		if (system->count > 0)
			memcpy(codes, system->codes, system->count * sizeof(*codes));
		system->codes = codes;
		system->capacity = capacity;
	}
	system->codes[system->count++] = code;
}

static int
compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
normalize(struct expansion *expansion)
{
	struct expansion_system *system;
	size_t from, to;

	for (system = expansion->systems; system != NULL; system = system->next) {
		if (system->count == 0)
			continue;
		qsort(system->codes, system->count, sizeof(*system->codes), compare_codes);
		for (from = 1, to = 1; from < system->count; from++)
			if (strcmp(system->codes[from], system->codes[to - 1]) != 0)
				system->codes[to++] = system->codes[from];
		system->count = to;
	}
}

static bool
has_code(const struct expansion_system *system, const char *code)
{
	return system->count > 0 && bsearch(&code, system->codes, system->count, sizeof(code), compare_codes) != NULL;
}

static const struct expansion_system *
find_system(const struct expansion *expansion, const char *system)
{
	const struct expansion_system *at;

	for (at = expansion->systems; at != NULL; at = at->next)
		if (strcmp(at->system, system) == 0)
			return at;
	return NULL;
}

/* What has every code has those too that were open. */
static void
open_or_all(struct expansion_system *system, bool open, bool all)
{
	system->all = all;
	system->open = open && !all;
}

static void
merge(struct expanding *expanding, struct expansion *into, const struct expansion *from)
{
	const struct expansion_system *system;
	size_t i;

	into->open |= from->open;
	for (system = from->systems; system != NULL; system = system->next) {
		struct expansion_system *own = system_of(expanding, into, system->system);

		if (own == NULL)
			continue;
		open_or_all(own, own->open || system->open, own->all || system->all);
		for (i = 0; i < system->count; i++)
			add_code(expanding, own, system->codes[i]);
	}
}

/* Keeps what is in both. What one side cannot decide stays undecided. */
static struct expansion *
intersect(struct expanding *expanding, const struct expansion *a, const struct expansion *b)
{
	struct expansion *out = arena_alloc(expanding->arena, sizeof(*out));
	const struct expansion_system *left, *right;
	size_t i;

	if (out == NULL)
		return NULL;
	out->open = a->open || b->open;
	for (left = a->systems; left != NULL; left = left->next) {
		struct expansion_system *own;

		right = find_system(b, left->system);
		if (right == NULL)
			continue;
		own = system_of(expanding, out, left->system);
		if (own == NULL)
			return NULL;
		open_or_all(own, left->open || right->open, left->all && right->all);
		for (i = 0; i < left->count; i++)
			if (right->all || has_code(right, left->codes[i]))
				add_code(expanding, own, left->codes[i]);
		for (i = 0; left->all && i < right->count; i++)
			add_code(expanding, own, right->codes[i]);
	}
	return out;
}

/* ---- Code systems ----------------------------------------------------------------------------------------------- */

/* Codes of a hierarchy, all of them or only those at and below `root`; `inside` once root was passed. */
static void
add_concepts(struct expanding *expanding, struct expansion_system *out, const struct json *concepts, const char *root,
    bool with_root, bool inside, unsigned depth)
{
	const struct json *concept;

	if (concepts == NULL || depth > DEPTH_MAX)
		return;
	for (concept = concepts->children; concept != NULL; concept = concept->next) {
		const char *code = json_text(concept, "code");
		bool is_root = root != NULL && code != NULL && strcmp(code, root) == 0;

		if (code != NULL && (inside || (is_root && with_root)))
			add_code(expanding, out, code);
		add_concepts(expanding, out, json_get(concept, "concept"), root, with_root, inside || is_root, depth + 1);
	}
}

/* Hierarchies are also written as properties: parent or subsumedBy of a flat list (HL7 v3 code systems). */
static bool
has_parent_property(const struct json *system)
{
	const struct json *concepts = json_get(system, "concept"), *concept, *property;

	for (concept = concepts != NULL ? concepts->children : NULL; concept != NULL; concept = concept->next)
		for (property = json_get(concept, "property") != NULL ? json_get(concept, "property")->children : NULL;
		    property != NULL; property = property->next) {
			const char *code = json_text(property, "code");

			if (code != NULL && (strcmp(code, "parent") == 0 || strcmp(code, "subsumedBy") == 0))
				return true;
		}
	return false;
}

static bool
is_parent(const struct json *concept, const char *parent)
{
	const struct json *properties = json_get(concept, "property"), *property;

	for (property = properties != NULL ? properties->children : NULL; property != NULL; property = property->next) {
		const char *code = json_text(property, "code"), *value = json_text(property, "valueCode");

		if (code != NULL && value != NULL && strcmp(value, parent) == 0 &&
		    (strcmp(code, "parent") == 0 || strcmp(code, "subsumedBy") == 0))
			return true;
	}
	return false;
}

/* Children of `root` by property, and theirs. */
static void
add_by_parent(struct expanding *expanding, struct expansion_system *out, const struct json *system, const char *root,
    unsigned depth)
{
	const struct json *concepts = json_get(system, "concept"), *concept;

	if (depth > DEPTH_MAX)
		return;
	for (concept = concepts != NULL ? concepts->children : NULL; concept != NULL; concept = concept->next) {
		const char *code = json_text(concept, "code");

		if (code == NULL || !is_parent(concept, root))
			continue;
		add_code(expanding, out, code);
		add_by_parent(expanding, out, system, code, depth + 1);
	}
}

static const struct json *
complete_system(const struct expanding *expanding, const char *url)
{
	const struct json *system = package_set_find(expanding->set, "CodeSystem", url);
	const char *content = json_text(system, "content");

	return content != NULL && strcmp(content, "complete") == 0 ? system : NULL;
}

/* One filter; false when it cannot be applied here. */
static bool
apply_filter(struct expanding *expanding, struct expansion_system *out, const struct json *system, const struct json *filter)
{
	const char *property = json_text(filter, "property"), *op = json_text(filter, "op"), *value = json_text(filter, "value");
	bool with_root;

	if (property == NULL || op == NULL || value == NULL || strcmp(property, "concept") != 0)
		return false;
	with_root = strcmp(op, "is-a") == 0;
	if (!with_root && strcmp(op, "descendent-of") != 0)
		return false;
	add_concepts(expanding, out, json_get(system, "concept"), value, with_root, false, 0);
	if (has_parent_property(system)) {
		if (with_root)
			add_code(expanding, out, value);
		add_by_parent(expanding, out, system, value, 0);
	}
	return true;
}

/* ---- Includes --------------------------------------------------------------------------------------------------- */

static void
include_system(struct expanding *expanding, struct expansion *out, const struct json *include, const char *url)
{
	struct expansion_system *own = system_of(expanding, out, url);
	const struct json *concepts = json_get(include, "concept"), *filters = json_get(include, "filter"), *at, *system;

	if (own == NULL) {
		out->open = true;
		return;
	}
	if (concepts != NULL) {
		for (at = concepts->children; at != NULL; at = at->next)
			if (json_text(at, "code") != NULL)
				add_code(expanding, own, json_text(at, "code"));
		return;
	}
	system = complete_system(expanding, url);
	if (system == NULL) {
		own->all = filters == NULL;
		own->open = filters != NULL;
	} else if (filters == NULL) {
		add_concepts(expanding, own, json_get(system, "concept"), NULL, false, true, 0);
	} else if (filters->count != 1 || !apply_filter(expanding, own, system, filters->children)) {
		own->open = true;
	}
}

static struct expansion *
expand_include(struct expanding *expanding, const struct json *include)
{
	struct expansion *out = arena_alloc(expanding->arena, sizeof(*out));
	const struct json *sets = json_get(include, "valueSet"), *at;
	const char *system = json_text(include, "system");
	bool begun = system != NULL;

	if (out == NULL)
		return NULL;
	if (system != NULL)
		include_system(expanding, out, include, system);
	normalize(out);
	for (at = sets != NULL ? sets->children : NULL; at != NULL && out != NULL; at = at->next) {
		struct expansion *other = at->text != NULL ? expand(expanding, at->text) : NULL;

		if (other == NULL)
			out->open = true;
		else if (begun)
			out = intersect(expanding, out, other);
		else
			merge(expanding, out, other);
		begun = true;
		if (out != NULL)
			normalize(out);
	}
	return out;
}

static void
remove_codes(struct expansion *from, const struct expansion *what)
{
	const struct expansion_system *gone;
	struct expansion_system *system;
	size_t i, kept;

	for (gone = what->systems; gone != NULL; gone = gone->next)
		for (system = from->systems; system != NULL; system = system->next) {
			if (strcmp(system->system, gone->system) != 0)
				continue;
			if (gone->open || system->all) {
				/* Which codes go, or stay, is not known here: all of this system become undecided. */
				system->open = !gone->all;
				system->all = false;
				system->count = 0;
				continue;
			}
			if (gone->all) {
				system->open = false;
				system->count = 0;
				continue;
			}
			for (i = 0, kept = 0; i < system->count; i++)
				if (!has_code(gone, system->codes[i]))
					system->codes[kept++] = system->codes[i];
			system->count = kept;
		}
}

static struct expansion *
expand(struct expanding *expanding, const char *url)
{
	const struct json *resource = package_set_find(expanding->set, "ValueSet", url), *compose, *list, *at;
	struct expansion *out;

	if (resource == NULL || expanding->depth >= DEPTH_MAX)
		return NULL;
	out = arena_alloc(expanding->arena, sizeof(*out));
	if (out == NULL)
		return NULL;
	expanding->depth++;
	compose = json_get(resource, "compose");
	list = json_get(compose, "include");
	out->open = list == NULL;
	for (at = list != NULL ? list->children : NULL; at != NULL; at = at->next) {
		struct expansion *part = expand_include(expanding, at);

		if (part == NULL)
			out->open = true;
		else
			merge(expanding, out, part);
	}
	normalize(out);
	list = json_get(compose, "exclude");
	for (at = list != NULL ? list->children : NULL; at != NULL; at = at->next) {
		struct expansion *part = expand_include(expanding, at);

		if (part != NULL)
			remove_codes(out, part);
	}
	expanding->depth--;
	return out;
}

struct expansion *
valueset_expand(const char *url, const struct package_set *set, struct arena *arena)
{
	struct expanding expanding = { .set = set, .arena = arena };

	return expand(&expanding, url);
}
