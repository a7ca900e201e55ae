/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One pass, no recursion, memchr where runs are long. Each function below takes the scan from the
 * first byte of a construct to the byte behind it.
 *
 * Can a document make this scan see another structure than libxml2 sees? Only where their ideas of
 * the end of a comment, CDATA section, instruction, quoted value or tag differ. Each ends here at
 * the first byte at which XML 1.0 lets it end; a document in which libxml2 would go on reading
 * there is not well-formed, and libxml2 refuses it. The door compares the count of elements all the
 * same.
 *
 * What is bounded beyond the obvious, and why:
 *  - name space declarations in scope: libxml2 looks each prefix up among them one by one;
 *  - attributes, and comments, instructions and CDATA sections, of the whole document: each becomes
 *    a node;
 *  - one tag, text, comment or instruction: libxml2 gives up at 10,000,000 bytes, with a message
 *    that nobody understands.
 */
#include "format/xml_guard.h"
#include "format/xml_body.h"

#include <string.h>

#define DEPTH_MAX 256		/* libxml2's own, without XML_PARSE_HUGE */
#define DECLARATIONS_MAX 128
#define ATTRIBUTES_PER_ELEMENT 3	/* on average, of the limit of elements */
#define END_TAG_SPACE 1024
#define RUN_MAX ((size_t)10000000)	/* XML_MAX_TEXT_LENGTH of libxml2 */

struct open_element {
	const char *tag;	/* its '<' */
	unsigned declarations;	/* of name spaces, on it */
};

struct scan {
	const struct xml_text *text;
	const struct xml_limits *limits;
	struct ehds_error *error;
	struct arena *arena;
	struct xml_guard *out;
	struct xml_cut *last_cut;
	const char *end;
	bool cuts;
	unsigned depth;
	unsigned declarations;	/* in scope */
	size_t attributes, others;
	size_t run;		/* character data since the last tag, comment or instruction */
	struct open_element open[DEPTH_MAX];
};

#define REFUSE(scan, at, rule, ...) \
	(xml_text_refuse((scan)->text, (size_t)((at) - (scan)->text->data), rule, (scan)->error, \
	    __VA_ARGS__), NULL)

