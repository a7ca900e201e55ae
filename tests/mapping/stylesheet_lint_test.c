/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every mistake that the lint of stylesheets finds, each in a stylesheet that is wrong in that way
 * only, with its place.
 */
#include "stage.h"

#include <string.h>

#define BUNDLE_ONLY "<xsl:template match='/'><Bundle><type value='document'/></Bundle></xsl:template>\n"
#define REST "<code><text value='t'/></code>"

/* All errors, or all warnings, that the stylesheet gives. */
static void
expect_lines(const char *stylesheet, const char *pack_lines, enum ehds_severity severity,
    const char *expected)
{
	struct stage stage = stage_new();
	char *lines, *cut;

	stage_put_pack(&stage, pack_lines, stylesheet);
	generation_load(&stage.generation);
	lines = site_lines(&stage.generation.site, severity);
	if (severity == EHDS_SEVERITY_WARNING &&
	    (cut = strstr(lines, "aa/t/pack.yaml:1:1: lint-no-tests")) != NULL)
		memmove(cut, strchr(cut, '\n') != NULL ? strchr(cut, '\n') + 1 : cut + strlen(cut),
		    strlen(strchr(cut, '\n') != NULL ? strchr(cut, '\n') + 1 : cut + strlen(cut)) + 1);
	ck_assert_str_eq(lines, expected);
	free(lines);
	stage_free(&stage);
}

static void
expect_error(const char *stylesheet, const char *expected)
{
	expect_lines(stylesheet, "", EHDS_SEVERITY_ERROR, expected);
}

static void
expect_warning(const char *stylesheet, const char *expected)
{
	expect_lines(stylesheet, "", EHDS_SEVERITY_ERROR, "");
	expect_lines(stylesheet, "", EHDS_SEVERITY_WARNING, expected);
}

#define AT(place) "aa/t/t.xsl:" place ": map-stylesheet: "

START_TEST(finds_no_fault_with_a_good_stylesheet)
{
	expect_warning(BASIC(REST), "");
}
END_TEST

/* ---- Extension elements ---------------------------------------------------------------------- */

START_TEST(names_an_unknown_extension_element_and_the_nearest)
{
	expect_error(BASIC("<ehds:concpt name='code' select='c:k'/>"),
	    AT("5:34") "there is no extension element ehds:concpt, did you mean ehds:concept?");
	expect_error(BASIC("\n <ehds:xyzzy/>"), AT("6:2") "there is no extension element ehds:xyzzy");
}
END_TEST

START_TEST(names_an_unknown_attribute_and_the_nearest)
{
	expect_error(BASIC("<ehds:concept name='code' slect='c:k' select='c:k'/>"),
	    AT("5:67") "ehds:concept knows no attribute 'slect', did you mean 'select'?");
	expect_error(BASIC("<ehds:string name='language' colour='red' select='c:k'/>"),
	    AT("5:71") "ehds:string knows no attribute 'colour'");
}
END_TEST

START_TEST(names_what_an_extension_element_needs)
{
	expect_error(BASIC("<ehds:concept select='c:k'/>"),
	    AT("5:34") "ehds:concept needs the attribute 'name'");
	expect_error(BASIC("<ehds:concept name='code'/>"),
	    AT("5:34") "ehds:concept needs the attribute 'select'");
	expect_error(BASIC("<ehds:reference name='subject'/>"),
	    AT("5:34") "ehds:reference needs the attribute 'key'");
}
END_TEST

START_TEST(names_a_word_that_is_none_of_those_allowed)
{
	expect_error(BASIC("<ehds:note text='x' severity='fatal'/>"),
	    AT("5:64") "'fatal' is none of: information warning error");
	expect_error(BASIC("<ehds:concept name='code' select='c:k' mark='{1}'/>"),
	    AT("5:79") "'{1}' is none of: yes no");
}
END_TEST

