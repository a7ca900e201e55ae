/* SPDX-License-Identifier: EUPL-1.2 */
/* See pool.h. */
#include "server/pool.h"

#include "base/alloc.h"
#include "base/log.h"
#include "server/engine.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENGINES 8		/* generations at a time: one serves, one loads, the others finish */
#define KILL_PATIENCE 5000	/* milliseconds for an engine to report a worker that it was to kill */

#define START_PATIENCE 500	/* milliseconds before a worker that never did anything is started again */

struct worker {
	struct channel channel;		/* fd -1: no process, or one that is being killed */
	pid_t pid;			/* 0: not known yet */
	bool forked;			/* the engine has a process in this slot */
	bool hung;			/* it is being killed because its time was over */
	unsigned long served;		/* jobs given to this process */
	void *job;			/* NULL: idle */
	long long deadline;		/* of the job */
	long long start;		/* with no process: not before this instant */
};

enum engine_state { ENGINE_LOADING, ENGINE_SERVING, ENGINE_DRAINING };

struct engine {
	enum engine_state state;
	int fd, generation;
	pid_t pid;
	char hash[96];
	long long seconds;		/* milliseconds that one document may take */
	size_t most;			/* bytes of one result */
	long long overdue;		/* a killed worker should be reported until then; -1 */
	size_t worker_count;
	struct worker *workers;
};

struct pool {
	const char *program;
	const struct pool_events *events;
	void *context;
	struct engine *engines[ENGINES];	/* NULL: empty */
	int generation;
};

struct pool *
pool_new(const char *program, const struct pool_events *events, void *context)
{
	struct pool *pool = must_alloc(sizeof(*pool));

	pool->program = program;
	pool->events = events;
	pool->context = context;
	return pool;
}

static struct engine *
engine_in_state(const struct pool *pool, enum engine_state state)
{
	for (int i = 0; i < ENGINES; i++)
		if (pool->engines[i] != NULL && pool->engines[i]->state == state)
			return pool->engines[i];
	return NULL;
}

