/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every rule has a document that breaks it: the synthetic patient summary in conformance/cases/patient-summary.xml with one
 * change, and the lines that the gate must then give, and no other. Rules: HL7 FHIR R4 4.0.1 and the
 * guides named in guide.c.
 */
#include "conform/gate.h"
#include "conform/report.h"
#include "base/alloc.h"
#include "base/file.h"
#include "format/xml.h"

#include "../check_main.h"

#include <string.h>

#define EPS "http://hl7.eu/fhir/eps/StructureDefinition/bundle-eu-eps"
#define UUID(n) "urn:uuid:10000000-0000-4000-8000-00000000000" #n

static char *
read_eps(void)
{
	char *path = source_path("conformance/cases/patient-summary.xml");
	struct buffer bytes = { 0 };
	struct ehds_error error = { 0 };

	ck_assert_msg(file_read(&bytes, path, 0, &error) == 0, "%s", error.text);
	free(path);
	return buffer_take(&bytes, NULL);
}

/* text with the first occurrence of `from` replaced; takes text. */
static char *
replaced(char *text, const char *from, const char *to)
{
	char *at = strstr(text, from), *result;

	ck_assert_msg(at != NULL, "the document has no %s", from);
	result = must_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	free(text);
	return result;
}

static struct conformance *
built_in(void)
{
	struct conformance *conformance;
	struct ehds_error error = { 0 };

	ck_assert_int_eq(conformance_load(&conformance, NULL, &error), 0);
	return conformance;
}

/* The gate's findings as text. */
static char *
verdict(const char *xml, const char *profile, bool *conforms)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena), reading = findings_new(arena);
	struct conformance *conformance = built_in();
	struct ehds_error error = { 0 };
	struct xml_source *source;
	struct buffer out = { 0 };
	const struct ehds_finding *finding;

	xml_open();
	ck_assert_msg(
	    xml_parse(&source, xml, strlen(xml), "eps.xml", &xml_limits_default, arena, &reading, &error)
		== 0,
	    "%s", error.text);
	*conforms = gate_check(conformance, xml_source_doc(source), profile, arena, &findings);
	for (finding = findings.first; finding != NULL; finding = finding->next)
		report_text(&out, finding);
	xml_source_free(&source);
	conformance_free(&conformance);
	arena_free(&arena);
	if (out.data == NULL)
		buffer_puts(&out, "");
	return buffer_take(&out, NULL);
}

static void
assert_verdict(const char *xml, const char *profile, const char *lines)
{
	bool conforms;
	char *text = verdict(xml, profile, &conforms);

	ck_assert_str_eq(text, lines);
	ck_assert_int_eq(conforms, strstr(lines, "error: ") == NULL);
	free(text);
}

/* ---- The valid document ------------------------------------------------------------------------------------- */

START_TEST(a_valid_patient_summary_passes)
{
	char *xml = read_eps();

	assert_verdict(xml, NULL, "");
	assert_verdict(xml, EPS, "");
	assert_verdict(xml, EPS "|1.0.0-xtehr", "");
	free(xml);
}
END_TEST

/* ---- One change each ---------------------------------------------------------------------------------------- */

static void
assert_broken(const char *from, const char *to, const char *lines)
{
	char *xml = replaced(read_eps(), from, to);

	assert_verdict(xml, EPS, lines);
	free(xml);
}

#define BREAKS(from, to, lines) assert_broken(from, to, lines)

#define PERSON(n) "<reference value=\"" UUID(n) "\"/>"
#define AT_ENTRY(n, below) " (at Bundle.entry[" #n "]." below ")\n"
#define AT_COMPOSITION(below) AT_ENTRY(0, "resource." below)

START_TEST(bdl_9_wants_an_identifier_with_system_and_value)
{
	BREAKS("<system value=\"urn:oid:2.999.1\"/>", "",
	    "error: bdl-9: a document has an identifier with a system, expected "
	    "'Bundle.identifier.system' (at Bundle.identifier)\n");
	BREAKS("<value value=\"document-1\"/>", "",
	    "error: bdl-9: a document has an identifier with a value, expected "
	    "'Bundle.identifier.value' (at Bundle.identifier)\n");
}
END_TEST

START_TEST(bdl_10_wants_a_timestamp)
{
	BREAKS("<timestamp value=\"2026-03-01T10:00:00+01:00\"/>", "",
	    "error: bdl-10: a document has a timestamp, expected "
	    "'Bundle.timestamp' (at Bundle.timestamp)\n");
}
END_TEST

START_TEST(bdl_1_to_4_leave_totals_and_transactions_to_other_bundles)
{
	BREAKS("</identifier>\n  <type value=\"document\"/>\n  <timestamp "
	       "value=\"2026-03-01T10:00:00+01:00\"/>",
	    "</identifier><type value=\"document\"/><timestamp "
	    "value=\"2026-03-01T10:00:00+01:00\"/><total value=\"1\"/>",
	    "error: bdl-1: only the result of a search or a history has a total, found '1' (at "
	    "Bundle.total)\n");
	BREAKS("</resource>", "</resource><search><mode value=\"match\"/></search>",
	    "error: bdl-2: an entry of a document does not have this, found 'search'" AT_ENTRY(0, "search"));
	BREAKS("</resource>", "</resource><request><method value=\"POST\"/><url value=\"x\"/></request>",
	    "error: bdl-3: an entry of a document does not have this, found 'request'" AT_ENTRY(
		0, "request"));
	BREAKS("</resource>", "</resource><response><status value=\"200\"/></response>",
	    "error: bdl-4: an entry of a document does not have this, found 'response'" AT_ENTRY(
		0, "response"));
}
END_TEST

