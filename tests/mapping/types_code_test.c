/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 CodeableConcept and Coding; HL7 CDA R2 data types CD, CE, CS;
 * mappings/README.md. LOINC, SNOMED and the local system are named in fake_call.c.
 */
#include "fake_call.h"

#include "../check_main.h"

#define LOINC "codeSystem='2.16.840.1.113883.6.1'"
#define SNOMED "codeSystem='2.16.840.1.113883.6.96'"
#define LOCAL "codeSystem='1.2.3.4.5'"

#define SYSTEM(uri) "<system value=\"" uri "\"/>"
#define CODE(code) "<code value=\"" code "\"/>"
#define DISPLAY(text) "<display value=\"" text "\"/>"
#define TEXT(text) "<text value=\"" text "\"/>"

static const char narrative[] =
    "<text><paragraph ID='p1'>Crise  de\n goutte</paragraph><table><tr ID='r1'><td>CRP</td><td>5</td></tr></table>"
    "<content ID='empty'/></text>";

static const char *
with_narrative(const char *xml)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s%s", narrative, xml);
	return text;
}

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_concept, "code", "code", with_narrative(xml), expected, findings);
}

/* One concept with a table; gives what was counted: translated, kept, text only. */
static const int *
check_table(const char *table, const char *xml, const char *expected, const char *findings)
{
	static int codes[3];
	struct fake fake;

	fake_open(&fake, xml);
	fake_table(&fake, table);
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), expected);
	ck_assert_str_eq(fake_findings(&fake), findings);
	memcpy(codes, fake.codes, sizeof(codes));
	fake_close(&fake);
	return codes;
}

START_TEST(keeps_system_version_code_and_the_label_with_white_space_normalised)
{
	check("<code code='2823-3' " LOINC
	      " codeSystemVersion='2.74' displayName=' Potassium\n  s&#233;rum '/>",
	    "<code><coding>" SYSTEM("http://loinc.org") "<version value=\"2.74\"/>" CODE("2823-3")
		DISPLAY("Potassium sérum") "</coding>" TEXT("Potassium sérum") "</code>",
	    "");
}
END_TEST

START_TEST(an_oid_without_a_row_is_urn_oid_and_an_alias_is_its_target)
{
	check("<code code='X' codeSystem='1.2.3.4.5'/>",
	    "<code><coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("X") "</coding></code>", "");
	check("<code code='X' codeSystem='1.2.3.99'/>",
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("X") "</coding></code>", "");
}
END_TEST

START_TEST(a_code_system_that_is_no_oid_is_left_out_and_found)
{
	struct fake fake;

	fake_open(&fake, "<code code='X' codeSystem='1.02.x'/>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"),
	    "<code><coding>" CODE("X") "</coding></code>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: not an object identifier: the system is left out [1.02.x] "
	    "(an OID (ITU-T X.660), a UUID or a URI)");
	ck_assert_str_eq(fake_findings(&fake), "map-oid-invalid");
	fake_close(&fake);
}
END_TEST

START_TEST(a_code_without_a_system_is_kept_and_found)
{
	struct fake fake;

	fake_open(&fake, "<code code='X'/>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"),
	    "<code><coding>" CODE("X") "</coding></code>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: a code without its code system [X] (a codeSystem)");
	fake_close(&fake);
}
END_TEST

START_TEST(the_attribute_system_stands_in_where_the_source_names_none)
{
	struct fake fake;

	fake_open(&fake, "<code code='X'/><analysis>NPU01807</analysis><code2 code='Y' " LOINC "/>");
	fake_attribute(&fake, "system", "http://npu-terminology.org");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"),
	    "<code><coding>" SYSTEM("http://npu-terminology.org") CODE("X") "</coding></code>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "analysis", "code"),
	    "<code><coding>" SYSTEM("http://npu-terminology.org") CODE("NPU01807") "</coding></code>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code2", "code"),
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("Y") "</coding></code>");
	ck_assert_str_eq(fake_write_text(&fake, write_concept, " NPU01807 ", "code"),
	    "<code><coding>" SYSTEM("http://npu-terminology.org") CODE("NPU01807") "</coding></code>");
	ck_assert_str_eq(fake_findings(&fake), "");
	fake_close(&fake);
}
END_TEST

