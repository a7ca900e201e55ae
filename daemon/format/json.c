/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The structure of a JSON text; strings and numbers are in json_token.c, writing in json_write.c. See json.h.
 * The reader keeps a stack of frames in the arena instead of calling itself, and knows its line by counting
 * newlines in white space: a string cannot hold one.
 */
#include "format/json.h"
#include "base/text.h"
#include "format/json_token.h"

#include <stdlib.h>
#include <string.h>

const struct json_limits json_limits_default = {
	.bytes = (size_t)64 * 1024 * 1024,
	.depth = 128,
	.values = 2000000,
};

static void
skip_space(struct json_read *read)
{
	while (read->at < read->end && text_is_space(*read->at)) {
		if (*read->at++ == '\n') {
			read->line++;
			read->line_start = read->at;
		}
	}
}

/* What stands at the place, for messages. */
static int
refuse_here(const struct json_read *read, const char *expected)
{
	unsigned char byte;

	if (read->at == read->end)
		return JSON_REFUSE(read, read->at, "json-syntax", "the text ends where %s should stand",
		    expected);
	byte = (unsigned char)*read->at;
	if (byte > 0x20 && byte < 0x7F)
		return JSON_REFUSE(read, read->at, "json-syntax", "'%c' where %s should stand", byte,
		    expected);
	return JSON_REFUSE(read, read->at, "json-syntax", "byte 0x%02X where %s should stand", byte,
	    expected);
}

static struct json *
add_value(struct json_read *read, enum json_kind kind)
{
	struct json_frame *frame = read->depth > 0 ? &read->frames[read->depth - 1] : NULL;
	struct json *value;

	if (++read->values > read->limits->values) {
		JSON_REFUSE(read, read->at, "json-values", "more than %zu values", read->limits->values);
		return NULL;
	}
	value = arena_alloc(read->arena, sizeof(*value));
	if (value == NULL) {
		json_no_memory(read);
		return NULL;
	}
	value->kind = kind;
	value->line = read->line;
	value->column = json_column(read, read->at);
	value->key = read->key;
	read->key = NULL;
	if (frame == NULL)
		return value;
	if (frame->last != NULL)
		frame->last->next = value;
	else
		frame->value->children = value;
	frame->last = value;
	frame->value->count++;
	return value;
}

static struct json *
read_number(struct json_read *read)
{
	const char *end = json_number_end(read, read->at);
	struct json *value;

	if (end == NULL) {
		JSON_REFUSE(read, read->at, "json-syntax",
		    "not a number as JSON writes it (RFC 8259, section 6)");
		return NULL;
	}
	value = add_value(read, JSON_NUMBER);
	if (value == NULL)
		return NULL;
	value->length = (size_t)(end - read->at);
	value->text = arena_strndup(read->arena, read->at, value->length);
	if (value->text == NULL) {
		json_no_memory(read);
		return NULL;
	}
	read->at = end;
	return value;
}

static struct json *
read_literal(struct json_read *read)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} literals[] = { { "null", JSON_NULL }, { "true", JSON_TRUE }, { "false", JSON_FALSE } };
	size_t i;

	for (i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		size_t length = strlen(literals[i].word);
		struct json *value;

		if ((size_t)(read->end - read->at) < length ||
		    memcmp(read->at, literals[i].word, length) != 0)
			continue;
		value = add_value(read, literals[i].kind);
		read->at += length;
		return value;
	}
	refuse_here(read, "a value");
	return NULL;
}

static struct json *
open_container(struct json_read *read, enum json_kind kind)
{
	struct json *value;

	if (read->depth == read->limits->depth) {
		JSON_REFUSE(read, read->at, "json-depth", "nested more than %u deep", read->limits->depth);
		return NULL;
	}
	value = add_value(read, kind);
	if (value == NULL)
		return NULL;
	read->frames[read->depth++] = (struct json_frame){ .value = value };
	read->at++;
	return value;
}

static struct json *
read_value(struct json_read *read)
{
	struct json *value;

	if (read->at == read->end) {
		refuse_here(read, "a value");
		return NULL;
	}
	switch (*read->at) {
	case '{':
		return open_container(read, JSON_OBJECT);
	case '[':
		return open_container(read, JSON_ARRAY);
	case '"':
		value = add_value(read, JSON_STRING);
		if (value != NULL)
			value->text = json_read_string(read, &value->length);
		return value != NULL && value->text != NULL ? value : NULL;
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
		return read_number(read);
	default:
		return read_literal(read);
	}
}

static int
read_key(struct json_read *read)
{
	size_t length;

	if (read->at == read->end || *read->at != '"')
		return refuse_here(read, "a key in quotes");
	read->key = json_read_string(read, &length);
	if (read->key == NULL)
		return -1;
	skip_space(read);
	if (read->at == read->end || *read->at != ':')
		return refuse_here(read, "':'");
	read->at++;
	skip_space(read);
	return 0;
}

