/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Elements of narrative that need more than another name: lists, captions, fixed columns, pictures
 * of XHTML.
 */
#include "mapping/narrative.h"

#include "base/text.h"
#include "mapping/types.h"

#include <string.h>

void
narrative_nothing(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	(void)narrative;
	(void)source;
	(void)out;
}

void
narrative_break(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	narrative_add(narrative, out, "br");
	narrative_walk(narrative, source, out);
}

void
narrative_space(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	(void)source;
	narrative_add_text(narrative, out, "\xc2\xa0");
}

/* A picture of another narrative: inside it stays, outside its description stands for it. */
void
narrative_picture(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *address = node_filled(source, "src");
	const char *words = text_line(narrative->call, node_attribute(source, "alt"));
	xmlNode *node;

	if (address == NULL || !text_starts_with(address, "data:image/")) {
		narrative_add_text(narrative, out, words != NULL ? words : "[image]");
		return;
	}
	node = narrative_add(narrative, out, "img");
	narrative_set(node, "src", address);
	narrative_set(node, "alt", words != NULL ? words : "");
	narrative->content = true;
}

/* Columns made of spaces: <pre> allows inline elements only. */
void
narrative_fixed(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *node = narrative_add(narrative, out, "pre");

	narrative_attributes(narrative, source, node);
	narrative->inline_only++;
	narrative->preformatted++;
	narrative_walk(narrative, source, node);
	narrative->preformatted--;
	narrative->inline_only--;
}

/* A content without attributes says nothing about its text. */
void
narrative_content(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	if (source->properties != NULL) {
		out = narrative_add(narrative, out, "span");
		narrative_attributes(narrative, source, out);
	}
	narrative_walk(narrative, source, out);
}

/* Only tables have captions in XHTML; elsewhere a caption is the first words. */
void
narrative_caption(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *node = narrative_add(narrative, out, "span");

	narrative_attributes(narrative, source, node);
	if (node_attribute(node, "class") == NULL)
		narrative_set(node, "class", "caption");
	narrative_walk(narrative, source, node);
	narrative_add_text(narrative, out, " ");
}

/* A cell outside of a table is a piece of its line. */
void
narrative_stray_cell(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *node = narrative_add(narrative, out, "span");

	narrative_attributes(narrative, source, node);
	narrative_walk(narrative, source, node);
	narrative_add_text(narrative, out, " ");
}

static void
walk_list_caption(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *node = narrative_add(narrative, out, "p");

	narrative_attributes(narrative, source, node);
	if (node_attribute(node, "class") == NULL)
		narrative_set(node, "class", "caption");
	narrative_walk(narrative, source, node);
}

static bool
is_ordered(const xmlNode *source)
{
	const char *type = node_attribute(source, "listType");

	return node_is(source, "ol") || (type != NULL && strcmp(type, "ordered") == 0);
}

/*
 * A list holds items and nothing else; whatever stands between them becomes an item ("p" is a span
 * where blocks are not allowed).
 */
void
narrative_list(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const xmlNode *caption = node_child(source, "caption"), *child;
	xmlNode *list, *item;

	if (caption != NULL)
		walk_list_caption(narrative, caption, out);
	list = narrative_add(narrative, out, is_ordered(source) ? "ol" : "ul");
	narrative_attributes(narrative, source, list);
	for (child = source->children; child != NULL; child = child->next) {
		bool text = child->type == XML_TEXT_NODE && !text_is_blank((const char *)child->content);

		if (child == caption || (child->type != XML_ELEMENT_NODE && !text))
			continue;
		item = narrative_add(narrative, list, narrative->inline_only > 0 ? "p" : "li");
		if (text) {
			narrative_add_text(narrative, item, (const char *)child->content);
		} else if (node_is(child, "item") || node_is(child, "li")) {
			narrative_attributes(narrative, child, item);
			narrative_walk(narrative, child, item);
		} else {
			narrative_walk_element(narrative, child, item);
		}
	}
	if (list->children == NULL) {
		xmlUnlinkNode(list);
		xmlFreeNode(list);
	}
}