START_TEST(a_string_without_a_system_is_text)
{
	struct fake fake;

	fake_open(&fake, "<note>proeve_modtaget</note>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_concept, "svar", "code"), "<code>" TEXT("svar") "</code>");
	ck_assert_str_eq(
	    fake_write(&fake, write_concept, "note", "code"), "<code>" TEXT("proeve_modtaget") "</code>");
	fake_close(&fake);
}
END_TEST

START_TEST(translations_are_all_kept_and_never_twice)
{
	check("<code code='1' " LOINC " displayName='Main'><translation code='2' " SNOMED
	      " displayName='Two'/>"
	      "<translation code='1' " LOINC "/><translation code='2' " SNOMED "/></code>",
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("1")
		DISPLAY("Main") "</coding>"
				"<coding>" SYSTEM("http://snomed.info/sct") CODE("2")
				    DISPLAY("Two") "</coding>" TEXT("Main") "</code>",
	    "");
}
END_TEST

/*
 * Seen in real documents: code without @code and with a translation only; "promote when
 * the main code is absent".
 */
START_TEST(trap_a_code_with_translation_only_is_promoted)
{
	check("<code nullFlavor='OTH'><translation code='5' " LOCAL " displayName='Local'/></code>",
	    "<code><coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("5")
		DISPLAY("Local") "</coding>" TEXT("Local") "</code>",
	    "");
	check("<code><translation code='5' " LOCAL "/></code>",
	    "<code><coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("5") "</coding></code>", "");
}
END_TEST

/*
 * Seen in real documents: a value of type CD without anything, a code with nullFlavor
 * NA.
 */
START_TEST(trap_empty_values_are_no_values)
{
	fake_check(write_concept, "value", "code", "<value xsi:type='CD'/>", "", "");
	check("<code nullFlavor='NA'/>", "", "");
	check("<code code=' '/>", "", "");
	check("<code nullFlavor='UNK'><originalText/></code>", "", "");
	check("<code nullFlavor='NA'><translation nullFlavor='NA'/></code>", "", "");
}
END_TEST

START_TEST(null_flavor_other_with_words_is_text)
{
	check("<code nullFlavor='OTH'><originalText>Préparation magistrale</originalText></code>",
	    "<code>" TEXT("Préparation magistrale") "</code>", "");
	check("<code nullFlavor='NA' displayName='Magistral'/>", "<code>" TEXT("Magistral") "</code>", "");
}
END_TEST

START_TEST(a_code_beside_a_null_flavor_is_kept_and_found)
{
	struct fake fake;

	fake_open(&fake, "<code nullFlavor='UNK' code='1' " LOINC "/>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"),
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("1") "</coding></code>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: a nullFlavor beside the code 1: the code is kept [UNK]");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: MSK means masked. What stands beside it is not for the receiver. */
START_TEST(trap_masked_content_is_withheld)
{
	struct fake fake;

	fake_open(&fake, "<code nullFlavor='MSK' displayName='HIV'/>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: code has nullFlavor MSK and content all the same: the content is withheld");
	fake_close(&fake);
	check("<code nullFlavor='MSK'/>", "", "");
}
END_TEST

/*
 * Seen in real documents: "#x", "x", "#", unresolved. "Never emit #x as text; keep the
 * coded display."
 */
START_TEST(trap_references_with_and_without_hash_give_the_words_of_the_narrative)
{
	check("<code code='1' " LOINC
	      " displayName='Gout'><originalText><reference value='#p1'/></originalText></code>",
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("1")
		DISPLAY("Gout") "</coding>" TEXT("Crise de goutte") "</code>",
	    "");
	check("<code nullFlavor='OTH'><originalText><reference value='p1'/></originalText></code>",
	    "<code>" TEXT("Crise de goutte") "</code>", "");
	check("<code nullFlavor='OTH'><originalText><reference value='#r1'/></originalText></code>",
	    "<code>" TEXT("CRP 5") "</code>", "");
}
END_TEST

START_TEST(trap_dangling_references_leave_the_coded_display)
{
	struct fake fake;

	fake_open(&fake, with_narrative("<code code='1' " LOINC " displayName='Gout'><originalText>"
	    "<reference value='#NO-ALL'/></originalText></code><code2 code='1' " LOINC "><originalText>"
	    "<reference value='#'/></originalText></code2><code3 nullFlavor='UNK'><originalText>"
	    "<reference value=''/></originalText></code3><code4 nullFlavor='UNK'><originalText>"
	    "<reference value='#empty'/></originalText></code4>"));
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "<code><coding>"
	    SYSTEM("http://loinc.org") CODE("1") DISPLAY("Gout") "</coding>" TEXT("Gout") "</code>");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "warning: a reference to an ID that is not in the document [#NO-ALL]");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code2", "code"), "<code><coding>"
	    SYSTEM("http://loinc.org") CODE("1") "</coding></code>");
	ck_assert_str_eq(fake_finding(&fake, 1), "warning: an empty reference into the narrative [#]");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code3", "code"), "");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code4", "code"), "");
	ck_assert_str_eq(fake_findings(&fake),
	    "map-reference-dangling map-reference-dangling map-reference-dangling");
	fake_close(&fake);
}
END_TEST

