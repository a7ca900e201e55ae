/* SPDX-License-Identifier: EUPL-1.2 */
/* The text of one XML document on its way through the door, and how a place in it becomes a refusal. */
#ifndef EHDS_FORMAT_XML_TEXT_H
#define EHDS_FORMAT_XML_TEXT_H

#include "base/error.h"

#include <stddef.h>

struct xml_text {
	const char *data;	/* borrows; UTF-8 once encoding.h has seen it */
	size_t length;
	const char *name;	/* stands in places */
	enum ehds_error_kind kind;	/* who can cure it: the sender of a document, the author of a stylesheet */
};

/*
 * Line and column of a byte, both 1-based; lines end with LF and columns count bytes, as in
 * libxml2. Counts from the start: for refusals and findings, not for loops.
 */
void
xml_text_place(const struct xml_text *text, size_t offset, int *line, int *column);

/* Sets the error at the place of that byte. Always returns -1. */
int
xml_text_refuse(const struct xml_text *text, size_t offset, const char *rule, struct ehds_error *error,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
