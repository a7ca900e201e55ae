/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An arena holds everything that lives as long as one document. All of it dies at once and is wiped, because
 * it is patient data.
 */
#ifndef EHDS_BASE_ARENA_H
#define EHDS_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* limit: the most bytes that may be handed out, 0 for no limit. Gives an arena; never NULL. */
struct arena *
arena_new(size_t limit);

/* Wipes and frees; accepts NULL in *arena and leaves NULL there. */
void
arena_free(struct arena **arena);

/* Wipes the contents and keeps one block, so that a worker reuses its arena from document to document. */
void
arena_reset(struct arena *arena);

/*
 * A place in the arena. Releasing it takes back (and wipes) everything that was handed out since;
 * marks are released in the reverse order of their making.
 */
struct arena_mark {
	void *block;
	size_t block_used, used;
};

struct arena_mark
arena_mark(const struct arena *arena);

void
arena_release(struct arena *arena, struct arena_mark mark);

/* Zeroed, aligned for any type; NULL when the limit is reached. */
void *
arena_alloc(struct arena *arena, size_t size);

/* Copies; NULL for NULL or when the limit is reached. */
char *
arena_strdup(struct arena *arena, const char *text);

char *
arena_strndup(struct arena *arena, const char *text, size_t length);

char *
arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes handed out since the last reset. */
size_t
arena_used(const struct arena *arena);

#endif
