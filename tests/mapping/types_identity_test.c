/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Identifier and ContactPoint; HL7 CDA R2 data types II and TEL; the
 * naming rows of fake_call.c.
 */
#include "fake_call.h"

#include "../check_main.h"

#define SYSTEM(uri) "<system value=\"" uri "\"/>"
#define VALUE(value) "<value value=\"" value "\"/>"

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_identifier, "id", "identifier", xml, expected, findings);
}

static void
check_telecom(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_telecom, "telecom", "telecom", xml, expected, findings);
}

START_TEST(an_extension_of_an_unknown_root_has_a_urn_oid_system)
{
	check("<id root='1.2.3.4.567' extension=' 0123456 '/>",
	    "<identifier>" SYSTEM("urn:oid:1.2.3.4.567") VALUE("0123456") "</identifier>", "");
}
END_TEST

START_TEST(a_known_root_gives_type_and_use)
{
	check("<id root='1.2.250.1.213.1.4.8' extension='279035121518989'/>",
	    "<identifier><use value=\"official\"/><type><coding>" SYSTEM("https://example.org/types")
	    "<code value=\"INS\"/><display value=\"National number\"/></coding></type>"
	    SYSTEM("urn:oid:1.2.250.1.213.1.4.8") VALUE("279035121518989") "</identifier>", "");
}
END_TEST

/*
 * Seen in real documents: "8" + 11 digits is a professional's number with a type mark; both forms are
 * wanted.
 */
START_TEST(a_type_mark_is_stripped_and_the_whole_number_kept_beside_it)
{
	check("<id root='1.2.250.1.71.4.2.1' extension='801234567897'/>",
	    "<identifier><type><coding>" SYSTEM(
		"https://example.org/types") "<code value=\"RPPS\"/></coding></type>" SYSTEM("https://example.org/rpps")
		VALUE("01234567897") "</identifier>"
				     "<identifier>" SYSTEM("urn:oid:1.2.250.1.71.4.2.1")
					 VALUE("801234567897") "</identifier>",
	    "");
	check("<id root='1.2.250.1.71.4.2.1' extension='5784/12'/>",
	    "<identifier>" SYSTEM("urn:oid:1.2.250.1.71.4.2.1") VALUE("5784/12") "</identifier>", "");
	check("<id root='1.2.250.1.71.4.2.1' extension='8'/>",
	    "<identifier><type><coding>" SYSTEM(
		"https://example.org/types") "<code value=\"RPPS\"/></coding></type>" SYSTEM("https://example.org/rpps")
		VALUE("8") "</identifier>"
			   "<identifier>" SYSTEM("urn:oid:1.2.250.1.71.4.2.1") VALUE("8") "</identifier>",
	    "");
}
END_TEST

START_TEST(a_root_alone_is_a_uri_value)
{
	check("<id root='1.2.250.1.213.1.1.9'/>",
	    "<identifier>" SYSTEM("urn:ietf:rfc:3986") VALUE("urn:oid:1.2.250.1.213.1.1.9") "</identifier>",
	    "");
	/* A root with a URL of its own is still the identifier itself. */
	check("<id root='2.16.840.1.113883.6.1'/>",
	    "<identifier>" SYSTEM("urn:ietf:rfc:3986")
		VALUE("urn:oid:2.16.840.1.113883.6.1") "</identifier>",
	    "");
}
END_TEST

/* Seen in real documents: UUID case. RFC 9562, 4: "output as lower case". */
START_TEST(trap_a_uuid_in_capitals_is_the_same_uuid)
{
	check("<id root='12DA3A06-18E7-40B7-9397-1FA5B1552472'/>",
	    "<identifier>" SYSTEM("urn:ietf:rfc:3986")
		VALUE("urn:uuid:12da3a06-18e7-40b7-9397-1fa5b1552472") "</identifier>",
	    "");
	check("<id root='12DA3A06-18E7-40B7-9397-1FA5B1552472' extension='7'/>", "<identifier>"
	    SYSTEM("urn:uuid:12da3a06-18e7-40b7-9397-1fa5b1552472") VALUE("7") "</identifier>", "");
}
END_TEST

