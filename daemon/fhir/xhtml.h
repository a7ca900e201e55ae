/* SPDX-License-Identifier: EUPL-1.2 */
/* The narrative's div as text: the same in FHIR JSON (as a string) and in FHIR XML. */
#ifndef EHDS_FHIR_XHTML_H
#define EHDS_FHIR_XHTML_H

#include "base/buffer.h"

#include <libxml/tree.h>

/*
 * Appends the element with all it holds, with its own declaration of the XHTML name space and without any
 * that it does not use (as in Exclusive XML Canonicalization 1.0). White space and comments stay as they are;
 * processing instructions go. Elements that HTML knows as empty close themselves, others never do.
 */
void
xhtml_write(struct buffer *out, const xmlNode *div);

/* Appends ` name="value"` with XML's escapes (XML 1.0, 2.4 and 3.3.3: white space survives normalisation). */
void
xml_write_attribute(struct buffer *out, const char *name, const char *value);

#endif
