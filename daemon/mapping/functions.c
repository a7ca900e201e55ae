/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See functions.h. Each takes its arguments from the XPath stack and leaves one object there. libxml2's own helpers set the
 * error of the parser context, which ends the evaluation and the run.
 */
#include "mapping/functions.h"

#include "base/text.h"
#include "mapping/number.h"
#include "mapping/run.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <string.h>

#define ARGUMENTS_MAX 3

/* ---- Arguments ----------------------------------------------------------------------------------------------------- */

/* Strings of the arguments, borrowed until strings_free. */
struct strings {
	xmlChar *text[ARGUMENTS_MAX];
	int count;
};

static bool
take_strings(xmlXPathParserContext *xpath, int count, struct strings *strings)
{
	int i;

	memset(strings, 0, sizeof(*strings));
	strings->count = count;
	for (i = count - 1; i >= 0; i--)
		strings->text[i] = xmlXPathPopString(xpath);
	return xpath->error == XPATH_EXPRESSION_OK;
}

static void
strings_free(struct strings *strings)
{
	int i;

	for (i = 0; i < strings->count; i++)
		xmlFree(strings->text[i]);
}

static const char *
string_at(const struct strings *strings, int i)
{
	return i < strings->count && strings->text[i] != NULL ? (const char *)strings->text[i] : "";
}

static struct run *
run_of(xmlXPathParserContext *xpath)
{
	const xsltTransformContext *context = xsltXPathGetTransformContext(xpath);

	return context == NULL ? NULL : context->_private;
}

static void
give_text(xmlXPathParserContext *xpath, const char *text)
{
	valuePush(xpath, xmlXPathNewCString(text == NULL ? "" : text));
}

/* The run has failed: whatever is being evaluated ends. */
static void
give_up(xmlXPathParserContext *xpath)
{
	xpath->error = XPATH_EXPR_ERROR;
}

/* A call for the shared questions of the writers; it has no plan of its own. */
static struct call
bare_call(struct run *run, const xmlNode *context)
{
	static const struct style_file no_file = { .shown = NULL };
	static const struct plan no_plan = { .file = &no_file };

	return (struct call){ .run = run, .plan = &no_plan, .pack = run->pack, .arena = run->arena, .context = context,
	    .error = run->error };
}

/* ---- Identity and time ----------------------------------------------------------------------------------------------- */

static void
function_id(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	char url[ENTRY_URL] = "";
	struct strings strings;

	if (take_strings(xpath, count, &strings))
		entries_url(run->entries, string_at(&strings, 1), string_at(&strings, 0), url);
	strings_free(&strings);
	give_text(xpath, url);
}

/* What the datetime writer makes of the document's effectiveTime. */
static const char *
document_date(struct run *run)
{
	const xmlNode *time = node_child(xmlDocGetRootElement(xml_source_doc(run->source)), "effectiveTime");
	struct call call = bare_call(run, time);
	xmlNode *holder;
	const char *date = NULL;

	if (time == NULL)
		return NULL;
	holder = xmlNewDocNode(run->out, NULL, (const xmlChar *)"holder", NULL);
	if (holder != NULL && write_datetime(&call, &(struct item){ .node = time }, holder, "date") == WRITTEN_DONE)
		date = run_strdup(run, node_attribute(holder->children, "value"));
	xmlFreeNode(holder);
	return date;
}

static void
function_today(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);

	(void)count;
	give_text(xpath, run->job->date != NULL ? run->job->date : document_date(run));
}

/* ---- Tables and names ------------------------------------------------------------------------------------------------- */

static const struct table *
table_of(struct run *run, const char *name)
{
	const struct table *table = pack_table_named(run->pack, name);

	if (table == NULL)
		run_fail(run, "map-unknown-table", "the pack lists no table '%s'", name);
	return table;
}

static const struct table_row *
look_up(struct run *run, const struct strings *strings)
{
	const struct table *table = table_of(run, string_at(strings, 0));

	if (table == NULL)
		return NULL;
	return table_find(table, string_at(strings, 1), strings->count > 2 ? string_at(strings, 2) : NULL);
}

