/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/xml_root.h"

#include <stdbool.h>

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
xml_root_replace(xmlDoc *doc, xmlNode *element)
{
	xmlNode *root = xmlDocGetRootElement(doc);

	if (root == NULL || root == element || !take_spaces(element))
		return NULL;
	xmlUnlinkNode(element);
	xmlReplaceNode(root, element);
	/* Names still point at declarations of the former root. */
	xmlReconciliateNs(doc, element);
	return root;
}
