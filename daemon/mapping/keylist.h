/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From one or two strings of a document to the things that carry them, in the order in which they
 * were added. Keyed hash (SipHash), because whoever writes the document chooses the keys. Lives in
 * an arena and dies with it.
 */
#ifndef EHDS_MAPPING_KEYLIST_H
#define EHDS_MAPPING_KEYLIST_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct keylist;

struct keylist_item {
	void *value;
	struct keylist_item *next;
};

/* NULL at the arena's limit. */
struct keylist *
keylist_new(struct arena *arena);

/*
 * Adds value behind those of the same keys; key2 may be NULL. Keys are borrowed. False at the
 * arena's limit.
 */
bool
keylist_add(struct keylist *list, const char *key, const char *key2, void *value);

/* The first item of these keys, or NULL. */
const struct keylist_item *
keylist_find(const struct keylist *list, const char *key, const char *key2);

/* Takes value away from its keys; nothing happens when it is not there. */
void
keylist_remove(struct keylist *list, const char *key, const char *key2, const void *value);

#endif
