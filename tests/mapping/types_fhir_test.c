/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIR as a source. Expected values: HL7 FHIR R4 CodeableConcept, Coding, HumanName, Annotation; mappings/README.md. */
#include "fake_call.h"

#include "../check_main.h"

#define F(content) "<f xmlns='http://hl7.org/fhir'>" content "</f>"

static void
check_concept(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_concept, "code", "code", xml, expected, findings);
}

static void
check_copy(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_copy, "name", "name", xml, expected, findings);
}

START_TEST(reads_the_codings_and_the_text_of_a_codeable_concept)
{
	check_concept(F("<code><coding><system value='http://loinc.org'/><version value='2.74'/><code value='2823-3'/>"
			"<display value='Potassium'/></coding><coding><system value='urn:oid:1.2.3.4.5'/><code value='K'/></coding>"
			"<text value=' Kalium  i blod'/></code>"),
	    "<code><coding><system value=\"http://loinc.org\"/><version value=\"2.74\"/><code value=\"2823-3\"/>"
	    "<display value=\"Potassium\"/></coding><coding><system value=\"urn:oid:1.2.3.4.5\"/><code value=\"K\"/></coding>"
	    "<text value=\"Kalium i blod\"/></code>",
	    "");
}
END_TEST

START_TEST(reads_a_coding)
{
	check_concept(F("<code><system value='http://loinc.org'/><code value='2823-3'/></code>"),
	    "<code><coding><system value=\"http://loinc.org\"/><code value=\"2823-3\"/></coding></code>", "");
}
END_TEST

START_TEST(a_label_is_not_made_the_words_of_the_author)
{
	check_concept(F("<code><coding><system value='http://loinc.org'/><code value='2823-3'/><display value='Potassium'/></coding></code>"),
	    "<code><coding><system value=\"http://loinc.org\"/><code value=\"2823-3\"/><display value=\"Potassium\"/></coding></code>",
	    "");
}
END_TEST

START_TEST(a_coding_without_a_code_is_words)
{
	check_concept(F("<code><coding><display value='Potassium'/></coding></code>"), "<code><text value=\"Potassium\"/></code>", "");
}
END_TEST

START_TEST(a_coding_without_a_system_is_told_and_kept)
{
	check_concept(F("<code><coding><code value='ACB'/></coding></code>"),
	    "<code><coding><code value=\"ACB\"/></coding></code>", "map-code-system-missing");
}
END_TEST

/* "A1" is in the table, but whose code this one is nobody says. */
START_TEST(a_coding_without_a_system_is_not_translated)
{
	struct fake fake;

	fake_open(&fake, F("<code><coding><code value='A1'/></coding></code>"));
	fake_table(&fake, "problem");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "<code><coding><code value=\"A1\"/></coding></code>");
	ck_assert_str_eq(fake_findings(&fake), "map-code-unmapped map-code-system-missing");
	fake_close(&fake);
}
END_TEST

START_TEST(copies_a_value_as_it_stands_without_ids)
{
	check_copy(F("<name id='n1'><use value='official'/><family value='O&apos;Brien'><extension url='urn:x'><valueString value='y'/>"
		     "</extension></family><given value='A'/><given value='B'/></name>"),
	    "<name><use value=\"official\"/><family value=\"O'Brien\"><extension url=\"urn:x\"><valueString value=\"y\"/>"
	    "</extension></family><given value=\"A\"/><given value=\"B\"/></name>",
	    "");
}
END_TEST

START_TEST(copies_a_primitive)
{
	check_copy(F("<name value='x'/>"), "<name value=\"x\"/>", "");
}
END_TEST

START_TEST(leaves_a_reference_out_and_says_so)
{
	check_copy(F("<name><authorReference><reference value='Practitioner/1'/><display value='Dr A'/></authorReference><text value='t'/></name>"),
	    "<name><authorReference><display value=\"Dr A\"/></authorReference><text value=\"t\"/></name>",
	    "map-copy-reference");
}
END_TEST

START_TEST(what_holds_nothing_is_not_written)
{
	check_copy(F("<name><family/><extension url='urn:x'/></name>"), "", "");
}
END_TEST

START_TEST(refuses_to_copy_what_is_no_fhir)
{
	struct fake fake;

	fake_open(&fake, "<name><family>A</family></name>");
	ck_assert_int_eq(write_copy(&fake.call, &(struct item){ .node = fake_element(&fake, "name") },
	    xmlDocGetRootElement(fake.result), "name"), WRITTEN_FAILED);
	ck_assert_str_eq(fake.error.rule, "map-copy-source");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_fhir", reads_the_codings_and_the_text_of_a_codeable_concept, reads_a_coding,
    a_label_is_not_made_the_words_of_the_author, a_coding_without_a_code_is_words, a_coding_without_a_system_is_told_and_kept,
    a_coding_without_a_system_is_not_translated,
    copies_a_value_as_it_stands_without_ids, copies_a_primitive, leaves_a_reference_out_and_says_so,
    what_holds_nothing_is_not_written, refuses_to_copy_what_is_no_fhir)
