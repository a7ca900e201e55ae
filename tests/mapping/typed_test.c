/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What surrounds every typed element: selection, absence, places. Sentences of mappings/README.md,
 * one by one.
 */
#include "stage.h"

#include <string.h>

#define ABSENT(reason) \
	"<extension url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\"><valueCode " \
	"value=\"" reason "\"/></extension>"

/* Basic.code.text for values that must not disturb each other. */
#define TEXTS(element) BASIC("<code><coding>" element "</coding></code>")

START_TEST(writes_one_element_for_each_node_in_document_order)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:identifier name='identifier' select='c:b/c:id | c:id'/>"),
	    DOCUMENT("<id root='1.2.1' extension='a'/><b><id root='1.2.1' extension='b'/></b><id "
	    "root='1.2.1' extension='c'/>"));
	ck_assert_str_eq(written(&stage, "//f:identifier/f:value"),
	    "<value value=\"a\"/><value value=\"b\"/><value value=\"c\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(takes_strings_numbers_and_truths_as_they_are)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    TEXTS("<ehds:string name='system' select=\"concat('a', 'b')\"/><ehds:string "
	    "name='version' select='1 + 1'/>"
	    "<ehds:string name='display' select='1 = 1'/>"), DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:coding/*"),
	    "<system value=\"ab\"/><version value=\"2\"/><display value=\"true\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(takes_an_empty_string_and_no_number_for_nothing)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    TEXTS("<ehds:string name='system' select=\"''\"/><ehds:string name='version' "
	    "select=\"number('x')\"/>"
	    "<ehds:string name='code' select=\"'k'\"/>"), DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:coding/*"), "<code value=\"k\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(takes_attributes_and_texts)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    TEXTS("<ehds:string name='system' select='c:a/@x'/><ehds:string name='version' "
	    "select='c:a/text()'/>"), DOCUMENT("<a x='1'>two</a>"));
	ck_assert_str_eq(written(&stage, "//f:coding/*"),
	    "<system value=\"1\"/><version value=\"two\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(leaves_out_what_is_absent)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    TEXTS("<ehds:string name='system' select='c:missing'/><ehds:string name='version' "
	    "select='c:t'/>"
	    "<ehds:string name='code' select=\"'k'\"/>"), DOCUMENT("<t nullFlavor='UNK'/>"));
	ck_assert_str_eq(written(&stage, "//f:coding/*"), "<code value=\"k\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(says_why_a_value_is_absent_when_asked_to)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    TEXTS("<ehds:string name='system' select='c:missing' absent='unknown'/>"), DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:coding/*"), "<system>" ABSENT("unknown") "</system>");
	stage_free(&stage);
}
END_TEST

/* ASKU -> asked-unknown (HL7 C-CDA on FHIR, CF-NullFlavorDataAbsentReason). */
START_TEST(the_documents_reason_wins_over_the_stylesheets)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:date name='created' select='c:t' absent='unknown'/>"),
	    DOCUMENT("<t nullFlavor='ASKU'/>"));
	ck_assert_str_eq(written(&stage, "//f:created"),
	    "<created>" ABSENT("asked-unknown") "</created>");
	stage_free(&stage);
}
END_TEST

START_TEST(writes_masked_even_where_absence_is_left_out_and_reads_nothing)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:concept name='code' select='c:k'/>"),
	    DOCUMENT("<k nullFlavor='MSK' code='secret' codeSystem='1.2.3'><originalText>"
	    "secret</originalText></k>"));
	ck_assert_str_eq(written(&stage, "//f:code"), "<code>" ABSENT("masked") "</code>");
	stage_free(&stage);
}
END_TEST

