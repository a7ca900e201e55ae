/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected lines are written by hand after Prometheus' text format 0.0.4. */
#include "server/metrics.h"

#include "../check_main.h"

#include <string.h>

static char *
page(const struct metrics *metrics)
{
	struct buffer out = { 0 };
	size_t length;

	metrics_write(&out, metrics);
	return buffer_take(&out, &length);
}

static void
expect(const struct metrics *metrics, const char *line)
{
	char *text = page(metrics);

	ck_assert_msg(strstr(text, line) != NULL, "no '%s' in\n%s", line, text);
	free(text);
}

START_TEST(counts_by_label_and_escapes_what_a_sender_calls_itself)
{
	struct metrics *metrics = metrics_new();

	metrics_add(metrics, METRIC_RECEIVED, "clinic", NULL, 1);
	metrics_add(metrics, METRIC_RECEIVED, "clinic", NULL, 2);
	metrics_add(metrics, METRIC_RECEIVED, "a\"b\\c\nd", NULL, 1);
	metrics_add(metrics, METRIC_STORED, "xx/note", "held", 1);
	expect(metrics, "# TYPE ehdsd_received_total counter\n"
	    "ehdsd_received_total{sender=\"a\\\"b\\\\c?d\"} 1\nehdsd_received_total{sender=\"clinic\"} 3\n");
	expect(metrics, "ehdsd_stored_total{pack=\"xx/note\",state=\"held\"} 1\n");
	expect(metrics, "\nehdsd_ready 0\n");
	metrics_free(&metrics);
}
END_TEST

START_TEST(a_histogram_counts_each_observation_in_its_bucket_and_all_above)
{
	struct metrics *metrics = metrics_new();

	metrics_observe(metrics, METRIC_FORWARD_SECONDS, 0.001);	/* a bound belongs to its bucket */
	metrics_observe(metrics, METRIC_FORWARD_SECONDS, 0.5);
	metrics_observe(metrics, METRIC_FORWARD_SECONDS, 11);
	expect(metrics, "ehdsd_forward_seconds_bucket{le=\"0.001\"} 1\nehdsd_forward_seconds_bucket{le=\"0.0025\"} 1\n");
	expect(metrics, "ehdsd_forward_seconds_bucket{le=\"0.25\"} 1\nehdsd_forward_seconds_bucket{le=\"0.5\"} 2\n");
	expect(metrics, "ehdsd_forward_seconds_bucket{le=\"10\"} 2\nehdsd_forward_seconds_bucket{le=\"+Inf\"} 3\n"
	    "ehdsd_forward_seconds_sum 11.501\nehdsd_forward_seconds_count 3\n");
	metrics_free(&metrics);
}
END_TEST

START_TEST(senders_without_end_are_counted_together)
{
	struct metrics *metrics = metrics_new();
	const char *at;
	size_t lines = 0;
	char *text;

	for (int i = 0; i < 1500; i++) {
		char name[16];

		snprintf(name, sizeof(name), "s%04d", i);
		metrics_add(metrics, METRIC_RECEIVED, name, NULL, 1);
	}
	expect(metrics, "ehdsd_received_total{other=\"1\"} 500\n");
	text = page(metrics);
	for (at = text; (at = strstr(at, "\nehdsd_received_total{")) != NULL; at++)
		lines++;
	ck_assert_uint_eq(lines, 1001);
	free(text);
	metrics_free(&metrics);
}
END_TEST

START_TEST(what_is_gone_is_forgotten)
{
	struct metrics *metrics = metrics_new();
	char *text;

	metrics_set(metrics, METRIC_PEER_WAITING, "old", NULL, 4);
	metrics_forget(metrics, METRIC_PEER_WAITING);
	metrics_set(metrics, METRIC_PEER_WAITING, "new", NULL, 5);
	text = page(metrics);
	ck_assert(strstr(text, "\"old\"") == NULL);
	free(text);
	expect(metrics, "ehdsd_peer_waiting{peer=\"new\"} 5\n");
	metrics_free(&metrics);
}
END_TEST

TESTS("server/metrics", counts_by_label_and_escapes_what_a_sender_calls_itself,
    a_histogram_counts_each_observation_in_its_bucket_and_all_above, senders_without_end_are_counted_together,
    what_is_gone_is_forgotten)