START_TEST(bdl_5_wants_a_resource_in_each_entry)
{
	BREAKS("</Composition>\n    </resource>\n  </entry>",
	    "</Composition></resource></entry><entry><fullUrl value=\"" UUID(9) "\"/></entry>",
	    "error: bdl-5: an entry of a document holds a resource, expected "
	    "'Bundle.entry.resource'" AT_ENTRY(
		1, "resource"));
}
END_TEST

/* The Condition's entry takes the fullUrl of the AllergyIntolerance: what points there has two targets,
 * and nothing points at it. */
START_TEST(bdl_7_wants_each_full_url_once)
{
	char *xml = replaced(
	    read_eps(), "<fullUrl value=\"" UUID(3) "\"/>", "<fullUrl value=\"" UUID(5) "\"/>");

	xml = replaced(xml, PERSON(3), "<display value=\"somebody\"/>");
	assert_verdict(xml, EPS,
	    "error: ref-ambiguous: the reference leads to more than one entry, found '" UUID(
		5) "'" AT_COMPOSITION("section[1].entry[0].reference") "error: bdl-7: another entry has "
								       "the same fullUrl and version, "
								       "found '" UUID(5) "', expected 'a "
											 "fullUrl of its "
											 "own'" AT_ENTRY(4,
											     "fullUrl"));
	free(xml);
}
END_TEST

START_TEST(bdl_8_and_the_form_of_full_urls)
{
	BREAKS("<fullUrl value=\"" UUID(3) "\"/>",
	    "<fullUrl value=\"http://a.example/Practitioner/practitioner/_history/1\"/>",
	    "error: ref-resolve: the reference leads to nothing in the document, found '" UUID(
		3) "', expected 'the fullUrl of an "
		   "entry'" AT_COMPOSITION(
		       "author[0].reference") "error: bdl-8: a fullUrl is not specific to a version, "
					      "found "
					      "'http://a.example/Practitioner/practitioner/_history/"
					      "1'" AT_ENTRY(2,
						  "fullUrl") "error: link-composition: the entry has no "
							     "link with the Composition, forwards or "
							     "backwards, found 'Practitioner' "
							     "(at Bundle.entry[2])\n");
}
END_TEST

/* Gives entry 2 (the Practitioner) and the Composition's author another name. */
static char *
with_author_url(const char *url)
{
	char *full_url = must_printf("<fullUrl value=\"%s\"/>", url),
	     *reference = must_printf("<reference value=\"%s\"/>", url);
	char *xml = replaced(
	    replaced(read_eps(), "<fullUrl value=\"" UUID(3) "\"/>", full_url), PERSON(3), reference);

	free(full_url);
	free(reference);
	return xml;
}

static void
assert_author_url(const char *url, const char *lines)
{
	char *xml = with_author_url(url);

	assert_verdict(xml, EPS, lines);
	free(xml);
}

START_TEST(a_full_url_is_absolute_and_well_formed)
{
	assert_author_url("http://a.example/fhir/Practitioner/practitioner", "");
	assert_author_url("urn:oid:2.999.3", "");
	assert_author_url("urn:uuid:ABCDEF00-0000-4000-8000-000000000003",
	    "error: fullurl-form: the fullUrl is not well-formed, found "
	    "'urn:uuid:ABCDEF00-0000-4000-8000-000000000003', "
	    "expected 'urn:uuid: and a UUID in lower case'" AT_ENTRY(2, "fullUrl"));
	assert_author_url("urn:oid:2.0999.3",
	    "error: fullurl-form: the fullUrl is not well-formed, found 'urn:oid:2.0999.3', "
	    "expected 'urn:oid: and an object identifier'" AT_ENTRY(2, "fullUrl"));
	assert_author_url("http://a.example/fhir/Practitioner/other",
	    "error: fullurl-identity: the fullUrl does not fit the type and id of the resource, found "
	    "'http://a.example/fhir/Practitioner/other', expected 'Practitioner/practitioner'" AT_ENTRY(
		2, "fullUrl"));
	BREAKS("<fullUrl value=\"" UUID(3) "\"/>", "<fullUrl value=\"Practitioner/practitioner\"/>",
	    "error: ref-resolve: the reference leads to nothing in the document, found '" UUID(
		3) "', expected 'the fullUrl of an "
		   "entry'" AT_COMPOSITION(
		       "author[0].reference") "error: fullurl-form: a fullUrl is an absolute URI, found "
					      "'Practitioner/practitioner'" AT_ENTRY(2,
						  "fullUrl") "error: link-composition: the entry has no "
							     "link with the Composition, forwards or "
							     "backwards, found 'Practitioner' "
							     "(at Bundle.entry[2])\n");
	BREAKS("<fullUrl value=\"" UUID(3) "\"/>", "",
	    "error: ref-resolve: the reference leads to nothing in the document, found '" UUID(
		3) "', expected 'the fullUrl of an "
		   "entry'" AT_COMPOSITION(
		       "author[0].reference") "error: fullurl-missing: an entry of a document has a "
					      "fullUrl, expected 'Bundle.entry.fullUrl'" AT_ENTRY(2,
						  "fullUrl") "error: link-composition: the entry has no "
							     "link with the Composition, forwards or "
							     "backwards, found 'Practitioner' "
							     "(at Bundle.entry[2])\n");
}
END_TEST

