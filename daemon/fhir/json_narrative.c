/* SPDX-License-Identifier: EUPL-1.2 */
/* Narrative enters by the same door as all XML, so it is bounded in the same way. See json_narrative.h. */
#include "fhir/json_narrative.h"

#include "format/xml.h"

/* The door keeps long base64 texts out of the tree; narrative wants all of its text. */
static void
put_bodies_back(const struct xml_source *source, xmlNode *root)
{
	xmlNode *node = root;

	for (;;) {
		const struct xml_body *body = xml_source_body(source, node);

		if (body != NULL)
			xmlNodeAddContentLen(node, BAD_CAST body->data, (int)body->length);
		if (node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		if (node == root)
			return;
		node = node->next;
	}
}

static void
set_lines(xmlNode *root, unsigned short line)
{
	xmlNode *node = root;

	for (;;) {
		node->line = line;
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != root && node->next == NULL)
			node = node->parent;
		if (node == root)
			return;
		node = node->next;
	}
}

xmlNode *
json_narrative(xmlDoc *doc, const struct json *value, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct xml_source *source;
	xmlNode *copy;

	if (xml_parse(
		&source, value->text, value->length, "div", &xml_limits_default, arena, findings, error)
	    != 0)
		return NULL;
	put_bodies_back(source, xmlDocGetRootElement(xml_source_doc(source)));
	copy = xmlDocCopyNode(xmlDocGetRootElement(xml_source_doc(source)), doc, 1);
	xml_source_free(&source);
	if (copy != NULL)
		set_lines(copy, (unsigned short)(value->line < 0xFFFF ? value->line : 0xFFFF));
	return copy;
}
