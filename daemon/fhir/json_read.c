/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIR JSON as a tree in the order of FHIR XML. The members of an object may come in any order and a
 * primitive may come in two parts (name and _name), so each object is first laid out by the order numbers
 * of its type and then read. What FHIR does not allow is a finding and never a guess: values are kept
 * where the tree can hold them.
 */
#include "fhir/facts.h"
#include "fhir/json.h"
#include "fhir/json_narrative.h"

#include "base/buffer.h"

#include <limits.h>
#include <string.h>

#include <libxml/dict.h>

/* A value becomes a node of some 300 bytes. */
const struct json_limits fhir_json_limits = {
	.bytes = (size_t)64 * 1024 * 1024, .depth = 128, .values = 1000000
};

struct reader {
	xmlDoc *doc;
	xmlNs *ns;
	const char *name;
	struct arena *arena;
	struct ehds_findings *findings;
};

/* A step of the path, for findings; lives on the stack. */
struct step {
	const struct step *up;
	const char *name;
	bool list;
	size_t index;
};

/* What an object says of the element of one order number. */
struct member {
	const struct fact_element *fact;
	const struct json *value, *more;	/* "name" and "_name"; either may be NULL */
};

static void
read_resource(struct reader *reader, const struct json *object, xmlNode *parent, const struct step *step);

static void
read_object(struct reader *reader, const struct json *object, xmlNode *element, const struct fact_type *type,
    const struct step *step);

/* ---- Findings ----------------------------------------------------------------------------------------------- */

static void
append_step(struct buffer *out, const struct step *step)
{
	if (step->up != NULL) {
		append_step(out, step->up);	/* bounded by the depth of the JSON */
		buffer_putc(out, '.');
	}
	buffer_puts(out, step->name);
	if (step->list)
		buffer_printf(out, "[%zu]", step->index);
}

static void
report(struct reader *reader, const struct json *value, const struct step *step, const char *rule,
    const char *text, const char *found, const char *expected)
{
	struct buffer path = { 0 };

	append_step(&path, step);
	findings_add(reader->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR, .rule = rule,
	    .code = "structure", .text = text, .found = found, .expected = expected, .expression = path.data,
	    .file = reader->name, .line = value->line, .column = value->column });
	buffer_free(&path);
}

static const char *
kind_name(const struct json *value)
{
	static const char *const names[] = { "null", "true", "false", "a number", "a string", "an array",
		"an object" };

	return names[value->kind];
}

/* ---- Nodes -------------------------------------------------------------------------------------------------- */

/* Every name once, as the parser of XML does it. */
static xmlNode *
add_element(struct reader *reader, xmlNode *parent, const char *name, const struct json *value)
{
	const xmlChar *known = xmlDictLookup(reader->doc->dict, BAD_CAST name, -1);
	xmlNode *element = xmlNewDocNodeEatName(reader->doc, reader->ns, (xmlChar *)known, NULL);

	element->line = (unsigned short)(value->line < USHRT_MAX ? value->line : USHRT_MAX);
	if (value->line >= USHRT_MAX)
		element->psvi = (void *)(ptrdiff_t)value->line;
	if (parent != NULL) {
		xmlAddChild(parent, element);
		return element;
	}
	xmlDocSetRootElement(reader->doc, element);
	reader->ns = xmlNewNs(element, BAD_CAST FHIR_NAMESPACE, NULL);
	xmlSetNs(element, reader->ns);
	return element;
}

/* The length of a character that XML 1.0 (production 2) does not have, or 0. */
static size_t
not_in_xml(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (byte[0] < 0x20)
		return byte[0] != '\t' && byte[0] != '\n' && byte[0] != '\r';
	if (byte[0] == 0xEF && byte[1] == 0xBF && byte[2] >= 0xBE)	/* U+FFFE and U+FFFF */
		return 3;
	return 0;
}