START_TEST(bdl_11_wants_the_composition_first)
{
	char *xml = read_eps(), *composition = strstr(xml, "<entry>"), *end = strstr(xml, "</Bundle>");
	char *next = strstr(strstr(xml, "</Composition>"), "</entry>") + strlen("</entry>");
	char *moved = must_printf("%.*s%.*s%.*s%s", (int)(composition - xml), xml, (int)(end - next), next,
	    (int)(next - composition), composition, end);

	assert_verdict(moved, EPS,
	    "error: bdl-11: the first entry of a document is its Composition, found 'Patient', expected "
	    "'Composition' (at Bundle.entry[0])\n");
	free(moved);
	free(xml);
}
END_TEST

START_TEST(there_is_one_composition_and_one_patient)
{
	BREAKS("</Patient>\n    </resource>\n  </entry>",
	    "</Patient></resource></entry><entry><fullUrl value=\"" UUID(
		9) "\"/><resource>"
		   "<Patient><id value=\"two\"/><link><other>" PERSON(
		       2) "</other><type value=\"seealso\"/></link></Patient></resource></entry>",
	    "error: bundle-patient: the number of Patient entries is not right, found '2', expected "
	    "'exactly 1' (at Bundle.entry)\n");
	BREAKS("</Patient>\n    </resource>\n  </entry>",
	    "</Patient></resource></entry><entry><fullUrl value=\"" UUID(
		9) "\"/><resource>"
		   "<Composition><id value=\"two\"/><status value=\"final\"/><type><text "
		   "value=\"t\"/></type><subject>" PERSON(
		       2) "</subject>"
			  "<date value=\"2026\"/><author>" PERSON(
			      3) "</author><title value=\"t\"/></Composition></resource></entry>",
	    "error: bdl-ips-1: the number of Composition entries is not right, found '2', expected "
	    "'exactly 1' (at Bundle.entry)\n");
}
END_TEST

START_TEST(the_profile_is_claimed_and_known)
{
	char *xml = replaced(read_eps(), "<profile value=\"" EPS "\"/>", "<versionId value=\"1\"/>");

	assert_verdict(xml, EPS,
	    "warning: meta-profile: the document does not claim the profile it was checked against, "
	    "expected '" EPS "' (at Bundle.meta.profile)\n");
	assert_verdict(xml, "http://a.example/profile",
	    "warning: profile-unknown: the profile is not known here, so only the rules of "
	    "FHIR R4 were checked, found 'http://a.example/profile' (at Bundle)\n");
	free(xml);
	BREAKS("<type value=\"document\"/>", "<type value=\"collection\"/>",
	    "error: bundle-type: the profile is of a document, found 'collection', expected 'document' "
	    "(at Bundle.type)\n");
}
END_TEST

/* ---- The Composition ---------------------------------------------------------------------------------------- */

START_TEST(the_composition_has_the_type_of_its_profile)
{
	BREAKS("<code value=\"60591-5\"/>", "<code value=\"11502-2\"/>",
	    "error: composition-type: the document is not of the profile's "
	    "type, found '11502-2', expected 'LOINC 60591-5'" AT_COMPOSITION("type"));
	BREAKS("<system value=\"http://loinc.org\"/>", "<system value=\"http://a.example\"/>",
	    "error: composition-type: the document is "
	    "not of the profile's type, found '60591-5', expected 'LOINC 60591-5'" AT_COMPOSITION(
		"type"));
}
END_TEST

START_TEST(the_composition_is_about_the_patient)
{
	BREAKS(PERSON(2), "<display value=\"somebody\"/>",
	    "error: composition-subject: the Composition does not say whom it is about, "
	    "expected 'Composition.subject.reference'" AT_COMPOSITION("subject.reference"));
	BREAKS(PERSON(2), PERSON(3),
	    "error: composition-subject: the subject of the Composition is not the Patient, found "
	    "'Practitioner', expected 'Patient'" AT_COMPOSITION("subject.reference"));
}
END_TEST

START_TEST(cmp_1_and_cmp_2_hold_for_nested_sections_as_well)
{
	BREAKS("</emptyReason>", "</emptyReason><section><title value=\"t\"/></section>",
	    "error: section-nested: a section of this profile holds no sections, found "
	    "'47519-4'" AT_COMPOSITION("section[3].section") "error: cmp-1: a section has a text, "
							     "entries or sections" AT_COMPOSITION(
								 "section[3].section[0]"));
	BREAKS("<emptyReason>", "<entry>" PERSON(4) "</entry><emptyReason>",
	    "error: cmp-2: a section with entries has no emptyReason, found '47519-4'" AT_COMPOSITION(
		"section[3].emptyReason"));
}
END_TEST