START_TEST(names_a_reason_that_is_no_code)
{
	expect_error(BASIC("<ehds:concept name='code' select='c:k' absent='unkown'/>"),
	    AT("5:81") "'unkown' is neither 'refuse' nor a code of data-absent-reason");
	expect_error(BASIC("<ehds:absent name='created' reason='none'/>"),
	    AT("5:70") "'none' is no code of data-absent-reason");
}
END_TEST

START_TEST(refuses_content_where_there_is_none)
{
	expect_error(BASIC("<ehds:concept name='code' select='c:k'><text/></ehds:concept>"),
	    AT("5:34") "ehds:concept has no content");
}
END_TEST

START_TEST(says_when_extension_elements_would_be_copied)
{
	expect_error("<xsl:stylesheet version='1.0' "
	    "xmlns:xsl='http://www.w3.org/1999/XSL/Transform' xmlns:e='urn:ehds:mapping:1'\n"
	    "  xmlns='http://hl7.org/fhir'><xsl:template match='/'><Bundle>\n<e:note text='x'/>"
	    "</Bundle></xsl:template></xsl:stylesheet>",
	    AT("3:1")
	    "ehds:note is copied and not run: the stylesheet lacks extension-element-prefixes=\"e\"");
}
END_TEST

START_TEST(says_where_elements_cannot_be_written)
{
	expect_error(BASIC("<language><xsl:attribute name='value'><ehds:string name='x' "
	    "select='c:k'/></xsl:attribute></language>"),
	    AT("5:72") "ehds:string writes elements, and xsl:attribute keeps only text");
	expect_error(STYLE_HEAD
	    "<xsl:variable name='v'><ehds:string name='x' select='c:k'/></xsl:variable>\n"
	    BUNDLE_ONLY STYLE_TAIL,
	    AT("4:24")
	    "ehds:string stands in a variable of the whole stylesheet, where nothing is written yet");
}
END_TEST

START_TEST(names_a_table_that_the_pack_does_not_list)
{
	expect_error(BASIC("<ehds:concept name='code' select='c:k' table='k'/>"),
	    AT("5:80") "the pack lists no table 'k' under `tables`");
	expect_error(BASIC("<ehds:string name='language' select=\"ehds:lookup('k', c:a)\"/>"),
	    AT("5:71") "the pack lists no table 'k' under `tables`");
}
END_TEST

START_TEST(names_a_table_that_nobody_uses)
{
	struct stage stage = stage_new();
	char *lines;

	site_put(&stage.generation.site, "aa/t/tables/k.yaml",
	    "table: aa/t/k\nversion: \"1\"\ntarget: { system: \"urn:t\" }\n"
	    "why: a test\nrows:\n  - { from: x, to: t, relation: equivalent }\n");
	stage_put_pack(&stage, "tables: [ k ]\n", BASIC(REST));
	generation_load(&stage.generation);
	lines = site_lines(&stage.generation.site, EHDS_SEVERITY_WARNING);
	ck_assert_ptr_nonnull(strstr(lines,
	    "aa/t/pack.yaml:7:11: map-stylesheet: the table 'k' is listed and no stylesheet uses it"));
	free(lines);
	stage_free(&stage);
}
END_TEST

/* ---- Instructions ---------------------------------------------------------------------------- */

