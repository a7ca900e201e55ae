/* SPDX-License-Identifier: EUPL-1.2 */
/* Through the door, where the guard stands: what it lets pass must also be what libxml2 sees. */
#include "format/xml_guard.h"

#include "../check_main.h"
#include "xml_refusal.h"

#include <string.h>

static bool
takes(const char *document, size_t length, const struct xml_limits *limits)
{
	struct arena *arena = arena_new(0);
	struct xml_source *source;
	bool taken = xml_parse(&source, document, length, "t", limits, arena, NULL, NULL) == 0;

	xml_source_free(&source);
	arena_free(&arena);
	return taken;
}

static void
refuses_long(char *document, size_t length, const struct xml_limits *limits, const char *rule,
    const char *text)
{
	const struct ehds_error *error = refusal(document, length, limits);

	ck_assert_str_eq(error->text, text);
	ck_assert_str_eq(error->rule, rule);
	free(document);
}

START_TEST(nesting_is_bounded_to_the_level)
{
	struct xml_limits limits = xml_limits_default;
	const struct ehds_error *error;
	char *deep;
	size_t length;

	limits.depth = 3;
	ck_assert(takes("<a><b><c/></b></a>", 18, &limits));
	ck_assert(takes("<a><b><c></c></b></a>", 21, &limits));
	error = refusal("<a><b><c><d></d></c></b></a>", 28, &limits);
	ck_assert_str_eq(error->rule, "xml-depth");
	ck_assert_str_eq(error->text, "elements are nested more than 3 deep");
	ck_assert_int_eq(error->column, 10);
	deep = repeated("", "<a>", 100000, "", &length);
	refuses_long(deep, length, &xml_limits_default, "xml-depth",
	    "elements are nested more than 128 deep");
}
END_TEST

START_TEST(attributes_are_bounded_on_one_element)
{
	struct xml_limits limits = xml_limits_default;
	struct buffer many = { .limit = 0 };
	const struct ehds_error *error;

	limits.attributes = 2;
	ck_assert(takes("<a b='' xmlns='u'/>", 19, &limits));
	error = refusal("<a b='' xmlns='u' c=''/>", 24, &limits);
	ck_assert_str_eq(error->rule, "xml-attributes");
	ck_assert_str_eq(error->text, "more than 2 attributes on one element");
	buffer_puts(&many, "<a");
	for (int i = 0; i < 60000; i++)
		buffer_printf(&many, " a%d='1'", i);
	buffer_puts(&many, "/>");
	refuses_long(buffer_take(&many, NULL), 600000, &xml_limits_default, "xml-attributes",
	    "more than 256 attributes on one element");
}
END_TEST

START_TEST(attributes_and_name_spaces_are_bounded_in_the_whole_document)
{
	struct xml_limits limits = xml_limits_default;
	struct buffer many = { .limit = 0 };
	size_t length;
	char *document;

	limits.elements = 2;
	document = repeated("<a", " b1='' b2='' b3='' b4='' b5='' b6='' b7=''", 1, "/>", &length);
	refuses_long(document, length, &limits, "xml-attributes",
	    "more than 6 attributes in the whole document");
	/* 43 on each of three levels. */
	for (int level = 0; level < 3; level++) {
		buffer_puts(&many, "<a");
		for (int i = 0; i < 43; i++)
			buffer_printf(&many, " xmlns:n%d='u'", i);
		buffer_puts(&many, ">");
	}
	buffer_puts(&many, "</a></a></a>");
	document = buffer_take(&many, &length);
	refuses_long(document, length, &xml_limits_default, "xml-attributes",
	    "more than 128 name space declarations in scope");
	/* The same number one behind the other is fine: they go out of scope. */
	document = repeated("<b>", "<a xmlns:n1='u' xmlns:n2='u' xmlns='u'></a><a xmlns='u'/>", 100,
	    "</b>", &length);
	ck_assert(takes(document, length, &xml_limits_default));
	free(document);
}
END_TEST