START_TEST(a_section_has_title_code_and_text)
{
	BREAKS("<title value=\"Problems\"/>", "",
	    "error: section-title: the section has no title, found '11450-4', expected "
	    "'section.title'" AT_COMPOSITION("section[0].title"));
	BREAKS("<text>\n            <status value=\"generated\"/>\n            <div "
	       "xmlns=\"http://www.w3.org/1999/xhtml\">Example problem</div>\n"
	       "          </text>",
	    "",
	    "error: section-text: the section has no text, found '11450-4', expected "
	    "'section.text'" AT_COMPOSITION("section[0].text"));
	BREAKS("<section>",
	    "<section><title value=\"x\"/><text><status value=\"additional\"/><div "
	    "xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"
	    "</text><entry>" PERSON(4) "</entry></section><section>",
	    "error: section-code: the section has no code, expected 'section.code'" AT_COMPOSITION(
		"section[0].code"));
}
END_TEST

START_TEST(ips_comp_1_wants_entries_or_a_reason)
{
	BREAKS("<emptyReason>\n            <coding>\n              <system "
	       "value=\"http://terminology.hl7.org/CodeSystem/list-empty-reason\"/>\n"
	       "              <code value=\"unavailable\"/>\n            </coding>\n          "
	       "</emptyReason>",
	    "",
	    "error: ips-comp-1: a section has entries with references or an emptyReason, found "
	    "'47519-4', expected "
	    "'section.entry.reference or section.emptyReason'" AT_COMPOSITION("section[3]"));
}
END_TEST

static void
assert_section(const char *code, const char *name)
{
	char *from = must_printf("<code value=\"%s\"/>", code);
	char *lines = must_printf(
	    "error: section-required: a section that the profile requires is missing, expected "
	    "'LOINC %s (%s)'%s",
	    code, name, AT_COMPOSITION("section"));

	BREAKS(from, "<code value=\"1-8\"/>", lines);
	free(from);
	free(lines);
}

START_TEST(the_five_sections_of_a_patient_summary_are_there)
{
	assert_section("11450-4", "problems");
	assert_section("48765-2", "allergies");
	assert_section("10160-0", "medications");
	assert_section("47519-4", "proceduresHx");
	assert_section("46264-8", "medicalDevices");
	BREAKS("<code value=\"46264-8\"/>", "<code value=\"11450-4\"/>",
	    "error: section-repeated: the profile allows this section once, found '2', expected 'LOINC "
	    "11450-4 (problems)'" AT_COMPOSITION(
		"section") "error: section-required: a section that the profile requires is missing, "
			   "expected 'LOINC 46264-8 (medicalDevices)'" AT_COMPOSITION("section"));
}
END_TEST

START_TEST(clinical_resources_say_whom_they_are_about)
{
	BREAKS("<patient>\n          " PERSON(2), "<patient><display value=\"somebody\"/>",
	    "error: eps-bundle-patient-ref: a resource of a patient summary lacks what the profile "
	    "requires, found 'AllergyIntolerance', "
	    "expected 'patient.reference'" AT_ENTRY(4, "resource.patient.reference"));
	BREAKS(PERSON(2) "\n          <type value=\"Patient\"/>", "<display value=\"somebody\"/>",
	    "error: eps-bundle-subject-ref: a resource of a patient summary lacks what the profile "
	    "requires, found 'Condition', "
	    "expected 'subject.reference'" AT_ENTRY(3, "resource.subject.reference"));
	BREAKS("</Patient>\n    </resource>\n  </entry>",
	    "</Patient></resource></entry><entry><fullUrl value=\"" UUID(
		9) "\"/><resource>"
		   "<Medication><id value=\"m\"/><manufacturer>" PERSON(
		       3) "</manufacturer></Medication></resource></entry>",
	    "error: eps-bundle-resource-code: a resource of a patient summary lacks what the profile "
	    "requires, found 'Medication', "
	    "expected 'code'" AT_ENTRY(2, "resource.code"));
}
END_TEST

/* ---- References --------------------------------------------------------------------------------------------- */

START_TEST(every_reference_leads_somewhere)
{
	BREAKS(PERSON(3), "<reference value=\"" UUID(8) "\"/>",
	    "error: ref-resolve: the reference leads to nothing in the document, found '" UUID(
		8) "', expected 'the fullUrl of an entry'" AT_COMPOSITION("author[0].reference") "error: "
												 "link-"
												 "composi"
												 "tion: "
												 "the "
												 "entry "
												 "has no "
												 "link "
												 "with "
												 "the "
												 "Composi"
												 "tion, "
												 "forward"
												 "s or "
												 "backwar"
												 "ds, "
												 "found "
												 "'Practi"
												 "tioner'"
												 " "
												 "(at "
												 "Bundle."
												 "entry["
												 "2])\n");
	BREAKS(PERSON(3), "<reference value=\"http://a.example/Practitioner/1\"/>",
	    "error: ref-resolve: the Composition refers to something outside the document, found "
	    "'http://a.example/Practitioner/1', "
	    "expected 'the fullUrl of an entry'" AT_COMPOSITION(
		"author[0].reference") "error: link-composition: the entry has no link with the "
				       "Composition, forwards or backwards, found 'Practitioner' "
				       "(at Bundle.entry[2])\n");
	BREAKS("<reference value=\"#medication\"/>", "<reference value=\"#other\"/>",
	    "error: ref-resolve: the reference leads to nothing in its resource, found '#other', "
	    "expected 'the id of a contained "
	    "resource'" AT_ENTRY(5, "resource.medication.reference"));
	BREAKS("<onsetDateTime value=\"2020-05\"/>",
	    "<recorder><reference value=\"http://a.example/Practitioner/1\"/></recorder>",
	    "warning: ref-outside: the reference leads outside the document, found "
	    "'http://a.example/Practitioner/1'" AT_ENTRY(3, "resource.recorder.reference"));
}
END_TEST

