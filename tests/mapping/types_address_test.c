/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Address and its iso21090-ADXP extensions; HL7 CDA R2 data type AD.
 */
#include "fake_call.h"

#include "../check_main.h"

#include <string.h>

#define ADXP(part, text) "<extension url=\"http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-" part "\">" \
	"<valueString value=\"" text "\"/></extension>"
#define AD_USE(code) "<extension url=\"http://hl7.org/fhir/StructureDefinition/iso21090-AD-use\">" \
	"<valueCode value=\"" code "\"/></extension>"
#define MASKED "<extension url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\">" \
	"<valueCode value=\"masked\"/></extension>"

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_address, "addr", "address", xml, expected, findings);
}

/* Seen in real documents: parts via iso21090-ADXP-* extensions, and the text. */
START_TEST(street_parts_make_one_line_in_the_order_of_the_source)
{
	check("<addr use='H'><houseNumber>28</houseNumber><streetNameType>avenue</streetNameType>"
	      "<streetName>de Breteuil</streetName><postalCode>75007</postalCode>\n<city>PARIS</city>"
	      "<country>FRANCE</country></addr>",
	    "<address><use value=\"home\"/><text value=\"28 avenue de Breteuil 75007 PARIS FRANCE\"/>"
	    "<line value=\"28 avenue de Breteuil\">" ADXP("houseNumber", "28")
		ADXP("streetNameType", "avenue") ADXP("streetName",
		    "de Breteuil") "</line><city value=\"PARIS\"/>"
				   "<postalCode value=\"75007\"/><country value=\"FRANCE\"/></address>",
	    "");
}
END_TEST

START_TEST(street_address_lines_are_lines)
{
	check(
	    "<addr><streetAddressLine>Vej 1</streetAddressLine><unitID>2</unitID><additionalLocator>B</additionalLocator>"
	    "<streetAddressLine/><streetAddressLine>3. tv</streetAddressLine><postalCode>0645</postalCode></addr>",
	    "<address><text value=\"Vej 1 2 B 3. tv 0645\"/><line value=\"Vej 1\"/><line value=\"2 B\">" ADXP(
		"unitID", "2") ADXP("additionalLocator",
		"B") "</line><line value=\"3. tv\"/><postalCode value=\"0645\"/></address>",
	    "");
	check("<addr><streetAddressLine>Vej 1</streetAddressLine><city>Odense</city></addr>",
	    "<address><line value=\"Vej 1\"/><city value=\"Odense\"/></address>", "");
}
END_TEST

START_TEST(county_state_precinct_and_tract_have_their_places)
{
	check(
	    "<addr><county>51215</county><state>IDF</state><precinct>4</precinct><censusTract>T</censusTract></addr>",
	    "<address>" ADXP("precinct", "4") ADXP("censusTract", "T") "<district value=\"51215\"/>"
								       "<state value=\"IDF\"/></address>",
	    "");
	check("<addr><city>Bois</city><city>le Roi</city></addr>",
	    "<address><city value=\"Bois le Roi\"/></address>", "");
}
END_TEST

START_TEST(free_text_addresses_keep_their_lines)
{
	struct fake fake;

	check("<addr>12 rue X\n  75001 Paris</addr>",
	    "<address><text value=\"12 rue X&#10;75001 Paris\"/></address>", "");
	check("<addr>12 rue X<delimiter/>75001 <city>Paris</city></addr>",
	    "<address><text value=\"12 rue X&#10;75001 Paris\"/><city value=\"Paris\"/></address>", "");
	fake_open(&fake, "");
	ck_assert_str_eq(fake_write_text(&fake, write_address, "Paris", "address"),
	    "<address><text value=\"Paris\"/></address>");
	fake_close(&fake);
}
END_TEST

