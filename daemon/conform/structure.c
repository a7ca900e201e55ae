/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One walk over the whole tree with the facts table in hand: what R4 says of every element without any
 * profile. It also meets every reference, so links are collected here and not in a walk of their own. The
 * FHIRPath of the place is a chain of frames on the stack; it becomes text only when something is wrong.
 */
#include "conform/check.h"
#include "conform/grammar.h"
#include "conform/primitive.h"

#include "base/text.h"
#include "fhir/json.h"
#include "fhir/tree.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_LIMIT 200		/* of elements, as when trees are ordered and written */

/* What the walk knows about the way down. */
struct way {
	const struct place *place;
	unsigned depth;
	bool contained;		/* inside a contained resource */
};

static void
check_resource(struct check *check, struct way way, const xmlNode *resource);

static void check_children(struct check *check, struct way way, const xmlNode *parent,
    const struct fact_type *type, uint64_t seen);

static void
report(struct check *check, const struct way *way, const char *below, const char *rule, const char *code,
    const char *text, const char *found, const char *expected)
{
	check_report(check, way->place, below,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = rule,
		.code = code,
		.text = text,
		.found = found,
		.expected = expected });
}

static inline bool
is_named(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

static bool
in_fhir_namespace(const xmlNode *element)
{
	return (element->ns == element->parent->ns && element->ns != NULL
		   && element->parent->type == XML_ELEMENT_NODE)
	    || (element->ns != NULL && strcmp((const char *)element->ns->href, FHIR_NAMESPACE) == 0);
}

/* ---- Attributes and values ---------------------------------------------------------------------------------- */

static void
check_attribute(struct check *check, const struct way *way, const xmlAttr *attribute,
    const struct fact_type *type, uint64_t *seen)
{
	const struct fact_element *fact;
	const char *name = (const char *)attribute->name;

	if (attribute->ns != NULL) {
		if (strcmp((const char *)attribute->ns->href, "http://www.w3.org/2001/XMLSchema-instance")
		    != 0)
			report(check, way, NULL, "structure-attribute", "structure",
			    "FHIR R4 has no attributes of other name spaces", name, NULL);
		return;
	}
	fact = fact_element_find(type, name, NULL);
	if (fact == NULL || fact->kind != FACT_ATTRIBUTE) {
		report(check, way, NULL, "structure-attribute", "structure",
		    "FHIR R4 knows no such attribute here", name, NULL);
		return;
	}
	*seen |= UINT64_C(1) << fact->order;
	if (attribute->children == NULL
	    || !primitive_fits(fact->type->format, (const char *)attribute->children->content))
		report(check, way, name, primitive_rule(fact->type->format), "value",
		    "the value has not the form of its type",
		    attribute->children != NULL ? (const char *)attribute->children->content : "",
		    primitive_expected(fact->type->format));
}

/* Also tells which attributes there are, and gives the value of a primitive. */
static const char *
check_attributes(struct check *check, const struct way *way, const xmlNode *element,
    const struct fact_type *type, uint64_t *seen)
{
	const xmlAttr *attribute;
	const char *value = NULL;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		if (type->primitive && attribute->ns == NULL && attribute->name[0] == 'v'
		    && strcmp((const char *)attribute->name, "value") == 0)
			value = attribute->children != NULL ? (const char *)attribute->children->content : "";
		else
			check_attribute(check, way, attribute, type, seen);
	}
	return value;
}

/* security.html: texts are shown in pages, and not every page escapes them. No clinical text has a script. */
static bool
has_script(const char *text)
{
	while ((text = strchr(text, '<')) != NULL)
		if (strncasecmp(++text, "script", 6) == 0)
			return true;
	return false;
}

/* A tag, a closing tag or a comment: CommonMark 0.30, 6.6. */
static bool
has_html(const char *text)
{
	while ((text = strchr(text, '<')) != NULL) {
		text++;
		if (isalpha((unsigned char)*text) || ((*text == '/' || *text == '!') && text[1] != '\0' && !text_is_space(text[1])))
			return true;
	}
	return false;
}

