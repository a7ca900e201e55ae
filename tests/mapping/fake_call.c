/* SPDX-License-Identifier: EUPL-1.2 */
/* See fake_call.h. Failures of the fake itself abort the test. */
#include "fake_call.h"

#include "mapping/pack.h"

#include "../check_main.h"

#include <stdarg.h>
#include <string.h>

struct run {
	struct fake *fake;
};

static const char naming_rows[] =
    "naming:\n"
    "  - { oid: 2.16.840.1.113883.6.1, uri: 'http://loinc.org', name: LOINC }\n"
    "  - { oid: 2.16.840.1.113883.6.96, uri: 'http://snomed.info/sct', name: SNOMED CT }\n"
    "  - { oid: 1.2.250.1.213.1.4.8, uri: 'urn:oid:1.2.250.1.213.1.4.8', use: official,\n"
    "      type: { system: 'https://example.org/types', code: INS, display: 'National number' } }\n"
    "  - oid: 1.2.250.1.71.4.2.1\n"
    "    uri: 'urn:oid:1.2.250.1.71.4.2.1'\n"
    "    schemes:\n"
    "      - { prefix: '8', strip: '1', uri: 'https://example.org/rpps', keep: true,\n"
    "          type: { system: 'https://example.org/types', code: RPPS } }\n"
    "  - { oid: 1.2.3.99, alias: 2.16.840.1.113883.6.1 }\n";

/* ---- what the run offers --------------------------------------------------------------------- */

const char *
call_attribute(struct call *call, const char *name)
{
	struct fake *fake = call->run->fake;

	for (size_t i = 0; i < FAKE_ATTRIBUTES && fake->attributes[i].name != NULL; i++)
		if (strcmp(fake->attributes[i].name, name) == 0)
			return fake->attributes[i].value;
	return NULL;
}

void
call_finding(struct call *call, const struct item *item, enum ehds_severity severity, const char *rule,
    const char *code, const char *found, const char *expected, const char *format, ...)
{
	struct ehds_finding finding = {
		.severity = severity, .rule = rule, .code = code, .found = found, .expected = expected,
		.line = item->node != NULL ? (int)xmlGetLineNo(item->node) : 0,
	};
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	finding.text = text;
	findings_add(&call->run->fake->findings, &finding);
}

enum written
call_refuse(struct call *call, const struct item *item, const char *rule, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_set(call->error, EHDS_ERROR_DOCUMENT, rule, NULL,
	    item->node != NULL ? (int)xmlGetLineNo(item->node) : 0, 0, "%s", text);
	return WRITTEN_FAILED;
}

void
call_count_code(struct call *call, enum code_fate fate)
{
	call->run->fake->codes[fate]++;
}

static const xmlNode *
next_node(const xmlNode *node)
{
	if (node->children != NULL && node->type == XML_ELEMENT_NODE)
		return node->children;
	while (node != NULL && node->next == NULL)
		node = node->parent != NULL && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
	return node != NULL ? node->next : NULL;
}

