/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What time decides: bodies and documents that are old enough are forgotten. All of it follows the calendar,
 * and calendars are set wrong: after a jump of the clock nothing is forgotten and nothing given up for an hour,
 * in which somebody can set it right, and deliveries that would wait for a future that is gone are due at once.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#define ROUND 10000			/* milliseconds between two looks */
#define MOST 256			/* documents forgotten in one transaction */
#define REST (3600 * 1000LL)		/* after a jump of the clock */
#define AWAY (24 * 3600 * 1000LL)	/* a journal that nobody wrote for longer: was it off, or is the clock? */

bool
upkeep_may_forget(const struct broker *broker)
{
	return broker->upkeep.rest <= broker->now;
}

/* ---- forgetting ---------------------------------------------------------------------------------------- */

struct round_job {
	struct broker_job base;
	long long instant, keep, ages[2];	/* ages: of forwarded and done, of refused */
	long long cursors[2], moved[2];	/* before, and after: a job may run twice */
	bool more;
};

static int
round_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct round_job *round = (struct round_job *)job;
	size_t count;

	if (store_purge(store, round->instant - round->keep, MOST, round->instant, &count, error) != 0)
		return -1;
	round->more = count == MOST;
	memcpy(round->moved, round->cursors, sizeof(round->moved));
	for (int i = 0; i < 2; i++) {
		/* What goes as a whole soon need not be thinned first. */
		if (round->ages[i] >= round->keep)
			continue;
		if (store_thin(store, i == 1, &round->moved[i], round->instant - round->ages[i], MOST,
		    round->instant, &count, error) != 0)
			return -1;
		round->more = round->more || count == MOST;
	}
	return 0;
}

static void
round_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct round_job *round = (struct round_job *)job;
	struct upkeep *upkeep = &round->base.broker->upkeep;

	(void)error;
	upkeep->busy = false;
	if (result == 0) {
		memcpy(upkeep->cursors, round->moved, sizeof(upkeep->cursors));
		if (round->more)
			upkeep->next = round->base.broker->now;
	}
	free(round);
}

/* ---- the clock ----------------------------------------------------------------------------------------- */

struct hasten_job {
	struct broker_job base;
	long long latest, instant;
};

static int
hasten_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	const struct hasten_job *hasten = (struct hasten_job *)job;

	return store_hasten(store, hasten->latest, hasten->instant, error);
}

static void
hasten_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct broker *broker = ((struct broker_job *)job)->broker;

	(void)result;
	(void)error;
	for (size_t i = 0; i < broker->peer_count; i++)
		delivery_wake(broker, broker->peers[i]->name);
	free(job);
}

/* No delivery waits longer than the longest pause that is configured. */
static void
hasten(struct broker *broker)
{
	struct hasten_job *job = broker_job_new(broker, sizeof(*job), hasten_run, hasten_done);
	long long longest = 0;

	for (size_t i = 0; i < broker->configuration->peer_count; i++)
		if (broker->configuration->peers[i].most > longest)
			longest = broker->configuration->peers[i].most;
	job->base.job.persistent = true;
	job->instant = broker->instant;
	job->latest = broker->instant + longest;
	broker_submit(job);
}

void
upkeep_clock_jumped(struct broker *broker, long long jump)
{
	struct upkeep *upkeep = &broker->upkeep;

	log_event(LOG_LEVEL_WARNING, "clock.jumped",
	    "seconds=%lld text=\"nothing is forgotten or given up for an hour\"", jump / 1000);
	upkeep->rest = broker->now + REST;
	upkeep->cursors[0] = upkeep->cursors[1] = 0;
	if (jump < 0 && broker->writer != NULL)
		hasten(broker);
}

void
upkeep_open(struct broker *broker, long long newest)
{
	long long away = broker->instant - newest;

	if (newest == 0 || (away >= 0 && away <= AWAY))
		return;
	log_event(LOG_LEVEL_WARNING, "clock.suspect",
	    "seconds=%lld text=\"so long after the journal's last change: nothing is forgotten or given up for an hour\"",
	    away / 1000);
	broker->upkeep.rest = broker->now + REST;
	broker->upkeep.hasten = away < 0;
}

void
upkeep_step(struct broker *broker)
{
	const struct configuration *configuration = broker->configuration;
	struct upkeep *upkeep = &broker->upkeep;
	struct round_job *round;

	if (upkeep->next > broker->now)
		return;
	if (upkeep->hasten)
		hasten(broker);
	upkeep->hasten = false;
	upkeep->next = broker->now + ROUND;
	if (upkeep->busy || !upkeep_may_forget(broker))
		return;
	round = broker_job_new(broker, sizeof(*round), round_run, round_done);
	round->instant = broker->instant;
	round->keep = configuration->keep;
	round->ages[0] = configuration->retention_done;
	round->ages[1] = configuration->retention_refused;
	memcpy(round->cursors, upkeep->cursors, sizeof(round->cursors));
	upkeep->busy = true;
	broker_submit(round);
}
