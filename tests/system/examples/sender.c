/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sender ENDPOINT MESSAGE FILE: submits the file under the sender's own id MESSAGE, and waits until it is known
 * what became of it. With EHDS_SERVER_KEY, EHDS_PUBLIC_KEY and EHDS_SECRET_KEY (40 letters each) it speaks
 * CURVE. Exit status: 0 forwarded or converted, 1 anything else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static char document[1 << 20], header[4096], answer[4][65536];

/* The next message, as text: its frames in answer[]. */
static int
receive(void *socket)
{
	int more = 1, count = 0;
	size_t size = sizeof(more);

	while (more) {
		char rest[1], *frame = count < 4 ? answer[count] : rest;
		int length = zmq_recv(socket, frame, count < 4 ? sizeof(answer[0]) - 1 : 0, 0);

		if (length < 0)
			return -1;
		if (count < 4)
			answer[count][length < (int)sizeof(answer[0]) ? length : (int)sizeof(answer[0]) - 1] = '\0';
		count++;
		zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
	}
	return count;
}

int
main(int argc, char **argv)
{
	void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_DEALER);
	const char *server = getenv("EHDS_SERVER_KEY");
	int linger = 0, pause = 0;
	FILE *file = argc == 4 ? fopen(argv[3], "rb") : NULL;
	size_t length = file != NULL ? fread(document, 1, sizeof(document), file) : 0;

	if (length == 0 || length == sizeof(document))
		return 1;
	fclose(file);
	zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger));
	if (server != NULL) {
		zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, 41);
		zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, getenv("EHDS_PUBLIC_KEY"), 41);
		zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, getenv("EHDS_SECRET_KEY"), 41);
	}
	if (zmq_connect(socket, argv[1]) != 0)
		return 1;
	snprintf(header, sizeof(header), "{\"message\":\"%s\"}", argv[2]);
	for (;;) {
		zmq_pollitem_t item = { socket, 0, ZMQ_POLLIN, 0 };

		if (zmq_poll(&item, 1, pause) == 0) {	/* again, under the same id: it counts once */
			zmq_send(socket, "EHDS/1", 6, ZMQ_SNDMORE);
			zmq_send(socket, "SUBMIT", 6, ZMQ_SNDMORE);
			zmq_send(socket, header, strlen(header), ZMQ_SNDMORE);
			zmq_send(socket, document, length, 0);
			pause = pause == 0 ? 1000 : 2 * pause;
			continue;
		}
		if (receive(socket) < 3)
			return 1;
		puts(answer[2]);
		if (strcmp(answer[1], "OUTCOME") == 0)
			return strstr(answer[2], "\"forwarded\"") == NULL
			    && strstr(answer[2], "\"converted\"") == NULL;
		if (strcmp(answer[1], "ERROR") == 0 && strstr(answer[2], "\"busy\"") == NULL)
			return 1;
	}
}
