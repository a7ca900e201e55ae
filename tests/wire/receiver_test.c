/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/receiver.h"

#include "../check_main.h"

#include <string.h>

#define ID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"

/* A receiver on a free port and one sender connected to it. */
struct fixture {
	void *context, *sender;
	struct receiver *receiver;
	struct arena *arena;
};

static struct fixture
fixture_new(const char *routing_id)
{
	static const char *const endpoints[] = { "tcp://127.0.0.1:*" };
	const struct receiver_settings settings = { .endpoints = endpoints, .count = 1, .document = 1000 };
	struct fixture fixture = { .context = zmq_ctx_new(), .arena = arena_new(0) };
	struct ehds_error error = { 0 };
	char endpoint[256];

	ck_assert_msg(receiver_open(&fixture.receiver, fixture.context, &settings, &error) == 0,
	    "%s", error.text);
	socket_endpoint(receiver_socket(fixture.receiver), endpoint);
	fixture.sender = zmq_socket(fixture.context, ZMQ_DEALER);
	if (routing_id != NULL)
		zmq_setsockopt(fixture.sender, ZMQ_ROUTING_ID, routing_id, strlen(routing_id));
	ck_assert_int_eq(zmq_connect(fixture.sender, endpoint), 0);
	return fixture;
}

static void
fixture_free(struct fixture *fixture)
{
	receiver_close(&fixture->receiver);
	zmq_close(fixture->sender);
	zmq_ctx_term(fixture->context);
	arena_free(&fixture->arena);
}

static void
wait_for(void *socket)
{
	zmq_pollitem_t item = { .socket = socket, .events = ZMQ_POLLIN };

	ck_assert_int_eq(zmq_poll(&item, 1, 30000), 1);
}

static void
send_frames(struct fixture *fixture, const char *const *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ck_assert_int_ge(zmq_send(fixture->sender, frames[i], strlen(frames[i]), i + 1 < count
		    ? ZMQ_SNDMORE : 0), 0);
}

static void
take(struct fixture *fixture, struct received *out)
{
	wait_for(receiver_socket(fixture->receiver));
	ck_assert_int_eq(receiver_next(fixture->receiver, out), 1);
}

/* The answer that the sender got. */
static struct wire_message
answer(struct fixture *fixture)
{
	struct ehds_error error = { 0 };
	struct wire_message message;
	struct packet packet;

	wait_for(fixture->sender);
	ck_assert_int_eq(packet_receive(&packet, fixture->sender), 1);
	ck_assert_msg(packet_parse(&message, &packet, 0, fixture->arena, &error) == 0, "%s", error.text);
	packet_close(&packet);
	return message;
}

START_TEST(takes_a_submission_and_answers_its_sender)
{
	static const char *const frames[] = { "EHDS/1", "SUBMIT", "{\"message\":\"m\"}", "<a/>" };
	const struct wire_header header = { .message = "m", .id = ID };
	struct fixture fixture = fixture_new(NULL);
	struct received received;

	send_frames(&fixture, frames, 4);
	take(&fixture, &received);
	ck_assert_str_eq(received.sender, "anonymous");
	ck_assert_int_eq(received.message.verb, WIRE_SUBMIT);
	ck_assert_uint_eq(zmq_msg_size(received.body), 4);
	ck_assert_int_eq(receiver_next(fixture.receiver, &received), 0);
	ck_assert(receiver_send(fixture.receiver, &received.from, WIRE_RECEIPT, &header, NULL, 0));
	ck_assert_str_eq(answer(&fixture).header.id, ID);
	fixture_free(&fixture);
}
END_TEST

START_TEST(names_a_sender_by_the_routing_id_that_it_chose)
{
	static const char *const frames[] = { "EHDS/1", "PING", "{}" };
	struct fixture fixture = fixture_new("hospital-7");
	struct received received;

	send_frames(&fixture, frames, 3);
	take(&fixture, &received);
	ck_assert_str_eq(received.sender, "hospital-7");
	fixture_free(&fixture);
}
END_TEST

static void
expect_error(struct fixture *fixture, const char *text)
{
	struct received received;
	struct wire_message message;

	wait_for(receiver_socket(fixture->receiver));
	ck_assert_int_eq(receiver_next(fixture->receiver, &received), 0);
	message = answer(fixture);
	ck_assert_int_eq(message.verb, WIRE_ERROR);
	ck_assert_str_eq(message.header.code, "malformed");
	ck_assert_str_eq(message.header.text, text);
}

START_TEST(answers_malformed_messages_with_an_error)
{
	static const char *const empty[] = { "" };
	static const char *const delivery[] = { "EHDS/1", "ACK", "{\"id\":\"" ID "\"}" };
	const char *many[100];
	struct fixture fixture = fixture_new(NULL);

	send_frames(&fixture, empty, 1);
	expect_error(&fixture, "the first frame is not 'EHDS/1'");
	send_frames(&fixture, delivery, 3);
	expect_error(&fixture, "a daemon takes no ACK here");
	for (int i = 0; i < 100; i++)
		many[i] = "EHDS/1";
	send_frames(&fixture, many, 100);
	expect_error(&fixture, "100 frames, expected 'EHDS/1', a verb, a header and at most 17 bodies");
	fixture_free(&fixture);
}
END_TEST

START_TEST(an_answer_to_a_sender_that_is_gone_is_not_an_accident)
{
	const struct wire_header header = { .message = "m", .id = ID };
	const struct routing_id nobody = { .length = 3, .bytes = "abc" };
	struct fixture fixture = fixture_new(NULL);

	ck_assert(!receiver_send(fixture.receiver, &nobody, WIRE_RECEIPT, &header, NULL, 0));
	fixture_free(&fixture);
}
END_TEST

START_TEST(says_why_it_cannot_listen)
{
	static const char *const endpoints[] = { "ipc:///nowhere/at/all" };
	const struct receiver_settings settings = { .endpoints = endpoints, .count = 1, .document = 1000 };
	void *context = zmq_ctx_new();
	struct receiver *receiver;
	struct ehds_error error = { 0 };

	ck_assert_int_eq(receiver_open(&receiver, context, &settings, &error), -1);
	ck_assert_ptr_null(receiver);
	ck_assert_str_eq(error.rule, "wire-bind");
	ck_assert_str_eq(error.text, "cannot listen at ipc:///nowhere/at/all: No such file or directory");
	zmq_ctx_term(context);
}
END_TEST

TESTS("wire/receiver", takes_a_submission_and_answers_its_sender,
    names_a_sender_by_the_routing_id_that_it_chose, answers_malformed_messages_with_an_error,
    an_answer_to_a_sender_that_is_gone_is_not_an_accident, says_why_it_cannot_listen)
