/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The door: encoding, guard, then libxml2 on what is left. See xml.h.
 *
 * libxml2 asks for its bytes piece by piece. Given all at once it is no faster, and 2.9.14 refuses
 * some documents of more than 10 MB with "Huge input lookup".
 *
 * Bodies. The guard says after how many start tags a base64 text stands; the text is left out of
 * what libxml2 gets, and our start-element handler counts the same start tags and ties the body to
 * the node. Nothing in the document can imitate that, which a placeholder text could. The handler
 * also moves libxml2's line count on by the lines that were left out, so all later places are
 * right.
 *
 * A parser context of its own for each document: reusing one, with its dictionary, saves 1 to 3 %
 * of libxml2's time and would carry names of one patient's document into the next one's.
 *
 * libxml2 keeps lines in 16 bits; behind line 65,535 an element's line goes into psvi, which
 * libxslt uses in stylesheets only.
 */
#include "format/xml.h"
#include "base/file.h"
#include "format/encoding.h"
#include "format/xml_guard.h"
#include "format/xml_root.h"
#include "format/xml_words.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/*
 * CDATA becomes text, as in the data model of XPath. XML_PARSE_HUGE would take libxml2's own limits away,
 * NOENT and DTDLOAD would load what an attacker names. The encoding is UTF-8, whatever is declared.
 */
#define PARSE_OPTIONS \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT | \
	    XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC)

/* libxml2's dictionary stops growing at 16,384 lists; all of FHIR R4 has some 6,000 names. */
#define NAMES_MAX 20000

const struct xml_limits xml_limits_default = {
	.bytes = (size_t)32 * 1024 * 1024,
	.depth = 128,
	.attributes = 256,
	.elements = 500000,
	.name = 1024,
	.value = 1024 * 1024,
	.body = 4096,
};

/* Stylesheets are deeper than documents and may be generated. */
static const struct xml_limits trusted_limits = {
	.bytes = (size_t)64 * 1024 * 1024,
	.depth = 250,
	.attributes = 256,
	.elements = 2000000,
	.name = 1024,
	.value = 1024 * 1024,
};

struct tied_body {
	const xmlNode *element;
	struct xml_body body;
};

struct xml_source {
	xmlDoc *doc;		/* owns */
	xmlNode *former;	/* owns; a list of the roots that xml_source_root replaced, the last one first */
	const char *bytes;	/* borrows: as they came */
	size_t length;
	struct tied_body *bodies;	/* sorted by element */
	size_t body_count;
};

/* One run of libxml2. */
struct parse {
	const struct xml_text *text;
	struct xml_source *source;	/* NULL for a trusted file */
	const struct xml_cut *next_cut;
	size_t elements;
	struct ehds_error *error;
	bool failed;		/* the first error is kept, what follows is its consequence */
};

static int
fail(struct parse *parse, const char *rule, int line, int column, const char *words)
{
	parse->failed = true;
	return error_set(parse->error, parse->text->kind, rule, parse->text->name, line, column, "%s", words);
}

/* An undeclared prefix is only an error to libxml2, but to us a name is a name with its name space. */
static bool
is_refused(const xmlError *said)
{
	if (said->level == XML_ERR_FATAL)
		return true;
	return said->level == XML_ERR_ERROR && said->domain == XML_FROM_NAMESPACE &&
	    said->code != XML_WAR_NS_URI;
}

static void
on_error(void *user, xmlError *said)
{
	struct parse *parse = ((xmlParserCtxt *)user)->_private;
	char words[480];
	const char *rule;

	if (parse->failed || !is_refused(said))
		return;
	rule = xml_words(words, sizeof(words), said);
	fail(parse, rule, said->line, said->int2, words);
}

