/* SPDX-License-Identifier: EUPL-1.2 */
/* See xpath_parse.h. */
#include "mapping/xpath_parse.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

#define HEIGHT_MAX 200		/* a + b + c ... nests as well */

/* ---- Tokens ---------------------------------------------------------------------------------- */

static void *
keep(struct parser *parser, size_t size)
{
	void *memory = arena_alloc(parser->arena, size);

	must(memory != NULL);
	return memory;
}

void
skip_space(struct parser *parser)
{
	while (text_is_space(*parser->at))
		parser->at++;
}

bool
peek(struct parser *parser, const char *token)
{
	skip_space(parser);
	return text_starts_with(parser->at, token);
}

bool
take(struct parser *parser, const char *token)
{
	if (!peek(parser, token))
		return false;
	parser->at += strlen(token);
	return true;
}

bool
starts_name(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
	    character == '_';
}

size_t
name_length(const char *at)
{
	size_t length = 0;

	if (!starts_name(*at))
		return 0;
	while (starts_name(at[length]) || (at[length] >= '0' && at[length] <= '9') ||
	    at[length] == '-' || at[length] == '.')
		length++;
	return (unsigned char)at[length] >= 0x80 ? 0 : length;
}

const char *
take_name(struct parser *parser)
{
	size_t length = name_length(parser->at);
	const char *name;

	if (length == 0)
		return NULL;
	name = arena_strndup(parser->arena, parser->at, length);
	must(name != NULL);
	parser->at += length;
	return name;
}

bool
take_word(struct parser *parser, const char *word)
{
	size_t length = strlen(word);

	skip_space(parser);
	if (name_length(parser->at) != length || strncmp(parser->at, word, length) != 0)
		return false;
	parser->at += length;
	return true;
}

const char *
uri_of(struct parser *parser, const char *prefix)
{
	const xmlNs *ns = xmlSearchNs(parser->scope->doc, (xmlNode *)parser->scope,
	    (const xmlChar *)prefix);

	return ns == NULL ? NULL : arena_strdup(parser->arena, (const char *)ns->href);
}

/* ---- Trees ----------------------------------------------------------------------------------- */

struct xpath_tree *
new_tree(struct parser *parser, enum tree_kind kind, enum value_kind type)
{
	struct xpath_tree *tree = keep(parser, sizeof(*tree));

	tree->kind = kind;
	tree->type = type;
	return tree;
}

const struct xpath_tree *
new_binary(struct parser *parser, enum tree_kind kind, enum value_kind type,
    const struct xpath_tree *left, const struct xpath_tree *right)
{
	struct xpath_tree *tree;

	if (left == NULL || right == NULL || left->height >= HEIGHT_MAX)
		return NULL;
	tree = new_tree(parser, kind, type);
	tree->left = left;
	tree->right = right;
	tree->height = (left->height > right->height ? left->height : right->height) + 1;
	tree->uses_position = left->uses_position || right->uses_position;
	tree->uses_last = left->uses_last || right->uses_last;
	return tree;
}

void *
keep_copy(struct parser *parser, const void *items, size_t size)
{
	void *copy = keep(parser, size + 1);

	memcpy(copy, items, size);
	return copy;
}
