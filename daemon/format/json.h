/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * JSON as a tree in which every value knows its line and column and every number keeps its digits.
 * jansson was the plan; it turns 1.50 into a double and forgets places, and both are promises here.
 */
#ifndef EHDS_FORMAT_JSON_H
#define EHDS_FORMAT_JSON_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum json_kind { JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_kind kind;
	int line, column;	/* 1-based; column counts bytes */
	const char *key;	/* name in the parent object; NULL in an array and at the root */
	const char *text;	/* string: UTF-8 without NUL; number: as written */
	size_t length;		/* of text */
	const struct json *children;	/* first member or item */
	const struct json *next;
	size_t count;		/* members or items */
};

struct json_limits {
	size_t bytes;		/* default 64 MiB */
	unsigned depth;		/* default 128 */
	size_t values;		/* default 2,000,000 */
};

extern const struct json_limits json_limits_default;

/*
 * Parses one value (RFC 8259) and nothing behind it; a byte order mark is passed over. All lives in
 * the arena. Errors are DOCUMENT with line and column: json-syntax, json-duplicate-key, json-depth,
 * json-values, json-too-large, json-encoding (invalid UTF-8, lone surrogate, \u0000).
 */
int
json_parse(const struct json **out, const char *bytes, size_t length, const char *name,
    const struct json_limits *limits, struct arena *arena, struct ehds_error *error);

/* The member of an object, or NULL (also when value is NULL or no object). */
const struct json *
json_get(const struct json *value, const char *key);

/* The string at key, or NULL. */
const char *
json_text(const struct json *value, const char *key);

/* Appends text as a JSON string, quotes included; only what RFC 8259 requires is escaped. */
void
json_write_string(struct buffer *out, const char *text, size_t length);

/* A small writer: commas and nesting are its business. */
struct json_writer {
	struct buffer *out;
	bool pretty;		/* two spaces a level */
	unsigned depth;
	bool first, after_key;
};

struct json_writer
json_writer_new(struct buffer *out, bool pretty);

void
json_open(struct json_writer *writer, char bracket);	/* '{' or '[' */

void
json_close(struct json_writer *writer, char bracket);	/* '}' or ']' */

void
json_key(struct json_writer *writer, const char *key);

void
json_string(struct json_writer *writer, const char *text);	/* NULL writes null */

/* As written: a number or a literal. */
void
json_raw(struct json_writer *writer, const char *text);

void
json_integer(struct json_writer *writer, long long number);

void
json_boolean(struct json_writer *writer, bool value);

#endif
