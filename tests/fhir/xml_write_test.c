/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: HL7 FHIR R4 4.0.1, xml.html; escapes: XML 1.0, sections 2.4, 2.11 and 3.3.3. */
#include "fhir/json.h"
#include "fhir/xhtml.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define DIV "<div xmlns=\"http://www.w3.org/1999/xhtml\">"

static void
assert_written(const char *tree, const char *xml, bool pretty)
{
	xmlDoc *doc = tree_of(tree);
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	ck_assert_msg(fhir_xml_write(&out, doc, pretty, &error) == 0, "%s", error.text);
	ck_assert_str_eq(out.data, xml);
	buffer_free(&out);
	xmlFreeDoc(doc);
}

#define WRITES(tree, xml) assert_written(tree, HEAD xml "\n", false)

START_TEST(declares_one_name_space_and_uses_no_prefix)
{
	WRITES("<f:Patient xmlns:f='http://hl7.org/fhir' xmlns:unused='urn:x'><f:gender "
	       "value='male'/></f:Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"male\"/></Patient>");
}
END_TEST

START_TEST(leaves_out_comments_instructions_and_white_space)
{
	WRITES("<Patient>\n <!-- a --><?b c?> <gender value='male'> </gender>\n <name> <!-- d --> "
	       "</name></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"male\"/><name/></Patient>");
}
END_TEST

START_TEST(escapes_attributes_so_that_white_space_survives)
{
	WRITES("<Patient><id value='a&amp;b&lt;c&gt;d&quot;e&#9;f&#10;g&#13;h\xC3\xA9'/></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><id "
	    "value=\"a&amp;b&lt;c&gt;d&quot;e&#9;f&#10;g&#13;h\xC3\xA9\"/></Patient>");
}
END_TEST

START_TEST(attributes_stand_in_one_order)
{
	WRITES("<Patient><extension url='u' id='a'><valueCode value='c' id='b'/></extension></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><extension id=\"a\" url=\"u\"><valueCode id=\"b\" "
	    "value=\"c\"/></extension></Patient>");
}
END_TEST

START_TEST(keeps_xhtml_as_it_is_even_when_pretty)
{
	assert_written("<Patient><text><status value='generated'/><div "
		       "xmlns='http://www.w3.org/1999/xhtml'><p>a <b>b</b>\n c</p><td/></div>"
		       "</text></Patient>",
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Patient xmlns=\"http://hl7.org/fhir\">\n  "
	    "<text>\n"
	    "    <status value=\"generated\"/>\n    " DIV
	    "<p>a <b>b</b>\n c</p><td></td></div>\n  </text>\n</Patient>\n",
	    true);
}
END_TEST

START_TEST(gives_a_div_its_own_declaration_wherever_it_was_declared)
{
	WRITES(
	    "<Patient xmlns='http://hl7.org/fhir' "
	    "xmlns:h='http://www.w3.org/1999/xhtml'><text><h:div><h:p>x</h:p></h:div></text></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><text>" DIV "<p>x</p></div></text></Patient>");
}
END_TEST

START_TEST(writes_every_kind_of_node_in_xhtml)
{
	WRITES("<Patient><text><div xmlns='http://www.w3.org/1999/xhtml' xml:lang='da'><!-- kept "
	       "--><?gone x?><img src='#a'/><a title='\"'/>"
	       "<![CDATA[1 < 2 & 3]]>&#13;</div></text></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><text><div xmlns=\"http://www.w3.org/1999/xhtml\" "
	    "xml:lang=\"da\"><!-- kept -->"
	    "<img src=\"#a\"/><a title=\"&quot;\"></a>1 &lt; 2 &amp; 3&#13;</div></text></Patient>");
	WRITES("<Patient><text><div xmlns='http://www.w3.org/1999/xhtml'><m xmlns='urn:m'><n/></m><p "
	       "xmlns:o='urn:o' o:a='1' o:b='2'/></div>"
	       "</text></Patient>",
	    "<Patient xmlns=\"http://hl7.org/fhir\"><text>" DIV "<m xmlns=\"urn:m\"><n></n></m>"
	    "<p xmlns:o=\"urn:o\" o:a=\"1\" o:b=\"2\"></p></div></text></Patient>");
}
END_TEST

