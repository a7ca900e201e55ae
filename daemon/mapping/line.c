/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Texts of one document. The text below an element is collected in two passes over its nodes, first
 * the size, then the text, because an arena cannot grow a block; both walk by pointers, so depth
 * costs no stack.
 */
#include "mapping/types.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a node does to the words on both sides of it. */
enum gap { GAP_NONE, GAP_WORD, GAP_LINE, GAP_BLANK_LINE };

struct gatherer {
	struct call *call;
	const xmlNode *root;
	bool lines;
	bool parts;		/* the children are parts of a name or an address */
	char *text;		/* NULL in the first pass */
	size_t length;		/* written, or at most needed */
	enum gap gap;		/* waiting for the next word */
};

/* Elements of CDA narrative, of XHTML and of formatted text that part words. */
static const struct {
	const char *name;
	enum gap gap;
} gaps[] = {
	{ "br", GAP_LINE }, { "Break", GAP_LINE }, { "paragraph", GAP_LINE }, { "item", GAP_LINE },
	{ "list", GAP_LINE }, { "table", GAP_LINE }, { "tr", GAP_LINE }, { "caption", GAP_LINE },
	{ "text", GAP_LINE }, { "p", GAP_LINE }, { "li", GAP_LINE }, { "div", GAP_LINE },
	{ "td", GAP_WORD }, { "th", GAP_WORD }, { "footnote", GAP_WORD }, { "renderMultiMedia", GAP_WORD },
};

/* A line break inside these is the file's, not the author's. */
static const char *const narrative[] = {
	"paragraph",
	"content",
	"td",
	"th",
	"item",
	"caption",
	"linkHtml",
	"sub",
	"sup",
	"footnote",
	"p",
	"li",
	"span",
};

/*
 * Address parts that are lines of their own; a delimiter without content is a line break (HL7 V3
 * R1, ADXP).
 */
static enum gap
part_gap(const xmlNode *part)
{
	if (node_is(part, "streetAddressLine") || node_is(part, "deliveryAddressLine"))
		return GAP_LINE;
	if (!node_is(part, "delimiter"))
		return GAP_WORD;
	return part->children == NULL ? GAP_LINE : GAP_NONE;
}

static enum gap
element_gap(const struct gatherer *gatherer, const xmlNode *element)
{
	if (gatherer->parts && element->parent == gatherer->root)
		return part_gap(element);
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++)
		if (strcmp((const char *)element->name, gaps[i].name) == 0)
			return gaps[i].gap;
	return GAP_NONE;
}

static bool
in_narrative(const xmlNode *text)
{
	for (size_t i = 0; i < sizeof(narrative) / sizeof(narrative[0]); i++)
		if (node_is(text->parent, narrative[i]))
			return true;
	return false;
}

static void
widen_gap(struct gatherer *gatherer, enum gap gap)
{
	if (gap > gatherer->gap)
		gatherer->gap = gap;
}

static void
close_gap(struct gatherer *gatherer)
{
	if (gatherer->length > 0 && gatherer->gap != GAP_NONE) {
		if (gatherer->text != NULL && gatherer->lines && gatherer->gap >= GAP_LINE) {
			gatherer->text[gatherer->length] = '\n';
			if (gatherer->gap == GAP_BLANK_LINE)
				gatherer->text[++gatherer->length] = '\n';
		} else if (gatherer->text != NULL) {
			gatherer->text[gatherer->length] = ' ';
		} else {
			gatherer->length++;
		}
		gatherer->length++;
	}
	gatherer->gap = GAP_NONE;
}

static void
gather_text(struct gatherer *gatherer, const char *text, size_t length, bool keep_breaks)
{
	for (const char *at = text; at < text + length; at++) {
		if (!text_is_space(*at)) {
			close_gap(gatherer);
			if (gatherer->text != NULL)
				gatherer->text[gatherer->length] = *at;
			gatherer->length++;
		} else if (*at == '\n' && keep_breaks) {
			widen_gap(gatherer, gatherer->gap >= GAP_LINE ? GAP_BLANK_LINE : GAP_LINE);
		} else {
			widen_gap(gatherer, GAP_WORD);
		}
	}
}

/*
 * Text that its author struck out (CDA R2, 4.3.5.1), that is not for the receiver, or that is no
 * text but base64.
 */
static bool
is_withheld(const xmlNode *element)
{
	static const char *const reasons[][2] = {
		{ "revised", "delete" }, { "nullFlavor", "MSK" }, { "representation", "B64" },
	};
	const char *value;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		value = node_attribute(element, reasons[i][0]);
		if (value != NULL && strcmp(value, reasons[i][1]) == 0)
			return true;
	}
	return false;
}

