/* SPDX-License-Identifier: EUPL-1.2 */
/* A run as a whole: what stops it, what it may not do, and that it ends. */
#include "stage.h"

#include <string.h>

#define REST "<code><text value='t'/></code>"

START_TEST(the_template_for_the_document_writes_a_bundle)
{
	struct stage nothing = stage_new(), other = stage_new();

	ck_assert_str_eq(refused(&nothing, STYLE_HEAD "<xsl:template match='/'/>" STYLE_TAIL,
	    DOCUMENT("")),
	    "error: map-no-bundle: the template for / writes <Bundle>, this one wrote nothing");
	ck_assert_str_eq(refused(&other,
	    STYLE_HEAD "<xsl:template match='/'><Basic/></xsl:template>" STYLE_TAIL, DOCUMENT("")),
	    "error: map-no-bundle: the template for / writes <Bundle>, this one wrote <Basic>");
	stage_free(&nothing);
	stage_free(&other);
}
END_TEST

START_TEST(elements_are_put_into_order_and_empty_ones_go)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry key=\"'b'\"><Basic><created value='2024'/><author/><code><text "
	    "value='t'/><coding/></code>"
	    "<identifier><value value='i'/><system value='urn:s'/></identifier></Basic>"
	    "</ehds:entry><type value='document'/>"), DOCUMENT(""));
	ck_assert_str_eq(written(&stage, "//f:Basic/* | /f:Bundle/f:type"), "<type value=\"document\"/>"
	    "<identifier><system value=\"urn:s\"/><value value=\"i\"/></identifier><code><text "
	    "value=\"t\"/></code>"
	    "<created value=\"2024\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(an_element_that_r4_does_not_know_names_the_line_that_wrote_it)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("\n<xsl:element name='{c:a}'><text value='t'/></xsl:element>"),
	    DOCUMENT("<a>colour</a>")),
	    "aa/t/t.xsl:5: error: fhir-unknown-element: FHIR R4 knows no element 'colour' (at "
	    "Bundle.entry[0].resource.colour)");
	stage_free(&stage);
}
END_TEST

/*
 * One per year, and two in one document: after detection all are the one that the stylesheet names.
 */
START_TEST(name_spaces_that_mean_the_same_are_read_as_one)
{
	struct stage stage = stage_new();

	stage_put_pack(&stage, "unify:\n  - { namespace: 'urn:dated:[0-9]+', as: 'urn:hl7-org:v3' }\n"
	    "statements: c:ClinicalDocument/c:a\n", BASIC("<code><text value='{c:a}{c:b}'/></code>"));
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage,
	    "<ClinicalDocument xmlns='urn:dated:2024' xmlns:x='urn:dated:2025' xmlns:y='urn:dated:x'>"
	    "<a>1</a><x:a>2</x:a><y:a>3</y:a><b xmlns='urn:dated:2026'>4</b></ClinicalDocument>"), 0);
	ck_assert_str_eq(told(&stage, "//f:text/@value"), "14");
	ck_assert_uint_eq(stage.result.ledger.count, 2);
	stage_free(&stage);
}
END_TEST

START_TEST(unify_needs_an_expression_that_compiles)
{
	struct stage stage = stage_new();

	stage_put_pack(&stage, "unify:\n  - { namespace: 'urn:(', as: 'urn:a' }\n", BASIC(REST));
	expect_errors(&stage.generation,
	    "aa/t/pack.yaml:8:18: lint-regex: 'urn:(' is no regular expression: "
	    "missing closing parenthesis, at character 6");
	stage_free(&stage);
}
END_TEST

START_TEST(a_message_is_a_finding)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<xsl:message>seen <xsl:value-of select='c:a'/></xsl:message>" REST),
	    DOCUMENT("<a>it</a>"));
	ck_assert_str_eq(said(&stage), "1: information map-message: seen it");
	ck_assert_str_eq(stage.findings.first->stylesheet, "aa/t/t.xsl");
	ck_assert_int_eq(stage.findings.first->stylesheet_line, 5);
	stage_free(&stage);
}
END_TEST

START_TEST(a_message_that_terminates_refuses_the_document)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<xsl:message terminate='yes'>not today</xsl:message>"), DOCUMENT("")),
	    "doc.xml:1: error: map-refused: not today");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_DOCUMENT);
	stage_free(&stage);
}
END_TEST

