/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/xml.h"
#include "base/file.h"

#include "../check_main.h"
#include "../temporary.h"
#include "xml_refusal.h"

#include <string.h>

#include <libxml/parser.h>

/* A parsed document and what it lives in. */
struct parsed {
	struct arena *arena;
	struct ehds_findings findings;
	struct xml_source *source;
	xmlNode *root;
};

/* bytes must outlive it. */
static struct parsed
parse(const char *bytes, size_t length)
{
	struct parsed parsed = { .arena = arena_new(0) };
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	parsed.findings = findings_new(parsed.arena);
	ck_assert_msg(xml_parse(&parsed.source, bytes, length, "test.xml", &xml_limits_default, parsed.arena,
	    &parsed.findings, &error) == 0, "refused: %s", error.text);
	parsed.root = xmlDocGetRootElement(xml_source_doc(parsed.source));
	return parsed;
}

static void
parsed_free(struct parsed *parsed)
{
	xml_source_free(&parsed->source);
	ck_assert_ptr_null(parsed->source);
	arena_free(&parsed->arena);
}

static void
assert_text(const xmlNode *node, const char *text)
{
	xmlChar *content = xmlNodeGetContent(node);

	ck_assert_str_eq((const char *)content, text);
	xmlFree(content);
}

START_TEST(gives_a_tree_that_keeps_white_space_comments_and_lines)
{
	static const char document[] = "<?xml version=\"1.0\"?>\n<!-- c -->\n<a x='1'>\n <b>t</b>\n</a>\n";
	struct parsed parsed = parse(document, strlen(document));
	xmlNode *blank = parsed.root->children, *b = blank->next;

	ck_assert_str_eq((const char *)parsed.root->name, "a");
	ck_assert_int_eq(xml_line(parsed.root), 3);
	ck_assert_int_eq(parsed.root->prev->type, XML_COMMENT_NODE);
	ck_assert_int_eq(blank->type, XML_TEXT_NODE);
	assert_text(blank, "\n ");
	ck_assert_str_eq((const char *)b->name, "b");
	ck_assert_int_eq(xml_line(b), 4);
	ck_assert_int_eq(xml_line((xmlNode *)parsed.root->properties), 3);
	ck_assert_int_eq(xml_line(NULL), 0);
	ck_assert_ptr_eq(xml_source_doc(parsed.source)->_private, parsed.source);
	ck_assert_ptr_null(b->_private);
	parsed_free(&parsed);
}
END_TEST

START_TEST(cdata_and_references_become_one_text)
{
	static const char document[] = "<a>x<![CDATA[<&>]]>y&amp;z&#233;</a>";
	struct parsed parsed = parse(document, strlen(document));

	ck_assert_int_eq(parsed.root->children->type, XML_TEXT_NODE);
	ck_assert_ptr_null(parsed.root->children->next);
	assert_text(parsed.root, "x<&>y&z\xC3\xA9");
	parsed_free(&parsed);
}
END_TEST

START_TEST(a_stylesheet_instruction_is_kept_and_not_followed)
{
	static const char document[] = "<?xml-stylesheet type=\"text/xsl\" href=\"file:///etc/passwd\"?><a/>";
	struct parsed parsed = parse(document, strlen(document));

	ck_assert_int_eq(parsed.root->prev->type, XML_PI_NODE);
	ck_assert_ptr_null(parsed.findings.first);
	parsed_free(&parsed);
}
END_TEST

START_TEST(refuses_nothing_and_white_space_as_empty)
{
	refuses("", "xml-empty", 1, 1, "the document is empty");
	refuses(" \r\n\t", "xml-empty", 1, 1, "the document is empty");
	refuses("\xEF\xBB\xBF", "xml-empty", 1, 1, "the document is empty");
}
END_TEST

