/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Narrative: StrucDocText (HL7 CDA R2, 4.3.5) -> the XHTML that FHIR R4 allows (Narrative, txt-1
 * and txt-2; fhir-xhtml.xsd).
 *
 * What a clinician wrote must be readable afterwards, all of it: elements that XHTML has no place
 * for keep their content, wrong nesting is mended by turning the inline parent into a block, and
 * what is struck out is shown struck out. A schema-driven copy that drops what does not fit was
 * rejected for that reason.
 */
#include "mapping/narrative.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/types.h"

#include <string.h>

#define XHTML "http://www.w3.org/1999/xhtml"
#define DEPTH 100		/* the guard of the XML door allows 128 for the whole document */

typedef void (*special)(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* Elements of CDA narrative, of XHTML in its place, and of formatted text in plain XML formats. */
static const struct rule {
	const char *name;
	const char *html;	/* becomes this; NULL: see walk */
	const char *style;
	special walk;
} rules[] = {
	{ "paragraph", "p", NULL, NULL },
	{ "content", NULL, NULL, narrative_content },
	{ "br", NULL, NULL, narrative_break },
	{ "list", NULL, NULL, narrative_list },
	{ "item", "div", NULL, NULL },
	{ "caption", NULL, NULL, narrative_caption },
	{ "table", NULL, NULL, narrative_table },
	{ "linkHtml", NULL, NULL, narrative_link },
	{ "sub", "sub", NULL, NULL },
	{ "sup", "sup", NULL, NULL },
	{ "footnote", "span", "font-size: smaller", NULL },
	{ "footnoteRef", NULL, NULL, narrative_footnote_reference },
	{ "renderMultiMedia", NULL, NULL, narrative_media },
	{ "thead", NULL, NULL, narrative_walk },
	{ "tbody", NULL, NULL, narrative_walk },
	{ "tfoot", NULL, NULL, narrative_walk },
	{ "tr", "div", NULL, NULL },
	{ "td", NULL, NULL, narrative_stray_cell },
	{ "th", NULL, NULL, narrative_stray_cell },
	{ "col", NULL, NULL, narrative_nothing },
	{ "colgroup", NULL, NULL, narrative_nothing },
	{ "p", "p", NULL, NULL },
	{ "div", "div", NULL, NULL },
	{ "span", "span", NULL, NULL },
	{ "b", "b", NULL, NULL },
	{ "strong", "strong", NULL, NULL },
	{ "i", "i", NULL, NULL },
	{ "em", "em", NULL, NULL },
	{ "u", "span", "text-decoration: underline", NULL },
	{ "small", "small", NULL, NULL },
	{ "big", "big", NULL, NULL },
	{ "ul", NULL, NULL, narrative_list },
	{ "ol", NULL, NULL, narrative_list },
	{ "li", "div", NULL, NULL },
	{ "h1", "h1", NULL, NULL },
	{ "h2", "h2", NULL, NULL },
	{ "h3", "h3", NULL, NULL },
	{ "h4", "h4", NULL, NULL },
	{ "h5", "h5", NULL, NULL },
	{ "h6", "h6", NULL, NULL },
	{ "a", NULL, NULL, narrative_link },
	{ "pre", NULL, NULL, narrative_fixed },
	{ "script", NULL, NULL, narrative_nothing },
	{ "style", NULL, NULL, narrative_nothing },
	{ "reference", NULL, NULL, narrative_nothing },
	{ "hr", "p", "border-top: 1px solid", NULL },
	{ "code", "code", NULL, NULL },
	{ "tt", "tt", NULL, NULL },
	{ "cite", "cite", NULL, NULL },
	{ "blockquote", "div", "margin: 1em", NULL },
	{ "dl", "div", NULL, NULL },
	{ "dt", "p", "font-weight: bold", NULL },
	{ "dd", "div", "margin-left: 1em", NULL },
	{ "img", NULL, NULL, narrative_picture },
	{ "Paragraph", "p", NULL, NULL },
	{ "Headline", "p", "font-weight: bold", NULL },
	{ "Break", NULL, NULL, narrative_break },
	{ "Space", NULL, NULL, narrative_space },
	{ "Bold", "b", NULL, NULL },
	{ "Italic", "i", NULL, NULL },
	{ "Underline", "span", "text-decoration: underline", NULL },
	{ "Center", "div", "text-align: center", NULL },
	{ "Right", "div", "text-align: right", NULL },
	{ "FixedFont", NULL, NULL, narrative_fixed },
};

/* ---- making nodes ---------------------------------------------------------------------------- */

static bool
is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(names[i], name))
			return true;
	return false;
}

