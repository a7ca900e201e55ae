/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/peer.h"

#include "base/buffer.h"
#include "base/file.h"

#include "../check_main.h"
#include "../temporary.h"

#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#define ID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEADER "{\"id\":\"" ID "\",\"sha256\":\"" SHA "\"," \
	"\"pack\":\"p\",\"category\":\"c\",\"content-type\":\"%s\"}"

/* An inbox that runs in a thread, and a daemon's socket connected to it. */
struct fixture {
	void *context, *daemon;
	char *folder, *into;
	struct peer_inbox *inbox;
	struct arena *arena;
	pthread_t thread;
	int stop, arrivals, duplicates, errors;
};

static void
report(void *context, const struct peer_arrival *arrival, const struct ehds_error *error)
{
	struct fixture *fixture = context;

	(void)error;
	fixture->arrivals += arrival != NULL && !arrival->duplicate;
	fixture->duplicates += arrival != NULL && arrival->duplicate;
	fixture->errors += arrival == NULL;
}

static void *
run(void *context)
{
	struct fixture *fixture = context;

	peer_run(fixture->inbox, fixture->stop, report, fixture);
	return NULL;
}

static void
fixture_init(struct fixture *fixture)
{
	struct ehds_error error = { 0 };
	struct inbox_settings settings = { .endpoint = "tcp://127.0.0.1:*", .most = 1 << 20 };
	char endpoint[256];

	memset(fixture, 0, sizeof(*fixture));
	fixture->context = zmq_ctx_new();
	fixture->arena = arena_new(0);
	fixture->folder = temporary_folder();
	fixture->into = temporary_path(fixture->folder, "into");
	fixture->stop = eventfd(0, 0);
	settings.folder = fixture->into;
	ck_assert_msg(peer_open(&fixture->inbox, fixture->context, &settings, &error) == 0,
	    "%s", error.text);
	peer_endpoint(fixture->inbox, endpoint);
	fixture->daemon = zmq_socket(fixture->context, ZMQ_DEALER);
	ck_assert_int_eq(zmq_connect(fixture->daemon, endpoint), 0);
	ck_assert_int_eq(pthread_create(&fixture->thread, NULL, run, fixture), 0);
}

static void
fixture_free(struct fixture *fixture)
{
	const uint64_t one = 1;

	ck_assert_int_eq(write(fixture->stop, &one, sizeof(one)), sizeof(one));
	pthread_join(fixture->thread, NULL);
	close(fixture->stop);
	zmq_close(fixture->daemon);
	peer_close(&fixture->inbox);
	zmq_ctx_term(fixture->context);
	arena_free(&fixture->arena);
	free(fixture->into);
	temporary_remove(fixture->folder);
}

static struct wire_message
say(struct fixture *fixture, const char *verb, const char *header, const char *body)
{
	zmq_pollitem_t item = { .socket = fixture->daemon, .events = ZMQ_POLLIN };
	struct ehds_error error = { 0 };
	struct wire_message answer;
	struct packet packet;

	zmq_send(fixture->daemon, "EHDS/1", 6, ZMQ_SNDMORE);
	zmq_send(fixture->daemon, verb, strlen(verb), ZMQ_SNDMORE);
	zmq_send(fixture->daemon, header, strlen(header), body != NULL ? ZMQ_SNDMORE : 0);
	if (body != NULL)
		zmq_send(fixture->daemon, body, strlen(body), 0);
	ck_assert_int_eq(zmq_poll(&item, 1, 30000), 1);
	ck_assert_int_eq(packet_receive(&packet, fixture->daemon), 1);
	ck_assert_msg(packet_parse(&answer, &packet, 0, fixture->arena, &error) == 0, "%s", error.text);
	packet_close(&packet);
	return answer;
}

static struct wire_message
deliver(struct fixture *fixture, const char *type, const char *body)
{
	char header[512];

	snprintf(header, sizeof(header), HEADER, type);
	return say(fixture, "DELIVER", header, body);
}

