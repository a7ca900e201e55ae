/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Narrative (txt-1: elements and attributes of fhir-xhtml.xsd; txt-2:
 * not empty); HL7 CDA R2, 4.3.5 (narrative block).
 */
#include "fake_call.h"

#include "../check_main.h"

#include <string.h>

#define DIV "<text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">"
#define END "</div></text>"
#define PNG "iVBORw0KGgo="

static void
check(const char *xml, const char *expected, const char *findings)
{
	char *source = NULL, *result = NULL;

	ck_assert_int_gt(asprintf(&source, "<text>%s</text>", xml), 0);
	ck_assert_int_gt(asprintf(&result, DIV "%s" END, expected), 0);
	fake_check(write_narrative, "text", "text", source, result, findings);
	free(source);
	free(result);
}

START_TEST(paragraphs_contents_and_breaks)
{
	check("<paragraph>Un <content>deux</content><br/>trois<sub>2</sub><sup>3</sup></paragraph>",
	    "<p>Un deux<br/>trois<sub>2</sub><sup>3</sup></p>", "");
	check("<content ID='c1'>un</content>", "<span id=\"c1\">un</span>", "");
	check(
	    "texte <content language='en-GB'>brut</content>", "texte <span lang=\"en-GB\">brut</span>", "");
	check("<paragraph><caption>Titre</caption>texte</paragraph>",
	    "<p><span class=\"caption\">Titre</span> texte</p>", "");
}
END_TEST

/*
 * CDA R2, 4.3.5.11. The class keeps the code; letter case and joined codes occur in real documents.
 */
START_TEST(style_codes_are_class_and_style)
{
	check("<content styleCode='Bold'>a</content>",
	    "<span class=\"Bold\" style=\"font-weight: bold\">a</span>", "");
	check("<content styleCode='bold  Underline xLocal'>a</content>",
	    "<span class=\"bold Underline xLocal\" "
	    "style=\"font-weight: bold; text-decoration: underline\">a</span>",
	    "");
	check("<content styleCode='BoldItalics'>a</content>",
	    "<span class=\"BoldItalics\" style=\"font-weight: bold; font-style: italic\">a</span>", "");
	check("<paragraph styleCode='a/b'>a</paragraph>", "<p class=\"a-b\">a</p>", "");
}
END_TEST

START_TEST(what_is_struck_out_is_shown_struck_out)
{
	check("<content revised='delete'>a</content><content revised='insert'>b</content>",
	    "<span class=\"delete\" style=\"text-decoration: line-through\">a</span><span class=\"insert\">b</span>",
	    "");
}
END_TEST

START_TEST(lists_hold_items_only)
{
	check(
	    "<list><item>un</item><item ID='i2'>deux<list listType='ordered'><item>trois</item></list></item></list>",
	    "<ul><li>un</li><li id=\"i2\">deux<ol><li>trois</li></ol></li></ul>", "");
	check(
	    "<list styleCode='LittleRoman' listType='ordered'><caption>Titre</caption><item><caption>A</caption>un</item></list>",
	    "<p class=\"caption\">Titre</p><ol class=\"LittleRoman\" style=\"list-style-type: lower-roman\"><li>"
	    "<span class=\"caption\">A</span> un</li></ol>",
	    "");
	check("<list>perdu<item>un</item><paragraph>p</paragraph></list>x",
	    "<ul><li>perdu</li><li>un</li><li><p>p</p></li></ul>x", "");
	check("a<list/>", "a", "");
}
END_TEST

