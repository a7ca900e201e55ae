/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: HL7 FHIR R4 4.0.1, the definition of each resource and type named. */
#include "fhir/facts.h"

#include "../check_main.h"

#include <string.h>

static const struct fact_element *
element(const char *type, const char *name)
{
	return fact_element_find(fact_type_find(type), name, NULL);
}

START_TEST(knows_cardinality_type_and_kind_of_elements)
{
	const struct fact_element *found = element("Observation", "status");

	ck_assert_str_eq(found->path, "Observation.status");
	ck_assert_str_eq(found->type->name, "code");
	ck_assert_int_eq(found->kind, FACT_STRING);
	ck_assert_uint_eq(found->min, 1);
	ck_assert(!found->list);
	found = element("Patient", "name");
	ck_assert_str_eq(found->type->name, "HumanName");
	ck_assert_int_eq(found->kind, FACT_COMPLEX);
	ck_assert_uint_eq(found->min, 0);
	ck_assert(found->list);
	ck_assert_int_eq(element("Quantity", "value")->kind, FACT_NUMBER);
	ck_assert_int_eq(element("Patient", "active")->kind, FACT_BOOLEAN);
	ck_assert_int_eq(element("Narrative", "div")->kind, FACT_XHTML);
	ck_assert_uint_eq(element("Narrative", "div")->min, 1);
}
END_TEST

START_TEST(a_primitive_holds_an_id_and_extensions)
{
	const struct fact_type *type = fact_type_find("dateTime");

	ck_assert(type->primitive);
	ck_assert(!type->resource);
	ck_assert_uint_eq(type->count, 2);
	ck_assert_str_eq(type->elements[0].name, "id");
	ck_assert_int_eq(type->elements[0].kind, FACT_ATTRIBUTE);
	ck_assert_str_eq(type->elements[1].name, "extension");
}
END_TEST

/* Element.id and Extension.url are attributes in XML; Resource.id is an element. */
START_TEST(tells_attributes_from_elements)
{
	ck_assert_int_eq(element("Extension", "url")->kind, FACT_ATTRIBUTE);
	ck_assert_int_eq(element("Extension", "id")->kind, FACT_ATTRIBUTE);
	ck_assert_int_eq(element("Observation.component", "id")->kind, FACT_ATTRIBUTE);
	ck_assert_int_eq(element("Patient", "id")->kind, FACT_STRING);
	ck_assert_str_eq(element("Patient", "id")->type->name, "id");
}
END_TEST

START_TEST(the_alternatives_of_a_choice_share_base_path_and_order)
{
	const struct fact_element *quantity = element("Observation", "valueQuantity");
	const struct fact_element *moment = element("Observation", "valueDateTime");
	const struct fact_type *type = fact_type_find("Observation");
	size_t alternatives = 0, i;

	ck_assert_str_eq(quantity->base, "value");
	ck_assert_str_eq(quantity->path, "Observation.value[x]");
	ck_assert_str_eq(moment->type->name, "dateTime");
	ck_assert_uint_eq(quantity->order, moment->order);
	ck_assert_uint_lt(quantity->order, element("Observation", "dataAbsentReason")->order);
	ck_assert_uint_gt(quantity->order, element("Observation", "performer")->order);
	for (i = 0; i < type->count; i++)
		alternatives += strcmp(type->elements[i].base, "value") == 0;
	ck_assert_uint_eq(alternatives, 11);
	ck_assert_ptr_null(element("Observation", "value"));
	ck_assert_ptr_null(element("Observation", "value[x]"));
}
END_TEST

START_TEST(backbone_elements_have_types_of_their_own_and_references_to_content_lead_there)
{
	ck_assert_str_eq(element("Composition", "section")->type->name, "Composition.section");
	ck_assert_ptr_eq(
	    element("Composition.section", "section")->type, fact_type_find("Composition.section"));
	ck_assert_str_eq(element("Composition.section", "section")->path, "Composition.section.section");
	ck_assert_ptr_eq(element("Observation.component", "referenceRange")->type,
	    fact_type_find("Observation.referenceRange"));
	ck_assert_str_eq(element("Timing", "repeat")->type->name, "Timing.repeat");
}
END_TEST

