/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * About once a second: what is to be seen of the daemon now goes beside what was counted, and the page for the
 * monitoring system is written. What the journal knows is asked of it by a job, like everything else.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "server/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUND 1000			/* milliseconds between two pages */
#define STUCK 30000			/* milliseconds after which a journal that does not answer is not ready */

struct gauge_job {
	struct broker_job base;
	long long counts[STORE_STATE_COUNT];
	long long oldest;			/* instant; 0: nothing is received and not converted */
	struct { char *name; long long waiting, since; } *peers;	/* owns */
	size_t peer_count;
};

static int
gauge_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct gauge_job *gauge = (struct gauge_job *)job;
	struct store_documents oldest;

	store_counts(store, gauge->counts);
	for (size_t i = 0; i < gauge->peer_count; i++)
		if (store_pending(store, gauge->peers[i].name, &gauge->peers[i].waiting, &gauge->peers[i].since,
		    error) != 0)
			return -1;
	if (store_list(store, &oldest, STORE_RECEIVED, 0, 1, error) != 0)
		return -1;
	gauge->oldest = oldest.count > 0 ? oldest.items[0].received : 0;
	store_documents_free(&oldest);
	return 0;
}

static double
age(const struct broker *broker, long long instant)
{
	return instant > 0 && broker->instant > instant ? (double)(broker->instant - instant) / 1000 : 0;
}

/* Why documents are not taken and converted now; NULL when they are. */
static const char *
why_not_ready(const struct broker *broker)
{
	if (broker->stop_by >= 0)
		return "stopping";
	if (broker->generation == NULL || pool_engine(broker->pool) <= 0)
		return "no mappings are in service";
	if (broker->gauge.failed)
		return "the journal cannot be read or written";
	if (broker->gauge.asked > 0 && broker->now - broker->gauge.asked > STUCK)
		return "the journal does not answer";
	return NULL;
}

static double
resident_memory(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long size, resident = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static void
set_processes(struct broker *broker)
{
	size_t workers = 0, working = 0;
	bool busy;
	pid_t pid;

	for (size_t i = 0; (pid = pool_worker(broker->pool, i, &busy)) >= 0; i++) {
		workers += pid > 0;
		working += busy;
	}
	metrics_set(broker->metrics, METRIC_WORKERS, NULL, NULL, (double)workers);
	metrics_set(broker->metrics, METRIC_WORKERS_BUSY, NULL, NULL, (double)working);
}

static void
set_wire(struct broker *broker)
{
	const struct receiver_counts *counts = receiver_counts(broker->receiver);

	metrics_set(broker->metrics, METRIC_CONNECTIONS_REFUSED, NULL, NULL, (double)counts->connections.refused);
	metrics_set(broker->metrics, METRIC_MALFORMED, NULL, NULL,
	    (double)(counts->malformed + counts->connections.malformed));
	metrics_set(broker->metrics, METRIC_UNAUTHORISED, NULL, NULL, (double)counts->unauthorised);
	metrics_set(broker->metrics, METRIC_BUSY, NULL, NULL, (double)broker->busy);
}

static void
set_peers(struct broker *broker, const struct gauge_job *gauge)
{
	static const enum metric gone[] = { METRIC_PEER_CONNECTED, METRIC_PEER_WAITING, METRIC_PEER_IN_FLIGHT,
	    METRIC_PEER_OLDEST };
	struct metrics *metrics = broker->metrics;

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		metrics_forget(metrics, gone[i]);
	for (size_t i = 0; i < broker->peer_count; i++) {
		const struct peer *peer = broker->peers[i];
		size_t in_flight;

		forwarder_in_flight(peer->forwarder, &in_flight);
		metrics_set(metrics, METRIC_PEER_CONNECTED, peer->name, NULL, forwarder_connected(peer->forwarder));
		metrics_set(metrics, METRIC_PEER_IN_FLIGHT, peer->name, NULL, (double)in_flight);
	}
	for (size_t i = 0; i < gauge->peer_count; i++) {
		metrics_set(metrics, METRIC_PEER_WAITING, gauge->peers[i].name, NULL, (double)gauge->peers[i].waiting);
		metrics_set(metrics, METRIC_PEER_OLDEST, gauge->peers[i].name, NULL,
		    age(broker, gauge->peers[i].since));
	}
}

static void
write_page(struct broker *broker)
{
	const char *why = why_not_ready(broker);
	struct buffer page = { 0 };

	metrics_forget(broker->metrics, METRIC_INFO);
	metrics_set(broker->metrics, METRIC_INFO, PACKAGE_VERSION, broker->generation != NULL ? broker->generation : "", 1);
	metrics_set(broker->metrics, METRIC_UPTIME, NULL, NULL, (double)(broker->now - broker->started) / 1000);
	metrics_set(broker->metrics, METRIC_READY, NULL, NULL, why == NULL);
	metrics_set(broker->metrics, METRIC_MEMORY, NULL, NULL, resident_memory());
	set_processes(broker);
	set_wire(broker);
	metrics_write(&page, broker->metrics);
	watch_put(broker->watch, &page, why);
}

static void
gauge_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct gauge_job *gauge = (struct gauge_job *)job;
	struct broker *broker = gauge->base.broker;

	(void)error;
	broker->gauge.asked = 0;
	broker->gauge.failed = result != 0;
	if (result == 0) {
		for (int i = 0; i < STORE_STATE_COUNT; i++)
			metrics_set(broker->metrics, METRIC_DOCUMENTS, store_state_name((enum store_state)i), NULL,
			    (double)gauge->counts[i]);
		metrics_set(broker->metrics, METRIC_QUEUE, NULL, NULL, (double)gauge->counts[STORE_RECEIVED]);
		metrics_set(broker->metrics, METRIC_OLDEST, NULL, NULL, age(broker, gauge->oldest));
		set_peers(broker, gauge);
	}
	for (size_t i = 0; i < gauge->peer_count; i++)
		free(gauge->peers[i].name);
	free(gauge->peers);
	free(gauge);
}

void
gauge_step(struct broker *broker)
{
	struct gauge_job *gauge;

	if (broker->watch == NULL || broker->gauge.next > broker->now)
		return;
	broker->gauge.next = broker->now + ROUND;
	write_page(broker);
	if (broker->gauge.asked > 0 || broker->stop_by >= 0)
		return;
	gauge = broker_job_new(broker, sizeof(*gauge), gauge_run, gauge_done);
	gauge->peers = must_alloc((broker->peer_count + 1) * sizeof(*gauge->peers));
	for (; gauge->peer_count < broker->peer_count; gauge->peer_count++)
		gauge->peers[gauge->peer_count].name = must_strdup(broker->peers[gauge->peer_count]->name);
	broker->gauge.asked = broker->now;
	broker_submit(gauge);
}
