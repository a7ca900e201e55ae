/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The linear scan in front of libxml2: it bounds what the parser will have to do and finds the base64 bodies.
 * It builds nothing and checks no more of well-formedness than it needs, so as never to see other elements
 * than libxml2 does; the rest is libxml2's work.
 */
#ifndef EHDS_FORMAT_XML_GUARD_H
#define EHDS_FORMAT_XML_GUARD_H

#include "base/arena.h"
#include "format/xml.h"
#include "format/xml_text.h"

/* A body: the whole text between a start tag and its end tag. */
struct xml_cut {
	size_t start, length;	/* bytes of the text */
	size_t element;		/* the how-manieth start tag of the document it follows; 1-based */
	const struct xml_cut *next;
};

struct xml_guard {
	size_t elements;
	const struct xml_cut *cuts;	/* in document order */
	size_t cut_count, cut_bytes;
};

/*
 * text is valid UTF-8 without NUL. cuts: whether bodies are looked for. Errors as xml_parse says,
 * except those that only libxml2 finds.
 */
int
xml_guard_scan(struct xml_guard *out, const struct xml_text *text, const struct xml_limits *limits, bool cuts,
    struct arena *arena, struct ehds_error *error);

#endif