START_TEST(tables_keep_every_part_in_the_order_of_xhtml)
{
	check(
	    "<table border='1' width='100%' ID='t1'><caption>Titre</caption><colgroup><col width='20%'/><col span='2'/></colgroup>"
	    "<tbody><tr styleCode='Bold'><td align='Center' valign='top' colspan='2' ID='d1'>5</td></tr></tbody>"
	    "<thead><tr><th scope='col' abbr='A'>Analyse</th></tr></thead><tfoot><tr><td rowspan='2'>bas</td></tr></tfoot></table>",
	    "<table id=\"t1\" border=\"1\" width=\"100%\"><caption>Titre</caption><colgroup><col width=\"20%\"/><col span=\"2\"/>"
	    "</colgroup><thead><tr><th abbr=\"A\" scope=\"col\">Analyse</th></tr></thead><tfoot><tr><td rowspan=\"2\">bas</td></tr>"
	    "</tfoot><tbody><tr class=\"Bold\" style=\"font-weight: bold\"><td id=\"d1\" colspan=\"2\" align=\"center\" "
	    "valign=\"top\">5</td></tr></tbody></table>",
	    "");
}
END_TEST

START_TEST(attributes_that_xhtml_does_not_know_stay_behind)
{
	check(
	    "<table border='yes' frame='box' onclick='x()' width='2em'><tbody><tr><td align='char' nowrap='nowrap' width='50' "
	    "bgcolor='red' headers='h1'>5</td><td width='20%'>6</td></tr></tbody></table>",
	    "<table><tbody><tr><td style=\"width: 50px\">5</td><td style=\"width: 20%\">6</td></tr></tbody></table>",
	    "");
}
END_TEST

START_TEST(empty_parts_of_tables_are_left_out_and_lonely_heads_are_bodies)
{
	check("<table><thead><tr><th>A</th></tr></thead><tbody/></table>",
	    "<table><tbody><tr><th>A</th></tr></tbody></table>", "");
	check("<table><thead/><tbody><tr/><tr><td/></tr></tbody></table>x",
	    "<table><tbody><tr><td/></tr></tbody></table>x", "");
	check("<table border='1' ID='t'><caption>Rien</caption><col/><tbody/></table>",
	    "<div id=\"t\"><span>Rien</span></div>", "");
	check("a<table><tbody/></table>", "a", "");
	check("<table><tr><td>1</td></tr><tbody><tr><td>2</td></tr></tbody><tr><td>3</td></tr></table>",
	    "<table><tbody><tr><td>1"
	    "</td></tr></tbody><tbody><tr><td>2</td></tr></tbody><tbody><tr><td>3</td></tr></tbody></table>",
	    "");
	check("<table><col width='1*'/><colgroup><col/></colgroup><tr><td>1</td></tr></table>",
	    "<table><colgroup>"
	    "<col width=\"1*\"/></colgroup><colgroup><col/></colgroup><tbody><tr><td>1</td></tr></tbody></table>",
	    "");
}
END_TEST

START_TEST(content_of_tables_outside_of_cells_is_not_lost)
{
	struct fake fake;

	check("<table><tbody><tr>perdu<td>1</td><content>2</content></tr></tbody></table>",
	    "<table><tbody><tr><td>perdu</td><td>1</td><td>2</td></tr></tbody></table>", "");
	check("<table>a<paragraph>b</paragraph></table>",
	    "<table><tbody><tr><td>a</td></tr><tr><td><p>b</p></td></tr></tbody></table>",
	    "map-narrative-table map-narrative-table");
	fake_open(&fake, "<text><table><tbody><paragraph>b</paragraph></tbody></table></text>");
	fake_write(&fake, write_narrative, "text", "text");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: content of a table outside of its rows gets a row of its own [paragraph] (tr)");
	fake_close(&fake);
	check("<tr><td>1</td><td>2</td></tr>", "<div><span>1</span> <span>2</span> </div>", "");
}
END_TEST

