/* SPDX-License-Identifier: EUPL-1.2 */
/* The tokens of a FHIRPath expression, one at a time: between fhirpath_scan.c, which cuts them, and fhirpath_parse.c. */
#ifndef EHDS_CONFORM_FHIRPATH_SCAN_H
#define EHDS_CONFORM_FHIRPATH_SCAN_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

enum token_kind {
	TOKEN_END, TOKEN_NAME, TOKEN_QUOTED_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_DATE, TOKEN_TIME, TOKEN_EXTERNAL,
	TOKEN_DOLLAR, TOKEN_PUNCTUATION
};

struct token {
	enum token_kind kind;
	const char *text;	/* unescaped, in the arena */
	int line, column;
};

struct scanner {
	struct arena *arena;	/* borrows: the tokens' texts */
	const char *at, *line_start;
	int line;
	struct token token;	/* the current one */
	struct ehds_error *error;
};

/* CONFIG error at the current token; detail (may be NULL) is quoted. Returns -1. */
int
syntax_error(struct scanner *scanner, const char *rule, const char *text, const char *detail);

/* Goes on to the next token. Errors: CONFIG fhirpath-syntax. */
int
advance(struct scanner *scanner);

bool
is_token(const struct scanner *scanner, enum token_kind kind, const char *text);

bool
is_punctuation(const struct scanner *scanner, const char *text);

/* Goes on behind this punctuation. Errors: CONFIG fhirpath-syntax when it is not there. */
int
expect(struct scanner *scanner, const char *text);

#endif
