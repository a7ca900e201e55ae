/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Documents through the real daemon: TCP over loopback with CURVE, journal with fsync, workers, forwarding to
 * a peer (CURVE too) and back to the sender. This program is the sender and the peer; it starts ehdsd with a
 * state folder of its own below the current folder, and stops it.
 *
 *	bench/daemon EHDSD MAPPINGS CONFORMANCE|- DOCUMENTS FILE...
 *
 * The daemon answers a document that it has seen before from its journal, so each one ends with a
 * comment of its own.
 */
#include "rate.h"
#include "stages.h"
#include "base/alloc.h"
#include "base/file.h"
#include "wire/keys.h"
#include "format/json.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { FRAMES = 5, SINGLE_DOCUMENTS = 200, START_SECONDS = 30, STALL_SECONDS = 60, HALF_LOAD_BYTES = 64 << 10,
	IN_FLIGHT = 1000 };

/* A document at the peer, by the id that the receipt also says. */
struct arrival {
	char id[40];
	double time;
};

struct load {
	void *context, *sender, *peer;
	pid_t daemon;
	char *folder;			/* owns */
	struct buffer *documents;
	size_t document_count;
	size_t next;			/* number of the next message, never used twice */
	struct arena *arena;
	/* by message, of the run in progress */
	size_t first, total, receipts, outcomes, bad, deliveries;
	struct arrival *receipts_by, *arrivals;
	const struct buffer *only;	/* send this document and no other */
	bool deaf;			/* the peer does not acknowledge */
	void *control;			/* to reload every second; NULL: not now */
	double reload;			/* when the next one is asked for */
	size_t reloads;
	struct curve_keys keys, server, peer_keys;
	double *sent, *receipt_times, *outcome_times;
};

static _Noreturn void
fatal(struct load *load, const char *what)
{
	fprintf(stderr, "bench: %s; the daemon's log is %s/log\n", what, load->folder);
	if (load->daemon > 0)
		kill(load->daemon, SIGKILL);
	exit(2);
}

static int
free_port(void)
{
	void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_REP);
	char endpoint[64] = "";
	size_t size = sizeof(endpoint);
	int port = 0;

	if (zmq_bind(socket, "tcp://127.0.0.1:*") == 0 &&
	    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0)
		port = atoi(strrchr(endpoint, ':') + 1);
	zmq_close(socket);
	zmq_ctx_term(context);
	must(port > 0);
	return port;
}

/* The daemon reads paths from where its configuration lies, this program from where it stands. */
static char *
absolute(struct load *load, const char *path)
{
	char *real = realpath(path, NULL);

	if (real == NULL)
		fatal(load, must_printf("there is no %s", path));
	return real;
}

static void
write_keys(struct load *load)
{
	char *path = path_join(load->folder, "server.key");
	struct ehds_error error = { 0 };

	if (keys_write(&load->server, path, &error) != 0)
		fatal(load, error.text);
	free(path);
}

static void
write_configuration(struct load *load, int port, int peer, const char *mappings, const char *conformance)
{
	char *path = path_join(load->folder, "ehdsd.yaml");
	struct buffer text = { 0 };
	struct ehds_error error = { 0 };

	buffer_printf(&text, "listen: tcp://127.0.0.1:%d\n", port);
	buffer_printf(&text, "control: ipc://%s/control\nstate: %s/state\n", load->folder, load->folder);
	buffer_printf(&text, "mappings: %s\n", absolute(load, mappings));
	if (strcmp(conformance, "-") != 0)
		buffer_printf(&text, "conformance: %s\n", absolute(load, conformance));
	buffer_puts(&text, "curve: { secret: server.key }\n");
	buffer_printf(&text, "clients: { bench: { key: \"%s\" } }\n", load->keys.public);
	buffer_puts(&text, "routes:\n  - match: {}\n    to: [ bench ]\n");
	buffer_printf(&text, "peers:\n  bench: { connect: \"tcp://127.0.0.1:%d\", in-flight: 1024,"
	    " acknowledge: 10m, key: \"%s\" }\n", peer, load->peer_keys.public);
	write_keys(load);
	if (file_write(path, text.data, text.length, 0600, &error) != 0)
		fatal(load, error.text);
	buffer_free(&text);
	free(path);
}

