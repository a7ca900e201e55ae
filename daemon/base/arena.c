/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A chain of blocks with a bump pointer. talloc and obstack were looked at: neither wipes, and a hierarchy is
 * not needed where everything dies together.
 */
#include "base/arena.h"
#include "base/alloc.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double from the first size to the usual one: a small document needs no 64 KiB zeroed for each of its arenas. */
#define FIRST_SIZE ((size_t)8 * 1024)
#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT alignof(max_align_t)

struct block {
	struct block *next;
	size_t size, used;
	alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
	struct block *blocks;	/* newest first */
	struct block *spare;	/* wiped ones of BLOCK_SIZE at most */
	size_t next;		/* size of the next block */
	size_t used, limit;
};

struct arena *
arena_new(size_t limit)
{
	struct arena *arena = must_alloc(sizeof(*arena));

	arena->limit = limit;
	arena->next = FIRST_SIZE;
	return arena;
}

static void
block_wipe(struct block *block)
{
	explicit_bzero(block->bytes, block->used);
	block->used = 0;
}

static void
free_spare(struct arena *arena)
{
	struct block *block, *next;

	for (block = arena->spare; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	arena->spare = NULL;
}

void
arena_reset(struct arena *arena)
{
	struct block *block, *next, *kept = NULL;

	free_spare(arena);
	for (block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		block_wipe(block);
		if (kept == NULL && block->size <= BLOCK_SIZE) {
			kept = block;
			kept->next = NULL;
		} else {
			free(block);
		}
	}
	arena->blocks = kept;
	arena->used = 0;
}

void
arena_free(struct arena **arena)
{
	struct block *block, *next;

	if (*arena == NULL)
		return;
	for (block = (*arena)->blocks; block != NULL; block = next) {
		next = block->next;
		block_wipe(block);
		free(block);
	}
	free_spare(*arena);
	free(*arena);
	*arena = NULL;
}

static struct block *
block_new(size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (block != NULL)
		block->size = size;
	return block;
}

/* A block of the arena's next size, or one that this allocation fills alone. */
static struct block *
block_grow(struct arena *arena, size_t size)
{
	while (arena->next < size && arena->next < BLOCK_SIZE)
		arena->next *= 2;
	if (size > arena->next)
		return block_new(size);
	size = arena->next;
	if (arena->next < BLOCK_SIZE)
		arena->next *= 2;
	return block_new(size);
}

/* Newest first, always: what was handed out after a mark is what arena_release takes back. */
static struct block *
block_for(struct arena *arena, size_t size)
{
	struct block *head = arena->blocks, *block, **spare = &arena->spare;

	if (head != NULL && head->size - head->used >= size)
		return head;
	while (*spare != NULL && (*spare)->size < size)
		spare = &(*spare)->next;
	block = *spare;
	if (block != NULL)
		*spare = block->next;
	else
		block = block_grow(arena, size);
	if (block == NULL)
		return NULL;
	block->next = head;
	arena->blocks = block;
	return block;
}

struct arena_mark
arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ arena->blocks, arena->blocks != NULL ? arena->blocks->used : 0, arena->used };
}

/* Blocks of the usual sizes are kept, so that marks at a block's edge do not cost an allocation each. */
static void
block_drop(struct arena *arena, struct block *block)
{
	block_wipe(block);
	if (block->size <= BLOCK_SIZE) {
		block->next = arena->spare;
		arena->spare = block;
	} else {
		free(block);
	}
}

void
arena_release(struct arena *arena, struct arena_mark mark)
{
	struct block *block;

	while ((block = arena->blocks) != mark.block) {
		must(block != NULL);
		arena->blocks = block->next;
		block_drop(arena, block);
	}
	if (block != NULL && block->used > mark.block_used) {
		explicit_bzero(block->bytes + mark.block_used, block->used - mark.block_used);
		block->used = mark.block_used;
	}
	arena->used = mark.used;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct block *block;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (arena->limit != 0 && size > arena->limit - arena->used)
		return NULL;
	block = block_for(arena, size);
	if (block == NULL)
		return NULL;
	memory = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

char *
arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy;

	if (text == NULL)
		return NULL;
	copy = arena_alloc(arena, length + 1);
	if (copy != NULL)
		memcpy(copy, text, length);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(length >= 0);
	text = arena_alloc(arena, (size_t)length + 1);
	if (text == NULL)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}
