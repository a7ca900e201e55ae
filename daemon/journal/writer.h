/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The thread that owns the journal. Work is handed to it as jobs; it runs all that wait in one transaction
 * and commits once (group commit), so that one fsync serves many documents and whoever handed them in never
 * waits for a disk. Jobs are run, committed and completed in the order in which they were submitted, but
 * for persistent ones that failed: those come later.
 */
#ifndef EHDS_JOURNAL_WRITER_H
#define EHDS_JOURNAL_WRITER_H

#include "journal/store.h"

struct writer;

/*
 * One job, embedded in a struct of the submitter's. `run` is called on the writer's thread, perhaps more
 * than once (a transaction that failed is rolled back and tried again), and touches nothing but the store
 * and its own struct. `done` is called by writer_complete on the submitter's thread, once, after the commit
 * that holds the job's work; it may free the struct. result is 0, or -1 with the error: only for jobs that
 * are not `persistent`.
 */
struct writer_job {
	int (*run)(struct writer_job *job, struct store *store, struct ehds_error *error);
	void (*done)(struct writer_job *job, int result, const struct ehds_error *error);
	bool persistent;		/* tried until it succeeds: what it says has happened already */
	bool alone;			/* outside of any transaction: a piece of a backup */
	size_t weight;			/* bytes that it writes, about: caps a transaction */
	struct writer_job *next;
	int result;
	struct ehds_error error;
};

/*
 * Starts the thread; takes the store, and closes it in writer_stop. Gives the writer. Error: TEMPORARY
 * "journal-thread".
 */
int
writer_start(struct writer **out, struct store *store, struct ehds_error *error);

/* Becomes readable when writer_complete has something to do. */
int
writer_fd(const struct writer *writer);

/* Takes the job until its `done`. */
void
writer_submit(struct writer *writer, struct writer_job *job);

/* Calls `done` of every job that is finished. */
void
writer_complete(struct writer *writer);

/* Jobs submitted and not completed, and their weight. */
size_t
writer_pending(const struct writer *writer);

size_t
writer_pending_weight(const struct writer *writer);

/*
 * Finishes what was submitted, closes the store, ends the thread and completes the jobs. Persistent jobs that
 * still fail are completed with their error. Accepts NULL in *writer.
 */
void
writer_stop(struct writer **writer);

#endif
