/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_source.h. The n-th start tag of the file is the n-th element of the tree: a scan
 * that passes over comments, CDATA, processing instructions and end tags finds them. The file was
 * parsed before, so it is well-formed.
 */
#include "mapping/stylesheet_source.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)64 * 1024 * 1024)

struct start_tag {
	const xmlNode *element;
	size_t offset;
};

struct stylesheet_source {
	struct buffer file;
	struct start_tag *tags;		/* sorted by address of element */
	size_t count;
};

static const char *
behind(const char *at, const char *end)
{
	const char *found = strstr(at, end);

	return found == NULL ? at + strlen(at) : found + strlen(end);
}

/* The end of a tag: its '>' outside quotes. */
static const char *
behind_tag(const char *at)
{
	char quote = '\0';

	for (; *at != '\0'; at++) {
		if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '"' || *at == '\'')
			quote = *at;
		else if (*at == '>')
			return at + 1;
	}
	return at;
}

/* The next start tag at or behind `at`; NULL when there is none. */
static const char *
next_tag(const char *at)
{
	while ((at = strchr(at, '<')) != NULL) {
		if (text_starts_with(at, "<!--"))
			at = behind(at, "-->");
		else if (text_starts_with(at, "<![CDATA["))
			at = behind(at, "]]>");
		else if (at[1] == '?')
			at = behind(at, "?>");
		else if (at[1] == '/' || at[1] == '!')
			at = behind_tag(at);
		else
			return at;
	}
	return NULL;
}

static const xmlNode *
next_element(const xmlNode *node)
{
	const xmlNode *next = node->children;

	for (;;) {
		while (next != NULL && next->type != XML_ELEMENT_NODE)
			next = next->next;
		if (next != NULL)
			return next;
		if (node == NULL || node->type != XML_ELEMENT_NODE)
			return NULL;
		next = node->next;
		node = node->parent;
	}
}

static int
compare_tags(const void *a, const void *b)
{
	const struct start_tag *one = a, *two = b;

	return (one->element > two->element) - (one->element < two->element);
}

struct stylesheet_source *
stylesheet_source_new(const xmlDoc *doc, const char *path)
{
	struct stylesheet_source *source = must_alloc(sizeof(*source));
	const xmlNode *element = xmlDocGetRootElement((xmlDoc *)doc);
	size_t capacity = 0;
	const char *at;

	if (file_read(&source->file, path, FILE_MAX, NULL) != 0 || source->file.data == NULL)
		return source;
	at = next_tag(source->file.data);
	for (; at != NULL && element != NULL; at = next_tag(behind_tag(at))) {
		if (source->count == capacity) {
			capacity = capacity == 0 ? 256 : 2 * capacity;
			source->tags = must_realloc(source->tags, capacity * sizeof(*source->tags));
		}
		source->tags[source->count++] =
		    (struct start_tag){ element, (size_t)(at - source->file.data) };
		element = next_element(element);
	}
	if (source->count > 1)
		qsort(source->tags, source->count, sizeof(*source->tags), compare_tags);
	return source;
}

void
stylesheet_source_free(struct stylesheet_source **source)
{
	if (*source == NULL)
		return;
	buffer_free(&(*source)->file);
	free((*source)->tags);
	free(*source);
	*source = NULL;
}

/* The value of the attribute in the start tag at `tag`; the tag itself when it is not found. */
static const char *
value_in(const char *tag, const xmlAttr *attribute)
{
	const char *end = behind_tag(tag), *at = tag, *name = (const char *)attribute->name;
	size_t length = strlen(name);

	while (at < end && (at = strpbrk(at, "\"'")) != NULL && at < end) {
		const char *before = at - 1;

		while (before > tag && (text_is_space(*before) || *before == '='))
			before--;
		if ((size_t)(before + 1 - tag) > length &&
		    strncmp(before + 1 - length, name, length) == 0 &&
		    (text_is_space(before[-(long)length]) || before[-(long)length] == ':'))
			return at + 1;
		at = strchr(at + 1, *at);
		if (at == NULL)
			break;
		at++;
	}
	return tag;
}

static struct source_place
place_at(const struct stylesheet_source *source, const char *at)
{
	const char *start = source->file.data, *newline;
	struct source_place place = { 1, 1 };

	while ((newline = memchr(start, '\n', (size_t)(at - start))) != NULL) {
		place.line++;
		start = newline + 1;
	}
	place.column = (int)(at - start) + 1;
	return place;
}

struct source_place
stylesheet_source_place(const struct stylesheet_source *source, const xmlNode *element,
    const xmlAttr *attribute, size_t offset)
{
	struct start_tag key = { .element = element };
	const struct start_tag *found = source->count == 0 ? NULL :
	    bsearch(&key, source->tags, source->count, sizeof(key), compare_tags);
	const char *at;

	if (found == NULL)
		return (struct source_place){ (int)xmlGetLineNo((xmlNode *)element), 0 };
	at = source->file.data + found->offset;
	if (attribute == NULL)
		return place_at(source, at);
	at = value_in(at, attribute);
	/* Behind a character reference the offset is no longer that of the file. */
	if (at + offset <= source->file.data + source->file.length && memchr(at, '&', offset) == NULL)
		at += offset;
	return place_at(source, at);
}
