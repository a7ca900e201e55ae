/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: HL7 FHIR R4 4.0.1, json.html; escapes: RFC 8259, section 7. */
#include "fhir/json.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

static void
assert_written(const char *tree, const char *json, bool pretty)
{
	xmlDoc *doc = tree_of(tree);
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	ck_assert_msg(fhir_json_write(&out, doc, pretty, &error) == 0, "%s", error.text);
	ck_assert(!out.failed);
	ck_assert_str_eq(out.data, json);
	buffer_free(&out);
	xmlFreeDoc(doc);
}

static void
assert_refused(const char *tree, const char *rule, const char *text)
{
	xmlDoc *doc = tree_of(tree);
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	ck_assert_int_eq(fhir_json_write(&out, doc, false, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_str_eq(error.text, text);
	buffer_free(&out);
	xmlFreeDoc(doc);
}

#define WRITES(tree, json) assert_written(tree, json, false)

START_TEST(begins_with_the_resource_type)
{
	WRITES("<Patient/>", "{\"resourceType\":\"Patient\"}");
	WRITES("<Patient><id value='a'/><gender value='male'/></Patient>",
	    "{\"resourceType\":\"Patient\",\"id\":\"a\",\"gender\":\"male\"}");
}
END_TEST

START_TEST(writes_what_may_repeat_as_an_array)
{
	WRITES("<Patient><name><family value='F'/><given value='1'/><given value='2'/></name><name><text "
	       "value='t'/></name></Patient>",
	    "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"F\",\"given\":[\"1\",\"2\"]},{"
	    "\"text\":\"t\"}]}");
}
END_TEST

/* json.html: booleans and numbers are JSON booleans and numbers; "the precision of the decimal is
 * significant". */
START_TEST(writes_numbers_and_booleans_as_they_are)
{
	WRITES("<Observation><valueQuantity><value value='1.50'/></valueQuantity></Observation>",
	    "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1.50}}");
	WRITES("<Patient><active value='true'/><multipleBirthInteger value='2'/></Patient>",
	    "{\"resourceType\":\"Patient\",\"active\":true,\"multipleBirthInteger\":2}");
	WRITES("<Observation><valueQuantity><value value='-0.1E-22'/></valueQuantity></Observation>",
	    "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":-0.1E-22}}");
}
END_TEST

START_TEST(quotes_what_is_no_number_or_boolean)
{
	static const char *const values[] = { "007", "+1", "1.", ".5", "1e", "-", "NaN", "1}", "0x1", "" };
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char *tree = must_printf("<Patient><multipleBirthInteger value='%s'/></Patient>", values[i]);
		char *json = must_printf(
		    "{\"resourceType\":\"Patient\",\"multipleBirthInteger\":\"%s\"}", values[i]);

		WRITES(tree, json);
		free(tree);
		free(json);
	}
	WRITES("<Patient><active value='TRUE'/></Patient>",
	    "{\"resourceType\":\"Patient\",\"active\":\"TRUE\"}");
}
END_TEST

/* json.html, "Primitive elements": "birthDate": "1970-03-30", "_birthDate": {...}. */
START_TEST(writes_id_and_extensions_of_a_primitive_beside_it)
{
	WRITES(
	    "<Patient><birthDate id='314159' value='1970-03-30'><extension url='http://example.org/text'>"
	    "<valueString value='Easter 1970'/></extension></birthDate></Patient>",
	    "{\"resourceType\":\"Patient\",\"birthDate\":\"1970-03-30\",\"_birthDate\":{\"id\":"
	    "\"314159\",\"extension\":"
	    "[{\"url\":\"http://example.org/text\",\"valueString\":\"Easter 1970\"}]}}");
	WRITES("<Patient><birthDate><extension url='u'><valueCode "
	       "value='unknown'/></extension></birthDate></Patient>",
	    "{\"resourceType\":\"Patient\",\"_birthDate\":{\"extension\":[{\"url\":\"u\",\"valueCode\":"
	    "\"unknown\"}]}}");
}
END_TEST

/* json.html, "Repeating primitives": code [ "au", "nz" ] with _code [ null, {...} ]. */
START_TEST(fills_arrays_of_primitives_with_nulls)
{
	WRITES("<Patient><name><given value='au'/><given value='nz'><extension url='u'><valueString "
	       "value='x'/></extension></given>"
	       "</name></Patient>",
	    "{\"resourceType\":\"Patient\",\"name\":[{\"given\":[\"au\",\"nz\"],\"_given\":[null,{"
	    "\"extension\":"
	    "[{\"url\":\"u\",\"valueString\":\"x\"}]}]}]}");
	WRITES("<Patient><name><given value='a'/><given id='b'/><given value='c'/></name></Patient>",
	    "{\"resourceType\":\"Patient\",\"name\":[{\"given\":[\"a\",null,\"c\"],\"_given\":[null,{"
	    "\"id\":\"b\"},null]}]}");
	WRITES("<Patient><name><given id='b'/></name></Patient>",
	    "{\"resourceType\":\"Patient\",\"name\":[{\"_given\":[{\"id\":\"b\"}]}]}");
}
END_TEST

