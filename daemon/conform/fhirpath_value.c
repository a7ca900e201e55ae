/* SPDX-License-Identifier: EUPL-1.2 */
/* Items of FHIRPath: what they are, and how FHIR primitives turn into System values. */
#include "conform/fhirpath_value.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
collection_add(struct fhirpath_collection *collection, struct arena *arena, const struct fhirpath_item *item)
{
	if (collection->count == collection->capacity) {
		size_t capacity = collection->capacity == 0 ? 1 : 4 * collection->capacity;	/* most hold one */
		struct fhirpath_item *items = arena_alloc(arena, capacity * sizeof(*items));

		if (items == NULL)
			return false;
		if (collection->count > 0)
			memcpy(items, collection->items, collection->count * sizeof(*items));
		collection->items = items;
		collection->capacity = capacity;
	}
	collection->items[collection->count++] = *item;
	return true;
}

struct fhirpath_item
item_boolean(bool value)
{
	return (struct fhirpath_item){ .kind = FHIRPATH_BOOLEAN, .boolean = value };
}

struct fhirpath_item
item_integer(int64_t value)
{
	return (struct fhirpath_item){ .kind = FHIRPATH_INTEGER, .integer = value };
}

struct fhirpath_item
item_decimal(struct decimal value)
{
	return (struct fhirpath_item){ .kind = FHIRPATH_DECIMAL, .decimal = value };
}

struct fhirpath_item
item_string(const char *text)
{
	return (struct fhirpath_item){ .kind = FHIRPATH_STRING, .text = text };
}

bool
item_is_number(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_INTEGER || item->kind == FHIRPATH_DECIMAL;
}

/* ---- Types -------------------------------------------------------------------------------------------------- */

/* FHIR R4 types that derive from another one than Element or DomainResource. */
static const struct {
	const char *type, *base;
} derived_types[] = {
	{ "code", "string" }, { "id", "string" }, { "markdown", "string" },
	{ "url", "uri" }, { "canonical", "uri" }, { "uuid", "uri" }, { "oid", "uri" },
	{ "positiveInt", "integer" }, { "unsignedInt", "integer" },
	{ "Age", "Quantity" }, { "Duration", "Quantity" }, { "Count", "Quantity" }, { "Distance", "Quantity" },
	{ "MoneyQuantity", "Quantity" }, { "SimpleQuantity", "Quantity" },
	{ "Timing", "BackboneElement" }, { "Dosage", "BackboneElement" }, { "ElementDefinition", "BackboneElement" },
	{ "Bundle", "Resource" }, { "Binary", "Resource" }, { "Parameters", "Resource" },
};

static const char *
base_type(const struct fact_type *type, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(derived_types) / sizeof(derived_types[0]); i++)
		if (text_is(derived_types[i].type, name))
			return derived_types[i].base;
	if (text_is(name, "DomainResource"))
		return "Resource";
	if (text_is(name, "Resource") || text_is(name, "Element"))
		return NULL;
	if (type->resource)
		return "DomainResource";
	if (!text_is(name, "BackboneElement") && strchr(name, '.') != NULL)
		return "BackboneElement";
	return "Element";
}

static const char *
system_name(enum fhirpath_kind kind)
{
	static const char *const names[] = { "", "", "Boolean", "Integer", "Decimal", "String", "Date", "DateTime",
		"Time", "Quantity", "TypeInfo" };

	return names[kind];
}

const char *
item_type_name(const struct fhirpath_item *item)
{
	return item->type != NULL ? item->type->name : system_name(item->kind);
}

const char *
item_type_space(const struct fhirpath_item *item)
{
	return item->type != NULL ? "FHIR" : "System";
}

/* Names of the types that others derive from begin so; a name that does not is only the type itself. */
static bool
may_be_base(char first)
{
	return strchr("RDEBQsui", first) != NULL;
}

bool
item_is(const struct fhirpath_item *item, const char *space, const char *name)
{
	const char *type = item_type_name(item);

	if (space != NULL && !text_is(space, item_type_space(item)))
		return false;
	if (text_is(type, name))
		return true;
	if (item->type == NULL)
		return space == NULL && strcmp(name, "Any") == 0;
	if (!may_be_base(*name))
		return false;
	if (item->type->resource && !text_is(name, "DomainResource"))
		return text_is(name, "Resource");
	for (type = base_type(item->type, type); type != NULL; type = base_type(item->type, type))
		if (text_is(type, name))
			return true;
	return false;
}

bool
item_casts_to(const struct fhirpath_item *item, const char *space, const char *name)
{
	if (item->type != NULL && item->type->primitive)
		return (space == NULL || strcmp(space, "FHIR") == 0) && strcmp(item->type->name, name) == 0;
	return item_is(item, space, name);
}

bool
type_exists(const char *space, const char *name)
{
	static const char *const abstract[] = { "Resource", "DomainResource", "Element", "BackboneElement" };
	int kind;
	size_t i;

	for (kind = FHIRPATH_BOOLEAN; kind <= FHIRPATH_QUANTITY; kind++)
		if ((space == NULL || strcmp(space, "System") == 0) && strcmp(system_name((enum fhirpath_kind)kind), name) == 0)
			return true;
	if (space != NULL && strcmp(space, "FHIR") != 0)
		return false;
	for (i = 0; i < sizeof(abstract) / sizeof(abstract[0]); i++)
		if (strcmp(abstract[i], name) == 0)
			return true;
	return fact_type_find(name) != NULL;
}

