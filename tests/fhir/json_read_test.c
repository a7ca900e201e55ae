/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected trees: HL7 FHIR R4 4.0.1, json.html and xml.html, and the examples there. */
#include "fhir/json.h"
#include "format/xml.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

static struct arena *arena;
static struct ehds_findings findings;
static xmlDoc *doc;

static void
setup(const char *json)
{
	struct ehds_error error = { 0 };

	xml_open();
	arena = arena_new(0);
	findings = findings_new(arena);
	ck_assert_msg(fhir_json_read(&doc, json, strlen(json), "doc.json", &fhir_json_limits, arena, &findings, &error) == 0,
	    "%s", error.text);
}

static void
teardown(void)
{
	xmlFreeDoc(doc);
	arena_free(&arena);
}

static void
assert_tree(const char *tree)
{
	char *text = text_of(doc);

	ck_assert_str_eq(text, tree);
	free(text);
}

static void
assert_read(const char *json, const char *tree)
{
	setup(json);
	ck_assert_msg(findings.first == NULL, "%s", findings.first != NULL ? findings.first->text : "");
	assert_tree(tree);
	teardown();
}

#define READS(json, tree) assert_read("{\"resourceType\":" json "}", tree)

START_TEST(reads_members_in_any_order_into_the_order_of_xml)
{
	READS("\"Patient\",\"gender\":\"male\",\"name\":[{\"given\":[\"1\",\"2\"],\"family\":\"F\"}],"
	      "\"id\":\"a\"",
	    "<Patient><id value='a'/><name><family value='F'/><given value='1'/><given "
	    "value='2'/></name><gender value='male'/></Patient>");
}
END_TEST

START_TEST(keeps_the_digits_of_numbers)
{
	READS("\"Observation\",\"valueQuantity\":{\"value\":1.50}",
	    "<Observation><valueQuantity><value value='1.50'/></valueQuantity></Observation>");
	READS("\"Observation\",\"valueQuantity\":{\"value\":-1.0E-22}",
	    "<Observation><valueQuantity><value value='-1.0E-22'/></valueQuantity></Observation>");
	READS("\"Patient\",\"active\":true,\"multipleBirthInteger\":3",
	    "<Patient><active value='true'/><multipleBirthInteger value='3'/></Patient>");
}
END_TEST

START_TEST(joins_the_two_parts_of_a_primitive)
{
	READS("\"Patient\",\"birthDate\":\"1970-03-30\",\"_birthDate\":{\"id\":\"314159\",\"extension\":["
	      "{\"url\":\"http://example.org/text\","
	      "\"valueString\":\"Easter 1970\"}]}",
	    "<Patient><birthDate value='1970-03-30' id='314159'><extension "
	    "url='http://example.org/text'><valueString value='Easter 1970'/>"
	    "</extension></birthDate></Patient>");
}
END_TEST

START_TEST(a_primitive_may_have_extensions_alone)
{
	READS("\"Patient\",\"_birthDate\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"unknown\"}]}",
	    "<Patient><birthDate><extension url='u'><valueCode "
	    "value='unknown'/></extension></birthDate></Patient>");
}
END_TEST

/* json.html: "code": [ "au", "nz" ], "_code": [ null, { ... } ] */
START_TEST(joins_arrays_of_primitives_with_nulls)
{
	READS("\"Patient\",\"name\":[{\"given\":[\"au\",null,\"nz\"],\"_given\":[null,{\"id\":\"b\"},null]}]",
	    "<Patient><name><given value='au'/><given id='b'/><given value='nz'/></name></Patient>");
	READS("\"Patient\",\"name\":[{\"_given\":[{\"id\":\"b\"}]}]",
	    "<Patient><name><given id='b'/></name></Patient>");
	READS("\"Patient\",\"name\":[{\"given\":[\"a\",\"b\"],\"_given\":[{\"id\":\"c\"}]}]",
	    "<Patient><name><given value='a' id='c'/><given value='b'/></name></Patient>");
}
END_TEST

