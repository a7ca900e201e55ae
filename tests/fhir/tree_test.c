/* SPDX-License-Identifier: EUPL-1.2 */
#include "fhir/tree.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

static xmlDoc *doc;
static struct arena *arena;

static void
setup(const char *text)
{
	doc = tree_of(text);
	arena = arena_new(0);
}

static void
teardown(void)
{
	arena_free(&arena);
	xmlFreeDoc(doc);
}

static const xmlNode *
at(const char *first, ...)
{
	const xmlNode *node = xmlDocGetRootElement(doc);
	va_list names;
	const char *name;

	va_start(names, first);
	for (name = first; name != NULL; name = va_arg(names, const char *))
		node = name[0] == '+' ? fhir_next(node) : fhir_child(node, name);
	va_end(names);
	return node;
}

#define ASSERT_PATH(path, ...) ck_assert_str_eq(fhir_path(at(__VA_ARGS__, NULL), arena), path)

START_TEST(finds_children_siblings_and_values)
{
	setup("<Patient><id value='a'/> <name><given value='1'/><!-- x --><family value='F'/><given "
	      "value='2'/></name><gender value=''/>"
	      "<birthDate/></Patient>");
	ck_assert_str_eq(fhir_child_value(at(NULL), "id"), "a");
	ck_assert_str_eq(fhir_value(at("name", "given", NULL)), "1");
	ck_assert_str_eq(fhir_value(fhir_next(at("name", "given", NULL))), "2");
	ck_assert_ptr_null(fhir_next(at("name", "given", "+", NULL)));
	ck_assert_ptr_null(fhir_child(at(NULL), "given"));
	ck_assert_ptr_null(fhir_child(NULL, "given"));
	ck_assert_ptr_null(fhir_child_value(NULL, "given"));
	ck_assert_ptr_null(fhir_value(at("birthDate", NULL)));
	ck_assert_str_eq(fhir_value(at("gender", NULL)), "");
	ck_assert_ptr_null(fhir_attribute(at("gender", NULL), "id"));
	teardown();
}
END_TEST

START_TEST(a_path_has_indexes_where_the_element_may_repeat)
{
	setup("<Bundle><type value='document'/><entry/><entry><resource><Condition><code><coding><system "
	      "value='s'/></coding></code>"
	      "</Condition></resource></entry></Bundle>");
	ASSERT_PATH("Bundle.type", "type");
	ASSERT_PATH("Bundle.entry[0]", "entry");
	ASSERT_PATH("Bundle.entry[1].resource", "entry", "+", "resource");
	ASSERT_PATH("Bundle.entry[1].resource", "entry", "+", "resource", "Condition");
	ASSERT_PATH("Bundle.entry[1].resource.code.coding[0].system", "entry", "+", "resource",
	    "Condition", "code", "coding", "system");
	teardown();
}
END_TEST

/* OperationOutcome.issue.expression: element names, repetition indicators and child access only. */
START_TEST(a_path_names_a_choice_by_its_base)
{
	setup("<Observation><valueQuantity><value value='1'/></valueQuantity></Observation>");
	ASSERT_PATH("Observation.value.value", "valueQuantity", "value");
	teardown();
}
END_TEST

START_TEST(a_path_goes_through_contained_resources_and_recursive_elements)
{
	setup("<Composition><contained><Patient><name/><name/></Patient></contained>"
	    "<section><section/><section><title value='x'/></section></section></Composition>");
	ASSERT_PATH("Composition.contained[0].name[1]", "contained", "Patient", "name", "+");
	ASSERT_PATH("Composition.section[0].section[1].title", "section", "section", "+", "title");
	teardown();
}
END_TEST

START_TEST(a_path_ends_with_an_attribute_and_stops_at_xhtml)
{
	setup("<Patient><text><div xmlns='http://www.w3.org/1999/xhtml'><p><b/></p></div></text>"
	    "<extension url='u' id='i'/><gender value='male'/></Patient>");
	ASSERT_PATH("Patient.text.div", "text", "div", "p", "b");
	ck_assert_str_eq(fhir_path((const xmlNode *)at("extension", NULL)->properties, arena),
	    "Patient.extension[0].url");
	ck_assert_str_eq(fhir_path((const xmlNode *)at("gender", NULL)->properties, arena), "Patient.gender");
	ck_assert_str_eq(fhir_path(at(NULL), arena), "Patient");
	teardown();
}
END_TEST

START_TEST(a_path_names_what_r4_does_not_know)
{
	setup("<Patient><colour/><colour><dark/></colour></Patient>");
	ASSERT_PATH("Patient.colour[1].dark", "colour", "+", "dark");
	teardown();
}
END_TEST

TESTS("fhir/tree", finds_children_siblings_and_values, a_path_has_indexes_where_the_element_may_repeat,
    a_path_names_a_choice_by_its_base, a_path_goes_through_contained_resources_and_recursive_elements,
    a_path_ends_with_an_attribute_and_stops_at_xhtml, a_path_names_what_r4_does_not_know)
