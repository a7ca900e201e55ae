/* SPDX-License-Identifier: EUPL-1.2 */
/* note, absent, empty. */
#include "stage.h"

#define REST "<code><text value='t'/></code>"

START_TEST(a_note_is_a_finding_at_each_selected_node)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:note rule='my-rule' severity='warning' select='c:x' text='odd {1 + 1}' "
	    "found='{c:x/c:v}'/>" REST), DOCUMENT("<x><v>1</v></x>\n<x/>"));
	ck_assert_str_eq(said(&stage), "2: warning my-rule: odd 2 (1)\n3: warning my-rule: odd 2 (1)");
	stage_free(&stage);
}
END_TEST

/* Two elements that say the same are two findings; one that is looked at twice is one. */
START_TEST(what_is_said_of_one_place_twice_is_one_finding)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:note rule='my-rule' select='c:x' text='odd'/>" REST "<xsl:for-each select='c:x'>"
	    "<ehds:note rule='my-rule' select='.' text='odd'/><ehds:note rule='my-rule' select='.' text='even'/></xsl:for-each>"),
	    DOCUMENT("<x/><x/>"));
	ck_assert_str_eq(said(&stage), "2: information my-rule: odd\n2: information my-rule: odd\n"
	    "2: information my-rule: even\n2: information my-rule: even");
	stage_free(&stage);
}
END_TEST

START_TEST(a_note_names_its_place_in_the_stylesheet)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("\n<ehds:note text='odd' expected='even'/>" REST), DOCUMENT(""));
	ck_assert_str_eq(said(&stage), "1: information map-note: odd");
	ck_assert_str_eq(stage.findings.first->expected, "even");
	ck_assert_str_eq(stage.findings.first->stylesheet, "aa/t/t.xsl");
	ck_assert_int_eq(stage.findings.first->stylesheet_line, 6);
	ck_assert_str_eq(stage.findings.first->file, "doc.xml");
	stage_free(&stage);
}
END_TEST

START_TEST(a_note_without_a_text_finds_nothing)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:note as='dropped' why='it is'/>" REST), DOCUMENT(""));
	ck_assert_str_eq(said(&stage), "");
	stage_free(&stage);
}
END_TEST

START_TEST(absent_writes_the_reason)
{
	struct stage stage = stage_new();

	stage_show(&stage, BASIC("<ehds:absent name='created' reason='unknown'/>"), DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:created"), "<created>"
	    "<extension url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\">"
	    "<valueCode value=\"unknown\"/></extension>"
	    "</created>");
	stage_free(&stage);
}
END_TEST

/* cmp-2: "A section can only have an emptyReason if it is empty". */
START_TEST(empty_writes_a_reason_when_there_is_no_entry_yet)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry key=\"'c'\"><Composition><xsl:for-each select='c:s'><section>"
	    "<title value='{@t}'/>"
	    "<xsl:for-each select='c:x'><ehds:entry name='entry'><Basic>" REST
	    "</Basic></ehds:entry></xsl:for-each>"
	    "<ehds:empty reason='nilknown'/></section></xsl:for-each></Composition></ehds:entry>"),
	    DOCUMENT("<s t='a'><x/></s><s t='b'/>"));
	ck_assert_str_eq(told(&stage, "count(//f:section[1]/f:emptyReason)"), "0");
	ck_assert_str_eq(written(&stage, "//f:section[2]/f:emptyReason"), "<emptyReason><coding>"
	    "<system value=\"http://terminology.hl7.org/CodeSystem/list-empty-reason\"/><code "
	    "value=\"nilknown\"/></coding></emptyReason>");
	stage_free(&stage);
}
END_TEST

TESTS("mapping/note", a_note_is_a_finding_at_each_selected_node, what_is_said_of_one_place_twice_is_one_finding,
    a_note_names_its_place_in_the_stylesheet,
    a_note_without_a_text_finds_nothing, absent_writes_the_reason,
    empty_writes_a_reason_when_there_is_no_entry_yet)
