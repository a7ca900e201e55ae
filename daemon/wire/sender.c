/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See sender.h. Bodies are read again for a second try instead of being kept: a batch of any size takes the
 * memory of its window.
 */
#include "wire/sender.h"

#include "base/alloc.h"
#include "base/digest.h"
#include "base/pieces.h"
#include "wire/endpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WINDOW_MOST 64		/* documents in work at once, whatever the daemon allows */
#define PING_MILLISECONDS 1000	/* between PINGs until the daemon says PONG ... */
#define PING_WAITING 5000	/* ... and while nothing but outcomes is waited for */
#define BUSY_MILLISECONDS 50	/* before what was too much is sent again; twice as long each time */

/* One document between its first SUBMIT and its last word. */
struct flight {
	size_t item;
	char message[DIGEST_HEX];
	bool receipt;
	size_t length;
	long long sent, since;		/* the last SUBMIT; the RECEIPT */
	int pause, busy;		/* milliseconds until the next SUBMIT; the last one after a busy */
};

struct sender {
	const struct sender_settings *settings;
	sender_load *load;
	sender_hear *hear;
	void *context;
	void *socket;
	struct arena *arena;
	size_t next, count;		/* items */
	struct flight flights[WINDOW_MOST];
	size_t flight_count, window;	/* window 0: the daemon has not said PONG yet */
	long long document, bytes;	/* by PONG: most of a document, most without a RECEIPT (0: not said) */
	long long now, heard, pinged;	/* milliseconds; the last answer of any kind */
};

static long long
clock_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- saying -------------------------------------------------------------------------------------------- */

static void
free_body(void *bytes, void *hint)
{
	(void)hint;
	free(bytes);
}

static void
tell(struct sender *sender, size_t item, enum sender_kind kind, const struct wire_message *message)
{
	const struct sender_event event = { .kind = kind, .item = item,
	    .header = message != NULL ? &message->header : NULL, .bodies = message != NULL
	    ? message->bodies : NULL, .body_count = message != NULL ? message->body_count : 0 };

	sender->hear(sender->context, &event);
}

/* What the daemon would only refuse, or drop the connection for, is refused here. */
static bool
is_too_large(struct sender *sender, size_t item, size_t length)
{
	struct wire_message refusal = { .verb = WIRE_ERROR };
	char text[128];

	if (sender->document <= 0 || length <= (size_t)sender->document)
		return false;
	snprintf(text, sizeof(text), "the document has %zu bytes, the daemon's limit is %lld", length,
	    sender->document);
	refusal.header.code = "too-large";
	refusal.header.text = text;
	tell(sender, item, SENDER_ERROR, &refusal);
	return true;
}

/* The documents of the job as messages of their own; false when what was loaded is not so many. */
static bool
open_bodies(zmq_msg_t *bodies, size_t count, struct buffer *bytes)
{
	struct piece pieces[PIECES_MAX];
	size_t length;
	char *data;

	if (count == 1) {
		data = buffer_take(bytes, &length);
		zmq_msg_init_data(&bodies[0], data, length, free_body, NULL);
		return true;
	}
	if (!pieces_split(pieces, count, bytes->data, bytes->length))
		return false;
	for (size_t i = 0; i < count; i++) {
		must(zmq_msg_init_size(&bodies[i], pieces[i].length) == 0);
		if (pieces[i].length > 0)
			memcpy(zmq_msg_data(&bodies[i]), pieces[i].data, pieces[i].length);
	}
	return true;
}

static void
digest_bodies(char out[DIGEST_HEX], zmq_msg_t *bodies, size_t count)
{
	struct buffer all = { 0 };

	if (count == 1) {
		digest_sha256(out, zmq_msg_data(bodies), zmq_msg_size(bodies));
		return;
	}
	for (size_t i = 0; i < count; i++)
		buffer_append(&all, zmq_msg_data(&bodies[i]), zmq_msg_size(&bodies[i]));
	digest_sha256(out, all.data, all.length);
	buffer_free(&all);
}

