/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See zap.h. A REP would do by the book; it is a ROUTER because answers wait, each for its barrier:
 *
 * libzmq asks while it reads the last message of a handshake. When the answer is there at once, it reads the
 * other side's metadata after ours, and the routing id is the one that the other side chose; when it comes
 * later, ours is the last word. So no answer may be there before libzmq's thread has left that message
 * behind. A byte that goes through this thread and back, on a connection of the process with itself, proves
 * it: the thread does one thing after the other.
 */
#include "wire/zap.h"

#include "base/alloc.h"
#include "base/log.h"
#include "wire/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#define ENDPOINT "inproc://zeromq.zap.01"
#define QUESTIONS_A_STEP 64
#define QUESTIONS_MOST 512	/* that wait for a barrier; more wait in libzmq */
#define GIVEN_LENGTH 17		/* a mark and 16 random bytes */
#define GIVEN_MARK '\1'		/* libzmq's own begin with 0, printable ones are chosen by senders */

/* Frames behind the routing id: "", version, request id, domain, address, identity, mechanism, key. */
enum { FRAME_FROM, FRAME_EMPTY, FRAME_VERSION, FRAME_REQUEST, FRAME_DOMAIN, FRAME_ADDRESS, FRAME_IDENTITY,
	FRAME_MECHANISM, FRAME_KEY, FRAME_COUNT };

struct question {
	zmq_msg_t frames[FRAME_COUNT];
	size_t count, total;
	unsigned long barrier;		/* it may be answered when this one is back */
	struct question *next;
};

struct zap {
	void *socket;
	void *near, *far;		/* two ends of one connection: what goes in at far comes out near */
	zap_allows *allows;
	void *context;
	struct zap_counts counts;
	struct question *first, **end;	/* in order of barriers */
	size_t waiting;
	unsigned long sent;		/* the last barrier */
};

/* The name is by chance and in no folder; the kernel lets nobody but this user connect. */
static int
open_barrier(struct zap *zap, void *zmq_context)
{
	const uid_t user = geteuid();
	unsigned long long name = 0;
	char endpoint[64];

	zap->near = zmq_socket(zmq_context, ZMQ_PAIR);
	zap->far = zmq_socket(zmq_context, ZMQ_PAIR);
	if (zap->near == NULL || zap->far == NULL || getrandom(&name, sizeof(name), 0) != sizeof(name))
		return -1;
	snprintf(endpoint, sizeof(endpoint), "ipc://@ehds-zap-%ld-%016llx", (long)getpid(), name);
	if (zmq_setsockopt(zap->near, ZMQ_IPC_FILTER_UID, &user, sizeof(user)) != 0
	    || zmq_bind(zap->near, endpoint) != 0)
		return -1;
	return zmq_connect(zap->far, endpoint);
}

int
zap_open(struct zap **out, void *zmq_context, zap_allows *allows, void *context, struct ehds_error *error)
{
	struct zap *zap = must_alloc(sizeof(*zap));
	const int linger = 0;

	must(zmq_ctx_get(zmq_context, ZMQ_IO_THREADS) == 1);
	zap->allows = allows;
	zap->context = context;
	zap->end = &zap->first;
	zap->socket = zmq_socket(zmq_context, ZMQ_ROUTER);
	*out = zap;
	if (zap->socket != NULL && zmq_setsockopt(zap->socket, ZMQ_LINGER, &linger, sizeof(linger)) == 0
	    && open_barrier(zap, zmq_context) == 0
	    && zmq_setsockopt(zap->far, ZMQ_LINGER, &linger, sizeof(linger)) == 0
	    && zmq_bind(zap->socket, ENDPOINT) == 0)
		return 0;
	error_set(error, EHDS_ERROR_TEMPORARY, "wire-socket", NULL, 0, 0,
	    "cannot open the authentication of connections: %s", zmq_strerror(errno));
	zap_close(out);
	return -1;
}

static void
question_free(struct question *question)
{
	while (question->count > 0)
		zmq_msg_close(&question->frames[--question->count]);
	free(question);
}

void
zap_close(struct zap **zap)
{
	if (*zap == NULL)
		return;
	while ((*zap)->first != NULL) {
		struct question *question = (*zap)->first;

		(*zap)->first = question->next;
		question_free(question);
	}
	socket_close(&(*zap)->socket);
	socket_close(&(*zap)->near);
	socket_close(&(*zap)->far);
	free(*zap);
	*zap = NULL;
}

void *
zap_socket(const struct zap *zap)
{
	return zap->socket;
}

void *
zap_barrier(const struct zap *zap)
{
	return zap->near;
}

struct zap_counts
zap_counts(const struct zap *zap)
{
	return zap->counts;
}

bool
zap_gave(const void *bytes, size_t length)
{
	return length == GIVEN_LENGTH && *(const char *)bytes == GIVEN_MARK;
}

/* ---- one question -------------------------------------------------------------------------------------- */