START_TEST(ids_and_urls_become_attributes)
{
	READS("\"Patient\",\"extension\":[{\"id\":\"1\",\"url\":\"u\",\"extension\":[{\"url\":\"v\","
	      "\"valueBoolean\":false}]}],\"name\":[{\"id\":\"n\","
	      "\"text\":\"t\"}]",
	    "<Patient><extension id='1' url='u'><extension url='v'><valueBoolean "
	    "value='false'/></extension></extension>"
	    "<name id='n'><text value='t'/></name></Patient>");
}
END_TEST

START_TEST(reads_resources_inside_resources)
{
	READS("\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Condition\",\"contained\":[{"
	      "\"resourceType\":\"Patient\",\"id\":\"p\"}],"
	      "\"subject\":{\"reference\":\"#p\"}}}]",
	    "<Bundle><entry><resource><Condition><contained><Patient><id "
	    "value='p'/></Patient></contained>"
	    "<subject><reference value='#p'/></subject></Condition></resource></entry></Bundle>");
}
END_TEST

START_TEST(reads_the_narrative_as_xhtml)
{
	READS("\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div "
	      "xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>1 &lt; 2<br/>x</p></div>\"}",
	    "<Patient><text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml'><p>1 "
	    "&lt; 2<br/>x</p></div></text></Patient>");
}
END_TEST

/* The door for XML keeps base64 texts of 4,096 bytes and more out of trees; narrative is text all the
 * same. */
START_TEST(keeps_even_long_base64_in_a_narrative)
{
	char letters[8193], *json, *text;

	memset(letters, 'A', 8192);
	letters[8192] = '\0';
	json = must_printf("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<"
			   "div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">"
			   "<p>%s</p></div>\"}}",
	    letters);
	setup(json);
	text = text_of(doc);
	ck_assert_ptr_nonnull(strstr(text, letters));
	free(text);
	free(json);
	teardown();
}
END_TEST

START_TEST(nodes_know_their_lines)
{
	setup("{\n\"resourceType\":\"Patient\",\n\"name\":[{\n\"family\":\n\"F\"}],\n\"text\":{"
	      "\"status\":\"empty\",\"div\":\n"
	      "\"<div xmlns='http://www.w3.org/1999/xhtml'>\\n\\n<p>x</p></div>\"}}");
	xmlNode *root = xmlDocGetRootElement(doc), *text = xmlFirstElementChild(root);

	ck_assert_int_eq(xml_line(root), 1);
	ck_assert_int_eq(xml_line(text), 6);
	ck_assert_int_eq(xml_line(xmlLastElementChild(text)), 7);
	ck_assert_int_eq(xml_line(xmlFirstElementChild(xmlLastElementChild(text))), 7);
	ck_assert_int_eq(xml_line(xmlNextElementSibling(text)), 3);
	ck_assert_int_eq(xml_line(xmlFirstElementChild(xmlNextElementSibling(text))), 5);
	teardown();
}
END_TEST

/* ---- What is not FHIR --------------------------------------------------------------------------------------- */

struct told {
	const char *json;	/* behind "resourceType": */
	const char *rule, *text, *found, *expected, *expression;
	const char *tree;
};

static void
assert_text(const char *got, const char *wanted)
{
	if (wanted == NULL)
		ck_assert_ptr_null(got);
	else
		ck_assert_str_eq(got, wanted);
}

static void
assert_told(const struct told *told)
{
	char *json = must_printf("{\"resourceType\":%s}", told->json);

	setup(json);
	ck_assert_ptr_nonnull(findings.first);
	ck_assert_ptr_null(findings.first->next);
	ck_assert_int_eq(findings.first->severity, EHDS_SEVERITY_ERROR);
	ck_assert_str_eq(findings.first->rule, told->rule);
	ck_assert_str_eq(findings.first->text, told->text);
	assert_text(findings.first->found, told->found);
	assert_text(findings.first->expected, told->expected);
	ck_assert_str_eq(findings.first->expression, told->expression);
	ck_assert_str_eq(findings.first->file, "doc.json");
	ck_assert_int_eq(findings.first->line, 1);
	ck_assert_str_eq(findings.first->code, "structure");
	assert_tree(told->tree);
	teardown();
	free(json);
}

