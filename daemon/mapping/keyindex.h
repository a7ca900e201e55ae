/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From one or two strings to a position in an array: open addressing, at most half full. hcreate and
 * xmlHash were looked at: the one is process-wide, the other copies every key.
 */
#ifndef EHDS_MAPPING_KEYINDEX_H
#define EHDS_MAPPING_KEYINDEX_H

#include <stddef.h>
#include <stdint.h>

#define KEYINDEX_NONE SIZE_MAX

struct keyindex_slot;

struct keyindex {
	struct keyindex_slot *slots;	/* owns */
	size_t capacity, count;
};

void
keyindex_free(struct keyindex *index);

/* key2 may be NULL. Keys are borrowed. Replaces the value of the same keys. */
void
keyindex_put(struct keyindex *index, const char *key, const char *key2, size_t value);

/* KEYINDEX_NONE when it is not there (also for a NULL key). */
size_t
keyindex_find(const struct keyindex *index, const char *key, const char *key2);

#endif
