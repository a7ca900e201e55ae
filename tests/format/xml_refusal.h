/* SPDX-License-Identifier: EUPL-1.2 */
/* Parsing of a document that must be refused, or taken, for the tests of the XML door. */
#ifndef EHDS_TESTS_FORMAT_XML_REFUSAL_H
#define EHDS_TESTS_FORMAT_XML_REFUSAL_H

#include "base/buffer.h"
#include "format/xml.h"

#include "../check_main.h"

#include <string.h>

/* The refusal of a document of length bytes; no field of it lives on after the next call. */
static inline const struct ehds_error *
refusal(const char *bytes, size_t length, const struct xml_limits *limits)
{
	static struct ehds_error error;
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source;
	/* Exactly as long as it is, so that a byte read behind it is seen. */
	char *exact = malloc(length > 0 ? length : 1);

	memcpy(exact, bytes, length);
	error_clear(&error);
	ck_assert_int_eq(xml_parse(&source, exact, length, "test.xml", limits, arena, &findings, &error), -1);
	ck_assert_ptr_null(source);
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.file, "test.xml");
	free(exact);
	arena_free(&arena);
	return &error;
}

/* Asserts rule, place and text of the refusal of a text. */
static inline void
refuses(const char *document, const char *rule, int line, int column, const char *text)
{
	const struct ehds_error *error = refusal(document, strlen(document), &xml_limits_default);

	ck_assert_str_eq(error->text, text);
	ck_assert_str_eq(error->rule, rule);
	ck_assert_int_eq(error->line, line);
	ck_assert_int_eq(error->column, column);
}

/* "A", times times, between two texts. Gives the document. */
static inline char *
repeated(const char *before, const char *what, size_t times, const char *after, size_t *length)
{
	struct buffer out = { .limit = 0 };

	buffer_puts(&out, before);
	for (size_t i = 0; i < times; i++)
		buffer_puts(&out, what);
	buffer_puts(&out, after);
	return buffer_take(&out, length);
}

#endif
