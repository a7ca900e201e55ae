/* SPDX-License-Identifier: EUPL-1.2 */
#include "mapping/scratch.h"

#include "../check_main.h"

#include <stdint.h>
#include <string.h>

START_TEST(memory_is_aligned_and_apart)
{
	struct arena *arena = arena_new(0);
	struct scratch scratch = { .arena = arena };
	char *one = scratch_alloc(&scratch, 3), *two = scratch_alloc(&scratch, 5);

	ck_assert_uint_eq((uintptr_t)one % 16, 0);
	ck_assert_uint_eq((uintptr_t)two % 16, 0);
	memset(one, 'a', 3);
	memset(two, 'b', 5);
	ck_assert_int_eq(one[2], 'a');
	arena_free(&arena);
}
END_TEST

START_TEST(what_was_released_is_used_again)
{
	struct arena *arena = arena_new(0);
	struct scratch scratch = { .arena = arena };
	struct scratch_mark mark = scratch_mark(&scratch), inner;
	void *first = scratch_alloc(&scratch, 100), *second;

	inner = scratch_mark(&scratch);
	second = scratch_alloc(&scratch, 100);
	scratch_release(&scratch, inner);
	ck_assert_ptr_eq(scratch_alloc(&scratch, 100), second);
	scratch_release(&scratch, mark);
	ck_assert_ptr_eq(scratch_alloc(&scratch, 100), first);
	arena_free(&arena);
}
END_TEST

START_TEST(a_loop_takes_no_more_memory_than_one_round)
{
	struct arena *arena = arena_new(0);
	struct scratch scratch = { .arena = arena };
	size_t used = 0;

	for (int round = 0; round < 100; round++) {
		struct scratch_mark mark = scratch_mark(&scratch);

		for (int i = 0; i < 40; i++)
			memset(scratch_alloc(&scratch, 1000 * (size_t)(i % 30 + 1)), round, 1000);
		scratch_release(&scratch, mark);
		if (round == 0)
			used = arena_used(arena);
	}
	ck_assert_uint_eq(arena_used(arena), used);
	arena_free(&arena);
}
END_TEST

START_TEST(says_when_there_is_no_memory)
{
	struct arena *arena = arena_new(20000);
	struct scratch scratch = { .arena = arena };

	ck_assert_ptr_nonnull(scratch_alloc(&scratch, 10000));
	ck_assert_ptr_null(scratch_alloc(&scratch, 10000));
	ck_assert_ptr_null(scratch_alloc(&scratch, SIZE_MAX - 10));
	ck_assert_ptr_nonnull(scratch_alloc(&scratch, 1000));
	arena_free(&arena);
}
END_TEST

TESTS("mapping/scratch", memory_is_aligned_and_apart, what_was_released_is_used_again,
    a_loop_takes_no_more_memory_than_one_round, says_when_there_is_no_memory)
