/* SPDX-License-Identifier: EUPL-1.2 */
/* The mistakes of senders that libxml2 finds, and what they are told. Columns are libxml2's. */
#include "format/xml_words.h"

#include "../check_main.h"
#include "xml_refusal.h"

#include <string.h>

/* The place is libxml2's business: the line is asserted, the column is not. */
static void
says(const char *document, int line, const char *rule, const char *text)
{
	const struct ehds_error *error = refusal(document, strlen(document), &xml_limits_default);

	ck_assert_str_eq(error->text, text);
	ck_assert_str_eq(error->rule, rule);
	ck_assert_int_eq(error->line, line);
}

START_TEST(tags_and_references)
{
	says("<a>\n<b>\n</a></b>", 3, "xml-malformed",
	    "the end tag </a> does not close <b>, which was opened on line 2");
	says("<a>\nAT & T</a>", 2, "xml-malformed",
	    "a name is missing here; a bare '&' in text is written &amp; and a bare '<' &lt;");
	says("<a>\nAT&T</a>", 2, "xml-malformed",
	    "a reference without ';'; a bare '&' in text is written &amp;");
	says("<a>&#1;</a>", 1, "xml-malformed",
	    "a character that XML does not allow, such as a control character");
	says("<a>\n\x01</a>", 2, "xml-malformed",
	    "a character that XML does not allow, such as a control character");
	says("<a>]]></a>", 1, "xml-malformed", "']]>' in text: it is written ]]&gt;");
	says("<a/><b/>", 1, "xml-malformed", "something stands behind the end of the root element");
	says("\n<?xml version='1.0'?><a/>", 2, "xml-malformed",
	    "the XML declaration must be the very first thing of a document: nothing may stand before it");
	says("<!-- x -->text<a/>", 1, "xml-malformed", "no element where the root element should begin");
	says("<a><!-- x -- y --></a>", 1, "xml-malformed", "'--' inside a comment");
}
END_TEST

START_TEST(attributes_and_name_spaces)
{
	says("<a b='1' b='2'/>", 1, "xml-malformed", "Attribute b redefined");
	says("<a b='1'c='2'/>", 1, "xml-malformed", "a space is missing between two attributes");
	says("<a b='<'/>", 1, "xml-malformed", "'<' in the value of an attribute: it is written &lt;");
	says("<a>\n<p:b/></a>", 2, "xml-malformed", "the name space prefix p is not declared");
	says("<a p:b=''/>", 1, "xml-malformed", "the name space prefix p is not declared");
	says("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", 1, "xml-malformed",
	    "the attribute b of the name space u stands twice on one element");
}
END_TEST

START_TEST(what_is_not_in_the_table_keeps_the_words_of_libxml2)
{
	xmlError said = { .code = XML_ERR_PI_NOT_FINISHED, .message = (char *)"strange thing\n" };
	char out[100];

	ck_assert_str_eq(xml_words(out, sizeof(out), &said), "xml-malformed");
	ck_assert_str_eq(out, "strange thing");
	said.message = NULL;
	xml_words(out, sizeof(out), &said);
	ck_assert_str_eq(out, "not well-formed");
}
END_TEST

START_TEST(no_memory_is_a_document_too_large)
{
	xmlError said = { .code = XML_ERR_NO_MEMORY };
	char out[100];

	ck_assert_str_eq(xml_words(out, sizeof(out), &said), "xml-too-large");
	ck_assert_str_eq(out, "the document needs more memory than the parser may take");
}
END_TEST

START_TEST(long_names_and_little_room_are_cut)
{
	char name[200], out[40];
	xmlError said = { .code = XML_NS_ERR_UNDEFINED_NAMESPACE, .str1 = name };

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	xml_words(out, sizeof(out), &said);
	ck_assert_uint_eq(strlen(out), sizeof(out) - 1);
	said.str1 = NULL;
	xml_words(out, sizeof(out), &said);
	ck_assert_str_eq(out, "the name space prefix ? is not declared");
}
END_TEST

TESTS("format/xml_words", tags_and_references, attributes_and_name_spaces,
    what_is_not_in_the_table_keeps_the_words_of_libxml2, no_memory_is_a_document_too_large,
    long_names_and_little_room_are_cut)
