/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See forwarder.h. A socket monitor tells at once when the connection is lost: what was in flight then is
 * reported as lost without waiting for its clock, because libzmq has thrown away what it had queued and the
 * peer may never have read the rest.
 */
#include "wire/forwarder.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/monitor.h"

#include <stdlib.h>
#include <string.h>

#define WATCHED (ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH \
	| ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)

struct flight {
	char id[UUID_TEXT];
	int attempts;
	size_t size;
	long long deadline;
};

struct forwarder {
	char *name;
	void *socket, *monitor;
	bool connected;
	bool refused;			/* and said so in the log */
	struct monitor_counts counts;
	size_t window, count, most_bytes, bytes;
	long long timeout, now;		/* now: of the step that runs */
	long long *documents;		/* count of window; parallel to flights, in order of sending */
	struct flight *flights;
	struct arena *arena;
};

int
forwarder_open(struct forwarder **out, void *zmq_context, const struct forwarder_settings *settings,
    struct ehds_error *error)
{
	/*
	 * What a peer says is short. What it is told queues in the window, so the socket's queue holds all
	 * of it.
	 */
	const struct socket_settings socket = { .type = ZMQ_DEALER, .most = 2 * WIRE_HEADER_LIMIT,
	    .receive_queue = (int)settings->window + 16, .send_queue = (int)settings->window + 16 };
	struct forwarder *forwarder = must_alloc(sizeof(*forwarder));

	*out = NULL;
	forwarder->name = must_strdup(settings->name);
	forwarder->window = settings->window;
	forwarder->most_bytes = settings->bytes;
	forwarder->timeout = settings->timeout;
	forwarder->documents = must_alloc(settings->window * sizeof(*forwarder->documents));
	forwarder->flights = must_alloc(settings->window * sizeof(*forwarder->flights));
	forwarder->arena = arena_new(1 << 20);
	forwarder->connected = text_starts_with(settings->endpoint,
	    "inproc://");	/* never said by a monitor */
	if (socket_open(&forwarder->socket, zmq_context, &socket, error) != 0
	    || (settings->keys != NULL && socket_curve_client(forwarder->socket, settings->keys,
	    settings->key, error) != 0)
	    || monitor_open(&forwarder->monitor, zmq_context, forwarder->socket, WATCHED, settings->name,
	    error) != 0
	    || socket_connect(forwarder->socket, settings->endpoint, error) != 0) {
		forwarder_close(&forwarder);
		return -1;
	}
	*out = forwarder;
	return 0;
}

void
forwarder_close(struct forwarder **forwarder)
{
	struct forwarder *old = *forwarder;

	*forwarder = NULL;
	if (old == NULL)
		return;
	monitor_close(&old->monitor, old->socket);
	socket_close(&old->socket);
	arena_free(&old->arena);
	free(old->flights);
	free(old->documents);
	free(old->name);
	free(old);
}

void *
forwarder_socket(const struct forwarder *forwarder)
{
	return forwarder->socket;
}

void *
forwarder_monitor(const struct forwarder *forwarder)
{
	return forwarder->monitor;
}

bool
forwarder_connected(const struct forwarder *forwarder)
{
	return forwarder->connected;
}

size_t
forwarder_room(const struct forwarder *forwarder)
{
	if (forwarder->count > 0 && forwarder->bytes >= forwarder->most_bytes)
		return 0;
	return forwarder->window - forwarder->count;
}

const long long *
forwarder_in_flight(const struct forwarder *forwarder, size_t *count)
{
	*count = forwarder->count;
	return forwarder->documents;
}

bool
forwarder_send(struct forwarder *forwarder, long long document, const struct wire_header *header,
    zmq_msg_t *body, int attempts, long long now)
{
	zmq_msg_t *const bodies[] = { body };
	struct flight *flight;

	/* Between a lost connection and its end libzmq still takes messages, for nobody. */
	if (!forwarder->connected || forwarder_room(forwarder) == 0
	    || packet_send(forwarder->socket, NULL, WIRE_DELIVER, header, bodies, 1) != 0)
		return false;
	flight = &forwarder->flights[forwarder->count];
	forwarder->documents[forwarder->count++] = document;
	memcpy(flight->id, header->id, UUID_TEXT);
	flight->attempts = attempts + 1;
	flight->size = zmq_msg_size(body);
	forwarder->bytes += flight->size;
	flight->deadline = now + forwarder->timeout;
	return true;
}

