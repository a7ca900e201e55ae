/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tree as FHIR XML: UTF-8, one name space declaration for FHIR and one at each div, no prefixes, comments
 * and processing instructions left out, so that equal trees give equal bytes. xmlsave was rejected because it
 * keeps whatever prefixes and declarations a stylesheet left, and its indentation reaches into XHTML.
 */
#include "fhir/json.h"
#include "fhir/tree.h"
#include "fhir/xhtml.h"

#include "base/text.h"

#include <string.h>

#define DEPTH_LIMIT 200		/* as in order.c: indentation must not grow with the square of the depth */

struct writer {
	struct buffer *out;
	bool pretty;
	struct ehds_error *error;
};

static int
fail(struct writer *writer, const char *rule, const char *what, const char *name)
{
	return error_set(writer->error, EHDS_ERROR_MAPPING, rule, NULL, 0, 0, "%s '%s'", what, name);
}

static void
put_line(struct writer *writer, unsigned depth)
{
	if (!writer->pretty)
		return;
	buffer_putc(writer->out, '\n');
	while (depth-- > 0)
		buffer_append(writer->out, "  ", 2);
}

static inline void
put_tag(struct buffer *out, const char *before, const char *name, const char *behind)
{
	size_t length = strlen(name), head = strlen(before), tail = strlen(behind);
	char *at = buffer_room(out, head + length + tail);

	if (at == NULL)
		return;
	memcpy(at, before, head);
	memcpy(at + head, name, length);
	memcpy(at + head + length, behind, tail);
	buffer_advance(out, head + length + tail);
}

static bool
in_namespace(const xmlNode *element, const char *href)
{
	return element->ns != NULL && strcmp((const char *)element->ns->href, href) == 0;
}

/* Always in this order, whatever the tree's is: equal trees give equal bytes. */
static const char *const attribute_names[] = { "id", "url", "value" };

static bool
is_known(const xmlAttr *attribute)
{
	size_t i;

	if (attribute->ns != NULL)
		return strcmp(
			   (const char *)attribute->ns->href, "http://www.w3.org/2001/XMLSchema-instance")
		    == 0;
	for (i = sizeof(attribute_names) / sizeof(attribute_names[0]); i > 0; i--)	/* value is the usual one */
		if (strcmp((const char *)attribute->name, attribute_names[i - 1]) == 0)
			return true;
	return false;
}

static const char *
content_of(const xmlAttr *attribute)
{
	bool empty = attribute->children == NULL || attribute->children->content == NULL;

	return empty ? "" : (const char *)attribute->children->content;
}

static int
put_attributes(struct writer *writer, const xmlNode *element)
{
	const xmlAttr *attribute;
	size_t i;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next)
		if (!is_known(attribute))
			return fail(writer, "fhir-unknown-attribute", "FHIR R4 knows no attribute",
			    (const char *)attribute->name);
	attribute = element->properties;
	if (attribute == NULL)
		return 0;
	if (attribute->next == NULL && attribute->ns == NULL) {
		xml_write_attribute(writer->out, (const char *)attribute->name, content_of(attribute));
		return 0;
	}
	for (i = 0; i < sizeof(attribute_names) / sizeof(attribute_names[0]); i++) {
		const char *text = fhir_attribute(element, attribute_names[i]);

		if (text != NULL)
			xml_write_attribute(writer->out, attribute_names[i], text);
	}
	return 0;
}

/* The next element among node and its siblings; *stray: text was passed over. */
static const xmlNode *
element_from(const xmlNode *node, bool *stray)
{
	for (; node != NULL && node->type != XML_ELEMENT_NODE; node = node->next)
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			*stray = *stray || !text_is_blank((const char *)node->content);
	return node;
}

/* *below: the first child to go on with, or NULL when the element is finished. */
static int
put_start(struct writer *writer, const xmlNode *element, unsigned depth, const xmlNode **below)
{
	bool same = element->parent != NULL && element->ns == element->parent->ns && depth > 0, stray = false;

	*below = NULL;
	if (depth > DEPTH_LIMIT)
		return fail(writer, "fhir-depth", "nested too deeply:", (const char *)element->name);
	put_line(writer, depth);
	if (depth > 0 && !same && in_namespace(element, XHTML_NAMESPACE)) {
		xhtml_write(writer->out, element);
		return 0;
	}
	if (!same && !in_namespace(element, FHIR_NAMESPACE))
		return fail(writer, "fhir-unknown-element", "not in the name space " FHIR_NAMESPACE ":",
		    (const char *)element->name);
	put_tag(writer->out, "<", (const char *)element->name, "");
	if (depth == 0)
		xml_write_attribute(writer->out, "xmlns", FHIR_NAMESPACE);
	if (put_attributes(writer, element) < 0)
		return -1;
	*below = element_from(element->children, &stray);
	if (stray)
		return fail(writer, "fhir-stray-text", "text stands directly inside",
		    (const char *)element->name);
	buffer_puts(writer->out, *below != NULL ? ">" : "/>");
	return 0;
}

static int
write_elements(struct writer *writer, const xmlNode *root)
{
	const xmlNode *element = root, *below, *next;
	unsigned depth = 0;
	bool stray = false;

	for (;;) {
		if (put_start(writer, element, depth, &below) < 0)
			return -1;
		if (below != NULL) {
			element = below;
			depth++;
			continue;
		}
		while (depth > 0 && (next = element_from(element->next, &stray)) == NULL) {
			element = element->parent;
			put_line(writer, --depth);
			put_tag(writer->out, "</", (const char *)element->name, ">");
		}
		if (stray)
			return fail(writer, "fhir-stray-text", "text stands directly inside",
			    (const char *)element->name);
		if (depth == 0)
			return 0;
		element = next;
	}
}

int
fhir_xml_write(struct buffer *out, const xmlDoc *doc, bool pretty, struct ehds_error *error)
{
	struct writer writer = { .out = out, .pretty = pretty, .error = error };
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (root == NULL)
		return error_set(error, EHDS_ERROR_MAPPING, "fhir-unknown-resource", NULL, 0, 0,
		    "the document is empty: a FHIR resource was expected");
	buffer_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	if (!pretty)
		buffer_putc(out, '\n');
	if (write_elements(&writer, root) < 0)
		return -1;
	buffer_putc(out, '\n');
	return 0;
}