START_TEST(a_pack_that_refuses_says_why)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "aa/t/pack.yaml",
	    "pack: aa/t\ntitle: T\ndetect:\n  - { root: '{*}ClinicalDocument' }\n"
	    "refuse: drafts are not sent\n");
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage, DOCUMENT("")), -1);
	ck_assert_str_eq(stage.error.rule, "map-refused");
	ck_assert_str_eq(stage.error.text, "drafts are not sent");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_DOCUMENT);
	stage_free(&stage);
}
END_TEST

START_TEST(templates_that_call_each_other_for_ever_come_to_an_end)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    STYLE_HEAD
	    "<xsl:template match='/'><Bundle><xsl:call-template name='a'/></Bundle></xsl:template>\n"
	    "<xsl:template name='a'><xsl:call-template name='b'/></xsl:template>\n"
	    "<xsl:template name='b'><xsl:call-template name='a'/></xsl:template>" STYLE_TAIL,
	    DOCUMENT("")) + strlen("aa/t/t.xsl:5"),
	    ": error: map-depth: the stylesheet does not come to an end: templates are nested "
	    "deeper than 256");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_MAPPING);
	stage_free(&stage);
}
END_TEST

/* Entries and variables nest as well. */
START_TEST(entries_within_entries_for_ever_come_to_an_end)
{
	struct stage stage = stage_new();

	refused(&stage,
	    STYLE_HEAD
	    "<xsl:template match='/'><Bundle><xsl:call-template name='a'/></Bundle></xsl:template>\n"
	    "<xsl:template name='a'><ehds:entry><Basic><xsl:variable name='v'><xsl:call-template "
	    "name='a'/></xsl:variable>"
	    "<language value='{$v}'/></Basic></ehds:entry></xsl:template>" STYLE_TAIL, DOCUMENT(""));
	ck_assert_str_eq(stage.error.rule, "map-depth");
	stage_free(&stage);
}
END_TEST

START_TEST(the_job_says_how_deep)
{
	struct stage stage = stage_new();
	const char *stylesheet =
	    STYLE_HEAD "<xsl:template match='/'><Bundle><xsl:apply-templates/></Bundle></xsl:template>"
	    "<xsl:template match='*'><xsl:apply-templates/></xsl:template>" STYLE_TAIL;
	const char *document =
	    DOCUMENT("<a><a><a><a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a></a></a></a>");

	stage.job.depth = 2;
	refused(&stage, stylesheet, document);
	ck_assert_str_eq(stage.error.rule, "map-depth");
	stage.job.depth = 20;
	ck_assert_int_eq(stage_run(&stage, document), 0);
	stage_free(&stage);
}
END_TEST

/* 20^5 instructions. */
#define LOOP(content) "<xsl:for-each select='//c:x'>" content "</xsl:for-each>"
#define TEN "<x/><x/><x/><x/><x/><x/><x/><x/><x/><x/>"

START_TEST(loops_within_loops_come_to_an_end)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage, BASIC(LOOP(LOOP(LOOP(LOOP(LOOP("<xsl:if test='@y'/>")))))),
	    DOCUMENT(TEN TEN)) +
	    strlen("aa/t/t.xsl:5"),
	    ": error: map-operations: the stylesheet does not come to an end: more than 2000000 "
	    "instructions");
	stage_free(&stage);
}
END_TEST

START_TEST(an_expression_that_looks_at_too_many_nodes_comes_to_an_end)
{
	struct stage ours = stage_new(), theirs = stage_new();

	ours.job.operations = theirs.job.operations = 1000;
	ck_assert_str_eq(refused(&ours,
	    BASIC("<ehds:string name='language' "
	    "select='string(count(//*[count(//*[count(//*[count(//*) = 0]) = 0]) = 0]))'/>"),
	    DOCUMENT(TEN)),
	    "aa/t/t.xsl:5: error: map-operations: the stylesheet does not come to an end: its "
	    "expressions look at too many nodes");
	refused(&theirs,
	    BASIC("<ehds:string name='language' "
	    "select='count(//*[count(following::*[count(preceding::*[count(//*) = 99]) = 99]) = "
	    "99])'/>"), DOCUMENT(TEN TEN));
	ck_assert_str_eq(theirs.error.rule, "map-operations");
	stage_free(&ours);
	stage_free(&theirs);
}
END_TEST

START_TEST(a_document_may_not_take_more_memory_than_it_is_given)
{
	struct stage stage = stage_new();

	arena_free(&stage.arena);
	stage.arena = arena_new(100 * 1024);
	stage.findings = findings_new(stage.arena);
	ck_assert_str_eq(refused(&stage,
	    BASIC(LOOP(LOOP(LOOP("<xsl:variable name='v' select=\"ehds:text(/c:ClinicalDocument/c:t)\"/>"
	    "<ehds:note text='{$v}'/>")))), DOCUMENT(TEN "<t>some text that is copied every time</t>")),
	    "doc.xml: error: map-too-large: the document needs more memory than one document may have");
	stage_free(&stage);
}
END_TEST