START_TEST(words_beside_a_dangling_reference_are_words)
{
	check("<code nullFlavor='OTH'><originalText>Goutte<reference value='#nope'/></originalText></code>",
	    "<code>" TEXT("Goutte") "</code>", "map-reference-dangling");
}
END_TEST

/* A qualifier that is lost can turn the meaning: left, right, suspected. FHIR R4 cannot code it. */
START_TEST(a_name_that_contradicts_the_words_is_found_and_kept)
{
	struct fake fake;

	fake_open(&fake, "<code code='10828004' " SNOMED
	    " displayName='positive'><originalText>Negative</originalText></code>"
	    "<code2 code='10828004' " SNOMED " displayName='positive'><originalText>Positive result</originalText></code2>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "value"), "<value><coding>"
	    SYSTEM("http://snomed.info/sct") CODE("10828004") DISPLAY("positive") "</coding>"
	    TEXT("Negative") "</value>");
	fake_write(&fake, write_concept, "code2", "value");
	ck_assert_str_eq(fake_findings(&fake), "map-code-words");
	fake_close(&fake);
}
END_TEST

START_TEST(qualifiers_stand_in_the_text_and_in_a_finding)
{
	struct fake fake;

	fake_open(&fake,
	    "<code code='72696002' " SNOMED " displayName='Knee'><qualifier><name code='272741003' " SNOMED
	    " displayName='Laterality'/><value code='7771000' " SNOMED
	    " displayName='Left'/></qualifier></code>"
	    "<code2 code='1' " LOINC
	    "><originalText>Left knee</originalText><qualifier><value code='L'/></qualifier>"
	    "</code2>");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "<code><coding>"
	    SYSTEM("http://snomed.info/sct") CODE("72696002") DISPLAY("Knee") "</coding>"
	    TEXT("Knee; Laterality: Left") "</code>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a qualifier of the code code cannot be coded in FHIR R4 [Laterality: Left]");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code2", "code"), "<code><coding>"
	    SYSTEM("http://loinc.org") CODE("1") "</coding>" TEXT("Left knee") "</code>");
	ck_assert_str_eq(fake_findings(&fake), "map-code-qualifier map-code-qualifier");
	fake_close(&fake);
}
END_TEST

/* ---- with a table ---------------------------------------------------------------------------- */

/* Seen in real documents: "Take the display from our own table, keep the source label as text." */
START_TEST(trap_labels_lie_so_the_target_has_the_display_of_the_table)
{
	const int *codes = check_table("problem", "<code code='A1' " LOCAL " displayName='PARACETAMOL'/>",
	    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("111111111") DISPLAY("Exact") "</coding>"
	    "<coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("A1") DISPLAY("PARACETAMOL") "</coding>"
	    TEXT("PARACETAMOL") "</code>", "");

	ck_assert_int_eq(codes[CODE_TRANSLATED], 1);
	ck_assert_int_eq(codes[CODE_KEPT] + codes[CODE_TEXT_ONLY], 0);
}
END_TEST

