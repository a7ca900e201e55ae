/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An operator asks for a check of the journal, or for a copy of it, while the daemon works: small jobs for the
 * journal, one after the other, so that documents get through between them.
 */
#include "server/control_internal.h"

#include "base/alloc.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#define CHECK_DOCUMENTS 32		/* in one job */
#define PROBLEMS_MOST 1000		/* that an answer tells; all are counted */
#define BACKUP_PAGES 256		/* 2 MiB in one job */

/* ---- fsck ---------------------------------------------------------------------------------------------- */

struct problem {
	char id[UUID_TEXT];
	char *text;			/* owns */
};

/* What all jobs of one check share. */
struct inspection {
	struct routing_id to;
	long long after, bodies;
	struct store_totals totals;
	struct problem *problems;
	size_t count, told;		/* found; of them those in problems[] */
};

struct inspect_job {
	struct broker_job base;
	struct inspection *inspection;	/* the last job's: owns */
	long long after, bodies;	/* as they were: a job may run twice */
	size_t count, told;
	bool totals;
};

static void
hear_problem(void *user, const char *id, const char *text)
{
	struct inspection *inspection = user;
	struct problem *problem;

	inspection->count++;
	if (inspection->told == PROBLEMS_MOST)
		return;
	inspection->problems = must_realloc(inspection->problems,
	    (inspection->told + 1) * sizeof(*inspection->problems));
	problem = &inspection->problems[inspection->told++];
	snprintf(problem->id, sizeof(problem->id), "%s", id);
	problem->text = must_strdup(text);
}

static void
forget_problems(struct inspection *inspection, size_t told)
{
	while (inspection->told > told)
		free(inspection->problems[--inspection->told].text);
}

static int
inspect_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct inspect_job *inspect = (struct inspect_job *)job;
	struct inspection *inspection = inspect->inspection;
	const struct store_problems problems = { hear_problem, inspection };

	forget_problems(inspection, inspect->told);
	inspection->count = inspect->count;
	inspection->after = inspect->after;
	inspection->bodies = inspect->bodies;
	if (inspect->totals)
		return store_check_totals(store, &inspection->totals, &problems, error);
	return store_check_documents(store, &inspection->after, CHECK_DOCUMENTS, &inspection->bodies, &problems,
	    error);
}

static void
inspection_free(struct inspection *inspection)
{
	forget_problems(inspection, 0);
	free(inspection->problems);
	free(inspection);
}

static void
write_number(struct json_writer *writer, const char *key, long long number)
{
	json_key(writer, key);
	json_integer(writer, number);
}

static void
write_inspection(struct buffer *out, const struct inspection *inspection)
{
	struct json_writer writer = json_writer_new(out, false);
	const struct store_totals *totals = &inspection->totals;

	json_open(&writer, '{');
	write_number(&writer, "received", totals->received);
	write_number(&writer, "forgotten", totals->purged);
	write_number(&writer, "done", totals->counts[STORE_DONE]);
	write_number(&writer, "refused", totals->counts[STORE_REFUSED]);
	write_number(&writer, "held", totals->counts[STORE_HELD]);
	write_number(&writer, "in-flight", totals->counts[STORE_RECEIVED] + totals->counts[STORE_CONVERTED]
	    + totals->counts[STORE_FORWARDED]);
	write_number(&writer, "bodies", inspection->bodies);
	write_number(&writer, "wrong", (long long)inspection->count);
	json_key(&writer, "problems");
	json_open(&writer, '[');
	for (size_t i = 0; i < inspection->told; i++) {
		json_open(&writer, '{');
		json_key(&writer, "id");
		json_string(&writer, inspection->problems[i].id);
		json_key(&writer, "text");
		json_string(&writer, inspection->problems[i].text);
		json_close(&writer, '}');
	}
	json_close(&writer, ']');
	json_close(&writer, '}');
}

static void
inspect_next(struct broker *broker, struct inspection *inspection, bool totals);