START_TEST(refuses_instructions_that_are_not_allowed_and_says_why)
{
	expect_error(STYLE_HEAD "<xsl:output method='xml'/>\n" BUNDLE_ONLY STYLE_TAIL,
	    AT("4:1") "xsl:output is not allowed: the engine decides how results are written");
	expect_error(STYLE_HEAD "<xsl:strip-space elements='*'/>\n" BUNDLE_ONLY STYLE_TAIL,
	    AT("4:1")
	    "xsl:strip-space is not allowed: it costs a walk over the whole document; extension "
	    "elements normalise white space");
	expect_error(STYLE_HEAD "<xsl:preserve-space elements='*'/>\n" BUNDLE_ONLY STYLE_TAIL,
	    AT("4:1") "xsl:preserve-space is not allowed: there is no xsl:strip-space to make up for");
	expect_error(STYLE_HEAD "<xsl:key name='k' match='c:a' use='@b'/>\n" BUNDLE_ONLY STYLE_TAIL,
	    AT("4:1")
	    "xsl:key is not allowed: it costs a walk over the whole document; use ehds:template(), "
	    "ehds:coded() or ehds:having()");
	expect_error(BASIC("<xsl:comment>x</xsl:comment>" REST),
	    AT("5:34") "xsl:comment is not allowed: FHIR has no place for it");
	expect_error(BASIC("<xsl:processing-instruction name='x'/>" REST),
	    AT("5:34") "xsl:processing-instruction is not allowed: FHIR has no place for it");
	expect_error(BASIC("<xsl:document href='x'/>" REST),
	    AT("5:34") "xsl:document is not allowed: a stylesheet has one result");
	expect_error(BASIC("<xsl:result-document href='x'/>" REST),
	    AT("5:34") "xsl:result-document is not allowed: a stylesheet has one result");
}
END_TEST

START_TEST(names_an_unknown_instruction_and_the_nearest)
{
	expect_error(BASIC("<xsl:vale-of select='c:k'/>" REST),
	    AT("5:34") "XSLT 1.0 has no xsl:vale-of, did you mean xsl:value-of?");
	expect_error(BASIC("<xsl:perform/>" REST), AT("5:34") "XSLT 1.0 has no xsl:perform");
}
END_TEST

START_TEST(says_what_is_no_stylesheet)
{
	expect_error("<Bundle xmlns='http://hl7.org/fhir'/>", AT("1:1") "<Bundle> is no xsl:stylesheet");
	expect_error("<xsl:stylesheet",
	    "aa/t/t.xsl:1:16: map-stylesheet: the document breaks off inside a start tag that "
	    "begins on line 1");
}
END_TEST

/* ---- Expressions ----------------------------------------------------------------------------- */

START_TEST(shows_where_an_expression_breaks)
{
	expect_error(BASIC("<ehds:concept name='code' select='c:k['/>"),
	    AT("5:72") "'c:k[': this is no XPath expression");
	expect_error(BASIC("<xsl:if test='1 +'/>" REST), AT("5:51") "'1 +': this is no XPath expression");
	expect_error(BASIC("<language value='{c:k'/>"), AT("5:51") "'{c:k': a '{' has no '}'");
	expect_error(BASIC("<language value='a}'/>"), AT("5:51") "'a}': a '}' has no '{'");
	expect_error(BASIC("<language value='{c:k['/>"), AT("5:51") "'{c:k[': a '{' has no '}'");
}
END_TEST

START_TEST(names_an_unknown_function_and_the_nearest)
{
	expect_error(BASIC("<ehds:string name='language' select=\"normalise-space(c:k)\"/>"),
	    AT("5:71") "there is no function normalise-space(), did you mean normalize-space()?");
	expect_error(BASIC("<ehds:string name='language' select=\"concat('a', ehds:decimla(c:k))\"/>"),
	    AT("5:83") "there is no function ehds:decimla(), did you mean ehds:decimal()?");
	expect_error(BASIC("<ehds:string name='language' select=\"c:f(1)\"/>"),
	    AT("5:71") "there is no function c:f()");
}
END_TEST

START_TEST(counts_the_arguments_of_functions)
{
	expect_error(BASIC("<ehds:string name='language' select=\"contains(c:k)\"/>"),
	    AT("5:71") "contains() takes 2 arguments, not 1");
	expect_error(BASIC("<ehds:string name='language' select=\"substring('a')\"/>"),
	    AT("5:71") "substring() takes 2 to 3 arguments, not 1");
	expect_error(BASIC("<ehds:string name='language' select='ehds:null()'/>"),
	    AT("5:71") "ehds:null() takes 1 argument, not 0");
}
END_TEST