static const struct told tells[] = {
	{ "\"Patient\",\"colour\":1", "fhir-json-unknown", "FHIR R4 knows no such property here",
	    "colour", NULL, "Patient", "<Patient/>" },
	{ "\"Patient\",\"name\":[{\"text\":\"a\"},{\"text\":\"b\",\"resourceType\":\"x\"}]",
	    "fhir-json-unknown", "FHIR R4 knows no such property here", "resourceType", NULL,
	    "Patient.name[1]",
	    "<Patient><name><text value='a'/></name><name><text value='b'/></name></Patient>" },
	{ "\"Patient\",\"_name\":[{\"id\":\"a\"}]", "fhir-json-unknown",
	    "FHIR R4 knows no such property here", "_name", NULL, "Patient", "<Patient/>" },
	{ "\"Patient\",\"gender\":12", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "12", "a string", "Patient.gender",
	    "<Patient><gender value='12'/></Patient>" },
	{ "\"Patient\",\"active\":\"true\"", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "true", "true or false",
	    "Patient.active", "<Patient><active value='true'/></Patient>" },
	{ "\"Patient\",\"multipleBirthInteger\":\"2\"", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "2", "a number",
	    "Patient.multipleBirth", "<Patient><multipleBirthInteger value='2'/></Patient>" },
	{ "\"Patient\",\"gender\":{\"id\":\"a\"}", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "an object", "a string",
	    "Patient.gender", "<Patient/>" },
	{ "\"Patient\",\"maritalStatus\":\"M\"", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "a string", "an object",
	    "Patient.maritalStatus", "<Patient/>" },
	{ "\"Patient\",\"_gender\":\"x\"", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "a string", "an object",
	    "Patient.gender", "<Patient><gender/></Patient>" },
	{ "\"Patient\",\"text\":{\"status\":\"empty\",\"div\":1}", "fhir-json-type",
	    "the value is not of the JSON type that FHIR gives it", "a number", "a string of XHTML",
	    "Patient.text.div", "<Patient><text><status value='empty'/></text></Patient>" },
	{ "\"Patient\",\"name\":{\"text\":\"a\"}", "fhir-json-array",
	    "the element may repeat, so it is an array", "an object", NULL, "Patient.name[0]",
	    "<Patient><name><text value='a'/></name></Patient>" },
	{ "\"Patient\",\"gender\":[\"male\"]", "fhir-json-array",
	    "the element does not repeat, so it is no array", "an array", NULL, "Patient.gender",
	    "<Patient><gender value='male'/></Patient>" },
	{ "\"Patient\",\"name\":[]", "fhir-json-empty", "an array of FHIR is never empty", NULL, NULL,
	    "Patient.name[0]", "<Patient/>" },
	{ "\"Patient\",\"name\":[{}]", "fhir-json-empty", "an object of FHIR is never empty", NULL, NULL,
	    "Patient.name[0]", "<Patient/>" },
	{ "\"Patient\",\"gender\":\"\"", "fhir-json-empty", "a string of FHIR is never empty", NULL, NULL,
	    "Patient.gender", "<Patient><gender value=''/></Patient>" },
	{ "\"Patient\",\"gender\":null", "fhir-json-null",
	    "null stands only beside what the other array says", NULL, NULL, "Patient.gender",
	    "<Patient/>" },
	{ "\"Patient\",\"name\":[{\"given\":[\"a\",null],\"_given\":[{\"id\":\"b\"},null]}]",
	    "fhir-json-null", "null stands only beside what the other array says", NULL, NULL,
	    "Patient.name[0].given[1]", "<Patient><name><given value='a' id='b'/></name></Patient>" },
	{ "\"Patient\",\"name\":[null]", "fhir-json-null",
	    "the value is not of the JSON type that FHIR gives it", "null", "an object",
	    "Patient.name[0]", "<Patient/>" },
	{ "\"Patient\",\"deceasedBoolean\":true,\"deceasedDateTime\":\"2024\"", "fhir-json-choice",
	    "another alternative of the same choice is there already", "deceasedDateTime",
	    "deceasedBoolean", "Patient", "<Patient><deceasedBoolean value='true'/></Patient>" },
	{ "\"Patient\",\"id\":\"a\\u0001b\\uFFFEc\"", "fhir-json-character",
	    "a string of FHIR has no control characters but tab, line feed and carriage return", NULL,
	    NULL, "Patient.id", "<Patient><id value='a&#xFFFD;b&#xFFFD;c'/></Patient>" },
	{ "\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Planet\"}}]", "fhir-json-resource",
	    "FHIR R4 knows no such resource", "Planet", NULL, "Bundle.entry[0].resource",
	    "<Bundle><entry><resource/></entry></Bundle>" },
	{ "\"Bundle\",\"entry\":[{\"resource\":{\"id\":\"x\"}}]", "fhir-json-resource",
	    "a resource names its resourceType", NULL, NULL, "Bundle.entry[0].resource",
	    "<Bundle><entry><resource/></entry></Bundle>" },
	{ "\"Patient\",\"text\":{\"status\":\"empty\",\"div\":\"<p "
	  "xmlns='http://www.w3.org/1999/xhtml'>x</p>\"}",
	    "fhir-json-narrative", "the narrative is not a div of XHTML", "p",
	    "<div xmlns=\"http://www.w3.org/1999/xhtml\">", "Patient.text.div",
	    "<Patient><text><status value='empty'/><p "
	    "xmlns='http://www.w3.org/1999/xhtml'>x</p></text></Patient>" },
};

