/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's side of all senders: one ROUTER at all addresses. It reads messages, gives them a name to
 * remember their sender by, answers what is malformed, and sends what the broker decides.
 */
#ifndef EHDS_WIRE_RECEIVER_H
#define EHDS_WIRE_RECEIVER_H

#include "wire/socket.h"

#define RECEIVER_NAME 65	/* a sender's name and a NUL */

struct receiver;

/* One message that was understood. Valid until the next receiver_next. */
struct received {
	struct routing_id from;
	char sender[RECEIVER_NAME];
	struct wire_message message;
	zmq_msg_t *body;		/* the first body, or NULL; may be copied or moved */
};

/*
 * Binds all endpoints. document: most bytes of a document. A frame may be twice as long before libzmq drops
 * the connection, so that a sender of a document that is somewhat too large gets an ERROR and not silence.
 * Errors: of socket_open and socket_bind.
 */
int
receiver_open(struct receiver **out, void *zmq_context, const char *const *endpoints, size_t count,
    size_t document, struct ehds_error *error);

/* Accepts NULL in *receiver. */
void
receiver_close(struct receiver **receiver);

/* Changes the most bytes of a document, for connections from now on. */
void
receiver_limit(struct receiver *receiver, size_t document);

void *
receiver_socket(const struct receiver *receiver);

/*
 * The next message: 1, 0 when there is none. What is malformed or comes from the wrong side is answered
 * with ERROR here and passed over.
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