START_TEST(refuses_functions_that_are_not_allowed)
{
	expect_error(BASIC("<ehds:string name='language' select=\"document('x')\"/>"),
	    AT("5:71")
	    "document() is not allowed: a stylesheet reads one document; codes stand in tables");
	expect_error(BASIC("<ehds:string name='language' select=\"key('x', 1)\"/>"),
	    AT("5:71")
	    "key() is not allowed: it costs a walk over the whole document; use ehds:template(), "
	    "ehds:coded() or ehds:having()");
	expect_error(BASIC("<ehds:string name='language' select='generate-id()'/>"),
	    AT("5:71") "generate-id() is not allowed: it differs from run to run; use ehds:id()");
}
END_TEST

START_TEST(names_a_variable_that_is_not_in_scope)
{
	expect_error(BASIC("<xsl:if test='$a'><xsl:variable name='b' select='1'/></xsl:if>"
	    "<language value='{$b}'/>"),
	    AT("5:48") "there is no variable $a here\n" AT("5:114") "there is no variable $b here");
	expect_error(STYLE_HEAD
	    "<xsl:variable name='g' select='1'/><xsl:template match='/'><xsl:param name='p'/><Bundle>"
	    "<xsl:variable name='v' select='$v'/><language value='{$g}{$p}{$v}'/></Bundle>"
	    "</xsl:template>" STYLE_TAIL, AT("4:120") "there is no variable $v here");
}
END_TEST

START_TEST(names_a_prefix_that_is_not_declared)
{
	expect_error(BASIC("<ehds:concept name='code' select='c:k/x:y'/>"),
	    AT("5:72") "no name space is declared for the prefix 'x'");
}
END_TEST

START_TEST(warns_of_names_without_a_prefix)
{
	expect_warning(BASIC("<ehds:concept name='code' select='c:k/value[@code and code]'/>"),
	    AT("5:68") "'value' without a prefix only means elements in no name space\n"
	    AT("5:68") "'code' without a prefix only means elements in no name space");
}
END_TEST

/* ---- Templates ------------------------------------------------------------------------------- */

START_TEST(names_a_template_that_is_not_there_and_the_nearest)
{
	expect_error(STYLE_HEAD
	    "<xsl:template match='/'><Bundle><xsl:call-template name='hader'/></Bundle></xsl:template>\n"
	    "<xsl:template name='header'/>" STYLE_TAIL,
	    AT("4:58") "there is no template 'hader', did you mean 'header'?");
	expect_error(BASIC("<xsl:call-template name='nothing'/>" REST),
	    AT("5:59") "there is no template 'nothing'");
}
END_TEST

START_TEST(names_a_parameter_that_the_template_does_not_have)
{
	expect_error(STYLE_HEAD
	    "<xsl:template match='/'><Bundle><xsl:call-template name='t'><xsl:with-param name='q' "
	    "select='1'/>"
	    "</xsl:call-template></Bundle></xsl:template><xsl:template name='t'><xsl:param "
	    "name='p'/></xsl:template>" STYLE_TAIL, AT("4:83") "the template 't' has no parameter 'q'");
}
END_TEST

START_TEST(names_a_mode_that_no_template_has)
{
	expect_error(BASIC("<xsl:apply-templates select='c:k' mode='m'/>" REST),
	    AT("5:74") "no template has the mode 'm': only text would be written");
}
END_TEST

START_TEST(warns_of_templates_that_nothing_reaches)
{
	expect_warning(STYLE_HEAD BUNDLE_ONLY
	    "<xsl:template name='a'><xsl:call-template name='b'/></xsl:template>\n"
	    "<xsl:template name='b'><xsl:apply-templates mode='m'/></xsl:template>\n<xsl:template "
	    "match='c:x' mode='m'/>\n"
	    "<xsl:template match='c:y'/>" STYLE_TAIL,
	    AT("5:1") "nothing calls the template 'a'\n" AT("6:1") "nothing calls the template 'b'\n"
	    AT("7:1") "nothing applies templates with the mode 'm'\n"
	    AT("8:1") "nothing applies templates without a mode, so 'c:y' is never run");
}
END_TEST