/* Of several nodes the first, in document order, that the table has a row for. */
static const struct table_row *
look_up_nodes(struct run *run, xmlXPathParserContext *xpath)
{
	xmlNodeSet *nodes = xmlXPathPopNodeSet(xpath);
	const struct table_row *row = NULL;
	const struct table *table;
	struct strings strings;
	int i;

	table = take_strings(xpath, 1, &strings) ? table_of(run, string_at(&strings, 0)) : NULL;
	if (nodes != NULL && nodes->nodeNr > 1)
		xmlXPathNodeSetSort(nodes);
	for (i = 0; table != NULL && row == NULL && nodes != NULL && i < nodes->nodeNr; i++)
		row = table_find(table, node_string(run, nodes->nodeTab[i]), NULL);
	strings_free(&strings);
	xmlXPathFreeNodeSet(nodes);
	return row;
}

static void
function_look_up(xmlXPathParserContext *xpath, int count, bool display)
{
	struct run *run = run_of(xpath);
	const struct table_row *row = NULL;
	struct strings strings;

	if (count == 2 && xmlXPathStackIsNodeSet(xpath)) {
		row = look_up_nodes(run, xpath);
	} else {
		if (take_strings(xpath, count, &strings))
			row = look_up(run, &strings);
		strings_free(&strings);
	}
	if (run->failed)
		give_up(xpath);
	else
		give_text(xpath, row == NULL ? "" : display ? row->display : row->to);
}

static void
function_lookup(xmlXPathParserContext *xpath, int count)
{
	function_look_up(xpath, count, false);
}

static void
function_display(xmlXPathParserContext *xpath, int count)
{
	function_look_up(xpath, count, true);
}

static void
function_uri(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	const char *uri = NULL;
	struct strings strings;
	char buffer[300];

	if (take_strings(xpath, count, &strings) && string_at(&strings, 0)[0] != '\0')
		uri = naming_uri(run->pack->naming, string_at(&strings, 0), buffer, sizeof(buffer));
	give_text(xpath, uri);
	strings_free(&strings);
}

/* ---- Strings ------------------------------------------------------------------------------------------------------------ */

static void
function_decimal(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	struct strings strings;
	char *number = NULL;

	if (take_strings(xpath, count, &strings)) {
		number = run_alloc(run, strlen(string_at(&strings, 0)) + 2);
		if (number != NULL && !number_of_text(string_at(&strings, 0), number))
			number[0] = '\0';
	}
	give_text(xpath, number);
	strings_free(&strings);
}

static void
function_split(xmlXPathParserContext *xpath, int count)
{
	int wanted = (int)xmlXPathPopNumber(xpath);
	struct run *run = run_of(xpath);
	const char *part, *end, *separator;
	struct strings strings;

	if (!take_strings(xpath, count - 1, &strings)) {
		strings_free(&strings);
		return;
	}
	part = string_at(&strings, 0);
	separator = string_at(&strings, 1);
	end = separator[0] == '\0' ? NULL : strstr(part, separator);
	for (; wanted > 1 && end != NULL; wanted--) {
		part = end + strlen(separator);
		end = strstr(part, separator);
	}
	if (wanted != 1)
		part = end = "";
	give_text(xpath, end == NULL ? part : arena_strndup(run->arena, part, (size_t)(end - part)));
	strings_free(&strings);
}

static const char *
skip_characters(const char *text, long count)
{
	for (; count > 0 && *text != '\0'; count--)
		do
			text++;
		while (((unsigned char)*text & 0xC0) == 0x80);
	return text;
}

static long
pop_count(xmlXPathParserContext *xpath)
{
	double number = xmlXPathPopNumber(xpath);

	return number >= 1 && number <= 1e9 ? (long)number : 0;
}

