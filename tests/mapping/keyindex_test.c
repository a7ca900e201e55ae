#include "mapping/keyindex.h"

#include "../check_main.h"

START_TEST(finds_what_was_put_and_nothing_else)
{
	struct keyindex index = { 0 };

	ck_assert_uint_eq(keyindex_find(&index, "a", NULL), KEYINDEX_NONE);
	keyindex_put(&index, "a", NULL, 1);
	keyindex_put(&index, "a", "b", 2);
	keyindex_put(&index, "ab", NULL, 3);
	keyindex_put(&index, "", "", 4);
	ck_assert_uint_eq(keyindex_find(&index, "a", NULL), 1);
	ck_assert_uint_eq(keyindex_find(&index, "a", "b"), 2);
	ck_assert_uint_eq(keyindex_find(&index, "ab", NULL), 3);
	ck_assert_uint_eq(keyindex_find(&index, "", ""), 4);
	ck_assert_uint_eq(keyindex_find(&index, "", NULL), KEYINDEX_NONE);
	ck_assert_uint_eq(keyindex_find(&index, "a", ""), KEYINDEX_NONE);
	ck_assert_uint_eq(keyindex_find(&index, "b", "a"), KEYINDEX_NONE);
	ck_assert_uint_eq(keyindex_find(&index, NULL, NULL), KEYINDEX_NONE);
	keyindex_free(&index);
}
END_TEST

START_TEST(replaces_the_value_of_the_same_keys)
{
	struct keyindex index = { 0 };

	keyindex_put(&index, "a", NULL, 1);
	keyindex_put(&index, "a", NULL, 2);
	ck_assert_uint_eq(keyindex_find(&index, "a", NULL), 2);
	ck_assert_uint_eq(index.count, 1);
	keyindex_free(&index);
}
END_TEST

START_TEST(keeps_all_keys_while_it_grows)
{
	static char keys[5000][8];
	struct keyindex index = { 0 };
	size_t i;

	for (i = 0; i < 5000; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%zu", i);
		keyindex_put(&index, keys[i], i % 2 == 0 ? NULL : "x", i);
	}
	for (i = 0; i < 5000; i++)
		ck_assert_uint_eq(keyindex_find(&index, keys[i], i % 2 == 0 ? NULL : "x"), i);
	ck_assert_uint_eq(index.count, 5000);
	ck_assert_uint_le(2 * index.count, index.capacity);
	keyindex_free(&index);
}
END_TEST

TESTS("mapping/keyindex", finds_what_was_put_and_nothing_else, replaces_the_value_of_the_same_keys,
    keeps_all_keys_while_it_grows)
