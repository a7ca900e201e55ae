/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Typed writers: the input is the content of a source document, and every writer gets every element
 * of it. Promises: a writer says that it wrote exactly when it wrote; nothing it writes is empty; a
 * dateTime reads back as itself; a number is a FHIR decimal; narrative holds only elements that
 * FHIR R4 allows.
 */
#include "base/alloc.h"
#include "format/xml.h"
#include "mapping/decimal.h"
#include "mapping/element.h"
#include "mapping/timestamp.h"
#include "mapping/types.h"

#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct run {
	const struct xml_source *source;
	struct ehds_findings *findings;
};

static const struct {
	writer write;
	const char *name;
} writers[] = {
	{ write_concept, "concept" },
	{ write_copy, "copy" },
	{ write_coding, "coding" },
	{ write_code, "code" },
	{ write_identifier, "identifier" },
	{ write_name, "name" },
	{ write_orgname, "orgname" },
	{ write_address, "address" },
	{ write_telecom, "telecom" },
	{ write_date, "date" },
	{ write_datetime, "dateTime" },
	{ write_period, "period" },
	{ write_quantity, "quantity" },
	{ write_range, "range" },
	{ write_ratio, "ratio" },
	{ write_any, "value" },
	{ write_string, "string" },
	{ write_text, "markdown" },
	{ write_attachment, "attachment" },
	{ write_binary, NULL },
	{ write_narrative, "text" },
	{ write_instant, "instant" },
};

/* ---- a run without stylesheet ---------------------------------------------------------------- */

const char *
call_attribute(struct call *call, const char *name)
{
	(void)call;
	return strcmp(name, "birth-list") == 0 ? "https://example.org/birth-list" : NULL;
}

void
call_finding(struct call *call, const struct item *item, enum ehds_severity severity, const char *rule,
    const char *code, const char *found, const char *expected, const char *format, ...)
{
	struct ehds_finding finding = { .severity = severity, .rule = rule, .code = code, .found = found,
		.expected = expected };
	char text[512];
	va_list arguments;

	(void)item;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	finding.text = text;
	findings_add(call->run->findings, &finding);
}

enum written
call_refuse(struct call *call, const struct item *item, const char *rule, const char *format, ...)
{
	(void)item;
	error_set(call->error, EHDS_ERROR_DOCUMENT, rule, NULL, 0, 0, "%s", format);
	return WRITTEN_FAILED;
}

void
call_count_code(struct call *call, enum code_fate fate)
{
	(void)call;
	(void)fate;
}

static const xmlNode *
next_node(const xmlNode *node)
{
	if (node->type == XML_ELEMENT_NODE && node->children != NULL)
		return node->children;
	while (node != NULL && node->next == NULL)
		node = node->parent;
	return node != NULL ? node->next : NULL;
}

const xmlNode *
call_element_by_id(struct call *call, const char *id)
{
	const xmlNode *node = xmlDocGetRootElement(xml_source_doc(call->run->source));
	const char *value;

	for (; node != NULL; node = next_node(node)) {
		value = node_attribute(node, "ID");
		if (value != NULL && strcmp(value, id) == 0)
			return node;
	}
	return NULL;
}

void
call_mark(struct call *call, const xmlNode *node)
{
	(void)call;
	(void)node;
}

const struct xml_body *
call_body(struct call *call, const xmlNode *element)
{
	return xml_source_body(call->run->source, element);
}

/* ---- promises -------------------------------------------------------------------------------- */

