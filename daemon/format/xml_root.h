/* SPDX-License-Identifier: EUPL-1.2 */
/* A document inside another one becomes the document: what came in an envelope, or in the stylesheet that shows it. */
#ifndef EHDS_FORMAT_XML_ROOT_H
#define EHDS_FORMAT_XML_ROOT_H

#include <libxml/tree.h>

/*
 * Makes an element of the tree its root, with the name spaces that are in scope there, and gives the former root back,
 * detached: the caller frees it (xmlFreeNode) when the tree is done with, before the tree. NULL when there is not
 * enough memory; then the tree is good for nothing but to be freed. An element that is the root already stays it: NULL too.
 */
xmlNode *
xml_root_replace(xmlDoc *doc, xmlNode *element);

#endif