/* ---- FHIR primitives as System values ---------------------------------------------------------------------- */

static bool
read_integer(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return end != text && *end == '\0' && errno == 0;
}

static struct fhirpath_item
system_of_text(const struct fhirpath_item *item, const char *text)
{
	struct fhirpath_item value = { .kind = FHIRPATH_STRING, .text = text, .node = item->node };

	switch (item->type->format) {
	case FORMAT_boolean:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			break;
		value.kind = FHIRPATH_BOOLEAN;
		value.boolean = text[0] == 't';
		break;
	case FORMAT_integer:
	case FORMAT_positiveInt:
	case FORMAT_unsignedInt:
		if (read_integer(text, &value.integer))
			value.kind = FHIRPATH_INTEGER;
		break;
	case FORMAT_decimal:
		if (decimal_parse(&value.decimal, text))
			value.kind = FHIRPATH_DECIMAL;
		break;
	case FORMAT_date:
		if (date_parse(&value.temporal, text))
			value.kind = FHIRPATH_DATE;
		break;
	case FORMAT_dateTime:
	case FORMAT_instant:
		if (datetime_parse(&value.temporal, text))
			value.kind = FHIRPATH_DATETIME;
		break;
	case FORMAT_time:
		if (time_parse(&value.temporal, text))
			value.kind = FHIRPATH_TIME;
		break;
	case FORMAT_NONE:
	case FORMAT_base64Binary:
	case FORMAT_canonical:
	case FORMAT_code:
	case FORMAT_id:
	case FORMAT_markdown:
	case FORMAT_oid:
	case FORMAT_string:
	case FORMAT_uri:
	case FORMAT_url:
	case FORMAT_uuid:
	case FORMAT_xhtml:
	case FORMAT_COUNT:
		break;
	}
	return value;
}

/* A FHIR Quantity as a System one: UCUM code, else unit; a comparator makes it no single value. */
static struct fhirpath_item
system_of_quantity(const struct fhirpath_item *item)
{
	struct fhirpath_item value = { .kind = FHIRPATH_QUANTITY, .node = item->node };
	const char *number = fhir_child_value(item->node, "value"), *code = fhir_child_value(item->node, "code");
	const char *system = fhir_child_value(item->node, "system"), *unit = fhir_child_value(item->node, "unit");

	if (number == NULL || !decimal_parse(&value.decimal, number) || fhir_child(item->node, "comparator") != NULL)
		return (struct fhirpath_item){ .kind = FHIRPATH_NONE };
	if (code != NULL && system != NULL && strcmp(system, "http://unitsofmeasure.org") == 0)
		value.text = code;
	else
		value.text = unit != NULL ? unit : code != NULL ? code : "1";
	return value;
}

struct fhirpath_item
item_system(const struct fhirpath_item *item, struct arena *arena)
{
	const char *text;

	(void)arena;
	if (item->kind != FHIRPATH_NODE)
		return *item;
	if (item->type == NULL)
		return (struct fhirpath_item){ .kind = FHIRPATH_NONE };
	if (item->type->primitive) {
		text = fhir_value(item->node);
		if (text == NULL)
			return (struct fhirpath_item){ .kind = FHIRPATH_NONE };
		return system_of_text(item, text);
	}
	if (item_is(item, "FHIR", "Quantity"))
		return system_of_quantity(item);
	return *item;
}

const char *
item_text(const struct fhirpath_item *item, struct arena *arena)
{
	struct fhirpath_item value = item_system(item, arena);

	switch (value.kind) {
	case FHIRPATH_NONE:
	case FHIRPATH_NODE:
		return NULL;
	case FHIRPATH_BOOLEAN:
		return value.boolean ? "true" : "false";
	case FHIRPATH_INTEGER:
		return arena_printf(arena, "%lld", (long long)value.integer);
	case FHIRPATH_DECIMAL:
		return decimal_text(value.decimal, arena);
	case FHIRPATH_STRING:
	case FHIRPATH_TYPE:
		return value.text;
	case FHIRPATH_DATE:
	case FHIRPATH_DATETIME:
	case FHIRPATH_TIME:
		return temporal_text(&value.temporal, value.kind, arena);
	case FHIRPATH_QUANTITY:
		return arena_printf(arena, value.calendar ? "%s %s" : "%s '%s'", decimal_text(value.decimal, arena),
		    value.text);
	}
	return NULL;
}

bool
quantity_parse(struct fhirpath_item *out, const char *text, struct arena *arena)
{
	char number[64];
	size_t length = strspn(text, "+-0123456789."), unit_length;
	const char *unit = text + length;

	*out = (struct fhirpath_item){ .kind = FHIRPATH_QUANTITY };
	if (length == 0 || length >= sizeof(number))
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	if (!decimal_parse(&out->decimal, number))
		return false;
	unit += strspn(unit, " \t\r\n");
	if (*unit == '\0') {
		out->text = "1";
		return true;
	}
	if (unit == text + length)	/* "1day" is no quantity */
		return false;
	unit_length = strlen(unit);
	if (*unit == '\'') {
		if (unit_length < 3 || unit[unit_length - 1] != '\'')
			return false;
		out->text = arena_strndup(arena, unit + 1, unit_length - 2);
		return out->text != NULL && strchr(out->text, '\'') == NULL;
	}
	out->text = calendar_unit(unit);
	out->calendar = out->text != NULL;
	return out->calendar;
}
