/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The character encoding of an XML document: which one it says it is in, which one it is in, and the text in
 * UTF-8. A document that says one thing and is another is the commonest fault of real senders.
 */
#ifndef EHDS_FORMAT_ENCODING_H
#define EHDS_FORMAT_ENCODING_H

#include "base/arena.h"
#include "base/finding.h"
#include "format/xml_text.h"

/*
 * Turns text->data and text->length into UTF-8 without a byte order mark and without NUL: borrowed
 * from the same bytes when they are UTF-8 already, else in the arena. findings may be NULL. A
 * declaration that the bytes contradict beyond doubt is overruled with the warning
 * "xml-encoding-declared"; a document without one whose bytes are no UTF-8 is read as windows-1252 with the
 * warning "xml-encoding-undeclared", but not a stylesheet (text->kind). Errors, with the place: xml-encoding, xml-nul, xml-too-large (the arena
 * is full). Source: XML 1.0 (5th edition), 4.3.3 and appendix F; the encodings: RFC 3629, RFC 2781,
 * ISO/IEC 8859-1 and -15, windows-1252 as in the IANA charset registry.
 */
int
encoding_to_utf8(struct xml_text *text, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error);

#endif