START_TEST(a_number_where_nodes_are_needed_names_the_expression)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<xsl:variable name='v' select='1'/><ehds:string name='language' "
	    "select='$v/c:a'/>"), DOCUMENT("")),
	    "aa/t/t.xsl:5: error: map-stylesheet: the expression '$v/c:a' cannot be evaluated: "
	    "what stands in front of '/' or '[' is no node set");
	stage_free(&stage);
}
END_TEST

START_TEST(variables_of_all_kinds_are_seen)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    STYLE_HEAD
	    "<xsl:variable name='later' select=\"concat($global, '!')\"/><xsl:variable "
	    "name='global' select='string(//c:a)'/>"
	    "<xsl:param name='tree'><a>x</a></xsl:param><xsl:template match='/'><Bundle>"
	    "<xsl:for-each select='c:ClinicalDocument'>"
	    "<xsl:call-template name='t'><xsl:with-param name='p' select='c:b'/>"
	    "</xsl:call-template></xsl:for-each></Bundle></xsl:template>"
	    "<xsl:template name='t'><xsl:param name='p'/><xsl:param name='d' "
	    "select=\"'default'\"/><xsl:variable name='l' select='$p/@n + 1'/>"
	    "<ehds:entry key=\"'b'\"><Basic><code><text value='t'/><coding><ehds:string "
	    "name='display' select=\"concat($later, $p/@n, $l, $d,"
	    " string($tree))\"/></coding></code></Basic></ehds:entry></xsl:template>" STYLE_TAIL,
	    DOCUMENT("<a>one</a><b n='2'/>"));
	ck_assert_str_eq(told(&stage, "//f:display/@value"), "one!23defaultx");
	stage_free(&stage);
}
END_TEST

START_TEST(position_last_and_current_are_those_of_the_instruction)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<code><xsl:for-each select='c:a'><xsl:sort select='@n' order='descending'/>"
	    "<xsl:if test='position() != last()'><coding><ehds:string name='code' "
	    "select=\"concat(position(), last(), @n,"
	    " ../c:b[@r = current()/@n])\"/></coding></xsl:if></xsl:for-each></code>"),
	    DOCUMENT("<a n='1'/><a n='3'/><a n='2'/><b r='3'>three</b>"));
	ck_assert_str_eq(written(&stage, "//f:coding/f:code"),
	    "<code value=\"133three\"/><code value=\"232\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(a_second_run_over_the_same_tree_gives_the_same)
{
	struct stage stage = stage_new();
	struct mapping_result again;
	char *first;

	stage_put_pack(&stage, "statements: '//c:observation'\n",
	    BUNDLE("<xsl:for-each select='c:observation'><ehds:entry><Basic>" REST
	    "</Basic></ehds:entry></xsl:for-each>"));
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage, DOCUMENT("<observation/><observation/>")), 0);
	first = strdup(written(&stage, "/f:Bundle"));
	ck_assert_int_eq(mapping_run(&again, mappings_pack(stage.generation.mappings, 0),
	    stage.source, &stage.job, stage.arena, &stage.findings, &stage.error), 0);
	mapping_result_free(&stage.result);
	stage.result = again;
	ck_assert_str_eq(written(&stage, "/f:Bundle"), first);
	ck_assert_uint_eq(again.ledger.mapped, 2);
	free(first);
	stage_free(&stage);
}
END_TEST

TESTS("mapping/run", the_template_for_the_document_writes_a_bundle,
    elements_are_put_into_order_and_empty_ones_go,
    an_element_that_r4_does_not_know_names_the_line_that_wrote_it,
    name_spaces_that_mean_the_same_are_read_as_one, unify_needs_an_expression_that_compiles,
    a_message_is_a_finding, a_message_that_terminates_refuses_the_document,
    a_pack_that_refuses_says_why, templates_that_call_each_other_for_ever_come_to_an_end,
    entries_within_entries_for_ever_come_to_an_end, the_job_says_how_deep,
    loops_within_loops_come_to_an_end, an_expression_that_looks_at_too_many_nodes_comes_to_an_end,
    a_document_may_not_take_more_memory_than_it_is_given,
    a_number_where_nodes_are_needed_names_the_expression, variables_of_all_kinds_are_seen,
    position_last_and_current_are_those_of_the_instruction,
    a_second_run_over_the_same_tree_gives_the_same)
