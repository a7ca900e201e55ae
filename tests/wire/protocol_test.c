/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire/protocol.h"

#include "../check_main.h"

#include <string.h>

#define ID "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Parses frames given as strings; the error's text is left in `text`. */
static int
parse(struct wire_message *out, struct arena *arena, char *text, const char *const *frames, size_t count)
{
	struct wire_frame given[WIRE_FRAMES + 1];
	struct ehds_error error = { 0 };
	int result;

	for (size_t i = 0; i < count && i <= WIRE_FRAMES; i++)
		given[i] = (struct wire_frame){ frames[i], strlen(frames[i]) };
	result = wire_parse(out, given, count, arena, &error);
	snprintf(text, sizeof(error.text), "%s", error.text);
	if (result != 0) {
		ck_assert_str_eq(error.rule, "malformed");
		ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	}
	return result;
}

#define PARSE(...) \
	const char *const frames[] = { __VA_ARGS__ }; \
	struct arena *arena = arena_new(0); \
	struct wire_message message; \
	char text[512]; \
	int result = parse(&message, arena, text, frames, sizeof(frames) / sizeof(frames[0]))

#define REFUSED(expected, ...) \
	do { \
		PARSE(__VA_ARGS__); \
		ck_assert_int_eq(result, -1); \
		ck_assert_str_eq(text, expected); \
		arena_free(&arena); \
	} while (0)

START_TEST(reads_a_submission)
{
	PARSE("EHDS/1", "SUBMIT",
	    "{\"message\":\"m-1\",\"sha256\":\"" SHA "\",\"want\":\"result\",\"later\":[1]}", "<a/>");

	ck_assert_msg(result == 0, "%s", text);
	ck_assert_int_eq(message.verb, WIRE_SUBMIT);
	ck_assert_str_eq(message.header.message, "m-1");
	ck_assert_str_eq(message.header.sha256, SHA);
	ck_assert_str_eq(message.header.want, "result");
	ck_assert_ptr_null(message.header.route);
	ck_assert_uint_eq(message.body_count, 1);
	ck_assert_mem_eq(message.bodies[0].data, "<a/>", 4);
	arena_free(&arena);
}
END_TEST

START_TEST(an_empty_document_is_a_document)
{
	PARSE("EHDS/1", "SUBMIT", "{\"message\":\"m\"}", "");

	ck_assert_int_eq(result, 0);
	ck_assert_uint_eq(message.bodies[0].length, 0);
	arena_free(&arena);
}
END_TEST

START_TEST(writes_what_it_reads)
{
	const struct wire_header header = { .message = "m \"1\"", .id = ID, .duplicate = true,
	    .text = "not of a RECEIPT" };
	struct buffer json = { 0 };

	wire_write_header(&json, WIRE_RECEIPT, &header);
	ck_assert_str_eq(json.data, "{\"message\":\"m \\\"1\\\"\",\"id\":\"" ID "\",\"duplicate\":true}");
	{
		PARSE("EHDS/1", "RECEIPT", json.data);

		ck_assert_int_eq(result, 0);
		ck_assert_str_eq(message.header.message, "m \"1\"");
		ck_assert(message.header.duplicate);
		arena_free(&arena);
	}
	buffer_free(&json);
}
END_TEST

START_TEST(writes_numbers_that_must_be_there_even_when_zero)
{
	const struct wire_header header = { .document = 33554432, .credit = 0 };
	struct buffer json = { 0 };

	wire_write_header(&json, WIRE_PONG, &header);
	ck_assert_str_eq(json.data, "{\"document\":33554432,\"credit\":0}");
	buffer_free(&json);
}
END_TEST

START_TEST(refuses_other_protocols_and_wrong_numbers_of_frames)
{
	REFUSED("the first frame is not 'EHDS/1'", "");
	REFUSED("the first frame is not 'EHDS/1'", "EHDS/2", "PING", "{}");
	REFUSED("2 frames, expected 'EHDS/1', a verb, a header and at most 17 bodies", "EHDS/1", "PING");
	REFUSED("21 frames, expected 'EHDS/1', a verb, a header and at most 17 bodies", "EHDS/1", "PING",
	    "{}", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "");
	REFUSED("SUBMIT with 17 bodies", "EHDS/1", "SUBMIT", "{\"message\":\"m\"}",
	    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "");
	REFUSED("SUBMIT with 0 bodies", "EHDS/1", "SUBMIT", "{\"message\":\"m\"}");
	REFUSED("PING with 1 bodies", "EHDS/1", "PING", "{}", "x");
}
END_TEST