START_TEST(shared_templates_may_serve_others)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "eu/shared.xsl",
	    STYLE_HEAD "<xsl:template name='unused'/>" STYLE_TAIL);
	stage_put_pack(&stage, "",
	    STYLE_HEAD "<xsl:import href='../../eu/shared.xsl'/>" BUNDLE_ONLY STYLE_TAIL);
	stage_load(&stage);
	for (const struct ehds_finding *finding =
	    stage.generation.site.lint.first; finding != NULL; finding = finding->next)
		ck_assert_str_ne(finding->rule, "map-stylesheet");
	stage_free(&stage);
}
END_TEST

/* ---- FHIR ------------------------------------------------------------------------------------ */

START_TEST(names_elements_that_r4_does_not_know_where_they_stand)
{
	expect_error(BASIC("<coed><text value='t'/></coed>"),
	    AT("5:34") "FHIR R4 knows no element 'coed' in Basic");
	expect_error(BASIC("<code><xsl:if test='1'><txet value='t'/></xsl:if></code>"),
	    AT("5:57") "FHIR R4 knows no element 'txet' in CodeableConcept");
	expect_error(BASIC("<ehds:date name='craeted' select='c:t'/>"),
	    AT("5:51") "FHIR R4 knows no element 'craeted' in Basic, did you mean 'created'?");
}
END_TEST

START_TEST(names_resources_that_r4_does_not_know)
{
	expect_error(BUNDLE("<ehds:entry><Patint><active value='true'/></Patint></ehds:entry>"),
	    AT("5:13") "FHIR R4 knows no resource Patint, did you mean Patient?");
}
END_TEST

START_TEST(knows_that_a_resource_stands_in_an_entry)
{
	expect_error(BASIC("<subject><Patient><active value='true'/></Patient></subject>"),
	    AT("5:43") "the resource Patient stands in Reference: a resource is made by ehds:entry");
	expect_error(BUNDLE("<ehds:entry><active value='true'/></ehds:entry>"),
	    AT("5:13") "ehds:entry holds a resource, and 'active' is none");
	expect_error(BUNDLE("<ehds:entry><ehds:concept name='code' select='c:k'/></ehds:entry>"),
	    AT("5:13") "ehds:entry holds a resource, and ehds:concept writes none");
}
END_TEST

START_TEST(knows_the_types_of_elements)
{
	expect_error(BASIC("<ehds:datetime name='code' select='c:k'/>"),
	    AT("5:55") "Basic.code is of type CodeableConcept, and ehds:datetime writes dateTime");
	expect_error(BASIC("<ehds:reference name='code' key='1'/>"),
	    AT("5:56") "Basic.code is of type CodeableConcept, and ehds:reference writes Reference");
}
END_TEST

START_TEST(knows_choices_by_their_base_name_only_where_the_type_follows)
{
	expect_error(BUNDLE("<ehds:entry><Observation><ehds:value name='value' select='c:v'/>"
	    "<ehds:concept name='value' select='c:v'/>"
	    "<ehds:concept name='valueCodeableConcept' select='c:v'/></Observation></ehds:entry>"),
	    AT("5:85") "FHIR R4 knows no element 'value' in Observation");
}
END_TEST

START_TEST(knows_the_attributes_of_fhir_xml)
{
	expect_error(BASIC("<language valeu='x'/>"),
	    AT("5:51") "FHIR XML has the attributes 'value', 'url' and 'id', and no 'valeu'");
}
END_TEST

START_TEST(names_elements_of_other_name_spaces)
{
	expect_error(BASIC("<c:code value='x'/>" REST),
	    AT("5:34") "<code> is no FHIR element: its name space is 'urn:hl7-org:v3'");
}
END_TEST

