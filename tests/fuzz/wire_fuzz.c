/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages of the wire; lines of an input are frames. Promises: a refusal says why; a header that was taken
 * and is written again is read as the same header; an id that was taken is safe as the name of a file.
 */
#include "base/alloc.h"
#include "wire/protocol.h"

#include "target.h"

#include <string.h>

#define MOST 8

static size_t
split(struct wire_frame *frames, const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < MOST && length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t part = end != NULL ? (size_t)(end - bytes) : length;

		frames[count++] = (struct wire_frame){ bytes, part };
		bytes += part + (end != NULL);
		length -= part + (end != NULL);
	}
	return count;
}

static void
must_be_text(const char *one, const char *other)
{
	must((one == NULL) == (other == NULL));
	must(one == NULL || (strcmp(one, other) == 0 && strlen(one) <= WIRE_TEXT_LIMIT));
}

static void
write_and_read(const struct wire_message *message, struct wire_frame *frames, size_t count,
    struct arena *arena)
{
	struct buffer text = { .limit = 0 };
	struct wire_message again;

	wire_write_header(&text, message->verb, &message->header);
	frames[2] = (struct wire_frame){ text.data, text.length };
	must(wire_parse(&again, frames, count, arena, NULL) == 0);
	must(again.verb == message->verb && again.body_count == message->body_count);
	must_be_text(message->header.message, again.header.message);
	must_be_text(message->header.id, again.header.id);
	must_be_text(message->header.route, again.header.route);
	must_be_text(message->header.want, again.header.want);
	must_be_text(message->header.text, again.header.text);
	must_be_text(message->header.request, again.header.request);
	must(message->header.retry == again.header.retry && message->header.credit == again.header.credit);
	buffer_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(1 << 24);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct wire_frame frames[MOST];
	struct wire_message message;
	size_t count = split(frames, (const char *)bytes, length);

	if (wire_parse(&message, frames, count, arena, &error) == 0) {
		must(message.header.id == NULL || strspn(message.header.id, "0123456789abcdef-") == 36);
		write_and_read(&message, frames, count, arena);
	} else {
		must(error.kind == EHDS_ERROR_DOCUMENT && strcmp(error.rule, "malformed") == 0
		    && error.text[0] != '\0');
	}
	arena_free(&arena);
	return 0;
}
