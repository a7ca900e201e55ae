/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/channel.h"

#include "convert/convert.h"

#include "../check_main.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A broker's channel and the worker's end of it, with a job for document 7 under way. */
struct fixture {
	struct channel channel;
	int worker;
};

static struct fixture
fixture_new(const char *body)
{
	const struct job_head job = { .magic = CHANNEL_MAGIC, .document = 7, .length = strlen(body) };
	struct fixture fixture = { .channel = { .most = 1000 } };
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fixture.channel.fd = pair[0];
	fixture.worker = pair[1];
	channel_start(&fixture.channel, &job, body);
	ck_assert_int_eq(channel_flush(&fixture.channel), 1);
	return fixture;
}

static void
fixture_free(struct fixture *fixture)
{
	channel_close(&fixture->channel);
	close(fixture->worker);
}

static struct result_head
good_head(void)
{
	struct result_head head = { .magic = CHANNEL_MAGIC, .document = 7, .state = CONVERT_CONVERTED,
	    .lengths = { 3, 0, 5 } };

	strcpy(head.pack, "xx/note");
	return head;
}

START_TEST(brings_a_job_and_a_result_over)
{
	struct fixture fixture = fixture_new("<a/>");
	const struct result_head head = good_head();
	struct job_head job;
	char body[4];

	ck_assert_int_eq(channel_collect(&fixture.channel), 0);
	ck_assert_int_eq(channel_read(fixture.worker, &job, sizeof(job)), 0);
	ck_assert_int_eq(channel_read(fixture.worker, body, 4), 0);
	ck_assert_int_eq(job.document, 7);
	ck_assert_mem_eq(body, "<a/>", 4);
	ck_assert_int_eq(channel_write(fixture.worker, &head, sizeof(head)), 0);
	ck_assert_int_eq(channel_write(fixture.worker, "out", 3), 0);
	ck_assert_int_eq(channel_collect(&fixture.channel), 0);
	ck_assert_int_eq(channel_write(fixture.worker, "<xml>", 5), 0);
	ck_assert_int_eq(channel_collect(&fixture.channel), 1);
	ck_assert_mem_eq(fixture.channel.parts[RESULT_OUTCOME], "out", 3);
	ck_assert_ptr_null(fixture.channel.parts[RESULT_JSON]);
	ck_assert_mem_eq(fixture.channel.parts[RESULT_XML], "<xml>", 5);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_large_body_waits_for_the_socket)
{
	size_t length = 8u << 20;
	char *body = malloc(length), *copy = malloc(length);
	const struct job_head job = { .magic = CHANNEL_MAGIC, .length = length };
	struct fixture fixture = fixture_new("");
	struct job_head got;

	memset(body, 'b', length);
	channel_reset(&fixture.channel);
	ck_assert_int_eq(channel_read(fixture.worker, &got, sizeof(got)), 0);
	channel_start(&fixture.channel, &job, body);
	ck_assert_int_eq(channel_flush(&fixture.channel), 0);
	ck_assert_int_eq(channel_read(fixture.worker, &got, sizeof(got)), 0);
	for (size_t done = 0; done < length;) {
		size_t part = length - done < 65536 ? length - done : 65536;

		ck_assert_int_eq(channel_read(fixture.worker, copy + done, part), 0);
		done += part;
		ck_assert_int_ge(channel_flush(&fixture.channel), 0);
	}
	ck_assert_int_eq(channel_flush(&fixture.channel), 1);
	ck_assert_mem_eq(copy, body, length);
	fixture_free(&fixture);
	free(body);
	free(copy);
}
END_TEST

START_TEST(the_end_of_the_worker_is_noticed)
{
	struct fixture fixture = fixture_new("<a/>");

	close(fixture.worker);
	fixture.worker = -1;
	ck_assert_int_eq(channel_collect(&fixture.channel), -1);
	fixture_free(&fixture);
}
END_TEST

static void
refused(struct result_head head)
{
	struct fixture fixture = fixture_new("<a/>");

	ck_assert_int_eq(channel_write(fixture.worker, &head, sizeof(head)), 0);
	ck_assert_int_eq(channel_collect(&fixture.channel), -1);
	fixture_free(&fixture);
}

#define REFUSED(change) \
	do { \
		struct result_head head = good_head(); \
 \
		change; \
		refused(head); \
	} while (0)

START_TEST(a_worker_that_was_taken_over_cannot_mislead_the_broker)
{
	REFUSED(head.magic = 0);
	REFUSED(head.document = 8);
	REFUSED(head.state = 9);
	REFUSED(head.kind = 9);
	REFUSED(head.lengths[RESULT_OUTCOME] = 0);
	REFUSED(head.lengths[RESULT_JSON] = 1001);
	REFUSED(head.lengths[RESULT_JSON] = UINT64_MAX);
	REFUSED(head.lengths[RESULT_JSON] = 999);
	REFUSED(memset(head.pack, 'x', sizeof(head.pack)));
	REFUSED(strcpy(head.why, "\xFF"));
}
END_TEST

START_TEST(engine_messages_carry_a_descriptor)
{
	const struct engine_message out = { .verb = ENGINE_FORK, .slot = 3 };
	struct engine_message in;
	int pair[2], descriptor, other;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(engine_receive(pair[1], &in, &descriptor, false), 0);
	ck_assert_int_eq(engine_send(pair[0], &out, STDERR_FILENO), 0);
	ck_assert_int_eq(engine_send(pair[0], &out, -1), 0);
	ck_assert_int_eq(engine_receive(pair[1], &in, &descriptor, true), 1);
	ck_assert_int_eq(in.slot, 3);
	ck_assert_int_gt(descriptor, STDERR_FILENO);
	close(descriptor);
	ck_assert_int_eq(engine_receive(pair[1], &in, &other, true), 1);
	ck_assert_int_eq(other, -1);
	close(pair[0]);
	ck_assert_int_eq(engine_receive(pair[1], &in, &descriptor, false), -1);
	close(pair[1]);
}
END_TEST

TESTS("server/channel", brings_a_job_and_a_result_over, a_large_body_waits_for_the_socket,
    the_end_of_the_worker_is_noticed, a_worker_that_was_taken_over_cannot_mislead_the_broker,
    engine_messages_carry_a_descriptor)
