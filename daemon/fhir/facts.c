/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Look-ups in the generated table. A document is walked in the order of the specification, so nearly
 * every look-up of an element ends at the hint or a few positions behind it; what does not is searched by
 * name. A perfect hash was rejected for them: it must read the whole name first, which costs more than the
 * few comparisons that the hint leaves. Types have no such order, and are hashed.
 */
#include "fhir/facts.h"

#include "base/text.h"

#include <string.h>

/* How far behind the hint to look before searching: the usual gap between two elements of an instance. */
#define NEAR 6

/* The vocabulary of r4_table.inc. */
#define FACT_a FACT_ATTRIBUTE
#define FACT_b FACT_BOOLEAN
#define FACT_c FACT_COMPLEX
#define FACT_n FACT_NUMBER
#define FACT_r FACT_RESOURCE
#define FACT_s FACT_STRING
#define FACT_x FACT_XHTML
#define E(name, type, kind, order, min) \
	{ #name, #name, T "." #name, &r4_types[R4_##type], FACT_##kind, order, min, false },
#define L(name, type, kind, order, min) \
	{ #name, #name, T "." #name, &r4_types[R4_##type], FACT_##kind, order, min, true },
#define V(base, suffix, type, kind, order, min) \
	{ #base #suffix, #base, T "." #base "[x]", &r4_types[R4_##type], FACT_##kind, order, min, false },
#define YC(name, first, count, required) \
	{ name, &r4_elements[first], count, required, false, false, FORMAT_NONE },
#define YP(name, first, count, required) \
	{ #name, &r4_elements[first], count, required, false, true, FORMAT_##name },
#define YR(name, first, count, required) \
	{ name, &r4_elements[first], count, required, true, false, FORMAT_NONE },
#define Z(type) &r4_types[R4_##type],

#include "fhir/r4_table.inc"

static inline uint32_t
hash_name(const char *name)
{
	uint32_t hash = 5381;

	for (; *name != '\0'; name++)
		hash = (hash * 33) ^ (unsigned char)*name;
	return hash;
}

#define HASH_SIZE (sizeof(r4_hashed) / sizeof(r4_hashed[0]))

const struct fact_type *
fact_type_find(const char *name)
{
	uint32_t at = hash_name(name);

	for (; r4_hashed[at % HASH_SIZE] != 0; at++)
		if (text_is(r4_types[r4_hashed[at % HASH_SIZE] - 1].name, name))
			return &r4_types[r4_hashed[at % HASH_SIZE] - 1];
	return NULL;
}

/* The position of the element, or type->count. */
static size_t
search(const struct fact_type *type, const char *name)
{
	const uint16_t *sorted = r4_sorted + (type->elements - r4_elements);
	size_t low = 0, high = type->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, type->elements[sorted[middle]].name);

		if (order == 0)
			return sorted[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return type->count;
}

const struct fact_element *
fact_element_find(const struct fact_type *type, const char *name, size_t *hint)
{
	size_t position = hint != NULL ? *hint : 0, end = position + NEAR;

	if (end > type->count)
		end = type->count;
	while (position < end && !text_is(type->elements[position].name, name))
		position++;
	if (position >= end)
		position = search(type, name);
	if (position == type->count)
		return NULL;
	if (hint != NULL)
		*hint = position;
	return &type->elements[position];
}

const struct fact_type *const *
fact_resources(size_t *count)
{
	*count = sizeof(r4_resources) / sizeof(r4_resources[0]);
	return r4_resources;
}