START_TEST(uses_are_a_set_and_what_fhir_cannot_say_is_kept)
{
	struct fake fake;

	check("<addr use='HV'><city>A</city></addr>",
	    "<address>" AD_USE("HV") "<use value=\"home\"/><city value=\"A\"/></address>", "");
	check("<addr use='HP PST'><city>A</city></addr>",
	    "<address><use value=\"home\"/><type value=\"postal\"/><city value=\"A\"/></address>", "");
	check("<addr use='WP TMP'><city>A</city></addr>",
	    "<address><use value=\"temp\"/><city value=\"A\"/></address>", "");
	check("<addr use='BAD'><city>A</city></addr>",
	    "<address>" AD_USE("BAD") "<use value=\"old\"/><city value=\"A\"/></address>", "");
	fake_open(&fake, "<addr use='ABC'><city>A</city></addr>");
	ck_assert_str_eq(
	    fake_write(&fake, write_address, "addr", "address"), "<address><city value=\"A\"/></address>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: FHIR R4 has no such use of an address [ABC]");
	fake_close(&fake);
}
END_TEST

/*
 * Seen in real documents: "addr that is only nullFlavor -> drop"; also NASK and MSK addresses.
 */
START_TEST(trap_an_address_that_is_only_a_null_flavor_is_none)
{
	check("<addr nullFlavor='NASK'/>", "", "");
	check("<addr nullFlavor='MSK'/>", "", "");
	check("<addr nullFlavor='MSK'><city>A</city></addr>", "", "map-masked-content");
	check("<addr use='H'><city nullFlavor='UNK'/><postalCode/></addr>", "", "");
	check("<addr/>", "", "");
	check("<addr><city nullFlavor='MSK'/><country>FR</country></addr>",
	    "<address><city>" MASKED "</city><country value=\"FR\"/></address>", "");
	check("<addr><streetName nullFlavor='MSK'/></addr>", "<address><line>" MASKED "</line></address>",
	    "");
}
END_TEST

START_TEST(what_is_withheld_stands_in_no_text)
{
	check("<addr><streetName>rue X</streetName><city nullFlavor='MSK'>Paris</city></addr>",
	    "<address><text value=\"rue X\"/><line value=\"rue X\">" ADXP("streetName", "rue X") "</line><city>" MASKED
	    "</city></address>", "map-masked-content");
}
END_TEST

START_TEST(street_parts_that_are_apart_are_lines_apart)
{
	check("<addr><careOf>chez A</careOf><postalCode>1</postalCode><streetName>rue X</streetName></addr>",
	    "<address><text value=\"chez A 1 rue X\"/><line value=\"chez A\">" ADXP("careOf", "chez A") "</line>"
	    "<line value=\"rue X\">" ADXP("streetName", "rue X") "</line><postalCode value=\"1\"/></address>", "");
}
END_TEST

START_TEST(an_address_of_very_many_parts_is_cut_and_found)
{
	char xml[4096] = "<addr>";
	struct fake fake;

	for (int i = 0; i < 42; i++)
		sprintf(xml + strlen(xml), "<unitID>u%d</unitID>", i);
	strcat(xml, "</addr>");
	fake_open(&fake, xml);
	fake_write(&fake, write_address, "addr", "address");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: an address of more than 40 parts: the rest is left out [u40]");
	fake_close(&fake);
}
END_TEST

START_TEST(the_useable_period_is_the_period)
{
	check(
	    "<addr><city>A</city><useablePeriod xsi:type='IVL_TS'><high value='2020'/></useablePeriod></addr>",
	    "<address><city value=\"A\"/><period><end value=\"2020\"/></period></address>", "");
}
END_TEST

TESTS("mapping/types_address", street_parts_make_one_line_in_the_order_of_the_source,
    street_address_lines_are_lines, county_state_precinct_and_tract_have_their_places,
    free_text_addresses_keep_their_lines, uses_are_a_set_and_what_fhir_cannot_say_is_kept,
    trap_an_address_that_is_only_a_null_flavor_is_none, what_is_withheld_stands_in_no_text,
    street_parts_that_are_apart_are_lines_apart, an_address_of_very_many_parts_is_cut_and_found, the_useable_period_is_the_period)