/* Moves libxml2's place over a text that it does not get to see. */
static void
skip_place(xmlParserCtxt *context, const char *text, size_t length)
{
	const char *end = text + length, *at;

	while (text < end && (at = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		text = at + 1;
		context->input->line++;
		context->input->col = 0;
	}
	context->input->col += (int)(end - text);
}

static void
tie_body(struct parse *parse, xmlParserCtxt *context)
{
	const struct xml_cut *cut = parse->next_cut;
	const char *start = parse->text->data + cut->start;

	parse->next_cut = cut->next;
	parse->source->bodies[parse->source->body_count++] = (struct tied_body){ .element = context->node,
	    .body = { .data = start, .length = cut->length } };
	skip_place(context, start, cut->length);
}

static void
on_start_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int declarations,
    const xmlChar **declared, int attributes, int defaulted, const xmlChar **attribute)
{
	xmlParserCtxt *context = user;
	struct parse *parse = context->_private;

	xmlSAX2StartElementNs(user, name, prefix, uri, declarations, declared, attributes, defaulted,
	    attribute);
	parse->elements++;
	if (xmlDictSize(context->dict) > NAMES_MAX && !parse->failed) {
		fail(parse, "xml-name", context->input->line, context->input->col,
		    "more than 20,000 different names in one document");
		xmlStopParser(context);
		return;
	}
	if (parse->source == NULL || context->node == NULL)
		return;
	if (context->input->line >= USHRT_MAX)
		context->node->psvi = (void *)(ptrdiff_t)context->input->line;
	if (parse->next_cut != NULL && parse->next_cut->element == parse->elements)
		tie_body(parse, context);
}

static int
compare_elements(const void *a, const void *b)
{
	const xmlNode *one = ((const struct tied_body *)a)->element,
	    *other = ((const struct tied_body *)b)->element;

	return (one > other) - (one < other);
}

/* The text without the bodies, piece by piece: libxml2 asks for some bytes. */
struct feed {
	const struct xml_text *text;
	const struct xml_cut *cut;	/* the next one */
	size_t at;
};

static int
read_feed(void *user, char *out, int size)
{
	struct feed *feed = user;
	size_t end, length;

	if (feed->cut != NULL && feed->at == feed->cut->start) {
		feed->at += feed->cut->length;
		feed->cut = feed->cut->next;
	}
	end = feed->cut != NULL ? feed->cut->start : feed->text->length;
	length = end - feed->at < (size_t)size ? end - feed->at : (size_t)size;
	memcpy(out, feed->text->data + feed->at, length);
	feed->at += length;
	return (int)length;
}

static void
run_parser(struct parse *parse, xmlParserCtxt *context, const char *url)
{
	context->_private = parse;
	context->sax->serror = on_error;
	context->sax->startElementNs = on_start_element;
	xmlCtxtUseOptions(context, PARSE_OPTIONS);
	/*
	 * xml:id would go into a hash table of libxml2 that stops growing: 400,000 of them took
	 * five seconds.
	 */
	context->loadsubset |= XML_SKIP_IDS;
	if (url != NULL && context->input->filename == NULL)
		context->input->filename = (char *)xmlStrdup((const xmlChar *)url);
	xmlParseDocument(context);
}

/* Gives the tree, or NULL with the error set. */
static xmlDoc *
run_libxml2(struct parse *parse, const struct xml_cut *cuts, const char *url)
{
	struct feed feed = { .text = parse->text, .cut = cuts };
	xmlParserCtxt *context = xmlCreateIOParserCtxt(NULL, NULL, read_feed, NULL, &feed,
	    XML_CHAR_ENCODING_NONE);
	xmlDoc *doc;

	if (context == NULL) {
		fail(parse, "xml-too-large", 0, 0, "no memory for a parser");
		return NULL;
	}
	run_parser(parse, context, url);
	doc = context->myDoc;
	context->myDoc = NULL;
	if (!context->wellFormed && !parse->failed)
		fail(parse, "xml-malformed", context->lastError.line, context->lastError.int2,
		    "not well-formed");
	xmlFreeParserCtxt(context);
	return doc;
}

static xmlDoc *
build_tree(struct parse *parse, const struct xml_guard *guard, const char *url)
{
	xmlDoc *doc;

	parse->next_cut = guard->cuts;
	doc = run_libxml2(parse, guard->cuts, url);
	if (!parse->failed && (doc == NULL || parse->elements != guard->elements || parse->next_cut != NULL))
		fail(parse, "xml-malformed", 0, 0,
		    "the parser and the guard in front of it saw different elements");
	if (!parse->failed)
		return doc;
	if (doc != NULL)
		xmlFreeDoc(doc);
	return NULL;
}

