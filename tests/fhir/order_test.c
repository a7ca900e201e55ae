/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected sequences: HL7 FHIR R4 4.0.1, the XML templates of the resources named. */
#include "fhir/tree.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

#define ORDERS(before, after) assert_ordered(before, after)
#define REFUSES(before, rule, text) assert_refused(before, rule, text)

static void
assert_ordered(const char *before, const char *after)
{
	xmlDoc *doc = tree_of(before);
	struct ehds_error error = { 0 };
	char *text;

	ck_assert_msg(fhir_order(doc, &error) == 0, "%s", error.text);
	text = text_of(doc);
	ck_assert_str_eq(text, after);
	free(text);
	xmlFreeDoc(doc);
}

static void
assert_refused(const char *before, const char *rule, const char *text)
{
	xmlDoc *doc = tree_of(before);
	struct ehds_error error = { 0 };

	ck_assert_int_eq(fhir_order(doc, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_str_eq(error.text, text);
	xmlFreeDoc(doc);
}

START_TEST(leaves_a_tree_in_order_alone)
{
	const char *patient =
	    "<Patient><id value='a'/><name><family value='B'/><given value='C'/><given value='D'/></name>"
	    "<gender value='female'/></Patient>";

	ORDERS(patient, patient);
}
END_TEST

START_TEST(puts_elements_into_the_order_of_the_specification)
{
	ORDERS("<Patient><gender value='female'/><name><given value='C'/><family value='B'/></name><id "
	       "value='a'/></Patient>",
	    "<Patient><id value='a'/><name><family value='B'/><given value='C'/></name><gender "
	    "value='female'/></Patient>");
}
END_TEST

START_TEST(keeps_repetitions_in_their_sequence)
{
	ORDERS("<Patient><name><given value='1'/><family value='F'/><given value='2'/></name>"
	       "<identifier><value value='x'/></identifier><name><text value='second'/></name></Patient>",
	    "<Patient><identifier><value value='x'/></identifier>"
	    "<name><family value='F'/><given value='1'/><given value='2'/></name><name><text "
	    "value='second'/></name></Patient>");
}
END_TEST

START_TEST(orders_resources_in_entries_and_contained_ones)
{
	ORDERS("<Bundle><entry><resource><Condition><subject><reference value='#p'/></subject>"
	       "<contained><Patient><gender value='male'/><id "
	       "value='p'/></Patient></contained></Condition></resource>"
	       "<fullUrl value='urn:uuid:1'/></entry><type value='document'/></Bundle>",
	    "<Bundle><type value='document'/><entry><fullUrl value='urn:uuid:1'/><resource><Condition>"
	    "<contained><Patient><id value='p'/><gender value='male'/></Patient></contained>"
	    "<subject><reference value='#p'/></subject></Condition></resource></entry></Bundle>");
}
END_TEST

START_TEST(orders_extensions_of_primitives)
{
	ORDERS("<Patient><birthDate value='1950'><extension url='u'><extension url='v'><valueCode "
	       "value='x'/></extension>"
	       "<extension url='w'><valuePeriod><end value='2'/><start "
	       "value='1'/></valuePeriod></extension></extension>"
	       "</birthDate></Patient>",
	    "<Patient><birthDate value='1950'><extension url='u'><extension url='v'><valueCode "
	    "value='x'/></extension>"
	    "<extension url='w'><valuePeriod><start value='1'/><end "
	    "value='2'/></valuePeriod></extension></extension>"
	    "</birthDate></Patient>");
}
END_TEST

/* ele-1: all FHIR elements must have a value or children. */
START_TEST(takes_out_what_holds_nothing_from_the_leaves_upwards)
{
	ORDERS("<Patient><id value='a'/><name><given value=''/><family/></name><contact><name/></contact>"
	    "<extension url='u'/><maritalStatus id='only-an-id'/><gender value='male'/></Patient>",
	    "<Patient><id value='a'/><gender value='male'/></Patient>");
}
END_TEST

START_TEST(keeps_a_primitive_that_has_only_an_extension)
{
	const char *patient = "<Patient><birthDate><extension url='u'><valueCode "
			      "value='unknown'/></extension></birthDate></Patient>";

	ORDERS(patient, patient);
	ORDERS("<Patient><birthDate value=''><extension url='u'><valueCode "
	       "value='unknown'/></extension></birthDate></Patient>",
	    patient);
}
END_TEST

START_TEST(an_empty_second_one_is_no_repetition)
{
	ORDERS("<Patient><gender value='male'/><gender/></Patient>",
	    "<Patient><gender value='male'/></Patient>");
}
END_TEST

START_TEST(stops_at_xhtml)
{
	const char *patient =
	    "<Patient><text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml'>"
	    "<p>b<b/>a</p></div></text></Patient>";

	ORDERS(patient, patient);
	ORDERS("<Patient><text><div xmlns='http://www.w3.org/1999/xhtml'><p>b<b/>a</p></div><status "
	       "value='generated'/></text></Patient>",
	    patient);
}
END_TEST

START_TEST(names_an_unknown_element_with_its_place)
{
	REFUSES("<Bundle><entry><fullUrl value='x'/></entry><entry><resource><Patient><colour "
		"value='x'/></Patient></resource></entry>"
		"</Bundle>",
	    "fhir-unknown-element",
	    "FHIR R4 knows no element 'colour' (at Bundle.entry[1].resource.colour)");
	REFUSES("<Patient><name><id value='x'/></name></Patient>", "fhir-unknown-element",
	    "FHIR R4 knows no element 'id' (at Patient.name[0].id)");
	REFUSES("<Patient><gender xmlns='urn:other' value='x'/></Patient>", "fhir-unknown-element",
	    "not in the name space http://hl7.org/fhir: 'gender' (at Patient.gender)");
}
END_TEST

START_TEST(names_a_repeated_element_with_its_place)
{
	REFUSES("<Patient><gender value='male'/><gender value='female'/></Patient>", "fhir-repeated-element",
	    "FHIR R4 allows only one 'gender' (at Patient.gender)");
	REFUSES("<Patient><gender value='male'/><id value='a'/><gender value='female'/></Patient>",
	    "fhir-repeated-element", "FHIR R4 allows only one 'gender' (at Patient.gender)");
	REFUSES("<Observation><valueString value='a'/><valueInteger value='1'/></Observation>",
	    "fhir-repeated-element", "FHIR R4 allows only one 'valueInteger' (at Observation.value)");
	REFUSES("<Bundle><entry><resource><Patient/><Condition/></resource></entry></Bundle>",
	    "fhir-repeated-element",
	    "FHIR R4 allows one resource here, and this is a second: 'Condition' (at "
	    "Bundle.entry[0].resource)");
}
END_TEST

START_TEST(names_an_unknown_resource)
{
	REFUSES("<Citation/>", "fhir-unknown-resource", "FHIR R4 knows no resource 'Citation' (at Citation)");
	REFUSES("<Resource/>", "fhir-unknown-resource", "FHIR R4 knows no resource 'Resource' (at Resource)");
	REFUSES("<Bundle><entry><resource><Quantity/></resource></entry></Bundle>", "fhir-unknown-resource",
	    "FHIR R4 knows no resource 'Quantity' (at Bundle.entry[0].resource)");
	REFUSES("<Patient xmlns='urn:other'/>", "fhir-unknown-resource",
	    "FHIR R4 knows no resource 'Patient' (at Patient)");
}
END_TEST

START_TEST(names_text_and_attributes_that_would_be_lost)
{
	REFUSES("<Patient><gender>male</gender></Patient>", "fhir-stray-text",
	    "text stands directly inside 'gender' (at Patient.gender)");
	REFUSES("<Patient><name value='x'/></Patient>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'value' (at Patient.name[0])");
	REFUSES("<Patient id='x'/>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'id' (at Patient.id)");
	REFUSES("<Patient><name url='x'><text value='y'/></name></Patient>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'url' (at Patient.name[0].url)");
}
END_TEST

START_TEST(refuses_a_tree_that_is_too_deep)
{
	xmlDoc *doc = tree_of("<Questionnaire/>");
	xmlNode *node = xmlDocGetRootElement(doc);
	struct ehds_error error = { 0 };
	int i;

	for (i = 0; i < 100000; i++)
		node = xmlNewChild(node, node->ns, BAD_CAST "item", NULL);
	xmlNewProp(xmlNewChild(node, node->ns, BAD_CAST "linkId", NULL), BAD_CAST "value", BAD_CAST "1");
	ck_assert_int_eq(fhir_order(doc, &error), -1);
	ck_assert_str_eq(error.rule, "fhir-depth");
	ck_assert_str_eq(
	    strncmp(error.text, "nested too deeply: 'item' (at ", 30) == 0 ? "same" : error.text, "same");
	xmlFreeDoc(doc);
}
END_TEST

START_TEST(refuses_an_empty_document)
{
	xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
	struct ehds_error error = { 0 };

	ck_assert_int_eq(fhir_order(doc, &error), -1);
	ck_assert_str_eq(error.rule, "fhir-unknown-resource");
	ck_assert_str_eq(error.text, "the document is empty: a FHIR resource was expected");
	xmlFreeDoc(doc);
}
END_TEST

TESTS("fhir/order", leaves_a_tree_in_order_alone, puts_elements_into_the_order_of_the_specification,
    keeps_repetitions_in_their_sequence, orders_resources_in_entries_and_contained_ones,
    orders_extensions_of_primitives, takes_out_what_holds_nothing_from_the_leaves_upwards,
    keeps_a_primitive_that_has_only_an_extension, an_empty_second_one_is_no_repetition, stops_at_xhtml,
    names_an_unknown_element_with_its_place, names_a_repeated_element_with_its_place,
    names_an_unknown_resource, names_text_and_attributes_that_would_be_lost,
    refuses_a_tree_that_is_too_deep, refuses_an_empty_document)