START_TEST(every_relation_but_equivalent_is_found_with_its_reason)
{
	static const struct {
		const char *code, *target, *display, *rule, *finding;
	} rows[] = {
		{ "A2", "222222222", "Wide", "map-relation-wider",
		    "information: the target code is wider than the source code: no finer code [A2] (222222222)" },
		{ "A3", "333333333", "Narrow", "map-relation-narrower",
		    "warning: the target code is narrower than the source code: one kind only [A3] (333333333)" },
		{ "A4", "444444444", "Near", "map-relation-inexact",
		    "warning: the target code is only near to the source code: near enough [A4] (444444444)" },
	};
	struct fake fake;

	for (size_t i = 0; i < 3; i++) {
		char xml[128], expected[512];

		snprintf(xml, sizeof(xml), "<code code='%s' " LOCAL "/>", rows[i].code);
		snprintf(expected, sizeof(expected),
		    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("%s") DISPLAY(
			"%s") "</coding><coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("%s") "</coding></code>",
		    rows[i].target, rows[i].display, rows[i].code);
		fake_open(&fake, xml);
		fake_table(&fake, "problem");
		ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), expected);
		ck_assert_str_eq(fake_findings(&fake), rows[i].rule);
		ck_assert_str_eq(fake_finding(&fake, 0), rows[i].finding);
		ck_assert_str_eq(fake.call.row->from, rows[i].code);
		fake_close(&fake);
	}
}
END_TEST

static void
check_unmatched(void)
{
	struct fake fake;

	fake_open(&fake, "<code code='R69' " LOCAL "/>");
	fake_table(&fake, "problem");
	fake_write(&fake, write_concept, "code", "code");
	ck_assert_str_eq(fake_finding(&fake, 0), "information: the source code has no target and is carried as "
	    "text: a free-text placeholder [R69]");
	fake_close(&fake);
}

/*
 * Seen in real documents: "(texte libre)" and R69 as free-text placeholders: text only, never a
 * coding.
 */
START_TEST(trap_placeholder_codes_are_text_only)
{
	const int *codes = check_table("problem", "<code code='R69' " LOCAL " displayName='(texte libre)'>"
	    "<originalText>Chute dans l'escalier</originalText></code>",
	    "<code>" TEXT("Chute dans l'escalier") "</code>", "map-relation-unmatched");

	ck_assert_int_eq(codes[CODE_TEXT_ONLY], 1);
	ck_assert_int_eq(codes[CODE_TRANSLATED] + codes[CODE_KEPT], 0);
	check_unmatched();
	check_table("problem", "<code code='R69' " LOCAL "/>", "<code>" TEXT("R69") "</code>",
	    "map-relation-unmatched");
	/* A translation beside the placeholder still says something. */
	check_table("problem", "<code code='R69' " LOCAL "><translation code='A1' " LOCAL "/></code>",
	    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("111111111") DISPLAY("Exact") "</coding>"
	    "<coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("A1") "</coding>" TEXT("R69") "</code>",
	    "map-relation-unmatched");
}
END_TEST

START_TEST(a_translation_with_a_row_serves_when_the_main_code_has_none)
{
	check_table("problem", "<code code='1' " LOINC "><translation code='A1' " LOCAL "/></code>",
	    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("111111111") DISPLAY("Exact") "</coding>"
	    "<coding>" SYSTEM("http://loinc.org") CODE("1") "</coding>"
	    "<coding>" SYSTEM("urn:oid:1.2.3.4.5") CODE("A1") "</coding></code>", "");
}
END_TEST

START_TEST(a_code_without_a_row_is_kept_and_found)
{
	struct fake fake;

	fake_open(&fake, "<code code='B9' " LOCAL " displayName='New'/>");
	fake_table(&fake, "problem");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "<code><coding>"
	    SYSTEM("urn:oid:1.2.3.4.5") CODE("B9") DISPLAY("New") "</coding>" TEXT("New") "</code>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the table types/problem has no row for this code of "
	    "urn:oid:1.2.3.4.5: the source code is kept [B9]");
	ck_assert_int_eq(fake.codes[CODE_KEPT], 1);
	ck_assert_ptr_null(fake.call.row);
	fake_close(&fake);
}
END_TEST