/* Closes everything and waits for the process, which has ended or is being killed. Jobs are not reported. */
static void
engine_end(struct pool *pool, struct engine *engine)
{
	int status = 0;

	for (size_t i = 0; i < engine->worker_count; i++)
		channel_close(&engine->workers[i].channel);
	close(engine->fd);
	kill(engine->pid, SIGKILL);
	while (waitpid(engine->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	for (int i = 0; i < ENGINES; i++)
		if (pool->engines[i] == engine)
			pool->engines[i] = NULL;
	free(engine->workers);
	free(engine);
}

/* The same, and says of each document in work that it is not its fault. */
static void
engine_end_telling(struct pool *pool, struct engine *engine, const char *how)
{
	void **jobs = must_alloc(engine->worker_count * sizeof(*jobs));
	size_t count = 0;

	for (size_t i = 0; i < engine->worker_count; i++)
		if (engine->workers[i].job != NULL)
			jobs[count++] = engine->workers[i].job;
	engine_end(pool, engine);
	for (size_t i = 0; i < count; i++)
		pool->events->lost(pool->context, jobs[i], POOL_INNOCENT, how);
	free(jobs);
}

void
pool_free(struct pool **pool)
{
	struct pool *old = *pool;

	*pool = NULL;
	if (old == NULL)
		return;
	for (int i = 0; i < ENGINES; i++)
		if (old->engines[i] != NULL)
			engine_end_telling(old, old->engines[i], "the daemon stops");
	free(old);
}

/* ---- workers ------------------------------------------------------------------------------------------- */

/* Asks for a process; the worker may be given a job at once, the socket keeps it. */
static void
worker_start(struct engine *engine, size_t slot, long long now)
{
	struct worker *worker = &engine->workers[slot];
	const struct engine_message message = { .verb = ENGINE_FORK, .slot = (int)slot };
	int pair[2];

	worker->start = now + START_PATIENCE;	/* if it cannot be started now */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		log_event(LOG_LEVEL_ERROR, "worker.start", "text=\"%s\"", strerror(errno));
		return;
	}
	worker->pid = 0;
	worker->served = 0;
	worker->hung = false;
	worker->forked = true;
	if (engine_send(engine->fd, &message, pair[1]) != 0) {
		close(pair[0]);		/* the engine is gone, which its own socket will say */
		worker->forked = false;
	} else {
		worker->channel.fd = pair[0];
		worker->channel.most = engine->most;
	}
	close(pair[1]);
}

static void
worker_kill(struct engine *engine, size_t slot, long long now)
{
	const struct engine_message message = { .verb = ENGINE_KILL, .slot = (int)slot };

	channel_close(&engine->workers[slot].channel);
	engine_send(engine->fd, &message, -1);
	engine->overdue = now + KILL_PATIENCE;
}

static void
say_how(char *out, size_t size, const struct engine *engine, const struct worker *worker, int status)
{
	if (worker->hung)
		snprintf(out, size, "took longer than %lld ms", engine->seconds);
	else if (WIFSIGNALED(status))
		snprintf(out, size, "was ended by signal %d", WTERMSIG(status));
	else
		snprintf(out, size, "ended with exit status %d", WEXITSTATUS(status));
}

/*
 * The engine reports the end of the process: only now is it known why, and is the slot free for a fresh
 * one, which is there before the loss is reported, so that the document can be given to it.
 */
static void
worker_ended(struct pool *pool, struct engine *engine, size_t slot, int status, long long now)
{
	struct worker *worker = &engine->workers[slot];
	bool draining = engine->state == ENGINE_DRAINING;
	enum pool_loss loss = worker->hung ? POOL_HUNG : POOL_CRASHED;
	void *job = worker->job;
	char how[64];

	say_how(how, sizeof(how), engine, worker, status);
	if (!draining || job != NULL)
		log_event(LOG_LEVEL_WARNING, "worker.ended", "pid=%ld how=\"%s\" busy=%s",
		    (long)worker->pid, how, job != NULL ? "yes" : "no");
	channel_close(&worker->channel);
	worker->forked = false;
	worker->pid = 0;
	worker->job = NULL;
	worker->start = now + (worker->served == 0 ? START_PATIENCE : 0);
	engine->overdue = -1;
	if (!draining && worker->start <= now)
		worker_start(engine, slot, now);
	if (job != NULL)
		pool->events->lost(pool->context, job, loss, how);
}

static void
worker_finish(struct pool *pool, struct worker *worker)
{
	struct result_head head = worker->channel.result;
	char *parts[RESULT_PARTS];
	void *job = worker->job;

	memcpy(parts, worker->channel.parts, sizeof(parts));
	memset(worker->channel.parts, 0, sizeof(worker->channel.parts));
	channel_reset(&worker->channel);
	worker->job = NULL;
	pool->events->converted(pool->context, job, &head, parts);
}

/*
 * A worker whose socket has ended is about to be reported by the engine, with the reason; one that says
 * nonsense is killed, which comes to the same.
 */
static void
worker_step(struct pool *pool, struct engine *engine, size_t slot, long long now)
{
	struct worker *worker = &engine->workers[slot];
	int got;

	if (!worker->forked && worker->start <= now && engine->state == ENGINE_SERVING)
		worker_start(engine, slot, now);
	if (worker->channel.fd < 0 || worker->job == NULL)
		return;		/* the end of an idle worker is reported by its engine */
	got = channel_flush(&worker->channel) < 0 ? -1 : channel_collect(&worker->channel);
	if (got > 0)
		worker_finish(pool, worker);
	else if (got < 0)
		worker_kill(engine, slot, now);
	else if (worker->deadline <= now) {
		worker->hung = true;
		worker_kill(engine, slot, now);
	}
}

/* ---- engines ------------------------------------------------------------------------------------------- */

static long long
count_workers(const struct configuration *configuration)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return configuration->workers > 0 ? configuration->workers : cores > 0 ? cores : 1;
}

