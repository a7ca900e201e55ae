/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the broker, the engine and the workers say to each other: structs over socket pairs of AF_UNIX.
 *
 * ZeroMQ was the plan for this hop and is not used: a worker that parses hostile bytes should hold no
 * library that can open sockets and start threads; the end of a process is an end of file here, at once and
 * certain, where ZeroMQ would quietly reconnect and queue; and a forked child must not touch its parent's
 * context. Both ends are the same program, so structs need no encoding. The broker still trusts nothing
 * that a worker says: lengths are capped, strings are checked.
 */
#ifndef EHDS_SERVER_CHANNEL_H
#define EHDS_SERVER_CHANNEL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- engine and broker: one datagram each, perhaps with a descriptor ----------------------------------- */

enum engine_verb {
	ENGINE_FORK,		/* broker: fork a worker in this slot; carries its socket */
	ENGINE_KILL,		/* broker: kill the worker in this slot */
	ENGINE_READY,		/* engine: mappings and conformance are loaded; text: the generation's hash */
	ENGINE_FAILED,		/* engine: they are not; error says why */
	ENGINE_FORKED,		/* engine: pid is in this slot */
	ENGINE_ENDED,		/* engine: the worker in this slot ended with this wait status */
};

struct engine_message {
	enum engine_verb verb;
	int slot, status;
	pid_t pid;
	char text[96];
	struct ehds_error error;
};

/* descriptor: -1 for none. Returns 0, or -1 when the other side is gone or its queue is full. */
int
engine_send(int fd, const struct engine_message *message, int descriptor);

/* 1 and a message (*descriptor is given, or -1), 0 when there is none now, -1 when the other side is gone. */
int
engine_receive(int fd, struct engine_message *message, int *descriptor, bool wait);

/* ---- broker and worker: a head and bytes --------------------------------------------------------------- */

#define CHANNEL_NAME 256

/* Before the bytes of a document. */
struct job_head {
	uint32_t magic;
	uint32_t formats;		/* mask of 1 << enum convert_as */
	uint32_t parts;			/* documents in the bytes (base/pieces.h) */
	uint32_t unused;
	uint64_t document;
	uint64_t length;
	char date[32];			/* instant of receipt */
	char name[CHANNEL_NAME + 1];	/* for places in the outcome */
};

enum { RESULT_OUTCOME, RESULT_JSON, RESULT_XML, RESULT_PARTS };

/* Before the parts of a result, in the order of the enum. */
struct result_head {
	uint32_t magic;
	uint32_t state;			/* enum convert_state */
	uint32_t kind;			/* enum ehds_error_kind */
	uint32_t unmapped;		/* 1: a code or a statement was not mapped */
	uint64_t document;
	uint64_t lengths[RESULT_PARTS];
	char pack[CHANNEL_NAME], country[CHANNEL_NAME], category[CHANNEL_NAME], profile[CHANNEL_NAME];
	char generation[96];
	char patient[CHANNEL_NAME];	/* system|value of an identifier, of which only a keyed hash is kept */
	char tables[1024];		/* codes without an equivalent: "table=count table=count" */
	char why[512];
};

#define CHANNEL_MAGIC 0x65686431u	/* "ehd1" */

/* Both, waiting: for the worker. Return 0, or -1 at the end of file. */
int
channel_read(int fd, void *out, size_t length);

int
channel_write(int fd, const void *bytes, size_t length);

/* A worker's socket on the broker's side, never waiting: what is still to be written and what came so far. */
struct channel {
	int fd;
	struct job_head job;
	const char *body;		/* borrows until it is written or the channel is closed */
	size_t written;			/* of job and body together */
	struct result_head result;
	char *parts[RESULT_PARTS];	/* owns; NULL for a part of no length that is not OUTCOME */
	size_t read;			/* of result and parts together */
	size_t most;			/* bytes that all parts together may have */
};

/* Starts to write a job. The channel must be idle. */
void
channel_start(struct channel *channel, const struct job_head *job, const char *body);

/* 1 when all is written, 0 when the rest must wait for the socket, -1 when the worker is gone. */
int
channel_flush(struct channel *channel);

/*
 * 1 when the whole result is there (channel_take empties it), 0 when not yet, -1 when the worker is gone or
 * says what no worker says.
 */
int
channel_collect(struct channel *channel);

/* Forgets the result; the parts must have been taken or freed. Ready for the next job. */
void
channel_reset(struct channel *channel);

/* Closes the socket and frees what was read. */
void
channel_close(struct channel *channel);

#endif