START_TEST(writes_ids_and_urls_of_elements_as_members)
{
	WRITES("<Patient><extension url='u' id='1'><extension url='v'><valueCode "
	       "value='c'/></extension></extension>"
	       "<name id='n'><text value='t'/></name></Patient>",
	    "{\"resourceType\":\"Patient\",\"extension\":[{\"id\":\"1\",\"url\":\"u\",\"extension\":[{"
	    "\"url\":\"v\",\"valueCode\":"
	    "\"c\"}]}],\"name\":[{\"id\":\"n\",\"text\":\"t\"}]}");
}
END_TEST

START_TEST(writes_resources_inside_resources)
{
	WRITES("<Bundle><type value='document'/><entry><resource><Condition><contained><Patient><id "
	       "value='p'/></Patient></contained>"
	       "<subject><reference value='#p'/></subject></Condition></resource></entry></Bundle>",
	    "{\"resourceType\":\"Bundle\",\"type\":\"document\",\"entry\":[{\"resource\":{"
	    "\"resourceType\":\"Condition\","
	    "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}],\"subject\":{\"reference\":\"#"
	    "p\"}}}]}");
}
END_TEST

/* json.html, "Narrative": the div element as one escaped string, with its name space. */
START_TEST(writes_the_narrative_as_a_string_of_xhtml)
{
	WRITES("<Patient><text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml'><p "
	       "class=\"a\">1 &lt; 2<br/>\n"
	       "<b/></p></div></text></Patient>",
	    "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div "
	    "xmlns=\\\"http://www.w3.org/1999/xhtml\\\">"
	    "<p class=\\\"a\\\">1 &lt; 2<br/>\\n<b></b></p></div>\"}}");
}
END_TEST

START_TEST(passes_over_comments_and_white_space)
{
	WRITES("<Patient>\n <!-- note --> <gender value='male'><!-- x --></gender>\n</Patient>",
	    "{\"resourceType\":\"Patient\",\"gender\":\"male\"}");
	WRITES("<Patient><name/><!-- between --> <name/></Patient>",
	    "{\"resourceType\":\"Patient\",\"name\":[{},{}]}");
}
END_TEST

START_TEST(escapes_what_json_requires_and_nothing_else)
{
	WRITES("<Patient><id value='a&quot;b\\c/d&#10;e&#9;f&#13;g\xC3\xA9\xF0\x9F\x98\x80'/></Patient>",
	    "{\"resourceType\":\"Patient\",\"id\":\"a\\\"b\\\\c/d\\ne\\tf\\rg\xC3\xA9\xF0\x9F\x98\x80\"}");
}
END_TEST

/* Every length around the eight bytes that are copied at once, with a character to escape at every place. */
START_TEST(escapes_at_every_place_of_a_string)
{
	size_t length, place;

	for (length = 1; length < 24; length++)
		for (place = 0; place < length; place++) {
			char text[32], *tree, *json;

			memset(text, '!', length);	/* U+0021 is next to the quotation mark */
			text[length] = '\0';
			text[place] = '\\';
			tree = must_printf("<Patient><id value='%s'/></Patient>", text);
			json = must_printf("{\"resourceType\":\"Patient\",\"id\":\"%.*s\\\\%s\"}",
			    (int)place, text, text + place + 1);
			WRITES(tree, json);
			free(tree);
			free(json);
		}
}
END_TEST

START_TEST(escapes_other_control_characters_by_number)
{
	xmlDoc *doc = tree_of("<Patient><id value='x'/></Patient>");
	struct buffer out = { 0 };

	xmlSetProp(xmlFirstElementChild(xmlDocGetRootElement(doc)), BAD_CAST "value",
	    BAD_CAST "\x01\x0b\x1f\b\f\x7f");
	ck_assert_int_eq(fhir_json_write(&out, doc, false, NULL), 0);
	ck_assert_str_eq(
	    out.data, "{\"resourceType\":\"Patient\",\"id\":\"\\u0001\\u000b\\u001f\\b\\f\x7f\"}");
	buffer_free(&out);
	xmlFreeDoc(doc);
}
END_TEST

