/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Quantity, Range and Ratio; HL7 CDA R2 data types PQ, INT, REAL, MO,
 * IVL_PQ and RTO; the table tests/mapping/types/units.yaml.
 */
#include "fake_call.h"

#include "../check_main.h"

#define VALUE(value) "<value value=\"" value "\"/>"
#define UNIT(unit) "<unit value=\"" unit "\"/>"
#define CODED(code) "<system value=\"http://unitsofmeasure.org\"/><code value=\"" code "\"/>"
#define COMPARATOR(sign) "<comparator value=\"" sign "\"/>"

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_quantity, "value", "q", xml, expected, findings);
}

START_TEST(digits_stay_as_they_are)
{
	check("<value value='1.50' unit='mg'/>", "<q>" VALUE("1.50") UNIT("mg") CODED("mg") "</q>", "");
	check("<value value='0' unit='mg'/>", "<q>" VALUE("0") UNIT("mg") CODED("mg") "</q>", "");
	check(
	    "<value value='-0.10' unit='Cel'/>", "<q>" VALUE("-0.10") UNIT("Cel") CODED("Cel") "</q>", "");
	check("<value value='12345678901234567890.123' unit='g'/>",
	    "<q>" VALUE("12345678901234567890.123") UNIT("g") CODED("g") "</q>", "");
	check("<value value='1E3' unit='g'/>", "<q>" VALUE("1E3") UNIT("g") CODED("g") "</q>", "");
}
END_TEST

/*
 * Seen in real documents: value ".92" without a leading zero. FHIR R4 decimal:
 * -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
 */
START_TEST(trap_numbers_that_are_no_fhir_decimal_are_put_right)
{
	check("<value value='.92'/>", "<q>" VALUE("0.92") "</q>", "");
	check("<value value='-.5'/>", "<q>" VALUE("-0.5") "</q>", "");
	check("<value value='+5'/>", "<q>" VALUE("5") "</q>", "");
	check("<value value='007.50'/>", "<q>" VALUE("7.50") "</q>", "");
	check("<value value='5.'/>", "<q>" VALUE("5") "</q>", "");
	check("<value value=' 5 '/>", "<q>" VALUE("5") "</q>", "");
	check("<value value='00'/>", "<q>" VALUE("0") "</q>", "");
	check("<value value='0.0'/>", "<q>" VALUE("0.0") "</q>", "");
}
END_TEST

START_TEST(a_decimal_comma_is_read_and_found)
{
	struct fake fake;

	fake_open(&fake, "<value value='3,50' unit='g/L'/>");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "value", "q"),
	    "<q>" VALUE("3.50") UNIT("g/L") CODED("g/L") "</q>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: a decimal comma is read as the decimal point [3,50]");
	ck_assert_str_eq(fake_findings(&fake), "map-decimal-comma");
	fake_close(&fake);
}
END_TEST

START_TEST(what_is_no_number_is_left_out_and_found)
{
	static const char *const wrong[] = { "abc", "1.2.3", "1 000", "1.000,5", "5,", "--5", "NaN", "1e",
		".", "-" };
	struct fake fake;
	char xml[128];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(xml, sizeof(xml), "<value value='%s' unit='mg'/>", wrong[i]);
		check(xml, "", "map-number-invalid");
	}
	fake_open(&fake, "<value value='abc'/>");
	fake_write(&fake, write_quantity, "value", "q");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: not a number: it is left out [abc] (a decimal number)");
	fake_close(&fake);
}
END_TEST

START_TEST(a_missing_unit_stays_missing_and_a_stated_one_is_coded)
{
	check("<value value='3'/>", "<q>" VALUE("3") "</q>", "");
	check("<value value='3' unit='1'/>", "<q>" VALUE("3") CODED("1") "</q>", "");
	check("<value xsi:type='INT' value='3'/>", "<q>" VALUE("3") "</q>", "");
}
END_TEST

