/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A peer with `directory:` is a thread that does what `ehdsctl receive` does, at an address inside the
 * daemon. So the broker knows one kind of peer only, and never waits for a disk.
 */
#ifndef EHDS_SERVER_DIRECTORY_H
#define EHDS_SERVER_DIRECTORY_H

#include "base/error.h"

#include <stddef.h>

struct directory;

/*
 * Binds endpoint (inproc://...) and starts the thread. Errors: those of peer_open; TEMPORARY
 * directory-thread.
 */
int
directory_start(struct directory **out, void *zmq_context, const char *endpoint, const char *name,
    const char *folder, struct ehds_error *error);

/* Ends the thread. Accepts NULL in *directory. */
void
directory_stop(struct directory **directory);

#endif