/* XHTML: p and span hold inline content only. A parent that has to hold a block becomes one. */
START_TEST(blocks_in_inline_parents_turn_them_into_blocks)
{
	check("<paragraph ID='p'>a<list><item>b</item></list></paragraph>",
	    "<div id=\"p\">a<ul><li>b</li></ul></div>", "");
	check(
	    "<paragraph><content styleCode='Bold'>a<table><tr><td>b</td></tr></table></content></paragraph>",
	    "<div><div class=\"Bold\" style=\"font-weight: bold\">a<table><tbody><tr><td>b</td></tr></tbody></table></div></div>",
	    "");
	check("<paragraph><b>a<paragraph>b</paragraph></b></paragraph>",
	    "<div><div style=\"font-weight: bold\">a<p>b</p></div></div>", "");
	check(
	    "<table><caption>a<list><item>b</item><item>c</item></list><table><tr><td>d</td></tr></table></caption><tr><td>e</td>"
	    "</tr></table>",
	    "<table><caption>a <span><span>b</span> <span>c</span></span>d</caption><tbody><tr><td>e</td></tr></tbody>"
	    "</table>",
	    "");
}
END_TEST

START_TEST(unknown_elements_keep_their_content)
{
	struct fake fake;

	fake_open(&fake, "<text><blink>attention <content>!</content></blink></text>");
	ck_assert_str_eq(fake_write(&fake, write_narrative, "text", "text"), DIV "attention !" END);
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: an element that narrative does not know: its content is kept [blink]");
	fake_close(&fake);
	check("a<script>alert(1)</script><style>b</style>", "a", "");
}
END_TEST

START_TEST(ids_are_ncnames_and_unique)
{
	struct fake fake;

	check("<paragraph ID='1a b'>x</paragraph><paragraph ID='_a.b-c'>y</paragraph>",
	    "<p id=\"id-1a-b\">x</p><p id=\"_a.b-c\">y</p>", "");
	fake_open(&fake, "<text><paragraph ID='a'>x</paragraph><paragraph ID='a'>y</paragraph></text>");
	ck_assert_str_eq(fake_write(&fake, write_narrative, "text", "text"),
	    DIV "<p id=\"a\">x</p><p id=\"a-2\">y</p>" END);
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: the ID is taken in the result: this one gets a suffix [a]");
	/* The first result is gone from the document, and its ids are free again. */
	ck_assert_str_eq(fake_write(&fake, write_narrative, "text", "text"),
	    DIV "<p id=\"a\">x</p><p id=\"a-2\">y</p>" END);
	fake_close(&fake);
}
END_TEST

START_TEST(an_id_that_is_taken_very_often_is_left_out)
{
	char xml[2048] = "<text>";
	struct fake fake;
	const char *result;

	for (int i = 0; i < 10; i++)
		strcat(xml, "<paragraph ID='a'>x</paragraph>");
	strcat(xml, "</text>");
	fake_open(&fake, xml);
	result = fake_write(&fake, write_narrative, "text", "text");
	ck_assert_ptr_nonnull(strstr(result, "<p id=\"a-9\">x</p><p>x</p>"));
	ck_assert_str_eq(
	    fake_finding(&fake, 8), "information: the ID is taken in the result: this one is left out [a]");
	fake_close(&fake);
}
END_TEST

START_TEST(links_are_kept_when_they_may_be_followed)
{
	struct fake fake;

	check("<linkHtml href='https://a.fr' title='T'>a</linkHtml><linkHtml href='#1x'>b</linkHtml>"
	      "<linkHtml href='mailto:a@b.fr'/>",
	    "<a href=\"https://a.fr\" title=\"T\">a</a><a href=\"#id-1x\">b</a>"
	    "<a href=\"mailto:a@b.fr\">mailto:a@b.fr</a>",
	    "");
	check("<linkHtml ID='l'>a</linkHtml>", "<span id=\"l\">a</span>", "");
	check("<linkHtml href='http://a.fr'>a<linkHtml href='http://b.fr'>b</linkHtml></linkHtml>",
	    "<a href=\"http://a.fr\">a<span>b</span></a>", "");
	fake_open(&fake, "<text><linkHtml href='javascript:alert(1)'>a</linkHtml></text>");
	ck_assert_str_eq(fake_write(&fake, write_narrative, "text", "text"), DIV "<span>a</span>" END);
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a link that narrative may not carry: its text is kept "
	    "[javascript:alert(1)] (http:, https:, mailto:, tel: or #id)");
	fake_close(&fake);
}
END_TEST

