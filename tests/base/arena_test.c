/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/arena.h"

#include "../check_main.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

START_TEST(memory_is_zeroed_and_aligned_for_any_type)
{
	struct arena *arena = arena_new(0);

	for (size_t size = 1; size < 100; size++) {
		unsigned char *memory = arena_alloc(arena, size);

		ck_assert_uint_eq((uintptr_t)memory % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			ck_assert_uint_eq(memory[i], 0);
		memset(memory, 0xFF, size);
	}
	arena_free(&arena);
	ck_assert_ptr_null(arena);
}
END_TEST

START_TEST(after_a_reset_memory_is_zeroed_again)
{
	struct arena *arena = arena_new(0);
	unsigned char *memory = arena_alloc(arena, 1000);

	memset(memory, 0xFF, 1000);
	arena_reset(arena);
	ck_assert_uint_eq(arena_used(arena), 0);
	memory = arena_alloc(arena, 1000);
	for (size_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(memory[i], 0);
	arena_free(&arena);
}
END_TEST

START_TEST(memory_larger_than_a_block_does_not_disturb_small_memory)
{
	struct arena *arena = arena_new(0);
	char *before = arena_strdup(arena, "before"), *large = arena_alloc(arena, 1000000), *after;

	memset(large, 'x', 1000000);
	after = arena_strdup(arena, "after");
	ck_assert_str_eq(before, "before");
	ck_assert_str_eq(after, "after");
	ck_assert_int_eq(large[0], 'x');
	ck_assert_int_eq(large[999999], 'x');
	arena_free(&arena);
}
END_TEST

START_TEST(gives_nothing_over_its_limit_and_something_after_a_reset)
{
	struct arena *arena = arena_new(1024);

	ck_assert_ptr_nonnull(arena_alloc(arena, 1000));
	ck_assert_ptr_null(arena_alloc(arena, 100));
	ck_assert_ptr_null(arena_strndup(arena, "0123456789012345678901234567890123456789", 40));
	ck_assert_ptr_null(arena_printf(arena, "%100d", 1));
	ck_assert_ptr_null(arena_alloc(arena, SIZE_MAX));
	ck_assert_ptr_null(arena_alloc(arena, SIZE_MAX / 2));
	ck_assert_uint_le(arena_used(arena), 1024);
	arena_reset(arena);
	ck_assert_ptr_nonnull(arena_alloc(arena, 1024));
	arena_free(&arena);
}
END_TEST

START_TEST(releasing_a_mark_takes_back_and_wipes_what_came_after_it)
{
	struct arena *arena = arena_new(0);
	char *before = arena_strdup(arena, "before"), *after;
	struct arena_mark mark = arena_mark(arena);
	size_t used = arena_used(arena);

	after = arena_strdup(arena, "after");
	arena_release(arena, mark);
	ck_assert_uint_eq(arena_used(arena), used);
	ck_assert_int_eq(after[0], '\0');
	ck_assert_str_eq(before, "before");
	ck_assert_ptr_eq(arena_strdup(arena, "again"), after);
	arena_free(&arena);
}
END_TEST

START_TEST(marks_are_nested_over_many_blocks)
{
	struct arena *arena = arena_new(0);
	struct arena_mark outer = arena_mark(arena), inner;
	char *kept;

	kept = arena_strdup(arena, "kept");
	inner = arena_mark(arena);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++)
			memset(arena_alloc(arena, 1000), 'x', 1000);
		memset(arena_alloc(arena, 1000000), 'x', 1000000);
		arena_release(arena, inner);
		ck_assert_uint_eq(arena_used(arena), inner.used);
		ck_assert_str_eq(kept, "kept");
	}
	ck_assert_int_eq(*(char *)arena_alloc(arena, 1000), '\0');
	arena_release(arena, outer);
	ck_assert_uint_eq(arena_used(arena), 0);
	arena_reset(arena);
	ck_assert_str_eq(arena_strdup(arena, "after all"), "after all");
	arena_free(&arena);
}
END_TEST

START_TEST(copies_of_nothing_are_nothing)
{
	struct arena *arena = arena_new(0);

	ck_assert_ptr_null(arena_strdup(arena, NULL));
	ck_assert_ptr_null(arena_strndup(arena, NULL, 3));
	ck_assert_str_eq(arena_strndup(arena, "abcdef", 3), "abc");
	ck_assert_str_eq(arena_printf(arena, "%s-%d", "a", 7), "a-7");
	arena_free(&arena);
	arena_free(&arena);
}
END_TEST

TESTS("base/arena", memory_is_zeroed_and_aligned_for_any_type, after_a_reset_memory_is_zeroed_again,
    memory_larger_than_a_block_does_not_disturb_small_memory,
    gives_nothing_over_its_limit_and_something_after_a_reset,
    releasing_a_mark_takes_back_and_wipes_what_came_after_it, marks_are_nested_over_many_blocks, copies_of_nothing_are_nothing)