/* Takes flight number `index` out of the window and reports it. */
static void
land(struct forwarder *forwarder, size_t index, enum forwarder_fate fate, const char *text, long long after,
    forwarder_report *report, void *context)
{
	const struct flight flight = forwarder->flights[index];
	const struct forwarder_event event = { .fate = fate, .document = forwarder->documents[index],
	    .id = flight.id, .attempts = flight.attempts, .after = after, .text = text,
	    .seconds = (double)(forwarder->now - (flight.deadline - forwarder->timeout)) / 1000 };
	size_t behind = --forwarder->count - index;

	forwarder->bytes -= flight.size;
	memmove(&forwarder->documents[index], &forwarder->documents[index + 1],
	    behind * sizeof(*forwarder->documents));
	memmove(&forwarder->flights[index], &forwarder->flights[index + 1],
	    behind * sizeof(*forwarder->flights));
	report(context, &event);
}

static void
handle_answer(struct forwarder *forwarder, const struct wire_message *message, forwarder_report *report,
    void *context)
{
	const char *text = message->header.text != NULL ? message->header.text : "said no without a reason";
	enum forwarder_fate fate = message->verb == WIRE_ACK ? FORWARDER_ACKED
	    : message->header.retry ? FORWARDER_LATER : FORWARDER_NEVER;

	for (size_t i = 0; i < forwarder->count; i++) {
		if (strcmp(forwarder->flights[i].id, message->header.id) != 0)
			continue;
		land(forwarder, i, fate, fate == FORWARDER_ACKED ? "" : text, message->header.after, report, context);
		return;
	}
	/* An acknowledgement that came after its clock: the document was or will be sent once more. */
	log_event(LOG_LEVEL_DEBUG, "peer.late", "peer=%s id=%s", forwarder->name, message->header.id);
}

static void
read_answers(struct forwarder *forwarder, forwarder_report *report, void *context)
{
	struct packet packet;

	while (packet_receive(&packet, forwarder->socket) > 0) {
		struct ehds_error error = { 0 };
		struct wire_message message;

		if (packet_parse(&message, &packet, 0, forwarder->arena, &error) == 0
		    && (message.verb == WIRE_ACK || message.verb == WIRE_NACK))
			handle_answer(forwarder, &message, report, context);
		else
			log_event(LOG_LEVEL_WARNING, "peer.malformed", "peer=%s text=\"%s\"", forwarder->name,
			    error.kind != EHDS_ERROR_NONE ? error.text : "expected ACK or NACK");
		packet_close(&packet);
		arena_reset(forwarder->arena);
	}
}

/* A peer that does not know our key, or is not who it should be, says so again and again: it is told once. */
static void
log_refusal(struct forwarder *forwarder, int event)
{
	if (forwarder->refused)
		return;
	forwarder->refused = true;
	log_event(LOG_LEVEL_ERROR, "peer.refused", "peer=%s text=\"%s\"", forwarder->name,
	    event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH ? "it does not allow the key of this daemon"
	    : "the handshake fails: is its key the one that is configured?");
}

static void
read_monitor(struct forwarder *forwarder, forwarder_report *report, void *context)
{
	unsigned value;
	int event;

	while ((event = monitor_next(forwarder->monitor, &value)) >= 0) {
		if (monitor_count(&forwarder->counts, event)) {
			log_refusal(forwarder, event);
			continue;
		}
		if (event == ZMQ_EVENT_DISCONNECTED && !forwarder->connected)
			continue;
		forwarder->connected = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
		forwarder->refused = forwarder->refused && !forwarder->connected;
		log_event(LOG_LEVEL_INFO, forwarder->connected ? "peer.connected" : "peer.disconnected",
		    "peer=%s in-flight=%zu", forwarder->name, forwarder->count);
		while (!forwarder->connected && forwarder->count > 0)
			land(forwarder, 0, FORWARDER_LATER, "the connection was lost", 0, report, context);
	}
}

void
forwarder_step(struct forwarder *forwarder, long long now, forwarder_report *report, void *context)
{
	forwarder->now = now;
	read_answers(forwarder, report, context);
	read_monitor(forwarder, report, context);
	/* All have the same timeout, so the first sent is the first to run out. */
	while (forwarder->count > 0 && forwarder->flights[0].deadline <= now)
		land(forwarder, 0, FORWARDER_LATER, "no acknowledgement in time", 0, report, context);
}

long long
forwarder_deadline(const struct forwarder *forwarder)
{
	return forwarder->count > 0 ? forwarder->flights[0].deadline : -1;
}

long long
forwarder_backoff(long long first, long long most, int attempts, unsigned long random)
{
	long long wait = first;

	for (int i = 1; i < attempts && wait < most; i++)
		wait *= 2;
	if (wait > most)
		wait = most;
	return wait / 2 + (long long)(random % (unsigned long)(wait / 2 + 1));
}
