/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the daemon counts, for Prometheus: one table of names, and values by label. Belongs to one thread. No
 * label says anything of a patient or of a document's content.
 */
#ifndef EHDS_SERVER_METRICS_H
#define EHDS_SERVER_METRICS_H

#include "base/buffer.h"

struct metrics;

enum metric {
	METRIC_INFO, METRIC_UPTIME, METRIC_READY, METRIC_MEMORY,
	METRIC_DOCUMENTS, METRIC_RECEIVED, METRIC_RECEIVED_BYTES, METRIC_DUPLICATES, METRIC_REFUSED_SUBMISSIONS,
	METRIC_STORED, METRIC_QUEUE, METRIC_OLDEST,
	METRIC_WORKERS, METRIC_WORKERS_BUSY, METRIC_WORKER_DEATHS, METRIC_GENERATIONS,
	METRIC_UNMAPPED,
	METRIC_DELIVERED, METRIC_DELIVERY_FAILURES, METRIC_PEER_CONNECTED, METRIC_PEER_WAITING,
	METRIC_PEER_IN_FLIGHT, METRIC_PEER_OLDEST,
	METRIC_CONNECTIONS_REFUSED, METRIC_MALFORMED, METRIC_UNAUTHORISED, METRIC_BUSY,
	METRIC_JOURNAL_SECONDS, METRIC_CONVERSION_SECONDS, METRIC_FORWARD_SECONDS,
	METRIC_COUNT
};

struct metrics *
metrics_new(void);

/* Accepts NULL in *metrics. */
void
metrics_free(struct metrics **metrics);

/* The value for these labels, as many as the metric has; NULL for none. A metric has at most 1000 of them. */
void
metrics_add(struct metrics *metrics, enum metric metric, const char *first, const char *second, double amount);

void
metrics_set(struct metrics *metrics, enum metric metric, const char *first, const char *second, double value);

/* Forgets all values of a metric whose labels may go, such as names of peers. */
void
metrics_forget(struct metrics *metrics, enum metric metric);

/* One more observation of a histogram. */
void
metrics_observe(struct metrics *metrics, enum metric metric, double seconds);

/* Appends all of it in Prometheus' text format 0.0.4. */
void
metrics_write(struct buffer *out, const struct metrics *metrics);

/* Seconds of the monotonic clock, for durations. */
double
metrics_clock(void);

#endif
