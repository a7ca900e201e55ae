/* SPDX-License-Identifier: EUPL-1.2 */
/* Where an element of the result comes from. */
#include "stage.h"

/* "SOURCE-LINE STYLESHEET:LINE RULE [TABLE:LINE]" of the first node that xpath selects. */
static const char *
trace_of(struct stage *stage, const char *xpath)
{
	xmlXPathObject *found = stage_find(stage, xpath);
	struct trace trace;
	char *line = NULL;

	ck_assert_int_gt(found->nodesetval->nodeNr, 0);
	trace = mapping_trace(&stage->result, found->nodesetval->nodeTab[0]);
	xmlXPathFreeObject(found);
	ck_assert_int_gt(asprintf(&line, "%d %s:%d %s%s%s%s%.0d", trace.source_line,
	    trace.stylesheet == NULL ? "-" : trace.stylesheet, trace.stylesheet_line,
	    trace.rule == NULL ? "-" : trace.rule, trace.table == NULL ? "" : " ",
	    trace.table == NULL ? "" : trace.table, trace.table == NULL ? "" : ":", trace.table_line), 0);
	return stage_keep(stage, line);
}

/* Line 5: entry and Basic, 6: code, 7: author, 8: text. */
#define STYLESHEET \
	BUNDLE("<ehds:entry key=\"'b'\"><Basic>\n<ehds:concept name='code' select='c:k'/>\n<author>\n<display value='x'/></author>" \
	"</Basic></ehds:entry>")
#define CODE "\n<k code='x' codeSystem='1.2.3'/>"

START_TEST(an_extension_element_leaves_source_and_stylesheet_lines)
{
	struct stage stage = stage_new();

	stage_show(&stage, STYLESHEET, DOCUMENT(CODE));
	ck_assert_str_eq(trace_of(&stage, "//f:Basic/f:code"), "3 aa/t/t.xsl:6 concept");
	stage_free(&stage);
}
END_TEST

START_TEST(what_it_wrote_within_has_the_same_trace)
{
	struct stage stage = stage_new();

	stage_show(&stage, STYLESHEET, DOCUMENT(CODE));
	ck_assert_str_eq(trace_of(&stage, "//f:Basic/f:code/f:coding/f:code"), "3 aa/t/t.xsl:6 concept");
	ck_assert_str_eq(trace_of(&stage, "//f:Basic/f:code/f:coding/f:code/@value"),
	    "3 aa/t/t.xsl:6 concept");
	stage_free(&stage);
}
END_TEST

START_TEST(literals_have_the_trace_of_their_entry)
{
	struct stage stage = stage_new();

	stage_show(&stage, STYLESHEET, DOCUMENT(CODE));
	ck_assert_str_eq(trace_of(&stage, "//f:author/f:display"), "1 aa/t/t.xsl:5 entry");
	ck_assert_str_eq(trace_of(&stage, "//f:fullUrl"), "1 aa/t/t.xsl:5 entry");
	ck_assert_str_eq(trace_of(&stage, "/f:Bundle"), "0 -:0 -");
	stage_free(&stage);
}
END_TEST

START_TEST(an_explained_run_traces_literals_as_well)
{
	struct stage stage = stage_new();

	stage.job.explain = true;
	stage_show(&stage, STYLESHEET, DOCUMENT(CODE));
	ck_assert_str_eq(trace_of(&stage, "//f:author/f:display"), "1 aa/t/t.xsl:8 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:author"), "1 aa/t/t.xsl:7 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:Basic"), "1 aa/t/t.xsl:5 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:Basic/f:code"), "3 aa/t/t.xsl:6 concept");
	ck_assert_str_eq(trace_of(&stage, "/f:Bundle"), "0 aa/t/t.xsl:4 literal");
	stage_free(&stage);
}
END_TEST

START_TEST(literals_are_found_through_instructions_templates_and_recursion)
{
	struct stage stage = stage_new();

	stage.job.explain = true;
	stage_show(&stage,
	    STYLE_HEAD "<xsl:template match='/'><Bundle><xsl:apply-templates/></Bundle></xsl:template>\n"
	    "<xsl:template match='c:ClinicalDocument'><ehds:entry key=\"'c'\"><Composition>"
	    "<xsl:apply-templates select='c:s'/>\n"
	    "<title value='t'/></Composition></ehds:entry></xsl:template>\n"
	    "<xsl:template match='c:s'><section>\n<xsl:if test='c:s'>\n<xsl:apply-templates "
	    "select='c:s'/></xsl:if>\n"
	    "<title value='{@t}'/></section></xsl:template>" STYLE_TAIL,
	    DOCUMENT("<s t='a'>\n<s t='b'>\n<s t='c'/></s></s>"));
	ck_assert_str_eq(trace_of(&stage, "//f:title[@value = 'c']"), "4 aa/t/t.xsl:10 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:title[@value = 'b']"), "3 aa/t/t.xsl:10 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:title[@value = 'a']"), "2 aa/t/t.xsl:10 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:title[@value = 't']"), "1 aa/t/t.xsl:6 literal");
	ck_assert_str_eq(trace_of(&stage, "//f:section[f:title/@value = 'b']"), "3 aa/t/t.xsl:7 literal");
	stage_free(&stage);
}
END_TEST

START_TEST(a_translated_code_names_its_table_row)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "aa/t/tables/k.yaml",
	    "table: aa/t/k\nversion: \"1\"\ntarget: { system: \"urn:t\" }\n"
	    "why: a test\nrows:\n  - { from: x, to: t, relation: equivalent }\n");
	stage_put_pack(&stage, "tables: [ k ]\n",
	    BASIC("<ehds:concept name='code' select='c:k' table='k'/>"));
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage, DOCUMENT(CODE)), 0);
	ck_assert_str_eq(trace_of(&stage, "//f:Basic/f:code"),
	    "3 aa/t/t.xsl:5 concept aa/t/tables/k.yaml:6");
	stage_free(&stage);
}
END_TEST

TESTS("mapping/trace", an_extension_element_leaves_source_and_stylesheet_lines,
    what_it_wrote_within_has_the_same_trace, literals_have_the_trace_of_their_entry,
    an_explained_run_traces_literals_as_well,
    literals_are_found_through_instructions_templates_and_recursion,
    a_translated_code_names_its_table_row)