/* example.com, .net and .org, and the top-level names of RFC 2606, clauses 2 and 3. */
static bool
is_example(const char *url)
{
	static const char *const names[] = { "example.com", "example.net", "example.org", "example", "test", "invalid", "localhost" };
	const char *host = strstr(url, "://"), *end;

	if (host == NULL)
		return false;
	host += 3;
	end = host + strcspn(host, "/:?#");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if ((size_t)(end - host) >= length && strncasecmp(end - length, names[i], length) == 0 &&
		    (end - length == host || end[-(ptrdiff_t)length - 1] == '.'))
			return true;
	}
	return false;
}

static void
check_on_request(struct check *check, const struct way *way, enum fact_format format, const char *value)
{
	if (check->asked.markdown_html && format == FORMAT_markdown && has_html(value))
		report(check, way, NULL, "markdown-html", "security", "the markdown has HTML in it", value, NULL);
	if (check->asked.url_example && (format == FORMAT_uri || format == FORMAT_url || format == FORMAT_canonical) &&
	    is_example(value))
		report(check, way, NULL, "url-example", "value", "a url of a name that is reserved for examples", value, NULL);
}

static void
check_value(struct check *check, const struct way *way, const xmlNode *element, const struct fact_type *type,
    const char *value)
{
	if (!primitive_fits(type->format, value))
		report(check, way, NULL, primitive_rule(type->format), "value",
		    value[0] == '\0' ? "the value is empty" : "the value has not the form of its type", value,
		    primitive_expected(type->format));
	else if (type->format == FORMAT_uri || type->format == FORMAT_url || type->format == FORMAT_canonical)
		reference_link(check, element, value);
	else if ((type->format == FORMAT_string || type->format == FORMAT_markdown) && has_script(value))
		report(check, way, NULL, "string-script", "security",
		    "a text that would run as a script in a page that shows it", value, NULL);
}

/* datatypes.html: the system of an Identifier, Coding or Quantity is an absolute URI, else nobody else knows whose it is. */
static void
check_system(struct check *check, const struct way *way, const struct fact_element *fact, const char *value)
{
	size_t scheme;

	if (fact->type->format != FORMAT_uri || strcmp(fact->name, "system") != 0)
		return;
	scheme = strcspn(value, ":/?#");
	if (value[0] != '\0' && (scheme == 0 || value[scheme] != ':'))
		report(check, way, NULL, "system-absolute", "value", "a system is an absolute URI", value, NULL);
}

/* A code of a system that has a grammar follows it: "mmHg" is nobody's unit when it says that it is UCUM's. */
static void
check_code(struct check *check, const struct way *way, const xmlNode *element, const struct fact_element *fact,
    const char *value)
{
	const char *system;

	if (fact->type->format != FORMAT_code || strcmp(fact->name, "code") != 0)
		return;
	system = fhir_child_value(element->parent, "system");
	if (system != NULL && grammar_member(system, value) == MEMBER_NO)
		report(check, way, NULL, "code-form", "code-invalid", "not a code of the system that it names", value,
		    grammar_expected(system));
}

/* ---- Rules of single types ---------------------------------------------------------------------------------- */

/* ext-1: an extension has either extensions or a value. */
static void
check_extension(struct check *check, const struct way *way, const xmlNode *extension)
{
	bool nested = false, value = false;
	const xmlNode *child;

	for (child = extension->children; child != NULL; child = child->next) {
		nested = nested || (child->type == XML_ELEMENT_NODE && is_named(child, "extension"));
		value = value
		    || (child->type == XML_ELEMENT_NODE
			&& text_starts_with((const char *)child->name, "value"));
	}
	if (nested == value)
		report(check, way, NULL, "ext-1", "invariant",
		    nested ? "an extension with extensions has no value"
			   : "an extension has extensions or a value",
		    fhir_attribute(extension, "url"), NULL);
}

