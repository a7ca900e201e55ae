/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xml_body.h. A body may be megabytes and all of it is looked at before libxml2 sees the rest,
 * so the loop works on 16 bytes at a time, with the vector types that gcc and clang share. Byte by
 * byte it took as long as libxml2 takes to parse the body.
 */
#include "format/xml_body.h"
#include "base/text.h"

#include <string.h>

#define CHARACTERS_PER_SPACE 24

typedef unsigned char vector __attribute__((vector_size(16)));
typedef signed char mask __attribute__((vector_size(16)));	/* of a comparison: -1 in a lane that holds */

/* A lane counts to 255 at most. */
#define VECTORS_PER_FLUSH ((size_t)255)

struct tally {
	size_t foreign;		/* neither base64 nor white space */
	size_t runs;		/* of white space */
	size_t spaces;
};

static inline bool
is_digit64(unsigned char byte)
{
	unsigned char letter = (unsigned char)((byte | 0x20) - 'a'), digit = (unsigned char)(byte - '0');

	return letter < 26 || digit < 10 || byte == '+' || byte == '/';
}

static inline mask
are_digits64(vector bytes)
{
	return (mask)((bytes | 0x20) - 'a' < 26) | (mask)(bytes - '0' < 10) | (mask)(bytes == '+') |
	    (mask)(bytes == '/');
}

static inline mask
are_spaces(vector bytes)
{
	return (mask)(bytes == ' ') | (mask)(bytes == '\n') | (mask)(bytes == '\r') | (mask)(bytes == '\t');
}

static inline vector
load(const unsigned char *bytes)
{
	vector loaded;

	memcpy(&loaded, bytes, sizeof(loaded));
	return loaded;
}

static size_t
sum(vector lanes)
{
	size_t total = 0, i;

	for (i = 0; i < sizeof(lanes); i++)
		total += lanes[i];
	return total;
}

/* bytes[-1] is readable: the first byte of the whole text is tallied apart. */
static void
tally_vectors(struct tally *tally, const unsigned char *bytes, size_t count)
{
	vector foreign = { 0 }, runs = { 0 }, spaces = { 0 };
	size_t i;

	for (i = 0; i < count; i++, bytes += sizeof(vector)) {
		mask space = are_spaces(load(bytes));

		foreign |= (vector)~(are_digits64(load(bytes)) | space);
		runs -= (vector)(space & ~are_spaces(load(bytes - 1)));
		spaces -= (vector)space;
	}
	tally->foreign += sum(foreign);
	tally->runs += sum(runs);
	tally->spaces += sum(spaces);
}

static void
tally_byte(struct tally *tally, unsigned char byte, unsigned char before)
{
	tally->foreign += !is_digit64(byte) && !text_is_space((char)byte);
	tally->runs += text_is_space((char)byte) && !text_is_space((char)before);
	tally->spaces += text_is_space((char)byte);
}

/* Takes white space and at most two '=' off the end. */
static size_t
without_padding(const char *text, size_t length)
{
	unsigned padding = 0;

	while (length > 0) {
		if (text[length - 1] == '=' && padding < 2)
			padding++;
		else if (!text_is_space(text[length - 1]))
			break;
		length--;
	}
	return length;
}

bool
xml_body_is_base64(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	struct tally tally = { 0, 0, 0 };
	size_t at = 1, count;

	length = without_padding(text, length);
	if (length == 0)
		return false;
	tally_byte(&tally, bytes[0], ' ');
	while (length - at >= sizeof(vector) && tally.foreign == 0) {
		count = (length - at) / sizeof(vector);
		if (count > VECTORS_PER_FLUSH)
			count = VECTORS_PER_FLUSH;
		tally_vectors(&tally, bytes + at, count);
		at += count * sizeof(vector);
	}
	for (; at < length && tally.foreign == 0; at++)
		tally_byte(&tally, bytes[at], bytes[at - 1]);
	return tally.foreign == 0 && length - tally.spaces > 0 &&
	    tally.runs <= (length - tally.spaces) / CHARACTERS_PER_SPACE;
}