START_TEST(a_code_of_the_target_system_needs_no_row)
{
	check_table("problem", "<code code='999999999' " SNOMED "/>",
	    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("999999999") "</coding></code>", "");
	check_table("problem", "<code code='999' " LOINC "/>",
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("999") "</coding></code>",
	    "map-code-unmapped");
}
END_TEST

START_TEST(otherwise_text_only_refuse_and_same_code)
{
	struct fake fake;

	check_table("text-only",
	    "<code code='B9' " LOCAL " displayName='New'><translation code='7' " LOINC "/></code>",
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("7") "</coding>" TEXT("New") "</code>",
	    "map-code-unmapped");
	check_table(
	    "text-only", "<code code='B9' " LOCAL "/>", "<code>" TEXT("B9") "</code>", "map-code-unmapped");
	check_table("same-code", "<code code='B9' " LOCAL " displayName='New'/>",
	    "<code><coding>" SYSTEM("http://snomed.info/sct") CODE("B9") "</coding><coding>"
	    SYSTEM("urn:oid:1.2.3.4.5") CODE("B9") DISPLAY("New") "</coding>" TEXT("New") "</code>", "");
	fake_open(&fake, "<code code='B9' " LOCAL "/>");
	fake_table(&fake, "refuse");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"), "map-code-refused");
	ck_assert_str_eq(fake.error.text,
	    "the code B9 of urn:oid:1.2.3.4.5 is not in the table types/refuse, which "
	    "allows no other");
	fake_close(&fake);
}
END_TEST

