/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See functions.h. A function takes values and gives one; it knows nothing of who evaluates. Our
 * own evaluator calls it directly, libxml2's through function_call.
 */
#include "mapping/functions.h"

#include "base/text.h"
#include "fhir/bundle.h"
#include "mapping/number.h"
#include "mapping/run.h"
#include "mapping/timestamp.h"
#include "mapping/types.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <string.h>

static const struct value nothing = { .kind = VALUE_STRING, .text = "" };
static const struct value no_nodes = { .kind = VALUE_NODES };

/* ---- Arguments and answers ------------------------------------------------------------------- */

static struct scratch *
scratch_of(const struct function_call *call)
{
	return &call->run->xpath.scratch;
}

/* "" for an argument that was not given. */
static const char *
text_at(const struct function_call *call, size_t i)
{
	const char *text = i < call->count ? value_text(scratch_of(call), &call->arguments[i]) : "";

	if (text == NULL)
		run_no_memory(call->run);
	return text == NULL ? "" : text;
}

/* A whole number from 1, or 0. */
static size_t
count_at(const struct function_call *call, size_t i)
{
	double number = value_number(scratch_of(call), &call->arguments[i]);

	return number >= 1 && number <= 1e9 ? (size_t)number : 0;
}

static void *
new_memory(const struct function_call *call, size_t size)
{
	void *memory = scratch_alloc(scratch_of(call), size);

	if (memory == NULL)
		run_no_memory(call->run);
	return memory;
}

static struct value
copy_of(const struct function_call *call, const char *text, size_t length)
{
	char *copy = new_memory(call, length + 1);

	if (copy == NULL)
		return nothing;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return value_of_text(copy);
}

static struct value
text_or_nothing(const char *text)
{
	return text == NULL ? nothing : value_of_text(text);
}

/* A call for the shared questions of the writers; it has no plan of its own. */
static struct call
bare_call(struct run *run, const xmlNode *context)
{
	static const struct style_file no_file = { .shown = NULL };
	static const struct plan no_plan = { .file = &no_file };

	return (struct call){ .run = run, .plan = &no_plan, .pack = run->pack, .arena = run->arena,
	    .context = context, .error = run->error };
}

/* ---- Identity and time ----------------------------------------------------------------------- */

static struct value
function_id(const struct function_call *call)
{
	char url[ENTRY_URL];

	entries_url(call->run->entries, text_at(call, 1), text_at(call, 0), url);
	return copy_of(call, url, strlen(url));
}

/* What the datetime writer makes of the document's effectiveTime. */
static const char *
document_date(struct run *run)
{
	const xmlNode *time = node_child(xmlDocGetRootElement(xml_source_doc(run->source)),
	    "effectiveTime");
	struct call call = bare_call(run, time);
	const char *date = NULL;
	xmlNode *holder;

	if (time == NULL)
		return NULL;
	holder = xmlNewDocNode(run->out, NULL, (const xmlChar *)"holder", NULL);
	if (holder != NULL && write_datetime(&call, &(struct item){ .node = time }, holder,
	    "date") == WRITTEN_DONE)
		date = run_strdup(run, node_attribute(holder->children, "value"));
	xmlFreeNode(holder);
	return date;
}

static struct value
function_today(const struct function_call *call)
{
	const struct run *run = call->run;

	return text_or_nothing(run->job->date != NULL ? run->job->date : document_date(call->run));
}

/* What is no point in time stands as it is. */
static struct value
function_local(const struct function_call *call)
{
	struct call question = bare_call(call->run, NULL);
	const struct call_zone zone = { .zone = call->run->pack->timezone };
	const char *text = text_at(call, 0);
	struct timestamp time;

	if (timestamp_parse(&time, text) != NULL)
		return value_of_text(text);
	timestamp_to_zone(&time, &zone);
	if (time.zone == ZONE_NONE && time.precision > TO_DAY)
		return value_of_text(text);
	text = timestamp_text(&question, &time);
	return copy_of(call, text, strlen(text));
}

/* ---- Tables and names ------------------------------------------------------------------------ */