START_TEST(the_unit_of_the_stylesheet_serves_where_there_is_none)
{
	struct fake fake;

	fake_open(&fake, "<value value='3'/><pq value='4' unit='mg'/><Plain> 128 </Plain>");
	fake_attribute(&fake, "unit", "umol/L");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "value", "q"),
	    "<q>" VALUE("3") UNIT("umol/L") CODED("umol/L") "</q>");
	ck_assert_str_eq(
	    fake_write(&fake, write_quantity, "pq", "q"), "<q>" VALUE("4") UNIT("mg") CODED("mg") "</q>");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "Plain", "q"),
	    "<q>" VALUE("128") UNIT("umol/L") CODED("umol/L") "</q>");
	ck_assert_str_eq(fake_write_text(&fake, write_quantity, "5", "q"),
	    "<q>" VALUE("5") UNIT("umol/L") CODED("umol/L") "</q>");
	fake_close(&fake);
}
END_TEST

/*
 * Seen in real documents: "{tablet}": an annotation. UCUM 2.1 (6, 12): valid, and worth 1; people
 * read the word.
 */
START_TEST(trap_an_annotation_is_a_word_and_an_annotation_but_no_dose_form)
{
	check("<value value='1' unit='{tablet}'/>",
	    "<q>" VALUE("1") UNIT("tablet") CODED("{tablet}") "</q>", "");
	check("<value value='2' unit='{pack}/d'/>",
	    "<q>" VALUE("2") UNIT("{pack}/d") CODED("{pack}/d") "</q>", "");
}
END_TEST

/*
 * Seen in real documents: "30009000" in @unit is an EDQM package, and UCUM's grammar would take it
 * for a number.
 */
START_TEST(trap_edqm_codes_as_units_are_packages_by_the_table_only)
{
	struct fake fake;

	fake_open(&fake, "<quantity value='1' unit='30009000'/>");
	ck_assert_str_eq(
	    fake_write(&fake, write_quantity, "quantity", "q"), "<q>" VALUE("1") UNIT("30009000") "</q>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a unit that is no UCUM unit: it is carried as text [30009000] (a unit of UCUM or of the table)");
	fake_table(&fake, "units");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "quantity", "q"), "<q>" VALUE("1") UNIT("Box")
	    "<system value=\"http://standardterms.edqm.eu\"/><code value=\"30009000\"/></q>");
	ck_assert_str_eq(fake.call.row->from, "30009000");
	ck_assert_int_eq(fake.codes[CODE_TRANSLATED], 1);
	ck_assert_str_eq(fake_findings(&fake), "map-unit-unknown");
	fake_close(&fake);
}
END_TEST

START_TEST(units_by_table_keep_what_the_sender_wrote_for_people)
{
	struct fake fake;

	fake_open(&fake,
	    "<a value='75' unit='mcg'/><b value='1' unit='cp'/><c value='1' unit='spoon'/><d value='1' unit='mg'/>"
	    "<e value='1' unit='NA'/>");
	fake_table(&fake, "units");
	ck_assert_str_eq(
	    fake_write(&fake, write_quantity, "a", "q"), "<q>" VALUE("75") UNIT("mcg") CODED("ug") "</q>");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "b", "q"), "<q>" VALUE("1") UNIT("cp") "</q>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: the unit is unmatched: a tablet is no unit [cp]");
	ck_assert_str_eq(
	    fake_write(&fake, write_quantity, "c", "q"), "<q>" VALUE("1") UNIT("spoon") CODED("mL") "</q>");
	ck_assert_str_eq(
	    fake_finding(&fake, 1), "information: the unit is inexact: spoons differ [spoon] (mL)");
	ck_assert_str_eq(
	    fake_write(&fake, write_quantity, "d", "q"), "<q>" VALUE("1") UNIT("mg") CODED("mg") "</q>");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "e", "q"), "<q>" VALUE("1") UNIT("NA") "</q>");
	ck_assert_str_eq(fake_findings(&fake), "map-unit-relation map-unit-relation map-unit-unknown");
	ck_assert_int_eq(fake.codes[CODE_TRANSLATED], 2);
	ck_assert_int_eq(fake.codes[CODE_KEPT], 1);
	ck_assert_int_eq(fake.codes[CODE_TEXT_ONLY], 2);
	fake_close(&fake);
}
END_TEST

