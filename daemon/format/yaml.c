/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See yaml.h. The tree is built from libyaml's events and not from its documents: those silently
 * keep both of two equal keys and follow aliases. What a plain scalar would mean to other readers
 * is in yaml_trap.c.
 */
#include "format/yaml.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#define BYTES_MAX ((size_t)32 * 1024 * 1024)
#define NODES_MAX 4000000u
#define DEPTH_MAX 64

struct yaml_file {
	struct arena *arena;	/* owns all nodes and texts */
	char *name;		/* owns */
	struct yaml_node *root;
};

/* An open mapping or sequence. */
struct frame {
	struct yaml_node *node, *last;
	const char *key;	/* read, its value not yet */
	int key_line, key_column;
};

struct build {
	struct yaml_file *file;
	struct ehds_error *error;
	const char *bytes;
	struct frame frames[DEPTH_MAX];
	size_t depth;
	unsigned nodes;
	bool documents;		/* one was begun */
};

static int
refuse(const struct build *build, const char *rule, const yaml_mark_t *mark, const char *words)
{
	return error_set(build->error, EHDS_ERROR_CONFIG, rule, build->file->name, (int)mark->line + 1,
	    (int)mark->column + 1, "%s", words);
}

static int
no_memory(const struct build *build, const yaml_mark_t *mark)
{
	return refuse(build, "yaml-too-large", mark, "the file needs more memory than there is");
}

/* Anchors, aliases and tags make a file mean something else than its letters. */
static int
check_plain(const struct build *build, const yaml_mark_t *mark, const yaml_char_t *anchor,
    const yaml_char_t *tag)
{
	if (anchor != NULL)
		return refuse(build, "yaml-alias", mark,
		    "an anchor (&name): write the value out where it is needed");
	if (tag != NULL)
		return refuse(build, "yaml-tag", mark, "a tag (!name): all scalars are text here");
	return 0;
}

static struct yaml_node *
add_node(struct build *build, enum yaml_kind kind, const yaml_mark_t *mark)
{
	struct frame *frame = build->depth > 0 ? &build->frames[build->depth - 1] : NULL;
	struct yaml_node *node;

	if (++build->nodes > NODES_MAX) {
		refuse(build, "yaml-too-large", mark, "more than 4000000 values in one file");
		return NULL;
	}
	node = arena_alloc(build->file->arena, sizeof(*node));
	if (node == NULL) {
		no_memory(build, mark);
		return NULL;
	}
	node->kind = kind;
	node->line = (int)mark->line + 1;
	node->column = (int)mark->column + 1;
	if (frame == NULL) {
		build->file->root = node;
		return node;
	}
	node->key = frame->key;
	node->key_line = frame->key_line;
	node->key_column = frame->key_column;
	frame->key = NULL;
	frame->key_line = frame->key_column = 0;
	if (frame->last != NULL)
		frame->last->next = node;
	else
		frame->node->children = node;
	frame->last = node;
	frame->node->count++;
	return node;
}

static bool
wants_key(const struct build *build)
{
	const struct frame *frame = build->depth > 0 ? &build->frames[build->depth - 1] : NULL;

	return frame != NULL && frame->node->kind == YAML_MAPPING && frame->key == NULL;
}

static int
on_scalar(struct build *build, const yaml_event_t *event)
{
	const yaml_mark_t *mark = &event->start_mark;
	const char *value = (const char *)event->data.scalar.value;
	struct yaml_node *node;
	char *text;

	if (check_plain(build, mark, event->data.scalar.anchor, event->data.scalar.tag) != 0)
		return -1;
	if (memchr(value, '\0', event->data.scalar.length) != NULL)
		return refuse(build, "yaml-encoding", mark, "a NUL character in a text");
	text = arena_strndup(build->file->arena, value, event->data.scalar.length);
	if (text == NULL)
		return no_memory(build, mark);
	if (wants_key(build)) {
		struct frame *frame = &build->frames[build->depth - 1];

		frame->key = text;
		frame->key_line = (int)mark->line + 1;
		frame->key_column = (int)mark->column + 1;
		return 0;
	}
	node = add_node(build, YAML_SCALAR, mark);
	if (node == NULL)
		return -1;
	node->text = text;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int
on_open(struct build *build, enum yaml_kind kind, const yaml_mark_t *mark, const yaml_char_t *anchor,
    const yaml_char_t *tag)
{
	struct yaml_node *node;

	if (check_plain(build, mark, anchor, tag) != 0)
		return -1;
	if (wants_key(build))
		return refuse(build, "yaml-syntax", mark, "a key must be a plain or quoted text");
	if (build->depth == DEPTH_MAX)
		return refuse(build, "yaml-depth", mark, "nested more than 64 levels deep");
	node = add_node(build, kind, mark);
	if (node == NULL)
		return -1;
	build->frames[build->depth++] = (struct frame){ .node = node };
	return 0;
}

/* By key, equal keys in file order. */
static int
compare_keys(const void *a, const void *b)
{
	const struct yaml_node *one = *(const struct yaml_node *const *)a,
	    *other = *(const struct yaml_node *const *)b;
	int order = strcmp(one->key, other->key);

	if (order != 0)
		return order;
	if (one->key_line != other->key_line)
		return one->key_line < other->key_line ? -1 : 1;
	return one->key_column < other->key_column ? -1 : one->key_column > other->key_column;
}

/*
 * The second occurrence of a key that stands twice, the first such in the file; *before is the
 * first occurrence.
 */
static const struct yaml_node *
find_duplicate(const struct yaml_node *mapping, const struct yaml_node **before)
{
	const struct yaml_node **sorted = must_alloc(mapping->count * sizeof(*sorted)), *node, *found = NULL;
	size_t count = 0, i;

	for (node = mapping->children; node != NULL; node = node->next)
		sorted[count++] = node;
	qsort(sorted, count, sizeof(*sorted), compare_keys);
	for (i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0)
			continue;
		if (found != NULL && (found->key_line < sorted[i]->key_line ||
		    (found->key_line == sorted[i]->key_line && found->key_column < sorted[i]->key_column)))
			continue;
		found = sorted[i];
		*before = sorted[i - 1];
	}
	free(sorted);
	return found;
}