/* By key, equal keys in document order. */
static int
compare_keys(const void *a, const void *b)
{
	const struct json *one = *(const struct json *const *)a, *other = *(const struct json *const *)b;
	int order = strcmp(one->key, other->key);

	if (order != 0)
		return order;
	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return one->column < other->column ? -1 : one->column > other->column;
}

static int
refuse_duplicate(const struct json_read *read, const struct json *before, const struct json *twice)
{
	return error_set(read->error, EHDS_ERROR_DOCUMENT, "json-duplicate-key", read->name, twice->line,
	    twice->column, "the key '%.200s' stands twice in one object, first at %d:%d", twice->key,
	    before->line, before->column);
}

/* Sorting keeps a document with one huge object from costing the square of its size. */
static int
check_keys(const struct json_read *read, const struct json *object)
{
	const struct json **sorted, *member;
	size_t count = 0, i;
	int result = 0;

	if (object->count < 2)
		return 0;
	sorted = malloc(object->count * sizeof(*sorted));
	if (sorted == NULL)
		return json_no_memory(read);
	for (member = object->children; member != NULL; member = member->next)
		sorted[count++] = member;
	qsort(sorted, count, sizeof(*sorted), compare_keys);
	for (i = 1; i < count && result == 0; i++)
		if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
			result = refuse_duplicate(read, sorted[i - 1], sorted[i]);
	free(sorted);
	return result;
}

/* Behind a value: closes what is closed, up to and with the comma before the next value. */
static int
after_value(struct json_read *read)
{
	while (read->depth > 0) {
		const struct json *container = read->frames[read->depth - 1].value;
		char close = container->kind == JSON_OBJECT ? '}' : ']';

		skip_space(read);
		if (read->at < read->end && *read->at == ',') {
			read->at++;
			skip_space(read);
			return 0;
		}
		if (read->at == read->end || *read->at != close)
			return refuse_here(read, close == '}' ? "',' or '}'" : "',' or ']'");
		if (close == '}' && check_keys(read, container) != 0)
			return -1;
		read->at++;
		read->depth--;
	}
	return 0;
}

/* Behind an opening bracket: an empty container is closed at once. Returns 1 when it was, 0 when not. */
static int
close_if_empty(struct json_read *read)
{
	char close = read->frames[read->depth - 1].value->kind == JSON_OBJECT ? '}' : ']';

	skip_space(read);
	if (read->at == read->end || *read->at != close)
		return 0;
	read->at++;
	read->depth--;
	return 1;
}

static bool
is_open(const struct json_read *read, const struct json *value)
{
	return read->depth > 0 && read->frames[read->depth - 1].value == value;
}

static const struct json *
read_all(struct json_read *read)
{
	const struct json *root = NULL, *value;

	skip_space(read);
	do {
		if (read->depth > 0 && read->frames[read->depth - 1].value->kind == JSON_OBJECT &&
		    read_key(read) != 0)
			return NULL;
		value = read_value(read);
		if (value == NULL)
			return NULL;
		if (root == NULL)
			root = value;
		if (is_open(read, value) && close_if_empty(read) == 0)
			continue;
		if (after_value(read) != 0)
			return NULL;
	} while (read->depth > 0);
	skip_space(read);
	if (read->at == read->end)
		return root;
	refuse_here(read, "the end of the text");
	return NULL;
}

static int
check_bytes(struct json_read *read)
{
	const char *start = read->at;
	size_t length = (size_t)(read->end - start), valid;

	if (length > read->limits->bytes)
		return error_set(read->error, EHDS_ERROR_DOCUMENT, "json-too-large", read->name, 0, 0,
		    "the document has %zu bytes, the limit is %zu", length, read->limits->bytes);
	valid = text_valid_utf8(start, length);
	if (valid == length)
		return 0;
	for (const char *at = start; at < start + valid; at++) {
		if (*at == '\n') {
			read->line++;
			read->line_start = at + 1;
		}
	}
	return JSON_REFUSE(read, start + valid, "json-encoding", "byte 0x%02X is no UTF-8 here",
	    (unsigned char)start[valid]);
}

int
json_parse(const struct json **out, const char *bytes, size_t length, const char *name,
    const struct json_limits *limits, struct arena *arena, struct ehds_error *error)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t skip = length >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
	struct json_read read = { .at = bytes + skip, .end = bytes + length, .line_start = bytes + skip,
	    .line = 1,
		.name = name, .limits = limits, .arena = arena, .error = error };

	*out = NULL;
	if (check_bytes(&read) != 0)
		return -1;
	read.frames = arena_alloc(arena, limits->depth * sizeof(*read.frames));
	if (read.frames == NULL)
		return json_no_memory(&read);
	*out = read_all(&read);
	return *out != NULL ? 0 : -1;
}

const struct json *
json_get(const struct json *value, const char *key)
{
	const struct json *member;

	if (value == NULL || value->kind != JSON_OBJECT)
		return NULL;
	for (member = value->children; member != NULL; member = member->next)
		if (strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

const char *
json_text(const struct json *value, const char *key)
{
	const struct json *member = json_get(value, key);

	return member != NULL && member->kind == JSON_STRING ? member->text : NULL;
}