START_TEST(footnotes_and_their_references_are_linked)
{
	check("a<footnoteRef IDREF='f1'/> b<footnote ID='f1'>note</footnote>",
	    "a<sup><a href=\"#f1\">*</a></sup> b<span id=\"f1\" style=\"font-size: smaller\">note</span>",
	    "");
}
END_TEST

START_TEST(small_pictures_are_carried_inside_with_their_caption)
{
	fake_check(write_narrative, "text", "text",
	    "<text><renderMultiMedia ID='r' referencedObject='m1'><caption>Logo</caption>"
	    "</renderMultiMedia></text><observationMedia ID='m1'><value mediaType='image/jpeg' representation='B64'>" PNG
	    "</value></observationMedia>",
	    DIV "<span id=\"r\"><img src=\"data:image/png;base64," PNG "\" alt=\"Logo\"/> "
		"<span class=\"caption\">Logo</span> </span>" END,
	    "");
	fake_check(write_narrative, "text", "text", "<text><renderMultiMedia referencedObject='m1'/></text>"
	    "<observationMedia ID='m1'><value representation='B64'>" PNG "</value></observationMedia>",
	    DIV "<span><img src=\"data:image/png;base64," PNG "\" alt=\"\"/></span>" END, "");
}
END_TEST

START_TEST(what_is_no_small_picture_leaves_its_caption)
{
	struct fake fake;

	fake_open(&fake,
	    "<text><renderMultiMedia referencedObject='m1'><caption>Rapport</caption></renderMultiMedia></text>"
	    "<observationMedia ID='m1'><value mediaType='application/pdf' representation='B64'>JVBERi0xLjQ=</value>"
	    "</observationMedia>");
	ck_assert_str_eq(fake_write(&fake, write_narrative, "text", "text"),
	    DIV "<span><span class=\"caption\">Rapport</span> </span>" END);
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: the narrative does not carry this medium: its caption stands in "
	    "its place [application/pdf]");
	fake_close(&fake);
	fake_check(write_narrative, "text", "text",
	    "<text><renderMultiMedia referencedObject='m1'/></text><observationMedia ID='m1'>"
	    "<value mediaType='application/pdf' representation='B64'>JVBERi0xLjQ=</value></observationMedia>",
	    DIV "<span>[application/pdf]</span>" END, "map-narrative-media");
	check("<renderMultiMedia referencedObject='nowhere'/>", "<span>[media]</span>",
	    "map-reference-dangling");
	fake_check(write_narrative, "text", "text",
	    "<text><renderMultiMedia referencedObject='m1'/></text><observationMedia ID='m1'>"
	    "<value mediaType='image/png'><reference value='https://a.fr/x.png'/></value></observationMedia>",
	    DIV "<span><a href=\"https://a.fr/x.png\">https://a.fr/x.png</a></span>" END, "");
}
END_TEST

/* FHIR R4, txt-2: "The narrative SHALL have some non-whitespace content". */
START_TEST(trap_a_narrative_of_nothing_is_none)
{
	fake_check(write_narrative, "text", "text", "<text/>", "", "");
	fake_check(write_narrative, "text", "text", "<text> <paragraph> <br/></paragraph></text>", "", "");
	fake_check(
	    write_narrative, "text", "text", "<text nullFlavor='MSK'>x</text>", "", "map-masked-content");
	fake_check(write_narrative, "text", "text",
	    "<text><table><tbody><tr><td/></tr></tbody></table></text>", "", "");
}
END_TEST

START_TEST(a_text_that_is_a_reference_shows_what_it_refers_to)
{
	fake_check(write_narrative, "text", "text",
	    "<text><reference value='#p'/></text><section><paragraph ID='p'>a</paragraph>"
	    "</section>",
	    DIV "<p id=\"p\">a</p>" END, "");
	fake_check(write_narrative, "text", "text", "<text><reference value='#q'/></text>", "",
	    "map-reference-dangling");
}
END_TEST