static void
function_slice(xmlXPathParserContext *xpath, int count)
{
	long length = pop_count(xpath), from = pop_count(xpath);
	struct run *run = run_of(xpath);
	struct strings strings;
	const char *start, *end;

	if (!take_strings(xpath, count - 2, &strings)) {
		strings_free(&strings);
		return;
	}
	start = from == 0 ? "" : skip_characters(string_at(&strings, 0), from - 1);
	end = skip_characters(start, length);
	give_text(xpath, arena_strndup(run->arena, start, (size_t)(end - start)));
	strings_free(&strings);
}

/* ---- Nodes -------------------------------------------------------------------------------------------------------------- */

/* Whether element lies below one of the nodes (or the set is NULL: anywhere). */
static bool
is_below(const struct index *index, const xmlNode *element, const xmlNodeSet *scopes)
{
	const struct mark *mark = index_mark(index, element), *scope;
	int i;

	if (scopes == NULL)
		return true;
	for (i = 0; i < scopes->nodeNr; i++) {
		const xmlNode *node = scopes->nodeTab[i];

		if (node == (const xmlNode *)element->doc)
			return true;
		scope = node->type == XML_ELEMENT_NODE ? index_mark(index, node) : NULL;
		if (scope != NULL && mark->order > scope->order && mark->order < scope->end)
			return true;
	}
	return false;
}

/* An element may carry the same id twice: it is in the set once. */
static xmlNodeSet *
elements_below(struct run *run, const struct keylist_item *item, const xmlNodeSet *scopes)
{
	xmlNodeSet *set = xmlXPathNodeSetCreate(NULL);
	const void *last = NULL;

	for (; set != NULL && item != NULL; item = item->next) {
		if (item->value != last && is_below(run->index, item->value, scopes))
			xmlXPathNodeSetAddUnique(set, item->value);
		last = item->value;
	}
	return set;
}

static void
give_set(xmlXPathParserContext *xpath, struct run *run, xmlNodeSet *set, bool failed)
{
	if (failed) {
		run_no_memory(run);
		give_up(xpath);
	}
	valuePush(xpath, xmlXPathWrapNodeSet(set != NULL ? set : xmlXPathNodeSetCreate(NULL)));
}

static void
function_indexed(xmlXPathParserContext *xpath, int count,
    const struct keylist_item *(*find)(struct index *, const char *, bool *))
{
	struct run *run = run_of(xpath);
	xmlXPathObject *scopes = NULL;
	xmlNodeSet *set = NULL;
	bool failed = false;
	xmlChar *key;

	if (count == 2) {
		if (xpath->value == NULL || xpath->value->type != XPATH_NODESET) {
			xmlXPathSetTypeError(xpath);
			return;
		}
		scopes = valuePop(xpath);
	}
	key = xmlXPathPopString(xpath);
	if (key != NULL && (scopes == NULL || scopes->nodesetval != NULL))
		set = elements_below(run, find(run->index, (const char *)key, &failed),
		    scopes == NULL ? NULL : scopes->nodesetval);
	xmlFree(key);
	xmlXPathFreeObject(scopes);
	give_set(xpath, run, set, failed);
}

static void
function_template(xmlXPathParserContext *xpath, int count)
{
	function_indexed(xpath, count, index_template);
}

static void
function_coded(xmlXPathParserContext *xpath, int count)
{
	function_indexed(xpath, count, index_coded);
}

static void
function_identified(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	xmlNodeSet *set = NULL;
	struct strings strings;
	bool failed = false;

	if (take_strings(xpath, count, &strings) && string_at(&strings, 0)[0] != '\0')
		set = elements_below(run, index_identified(run->index, string_at(&strings, 0), string_at(&strings, 1),
		    &failed), NULL);
	strings_free(&strings);
	give_set(xpath, run, set, failed);
}

/* The first node of a set in document order; NULL when it is empty. */
static xmlNode *
first_node(xmlNodeSet *set)
{
	if (set == NULL || set->nodeNr == 0)
		return NULL;
	if (set->nodeNr > 1)
		xmlXPathNodeSetSort(set);
	return set->nodeTab[0];
}

