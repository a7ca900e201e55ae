/* SPDX-License-Identifier: EUPL-1.2 */
/* What libxml2 says, in the words of the person who can cure it. */
#ifndef EHDS_FORMAT_XML_WORDS_H
#define EHDS_FORMAT_XML_WORDS_H

#include <stddef.h>

#include <libxml/xmlerror.h>

/* The rule id for libxml2's error; the text goes into out, which is always filled. */
const char *
xml_words(char *out, size_t size, const xmlError *said);

#endif
