/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/control_client.h"

#include "wire/socket.h"

#include "../check_main.h"
#include "../temporary.h"

#include <pthread.h>
#include <string.h>

/* A daemon that answers one question with these frames. */
struct fixture {
	void *context, *socket;
	char *folder, *endpoint;
	const char *const *frames;
	size_t count;
	pthread_t thread;
};

static void *
run(void *data)
{
	struct fixture *fixture = data;
	zmq_pollitem_t item = { .socket = fixture->socket, .events = ZMQ_POLLIN };
	struct packet packet;

	if (zmq_poll(&item, 1, 30000) != 1 || packet_receive(&packet, fixture->socket) != 1)
		return NULL;
	zmq_send(fixture->socket, zmq_msg_data(&packet.frames[0]), zmq_msg_size(&packet.frames[0]),
	    ZMQ_SNDMORE);
	for (size_t i = 0; i < fixture->count; i++)
		zmq_send(fixture->socket, fixture->frames[i], strlen(fixture->frames[i]),
		    i + 1 < fixture->count ? ZMQ_SNDMORE : 0);
	packet_close(&packet);
	return NULL;
}

static void
fixture_init(struct fixture *fixture, const char *const *frames, size_t count)
{
	*fixture = (struct fixture){ .context = zmq_ctx_new(), .folder = temporary_folder(),
	    .frames = frames, .count = count };
	ck_assert_int_gt(asprintf(&fixture->endpoint, "ipc://%s/control", fixture->folder), 0);
	fixture->socket = zmq_socket(fixture->context, ZMQ_ROUTER);
	ck_assert_int_eq(zmq_bind(fixture->socket, fixture->endpoint), 0);
	if (count > 0)
		ck_assert_int_eq(pthread_create(&fixture->thread, NULL, run, fixture), 0);
}

static void
fixture_free(struct fixture *fixture)
{
	if (fixture->count > 0)
		pthread_join(fixture->thread, NULL);
	zmq_close(fixture->socket);
	zmq_ctx_term(fixture->context);
	free(fixture->endpoint);
	temporary_remove(fixture->folder);
}

static const struct wire_header status = { .request = "status" };

START_TEST(brings_an_answer_back)
{
	static const char *const frames[] = { "EHDS/1", "ANSWER", "{}", "{\"pid\":1}" };
	struct control_answer answer;
	struct fixture fixture;

	fixture_init(&fixture, frames, 4);
	ck_assert_int_eq(control_ask(&answer, fixture.endpoint, &status, 30000, NULL), 0);
	ck_assert_ptr_null(answer.code);
	ck_assert_str_eq(answer.body.data, "{\"pid\":1}");
	control_answer_free(&answer);
	fixture_free(&fixture);
}
END_TEST

START_TEST(brings_a_no_back_with_its_reason)
{
	static const char *const frames[] = { "EHDS/1", "ANSWER",
	    "{\"code\":\"state\",\"text\":\"it is done\"}" };
	struct control_answer answer;
	struct fixture fixture;

	fixture_init(&fixture, frames, 3);
	ck_assert_int_eq(control_ask(&answer, fixture.endpoint, &status, 30000, NULL), 0);
	ck_assert_str_eq(answer.code, "state");
	ck_assert_str_eq(answer.text, "it is done");
	control_answer_free(&answer);
	fixture_free(&fixture);
}
END_TEST

START_TEST(does_not_take_another_socket_for_a_control_socket)
{
	static const char *const frames[] = { "EHDS/1", "PONG", "{\"document\":1,\"credit\":1}" };
	struct ehds_error error = { 0 };
	struct control_answer answer;
	struct fixture fixture;

	fixture_init(&fixture, frames, 3);
	ck_assert_int_eq(control_ask(&answer, fixture.endpoint, &status, 30000, &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "this is no control socket"));
	fixture_free(&fixture);
}
END_TEST

START_TEST(says_when_nobody_is_there_or_does_not_answer)
{
	struct ehds_error error = { 0 };
	struct control_answer answer;
	struct fixture fixture;

	ck_assert_int_eq(control_ask(&answer, "ipc:///tmp/nobody-is-here", &status, 100, &error), -1);
	ck_assert_str_eq(error.rule, "unreachable");
	ck_assert_str_eq(error.text, "ipc:///tmp/nobody-is-here: no daemon is there");
	ck_assert_int_eq(control_ask(&answer, "control", &status, 100, &error), -1);
	ck_assert_str_eq(error.rule, "endpoint");
	fixture_init(&fixture, NULL, 0);
	ck_assert_int_eq(control_ask(&answer, fixture.endpoint, &status, 100, &error), -1);
	ck_assert_ptr_nonnull(strstr(error.text, "the daemon does not answer"));
	fixture_free(&fixture);
}
END_TEST

TESTS("wire/control_client", brings_an_answer_back, brings_a_no_back_with_its_reason,
    does_not_take_another_socket_for_a_control_socket, says_when_nobody_is_there_or_does_not_answer)