START_TEST(does_not_judge_what_it_cannot_know)
{
	expect_warning(STYLE_HEAD
	    "<xsl:template match='/'><Bundle><ehds:entry key=\"'b'\"><Basic><xsl:call-template "
	    "name='t'/></Basic>"
	    "</ehds:entry></Bundle></xsl:template><xsl:template name='t'><anything value='1'/>"
	    "<xsl:variable name='v'><else value='1'/>"
	    "</xsl:variable><xsl:element name='{$v}'><more value='x'/></xsl:element></xsl:template>"
	    STYLE_TAIL, "");
}
END_TEST

/* ---- Files ----------------------------------------------------------------------------------- */

START_TEST(names_an_import_that_is_not_there)
{
	expect_error(STYLE_HEAD "<xsl:import href='../../eu/nothing.xsl'/>" BUNDLE_ONLY STYLE_TAIL,
	    AT("4:19") "'../../eu/nothing.xsl' is no file below the mappings folders");
	expect_error(STYLE_HEAD "<xsl:include href='../../../../../../../../etc/passwd'/>"
	    BUNDLE_ONLY STYLE_TAIL,
	    AT("4:20") "'../../../../../../../../etc/passwd' is no file below the mappings folders");
}
END_TEST

START_TEST(a_mistake_in_a_shared_file_is_said_once)
{
	struct stage stage = stage_new();
	char *lines;

	site_put(&stage.generation.site, "eu/shared.xsl", STYLE_HEAD "<xsl:output/>" STYLE_TAIL);
	stage_put_pack(&stage, "",
	    STYLE_HEAD "<xsl:import href='../../eu/shared.xsl'/>" BUNDLE_ONLY STYLE_TAIL);
	site_put(&stage.generation.site, "aa/u/pack.yaml",
	    "pack: aa/u\ntitle: U\ndetect:\n  - { root: '{*}Other' }\nstylesheet: "
	    "u.xsl\ncategory: none\n");
	site_put(&stage.generation.site, "aa/u/u.xsl",
	    STYLE_HEAD "<xsl:import href='../../eu/shared.xsl'/>" BUNDLE_ONLY STYLE_TAIL);
	generation_load(&stage.generation);
	lines = site_lines(&stage.generation.site, EHDS_SEVERITY_ERROR);
	ck_assert_str_eq(lines,
	    "eu/shared.xsl:4:1: map-stylesheet: xsl:output is not allowed: the engine decides how "
	    "results are written");
	free(lines);
	stage_free(&stage);
}
END_TEST

TESTS("mapping/stylesheet_lint", finds_no_fault_with_a_good_stylesheet,
    names_an_unknown_extension_element_and_the_nearest, names_an_unknown_attribute_and_the_nearest,
    names_what_an_extension_element_needs, names_a_word_that_is_none_of_those_allowed,
    names_a_reason_that_is_no_code, refuses_content_where_there_is_none,
    says_when_extension_elements_would_be_copied, says_where_elements_cannot_be_written,
    names_a_table_that_the_pack_does_not_list, names_a_table_that_nobody_uses,
    refuses_instructions_that_are_not_allowed_and_says_why,
    names_an_unknown_instruction_and_the_nearest, says_what_is_no_stylesheet,
    shows_where_an_expression_breaks, names_an_unknown_function_and_the_nearest,
    counts_the_arguments_of_functions, refuses_functions_that_are_not_allowed,
    names_a_variable_that_is_not_in_scope, names_a_prefix_that_is_not_declared,
    warns_of_names_without_a_prefix, names_a_template_that_is_not_there_and_the_nearest,
    names_a_parameter_that_the_template_does_not_have, names_a_mode_that_no_template_has,
    warns_of_templates_that_nothing_reaches, shared_templates_may_serve_others,
    names_elements_that_r4_does_not_know_where_they_stand, names_resources_that_r4_does_not_know,
    knows_that_a_resource_stands_in_an_entry, knows_the_types_of_elements,
    knows_choices_by_their_base_name_only_where_the_type_follows, knows_the_attributes_of_fhir_xml,
    names_elements_of_other_name_spaces, does_not_judge_what_it_cannot_know,
    names_an_import_that_is_not_there, a_mistake_in_a_shared_file_is_said_once)