/* What people send instead of XML, by its first bytes. */
static const char *
looks_like(const char *bytes, size_t length)
{
	static const struct {
		const char *bytes, *what;
	} formats[] = {
		{ "{\\rtf", "RTF" }, { "{", "JSON" }, { "[", "JSON" }, { "%PDF-", "PDF" },
		{ "PK\x03\x04", "a ZIP archive" },
		{ "\x1F\x8B", "gzip" }, { "UNA", "EDIFACT" }, { "UNB", "EDIFACT" },
		{ "MSH|", "HL7 version 2" },
		{ "MIME-Version", "a MIME message" }, { "--", "a MIME message" },
		{ "\xFF\xD8\xFF", "JPEG" }, { "\x89PNG", "PNG" }, { "II*", "TIFF" }, { "MM", "TIFF" },
	};
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		size_t n = strlen(formats[i].bytes);

		if (length >= n && memcmp(bytes, formats[i].bytes, n) == 0)
			return formats[i].what;
	}
	return NULL;
}

/* Says what is there when the first thing is no '<'. */
static int
check_beginning(const struct xml_text *text, struct ehds_error *error)
{
	size_t at = 0;
	const char *what;

	while (at < text->length && memchr(" \t\r\n", text->data[at], 4) != NULL)
		at++;
	if (at == text->length)
		return xml_text_refuse(text, 0, "xml-empty", error, "the document is empty");
	if (text->data[at] == '<')
		return 0;
	what = looks_like(text->data + at, text->length - at);
	if (what != NULL)
		return xml_text_refuse(text, at, "xml-not-xml", error, "this is no XML, it looks like %s",
		    what);
	return xml_text_refuse(text, at, "xml-not-xml", error, "this is no XML: it does not begin with '<'");
}

static bool
begins_like_utf16(const struct xml_text *text)
{
	return text->length >= 2 &&
	    (memcmp(text->data, "\xFF\xFE", 2) == 0 || memcmp(text->data, "\xFE\xFF", 2) == 0 ||
	    text->data[0] == '\0' || text->data[1] == '\0');
}

/* Everything before libxml2: *text becomes the UTF-8 text. */
static int
prepare(struct xml_text *text, struct xml_guard *guard, const struct xml_limits *limits, bool cuts,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	static const char mark[] = "\xEF\xBB\xBF";
	bool marked = text->length >= 3 && memcmp(text->data, mark, 3) == 0;

	if (text->length > limits->bytes)
		return error_set(error, text->kind, "xml-too-large", text->name, 0, 0,
		    "the document has %zu bytes, the limit is %zu", text->length, limits->bytes);
	/* A PDF is to be called a PDF and not a file in a wrong encoding. */
	if (!marked && !begins_like_utf16(text) && check_beginning(text, error) != 0)
		return -1;
	if (encoding_to_utf8(text, arena, findings, error) != 0 || check_beginning(text, error) != 0)
		return -1;
	return xml_guard_scan(guard, text, limits, cuts, arena, error);
}

int
xml_parse(struct xml_source **out, const char *bytes, size_t length, const char *name,
    const struct xml_limits *limits, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct xml_text text = { .data = bytes, .length = length, .name = name, .kind = EHDS_ERROR_DOCUMENT };
	struct parse parse = { .text = &text, .error = error };
	struct xml_source *source;
	struct xml_guard guard;

	*out = NULL;
	if (prepare(&text, &guard, limits, true, arena, findings, error) != 0)
		return -1;
	source = arena_alloc(arena, sizeof(*source));
	if (source != NULL)
		source->bodies = arena_alloc(arena, guard.cut_count * sizeof(*source->bodies));
	if (source == NULL || source->bodies == NULL)
		return xml_text_refuse(&text, 0, "xml-too-large", error, "no memory for the document");
	source->bytes = bytes;
	source->length = length;
	parse.source = source;
	source->doc = build_tree(&parse, &guard, NULL);
	if (source->doc == NULL)
		return -1;
	if (source->body_count > 1)
		qsort(source->bodies, source->body_count, sizeof(*source->bodies), compare_elements);
	source->doc->_private = source;
	*out = source;
	return 0;
}