static void
file_is(struct fixture *fixture, const char *name, const char *expected)
{
	char *path = temporary_path(fixture->into, name);
	struct buffer content = { 0 };

	ck_assert_int_eq(file_read(&content, path, 0, NULL), 0);
	ck_assert_str_eq(content.data, expected);
	buffer_free(&content);
	free(path);
}

START_TEST(acknowledges_what_is_on_disk_under_its_id)
{
	struct fixture fixture;
	struct wire_message answer;

	fixture_init(&fixture);
	answer = deliver(&fixture, "application/fhir+json", "{}");
	ck_assert_int_eq(answer.verb, WIRE_ACK);
	ck_assert_str_eq(answer.header.id, ID);
	file_is(&fixture, ID ".json", "{}");
	ck_assert_int_eq(deliver(&fixture, "application/fhir+xml", "<Bundle/>").verb, WIRE_ACK);
	file_is(&fixture, ID ".xml", "<Bundle/>");
	ck_assert_int_eq(fixture.arrivals, 2);
	fixture_free(&fixture);
}
END_TEST

START_TEST(the_same_id_again_is_acknowledged_and_changes_nothing)
{
	struct fixture fixture;

	fixture_init(&fixture);
	deliver(&fixture, "application/fhir+json", "{}");
	ck_assert_int_eq(deliver(&fixture, "application/fhir+json", "{\"other\":1}").verb, WIRE_ACK);
	file_is(&fixture, ID ".json", "{}");
	ck_assert_int_eq(fixture.arrivals, 1);
	ck_assert_int_eq(fixture.duplicates, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(what_cannot_be_written_is_asked_for_again_later)
{
	struct fixture fixture;
	struct wire_message answer;

	fixture_init(&fixture);
	ck_assert_int_eq(rmdir(fixture.into), 0);
	answer = deliver(&fixture, "application/fhir+json", "{}");
	ck_assert_int_eq(answer.verb, WIRE_NACK);
	ck_assert(answer.header.retry);
	ck_assert_str_eq(answer.header.text, "cannot write: No such file or directory");
	ck_assert_int_eq(mkdir(fixture.into, 0700), 0);
	ck_assert_int_eq(deliver(&fixture, "application/fhir+json", "{}").verb, WIRE_ACK);
	ck_assert_int_eq(fixture.errors, 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(what_is_no_delivery_is_refused)
{
	struct fixture fixture;
	struct wire_message answer;

	fixture_init(&fixture);
	answer = say(&fixture, "PING", "{}", NULL);
	ck_assert_int_eq(answer.verb, WIRE_ERROR);
	ck_assert_str_eq(answer.header.text, "a peer takes no PING");
	answer = say(&fixture, "DELIVER", "{\"id\":\"" ID "\"}", "{}");
	ck_assert_int_eq(answer.verb, WIRE_NACK);
	ck_assert(!answer.header.retry);
	answer = say(&fixture, "DELIVER", "{\"id\":\"../../../../../../../../../../etc/x\"}", "{}");
	ck_assert_int_eq(answer.verb, WIRE_ERROR);
	ck_assert_int_eq(fixture.errors, 3);
	fixture_free(&fixture);
}
END_TEST

START_TEST(says_when_the_folder_cannot_be_made)
{
	void *context = zmq_ctx_new();
	struct ehds_error error = { 0 };
	struct peer_inbox *inbox;
	const struct inbox_settings settings = { .endpoint = "tcp://127.0.0.1:*", .folder = "/proc/nothing",
	    .most = 100 };

	ck_assert_int_eq(peer_open(&inbox, context, &settings, &error), -1);
	ck_assert_ptr_null(inbox);
	ck_assert_str_eq(error.rule, "folder-make");
	zmq_ctx_term(context);
}
END_TEST

TESTS("wire/peer", acknowledges_what_is_on_disk_under_its_id,
    the_same_id_again_is_acknowledged_and_changes_nothing, what_cannot_be_written_is_asked_for_again_later,
    what_is_no_delivery_is_refused, says_when_the_folder_cannot_be_made)
