/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A snapshot is the base's list of elements with the differential laid over it: an element that is there is narrowed, a slice is a copy of
 * what it slices behind its other slices, and an element below a data type brings in the elements of that type. Constraints add up.
 * Source: HL7 FHIR R4 4.0.1, profiling.html ("Using differential and snapshot"), elementdefinition.html#interpretation.
 */
#include "conform/snapshot.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BASES_MAX 16		/* derived from each other, or types in types */
#define LINES_MAX 20000

struct line {
	const char *id;
	const struct json *json;
	struct line *next;
};

struct making {
	const struct package_set *set;
	struct arena *arena;
	struct line *first;
	unsigned depth;
	size_t count;
};

static const struct json *
elements_of(const struct json *definition, const struct package_set *set, struct arena *arena, unsigned depth);

static const struct json *
items(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);

	return value != NULL && value->kind == JSON_ARRAY ? value->children : NULL;
}

/* ---- Laying one element over another -------------------------------------------------------------------------------- */

struct members {
	struct arena *arena;
	const struct json *first;
	const struct json **end;
	size_t count;
};

static struct json *
add_copy(struct members *members, const struct json *value)
{
	struct json *copy = arena_alloc(members->arena, sizeof(*copy));

	if (copy == NULL)
		return NULL;
	*copy = *value;
	copy->next = NULL;
	*members->end = copy;
	members->end = &copy->next;
	members->count++;
	return copy;
}

/* The items of both arrays. */
static void
add_joined(struct members *members, const struct json *under, const struct json *over)
{
	struct members joined = { .arena = members->arena };
	struct json *array = add_copy(members, over);
	const struct json *item;

	joined.end = &joined.first;
	for (item = under->children; item != NULL; item = item->next)
		add_copy(&joined, item);
	for (item = over->children; item != NULL; item = item->next)
		add_copy(&joined, item);
	if (array != NULL) {
		array->children = joined.first;
		array->count = joined.count;
	}
}

/* over may be NULL. A slice is not sliced itself because what it slices is, and may be left out. */
static const struct json *
lay_over(struct arena *arena, const struct json *under, const struct json *over, const char *id, bool slice)
{
	struct members members = { .arena = arena };
	struct json name = { .kind = JSON_STRING, .key = "id", .text = id, .length = strlen(id) };
	struct json zero = { .kind = JSON_NUMBER, .key = "min", .text = "0", .length = 1 };
	struct json *object = arena_alloc(arena, sizeof(*object));
	const struct json *member;

	members.end = &members.first;
	add_copy(&members, &name);
	for (member = under->children; member != NULL; member = member->next) {
		const struct json *other = json_get(over, member->key);

		if (strcmp(member->key, "id") == 0 || (slice && strcmp(member->key, "slicing") == 0))
			continue;
		if (other != NULL && strcmp(member->key, "constraint") == 0)
			add_joined(&members, member, other);
		else if (other == NULL)
			add_copy(&members, slice && strcmp(member->key, "min") == 0 ? &zero : member);
	}
	for (member = over != NULL ? over->children : NULL; member != NULL; member = member->next)
		if (strcmp(member->key, "id") != 0 &&
		    !(strcmp(member->key, "constraint") == 0 && json_get(under, "constraint") != NULL))
			add_copy(&members, member);
	if (object == NULL)
		return NULL;
	*object = *under;
	object->next = NULL;
	object->children = members.first;
	object->count = members.count;
	return object;
}

/* ---- The list ----------------------------------------------------------------------------------------------------- */

static struct line *
find(const struct making *making, const char *id, size_t length)
{
	struct line *line;

	for (line = making->first; line != NULL; line = line->next)
		if (strncmp(line->id, id, length) == 0 && line->id[length] == '\0')
			return line;
	return NULL;
}

static struct line *
insert(struct making *making, struct line **at, const char *id, const struct json *json)
{
	struct line *line = arena_alloc(making->arena, sizeof(*line));

	if (line == NULL || json == NULL || id == NULL || ++making->count > LINES_MAX)
		return NULL;
	*line = (struct line){ id, json, *at };
	*at = line;
	return line;
}

static bool
is_below(const char *id, const char *above, size_t length)
{
	return strncmp(id, above, length) == 0 && id[length] == '.';
}

/* Behind the line, what is below it and, if wanted, its slices with what is below them. */
static struct line **
behind(struct line *line, bool slices)
{
	size_t length = strlen(line->id);
	struct line **at = &line->next;

	while (*at != NULL && strncmp((*at)->id, line->id, length) == 0 &&
	    ((*at)->id[length] == '.' || (slices && (*at)->id[length] == ':')))
		at = &(*at)->next;
	return at;
}

static struct line *
make(struct making *making, const char *id, size_t length);

