/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every socket of the house shares: the options that make libzmq safe to talk to strangers, and
 * messages in and out as whole packets. Sockets are never shared between threads.
 */
#ifndef EHDS_WIRE_SOCKET_H
#define EHDS_WIRE_SOCKET_H

#include "wire/keys.h"
#include "wire/protocol.h"

#include <zmq.h>

struct socket_settings {
	int type;		/* ZMQ_ROUTER or ZMQ_DEALER */
	size_t most;		/* bytes of one frame; a peer that sends more is disconnected */
	int receive_queue, send_queue;	/* messages, for each connection */
};

/*
 * Gives a socket with a finite linger (the truth is in the journal), heartbeats, a bounded handshake,
 * bounded frames and queues; a ROUTER says when it cannot route, a DEALER never queues for a peer that is
 * not there. Error: TEMPORARY "wire-socket".
 */
int
socket_open(void **out, void *context, const struct socket_settings *settings, struct ehds_error *error);

/* Changes the most bytes of a frame, for connections from now on. */
int
socket_limit(void *socket, size_t bytes);

/*
 * CURVE on every address that is bound or connected from now on. A server takes only keys that the ZAP
 * handler of its context allows (zap.h); a client connects to the owner of `server` and to nobody else.
 * Error: TEMPORARY "wire-socket" (this libzmq has no CURVE).
 */
int
socket_curve_server(void *socket, const struct curve_keys *keys, struct ehds_error *error);

int
socket_curve_client(void *socket, const struct curve_keys *keys, const char *server, struct ehds_error *error);

/* Errors: CONFIG "wire-bind", "wire-connect" with the address and the reason. */
int
socket_bind(void *socket, const char *endpoint, struct ehds_error *error);

int
socket_connect(void *socket, const char *endpoint, struct ehds_error *error);

/* The address that the last socket_bind got, with the port that was free. out has 256 bytes. */
void
socket_endpoint(void *socket, char *out);

/* Accepts NULL in *socket. */
void
socket_close(void **socket);

/* One message as it came: from a ROUTER the first frame is the sender's routing id. */
struct packet {
	zmq_msg_t frames[1 + WIRE_FRAMES];
	size_t count;		/* frames kept */
	size_t total;		/* frames that came; those past the limit were dropped unread */
};

/* Never waits: 1 and a packet to be closed, 0 when there is none, -1 when the context is ending. */
int
packet_receive(struct packet *packet, void *socket);

void
packet_close(struct packet *packet);

/* wire_parse of the frames from number `first` on, with the number of frames that really came. */
int
packet_parse(struct wire_message *out, struct packet *packet, size_t first, struct arena *arena,
    struct ehds_error *error);

/* To whom a ROUTER sends. */
struct routing_id {
	unsigned char length;	/* 0: nobody */
	unsigned char bytes[255];
};

/*
 * Sends without waiting. to: NULL on a DEALER. bodies (may be NULL, count 0) are copied by reference, not
 * by content. Returns 0; -1 with errno EAGAIN (queue full, or nobody connected) or EHOSTUNREACH (a ROUTER
 * does not know `to`).
 */
int
packet_send(void *socket, const struct routing_id *to, enum wire_verb verb, const struct wire_header *header,
    zmq_msg_t *const *bodies, size_t count);

#endif
