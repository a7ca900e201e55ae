/* SPDX-License-Identifier: EUPL-1.2 */
/* See peer.h. */
#include "wire/peer.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "wire/zap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH 32

/* One delivery of a batch. */
struct delivery {
	struct packet packet;
	struct wire_message message;
	struct routing_id from;
	char *path, *temporary;		/* own; temporary NULL when there is nothing to rename */
	bool duplicate;
	struct ehds_error error;	/* kind NONE: it is safe */
};

struct peer_inbox {
	void *socket;
	struct zap *zap;		/* NULL: in the clear */
	const char *const *allowed;
	size_t allowed_count;
	char *folder;
	struct arena *arena;
	struct delivery batch[BATCH];
	size_t count;
};

static bool
allows(void *context, const char *key)
{
	const struct peer_inbox *inbox = context;

	for (size_t i = 0; i < inbox->allowed_count; i++)
		if (strcmp(inbox->allowed[i], key) == 0)
			return true;
	return false;
}

int
peer_open(struct peer_inbox **out, void *zmq_context, const struct inbox_settings *settings,
    struct ehds_error *error)
{
	const struct socket_settings socket = { .type = ZMQ_ROUTER, .most = settings->most,
	    .receive_queue = BATCH, .send_queue = 1000 };
	struct peer_inbox *inbox = must_alloc(sizeof(*inbox));

	*out = inbox;
	inbox->folder = must_strdup(settings->folder);
	inbox->allowed = settings->allowed;
	inbox->allowed_count = settings->allowed_count;
	inbox->arena = arena_new(4 << 20);
	if (folder_make(settings->folder, 0700, error) == 0
	    && socket_open(&inbox->socket, zmq_context, &socket, error) == 0
	    && (settings->keys == NULL || (zap_open(&inbox->zap, zmq_context, allows, inbox, error) == 0
	    && socket_curve_server(inbox->socket, settings->keys, error) == 0))
	    && socket_bind(inbox->socket, settings->endpoint, error) == 0)
		return 0;
	peer_close(out);
	return -1;
}

void
peer_close(struct peer_inbox **inbox)
{
	struct peer_inbox *old = *inbox;

	*inbox = NULL;
	if (old == NULL)
		return;
	socket_close(&old->socket);
	zap_close(&old->zap);
	arena_free(&old->arena);
	free(old->folder);
	free(old);
}

void
peer_endpoint(const struct peer_inbox *inbox, char *out)
{
	socket_endpoint(inbox->socket, out);
}

/* ---- one round ----------------------------------------------------------------------------------------- */

static int
write_temporary(struct delivery *delivery, const struct wire_frame *body)
{
	int file;
	size_t done = 0;

	delivery->temporary = must_printf("%s.XXXXXX", delivery->path);
	file = mkostemp(delivery->temporary, O_CLOEXEC);
	if (file < 0) {
		free(delivery->temporary);
		delivery->temporary = NULL;
		return -1;
	}
	while (done < body->length) {
		ssize_t written = write(file, body->data + done, body->length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			break;
		done += (size_t)written;
	}
	/* Starts the disk on it now, so that the fsync of the whole batch does not wait for each in turn. */
	if (done == body->length)
		sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (close(file) != 0 || done < body->length)
		return -1;
	return 0;
}

static void
fail(struct delivery *delivery)
{
	error_set(&delivery->error, EHDS_ERROR_TEMPORARY, "file-write", delivery->path, 0, 0,
	    "cannot write: %s", strerror(errno));
	if (delivery->temporary != NULL)
		unlink(delivery->temporary);
}

static void
prepare(struct peer_inbox *inbox, struct delivery *delivery)
{
	const struct wire_header *header = &delivery->message.header;
	bool xml = text_starts_with(header->content_type, "application/fhir+xml");
	char *name = must_printf("%s.%s", header->id, xml ? "xml" : "json");

	delivery->path = path_join(inbox->folder, name);
	free(name);
	delivery->duplicate = file_exists(delivery->path);
	if (!delivery->duplicate && write_temporary(delivery, &delivery->message.bodies[0]) != 0)
		fail(delivery);
}

static int
sync_path(const char *path, int flags)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | flags), result;

	if (file < 0)
		return -1;
	result = fsync(file);
	close(file);
	return result;
}

