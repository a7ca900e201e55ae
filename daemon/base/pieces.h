/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Several byte strings as one: the documents of one job on their way through the journal and to a worker. One piece is itself. Of several
 * each stands behind its length, eight bytes, the highest first. How many there are is said beside it.
 */
#ifndef EHDS_BASE_PIECES_H
#define EHDS_BASE_PIECES_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

#define PIECES_MAX 16

struct piece {
	const char *data;	/* borrows */
	size_t length;
};

/* Appends 1 to PIECES_MAX pieces. */
void
pieces_join(struct buffer *out, const struct piece *pieces, size_t count);

/* The pieces again, borrowed from bytes; false when bytes are not count pieces and nothing behind them. */
bool
pieces_split(struct piece *out, size_t count, const char *bytes, size_t length);

#endif