/* "x:name": a copy of x and what is below it. */
static struct line *
make_slice(struct making *making, struct line *sliced, const char *id)
{
	size_t length = strlen(sliced->id);
	struct line **at = behind(sliced, true), *source = sliced->next, *end = *behind(sliced, false), *slice;

	slice = insert(making, at, id, lay_over(making->arena, sliced->json, NULL, id, true));
	for (at = slice != NULL ? &slice->next : NULL; at != NULL && source != end && source != slice; source = source->next) {
		const char *name = arena_printf(making->arena, "%s%s", id, source->id + length);
		struct line *copy = name != NULL ?
		    insert(making, at, name, lay_over(making->arena, source->json, NULL, name, false)) : NULL;

		if (copy == NULL)
			return NULL;
		at = &copy->next;
	}
	return slice;
}

/* Where the elements below come from: a profile of the type, or the type. */
static const struct json *
elements_below(struct making *making, const struct json *json)
{
	const struct json *type = items(json, "type"), *profile = items(type, "profile"), *definition = NULL;
	const char *code = json_text(type, "code"), *url;

	if (code == NULL)
		return NULL;
	if (profile != NULL && profile->text != NULL)
		definition = package_set_find(making->set, "StructureDefinition", profile->text);
	url = arena_printf(making->arena, "http://hl7.org/fhir/StructureDefinition/%s", code);
	if (definition == NULL && url != NULL)
		definition = package_set_find(making->set, "StructureDefinition", url);
	return definition != NULL ? elements_of(definition, making->set, making->arena, making->depth + 1) : NULL;
}

static bool
unfold(struct making *making, struct line *parent)
{
	const struct json *element = elements_below(making, parent->json);
	size_t root = element != NULL && json_text(element, "id") != NULL ? strlen(json_text(element, "id")) : 0;
	struct line **at = &parent->next;

	if (root == 0)
		return false;
	for (element = element->next; element != NULL; element = element->next) {
		const char *old = json_text(element, "id"), *id;
		struct line *line;

		if (old == NULL || strlen(old) <= root)
			continue;
		id = arena_printf(making->arena, "%s%s", parent->id, old + root);
		line = id != NULL ? insert(making, at, id, lay_over(making->arena, element, NULL, id, false)) : NULL;
		if (line == NULL)
			return false;
		at = &line->next;
	}
	return true;
}

/* An element that refers to another for its contents: its own copy of them. */
static bool
unfold_reference(struct making *making, struct line *parent)
{
	const char *reference = json_text(parent->json, "contentReference");
	const char *wanted = reference != NULL ? strchr(reference, '#') : NULL;
	size_t length = wanted != NULL ? strlen(++wanted) : 0;
	struct line **at = &parent->next, *source;

	for (source = length > 0 ? making->first : NULL; source != NULL; source = source->next) {
		const char *id;
		struct line *line;

		if (!is_below(source->id, wanted, length) || is_below(source->id, parent->id, strlen(parent->id)))
			continue;
		id = arena_printf(making->arena, "%s%s", parent->id, source->id + length);
		line = id != NULL ? insert(making, at, id, lay_over(making->arena, source->json, NULL, id, false)) : NULL;
		if (line == NULL)
			return false;
		at = &line->next;
	}
	return at != &parent->next;
}

/* The line of an id that is not there: a slice of one, or an element of a type. NULL: there can be none. */
static struct line *
make(struct making *making, const char *id, size_t length)
{
	struct line *line = find(making, id, length), *parent;
	size_t dot = length, colon;

	if (line != NULL)
		return line;
	while (dot > 0 && id[dot - 1] != '.')
		dot--;
	for (colon = length; colon > dot && id[colon - 1] != ':'; colon--)
		;
	if (colon > dot) {
		line = make(making, id, colon - 1);
		return line != NULL ? make_slice(making, line, arena_strndup(making->arena, id, length)) : NULL;
	}
	if (dot <= 1)
		return NULL;
	parent = make(making, id, dot - 1);
	/* What brought in the parent may have brought in this as well. */
	line = parent != NULL ? find(making, id, length) : NULL;
	if (line != NULL)
		return line;
	if (parent == NULL || (parent->next != NULL && is_below(parent->next->id, parent->id, strlen(parent->id))) ||
	    !(unfold_reference(making, parent) || unfold(making, parent)))
		return NULL;
	return find(making, id, length);
}

/* ---- Choices --------------------------------------------------------------------------------------------------------- */

/* The type of a choice "Base.value[x]" that "valueQuantity" names, NULL when it names none. */
static const struct json *
choice_type(const struct line *line, const char *up, size_t up_length, const char *name, size_t length)
{
	const char *stem = line->id + up_length + 1, *end = strstr(line->id, "[x]");
	const struct json *type;
	size_t stem_length;

	if (strncmp(line->id, up, up_length) != 0 || line->id[up_length] != '.' || end == NULL || end[3] != '\0' || end < stem ||
	    memchr(stem, '.', (size_t)(end - stem)) != NULL)
		return NULL;
	stem_length = (size_t)(end - stem);
	if (length <= stem_length || strncmp(name, stem, stem_length) != 0)
		return NULL;
	for (type = items(line->json, "type"); type != NULL; type = type->next) {
		const char *code = json_text(type, "code");

		if (code != NULL && strlen(code) == length - stem_length &&
		    toupper((unsigned char)code[0]) == name[stem_length] &&
		    strncmp(code + 1, name + stem_length + 1, length - stem_length - 1) == 0)
			return type;
	}
	return NULL;
}