START_TEST(a_reference_names_the_type_of_its_target)
{
	BREAKS("<type value=\"Patient\"/>", "<type value=\"Group\"/>",
	    "error: ref-type: Reference.type is not the type of what it leads to, found 'Group', "
	    "expected 'Patient'" AT_ENTRY(3, "resource.subject.reference"));
}
END_TEST

/* It points at the Patient, to whom the Composition points as well: linked. Without that it is not. */
START_TEST(every_entry_has_a_link_with_the_composition)
{
	static const char flag[] = "</Patient></resource></entry><entry><fullUrl value=\"" UUID(
	    9) "\"/><resource><Flag><id value=\"f\"/>"
	       "<status value=\"active\"/><code><text "
	       "value=\"x\"/></code><subject>%s</subject></Flag></resource></entry>";
	char *linked = must_printf(flag, PERSON(2)),
	     *alone = must_printf(flag, "<reference value=\"" UUID(9) "\"/>");

	BREAKS("</Patient>\n    </resource>\n  </entry>", linked, "");
	BREAKS("</Patient>\n    </resource>\n  </entry>", alone,
	    "error: link-composition: the entry has no link with the Composition, forwards or backwards, "
	    "found 'Flag' "
	    "(at Bundle.entry[2])\n");
	free(linked);
	free(alone);
}
END_TEST

/* Attachment.url of a DocumentReference that the first section names leads to the Binary. */
START_TEST(the_url_of_an_attachment_is_a_link_as_well)
{
	static const char binary[] =
	    "<entry><fullUrl "
	    "value=\"http://a.example/DocumentReference/d\"/><resource><DocumentReference>"
	    "<id value=\"d\"/><status value=\"current\"/><subject>" PERSON(
		2) "</subject><content><attachment><contentType value=\"text/plain\"/>"
		   "<url value=\"%s\"/></attachment></content></DocumentReference></resource></entry>"
		   "<entry><fullUrl value=\"http://a.example/Binary/b\"/><resource><Binary><id "
		   "value=\"b\"/><contentType value=\"text/plain\"/>"
		   "<data value=\"QUJD\"/></Binary></resource></entry></Bundle>";
	char *relative = must_printf(binary, "Binary/b"),
	     *absolute = must_printf(binary, "http://a.example/Binary/b");
	char *elsewhere = must_printf(binary, "http://a.example/Binary/c");

	BREAKS("</Bundle>", relative, "");
	BREAKS("</Bundle>", absolute, "");
	BREAKS("</Bundle>", elsewhere,
	    "error: link-composition: the entry has no link with the Composition, forwards or backwards, "
	    "found "
	    "'Binary' (at Bundle.entry[7])\n");
	free(relative);
	free(absolute);
	free(elsewhere);
}
END_TEST

/* ---- Structure ---------------------------------------------------------------------------------------------- */

START_TEST(what_r4_requires_is_there)
{
	BREAKS("<status value=\"final\"/>", "",
	    "error: structure-min: an element that FHIR R4 requires is missing, expected "
	    "'Composition.status'" AT_COMPOSITION("status"));
	BREAKS("<medicationReference>\n          <reference value=\"#medication\"/>\n        "
	       "</medicationReference>",
	    "",
	    "error: structure-min: an element that FHIR R4 requires is missing, expected "
	    "'MedicationStatement.medication[x]'" AT_ENTRY(5, "resource.medication"));
	BREAKS("<status value=\"generated\"/>\n            <div "
	       "xmlns=\"http://www.w3.org/1999/xhtml\">Example problem</div>",
	    "<status value=\"generated\"/>",
	    "error: structure-min: an element that FHIR R4 requires is missing, expected "
	    "'Narrative.div'" AT_COMPOSITION("section[0].text.div"));
	BREAKS("<gender value=\"female\"/>",
	    "<gender value=\"female\"><extension><valueCode value=\"x\"/></extension></gender>",
	    "error: structure-min: an element that FHIR R4 requires is missing, expected "
	    "'Extension.url'" AT_ENTRY(1, "resource.gender.extension[0].url"));
}
END_TEST

