/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: HL7 FHIR R4 Observation.value[x]; HL7 CDA R2, the types of observation/value. */
#include "fake_call.h"

#include "mapping/pack.h"

#include "../check_main.h"

#define VALUE(value) "<value value=\"" value "\"/>"
#define UNIT(unit) "<unit value=\"" unit "\"/>"
#define CODED(code) "<system value=\"http://unitsofmeasure.org\"/><code value=\"" code "\"/>"
#define COMPARATOR(sign) "<comparator value=\"" sign "\"/>"

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_any, "value", "value", xml, expected, findings);
}

START_TEST(the_type_of_the_source_chooses_the_type_of_the_value)
{
	check("<value xsi:type='PQ' value='5' unit='mg'/>",
	    "<valueQuantity>" VALUE("5") UNIT("mg") CODED("mg") "</valueQuantity>", "");
	check(
	    "<value xsi:type='REAL' value='5.0'/>", "<valueQuantity>" VALUE("5.0") "</valueQuantity>", "");
	check("<value xsi:type='INT' value='5'/>", "<valueInteger value=\"5\"/>", "");
	check("<value xsi:type='CD' code='1' codeSystem='2.16.840.1.113883.6.1'/>",
	    "<valueCodeableConcept><coding><system value=\"http://loinc.org\"/><code value=\"1\"/></coding>"
	    "</valueCodeableConcept>", "");
	check("<value xsi:type='ST'>Non  vu</value>", "<valueString value=\"Non vu\"/>", "");
	check("<value xsi:type='BL' value='true'/>", "<valueBoolean value=\"true\"/>", "");
	check("<value xsi:type='BL' value='0'/>", "<valueBoolean value=\"false\"/>", "");
	check("<value xsi:type='TS' value='20240101'/>", "<valueDateTime value=\"2024-01-01\"/>", "");
	check("<value xsi:type='IVL_TS'><low value='2024'/></value>",
	    "<valuePeriod><start value=\"2024\"/></valuePeriod>", "");
	check(
	    "<value xsi:type='RTO_PQ_PQ'><numerator value='1' unit='1'/><denominator value='128' unit='1'/></value>",
	    "<valueRatio><numerator>" VALUE("1") CODED("1") "</numerator><denominator>" VALUE("128")
		CODED("1") "</denominator></valueRatio>",
	    "");
	check("<value xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:type='hl7:PQ' value='5'/>",
	    "<valueQuantity>" VALUE("5") "</valueQuantity>", "");
}
END_TEST

/* Seen in real documents: one bound is a comparator, both are a range. */
START_TEST(trap_an_interval_is_a_comparator_or_a_range)
{
	check("<value xsi:type='IVL_PQ'><high value='0.5' inclusive='false' unit='g'/></value>",
	    "<valueQuantity>" VALUE("0.5") COMPARATOR("&lt;") UNIT("g") CODED("g") "</valueQuantity>", "");
	check("<value xsi:type='IVL_PQ'><low value='1'/><high value='2'/></value>",
	    "<valueRange><low>" VALUE("1") "</low><high>" VALUE("2") "</high></valueRange>", "");
}
END_TEST

/*
 * The European laboratory profile allows no integer: with a unit of the stylesheet a count is a
 * quantity.
 */
START_TEST(an_integer_with_a_unit_of_the_stylesheet_is_a_quantity)
{
	struct fake fake;

	fake_open(&fake, "<value xsi:type='INT' value='5'/>");
	fake_attribute(&fake, "unit", "1");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"),
	    "<valueQuantity>" VALUE("5") CODED("1") "</valueQuantity>");
	fake_close(&fake);
	check("<value xsi:type='INT' value='5.5'/>", "<valueQuantity>" VALUE("5.5") "</valueQuantity>", "");
	check("<value xsi:type='INT' value='99999999999'/>",
	    "<valueQuantity>" VALUE("99999999999") "</valueQuantity>", "");
	check("<value xsi:type='INT' value='x'/>", "", "map-number-invalid");
	check("<value xsi:type='INT' nullFlavor='UNK'/>", "", "");
}
END_TEST

