/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See content.h. Each piece is written behind a mark of its kind and closed by a NUL, which XML cannot hold, so that no text can be
 * taken for another piece.
 */
#include "mapping/content.h"

#include "base/buffer.h"

static void
add(struct buffer *out, char mark, const void *bytes, size_t length)
{
	buffer_putc(out, mark);
	if (length > 0)
		buffer_append(out, bytes, length);
	buffer_putc(out, '\0');
}

static void
add_text(struct buffer *out, char mark, const xmlChar *text)
{
	add(out, mark, text, text == NULL ? 0 : (size_t)xmlStrlen(text));
}

static void
add_element(struct buffer *out, const struct xml_source *source, const xmlNode *element)
{
	const struct xml_body *body = xml_source_body(source, element);
	const xmlAttr *attribute;
	const xmlNode *piece;

	add_text(out, 'e', element->name);
	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		add_text(out, 'a', attribute->name);
		for (piece = attribute->children; piece != NULL; piece = piece->next)
			add_text(out, 'v', piece->content);
	}
	if (body != NULL)
		add(out, 'b', body->data, body->length);
}

void
content_digest(char out[DIGEST_HEX], const struct xml_source *source)
{
	const xmlNode *root = xmlDocGetRootElement(xml_source_doc(source)), *node = root;
	struct buffer content = { .limit = 0 };

	while (node != NULL) {
		if (node->type == XML_ELEMENT_NODE)
			add_element(&content, source, node);
		else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			add_text(&content, 't', node->content);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != NULL && node != root && node->next == NULL) {
			add(&content, '/', NULL, 0);
			node = node->parent;
		}
		node = node == root ? NULL : node->next;
	}
	digest_sha256(out, content.data, content.length);
	buffer_free(&content);
}
