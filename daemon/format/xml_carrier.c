/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/xml_carrier.h"

#include <stdbool.h>
#include <string.h>

#define XSLT "http://www.w3.org/1999/XSL/Transform"

static bool
is_in(const xmlNode *node, const char *space)
{
	return node->ns != NULL && strcmp((const char *)node->ns->href, space) == 0;
}

static bool
same_space(const xmlNode *a, const xmlNode *b)
{
	return a->ns != NULL && b->ns != NULL && xmlStrEqual(a->ns->href, b->ns->href);
}

static bool
is_stylesheet(const xmlNode *node)
{
	return is_in(node, XSLT) && (xmlStrEqual(node->name, BAD_CAST "stylesheet") ||
	    xmlStrEqual(node->name, BAD_CAST "transform"));
}

/* The only thing in an element, if that is an element. */
static xmlNode *
only_element(const xmlNode *parent)
{
	xmlNode *child, *found = NULL;

	for (child = parent->children; child != NULL; child = child->next) {
		if (child->type == XML_COMMENT_NODE || child->type == XML_PI_NODE || xmlIsBlankNode(child))
			continue;
		if (found != NULL || child->type != XML_ELEMENT_NODE)
			return NULL;
		found = child;
	}
	return found;
}

/*
 * The document among the user data elements: what the one of them holds that holds a single element of another
 * name space, or the only one there is. NULL when that is not clear.
 */
static xmlNode *
carried_document(const xmlNode *stylesheet)
{
	xmlNode *child, *inner, *held = NULL, *only = NULL;
	int holders = 0, count = 0;

	for (child = stylesheet->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE || child->ns == NULL || is_in(child, XSLT))
			continue;
		only = child;
		count++;
		inner = only_element(child);
		if (inner == NULL || inner->ns == NULL || same_space(inner, child))
			continue;
		held = inner;
		holders++;
	}
	if (holders > 0)
		return holders == 1 ? held : NULL;
	return count == 1 ? only : NULL;
}

/* Declares on the element what its ancestors declare: names in texts (xsi:type) use those prefixes too. */
static bool
take_spaces(xmlNode *element)
{
	const xmlNode *ancestor;
	const xmlNs *declared, *own;

	for (ancestor = element->parent; ancestor != NULL && ancestor->type == XML_ELEMENT_NODE;
	    ancestor = ancestor->parent) {
		for (declared = ancestor->nsDef; declared != NULL; declared = declared->next) {
			for (own = element->nsDef; own != NULL && !xmlStrEqual(own->prefix, declared->prefix);
			    own = own->next)
				;
			if (own == NULL && xmlNewNs(element, declared->href, declared->prefix) == NULL)
				return false;
		}
	}
	return true;
}

xmlNode *
xml_carrier_open(xmlDoc *doc, int *memory)
{
	xmlNode *stylesheet = xmlDocGetRootElement(doc), *document;

	*memory = 0;
	if (stylesheet == NULL || !is_stylesheet(stylesheet))
		return NULL;
	document = carried_document(stylesheet);
	if (document == NULL)
		return NULL;
	if (!take_spaces(document)) {
		*memory = 1;
		return NULL;
	}
	xmlUnlinkNode(document);
	xmlReplaceNode(stylesheet, document);
	/* Names still point at declarations of the stylesheet. */
	if (xmlReconciliateNs(doc, document) < 0)
		*memory = 1;
	return stylesheet;
}