/* Slices the choice by type, where nothing else slices it. */
static void
slice_by_type(struct making *making, struct line *choice)
{
	static const char text[] = "{\"slicing\":{\"discriminator\":[{\"type\":\"type\",\"path\":\"$this\"}],\"ordered\":false,"
				   "\"rules\":\"open\"}}";
	struct ehds_error error = { 0 };
	const struct json *slicing;

	if (json_get(choice->json, "slicing") == NULL &&
	    json_parse(&slicing, text, sizeof(text) - 1, "choice", &json_limits_default, making->arena, &error) == 0)
		choice->json = lay_over(making->arena, choice->json, slicing, choice->id, false);
}

/* The slice "value[x]:valueQuantity" with Quantity as its only type. */
static const char *
make_choice(struct making *making, struct line *choice, const struct json *type, const char *name, size_t length)
{
	const char *id = arena_printf(making->arena, "%s:%.*s", choice->id, (int)length, name);
	struct json *only = arena_alloc(making->arena, sizeof(*only)), over = { .kind = JSON_OBJECT, .count = 1 };
	const struct json *all = json_get(choice->json, "type");
	struct members one = { .arena = making->arena };
	struct line *slice;

	slice_by_type(making, choice);
	slice = id != NULL ? make(making, id, strlen(id)) : NULL;
	if (only == NULL || slice == NULL)
		return NULL;
	*only = *all;
	one.end = &one.first;
	add_copy(&one, type);
	only->children = one.first;
	only->count = 1;
	only->next = NULL;
	over.children = only;
	slice->json = lay_over(making->arena, slice->json, &over, id, false);
	return id;
}

/*
 * An id in which a choice goes by the name of one of its types: "Observation.valueQuantity.unit" for
 * "Observation.value[x]:valueQuantity.unit" (R4, profiling.html, "Limiting data types"). NULL when it is none.
 */
static const char *
choice_id(struct making *making, const char *id)
{
	const char *so_far = NULL, *at = id;

	while (at != NULL && *at != '\0') {
		size_t length = strcspn(at, ".");
		const char *next = so_far != NULL ? arena_printf(making->arena, "%s.%.*s", so_far, (int)length, at) :
		    arena_strndup(making->arena, at, length);
		const struct json *type = NULL;
		struct line *line;

		if (next == NULL)
			return NULL;
		if (make(making, next, strlen(next)) == NULL) {
			line = so_far != NULL ? making->first : NULL;
			while (line != NULL && (type = choice_type(line, so_far, strlen(so_far), at, length)) == NULL)
				line = line->next;
			next = type != NULL ? make_choice(making, line, type, at, length) : NULL;
		}
		so_far = next;
		if (so_far == NULL)
			return NULL;
		at += length + (at[length] == '.');
	}
	return so_far;
}

static const struct json *
link_elements(const struct making *making)
{
	struct members members = { .arena = making->arena };
	const struct line *line;

	members.end = &members.first;
	for (line = making->first; line != NULL; line = line->next)
		if (add_copy(&members, line->json) == NULL)
			return NULL;
	return members.first;
}

static const struct json *
lay_differential(struct making *making, const struct json *element)
{
	for (; element != NULL; element = element->next) {
		const char *id = json_text(element, "id") != NULL ? json_text(element, "id") : json_text(element, "path");
		struct line *line = id != NULL ? make(making, id, strlen(id)) : NULL;

		if (line == NULL && id != NULL && (id = choice_id(making, id)) != NULL)
			line = find(making, id, strlen(id));
		if (line == NULL)
			return NULL;
		line->json = lay_over(making->arena, line->json, element, line->id, false);
		if (line->json == NULL)
			return NULL;
	}
	return link_elements(making);
}

static const struct json *
elements_of(const struct json *definition, const struct package_set *set, struct arena *arena, unsigned depth)
{
	struct making making = { .set = set, .arena = arena, .depth = depth };
	const struct json *element = items(json_get(definition, "snapshot"), "element"), *base;
	const char *url = json_text(definition, "baseDefinition");
	struct line **at = &making.first;

	if (element != NULL)
		return element;
	base = url != NULL && depth < BASES_MAX ? package_set_find(set, "StructureDefinition", url) : NULL;
	element = base != NULL ? elements_of(base, set, arena, depth + 1) : NULL;
	if (element == NULL)
		return NULL;
	for (; element != NULL; element = element->next) {
		const char *id = json_text(element, "id");
		struct line *line = id != NULL ? insert(&making, at, id, element) : NULL;

		if (line == NULL)
			return NULL;
		at = &line->next;
	}
	return lay_differential(&making, items(json_get(definition, "differential"), "element"));
}

const struct json *
snapshot_elements(const struct json *definition, const struct package_set *set, struct arena *arena)
{
	return elements_of(definition, set, arena, 0);
}
