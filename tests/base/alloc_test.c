/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/alloc.h"

#include "../check_main.h"

#include <signal.h>
#include <string.h>

START_TEST(memory_is_zeroed_also_when_none_is_asked_for)
{
	unsigned char *memory = must_alloc(100), *nothing = must_alloc(0);

	for (size_t i = 0; i < 100; i++)
		ck_assert_uint_eq(memory[i], 0);
	ck_assert_ptr_nonnull(nothing);
	nothing = must_realloc(nothing, 0);
	ck_assert_ptr_nonnull(nothing);
	free(memory);
	free(nothing);
}
END_TEST

START_TEST(texts_are_copied_and_printed)
{
	char *copy = must_strdup("text"), *printed = must_printf("%d of %s", 2, "two");

	ck_assert_str_eq(copy, "text");
	ck_assert_str_eq(printed, "2 of two");
	free(copy);
	free(printed);
}
END_TEST

START_TEST(a_broken_promise_of_our_own_aborts)
{
	if (freopen("/dev/null", "w", stderr) == NULL)
		return;
	must(1 + 1 == 3);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("base/alloc");
	TCase *tcase = tcase_create("base/alloc");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, memory_is_zeroed_also_when_none_is_asked_for);
	tcase_add_test(tcase, texts_are_copied_and_printed);
	tcase_add_test_raise_signal(tcase, a_broken_promise_of_our_own_aborts, SIGABRT);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
