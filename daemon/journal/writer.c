/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Group commit. While one transaction waits for the disk, the next one gathers: the batch grows with the
 * load by itself and needs no timer. A job that fails spoils its transaction, so the jobs of a spoilt one
 * are run again one by one: each gets its own answer. Persistent ones that fail are put back and go first
 * in the next batch, and nobody waits behind them: with a full disk, senders still hear that it is full.
 *
 * Rejected: a commit every n milliseconds (adds latency when idle), and writing from the broker's thread (a
 * checkpoint would stop the sockets for as long as the disk likes).
 */
#include "journal/writer.h"

#include "base/alloc.h"
#include "base/log.h"
#include "journal/audit.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define BATCH_JOBS 256
#define BATCH_BYTES (16u << 20)
#define CHECKPOINT_BYTES (64u << 20)	/* checkpoint when the log is that long ... */
#define CHECKPOINT_IDLE (4u << 20)	/* ... or, with nothing to do, that long */
#define RETRY_MILLISECONDS 250
#define SYNC_BATCHES 64			/* transactions after which the audit trail is brought to the disk, at the latest */

struct queue {
	struct writer_job *first, **end;
};

struct writer {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queue waiting;		/* under lock */
	struct queue finished;		/* under lock */
	bool stopping;			/* under lock */
	struct queue again;		/* the writer's thread only: persistent jobs that failed */
	bool troubled;			/* the writer's thread only: that was said in the log */
	unsigned batches;		/* the writer's thread only: since the audit trail was synced */
	int event;
	size_t pending, pending_weight;	/* the submitter's thread only */
};

static void
queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void
queue_push(struct queue *queue, struct writer_job *job)
{
	job->next = NULL;
	*queue->end = job;
	queue->end = &job->next;
}

/* Takes the first jobs, as many as one transaction may hold; one that stands alone comes by itself. */
static struct writer_job *
queue_take(struct queue *queue)
{
	struct writer_job *first = queue->first, **end = &queue->first;
	size_t jobs = 0, bytes = 0;

	while (*end != NULL && jobs < BATCH_JOBS && (jobs == 0
	    || (!(*end)->alone && !first->alone && bytes + (*end)->weight <= BATCH_BYTES))) {
		jobs++;
		bytes += (*end)->weight;
		end = &(*end)->next;
	}
	queue->first = *end;
	if (queue->first == NULL)
		queue->end = &queue->first;
	*end = NULL;
	return first;
}

/* Runs the list in one transaction: 0 when it is on disk, else -1 with the error, and nothing of it is. */
static int
run_transaction(struct store *store, struct writer_job *first, struct ehds_error *error)
{
	if (first->alone) {
		first->result = first->run(first, store, error);
		return first->result;
	}
	if (store_begin(store, error) != 0)
		return -1;
	for (struct writer_job *job = first; job != NULL; job = job->next) {
		job->result = job->run(job, store, error);
		if (job->result != 0) {
			store_rollback(store);
			return -1;
		}
	}
	if (store_commit(store, error) == 0)
		return 0;
	store_rollback(store);
	return -1;
}

static void
say_trouble(struct writer *writer, const struct ehds_error *error)
{
	if (!writer->troubled)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "rule=%s text=\"%s\"", error->rule, error->text);
	writer->troubled = true;
}

/* Each by itself, into the queue of those that are finished or of those that go again. */
static void
run_one_by_one(struct writer *writer, struct writer_job *first, struct queue *finished, bool last)
{
	struct writer_job *next;

	for (struct writer_job *job = first; job != NULL; job = next) {
		next = job->next;
		job->next = NULL;
		if (run_transaction(writer->store, job, &job->error) == 0) {
			queue_push(finished, job);
			continue;
		}
		job->result = -1;
		say_trouble(writer, &job->error);
		queue_push(job->persistent && !last ? &writer->again : finished, job);
	}
}

/* Runs the batch and gives those of its jobs that are finished. */
static struct queue
run_batch(struct writer *writer, struct writer_job *first, bool last)
{
	struct ehds_error error = { 0 };
	struct queue finished;

	queue_init(&finished);
	if (first->alone) {
		if (run_transaction(writer->store, first, &first->error) != 0)
			say_trouble(writer, &first->error);
		finished.first = first;
		return finished;
	}
	if (run_transaction(writer->store, first, &error) != 0) {
		run_one_by_one(writer, first, &finished, last);
		return finished;
	}
	if (writer->troubled)
		log_event(LOG_LEVEL_INFO, "journal.recovered", "text=\"writes again\"");
	writer->troubled = false;
	finished.first = first;
	return finished;
}

static void
checkpoint_over(struct writer *writer, size_t bytes)
{
	struct ehds_error error = { 0 };

	if (store_log_size(writer->store) > bytes && store_checkpoint(writer->store, &error) != 0)
		log_event(LOG_LEVEL_WARNING, "journal.checkpoint", "text=\"%s\"", error.text);
}

