/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/forwarder.h"

#include "../check_main.h"

#include <string.h>

#define ID_1 "6ba7b810-9dad-51d1-80b4-00c04fd430c1"
#define ID_2 "6ba7b810-9dad-51d1-80b4-00c04fd430c2"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A forwarder, and the ROUTER of a peer that it is connected to. */
struct fixture {
	void *context, *peer;
	struct forwarder *forwarder;
	struct forwarder_event events[4];
	char texts[4][80];
	size_t count;
};

static void
report(void *context, const struct forwarder_event *event)
{
	struct fixture *fixture = context;

	ck_assert_uint_lt(fixture->count, 4);
	snprintf(fixture->texts[fixture->count], sizeof(fixture->texts[0]), "%s", event->text);
	fixture->events[fixture->count++] = *event;
}

static void
fixture_init(struct fixture *fixture)
{
	struct forwarder_settings settings = { .name = "peer", .window = 2, .bytes = 1000, .timeout = 1000 };
	struct ehds_error error = { 0 };
	char endpoint[256];
	size_t size = sizeof(endpoint);

	memset(fixture, 0, sizeof(*fixture));
	fixture->context = zmq_ctx_new();
	fixture->peer = zmq_socket(fixture->context, ZMQ_ROUTER);
	ck_assert_int_eq(zmq_bind(fixture->peer, "tcp://127.0.0.1:*"), 0);
	zmq_getsockopt(fixture->peer, ZMQ_LAST_ENDPOINT, endpoint, &size);
	settings.endpoint = endpoint;
	ck_assert_msg(forwarder_open(&fixture->forwarder, fixture->context, &settings, &error) == 0, "%s",
	    error.text);
}

static void
fixture_free(struct fixture *fixture)
{
	const int no_linger = 0;

	forwarder_close(&fixture->forwarder);
	if (fixture->peer != NULL) {
		zmq_setsockopt(fixture->peer, ZMQ_LINGER, &no_linger, sizeof(no_linger));
		zmq_close(fixture->peer);
	}
	zmq_ctx_term(fixture->context);
}

static void
wait_for(void *socket, short events)
{
	zmq_pollitem_t item = { .socket = socket, .events = events };

	ck_assert_int_eq(zmq_poll(&item, 1, 30000), 1);
}

static bool
deliver(struct fixture *fixture, long long document, const char *id, long long now)
{
	const struct wire_header header = { .id = id, .sha256 = SHA, .pack = "xx/p", .category = "c",
	    .content_type = "application/fhir+json" };
	zmq_msg_t body;
	bool sent;

	zmq_msg_init_size(&body, 2);
	memcpy(zmq_msg_data(&body), "{}", 2);
	sent = forwarder_send(fixture->forwarder, document, &header, &body, 0, now);
	zmq_msg_close(&body);
	return sent;
}

/* Waits until the forwarder has heard that its peer is there. */
static void
fixture_connect(struct fixture *fixture)
{
	wait_for(forwarder_socket(fixture->forwarder), ZMQ_POLLOUT);
	while (!forwarder_connected(fixture->forwarder)) {
		wait_for(forwarder_monitor(fixture->forwarder), ZMQ_POLLIN);
		forwarder_step(fixture->forwarder, 0, report, fixture);
	}
}

/* The peer takes one delivery and answers it. */
static void
peer_answers(struct fixture *fixture, enum wire_verb verb, bool retry, const char *text)
{
	struct arena *arena = arena_new(0);
	struct wire_message message;
	struct routing_id from;
	struct packet packet;

	wait_for(fixture->peer, ZMQ_POLLIN);
	ck_assert_int_eq(packet_receive(&packet, fixture->peer), 1);
	ck_assert_int_eq(packet_parse(&message, &packet, 1, arena, NULL), 0);
	ck_assert_int_eq(message.verb, WIRE_DELIVER);
	from.length = (unsigned char)zmq_msg_size(&packet.frames[0]);
	memcpy(from.bytes, zmq_msg_data(&packet.frames[0]), from.length);
	ck_assert_int_eq(packet_send(fixture->peer, &from, verb,
	    &(struct wire_header){ .id = message.header.id, .retry = retry, .text = text }, NULL, 0), 0);
	packet_close(&packet);
	arena_free(&arena);
	wait_for(forwarder_socket(fixture->forwarder), ZMQ_POLLIN);
}