static void
inspect_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct inspect_job *inspect = (struct inspect_job *)job;
	struct inspection *inspection = inspect->inspection;
	struct broker *broker = inspect->base.broker;
	struct buffer body = { 0 };

	if (result == 0 && !inspect->totals) {
		inspect_next(broker, inspection, inspection->after < 0);
		free(inspect);
		return;
	}
	if (result == 0)
		write_inspection(&body, inspection);
	if (inspection->count > 0)
		log_event(LOG_LEVEL_ERROR, "journal.wrong", "problems=%zu", inspection->count);
	control_answer(broker, &inspection->to, result == 0 ? NULL : "busy", result == 0 ? NULL : error->text,
	    &body);
	buffer_free(&body);
	inspection_free(inspection);
	free(inspect);
}

static void
inspect_next(struct broker *broker, struct inspection *inspection, bool totals)
{
	struct inspect_job *inspect = broker_job_new(broker, sizeof(*inspect), inspect_run, inspect_done);

	inspect->inspection = inspection;
	inspect->after = inspection->after;
	inspect->bodies = inspection->bodies;
	inspect->count = inspection->count;
	inspect->told = inspection->told;
	inspect->totals = totals;
	broker_submit(inspect);
}

void
inspect_fsck(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	struct inspection *inspection = must_alloc(sizeof(*inspection));

	(void)header;
	inspection->to = *from;
	inspect_next(broker, inspection, false);
}

/* ---- backup -------------------------------------------------------------------------------------------- */

struct backup_job {
	struct broker_job base;
	struct routing_id to;
	char *path;			/* owns */
	struct store_backup *backup;	/* owns; NULL before the first piece */
	bool done, stopped;		/* stopped: the daemon stops, and so does the copy */
};

static int
backup_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct backup_job *backup = (struct backup_job *)job;

	if (backup->stopped) {
		store_backup_free(&backup->backup);
		return error_set(error, EHDS_ERROR_TEMPORARY, "backup-write", backup->path, 0, 0,
		    "the daemon stops");
	}
	if (backup->backup == NULL && store_backup_start(&backup->backup, store, backup->path, error) != 0)
		return -1;
	if (store_backup_step(backup->backup, BACKUP_PAGES, &backup->done, error) == 0 && !backup->done)
		return 0;
	/* On this thread: it still has the source's connection. */
	store_backup_free(&backup->backup);
	return backup->done ? 0 : -1;
}

static void
backup_next(struct broker *broker, struct backup_job *of);

static void
backup_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct backup_job *backup = (struct backup_job *)job;
	struct broker *broker = backup->base.broker;

	if (result == 0 && !backup->done) {
		backup_next(broker, backup);
		free(backup);
		return;
	}
	if (result == 0)
		log_event(LOG_LEVEL_INFO, "journal.backup", "file=%s", backup->path);
	if (result == 0)
		trail_say(broker, 0, "backup", "operator", backup->path);
	control_answer(broker, &backup->to, result == 0 ? NULL : "backup", result == 0 ? NULL : error->text, NULL);
	store_backup_free(&backup->backup);	/* only when the journal was closed before the next piece */
	free(backup->path);
	free(backup);
}

static void
backup_next(struct broker *broker, struct backup_job *of)
{
	struct backup_job *backup = broker_job_new(broker, sizeof(*backup), backup_run, backup_done);

	backup->to = of->to;
	backup->path = of->path;
	backup->backup = of->backup;
	backup->stopped = broker->stop_by >= 0;
	backup->base.job.alone = true;
	broker_submit(backup);
}

void
inspect_backup(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	struct backup_job first = { .to = *from };

	if (header->text == NULL || header->text[0] != '/') {
		control_answer(broker, from, "malformed", "into which file? An absolute path is needed", NULL);
		return;
	}
	first.path = must_strdup(header->text);
	backup_next(broker, &first);
}
