/* SPDX-License-Identifier: EUPL-1.2 */
/* See json_output.h. */
#include "fhir/json_output.h"

#include <stdint.h>

#define STEP 16384		/* room taken from the buffer at once */

/* ---- Room --------------------------------------------------------------------------------------------------- */

void
json_output_open(struct json_output *output, struct buffer *out, bool pretty)
{
	/* Not by an initialiser: it would clear the spill as well. */
	output->out = out;
	output->start = output->at = output->end = output->spill;
	output->pretty = pretty;
	output->comma = false;
	output->depth = 0;
}

void
json_output_flush(struct json_output *output)
{
	if (output->start != output->spill && output->at != output->start)
		buffer_advance(output->out, (size_t)(output->at - output->start));
	output->start = output->at;
}

void
json_output_take(struct json_output *output, size_t length)
{
	struct buffer *out = output->out;
	size_t wanted;

	json_output_flush(output);
	wanted = out->limit == 0 || out->length + STEP <= out->limit ? STEP : length;
	output->start = buffer_room(out, wanted);
	if (output->start == NULL) {
		output->start = output->spill;
		wanted = sizeof(output->spill);
	}
	output->at = output->start;
	output->end = output->start + wanted;
}

/* ---- Characters --------------------------------------------------------------------------------------------- */

/* The top bit of the first byte that needs an escape, and perhaps of later ones; 0 when none does. */
static inline uint64_t
special8(uint64_t bytes)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t quote = bytes ^ (ones * '"'), backslash = bytes ^ (ones * '\\');

	/* A byte below n, for n <= 128, sets its top bit in (x - n * ones) & ~x; zero is the byte below
	 * one. */
	return (((bytes - ones * 0x20) & ~bytes) | ((quote - ones) & ~quote)
		   | ((backslash - ones) & ~backslash))
	    & tops;
}

/* How many of the eight bytes stand before the first special one. */
static inline unsigned
before_special(uint64_t special)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return 0 * (unsigned)special;	/* borrows run towards the first byte there, so take one at a time */
#else
	return (unsigned)__builtin_ctzll(special) / 8;
#endif
}

/* RFC 8259, section 7: only what must be escaped is. */
static char *
escape_character(char *at, unsigned char character)
{
	static const char hexadecimal[] = "0123456789abcdef";
	static const char letters[] = "btn?fr";		/* U+0008 to U+000D */

	if (character >= 0x20 && character != '"' && character != '\\') {
		*at++ = (char)character;
		return at;
	}
	*at++ = '\\';
	if (character >= 0x20) {
		*at++ = (char)character;
	} else if (character >= 8 && character <= 13 && character != 11) {
		*at++ = letters[character - 8];
	} else {
		memcpy(at, "u00", 3);
		at[3] = hexadecimal[character >> 4];
		at[4] = hexadecimal[character & 15];
		at += 5;
	}
	return at;
}

/* Writes at most 6 * length bytes. */
static char *
escape(char *at, const char *text, size_t length)
{
	const char *end = text + length;

	while (end - text >= (ptrdiff_t)sizeof(uint64_t)) {
		uint64_t bytes, special;

		memcpy(&bytes, text, sizeof(bytes));
		memcpy(at, &bytes, sizeof(bytes));
		special = special8(bytes);
		if (special == 0) {
			at += sizeof(bytes);
			text += sizeof(bytes);
			continue;
		}
		at += before_special(special);
		text += before_special(special);
		at = escape_character(at, (unsigned char)*text++);
	}
	while (text < end)
		at = escape_character(at, (unsigned char)*text++);
	return at;
}

void
put_string(struct json_output *output, const char *text, size_t length)
{
	put(output, '"');
	for (; length > JSON_OUTPUT_CHUNK; text += JSON_OUTPUT_CHUNK, length -= JSON_OUTPUT_CHUNK) {
		put_room(output, 6 * JSON_OUTPUT_CHUNK);
		output->at = escape(output->at, text, JSON_OUTPUT_CHUNK);
	}
	put_room(output, 6 * length + 1);
	output->at = escape(output->at, text, length);
	*output->at++ = '"';
}

/* ---- Brackets, commas, names -------------------------------------------------------------------------------- */

static void
put_indent(struct json_output *output)
{
	unsigned i;

	put(output, '\n');
	for (i = 0; i < output->depth; i++)
		put_bytes(output, "  ", 2);
}

void
put_separator(struct json_output *output)
{
	if (output->comma)
		put(output, ',');
	if (output->pretty && output->depth > 0)
		put_indent(output);
	output->comma = true;
}

void
put_open(struct json_output *output, char bracket)
{
	put(output, bracket);
	output->comma = false;
	output->depth++;
}

void
put_close(struct json_output *output, char bracket)
{
	output->depth--;
	if (output->pretty && output->comma)
		put_indent(output);
	put(output, bracket);
	output->comma = true;
}

void
put_name(struct json_output *output, const char *name, bool underscore)
{
	size_t length = strlen(name);

	put_separator(output);
	put_room(output, length + 5);
	*output->at++ = '"';
	if (underscore)
		*output->at++ = '_';
	memcpy(output->at, name, length);
	output->at += length;
	*output->at++ = '"';
	*output->at++ = ':';
	if (output->pretty)
		*output->at++ = ' ';
}

void
put_raw(struct json_output *output, const char *text)
{
	size_t length = strlen(text);

	for (; length > JSON_OUTPUT_CHUNK; text += JSON_OUTPUT_CHUNK, length -= JSON_OUTPUT_CHUNK)
		put_bytes(output, text, JSON_OUTPUT_CHUNK);
	put_bytes(output, text, length);
}
