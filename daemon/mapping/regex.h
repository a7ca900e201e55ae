/* SPDX-License-Identifier: EUPL-1.2 */
/* Regular expressions of mapping files (PCRE2, UTF-8): they match whole texts, within bounded work. */
#ifndef EHDS_MAPPING_REGEX_H
#define EHDS_MAPPING_REGEX_H

#include <stddef.h>

struct regex;

/* NULL when the expression is wrong; problem then says why and at which character. Gives the expression. */
struct regex *
regex_new(const char *pattern, char *problem, size_t size);

void
regex_free(struct regex **regex);

/* 1: all of text matches. 0: it does not. -1: the limit of work was reached, or text is no UTF-8. */
int
regex_matches(const struct regex *regex, const char *text);

#endif
