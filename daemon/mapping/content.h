/* SPDX-License-Identifier: EUPL-1.2 */
/* What a document says, whatever it is encoded in: the identity of a document that has no id. */
#ifndef EHDS_MAPPING_CONTENT_H
#define EHDS_MAPPING_CONTENT_H

#include "base/digest.h"
#include "format/xml.h"

/*
 * SHA-256 over the names, attributes and texts of the tree in document order, with the bodies that were cut out. The same document in another
 * encoding, with other prefixes or another order of name space declarations has the same; one character more has another.
 */
void
content_digest(char out[DIGEST_HEX], const struct xml_source *source);

#endif
