/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Memory for what an evaluation needs while it lasts: a stack on blocks of the document's arena,
 * which are used again. A loop over a large document evaluates millions of expressions; the arena
 * alone would only grow.
 */
#ifndef EHDS_MAPPING_SCRATCH_H
#define EHDS_MAPPING_SCRATCH_H

#include "base/arena.h"

#include <stddef.h>

struct scratch_block;

struct scratch {
	struct arena *arena;			/* borrows; blocks live and are wiped there */
	struct scratch_block *first, *current;	/* NULL: none yet */
};

struct scratch_mark {
	struct scratch_block *block;
	size_t used;
};

/* Not zeroed, aligned for any type; NULL at the arena's limit. */
void *
scratch_alloc(struct scratch *scratch, size_t size);

struct scratch_mark
scratch_mark(const struct scratch *scratch);

/* Takes back all that was allocated since the mark. */
void
scratch_release(struct scratch *scratch, struct scratch_mark mark);

#endif