/* Reads one whole question; false when there is none. */
static bool
take(struct question *question, void *socket)
{
	int more = 1;

	question->count = question->total = 0;
	while (more) {
		zmq_msg_t frame;

		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&frame);
			return false;
		}
		more = zmq_msg_more(&frame);
		if (question->total++ < FRAME_COUNT) {
			zmq_msg_init(&question->frames[question->count]);
			zmq_msg_move(&question->frames[question->count++], &frame);
		}
		zmq_msg_close(&frame);
	}
	return true;
}

static bool
frame_is(struct question *question, int index, const char *text)
{
	zmq_msg_t *frame = &question->frames[index];

	return zmq_msg_size(frame) == strlen(text) && memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

static bool
is_well_formed(struct question *question)
{
	return question->total == FRAME_COUNT && frame_is(question, FRAME_VERSION, "1.0")
	    && frame_is(question, FRAME_DOMAIN, ZAP_DOMAIN) && frame_is(question, FRAME_MECHANISM, "CURVE")
	    && zmq_msg_size(&question->frames[FRAME_KEY]) == 32;
}

static void
send_text(void *socket, const char *text, size_t length, bool more)
{
	zmq_send(socket, text, length, (more ? ZMQ_SNDMORE : 0) | ZMQ_DONTWAIT);
}

/* The metadata of RFC 23/ZMTP: a length and a name, four bytes of length and a value. */
static size_t
write_routing_id(char *out)
{
	static const char name[] = "Identity";
	size_t length = 0;

	out[length++] = sizeof(name) - 1;
	memcpy(out + length, name, sizeof(name) - 1);
	length += sizeof(name) - 1;
	memset(out + length, 0, 3);
	out[length + 3] = GIVEN_LENGTH;
	length += 4;
	out[length++] = GIVEN_MARK;
	must(getrandom(out + length, GIVEN_LENGTH - 1, 0) == GIVEN_LENGTH - 1);
	return length + GIVEN_LENGTH - 1;
}

/* key is the user id of the connection: its messages say it, whatever has changed in the list meanwhile. */
static void
answer(struct zap *zap, struct question *question, const char *key, const char *status, const char *why)
{
	char metadata[64];
	size_t length = key != NULL ? write_routing_id(metadata) : 0;

	for (int i = FRAME_FROM; i <= FRAME_REQUEST; i++) {
		if (i == FRAME_VERSION)
			send_text(zap->socket, "1.0", 3, true);
		else
			send_text(zap->socket, zmq_msg_data(&question->frames[i]),
			    zmq_msg_size(&question->frames[i]), true);
	}
	send_text(zap->socket, status, strlen(status), true);
	send_text(zap->socket, why, strlen(why), true);
	send_text(zap->socket, key != NULL ? key : "", key != NULL ? strlen(key) : 0, true);
	send_text(zap->socket, metadata, length, false);
}

static void
judge(struct zap *zap, struct question *question)
{
	zmq_msg_t *address = &question->frames[FRAME_ADDRESS];
	char key[KEY_TEXT];
	bool allowed;

	must(zmq_z85_encode(key, zmq_msg_data(&question->frames[FRAME_KEY]), 32) != NULL);
	allowed = zap->allows(zap->context, key);
	if (allowed)
		zap->counts.accepted++;
	else
		zap->counts.refused++;
	/* A key that nobody knows may come a thousand times a second: one line in so many. */
	if (!allowed && (zap->counts.refused <= 16 || zap->counts.refused % 256 == 0))
		log_event(LOG_LEVEL_WARNING, "zap.refused", "key=%s address=%.*s refused=%lld", key,
		    (int)zmq_msg_size(address), (const char *)zmq_msg_data(address), zap->counts.refused);
	answer(zap, question, allowed ? key : NULL, allowed ? "200" : "400", allowed ? "OK" : "unknown key");
}

static void
reply(struct zap *zap, struct question *question)
{
	if (is_well_formed(question)) {
		judge(zap, question);
	} else {
		zap->counts.malformed++;
		if (question->count > FRAME_REQUEST)
			answer(zap, question, NULL, "500", "malformed");
	}
}

static void
take_questions(struct zap *zap)
{
	unsigned long barrier = zap->sent + 1;

	for (int i = 0; i < QUESTIONS_A_STEP && zap->waiting < QUESTIONS_MOST; i++) {
		struct question *question = must_alloc(sizeof(*question));

		if (!take(question, zap->socket)) {
			question_free(question);
			break;
		}
		question->barrier = barrier;
		*zap->end = question;
		zap->end = &question->next;
		zap->waiting++;
		zap->sent = barrier;
	}
	/* Blocks never: there are far fewer barriers under way than the queue of a socket has places. */
	if (zap->sent == barrier)
		must(zmq_send(zap->far, &barrier, sizeof(barrier), ZMQ_DONTWAIT) == sizeof(barrier));
}

void
zap_step(struct zap *zap)
{
	unsigned long barrier;

	take_questions(zap);
	while (zmq_recv(zap->near, &barrier, sizeof(barrier), ZMQ_DONTWAIT) == sizeof(barrier)) {
		while (zap->first != NULL && zap->first->barrier <= barrier) {
			struct question *question = zap->first;

			zap->first = question->next;
			if (zap->first == NULL)
				zap->end = &zap->first;
			zap->waiting--;
			reply(zap, question);
			question_free(question);
		}
	}
}
