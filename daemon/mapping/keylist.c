/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See keylist.h. The hash's secret is made of addresses, which the kernel randomizes: no answer
 * depends on it, only the time that a crafted document can cost.
 */
#include "mapping/keylist.h"

#include <sodium/crypto_shorthash.h>
#include <stdint.h>
#include <string.h>

#define SLOTS_FIRST 64

struct group {
	const char *key, *key2;
	uint64_t hash;
	struct keylist_item *first, *last;
	struct group *next;		/* in the same slot */
};

struct keylist {
	struct arena *arena;
	struct group **slots;
	size_t slot_count, group_count;
	unsigned char secret[crypto_shorthash_KEYBYTES];
};

struct keylist *
keylist_new(struct arena *arena)
{
	struct keylist *list = arena_alloc(arena, sizeof(*list));
	uintptr_t addresses[2];

	if (list == NULL)
		return NULL;
	list->arena = arena;
	list->slot_count = SLOTS_FIRST;
	list->slots = arena_alloc(arena, SLOTS_FIRST * sizeof(struct group *));
	addresses[0] = (uintptr_t)list;
	addresses[1] = (uintptr_t)&keylist_new;
	memcpy(list->secret, addresses, sizeof(list->secret));
	return list->slots == NULL ? NULL : list;
}

static uint64_t
hash_of(const struct keylist *list, const char *key)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key, strlen(key), list->secret);
	return hash;
}

static uint64_t
hash_keys(const struct keylist *list, const char *key, const char *key2)
{
	return key2 == NULL ? hash_of(list, key) : hash_of(list, key) * 3 + hash_of(list, key2);
}

static bool
same_key(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static struct group *
find_group(const struct keylist *list, const char *key, const char *key2, uint64_t hash)
{
	struct group *group;

	for (group = list->slots[hash % list->slot_count]; group != NULL; group = group->next)
		if (group->hash == hash && same_key(group->key, key) && same_key(group->key2, key2))
			return group;
	return NULL;
}

static bool
grow(struct keylist *list)
{
	size_t count = 4 * list->slot_count, i;
	struct group **slots = arena_alloc(list->arena, count * sizeof(struct group *));
	struct group *group, *next;

	if (slots == NULL)
		return false;
	for (i = 0; i < list->slot_count; i++) {
		for (group = list->slots[i]; group != NULL; group = next) {
			next = group->next;
			group->next = slots[group->hash % count];
			slots[group->hash % count] = group;
		}
	}
	list->slots = slots;
	list->slot_count = count;
	return true;
}

static struct group *
add_group(struct keylist *list, const char *key, const char *key2, uint64_t hash)
{
	struct group *group;

	if (list->group_count >= list->slot_count && !grow(list))
		return NULL;
	group = arena_alloc(list->arena, sizeof(*group));
	if (group == NULL)
		return NULL;
	*group = (struct group){ .key = key, .key2 = key2, .hash = hash };
	group->next = list->slots[hash % list->slot_count];
	list->slots[hash % list->slot_count] = group;
	list->group_count++;
	return group;
}

bool
keylist_add(struct keylist *list, const char *key, const char *key2, void *value)
{
	uint64_t hash = hash_keys(list, key, key2);
	struct group *group = find_group(list, key, key2, hash);
	struct keylist_item *item = arena_alloc(list->arena, sizeof(*item));

	if (group == NULL)
		group = add_group(list, key, key2, hash);
	if (group == NULL || item == NULL)
		return false;
	item->value = value;
	if (group->last != NULL)
		group->last->next = item;
	else
		group->first = item;
	group->last = item;
	return true;
}

const struct keylist_item *
keylist_find(const struct keylist *list, const char *key, const char *key2)
{
	const struct group *group = find_group(list, key, key2, hash_keys(list, key, key2));

	return group == NULL ? NULL : group->first;
}

void
keylist_remove(struct keylist *list, const char *key, const char *key2, const void *value)
{
	struct group *group = find_group(list, key, key2, hash_keys(list, key, key2));
	struct keylist_item *item, *before = NULL;

	if (group == NULL)
		return;
	for (item = group->first; item != NULL && item->value != value; item = item->next)
		before = item;
	if (item == NULL)
		return;
	if (before != NULL)
		before->next = item->next;
	else
		group->first = item->next;
	if (group->last == item)
		group->last = before;
}
