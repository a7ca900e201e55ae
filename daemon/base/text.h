/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Questions about UTF-8 text and the small comparisons that the whole house needs. All strings are
 * borrowed.
 */
#ifndef EHDS_BASE_TEXT_H
#define EHDS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Cuts an incomplete UTF-8 sequence at the end of a truncated string, in place. */
void
text_trim_partial_utf8(char *text);

/*
 * Length of the valid UTF-8 prefix of bytes (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF);
 * equals length when all of it is valid.
 */
size_t
text_valid_utf8(const char *bytes, size_t length);

/* White space of XML 1.0 (production 3): space, tab, CR, LF. */
static inline bool
text_is_space(char character)
{
	return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/* True when the text is NULL, empty or white space only. */
bool
text_is_blank(const char *text);

/* Whether both are the same text. Names that differ mostly do so in the first letter, so that is looked at without a call. */
static inline bool
text_is(const char *a, const char *b)
{
	return a[0] == b[0] && strcmp(a, b) == 0;
}

bool
text_starts_with(const char *text, const char *prefix);

bool
text_ends_with(const char *text, const char *suffix);

/*
 * The candidate nearest to word, for "did you mean": at most two edits away, and fewer than half of the
 * word's letters. NULL when none is. candidates holds count strings; NULL entries are passed over.
 */
const char *
text_nearest(const char *word, const char *const *candidates, size_t count);

#endif