/* datatypes.html#Attachment: size is that of the data before they were written in base64. */
static void
check_attachment(struct check *check, const struct way *way, const xmlNode *attachment)
{
	const char *data = fhir_child_value(attachment, "data"), *size = fhir_child_value(attachment, "size");
	size_t digits, padding, bytes;

	/* What is no base64 has its own finding. */
	if (data == NULL || size == NULL || !base64_count(data, &digits, &padding))
		return;
	bytes = digits / 4 * 3 + (digits % 4 != 0 ? digits % 4 - 1 : 0);
	if (strtoull(size, NULL, 10) != bytes)
		report(check, way, "size", "attachment-size", "invalid", "the size is not that of the data", size,
		    arena_printf(check->arena, "%zu", bytes));
}

/* dom-2, dom-4, dom-5: what a contained resource may not have. */
static void
check_contained(struct check *check, const struct way *way, const xmlNode *resource)
{
	const xmlNode *meta = fhir_child(resource, "meta");

	if (fhir_child(resource, "contained") != NULL)
		report(check, way, "contained", "dom-2", "invariant",
		    "a contained resource contains no other", NULL, NULL);
	if (fhir_child(meta, "versionId") != NULL || fhir_child(meta, "lastUpdated") != NULL)
		report(check, way, "meta", "dom-4", "invariant",
		    "a contained resource has no versionId and no lastUpdated", NULL, NULL);
	if (fhir_child(meta, "security") != NULL)
		report(check, way, "meta.security", "dom-5", "invariant",
		    "a contained resource has no security label", NULL, NULL);
}

/* ---- The walk ----------------------------------------------------------------------------------------------- */

static void
check_element(struct check *check, struct way way, const xmlNode *element, const struct fact_element *fact)
{
	uint64_t seen = 0;
	const char *value;

	if (!in_fhir_namespace(element) && fact->kind != FACT_XHTML) {
		report(check, &way, NULL, "structure-namespace", "structure",
		    "the element is not in FHIR's name space",
		    element->ns != NULL ? (const char *)element->ns->href : "", FHIR_NAMESPACE);
		return;
	}
	if (fact->kind == FACT_XHTML) {
		narrative_check(check, way.place, element);
		return;
	}
	if (fact->kind == FACT_RESOURCE) {
		way.contained = way.contained || is_named(element, "contained");
		check_resource(check, way, element);
		return;
	}
	value = check_attributes(check, &way, element, fact->type, &seen);
	if (value != NULL) {
		check_on_request(check, &way, fact->type->format, value);
		check_value(check, &way, element, fact->type, value);
		check_system(check, &way, fact, value);
		check_code(check, &way, element, fact, value);
	}
	/* ele-1 counts children, and an id is none of them. */
	else if (xmlFirstElementChild((xmlNode *)element) == NULL && fact->type != check->extension)
		report(check, &way, NULL, "ele-1", "invariant", "an element has a value or children",
		    NULL, NULL);
	if (element->children != NULL || fact->type->required != 0)
		check_children(check, way, element, fact->type, seen);
	if (fact->type == check->reference)
		reference_check(check, way.place, element);
	else if (fact->type == check->extension)
		check_extension(check, &way, element);
	else if (fact->type == check->attachment)
		check_attachment(check, &way, element);
}

static void
check_missing(struct check *check, const struct way *way, const struct fact_type *type, uint64_t missing)
{
	size_t i;

	for (i = 0; i < type->count; i++) {
		const struct fact_element *element = &type->elements[i];

		if ((missing & UINT64_C(1) << element->order) == 0)
			continue;
		missing &= ~(UINT64_C(1) << element->order);
		report(check, way, element->base, "structure-min", "required",
		    "an element that FHIR R4 requires is missing", NULL, element->path);
	}
}