static void
function_text(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	xmlXPathObject *object = valuePop(xpath);
	const xmlNode *node = object->type == XPATH_NODESET ? first_node(object->nodesetval) : NULL;
	const char *text = NULL;
	struct call call;
	xmlChar *cast;

	(void)count;
	if (node != NULL && node->type == XML_ELEMENT_NODE) {
		call = bare_call(run, node);
		text = resolved_text(&call, node, false);
	} else {
		cast = xmlXPathCastToString(object);
		text = run_strdup(run, cast == NULL ? "" : (const char *)cast);
		xmlFree(cast);
	}
	xmlXPathFreeObject(object);
	give_text(xpath, text);
}

/* A reference may lack its '#'; what leads nowhere gives nothing. */
static void
function_target(xmlXPathParserContext *xpath, int count)
{
	struct run *run = run_of(xpath);
	const xmlNode *target = NULL;
	struct strings strings;
	bool failed = false;
	const char *id;

	if (take_strings(xpath, count, &strings)) {
		id = string_at(&strings, 0);
		target = index_id(run->index, id[0] == '#' ? id + 1 : id, &failed);
	}
	strings_free(&strings);
	give_set(xpath, run, target == NULL ? NULL : xmlXPathNodeSetCreate((xmlNode *)target), failed);
}

/* No value anywhere in it: xsi:type says nothing by itself. */
static bool
says_nothing(const xmlNode *element)
{
	const xmlAttr *attribute;
	const xmlNode *child;

	if (node_attribute(element, "nullFlavor") != NULL)
		return true;
	for (attribute = element->properties; attribute != NULL; attribute = attribute->next)
		if (attribute->ns == NULL)
			return false;
	for (child = element->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE || !text_is_blank((const char *)child->content))
			return false;
	return true;
}

static void
function_null(xmlXPathParserContext *xpath, int count)
{
	xmlXPathObject *object = valuePop(xpath);
	const xmlNode *node = object->type == XPATH_NODESET ? first_node(object->nodesetval) : NULL;
	xmlChar *text;
	bool null;

	(void)count;
	if (node != NULL && node->type == XML_ELEMENT_NODE) {
		null = says_nothing(node);
	} else {
		text = xmlXPathCastToString(object);
		null = text_is_blank((const char *)text);
		xmlFree(text);
	}
	xmlXPathFreeObject(object);
	valuePush(xpath, xmlXPathNewBoolean(null));
}

/* ---- The table ------------------------------------------------------------------------------------------------------------ */

static const struct function_kind kinds[] = {
	{ "id", 2, 2, 0, function_id },
	{ "today", 0, 0, 0, function_today },
	{ "lookup", 2, 3, 1, function_lookup },
	{ "display", 2, 3, 1, function_display },
	{ "decimal", 1, 1, 0, function_decimal },
	{ "split", 3, 3, 0, function_split },
	{ "slice", 3, 3, 0, function_slice },
	{ "template", 1, 2, 0, function_template },
	{ "coded", 1, 2, 0, function_coded },
	{ "identified", 1, 2, 0, function_identified },
	{ "target", 1, 1, 0, function_target },
	{ "text", 1, 1, 0, function_text },
	{ "null", 1, 1, 0, function_null },
	{ "uri", 1, 1, 0, function_uri },
	{ .name = NULL },
};

const struct function_kind *
function_kinds(void)
{
	return kinds;
}

const struct function_kind *
function_kind_find(const char *name)
{
	const struct function_kind *kind;

	for (kind = kinds; kind->name != NULL; kind++)
		if (strcmp(kind->name, name) == 0)
			return kind;
	return NULL;
}

void
function_call(xmlXPathParserContext *xpath, int count)
{
	const struct function_kind *kind = function_kind_find((const char *)xpath->context->function);

	if (kind == NULL || run_of(xpath) == NULL) {
		give_up(xpath);
		return;
	}
	if (count < kind->least || count > kind->most) {
		xmlXPathSetArityError(xpath);
		return;
	}
	kind->function(xpath, count);
}
