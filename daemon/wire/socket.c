/* SPDX-License-Identifier: EUPL-1.2 */
/* See socket.h. */
#include "wire/socket.h"

#include "base/alloc.h"
#include "wire/zap.h"

#include <errno.h>
#include <string.h>

#define LINGER_MILLISECONDS 1000
#define HEARTBEAT_MILLISECONDS 5000
#define HEARTBEAT_TIMEOUT 20000
#define HANDSHAKE_MILLISECONDS 5000
#define RECONNECT_MILLISECONDS 100
#define RECONNECT_MOST 5000

/* Its number in libzmq 4.3 and later, whose header hides the name with the drafts. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

static int
set_options(void *socket, const struct socket_settings *settings)
{
	const struct { int option, value; } options[] = {
		{ ZMQ_LINGER, LINGER_MILLISECONDS },
		{ ZMQ_HEARTBEAT_IVL, HEARTBEAT_MILLISECONDS },
		{ ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT },
		{ ZMQ_HEARTBEAT_TTL, HEARTBEAT_TIMEOUT },
		{ ZMQ_HANDSHAKE_IVL, HANDSHAKE_MILLISECONDS },
		{ ZMQ_RECONNECT_IVL, RECONNECT_MILLISECONDS },
		{ ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST },
		{ ZMQ_TCP_KEEPALIVE, 1 },
		{ ZMQ_RCVHWM, settings->receive_queue },
		{ ZMQ_SNDHWM, settings->send_queue },
		/*
		 * Without it a ROUTER drops silently, and a DEALER queues for a peer that may never come
		 * back.
		 */
		{ settings->type == ZMQ_ROUTER ? ZMQ_ROUTER_MANDATORY : ZMQ_IMMEDIATE, 1 },
	};
	const int handover = 1;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (zmq_setsockopt(socket, options[i].option, &options[i].value,
		    sizeof(options[i].value)) != 0)
			return -1;
	/*
	 * A sender that reconnects under its name may be there before its old connection is taken apart,
	 * and would then be heard by nobody. Without keys a name proves nothing anyway; with keys nobody
	 * has a routing id that he chose (zap.h), so there is nothing to claim.
	 */
	if (settings->type == ZMQ_ROUTER
	    && zmq_setsockopt(socket, ZMQ_ROUTER_HANDOVER, &handover, sizeof(handover)) != 0)
		return -1;
	return socket_limit(socket, settings->most);
}

int
socket_limit(void *socket, size_t bytes)
{
	const int64_t most = (int64_t)bytes;

	return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof(most));
}

int
socket_open(void **out, void *context, const struct socket_settings *settings, struct ehds_error *error)
{
	*out = zmq_socket(context, settings->type);
	if (*out != NULL && set_options(*out, settings) == 0)
		return 0;
	error_set(error, EHDS_ERROR_TEMPORARY, "wire-socket", NULL, 0, 0, "cannot open a socket: %s",
	    zmq_strerror(errno));
	socket_close(out);
	return -1;
}

static int
no_curve(struct ehds_error *error)
{
	return error_set(error, EHDS_ERROR_TEMPORARY, "wire-socket", NULL, 0, 0, "cannot use CURVE: %s",
	    zmq_strerror(errno));
}

/* Without an enforced domain libzmq lets everybody in when nobody answers its question. */
int
socket_curve_server(void *socket, const struct curve_keys *keys, struct ehds_error *error)
{
	const int one = 1;

	if (zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &one, sizeof(one)) != 0
	    || zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret, KEY_TEXT) != 0
	    || zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) != 0
	    || zmq_setsockopt(socket, ZMQ_ZAP_ENFORCE_DOMAIN, &one, sizeof(one)) != 0)
		return no_curve(error);
	return 0;
}

int
socket_curve_client(void *socket, const struct curve_keys *keys, const char *server, struct ehds_error *error)
{
	if (zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, KEY_TEXT) != 0
	    || zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->public, KEY_TEXT) != 0
	    || zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret, KEY_TEXT) != 0)
		return no_curve(error);
	return 0;
}

