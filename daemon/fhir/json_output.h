/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where FHIR JSON is written: room, brackets, commas, names and strings. Not struct json_writer, because
 * this stands in the road of every document: names need no escapes, room is taken from the buffer in
 * large steps, and most values are copied eight bytes at a time. Inside the fhir layer.
 */
#ifndef EHDS_FHIR_JSON_OUTPUT_H
#define EHDS_FHIR_JSON_OUTPUT_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define JSON_OUTPUT_CHUNK 512	/* of a value, escaped at once */

struct json_output {
	struct buffer *out;
	char *start, *at, *end;	/* room in the buffer, not yet counted in its length; or all of spill */
	bool pretty, comma;	/* comma: something stands before in this object or array */
	unsigned depth;		/* of brackets */
	char spill[6 * JSON_OUTPUT_CHUNK + 16];	/* written to, in vain, when the buffer has failed */
};

void
json_output_open(struct json_output *output, struct buffer *out, bool pretty);

/* Counts what was written; call it before the buffer is looked at. */
void
json_output_flush(struct json_output *output);

/* Makes room for length bytes (at most a sixth of spill's chunks: 6 * JSON_OUTPUT_CHUNK) at output->at. */
void
json_output_take(struct json_output *output, size_t length);

static inline void
put_room(struct json_output *output, size_t length)
{
	if ((size_t)(output->end - output->at) < length)
		json_output_take(output, length);
}

static inline void
put(struct json_output *output, char character)
{
	put_room(output, 1);
	*output->at++ = character;
}

/* length: at most JSON_OUTPUT_CHUNK. */
static inline void
put_bytes(struct json_output *output, const char *bytes, size_t length)
{
	put_room(output, length);
	memcpy(output->at, bytes, length);
	output->at += length;
}

/* What stands before a member or an item. */
void
put_separator(struct json_output *output);

void
put_open(struct json_output *output, char bracket);	/* '{' or '[' */

void
put_close(struct json_output *output, char bracket);	/* '}' or ']' */

/*
 * A member's name and colon. underscore: "_name", which holds the id and the extensions of a primitive.
 * name: of R4, so it is short and needs no escapes.
 */
void
put_name(struct json_output *output, const char *name, bool underscore);

/* A string with quotes and the escapes of RFC 8259, section 7. */
void
put_string(struct json_output *output, const char *text, size_t length);

/* The text as it is: digits, true, false. */
void
put_raw(struct json_output *output, const char *text);

#endif
