/* SPDX-License-Identifier: EUPL-1.2 */
/* What libzmq tells of a socket's connections, read without waiting, and counted. */
#ifndef EHDS_WIRE_MONITOR_H
#define EHDS_WIRE_MONITOR_H

#include "base/error.h"

#include <stdbool.h>

/* Since the socket was opened. */
struct monitor_counts {
	long long accepted;		/* by the kernel */
	long long established;		/* handshakes that succeeded */
	long long refused;		/* keys that are not allowed */
	long long malformed;		/* other protocols, other mechanisms, broken handshakes */
	long long abandoned;		/* handshakes that did not end in time or in peace */
	long long unaccepted;		/* no descriptor was left */
	long long closed;		/* all kinds of end */
};

/*
 * Opens a PAIR that hears these events (ZMQ_EVENT_...) of the socket. Error: TEMPORARY wire-socket, with
 * `what` in its text.
 */
int
monitor_open(void **out, void *zmq_context, void *socket, int events, const char *what,
    struct ehds_error *error);

/* Stops `socket` from being watched and closes the monitor; either may be NULL. */
void
monitor_close(void **monitor, void *socket);

/* The next event: its number (ZMQ_EVENT_...), its value in *value; -1 when there is none. */
int
monitor_next(void *monitor, unsigned *value);

/* Adds one event. Returns whether it is one of those that somebody should look at. */
bool
monitor_count(struct monitor_counts *counts, int event);

/* Events that monitor_count knows. */
extern const int monitor_counted;

#endif
