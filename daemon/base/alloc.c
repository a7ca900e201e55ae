/* SPDX-License-Identifier: EUPL-1.2 */
/* See alloc.h. Aborting is right here: the program cannot do its work without its own few kilobytes. */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
must_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: internal error: %s\n", file, line, condition);
	abort();
}

void *
must_alloc(size_t size)
{
	void *memory = calloc(1, size > 0 ? size : 1);

	must(memory != NULL);
	return memory;
}

void *
must_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size > 0 ? size : 1);

	must(memory != NULL);
	return memory;
}

char *
must_strdup(const char *text)
{
	char *copy = strdup(text);

	must(copy != NULL);
	return copy;
}

char *
must_printf(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	must(length >= 0);
	return text;
}