START_TEST(says_what_came_instead_of_xml)
{
	static const struct {
		const char *bytes, *what;
	} cases[] = {
		{ "{\"resourceType\":\"Bundle\"}", "JSON" }, { "[1]", "JSON" }, { "%PDF-1.7\n", "PDF" },
		{ "PK\x03\x04zip", "a ZIP archive" }, { "\x1F\x8B\x08", "gzip" }, { "UNA:+.? '", "EDIFACT" },
		{ "UNB+UNOC:3", "EDIFACT" }, { "MSH|^~\\&|", "HL7 version 2" },
		{ "MIME-Version: 1.0", "a MIME message" }, { "--boundary", "a MIME message" },
		{ "{\\rtf1", "RTF" }, { "\xFF\xD8\xFF\xE0", "JPEG" }, { "\x89PNG\r\n", "PNG" },
		{ "II*", "TIFF" },
	};
	char text[100];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "this is no XML, it looks like %s", cases[i].what);
		refuses(cases[i].bytes, "xml-not-xml", 1, 1, text);
	}
	refuses("\n hello <a/>", "xml-not-xml", 2, 2, "this is no XML: it does not begin with '<'");
}
END_TEST

START_TEST(refuses_a_document_type_before_any_entity_counts)
{
	static const char none[] =
	    "a document type declaration (<!DOCTYPE): none is taken, because it can declare entities";

	refuses("<!DOCTYPE a><a/>", "xml-doctype", 1, 1, none);
	refuses("<?xml version='1.0'?>\n<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;'>]>"
	    "<lolz>&lol2;</lolz>", "xml-doctype", 2, 1, none);
	refuses("<!-- x --><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
	    "xml-doctype", 1, 11, none);
	refuses("<!doctype html><html/>", "xml-doctype", 1, 1, none);
	refuses("<a>&x;</a>", "xml-entity", 1, 7,
	    "the entity &x; is not known; XML itself knows &amp; &lt; &gt; &quot; &apos; and &#...; only");
}
END_TEST

START_TEST(a_document_type_in_a_comment_or_cdata_section_is_only_text)
{
	static const char document[] = "<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]><?p <!DOCTYPE a>?></a>";
	struct parsed parsed = parse(document, strlen(document));

	assert_text(parsed.root->children, "<!DOCTYPE a>");
	parsed_free(&parsed);
}
END_TEST

START_TEST(refuses_a_document_over_the_limit_of_bytes)
{
	struct xml_limits limits = xml_limits_default;
	const struct ehds_error *error;

	limits.bytes = 10;
	error = refusal("<a>1234</a>", 11, &limits);
	ck_assert_str_eq(error->rule, "xml-too-large");
	ck_assert_str_eq(error->text, "the document has 11 bytes, the limit is 10");
}
END_TEST

START_TEST(refuses_forty_megabytes)
{
	size_t length;
	char *document = repeated("<a>", "0123456789abcdef", 40 * 1024 * 1024 / 16, "</a>", &length);

	ck_assert_str_eq(refusal(document, length, &xml_limits_default)->rule, "xml-too-large");
	free(document);
}
END_TEST

START_TEST(takes_a_large_document_of_small_texts)
{
	size_t length;
	char *document = repeated("<a>", "<b c='1'>one, two, three</b>\n", 400000, "</a>", &length);
	struct parsed parsed = parse(document, length);

	/* Lines behind 65,535, where libxml2's own count ends. */
	ck_assert_int_eq(xml_line(xmlGetLastChild(parsed.root)->prev), 400000);
	parsed_free(&parsed);
	free(document);
}
END_TEST

START_TEST(a_document_of_many_names_is_refused_before_it_costs_seconds)
{
	struct buffer document = { .limit = 0 };
	const struct ehds_error *error;

	buffer_puts(&document, "<a>");
	for (int i = 0; i < 30000; i++)
		buffer_printf(&document, "<n%d/>", i);
	buffer_puts(&document, "</a>");
	error = refusal(document.data, document.length, &xml_limits_default);
	ck_assert_str_eq(error->rule, "xml-name");
	ck_assert_str_eq(error->text, "more than 20,000 different names in one document");
	buffer_free(&document);
}
END_TEST