/*
 * Seen in real documents: a group such as 5B7LK8 with non-hexadecimal letters; also a root of
 * x.
 */
START_TEST(trap_invalid_roots_are_values_without_a_system)
{
	struct fake fake;

	fake_open(
	    &fake, "<id root='12DA3A06-18E7-5B7LK8-9397-1FA5B1552472'/><id2 root='xxxx' extension='E7'/>");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id", "identifier"),
	    "<identifier>" VALUE("12DA3A06-18E7-5B7LK8-9397-1FA5B1552472") "</identifier>");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id2", "identifier"),
	    "<identifier>" VALUE("E7") "</identifier>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the id's root is no object identifier: it is kept as the value, "
	    "without a system [12DA3A06-18E7-5B7LK8-9397-1FA5B1552472] (an OID (ITU-T X.660) or a UUID (RFC 9562))");
	ck_assert_str_eq(fake_finding(&fake, 1),
	    "warning: the id's root is no object identifier: its value is kept without a "
	    "system [xxxx] (an OID (ITU-T X.660) or a UUID (RFC 9562))");
	fake_close(&fake);
	check("<id root='1.02.3'/>", "<identifier>" VALUE("1.02.3") "</identifier>", "map-root-invalid");
}
END_TEST

START_TEST(an_extension_without_a_root_is_found)
{
	struct fake fake;

	fake_open(&fake, "<id extension='E7'/>");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id", "identifier"),
	    "<identifier>" VALUE("E7") "</identifier>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: an id without a root: nobody knows who gave it [E7]");
	fake_attribute(&fake, "system", "https://example.org/s");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id", "identifier"),
	    "<identifier>" SYSTEM("https://example.org/s") VALUE("E7") "</identifier>");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: "ids on nullFlavor". */
START_TEST(trap_a_null_id_is_none_but_an_extension_beside_it_is_kept)
{
	check("<id nullFlavor='NI'/>", "", "");
	check("<id nullFlavor='UNK' root='1.2.3.4'/>", "", "");
	check("<id/>", "", "");
	check("<id nullFlavor='UNK' root='1.2.3.4' extension='9'/>",
	    "<identifier>" SYSTEM("urn:oid:1.2.3.4") VALUE("9") "</identifier>", "map-null-with-value");
	check("<id nullFlavor='MSK' root='1.2.3.4' extension='9'/>", "", "map-masked-content");
}
END_TEST

START_TEST(an_id_beside_a_null_flavor_is_found)
{
	struct fake fake;

	fake_open(&fake, "<id nullFlavor='UNK' root='1.2.3.4' extension='9'/>");
	fake_write(&fake, write_identifier, "id", "identifier");
	ck_assert_str_eq(fake_finding(&fake, 0), "warning: a nullFlavor beside the id 9: the id is kept [UNK]");
	fake_close(&fake);
}
END_TEST

START_TEST(the_assigning_authority_is_the_assigner)
{
	check("<id root='1.2.3.4' extension='9' assigningAuthorityName='CHU  Nord'/>",
	    "<identifier>" SYSTEM("urn:oid:1.2.3.4")
		VALUE("9") "<assigner><display value=\"CHU Nord\"/></assigner></identifier>",
	    "");
}
END_TEST

START_TEST(strings_take_their_system_from_the_stylesheet)
{
	struct fake fake;

	fake_open(&fake, "<number>801234567897</number><blank> </blank>");
	ck_assert_str_eq(fake_write_text(&fake, write_identifier, "12", "identifier"),
	    "<identifier>" VALUE("12") "</identifier>");
	fake_attribute(&fake, "system", "1.2.250.1.71.4.2.1");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "number", "identifier"),
	    "<identifier><type><coding>" SYSTEM(
		"https://example.org/types") "<code value=\"RPPS\"/></coding></type>" SYSTEM("https://example.org/rpps")
		VALUE("01234567897") "</identifier>"
				     "<identifier>" SYSTEM("urn:oid:1.2.250.1.71.4.2.1")
					 VALUE("801234567897") "</identifier>");
	fake_attribute(&fake, "system", "urn:oid:1.2.208.176.1.2");
	ck_assert_str_eq(fake_write_text(&fake, write_identifier, " 2512489996 ", "identifier"),
	    "<identifier>" SYSTEM("urn:oid:1.2.208.176.1.2") VALUE("2512489996") "</identifier>");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "blank", "identifier"), "");
	fake_close(&fake);
}
END_TEST