/* Contents first, then names, then the folder that holds the names. */
static void
make_safe(struct peer_inbox *inbox)
{
	for (size_t i = 0; i < inbox->count; i++) {
		struct delivery *delivery = &inbox->batch[i];

		if (delivery->error.kind == EHDS_ERROR_NONE && !delivery->duplicate
		    && (sync_path(delivery->temporary, 0) != 0
		    || rename(delivery->temporary, delivery->path) != 0))
			fail(delivery);
	}
	if (sync_path(inbox->folder, O_DIRECTORY) == 0)
		return;
	for (size_t i = 0; i < inbox->count; i++)
		if (inbox->batch[i].error.kind == EHDS_ERROR_NONE)
			error_set(&inbox->batch[i].error, EHDS_ERROR_TEMPORARY, "file-write", inbox->folder,
			    0, 0,
			    "cannot make the folder safe: %s", strerror(errno));
}

static void
answer(struct peer_inbox *inbox, struct delivery *delivery, peer_report *report, void *context)
{
	const struct wire_header *got = &delivery->message.header;
	bool safe = delivery->error.kind == EHDS_ERROR_NONE;
	const struct wire_header header = { .id = got->id, .retry = true, .text = delivery->error.text };
	const struct peer_arrival arrival = { .id = got->id, .path = delivery->path, .pack = got->pack,
	    .category = got->category, .length = delivery->message.bodies[0].length,
	    .duplicate = delivery->duplicate };

	report(context, safe ? &arrival : NULL, &delivery->error);
	packet_send(inbox->socket, &delivery->from, safe ? WIRE_ACK : WIRE_NACK, &header, NULL, 0);
}

/*
 * Malformed deliveries are answered at once: NACK where it says which document, and ERROR where not even
 * that.
 */
static void
refuse(struct peer_inbox *inbox, struct delivery *delivery, peer_report *report, void *context)
{
	const struct wire_header header = { .id = delivery->message.header.id, .retry = false,
	    .code = "malformed", .text = delivery->error.text };

	report(context, NULL, &delivery->error);
	packet_send(inbox->socket, &delivery->from, header.id != NULL ? WIRE_NACK : WIRE_ERROR, &header,
	    NULL, 0);
}

/* Fills one place of the batch from the socket: 1, 0 when nothing is there, -1 when it was no delivery. */
static int
take_one(struct peer_inbox *inbox, peer_report *report, void *context)
{
	struct delivery *delivery = &inbox->batch[inbox->count];

	memset(delivery, 0, sizeof(*delivery));
	if (packet_receive(&delivery->packet, inbox->socket) <= 0)
		return 0;
	delivery->from.length = (unsigned char)zmq_msg_size(&delivery->packet.frames[0]);
	memcpy(delivery->from.bytes, zmq_msg_data(&delivery->packet.frames[0]), delivery->from.length);
	if (packet_parse(&delivery->message, &delivery->packet, 1, inbox->arena, &delivery->error) == 0
	    && delivery->message.verb == WIRE_DELIVER)
		return 1;
	if (delivery->error.kind == EHDS_ERROR_NONE)
		error_set(&delivery->error, EHDS_ERROR_DOCUMENT, "malformed", NULL, 0, 0,
		    "a peer takes no %s", wire_verb_name(delivery->message.verb));
	refuse(inbox, delivery, report, context);
	packet_close(&delivery->packet);
	return -1;
}

static void
serve_batch(struct peer_inbox *inbox, peer_report *report, void *context)
{
	int taken;

	inbox->count = 0;
	while (inbox->count < BATCH && (taken = take_one(inbox, report, context)) != 0) {
		if (taken < 0)
			continue;
		prepare(inbox, &inbox->batch[inbox->count]);
		inbox->count++;
	}
	if (inbox->count > 0)
		make_safe(inbox);
	for (size_t i = 0; i < inbox->count; i++) {
		struct delivery *delivery = &inbox->batch[i];

		answer(inbox, delivery, report, context);
		packet_close(&delivery->packet);
		free(delivery->path);
		free(delivery->temporary);
	}
	arena_reset(inbox->arena);
}

void
peer_run(struct peer_inbox *inbox, int stop, peer_report *report, void *context)
{
	zmq_pollitem_t items[4] = { { .socket = inbox->socket, .events = ZMQ_POLLIN },
	    { .fd = stop, .events = ZMQ_POLLIN }, { .events = ZMQ_POLLIN }, { .events = ZMQ_POLLIN } };

	if (inbox->zap != NULL) {
		items[2].socket = zap_socket(inbox->zap);
		items[3].socket = zap_barrier(inbox->zap);
	}
	for (;;) {
		if (zmq_poll(items, inbox->zap != NULL ? 4 : 2, -1) < 0 && errno != EINTR)
			return;
		if (items[1].revents != 0)
			return;
		if (inbox->zap != NULL)
			zap_step(inbox->zap);
		if (items[0].revents != 0)
			serve_batch(inbox, report, context);
	}
}
