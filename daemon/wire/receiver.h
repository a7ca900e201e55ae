/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's side of all senders: one ROUTER at all addresses. It reads messages, gives them a name to
 * remember their sender by, answers what is malformed, and sends what the broker decides.
 */
#ifndef EHDS_WIRE_RECEIVER_H
#define EHDS_WIRE_RECEIVER_H

#include "wire/monitor.h"
#include "wire/socket.h"

#define RECEIVER_NAME 65	/* a sender's name and a NUL */

struct receiver;

/*
 * Who senders are. name_of: the name that belongs to a public key, NULL when the key is not allowed, or not
 * any more. is_taken: whether the name belongs to a key, so that nobody may choose it.
 */
struct receiver_names {
	const char *(*name_of)(void *context, const char *key);
	bool (*is_taken)(void *context, const char *name);
	void *context;
};

struct receiver_settings {
	const char *const *endpoints;
	size_t count;
	size_t document;		/* most bytes of a document */
	const struct curve_keys *keys;	/* CURVE at all tcp addresses; NULL: at none */
	struct receiver_names names;	/* functions NULL: everybody has the name that he chose */
};

/* What was turned away, besides what monitor_counts has. */
struct receiver_counts {
	struct monitor_counts connections;
	long long malformed;		/* messages */
	long long unauthorised;		/* messages of who may not say them */
};

/* One message that was understood. Valid until the next receiver_next. */
struct received {
	struct routing_id from;
	char sender[RECEIVER_NAME];
	bool keyed;			/* the name is that of the sender's key, not one that he chose */
	struct wire_message message;
	zmq_msg_t *body;		/* the first body, or NULL; may be copied or moved */
};

/*
 * Binds all endpoints. A frame may be twice as long as a document before libzmq drops the connection, so
 * that a sender of a document that is somewhat too large gets an ERROR and not silence. The strings and
 * names.context of the settings are borrowed as long as the receiver lives. Errors: of socket_open,
 * socket_curve_server, monitor_open and socket_bind.
 */
int
receiver_open(struct receiver **out, void *zmq_context, const struct receiver_settings *settings,
    struct ehds_error *error);

/* Accepts NULL in *receiver. */
void
receiver_close(struct receiver **receiver);

/* Changes the most bytes of a document, for connections from now on. */
void
receiver_limit(struct receiver *receiver, size_t document);

void *
receiver_socket(const struct receiver *receiver);

/* Poll it for reading: connections that come and go, counted by receiver_watch. */
void *
receiver_monitor(const struct receiver *receiver);

void
receiver_watch(struct receiver *receiver);

const struct receiver_counts *
receiver_counts(const struct receiver *receiver);

/*
 * Counts what a sender may not say, and logs it: all of a few, and then one in many. what: a word or two.
 * Returns whether it was logged.
 */
bool
receiver_unauthorised(struct receiver *receiver, const char *sender, const char *what);

/*
 * The next message: 1, 0 when there is none. What is malformed or comes from the wrong side, or from
 * nobody who may speak, is answered with ERROR here and passed over.
 */
int
receiver_next(struct receiver *receiver, struct received *out);

/*
 * As packet_send. What cannot be sent is logged: the sender will ask again. Returns whether it was handed
 * over.
 */
bool
receiver_send(struct receiver *receiver, const struct routing_id *to, enum wire_verb verb,
    const struct wire_header *header, zmq_msg_t *const *bodies, size_t count);

/* ERROR; message and id may be NULL. */
void
receiver_send_error(struct receiver *receiver, const struct routing_id *to, const char *message,
    const char *id, const char *code, const char *text);

#endif
