/* SPDX-License-Identifier: EUPL-1.2 */
#include "journal/writer.h"

#include "../check_main.h"
#include "../temporary.h"

#include <poll.h>
#include <string.h>

/* A job that receives one document, or fails as often as it is told to. */
struct test_job {
	struct writer_job job;
	char message[16], sha256[DIGEST_HEX];
	int failures;			/* that many runs fail first */
	int runs, done, *order;		/* *order counts completions */
	int place, result;
	char text[512];
	struct store_receipt receipt;
};

static int
job_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct test_job *test = (struct test_job *)job;
	const struct store_submission submission = { "s", test->message, "", "", test->sha256,
	    { "<a/>", 4 }, 1 };

	if (test->runs++ < test->failures)
		return error_set(error, EHDS_ERROR_TEMPORARY, "journal-write", NULL, 0, 0, "disk full");
	return store_receive(store, &test->receipt, &submission, 1, error);
}

static void
job_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct test_job *test = (struct test_job *)job;

	test->done++;
	test->place = (*test->order)++;
	test->result = result;
	snprintf(test->text, sizeof(test->text), "%s", error->text);
}

static void
job_init(struct test_job *test, int number, int failures, bool persistent, int *order)
{
	memset(test, 0, sizeof(*test));
	test->job.run = job_run;
	test->job.done = job_done;
	test->job.persistent = persistent;
	test->job.weight = 4;
	test->failures = failures;
	test->order = order;
	snprintf(test->message, sizeof(test->message), "m%d", number);
	snprintf(test->sha256, sizeof(test->sha256), "%064d", number);
}

static struct writer *
start(char **folder)
{
	struct ehds_error error = { 0 };
	struct writer *writer;
	struct store *store;
	char *path;

	*folder = temporary_folder();
	path = temporary_path(*folder, "j");
	ck_assert_int_eq(store_open(&store, path, &error), 0);
	ck_assert_int_eq(writer_start(&writer, store, &error), 0);
	free(path);
	return writer;
}

static void
wait_for_all(struct writer *writer)
{
	while (writer_pending(writer) > 0) {
		struct pollfd item = { .fd = writer_fd(writer), .events = POLLIN };

		ck_assert_int_gt(poll(&item, 1, 30000), 0);
		writer_complete(writer);
	}
}

START_TEST(completes_every_job_once_and_in_order)
{
	static struct test_job jobs[600];
	char *folder;
	struct writer *writer = start(&folder);
	int order = 0;

	for (int i = 0; i < 600; i++) {
		job_init(&jobs[i], i, 0, false, &order);
		writer_submit(writer, &jobs[i].job);
	}
	ck_assert_uint_eq(writer_pending(writer), 600);
	ck_assert_uint_eq(writer_pending_weight(writer), 2400);
	wait_for_all(writer);
	for (int i = 0; i < 600; i++) {
		ck_assert_int_eq(jobs[i].done, 1);
		ck_assert_int_eq(jobs[i].result, 0);
		ck_assert_int_eq(jobs[i].place, i);
	}
	ck_assert_uint_eq(writer_pending_weight(writer), 0);
	writer_stop(&writer);
	ck_assert_ptr_null(writer);
	temporary_remove(folder);
}
END_TEST

START_TEST(a_job_that_fails_does_not_take_its_neighbours_with_it)
{
	static struct test_job jobs[3];
	char *folder;
	struct writer *writer = start(&folder);
	int order = 0;

	for (int i = 0; i < 3; i++) {
		job_init(&jobs[i], i, i == 1 ? 1000 : 0, false, &order);
		writer_submit(writer, &jobs[i].job);
	}
	wait_for_all(writer);
	ck_assert_int_eq(jobs[0].result, 0);
	ck_assert_int_eq(jobs[1].result, -1);
	ck_assert_str_eq(jobs[1].text, "disk full");
	ck_assert_int_eq(jobs[2].result, 0);
	ck_assert(!jobs[0].receipt.duplicate && !jobs[2].receipt.duplicate);
	writer_stop(&writer);
	temporary_remove(folder);
}
END_TEST

START_TEST(a_persistent_job_is_tried_until_it_succeeds)
{
	static struct test_job job;
	char *folder;
	struct writer *writer = start(&folder);
	int order = 0;

	job_init(&job, 1, 3, true, &order);
	writer_submit(writer, &job.job);
	wait_for_all(writer);
	ck_assert_int_eq(job.runs, 4);
	ck_assert_int_eq(job.result, 0);
	writer_stop(&writer);
	temporary_remove(folder);
}
END_TEST

START_TEST(nobody_waits_behind_a_persistent_job_that_fails)
{
	static struct test_job stuck, next;
	char *folder;
	struct writer *writer = start(&folder);
	int order = 0;

	job_init(&stuck, 1, 1000000, true, &order);
	job_init(&next, 2, 0, false, &order);
	writer_submit(writer, &stuck.job);
	writer_submit(writer, &next.job);
	while (next.done == 0) {
		struct pollfd item = { .fd = writer_fd(writer), .events = POLLIN };

		ck_assert_int_gt(poll(&item, 1, 30000), 0);
		writer_complete(writer);
	}
	ck_assert_int_eq(next.result, 0);
	ck_assert_int_eq(stuck.done, 0);
	writer_stop(&writer);
	ck_assert_int_eq(stuck.done, 1);
	ck_assert_int_eq(stuck.result, -1);
	temporary_remove(folder);
}
END_TEST

START_TEST(a_stop_finishes_what_was_submitted)
{
	static struct test_job jobs[50];
	char *folder, *path;
	struct writer *writer = start(&folder);
	struct store *store;
	long long counts[STORE_STATE_COUNT];
	int order = 0;

	for (int i = 0; i < 50; i++) {
		job_init(&jobs[i], i, 0, true, &order);
		writer_submit(writer, &jobs[i].job);
	}
	writer_stop(&writer);
	ck_assert_int_eq(order, 50);
	path = temporary_path(folder, "j");
	ck_assert_int_eq(store_open(&store, path, NULL), 0);
	store_counts(store, counts);
	ck_assert_int_eq(counts[STORE_RECEIVED], 50);
	store_close(&store);
	free(path);
	temporary_remove(folder);
}
END_TEST

TESTS("journal/writer", completes_every_job_once_and_in_order,
    a_job_that_fails_does_not_take_its_neighbours_with_it, a_persistent_job_is_tried_until_it_succeeds,
    nobody_waits_behind_a_persistent_job_that_fails, a_stop_finishes_what_was_submitted)