START_TEST(a_full_arena_refuses_instead_of_losing_a_body)
{
	size_t length;
	char *document = repeated("<a>", "QUJD", 2000, "</a>", &length);
	struct arena *arena = arena_new(8);
	struct xml_source *source;
	struct ehds_error error;

	ck_assert_int_eq(xml_parse(&source, document, length, "t", &xml_limits_default, arena, NULL,
	    &error), -1);
	ck_assert_str_eq(error.rule, "xml-too-large");
	ck_assert_str_eq(error.text, "no memory to keep a body by reference");
	ck_assert_int_eq(xml_parse(&source, "<a/>", 4, "t", &xml_limits_default, arena, NULL, &error), -1);
	ck_assert_str_eq(error.text, "no memory for the document");
	arena_free(&arena);
	free(document);
}
END_TEST

/* 5,000 digits, a line feed after every 100: 50 of them. */
static char *
with_body(const char *before, const char *after, size_t *length)
{
	static char line[102];

	memset(line, 'Q', 100);
	line[100] = '\n';
	return repeated(before, line, 50, after, length);
}

START_TEST(a_body_is_cut_out_and_found_by_its_element)
{
	size_t length;
	char *document = with_body("<a><b>text</b><c>", "</c><d>text</d></a>", &length);
	struct parsed parsed = parse(document, length);
	const xmlNode *b = parsed.root->children, *c = b->next, *d = c->next;
	const struct xml_body *body = xml_source_body(parsed.source, c);

	ck_assert_ptr_nonnull(body);
	ck_assert_uint_eq(body->length, 50 * 101);
	ck_assert_ptr_eq(body->data, document + strlen("<a><b>text</b><c>"));
	ck_assert_ptr_null(c->children);
	ck_assert_ptr_null(xml_source_body(parsed.source, b));
	ck_assert_ptr_null(xml_source_body(parsed.source, d));
	ck_assert_ptr_null(xml_source_body(parsed.source, parsed.root));
	assert_text(d, "text");
	/* The lines that were cut out still count. */
	ck_assert_int_eq(xml_line(c), 1);
	ck_assert_int_eq(xml_line(d), 51);
	parsed_free(&parsed);
	free(document);
}
END_TEST

START_TEST(many_bodies_are_each_found)
{
	struct buffer document = { .limit = 0 };
	struct parsed parsed;
	size_t count = 0;

	buffer_puts(&document, "<a>");
	for (int i = 0; i < 100; i++) {
		buffer_puts(&document, "<b>small</b>\n<c>");
		for (int j = 0; j < 4100 + i; j++)
			buffer_putc(&document, 'Q');
		buffer_puts(&document, "</c>");
	}
	buffer_puts(&document, "</a>");
	parsed = parse(document.data, document.length);
	for (const xmlNode *node = parsed.root->children; node != NULL; node = node->next) {
		const struct xml_body *body = xml_source_body(parsed.source, node);

		ck_assert((body != NULL) == (node->type == XML_ELEMENT_NODE && node->name[0] == 'c'));
		if (body != NULL)
			ck_assert_uint_eq(body->length, 4100 + count++);
	}
	ck_assert_uint_eq(count, 100);
	parsed_free(&parsed);
	buffer_free(&document);
}
END_TEST

START_TEST(an_error_behind_a_body_has_its_true_place)
{
	size_t length;
	char *document = with_body("<a>\n<c>", "xyz</c><d></e></a>", &length);
	const struct ehds_error *error = refusal(document, length, &xml_limits_default);

	/* Line 2 begins with <c>; the body has 50 lines; behind it stands xyz</c><d></e>, 14 bytes. */
	ck_assert_str_eq(error->text, "the end tag </e> does not close <d>, which was opened on line 52");
	ck_assert_int_eq(error->line, 52);
	ck_assert_int_eq(error->column, 15);
	free(document);
}
END_TEST

