/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See number.h. "1,234" is ambiguous between continents; where this project's documents come from
 * the comma is the decimal mark, and a stylesheet that knows better takes the text apart itself.
 */
#include "mapping/number.h"

#include "base/text.h"

#include <string.h>

#define NUMBER_MAX 100

/* Which separators stand in the text, told apart. */
enum mark { MARK_NONE, MARK_SPACE, MARK_APOSTROPHE, MARK_POINT, MARK_COMMA };

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* The mark at text and its length in bytes: white space is any of ASCII, U+00A0, U+2009, U+202F. */
static enum mark
mark_at(const char *text, size_t *length)
{
	*length = 1;
	if (*text == '.' || *text == ',')
		return *text == '.' ? MARK_POINT : MARK_COMMA;
	if (*text == ' ')
		return MARK_SPACE;
	if (*text == '\'')
		return MARK_APOSTROPHE;
	*length = 2;
	if (strncmp(text, "\xC2\xA0", 2) == 0)
		return MARK_SPACE;
	*length = 3;
	if (strncmp(text, "\xE2\x80\x89", 3) == 0 || strncmp(text, "\xE2\x80\xAF", 3) == 0)
		return MARK_SPACE;
	if (strncmp(text, "\xE2\x80\x99", 3) == 0)
		return MARK_APOSTROPHE;
	return MARK_NONE;
}

/* What a mark in a well-formed number does. */
struct shape {
	enum mark decimal, group;
};

static bool
count_marks(const char *text, unsigned counts[5], enum mark *last)
{
	size_t length;

	*last = MARK_NONE;
	for (; *text != '\0'; text += length) {
		enum mark mark = MARK_NONE;

		length = 1;
		if (is_digit(*text))
			continue;
		mark = mark_at(text, &length);
		if (mark == MARK_NONE)
			return false;
		counts[mark]++;
		*last = mark;
	}
	return true;
}

/*
 * The last comma or point is the decimal mark when it stands alone of its kind; every other mark
 * parts groups, one kind only.
 */
static bool
find_shape(const char *text, struct shape *shape)
{
	unsigned counts[5] = { 0 };
	enum mark last, mark;

	if (!count_marks(text, counts, &last))
		return false;
	*shape = (struct shape){ MARK_NONE, MARK_NONE };
	if ((last == MARK_POINT || last == MARK_COMMA) && counts[last] == 1)
		shape->decimal = last;
	for (mark = MARK_SPACE; mark <= MARK_COMMA; mark++) {
		if (counts[mark] == 0 || mark == shape->decimal)
			continue;
		if (shape->group != MARK_NONE)
			return false;
		shape->group = mark;
	}
	return true;
}

/*
 * The digits in front of the decimal mark: groups of three behind the first. Returns what follows,
 * or NULL.
 */
static const char *
copy_whole(const char *text, const struct shape *shape, char **out)
{
	unsigned digits = 0;
	bool grouped = false;
	size_t length;

	for (;; text++) {
		if (is_digit(*text)) {
			*(*out)++ = *text;
			digits++;
			continue;
		}
		if (grouped && digits != 3)
			return NULL;
		if (*text == '\0' || mark_at(text, &length) == shape->decimal)
			return text;
		if (!grouped && (digits == 0 || digits > 3))
			return NULL;
		grouped = true;
		digits = 0;
		text += length - 1;
	}
}

static bool
copy_number(const char *text, char *out)
{
	char *start = out, *first;
	struct shape shape;

	if (!find_shape(text, &shape))
		return false;
	text = copy_whole(text, &shape, &out);
	if (text == NULL)
		return false;
	if (out == start)
		*out++ = '0';
	for (first = start; *first == '0' && first + 1 < out; first++)
		;
	memmove(start, first, (size_t)(out - first));
	out -= first - start;
	if (*text != '\0') {
		*out++ = '.';
		text++;
		if (*text == '\0' || strspn(text, "0123456789") != strlen(text))
			return false;
	}
	strcpy(out, text);
	return true;
}

bool
number_of_text(const char *text, char *out)
{
	char number[NUMBER_MAX + 1];
	size_t length;

	while (text_is_space(*text))
		text++;
	if (*text == '-')
		*out++ = '-';
	if (*text == '+' || *text == '-')
		text++;
	length = strlen(text);
	while (length > 0 && text_is_space(text[length - 1]))
		length--;
	if (length == 0 || length > NUMBER_MAX || strspn(text, ".,") >= length)
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	return copy_number(number, out);
}