static void
start_daemon(struct load *load, const char *program)
{
	char *path = path_join(load->folder, "ehdsd.yaml"), *log = path_join(load->folder, "log");

	load->daemon = fork();
	if (load->daemon == 0) {
		int file;

		/* However this program ends, the daemon ends with it. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		file = open(log, O_CREAT | O_WRONLY | O_APPEND, 0600);

		if (file >= 0)
			dup2(file, STDERR_FILENO);
		execl(program, program, "-c", path, (char *)NULL);
		_exit(127);
	}
	free(path);
	free(log);
}

static void
send_frames(void *socket, const char *verb, const char *header, const char *body, size_t length)
{
	zmq_send(socket, "EHDS/1", 6, ZMQ_SNDMORE);
	zmq_send(socket, verb, strlen(verb), ZMQ_SNDMORE);
	zmq_send(socket, header, strlen(header), body != NULL ? ZMQ_SNDMORE : 0);
	if (body != NULL)
		zmq_send(socket, body, length, 0);
}

/*
 * All frames of a message that is there; further frames are dropped. Returns how many there were;
 * 0: none was waiting.
 */
static size_t
receive_frames(void *socket, zmq_msg_t frames[FRAMES])
{
	size_t count = 0;
	int more = 1;

	while (more) {
		zmq_msg_t rest;
		zmq_msg_t *frame = count < FRAMES ? &frames[count] : &rest;

		zmq_msg_init(frame);
		if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(frame);
			break;
		}
		more = zmq_msg_more(frame);
		if (frame == &rest)
			zmq_msg_close(frame);
		else
			count++;
	}
	return count;
}

static void
close_frames(zmq_msg_t frames[FRAMES], size_t count)
{
	for (size_t i = 0; i < count; i++)
		zmq_msg_close(&frames[i]);
}

static bool
frame_is(zmq_msg_t *frame, const char *text)
{
	return zmq_msg_size(frame) == strlen(text) && memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

/* A string of the header, in the arena that lives until the next call. */
static const char *
header_text(struct load *load, zmq_msg_t *frame, const char *key)
{
	const struct json *header;

	arena_reset(load->arena);
	if (json_parse(&header, zmq_msg_data(frame), zmq_msg_size(frame), "header", &json_limits_default,
	    load->arena, NULL) != 0)
		return NULL;
	return json_text(header, key);
}

static void
submit(struct load *load)
{
	const struct buffer *document = load->only != NULL ? load->only
	    : &load->documents[load->next % load->document_count];
	struct buffer body = { 0 };
	char header[64];

	buffer_append(&body, document->data, document->length);
	buffer_printf(&body, "\n<!-- %zu -->", load->next);
	snprintf(header, sizeof(header), "{\"message\":\"%zu\"}", load->next);
	load->sent[load->next - load->first] = now();
	send_frames(load->sender, "SUBMIT", header, body.data, body.length);
	buffer_free(&body);
	load->next++;
}

static void
take_answer(struct load *load, zmq_msg_t frames[FRAMES], size_t count)
{
	const char *message = count >= 3 ? header_text(load, &frames[2], "message") : NULL;
	size_t index = message != NULL ? strtoul(message, NULL, 10) - load->first : SIZE_MAX;
	const char *state;

	if (count >= 3 && frame_is(&frames[1], "ERROR"))
		fatal(load, must_printf("the daemon answers ERROR: %s", header_text(load, &frames[2], "text")));
	if (index >= load->total)
		return;
	if (frame_is(&frames[1], "RECEIPT") && load->receipt_times[index] == 0) {
		const char *id = header_text(load, &frames[2], "id");

		snprintf(load->receipts_by[index].id, sizeof(load->receipts_by[index].id), "%s", id != NULL
		    ? id : "");
		load->receipt_times[index] = now() - load->sent[index];
		load->receipts++;
	} else if (frame_is(&frames[1], "OUTCOME") && load->outcome_times[index] == 0) {
		load->outcome_times[index] = now() - load->sent[index];
		load->outcomes++;
		state = header_text(load, &frames[2], "state");
		if (state == NULL || strcmp(state, "forwarded") != 0)
			load->bad++;
	}
}

/* The peer: ROUTER, so an identity stands first. Acknowledges whatever is delivered. */
static void
take_delivery(struct load *load, zmq_msg_t frames[FRAMES], size_t count)
{
	const char *id;
	char header[128];

	if (count < 4 || !frame_is(&frames[2], "DELIVER"))
		return;
	id = header_text(load, &frames[3], "id");
	if (id != NULL && load->deliveries < load->total) {
		snprintf(load->arrivals[load->deliveries].id, sizeof(load->arrivals[0].id), "%s", id);
		load->arrivals[load->deliveries++].time = now();
	}
	if (load->deaf)
		return;
	snprintf(header, sizeof(header), "{\"id\":\"%s\"}", id != NULL ? id : "");
	zmq_send(load->peer, zmq_msg_data(&frames[0]), zmq_msg_size(&frames[0]), ZMQ_SNDMORE);
	send_frames(load->peer, "ACK", header, NULL, 0);
}

static void
drain(struct load *load, void *socket, void (*take)(struct load *, zmq_msg_t *, size_t))
{
	zmq_msg_t frames[FRAMES];
	size_t count;

	while ((count = receive_frames(socket, frames)) > 0) {
		take(load, frames, count);
		close_frames(frames, count);
	}
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
percentile(double *times, size_t count, double part)
{
	qsort(times, count, sizeof(*times), compare_times);
	return times[(size_t)(part * (double)(count - 1))];
}

static void
print_memory(const struct load *load, size_t documents)
{
	struct process family[64];
	size_t count = read_family(load->daemon, family, 64);

	printf("  %8zu", documents);
	for (size_t i = 0; i < count; i++)
		printf(" %7.1f/%-6.1f", (double)family[i].rss / 1024, (double)family[i].peak / 1024);
	putchar('\n');
	fflush(stdout);
}

static void
start_run(struct load *load, size_t count)
{
	load->first = load->next;
	load->total = count;
	load->receipts = load->outcomes = load->bad = load->deliveries = 0;
	load->sent = must_alloc(count * sizeof(double));
	load->receipt_times = must_alloc(count * sizeof(double));
	load->outcome_times = must_alloc(count * sizeof(double));
	load->receipts_by = must_alloc(count * sizeof(struct arrival));
	load->arrivals = must_alloc(count * sizeof(struct arrival));
}

/* Whether the next one is due: by the window, and by the rate when there is one (0: none). */
static bool
is_due(const struct load *load, size_t count, size_t window, double rate, double started)
{
	size_t done = load->next - load->first;

	return done < count && done - load->outcomes < window
	    && (rate == 0 || now() - started >= (double)done / rate);
}

/* Asks for a reload every second; how it ends is in the log. */
static void
keep_reloading(struct load *load)
{
	zmq_msg_t frames[FRAMES];
	size_t count;

	if (load->control == NULL)
		return;
	while ((count = receive_frames(load->control, frames)) > 0) {
		load->reloads += count == 3;	/* without a text: it is in service */
		close_frames(frames, count);
	}
	if (now() < load->reload)
		return;
	load->reload = now() + 1;
	send_frames(load->control, "CONTROL", "{\"request\":\"reload\"}", NULL, 0);
}

/*
 * Sends count documents, at most window of them unanswered at a time, and not more than rate a second.
 * Returns the seconds it took.
 */
static double
run(struct load *load, size_t count, size_t window, double rate, size_t memory_step)
{
	zmq_pollitem_t items[] = { { load->sender, 0, ZMQ_POLLIN, 0 }, { load->peer, 0, ZMQ_POLLIN, 0 } };
	double started = now(), moved = started;
	size_t seen = 0, reported = 0;

	start_run(load, count);
	while (load->outcomes < count) {
		while (is_due(load, count, window, rate, started))
			submit(load);
		zmq_poll(items, 2, rate == 0 ? 1000 : 1);
		drain(load, load->peer, take_delivery);
		drain(load, load->sender, take_answer);
		keep_reloading(load);
		if (load->outcomes != seen)
			moved = now();
		seen = load->outcomes;
		if (now() - moved > STALL_SECONDS)
			fatal(load, "no outcome for a minute");
		if (memory_step != 0 && seen / memory_step > reported) {
			reported = seen / memory_step;
			print_memory(load, reported * memory_step);
		}
	}
	return now() - started;
}

static void
print_head(void)
{
	printf("  %-24s %9s %9s %9s %9s %9s\n", "in flight", "docs/s", "receipt", "p99 (ms)", "outcome",
	    "p99 (ms)");
}

static void
print_run(struct load *load, const char *what, double seconds)
{
	printf("  %-24s %9.0f", what, (double)load->total / seconds);
	printf(" %9.2f", 1e3 * percentile(load->receipt_times, load->total, 0.5));
	printf(" %9.2f", 1e3 * percentile(load->receipt_times, load->total, 0.99));
	printf(" %9.2f", 1e3 * percentile(load->outcome_times, load->total, 0.5));
	printf(" %9.2f\n", 1e3 * percentile(load->outcome_times, load->total, 0.99));
	if (load->bad > 0)
		printf("  %zu of them were not forwarded\n", load->bad);
	free(load->sent);
	free(load->receipt_times);
	free(load->outcome_times);
	free(load->receipts_by);
	free(load->arrivals);
}

static void
wait_until_it_answers(struct load *load)
{
	double limit = now() + START_SECONDS;
	zmq_pollitem_t item = { load->sender, 0, ZMQ_POLLIN, 0 };

	send_frames(load->sender, "PING", "{}", NULL, 0);
	while (zmq_poll(&item, 1, 200) == 0) {
		if (waitpid(load->daemon, NULL, WNOHANG) == load->daemon) {
			load->daemon = 0;
			fatal(load, "ehdsd did not start");
		}
		if (now() > limit)
			fatal(load, "ehdsd does not answer");
	}
}

static void
open_sockets(struct load *load, int port, int peer)
{
	char endpoint[64];
	int unlimited = 0, linger = 0, one = 1;

	load->context = zmq_ctx_new();
	load->sender = zmq_socket(load->context, ZMQ_DEALER);
	load->peer = zmq_socket(load->context, ZMQ_ROUTER);
	zmq_setsockopt(load->sender, ZMQ_SNDHWM, &unlimited, sizeof(unlimited));
	zmq_setsockopt(load->sender, ZMQ_RCVHWM, &unlimited, sizeof(unlimited));
	zmq_setsockopt(load->sender, ZMQ_LINGER, &linger, sizeof(linger));
	zmq_setsockopt(load->peer, ZMQ_LINGER, &linger, sizeof(linger));
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", peer);
	/* Nobody answers questions about keys here, so the peer takes any: it is the cost that counts. */
	zmq_setsockopt(load->peer, ZMQ_CURVE_SERVER, &one, sizeof(one));
	zmq_setsockopt(load->peer, ZMQ_CURVE_SECRETKEY, load->peer_keys.secret, KEY_TEXT);
	zmq_setsockopt(load->sender, ZMQ_CURVE_SERVERKEY, load->server.public, KEY_TEXT);
	zmq_setsockopt(load->sender, ZMQ_CURVE_PUBLICKEY, load->keys.public, KEY_TEXT);
	zmq_setsockopt(load->sender, ZMQ_CURVE_SECRETKEY, load->keys.secret, KEY_TEXT);
	if (zmq_bind(load->peer, endpoint) != 0)
		fatal(load, "the peer cannot bind");
	snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
	zmq_connect(load->sender, endpoint);
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(((const struct arrival *)a)->id, ((const struct arrival *)b)->id);
}

/* From SUBMIT to DELIVER: the receipt says which of the arrivals is which. */
static void
print_road(struct load *load)
{
	double *times = must_alloc(load->total * sizeof(double));
	size_t count = 0;

	qsort(load->arrivals, load->deliveries, sizeof(struct arrival), compare_ids);
	for (size_t i = 0; i < load->total; i++) {
		const struct arrival *arrival = bsearch(&load->receipts_by[i], load->arrivals, load->deliveries,
		    sizeof(struct arrival), compare_ids);

		if (arrival != NULL)
			times[count++] = arrival->time - load->sent[i];
	}
	if (count > 0)
		printf("  SUBMIT to DELIVER: median %.2f ms, p99 %.2f ms, longest %.2f ms, of %zu\n",
		    1e3 * percentile(times, count, 0.5), 1e3 * percentile(times, count, 0.99),
		    1e3 * percentile(times, count, 1), count);
	free(times);
}

/* The document that is nearest to 64 KiB, brought to it by a comment where it is smaller. */
static struct buffer
half_load_document(const struct load *load)
{
	const struct buffer *best = &load->documents[0];
	struct buffer out = { 0 };

	for (size_t i = 1; i < load->document_count; i++)
		if (labs((long)load->documents[i].length - HALF_LOAD_BYTES)
		    < labs((long)best->length - HALF_LOAD_BYTES))
			best = &load->documents[i];
	buffer_append(&out, best->data, best->length);
	buffer_puts(&out, "<!--");
	while (out.length < HALF_LOAD_BYTES)
		buffer_putc(&out, ' ');
	buffer_puts(&out, "-->");
	printf("\nat half load: one document of %zu bytes, of which %zu are its own\n", out.length, best->length);
	return out;
}

static void
open_control(struct load *load)
{
	char *endpoint = must_printf("ipc://%s/control", load->folder);
	int linger = 0;

	load->control = zmq_socket(load->context, ZMQ_DEALER);
	zmq_setsockopt(load->control, ZMQ_LINGER, &linger, sizeof(linger));
	zmq_connect(load->control, endpoint);
	free(endpoint);
}

static void
measure_half_load(struct load *load)
{
	struct buffer document = half_load_document(load);
	double seconds, rate;

	load->only = &document;
	seconds = run(load, 600, 64, 0, 0);
	rate = (double)load->total / seconds;
	print_head();
	print_run(load, "full load", seconds);
	seconds = run(load, 600, 64, rate / 2, 0);
	print_road(load);
	print_run(load, "half load", seconds);
	open_control(load);
	seconds = run(load, 600, 64, rate / 2, 0);
	printf("  with %zu reloads (whose loading and testing takes a core each time):\n", load->reloads);
	print_road(load);
	print_run(load, "half load, reloading", seconds);
	zmq_close(load->control);
	load->control = NULL;
	load->only = NULL;
	buffer_free(&document);
}

/* What the broker holds while a peer has a thousand documents and acknowledges none. */
static void
measure_in_flight(struct load *load)
{
	zmq_pollitem_t items[] = { { load->sender, 0, ZMQ_POLLIN, 0 }, { load->peer, 0, ZMQ_POLLIN, 0 } };
	double moved = now();
	size_t seen = 0;
	struct process process;

	start_run(load, IN_FLIGHT);
	load->deaf = true;
	while (now() - moved < 3) {
		while (load->next - load->first < IN_FLIGHT && load->next - load->first - load->receipts < 64)
			submit(load);
		zmq_poll(items, 2, 100);
		drain(load, load->peer, take_delivery);
		drain(load, load->sender, take_answer);
		if (load->deliveries + load->receipts != seen)
			moved = now();
		seen = load->deliveries + load->receipts;
	}
	if (read_process(&process, load->daemon))
		printf("\nthe broker with %zu documents in the journal and %zu at a peer that does not acknowledge:"
		    " RSS %.1f MiB\n", load->next, load->deliveries, (double)process.rss / 1024);
}

static void
measure(struct load *load, size_t documents, double offline)
{
	double seconds, rate;
	struct process family[64];
	struct stages before, after;

	printf("\nthrough the daemon: TCP with CURVE, fsync before each receipt, forwarded to a peer with CURVE\n");
	print_head();
	seconds = run(load, SINGLE_DOCUMENTS, 1, 0, 0);
	print_run(load, "1", seconds);
	before = stages_read(load->daemon);
	seconds = run(load, documents < 2000 ? documents : 2000, 64, 0, 0);
	after = stages_read(load->daemon);
	rate = (double)load->total / seconds;
	print_run(load, "64", seconds);
	printf("  %.2f of the offline rate\n", rate / offline);
	stages_print(&before, &after, documents < 2000 ? documents : 2000);
	measure_half_load(load);
	printf("\nmemory over %zu documents: RSS now/peak in MiB of each process\n  %8s", documents, "after");
	for (size_t i = 0, count = read_family(load->daemon, family, 64); i < count; i++)
		printf(" %14s", family[i].name);
	putchar('\n');
	print_memory(load, 0);
	seconds = run(load, documents, 64, 0, documents >= 10 ? documents / 10 : 0);
	print_head();
	print_run(load, "64", seconds);
	measure_in_flight(load);
}

static void
remove_folder(const char *folder)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
}

int
main(int argc, char **argv)
{
	struct load load = { 0 };
	struct converter converter;
	char current[PATH_MAX];
	int port = free_port(), peer = free_port();
	double offline;

	if (argc < 6) {
		fprintf(stderr, "Usage: daemon EHDSD MAPPINGS CONFORMANCE|- DOCUMENTS FILE...\n");
		return 2;
	}
	must(getcwd(current, sizeof(current)) != NULL);
	load.folder = must_printf("%s/bench-state-XXXXXX", current);
	must(mkdtemp(load.folder) != NULL);
	load.documents = documents_read(argv + 5, (size_t)argc - 5);
	load.document_count = (size_t)argc - 5;
	load.arena = arena_new(0);
	converter = converter_load(argv[2], argv[3]);
	offline = rate_of_workers(&converter, load.documents, load.document_count, rate_cores());
	printf("\noffline, %ld processes: %.0f docs/s\n", rate_cores(), offline);
	fflush(stdout);
	keys_generate(&load.keys);
	keys_generate(&load.server);
	keys_generate(&load.peer_keys);
	write_configuration(&load, port, peer, argv[2], argv[3]);
	start_daemon(&load, argv[1]);
	open_sockets(&load, port, peer);
	wait_until_it_answers(&load);
	measure(&load, strtoul(argv[4], NULL, 10), offline);
	kill(load.daemon, SIGTERM);
	waitpid(load.daemon, NULL, 0);
	remove_folder(load.folder);
	return 0;
}
