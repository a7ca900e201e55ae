/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two tables are the protocol: verbs with their number of bodies, and header members with the verbs that
 * must or may carry them. Reading and writing both walk them, so neither can know a member that the other
 * does not.
 */
#include "wire/protocol.h"

#include "base/digest.h"
#include "base/pieces.h"
#include "base/text.h"
#include "format/json.h"

#include <stdlib.h>
#include <string.h>

struct verb {
	const char *name;
	size_t least_bodies, most_bodies;
};

static const struct verb verbs[WIRE_VERB_COUNT] = {
	[WIRE_SUBMIT] = { "SUBMIT", 1, PIECES_MAX },
	[WIRE_RECEIPT] = { "RECEIPT", 0, 0 },
	[WIRE_OUTCOME] = { "OUTCOME", 1, 1 + PIECES_MAX },
	[WIRE_FETCH] = { "FETCH", 0, 0 },
	[WIRE_ERROR] = { "ERROR", 0, 0 },
	[WIRE_PING] = { "PING", 0, 0 },
	[WIRE_PONG] = { "PONG", 0, 0 },
	[WIRE_DELIVER] = { "DELIVER", 1, 1 },
	[WIRE_ACK] = { "ACK", 0, 0 },
	[WIRE_NACK] = { "NACK", 0, 0 },
	[WIRE_CONTROL] = { "CONTROL", 0, 0 },
	[WIRE_ANSWER] = { "ANSWER", 0, 1 },
};

enum member_type { NAME, TEXT, ID, SHA256, WANT, FLAG, NUMBER };

struct member {
	const char *name;
	size_t offset;
	enum member_type type;
	unsigned must, may;	/* masks of verbs */
};

#define V(verb) (1u << WIRE_##verb)
#define AT(field) offsetof(struct wire_header, field)

static const struct member members[] = {
	{ "message", AT(message), NAME, V(SUBMIT) | V(RECEIPT) | V(OUTCOME), V(ERROR) },
	{ "id", AT(id), ID, V(RECEIPT) | V(OUTCOME) | V(FETCH) | V(DELIVER) | V(ACK) | V(NACK),
	    V(ERROR) | V(CONTROL) },
	{ "duplicate", AT(duplicate), FLAG, V(RECEIPT), 0 },
	{ "route", AT(route), NAME, 0, V(SUBMIT) },
	{ "content-type", AT(content_type), NAME, V(DELIVER), V(SUBMIT) | V(OUTCOME) },
	{ "sha256", AT(sha256), SHA256, V(DELIVER), V(SUBMIT) },
	{ "want", AT(want), WANT, V(FETCH), V(SUBMIT) },
	{ "state", AT(state), NAME, V(OUTCOME), V(CONTROL) },
	{ "pack", AT(pack), NAME, V(DELIVER), V(OUTCOME) },
	{ "category", AT(category), NAME, V(DELIVER), V(OUTCOME) },
	{ "profile", AT(profile), NAME, 0, V(DELIVER) | V(OUTCOME) },
	{ "mappings", AT(mappings), NAME, 0, V(OUTCOME) },
	{ "code", AT(code), NAME, V(ERROR), V(ANSWER) },
	{ "retry", AT(retry), FLAG, V(NACK), 0 },
	{ "text", AT(text), TEXT, V(ERROR), V(NACK) | V(CONTROL) | V(ANSWER) },
	{ "document", AT(document), NUMBER, V(PONG), 0 },
	{ "credit", AT(credit), NUMBER, V(PONG), 0 },
	{ "bytes", AT(bytes), NUMBER, 0, V(PONG) },
	{ "request", AT(request), NAME, V(CONTROL), 0 },
	{ "after", AT(after), NUMBER, 0, V(CONTROL) | V(NACK) },
	{ "count", AT(count), NUMBER, 0, V(CONTROL) },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

#define malformed(error, ...) error_set(error, EHDS_ERROR_DOCUMENT, "malformed", NULL, 0, 0, __VA_ARGS__)

const char *
wire_verb_name(enum wire_verb verb)
{
	return verbs[verb].name;
}

static bool
is_hexadecimal(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdef") >= length;
}

bool
wire_is_id(const char *text)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };

	if (strlen(text) != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < 5; i++) {
		if (!is_hexadecimal(text, groups[i]))
			return false;
		text += groups[i];
		if (*text++ != (i < 4 ? '-' : '\0'))
			return false;
	}
	return true;
}

