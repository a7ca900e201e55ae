/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tree as FHIR JSON, in one walk. Values are trusted to be strings only: what is no JSON number is
 * quoted and not written raw, so that no document can write JSON of its own.
 */
#include "fhir/facts.h"
#include "fhir/json.h"
#include "fhir/json_output.h"
#include "fhir/tree.h"
#include "fhir/xhtml.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define DEPTH_LIMIT 500		/* of brackets; order.c allows 200 elements, each with an array around it */

struct writer {
	struct json_output output;
	struct buffer xhtml;	/* owns: the narrative before it is quoted */
	struct ehds_error *error;
};

static int
write_object(struct writer *writer, const xmlNode *element, const struct fact_type *type);

static int
write_resource(struct writer *writer, const xmlNode *holder);

/* "WHAT 'NAME' in 'PARENT'". */
static int
fail(struct writer *writer, const char *rule, const char *what, const xmlNode *node)
{
	const xmlNode *parent = node->parent;
	bool nested = parent != NULL && parent->type == XML_ELEMENT_NODE;

	return error_set(writer->error, EHDS_ERROR_MAPPING, rule, NULL, 0, 0, "%s '%s'%s%s%s", what,
	    (const char *)node->name, nested ? " in '" : "", nested ? (const char *)parent->name : "",
	    nested ? "'" : "");
}

/* ---- Primitives --------------------------------------------------------------------------------------------- */

/* RFC 8259, section 6. */
static bool
is_number(const char *text)
{
	text += *text == '-';
	if (!isdigit((unsigned char)*text) || (text[0] == '0' && isdigit((unsigned char)text[1])))
		return false;
	text += strspn(text, "0123456789");
	if (*text == '.') {
		if (!isdigit((unsigned char)*++text))
			return false;
		text += strspn(text, "0123456789");
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '+' || *text == '-';
		if (!isdigit((unsigned char)*text))
			return false;
		text += strspn(text, "0123456789");
	}
	return *text == '\0';
}

static void
put_value(struct writer *writer, const char *value, enum fact_kind kind)
{
	if ((kind == FACT_NUMBER && is_number(value))
	    || (kind == FACT_BOOLEAN && (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)))
		put_raw(&writer->output, value);
	else
		put_string(&writer->output, value, strlen(value));
}

/* The next of a list: in an ordered tree all of its elements are neighbours. */
static const xmlNode *
next_in_run(const xmlNode *element)
{
	const xmlNode *next = element->next;

	while (next != NULL && next->type != XML_ELEMENT_NODE)
		next = next->next;
	if (next == NULL || strcmp((const char *)next->name, (const char *)element->name) != 0)
		return NULL;
	return next;
}

static bool
is_stray_text(const xmlNode *node)
{
	return (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
	    && !text_is_blank((const char *)node->content);
}

/* Whether a primitive has an id or extensions (or something that write_children will refuse). */
static bool
has_more(const xmlNode *element)
{
	const xmlNode *child;

	for (child = element->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE || is_stray_text(child))
			return true;
	return fhir_attribute(element, "id") != NULL;
}

static int
write_primitive(struct writer *writer, const xmlNode *element, const struct fact_element *fact)
{
	const char *value = fhir_value(element);

	if (value != NULL) {
		put_name(&writer->output, fact->name, false);
		put_value(writer, value, fact->kind);
		if (element->children == NULL && element->properties->next == NULL)
			return 0;
	}
	if (!has_more(element))
		return 0;
	put_name(&writer->output, fact->name, true);
	return write_object(writer, element, fact->type);
}

/* json.html, "Repeating primitives": two arrays of one length, with null where there is nothing. */
static int
write_primitives(struct writer *writer, const xmlNode *first, const struct fact_element *fact)
{
	bool values = false, more = false;
	const xmlNode *element;

	for (element = first; element != NULL; element = next_in_run(element)) {
		values = values || fhir_value(element) != NULL;
		more = more || has_more(element);
	}
	if (values) {
		put_name(&writer->output, fact->name, false);
		put_open(&writer->output, '[');
		for (element = first; element != NULL; element = next_in_run(element)) {
			const char *value = fhir_value(element);

			put_separator(&writer->output);
			if (value != NULL)
				put_value(writer, value, fact->kind);
			else
				put_bytes(&writer->output, "null", 4);
		}
		put_close(&writer->output, ']');
	}
	if (!more)
		return 0;
	put_name(&writer->output, fact->name, true);
	put_open(&writer->output, '[');
	for (element = first; element != NULL; element = next_in_run(element)) {
		put_separator(&writer->output);
		if (!has_more(element))
			put_bytes(&writer->output, "null", 4);
		else if (write_object(writer, element, fact->type) < 0)
			return -1;
	}
	put_close(&writer->output, ']');
	return 0;
}

/* ---- Objects ------------------------------------------------------------------------------------------------ */

static int
write_complex(struct writer *writer, const xmlNode *element, const struct fact_element *fact)
{
	if (fact->kind == FACT_RESOURCE)
		return write_resource(writer, element);
	return write_object(writer, element, fact->type);
}

static int
write_list(struct writer *writer, const xmlNode *first, const struct fact_element *fact)
{
	const xmlNode *element;

	put_name(&writer->output, fact->name, false);
	put_open(&writer->output, '[');
	for (element = first; element != NULL; element = next_in_run(element)) {
		put_separator(&writer->output);
		if (write_complex(writer, element, fact) < 0)
			return -1;
	}
	put_close(&writer->output, ']');
	return 0;
}

static int
write_single(struct writer *writer, const xmlNode *element, const struct fact_element *fact)
{
	put_name(&writer->output, fact->name, false);
	if (fact->kind != FACT_XHTML)
		return write_complex(writer, element, fact);
	buffer_clear(&writer->xhtml);
	xhtml_write(&writer->xhtml, element);
	put_string(&writer->output, writer->xhtml.data, writer->xhtml.length);
	return 0;
}

static bool
is_extra(const xmlAttr *attribute)
{
	return attribute->ns != NULL && strcmp((const char *)attribute->ns->href,
	    "http://www.w3.org/2001/XMLSchema-instance") == 0;
}

static void
write_attribute(struct writer *writer, const char *name, const xmlAttr *attribute)
{
	const char *text = "";

	if (attribute == NULL)
		return;
	if (attribute->children != NULL && attribute->children->content != NULL)
		text = (const char *)attribute->children->content;
	put_name(&writer->output, name, false);
	put_string(&writer->output, text, strlen(text));
}

/* id and Extension.url, in this order whatever the tree's is; a primitive's value is written elsewhere. */
static int
write_attributes(struct writer *writer, const xmlNode *element, const struct fact_type *type)
{
	const xmlAttr *attribute, *id = NULL, *url = NULL;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		const struct fact_element *fact;

		if (is_extra(attribute) || (type->primitive && strcmp(name, "value") == 0))
			continue;
		fact = attribute->ns == NULL ? fact_element_find(type, name, NULL) : NULL;
		if (fact == NULL || fact->kind != FACT_ATTRIBUTE)
			return fail(writer, "fhir-unknown-attribute", "FHIR R4 knows no attribute",
			    (const xmlNode *)attribute);
		if (strcmp(name, "id") == 0)
			id = attribute;
		else
			url = attribute;
	}
	write_attribute(writer, "id", id);
	write_attribute(writer, "url", url);
	return 0;
}

