/* SPDX-License-Identifier: EUPL-1.2 */
/* See text.h. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/*
 * Length of the well-formed sequence at bytes (1 to 4), or 0. The table of RFC 3629, section 4: the second
 * byte's range is narrower after E0, ED, F0 and F4.
 */
static size_t
sequence_length(const unsigned char *bytes, size_t left)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t length, i;

	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] >= 0xC2 && bytes[0] <= 0xDF)
		length = 2;
	else if (bytes[0] >= 0xE0 && bytes[0] <= 0xEF)
		length = 3;
	else if (bytes[0] >= 0xF0 && bytes[0] <= 0xF4)
		length = 4;
	else
		return 0;
	if (left < length)
		return 0;
	if (bytes[0] == 0xE0)
		low = 0xA0;
	else if (bytes[0] == 0xED)
		high = 0x9F;
	else if (bytes[0] == 0xF0)
		low = 0x90;
	else if (bytes[0] == 0xF4)
		high = 0x8F;
	if (bytes[1] < low || bytes[1] > high)
		return 0;
	for (i = 2; i < length; i++)
		if (bytes[i] < 0x80 || bytes[i] > 0xBF)
			return 0;
	return length;
}

size_t
text_valid_utf8(const char *bytes, size_t length)
{
	const uint64_t high_bits = UINT64_C(0x8080808080808080);
	size_t at = 0, step;
	uint64_t words[4];

	while (at < length) {
		/* Most of a document is ASCII: 32 bytes at a time. */
		while (length - at >= sizeof(words)) {
			memcpy(words, bytes + at, sizeof(words));
			if (((words[0] | words[1] | words[2] | words[3]) & high_bits) != 0)
				break;
			at += sizeof(words);
		}
		while (at < length && (unsigned char)bytes[at] < 0x80)
			at++;
		if (at == length)
			break;
		step = sequence_length((const unsigned char *)bytes + at, length - at);
		if (step == 0)
			return at;
		at += step;
	}
	return at;
}

void
text_trim_partial_utf8(char *text)
{
	size_t length = strlen(text), back;

	for (back = 1; back <= 3 && back <= length; back++) {
		unsigned char byte = (unsigned char)text[length - back];

		if (byte < 0x80)
			return;
		if (byte >= 0xC0) {
			if (sequence_length((unsigned char *)text + length - back, back) == 0)
				text[length - back] = '\0';
			return;
		}
	}
}

bool
text_is_blank(const char *text)
{
	if (text == NULL)
		return true;
	while (text_is_space(*text))
		text++;
	return *text == '\0';
}

bool
text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

#define NEAREST_MAX 63

/* Levenshtein distance by one row; words longer than NEAREST_MAX are never near. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t row[NEAREST_MAX + 1], la = strlen(a), lb = strlen(b), i, j;

	if (la > NEAREST_MAX || lb > NEAREST_MAX)
		return SIZE_MAX;
	for (j = 0; j <= lb; j++)
		row[j] = j;
	for (i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

const char *
text_nearest(const char *word, const char *const *candidates, size_t count)
{
	const char *nearest = NULL;
	size_t best = 3, i;

	if (strlen(word) < 2)
		return NULL;
	for (i = 0; i < count; i++) {
		size_t distance;

		if (candidates[i] == NULL)
			continue;
		distance = edit_distance(word, candidates[i]);
		if (distance < best && 2 * distance < strlen(word)) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
