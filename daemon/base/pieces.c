/* SPDX-License-Identifier: EUPL-1.2 */
/* See pieces.h. */
#include "base/pieces.h"

#include "base/alloc.h"

#include <stdint.h>

#define HEAD 8

void
pieces_join(struct buffer *out, const struct piece *pieces, size_t count)
{
	must(count > 0 && count <= PIECES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (count > 1)
			for (int byte = HEAD - 1; byte >= 0; byte--)
				buffer_putc(out, (char)(unsigned char)((uint64_t)pieces[i].length >> 8 * byte));
		if (pieces[i].length > 0)
			buffer_append(out, pieces[i].data, pieces[i].length);
	}
}

bool
pieces_split(struct piece *out, size_t count, const char *bytes, size_t length)
{
	if (count == 0 || count > PIECES_MAX)
		return false;
	if (count == 1) {
		out[0] = (struct piece){ bytes, length };
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t size = 0;

		if (length < HEAD)
			return false;
		for (int byte = 0; byte < HEAD; byte++)
			size = size << 8 | (unsigned char)bytes[byte];
		bytes += HEAD;
		length -= HEAD;
		if (size > length)
			return false;
		out[i] = (struct piece){ bytes, (size_t)size };
		bytes += size;
		length -= (size_t)size;
	}
	return length == 0;
}