static bool
is_block(const char *name)
{
	static const char *const blocks[] = {
		"p", "div", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
	};

	return is_one_of(name, blocks, sizeof(blocks) / sizeof(blocks[0]));
}

/* Elements that may hold blocks (type Flow of fhir-xhtml.xsd), or hold none by their structure. */
static bool
holds_blocks(const xmlNode *node)
{
	static const char *const flows[] = { "div", "li", "td", "th", "ul", "ol", "table" };

	return is_one_of((const char *)node->name, flows, sizeof(flows) / sizeof(flows[0]));
}

/* An inline element that has to hold a block is a <div>; what its name said goes into its style. */
static void
become_div(xmlNode *node)
{
	static const struct {
		const char *name, *style;
	} looks[] = {
		{ "b", "font-weight: bold" },
		{ "strong", "font-weight: bold" },
		{ "i", "font-style: italic" },
		{ "em", "font-style: italic" },
	};

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (node_is(node, looks[i].name) && node_attribute(node, "style") == NULL)
			narrative_set(node, "style", looks[i].style);
	xmlNodeSetName(node, (const xmlChar *)"div");
}

/* xmlAddChild melts neighbouring texts together, which is quadratic for hostile input. */
static void
append(xmlNode *parent, xmlNode *child)
{
	child->parent = parent;
	child->prev = parent->last;
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->children = child;
	parent->last = child;
}

xmlNode *
narrative_add(struct narrative *narrative, xmlNode *parent, const char *name)
{
	xmlNode *node;

	if (narrative->inline_only > 0 && is_block(name)) {
		if (parent->children != NULL)
			narrative_add_text(narrative, parent, " ");
		name = "span";
	}
	if (is_block(name))
		for (xmlNode *at = parent; !holds_blocks(at); at = at->parent)
			become_div(at);
	node = xmlNewDocNode(parent->doc, narrative->xhtml, (const xmlChar *)name, NULL);
	must(node != NULL);
	append(parent, node);
	return node;
}

static void
add_text(struct narrative *narrative, xmlNode *parent, const char *text, size_t length)
{
	xmlNode *node = xmlNewDocTextLen(parent->doc, (const xmlChar *)text, (int)length);
	char *to;

	must(node != NULL);
	append(parent, node);
	for (size_t i = 0; i < length && !narrative->content; i++)
		narrative->content = !text_is_space(text[i]);
	if (narrative->preformatted > 0)
		return;
	/* White space runs mean one space in XHTML; indentation is a tenth of many documents. */
	to = (char *)node->content;
	for (const char *from = to; *from != '\0'; from++) {
		if (text_is_space(*from) && text_is_space(from[1]))
			continue;
		*to++ = text_is_space(*from) ? ' ' : *from;
	}
	*to = '\0';
}

void
narrative_add_text(struct narrative *narrative, xmlNode *parent, const char *text)
{
	if (text != NULL && text[0] != '\0')
		add_text(narrative, parent, text, strlen(text));
}

/* ---- walking --------------------------------------------------------------------------------- */

static const struct rule *
find_rule(const xmlNode *element)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (node_is(element, rules[i].name))
			return &rules[i];
	return NULL;
}

static void
walk_unknown(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	struct item at = item_of(source);

	call_finding(narrative->call, &at, EHDS_SEVERITY_INFORMATION, "map-narrative-element",
	    "not-supported", (const char *)source->name, NULL,
	    "an element that narrative does not know: its content is kept");
	narrative_walk(narrative, source, out);
}

static void
flatten(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	struct item at = item_of(source);

	call_finding(narrative->call, &at, EHDS_SEVERITY_WARNING, "map-narrative-depth", "too-long", NULL,
	    NULL, "narrative nested deeper than %d elements is carried as plain text", DEPTH);
	narrative_add_text(narrative, out, element_text(narrative->call, source, false));
}

void
narrative_walk_element(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const struct rule *rule = find_rule(source);
	xmlNode *node;

	if (narrative->depth >= DEPTH) {
		flatten(narrative, source, out);
		return;
	}
	narrative->depth++;
	if (rule == NULL) {
		walk_unknown(narrative, source, out);
	} else if (rule->walk != NULL) {
		rule->walk(narrative, source, out);
	} else {
		node = narrative_add(narrative, out, rule->html);
		narrative_attributes(narrative, source, node);
		if (rule->style != NULL && node_attribute(node, "style") == NULL)
			narrative_set(node, "style", rule->style);
		narrative_walk(narrative, source, node);
	}
	narrative->depth--;
}