/* ---- one member ---------------------------------------------------------------------------------------- */

static bool
is_printable(const char *text, size_t length, bool lines)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char character = (unsigned char)text[i];

		if (character == 0x7F || (character < 0x20
		    && !(lines && (character == '\n' || character == '\t'))))
			return false;
	}
	return true;
}

/* What is wrong with a string value, or NULL. */
static const char *
string_fault(const struct member *member, const struct json *value)
{
	if (value->kind != JSON_STRING)
		return "is not a string";
	switch (member->type) {
	case NAME:
		if (value->length == 0 || value->length > WIRE_NAME_LIMIT)
			return "is empty or longer than 256 bytes";
		return is_printable(value->text, value->length, false) ? NULL : "has control characters";
	case TEXT:
		if (value->length > WIRE_TEXT_LIMIT)
			return "is longer than 4096 bytes";
		return is_printable(value->text, value->length, true) ? NULL : "has control characters";
	case ID:
		return wire_is_id(value->text) ? NULL : "is not a UUID in lower case";
	case SHA256:
		return value->length == 64 && is_hexadecimal(value->text, 64) ? NULL
		    : "is not 64 lower-case hexadecimal digits";
	case WANT:
		return strcmp(value->text, "outcome") == 0 || strcmp(value->text, "result") == 0
		    || strcmp(value->text, "source") == 0 ? NULL : "is not outcome, result or source";
	case FLAG:
	case NUMBER:
		break;
	}
	return NULL;
}

static const char *
read_number(long long *out, const struct json *value)
{
	/* Eighteen digits fit into a long long, whatever they are. */
	if (value->kind != JSON_NUMBER || value->length > 18
	    || strspn(value->text, "0123456789") != value->length)
		return "is not a whole number";
	*out = strtoll(value->text, NULL, 10);
	return NULL;
}

/* Puts the value where the table says; what is wrong with it, or NULL. */
static const char *
read_value(struct wire_header *header, const struct member *member, const struct json *value)
{
	char *place = (char *)header + member->offset;
	const char *fault;

	if (member->type == FLAG) {
		*(bool *)place = value->kind == JSON_TRUE;
		return value->kind == JSON_TRUE || value->kind == JSON_FALSE ? NULL : "is not true or false";
	}
	if (member->type == NUMBER)
		return read_number((long long *)place, value);
	fault = string_fault(member, value);
	if (fault == NULL)
		*(const char **)place = value->text;
	return fault;
}

/* ---- a message ----------------------------------------------------------------------------------------- */

static int
read_header(struct wire_message *out, const struct json *root, struct ehds_error *error)
{
	const char *verb = verbs[out->verb].name;
	unsigned bit = 1u << out->verb;

	for (size_t i = 0; i < MEMBERS; i++) {
		const struct member *member = &members[i];
		const struct json *value = json_get(root, member->name);
		const char *fault;

		if (((member->must | member->may) & bit) == 0)
			continue;
		if (value == NULL && (member->must & bit) != 0)
			return malformed(error, "%s without '%s' in its header", verb, member->name);
		if (value == NULL)
			continue;
		fault = read_value(&out->header, member, value);
		if (fault != NULL)
			return malformed(error, "%s: '%s' %s", verb, member->name, fault);
	}
	return 0;
}

static int
parse_header(struct wire_message *out, const struct wire_frame *frame, struct arena *arena,
    struct ehds_error *error)
{
	const struct json_limits limits = { .bytes = WIRE_HEADER_LIMIT, .depth = 8, .values = 256 };
	struct ehds_error cause = { 0 };
	const struct json *root;