START_TEST(elements_and_other_nodes_are_bounded)
{
	struct xml_limits limits = xml_limits_default;
	size_t length;
	char *document;

	limits.elements = 3;
	ck_assert(takes("<a><b/><c/></a>", 15, &limits));
	document = repeated("<a>", "<b/>", 3, "</a>", &length);
	refuses_long(document, length, &limits, "xml-elements", "more than 3 elements");
	document = repeated("<a>", "<!----><?b?>", 2, "</a>", &length);
	refuses_long(document, length, &limits, "xml-elements",
	    "more than 3 comments, instructions and CDATA sections");
}
END_TEST

START_TEST(names_and_values_are_bounded)
{
	struct xml_limits limits = xml_limits_default;
	size_t length;

	limits.name = 3;
	limits.value = 3;
	ck_assert(takes("<abc def='123'/>", 16, &limits));
	refuses_long(repeated("<abcd/>", "", 0, "", &length), 7, &limits, "xml-name",
	    "the name of an element has 4 bytes, the limit is 3");
	refuses_long(repeated("<a bcde='1'/>", "", 0, "", &length), 13, &limits, "xml-name",
	    "the name of an attribute has 4 bytes, the limit is 3");
	refuses_long(repeated("<a b='1234'/>", "", 0, "", &length), 13, &limits, "xml-too-large",
	    "the attribute 'b' has 4 bytes, the limit is 3");
	refuses_long(repeated("<a></a", " ", 2000, ">", &length), 2007, &limits, "xml-name",
	    "an end tag of 2003 bytes");
}
END_TEST

START_TEST(what_libxml2_cannot_hold_is_refused_in_clear_words)
{
	size_t length;
	char *document;

	document = repeated("<a>", "words, ", 1500000, "</a>", &length);
	refuses_long(document, length, &xml_limits_default, "xml-too-large",
	    "a text of more than 10000000 bytes that is no base64 body");
	document = repeated("<a>", "<![CDATA[0123456789abcdef]]>", 400000, "</a>", &length);
	refuses_long(document, length, &xml_limits_default, "xml-too-large",
	    "a text of more than 10000000 bytes that is no base64 body");
	document = repeated("<a><!--", "words, ", 1500000, "--></a>", &length);
	refuses_long(document, length, &xml_limits_default, "xml-too-large",
	    "a comment of 10500000 bytes, the limit is 10000000");
	document = repeated("<a", "          ", 1000001, "/>", &length);
	refuses_long(document, length, &xml_limits_default, "xml-too-large",
	    "a start tag of 10000012 bytes, the limit is 10000000");
}
END_TEST

START_TEST(how_long_a_body_must_be_is_a_limit)
{
	struct xml_limits limits = xml_limits_default;
	static const char document[] = "<a>QUJDREVG</a>";
	struct xml_source *source;

	for (limits.body = 6; limits.body <= 9; limits.body++) {
		struct arena *arena = arena_new(0);

		ck_assert_int_eq(xml_parse(&source, document, strlen(document), "t", &limits, arena, NULL, NULL), 0);
		/* Eight digits. */
		ck_assert((xml_source_body(source, xmlDocGetRootElement(xml_source_doc(source))) != NULL) ==
		    (limits.body < 8));
		xml_source_free(&source);
		arena_free(&arena);
	}
}
END_TEST

START_TEST(a_base64_body_may_be_larger_than_a_text)
{
	size_t length;
	char *document = repeated("<a>", "QUJDREVG", 1500000, "</a>", &length);

	ck_assert(takes(document, length, &xml_limits_default));
	free(document);
}
END_TEST