/* Parts of a data type that are no text of it. */
static bool
is_skipped(const xmlNode *element, const xmlNode *root)
{
	static const char *const parts[] = {
		"reference", "thumbnail", "translation", "qualifier", "validTime", "useablePeriod",
	};

	if (element->properties != NULL && is_withheld(element))
		return true;
	for (size_t i = 0; element->parent == root && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (node_is(element, parts[i]))
			return true;
	return false;
}

/*
 * The next node in document order below root; leaving an element widens the gap as entering it did.
 */
static const xmlNode *
step(struct gatherer *gatherer, const xmlNode *node, bool enter)
{
	if (enter && node->children != NULL)
		return node->children;
	while (node != gatherer->root) {
		if (node->type == XML_ELEMENT_NODE)
			widen_gap(gatherer, element_gap(gatherer, node));
		if (node->next != NULL)
			return node->next;
		node = node->parent;
	}
	return NULL;
}

/* A delimiter's own white space is the only one around it: "A" ", " "B" is "A, B". */
static void
enter_element(struct gatherer *gatherer, const xmlNode *element)
{
	if (gatherer->parts && element->parent == gatherer->root && node_is(element, "delimiter"))
		gatherer->gap = GAP_NONE;
	widen_gap(gatherer, element_gap(gatherer, element));
}

/*
 * The guard of the XML door cuts long unbroken texts out of the tree: they are text all the same.
 */
static void
gather_body(struct gatherer *gatherer, const xmlNode *element)
{
	const struct xml_body *body = element->children == NULL ? call_body(gatherer->call, element) : NULL;

	if (body != NULL)
		gather_text(gatherer, body->data, body->length, false);
}

static void
gather(struct gatherer *gatherer)
{
	const xmlNode *node = gatherer->root->children;
	bool enter;

	gather_body(gatherer, gatherer->root);
	while (node != NULL) {
		enter = node->type == XML_ELEMENT_NODE && !is_skipped(node, gatherer->root);
		if (enter) {
			enter_element(gatherer, node);
			gather_body(gatherer, node);
		} else if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
		    && node->content != NULL) {
			gather_text(gatherer, (const char *)node->content,
			    strlen((const char *)node->content), !in_narrative(node));
		}
		node = step(gatherer, node, enter);
	}
}

void *
call_alloc(struct call *call, size_t size)
{
	void *memory = arena_alloc(call->arena, size);

	if (memory == NULL)
		error_set(call->error, EHDS_ERROR_DOCUMENT, "map-memory", NULL, 0, 0,
		    "the document needs more memory than its limit allows");
	return memory;
}

enum written
call_finish(const struct call *call, enum written written)
{
	return call->error->kind == EHDS_ERROR_NONE ? written : WRITTEN_FAILED;
}

const char *
text_line(struct call *call, const char *text)
{
	struct gatherer gatherer = { 0 };

	if (text_is_blank(text))
		return NULL;
	gatherer.text = call_alloc(call, strlen(text) + 1);
	if (gatherer.text == NULL)
		return NULL;
	gather_text(&gatherer, text, strlen(text), false);
	return gatherer.text;
}

bool
text_is_xml(const char *text, size_t length)
{
	if (text_valid_utf8(text, length) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < ' ' && !text_is_space(text[i]))
			return false;
		if (i + 2 < length && memcmp(text + i, "\xef\xbf", 2) == 0
		    && (unsigned char)text[i + 2] >= 0xbe)
			return false;
	}
	return true;
}

const char *
text_lines(struct call *call, const char *text)
{
	struct gatherer gatherer = { .lines = true };

	if (text_is_blank(text))
		return NULL;
	gatherer.text = call_alloc(call, strlen(text) + 1);
	if (gatherer.text == NULL)
		return NULL;
	gather_text(&gatherer, text, strlen(text), true);
	return gatherer.text;
}

static const char *
gathered(struct call *call, struct gatherer gatherer)
{
	struct gatherer size = gatherer;

	gather(&size);
	if (size.length == 0)
		return NULL;
	gatherer.text = call_alloc(call, size.length + 1);
	if (gatherer.text == NULL)
		return NULL;
	gather(&gatherer);
	return gatherer.text;
}

const char *
element_text(struct call *call, const xmlNode *element, bool lines)
{
	return gathered(call, (struct gatherer){ .call = call, .root = element, .lines = lines });
}

const char *
parts_text(struct call *call, const xmlNode *element, bool lines)
{
	return gathered(
	    call, (struct gatherer){ .call = call, .root = element, .lines = lines, .parts = true });
}

const char *
call_printf(struct call *call, const char *format, ...)
{
	va_list arguments, again;
	char *text = NULL;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	if (length >= 0 && (text = call_alloc(call, (size_t)length + 1)) != NULL)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(arguments);
	return text;
}

const char *
item_line(struct call *call, const struct item *item)
{
	if (item_element(item) != NULL)
		return element_text(call, item->node, false);
	return text_line(call, item->text);
}

const char *
text_join(struct call *call, const char *separator, const char *const *pieces, size_t count)
{
	size_t size = 1;
	char *joined, *end;

	for (size_t i = 0; i < count; i++)
		if (pieces[i] != NULL && pieces[i][0] != '\0')
			size += strlen(pieces[i]) + strlen(separator);
	if (size == 1 || (joined = call_alloc(call, size)) == NULL)
		return NULL;
	end = joined;
	for (size_t i = 0; i < count; i++)
		if (pieces[i] != NULL && pieces[i][0] != '\0')
			end += sprintf(end, "%s%s", end == joined ? "" : separator, pieces[i]);
	return joined;
}

const char *
system_uri(struct call *call, const struct item *item, const char *oid)
{
	char buffer[256];
	const char *uri;

	if (text_is_blank(oid))
		return NULL;
	uri = naming_uri(call->pack->naming, oid, buffer, sizeof(buffer));
	if (uri == NULL) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-oid-invalid", "value", oid,
		    "an OID (ITU-T X.660), a UUID or a URI",
		    "not an object identifier: the system is left out");
		return NULL;
	}
	return uri == buffer ? text_line(call, uri) : uri;
}
