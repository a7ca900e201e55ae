/* SPDX-License-Identifier: EUPL-1.2 */
/* See json_token.h. */
#include "format/json_token.h"

#include <stdint.h>
#include <string.h>

int
json_column(const struct json_read *read, const char *place)
{
	ptrdiff_t column = place - read->line_start + 1;

	return column > INT32_MAX ? INT32_MAX : (int)column;
}

int
json_no_memory(const struct json_read *read)
{
	return JSON_REFUSE(read, read->at, "json-too-large",
	    "the document needs more memory than it may take");
}

/* Four hexadecimal digits, or -1. */
static int32_t
read_hex(const struct json_read *read, const char *at)
{
	static const char digits[] = "0123456789abcdef";
	int32_t number = 0;
	size_t i;

	if (read->end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		const char *digit = memchr(digits, at[i] >= 'A' && at[i] <= 'F' ? at[i] + 32 : at[i], 16);

		if (digit == NULL)
			return -1;
		number = number << 4 | (int32_t)(digit - digits);
	}
	return number;
}

static char *
put_utf8(char *out, uint32_t character)
{
	if (character < 0x80) {
		*out++ = (char)character;
		return out;
	}
	if (character < 0x800) {
		*out++ = (char)(0xC0 | character >> 6);
	} else if (character < 0x10000) {
		*out++ = (char)(0xE0 | character >> 12);
		*out++ = (char)(0x80 | (character >> 6 & 0x3F));
	} else {
		*out++ = (char)(0xF0 | character >> 18);
		*out++ = (char)(0x80 | (character >> 12 & 0x3F));
		*out++ = (char)(0x80 | (character >> 6 & 0x3F));
	}
	*out++ = (char)(0x80 | (character & 0x3F));
	return out;
}

/*
 * \uXXXX at read->at, or two that make a surrogate pair (RFC 8259, section 7). Moves behind it;
 * NULL on error.
 */
static char *
read_unicode(struct json_read *read, char *out)
{
	int32_t first = read_hex(read, read->at + 2), second = -1;

	if (first < 0) {
		JSON_REFUSE(read, read->at, "json-syntax", "\\u without four hexadecimal digits");
		return NULL;
	}
	if (first == 0) {
		JSON_REFUSE(read, read->at, "json-encoding", "\\u0000: a text has no NUL character");
		return NULL;
	}
	if (first < 0xD800 || first > 0xDFFF) {
		read->at += 6;
		return put_utf8(out, (uint32_t)first);
	}
	if (first < 0xDC00 && read->end - read->at >= 12 && memcmp(read->at + 6, "\\u", 2) == 0)
		second = read_hex(read, read->at + 8);
	if (second < 0xDC00 || second > 0xDFFF) {
		JSON_REFUSE(read, read->at, "json-encoding", "half of a surrogate pair");
		return NULL;
	}
	read->at += 12;
	return put_utf8(out, 0x10000 + (uint32_t)(first - 0xD800) * 0x400 + (uint32_t)(second - 0xDC00));
}

/* A backslash at read->at and what it stands for. Moves behind it; NULL on error. */
static char *
read_escape(struct json_read *read, char *out)
{
	static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
	const char *letter;

	if (read->end - read->at >= 2 && read->at[1] == 'u')
		return read_unicode(read, out);
	letter = read->end - read->at < 2 ? NULL : memchr(letters, read->at[1], sizeof(letters) - 1);
	if (letter == NULL) {
		JSON_REFUSE(read, read->at, "json-syntax",
		    "a backslash before a character that is not escaped so");
		return NULL;
	}
	read->at += 2;
	*out++ = characters[letter - letters];
	return out;
}

/* The closing quote of the string whose first character is at `at`; NULL when there is none. */
static const char *
closing_quote(const struct json_read *read, const char *at)
{
	for (; at < read->end && *at != '"'; at++)
		if (*at == '\\' && ++at == read->end)
			return NULL;
	return at < read->end ? at : NULL;
}

char *
json_read_string(struct json_read *read, size_t *length)
{
	const char *quote = read->at, *close = closing_quote(read, quote + 1);
	char *text, *out;

	if (close == NULL) {
		JSON_REFUSE(read, quote, "json-syntax", "a string that is not closed");
		return NULL;
	}
	/* No escape is shorter than what it stands for. */
	text = out = arena_alloc(read->arena, (size_t)(close - quote));
	if (text == NULL) {
		json_no_memory(read);
		return NULL;
	}
	read->at++;
	while (read->at < close) {
		if ((unsigned char)*read->at < 0x20) {
			JSON_REFUSE(read, read->at, "json-syntax",
			    "control character 0x%02X in a string: it must be escaped",
			    (unsigned char)*read->at);
			return NULL;
		}
		if (*read->at != '\\') {
			*out++ = *read->at++;
			continue;
		}
		out = read_escape(read, out);
		if (out == NULL)
			return NULL;
	}
	read->at = close + 1;
	*length = (size_t)(out - text);
	return text;
}

static const char *
skip_digits(const struct json_read *read, const char *at)
{
	while (at < read->end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* RFC 8259, section 6. */
const char *
json_number_end(const struct json_read *read, const char *at)
{
	const char *digits;

	at += at < read->end && *at == '-';
	digits = at;
	at = skip_digits(read, at);
	if (at == digits || (*digits == '0' && at - digits > 1))
		return NULL;
	if (at < read->end && *at == '.') {
		digits = at + 1;
		at = skip_digits(read, digits);
		if (at == digits)
			return NULL;
	}
	if (at < read->end && (*at == 'e' || *at == 'E')) {
		digits = at + 1;
		digits += digits < read->end && (*digits == '-' || *digits == '+');
		at = skip_digits(read, digits);
		if (at == digits)
			return NULL;
	}
	return at;
}