static void
publish(struct writer *writer, struct writer_job *first)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&writer->lock);
	while (first != NULL) {
		struct writer_job *next = first->next;

		queue_push(&writer->finished, first);
		first = next;
	}
	pthread_mutex_unlock(&writer->lock);
	while (write(writer->event, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
}

/* Waits for jobs; with some to be run again, only for a while. True when the thread is to end. */
static bool
wait_for_jobs(struct writer *writer)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += RETRY_MILLISECONDS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (writer->waiting.first == NULL && !writer->stopping) {
		if (writer->again.first == NULL)
			pthread_cond_wait(&writer->wake, &writer->lock);
		else if (pthread_cond_timedwait(&writer->wake, &writer->lock, &until) == ETIMEDOUT)
			break;
	}
	return writer->waiting.first == NULL && writer->stopping;
}

/* What failed before, and what is new behind it. *last: nothing will come after. */
static struct writer_job *
next_batch(struct writer *writer, bool *last)
{
	struct writer_job *fresh;
	bool idle;

	pthread_mutex_lock(&writer->lock);
	idle = writer->waiting.first == NULL && !writer->stopping;
	pthread_mutex_unlock(&writer->lock);
	if (idle || ++writer->batches >= SYNC_BATCHES) {
		store_audit_sync(writer->store);
		writer->batches = 0;
	}
	if (idle)
		checkpoint_over(writer, CHECKPOINT_IDLE);
	pthread_mutex_lock(&writer->lock);
	*last = wait_for_jobs(writer);
	fresh = queue_take(&writer->waiting);
	pthread_mutex_unlock(&writer->lock);
	if (fresh != NULL && fresh->alone)
		return fresh;	/* what failed before waits one turn more */
	*writer->again.end = fresh;
	fresh = writer->again.first;
	queue_init(&writer->again);
	return fresh;
}

static void *
writer_main(void *context)
{
	struct writer *writer = context;
	struct writer_job *first;
	bool last = false;

	prctl(PR_SET_NAME, "ehdsd-journal", 0, 0, 0);
	while (!last) {
		first = next_batch(writer, &last);
		if (first == NULL)
			continue;
		publish(writer, run_batch(writer, first, last).first);
		checkpoint_over(writer, CHECKPOINT_BYTES);
	}
	store_audit_settle(writer->store);
	checkpoint_over(writer, 0);
	store_close(&writer->store);
	return NULL;
}

int
writer_start(struct writer **out, struct store *store, struct ehds_error *error)
{
	struct writer *writer = must_alloc(sizeof(*writer));
	pthread_condattr_t attributes;

	*out = NULL;
	writer->store = store;
	queue_init(&writer->waiting);
	queue_init(&writer->finished);
	queue_init(&writer->again);
	/* Not the clock of the calendar: that may be set back, and a pause would last as long as that. */
	must(pthread_condattr_init(&attributes) == 0
	    && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_mutex_init(&writer->lock, NULL) == 0 && pthread_cond_init(&writer->wake, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	writer->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (writer->event < 0 || pthread_create(&writer->thread, NULL, writer_main, writer) != 0) {
		error_set(error, EHDS_ERROR_TEMPORARY, "journal-thread", NULL, 0, 0,
		    "cannot start the journal's thread: %s", strerror(errno));
		store_close(&writer->store);
		if (writer->event >= 0)
			close(writer->event);
		free(writer);
		return -1;
	}
	*out = writer;
	return 0;
}

int
writer_fd(const struct writer *writer)
{
	return writer->event;
}

void
writer_submit(struct writer *writer, struct writer_job *job)
{
	writer->pending++;
	writer->pending_weight += job->weight;
	pthread_mutex_lock(&writer->lock);
	queue_push(&writer->waiting, job);
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->lock);
}

void
writer_complete(struct writer *writer)
{
	struct writer_job *job, *next;
	uint64_t count;

	if (read(writer->event, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		return;
	pthread_mutex_lock(&writer->lock);
	job = writer->finished.first;
	queue_init(&writer->finished);
	pthread_mutex_unlock(&writer->lock);
	for (; job != NULL; job = next) {
		next = job->next;
		writer->pending--;
		writer->pending_weight -= job->weight;
		job->done(job, job->result, &job->error);
	}
}

size_t
writer_pending(const struct writer *writer)
{
	return writer->pending;
}

size_t
writer_pending_weight(const struct writer *writer)
{
	return writer->pending_weight;
}

void
writer_stop(struct writer **writer)
{
	struct writer *old = *writer;

	*writer = NULL;
	if (old == NULL)
		return;
	pthread_mutex_lock(&old->lock);
	old->stopping = true;
	pthread_cond_signal(&old->wake);
	pthread_mutex_unlock(&old->lock);
	pthread_join(old->thread, NULL);
	writer_complete(old);
	must(old->pending == 0);
	close(old->event);
	pthread_cond_destroy(&old->wake);
	pthread_mutex_destroy(&old->lock);
	free(old);
}