int
pool_load(struct pool *pool, const struct configuration *configuration, bool test, struct ehds_error *error)
{
	struct engine *engine = engine_in_state(pool, ENGINE_LOADING);
	int free_place = 0;

	if (engine != NULL)
		engine_end(pool, engine);
	while (free_place < ENGINES && pool->engines[free_place] != NULL)
		free_place++;
	if (free_place == ENGINES)
		return error_set(error, EHDS_ERROR_TEMPORARY, "engine-start", NULL, 0, 0,
		    "%d generations are still finishing their documents: reload later", ENGINES);
	engine = must_alloc(sizeof(*engine));
	engine->state = ENGINE_LOADING;
	engine->generation = ++pool->generation;
	engine->seconds = configuration->seconds;
	engine->most = 8 * (size_t)configuration->document + (64u << 20);
	engine->overdue = -1;
	engine->worker_count = (size_t)count_workers(configuration);
	engine->workers = must_alloc(engine->worker_count * sizeof(*engine->workers));
	for (size_t i = 0; i < engine->worker_count; i++)
		engine->workers[i].channel.fd = -1;
	if (engine_start(&engine->fd, &engine->pid, pool->program, configuration, engine->generation, test,
	    error) != 0) {
		free(engine->workers);
		free(engine);
		return -1;
	}
	log_event(LOG_LEVEL_INFO, "engine.loading", "generation=%d pid=%ld", engine->generation,
	    (long)engine->pid);
	pool->engines[free_place] = engine;
	return 0;
}

bool
pool_loading(const struct pool *pool)
{
	return engine_in_state(pool, ENGINE_LOADING) != NULL;
}

static void
engine_serve(struct pool *pool, struct engine *engine, const char *hash, long long now)
{
	struct engine *before = engine_in_state(pool, ENGINE_SERVING);

	if (before != NULL)
		before->state = ENGINE_DRAINING;
	engine->state = ENGINE_SERVING;
	snprintf(engine->hash, sizeof(engine->hash), "%s", hash);
	for (size_t i = 0; i < engine->worker_count; i++)
		worker_start(engine, i, now);
	log_event(LOG_LEVEL_INFO, "engine.serving", "generation=%d mappings=%.16s workers=%zu",
	    engine->generation, hash, engine->worker_count);
	pool->events->ready(pool->context, engine->hash);
}

/* The socket has ended: so has, or will now, the process. */
static void
engine_lost(struct pool *pool, struct engine *engine)
{
	const struct ehds_error error = { .kind = EHDS_ERROR_TEMPORARY, .rule = "engine-start",
	    .text = "the engine ended while it loaded" };
	enum engine_state state = engine->state;

	log_event(LOG_LEVEL_ERROR, "engine.ended", "generation=%d pid=%ld", engine->generation,
	    (long)engine->pid);
	engine_end_telling(pool, engine, "the engine ended");
	if (state == ENGINE_LOADING)
		pool->events->failed(pool->context, &error);
	else if (state == ENGINE_SERVING)
		pool->events->down(pool->context);
}

static void
engine_handle(struct pool *pool, struct engine *engine, const struct engine_message *message, long long now)
{
	size_t slot = (size_t)message->slot;

	if (message->verb == ENGINE_READY)
		engine_serve(pool, engine, message->text, now);
	else if (message->verb == ENGINE_FORKED && slot < engine->worker_count)
		engine->workers[slot].pid = message->pid;
	else if (message->verb == ENGINE_ENDED && slot < engine->worker_count)
		worker_ended(pool, engine, slot, message->status, now);
}

/* An old generation ends when its last document is done: closing the sockets ends the workers. */
static bool
engine_drained(struct engine *engine)
{
	for (size_t i = 0; i < engine->worker_count; i++)
		if (engine->workers[i].job != NULL)
			return false;
	return engine->state == ENGINE_DRAINING;
}

static void
engine_step(struct pool *pool, struct engine *engine, long long now)
{
	struct engine_message message;
	int descriptor, got;

	for (size_t i = 0; i < engine->worker_count; i++)
		worker_step(pool, engine, i, now);
	while ((got = engine_receive(engine->fd, &message, &descriptor, false)) > 0) {
		if (descriptor >= 0)
			close(descriptor);
		if (message.verb == ENGINE_FAILED) {
			engine_end(pool, engine);
			pool->events->failed(pool->context, &message.error);
			return;
		}
		engine_handle(pool, engine, &message, now);
	}
	if (got < 0 || (engine->overdue >= 0 && engine->overdue <= now)) {
		engine_lost(pool, engine);
		return;
	}
	if (engine_drained(engine)) {
		log_event(LOG_LEVEL_INFO, "engine.drained", "generation=%d", engine->generation);
		engine_end(pool, engine);
	}
}

