/* SPDX-License-Identifier: EUPL-1.2 */
/* What all parts of a validation share: saying a thing once, and remembering what was done. See walk.h. */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static size_t
slot_of(const struct seen *seen, const void *a, const void *b)
{
	uint64_t hash = ((uintptr_t)a * UINT64_C(0x9E3779B97F4A7C15)) ^ ((uintptr_t)b * UINT64_C(0xC2B2AE3D27D4EB4F));
	size_t at = (hash >> 20) & (seen->capacity - 1);

	while (seen->pairs[at][1] != NULL && (seen->pairs[at][0] != a || seen->pairs[at][1] != b))
		at = (at + 1) & (seen->capacity - 1);
	return at;
}

static bool
grow(struct seen *seen, struct arena *arena)
{
	struct seen old = *seen;
	size_t i;

	seen->capacity = old.capacity == 0 ? 64 : 2 * old.capacity;
	seen->pairs = arena_alloc(arena, seen->capacity * sizeof(*seen->pairs));
	if (seen->pairs == NULL) {
		*seen = old;
		return false;
	}
	for (i = 0; i < old.capacity; i++)
		if (old.pairs[i][1] != NULL) {
			size_t at = slot_of(seen, old.pairs[i][0], old.pairs[i][1]);

			seen->pairs[at][0] = old.pairs[i][0];
			seen->pairs[at][1] = old.pairs[i][1];
		}
	return true;
}

bool
seen_add(struct seen *seen, struct arena *arena, const void *a, const void *b)
{
	size_t at;

	if (2 * (seen->count + 1) > seen->capacity && !grow(seen, arena))
		return true;
	at = slot_of(seen, a, b);
	if (seen->pairs[at][1] != NULL)
		return false;
	seen->pairs[at][0] = a;
	seen->pairs[at][1] = b;
	seen->count++;
	return true;
}

static uint64_t
hash_text(uint64_t hash, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	return hash;
}

#define HASH_START UINT64_C(14695981039346656037)

/* ---- What the layers before said --------------------------------------------------------------------------------- */

/*
 * The rules of R4 stand in the facts of its package as well, so the layers that need no package and this one may find the same. Theirs
 * comes first and names the place exactly. `exact`: the place must be the same; else that of the other may lie below.
 */
static const struct {
	const char *here, *there;
	bool exact;
} same_rules[] = {
	{ "min", "structure-min", true },
	{ "max", "structure-max", true },
	{ "ref-1", "ref-resolve", false },
	{ "type", "structure-unknown", true },
};

static const void *
before_key(const char *rule, bool exact)
{
	return (const void *)(uintptr_t)hash_text(exact ? HASH_START : HASH_START + 1, rule, strlen(rule));
}

static const void *
place_key(const char *path, size_t length)
{
	return (const void *)(uintptr_t)(hash_text(HASH_START, path, length) | 1);
}

bool
seen_has(const struct seen *seen, const void *a, const void *b)
{
	return seen->capacity > 0 && seen->pairs[slot_of(seen, a, b)][1] != NULL;
}

void
places_add(struct seen *places, struct arena *arena, const char *path)
{
	seen_add(places, arena, NULL, place_key(path, strlen(path)));
}

bool
places_have(const struct seen *places, const char *path)
{
	return places->count > 0 && seen_has(places, NULL, place_key(path, strlen(path)));
}

/* With every place above its own: an invariant stands on the element that holds what is wrong. */
static void
hear(struct walk *walk, const struct ehds_finding *finding)
{
	const char *path = finding->expression;
	size_t length = strlen(path);

	seen_add(&walk->before, walk->arena, before_key(finding->rule, true), place_key(path, length));
	/* What the reader could not take is not missing. */
	if (strncmp(finding->rule, "fhir-json-", 10) == 0)
		seen_add(&walk->before, walk->arena, before_key("structure-min", true), place_key(path, length));
	while (length > 0) {
		seen_add(&walk->before, walk->arena, before_key(finding->rule, false), place_key(path, length));
		while (length > 0 && path[--length] != '.')
			;
	}
}

void
walk_heard(struct walk *walk, const struct ehds_findings *findings)
{
	const struct ehds_finding *finding;

	for (finding = findings->first; finding != NULL; finding = finding->next)
		if (finding->rule != NULL && finding->expression != NULL)
			hear(walk, finding);
}

static bool
was_heard(const struct walk *walk, const char *rule, const char *path)
{
	const char *there = rule;
	bool exact = false;
	size_t i;

	for (i = 0; i < sizeof(same_rules) / sizeof(same_rules[0]); i++)
		if (strcmp(same_rules[i].here, rule) == 0) {
			there = same_rules[i].there;
			exact = same_rules[i].exact;
		}
	return seen_has(&walk->before, before_key(there, exact), place_key(path, strlen(path)));
}

/* ---- Findings ----------------------------------------------------------------------------------------------------- */

/*
 * What is only told (a value set that cannot be decided here, a best practice) is told once for a document, at the
 * first place: a hundred repetitions would hide the findings that matter.
 *
 * Findings that have one cause differ only in the profile that repeats the rule: rule, node and child name tell causes apart. */
static bool
first_time(struct walk *walk, const char *rule, const xmlNode *node, const char *child)
{
	uint64_t hash = hash_text(HASH_START, rule, strlen(rule));

	if (child != NULL)
		hash = hash_text(hash, child, strlen(child));
	return seen_add(&walk->said, walk->arena, (const void *)(uintptr_t)hash, node);
}

void
walk_say(struct walk *walk, enum ehds_severity severity, const char *rule, const char *code, const xmlNode *node,
    const char *child, const char *found, const char *expected, const char *format, ...)
{
	struct ehds_finding finding = { .severity = severity, .rule = rule, .code = code, .found = found, .expected = expected };
	char text[400];
	va_list arguments;

	if (severity == EHDS_SEVERITY_ERROR)
		walk->failed = true;
	if (walk->findings == NULL || (severity == EHDS_SEVERITY_INFORMATION ?
	    !first_time(walk, rule, xmlDocGetRootElement(node->doc), expected) : !first_time(walk, rule, node, child)))
		return;
	finding.expression = fhir_path(node, walk->arena);
	if (child != NULL)
		finding.expression = arena_printf(walk->arena, "%s.%s", finding.expression, child);
	if (finding.expression != NULL && was_heard(walk, rule, finding.expression))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	finding.text = text;
	finding.line = (int)xmlGetLineNo((xmlNode *)node);
	finding.profile = walk->profile != NULL ? walk->profile->label : NULL;
	findings_add(walk->findings, &finding);
}

bool
walk_done(const struct walk *walk)
{
	return walk->findings == NULL && walk->failed;
}
