/* SPDX-License-Identifier: EUPL-1.2 */
#include "mapping/joined.h"

#include "base/buffer.h"
#include "base/text.h"
#include "mapping/expression.h"
#include "mapping/path.h"
#include "mapping/run.h"

#include <string.h>

#define PARTS_MAX 16

struct part {
	const char *literal;		/* NULL: a path */
	const struct path *path;
	bool normalized;
};

struct joined {
	size_t count;
	struct part parts[PARTS_MAX];
};

/* ---- Compiling ------------------------------------------------------------------------------------------------ */

/* The end of the argument that begins at `text`: the comma or bracket that is not in quotes or in brackets of its own, or '\0'. */
static const char *
argument_end(const char *text)
{
	unsigned depth = 0;
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote != '\0') {
			if (*text == quote)
				quote = '\0';
		} else if (*text == '\'' || *text == '"') {
			quote = *text;
		} else if (*text == '(' || *text == '[') {
			depth++;
		} else if ((*text == ')' || *text == ']') && depth > 0) {
			depth--;
		} else if ((*text == ',' || *text == ')') && depth == 0) {
			break;
		}
	}
	return text;
}

static char *
trimmed_copy(const char *text, size_t length, struct arena *arena)
{
	while (length > 0 && text_is_space(text[0])) {
		text++;
		length--;
	}
	while (length > 0 && text_is_space(text[length - 1]))
		length--;
	return arena_strndup(arena, text, length);
}

/* What stands between name( and the bracket that ends text; NULL when text is no such call. */
static const char *
inside_call(const char *text, const char *name, struct arena *arena)
{
	size_t length = strlen(name), all = strlen(text);

	if (all < length + 2 || strncmp(text, name, length) != 0 || text[length] != '(' || text[all - 1] != ')')
		return NULL;
	return trimmed_copy(text + length + 1, all - length - 2, arena);
}

static bool
is_literal(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && (text[0] == '\'' || text[0] == '"') && strchr(text + 1, text[0]) == text + length - 1;
}

static bool
read_part(struct part *part, const char *text, const xmlNode *scope, struct arena *arena)
{
	const char *inside = inside_call(text, "normalize-space", arena);

	if (is_literal(text)) {
		part->literal = arena_strndup(arena, text + 1, strlen(text) - 2);
		return true;
	}
	part->normalized = inside != NULL;
	part->path = path_compile(inside != NULL ? inside : text, scope, arena);
	return part->path != NULL;
}

const struct joined *
joined_compile(const char *text, const xmlNode *scope, struct arena *arena)
{
	const char *whole = trimmed_copy(text, strlen(text), arena), *at = inside_call(whole, "concat", arena), *end;
	struct joined *joined = arena_alloc(arena, sizeof(*joined));

	if (joined == NULL || whole == NULL)
		return NULL;
	if (at == NULL)
		return read_part(&joined->parts[joined->count++], whole, scope, arena) ? joined : NULL;
	for (;; at = end + 1) {
		end = argument_end(at);
		if (*end == ')' || joined->count == PARTS_MAX ||
		    !read_part(&joined->parts[joined->count++], trimmed_copy(at, (size_t)(end - at), arena), scope, arena))
			return NULL;
		if (*end == '\0')
			return joined;
	}
}

/* ---- Evaluating ----------------------------------------------------------------------------------------------- */

static bool
take_first(void *user, const xmlNode *node)
{
	*(const xmlNode **)user = node;
	return false;
}

static const char *
part_text(const struct part *part, struct run *run, const xmlNode *context)
{
	const xmlNode *node = NULL;

	if (part->literal != NULL)
		return part->literal;
	path_walk(part->path, context, take_first, &node);
	return node == NULL ? "" : node_string(run, node);
}

/* XPath's white space is XML's: no other kind counts. */
static void
put_normalized(struct buffer *buffer, const char *text)
{
	size_t start = buffer->length;

	for (; *text != '\0'; text++) {
		if (!text_is_space(*text))
			buffer_putc(buffer, *text);
		else if (buffer->length > start && !text_is_space(text[1]) && text[1] != '\0')
			buffer_putc(buffer, ' ');
	}
}

const char *
joined_text(const struct joined *joined, struct run *run, const xmlNode *context)
{
	struct buffer buffer = { .limit = 1 << 20 };
	const char *text;
	size_t i;

	if (joined->count == 1 && !joined->parts[0].normalized)
		return part_text(&joined->parts[0], run, context);
	for (i = 0; i < joined->count; i++) {
		text = part_text(&joined->parts[i], run, context);
		if (joined->parts[i].normalized)
			put_normalized(&buffer, text);
		else
			buffer_puts(&buffer, text);
	}
	text = run->failed ? NULL : run_strdup(run, buffer.data == NULL ? "" : buffer.data);
	buffer_free(&buffer);
	return text;
}
