/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See metrics.h. Written here rather than taken from a client library: none for C is in Debian, and the format
 * is lines of text.
 */
#include "server/metrics.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SERIES_MOST 1000	/* of one metric: names of senders are the senders' own on loopback */
#define BUCKETS 13

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const struct {
	const char *name;
	enum kind kind;
	const char *labels[2];
	const char *help;
} table[METRIC_COUNT] = {
	[METRIC_INFO] = { "ehdsd_info", GAUGE, { "version", "mappings" }, "1; version and mappings in service" },
	[METRIC_UPTIME] = { "ehdsd_uptime_seconds", GAUGE, { NULL }, "seconds since the start" },
	[METRIC_READY] = { "ehdsd_ready", GAUGE, { NULL }, "1 when documents are taken and converted" },
	[METRIC_MEMORY] = { "process_resident_memory_bytes", GAUGE, { NULL }, "memory of the broker" },
	[METRIC_DOCUMENTS] = { "ehdsd_documents", GAUGE, { "state" }, "documents in the journal" },
	[METRIC_RECEIVED] = { "ehdsd_received_total", COUNTER, { "sender" }, "documents that got a receipt" },
	[METRIC_RECEIVED_BYTES] = { "ehdsd_received_bytes_total", COUNTER, { "sender" }, "bytes of those" },
	[METRIC_DUPLICATES] = { "ehdsd_duplicates_total", COUNTER, { "sender" }, "documents that were there before" },
	[METRIC_REFUSED_SUBMISSIONS] = { "ehdsd_refused_submissions_total", COUNTER, { "code" },
	    "submissions answered with ERROR" },
	[METRIC_STORED] = { "ehdsd_stored_total", COUNTER, { "pack", "state" }, "conversions by their end" },
	[METRIC_QUEUE] = { "ehdsd_queue_documents", GAUGE, { NULL }, "documents that are received and not converted" },
	[METRIC_OLDEST] = { "ehdsd_oldest_received_seconds", GAUGE, { NULL }, "age of the oldest of those" },
	[METRIC_WORKERS] = { "ehdsd_workers", GAUGE, { NULL }, "workers that live" },
	[METRIC_WORKERS_BUSY] = { "ehdsd_workers_busy", GAUGE, { NULL }, "workers that convert" },
	[METRIC_WORKER_DEATHS] = { "ehdsd_worker_deaths_total", COUNTER, { "how" },
	    "workers that did not come back with a document" },
	[METRIC_GENERATIONS] = { "ehdsd_generations_total", COUNTER, { "end" }, "generations of mappings that were loaded" },
	[METRIC_UNMAPPED] = { "ehdsd_unmapped_codes_total", COUNTER, { "table" }, "codes without an equivalent" },
	[METRIC_DELIVERED] = { "ehdsd_delivered_total", COUNTER, { "peer" }, "documents that the peer acknowledged" },
	[METRIC_DELIVERY_FAILURES] = { "ehdsd_delivery_failures_total", COUNTER, { "peer", "fate" },
	    "deliveries that failed" },
	[METRIC_PEER_CONNECTED] = { "ehdsd_peer_connected", GAUGE, { "peer" }, "1 when the peer can be reached" },
	[METRIC_PEER_WAITING] = { "ehdsd_peer_waiting", GAUGE, { "peer" }, "documents that wait for the peer" },
	[METRIC_PEER_IN_FLIGHT] = { "ehdsd_peer_in_flight", GAUGE, { "peer" }, "documents sent and not acknowledged" },
	[METRIC_PEER_OLDEST] = { "ehdsd_peer_oldest_seconds", GAUGE, { "peer" }, "how long the oldest waits for it" },
	[METRIC_CONNECTIONS_REFUSED] = { "ehdsd_connections_refused_total", COUNTER, { NULL },
	    "handshakes that were refused" },
	[METRIC_MALFORMED] = { "ehdsd_malformed_total", COUNTER, { NULL }, "messages and handshakes that are none" },
	[METRIC_UNAUTHORISED] = { "ehdsd_unauthorised_total", COUNTER, { NULL }, "messages of who may not say them" },
	[METRIC_BUSY] = { "ehdsd_busy_total", COUNTER, { NULL }, "submissions put off" },
	[METRIC_JOURNAL_SECONDS] = { "ehdsd_journal_seconds", HISTOGRAM, { NULL }, "from SUBMIT to disk" },
	[METRIC_CONVERSION_SECONDS] = { "ehdsd_conversion_seconds", HISTOGRAM, { NULL }, "one conversion" },
	[METRIC_FORWARD_SECONDS] = { "ehdsd_forward_seconds", HISTOGRAM, { NULL }, "from DELIVER to acknowledgement" },
};

static const double buckets[BUCKETS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };

struct series {
	char *labels;			/* owns: as written between braces; "" for none */
	double value;
};

struct family {
	struct series *series;		/* sorted by labels */
	size_t count;
	unsigned long long below[BUCKETS + 1];	/* of a histogram: observations in each bucket, not summed up */
	double sum;
};

struct metrics {
	struct family families[METRIC_COUNT];
};

struct metrics *
metrics_new(void)
{
	return must_alloc(sizeof(struct metrics));
}

void
metrics_free(struct metrics **metrics)
{
	struct metrics *old = *metrics;

	*metrics = NULL;
	if (old == NULL)
		return;
	for (int i = 0; i < METRIC_COUNT; i++) {
		metrics_forget(old, (enum metric)i);
		free(old->families[i].series);
	}
	free(old);
}

double
metrics_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- labels -------------------------------------------------------------------------------------------- */

/* Prometheus escapes backslash, quote and line feed; what is no printable text is not shown. */
static void
put_label(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, "%s%s=\"", out->length > 0 ? "," : "", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buffer_putc(out, '\\');
		buffer_putc(out, (unsigned char)*value < 0x20 ? '?' : *value);
	}
	buffer_putc(out, '"');
}

static struct series *
insert(struct family *family, size_t place, const char *labels)
{
	family->series = must_realloc(family->series, (family->count + 1) * sizeof(*family->series));
	memmove(&family->series[place + 1], &family->series[place], (family->count - place) * sizeof(*family->series));
	family->count++;
	family->series[place] = (struct series){ .labels = must_strdup(labels) };
	return &family->series[place];
}

static struct series *
find(struct family *family, const char *labels)
{
	size_t low = 0, high = family->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(family->series[middle].labels, labels);

		if (order == 0)
			return &family->series[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* Whoever comes after the last place is counted together. */
	if (family->count >= SERIES_MOST && strcmp(labels, "other=\"1\"") != 0)
		return find(family, "other=\"1\"");
	return insert(family, low, labels);
}

static struct series *
series_of(struct metrics *metrics, enum metric metric, const char *first, const char *second)
{
	struct buffer labels = { 0 };
	struct series *series;

	if (table[metric].labels[0] != NULL)
		put_label(&labels, table[metric].labels[0], first != NULL ? first : "");
	if (table[metric].labels[1] != NULL)
		put_label(&labels, table[metric].labels[1], second != NULL ? second : "");
	series = find(&metrics->families[metric], labels.length > 0 ? labels.data : "");
	buffer_free(&labels);
	return series;
}

/* ---- values -------------------------------------------------------------------------------------------- */

void
metrics_add(struct metrics *metrics, enum metric metric, const char *first, const char *second, double amount)
{
	series_of(metrics, metric, first, second)->value += amount;
}

void
metrics_set(struct metrics *metrics, enum metric metric, const char *first, const char *second, double value)
{
	series_of(metrics, metric, first, second)->value = value;
}

void
metrics_forget(struct metrics *metrics, enum metric metric)
{
	struct family *family = &metrics->families[metric];

	while (family->count > 0)
		free(family->series[--family->count].labels);
}

void
metrics_observe(struct metrics *metrics, enum metric metric, double seconds)
{
	struct family *family = &metrics->families[metric];
	size_t bucket = 0;

	while (bucket < BUCKETS && seconds > buckets[bucket])
		bucket++;
	family->below[bucket]++;
	family->sum += seconds;
}

/* ---- text ---------------------------------------------------------------------------------------------- */

static void
write_histogram(struct buffer *out, const char *name, const struct family *family)
{
	unsigned long long count = 0;

	for (int i = 0; i < BUCKETS; i++) {
		count += family->below[i];
		buffer_printf(out, "%s_bucket{le=\"%g\"} %llu\n", name, buckets[i], count);
	}
	count += family->below[BUCKETS];
	buffer_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.9g\n%s_count %llu\n", name, count, name, family->sum,
	    name, count);
}

void
metrics_write(struct buffer *out, const struct metrics *metrics)
{
	static const char *const kinds[] = { "counter", "gauge", "histogram" };

	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct family *family = &metrics->families[i];
		const char *name = table[i].name;

		buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, table[i].help, name, kinds[table[i].kind]);
		if (table[i].kind == HISTOGRAM) {
			write_histogram(out, name, family);
			continue;
		}
		/* A number without labels is there from the beginning. */
		if (family->count == 0 && table[i].labels[0] == NULL)
			buffer_printf(out, "%s 0\n", name);
		for (size_t j = 0; j < family->count; j++) {
			const struct series *series = &family->series[j];
			bool bare = series->labels[0] == '\0';

			buffer_printf(out, "%s%s%s%s %.15g\n", name, bare ? "" : "{", series->labels, bare ? "" : "}",
			    series->value);
		}
	}
}
