/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Narrative is shown to clinicians in browsers: R4 allows formatting, links and images there, and nothing
 * that acts. The lists are those of the R4 schema fhir-xhtml.xsd, which spells out narrative.html. Walked
 * without recursion; the depth of narrative is the sender's.
 */
#include "conform/check.h"

#include "base/text.h"
#include "fhir/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const elements[] = { "a", "abbr", "acronym", "address", "area", "b", "bdo", "big",
	"blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn", "div", "dl", "dt",
	"em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "map", "ol", "p", "pre",
	"q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
	"thead", "tr", "tt", "ul", "var" };

static const char *const attributes[] = { "abbr", "accesskey", "align", "alt", "axis", "border",
	"cellpadding", "cellspacing", "char", "charoff", "charset", "cite", "class", "colspan", "coords",
	"dir", "frame", "headers", "height", "href", "hreflang", "id", "ismap", "lang", "longdesc",
	"name", "nohref", "rel", "rev", "rowspan", "rules", "scope", "shape", "space", "span", "src",
	"style", "summary", "tabindex", "title", "type", "usemap", "valign", "width" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
compare(const void *name, const void *item)
{
	return strcmp(name, *(const char *const *)item);
}

static bool
is_listed(const char *name, const char *const *list, size_t count)
{
	return bsearch(name, list, count, sizeof(*list), compare) != NULL;
}

#define KNOWN 32

/* Names that were found in a list. The parser keeps one copy of each name, so its address will do. */
struct known {
	const char *names[KNOWN];
};

static bool
is_known(struct known *known, const char *name, const char *const *list, size_t count)
{
	const char **slot = &known->names[((uintptr_t)name >> 3) % KNOWN];

	if (*slot == name)
		return true;
	if (!is_listed(name, list, count))
		return false;
	*slot = name;
	return true;
}

struct narrative {
	struct check *check;
	const struct place *place;
	const xmlNs *space;	/* of the element before, known to be XHTML */
	bool content;		/* text or an image was met */
	struct known elements, attributes;
};

static void
report(struct narrative *narrative, const char *rule, const char *text, const char *found)
{
	check_report(narrative->check, narrative->place, NULL,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = rule,
		.code = "invariant",
		.text = text,
		.found = found });
}

static bool
is_script(const char *link)
{
	while (text_is_space(*link))
		link++;
	return strncasecmp(link, "javascript:", 11) == 0 || strncasecmp(link, "vbscript:", 9) == 0;
}

static void
check_attributes(struct narrative *narrative, const xmlNode *element)
{
	const xmlAttr *attribute;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		bool foreign = attribute->ns != NULL
		    && strcmp((const char *)attribute->ns->href, (const char *)XML_XML_NAMESPACE) != 0;

		if (foreign || !is_known(&narrative->attributes, name, attributes, COUNT(attributes)))
			report(narrative, "txt-1", "narrative may not have this attribute", name);
		else if (attribute->children != NULL
		    && (strcmp(name, "href") == 0 || strcmp(name, "src") == 0)
		    && is_script((const char *)attribute->children->content))
			report(narrative, "txt-1", "narrative may not run scripts",
			    (const char *)attribute->children->content);
	}
}

static void
check_element(struct narrative *narrative, const xmlNode *element)
{
	const char *name = (const char *)element->name;

	if (element->ns != narrative->space
	    && (element->ns == NULL || strcmp((const char *)element->ns->href, XHTML_NAMESPACE) != 0)) {
		report(narrative, "txt-1", "narrative has elements of XHTML only", name);
		return;
	}
	narrative->space = element->ns;
	if (!is_known(&narrative->elements, name, elements, COUNT(elements)))
		report(narrative, "txt-1", "narrative may not have this element", name);
	narrative->content = narrative->content || strcmp(name, "img") == 0;
	check_attributes(narrative, element);
}

static void
check_node(struct narrative *narrative, const xmlNode *node)
{
	if (node->type == XML_ELEMENT_NODE)
		check_element(narrative, node);
	else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
		narrative->content = narrative->content || !text_is_blank((const char *)node->content);
}

void
narrative_check(struct check *check, const struct place *place, const xmlNode *div)
{
	struct narrative narrative = { .check = check, .place = place };
	const xmlNode *node = div;

	for (;;) {
		check_node(&narrative, node);
		if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			continue;
		}
		while (node != div && node->next == NULL)
			node = node->parent;
		if (node == div)
			break;
		node = node->next;
	}
	if (!narrative.content)
		report(&narrative, "txt-2", "narrative has text or an image", NULL);
}
