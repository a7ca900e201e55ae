/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing of JSON, straight into a buffer. See json.h. */
#include "format/json.h"

#include <string.h>

/*
 * RFC 8259, section 7: quotation mark, reverse solidus and U+0000 to U+001F; the short forms where
 * there is one.
 */
static void
write_escaped(struct buffer *out, unsigned char byte)
{
	static const char characters[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = memchr(characters, byte, sizeof(characters) - 1);

	if (found == NULL) {
		buffer_printf(out, "\\u%04x", byte);
		return;
	}
	buffer_putc(out, '\\');
	buffer_putc(out, letters[found - characters]);
}

void
json_write_string(struct buffer *out, const char *text, size_t length)
{
	const char *end = text + length, *from = text;

	buffer_putc(out, '"');
	for (; text < end; text++) {
		if ((unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
			continue;
		buffer_append(out, from, (size_t)(text - from));
		write_escaped(out, (unsigned char)*text);
		from = text + 1;
	}
	buffer_append(out, from, (size_t)(end - from));
	buffer_putc(out, '"');
}

struct json_writer
json_writer_new(struct buffer *out, bool pretty)
{
	return (struct json_writer){ .out = out, .pretty = pretty, .first = true };
}

static void
new_line(struct json_writer *writer)
{
	if (!writer->pretty)
		return;
	buffer_putc(writer->out, '\n');
	for (unsigned i = 0; i < writer->depth; i++)
		buffer_append(writer->out, "  ", 2);
}

/* What stands before a key, or before a value that has none. */
static void
separate(struct json_writer *writer)
{
	if (!writer->first)
		buffer_putc(writer->out, ',');
	if (writer->depth > 0)
		new_line(writer);
	writer->first = false;
}

static void
before_value(struct json_writer *writer)
{
	if (!writer->after_key)
		separate(writer);
	writer->after_key = false;
}

void
json_open(struct json_writer *writer, char bracket)
{
	before_value(writer);
	buffer_putc(writer->out, bracket);
	writer->depth++;
	writer->first = true;
}

void
json_close(struct json_writer *writer, char bracket)
{
	bool empty = writer->first;

	writer->depth--;
	if (!empty)
		new_line(writer);
	buffer_putc(writer->out, bracket);
	writer->first = false;
}

void
json_key(struct json_writer *writer, const char *key)
{
	separate(writer);
	json_write_string(writer->out, key, strlen(key));
	buffer_puts(writer->out, writer->pretty ? ": " : ":");
	writer->after_key = true;
}

void
json_string(struct json_writer *writer, const char *text)
{
	before_value(writer);
	if (text == NULL)
		buffer_puts(writer->out, "null");
	else
		json_write_string(writer->out, text, strlen(text));
}

void
json_raw(struct json_writer *writer, const char *text)
{
	before_value(writer);
	buffer_puts(writer->out, text);
}

void
json_integer(struct json_writer *writer, long long number)
{
	before_value(writer);
	buffer_printf(writer->out, "%lld", number);
}

void
json_boolean(struct json_writer *writer, bool value)
{
	json_raw(writer, value ? "true" : "false");
}