START_TEST(nothing_in_a_document_imitates_a_body)
{
	/* Bodies stand only between a start tag and its own end tag; the rest is text. */
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "<a><!-- <b>", "</b> --><b>real</b></a>" }, { "<a><![CDATA[<b>", "</b>]]><b>real</b></a>" },
		{ "<a><?p <b>", "</b> ?><b>real</b></a>" }, { "<a><b x='<b>", "</b>'>real</b></a>" },
		{ "<a><b>", "<c/></b></a>" }, { "<a><b><c/>", "</b></a>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length;
		char *document = with_body(cases[i].before, cases[i].after, &length);
		struct arena *arena = arena_new(0);
		struct xml_source *source;

		/* The fourth is not well-formed: '<' in a value. */
		if (xml_parse(&source, document, length, "t", &xml_limits_default, arena, NULL, NULL) == 0) {
			xmlNode *root = xmlDocGetRootElement(xml_source_doc(source));

			for (const xmlNode *node = root; node != NULL; node = node->next)
				ck_assert_ptr_null(xml_source_body(source, node));
			for (const xmlNode *node = root->children; node != NULL; node = node->next)
				ck_assert_ptr_null(xml_source_body(source, node));
			xml_source_free(&source);
		} else {
			ck_assert_uint_eq(i, 3);
		}
		arena_free(&arena);
		free(document);
	}
}
END_TEST

START_TEST(a_body_of_a_transcoded_document_is_in_utf8)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>\xE9</b><c>";
	size_t length;
	char *document = with_body(head, "</c></a>", &length);
	struct parsed parsed = parse(document, length);
	const struct xml_body *body = xml_source_body(parsed.source, parsed.root->children->next);

	assert_text(parsed.root->children, "\xC3\xA9");
	ck_assert_uint_eq(body->length, 50 * 101);
	ck_assert_int_eq(body->data[0], 'Q');
	ck_assert_int_eq(body->data[body->length - 1], '\n');
	parsed_free(&parsed);
	free(document);
}
END_TEST

START_TEST(a_trusted_file_gives_a_tree_with_lines_and_its_name)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "style.xsl");
	static const char text[] = "<a>\n <b/>\n</a>";
	struct ehds_error error;
	xmlDoc *doc;

	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
	ck_assert_int_eq(xml_parse_trusted(&doc, path, &error), 0);
	ck_assert_str_eq((const char *)doc->URL, path);
	ck_assert_int_eq(xmlGetLineNo(xmlDocGetRootElement(doc)->children->next), 2);
	ck_assert_ptr_null(doc->_private);
	xmlFreeDoc(doc);
	free(path);
	temporary_remove(folder);
}
END_TEST