/* Of several nodes the first that the table has a row for. */
static const struct table_row *
look_up_nodes(const struct function_call *call, const struct table *table)
{
	const struct value *nodes = &call->arguments[1];
	const struct table_row *row = NULL;
	const char *text;
	size_t i;

	for (i = 0; i < nodes->count && row == NULL; i++) {
		text = node_text(scratch_of(call), nodes->nodes[i]);
		if (text == NULL)
			return run_no_memory(call->run), NULL;
		row = table_find(table, text, NULL);
	}
	return row;
}

static const struct table_row *
look_up(const struct function_call *call)
{
	const struct table *table = pack_table_named(call->run->pack, text_at(call, 0));

	if (table == NULL) {
		run_fail(call->run, "map-unknown-table", "the pack lists no table '%s'",
		    text_at(call, 0));
		return NULL;
	}
	if (call->count == 2 && call->arguments[1].kind == VALUE_NODES)
		return look_up_nodes(call, table);
	return table_find(table, text_at(call, 1), call->count > 2 ? text_at(call, 2) : NULL);
}

static struct value
function_lookup(const struct function_call *call)
{
	const struct table_row *row = look_up(call);

	return row == NULL ? nothing : text_or_nothing(row->to);
}

static struct value
function_display(const struct function_call *call)
{
	const struct table_row *row = look_up(call);

	return row == NULL ? nothing : text_or_nothing(row->display);
}

static struct value
function_uri(const struct function_call *call)
{
	const char *oid = text_at(call, 0), *uri;
	char buffer[300];

	if (oid[0] == '\0')
		return nothing;
	uri = naming_uri(call->run->pack->naming, oid, buffer, sizeof(buffer));
	return uri == NULL ? nothing : copy_of(call, uri, strlen(uri));
}

/* ---- Strings --------------------------------------------------------------------------------- */

static struct value
function_decimal(const struct function_call *call)
{
	const char *text = text_at(call, 0);
	char *number = new_memory(call, strlen(text) + 2);

	return number != NULL && number_of_text(text, number) ? value_of_text(number) : nothing;
}

static struct value
function_split(const struct function_call *call)
{
	const char *part = text_at(call, 0), *separator = text_at(call, 1), *end;
	size_t wanted = count_at(call, 2);

	end = separator[0] == '\0' ? NULL : strstr(part, separator);
	for (; wanted > 1 && end != NULL; wanted--) {
		part = end + strlen(separator);
		end = strstr(part, separator);
	}
	if (wanted != 1)
		return nothing;
	return end == NULL ? value_of_text(part) : copy_of(call, part, (size_t)(end - part));
}

static const char *
skip_characters(const char *text, size_t count)
{
	for (; count > 0 && *text != '\0'; count--)
		do
			text++;
		while (((unsigned char)*text & 0xC0) == 0x80);
	return text;
}

