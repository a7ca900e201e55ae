/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The wire: EHDS/1, the same in both directions and on every socket (senders, peers, control). A message is
 * the frames "EHDS/1", VERB, HEADER (one JSON object) and bodies. Nothing here touches a socket, so
 * that a fuzzer and the tests reach all of it. What users hold in their hands is in ehds-protocol(7).
 */
#ifndef EHDS_WIRE_PROTOCOL_H
#define EHDS_WIRE_PROTOCOL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define WIRE_MAGIC "EHDS/1"
#define WIRE_BODIES 17			/* an outcome and the 16 documents of a job */
#define WIRE_FRAMES (3 + WIRE_BODIES)	/* magic, verb, header, bodies */
#define WIRE_HEADER_LIMIT 65536		/* bytes of a header */
#define WIRE_NAME_LIMIT 256		/* bytes of a message id, a route, a media type, a name */
#define WIRE_TEXT_LIMIT 4096		/* bytes of a text for people */

enum wire_verb {
	WIRE_SUBMIT, WIRE_RECEIPT, WIRE_OUTCOME, WIRE_FETCH, WIRE_ERROR, WIRE_PING, WIRE_PONG,
	WIRE_DELIVER, WIRE_ACK, WIRE_NACK,
	WIRE_CONTROL, WIRE_ANSWER,
	WIRE_VERB_COUNT
};

/*
 * All that a header may say; which verb may and must say what is one table in protocol.c. Strings are
 * borrowed; NULL: not said.
 */
struct wire_header {
	const char *message;		/* sender's id of the document */
	const char *id;			/* journal id: a UUID */
	const char *route;
	const char *content_type;
	const char *sha256;		/* of the bodies one after the other, lower-case hexadecimal */
	const char *want;		/* "outcome", "result" or "source" */
	const char *state;		/* "forwarded", "converted", "refused", "held" */
	const char *pack, *category, *profile;
	const char *mappings;		/* OUTCOME: hash of the generation that did it */
	const char *code;		/* of ERROR */
	const char *text;
	const char *request;		/* of CONTROL: "status", ... */
	bool duplicate, retry;
	long long document;		/* PONG: most bytes of a document */
	long long credit;		/* PONG: most documents without a RECEIPT */
	long long bytes;		/* PONG: most bytes without a RECEIPT, but for one document; 0: not said */
	long long count;		/* CONTROL: of lists */
	long long after;		/* CONTROL: of lists; NACK: not before so many milliseconds */
};

struct wire_frame {
	const char *data;
	size_t length;
};

struct wire_message {
	enum wire_verb verb;
	struct wire_header header;
	struct wire_frame bodies[WIRE_BODIES];	/* borrows from the frames */
	size_t body_count;
};

/*
 * Reads one message; frames are borrowed as long as *out is used, strings live in the arena. A header may
 * say more than this version knows: unknown members are passed over. Error: DOCUMENT "malformed", with a
 * text for whoever wrote the sender. *out is filled as far as it was understood, so that an ERROR can name
 * the message.
 */
int
wire_parse(struct wire_message *out, const struct wire_frame *frames, size_t count, struct arena *arena,
    struct ehds_error *error);

/* Writes the header of a verb as JSON: exactly the members that the table knows for it and that are set. */
void
wire_write_header(struct buffer *out, enum wire_verb verb, const struct wire_header *header);

/* "SUBMIT", ... */
const char *
wire_verb_name(enum wire_verb verb);

/* Whether text is a UUID as ehdsd writes them: 36 characters, lower case. */
bool
wire_is_id(const char *text);

#endif