START_TEST(a_trusted_file_is_refused_for_the_same_reasons_as_a_mapping)
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "style.xsl");
	static const char text[] = "<!DOCTYPE a [<!ENTITY nbsp '&#160;'>]><a/>";
	struct ehds_error error;
	xmlDoc *doc;

	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
	ck_assert_int_eq(xml_parse_trusted(&doc, path, &error), -1);
	ck_assert_ptr_null(doc);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "xml-doctype");
	ck_assert_str_eq(error.file, path);
	ck_assert_int_eq(file_write(path, "<a>\n<b></a>", 11, 0644, NULL), 0);
	ck_assert_int_eq(xml_parse_trusted(&doc, path, &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_int_eq(error.line, 2);
	ck_assert_int_eq(xml_parse_trusted(&doc, "/nowhere/at/all", &error), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "file-read");
	free(path);
	temporary_remove(folder);
}
END_TEST

/* Nothing is loaded by name any more, and what libxml2 has to say goes to nobody. */
START_TEST(opening_shuts_libxml2_off_from_files_and_standard_error)
{
	char *folder = temporary_folder(), *file = temporary_path(folder, "a.xml"), *log = temporary_path(folder, "log");
	struct buffer said = { .limit = 0 };

	ck_assert_int_eq(file_write(file, "<a/>", 4, 0644, NULL), 0);
	ck_assert_ptr_nonnull(freopen(log, "w", stderr));
	xml_open();
	ck_assert_ptr_null(xmlParseFile(file));
	ck_assert_ptr_null(xmlReadMemory("<a>", 3, NULL, NULL, 0));
	fflush(stderr);
	ck_assert_int_eq(file_read(&said, log, 0, NULL), 0);
	ck_assert_str_eq(said.data, "");
	buffer_free(&said);
	free(file);
	free(log);
	temporary_remove(folder);
}
END_TEST

START_TEST(the_bytes_of_a_document_are_still_at_hand)
{
	static const char document[] = "<?xml version='1.0' encoding='latin1'?><a>\xE9</a>";
	struct parsed parsed = parse(document, strlen(document));
	size_t length;

	ck_assert_ptr_eq(xml_source_bytes(parsed.source, &length), document);
	ck_assert_uint_eq(length, strlen(document));
	parsed_free(&parsed);
}
END_TEST

START_TEST(an_element_becomes_the_root_with_the_name_spaces_around_it)
{
	static const char document[] = "<e:envelope xmlns:e='urn:e'\n"
	    " xmlns:i='urn:i' xmlns='urn:other' xmlns:c='urn:c'><e:head/>\n"
	    "<d:data xmlns:d='urn:d'><c:doc i:t='c:Q'><c:a/><b xmlns='urn:b'/><c:x>text</c:x></c:doc></d:data></e:envelope>";
	struct parsed parsed = parse(document, strlen(document));
	xmlNode *inner = parsed.root->children->next->next->children, *root;
	const xmlNode *a = inner->children;

	ck_assert_int_eq(xml_source_root(parsed.source, inner), 0);
	root = xmlDocGetRootElement(xml_source_doc(parsed.source));
	ck_assert_ptr_eq(root, inner);
	ck_assert_ptr_null(root->next);
	ck_assert_str_eq((const char *)root->ns->href, "urn:c");
	ck_assert_int_eq(xml_line(root), 3);
	/* The prefix in the value of i:t still means something. */
	ck_assert_str_eq((const char *)xmlSearchNs(root->doc, root, BAD_CAST "c")->href, "urn:c");
	ck_assert_str_eq((const char *)root->properties->ns->href, "urn:i");
	ck_assert_str_eq((const char *)a->ns->href, "urn:c");
	ck_assert_str_eq((const char *)a->next->ns->href, "urn:b");
	/* And again, inside what was inside; the root itself is none. */
	ck_assert_int_eq(xml_source_root(parsed.source, inner->last), 0);
	ck_assert_str_eq((const char *)xmlDocGetRootElement(xml_source_doc(parsed.source))->name, "x");
	ck_assert_int_eq(xml_source_root(parsed.source, xmlDocGetRootElement(xml_source_doc(parsed.source))), -1);
	parsed_free(&parsed);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
	struct xml_source *none = NULL;

	xml_source_free(&none);
	ck_assert_ptr_null(none);
}
END_TEST

TESTS("format/xml", gives_a_tree_that_keeps_white_space_comments_and_lines,
    cdata_and_references_become_one_text,
    a_stylesheet_instruction_is_kept_and_not_followed, refuses_nothing_and_white_space_as_empty,
    says_what_came_instead_of_xml, refuses_a_document_type_before_any_entity_counts,
    a_document_type_in_a_comment_or_cdata_section_is_only_text, refuses_a_document_over_the_limit_of_bytes,
    refuses_forty_megabytes, takes_a_large_document_of_small_texts,
    a_document_of_many_names_is_refused_before_it_costs_seconds,
    a_full_arena_refuses_instead_of_losing_a_body,
    a_body_is_cut_out_and_found_by_its_element, many_bodies_are_each_found,
    an_error_behind_a_body_has_its_true_place, nothing_in_a_document_imitates_a_body,
    a_body_of_a_transcoded_document_is_in_utf8, a_trusted_file_gives_a_tree_with_lines_and_its_name,
    a_trusted_file_is_refused_for_the_same_reasons_as_a_mapping,
    opening_shuts_libxml2_off_from_files_and_standard_error, the_bytes_of_a_document_are_still_at_hand,
    an_element_becomes_the_root_with_the_name_spaces_around_it, freeing_nothing_is_fine)
