/* SPDX-License-Identifier: EUPL-1.2 */
/* A stylesheet that carries a document: some senders wrap a document into the stylesheet that shows it. */
#ifndef EHDS_FORMAT_XML_CARRIER_H
#define EHDS_FORMAT_XML_CARRIER_H

#include <libxml/tree.h>

/*
 * Where the root is an XSLT stylesheet with user data elements (XSLT 1.0, section 2.2), the document that it
 * carries becomes the root, with the name spaces that are in scope there, and the stylesheet is given back,
 * detached: the caller frees it (xmlFreeNode) when the tree is done with. The document is what the one data element
 * holds that holds a single element of another name space, or else the only data element. *memory is set where
 * there is not enough. NULL: the tree is as it was.
 */
xmlNode *
xml_carrier_open(xmlDoc *doc, int *memory);

#endif