static int
write_member(struct writer *writer, const xmlNode *element, const struct fact_element *fact)
{
	bool primitive = fact->type->primitive && fact->kind != FACT_XHTML;

	if (fact->list)
		return primitive ? write_primitives(writer, element, fact)
				 : write_list(writer, element, fact);
	return primitive ? write_primitive(writer, element, fact) : write_single(writer, element, fact);
}

static int
write_children(struct writer *writer, const xmlNode *parent, const struct fact_type *type)
{
	const struct fact_element *previous = NULL, *fact;
	const xmlNode *child, *next;
	size_t hint = 0;

	for (child = parent->children; child != NULL; child = next) {
		next = child->next;
		if (child->type != XML_ELEMENT_NODE) {
			if (is_stray_text(child))
				return fail(writer, "fhir-stray-text", "text stands directly inside", parent);
			continue;
		}
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (fact == NULL || fact->kind == FACT_ATTRIBUTE)
			return fail(writer, "fhir-unknown-element", "FHIR R4 knows no element", child);
		if (previous != NULL && fact->order <= previous->order)
			return fail(
			    writer, "fhir-unordered", "repeated or not in the order of FHIR R4:", child);
		if (write_member(writer, child, fact) < 0)
			return -1;
		for (; fact->list && child != NULL; child = next_in_run(child))
			next = child->next;
		previous = fact;
	}
	return 0;
}

static int
write_object(struct writer *writer, const xmlNode *element, const struct fact_type *type)
{
	if (writer->output.depth > DEPTH_LIMIT)
		return fail(writer, "fhir-depth", "nested too deeply:", element);
	put_open(&writer->output, '{');
	if (write_attributes(writer, element, type) < 0 || write_children(writer, element, type) < 0)
		return -1;
	put_close(&writer->output, '}');
	return 0;
}

static int
write_resource_itself(struct writer *writer, const xmlNode *resource)
{
	const struct fact_type *type = fact_type_find((const char *)resource->name);

	if (type == NULL || !type->resource)
		return fail(writer, "fhir-unknown-resource", "FHIR R4 knows no resource", resource);
	if (writer->output.depth > DEPTH_LIMIT)
		return fail(writer, "fhir-depth", "nested too deeply:", resource);
	put_open(&writer->output, '{');
	put_name(&writer->output, "resourceType", false);
	put_string(&writer->output, type->name, strlen(type->name));
	if (write_children(writer, resource, type) < 0)
		return -1;
	put_close(&writer->output, '}');
	return 0;
}

static int
write_resource(struct writer *writer, const xmlNode *holder)
{
	const xmlNode *resource = xmlFirstElementChild((xmlNode *)holder);

	if (resource == NULL)
		return fail(writer, "fhir-unknown-resource", "no resource inside", holder);
	if (xmlNextElementSibling((xmlNode *)resource) != NULL)
		return fail(writer, "fhir-repeated-element", "more than one resource inside", holder);
	return write_resource_itself(writer, resource);
}

int
fhir_json_write(struct buffer *out, const xmlDoc *doc, bool pretty, struct ehds_error *error)
{
	struct writer writer;
	const xmlNode *root = xmlDocGetRootElement(doc);
	int result;

	if (root == NULL)
		return error_set(error, EHDS_ERROR_MAPPING, "fhir-unknown-resource", NULL, 0, 0,
		    "the document is empty: a FHIR resource was expected");
	json_output_open(&writer.output, out, pretty);
	writer.xhtml = (struct buffer){ 0 };
	writer.error = error;
	result = write_resource_itself(&writer, root);
	if (result == 0 && pretty)
		put(&writer.output, '\n');
	json_output_flush(&writer.output);
	buffer_free(&writer.xhtml);
	return result;
}