START_TEST(writes_long_values_whole)
{
	size_t length = 100000, i;
	char *value = must_alloc(length + 1), *tree, *json;

	for (i = 0; i < length; i++)
		value[i] = "abcdefghijk"[i % 11];
	tree = must_printf("<Binary><data value='%s'/></Binary>", value);
	json = must_printf("{\"resourceType\":\"Binary\",\"data\":\"%s\"}", value);
	WRITES(tree, json);
	free(tree);
	free(json);
	memset(value, '1', length);
	tree = must_printf("<Patient><multipleBirthInteger value='%s'/></Patient>", value);
	json = must_printf("{\"resourceType\":\"Patient\",\"multipleBirthInteger\":%s}", value);
	WRITES(tree, json);
	free(tree);
	free(json);
	free(value);
}
END_TEST

START_TEST(indents_by_two_spaces_when_pretty)
{
	assert_written(
	    "<Patient><active value='true'/><name><given value='a'/></name><contact/></Patient>",
	    "{\n  \"resourceType\": \"Patient\",\n  \"active\": true,\n  \"name\": [\n    {\n      "
	    "\"given\": [\n        \"a\"\n"
	    "      ]\n    }\n  ],\n  \"contact\": [\n    {}\n  ]\n}\n",
	    true);
}
END_TEST

START_TEST(a_full_buffer_is_marked_as_failed)
{
	xmlDoc *doc = tree_of("<Patient><id value='a'/><gender value='female'/></Patient>");
	struct buffer out = { .limit = 30 };

	ck_assert_int_eq(fhir_json_write(&out, doc, false, NULL), 0);
	ck_assert(out.failed);
	buffer_free(&out);
	xmlFreeDoc(doc);
}
END_TEST

START_TEST(refuses_what_json_could_not_say)
{
	assert_refused("<Patient><colour value='x'/></Patient>", "fhir-unknown-element",
	    "FHIR R4 knows no element 'colour' in 'Patient'");
	assert_refused("<Planet/>", "fhir-unknown-resource", "FHIR R4 knows no resource 'Planet'");
	assert_refused("<Bundle><entry><resource/></entry></Bundle>", "fhir-unknown-resource",
	    "no resource inside 'resource' in 'entry'");
	assert_refused("<Bundle><entry><resource><Patient/><Patient/></resource></entry></Bundle>",
	    "fhir-repeated-element", "more than one resource inside 'resource' in 'entry'");
	assert_refused("<Patient><gender>male</gender></Patient>", "fhir-stray-text",
	    "text stands directly inside 'gender' in 'Patient'");
	assert_refused("<Patient><name value='x'/></Patient>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'value' in 'name'");
	assert_refused("<Patient><gender value='male'/><id value='x'/></Patient>", "fhir-unordered",
	    "repeated or not in the order of FHIR R4: 'id' in 'Patient'");
	assert_refused("<Patient><gender value='male'/><gender value='male'/></Patient>", "fhir-unordered",
	    "repeated or not in the order of FHIR R4: 'gender' in 'Patient'");
}
END_TEST

START_TEST(refuses_a_tree_that_is_too_deep)
{
	xmlDoc *doc = tree_of("<Questionnaire/>"), *empty = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *node = xmlDocGetRootElement(doc);
	struct ehds_error error = { 0 };
	struct buffer out = { 0 };
	int i;

	for (i = 0; i < 100000; i++)
		node = xmlNewChild(node, node->ns, BAD_CAST "item", NULL);
	ck_assert_int_eq(fhir_json_write(&out, doc, true, &error), -1);
	ck_assert_str_eq(error.rule, "fhir-depth");
	ck_assert_str_eq(error.text, "nested too deeply: 'item' in 'item'");
	ck_assert_int_eq(fhir_json_write(&out, empty, true, &error), -1);
	ck_assert_str_eq(error.text, "the document is empty: a FHIR resource was expected");
	buffer_free(&out);
	xmlFreeDoc(doc);
	xmlFreeDoc(empty);
}
END_TEST

TESTS("fhir/json_write", begins_with_the_resource_type, writes_what_may_repeat_as_an_array,
    writes_numbers_and_booleans_as_they_are, quotes_what_is_no_number_or_boolean,
    writes_id_and_extensions_of_a_primitive_beside_it, fills_arrays_of_primitives_with_nulls,
    writes_ids_and_urls_of_elements_as_members, writes_resources_inside_resources,
    writes_the_narrative_as_a_string_of_xhtml, passes_over_comments_and_white_space,
    escapes_what_json_requires_and_nothing_else, escapes_at_every_place_of_a_string,
    escapes_other_control_characters_by_number, writes_long_values_whole, indents_by_two_spaces_when_pretty,
    a_full_buffer_is_marked_as_failed, refuses_what_json_could_not_say, refuses_a_tree_that_is_too_deep)