static int
on_close(struct build *build)
{
	const struct yaml_node *mapping = build->frames[--build->depth].node, *twice, *before = NULL;

	if (mapping->kind != YAML_MAPPING || mapping->count < 2)
		return 0;
	twice = find_duplicate(mapping, &before);
	if (twice == NULL)
		return 0;
	return error_set(build->error, EHDS_ERROR_CONFIG, "yaml-duplicate-key", build->file->name,
	    twice->key_line,
	    twice->key_column, "the key '%.200s' stands twice, first at %d:%d", twice->key, before->key_line,
	    before->key_column);
}

static int
on_event(struct build *build, const yaml_event_t *event)
{
	const yaml_mark_t *mark = &event->start_mark;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (build->documents)
			return refuse(build, "yaml-syntax", mark, "a second document ('---') in one file");
		build->documents = true;
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(build, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(build, YAML_SEQUENCE, mark, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_open(build, YAML_MAPPING, mark, event->data.mapping_start.anchor,
		    event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return on_close(build);
	case YAML_ALIAS_EVENT:
		return refuse(build, "yaml-alias", mark,
		    "an alias (*name): write the value out where it is needed");
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	}
	return 0;
}

/* libyaml says at which byte a text is not to be read, but not in which line. */
static int
refuse_byte(const struct build *build, size_t offset, const char *words)
{
	yaml_mark_t mark = { 0, 0, 0 };
	size_t i;

	for (i = 0; i < offset; i++) {
		mark.column = build->bytes[i] == '\n' ? 0 : mark.column + 1;
		mark.line += build->bytes[i] == '\n';
	}
	return refuse(build, "yaml-encoding", &mark, words);
}

/* What libyaml could not read, in its words and at its place. */
static int
refuse_syntax(const struct build *build, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "not readable";

	if (parser->error == YAML_MEMORY_ERROR)
		return no_memory(build, &parser->mark);
	if (parser->error == YAML_READER_ERROR)
		return refuse_byte(build, parser->problem_offset, problem);
	if (parser->context == NULL)
		return refuse(build, "yaml-syntax", &parser->problem_mark, problem);
	return error_set(build->error, EHDS_ERROR_CONFIG, "yaml-syntax", build->file->name,
	    (int)parser->problem_mark.line + 1, (int)parser->problem_mark.column + 1,
	    "%s, %s that begins at %d:%d",
	    problem, parser->context, (int)parser->context_mark.line + 1,
	    (int)parser->context_mark.column + 1);
}

static int
run(struct build *build, const char *bytes, size_t length)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool ended = false;
	int result = 0;

	must(yaml_parser_initialize(&parser));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
	while (result == 0 && !ended) {
		if (!yaml_parser_parse(&parser, &event)) {
			result = refuse_syntax(build, &parser);
			break;
		}
		ended = event.type == YAML_STREAM_END_EVENT;
		result = on_event(build, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return result;
}

static int
check_bytes(const struct build *build, const char *bytes, size_t length)
{
	size_t valid = text_valid_utf8(bytes, length);

	if (length > BYTES_MAX)
		return error_set(build->error, EHDS_ERROR_CONFIG, "yaml-too-large", build->file->name, 0, 0,
		    "the file has %zu bytes, the limit is %zu", length, BYTES_MAX);
	return valid == length ? 0 : refuse_byte(build, valid, "a byte that is no UTF-8");
}

int
yaml_parse(struct yaml_file **out, const char *bytes, size_t length, const char *name,
    struct ehds_error *error)
{
	struct yaml_file *file = must_alloc(sizeof(*file));
	struct build build = { .file = file, .error = error, .bytes = bytes };

	*out = NULL;
	file->arena = arena_new(0);
	file->name = must_strdup(name);
	if (check_bytes(&build, bytes, length) != 0 || run(&build, bytes, length) != 0) {
		yaml_free(&file);
		return -1;
	}
	*out = file;
	return 0;
}

int
yaml_load(struct yaml_file **out, const char *path, struct ehds_error *error)
{
	struct buffer file = { .limit = 0 };
	int result = -1;

	*out = NULL;
	/* One byte over the limit is enough to be refused as too large. */
	if (file_read(&file, path, BYTES_MAX + 1, error) == 0)
		result = yaml_parse(out, file.data, file.length, path, error);
	else if (error != NULL && error->kind == EHDS_ERROR_DOCUMENT)
		error_set(error, EHDS_ERROR_CONFIG, "yaml-too-large", path, 0, 0,
		    "the file is larger than %zu bytes", BYTES_MAX);
	buffer_free(&file);
	return result;
}

void
yaml_free(struct yaml_file **file)
{
	if (*file == NULL)
		return;
	arena_free(&(*file)->arena);
	free((*file)->name);
	free(*file);
	*file = NULL;
}

const struct yaml_node *
yaml_root(const struct yaml_file *file)
{
	return file->root;
}

const char *
yaml_name(const struct yaml_file *file)
{
	return file->name;
}

const struct yaml_node *
yaml_get(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *child;

	if (node == NULL || node->kind != YAML_MAPPING)
		return NULL;
	for (child = node->children; child != NULL; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

const char *
yaml_text(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	return value != NULL && value->kind == YAML_SCALAR ? value->text : NULL;
}