const xmlNode *
call_element_by_id(struct call *call, const char *id)
{
	const xmlNode *node = xmlDocGetRootElement(xml_source_doc(call->run->fake->source));
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
	return xml_source_body(call->run->fake->source, element);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void
load_naming(struct fake *fake)
{
	struct yaml_file *file;

	if (yaml_parse(&file, naming_rows, strlen(naming_rows), "naming.yaml", &fake->error) < 0)
		ck_abort_msg("naming: %s", fake->error.text);
	fake->naming = naming_new();
	naming_add(fake->naming, file, &fake->findings);
	if (fake->findings.first != NULL)
		ck_abort_msg("naming: %s", fake->findings.first->text);
	yaml_free(&file);
}

static void
make_result(struct fake *fake)
{
	xmlNode *root = xmlNewNode(NULL, (const xmlChar *)"out");

	fake->result = xmlNewDoc((const xmlChar *)"1.0");
	fake->result->encoding = xmlStrdup((const xmlChar *)"UTF-8");
	xmlDocSetRootElement(fake->result, root);
	xmlSetNs(root, xmlNewNs(root, (const xmlChar *)"http://hl7.org/fhir", NULL));
}

void
fake_open(struct fake *fake, const char *xml)
{
	struct run *run;
	char *text;

	xml_open();
	*fake = (struct fake){ .arena = arena_new(0) };
	fake->findings = findings_new(fake->arena);
	load_naming(fake);
	text = arena_printf(fake->arena, "<root xmlns=\"urn:hl7-org:v3\" xmlns:pharm=\"urn:example:pharm\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">%s</root>", xml);
	if (xml_parse(&fake->source, text, strlen(text), "test.xml", &xml_limits_default, fake->arena,
		&fake->findings, &fake->error)
	    < 0)
		ck_abort_msg("%s: %s", fake->error.rule, fake->error.text);
	make_result(fake);
	run = arena_alloc(fake->arena, sizeof(*run));
	run->fake = fake;
	fake->pack = (struct pack){ .name = "test/types", .naming = fake->naming };
	fake->call =
	    (struct call){ .run = run, .pack = &fake->pack, .arena = fake->arena, .error = &fake->error };
}

void
fake_attribute(struct fake *fake, const char *name, const char *value)
{
	size_t i = 0;

	while (fake->attributes[i].name != NULL && strcmp(fake->attributes[i].name, name) != 0)
		ck_assert_uint_lt(++i, FAKE_ATTRIBUTES);
	fake->attributes[i].name = name;
	fake->attributes[i].value = value;
}

void
fake_table(struct fake *fake, const char *name)
{
	char *path, *shown = arena_printf(fake->arena, "types/%s.yaml", name);
	struct ehds_findings lint = findings_new(fake->arena);
	char *root = source_path("tests/mapping");
	const char *roots[] = { root };

	path = arena_printf(fake->arena, "%s/%s", root, shown);
	table_free(&fake->table);
	if (table_load(&fake->table, path, shown, roots, 1, fake->naming, &lint) < 0 || lint.first != NULL)
		ck_abort_msg("%s: %s", path, lint.first != NULL ? lint.first->text : "not loaded");
	fake->call.table = fake->table;
	free(root);
}

void
fake_zone(struct fake *fake, const char *name)
{
	timezone_free(&fake->timezone);
	if (timezone_load(&fake->timezone, name, &fake->error) < 0)
		ck_abort_msg("%s", fake->error.text);
	fake->pack.timezone = fake->timezone;
	fake->pack.timezone_name = name;
}

void
fake_close(struct fake *fake)
{
	xmlFreeDoc(fake->result);
	xml_source_free(&fake->source);
	naming_free(&fake->naming);
	table_free(&fake->table);
	timezone_free(&fake->timezone);
	arena_free(&fake->arena);
}

/* ---- writing --------------------------------------------------------------------------------- */

const xmlNode *
fake_element(const struct fake *fake, const char *name)
{
	const xmlNode *node = xmlDocGetRootElement(xml_source_doc(fake->source));

	for (; node != NULL; node = next_node(node))
		if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
			return node;
	ck_abort_msg("no element %s", name);
	return NULL;
}

static const char *
finish(struct fake *fake, enum written written)
{
	xmlNode *root = xmlDocGetRootElement(fake->result), *node;
	xmlBuffer *buffer = xmlBufferCreate();
	const char *text;

	for (node = root->children; node != NULL; node = node->next)
		xmlNodeDump(buffer, fake->result, node, 0, 0);
	text = arena_strdup(fake->arena, (const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	while (root->children != NULL) {
		node = root->children;
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
	ck_assert_int_eq(written == WRITTEN_FAILED, fake->error.kind != EHDS_ERROR_NONE);
	if (written != WRITTEN_FAILED)
		ck_assert_int_eq(written == WRITTEN_DONE, text[0] != '\0');
	return written == WRITTEN_FAILED ? fake->error.rule : text;
}

const char *
fake_write(struct fake *fake, writer write, const char *element, const char *name)
{
	struct item item = { .node = fake_element(fake, element) };

	return finish(fake, write(&fake->call, &item, xmlDocGetRootElement(fake->result), name));
}

const char *
fake_write_text(struct fake *fake, writer write, const char *text, const char *name)
{
	struct item item = { .text = text };

	return finish(fake, write(&fake->call, &item, xmlDocGetRootElement(fake->result), name));
}

const char *
fake_write_set(struct fake *fake, set_writer write, const char *element, const char *name)
{
	struct item items[16];
	size_t count = 0;

	for (const xmlNode *node = fake_element(fake, element); node != NULL && count < 16;
	     node = node_next(node, element))
		items[count++] = (struct item){ .node = node };
	return finish(fake, write(&fake->call, items, count, xmlDocGetRootElement(fake->result), name));
}

const char *
fake_findings(struct fake *fake)
{
	const char *text = "";

	for (const struct ehds_finding *finding = fake->findings.first; finding != NULL;
	     finding = finding->next)
		text = arena_printf(fake->arena, "%s%s%s", text, text[0] != '\0' ? " " : "", finding->rule);
	return text;
}

const char *
fake_finding(struct fake *fake, size_t index)
{
	const struct ehds_finding *finding = fake->findings.first;

	while (finding != NULL && index-- > 0)
		finding = finding->next;
	if (finding == NULL)
		return "";
	return arena_printf(fake->arena, "%s: %s%s%s%s%s%s%s", severity_name(finding->severity),
	    finding->text, finding->found != NULL ? " [" : "", finding->found != NULL ? finding->found : "",
	    finding->found != NULL ? "]" : "", finding->expected != NULL ? " (" : "",
	    finding->expected != NULL ? finding->expected : "", finding->expected != NULL ? ")" : "");
}

void
fake_check(writer write, const char *element, const char *name, const char *xml, const char *expected,
    const char *findings)
{
	struct fake fake;

	fake_open(&fake, xml);
	ck_assert_str_eq(fake_write(&fake, write, element, name), expected);
	ck_assert_str_eq(fake_findings(&fake), findings);
	fake_close(&fake);
}