START_TEST(what_r4_does_not_know_is_told)
{
	BREAKS("<gender value=\"female\"/>", "<gender value=\"female\"/><colour value=\"x\"/>",
	    "error: structure-unknown: FHIR R4 knows no such element here, found 'colour'" AT_ENTRY(
		1, "resource.colour"));
	BREAKS("<gender value=\"female\"/>", "<gender value=\"female\" code=\"x\"/>",
	    "error: structure-attribute: FHIR R4 knows no such attribute here, found 'code'" AT_ENTRY(
		1, "resource.gender"));
	BREAKS("<gender value=\"female\"/>", "<gender value=\"female\" xmlns:o=\"urn:o\" o:code=\"x\"/>",
	    "error: structure-attribute: FHIR R4 has no attributes of other name spaces, found "
	    "'code'" AT_ENTRY(1, "resource.gender"));
	BREAKS("<gender value=\"female\"/>", "<gender xmlns=\"urn:o\" value=\"female\"/>",
	    "error: structure-namespace: the element is not in FHIR's name space, found 'urn:o', "
	    "expected 'http://hl7.org/fhir'" AT_ENTRY(1, "resource.gender"));
	BREAKS("<gender value=\"female\"/>", "<gender value=\"female\">female</gender>",
	    "error: structure-text: text stands between the elements, found 'female'" AT_ENTRY(
		1, "resource.gender"));
	BREAKS("<Practitioner>\n        <id value=\"practitioner\"/>\n        <name>\n          <family "
	       "value=\"Sample\"/>\n        </name>\n"
	       "      </Practitioner>",
	    "<Planet/>",
	    "error: structure-resource: FHIR R4 knows no such resource, found 'Planet'" AT_ENTRY(
		2, "resource"));
}
END_TEST

START_TEST(elements_stand_once_and_in_order)
{
	BREAKS("<gender value=\"female\"/>", "<gender value=\"female\"/><gender value=\"female\"/>",
	    "error: structure-max: FHIR R4 allows this element once" AT_ENTRY(1, "resource.gender"));
	BREAKS("<onsetDateTime value=\"2020-05\"/>",
	    "<onsetDateTime value=\"2020-05\"/><onsetString value=\"May\"/>",
	    "error: structure-max: FHIR R4 allows this element once" AT_ENTRY(3, "resource.onset"));
	BREAKS("<gender value=\"female\"/>\n        <birthDate value=\"1970-02-28\"/>",
	    "<birthDate value=\"1970-02-28\"/><gender value=\"female\"/>",
	    "error: structure-order: the element is not in the order of FHIR R4, found 'gender'" AT_ENTRY(
		1, "resource.gender"));
	BREAKS("</Practitioner>", "</Practitioner><Practitioner/>",
	    "error: structure-max: FHIR R4 allows this element once" AT_ENTRY(2, "resource"));
}
END_TEST

START_TEST(ele_1_wants_a_value_or_children)
{
	BREAKS("<gender value=\"female\"/>", "<gender/>",
	    "error: ele-1: an element has a value or children" AT_ENTRY(1, "resource.gender"));
	BREAKS("<gender value=\"female\"/>", "<gender id=\"a\"/>",
	    "error: ele-1: an element has a value or children" AT_ENTRY(1, "resource.gender"));
	BREAKS("<birthDate value=\"1970-02-28\"/>",
	    "<birthDate value=\"1970-02-28\"/><contact id=\"a\"/>",
	    "error: ele-1: an element has a value or children" AT_ENTRY(1, "resource.contact[0]"));
	BREAKS("<contained>", "<contained/><contained>", "error: ele-1: an element has a value or children"
	    AT_ENTRY(5, "resource.contained[0]"));
	BREAKS("<gender value=\"female\"/>",
	    "<gender><extension url=\"http://a.example\"><valueCode value=\"x\"/></extension></gender>",
	    "");
}
END_TEST

START_TEST(ext_1_wants_extensions_or_a_value)
{
	BREAKS("<gender value=\"female\"/>",
	    "<gender value=\"female\"><extension url=\"http://a.example\"/></gender>",
	    "error: ext-1: an extension has extensions or a value, found 'http://a.example'" AT_ENTRY(
		1, "resource.gender.extension[0]"));
	BREAKS("<gender value=\"female\"/>",
	    "<gender value=\"female\"><extension url=\"http://a.example\"><extension "
	    "url=\"http://b.example\">"
	    "<valueCode value=\"x\"/></extension><valueCode value=\"x\"/></extension></gender>",
	    "error: ext-1: an extension with extensions has no value, found 'http://a.example'" AT_ENTRY(
		1, "resource.gender.extension[0]"));
}
END_TEST

START_TEST(dom_2_4_and_5_bound_contained_resources)
{
	BREAKS("<id value=\"medication\"/>",
	    "<id value=\"medication\"/><contained><Patient><id value=\"p\"/></Patient></contained>",
	    "error: dom-2: a contained resource contains no other" AT_ENTRY(
		5, "resource.contained[0].contained"));
	BREAKS("<id value=\"medication\"/>",
	    "<id value=\"medication\"/><meta><versionId value=\"1\"/></meta>",
	    "error: dom-4: a contained resource has no versionId and no lastUpdated" AT_ENTRY(
		5, "resource.contained[0].meta"));
	BREAKS("<id value=\"medication\"/>",
	    "<id value=\"medication\"/><meta><security><code value=\"R\"/></security></meta>",
	    "error: dom-5: a contained resource has no security label" AT_ENTRY(
		5, "resource.contained[0].meta.security"));
}
END_TEST

