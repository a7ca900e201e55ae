/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The state of reading one JSON text, and its two tokens that are more than a character: strings
 * and numbers.
 */
#ifndef EHDS_FORMAT_JSON_TOKEN_H
#define EHDS_FORMAT_JSON_TOKEN_H

#include "format/json.h"

/* An open object or array. */
struct json_frame {
	struct json *value, *last;
};

struct json_read {
	const char *at, *end, *line_start;
	int line;
	const char *name;
	const struct json_limits *limits;
	struct arena *arena;
	struct ehds_error *error;
	struct json_frame *frames;
	unsigned depth;
	size_t values;
	const char *key;	/* read, its value not yet */
};

/* Sets the error at a place of the current line; -1. */
#define JSON_REFUSE(read, place, rule, ...) \
	error_set((read)->error, EHDS_ERROR_DOCUMENT, rule, (read)->name, (read)->line, \
	    json_column(read, place), __VA_ARGS__)

int
json_column(const struct json_read *read, const char *place);

int
json_no_memory(const struct json_read *read);

/*
 * The string in quotes at read->at, in the arena with a NUL behind it; moves behind it. NULL with
 * the error set.
 */
char *
json_read_string(struct json_read *read, size_t *length);

/* The end of the number that begins at `at`, or NULL when it is none. */
const char *
json_number_end(const struct json_read *read, const char *at);

#endif