/* Whatever stands beside MSK is withheld, by every element, and said to be. */
START_TEST(no_element_reads_what_is_masked)
{
	static const char *const elements[] = { "concept", "coding", "code", "identifier", "name",
	    "orgname", "address", "telecom", "date", "datetime", "instant", "period", "timing", "quantity",
	    "range", "ratio", "value", "string", "text", "attachment", "narrative" };

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		struct stage stage = stage_new();
		char *stylesheet = NULL;
		const char *lines;

		/* In a variable, because no element of R4 is of all types. */
		ck_assert_int_gt(asprintf(&stylesheet, BASIC("<code><text value='t'/></code>"
		    "<xsl:variable name='v'><ehds:%s name='x' select='c:x'/></xsl:variable>"), elements[i]), 0);
		stage_show(&stage, stylesheet, DOCUMENT("<x nullFlavor='MSK' code='secret' value='1999'"
		    " root='1.2.1999' extension='secret' unit='mg' xsi:type='ST'>secret<low value='1999'/>"
		    "<family>secret</family><city>secret</city><originalText>secret</originalText></x>"));
		lines = said(&stage);
		ck_assert_msg(strstr(lines, "map-masked-content") != NULL, "%s: %s", elements[i], lines);
		ck_assert_msg(strstr(lines, "secret") == NULL && strstr(lines, "1999") == NULL, "%s: %s",
		    elements[i], lines);
		free(stylesheet);
		stage_free(&stage);
	}
}
END_TEST

/* A code beside a nullFlavor contradicts it: it is kept, and said. */
START_TEST(content_beside_another_null_flavor_is_the_writers_to_judge)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:concept name='code' select='c:k' absent='unknown'/>"),
	    DOCUMENT("<k nullFlavor='UNK' code='x' codeSystem='1.2.3'/>"));
	ck_assert_str_eq(told(&stage, "//f:code/f:coding/f:code/@value"), "x");
	ck_assert_ptr_nonnull(strstr(said(&stage), "map-null-with-value"));
	stage_free(&stage);
}
END_TEST

/* HL7 v3: OTH says that the code is not in the code system, and originalText what was meant. */
START_TEST(a_concept_with_a_null_flavor_still_says_its_text)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:concept name='code' select='c:k' absent='unknown'/>"),
	    DOCUMENT("<k nullFlavor='OTH'><originalText>a rash</originalText></k>"));
	ck_assert_str_eq(told(&stage, "//f:code/f:text/@value"), "a rash");
	stage_free(&stage);
}
END_TEST

START_TEST(refuses_a_document_without_a_required_value_at_its_line)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<ehds:date name='created' select='c:t' absent='refuse'/>"),
	    DOCUMENT("\n<t nullFlavor='UNK'/>")),
	    "doc.xml:3: error: map-required-missing: 'created' of Basic is required and the "
	    "document does not say it");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_DOCUMENT);
	stage_free(&stage);
}
END_TEST

START_TEST(a_required_value_that_is_not_there_is_missed_at_the_context)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<ehds:date name='created' select='c:t' absent='refuse'/>"), DOCUMENT("")),
	    "doc.xml:1: error: map-required-missing: 'created' of Basic is required and the "
	    "document does not say it");
	stage_free(&stage);
}
END_TEST

START_TEST(a_code_that_is_absent_has_its_default)
{
	struct stage stage = stage_new();

	stage_show(&stage, TEXTS("<ehds:code name='code' select='c:missing' default='d'/>"),
	    DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:coding/*"), "<code value=\"d\"/>");
	stage_free(&stage);
}
END_TEST

/* R4, Observation.dataAbsentReason: "Provides a reason why the expected value is missing". */
START_TEST(an_absent_value_of_an_observation_is_its_data_absent_reason)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry key=\"'o'\"><Observation><ehds:value name='value' "
	    "select='c:value' absent='unknown'/>"
	    "</Observation></ehds:entry>"), DOCUMENT("<value xsi:type='PQ' nullFlavor='NASK'/>"));
	ck_assert_str_eq(written(&stage, "//f:Observation/*"), "<dataAbsentReason><coding>"
	    "<system value=\"http://terminology.hl7.org/CodeSystem/data-absent-reason\"/><code "
	    "value=\"not-asked\"/>"
	    "</coding></dataAbsentReason>");
	stage_free(&stage);
}
END_TEST