START_TEST(refuses_no_frames_at_all)
{
	struct arena *arena = arena_new(0);
	struct wire_message message;

	ck_assert_int_eq(wire_parse(&message, NULL, 0, arena, NULL), -1);
	ck_assert_int_eq(message.verb, WIRE_VERB_COUNT);
	arena_free(&arena);
}
END_TEST

START_TEST(refuses_unknown_verbs_and_suggests_the_near_one)
{
	REFUSED("unknown verb 'SUBMITT', did you mean 'SUBMIT'?", "EHDS/1", "SUBMITT", "{}");
	REFUSED("unknown verb 'HELLO'", "EHDS/1", "HELLO", "{}");
	REFUSED("the second frame is no verb", "EHDS/1", "\x01\x02", "{}");
	REFUSED("the second frame is no verb", "EHDS/1", "", "{}");
}
END_TEST

START_TEST(refuses_headers_that_are_no_json_object)
{
	REFUSED("PING: the header is no JSON object", "EHDS/1", "PING", "[]");
	{
		PARSE("EHDS/1", "PING", "{\"a\":");

		ck_assert_int_eq(result, -1);
		ck_assert_ptr_nonnull(strstr(text, "PING: the header is no JSON: "));
		arena_free(&arena);
	}
}
END_TEST

START_TEST(refuses_a_header_over_its_limit)
{
	char *large = malloc(WIRE_HEADER_LIMIT + 2);

	memset(large, ' ', WIRE_HEADER_LIMIT + 1);
	large[WIRE_HEADER_LIMIT + 1] = '\0';
	REFUSED("PING: the header has 65537 bytes, the limit is 65536", "EHDS/1", "PING", large);
	free(large);
}
END_TEST

START_TEST(refuses_missing_and_wrong_members_by_name)
{
	REFUSED("SUBMIT without 'message' in its header", "EHDS/1", "SUBMIT", "{}", "x");
	REFUSED("SUBMIT: 'message' is not a string", "EHDS/1", "SUBMIT", "{\"message\":1}", "x");
	REFUSED("SUBMIT: 'message' is empty or longer than 256 bytes", "EHDS/1", "SUBMIT",
	    "{\"message\":\"\"}", "x");
	REFUSED("SUBMIT: 'message' has control characters", "EHDS/1", "SUBMIT", "{\"message\":\"a\\nb\"}",
	    "x");
	REFUSED("SUBMIT: 'sha256' is not 64 lower-case hexadecimal digits", "EHDS/1", "SUBMIT",
	    "{\"message\":\"m\",\"sha256\":\"ABC\"}", "x");
	REFUSED("SUBMIT: 'want' is not outcome, result or source", "EHDS/1", "SUBMIT",
	    "{\"message\":\"m\",\"want\":\"all\"}", "x");
	REFUSED("FETCH: 'id' is not a UUID in lower case", "EHDS/1", "FETCH",
	    "{\"id\":\"6BA7B810-9dad-51d1-80b4-00c04fd430c8\",\"want\":\"result\"}");
	REFUSED("NACK: 'retry' is not true or false", "EHDS/1", "NACK", "{\"id\":\"" ID "\",\"retry\":1}");
	REFUSED("PONG: 'credit' is not a whole number", "EHDS/1", "PONG", "{\"document\":1,\"credit\":-1}");
	REFUSED("NACK: 'text' has control characters", "EHDS/1", "NACK",
	    "{\"id\":\"" ID "\",\"retry\":true,\"text\":\"a\\u001bb\"}");
}
END_TEST

START_TEST(refuses_a_text_over_its_limit)
{
	char header[5000] = "{\"code\":\"busy\",\"text\":\"";
	size_t length = strlen(header);

	memset(header + length, 'x', 4097);
	strcpy(header + length + 4097, "\"}");
	REFUSED("ERROR: 'text' is longer than 4096 bytes", "EHDS/1", "ERROR", header);
}
END_TEST

START_TEST(knows_its_own_ids_only)
{
	ck_assert(wire_is_id(ID));
	ck_assert(!wire_is_id("6ba7b810-9dad-51d1-80b4-00c04fd430c"));
	ck_assert(!wire_is_id("6ba7b8109-dad-51d1-80b4-00c04fd430c8"));
	ck_assert(!wire_is_id("../../../../../../../../../etc/passwd"));
}
END_TEST

TESTS("wire/protocol", reads_a_submission, an_empty_document_is_a_document, writes_what_it_reads,
    writes_numbers_that_must_be_there_even_when_zero, refuses_other_protocols_and_wrong_numbers_of_frames,
    refuses_no_frames_at_all, refuses_unknown_verbs_and_suggests_the_near_one,
    refuses_headers_that_are_no_json_object, refuses_a_header_over_its_limit,
    refuses_missing_and_wrong_members_by_name, refuses_a_text_over_its_limit, knows_its_own_ids_only)
