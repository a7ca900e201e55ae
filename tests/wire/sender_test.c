/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/sender.h"

#include "base/digest.h"

#include "../check_main.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define ID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"

/* A daemon that does what a test tells it: answers to the SUBMITs, in order; a string per SUBMIT. */
struct fixture {
	void *context, *socket;
	char endpoint[256];
	const char *const *script;	/* 'r' RECEIPT, 'o' OUTCOME, 'b' ERROR busy, 'c' ERROR conflict */
	pthread_t thread;
	atomic_bool stopping;
	int submits;
	char message[DIGEST_HEX];
	int receipts, outcomes, errors, silences, loads;
	size_t body_length;
};

static void
answer(struct fixture *fixture, const struct routing_id *to, char what, const char *message)
{
	struct wire_header header = { .message = message, .id = ID, .state = "forwarded" };
	zmq_msg_t body, *const bodies[] = { &body };

	header.code = what == 'b' ? "busy" : "conflict";
	header.text = "no";
	zmq_msg_init_size(&body, 2);
	memcpy(zmq_msg_data(&body), "{}", 2);
	if (what == 'r')
		packet_send(fixture->socket, to, WIRE_RECEIPT, &header, NULL, 0);
	else if (what == 'o')
		packet_send(fixture->socket, to, WIRE_OUTCOME, &header, bodies, 1);
	else
		packet_send(fixture->socket, to, WIRE_ERROR, &header, NULL, 0);
	zmq_msg_close(&body);
}

static void
serve(struct fixture *fixture, struct packet *packet)
{
	const struct wire_header pong = { .document = 100, .credit = 4 };
	struct arena *arena = arena_new(0);
	struct wire_message message;
	struct routing_id from;

	from.length = (unsigned char)zmq_msg_size(&packet->frames[0]);
	memcpy(from.bytes, zmq_msg_data(&packet->frames[0]), from.length);
	if (packet_parse(&message, packet, 1, arena, NULL) == 0 && message.verb == WIRE_PING)
		packet_send(fixture->socket, &from, WIRE_PONG, &pong, NULL, 0);
	else if (message.verb == WIRE_SUBMIT) {
		const char *todo = fixture->script[fixture->submits++];

		snprintf(fixture->message, sizeof(fixture->message), "%s", message.header.message);
		fixture->body_length = message.bodies[0].length;
		for (; *todo != '\0'; todo++)
			answer(fixture, &from, *todo, message.header.message);
	}
	arena_free(&arena);
}

static void *
run(void *context)
{
	struct fixture *fixture = context;
	zmq_pollitem_t item = { .socket = fixture->socket, .events = ZMQ_POLLIN };
	struct packet packet;

	while (!atomic_load(&fixture->stopping)) {
		zmq_poll(&item, 1, 10);
		while (packet_receive(&packet, fixture->socket) > 0) {
			serve(fixture, &packet);
			packet_close(&packet);
		}
	}
	return NULL;
}

static void
fixture_init(struct fixture *fixture, const char *const *script)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->script = script;
	fixture->context = zmq_ctx_new();
	fixture->socket = zmq_socket(fixture->context, ZMQ_ROUTER);
	ck_assert_int_eq(zmq_bind(fixture->socket, "tcp://127.0.0.1:*"), 0);
	socket_endpoint(fixture->socket, fixture->endpoint);
	ck_assert_int_eq(pthread_create(&fixture->thread, NULL, run, fixture), 0);
}

static void
fixture_free(struct fixture *fixture)
{
	atomic_store(&fixture->stopping, true);
	pthread_join(fixture->thread, NULL);
	zmq_close(fixture->socket);
	zmq_ctx_term(fixture->context);
}

static int
load(void *context, size_t item, struct buffer *out, const char **content_type)
{
	struct fixture *fixture = context;

	fixture->loads++;
	*content_type = "application/xml";
	if (item == 13)
		return -1;
	buffer_printf(out, "<document number='%zu'/>", item);
	while (item == 7 && out->length < 101)
		buffer_putc(out, ' ');
	return 0;
}

static void
hear(void *context, const struct sender_event *event)
{
	struct fixture *fixture = context;
	int *const counts[] = { [SENDER_RECEIPT] = &fixture->receipts, [SENDER_OUTCOME] = &fixture->outcomes,
		[SENDER_ERROR] = &fixture->errors, [SENDER_SILENCE] = &fixture->silences };

	(*counts[event->kind])++;
}

