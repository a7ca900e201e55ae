/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * receiver ENDPOINT FOLDER: a peer, which keeps each document as FOLDER/ID. With EHDS_SECRET_KEY (its own) and
 * EHDS_DAEMON_KEY (public, of the one daemon that may deliver) it speaks CURVE, and answers libzmq's question
 * (ZAP, RFC 27) who may connect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { FRAMES = 8 };

static zmq_msg_t frames[FRAMES];

static int
receive(void *socket)
{
	int count = 0, more = 1;

	while (more && count < FRAMES) {
		zmq_msg_init(&frames[count]);
		if (zmq_msg_recv(&frames[count], socket, 0) < 0)
			return -1;
		more = zmq_msg_more(&frames[count++]);
	}
	return count;
}

/* Frames: version, request, domain, address, identity, mechanism, the key that the other side has. */
static void
answer_zap(void *zap)
{
	char key[41] = "";

	if (receive(zap) != 7 || zmq_msg_size(&frames[6]) != 32)
		exit(1);
	zmq_z85_encode(key, zmq_msg_data(&frames[6]), 32);
	zmq_send(zap, "1.0", 3, ZMQ_SNDMORE);
	zmq_msg_send(&frames[1], zap, ZMQ_SNDMORE);
	zmq_send(zap, strcmp(key, getenv("EHDS_DAEMON_KEY")) == 0 ? "200" : "400", 3, ZMQ_SNDMORE);
	zmq_send(zap, "", 0, ZMQ_SNDMORE);
	zmq_send(zap, "daemon", 6, ZMQ_SNDMORE);
	zmq_send(zap, "", 0, 0);
}

/* Frames: the daemon's routing id, "EHDS/1", verb, header, document. */
static void
take_document(void *socket, const char *folder)
{
	char header[65536] = "", path[4096], part[4200], id[37] = "", acknowledgement[64], *at;
	size_t size;
	FILE *file;

	if (receive(socket) != 5 || (size = zmq_msg_size(&frames[3])) >= sizeof(header))
		return;
	memcpy(header, zmq_msg_data(&frames[3]), size);
	at = strstr(header, "\"id\":\"");
	if (at == NULL || sscanf(at + 6, "%36[0-9a-f-]", id) != 1)
		return;
	snprintf(path, sizeof(path), "%s/%s", folder, id);
	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "wb");
	size = zmq_msg_size(&frames[4]);
	if (file == NULL || fwrite(zmq_msg_data(&frames[4]), 1, size, file) != size || fflush(file) != 0
	    || fsync(fileno(file)) != 0 || fclose(file) != 0 || rename(part, path) != 0)
		return;		/* no ACK: it comes again */
	snprintf(acknowledgement, sizeof(acknowledgement), "{\"id\":\"%s\"}", id);
	zmq_msg_send(&frames[0], socket, ZMQ_SNDMORE);
	zmq_send(socket, "EHDS/1", 6, ZMQ_SNDMORE);
	zmq_send(socket, "ACK", 3, ZMQ_SNDMORE);
	zmq_send(socket, acknowledgement, strlen(acknowledgement), 0);
}

int
main(int argc, char **argv)
{
	void *context = zmq_ctx_new(), *zap = zmq_socket(context, ZMQ_REP);
	void *socket = zmq_socket(context, ZMQ_ROUTER);
	const char *secret = getenv("EHDS_SECRET_KEY");
	char endpoint[256];
	size_t size = sizeof(endpoint);
	int one = 1;

	if (argc != 3 || zmq_bind(zap, "inproc://zeromq.zap.01") != 0)
		return 1;
	if (secret != NULL) {
		zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &one, sizeof(one));
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, 41);
	}
	if (zmq_bind(socket, argv[1]) != 0)
		return 1;
	zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
	printf("listening at %s\n", endpoint);
	fflush(stdout);
	for (;;) {
		zmq_pollitem_t items[] = { { zap, 0, ZMQ_POLLIN, 0 }, { socket, 0, ZMQ_POLLIN, 0 } };

		if (zmq_poll(items, 2, -1) < 0)
			return 1;
		if (items[0].revents != 0)
			answer_zap(zap);
		if (items[1].revents != 0)
			take_document(socket, argv[2]);
	}
}