/* Seen in real documents: value ED "<1.0 mg/L". */
START_TEST(trap_a_comparator_in_text_is_split)
{
	struct fake fake;

	fake_open(&fake, "<value xsi:type='ED'>&lt;1.0 mg/L</value>");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"), "<valueQuantity>" VALUE("1.0")
	    COMPARATOR("&lt;") UNIT("mg/L") CODED("mg/L") "</valueQuantity>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a text is read as a quantity with a comparator [<1.0 mg/L]");
	fake_close(&fake);
	check("<value xsi:type='ST'>&gt;= 0,5 g/L</value>",
	    "<valueQuantity>" VALUE("0.5") COMPARATOR("&gt;=") UNIT("g/L") CODED("g/L") "</valueQuantity>",
	    "map-decimal-comma map-text-quantity");
	check("<value xsi:type='ST'>≤5mg</value>",
	    "<valueQuantity>" VALUE("5") COMPARATOR("&lt;=") UNIT("mg") CODED("mg") "</valueQuantity>",
	    "map-text-quantity");
}
END_TEST

START_TEST(text_that_is_not_beyond_doubt_stays_text)
{
	check("<value xsi:type='ST'>3 m</value>", "<valueString value=\"3 m\"/>", "");
	check("<value xsi:type='ST'>&lt;5</value>", "<valueString value=\"&lt;5\"/>", "");
	check("<value xsi:type='ST'>&lt;5 cp</value>", "<valueString value=\"&lt;5 cp\"/>", "");
	check("<value xsi:type='ST'>&lt; mg</value>", "<valueString value=\"&lt; mg\"/>", "");
	check("<value xsi:type='ST'>2;20111115</value>", "<valueString value=\"2;20111115\"/>", "");
	check("<value xsi:type='ST'>&gt;5 mg ou plus</value>", "<valueString value=\"&gt;5 mg ou plus\"/>",
	    "");
	check("<value xsi:type='ST'/>", "", "");
	check(
	    "<value xsi:type='ED'><reference value='#p'/></value><text><content ID='p'>Vu</content></text>",
	    "<valueString value=\"Vu\"/>", "");
}
END_TEST

START_TEST(a_boolean_that_is_none_is_left_out)
{
	struct fake fake;

	fake_open(&fake, "<value xsi:type='BL' value='oui'/>");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"), "");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: not a boolean: it is left out [oui] (true or false)");
	fake_close(&fake);
	check("<value xsi:type='BL' nullFlavor='UNK'/>", "", "");
}
END_TEST

START_TEST(units_have_a_table_of_their_own)
{
	struct pack_table tables[1];
	struct table *units;
	struct fake fake;

	fake_open(&fake,
	    "<value xsi:type='PQ' value='1' unit='mcg'/><cd xsi:type='CD' code='A1' codeSystem='1.2.3.4.5'/>");
	fake_table(&fake, "units");
	units = fake.table;
	fake.table = NULL;
	fake_table(&fake, "problem");
	tables[0] = (struct pack_table){ .name = "units", .table = units };
	fake.pack.tables = tables;
	fake.pack.table_count = 1;
	fake_attribute(&fake, "units", "units");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"),
	    "<valueQuantity>" VALUE("1") UNIT("mcg") CODED("ug") "</valueQuantity>");
	ck_assert_str_eq(fake_write(&fake, write_any, "cd", "value"),
	    "<valueCodeableConcept><coding>"
	    "<system value=\"http://snomed.info/sct\"/><code value=\"111111111\"/><display value=\"Exact\"/></coding><coding>"
	    "<system value=\"urn:oid:1.2.3.4.5\"/><code value=\"A1\"/></coding></valueCodeableConcept>");
	fake_close(&fake);
	table_free(&units);
}
END_TEST

