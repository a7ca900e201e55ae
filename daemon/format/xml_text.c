/* SPDX-License-Identifier: EUPL-1.2 */
/* See xml_text.h. Nothing counts lines while all is well: a place costs one pass, and only in a refusal. */
#include "format/xml_text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
to_int(size_t number)
{
	return number > INT_MAX ? INT_MAX : (int)number;
}

void
xml_text_place(const struct xml_text *text, size_t offset, int *line, int *column)
{
	const char *start = text->data, *at, *end;
	size_t lines = 1;

	if (offset > text->length)
		offset = text->length;
	end = text->data + offset;
	while (start < end && (at = memchr(start, '\n', (size_t)(end - start))) != NULL) {
		start = at + 1;
		lines++;
	}
	*line = to_int(lines);
	*column = to_int((size_t)(end - start) + 1);
}

int
xml_text_refuse(const struct xml_text *text, size_t offset, const char *rule, struct ehds_error *error,
    const char *format, ...)
{
	char words[sizeof(error->text)];
	va_list arguments;
	int line, column;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	xml_text_place(text, offset, &line, &column);
	return error_set(error, text->kind, rule, text->name, line, column, "%s", words);
}
