/* SPDX-License-Identifier: EUPL-1.2 */
/* See scratch.h. */
#include "mapping/scratch.h"

#include <stdalign.h>
#include <stdint.h>

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGNMENT alignof(max_align_t)

struct scratch_block {
	struct scratch_block *next;
	size_t size, used;
	alignas(ALIGNMENT) unsigned char bytes[];
};

/*
 * A block with room for size behind the current one; blocks in between that are too small are
 * passed over.
 */
static struct scratch_block *
next_block(struct scratch *scratch, size_t size)
{
	struct scratch_block *block = scratch->current == NULL ? scratch->first : scratch->current->next;
	size_t wanted = size > BLOCK_SIZE ? size : BLOCK_SIZE;

	for (; block != NULL; block = block->next) {
		block->used = 0;
		if (block->size >= size)
			return block;
	}
	block = arena_alloc(scratch->arena, sizeof(*block) + wanted);
	if (block == NULL)
		return NULL;
	block->size = wanted;
	if (scratch->current == NULL) {
		block->next = scratch->first;
		scratch->first = block;
	} else {
		block->next = scratch->current->next;
		scratch->current->next = block;
	}
	return block;
}

void *
scratch_alloc(struct scratch *scratch, size_t size)
{
	struct scratch_block *block = scratch->current;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (block == NULL || block->size - block->used < size) {
		block = next_block(scratch, size);
		if (block == NULL)
			return NULL;
		scratch->current = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

struct scratch_mark
scratch_mark(const struct scratch *scratch)
{
	return (struct scratch_mark){ scratch->current, scratch->current == NULL ? 0 :
	    scratch->current->used };
}

void
scratch_release(struct scratch *scratch, struct scratch_mark mark)
{
	scratch->current = mark.block;
	if (mark.block != NULL)
		mark.block->used = mark.used;
	else if (scratch->first != NULL)
		scratch->first->used = 0;
}