START_TEST(the_wrong_letter_case_of_a_type_is_found)
{
	struct fake fake;

	fake_open(&fake, "<value xsi:type='pq' value='5'/>");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"),
	    "<valueQuantity>" VALUE("5") "</valueQuantity>");
	ck_assert_str_eq(fake_finding(&fake, 0), "information: xsi:type in the wrong case [pq] (PQ)");
	fake_close(&fake);
}
END_TEST

START_TEST(without_a_type_the_content_decides_when_it_is_beyond_doubt)
{
	struct fake fake;

	check("<value value='5' unit='mg'/>",
	    "<valueQuantity>" VALUE("5") UNIT("mg") CODED("mg") "</valueQuantity>", "map-type-missing");
	check("<value code='1' codeSystem='2.16.840.1.113883.6.1'/>",
	    "<valueCodeableConcept><coding>"
	    "<system value=\"http://loinc.org\"/><code value=\"1\"/></coding></valueCodeableConcept>",
	    "map-type-missing");
	check("<value>Vu</value>", "<valueString value=\"Vu\"/>", "map-type-missing");
	check("<value><numerator value='1'/><denominator value='2'/></value>",
	    "<valueRatio><numerator>" VALUE("1") "</numerator><denominator>" VALUE(
		"2") "</denominator></valueRatio>",
	    "map-type-missing");
	check("<value/>", "", "");
	fake_open(&fake, "<value value='20240101'/>");
	ck_assert_str_eq(
	    fake_write(&fake, write_any, "value", "value"), "<valueString value=\"20240101\"/>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a value without a type, which can be several things [20240101] (xsi:type)");
	ck_assert_str_eq(fake_finding(&fake, 1), "warning: a value of this type is carried as text");
	fake_close(&fake);
	fake_open(&fake, "<value>Vu</value>");
	fake_write(&fake, write_any, "value", "value");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: a value without a type: its content decides (xsi:type)");
	fake_close(&fake);
}
END_TEST

START_TEST(types_without_a_choice_are_text_and_found)
{
	struct fake fake;

	check("<value xsi:type='II' root='1.2' extension='E7'/>", "<valueString value=\"E7\"/>",
	    "map-type-unsupported");
	check("<value xsi:type='TEL' value='tel:1'/>", "<valueString value=\"tel:1\"/>",
	    "map-type-unsupported");
	check("<value xsi:type='II' nullFlavor='UNK'/>", "", "");
	fake_open(&fake, "<value xsi:type='PIVL_TS'><period value='8' unit='h'/></value>");
	ck_assert_str_eq(fake_write(&fake, write_any, "value", "value"), "");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: a value of this type cannot be carried [PIVL_TS]");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: "value empty with xsi:type CD: not a value". */
START_TEST(trap_an_empty_value_is_none)
{
	check("<value xsi:type='CD'/>", "", "");
	check("<value xsi:type='PQ'/>", "", "");
	check("<value xsi:type='IVL_PQ'><low/><high/></value>", "", "");
	check("<value xsi:type='CD' nullFlavor='MSK'/>", "", "");
}
END_TEST

START_TEST(strings_are_strings)
{
	struct fake fake;

	fake_open(&fake, "");
	ck_assert_str_eq(fake_write_text(&fake, write_any, " Vu ", "value"), "<valueString value=\"Vu\"/>");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_value", the_type_of_the_source_chooses_the_type_of_the_value,
    trap_an_interval_is_a_comparator_or_a_range, an_integer_with_a_unit_of_the_stylesheet_is_a_quantity,
    trap_a_comparator_in_text_is_split, text_that_is_not_beyond_doubt_stays_text,
    a_boolean_that_is_none_is_left_out, units_have_a_table_of_their_own,
    the_wrong_letter_case_of_a_type_is_found, without_a_type_the_content_decides_when_it_is_beyond_doubt,
    types_without_a_choice_are_text_and_found, trap_an_empty_value_is_none, strings_are_strings)