START_TEST(a_table_that_allows_no_other_refuses_and_one_of_the_same_codes_takes_all)
{
	struct fake fake;

	fake_open(&fake, "<value value='1' unit='NA'/>");
	fake_table(&fake, "same-code");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "value", "q"), "<q>" VALUE("1") UNIT("NA")
	    "<system value=\"http://snomed.info/sct\"/><code value=\"NA\"/></q>");
	fake_table(&fake, "refuse");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "value", "q"), "map-code-refused");
	ck_assert_str_eq(
	    fake.error.text, "the unit NA is not in the table types/refuse, which allows no other");
	fake_close(&fake);
}
END_TEST

START_TEST(money_is_a_quantity_of_a_currency)
{
	check("<value xsi:type='MO' value='12.50' currency='EUR'/>",
	    "<q>" VALUE("12.50")
		UNIT("EUR") "<system value=\"urn:iso:std:iso:4217\"/><code value=\"EUR\"/></q>",
	    "");
}
END_TEST

START_TEST(translations_into_other_units_are_kept)
{
	check(
	    "<value value='1' unit='g/L'><translation value='5.5' code='mmol/L' codeSystem='2.16.840.1.113883.6.1' "
	    "displayName='mmol per litre'/><translation><originalText>x</originalText></translation></value>",
	    "<q><extension url=\"http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation\"><valueQuantity>" VALUE(
		"5.5")
		UNIT(
		    "mmol per litre") "<system value=\"http://loinc.org\"/><code value=\"mmol/L\"/></valueQuantity>"
				      "</extension>" VALUE("1") UNIT("g/L") CODED("g/L") "</q>",
	    "");
}
END_TEST

/* Seen in real documents: low -> >= or >, high -> <= or <; inclusive by default. */
START_TEST(trap_one_sided_intervals_are_comparators)
{
	check("<value><low value='0.512' inclusive='true' unit='ug/mL'/></value>",
	    "<q>" VALUE("0.512") COMPARATOR("&gt;=") UNIT("ug/mL") CODED("ug/mL") "</q>", "");
	check("<value><low value='1' inclusive='false' unit='g'/></value>",
	    "<q>" VALUE("1") COMPARATOR("&gt;") UNIT("g") CODED("g") "</q>", "");
	check("<value><high value='1' inclusive='false' unit='g'/></value>",
	    "<q>" VALUE("1") COMPARATOR("&lt;") UNIT("g") CODED("g") "</q>", "");
	check("<value><high value='1' unit='g'/></value>",
	    "<q>" VALUE("1") COMPARATOR("&lt;=") UNIT("g") CODED("g") "</q>", "");
	check("<value><low nullFlavor='NINF'/><high value='1' unit='g'/></value>",
	    "<q>" VALUE("1") COMPARATOR("&lt;=") UNIT("g") CODED("g") "</q>", "");
}
END_TEST

/* Seen in real documents: a reference range whose low and high are both 3.89. */
START_TEST(equal_bounds_are_one_quantity)
{
	check("<value><low value='3.89' unit='mmol/L'/><high value='3.890' unit='mmol/L'/></value>",
	    "<q>" VALUE("3.89") UNIT("mmol/L") CODED("mmol/L") "</q>", "");
	check("<value><low value='1'/><high value='1'/></value>", "<q>" VALUE("1") "</q>", "");
	check("<value><low value='1' unit='g'/><high value='1' unit='mg'/></value>", "",
	    "map-range-not-quantity");
}
END_TEST