int
socket_bind(void *socket, const char *endpoint, struct ehds_error *error)
{
	if (zmq_bind(socket, endpoint) == 0)
		return 0;
	return error_set(error, EHDS_ERROR_CONFIG, "wire-bind", NULL, 0, 0, "cannot listen at %s: %s",
	    endpoint, zmq_strerror(errno));
}

int
socket_connect(void *socket, const char *endpoint, struct ehds_error *error)
{
	if (zmq_connect(socket, endpoint) == 0)
		return 0;
	return error_set(error, EHDS_ERROR_CONFIG, "wire-connect", NULL, 0, 0, "cannot connect to %s: %s",
	    endpoint, zmq_strerror(errno));
}

void
socket_endpoint(void *socket, char *out)
{
	size_t size = 256;

	out[0] = '\0';
	if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, out, &size) != 0)
		out[0] = '\0';
}

void
socket_close(void **socket)
{
	if (*socket != NULL)
		zmq_close(*socket);
	*socket = NULL;
}

/*
 * libzmq hands out a message when all of it has come, so frames after the first never have to be waited
 * for.
 */
int
packet_receive(struct packet *packet, void *socket)
{
	bool more = true;

	packet->count = packet->total = 0;
	while (more) {
		zmq_msg_t frame;

		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&frame);
			if (errno == EINTR && packet->total > 0)
				continue;
			packet_close(packet);
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		}
		more = zmq_msg_more(&frame) != 0;
		packet->total++;
		if (packet->count == 1 + WIRE_FRAMES) {
			zmq_msg_close(&frame);
			continue;
		}
		zmq_msg_init(&packet->frames[packet->count]);
		zmq_msg_move(&packet->frames[packet->count++], &frame);
		zmq_msg_close(&frame);
	}
	return 1;
}

void
packet_close(struct packet *packet)
{
	int kept = errno;

	while (packet->count > 0)
		zmq_msg_close(&packet->frames[--packet->count]);
	errno = kept;
}

int
packet_parse(struct wire_message *out, struct packet *packet, size_t first, struct arena *arena,
    struct ehds_error *error)
{
	struct wire_frame frames[WIRE_FRAMES];
	size_t count = packet->count > first ? packet->count - first : 0;

	if (count > WIRE_FRAMES)
		count = WIRE_FRAMES;
	for (size_t i = 0; i < count; i++)
		frames[i] = (struct wire_frame){ zmq_msg_data(&packet->frames[first + i]),
		    zmq_msg_size(&packet->frames[first + i]) };
	if (packet->total > packet->count || packet->total - first > WIRE_FRAMES)
		count = packet->total - first;	/* wire_parse looks at the number before it looks at them */
	return wire_parse(out, frames, count, arena, error);
}

static int
send_frame(void *socket, const void *bytes, size_t length, int flags)
{
	int sent;

	do
		sent = zmq_send(socket, bytes, length, flags | ZMQ_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -1 : 0;
}

static int
send_body(void *socket, zmq_msg_t *body, int flags)
{
	zmq_msg_t copy;
	int sent;

	zmq_msg_init(&copy);
	zmq_msg_copy(&copy, body);
	do
		sent = zmq_msg_send(&copy, socket, flags | ZMQ_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		zmq_msg_close(&copy);
	return sent < 0 ? -1 : 0;
}

int
packet_send(void *socket, const struct routing_id *to, enum wire_verb verb, const struct wire_header *header,
    zmq_msg_t *const *bodies, size_t count)
{
	const char *name = wire_verb_name(verb);
	struct buffer text = { 0 };
	int result = -1;

	wire_write_header(&text, verb, header);
	must(!text.failed);
	if (to != NULL && send_frame(socket, to->bytes, to->length, ZMQ_SNDMORE) != 0)
		goto out;
	if (send_frame(socket, WIRE_MAGIC, strlen(WIRE_MAGIC), ZMQ_SNDMORE) != 0
	    || send_frame(socket, name, strlen(name), ZMQ_SNDMORE) != 0
	    || send_frame(socket, text.data, text.length, count > 0 ? ZMQ_SNDMORE : 0) != 0)
		goto out;
	for (size_t i = 0; i < count; i++)
		if (send_body(socket, bodies[i], i + 1 < count ? ZMQ_SNDMORE : 0) != 0)
			goto out;
	result = 0;
out:
	buffer_free(&text);
	return result;
}
