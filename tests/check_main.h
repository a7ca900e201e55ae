/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The frame of every test program: tests are listed once, in TESTS(...), and run in forks by Check unless
 * CK_FORK=no. A test's name is the sentence that it proves.
 */
#ifndef EHDS_TESTS_CHECK_MAIN_H
#define EHDS_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define TESTS(name, ...)                                                                       \
	int main(void)                                                                         \
	{                                                                                      \
		const TTest *const tests[] = { __VA_ARGS__ };                                  \
		Suite *suite = suite_create(name);                                             \
		TCase *tcase = tcase_create(name);                                             \
		SRunner *runner;                                                               \
		int failed;                                                                    \
                                                                                               \
		tcase_set_timeout(tcase, 120);                                                 \
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)                  \
			tcase_add_test(tcase, tests[i]);                                       \
		suite_add_tcase(suite, tcase);                                                 \
		runner = srunner_create(suite);                                                \
		srunner_run_all(runner, CK_NORMAL);                                            \
		failed = srunner_ntests_failed(runner);                                        \
		srunner_free(runner);                                                          \
		return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                              \
	}

/* A file of the source tree: gives the path. */
static inline char *
source_path(const char *name)
{
	const char *top = getenv("top_srcdir");
	char *path = NULL;

	if (asprintf(&path, "%s/%s", top != NULL ? top : ".", name) < 0)
		abort();
	return path;
}

#endif
