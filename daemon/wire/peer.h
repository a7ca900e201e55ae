/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A peer that keeps documents as files: FOLDER/<id>.json or .xml. It acknowledges what is on the disk under
 * its final name, and nothing else; a document that is there already is acknowledged again and stays one
 * file. `ehdsctl receive` is this, and so is a peer with `directory:` inside the daemon.
 */
#ifndef EHDS_WIRE_PEER_H
#define EHDS_WIRE_PEER_H

#include "wire/socket.h"

struct peer_inbox;

/* One document that was acknowledged. */
struct peer_arrival {
	const char *id, *path, *pack, *category;
	size_t length;
	bool duplicate;		/* the file was there */
};

/* arrival NULL: something went wrong, error says what; the sender was told and comes again. */
typedef void peer_report(void *context, const struct peer_arrival *arrival, const struct ehds_error *error);

struct inbox_settings {
	const char *endpoint, *folder;
	size_t most;			/* bytes of a document */
	const struct curve_keys *keys;	/* ours: CURVE; NULL: in the clear */
	const char *const *allowed;	/* with keys: public keys of the daemons that may deliver; borrowed */
	size_t allowed_count;		/*     as long as the inbox lives */
};

/*
 * Binds the endpoint; makes the folder. With keys it is the ZAP handler of its context. Errors: CONFIG
 * folder-make, wire-bind; TEMPORARY wire-socket.
 */
int
peer_open(struct peer_inbox **out, void *zmq_context, const struct inbox_settings *settings,
    struct ehds_error *error);

/* Accepts NULL in *inbox. */
void
peer_close(struct peer_inbox **inbox);

/* The address with the port that was free. */
void
peer_endpoint(const struct peer_inbox *inbox, char *out);

/*
 * Takes documents until the descriptor `stop` is readable. Those that are there together are made safe
 * together: one round of fsync serves all of them.
 */
void
peer_run(struct peer_inbox *inbox, int stop, peer_report *report, void *context);

#endif