START_TEST(writes_deep_xhtml_without_recursion)
{
	xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *node = xmlNewDocNode(doc, NULL, BAD_CAST "div", NULL);
	struct buffer out = { 0 };
	int i;

	xmlDocSetRootElement(doc, node);
	xmlSetNs(node, xmlNewNs(node, BAD_CAST XHTML_NAMESPACE, NULL));
	for (i = 0; i < 100000; i++)
		node = xmlNewChild(node, node->ns, BAD_CAST "b", NULL);
	xhtml_write(&out, xmlDocGetRootElement(doc));
	ck_assert_uint_eq(out.length, strlen(DIV "</div>") + 100000 * strlen("<b></b>"));
	buffer_free(&out);
	xmlFreeDoc(doc);
}
END_TEST

static void
assert_refused(const char *tree, const char *rule, const char *text)
{
	xmlDoc *doc = tree_of(tree);
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	ck_assert_int_eq(fhir_xml_write(&out, doc, false, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, rule);
	ck_assert_str_eq(error.text, text);
	buffer_free(&out);
	xmlFreeDoc(doc);
}

START_TEST(refuses_what_is_not_fhir)
{
	assert_refused("<Patient><x xmlns='urn:x'/></Patient>", "fhir-unknown-element",
	    "not in the name space http://hl7.org/fhir: 'x'");
	assert_refused("<Patient xmlns='urn:x'/>", "fhir-unknown-element",
	    "not in the name space http://hl7.org/fhir: 'Patient'");
	assert_refused("<Patient><name xmlns:x='urn:x' x:y='z'/></Patient>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'y'");
	assert_refused("<Patient><name colour='z'/></Patient>", "fhir-unknown-attribute",
	    "FHIR R4 knows no attribute 'colour'");
	assert_refused("<Patient><gender>male</gender></Patient>", "fhir-stray-text",
	    "text stands directly inside 'gender'");
	assert_refused("<Patient><gender value='x'/>male</Patient>", "fhir-stray-text",
	    "text stands directly inside 'Patient'");
}
END_TEST

START_TEST(refuses_a_tree_that_is_too_deep_or_empty)
{
	xmlDoc *doc = tree_of("<Questionnaire/>"), *empty = xmlNewDoc(BAD_CAST "1.0");
	xmlNode *node = xmlDocGetRootElement(doc);
	struct ehds_error error = { 0 };
	struct buffer out = { 0 };
	int i;

	for (i = 0; i < 100000; i++)
		node = xmlNewChild(node, node->ns, BAD_CAST "item", NULL);
	ck_assert_int_eq(fhir_xml_write(&out, doc, true, &error), -1);
	ck_assert_str_eq(error.rule, "fhir-depth");
	ck_assert_str_eq(error.text, "nested too deeply: 'item'");
	ck_assert_int_eq(fhir_xml_write(&out, empty, true, &error), -1);
	ck_assert_str_eq(error.text, "the document is empty: a FHIR resource was expected");
	buffer_free(&out);
	xmlFreeDoc(doc);
	xmlFreeDoc(empty);
}
END_TEST

TESTS("fhir/xml_write", declares_one_name_space_and_uses_no_prefix,
    leaves_out_comments_instructions_and_white_space, escapes_attributes_so_that_white_space_survives,
    attributes_stand_in_one_order, keeps_xhtml_as_it_is_even_when_pretty,
    gives_a_div_its_own_declaration_wherever_it_was_declared, writes_every_kind_of_node_in_xhtml,
    writes_deep_xhtml_without_recursion, refuses_what_is_not_fhir,
    refuses_a_tree_that_is_too_deep_or_empty)
