/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 HumanName and its iso21090 extensions; HL7 CDA R2 data types PN, EN
 * and ON.
 */
#include "fake_call.h"

#include "../check_main.h"

#define FAMILY(text) "<family value=\"" text "\"/>"
#define GIVEN(text) "<given value=\"" text "\"/>"
#define USE(code) "<use value=\"" code "\"/>"
#define QUALIFIER(code) "<extension url=\"http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier\">" \
	"<valueCode value=\"" code "\"/></extension>"
#define MASKED "<extension url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\">" \
	"<valueCode value=\"masked\"/></extension>"
#define LIST_URL "https://example.org/birth-list"

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_name, "name", "name", xml, expected, findings);
}

/*
 * Seen in real documents: BR family, unqualified given = list of the birth register, BR given, CL
 * family and given.
 */
static const char birth_register[] =
    "<name><family qualifier='BR'>NESSI</family> <given>RUTH ISABELLE</given><given qualifier='BR'>RUTH</given>"
    "<family qualifier='CL'>DECOURCY</family><given qualifier='CL'>ISA</given></name>";

START_TEST(trap_one_name_of_two_persons_names_and_the_list_of_the_birth_register)
{
	struct fake fake;

	fake_open(&fake, birth_register);
	fake_attribute(&fake, "birth-list", LIST_URL);
	ck_assert_str_eq(fake_write(&fake, write_name, "name", "name"),
	    "<name><extension url=\"" LIST_URL "\"><valueString value=\"RUTH ISABELLE\"/></extension>"
	    USE("official") FAMILY("NESSI") GIVEN("RUTH") "</name>"
	    "<name>" USE("usual") FAMILY("DECOURCY") GIVEN("ISA") "</name>");
	ck_assert_str_eq(fake_findings(&fake), "");
	fake_close(&fake);
}
END_TEST

/*
 * Without the custom an unqualified given beside qualified ones is a name of its own, and nothing
 * is lost.
 */
START_TEST(without_the_custom_the_unqualified_given_is_a_name_of_its_own)
{
	check(birth_register, "<name>" USE("official") FAMILY("NESSI") GIVEN("RUTH") "</name>"
	    "<name>" USE("usual") FAMILY("DECOURCY") GIVEN("ISA") "</name>"
	    "<name>" GIVEN("RUTH ISABELLE") "</name>", "");
}
END_TEST

/*
 * Seen in real documents: family@CL may come without given@CL: the list is no given name to call a
 * person by.
 */