/* Seen in real documents: formatted text with <Break/>, and columns made of spaces in a fixed font. */
START_TEST(formatted_text_of_plain_xml_formats)
{
	check("a<Break/>b<Bold>c</Bold><Center>d</Center><FixedFont>1   2\n3</FixedFont>", "a<br/>b<b>c</b>"
	    "<div style=\"text-align: center\">d</div><pre>1   2\n3</pre>", "");
}
END_TEST

START_TEST(the_narrative_of_a_fhir_source_is_its_div)
{
	fake_check(write_narrative, "text", "text",
	    "<text><status value='generated'/><div><p class='a b' style='color: red'>x</p>"
	    "<p style='background: url(http://a)'>y</p><hr/><img src='http://a/b.png' alt='Logo'/><img src='data:image/png;base64,AA'/>"
	    "</div></text>",
	    DIV
	    "<p class=\"a b\" style=\"color: red\">x</p><p>y</p><p style=\"border-top: 1px solid\"/>Logo"
	    "<img src=\"data:image/png;base64,AA\" alt=\"\"/>" END,
	    "");
}
END_TEST

START_TEST(strings_keep_their_lines)
{
	struct fake fake;

	fake_open(&fake, "");
	fake_attribute(&fake, "status", "additional");
	ck_assert_str_eq(fake_write_text(&fake, write_narrative, "a & b\n\nc", "text"),
	    "<text><status value=\"additional\"/>"
	    "<div xmlns=\"http://www.w3.org/1999/xhtml\">a &amp; b<br/><br/>c</div></text>");
	ck_assert_str_eq(fake_write_text(&fake, write_narrative, " ", "text"), "");
	fake_close(&fake);
}
END_TEST

START_TEST(white_space_runs_are_one_space)
{
	check("<paragraph>\n      a   b\n  </paragraph>", "<p> a b </p>", "");
}
END_TEST

START_TEST(narrative_of_absurd_depth_is_flat_text)
{
	char xml[4096] = "<text>";
	struct fake fake;

	for (int i = 0; i < 110; i++)
		strcat(xml, "<content ID='x'>");
	strcat(xml, "deep");
	for (int i = 0; i < 110; i++)
		strcat(xml, "</content>");
	strcat(xml, "</text>");
	fake_open(&fake, xml);
	ck_assert_ptr_nonnull(strstr(fake_write(&fake, write_narrative, "text", "text"), "deep"));
	ck_assert_ptr_nonnull(strstr(fake_findings(&fake), "map-narrative-depth"));
	ck_assert_str_eq(fake_finding(&fake, 99),
	    "warning: narrative nested deeper than 100 elements is carried as plain text");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/narrative", paragraphs_contents_and_breaks, style_codes_are_class_and_style,
    what_is_struck_out_is_shown_struck_out, lists_hold_items_only,
    tables_keep_every_part_in_the_order_of_xhtml, attributes_that_xhtml_does_not_know_stay_behind,
    empty_parts_of_tables_are_left_out_and_lonely_heads_are_bodies,
    content_of_tables_outside_of_cells_is_not_lost, blocks_in_inline_parents_turn_them_into_blocks,
    unknown_elements_keep_their_content, ids_are_ncnames_and_unique,
    an_id_that_is_taken_very_often_is_left_out, links_are_kept_when_they_may_be_followed,
    footnotes_and_their_references_are_linked, small_pictures_are_carried_inside_with_their_caption,
    what_is_no_small_picture_leaves_its_caption, trap_a_narrative_of_nothing_is_none,
    a_text_that_is_a_reference_shows_what_it_refers_to, formatted_text_of_plain_xml_formats,
    the_narrative_of_a_fhir_source_is_its_div, strings_keep_their_lines, white_space_runs_are_one_space,
    narrative_of_absurd_depth_is_flat_text)