	if (frame->length > WIRE_HEADER_LIMIT)
		return malformed(error, "%s: the header has %zu bytes, the limit is %d",
		    verbs[out->verb].name, frame->length, WIRE_HEADER_LIMIT);
	if (json_parse(&root, frame->data, frame->length, NULL, &limits, arena, &cause) != 0)
		return malformed(error, "%s: the header is no JSON: %s (line %d, column %d)",
		    verbs[out->verb].name, cause.text, cause.line, cause.column);
	if (root->kind != JSON_OBJECT)
		return malformed(error, "%s: the header is no JSON object", verbs[out->verb].name);
	return read_header(out, root, error);
}

static bool
frame_is(const struct wire_frame *frame, const char *text)
{
	return frame->length == strlen(text) && memcmp(frame->data, text, frame->length) == 0;
}

static int
parse_verb(enum wire_verb *out, const struct wire_frame *frame, struct ehds_error *error)
{
	const char *names[WIRE_VERB_COUNT], *near;
	char word[24] = "";

	for (int i = 0; i < WIRE_VERB_COUNT; i++) {
		names[i] = verbs[i].name;
		if (frame_is(frame, names[i])) {
			*out = (enum wire_verb)i;
			return 0;
		}
	}
	if (frame->length == 0 || frame->length >= sizeof(word) || !is_printable(frame->data, frame->length,
	    false)
	    || text_valid_utf8(frame->data, frame->length) != frame->length)
		return malformed(error, "the second frame is no verb");
	memcpy(word, frame->data, frame->length);
	near = text_nearest(word, names, WIRE_VERB_COUNT);
	if (near != NULL)
		return malformed(error, "unknown verb '%s', did you mean '%s'?", word, near);
	return malformed(error, "unknown verb '%s'", word);
}

int
wire_parse(struct wire_message *out, const struct wire_frame *frames, size_t count, struct arena *arena,
    struct ehds_error *error)
{
	memset(out, 0, sizeof(*out));
	out->verb = WIRE_VERB_COUNT;
	if (count == 0 || !frame_is(&frames[0], WIRE_MAGIC))
		return malformed(error, "the first frame is not '%s'", WIRE_MAGIC);
	if (count < 3 || count > WIRE_FRAMES)
		return malformed(error,
		    "%zu frames, expected '%s', a verb, a header and at most %d bodies", count, WIRE_MAGIC, WIRE_BODIES);
	if (parse_verb(&out->verb, &frames[1], error) != 0
	    || parse_header(out, &frames[2], arena, error) != 0)
		return -1;
	out->body_count = count - 3;
	for (size_t i = 0; i < out->body_count; i++)
		out->bodies[i] = frames[3 + i];
	if (out->body_count < verbs[out->verb].least_bodies || out->body_count > verbs[out->verb].most_bodies)
		return malformed(error, "%s with %zu bodies", verbs[out->verb].name, out->body_count);
	return 0;
}

static bool
is_set(const struct member *member, const char *place, unsigned bit)
{
	switch (member->type) {
	case NAME:
	case TEXT:
	case ID:
	case SHA256:
	case WANT:
		return *(const char *const *)place != NULL;
	case FLAG:
		return true;
	case NUMBER:
		return (member->must & bit) != 0 || *(const long long *)place != 0;
	}
	return false;
}

void
wire_write_header(struct buffer *out, enum wire_verb verb, const struct wire_header *header)
{
	struct json_writer writer = json_writer_new(out, false);
	unsigned bit = 1u << verb;

	json_open(&writer, '{');
	for (size_t i = 0; i < MEMBERS; i++) {
		const char *place = (const char *)header + members[i].offset;

		if (((members[i].must | members[i].may) & bit) == 0 || !is_set(&members[i], place, bit))
			continue;
		json_key(&writer, members[i].name);
		if (members[i].type == FLAG)
			json_boolean(&writer, *(const bool *)place);
		else if (members[i].type == NUMBER)
			json_integer(&writer, *(const long long *)place);
		else
			json_string(&writer, *(const char *const *)place);
	}
	json_close(&writer, '}');
}