START_TEST(type_and_use_of_the_stylesheet_serve_where_the_naming_says_nothing)
{
	struct fake fake;

	fake_open(&fake, "<id root='1.2.3' extension='7'/><ins root='1.2.250.1.213.1.4.8' extension='1'/>");
	fake_attribute(&fake, "type", "PI");
	fake_attribute(&fake, "use", "usual");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id", "identifier"),
	    "<identifier><use value=\"usual\"/>"
	    "<type><coding>" SYSTEM(
		"http://terminology.hl7.org/CodeSystem/v2-0203") "<code value=\"PI\"/></coding></type>" SYSTEM("urn:oid:1.2.3")
		VALUE("7") "</identifier>");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "ins", "identifier"),
	    "<identifier>"
	    "<use value=\"official\"/><type><coding>" SYSTEM(
		"https://example.org/types") "<code value=\"INS\"/>"
					     "<display value=\"National number\"/></coding></type>" SYSTEM(
						 "urn:oid:1.2.250.1.213.1.4.8") VALUE("1") "</identifier>");
	fake_attribute(&fake, "type", "https://example.org/own|X");
	ck_assert_str_eq(fake_write(&fake, write_identifier, "id", "identifier"),
	    "<identifier><use value=\"usual\"/>"
	    "<type><coding>" SYSTEM("https://example.org/own") "<code value=\"X\"/></coding></type>" SYSTEM(
		"urn:oid:1.2.3") VALUE("7") "</identifier>");
	fake_close(&fake);
}
END_TEST

/* ---- TEL ------------------------------------------------------------------------------------- */

START_TEST(the_scheme_is_the_system_and_no_part_of_the_number)
{
	check_telecom("<telecom value='tel:0147150000' use='H'/>",
	    "<telecom>" SYSTEM("phone") VALUE("0147150000") "<use value=\"home\"/></telecom>", "");
	check_telecom("<telecom value='TEL:+33(0)1'/>",
	    "<telecom>" SYSTEM("phone") VALUE("+33(0)1") "</telecom>", "");
	check_telecom("<telecom value='fax:1'/>", "<telecom>" SYSTEM("fax") VALUE("1") "</telecom>", "");
	check_telecom("<telecom value='mailto:a@b.fr'/>",
	    "<telecom>" SYSTEM("email") VALUE("a@b.fr") "</telecom>", "");
	check_telecom("<telecom value='sms:1'/>", "<telecom>" SYSTEM("sms") VALUE("1") "</telecom>", "");
	check_telecom("<telecom value='https://a.fr/x'/>",
	    "<telecom>" SYSTEM("url") VALUE("https://a.fr/x") "</telecom>", "");
	check_telecom(
	    "<telecom value='mllp://a'/>", "<telecom>" SYSTEM("other") VALUE("mllp://a") "</telecom>", "");
}
END_TEST

START_TEST(percent_escapes_are_decoded_unless_they_hide_control_characters)
{
	check_telecom("<telecom value='tel:%2B33%201'/>",
	    "<telecom>" SYSTEM("phone") VALUE("+33 1") "</telecom>", "");
	check_telecom("<telecom value='tel:1%00%zz'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1%00%zz") "</telecom>", "");
	check_telecom(
	    "<telecom value='mailto:%FF'/>", "<telecom>" SYSTEM("email") VALUE("%FF") "</telecom>", "");
	check_telecom("<telecom value='mailto:%EF%BF%BE'/>",
	    "<telecom>" SYSTEM("email") VALUE("%EF%BF%BE") "</telecom>", "");
}
END_TEST