START_TEST(values_have_the_form_of_their_type)
{
	BREAKS("<birthDate value=\"1970-02-28\"/>", "<birthDate value=\"1970-02-29\"/>",
	    "error: format-date: the value has not the form of its type, found '1970-02-29', expected 'a "
	    "date of the calendar: YYYY, "
	    "YYYY-MM or YYYY-MM-DD'" AT_ENTRY(1, "resource.birthDate"));
	BREAKS("<gender value=\"female\"/>", "<gender value=\"\"/>",
	    "error: format-code: the value is empty, found '', expected 'a code without white space at "
	    "its ends and with single spaces "
	    "only'" AT_ENTRY(1, "resource.gender"));
	BREAKS("<timestamp value=\"2026-03-01T10:00:00+01:00\"/>", "<timestamp value=\"2026-03-01\"/>",
	    "error: format-instant: the value has not the form of its type, found '2026-03-01', expected "
	    "'an instant: "
	    "YYYY-MM-DDThh:mm:ss+zz:zz' (at Bundle.timestamp)\n");
	BREAKS("<value value=\"1.0\"/>", "<value value=\"1,0\"/>",
	    "error: format-decimal: the value has not the form of its type, found '1,0', expected 'a "
	    "decimal number such as -12.50'" AT_ENTRY(5, "resource.dosage[0].doseAndRate[0].dose.value"));
	BREAKS("<gender value=\"female\"/>",
	    "<gender value=\"female\"><extension url=\"a b\"><valueCode "
	    "value=\"x\"/></extension></gender>",
	    "error: format-uri: the value has not the form of its type, found 'a b', expected 'a URI "
	    "without white space'" AT_ENTRY(1, "resource.gender.extension[0].url"));
}
END_TEST

START_TEST(txt_1_and_txt_2_bound_the_narrative)
{
	BREAKS("<b>Ada Example</b>", "<script>x</script>",
	    "error: txt-1: narrative may not have this element, found 'script'" AT_COMPOSITION(
		"text.div"));
	BREAKS("<b>Ada Example</b>", "<b onclick=\"x\">Ada</b>",
	    "error: txt-1: narrative may not have this attribute, found 'onclick'" AT_COMPOSITION(
		"text.div"));
	BREAKS("<b>Ada Example</b>", "<a href=\" JavaScript:x\">Ada</a>",
	    "error: txt-1: narrative may not run scripts, found "
	    "' JavaScript:x'" AT_COMPOSITION("text.div"));
	BREAKS("<b>Ada Example</b>", "<m xmlns=\"urn:m\">Ada</m>",
	    "error: txt-1: narrative has elements of XHTML only, found 'm'" AT_COMPOSITION("text.div"));
	BREAKS("<p>Patient summary of <b>Ada Example</b></p>", "<p> <b/> </p>",
	    "error: txt-2: narrative has text or an image" AT_COMPOSITION("text.div"));
	BREAKS("<p>Patient summary of <b>Ada Example</b></p>",
	    "<img src=\"#a\" alt=\"x\" xml:lang=\"en\"/>", "");
}
END_TEST

/* ---- Other documents ---------------------------------------------------------------------------------------- */

START_TEST(a_resource_on_its_own_is_checked_against_r4)
{
	assert_verdict("<Patient xmlns=\"http://hl7.org/fhir\"><managingOrganization><reference "
		       "value=\"Organization/1\"/></managingOrganization>"
		       "</Patient>",
	    NULL, "");
	assert_verdict("<Patient xmlns=\"http://hl7.org/fhir\"><managingOrganization><reference "
		       "value=\"#o\"/></managingOrganization></Patient>",
	    NULL,
	    "error: ref-resolve: the reference leads to nothing in its resource, found '#o', expected "
	    "'the id of a contained "
	    "resource' (at Patient.managingOrganization.reference)\n");
	assert_verdict("<Planet xmlns=\"http://hl7.org/fhir\"/>", NULL,
	    "error: structure-resource: FHIR R4 knows no such resource, found 'Planet' (at Planet)\n");
}
END_TEST

/* IPS wants entries or a reason in its three required sections only; the laboratory report wants one
 * DiagnosticReport. */
START_TEST(each_guide_has_its_own_rules)
{
	char *xml = replaced(read_eps(), EPS, "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips");

	xml = replaced(xml,
	    "<emptyReason>\n            <coding>\n              <system "
	    "value=\"http://terminology.hl7.org/CodeSystem/"
	    "list-empty-reason\"/>\n              <code value=\"unavailable\"/>\n            </coding>\n "
	    "         </emptyReason>",
	    "");
	assert_verdict(xml, NULL, "");
	free(xml);
	xml = replaced(read_eps(), EPS, "http://hl7.eu/fhir/laboratory/StructureDefinition/Bundle-eu-lab");
	assert_verdict(xml, NULL,
	    "error: one-dr: the number of DiagnosticReport entries is not right, found '0', expected "
	    "'exactly 1' "
	    "(at Bundle.entry)\n");
	xml = replaced(xml,
	    "<identifier>\n          <system value=\"urn:oid:2.999.1\"/>\n          <value "
	    "value=\"composition-1\"/>\n"
	    "        </identifier>",
	    "");
	assert_verdict(xml, NULL,
	    "error: one-dr: the number of DiagnosticReport entries is not right, found '0', expected "
	    "'exactly 1' "
	    "(at Bundle.entry)\n"
	    "error: composition-identifier: the Composition has no identifier, expected "
	    "'Composition.identifier'" AT_COMPOSITION("identifier"));
	free(xml);
}
END_TEST

