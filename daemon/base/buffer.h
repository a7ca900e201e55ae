/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A growing byte buffer with a limit. Writing into a full buffer sets `failed` and drops the rest, so that a
 * writer checks once, at its end.
 */
#ifndef EHDS_BASE_BUFFER_H
#define EHDS_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
	char *data;		/* owns; always NUL-terminated once something was written, else NULL */
	size_t length, capacity;
	size_t limit;		/* 0: no limit */
	bool failed;		/* limit reached or no memory: the contents are not to be used */
};

void
buffer_free(struct buffer *buffer);

/* Forgets the contents, keeps the memory. Does not wipe. */
void
buffer_clear(struct buffer *buffer);

void
buffer_append(struct buffer *buffer, const void *bytes, size_t length);

void
buffer_puts(struct buffer *buffer, const char *text);

/* buffer_putc where there is no room, or no memory. */
void
buffer_putc_slowly(struct buffer *buffer, char character);

static inline void
buffer_putc(struct buffer *buffer, char character)
{
	if (buffer->failed || buffer->capacity - buffer->length < 2 || buffer->limit != 0) {
		buffer_putc_slowly(buffer, character);
		return;
	}
	buffer->data[buffer->length++] = character;
	buffer->data[buffer->length] = '\0';
}

void
buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * For writers that count every nanosecond: a place for up to length more bytes, or NULL when the buffer has
 * failed; buffer_advance then says how many of them were written (at most length) and ends the text.
 */
char *
buffer_room(struct buffer *buffer, size_t length);

void
buffer_advance(struct buffer *buffer, size_t length);

/* Gives the memory (NUL-terminated) to the caller and leaves the buffer empty; NULL when failed. */
char *
buffer_take(struct buffer *buffer, size_t *length);

#endif
