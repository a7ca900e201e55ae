/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See receiver.h. Who a sender is: without keys, on loopback, everyone who may connect may send; then a
 * sender is the routing id that it chose (ZMQ_ROUTING_ID, printable) or "anonymous". Ids that libzmq makes
 * up are different after each reconnection and would break "the same message id gets the same answer".
 */
#include "wire/receiver.h"

#include "base/alloc.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_IN 16		/* messages of one connection that libzmq may hold: documents of memory */
#define QUEUE_OUT 1000

struct receiver {
	void *socket;
	struct arena *arena;
	struct packet packet;
	bool open;		/* packet holds frames */
};

/* Twice the limit, so that what is somewhat too large gets an answer. */
static size_t
most_of_frame(size_t document)
{
	return 2 * document + WIRE_HEADER_LIMIT;
}

int
receiver_open(struct receiver **out, void *zmq_context, const char *const *endpoints, size_t count,
    size_t document, struct ehds_error *error)
{
	const struct socket_settings settings = { .type = ZMQ_ROUTER, .most = most_of_frame(document),
	    .receive_queue = QUEUE_IN, .send_queue = QUEUE_OUT };
	struct receiver *receiver = must_alloc(sizeof(*receiver));
	char bound[256];

	*out = NULL;
	receiver->arena = arena_new(1 << 20);
	if (socket_open(&receiver->socket, zmq_context, &settings, error) != 0)
		goto failed;
	for (size_t i = 0; i < count; i++) {
		if (socket_bind(receiver->socket, endpoints[i], error) != 0)
			goto failed;
		socket_endpoint(receiver->socket, bound);
		log_event(LOG_LEVEL_INFO, "wire.listen", "endpoint=%s", bound);
	}
	*out = receiver;
	return 0;
failed:
	receiver_close(&receiver);
	return -1;
}

static void
drop_packet(struct receiver *receiver)
{
	if (receiver->open)
		packet_close(&receiver->packet);
	receiver->open = false;
	arena_reset(receiver->arena);
}

void
receiver_close(struct receiver **receiver)
{
	struct receiver *old = *receiver;

	*receiver = NULL;
	if (old == NULL)
		return;
	drop_packet(old);
	socket_close(&old->socket);
	arena_free(&old->arena);
	free(old);
}

void
receiver_limit(struct receiver *receiver, size_t document)
{
	if (socket_limit(receiver->socket, most_of_frame(document)) != 0)
		log_event(LOG_LEVEL_WARNING, "wire.limit", "reason=\"%s\"", zmq_strerror(errno));
}

void *
receiver_socket(const struct receiver *receiver)
{
	return receiver->socket;
}

static void
name_sender(char *out, const struct routing_id *from)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
	bool chosen = from->length > 0 && from->length < RECEIVER_NAME;

	for (size_t i = 0; i < from->length && chosen; i++)
		chosen = from->bytes[i] != '\0' && strchr(letters, from->bytes[i]) != NULL;
	if (!chosen) {
		strcpy(out, "anonymous");
		return;
	}
	memcpy(out, from->bytes, from->length);
	out[from->length] = '\0';
}

/* Whether a sender may say this to a daemon. */
static bool
is_for_daemon(enum wire_verb verb)
{
	return verb == WIRE_SUBMIT || verb == WIRE_FETCH || verb == WIRE_PING || verb == WIRE_PONG;
}

/* Understands the packet; answers ERROR and returns false when it cannot. */
static bool
understand(struct receiver *receiver, struct received *out)
{
	struct packet *packet = &receiver->packet;
	struct ehds_error error = { 0 };

	memset(out, 0, sizeof(*out));
	out->from.length = (unsigned char)zmq_msg_size(&packet->frames[0]);
	memcpy(out->from.bytes, zmq_msg_data(&packet->frames[0]), out->from.length);
	name_sender(out->sender, &out->from);
	if (packet_parse(&out->message, packet, 1, receiver->arena, &error) == 0
	    && !is_for_daemon(out->message.verb))
		error_set(&error, EHDS_ERROR_DOCUMENT, "malformed", NULL, 0, 0, "a daemon takes no %s here",
		    wire_verb_name(out->message.verb));
	if (error.kind != EHDS_ERROR_NONE) {
		log_event(LOG_LEVEL_WARNING, "wire.malformed", "sender=%s frames=%zu text=\"%s\"",
		    out->sender, packet->total - 1, error.text);
		receiver_send_error(receiver, &out->from, out->message.header.message, NULL, "malformed",
		    error.text);
		return false;
	}
	out->body = out->message.body_count > 0 ? &packet->frames[4] : NULL;
	return true;
}

int
receiver_next(struct receiver *receiver, struct received *out)
{
	/*
	 * A sender of nothing but rubbish must not keep the broker here: the rest is read in the next
	 * round.
	 */
	for (int rubbish = 0; rubbish < 64; rubbish++) {
		drop_packet(receiver);
		if (packet_receive(&receiver->packet, receiver->socket) <= 0)
			return 0;
		receiver->open = true;
		if (understand(receiver, out))
			return 1;
	}
	return 0;
}

bool
receiver_send(struct receiver *receiver, const struct routing_id *to, enum wire_verb verb,
    const struct wire_header *header, zmq_msg_t *const *bodies, size_t count)
{
	if (packet_send(receiver->socket, to, verb, header, bodies, count) == 0)
		return true;
	log_event(LOG_LEVEL_INFO, "wire.unsent", "verb=%s id=%s reason=\"%s\"", wire_verb_name(verb),
	    header->id != NULL ? header->id : "-", errno == EHOSTUNREACH
	    ? "sender is gone" : zmq_strerror(errno));
	return false;
}

void
receiver_send_error(struct receiver *receiver, const struct routing_id *to, const char *message,
    const char *id, const char *code, const char *text)
{
	const struct wire_header header = { .message = message, .id = id, .code = code, .text = text };

	receiver_send(receiver, to, WIRE_ERROR, &header, NULL, 0);
}
