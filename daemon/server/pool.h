/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The broker's view of engines and workers. One generation serves; a younger one may be loading beside it,
 * older ones finish what they have. A worker that dies or takes too long is replaced; what became of its
 * document is reported, and the broker decides.
 */
#ifndef EHDS_SERVER_POOL_H
#define EHDS_SERVER_POOL_H

#include "base/buffer.h"
#include "server/channel.h"
#include "server/configuration.h"

#include <zmq.h>

struct pool;

enum pool_loss {
	POOL_CRASHED,		/* the worker ended: perhaps this document did it */
	POOL_HUNG,		/* it took longer than limits.seconds */
	POOL_INNOCENT,		/* the engine ended, and its workers with it */
};

/* What the pool tells its owner. Called from pool_step, and lost from pool_free. */
struct pool_events {
	/* A result. parts are taken: free() them. */
	void (*converted)(void *context, void *job, const struct result_head *head,
	    char *parts[RESULT_PARTS]);
	/* No result. how: "was ended by signal 11", "took longer than 10000 ms". */
	void (*lost)(void *context, void *job, enum pool_loss loss, const char *how);
	/* The generation that was started last is serving now. hash: of its mappings. */
	void (*ready)(void *context, const char *hash);
	/* It is not, and the one before goes on, if there is one. */
	void (*failed)(void *context, const struct ehds_error *error);
	/* No generation serves: the engine ended by itself. */
	void (*down)(void *context);
};

/* program: what to execute as an engine. events and context are borrowed. Gives the pool. */
struct pool *
pool_new(const char *program, const struct pool_events *events, void *context);

/* Ends all processes at once; jobs in work are reported lost. Accepts NULL in *pool. */
void
pool_free(struct pool **pool);

/*
 * Starts a generation for this configuration (borrowed for the call). One that is still loading is ended
 * first. test: it must pass the cases of its packs before it serves. Error: TEMPORARY engine-start.
 */
int
pool_load(struct pool *pool, const struct configuration *configuration, bool test, struct ehds_error *error);

/* Whether a generation is loading. */
bool
pool_loading(const struct pool *pool);

/*
 * Gives a job to an idle worker of the serving generation: true, or false when there is none. bytes are
 * borrowed until the job is converted or lost. fresh: rather a worker that has served nothing yet.
 */
bool
pool_give(struct pool *pool, void *job, const struct job_head *head, const char *bytes, bool fresh,
    long long now);

/* Documents being converted. */
size_t
pool_busy(const struct pool *pool);

/* Idle workers that could take one. */
size_t
pool_idle(const struct pool *pool);

/* How many poll items the pool needs, and those. */
size_t
pool_items(const struct pool *pool, zmq_pollitem_t *items);

/* Handles whatever has happened; cheap when nothing has. */
void
pool_step(struct pool *pool, long long now);

/* The instant at which the first conversion has taken too long, -1 when none runs. */
long long
pool_deadline(const struct pool *pool);

/* For status and for tests of recovery: the pid of the serving engine, and of its workers (0: not known). */
pid_t
pool_engine(const struct pool *pool);

pid_t
pool_worker(const struct pool *pool, size_t index, bool *busy);	/* -1 past the end */

#endif
