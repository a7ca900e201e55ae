/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's side of one peer: a DEALER, a window of documents that the peer has not acknowledged yet,
 * and a clock for each. What is in the window is a copy of what the journal has; losing it costs a
 * repetition, never a document. The peer drops repetitions by the id.
 */
#ifndef EHDS_WIRE_FORWARDER_H
#define EHDS_WIRE_FORWARDER_H

#include "wire/socket.h"

struct forwarder;

struct forwarder_settings {
	const char *name;		/* in logs; borrows during forwarder_open */
	const char *endpoint;
	const struct curve_keys *keys;	/* ours, for CURVE; NULL: in the clear */
	const char *key;		/* the peer's public key */
	size_t window, bytes;		/* documents in flight, and their bytes, but for one document */
	long long timeout;		/* milliseconds until a missing acknowledgement counts as lost */
};

enum forwarder_fate {
	FORWARDER_ACKED,		/* the peer has it on its disk */
	FORWARDER_LATER,		/* the peer says: not now; or said nothing, or went away */
	FORWARDER_NEVER,		/* the peer says: never */
};

struct forwarder_event {
	enum forwarder_fate fate;
	long long document;
	const char *id;
	int attempts;			/* including this one */
	long long after;		/* milliseconds that the peer asks for; 0: none */
	double seconds;			/* since it was sent */
	const char *text;		/* what the peer said, or what happened; borrows */
};

/* Called for each document that leaves the window. */
typedef void forwarder_report(void *context, const struct forwarder_event *event);

/* Connects. Errors: of socket_open and socket_connect. */
int
forwarder_open(struct forwarder **out, void *zmq_context, const struct forwarder_settings *settings,
    struct ehds_error *error);

/* Forgets what is in flight. Accepts NULL in *forwarder. */
void
forwarder_close(struct forwarder **forwarder);

/* Poll both for reading; and the first for writing while something waits to be sent. */
void *
forwarder_socket(const struct forwarder *forwarder);

void *
forwarder_monitor(const struct forwarder *forwarder);

bool
forwarder_connected(const struct forwarder *forwarder);

/* How many more documents may be sent. */
size_t
forwarder_room(const struct forwarder *forwarder);

/* Numbers of the documents in flight; borrows until the next call. */
const long long *
forwarder_in_flight(const struct forwarder *forwarder, size_t *count);

/*
 * Sends DELIVER and opens a place in the window. attempts: how often it was tried before. Returns whether
 * it was sent: not when the window or the queue is full or nobody is connected.
 */
bool
forwarder_send(struct forwarder *forwarder, long long document, const struct wire_header *header,
    zmq_msg_t *body, int attempts, long long now);

/* Reads all answers, connections lost, and clocks that ran out. */
void
forwarder_step(struct forwarder *forwarder, long long now, forwarder_report *report, void *context);

/* The instant of the next clock; -1 when nothing is in flight. */
long long
forwarder_deadline(const struct forwarder *forwarder);

/*
 * Milliseconds to wait before attempt number `attempts` + 1: first * 2^(attempts - 1), at most `most`, of
 * which the upper half is random, so that many documents do not come back at once. random: any number.
 */
long long
forwarder_backoff(long long first, long long most, int attempts, unsigned long random);

#endif
