/* SPDX-License-Identifier: EUPL-1.2 */
/* See monitor.h. */
#include "wire/monitor.h"

#include "base/alloc.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static const struct {
	int event;
	size_t offset;
	bool trouble;
} counted[] = {
	{ ZMQ_EVENT_ACCEPTED, offsetof(struct monitor_counts, accepted), false },
	{ ZMQ_EVENT_HANDSHAKE_SUCCEEDED, offsetof(struct monitor_counts, established), false },
	{ ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, offsetof(struct monitor_counts, refused), true },
	{ ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, offsetof(struct monitor_counts, malformed), true },
	{ ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, offsetof(struct monitor_counts, abandoned), true },
	{ ZMQ_EVENT_ACCEPT_FAILED, offsetof(struct monitor_counts, unaccepted), true },
	{ ZMQ_EVENT_DISCONNECTED, offsetof(struct monitor_counts, closed), false },
};

#define COUNTED (sizeof(counted) / sizeof(counted[0]))

const int monitor_counted = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
    | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
    | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED;

int
monitor_open(void **out, void *zmq_context, void *socket, int events, const char *what,
    struct ehds_error *error)
{
	char *address = must_printf("inproc://monitor-%p", socket);
	int result = -1;

	*out = zmq_socket(zmq_context, ZMQ_PAIR);
	if (*out != NULL && zmq_socket_monitor(socket, address, events) == 0)
		result = zmq_connect(*out, address);
	if (result != 0)
		error_set(error, EHDS_ERROR_TEMPORARY, "wire-socket", NULL, 0, 0,
		    "cannot watch the connections of %s: %s", what, zmq_strerror(errno));
	free(address);
	return result;
}

void
monitor_close(void **monitor, void *socket)
{
	if (socket != NULL)
		zmq_socket_monitor(socket, NULL, 0);
	if (*monitor != NULL)
		zmq_close(*monitor);
	*monitor = NULL;
}

/* The event's number and value are the first of two frames: 16 and 32 bits. The second is the address. */
int
monitor_next(void *monitor, unsigned *value)
{
	uint16_t event = 0;
	uint32_t detail = 0;
	zmq_msg_t frame;
	int more = 1, result = -1;

	for (int part = 0; more; part++) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, monitor, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&frame);
			return -1;
		}
		if (part == 0 && zmq_msg_size(&frame) >= sizeof(event) + sizeof(detail)) {
			memcpy(&event, zmq_msg_data(&frame), sizeof(event));
			memcpy(&detail, (const char *)zmq_msg_data(&frame) + sizeof(event), sizeof(detail));
			result = event;
		}
		more = zmq_msg_more(&frame);
		zmq_msg_close(&frame);
	}
	*value = detail;
	return result;
}

bool
monitor_count(struct monitor_counts *counts, int event)
{
	for (size_t i = 0; i < COUNTED; i++) {
		if (counted[i].event != event)
			continue;
		++*(long long *)((char *)counts + counted[i].offset);
		return counted[i].trouble;
	}
	return false;
}
