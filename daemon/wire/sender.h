/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sender: submits documents, keeps no more without a RECEIPT than the daemon allows, sends again what got
 * none (under the same message id, so that it counts once), and hears outcomes.
 */
#ifndef EHDS_WIRE_SENDER_H
#define EHDS_WIRE_SENDER_H

#include "wire/socket.h"

enum sender_kind {
	SENDER_RECEIPT,		/* the document is on the daemon's disk */
	SENDER_OUTCOME,		/* what became of it; bodies are there */
	SENDER_ERROR,		/* the daemon does not take it: header.code and header.text */
	SENDER_SILENCE,		/* no outcome in time; the daemon has the document */
};

/* All borrowed during the call. */
struct sender_event {
	enum sender_kind kind;
	size_t item;
	const struct wire_header *header;	/* NULL for SENDER_SILENCE */
	const struct wire_frame *bodies;
	size_t body_count;
};

struct sender_settings {
	const char *endpoint;
	const char *route, *want;	/* NULL: not said */
	const char *name;		/* routing id: who sends; NULL: anonymous */
	const struct curve_keys *keys;	/* ours, for CURVE; NULL: in the clear */
	const char *key;		/* the daemon's public key */
	size_t parts;			/* documents of one job that each load gives (base/pieces.h); 0 and 1: one */
	bool wait;			/* for outcomes, not only for receipts */
	int resend;			/* milliseconds without an answer before a document is sent again */
	int patience;			/* milliseconds until a silent daemon is unreachable, an outcome not coming */
};

/*
 * Gives the bytes of a document in *out, and its media type; called when its turn comes, and again when it
 * must be sent again. -1: it cannot be read, and is passed over.
 */
typedef int sender_load(void *context, size_t item, struct buffer *out, const char **content_type);

typedef void sender_hear(void *context, const struct sender_event *event);

/*
 * Submits count documents and returns when each has its last word. The message id of a document is its
 * sha256, of a job of several of all one after the other. Errors: TEMPORARY "unreachable"; of endpoint_check and socket_open.
 */
int
sender_run(const struct sender_settings *settings, size_t count, sender_load *load, sender_hear *hear,
    void *context, struct ehds_error *error);

#endif