/*
 * The guard of the XML door cuts long unbroken texts out of the tree: they are text all the same.
 */
static void
walk_body(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const struct xml_body *body = source->children == NULL ? call_body(narrative->call, source) : NULL;

	if (body != NULL && body->length > 0)
		add_text(narrative, out, body->data, body->length);
}

void
narrative_walk(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	walk_body(narrative, source, out);
	for (const xmlNode *child = source->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			narrative_walk_element(narrative, child, out);
		else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
			narrative_add_text(narrative, out, (const char *)child->content);
	}
}

/* ---- the writer ------------------------------------------------------------------------------ */

/*
 * A text that is only a reference into the narrative (observation/text) means what it refers to;
 * the narrative of a FHIR source is its div.
 */
static const xmlNode *
find_root(struct call *call, const xmlNode *element)
{
	const xmlNode *div = node_child(element, "div"), *reference = node_child(element, "reference");
	const xmlNode *target;
	const char *value = text_line(call, node_attribute(reference, "value"));

	if (node_is(element, "text") && node_child(element, "status") != NULL && div != NULL)
		return div;
	if (value == NULL || node_following(node_first(element)) != NULL || node_has_text(element))
		return element;
	target = call_element_by_id(call, value[0] == '#' ? value + 1 : value);
	if (target == NULL)
		call_finding(call, &(struct item){ .node = reference }, EHDS_SEVERITY_WARNING,
		    "map-reference-dangling", "not-found", value, NULL,
		    "a reference to an ID that is not in the document");
	return target;
}

static void
write_lines(struct narrative *narrative, xmlNode *div, const char *text)
{
	const char *end;

	for (; text != NULL; text = end != NULL ? end + 1 : NULL) {
		end = strchr(text, '\n');
		if (end == NULL || end > text)
			add_text(narrative, div, text, end != NULL ? (size_t)(end - text) : strlen(text));
		if (end != NULL)
			narrative_add(narrative, div, "br");
	}
}

static void
write_content(struct narrative *narrative, const struct item *item, xmlNode *div)
{
	const xmlNode *element = item_element(item), *root;

	if (element == NULL) {
		write_lines(narrative, div, text_lines(narrative->call, item->text));
		return;
	}
	root = find_root(narrative->call, element);
	if (root == element || node_is(root, "div"))
		narrative_walk(narrative, root, div);
	else if (root != NULL)
		narrative_walk_element(narrative, root, div);
}

static xmlNode *
begin_narrative(struct narrative *narrative, xmlNode *parent, const char *name)
{
	const char *status = call_attribute(narrative->call, "status");
	xmlNode *text = out_element(parent, name != NULL ? name : "text"), *div;

	out_value(text, "status", status != NULL ? status : "generated");
	div = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)"div", NULL);
	must(div != NULL);
	narrative->xhtml = xmlNewNs(div, (const xmlChar *)XHTML, NULL);
	xmlSetNs(div, narrative->xhtml);
	append(text, div);
	return div;
}

/* FHIR R4, txt-2: narrative has some content, or there is none. */
static enum written
end_narrative(struct narrative *narrative, xmlNode *div)
{
	xmlNode *text = div->parent;

	if (narrative->content)
		return call_finish(narrative->call, WRITTEN_DONE);
	xmlUnlinkNode(text);
	xmlFreeNode(text);
	return call_finish(narrative->call, WRITTEN_NOTHING);
}

enum written
write_narrative(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct narrative narrative = { .call = call };
	xmlNode *div;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	div = begin_narrative(&narrative, parent, name);
	write_content(&narrative, item, div);
	return end_narrative(&narrative, div);
}

/* Several texts that stand in one place, one block below the other. */
enum written
write_narratives(struct call *call, const struct item *items, size_t count, xmlNode *parent, const char *name)
{
	struct narrative narrative = { .call = call };
	xmlNode *div = begin_narrative(&narrative, parent, name);
	size_t i;

	for (i = 0; i < count; i++)
		write_content(&narrative, &items[i], narrative_add(&narrative, div, "div"));
	return end_narrative(&narrative, div);
}
