/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Between the files of the parser of XPath: xpath_parse.c (operators), xpath_parse_path.c (paths),
 * xpath_token.c (words and trees).
 */
#ifndef EHDS_MAPPING_XPATH_PARSE_H
#define EHDS_MAPPING_XPATH_PARSE_H

#include "mapping/xpath_tree.h"

#define XPATH_ITEMS_MAX 16	/* steps of a path, arguments of a call */

struct parser {
	const char *at;
	const xmlNode *scope;
	struct xpath_names *names;
	struct arena *arena;
	unsigned depth;
};

/* ---- Words: white space in front of a token is passed over ----------------------------------- */

void
skip_space(struct parser *parser);

/* Whether token comes next. */
bool
peek(struct parser *parser, const char *token);

/* The same, and moves behind it. */
bool
take(struct parser *parser, const char *token);

/* An operator that is a word: it stands behind an operand, so nothing else can. */
bool
take_word(struct parser *parser, const char *word);

/*
 * A name right here: there is no white space within a QName or behind a '$'. In the arena; NULL
 * when there is none.
 */
const char *
take_name(struct parser *parser);

bool
starts_name(char character);

/* ASCII names; 0 for those with other letters, which are left to libxml2. */
size_t
name_length(const char *at);

/* The URI of a prefix in scope, in the arena, or NULL. */
const char *
uri_of(struct parser *parser, const char *prefix);

/* ---- Trees: none of these fails -------------------------------------------------------------- */

struct xpath_tree *
new_tree(struct parser *parser, enum tree_kind kind, enum value_kind type);

/* NULL when an operand is NULL or they nest too deeply. */
const struct xpath_tree *
new_binary(struct parser *parser, enum tree_kind kind, enum value_kind type,
    const struct xpath_tree *left, const struct xpath_tree *right);

void *
keep_copy(struct parser *parser, const void *items, size_t size);

/* ---- Paths and expressions: NULL or false when they are not understood ----------------------- */

/* Predicates, as many as there are here. */
bool
parse_predicates(struct parser *parser, const struct predicate **predicates, size_t *count);

/* The steps of a relative path; deep: it begins behind "//". Sets path->in_order. */
bool
parse_steps(struct parser *parser, struct xpath_tree *path, bool deep);

/* A path that begins with a step or '/'. */
const struct xpath_tree *
parse_location(struct parser *parser);

/* Any expression. */
const struct xpath_tree *
parse_expression(struct parser *parser);

#endif
