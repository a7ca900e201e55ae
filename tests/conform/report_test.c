/* SPDX-License-Identifier: EUPL-1.2 */
/* Form of the lines: the project's contract (ehdsctl(1)); OperationOutcome: HL7 FHIR R4 4.0.1. */
#include "conform/report.h"

#include "../check_main.h"

#include <string.h>

static void
assert_line(const struct ehds_finding *finding, const char *line)
{
	struct buffer out = { 0 };

	report_text(&out, finding);
	ck_assert_str_eq(out.data, line);
	buffer_free(&out);
}

#define LINE(line, ...) assert_line(&(struct ehds_finding){ __VA_ARGS__ }, line)

START_TEST(a_finding_is_one_line_in_compiler_form)
{
	LINE("doc.xml:12: error: bdl-7: fullUrl is not unique, found 'urn:uuid:1', expected 'one entry' "
	     "(at Bundle.entry[1].fullUrl)\n",
	    .severity = EHDS_SEVERITY_ERROR, .rule = "bdl-7", .text = "fullUrl is not unique",
	    .found = "urn:uuid:1", .expected = "one entry", .expression = "Bundle.entry[1].fullUrl",
	    .file = "doc.xml", .line = 12);
	LINE("-: warning: x: text\n", .severity = EHDS_SEVERITY_WARNING, .rule = "x", .text = "text",
	    .file = "-");
	LINE("information: x: text, expected 'y'\n", .rule = "x", .text = "text", .expected = "y");
}
END_TEST

START_TEST(without_a_document_the_stylesheet_or_the_table_comes_first)
{
	LINE("a.xsl:3: error: x: text\n", .severity = EHDS_SEVERITY_ERROR, .rule = "x", .text = "text",
	    .stylesheet = "a.xsl", .stylesheet_line = 3, .table = "t.yaml", .table_line = 4);
	LINE("t.yaml:4: error: x: text\n", .severity = EHDS_SEVERITY_ERROR, .rule = "x", .text = "text",
	    .table = "t.yaml", .table_line = 4);
}
END_TEST

START_TEST(a_value_cannot_break_the_line)
{
	LINE("error: x: text, found 'a b c'\n", .severity = EHDS_SEVERITY_ERROR, .rule = "x", .text = "text",
	    .found = "a\nb\x7f" "c");
}
END_TEST

/* 199 letters and a character of two bytes: it does not fit into 200. */
START_TEST(a_long_value_is_cut_between_characters)
{
	char found[300], line[400];

	memset(found, 'a', 199);
	strcpy(found + 199, "\xC3\xA9 and more");
	snprintf(line, sizeof(line), "error: x: text, found '%.199s...'\n", found);
	LINE(line, .severity = EHDS_SEVERITY_ERROR, .rule = "x", .text = "text", .found = found);
}
END_TEST

static void
assert_outcome(const struct ehds_error *error, const struct ehds_finding *finding, const char *summary,
    const char *json)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct buffer out = { 0 };

	if (finding != NULL)
		findings_add(&findings, finding);
	report_outcome(&out, error, &findings, summary);
	ck_assert_str_eq(out.data, json);
	buffer_free(&out);
	arena_free(&arena);
}

#define HEAD "{\n  \"resourceType\": \"OperationOutcome\",\n  \"issue\": [\n    {\n"
#define TAIL "\n    }\n  ]\n}\n"