START_TEST(trap_the_birth_list_is_never_a_given_name)
{
	struct fake fake;

	fake_open(&fake,
	    "<name><family qualifier='CL'>B</family><family qualifier='BR'>A</family><given>X Y</given>"
	    "<given qualifier='BR'>X</given><prefix>MME</prefix></name>");
	fake_attribute(&fake, "birth-list", LIST_URL);
	ck_assert_str_eq(fake_write(&fake, write_name, "name", "name"),
	    "<name><extension url=\"" LIST_URL "\"><valueString value=\"X Y\"/></extension>" USE("official")
	    FAMILY("A") GIVEN("X") "<prefix value=\"MME\"/></name>"
	    "<name>" USE("usual") FAMILY("B") "<prefix value=\"MME\"/></name>");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: SP family beside an unqualified given, which then belongs to that name. */
START_TEST(trap_a_spouse_name_keeps_its_qualifier_and_shares_the_given)
{
	check("<name><family qualifier='SP'>DURAND</family><given>Ada</given></name>", "<name>" USE("usual")
	    "<family value=\"DURAND\">" QUALIFIER("SP") "</family>" GIVEN("Ada") "</name>", "");
	check(
	    "<name><family qualifier='BR'>A</family><family qualifier='SP'>B</family><given>Ada</given></name>",
	    "<name>" USE("official") FAMILY("A")
		GIVEN("Ada") "</name>"
			     "<name>" USE("usual") "<family value=\"B\">" QUALIFIER("SP") "</family>" GIVEN(
				 "Ada") "</name>",
	    "");
}
END_TEST

START_TEST(a_plain_name_has_several_given_names_prefix_and_suffix)
{
	check(
	    "<name use='L'><prefix>Dr</prefix><given>Adam</given><given>A. </given><family>Every\nman</family>"
	    "<suffix>PhD</suffix></name>",
	    "<name>" USE("official") FAMILY("Every man") GIVEN("Adam")
		GIVEN("A.") "<prefix value=\"Dr\"/><suffix value=\"PhD\"/></name>",
	    "");
	check("<name><given>Ana</given><family>Garcia</family><family>Lopez</family></name>",
	    "<name>" FAMILY("Garcia Lopez") GIVEN("Ana") "</name>", "");
}
END_TEST

START_TEST(qualifiers_of_parts_are_extensions_and_unknown_ones_findings)
{
	struct fake fake;

	fake_open(&fake,
	    "<name><prefix qualifier='AC'>Prof.</prefix><family>A</family><prefix qualifier='VV'>van</prefix>"
	    "</name>");
	ck_assert_str_eq(fake_write(&fake, write_name, "name", "name"), "<name>" FAMILY("A")
	    "<prefix value=\"Prof.\">" QUALIFIER("AC") "</prefix><prefix value=\"van\"/></name>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: FHIR has no such qualifier of a name part [VV]");
	fake_close(&fake);
}
END_TEST

START_TEST(uses_that_fhir_does_not_know_are_kept_as_extension)
{
	struct fake fake;

	check("<name use='P'><given>Madonna</given></name>",
	    "<name>"
	    "<extension url=\"http://hl7.org/fhir/StructureDefinition/iso21090-EN-use\"><valueCode value=\"P\"/></extension>" GIVEN(
		"Madonna") "</name>",
	    "");
	fake_open(&fake, "<name use='ASGN'><given>X</given></name>");
	ck_assert_str_eq(fake_write(&fake, write_name, "name", "name"), "<name>" GIVEN("X") "</name>");
	ck_assert_str_eq(fake_finding(&fake, 0), "information: FHIR has no such use of a name [ASGN]");
	fake_close(&fake);
}
END_TEST

START_TEST(text_names_and_mixed_names_keep_their_text)
{
	struct fake fake;

	check("<name> Dr  Ada Byron</name>", "<name><text value=\"Dr Ada Byron\"/></name>", "");
	check("<name>Dr <given>Ada</given><family>Byron</family></name>",
	    "<name><text value=\"Dr Ada Byron\"/>" FAMILY("Byron") GIVEN("Ada") "</name>", "");
	check("<name><family>Byron</family><delimiter>, </delimiter><given>Ada</given> F.R.S.</name>",
	    "<name><text value=\"Byron, Ada F.R.S.\"/>" FAMILY("Byron") GIVEN("Ada") "</name>", "");
	fake_open(&fake, "");
	ck_assert_str_eq(fake_write_text(&fake, write_name, " Ada Byron", "name"),
	    "<name><text value=\"Ada Byron\"/></name>");
	ck_assert_str_eq(fake_write_text(&fake, write_name, " ", "name"), "");
	fake_close(&fake);
}
END_TEST

START_TEST(the_valid_time_is_the_period)
{
	check(
	    "<name><family>A</family><validTime><low value='19790328'/><high value='2001'/></validTime></name>",
	    "<name>" FAMILY(
		"A") "<period><start value=\"1979-03-28\"/><end value=\"2001\"/></period></name>",
	    "");
}
END_TEST

START_TEST(trap_null_names_are_none_and_masked_parts_stay_masked)
{
	check("<name nullFlavor='NA'/>", "", "");
	check("<name nullFlavor='MSK'><family>A</family></name>", "", "map-masked-content");
	check("<name/>", "", "");
	check("<name><family nullFlavor='UNK'/><given/></name>", "", "");
	check("<name><family nullFlavor='MSK'/><given>Ada</given></name>",
	    "<name><family>" MASKED "</family>" GIVEN("Ada") "</name>", "");
}
END_TEST

START_TEST(a_name_of_very_many_parts_is_cut_and_found)
{
	char xml[4096] = "<name>";
	struct fake fake;

	for (int i = 0; i < 50; i++)
		sprintf(xml + strlen(xml), "<given>g%d</given>", i);
	strcat(xml, "</name>");
	fake_open(&fake, xml);
	fake_write(&fake, write_name, "name", "name");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: a name of more than 48 parts: the rest is left out [g48]");
	fake_close(&fake);
}
END_TEST

START_TEST(an_organisation_has_one_text)
{
	fake_check(write_orgname, "name", "name", "<name> CHU  de\nNice </name>",
	    "<name value=\"CHU de Nice\"/>", "");
	fake_check(write_orgname, "name", "name",
	    "<name><prefix>SA</prefix> Labo<delimiter>-</delimiter>Sud</name>",
	    "<name value=\"SA Labo-Sud\"/>", "");
	fake_check(write_orgname, "name", "name", "<name nullFlavor='NI'/>", "", "");
}
END_TEST

TESTS("mapping/types_name", trap_one_name_of_two_persons_names_and_the_list_of_the_birth_register,
    without_the_custom_the_unqualified_given_is_a_name_of_its_own,
    trap_the_birth_list_is_never_a_given_name, trap_a_spouse_name_keeps_its_qualifier_and_shares_the_given,
    a_plain_name_has_several_given_names_prefix_and_suffix,
    qualifiers_of_parts_are_extensions_and_unknown_ones_findings,
    uses_that_fhir_does_not_know_are_kept_as_extension, text_names_and_mixed_names_keep_their_text,
    the_valid_time_is_the_period, trap_null_names_are_none_and_masked_parts_stay_masked,
    a_name_of_very_many_parts_is_cut_and_found, an_organisation_has_one_text)
