/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The names in an XPath expression, one after the other: libxml2 resolves functions, variables and
 * prefixes only when it evaluates. Source: XPath 1.0 (W3C, 1999), section 3.7.
 */
#ifndef EHDS_MAPPING_XPATH_NAMES_H
#define EHDS_MAPPING_XPATH_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum xpath_name_kind {
	XPATH_NAME_FUNCTION,	/* told when its ')' comes */
	XPATH_NAME_VARIABLE,
	XPATH_NAME_ELEMENT,	/* a name test on an element */
	XPATH_NAME_ATTRIBUTE,
};

#define XPATH_NAME_MAX 128

struct xpath_name {
	enum xpath_name_kind kind;
	char prefix[XPATH_NAME_MAX];	/* "": none */
	char local[XPATH_NAME_MAX];	/* "*" for any */
	size_t offset;			/* in the text */
	unsigned arguments;		/* of a function */
	char literal[XPATH_NAME_MAX];	/* a function's first argument when it is a literal, else "" */
};

/* text is well-formed. */
void
xpath_names(const char *text, void (*name)(void *user, const struct xpath_name *), void *user);

#endif
