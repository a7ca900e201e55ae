/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Peers inside the daemon: with `directory:` a thread that does what `ehdsctl receive` does, with `post:` one
 * that speaks HTTP, each at an address inside the process. So the broker knows one kind of peer only, and
 * never waits for a disk or a server.
 */
#ifndef EHDS_SERVER_INSIDE_H
#define EHDS_SERVER_INSIDE_H

#include "server/configuration.h"

struct inside;

/*
 * Binds endpoint (inproc://...) and starts the thread. Errors: those of peer_open and http_open; TEMPORARY
 * peer-thread.
 */
int
inside_start(struct inside **out, void *zmq_context, const char *endpoint,
    const struct peer_settings *settings, struct ehds_error *error);

/* Ends the thread. Accepts NULL in *inside. */
void
inside_stop(struct inside **inside);

#endif
