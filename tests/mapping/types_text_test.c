/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 string and markdown; HL7 CDA R2 data types ED and ST, and narrative
 * (4.3.5).
 */
#include "fake_call.h"

#include "../check_main.h"

static const char narrative[] =
    "<text><paragraph ID='p1'>Crise  de\n  goutte</paragraph><paragraph ID='p2'>Un<br/>deux</paragraph>"
    "<table><tbody><tr ID='r1'><td>CRP</td><td>5 <content>mg/L</content></td></tr><tr><td>Na</td></tr></tbody></table>"
    "<list ID='l1'><item>un</item><item>deux</item></list><content ID='c1'>oui<content revised='delete'>non</content></content>"
    "</text>";

static void
check(writer write, const char *xml, const char *expected, const char *findings)
{
	char text[4096], value[512] = "";

	snprintf(text, sizeof(text), "%s%s", narrative, xml);
	if (expected[0] != '\0')
		snprintf(value, sizeof(value), "<t value=\"%s\"/>", expected);
	fake_check(write, "ed", "t", text, value, findings);
}

START_TEST(a_string_is_one_line)
{
	check(write_string, "<ed> a\n  b\tc </ed>", "a b c", "");
	check(write_string, "<ed><![CDATA[a & b]]></ed>", "a &amp; b", "");
	check(write_string, "<ed> \n </ed>", "", "");
	check(write_string, "<ed/>", "", "");
}
END_TEST

START_TEST(a_text_keeps_its_lines)
{
	check(write_text, "<ed> a \n  b\n\n\n c </ed>", "a&#10;b&#10;&#10;c", "");
	check(write_text, "<ed>a<Break/>b<br/><br/>c</ed>", "a&#10;b&#10;c", "");
}
END_TEST

/* Seen in real documents: IDs on td, content, paragraph, ...; with and without '#'. */
START_TEST(trap_references_lead_into_the_narrative)
{
	check(write_string, "<ed><reference value='#p1'/></ed>", "Crise de goutte", "");
	check(write_string, "<ed><reference value='p1'/></ed>", "Crise de goutte", "");
	check(write_string, "<ed><reference value='#r1'/></ed>", "CRP 5 mg/L", "");
	check(write_string, "<ed><reference value='#p2'/></ed>", "Un deux", "");
	check(write_text, "<ed><reference value='#p2'/></ed>", "Un&#10;deux", "");
	check(write_text, "<ed><reference value='#p1'/></ed>", "Crise de goutte", "");
	check(write_text, "<ed><reference value='#l1'/></ed>", "un&#10;deux", "");
	check(write_string, "<ed><originalText><reference value='#p1'/></originalText></ed>",
	    "Crise de goutte", "");
}
END_TEST

START_TEST(trap_dangling_references_give_nothing)
{
	check(write_string, "<ed><reference value='#nowhere'/></ed>", "", "map-reference-dangling");
	check(write_text, "<ed><reference value='#'/></ed>", "", "map-reference-dangling");
	check(
	    write_string, "<ed>words<reference value='#nowhere'/></ed>", "words", "map-reference-dangling");
	check(write_string, "<ed><reference value='http://a.fr/x'/></ed>", "", "");
	check(write_string, "<ed><reference nullFlavor='UNK'/></ed>", "", "");
}
END_TEST

/* CDA R2, 4.3.5.1: deleted text is no text of the document any more. */
START_TEST(struck_out_text_is_not_read)
{
	check(write_string, "<ed><reference value='#c1'/></ed>", "oui", "");
}
END_TEST

START_TEST(base64_behind_a_reference_is_no_text)
{
	check(write_string, "<ed><reference value='#m'/></ed><observationMedia ID='m'>Photo<value representation='B64'>iVBO"
	    "</value></observationMedia>", "Photo", "");
}
END_TEST

START_TEST(the_thumbnail_is_read_when_nothing_else_is_there)
{
	check(write_string, "<ed><thumbnail><reference value='#p1'/></thumbnail></ed>", "Crise de goutte",
	    "");
	check(write_string, "<ed>words<thumbnail>other</thumbnail></ed>", "words", "");
}
END_TEST

START_TEST(displays_and_values_are_read_last)
{
	check(write_string, "<ed code='1' displayName='La  goutte'/>", "La goutte", "");
	check(write_string, "<ed xsi:type='INT' value='3'/>", "3", "");
}
END_TEST

/* "R291dHRl" is "Goutte"; %PDF is no text; 0x00 cannot stand in XML. */
START_TEST(base64_of_plain_text_is_decoded_and_other_base64_is_no_text)
{
	check(write_string, "<ed representation='B64'>R291\n dHRl</ed>", "Goutte", "");
	check(write_string, "<ed representation='B64' mediaType='text/plain;charset=utf-8'>R291dHRl</ed>",
	    "Goutte", "");
	check(write_string, "<ed representation='B64' mediaType='application/pdf'>JVBERi0x</ed>", "", "");
	check(write_string, "<ed representation='B64'>AAECAw==</ed>", "", "");
	check(write_string, "<ed representation='B64'>R29*dHRl</ed>", "", "map-base64-invalid");
}
END_TEST

START_TEST(strings_and_masks)
{
	struct fake fake;

	fake_open(&fake, "<ed nullFlavor='MSK'>secret</ed>");
	ck_assert_str_eq(fake_write_text(&fake, write_text, "a\n b", "t"), "<t value=\"a&#10;b\"/>");
	ck_assert_str_eq(fake_write_text(&fake, write_string, "a\n b", "t"), "<t value=\"a b\"/>");
	ck_assert_str_eq(fake_write_text(&fake, write_string, NULL, "t"), "");
	ck_assert_str_eq(fake_write(&fake, write_string, "ed", "t"), "");
	ck_assert_str_eq(fake_findings(&fake), "map-masked-content");
	fake_close(&fake);
}
END_TEST

/* The door cuts out long unbroken runs of base64 letters; here they are a text. */
START_TEST(a_long_unbroken_text_is_not_lost)
{
	size_t length = 5000;
	char *xml = malloc(length + 32), *expected = malloc(length + 32);
	struct fake fake;

	strcpy(xml, "<ed>");
	memset(xml + 4, 'A', length);
	strcpy(xml + 4 + length, "</ed>");
	strcpy(expected, "<t value=\"");
	memset(expected + 10, 'A', length);
	strcpy(expected + 10 + length, "\"/>");
	fake_open(&fake, xml);
	ck_assert_str_eq(fake_write(&fake, write_string, "ed", "t"), expected);
	fake_close(&fake);
	free(xml);
	free(expected);
}
END_TEST

START_TEST(a_document_that_needs_too_much_memory_fails_and_says_so)
{
	struct fake fake;
	struct arena *small = arena_new(8);

	fake_open(&fake, "<ed>a rather long text</ed>");
	fake.call.arena = small;
	ck_assert_str_eq(fake_write(&fake, write_string, "ed", "t"), "map-memory");
	ck_assert_str_eq(fake.error.text, "the document needs more memory than its limit allows");
	arena_free(&small);
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_text", a_string_is_one_line, a_text_keeps_its_lines,
    trap_references_lead_into_the_narrative, trap_dangling_references_give_nothing,
    struck_out_text_is_not_read, base64_behind_a_reference_is_no_text, the_thumbnail_is_read_when_nothing_else_is_there,
    displays_and_values_are_read_last, base64_of_plain_text_is_decoded_and_other_base64_is_no_text,
    strings_and_masks, a_long_unbroken_text_is_not_lost,
    a_document_that_needs_too_much_memory_fails_and_says_so)