START_TEST(what_holds_any_resource_has_the_abstract_type)
{
	ck_assert_int_eq(element("Bundle.entry", "resource")->kind, FACT_RESOURCE);
	ck_assert_int_eq(element("Bundle.entry.response", "outcome")->kind, FACT_RESOURCE);
	ck_assert_int_eq(element("Parameters.parameter", "resource")->kind, FACT_RESOURCE);
	ck_assert_int_eq(element("Condition", "contained")->kind, FACT_RESOURCE);
	ck_assert_ptr_eq(element("Condition", "contained")->type, fact_type_find("Resource"));
	ck_assert(!fact_type_find("Resource")->resource);
	ck_assert(!fact_type_find("DomainResource")->resource);
}
END_TEST

/* R4 lists 148 resource types, of which Resource and DomainResource are abstract. */
START_TEST(has_every_resource_of_r4_and_none_of_another_release)
{
	size_t count, i;
	const struct fact_type *const *resources = fact_resources(&count);

	ck_assert_uint_eq(count, 146);
	for (i = 0; i < count; i++) {
		ck_assert(resources[i]->resource);
		ck_assert_ptr_eq(fact_type_find(resources[i]->name), resources[i]);
		ck_assert(i == 0 || strcmp(resources[i - 1]->name, resources[i]->name) < 0);
	}
	ck_assert_ptr_nonnull(fact_type_find("EvidenceVariable"));
	ck_assert_ptr_null(fact_type_find("SubscriptionStatus"));
	ck_assert_ptr_null(fact_type_find("CodeableReference"));
	ck_assert_ptr_null(fact_type_find("observation"));
	ck_assert_ptr_null(fact_type_find(""));
}
END_TEST

START_TEST(finds_every_element_of_every_resource_with_and_without_a_hint)
{
	size_t count, i, j;
	const struct fact_type *const *resources = fact_resources(&count);

	for (i = 0; i < count; i++) {
		size_t hint = 0, backwards;

		for (j = 0; j < resources[i]->count; j++) {
			const struct fact_element *wanted = &resources[i]->elements[j];

			backwards = resources[i]->count - 1 - j;
			ck_assert_ptr_eq(fact_element_find(resources[i], wanted->name, &hint), wanted);
			ck_assert_uint_eq(hint, j);
			ck_assert_ptr_eq(fact_element_find(resources[i], wanted->name, NULL), wanted);
			ck_assert_ptr_eq(fact_element_find(resources[i], wanted->name, &backwards), wanted);
			ck_assert(j == 0 || wanted->order == wanted[-1].order
			    || wanted->order == wanted[-1].order + 1);
		}
	}
}
END_TEST

/* Composition: status, type, date, author and title are 1..1 or 1..*; Quantity requires nothing. */
START_TEST(a_type_knows_which_elements_it_requires)
{
	static const char *const names[] = { "status", "type", "date", "author", "title" };
	uint64_t required = 0;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		required |= UINT64_C(1) << element("Composition", names[i])->order;
	ck_assert(fact_type_find("Composition")->required == required);
	ck_assert(fact_type_find("Quantity")->required == 0);
	ck_assert_int_eq(fact_type_find("instant")->format, FORMAT_instant);
	ck_assert_int_eq(fact_type_find("Quantity")->format, FORMAT_NONE);
}
END_TEST

START_TEST(an_unknown_element_leaves_the_hint_alone)
{
	size_t hint = 7;

	ck_assert_ptr_null(fact_element_find(fact_type_find("Patient"), "nationality", &hint));
	ck_assert_uint_eq(hint, 7);
	hint = 1000;
	ck_assert_str_eq(fact_element_find(fact_type_find("Patient"), "gender", &hint)->name, "gender");
}
END_TEST

TESTS("fhir/facts", knows_cardinality_type_and_kind_of_elements, a_primitive_holds_an_id_and_extensions,
    tells_attributes_from_elements, the_alternatives_of_a_choice_share_base_path_and_order,
    backbone_elements_have_types_of_their_own_and_references_to_content_lead_there,
    what_holds_any_resource_has_the_abstract_type, has_every_resource_of_r4_and_none_of_another_release,
    finds_every_element_of_every_resource_with_and_without_a_hint,
    a_type_knows_which_elements_it_requires, an_unknown_element_leaves_the_hint_alone)