START_TEST(a_bare_string_is_translated_and_stays_as_text)
{
	struct fake fake;

	fake_open(&fake, "");
	fake_table(&fake, "status");
	ck_assert_str_eq(fake_write_text(&fake, write_concept, "active", "code"), "<code><coding>"
	    SYSTEM("http://hl7.org/fhir/composition-status") CODE("preliminary") DISPLAY("Preliminary")
	    "</coding>" TEXT("active") "</code>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_concept, "held", "code"), "<code>" TEXT("held") "</code>");
	ck_assert_str_eq(fake_findings(&fake), "map-code-unmapped");
	fake_close(&fake);
}
END_TEST

/* ---- coding and code ------------------------------------------------------------------------- */

START_TEST(a_coding_is_the_target_else_the_source)
{
	struct fake fake;

	fake_open(&fake,
	    "<code code='A1' " LOCAL " displayName='Label'/><other code='B9' " LOCAL "/>"
	    "<words nullFlavor='OTH'><originalText>Words</originalText></words><nothing nullFlavor='UNK'/>");
	fake_table(&fake, "problem");
	ck_assert_str_eq(fake_write(&fake, write_coding, "code", "class"), "<class>"
	    SYSTEM("http://snomed.info/sct") CODE("111111111") DISPLAY("Exact") "</class>");
	ck_assert_str_eq(fake_write(&fake, write_coding, "other", "class"), "<class>"
	    SYSTEM("urn:oid:1.2.3.4.5") CODE("B9") "</class>");
	ck_assert_str_eq(
	    fake_write(&fake, write_coding, "words", "class"), "<class>" DISPLAY("Words") "</class>");
	ck_assert_str_eq(fake_write(&fake, write_coding, "nothing", "class"), "");
	fake_close(&fake);
}
END_TEST

START_TEST(a_primitive_code_is_the_code_itself_or_what_the_table_says)
{
	struct fake fake;

	fake_open(&fake, "<statusCode code='completed'/><plain>final</plain><none nullFlavor='UNK'/>"
	    "<new code='held'/><words nullFlavor='OTH'><originalText>Words</originalText></words>");
	ck_assert_str_eq(
	    fake_write(&fake, write_code, "statusCode", "status"), "<status value=\"completed\"/>");
	ck_assert_str_eq(fake_write(&fake, write_code, "plain", "status"), "<status value=\"final\"/>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_code, " final ", "status"), "<status value=\"final\"/>");
	ck_assert_str_eq(fake_write(&fake, write_code, "none", "status"), "");
	ck_assert_str_eq(fake_write(&fake, write_code, "words", "status"), "");
	fake_table(&fake, "status");
	ck_assert_str_eq(
	    fake_write(&fake, write_code, "statusCode", "status"), "<status value=\"final\"/>");
	ck_assert_str_eq(fake_findings(&fake), "");
	ck_assert_str_eq(fake_write(&fake, write_code, "new", "status"), "");
	ck_assert_str_eq(fake_findings(&fake), "map-code-unmapped");
	fake_attribute(&fake, "default", "unknown");
	ck_assert_str_eq(fake_write(&fake, write_code, "new", "status"), "<status value=\"unknown\"/>");
	fake_close(&fake);
}
END_TEST

START_TEST(a_concept_of_very_many_codes_is_cut_and_found)
{
	char xml[8192] = "<code code='0' " LOCAL ">";
	struct fake fake;

	for (int i = 1; i < 40; i++)
		sprintf(xml + strlen(xml), "<translation code='%d' " LOCAL "/>", i);
	strcat(xml, "</code>");
	fake_open(&fake, xml);
	fake_write(&fake, write_concept, "code", "code");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a concept of more than 32 codes: the rest is left out [32]");
	ck_assert_uint_eq(fake.findings.counts[EHDS_SEVERITY_WARNING], 8);
	fake_close(&fake);
}
END_TEST

START_TEST(a_concept_of_very_many_qualifiers_is_cut_and_found)
{
	char xml[8192] = "<code code='0' " LOCAL ">";
	struct fake fake;

	for (int i = 0; i < 40; i++)
		sprintf(xml + strlen(xml), "<qualifier><value code='%d'/></qualifier>", i);
	strcat(xml, "</code>");
	fake_open(&fake, xml);
	fake_write(&fake, write_concept, "code", "code");
	ck_assert_str_eq(fake_finding(&fake, 32),
	    "warning: a concept of more than 32 qualifiers: the rest is left out");
	ck_assert_str_eq(fake_finding(&fake, 33), "");
	fake_close(&fake);
}
END_TEST

START_TEST(the_text_of_the_stylesheet_wins)
{
	struct fake fake;

	fake_open(&fake, "<code code='1' " LOINC " displayName='Label'/>");
	fake_attribute(&fake, "text", "Said by the stylesheet");
	ck_assert_str_eq(fake_write(&fake, write_concept, "code", "code"),
	    "<code><coding>" SYSTEM("http://loinc.org") CODE("1")
		DISPLAY("Label") "</coding>" TEXT("Said by the stylesheet") "</code>");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_code", keeps_system_version_code_and_the_label_with_white_space_normalised,
    an_oid_without_a_row_is_urn_oid_and_an_alias_is_its_target,
    a_code_system_that_is_no_oid_is_left_out_and_found, a_code_without_a_system_is_kept_and_found,
    the_attribute_system_stands_in_where_the_source_names_none, a_string_without_a_system_is_text,
    translations_are_all_kept_and_never_twice, trap_a_code_with_translation_only_is_promoted,
    trap_empty_values_are_no_values, null_flavor_other_with_words_is_text,
    a_code_beside_a_null_flavor_is_kept_and_found, trap_masked_content_is_withheld,
    trap_references_with_and_without_hash_give_the_words_of_the_narrative,
    trap_dangling_references_leave_the_coded_display, words_beside_a_dangling_reference_are_words,
    a_name_that_contradicts_the_words_is_found_and_kept, qualifiers_stand_in_the_text_and_in_a_finding,
    trap_labels_lie_so_the_target_has_the_display_of_the_table,
    every_relation_but_equivalent_is_found_with_its_reason, trap_placeholder_codes_are_text_only,
    a_translation_with_a_row_serves_when_the_main_code_has_none, a_code_without_a_row_is_kept_and_found,
    a_code_of_the_target_system_needs_no_row, otherwise_text_only_refuse_and_same_code,
    a_bare_string_is_translated_and_stays_as_text, a_coding_is_the_target_else_the_source,
    a_primitive_code_is_the_code_itself_or_what_the_table_says,
    a_concept_of_very_many_codes_is_cut_and_found, a_concept_of_very_many_qualifiers_is_cut_and_found,
    the_text_of_the_stylesheet_wins)
