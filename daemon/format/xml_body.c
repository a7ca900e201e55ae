/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xml_body.h. A body may be megabytes, so the loop has no branches and a constant count: the compiler
 * makes vector code of it. A table of 256 entries was three times slower.
 */
#include "format/xml_body.h"
#include "base/text.h"

#include <string.h>

#define BLOCK 64
#define CHARACTERS_PER_SPACE 24

struct tally {
	size_t foreign;		/* neither base64 nor white space */
	size_t runs;		/* of white space */
	size_t spaces;
};

static inline bool
is_digit64(unsigned char byte)
{
	unsigned char letter = (unsigned char)((byte | 0x20) - 'a'), digit = (unsigned char)(byte - '0');

	return (letter < 26) | (digit < 10) | (byte == '+') | (byte == '/');
}

static inline bool
is_space(unsigned char byte)
{
	return (byte == ' ') | (byte == '\n') | (byte == '\r') | (byte == '\t');
}

/* text[-1] is readable: the first byte of the whole text is tallied apart. */
static void
tally_block(struct tally *tally, const unsigned char *text)
{
	unsigned char foreign = 0, runs = 0, spaces = 0;
	size_t i;

	for (i = 0; i < BLOCK; i++) {
		unsigned char space = is_space(text[i]);

		foreign |= (unsigned char)!(is_digit64(text[i]) | space);
		runs = (unsigned char)(runs + (space & !is_space(text[i - 1])));
		spaces = (unsigned char)(spaces + space);
	}
	tally->foreign += foreign;
	tally->runs += runs;
	tally->spaces += spaces;
}

static void
tally_byte(struct tally *tally, unsigned char byte, unsigned char before)
{
	tally->foreign += !is_digit64(byte) && !is_space(byte);
	tally->runs += is_space(byte) && !is_space(before);
	tally->spaces += is_space(byte);
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
	size_t at = 1;

	length = without_padding(text, length);
	if (length == 0)
		return false;
	tally_byte(&tally, bytes[0], ' ');
	while (length - at >= BLOCK && tally.foreign == 0) {
		tally_block(&tally, bytes + at);
		at += BLOCK;
	}
	for (; at < length && tally.foreign == 0; at++)
		tally_byte(&tally, bytes[at], bytes[at - 1]);
	return tally.foreign == 0 && length - tally.spaces > 0 &&
	    tally.runs <= (length - tally.spaces) / CHARACTERS_PER_SPACE;
}