START_TEST(a_finding_becomes_an_issue_with_all_it_knows)
{
	struct ehds_finding finding = { .severity = EHDS_SEVERITY_ERROR,
		.rule = "bdl-7",
		.code = "invariant",
		.text = "not \"unique\"",
		.found = "u",
		.expected = "v",
		.expression = "Bundle.entry[1].fullUrl",
		.file = "d.xml",
		.line = 12,
		.stylesheet = "a.xsl",
		.stylesheet_line = 3,
		.table = "t.yaml",
		.table_line = 4,
		.profile = "hl7.fhir.r4.core#4.0.1" };

	assert_outcome(NULL, &finding, NULL,
	    HEAD "      \"extension\": [\n"
		 "        {\n          \"url\": \"urn:ehds:outcome:source-line\",\n          "
		 "\"valueInteger\": 12\n        },\n"
		 "        {\n          \"url\": \"urn:ehds:outcome:stylesheet\",\n          "
		 "\"valueString\": \"a.xsl:3\"\n        },\n"
		 "        {\n          \"url\": \"urn:ehds:outcome:table\",\n          \"valueString\": "
		 "\"t.yaml:4\"\n        },\n"
		 "        {\n          \"url\": \"urn:ehds:outcome:profile\",\n          "
		 "\"valueString\": \"hl7.fhir.r4.core#4.0.1\"\n        }\n"
		 "      ],\n"
		 "      \"severity\": \"error\",\n      \"code\": \"invariant\",\n"
		 "      \"details\": {\n        \"coding\": [\n          {\n            \"system\": "
		 "\"urn:ehds:rule\",\n"
		 "            \"code\": \"bdl-7\"\n          }\n        ],\n        \"text\": \"not "
		 "\\\"unique\\\"\"\n      },\n"
		 "      \"diagnostics\": \"found 'u', expected 'v'\",\n"
		 "      \"expression\": [\n        \"Bundle.entry[1].fullUrl\"\n      ]" TAIL);
}
END_TEST

START_TEST(a_finding_without_a_code_is_of_processing)
{
	struct ehds_finding finding = {
		.severity = EHDS_SEVERITY_WARNING, .rule = "x", .text = "text", .expected = "v"
	};

	assert_outcome(NULL, &finding, NULL,
	    HEAD
	    "      \"severity\": \"warning\",\n      \"code\": \"processing\",\n"
	    "      \"details\": {\n        \"coding\": [\n          {\n            \"system\": "
	    "\"urn:ehds:rule\",\n"
	    "            \"code\": \"x\"\n          }\n        ],\n        \"text\": \"text\"\n      },\n"
	    "      \"diagnostics\": \"expected 'v'\"" TAIL);
}
END_TEST

START_TEST(an_error_comes_first_and_is_fatal)
{
	struct ehds_error error = {
		.kind = EHDS_ERROR_DOCUMENT, .line = 7, .rule = "xml-doctype", .text = "no DOCTYPE"
	};

	assert_outcome(&error, NULL, "refused",
	    HEAD "      \"extension\": [\n        {\n          \"url\": "
		 "\"urn:ehds:outcome:source-line\",\n          \"valueInteger\": 7\n"
		 "        }\n      ],\n"
		 "      \"severity\": \"fatal\",\n      \"code\": \"invalid\",\n"
		 "      \"details\": {\n        \"coding\": [\n          {\n            \"system\": "
		 "\"urn:ehds:rule\",\n"
		 "            \"code\": \"xml-doctype\"\n          }\n        ],\n        \"text\": \"no "
		 "DOCTYPE\"\n      }\n"
		 "    },\n    {\n"
		 "      \"severity\": \"information\",\n      \"code\": \"informational\",\n"
		 "      \"details\": {\n        \"text\": \"refused\"\n      }" TAIL);
}
END_TEST

/* OperationOutcome.issue is 1..*. */
START_TEST(an_outcome_has_at_least_one_issue)
{
	struct ehds_error none = { .kind = EHDS_ERROR_NONE };

	assert_outcome(&none, NULL, NULL, HEAD
	    "      \"severity\": \"information\",\n      \"code\": \"informational\",\n"
	    "      \"details\": {\n        \"text\": \"nothing to report\"\n      }" TAIL);
}
END_TEST

TESTS("conform/report", a_finding_is_one_line_in_compiler_form,
    without_a_document_the_stylesheet_or_the_table_comes_first, a_value_cannot_break_the_line,
    a_long_value_is_cut_between_characters, a_finding_becomes_an_issue_with_all_it_knows,
    a_finding_without_a_code_is_of_processing, an_error_comes_first_and_is_fatal,
    an_outcome_has_at_least_one_issue)
