/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables of narrative. XHTML has an order (caption, columns, head, foot, bodies) and forbids empty
 * parts; sources have neither, so a table is gathered part by part, in that order, and nothing of
 * it is left out.
 */
#include "mapping/narrative.h"

#include "base/text.h"
#include "mapping/types.h"

#include <string.h>

static void
remove_node(xmlNode *node)
{
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

static void
remove_empty(xmlNode *node)
{
	if (node->children == NULL)
		remove_node(node);
}

static bool
is_text(const xmlNode *node)
{
	return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
	    && !text_is_blank((const char *)node->content);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void
add_cell(struct narrative *narrative, const xmlNode *source, xmlNode *row)
{
	xmlNode *cell = narrative_add(narrative, row, node_is(source, "th") ? "th" : "td");

	narrative_attributes(narrative, source, cell);
	narrative_table_attributes(narrative, source, cell);
	narrative_walk(narrative, source, cell);
}

/* What is no cell is put into one. */
static void
add_row(struct narrative *narrative, const xmlNode *source, xmlNode *body)
{
	xmlNode *row = narrative_add(narrative, body, "tr");

	narrative_attributes(narrative, source, row);
	narrative_table_attributes(narrative, source, row);
	for (const xmlNode *child = source->children; child != NULL; child = child->next) {
		if (node_is(child, "td") || node_is(child, "th"))
			add_cell(narrative, child, row);
		else if (child->type == XML_ELEMENT_NODE)
			narrative_walk_element(narrative, child, narrative_add(narrative, row, "td"));
		else if (is_text(child))
			narrative_add_text(
			    narrative, narrative_add(narrative, row, "td"), (const char *)child->content);
	}
	remove_empty(row);
}

/* A row of one cell around something that is no row. */
static void
add_stray(struct narrative *narrative, const xmlNode *child, xmlNode *body)
{
	xmlNode *cell = narrative_add(narrative, narrative_add(narrative, body, "tr"), "td");
	struct item at = item_of(child->type == XML_ELEMENT_NODE ? child : child->parent);

	call_finding(narrative->call, &at, EHDS_SEVERITY_INFORMATION, "map-narrative-table", "structure",
	    (const char *)at.node->name, "tr",
	    "content of a table outside of its rows gets a row of its own");
	if (child->type == XML_ELEMENT_NODE)
		narrative_walk_element(narrative, child, cell);
	else
		narrative_add_text(narrative, cell, (const char *)child->content);
}

static void
add_rows(struct narrative *narrative, const xmlNode *source, xmlNode *body)
{
	for (const xmlNode *child = source->children; child != NULL; child = child->next) {
		if (node_is(child, "tr"))
			add_row(narrative, child, body);
		else if (child->type == XML_ELEMENT_NODE || is_text(child))
			add_stray(narrative, child, body);
	}
}

static void
add_group(struct narrative *narrative, const xmlNode *source, xmlNode *table, const char *name)
{
	xmlNode *group = narrative_add(narrative, table, name);

	narrative_attributes(narrative, source, group);
	narrative_table_attributes(narrative, source, group);
	add_rows(narrative, source, group);
}

/* ---- the parts of a table -------------------------------------------------------------------- */

static void
add_caption(struct narrative *narrative, const xmlNode *source, xmlNode *table)
{
	const xmlNode *caption = node_child(source, "caption");
	xmlNode *node;

	if (caption == NULL)
		return;
	node = narrative_add(narrative, table, "caption");
	narrative_attributes(narrative, caption, node);
	narrative->inline_only++;
	for (; caption != NULL; caption = node_next(caption, "caption"))
		narrative_walk(narrative, caption, node);
	narrative->inline_only--;
}

static void
add_column(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *column = narrative_add(narrative, out, "col");

	narrative_attributes(narrative, source, column);
	narrative_table_attributes(narrative, source, column);
}

/* Columns stand alone or in groups, not both: when there is a group, loose columns get one. */
static void
add_columns(struct narrative *narrative, const xmlNode *source, xmlNode *table)
{
	bool groups = node_child(source, "colgroup") != NULL;
	xmlNode *loose = NULL, *group;

	for (const xmlNode *child = node_first(source); child != NULL; child = node_following(child)) {
		if (node_is(child, "col")) {
			if (groups && loose == NULL)
				loose = narrative_add(narrative, table, "colgroup");
			add_column(narrative, child, groups ? loose : table);
		} else if (node_is(child, "colgroup")) {
			loose = NULL;
			group = narrative_add(narrative, table, "colgroup");
			narrative_attributes(narrative, child, group);
			narrative_table_attributes(narrative, child, group);
			for (const xmlNode *col = node_child(child, "col"); col != NULL;
			     col = node_next(col, "col"))
				add_column(narrative, col, group);
		}
	}
}

static bool
is_other_part(const xmlNode *node, const xmlNode *head, const xmlNode *foot)
{
	if (node->type != XML_ELEMENT_NODE)
		return !is_text(node);
	return node == head || node == foot || node_is(node, "caption") || node_is(node, "col")
	    || node_is(node, "colgroup");
}

/* One head and one foot; further ones are bodies, and so are rows that stand in none. */
static void
add_bodies(struct narrative *narrative, const xmlNode *source, xmlNode *table)
{
	const xmlNode *head = node_child(source, "thead"), *foot = node_child(source, "tfoot"), *child;
	xmlNode *loose = NULL;

	if (head != NULL)
		add_group(narrative, head, table, "thead");
	if (foot != NULL)
		add_group(narrative, foot, table, "tfoot");
	for (child = source->children; child != NULL; child = child->next) {
		if (is_other_part(child, head, foot))
			continue;
		if (node_is(child, "tbody") || node_is(child, "thead") || node_is(child, "tfoot")) {
			add_group(narrative, child, table, "tbody");
			loose = NULL;
			continue;
		}
		if (loose == NULL)
			loose = narrative_add(narrative, table, "tbody");
		if (node_is(child, "tr"))
			add_row(narrative, child, loose);
		else
			add_stray(narrative, child, loose);
	}
}

/* A table of nothing but a caption is its caption. */
static void
become_caption(xmlNode *table)
{
	xmlNode *child, *next;
	xmlAttr *attribute, *following;

	for (child = table->children; child != NULL; child = next) {
		next = child->next;
		if (node_is(child, "caption"))
			xmlNodeSetName(child, (const xmlChar *)"span");
		else
			remove_node(child);
	}
	for (attribute = table->properties; attribute != NULL; attribute = following) {
		following = attribute->next;
		if (strcmp((const char *)attribute->name, "id") != 0)
			xmlRemoveProp(attribute);
	}
	xmlNodeSetName(table, (const xmlChar *)"div");
}

/* Takes away parts that stayed empty, and makes a head or foot that stands alone a body. */
static void
settle(xmlNode *table)
{
	xmlNode *child, *next, *last = NULL;
	bool bodies = false;

	for (child = table->children; child != NULL; child = next) {
		bool body = node_is(child, "tbody");
		bool edge = node_is(child, "thead") || node_is(child, "tfoot");

		next = child->next;
		if ((body || edge) && child->children == NULL) {
			remove_node(child);
			continue;
		}
		bodies |= body;
		if (edge)
			last = child;
	}
	if (!bodies && last != NULL)
		xmlNodeSetName(last, (const xmlChar *)"tbody");
	else if (!bodies)
		become_caption(table);
}

/* Inside of a caption there can be no table: its cells are words. */
static void
flatten(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	narrative_add_text(narrative, out, element_text(narrative->call, source, false));
}

void
narrative_table(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	xmlNode *table;

	if (narrative->inline_only > 0) {
		flatten(narrative, source, out);
		return;
	}
	table = narrative_add(narrative, out, "table");
	narrative_attributes(narrative, source, table);
	narrative_table_attributes(narrative, source, table);
	add_caption(narrative, source, table);
	add_columns(narrative, source, table);
	add_bodies(narrative, source, table);
	settle(table);
	remove_empty(table);
}
