/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Questions to source nodes. Local names only: one document mixes urn:hl7-org:v3 with extension
 * name spaces that repeat its data types (pharm:quantity/v3:numerator and
 * pharm:quantity/pharm:numerator are the same thing).
 */
#include "mapping/types.h"

#include "base/text.h"
#include "format/xml.h"

#include <string.h>

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* HL7 C-CDA on FHIR, CF-NullFlavorDataAbsentReason; what it does not list is `unknown`. */
static const struct {
	const char *flavor, *reason;
} reasons[] = {
	{ "NI", "unknown" }, { "UNK", "unknown" }, { "ASKU", "asked-unknown" }, { "NAV", "temp-unknown" },
	{ "NASK", "not-asked" }, { "NA", "not-applicable" }, { "MSK", "masked" },
	{ "NINF", "negative-infinity" }, { "PINF", "positive-infinity" },
	{ "OTH", "unsupported" }, { "UNC", "unsupported" },
};

static const xmlAttr *
find_attribute(const xmlNode *element, const char *name, const char *space)
{
	if (element == NULL || element->type != XML_ELEMENT_NODE)
		return NULL;
	for (const xmlAttr *attribute = element->properties; attribute != NULL;
	     attribute = attribute->next) {
		if (!text_is((const char *)attribute->name, name))
			continue;
		if (space == NULL ? attribute->ns == NULL
		    : attribute->ns != NULL && strcmp((const char *)attribute->ns->href, space) == 0)
			return attribute;
	}
	return NULL;
}

/* Without entities an attribute has at most one text node. */
static const char *
attribute_value(const xmlAttr *attribute)
{
	if (attribute == NULL)
		return NULL;
	if (attribute->children == NULL || attribute->children->content == NULL)
		return "";
	return (const char *)attribute->children->content;
}

static const xmlNode *
element_from(const xmlNode *node, const char *name)
{
	for (; node != NULL; node = node->next)
		if (node->type == XML_ELEMENT_NODE
		    && (name == NULL || text_is((const char *)node->name, name)))
			return node;
	return NULL;
}

/* Anything said beside the nullFlavor: an attribute that is no type, a child element, text. */
static bool
says_something(const xmlNode *element)
{
	for (const xmlAttr *attribute = element->properties; attribute != NULL; attribute = attribute->next)
		if (attribute->ns == NULL && strcmp((const char *)attribute->name, "nullFlavor") != 0
		    && strcmp((const char *)attribute->name, "use") != 0)
			return true;
	return element_from(element->children, NULL) != NULL || node_has_text(element);
}

const xmlNode *
item_element(const struct item *item)
{
	return item->node != NULL && item->node->type == XML_ELEMENT_NODE ? item->node : NULL;
}

bool
item_masked(struct call *call, const struct item *item)
{
	const char *flavor = node_null(item_element(item));

	if (flavor == NULL || strcmp(flavor, "MSK") != 0)
		return false;
	if (says_something(item->node))
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-masked-content", "suppressed", NULL,
		    NULL, "%s has nullFlavor MSK and content all the same: the content is withheld",
		    item->node->name);
	return true;
}

const char *
absent_reason(const char *null_flavor)
{
	if (null_flavor == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].flavor, null_flavor) == 0)
			return reasons[i].reason;
	return "unknown";
}

const char *
node_attribute(const xmlNode *element, const char *name)
{
	return attribute_value(find_attribute(element, name, NULL));
}

const char *
node_filled(const xmlNode *element, const char *name)
{
	const char *value = node_attribute(element, name);

	return text_is_blank(value) ? NULL : value;
}

const char *
node_null(const xmlNode *element)
{
	return node_filled(element, "nullFlavor");
}

const char *
node_xsi_type(const xmlNode *element)
{
	const char *type = attribute_value(find_attribute(element, "type", XSI));
	const char *colon;

	if (text_is_blank(type))
		return NULL;
	colon = strrchr(type, ':');
	return colon != NULL ? colon + 1 : type;
}

bool
node_is(const xmlNode *node, const char *name)
{
	return node != NULL && node->type == XML_ELEMENT_NODE && text_is((const char *)node->name, name);
}

bool
node_has_text(const xmlNode *element)
{
	for (const xmlNode *child = element->children; child != NULL; child = child->next)
		if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
		    && !text_is_blank((const char *)child->content))
			return true;
	return false;
}

const xmlNode *
node_child(const xmlNode *element, const char *name)
{
	if (element == NULL || element->type != XML_ELEMENT_NODE)
		return NULL;
	return element_from(element->children, name);
}

const xmlNode *
node_next(const xmlNode *element, const char *name)
{
	return element != NULL ? element_from(element->next, name) : NULL;
}

const xmlNode *
node_first(const xmlNode *element)
{
	return node_child(element, NULL);
}

const xmlNode *
node_following(const xmlNode *element)
{
	return node_next(element, NULL);
}

int
node_line(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE && node->type != XML_DOCUMENT_NODE)
		node = node->parent;
	return node == NULL || node->type != XML_ELEMENT_NODE ? 0 : xml_line(node);
}