/* 1 sent, 0 the socket is full, -1 there is nothing to send: the item is over. */
static int
submit(struct sender *sender, struct flight *flight)
{
	const struct sender_settings *settings = sender->settings;
	struct wire_header header = { .message = flight->message, .route = settings->route,
	    .want = settings->want, .sha256 = flight->message };
	zmq_msg_t messages[PIECES_MAX], *bodies[PIECES_MAX];
	size_t count = settings->parts > 1 ? settings->parts : 1;
	struct buffer bytes = { 0 };
	int result;

	if (sender->load(sender->context, flight->item, &bytes, &header.content_type) != 0
	    || is_too_large(sender, flight->item, bytes.length) || !open_bodies(messages, count, &bytes)) {
		buffer_free(&bytes);
		return -1;
	}
	buffer_free(&bytes);
	digest_bodies(flight->message, messages, count);
	flight->length = 0;
	for (size_t i = 0; i < count; i++)
		flight->length += zmq_msg_size(&messages[i]);
	for (size_t i = 0; i < count; i++)
		bodies[i] = &messages[i];
	result = packet_send(sender->socket, NULL, WIRE_SUBMIT, &header, bodies, count);
	for (size_t i = 0; i < count; i++)
		zmq_msg_close(&messages[i]);
	flight->sent = sender->now;
	return result == 0 ? 1 : 0;
}

static void
land(struct sender *sender, struct flight *flight)
{
	*flight = sender->flights[--sender->flight_count];
}

/* Whether the next document may go: by number, and by bytes that have no RECEIPT yet. */
static bool
has_credit(const struct sender *sender)
{
	size_t bytes = 0;

	for (size_t i = 0; i < sender->flight_count; i++)
		bytes += sender->flights[i].receipt ? 0 : sender->flights[i].length;
	return sender->flight_count < sender->window && (sender->bytes <= 0 || (long long)bytes < sender->bytes);
}

static void
fill_window(struct sender *sender)
{
	while (has_credit(sender) && sender->next < sender->count) {
		struct flight *flight = &sender->flights[sender->flight_count];
		int sent;

		memset(flight, 0, sizeof(*flight));
		flight->item = sender->next;
		flight->since = sender->now;
		flight->pause = sender->settings->resend;
		sent = submit(sender, flight);
		if (sent == 0)
			return;
		sender->next++;
		sender->flight_count += sent > 0;
	}
}

static void
ping(struct sender *sender)
{
	const struct wire_header header = { 0 };
	long long pause = sender->window == 0 ? PING_MILLISECONDS : PING_WAITING;

	/* Several chances to be heard before patience ends. */
	if (pause > sender->settings->patience / 4)
		pause = sender->settings->patience / 4;
	if (sender->now - sender->pinged < pause && sender->pinged != 0)
		return;
	if (packet_send(sender->socket, NULL, WIRE_PING, &header, NULL, 0) == 0)
		sender->pinged = sender->now;
}

/* ---- hearing ------------------------------------------------------------------------------------------- */

/* A RECEIPT: 1 when the document is over with it. */
static bool
on_receipt(struct sender *sender, struct flight *flight, const struct wire_message *message)
{
	if (!flight->receipt) {
		flight->since = sender->now;
		flight->pause = sender->settings->resend;
		tell(sender, flight->item, SENDER_RECEIPT, message);
	}
	flight->receipt = true;
	return !sender->settings->wait;
}

/* Whether the message is the last word on the document. */
static bool
take(struct sender *sender, struct flight *flight, const struct wire_message *message)
{
	if (message->verb == WIRE_RECEIPT)
		return on_receipt(sender, flight, message);
	if (message->verb == WIRE_ERROR && strcmp(message->header.code, "busy") == 0) {
		flight->busy = flight->busy == 0 ? BUSY_MILLISECONDS : 2 * flight->busy;
		if (flight->busy > sender->settings->resend)
			flight->busy = sender->settings->resend;
		flight->pause = flight->busy;
		return false;		/* its clock sends it again */
	}
	if (message->verb != WIRE_ERROR && (message->verb != WIRE_OUTCOME || !sender->settings->wait))
		return false;
	tell(sender, flight->item, message->verb == WIRE_ERROR ? SENDER_ERROR : SENDER_OUTCOME, message);
	return true;
}

