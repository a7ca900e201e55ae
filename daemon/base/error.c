/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filling and printing of errors. The struct has fixed buffers, so that reporting "out of memory" needs no
 * memory and an error can cross a process boundary as plain bytes.
 */
#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void
copy_bounded(char *out, size_t size, const char *from)
{
	snprintf(out, size, "%s", from != NULL ? from : "");
	text_trim_partial_utf8(out);
}

/*
 * Texts quote what a document holds, cut somewhere: what is no UTF-8 becomes '?', a control
 * character (a newline in a name) becomes a space.
 */
static void
make_one_line(char *text)
{
	size_t length = strlen(text), at = 0;

	while ((at += text_valid_utf8(text + at, length - at)) < length)
		text[at] = '?';
	for (at = 0; at < length; at++)
		if ((unsigned char)text[at] < 0x20 || text[at] == 0x7F)
			text[at] = ' ';
}

int
error_set(struct ehds_error *error, enum ehds_error_kind kind, const char *rule, const char *file, int line,
    int column, const char *format, ...)
{
	va_list arguments;

	if (error == NULL)
		return -1;
	error->kind = kind;
	error->line = line;
	error->column = column;
	copy_bounded(error->rule, sizeof(error->rule), rule);
	copy_bounded(error->file, sizeof(error->file), file);
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(error->text);
	make_one_line(error->text);
	return -1;
}

void
error_clear(struct ehds_error *error)
{
	if (error != NULL)
		memset(error, 0, sizeof(*error));
}

const char *
error_kind_name(enum ehds_error_kind kind)
{
	switch (kind) {
	case EHDS_ERROR_NONE:
		return "none";
	case EHDS_ERROR_TEMPORARY:
		return "temporary";
	case EHDS_ERROR_DOCUMENT:
		return "document";
	case EHDS_ERROR_MAPPING:
		return "mapping";
	case EHDS_ERROR_CONFIG:
		return "config";
	}
	return "unknown";
}

char *
error_format(const struct ehds_error *error, char *out, size_t size)
{
	char place[320] = "";
	const char *separator = error->rule[0] != '\0' ? ": " : "";

	if (error->file[0] != '\0' && error->line > 0 && error->column > 0)
		snprintf(place, sizeof(place), "%s:%d:%d: ", error->file, error->line, error->column);
	else if (error->file[0] != '\0' && error->line > 0)
		snprintf(place, sizeof(place), "%s:%d: ", error->file, error->line);
	else if (error->file[0] != '\0')
		snprintf(place, sizeof(place), "%s: ", error->file);
	snprintf(out, size, "%serror: %s%s%s", place, error->rule, separator, error->text);
	text_trim_partial_utf8(out);
	return out;
}
