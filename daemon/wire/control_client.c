/* SPDX-License-Identifier: EUPL-1.2 */
/* See control_client.h. */
#include "wire/control_client.h"

#include "base/alloc.h"
#include "wire/endpoint.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REACH_MILLISECONDS 2000

static int
unreachable(struct ehds_error *error, const char *endpoint, const char *what)
{
	return error_set(error, EHDS_ERROR_TEMPORARY, "unreachable", NULL, 0, 0, "%s: %s", endpoint, what);
}

/* Whether the socket becomes ready; a signal is not an end. */
static bool
ready(void *socket, short events, int wait)
{
	zmq_pollitem_t item = { .socket = socket, .events = events };
	int result;

	do
		result = zmq_poll(&item, 1, wait);
	while (result < 0 && errno == EINTR);
	return result > 0;
}

static char *
copy_or_null(const char *text)
{
	return text != NULL ? must_strdup(text) : NULL;
}

static int
take_answer(struct control_answer *out, void *socket, const char *endpoint, struct ehds_error *error)
{
	struct arena *arena = arena_new(1 << 20);
	struct wire_message message;
	struct packet packet;
	int result = -1;

	if (packet_receive(&packet, socket) <= 0) {
		arena_free(&arena);
		return unreachable(error, endpoint, "the answer was lost");
	}
	if (packet_parse(&message, &packet, 0, arena, error) == 0 && message.verb != WIRE_ANSWER)
		unreachable(error, endpoint, "this is no control socket");
	else if (message.verb == WIRE_ANSWER) {
		out->code = copy_or_null(message.header.code);
		out->text = copy_or_null(message.header.text);
		if (message.body_count > 0)
			buffer_append(&out->body, message.bodies[0].data, message.bodies[0].length);
		result = 0;
	}
	packet_close(&packet);
	arena_free(&arena);
	return result;
}

static int
converse(struct control_answer *out, void *socket, const char *endpoint, const struct wire_header *request,
    int wait, struct ehds_error *error)
{
	if (socket_connect(socket, endpoint, error) != 0)
		return -1;
	/* The socket takes nothing before somebody is there (ZMQ_IMMEDIATE). */
	if (!ready(socket, ZMQ_POLLOUT, REACH_MILLISECONDS)
	    || packet_send(socket, NULL, WIRE_CONTROL, request, NULL, 0) != 0)
		return unreachable(error, endpoint, "no daemon is there");
	if (!ready(socket, ZMQ_POLLIN, wait))
		return unreachable(error, endpoint, "the daemon does not answer");
	return take_answer(out, socket, endpoint, error);
}

int
control_ask(struct control_answer *out, const char *endpoint, const struct wire_header *request, int wait,
    struct ehds_error *error)
{
	const struct socket_settings settings = { .type = ZMQ_DEALER, .most = 1u << 30, .receive_queue = 4,
	    .send_queue = 4 };
	void *context, *socket = NULL;
	int result;

	memset(out, 0, sizeof(*out));
	if (endpoint_check(endpoint, error) != 0)
		return -1;
	context = zmq_ctx_new();
	must(context != NULL);
	result = socket_open(&socket, context, &settings, error);
	if (result == 0)
		result = converse(out, socket, endpoint, request, wait, error);
	socket_close(&socket);
	zmq_ctx_term(context);
	return result;
}

void
control_answer_free(struct control_answer *answer)
{
	free(answer->code);
	free(answer->text);
	buffer_free(&answer->body);
	memset(answer, 0, sizeof(*answer));
}