START_TEST(an_absent_choice_elsewhere_is_left_out)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<extension url='urn:x'><ehds:value name='value' select='c:v' absent='unknown'/>"
	    "</extension>"
	    "<code><text value='t'/></code>"), DOCUMENT("<v xsi:type='PQ' nullFlavor='UNK'/>"));
	ck_assert_str_eq(written(&stage, "//f:Basic/*/*"), "<text value=\"t\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(attributes_are_value_templates)
{
	struct stage stage = stage_new();

	stage_show(&stage, TEXTS("<ehds:string name=\"{concat('dis', 'play')}\" select=\"'x'\"/>"
	    "<ehds:string name='code' select='c:missing' absent='{c:a/@r}'/>"),
	    DOCUMENT("<a r='error'/>"));
	ck_assert_str_eq(written(&stage, "//f:coding/*"),
	    "<code>" ABSENT("error") "</code><display value=\"x\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(doubled_braces_are_braces)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:note select='c:a' text=\"{{{concat('}', c:a)}}}\"/><code><text "
	    "value='t'/></code>"), DOCUMENT("<a>x</a>"));
	ck_assert_str_eq(said(&stage), "2: information map-note: {}x}");
	stage_free(&stage);
}
END_TEST

/* Several effectiveTime make one Timing. */
START_TEST(a_set_of_times_makes_one_element)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry key=\"'o'\"><MedicationStatement><dosage><ehds:timing name='timing'"
	    " select='c:effectiveTime'/></dosage></MedicationStatement></ehds:entry>"),
	    DOCUMENT("<effectiveTime xsi:type='IVL_TS'><low value='20240101'/><high "
	    "value='20240201'/></effectiveTime>"
	    "<effectiveTime xsi:type='PIVL_TS' operator='A'><period value='12' unit='h'/>"
	    "</effectiveTime>"));
	ck_assert_str_eq(told(&stage, "count(//f:timing)"), "1");
	ck_assert_str_eq(told(&stage, "//f:timing/f:repeat/f:period/@value"), "12");
	stage_free(&stage);
}
END_TEST

START_TEST(a_table_that_is_only_known_at_run_time_must_be_the_packs)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage, BASIC("<ehds:concept name='code' select='c:k' table='{c:a}'/>"),
	    DOCUMENT("<a>nowhere</a><k code='x'/>")),
	    "aa/t/t.xsl:5: error: map-unknown-table: the pack lists no table 'nowhere'");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_MAPPING);
	stage_free(&stage);
}
END_TEST

START_TEST(extension_elements_may_write_into_a_variable)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<xsl:variable name='v'><ehds:concept name='code' select='c:k'/></xsl:variable>"
	    "<xsl:copy-of select='$v'/>"), DOCUMENT("<k code='x' codeSystem='1.2.3'/>"));
	ck_assert_str_eq(told(&stage, "//f:Basic/f:code/f:coding/f:code/@value"), "x");
	stage_free(&stage);
}
END_TEST

TESTS("mapping/typed", writes_one_element_for_each_node_in_document_order,
    takes_strings_numbers_and_truths_as_they_are, takes_an_empty_string_and_no_number_for_nothing,
    takes_attributes_and_texts, leaves_out_what_is_absent, says_why_a_value_is_absent_when_asked_to,
    the_documents_reason_wins_over_the_stylesheets,
    writes_masked_even_where_absence_is_left_out_and_reads_nothing,
    a_concept_with_a_null_flavor_still_says_its_text, no_element_reads_what_is_masked,
    content_beside_another_null_flavor_is_the_writers_to_judge,
    refuses_a_document_without_a_required_value_at_its_line,
    a_required_value_that_is_not_there_is_missed_at_the_context,
    a_code_that_is_absent_has_its_default,
    an_absent_value_of_an_observation_is_its_data_absent_reason,
    an_absent_choice_elsewhere_is_left_out, attributes_are_value_templates,
    doubled_braces_are_braces, a_set_of_times_makes_one_element,
    a_table_that_is_only_known_at_run_time_must_be_the_packs,
    extension_elements_may_write_into_a_variable)
