/* SPDX-License-Identifier: EUPL-1.2 */
/* Several byte strings as one and back: base/pieces.h. */
#include "base/pieces.h"

#include "../check_main.h"

#include <stdlib.h>
#include <string.h>

START_TEST(one_piece_is_itself)
{
	const struct piece one = { "abc", 3 };
	struct buffer joined = { 0 };
	struct piece back;

	pieces_join(&joined, &one, 1);
	ck_assert_uint_eq(joined.length, 3);
	ck_assert(pieces_split(&back, 1, joined.data, joined.length));
	ck_assert_mem_eq(back.data, "abc", 3);
	buffer_free(&joined);
}
END_TEST

/* Lengths by hand: 3 is 00 00 00 00 00 00 00 03. */
START_TEST(several_pieces_stand_behind_their_lengths)
{
	static const char expected[] = "\0\0\0\0\0\0\0\3a\0c" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0\1x";
	const struct piece pieces[] = { { "a\0c", 3 }, { "", 0 }, { "x", 1 } };
	struct buffer joined = { 0 };
	struct piece back[3];

	pieces_join(&joined, pieces, 3);
	ck_assert_uint_eq(joined.length, sizeof(expected) - 1);
	ck_assert_mem_eq(joined.data, expected, joined.length);
	ck_assert(pieces_split(back, 3, joined.data, joined.length));
	ck_assert_uint_eq(back[0].length, 3);
	ck_assert_uint_eq(back[1].length, 0);
	ck_assert_mem_eq(back[2].data, "x", 1);
	buffer_free(&joined);
}
END_TEST

START_TEST(what_is_no_such_string_is_not_split)
{
	static const char bytes[] = "\0\0\0\0\0\0\0\1a\0\0\0\0\0\0\0\1b";
	struct piece back[PIECES_MAX];

	ck_assert(pieces_split(back, 2, bytes, 18));
	ck_assert(!pieces_split(back, 3, bytes, 18));		/* fewer than said */
	ck_assert(!pieces_split(back, 2, bytes, 17));		/* cut */
	ck_assert(!pieces_split(back, 2, bytes, 12));		/* cut in a length */
	ck_assert(!pieces_split(back, 2, "\377\377\377\377\377\377\377\377aaaaaaaaaa", 18));
	ck_assert(!pieces_split(back, 0, bytes, 18));
	ck_assert(!pieces_split(back, PIECES_MAX + 1, bytes, 18));
}
END_TEST

TESTS("base/pieces", one_piece_is_itself, several_pieces_stand_behind_their_lengths, what_is_no_such_string_is_not_split)