/* Text that XML can hold: what it cannot becomes U+FFFD, and is told. */
static const char *
clean_text(struct reader *reader, const struct json *value, const struct step *step)
{
	struct buffer clean = { 0 };
	const char *text = value->text, *at, *result;
	size_t length;

	for (at = text; *at != '\0' && not_in_xml(at) == 0; at++)
		continue;
	if (*at == '\0')
		return text;
	report(reader, value, step, "fhir-json-character",
	    "a string of FHIR has no control characters but tab, line feed and carriage return", NULL, NULL);
	for (at = text; *at != '\0'; at += length) {
		length = not_in_xml(at);
		if (length > 0) {
			buffer_puts(&clean, "\xEF\xBF\xBD");
		} else {
			buffer_putc(&clean, *at);
			length = 1;
		}
	}
	result = arena_strdup(reader->arena, clean.data);
	buffer_free(&clean);
	return result != NULL ? result : "";
}

/* The text of a scalar, whatever it is. NULL for null, arrays and objects. */
static const char *
scalar_text(struct reader *reader, const struct json *value, const struct step *step)
{
	switch (value->kind) {
	case JSON_STRING:
		return clean_text(reader, value, step);
	case JSON_NUMBER:
		return value->text;
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return NULL;
}

static void
set_attribute(xmlNode *element, const char *name, const char *text)
{
	xmlNewNsPropEatName(element, NULL,
	    (xmlChar *)xmlDictLookup(element->doc->dict, BAD_CAST name, -1), BAD_CAST text);
}

/* ---- Primitives --------------------------------------------------------------------------------------------- */

static bool
fits_kind(const struct json *value, enum fact_kind kind)
{
	if (kind == FACT_NUMBER)
		return value->kind == JSON_NUMBER;
	if (kind == FACT_BOOLEAN)
		return value->kind == JSON_TRUE || value->kind == JSON_FALSE;
	return value->kind == JSON_STRING;
}

static const char *
expected_kind(enum fact_kind kind)
{
	return kind == FACT_NUMBER ? "a number" : kind == FACT_BOOLEAN ? "true or false" : "a string";
}

/* The text of a primitive, or NULL when there is none; a wrong kind is told, and its text kept. */
static const char *
primitive_text(struct reader *reader, const struct json *value, enum fact_kind kind, const struct step *step)
{
	const char *text = scalar_text(reader, value, step);

	if (!fits_kind(value, kind))
		report(reader, value, step, "fhir-json-type",
		    "the value is not of the JSON type that FHIR gives it",
		    text != NULL && value->kind != JSON_NULL ? text : kind_name(value),
		    expected_kind(kind));
	else if (text[0] == '\0')
		report(reader, value, step, "fhir-json-empty", "a string of FHIR is never empty", NULL, NULL);
	return text;
}

/* One primitive from its two parts; null and NULL are nothing. */
static void
read_primitive(struct reader *reader, const struct json *value, const struct json *more, xmlNode *parent,
    const struct fact_element *fact, const struct step *step)
{
	bool has_value = value != NULL && value->kind != JSON_NULL,
	     has_more = more != NULL && more->kind != JSON_NULL;
	const struct json *any = has_value ? value : has_more ? more : value != NULL ? value : more;
	const char *text = NULL;
	xmlNode *element;

	if (!has_value && !has_more) {
		report(reader, any, step, "fhir-json-null",
		    "null stands only beside what the other array says", NULL, NULL);
		return;
	}
	if (has_value)
		text = primitive_text(reader, value, fact->kind, step);
	if (has_value && text == NULL && !has_more)
		return;
	element = add_element(reader, parent, fact->name, any);
	if (text != NULL)
		set_attribute(element, "value", text);
	if (has_more)
		read_object(reader, more, element, fact->type, step);
}

static const struct json *
first_item(const struct json *array)
{
	return array != NULL && array->kind == JSON_ARRAY ? array->children : array;
}

static const struct json *
next_item(const struct json *array, const struct json *item)
{
	return item != NULL && array->kind == JSON_ARRAY ? item->next : NULL;
}

/* Where the specification has a list there is an array, elsewhere there is none. */
static void
check_array(struct reader *reader, const struct json *value, const struct fact_element *fact,
    const struct step *step)
{
	if (value == NULL)
		return;
	if (fact->list != (value->kind == JSON_ARRAY))
		report(reader, value, step, "fhir-json-array",
		    fact->list ? "the element may repeat, so it is an array"
			       : "the element does not repeat, so it is no array",
		    kind_name(value), NULL);
	else if (value->kind == JSON_ARRAY && value->children == NULL)
		report(reader, value, step, "fhir-json-empty", "an array of FHIR is never empty", NULL, NULL);
}

static void
read_primitives(struct reader *reader, const struct member *member, xmlNode *parent, const struct step *up)
{
	struct step step = { up, member->fact->base, member->fact->list, 0 };
	const struct json *value = first_item(member->value), *more = first_item(member->more);

	check_array(reader, member->value, member->fact, &step);
	check_array(reader, member->more, member->fact, &step);
	while (value != NULL || more != NULL) {
		read_primitive(reader, value, more, parent, member->fact, &step);
		value = next_item(member->value, value);
		more = next_item(member->more, more);
		step.index++;
	}
}

/* ---- Everything else ---------------------------------------------------------------------------------------- */

static void
read_narrative(struct reader *reader, const struct json *value, xmlNode *parent, const struct step *step)
{
	struct ehds_error error = { 0 };
	xmlNode *div = NULL;

	if (value->kind != JSON_STRING) {
		report(reader, value, step, "fhir-json-type",
		    "the value is not of the JSON type that FHIR gives it", kind_name(value),
		    "a string of XHTML");
		return;
	}
	div = json_narrative(reader->doc, value, reader->arena, reader->findings, &error);
	if (div == NULL) {
		report(reader, value, step, "fhir-json-narrative",
		    "the narrative is not well-formed XHTML", error.text, NULL);
		return;
	}
	xmlAddChild(parent, div);
	if (strcmp((const char *)div->name, "div") != 0 || div->ns == NULL
	    || strcmp((const char *)div->ns->href, XHTML_NAMESPACE) != 0)
		report(reader, value, step, "fhir-json-narrative", "the narrative is not a div of XHTML",
		    (const char *)div->name, "<div xmlns=\"" XHTML_NAMESPACE "\">");
}

static void
read_complex(struct reader *reader, const struct json *value, xmlNode *parent,
    const struct fact_element *fact, const struct step *step)
{
	if (fact->kind == FACT_XHTML) {
		read_narrative(reader, value, parent, step);
	} else if (value->kind != JSON_OBJECT) {
		report(reader, value, step, value->kind == JSON_NULL ? "fhir-json-null" : "fhir-json-type",
		    "the value is not of the JSON type that FHIR gives it", kind_name(value), "an object");
	} else if (value->children == NULL) {
		report(reader, value, step, "fhir-json-empty", "an object of FHIR is never empty", NULL,
		    NULL);
	} else if (fact->kind == FACT_RESOURCE) {
		read_resource(reader, value, add_element(reader, parent, fact->name, value), step);
	} else {
		read_object(reader, value, add_element(reader, parent, fact->name, value), fact->type, step);
	}
}

static void
read_members(struct reader *reader, const struct member *member, xmlNode *parent, const struct step *up)
{
	struct step step = { up, member->fact->base, member->fact->list, 0 };
	const struct json *value = first_item(member->value);

	check_array(reader, member->value, member->fact, &step);
	for (; value != NULL; value = next_item(member->value, value), step.index++)
		read_complex(reader, value, parent, member->fact, &step);
}

static void
read_attribute(struct reader *reader, const struct member *member, xmlNode *element, const struct step *up)
{
	struct step step = { up, member->fact->base, false, 0 };
	const char *text = primitive_text(reader, member->value, FACT_STRING, &step);

	if (text != NULL)
		set_attribute(element, member->fact->name, text);
}

static void
report_unknown(struct reader *reader, const struct json *value, const struct step *up)
{
	report(reader, value, up, "fhir-json-unknown", "FHIR R4 knows no such property here", value->key,
	    NULL);
}

/* Finds the row of a property: false when there is none. */
static bool
lay_out(struct reader *reader, const struct json *value, const struct fact_type *type, struct member *members,
    size_t *hint, const struct step *step)
{
	bool underscore = value->key[0] == '_';
	const struct fact_element *fact = fact_element_find(type, value->key + underscore, hint);
	struct member *member;

	if (fact == NULL
	    || (underscore
		&& (!fact->type->primitive || fact->kind == FACT_ATTRIBUTE || fact->kind == FACT_XHTML)))
		return false;
	member = &members[fact->order];
	if (member->fact != NULL && member->fact != fact) {
		report(reader, value, step, "fhir-json-choice",
		    "another alternative of the same choice is there already", value->key,
		    member->fact->name);
		return true;
	}
	member->fact = fact;
	if (underscore)
		member->more = value;
	else
		member->value = value;
	return true;
}

/* members: FACT_ORDERS of them, zero. skip: a property that is read elsewhere, or NULL. */
static void
lay_out_all(struct reader *reader, const struct json *object, const struct fact_type *type,
    struct member *members, const char *skip, const struct step *step)
{
	const struct json *value;
	size_t hint = 0;

	for (value = object->children; value != NULL; value = value->next)
		if (!lay_out(reader, value, type, members, &hint, step)
		    && (skip == NULL || strcmp(value->key, skip) != 0))
			report_unknown(reader, value, step);
}

static void
read_laid_out(struct reader *reader, const struct member *members, xmlNode *element, const struct step *step)
{
	size_t i;

	for (i = 0; i < FACT_ORDERS; i++) {
		const struct fact_element *fact = members[i].fact;

		if (fact == NULL)
			continue;
		if (fact->kind == FACT_ATTRIBUTE)
			read_attribute(reader, &members[i], element, step);
		else if (fact->type->primitive && fact->kind != FACT_XHTML)
			read_primitives(reader, &members[i], element, step);
		else
			read_members(reader, &members[i], element, step);
	}
}

static void
read_object(struct reader *reader, const struct json *object, xmlNode *element, const struct fact_type *type,
    const struct step *step)
{
	struct member members[FACT_ORDERS] = { 0 };

	if (object->kind != JSON_OBJECT) {
		report(reader, object, step, "fhir-json-type",
		    "the value is not of the JSON type that FHIR gives it", kind_name(object),
		    "an object");
		return;
	}
	lay_out_all(reader, object, type, members, NULL, step);
	read_laid_out(reader, members, element, step);
}

static const struct fact_type *
resource_type(const struct json *object)
{
	const char *name = json_text(object, "resourceType");
	const struct fact_type *type = name != NULL ? fact_type_find(name) : NULL;

	return type != NULL && type->resource ? type : NULL;
}

static void
read_resource(struct reader *reader, const struct json *object, xmlNode *parent, const struct step *step)
{
	struct member members[FACT_ORDERS] = { 0 };
	const struct fact_type *type = resource_type(object);
	const char *name = json_text(object, "resourceType");

	if (type == NULL) {
		report(reader, object, step, "fhir-json-resource",
		    name != NULL ? "FHIR R4 knows no such resource" : "a resource names its resourceType",
		    name, NULL);
		return;
	}
	lay_out_all(reader, object, type, members, "resourceType", step);
	read_laid_out(reader, members, add_element(reader, parent, type->name, object), step);
}

int
fhir_json_read(xmlDoc **out, const char *bytes, size_t length, const char *name, const struct json_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	struct reader reader = { .name = name, .arena = arena, .findings = findings };
	struct step step = { NULL, NULL, false, 0 };
	const struct json *object;

	*out = NULL;
	if (json_parse(&object, bytes, length, name, limits, arena, error) != 0)
		return -1;
	step.name = json_text(object, "resourceType");
	if (step.name == NULL || resource_type(object) == NULL)
		return error_set(error, EHDS_ERROR_DOCUMENT, "fhir-json-no-resource", name, object->line,
		    object->column,
		    step.name != NULL ? "'%.64s' is no resource of FHIR R4"
				      : "the JSON has no resourceType, so it is no FHIR",
		    step.name);
	reader.doc = xmlNewDoc(BAD_CAST "1.0");
	reader.doc->dict = xmlDictCreate();
	read_resource(&reader, object, NULL, &step);
	*out = reader.doc;
	return 0;
}
