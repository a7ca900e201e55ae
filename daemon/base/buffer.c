/* SPDX-License-Identifier: EUPL-1.2 */
/* See buffer.h. */
#include "base/buffer.h"
#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ .limit = buffer->limit };
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->failed = false;
	if (buffer->data != NULL)
		buffer->data[0] = '\0';
}

/* Makes room for length bytes and a NUL. */
static bool
buffer_reserve(struct buffer *buffer, size_t length)
{
	size_t wanted, capacity;
	char *data;

	if (buffer->failed)
		return false;
	if (length > SIZE_MAX / 4 || (buffer->limit != 0 && buffer->length + length > buffer->limit)) {
		buffer->failed = true;
		return false;
	}
	wanted = buffer->length + length + 1;
	if (wanted <= buffer->capacity)
		return true;
	capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
	while (capacity < wanted)
		capacity *= 2;
	data = realloc(buffer->data, capacity);
	if (data == NULL) {
		buffer->failed = true;
		return false;
	}
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

void
buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
	if (!buffer_reserve(buffer, length))
		return;
	if (length > 0)
		memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

void
buffer_puts(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void
buffer_putc_slowly(struct buffer *buffer, char character)
{
	if (!buffer_reserve(buffer, 1))
		return;
	buffer->data[buffer->length++] = character;
	buffer->data[buffer->length] = '\0';
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(length >= 0);
	if (!buffer_reserve(buffer, (size_t)length))
		return;
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
}

char *
buffer_room(struct buffer *buffer, size_t length)
{
	return buffer_reserve(buffer, length) ? buffer->data + buffer->length : NULL;
}

void
buffer_advance(struct buffer *buffer, size_t length)
{
	must(buffer->length + length < buffer->capacity);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

char *
buffer_take(struct buffer *buffer, size_t *length)
{
	char *data;

	if (buffer->data == NULL)
		buffer_append(buffer, "", 0);
	if (buffer->failed) {
		buffer_free(buffer);
		return NULL;
	}
	data = buffer->data;
	if (length != NULL)
		*length = buffer->length;
	*buffer = (struct buffer){ .limit = buffer->limit };
	return data;
}