START_TEST(tells_what_is_not_fhir_and_reads_the_rest)
{
	assert_told(&tells[_i]);
}
END_TEST

START_TEST(tells_that_a_narrative_is_not_well_formed)
{
	setup("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"empty\",\"div\":\"<div>\"}}");
	ck_assert_str_eq(findings.first->rule, "fhir-json-narrative");
	ck_assert_str_eq(findings.first->text, "the narrative is not well-formed XHTML");
	ck_assert_str_eq(findings.first->expression, "Patient.text.div");
	ck_assert_ptr_nonnull(findings.first->found);
	assert_tree("<Patient><text><status value='empty'/></text></Patient>");
	teardown();
}
END_TEST

static void
assert_refused(const char *json, const char *rule, const char *text)
{
	struct ehds_error error = { 0 };

	arena = arena_new(0);
	findings = findings_new(arena);
	ck_assert_int_eq(fhir_json_read(&doc, json, strlen(json), "doc.json", &fhir_json_limits, arena, &findings, &error), -1);
	ck_assert_ptr_null(doc);
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_str_eq(error.file, "doc.json");
	ck_assert_int_eq(error.line, 1);
	if (text != NULL)
		ck_assert_str_eq(error.text, text);
	arena_free(&arena);
}

START_TEST(refuses_what_is_no_resource)
{
	assert_refused("[]", "fhir-json-no-resource", "the JSON has no resourceType, so it is no FHIR");
	assert_refused("{}", "fhir-json-no-resource", "the JSON has no resourceType, so it is no FHIR");
	assert_refused("{\"resourceType\":1}", "fhir-json-no-resource",
	    "the JSON has no resourceType, so it is no FHIR");
	assert_refused("{\"resourceType\":\"Quantity\"}", "fhir-json-no-resource",
	    "'Quantity' is no resource of FHIR R4");
	assert_refused("{", "json-syntax", NULL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fhir/json_read");
	TCase *tcase = tcase_create("fhir/json_read");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, reads_members_in_any_order_into_the_order_of_xml);
	tcase_add_test(tcase, keeps_the_digits_of_numbers);
	tcase_add_test(tcase, joins_the_two_parts_of_a_primitive);
	tcase_add_test(tcase, a_primitive_may_have_extensions_alone);
	tcase_add_test(tcase, joins_arrays_of_primitives_with_nulls);
	tcase_add_test(tcase, ids_and_urls_become_attributes);
	tcase_add_test(tcase, reads_resources_inside_resources);
	tcase_add_test(tcase, reads_the_narrative_as_xhtml);
	tcase_add_test(tcase, keeps_even_long_base64_in_a_narrative);
	tcase_add_test(tcase, nodes_know_their_lines);
	tcase_add_loop_test(
	    tcase, tells_what_is_not_fhir_and_reads_the_rest, 0, (int)(sizeof(tells) / sizeof(tells[0])));
	tcase_add_test(tcase, tells_that_a_narrative_is_not_well_formed);
	tcase_add_test(tcase, refuses_what_is_no_resource);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
