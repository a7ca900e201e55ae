/* SPDX-License-Identifier: EUPL-1.2 */
/* Which texts are base64 bodies: the guard cuts them out, so that libxml2 never copies a PDF. */
#ifndef EHDS_FORMAT_XML_BODY_H
#define EHDS_FORMAT_XML_BODY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * True when the text is base64 (RFC 4648, section 4) and white space and nothing else, with padding at the
 * end only, and no prose: words of a language are short, so white space after every 24th character on
 * average or oftener means text (MIME and PEM break lines at 76 and 64).
 */
bool
xml_body_is_base64(const char *text, size_t length);

#endif
