/* SPDX-License-Identifier: EUPL-1.2 */
/* See keyindex.h. Keys come from mapping files, not from documents: a plain hash is enough. */
#include "mapping/keyindex.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct keyindex_slot {
	const char *key, *key2;
	size_t value;
	uint32_t hash;
};

/* FNV-1a; the NUL between the keys keeps ("ab", "c") and ("a", "bc") apart. */
static uint32_t
hash_keys(const char *key, const char *key2)
{
	uint32_t hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	if (key2 == NULL)
		return hash;
	hash *= 16777619u;
	for (; *key2 != '\0'; key2++)
		hash = (hash ^ (unsigned char)*key2) * 16777619u;
	return hash;
}

static bool
same_key(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The slot of the keys, or the free one where they would go. */
static struct keyindex_slot *
slot_of(const struct keyindex *index, const char *key, const char *key2, uint32_t hash)
{
	size_t at = hash & (index->capacity - 1);

	for (;; at = (at + 1) & (index->capacity - 1)) {
		struct keyindex_slot *slot = &index->slots[at];

		if (slot->key == NULL)
			return slot;
		if (slot->hash == hash && same_key(slot->key, key) && same_key(slot->key2, key2))
			return slot;
	}
}

static void
grow(struct keyindex *index)
{
	struct keyindex old = *index;
	size_t i;

	index->capacity = old.capacity == 0 ? 16 : 2 * old.capacity;
	index->slots = must_alloc(index->capacity * sizeof(*index->slots));
	for (i = 0; i < old.capacity; i++) {
		const struct keyindex_slot *slot = &old.slots[i];

		if (slot->key != NULL)
			*slot_of(index, slot->key, slot->key2, slot->hash) = *slot;
	}
	free(old.slots);
}

void
keyindex_free(struct keyindex *index)
{
	free(index->slots);
	memset(index, 0, sizeof(*index));
}

void
keyindex_put(struct keyindex *index, const char *key, const char *key2, size_t value)
{
	uint32_t hash = hash_keys(key, key2);
	struct keyindex_slot *slot;

	if (2 * (index->count + 1) > index->capacity)
		grow(index);
	slot = slot_of(index, key, key2, hash);
	if (slot->key == NULL)
		index->count++;
	*slot = (struct keyindex_slot){ key, key2, value, hash };
}

size_t
keyindex_find(const struct keyindex *index, const char *key, const char *key2)
{
	const struct keyindex_slot *slot;

	if (key == NULL || index->capacity == 0)
		return KEYINDEX_NONE;
	slot = slot_of(index, key, key2, hash_keys(key, key2));
	return slot->key != NULL ? slot->value : KEYINDEX_NONE;
}