static int
send_all(struct fixture *fixture, size_t count, bool wait, int resend, int patience, struct ehds_error *error)
{
	const struct sender_settings settings = { .endpoint = fixture->endpoint, .wait = wait,
	    .resend = resend, .patience = patience };

	return sender_run(&settings, count, load, hear, fixture, error);
}

START_TEST(ends_with_the_receipt_or_waits_for_the_outcome)
{
	static const char *const script[] = { "r", "ro" };
	struct fixture fixture;
	char sha256[DIGEST_HEX];

	fixture_init(&fixture, script);
	ck_assert_int_eq(send_all(&fixture, 1, false, 30000, 30000, NULL), 0);
	ck_assert_int_eq(fixture.receipts, 1);
	digest_sha256(sha256, "<document number='0'/>", 22);
	ck_assert_str_eq(fixture.message, sha256);
	ck_assert_uint_eq(fixture.body_length, 22);
	ck_assert_int_eq(send_all(&fixture, 1, true, 30000, 30000, NULL), 0);
	ck_assert_int_eq(fixture.outcomes, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(sends_again_what_got_no_receipt_or_found_the_daemon_busy)
{
	static const char *const script[] = { "", "b", "ro" };
	struct fixture fixture;

	fixture_init(&fixture, script);
	ck_assert_int_eq(send_all(&fixture, 1, true, 50, 30000, NULL), 0);
	ck_assert_int_eq(fixture.submits, 3);
	ck_assert_int_eq(fixture.loads, 3);
	ck_assert_int_eq(fixture.receipts, 1);
	ck_assert_int_eq(fixture.outcomes, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(reports_an_error_and_goes_on_with_the_next)
{
	static const char *const script[] = { "c", "r" };
	struct fixture fixture;

	fixture_init(&fixture, script);
	ck_assert_int_eq(send_all(&fixture, 2, false, 30000, 30000, NULL), 0);
	ck_assert_int_eq(fixture.errors, 1);
	ck_assert_int_eq(fixture.receipts, 1);
	fixture_free(&fixture);
}
END_TEST

/* The daemon says 100 bytes; number 7 has 101, and number 13 cannot be read. */
START_TEST(keeps_to_itself_what_the_daemon_would_not_take)
{
	static const char *const script[] = { "r", "r", "r", "r", "r", "r", "r", "r", "r", "r", "r", "r" };
	struct fixture fixture;

	fixture_init(&fixture, script);
	ck_assert_int_eq(send_all(&fixture, 14, false, 30000, 30000, NULL), 0);
	ck_assert_int_eq(fixture.submits, 12);
	ck_assert_int_eq(fixture.receipts, 12);
	ck_assert_int_eq(fixture.errors, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(says_when_an_outcome_does_not_come)
{
	static const char *const script[] = { "r" };
	struct fixture fixture;

	fixture_init(&fixture, script);
	ck_assert_int_eq(send_all(&fixture, 1, true, 30000, 300, NULL), 0);
	ck_assert_int_eq(fixture.silences, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(says_when_nobody_is_there_or_the_address_is_wrong)
{
	struct fixture fixture = { .endpoint = "tcp://127.0.0.1:1" };
	struct ehds_error error = { 0 };

	ck_assert_int_eq(send_all(&fixture, 1, true, 100, 200, &error), -1);
	ck_assert_str_eq(error.rule, "unreachable");
	ck_assert_str_eq(error.text, "tcp://127.0.0.1:1: no daemon answers");
	strcpy(fixture.endpoint, "nonsense");
	ck_assert_int_eq(send_all(&fixture, 1, true, 100, 200, &error), -1);
	ck_assert_str_eq(error.rule, "endpoint");
}
END_TEST

TESTS("wire/sender", ends_with_the_receipt_or_waits_for_the_outcome,
    sends_again_what_got_no_receipt_or_found_the_daemon_busy, reports_an_error_and_goes_on_with_the_next,
    keeps_to_itself_what_the_daemon_would_not_take, says_when_an_outcome_does_not_come,
    says_when_nobody_is_there_or_the_address_is_wrong)