START_TEST(what_has_no_scheme_is_other_and_not_guessed)
{
	struct fake fake;

	fake_open(&fake, "<telecom value='+33147150000'/>");
	ck_assert_str_eq(fake_write(&fake, write_telecom, "telecom", "telecom"),
	    "<telecom>" SYSTEM("other") VALUE("+33147150000") "</telecom>");
	ck_assert_str_eq(fake_finding(&fake, 0), "information: a telecommunication address of unknown kind "
	    "[+33147150000] (tel:, fax:, mailto:, sms:, http: or https:)");
	ck_assert_str_eq(fake_write_text(&fake, write_telecom, "tel:22222222", "telecom"),
	    "<telecom>" SYSTEM("phone") VALUE("22222222") "</telecom>");
	fake_close(&fake);
}
END_TEST

START_TEST(uses_are_a_set_of_which_the_strongest_is_written)
{
	struct fake fake;

	check_telecom("<telecom value='tel:1' use='MC'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<use value=\"mobile\"/></telecom>", "");
	check_telecom("<telecom value='tel:1' use='WP  MC'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<use value=\"mobile\"/></telecom>", "");
	check_telecom("<telecom value='tel:1' use='BAD HP'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<use value=\"old\"/></telecom>", "");
	check_telecom("<telecom value='tel:1' use='DIR'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<use value=\"work\"/></telecom>", "");
	check_telecom("<telecom value='tel:1' use='HV TMP'/>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<use value=\"temp\"/></telecom>", "");
	check_telecom(
	    "<telecom value='tel:1' use='PG'/>", "<telecom>" SYSTEM("pager") VALUE("1") "</telecom>", "");
	fake_open(&fake, "<telecom value='tel:1' use='EC'/>");
	ck_assert_str_eq(fake_write(&fake, write_telecom, "telecom", "telecom"),
	    "<telecom>" SYSTEM("phone") VALUE("1") "</telecom>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: FHIR R4 has no such use of a telecommunication address [EC]");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: "telecom: nullFlavor-only -> drop". */
START_TEST(trap_a_telecom_that_is_only_a_null_flavor_is_none)
{
	check_telecom("<telecom nullFlavor='NASK'/>", "", "");
	check_telecom("<telecom nullFlavor='MSK'/>", "", "");
	check_telecom("<telecom nullFlavor='MSK' use='HP'/>", "", "");
	check_telecom("<telecom value='tel:'/>", "", "");
	check_telecom("<telecom value='http:'/>", "", "");
	check_telecom("<telecom/>", "", "");
}
END_TEST

START_TEST(the_useable_period_is_the_period)
{
	check_telecom(
	    "<telecom value='tel:1'><useablePeriod xsi:type='IVL_TS'><low value='2020'/></useablePeriod></telecom>",
	    "<telecom>" SYSTEM("phone") VALUE("1") "<period><start value=\"2020\"/></period></telecom>",
	    "");
}
END_TEST

TESTS("mapping/types_identity", an_extension_of_an_unknown_root_has_a_urn_oid_system,
    a_known_root_gives_type_and_use, a_type_mark_is_stripped_and_the_whole_number_kept_beside_it,
    a_root_alone_is_a_uri_value, trap_a_uuid_in_capitals_is_the_same_uuid,
    trap_invalid_roots_are_values_without_a_system, an_extension_without_a_root_is_found,
    trap_a_null_id_is_none_but_an_extension_beside_it_is_kept, an_id_beside_a_null_flavor_is_found, the_assigning_authority_is_the_assigner,
    strings_take_their_system_from_the_stylesheet,
    type_and_use_of_the_stylesheet_serve_where_the_naming_says_nothing,
    the_scheme_is_the_system_and_no_part_of_the_number,
    percent_escapes_are_decoded_unless_they_hide_control_characters,
    what_has_no_scheme_is_other_and_not_guessed, uses_are_a_set_of_which_the_strongest_is_written,
    trap_a_telecom_that_is_only_a_null_flavor_is_none, the_useable_period_is_the_period)