START_TEST(sends_no_more_than_the_window_and_reports_acknowledgements)
{
	struct fixture fixture;
	size_t count;

	fixture_init(&fixture);
	fixture_connect(&fixture);
	ck_assert(deliver(&fixture, 1, ID_1, 0));
	ck_assert(deliver(&fixture, 2, ID_2, 0));
	ck_assert(!deliver(&fixture, 3, ID_2, 0));
	ck_assert_int_eq(forwarder_deadline(fixture.forwarder), 1000);
	peer_answers(&fixture, WIRE_ACK, false, NULL);
	forwarder_step(fixture.forwarder, 10, report, &fixture);
	ck_assert_uint_eq(fixture.count, 1);
	ck_assert_int_eq(fixture.events[0].fate, FORWARDER_ACKED);
	ck_assert_int_eq(fixture.events[0].document, 1);
	ck_assert_int_eq(fixture.events[0].attempts, 1);
	ck_assert_uint_eq(forwarder_room(fixture.forwarder), 1);
	ck_assert_int_eq(forwarder_in_flight(fixture.forwarder, &count)[0], 2);
	ck_assert_uint_eq(count, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(tells_not_now_from_never)
{
	struct fixture fixture;

	fixture_init(&fixture);
	fixture_connect(&fixture);
	ck_assert(deliver(&fixture, 1, ID_1, 0) && deliver(&fixture, 2, ID_2, 0));
	peer_answers(&fixture, WIRE_NACK, true, "disk full");
	forwarder_step(fixture.forwarder, 10, report, &fixture);
	peer_answers(&fixture, WIRE_NACK, false, NULL);
	forwarder_step(fixture.forwarder, 10, report, &fixture);
	ck_assert_int_eq(fixture.events[0].fate, FORWARDER_LATER);
	ck_assert_str_eq(fixture.texts[0], "disk full");
	ck_assert_int_eq(fixture.events[1].fate, FORWARDER_NEVER);
	ck_assert_str_eq(fixture.texts[1], "said no without a reason");
	fixture_free(&fixture);
}
END_TEST

START_TEST(reports_what_was_not_acknowledged_in_time)
{
	struct fixture fixture;

	fixture_init(&fixture);
	fixture_connect(&fixture);
	ck_assert(deliver(&fixture, 1, ID_1, 0) && deliver(&fixture, 2, ID_2, 500));
	forwarder_step(fixture.forwarder, 999, report, &fixture);
	ck_assert_uint_eq(fixture.count, 0);
	forwarder_step(fixture.forwarder, 1000, report, &fixture);
	ck_assert_uint_eq(fixture.count, 1);
	ck_assert_str_eq(fixture.texts[0], "no acknowledgement in time");
	ck_assert_int_eq(forwarder_deadline(fixture.forwarder), 1500);
	fixture_free(&fixture);
}
END_TEST

START_TEST(reports_what_was_in_flight_when_the_connection_was_lost)
{
	struct fixture fixture;

	fixture_init(&fixture);
	fixture_connect(&fixture);
	ck_assert(forwarder_connected(fixture.forwarder));
	ck_assert(deliver(&fixture, 1, ID_1, 0));
	zmq_close(fixture.peer);
	fixture.peer = NULL;
	wait_for(forwarder_monitor(fixture.forwarder), ZMQ_POLLIN);
	forwarder_step(fixture.forwarder, 1, report, &fixture);
	ck_assert(!forwarder_connected(fixture.forwarder));
	ck_assert_uint_eq(fixture.count, 1);
	ck_assert_int_eq(fixture.events[0].fate, FORWARDER_LATER);
	ck_assert_str_eq(fixture.texts[0], "the connection was lost");
	ck_assert(!deliver(&fixture, 1, ID_1, 2));
	fixture_free(&fixture);
}
END_TEST

/* 1 s doubled is 1, 2, 4, ... 600 s at most; half of it is certain, half is random. */
START_TEST(waits_longer_after_each_attempt_up_to_a_limit)
{
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 1, 0), 500);
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 1, 500), 1000);
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 2, 0), 1000);
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 3, 0), 2000);
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 1000000, 300000), 600000);
	ck_assert_int_eq(forwarder_backoff(1000, 600000, 1000000, 300001), 300000);
}
END_TEST

TESTS("wire/forwarder", sends_no_more_than_the_window_and_reports_acknowledgements, tells_not_now_from_never,
    reports_what_was_not_acknowledged_in_time, reports_what_was_in_flight_when_the_connection_was_lost,
    waits_longer_after_each_attempt_up_to_a_limit)