static inline bool
is_space(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static const char *
skip_space(const struct scan *scan, const char *at)
{
	while (at < scan->end && is_space(*at))
		at++;
	return at;
}

/* The most bytes of a name that a message shows, whole characters. */
static int
shown(const char *name, const char *end)
{
	int length = end - name > 60 ? 60 : (int)(end - name);

	while (length > 0 && name + length < end && (name[length] & 0xC0) == 0x80)
		length--;
	return length;
}

static const char *
broken_off(const struct scan *scan, const char *what, const char *start)
{
	int line, column;

	xml_text_place(scan->text, (size_t)(start - scan->text->data), &line, &column);
	return REFUSE(scan, scan->end, "xml-malformed",
	    "the document breaks off inside %s that begins on line %d", what, line);
}

/* A comment, CDATA section or instruction: up to and with its closing mark. */
static const char *
skip_section(struct scan *scan, const char *at, size_t opening, const char *closing, const char *what)
{
	size_t length = strlen(closing);
	const char *body = at + opening;
	const char *close = memmem(body, (size_t)(scan->end - body), closing, length);

	if (close == NULL)
		return broken_off(scan, what, at);
	if ((size_t)(close - body) > RUN_MAX)
		return REFUSE(scan, at, "xml-too-large", "%s of %zu bytes, the limit is %zu", what,
		    (size_t)(close - body), RUN_MAX);
	if (++scan->others > scan->limits->elements)
		return REFUSE(scan, at, "xml-elements",
		    "more than %u comments, instructions and CDATA sections", scan->limits->elements);
	return close + length;
}

static bool
begins(const struct scan *scan, const char *at, const char *with)
{
	size_t length = strlen(with);

	return (size_t)(scan->end - at) >= length && memcmp(at, with, length) == 0;
}

static const char *
add_run(struct scan *scan, const char *start, size_t length, const char *next)
{
	scan->run += length;
	if (scan->run > RUN_MAX)
		return REFUSE(scan, start, "xml-too-large",
		    "a text of more than %zu bytes that is no base64 body", RUN_MAX);
	return next;
}

/* What begins with "<!". */
static const char *
skip_declaration(struct scan *scan, const char *at)
{
	static const char cdata[] = "<![CDATA[";
	const char *next;

	if (begins(scan, at, "<!--")) {
		scan->run = 0;
		return skip_section(scan, at, 4, "-->", "a comment");
	}
	if (begins(scan, at, cdata)) {
		if (scan->depth == 0)
			return REFUSE(scan, at, "xml-malformed", "a CDATA section outside the root element");
		next = skip_section(scan, at, sizeof(cdata) - 1, "]]>", "a CDATA section");
		return next == NULL ? NULL : add_run(scan, at, (size_t)(next - at), next);
	}
	if (scan->end - at >= 9 && strncasecmp(at, "<!DOCTYPE", 9) == 0)
		return REFUSE(scan, at, "xml-doctype",
		    "a document type declaration (<!DOCTYPE): none is taken, because it can declare entities");
	if (begins(scan, at, "<!ENTITY"))
		return REFUSE(scan, at, "xml-entity", "an entity declaration: none is taken");
	return REFUSE(scan, at, "xml-malformed", "'<!' that begins neither a comment nor a CDATA section");
}

static const char *
check_name(const struct scan *scan, const char *name, const char *end, const char *what)
{
	if ((size_t)(end - name) > scan->limits->name)
		return REFUSE(scan, name, "xml-name", "the name of %s has %zu bytes, the limit is %u", what,
		    (size_t)(end - name), scan->limits->name);
	return end;
}

/* name = "value" */
static const char *
skip_attribute(struct scan *scan, const char *tag, const char *name, struct open_element *element)
{
	const char *at = name, *name_end, *value, *close;

	while (at < scan->end && *at != '=' && *at != '>' && *at != '<' && *at != '"' && *at != '\'' &&
	    !is_space(*at))
		at++;
	name_end = at;
	at = skip_space(scan, at);
	if (at == scan->end)
		return broken_off(scan, "a start tag", tag);
	if (*at != '=' || name_end == name)
		return REFUSE(scan, name, "xml-malformed", "an attribute '%.*s' without '=' and a value",
		    shown(name, name_end), name);
	if (check_name(scan, name, name_end, "an attribute") == NULL)
		return NULL;
	at = skip_space(scan, at + 1);
	if (at == scan->end)
		return broken_off(scan, "a start tag", tag);
	if (*at != '"' && *at != '\'')
		return REFUSE(scan, at, "xml-malformed",
		    "the value of the attribute '%.*s' stands in no quotes",
		    shown(name, name_end), name);
	value = at + 1;
	close = memchr(value, *at, (size_t)(scan->end - value));
	if (close == NULL)
		return broken_off(scan, "the value of an attribute", name);
	if ((size_t)(close - value) > scan->limits->value)
		return REFUSE(scan, name, "xml-too-large",
		    "the attribute '%.*s' has %zu bytes, the limit is %u",
		    shown(name, name_end), name, (size_t)(close - value), scan->limits->value);
	if (name_end - name >= 5 && memcmp(name, "xmlns", 5) == 0)
		element->declarations++;
	return close + 1;
}

static const char *
skip_attributes(struct scan *scan, const char *tag, const char *at, struct open_element *element)
{
	unsigned count = 0;

	for (;;) {
		at = skip_space(scan, at);
		if (at == scan->end)
			return broken_off(scan, "a start tag", tag);
		if (*at == '>' || *at == '/')
			break;
		if (++count > scan->limits->attributes)
			return REFUSE(scan, tag, "xml-attributes", "more than %u attributes on one element",
			    scan->limits->attributes);
		at = skip_attribute(scan, tag, at, element);
		if (at == NULL)
			return NULL;
	}
	if ((size_t)(at - tag) > RUN_MAX)
		return REFUSE(scan, tag, "xml-too-large", "a start tag of %zu bytes, the limit is %zu",
		    (size_t)(at - tag), RUN_MAX);
	scan->attributes += count;
	if (scan->attributes > (size_t)ATTRIBUTES_PER_ELEMENT * scan->limits->elements)
		return REFUSE(scan, tag, "xml-attributes", "more than %zu attributes in the whole document",
		    (size_t)ATTRIBUTES_PER_ELEMENT * scan->limits->elements);
	if (scan->declarations + element->declarations > DECLARATIONS_MAX)
		return REFUSE(scan, tag, "xml-attributes", "more than %d name space declarations in scope",
		    DECLARATIONS_MAX);
	return at;
}

/* Cuts the text at `at` when it is a body and the element's only content. */
static const char *
cut_body(struct scan *scan, const char *at)
{
	const char *close = memchr(at, '<', (size_t)(scan->end - at));
	size_t most = scan->limits->body != 0 ? scan->limits->body : xml_limits_default.body;
	struct xml_cut *cut;

	if (close == NULL || (size_t)(close - at) <= most || close + 1 == scan->end ||
	    close[1] != '/' || !xml_body_is_base64(at, (size_t)(close - at)))
		return at;
	cut = arena_alloc(scan->arena, sizeof(*cut));
	if (cut == NULL)
		return REFUSE(scan, at, "xml-too-large", "no memory to keep a body by reference");
	cut->start = (size_t)(at - scan->text->data);
	cut->length = (size_t)(close - at);
	cut->element = scan->out->elements;
	if (scan->last_cut != NULL)
		scan->last_cut->next = cut;
	else
		scan->out->cuts = cut;
	scan->last_cut = cut;
	scan->out->cut_count++;
	scan->out->cut_bytes += cut->length;
	return close;
}

static const char *
open_element(struct scan *scan, const char *tag, const char *at, struct open_element element)
{
	if (scan->depth == scan->limits->depth || scan->depth == DEPTH_MAX)
		return REFUSE(scan, tag, "xml-depth", "elements are nested more than %u deep", scan->depth);
	scan->declarations += element.declarations;
	scan->open[scan->depth++] = element;
	return scan->cuts ? cut_body(scan, at) : at;
}

static const char *
skip_start_tag(struct scan *scan, const char *tag)
{
	struct open_element element = { .tag = tag };
	const char *name = tag + 1, *at = name;

	while (at < scan->end && *at != '>' && *at != '/' && *at != '<' && !is_space(*at))
		at++;
	if (at == scan->end)
		return broken_off(scan, "a start tag", tag);
	if (at == name)
		return REFUSE(scan, tag, "xml-malformed",
		    "'<' without a name behind it; in text it is written &lt;");
	if (check_name(scan, name, at, "an element") == NULL)
		return NULL;
	if (++scan->out->elements > scan->limits->elements)
		return REFUSE(scan, tag, "xml-elements", "more than %u elements", scan->limits->elements);
	scan->run = 0;
	if (*at != '>')
		at = skip_attributes(scan, tag, at, &element);
	if (at == NULL)
		return NULL;
	if (*at == '>')
		return open_element(scan, tag, at + 1, element);
	if (scan->end - at < 2)
		return broken_off(scan, "a start tag", tag);
	if (at[1] != '>')
		return REFUSE(scan, at, "xml-malformed", "'/' inside a start tag");
	return at + 2;
}

static const char *
skip_end_tag(struct scan *scan, const char *tag)
{
	const char *close = memchr(tag, '>', (size_t)(scan->end - tag));

	if (close == NULL)
		return broken_off(scan, "an end tag", tag);
	if ((size_t)(close - tag) > scan->limits->name + END_TAG_SPACE)
		return REFUSE(scan, tag, "xml-name", "an end tag of %zu bytes", (size_t)(close - tag));
	if (scan->depth == 0)
		return REFUSE(scan, tag, "xml-malformed", "an end tag without a start tag");
	scan->declarations -= scan->open[--scan->depth].declarations;
	scan->run = 0;
	return close + 1;
}

static const char *
skip_markup(struct scan *scan, const char *at)
{
	if (scan->end - at < 2)
		return broken_off(scan, "a tag", at);
	switch (at[1]) {
	case '/':
		return skip_end_tag(scan, at);
	case '!':
		return skip_declaration(scan, at);
	case '?':
		scan->run = 0;
		return skip_section(scan, at, 2, "?>", "a processing instruction");
	default:
		return skip_start_tag(scan, at);
	}
}

static const char *
scan_all(struct scan *scan)
{
	const char *at = scan->text->data, *next;

	while (at < scan->end) {
		next = memchr(at, '<', (size_t)(scan->end - at));
		if (next == NULL)
			next = scan->end;
		if (next > at && add_run(scan, at, (size_t)(next - at), next) == NULL)
			return NULL;
		if (next == scan->end)
			break;
		at = skip_markup(scan, next);
		if (at == NULL)
			return NULL;
	}
	return scan->end;
}

/* The name of the innermost element that is still open, for the message about a truncated document. */
static const char *
refuse_unclosed(const struct scan *scan)
{
	const char *tag = scan->open[scan->depth - 1].tag, *end = tag + 1;
	int line, column;

	while (end < scan->end && *end != '>' && *end != '/' && !is_space(*end))
		end++;
	xml_text_place(scan->text, (size_t)(tag - scan->text->data), &line, &column);
	return REFUSE(scan, scan->end, "xml-malformed",
	    "the document breaks off: <%.*s>, opened on line %d, is not closed", shown(tag + 1, end),
	    tag + 1, line);
}

int
xml_guard_scan(struct xml_guard *out, const struct xml_text *text, const struct xml_limits *limits, bool cuts,
    struct arena *arena, struct ehds_error *error)
{
	struct scan scan = { .text = text, .limits = limits, .error = error, .arena = arena, .out = out,
		.end = text->data + text->length, .cuts = cuts };

	*out = (struct xml_guard){ 0 };
	if (scan_all(&scan) == NULL)
		return -1;
	if (scan.depth > 0)
		return refuse_unclosed(&scan) == NULL ? -1 : 0;
	if (out->elements == 0)
		return xml_text_refuse(text, text->length, "xml-malformed", error, "there is no element");
	return 0;
}