static struct value
function_slice(const struct function_call *call)
{
	size_t from = count_at(call, 1), length = count_at(call, 2);
	const char *start, *end;

	if (from == 0)
		return nothing;
	start = skip_characters(text_at(call, 0), from - 1);
	end = skip_characters(start, length);
	return copy_of(call, start, (size_t)(end - start));
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

/* Whether element lies below one of the nodes (or scopes is NULL: anywhere). */
static bool
is_below(const struct index *index, const xmlNode *element, const struct value *scopes)
{
	const struct mark *mark = index_mark(index, element), *scope;
	size_t i;

	if (scopes == NULL)
		return true;
	for (i = 0; i < scopes->count; i++) {
		const xmlNode *node = scopes->nodes[i];

		if (node == (const xmlNode *)element->doc)
			return true;
		scope = node->type == XML_ELEMENT_NODE ? index_mark(index, node) : NULL;
		if (scope != NULL && mark->order > scope->order && mark->order < scope->end)
			return true;
	}
	return false;
}

/* An element may carry the same id twice: it is in the set once. */
static struct value
elements_below(const struct function_call *call, const struct keylist_item *first,
    const struct value *scopes)
{
	const struct keylist_item *item;
	const xmlNode **nodes;
	size_t count = 0;

	for (item = first; item != NULL; item = item->next)
		count++;
	nodes = count == 0 ? NULL : new_memory(call, count * sizeof(*nodes));
	if (nodes == NULL)
		return no_nodes;
	count = 0;
	for (item = first; item != NULL; item = item->next)
		if ((count == 0 || nodes[count - 1] != item->value) &&
		    is_below(call->run->index, item->value, scopes))
			nodes[count++] = item->value;
	return value_of_nodes(nodes, count);
}

static struct value
indexed(const struct function_call *call, const struct keylist_item *(*find)(struct index *,
    const char *, bool *))
{
	const struct value *scopes = call->count > 1 ? &call->arguments[1] : NULL;
	const struct keylist_item *found;
	bool failed = false;

	if (scopes != NULL && scopes->kind != VALUE_NODES) {
		run_fail(call->run, "map-stylesheet", "the second argument is no node set");
		return no_nodes;
	}
	found = find(call->run->index, text_at(call, 0), &failed);
	if (failed)
		run_no_memory(call->run);
	return elements_below(call, found, scopes);
}

static struct value
function_template(const struct function_call *call)
{
	return indexed(call, index_template);
}

static struct value
function_coded(const struct function_call *call)
{
	return indexed(call, index_coded);
}

static struct value
function_identified(const struct function_call *call)
{
	const struct keylist_item *found = NULL;
	bool failed = false;

	if (text_at(call, 0)[0] != '\0')
		found = index_identified(call->run->index, text_at(call, 0), text_at(call, 1), &failed);
	if (failed)
		run_no_memory(call->run);
	return elements_below(call, found, NULL);
}

static struct value
function_having(const struct function_call *call)
{
	const struct value *scopes = call->count > 2 ? &call->arguments[2] : NULL;
	const char *text = text_at(call, 1);
	const struct keylist_item *found;
	size_t length = strlen(text);
	struct value trimmed;
	bool failed = false;

	if (scopes != NULL && scopes->kind != VALUE_NODES) {
		run_fail(call->run, "map-stylesheet", "the third argument is no node set");
		return no_nodes;
	}
	while (length > 0 && text_is_space(*text)) {
		text++;
		length--;
	}
	while (length > 0 && text_is_space(text[length - 1]))
		length--;
	trimmed = copy_of(call, text, length);
	found = index_having(call->run->index, text_at(call, 0), trimmed.text, &failed);
	if (failed)
		run_no_memory(call->run);
	return elements_below(call, found, scopes);
}

/*
 * In a FHIR document a reference leads to a resource, seen from the entry that it stands in (HL7 FHIR R4, bundle.html,
 * "Resolving references in Bundles").
 */
static const xmlNode *
referenced_resource(const struct function_call *call)
{
	const struct value *value = &call->arguments[0];
	const xmlNode *from = value->kind == VALUE_NODES && value->count > 0 ? value->nodes[0] : call->context;
	struct run *run = call->run;
	xmlNode *resource;

	if (run->resources == NULL)
		run->resources = bundle_new(xml_source_doc(run->source), run->arena);
	if (run->resources == NULL) {
		run_no_memory(run);
		return NULL;
	}
	if (from != NULL && from->type != XML_ELEMENT_NODE)
		from = from->parent;
	return bundle_resolve(run->resources, from, text_at(call, 0), &resource) == BUNDLE_FOUND ? resource : NULL;
}

/* A reference may lack its '#'. */
static const xmlNode *
element_of_id(const struct function_call *call)
{
	const char *id = text_at(call, 0);
	bool failed = false;
	const xmlNode *element = index_id(call->run->index, id[0] == '#' ? id + 1 : id, &failed);

	if (failed)
		run_no_memory(call->run);
	return element;
}

/* What leads nowhere gives nothing. */
static struct value
function_target(const struct function_call *call)
{
	const xmlNode *target, **node;

	target = node_is_fhir(xmlDocGetRootElement(xml_source_doc(call->run->source))) ? referenced_resource(call)
										     : element_of_id(call);
	node = target == NULL ? NULL : new_memory(call, sizeof(*node));
	if (node == NULL)
		return no_nodes;
	*node = target;
	return value_of_nodes(node, 1);
}

/* The first node of an argument when that is an element. */
static const xmlNode *
element_at(const struct function_call *call, size_t i)
{
	const struct value *value = &call->arguments[i];

	return value->kind == VALUE_NODES && value->count > 0 &&
	    value->nodes[0]->type == XML_ELEMENT_NODE ? value->nodes[0] : NULL;
}

static struct value
function_text(const struct function_call *call)
{
	const xmlNode *element = element_at(call, 0);
	struct call question = bare_call(call->run, element);

	return element == NULL ? value_of_text(text_at(call, 0)) :
	    text_or_nothing(resolved_text(&question, element, false));
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
		if (child->type == XML_ELEMENT_NODE ||
		    (child->type == XML_TEXT_NODE && !text_is_blank((const char *)child->content)))
			return false;
	return true;
}

static struct value
function_null(const struct function_call *call)
{
	const xmlNode *element = element_at(call, 0);

	return value_of_truth(element != NULL ? says_nothing(element) : text_is_blank(text_at(call, 0)));
}

/* ---- The table ------------------------------------------------------------------------------- */

static const struct function_kind kinds[] = {
	{ "id", 2, 2, 0, VALUE_STRING, function_id },
	{ "today", 0, 0, 0, VALUE_STRING, function_today },
	{ "local", 1, 1, 0, VALUE_STRING, function_local },
	{ "lookup", 2, 3, 1, VALUE_STRING, function_lookup },
	{ "display", 2, 3, 1, VALUE_STRING, function_display },
	{ "decimal", 1, 1, 0, VALUE_STRING, function_decimal },
	{ "split", 3, 3, 0, VALUE_STRING, function_split },
	{ "slice", 3, 3, 0, VALUE_STRING, function_slice },
	{ "template", 1, 2, 0, VALUE_NODES, function_template },
	{ "coded", 1, 2, 0, VALUE_NODES, function_coded },
	{ "identified", 1, 2, 0, VALUE_NODES, function_identified },
	{ "having", 2, 3, 0, VALUE_NODES, function_having },
	{ "target", 1, 1, 0, VALUE_NODES, function_target },
	{ "text", 1, 1, 0, VALUE_STRING, function_text },
	{ "null", 1, 1, 0, VALUE_BOOLEAN, function_null },
	{ "uri", 1, 1, 0, VALUE_STRING, function_uri },
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

/* ---- libxml2 --------------------------------------------------------------------------------- */

static void
answer(xmlXPathParserContext *xpath, struct run *run, const struct function_kind *kind, int count)
{
	xmlXPathObject *objects[FUNCTION_ARGUMENTS_MAX] = { NULL };
	struct value arguments[FUNCTION_ARGUMENTS_MAX], value;
	struct scratch_mark mark = scratch_mark(&run->xpath.scratch);
	int i;

	for (i = count - 1; i >= 0; i--) {
		objects[i] = valuePop(xpath);
		if (objects[i]->type == XPATH_NODESET && objects[i]->nodesetval != NULL)
			xmlXPathNodeSetSort(objects[i]->nodesetval);
		arguments[i] = value_of_object(objects[i]);
	}
	value = kind->function(&(struct function_call){ run, arguments, (size_t)count,
	    xpath->context->node });
	if (run->failed)
		xpath->error = XPATH_EXPR_ERROR;
	else
		valuePush(xpath, object_of_value(&value));
	scratch_release(&run->xpath.scratch, mark);
	for (i = 0; i < count; i++)
		xmlXPathFreeObject(objects[i]);
}

void
function_call(xmlXPathParserContext *xpath, int count)
{
	const struct function_kind *kind = function_kind_find((const char *)xpath->context->function);
	const xsltTransformContext *context = xsltXPathGetTransformContext(xpath);

	if (kind == NULL || context == NULL || context->_private == NULL) {
		xpath->error = XPATH_EXPR_ERROR;
		return;
	}
	if (count < kind->least || count > kind->most || xpath->valueNr < count) {
		xmlXPathSetArityError(xpath);
		return;
	}
	answer(xpath, context->_private, kind, count);
}
