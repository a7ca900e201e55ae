/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See receiver.h. Who a sender is: on a CURVE address the owner of the key that the handshake has proved;
 * the key is in every message that libzmq hands out, so a key that is taken from the list is silenced at
 * once although its connection lives on. Without keys, on loopback and ipc, everyone who may connect may
 * send; then a sender is the routing id that it chose (ZMQ_ROUTING_ID, printable) or "anonymous". Ids that
 * libzmq makes up are different after each reconnection and would break "the same message id gets the same
 * answer".
 */
#include "wire/receiver.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/zap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_IN 16		/* messages of one connection that libzmq may hold: documents of memory */
#define QUEUE_OUT 1000

struct receiver {
	void *socket, *monitor;
	struct receiver_names names;
	struct receiver_counts counts;
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

static int
bind_all(struct receiver *receiver, const struct receiver_settings *settings, bool tcp,
    struct ehds_error *error)
{
	char bound[256];

	for (size_t i = 0; i < settings->count; i++) {
		if (text_starts_with(settings->endpoints[i], "tcp://") != tcp)
			continue;
		if (socket_bind(receiver->socket, settings->endpoints[i], error) != 0)
			return -1;
		socket_endpoint(receiver->socket, bound);
		log_event(LOG_LEVEL_INFO, "wire.listen", "endpoint=%s curve=%s", bound, tcp
		    && settings->keys != NULL ? "yes" : "no");
	}
	return 0;
}

/* What is bound first stays without CURVE: an ipc socket is kept by the modes of its folder. */
int
receiver_open(struct receiver **out, void *zmq_context, const struct receiver_settings *settings,
    struct ehds_error *error)
{
	const struct socket_settings socket = { .type = ZMQ_ROUTER,
	    .most = most_of_frame(settings->document), .receive_queue = QUEUE_IN, .send_queue = QUEUE_OUT };
	struct receiver *receiver = must_alloc(sizeof(*receiver));

	*out = receiver;
	receiver->names = settings->names;
	receiver->arena = arena_new(1 << 20);
	if (socket_open(&receiver->socket, zmq_context, &socket, error) == 0
	    && monitor_open(&receiver->monitor, zmq_context, receiver->socket, monitor_counted, "senders",
	    error) == 0
	    && bind_all(receiver, settings, false, error) == 0
	    && (settings->keys == NULL
	    || socket_curve_server(receiver->socket, settings->keys, error) == 0)
	    && bind_all(receiver, settings, true, error) == 0)
		return 0;
	receiver_close(out);
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
	monitor_close(&old->monitor, old->socket);
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

void *
receiver_monitor(const struct receiver *receiver)
{
	return receiver->monitor;
}

const struct receiver_counts *
receiver_counts(const struct receiver *receiver)
{
	return &receiver->counts;
}

/* A thousand connections that come to nothing are a few lines, and a count. */
void
receiver_watch(struct receiver *receiver)
{
	struct monitor_counts *counts = &receiver->counts.connections;
	long long troubles;
	unsigned value;
	int event;

	while ((event = monitor_next(receiver->monitor, &value)) >= 0) {
		if (!monitor_count(counts, event))
			continue;
		troubles = counts->refused + counts->malformed + counts->abandoned + counts->unaccepted;
		if (troubles <= 16 || troubles % 256 == 0)
			log_event(LOG_LEVEL_WARNING, "wire.handshake",
			    "refused=%lld malformed=%lld abandoned=%lld unaccepted=%lld detail=%u",
			    counts->refused, counts->malformed, counts->abandoned, counts->unaccepted, value);
	}
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

/*
 * Fills in who speaks; false when he may not. Behind a key is a connection that zap.c has named: what it did
 * not name could be another's.
 */
static bool
identify(struct receiver *receiver, struct received *out, struct packet *packet)
{
	const struct receiver_names *names = &receiver->names;
	/* Not of the routing id: libzmq makes that frame itself, at times without what belongs to it. */
	const char *key = packet->count > 1 ? zmq_msg_gets(&packet->frames[1], "User-Id") : NULL, *name;

	if (key == NULL) {
		name_sender(out->sender, &out->from);
		return names->is_taken == NULL || !names->is_taken(names->context, out->sender);
	}
	name = names->name_of != NULL && zap_gave(out->from.bytes, out->from.length)
	    ? names->name_of(names->context, key) : NULL;
	out->keyed = true;
	snprintf(out->sender, sizeof(out->sender), "%s", name != NULL ? name : "unknown");
	return name != NULL;
}

/* Whether a line about it should be written: a flood of rubbish is a few lines, and a count. */
static bool
is_telling(long long count)
{
	return count <= 64 || count % 1024 == 0;
}

bool
receiver_unauthorised(struct receiver *receiver, const char *sender, const char *what)
{
	bool telling = is_telling(++receiver->counts.unauthorised);

	if (telling)
		log_event(LOG_LEVEL_WARNING, "wire.unauthorised", "sender=%s what=\"%s\" count=%lld", sender,
		    what, receiver->counts.unauthorised);
	return telling;
}

static bool
turn_away(struct receiver *receiver, const struct received *out)
{
	receiver_unauthorised(receiver, out->sender, out->keyed ? "a key that was taken out" : "a name of a key");
	receiver_send_error(receiver, &out->from, out->message.header.message, NULL, "unauthorised", out->keyed
	    ? "the key of this connection is not allowed any more"
	    : "this name belongs to a key: connect with it, or choose another");
	return false;
}

/* Understands the packet; answers ERROR and returns false when it cannot. */
static bool
understand(struct receiver *receiver, struct received *out)
{
	struct packet *packet = &receiver->packet;
	struct ehds_error error = { 0 };
	bool parsed;

	memset(out, 0, sizeof(*out));
	parsed = packet_parse(&out->message, packet, 1, receiver->arena, &error) == 0;
	out->from.length = (unsigned char)zmq_msg_size(&packet->frames[0]);
	memcpy(out->from.bytes, zmq_msg_data(&packet->frames[0]), out->from.length);
	if (!identify(receiver, out, packet))
		return turn_away(receiver, out);
	if (parsed && !is_for_daemon(out->message.verb))
		error_set(&error, EHDS_ERROR_DOCUMENT, "malformed", NULL, 0, 0, "a daemon takes no %s here",
		    wire_verb_name(out->message.verb));
	if (error.kind != EHDS_ERROR_NONE) {
		if (is_telling(++receiver->counts.malformed))
			log_event(LOG_LEVEL_WARNING, "wire.malformed",
			    "sender=%s frames=%zu count=%lld text=\"%s\"", out->sender, packet->total - 1,
			    receiver->counts.malformed, error.text);
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