static bool
is_allowed(const char *name)
{
	static const char *const allowed[] = { "div", "p", "span", "br", "ul", "ol", "li", "table",
		"caption", "col", "colgroup", "thead", "tfoot", "tbody", "tr", "th", "td", "a", "img", "b",
		"i", "em", "strong", "small", "big", "sub", "sup", "pre", "code", "tt", "cite", "h1", "h2",
		"h3", "h4", "h5", "h6" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (strcmp(allowed[i], name) == 0)
			return true;
	return false;
}

static void
check_time(const char *text)
{
	struct timestamp time;
	size_t length = strlen(text);

	must(timestamp_parse(&time, text) == NULL);
	must(length == 4 || length == 7 || length == 10 || (length >= 20 && time.zone != ZONE_NONE));
}

static void
check_number(struct call *call, const char *text)
{
	struct item item = { .text = text };
	const char *again = decimal_read(call, &item, text);

	must(again != NULL && strcmp(again, text) == 0);
}

static void
check_node(struct call *call, const xmlNode *node)
{
	const char *name = (const char *)node->name, *value = node_attribute(node, "value");
	const char *around = (const char *)node->parent->name;

	if (strcmp((const char *)node->ns->href, "http://www.w3.org/1999/xhtml") == 0) {
		must(is_allowed(name));
		return;
	}
	must(value == NULL || value[0] != '\0');
	must(value != NULL || node->children != NULL);
	if (value != NULL
	    && (strcmp(name, "dateTime") == 0 || strcmp(name, "start") == 0 || strcmp(name, "end") == 0))
		check_time(value);
	if (value != NULL && strcmp(name, "value") == 0 && strcmp(around, "quantity") == 0)
		check_number(call, value);
}

static void
write_all(struct call *call, const xmlNode *source, xmlDoc *result)
{
	struct item item = { .node = source };
	xmlNode *root, *node;
	enum written written;

	for (size_t i = 0; i <= sizeof(writers) / sizeof(writers[0]); i++) {
		root = xmlNewDocNode(result, NULL, (const xmlChar *)"out", NULL);
		xmlSetNs(root, xmlNewNs(root, (const xmlChar *)"http://hl7.org/fhir", NULL));
		xmlDocSetRootElement(result, root);
		written = i < sizeof(writers) / sizeof(writers[0])
			      ? writers[i].write(call, &item, root, writers[i].name)
			      : write_timing(call, &item, 1, root, "timing");
		must((written == WRITTEN_FAILED) == (call->error->kind != EHDS_ERROR_NONE));
		must(written == WRITTEN_FAILED || (written == WRITTEN_DONE) == (root->children != NULL));
		for (node = root->children; node != NULL; node = (xmlNode *)next_node(node))
			if (node->type == XML_ELEMENT_NODE && written == WRITTEN_DONE)
				check_node(call, node);
		xmlUnlinkNode(root);
		xmlFreeNode(root);
		error_clear(call->error);
	}
}

static void
write_document(const struct xml_source *source, struct arena *arena, struct ehds_findings *findings)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct naming *naming = naming_new();
	struct pack pack = { .name = "fuzz", .naming = naming };
	struct run run = { .source = source, .findings = findings };
	struct call call = { .run = &run, .pack = &pack, .arena = arena, .error = &error };
	const xmlNode *node = xmlDocGetRootElement(xml_source_doc(source));
	xmlDoc *result = xmlNewDoc((const xmlChar *)"1.0");

	for (size_t count = 0; node != NULL && count < 64; node = next_node(node)) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		write_all(&call, node, result);
		count++;
	}
	xmlFreeDoc(result);
	naming_free(&naming);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char head[] = "<root xmlns=\"urn:hl7-org:v3\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">", tail[] = "</root>";
	struct arena *arena = arena_new(64 << 20);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct buffer text = { .limit = 0 };
	struct xml_source *source;

	xml_open();
	buffer_append(&text, head, sizeof(head) - 1);
	buffer_append(&text, bytes, length);
	buffer_append(&text, tail, sizeof(tail) - 1);
	if (xml_parse(
		&source, text.data, text.length, "fuzz", &xml_limits_default, arena, &findings, &error)
	    == 0) {
		write_document(source, arena, &findings);
		xml_source_free(&source);
	}
	buffer_free(&text);
	arena_free(&arena);
	return 0;
}