START_TEST(two_bounds_are_no_quantity)
{
	struct fake fake;

	fake_open(&fake, "<value><low value='1' unit='g'/><high value='2' unit='g'/></value>");
	ck_assert_str_eq(fake_write(&fake, write_quantity, "value", "q"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: an interval of two bounds is no quantity [1..2] (one value, or one bound)");
	fake_close(&fake);
}
END_TEST

START_TEST(a_range_has_two_bounds_without_comparators)
{
	struct fake fake;

	fake_check(write_range, "value", "r",
	    "<value><low value='1' unit='g'/><high value='2' unit='g'/></value>",
	    "<r><low>" VALUE("1") UNIT("g") CODED("g") "</low><high>" VALUE("2") UNIT("g")
		CODED("g") "</high></r>",
	    "");
	fake_check(write_range, "value", "r", "<value><high value='2'/></value>",
	    "<r><high>" VALUE("2") "</high></r>", "");
	fake_check(write_range, "value", "r", "<value value='2'/>",
	    "<r><low>" VALUE("2") "</low><high>" VALUE("2") "</high></r>", "");
	fake_check(write_range, "value", "r", "<value nullFlavor='UNK'/>", "", "");
	fake_open(&fake, "<value><low value='1' inclusive='false'/></value>");
	ck_assert_str_eq(fake_write(&fake, write_range, "value", "r"), "<r><low>" VALUE("1") "</low></r>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: the bound does not belong to the interval, but FHIR's Range includes it [1]");
	fake_close(&fake);
}
END_TEST

START_TEST(a_center_or_a_width_cannot_be_said)
{
	struct fake fake;

	fake_open(&fake, "<value><low value='1' unit='g'/><width value='2' unit='g'/></value>");
	ck_assert_str_eq(fake_write(&fake, write_range, "value", "r"),
	    "<r><low>" VALUE("1") UNIT("g") CODED("g") "</low></r>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the center or the width of an interval cannot be said in FHIR R4 (low and high)");
	ck_assert_str_eq(fake_findings(&fake), "map-range-not-expressible");
	fake_close(&fake);
	check("<value><center value='1'/></value>", "", "map-range-not-expressible");
}
END_TEST

/* Seen in real documents: maxDoseQuantity with empty numerator and denominator. */
START_TEST(trap_a_ratio_of_nothing_is_nothing)
{
	struct fake fake;

	fake_check(write_ratio, "r", "ratio", "<r><numerator/><denominator/></r>", "", "");
	fake_check(write_ratio, "r", "ratio", "<r nullFlavor='UNK'/>", "", "");
	fake_open(&fake, "<r><numerator value='1' unit='mg'/><denominator nullFlavor='UNK'/></r>");
	ck_assert_str_eq(fake_write(&fake, write_ratio, "r", "ratio"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a ratio without one of its parts is left out (one numerator and one denominator)");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: numerator in the name space of CDA or in that of the extension. */
START_TEST(trap_ratios_are_read_in_any_name_space)
{
	static const char ratio[] = "<ratio><numerator>" VALUE("75") UNIT("mg") CODED("mg") "</numerator>"
	    "<denominator>" VALUE("1") CODED("1") "</denominator></ratio>";

	fake_check(write_ratio, "quantity", "ratio", "<pharm:quantity><numerator value='75' unit='mg'/>"
	    "<denominator value='1' unit='1'/></pharm:quantity>", ratio, "");
	fake_check(write_ratio, "quantity", "ratio",
	    "<pharm:quantity><pharm:numerator value='75' unit='mg'/>"
	    "<pharm:denominator value='1' unit='1'/></pharm:quantity>",
	    ratio, "");
}
END_TEST

START_TEST(trap_empty_and_masked_quantities_are_none)
{
	check("<value/>", "", "");
	check("<value unit='mg'/>", "", "");
	check("<value nullFlavor='UNK'/>", "", "");
	check("<value><low/><high nullFlavor='NA'/></value>", "", "");
	check("<value nullFlavor='MSK' value='3'/>", "", "map-masked-content");
}
END_TEST

TESTS("mapping/types_quantity", digits_stay_as_they_are,
    trap_numbers_that_are_no_fhir_decimal_are_put_right, a_decimal_comma_is_read_and_found,
    what_is_no_number_is_left_out_and_found, a_missing_unit_stays_missing_and_a_stated_one_is_coded,
    the_unit_of_the_stylesheet_serves_where_there_is_none,
    trap_an_annotation_is_a_word_and_an_annotation_but_no_dose_form,
    trap_edqm_codes_as_units_are_packages_by_the_table_only,
    units_by_table_keep_what_the_sender_wrote_for_people,
    a_table_that_allows_no_other_refuses_and_one_of_the_same_codes_takes_all,
    money_is_a_quantity_of_a_currency, translations_into_other_units_are_kept,
    trap_one_sided_intervals_are_comparators, equal_bounds_are_one_quantity, two_bounds_are_no_quantity,
    a_range_has_two_bounds_without_comparators, a_center_or_a_width_cannot_be_said,
    trap_a_ratio_of_nothing_is_nothing, trap_ratios_are_read_in_any_name_space,
    trap_empty_and_masked_quantities_are_none)
