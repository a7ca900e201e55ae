/* SPDX-License-Identifier: EUPL-1.2 */
#include "mapping/keylist.h"

#include "../check_main.h"

#include <string.h>

/* The values of a key, joined. */
static const char *
values(const struct keylist *list, const char *key, const char *key2)
{
	static char out[100];
	const struct keylist_item *item = keylist_find(list, key, key2);

	for (out[0] = '\0'; item != NULL; item = item->next)
		strcat(out, item->value);
	return out;
}

START_TEST(keeps_the_values_of_a_key_in_the_order_in_which_they_came)
{
	struct arena *arena = arena_new(0);
	struct keylist *list = keylist_new(arena);

	ck_assert(keylist_add(list, "k", NULL, "1") && keylist_add(list, "l", NULL, "x") &&
	    keylist_add(list, "k", NULL, "2"));
	ck_assert_str_eq(values(list, "k", NULL), "12");
	ck_assert_str_eq(values(list, "l", NULL), "x");
	ck_assert_str_eq(values(list, "m", NULL), "");
	arena_free(&arena);
}
END_TEST

START_TEST(tells_one_key_from_two_and_the_two_from_each_other)
{
	struct arena *arena = arena_new(0);
	struct keylist *list = keylist_new(arena);

	keylist_add(list, "a", NULL, "1");
	keylist_add(list, "a", "", "2");
	keylist_add(list, "a", "b", "3");
	keylist_add(list, "b", "a", "4");
	keylist_add(list, "ab", "", "5");
	ck_assert_str_eq(values(list, "a", NULL), "1");
	ck_assert_str_eq(values(list, "a", ""), "2");
	ck_assert_str_eq(values(list, "a", "b"), "3");
	ck_assert_str_eq(values(list, "b", "a"), "4");
	ck_assert_str_eq(values(list, "ab", ""), "5");
	arena_free(&arena);
}
END_TEST

START_TEST(finds_all_of_many_keys)
{
	struct arena *arena = arena_new(0);
	struct keylist *list = keylist_new(arena);
	char *key;

	for (int i = 0; i < 5000; i++) {
		key = arena_printf(arena, "key %d", i);
		ck_assert(keylist_add(list, key, NULL, key));
	}
	for (int i = 0; i < 5000; i++) {
		key = arena_printf(arena, "key %d", i);
		ck_assert_str_eq(values(list, key, NULL), key);
	}
	arena_free(&arena);
}
END_TEST

START_TEST(takes_a_value_away_wherever_it_stands)
{
	struct arena *arena = arena_new(0);
	struct keylist *list = keylist_new(arena);
	char one[] = "1", two[] = "2", three[] = "3", four[] = "4";

	keylist_add(list, "k", NULL, one);
	keylist_add(list, "k", NULL, two);
	keylist_add(list, "k", NULL, three);
	keylist_remove(list, "k", NULL, two);
	keylist_remove(list, "k", NULL, "none");
	keylist_remove(list, "l", NULL, one);
	ck_assert_str_eq(values(list, "k", NULL), "13");
	keylist_remove(list, "k", NULL, three);
	keylist_add(list, "k", NULL, four);
	ck_assert_str_eq(values(list, "k", NULL), "14");
	keylist_remove(list, "k", NULL, one);
	keylist_remove(list, "k", NULL, four);
	ck_assert_str_eq(values(list, "k", NULL), "");
	keylist_add(list, "k", NULL, two);
	ck_assert_str_eq(values(list, "k", NULL), "2");
	arena_free(&arena);
}
END_TEST

START_TEST(says_when_there_is_no_memory)
{
	struct arena *small = arena_new(100), *arena = arena_new(2000);
	struct keylist *list = keylist_new(arena);

	ck_assert_ptr_null(keylist_new(small));
	ck_assert_ptr_nonnull(list);
	while (keylist_add(list, arena_printf(arena, "%zu", arena_used(arena)) == NULL ? "k" : "l",
	    NULL, "v"))
		;
	arena_free(&arena);
	arena_free(&small);
}
END_TEST

TESTS("mapping/keylist", keeps_the_values_of_a_key_in_the_order_in_which_they_came,
    tells_one_key_from_two_and_the_two_from_each_other, finds_all_of_many_keys,
    takes_a_value_away_wherever_it_stands, says_when_there_is_no_memory)