void
pool_step(struct pool *pool, long long now)
{
	for (int i = 0; i < ENGINES; i++)
		if (pool->engines[i] != NULL)
			engine_step(pool, pool->engines[i], now);
}

/* ---- jobs ---------------------------------------------------------------------------------------------- */

/* An idle worker; the one that served least when it must be fresh. */
static struct worker *
idle_worker(struct engine *engine, bool fresh)
{
	struct worker *best = NULL;

	for (size_t i = 0; i < engine->worker_count; i++) {
		struct worker *worker = &engine->workers[i];

		if (worker->channel.fd < 0 || worker->job != NULL)
			continue;
		if (!fresh)
			return worker;
		if (best == NULL || worker->served < best->served)
			best = worker;
	}
	return best;
}

bool
pool_give(struct pool *pool, void *job, const struct job_head *head, const char *bytes, bool fresh,
    long long now)
{
	struct engine *engine = engine_in_state(pool, ENGINE_SERVING);
	struct worker *worker = engine != NULL ? idle_worker(engine, fresh) : NULL;

	if (worker == NULL)
		return false;
	worker->job = job;
	worker->served++;
	worker->deadline = now + engine->seconds;
	channel_start(&worker->channel, head, bytes);
	if (channel_flush(&worker->channel) < 0)
		worker_kill(engine, (size_t)(worker - engine->workers),
		    now);	/* lost once the engine reports it */
	return true;
}

size_t
pool_busy(const struct pool *pool)
{
	size_t busy = 0;

	for (int i = 0; i < ENGINES; i++)
		for (size_t w = 0; pool->engines[i] != NULL && w < pool->engines[i]->worker_count; w++)
			busy += pool->engines[i]->workers[w].job != NULL;
	return busy;
}

size_t
pool_idle(const struct pool *pool)
{
	const struct engine *engine = engine_in_state(pool, ENGINE_SERVING);
	size_t idle = 0;

	for (size_t i = 0; engine != NULL && i < engine->worker_count; i++)
		idle += engine->workers[i].job == NULL && engine->workers[i].channel.fd >= 0;
	return idle;
}

size_t
pool_items(const struct pool *pool, zmq_pollitem_t *items)
{
	size_t count = 0;

	for (int e = 0; e < ENGINES; e++) {
		const struct engine *engine = pool->engines[e];

		if (engine == NULL)
			continue;
		if (items != NULL)
			items[count] = (zmq_pollitem_t){ .fd = engine->fd, .events = ZMQ_POLLIN };
		count++;
		for (size_t i = 0; i < engine->worker_count; i++) {
			const struct channel *channel = &engine->workers[i].channel;
			short events = (short)(ZMQ_POLLIN | (channel->body != NULL ? ZMQ_POLLOUT : 0));

			/*
			 * What an idle worker says is not asked for: it would be read as a wrong answer to
			 * its next job.
			 */
			if (channel->fd < 0 || engine->workers[i].job == NULL)
				continue;
			if (items != NULL)
				items[count] = (zmq_pollitem_t){ .fd = channel->fd, .events = events };
			count++;
		}
	}
	return count;
}

long long
pool_deadline(const struct pool *pool)
{
	long long first = -1;

	for (int e = 0; e < ENGINES; e++) {
		const struct engine *engine = pool->engines[e];

		if (engine == NULL)
			continue;
		if (engine->overdue >= 0 && (first < 0 || engine->overdue < first))
			first = engine->overdue;
		for (size_t i = 0; i < engine->worker_count; i++) {
			const struct worker *worker = &engine->workers[i];
			long long instant = worker->channel.fd >= 0 && worker->job != NULL ? worker->deadline
			    : !worker->forked && engine->state == ENGINE_SERVING ? worker->start : -1;

			if (instant >= 0 && (first < 0 || instant < first))
				first = instant;
		}
	}
	return first;
}

pid_t
pool_engine(const struct pool *pool)
{
	const struct engine *engine = engine_in_state(pool, ENGINE_SERVING);

	return engine != NULL ? engine->pid : 0;
}

pid_t
pool_worker(const struct pool *pool, size_t index, bool *busy)
{
	const struct engine *engine = engine_in_state(pool, ENGINE_SERVING);

	if (engine == NULL || index >= engine->worker_count)
		return -1;
	*busy = engine->workers[index].job != NULL;
	return engine->workers[index].pid;
}
