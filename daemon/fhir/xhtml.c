/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Written by hand and not by xmlsave: a copy of the subtree would be needed to get rid of prefixes and of
 * name spaces declared further up, and narrative is a third of a document. A walk without recursion: the
 * depth of narrative is the sender's.
 */
#include "fhir/xhtml.h"
#include "fhir/json.h"

#include <stdbool.h>
#include <string.h>

struct escape {
	char character;
	const char *text;
};

/* Appends text; characters lists those that table escapes. */
static void
append_escaped(struct buffer *out, const char *text, const char *characters, const struct escape *table)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, characters);
		const struct escape *escape = table;

		buffer_append(out, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		while (escape->character != *text)
			escape++;
		buffer_puts(out, escape->text);
		text++;
	}
}

static void
append_text(struct buffer *out, const char *text)
{
	static const struct escape table[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '\r', "&#13;" } };

	append_escaped(out, text, "&<>\r", table);
}

void
xml_write_attribute(struct buffer *out, const char *name, const char *value)
{
	static const struct escape table[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\t', "&#9;" }, { '\n', "&#10;" }, { '\r', "&#13;" } };

	static const char characters[] = "&<>\"\t\n\r";
	size_t length = strlen(name), plain = strcspn(value, characters);
	char *at = buffer_room(out, length + plain + 4);

	if (at == NULL)
		return;
	/* The name and all that needs no escape, which is nearly always the whole value, at once. */
	*at++ = ' ';
	memcpy(at, name, length);
	at += length;
	*at++ = '=';
	*at++ = '"';
	memcpy(at, value, plain);
	buffer_advance(out, length + plain + 3);
	append_escaped(out, value + plain, characters, table);
	buffer_putc(out, '"');
}

static const char *
space_of(const xmlNode *element)
{
	return element->ns != NULL ? (const char *)element->ns->href : "";
}

/* Whether the element must say its name space, given that all without prefix are in its parent's. */
static bool
needs_declaration(const xmlNode *element, const xmlNode *top)
{
	return element == top || (element->ns != element->parent->ns
	    && strcmp(space_of(element), space_of(element->parent)) != 0);
}

static bool
declared_before(const xmlAttr *attribute)
{
	const xmlAttr *earlier;

	for (earlier = attribute->prev; earlier != NULL; earlier = earlier->prev)
		if (earlier->ns == attribute->ns)
			return true;
	return false;
}

static void
append_attribute(struct buffer *out, const xmlAttr *attribute)
{
	const char *value = attribute->children != NULL && attribute->children->content != NULL
	    ? (const char *)attribute->children->content : "";
	struct buffer name = { 0 };

	if (attribute->ns == NULL || attribute->ns->prefix == NULL) {
		xml_write_attribute(out, (const char *)attribute->name, value);
		return;
	}
	if (strcmp((const char *)attribute->ns->prefix, "xml") != 0 && !declared_before(attribute)) {
		buffer_printf(&name, "xmlns:%s", attribute->ns->prefix);
		xml_write_attribute(out, name.data, (const char *)attribute->ns->href);
		buffer_clear(&name);
	}
	buffer_printf(&name, "%s:%s", attribute->ns->prefix, attribute->name);
	xml_write_attribute(out, name.data, value);
	buffer_free(&name);
}

static bool
is_void(const char *name)
{
	static const char *const names[] = { "area", "br", "col", "hr", "img" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
append_end(struct buffer *out, const xmlNode *element)
{
	buffer_append(out, "</", 2);
	buffer_puts(out, (const char *)element->name);
	buffer_putc(out, '>');
}

static void
append_start(struct buffer *out, const xmlNode *element, const xmlNode *top)
{
	const xmlAttr *attribute;

	buffer_putc(out, '<');
	buffer_puts(out, (const char *)element->name);
	if (needs_declaration(element, top))
		xml_write_attribute(out, "xmlns", space_of(element));
	for (attribute = element->properties; attribute != NULL; attribute = attribute->next)
		append_attribute(out, attribute);
	if (element->children != NULL) {
		buffer_putc(out, '>');
	} else if (is_void((const char *)element->name)) {
		buffer_append(out, "/>", 2);
	} else {
		buffer_putc(out, '>');
		append_end(out, element);
	}
}

static void
append_node(struct buffer *out, const xmlNode *node, const xmlNode *top)
{
	const char *content = node->content != NULL ? (const char *)node->content : "";

	if (node->type == XML_ELEMENT_NODE) {
		append_start(out, node, top);
	} else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
		append_text(out, content);
	} else if (node->type == XML_COMMENT_NODE) {
		buffer_puts(out, "<!--");
		buffer_puts(out, content);
		buffer_puts(out, "-->");
	}
}

void
xhtml_write(struct buffer *out, const xmlNode *div)
{
	const xmlNode *node = div;

	for (;;) {
		append_node(out, node, div);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != div && node->next == NULL) {
			node = node->parent;
			append_end(out, node);
		}
		if (node == div)
			return;
		node = node->next;
	}
}