START_TEST(refuses_what_it_cannot_check)
{
	struct arena *arena = arena_new(0), *full = arena_new(8);
	struct ehds_findings findings = findings_new(arena);
	struct conformance *conformance = built_in();
	xmlDoc *empty = xmlNewDoc(BAD_CAST "1.0"), *doc = xmlNewDoc(BAD_CAST "1.0");

	ck_assert(!gate_check(conformance, empty, NULL, arena, &findings));
	ck_assert_str_eq(findings.first->rule, "gate-document");
	ck_assert_str_eq(findings.first->text, "the document is empty");
	xmlDocSetRootElement(doc, xmlNewNode(NULL, BAD_CAST "Bundle"));
	ck_assert(!gate_check(conformance, doc, NULL, full, &findings));
	ck_assert_str_eq(findings.first->next->text, "the document is too large to check");
	xmlFreeDoc(empty);
	xmlFreeDoc(doc);
	conformance_free(&conformance);
	arena_free(&arena);
	arena_free(&full);
}
END_TEST

START_TEST(does_not_follow_a_tree_without_end)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct conformance *conformance = built_in();
	xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *node = xmlNewNode(NULL, BAD_CAST "Questionnaire");
	const struct ehds_finding *finding;
	int i, deep = 0;

	xmlDocSetRootElement(doc, node);
	xmlSetNs(node, xmlNewNs(node, BAD_CAST "http://hl7.org/fhir", NULL));
	for (i = 0; i < 100000; i++)
		node = xmlNewChild(node, node->ns, BAD_CAST "item", NULL);
	ck_assert(!gate_check(conformance, doc, NULL, arena, &findings));
	for (finding = findings.first; finding != NULL; finding = finding->next)
		if (strcmp(finding->rule, "structure-depth") == 0) {
			deep++;
			ck_assert_str_eq(finding->text, "the element is nested too deeply to be checked");
		}
	ck_assert_int_eq(deep, 1);
	xmlFreeDoc(doc);
	conformance_free(&conformance);
	arena_free(&arena);
}
END_TEST

START_TEST(says_what_it_checks_against)
{
	struct conformance *conformance = built_in();
	struct ehds_error error = { 0 };

	ck_assert_str_eq(conformance_packages(conformance),
	    "hl7.fhir.r4.core#4.0.1 hl7.fhir.eu.eps#1.0.0-xtehr hl7.fhir.uv.ips#2.0.1 "
	    "hl7.fhir.eu.laboratory#2.0.0 hl7.fhir.eu.hdr#1.0.0-ci hl7.fhir.eu.imaging#1.0.0-ballot");
	conformance_free(&conformance);
	ck_assert_ptr_null(conformance);
	conformance_free(&conformance);
	ck_assert_int_eq(conformance_load(&conformance, "/nonexistent", &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "conformance-folder");
	ck_assert_str_eq(error.text, "the conformance folder does not exist");
}
END_TEST

TESTS("conform/gate", a_valid_patient_summary_passes, bdl_9_wants_an_identifier_with_system_and_value,
    bdl_10_wants_a_timestamp, bdl_1_to_4_leave_totals_and_transactions_to_other_bundles,
    bdl_5_wants_a_resource_in_each_entry, bdl_7_wants_each_full_url_once, bdl_8_and_the_form_of_full_urls,
    a_full_url_is_absolute_and_well_formed, bdl_11_wants_the_composition_first,
    there_is_one_composition_and_one_patient, the_profile_is_claimed_and_known,
    the_composition_has_the_type_of_its_profile, the_composition_is_about_the_patient,
    cmp_1_and_cmp_2_hold_for_nested_sections_as_well, a_section_has_title_code_and_text,
    ips_comp_1_wants_entries_or_a_reason, the_five_sections_of_a_patient_summary_are_there,
    clinical_resources_say_whom_they_are_about, every_reference_leads_somewhere,
    a_reference_names_the_type_of_its_target, every_entry_has_a_link_with_the_composition,
    the_url_of_an_attachment_is_a_link_as_well, what_r4_requires_is_there, what_r4_does_not_know_is_told,
    elements_stand_once_and_in_order, ele_1_wants_a_value_or_children, ext_1_wants_extensions_or_a_value,
    dom_2_4_and_5_bound_contained_resources, values_have_the_form_of_their_type,
    txt_1_and_txt_2_bound_the_narrative, a_resource_on_its_own_is_checked_against_r4,
    each_guide_has_its_own_rules, refuses_what_it_cannot_check, does_not_follow_a_tree_without_end,
    says_what_it_checks_against)
