/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Memory that lives as long as a generation of mappings. Mapping files are the operator's own and bounded
 * when they are read, so running out of memory here is no error to carry through every function: it aborts
 * the load.
 */
#ifndef EHDS_MAPPING_KEEP_H
#define EHDS_MAPPING_KEEP_H

#include "base/alloc.h"
#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, in the arena; never NULL. */
static inline void *
keep(struct arena *arena, size_t size)
{
	void *memory = arena_alloc(arena, size);

	must(memory != NULL);
	return memory;
}

/* A copy in the arena; NULL for NULL. */
static inline const char *
keep_text(struct arena *arena, const char *text)
{
	const char *copy = arena_strdup(arena, text);

	must(copy != NULL || text == NULL);
	return copy;
}

static inline const char *
keep_part(struct arena *arena, const char *text, size_t length)
{
	const char *copy = arena_strndup(arena, text, length);

	must(copy != NULL || text == NULL);
	return copy;
}

/* Room for one element more in an array that must_realloc grows by doubling. */
static inline void *
grown(void *array, size_t count, size_t size)
{
	bool full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);

	return full ? must_realloc(array, (count == 0 ? 8 : 2 * count) * size) : array;
}

#endif