int
xml_source_adopt(struct xml_source **out, xmlDoc *doc, const char *bytes, size_t length, const char *name,
    struct arena *arena, struct ehds_error *error)
{
	struct xml_source *source = arena_alloc(arena, sizeof(*source));

	*out = NULL;
	if (source == NULL) {
		xmlFreeDoc(doc);
		return error_set(error, EHDS_ERROR_DOCUMENT, "xml-too-large", name, 0, 0, "no memory for the document");
	}
	*source = (struct xml_source){ .doc = doc, .bytes = bytes, .length = length };
	doc->_private = source;
	*out = source;
	return 0;
}

void
xml_source_free(struct xml_source **source)
{
	if (*source == NULL)
		return;
	xmlFreeNodeList((*source)->former);
	xmlFreeDoc((*source)->doc);
	(*source)->doc = NULL;
	*source = NULL;
}

xmlDoc *
xml_source_doc(const struct xml_source *source)
{
	return source->doc;
}

const char *
xml_source_bytes(const struct xml_source *source, size_t *length)
{
	*length = source->length;
	return source->bytes;
}

int
xml_source_root(struct xml_source *source, xmlNode *element)
{
	xmlNode *former = xml_root_replace(source->doc, element);

	if (former == NULL)
		return -1;
	former->next = source->former;
	source->former = former;
	return 0;
}

int
xml_line(const xmlNode *node)
{
	if (node != NULL && node->type == XML_ATTRIBUTE_NODE)
		node = node->parent;
	if (node == NULL)
		return 0;
	if (node->type == XML_ELEMENT_NODE && node->line == USHRT_MAX && node->psvi != NULL)
		return (int)(ptrdiff_t)node->psvi;
	return node->type == XML_NAMESPACE_DECL ? 0 : (int)xmlGetLineNo(node);
}

const struct xml_body *
xml_source_body(const struct xml_source *source, const xmlNode *element)
{
	const struct tied_body key = { .element = element }, *found;

	if (source->body_count == 0)
		return NULL;
	found = bsearch(&key, source->bodies, source->body_count, sizeof(key), compare_elements);
	return found == NULL ? NULL : &found->body;
}

int
xml_parse_trusted(xmlDoc **out, const char *path, struct ehds_error *error)
{
	struct xml_text text = { .name = path, .kind = EHDS_ERROR_MAPPING };
	struct parse parse = { .text = &text, .error = error };
	struct buffer file = { .limit = 0 };
	struct arena *arena = arena_new(0);
	struct xml_guard guard;
	int result = -1;

	*out = NULL;
	if (file_read(&file, path, trusted_limits.bytes, error) != 0) {
		if (error != NULL)
			error->kind = EHDS_ERROR_MAPPING;
		goto done;
	}
	text.data = file.data;
	text.length = file.length;
	if (prepare(&text, &guard, &trusted_limits, false, arena, NULL, error) != 0)
		goto done;
	*out = build_tree(&parse, &guard, path);
	result = *out != NULL ? 0 : -1;
done:
	buffer_free(&file);
	arena_free(&arena);
	return result;
}

/*
 * No file is ever loaded because a document or a stylesheet names it; the mapping layer has its own
 * loader.
 */
static xmlParserInput *
refuse_to_load(const char *url, const char *id, xmlParserCtxt *context)
{
	(void)url;
	(void)id;
	(void)context;
	return NULL;
}

static void __attribute__((format(printf, 2, 3)))
say_nothing(void *user, const char *message, ...)
{
	(void)user;
	(void)message;
}

void
xml_open(void)
{
	xmlInitParser();
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
	xmlSetExternalEntityLoader(refuse_to_load);
	xmlSetGenericErrorFunc(NULL, say_nothing);
}