/* Two files of the same bytes have one message id, and one answer counts for both. */
static void
handle(struct sender *sender, const struct wire_message *message)
{
	const char *name = message->header.message;
	size_t i = 0;

	sender->heard = sender->now;
	if (message->verb == WIRE_PONG) {
		sender->document = message->header.document;
		sender->bytes = message->header.bytes;
		sender->window = message->header.credit < 1 ? 1 : message->header.credit > WINDOW_MOST
		    ? WINDOW_MOST
		    : (size_t)message->header.credit;
	}
	while (name != NULL && i < sender->flight_count) {
		struct flight *flight = &sender->flights[i];

		if (strcmp(flight->message, name) == 0 && take(sender, flight, message))
			land(sender, flight);
		else
			i++;
	}
}

static int
hear_all(struct sender *sender, struct ehds_error *error)
{
	struct packet packet;

	while (packet_receive(&packet, sender->socket) > 0) {
		struct wire_message message;
		int result = packet_parse(&message, &packet, 0, sender->arena, error);

		if (result == 0)
			handle(sender, &message);
		packet_close(&packet);
		arena_reset(sender->arena);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* ---- clocks -------------------------------------------------------------------------------------------- */

/*
 * Sends again what got no answer. A document with a receipt whose outcome does not come is submitted again,
 * too, more and more seldom: the daemon may have been restarted, and then does not know who waits.
 */
static void
run_clocks(struct sender *sender)
{
	for (size_t i = 0; i < sender->flight_count; i++) {
		struct flight *flight = &sender->flights[i];
		size_t item = flight->item;

		if (flight->receipt && sender->now - flight->since >= sender->settings->patience) {
			land(sender, flight);
			tell(sender, item, SENDER_SILENCE, NULL);
			i--;
			continue;
		}
		if (sender->now - flight->sent < flight->pause)
			continue;
		if (submit(sender, flight) < 0) {
			land(sender, flight);
			i--;
			continue;
		}
		flight->pause *= 2;
	}
}

static int
converse(struct sender *sender, struct ehds_error *error)
{
	zmq_pollitem_t item = { .socket = sender->socket, .events = ZMQ_POLLIN };

	sender->heard = sender->now = clock_now();
	while (sender->next < sender->count || sender->flight_count > 0) {
		ping(sender);
		if (sender->window > 0)
			fill_window(sender);
		if (sender->flight_count == 0 && sender->next == sender->count)
			break;
		zmq_poll(&item, 1, 50);
		sender->now = clock_now();
		if (hear_all(sender, error) != 0)
			return -1;
		run_clocks(sender);
		if (sender->now - sender->heard >= sender->settings->patience)
			return error_set(error, EHDS_ERROR_TEMPORARY, "unreachable", NULL, 0, 0,
			    "%s: no daemon answers", sender->settings->endpoint);
	}
	return 0;
}

int
sender_run(const struct sender_settings *settings, size_t count, sender_load *load, sender_hear *hear,
    void *context, struct ehds_error *error)
{
	const struct socket_settings socket = { .type = ZMQ_DEALER, .most = 1u << 30,
	    .receive_queue = WINDOW_MOST, .send_queue = WINDOW_MOST };
	struct sender *sender = must_alloc(sizeof(*sender));
	void *zmq = zmq_ctx_new();
	int result = endpoint_check(settings->endpoint, error);

	must(zmq != NULL);
	*sender = (struct sender){ .settings = settings, .load = load, .hear = hear, .context = context,
	    .count = count, .arena = arena_new(4 << 20) };
	if (result == 0)
		result = socket_open(&sender->socket, zmq, &socket, error);
	if (result == 0 && settings->name != NULL)
		zmq_setsockopt(sender->socket, ZMQ_ROUTING_ID, settings->name, strlen(settings->name));
	if (result == 0 && settings->keys != NULL)
		result = socket_curve_client(sender->socket, settings->keys, settings->key, error);
	if (result == 0)
		result = socket_connect(sender->socket, settings->endpoint, error);
	if (result == 0)
		result = converse(sender, error);
	socket_close(&sender->socket);
	zmq_ctx_term(zmq);
	arena_free(&sender->arena);
	free(sender);
	return result;
}
