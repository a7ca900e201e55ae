/* SPDX-License-Identifier: EUPL-1.2 */
/* Which reader takes a document is said by its bytes; limits are those of the job. */
#include "convert/source.h"

#include "../check_main.h"

#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct arena *arena;
	struct ehds_findings findings;
	struct ehds_error error;
	struct xml_source *source;
	xmlNode *root;		/* NULL when refused */
};

static struct reading
reading_of(const char *bytes, size_t length, const struct xml_limits *limits)
{
	struct reading reading = { .arena = arena_new(0) };

	xml_open();
	reading.findings = findings_new(reading.arena);
	if (source_read(&reading.source, bytes, length, "doc", limits, reading.arena, &reading.findings, &reading.error) == 0)
		reading.root = xmlDocGetRootElement(xml_source_doc(reading.source));
	ck_assert((reading.root == NULL) == (reading.error.kind != EHDS_ERROR_NONE));
	return reading;
}

static void
reading_close(struct reading *reading)
{
	xml_source_free(&reading->source);
	arena_free(&reading->arena);
}

static void
refused(const char *text, const struct xml_limits *limits, const char *rule)
{
	struct reading reading = reading_of(text, strlen(text), limits);

	ck_assert_ptr_null(reading.root);
	ck_assert_str_eq(reading.error.rule, rule);
	ck_assert_int_eq(reading.error.kind, EHDS_ERROR_DOCUMENT);
	reading_close(&reading);
}

#define JSON "{\n\"resourceType\": \"Bundle\",\n\n \"type\": \"document\"}"

START_TEST(json_becomes_the_tree_of_fhir_xml_with_json_lines)
{
	struct reading reading = reading_of(JSON, strlen(JSON), &xml_limits_default);

	ck_assert_str_eq((const char *)reading.root->name, "Bundle");
	ck_assert_str_eq((const char *)reading.root->ns->href, "http://hl7.org/fhir");
	ck_assert_int_eq(xml_line(reading.root->children), 4);
	ck_assert_ptr_eq(xml_source_doc(reading.source)->_private, reading.source);
	reading_close(&reading);
}
END_TEST

START_TEST(json_is_seen_behind_a_byte_order_mark_and_white_space)
{
	struct reading reading = reading_of("\xEF\xBB\xBF \r\n\t" JSON, strlen(JSON) + 7, &xml_limits_default);

	ck_assert_ptr_nonnull(reading.root);
	reading_close(&reading);
}
END_TEST

START_TEST(the_bytes_are_kept_for_the_hash)
{
	struct reading reading = reading_of(JSON, strlen(JSON), &xml_limits_default);
	size_t length;

	ck_assert_str_eq(xml_source_bytes(reading.source, &length), JSON);
	ck_assert_uint_eq(length, strlen(JSON));
	reading_close(&reading);
}
END_TEST

START_TEST(json_lines_go_beyond_sixteen_bits)
{
	size_t lines = 70000, length = lines + strlen(JSON);
	char *text = malloc(length + 1);
	struct reading reading;

	memset(text, '\n', lines);
	strcpy(text + lines, JSON);
	reading = reading_of(text, length, &xml_limits_default);
	ck_assert_int_eq(xml_line(reading.root->children), 70004);
	reading_close(&reading);
	free(text);
}
END_TEST

START_TEST(everything_else_is_xml)
{
	struct reading reading = reading_of("<a/>", 4, &xml_limits_default);

	ck_assert_str_eq((const char *)reading.root->name, "a");
	reading_close(&reading);
	refused("%PDF-1.7", &xml_limits_default, "xml-not-xml");
	refused("", &xml_limits_default, "xml-empty");
}
END_TEST

START_TEST(json_that_is_no_fhir_is_refused)
{
	refused("{\"a\": 1}", &xml_limits_default, "fhir-json-no-resource");
	refused("[]", &xml_limits_default, "fhir-json-no-resource");
	refused("{\"resourceType\": ", &xml_limits_default, "json-syntax");
	refused("{\"resourceType\": \"Letter\"}", &xml_limits_default, "fhir-json-no-resource");
}
END_TEST

START_TEST(limits_of_the_job_bound_json)
{
	struct xml_limits limits = xml_limits_default;

	limits.bytes = 20;
	refused(JSON, &limits, "json-too-large");
	limits = xml_limits_default;
	limits.elements = 2;
	refused(JSON, &limits, "json-values");
	limits = xml_limits_default;
	limits.depth = 2;
	refused("{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": {}}]}", &limits, "json-depth");
}
END_TEST

/* An attachment of FHIR XML is the value of an attribute. */
START_TEST(values_of_fhir_xml_may_be_as_long_as_attachments)
{
	static const char head[] = "<Binary xmlns=\"http://hl7.org/fhir\"><data value=\"", tail[] = "\"/></Binary>";
	size_t digits = 2 * 1024 * 1024, length = strlen(head) + digits + strlen(tail);
	char *text = malloc(length + 1);
	struct reading reading;

	strcpy(text, head);
	memset(text + strlen(head), 'A', digits);
	strcpy(text + strlen(head) + digits, tail);
	reading = reading_of(text, length, &xml_limits_default);
	ck_assert_ptr_nonnull(reading.root);
	reading_close(&reading);
	memcpy(text + strlen("<Binary xmlns=\"http://"), "HL7", 3);
	reading = reading_of(text, length, &xml_limits_default);
	ck_assert_str_eq(reading.error.rule, "xml-too-large");
	reading_close(&reading);
	free(text);
}
END_TEST

TESTS("convert/source", json_becomes_the_tree_of_fhir_xml_with_json_lines, json_is_seen_behind_a_byte_order_mark_and_white_space,
    the_bytes_are_kept_for_the_hash, json_lines_go_beyond_sixteen_bits, everything_else_is_xml, json_that_is_no_fhir_is_refused,
    limits_of_the_job_bound_json, values_of_fhir_xml_may_be_as_long_as_attachments)