START_TEST(a_truncated_document_names_what_is_open)
{
	refuses("<a>\n<b c='d'>text", "xml-malformed", 2, 14,
	    "the document breaks off: <b>, opened on line 2, is not closed");
	refuses("<a>\n<b c='d", "xml-malformed", 2, 8,
	    "the document breaks off inside the value of an attribute that begins on line 2");
	refuses("<a>\n<b c=", "xml-malformed", 2, 6,
	    "the document breaks off inside a start tag that begins on line 2");
	refuses("<a>\n<b c", "xml-malformed", 2, 5,
	    "the document breaks off inside a start tag that begins on line 2");
	refuses("<a>\n<b ", "xml-malformed", 2, 4,
	    "the document breaks off inside a start tag that begins on line 2");
	refuses("<a>\n<b", "xml-malformed", 2, 3,
	    "the document breaks off inside a start tag that begins on line 2");
	refuses("<a/", "xml-malformed", 1, 4,
	    "the document breaks off inside a start tag that begins on line 1");
	refuses("<a><", "xml-malformed", 1, 5, "the document breaks off inside a tag that begins on line 1");
	refuses("<a></a", "xml-malformed", 1, 7,
	    "the document breaks off inside an end tag that begins on line 1");
	refuses("<a><!-- -- ", "xml-malformed", 1, 12,
	    "the document breaks off inside a comment that begins on line 1");
	refuses("<a><![CDATA[ ]]", "xml-malformed", 1, 16,
	    "the document breaks off inside a CDATA section that begins on line 1");
	refuses("<?a", "xml-malformed", 1, 4,
	    "the document breaks off inside a processing instruction that begins on line 1");
	refuses("<!-- only -->", "xml-malformed", 1, 14, "there is no element");
}
END_TEST

START_TEST(broken_tags_are_named)
{
	refuses("<a>< b/></a>", "xml-malformed", 1, 4,
	    "'<' without a name behind it; in text it is written &lt;");
	refuses("<a b/>", "xml-malformed", 1, 4, "an attribute 'b/' without '=' and a value");
	refuses("<a b=c/>", "xml-malformed", 1, 6, "the value of the attribute 'b' stands in no quotes");
	refuses("<a ='c'/>", "xml-malformed", 1, 4, "an attribute '' without '=' and a value");
	refuses("<a / >", "xml-malformed", 1, 4, "'/' inside a start tag");
	refuses("<a></a></b>", "xml-malformed", 1, 8, "an end tag without a start tag");
	refuses("<a><!b></a>", "xml-malformed", 1, 4,
	    "'<!' that begins neither a comment nor a CDATA section");
	refuses("<![CDATA[x]]><a/>", "xml-malformed", 1, 1, "a CDATA section outside the root element");
	refuses("<a><!ENTITY b 'c'></a>", "xml-entity", 1, 4, "an entity declaration: none is taken");
}
END_TEST

/*
 * Documents in which another reading of quotes, comments or sections would find another number of
 * elements.
 */
START_TEST(sees_the_elements_that_libxml2_sees)
{
	static const char *const documents[] = {
		"<a b='>' c=\"'>\" d='\"'><b/></a>", "<a><!-- > <b> ' \" --><c/></a>", "<a><!----><c/></a>",
		"<a><!---><c/>--></a>", "<a><![CDATA[]]]]><c/></a>", "<a><![CDATA[<b>]] ></a>]]><c/></a>",
		"<a><?p > <b> ' ?><c/></a>", "<a><?p ?\?><c/></a>", "<a\n\tb\r=\n'1'\n/>", "<a>></a>",
		"<a>]]</a >", "<?xml version='1.0' standalone='yes'?><a/><!-- after --><?p?>",
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		ck_assert_msg(takes(documents[i], strlen(documents[i]), &xml_limits_default), "%s",
		    documents[i]);
}
END_TEST

TESTS("format/xml_guard", nesting_is_bounded_to_the_level, attributes_are_bounded_on_one_element,
    attributes_and_name_spaces_are_bounded_in_the_whole_document, elements_and_other_nodes_are_bounded,
    names_and_values_are_bounded, what_libxml2_cannot_hold_is_refused_in_clear_words,
    how_long_a_body_must_be_is_a_limit, a_base64_body_may_be_larger_than_a_text, a_truncated_document_names_what_is_open, broken_tags_are_named,
    sees_the_elements_that_libxml2_sees)