static void
check_text(struct check *check, const struct way *way, const xmlNode *node)
{
	if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
	    && !text_is_blank((const char *)node->content))
		report(check, way, NULL, "structure-text", "structure", "text stands between the elements",
		    (const char *)node->content, NULL);
}

/* Reports a repetition or a wrong sequence; previous is the element before, NULL at the beginning. */
static void
check_sequence(struct check *check, const struct way *way, const struct fact_element *fact,
    const struct fact_element *previous, uint64_t seen)
{
	if ((seen & UINT64_C(1) << fact->order) != 0
	    && (!fact->list || (previous != fact && previous->order == fact->order)))
		report(check, way, NULL, "structure-max", "structure", "FHIR R4 allows this element once",
		    NULL, NULL);
	else if (previous != NULL && previous->order > fact->order)
		report(check, way, NULL, "structure-order", "structure",
		    "the element is not in the order of FHIR R4", fact->name, NULL);
}

static void
check_children(struct check *check, struct way way, const xmlNode *parent, const struct fact_type *type,
    uint64_t seen)
{
	const struct fact_element *previous = NULL, *fact;
	struct place place = { .up = way.place };
	struct way below = { &place, way.depth + 1, way.contained };
	const xmlNode *child;
	size_t hint = 0;

	if (way.depth >= DEPTH_LIMIT) {
		report(check, &way, NULL, "structure-depth", "too-long",
		    "the element is nested too deeply to be checked", NULL, NULL);
		return;
	}
	for (child = parent->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE) {
			check_text(check, &way, child);
			continue;
		}
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (fact == NULL || fact->kind == FACT_ATTRIBUTE) {
			report(check, &way, (const char *)child->name, "structure-unknown", "structure",
			    "FHIR R4 knows no such element here", (const char *)child->name, NULL);
			continue;
		}
		place.index = fact == previous ? place.index + 1 : 0;
		place.name = fact->base;
		place.list = fact->list;
		check_sequence(check, &below, fact, previous, seen);
		seen |= UINT64_C(1) << fact->order;
		previous = fact;
		check_element(check, below, child, fact);
	}
	if ((type->required & ~seen) != 0)
		check_missing(check, &way, type, type->required & ~seen);
}

/* The one resource in a holder: contained, Bundle.entry.resource. */
static void
check_resource(struct check *check, struct way way, const xmlNode *holder)
{
	const xmlNode *resource = xmlFirstElementChild((xmlNode *)holder);
	const struct fact_type *type = resource != NULL ? fact_type_find((const char *)resource->name) : NULL;
	uint64_t seen = 0;

	if (resource == NULL) {
		report(check, &way, NULL, "ele-1", "invariant", "an element has a value or children",
		    NULL, NULL);
		return;
	}
	if (type == NULL || !type->resource) {
		report(check, &way, NULL, "structure-resource", "structure", "FHIR R4 knows no such resource",
		    (const char *)resource->name, NULL);
		return;
	}
	if (resource->ns == NULL || strcmp((const char *)resource->ns->href, FHIR_NAMESPACE) != 0)
		report(check, &way, NULL, "structure-namespace", "structure",
		    "the element is not in FHIR's name space",
		    resource->ns != NULL ? (const char *)resource->ns->href : "", FHIR_NAMESPACE);
	if (xmlNextElementSibling((xmlNode *)resource) != NULL)
		report(check, &way, NULL, "structure-max", "structure",
		    "FHIR R4 allows this element once", NULL, NULL);
	check_attributes(check, &way, resource, type, &seen);
	check_children(check, way, resource, type, 0);
	if (way.contained)
		check_contained(check, &way, resource);
}

void
structure_check(struct check *check)
{
	const xmlNode *root = xmlDocGetRootElement(check->doc);
	struct place place = { .name = (const char *)root->name };

	check_resource(check, (struct way){ .place = &place }, (const xmlNode *)check->doc);
}
