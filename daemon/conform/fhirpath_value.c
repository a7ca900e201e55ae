/* SPDX-License-Identifier: EUPL-1.2 */
/* Items of FHIRPath: what they are, how FHIR primitives turn into System values, equality and order. */
#include "conform/fhirpath_value.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 200

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

/* ---- Order and equality -------------------------------------------------------------------------------------- */

static int
sign_of(long long difference)
{
	return (difference > 0) - (difference < 0);
}

/* Both in UTC, so that 10:00+01:00 and 09:00Z are one instant. */
static void
to_utc(struct temporal *value)
{
	struct decimal minutes = decimal_of_integer(-value->offset);
	enum temporal_precision precision = value->precision;

	if (!value->zoned || value->precision < PRECISION_HOUR || value->offset == 0)
		return;
	value->precision = PRECISION_SECOND;
	temporal_add(value, FHIRPATH_DATETIME, minutes, "minutes");
	value->precision = precision < PRECISION_MINUTE ? PRECISION_MINUTE : precision;
	value->offset = 0;
}

/*
 * Part by part, down to the smaller precision; equal so far with different precisions is unknown. Seconds and
 * milliseconds are one part (FHIRPath 6.1.1). A zone on one side only leaves times undecided.
 */
static enum answer
compare_temporal(int *out, struct temporal a, struct temporal b)
{
	const bool zones_differ = a.zoned != b.zoned && a.precision >= PRECISION_HOUR && b.precision >= PRECISION_HOUR;
	enum temporal_precision shared, pa, pb;
	int i;

	to_utc(&a);
	to_utc(&b);
	pa = a.precision == PRECISION_MILLISECOND ? PRECISION_SECOND : a.precision;
	pb = b.precision == PRECISION_MILLISECOND ? PRECISION_SECOND : b.precision;
	shared = pa < pb ? pa : pb;
	const int parts[][2] = { { a.year, b.year }, { a.month, b.month }, { a.day, b.day }, { a.hour, b.hour },
		{ a.minute, b.minute }, { a.second * 1000 + a.millisecond, b.second * 1000 + b.millisecond } };

	for (i = 0; i < (int)shared; i++) {
		if (zones_differ && i >= 2)
			return ANSWER_EMPTY;
		*out = sign_of((long long)parts[i][0] - parts[i][1]);
		if (*out != 0)
			return ANSWER_TRUE;
	}
	*out = 0;
	return pa == pb ? ANSWER_TRUE : ANSWER_EMPTY;
}

static bool
is_temporal(enum fhirpath_kind kind)
{
	return kind == FHIRPATH_DATE || kind == FHIRPATH_DATETIME || kind == FHIRPATH_TIME;
}

static struct decimal
number_of(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_INTEGER ? decimal_of_integer(item->integer) : item->decimal;
}

/*
 * Units that compare by a factor: multiples of one base, so that 4 'g' = 4000 'mg'. The full algebra of UCUM is not here; units
 * outside the list compare only with themselves, and otherwise the answer is empty, never a guess. Source: UCUM 2.1, tables 1-5.
 */
static const struct {
	const char *unit, *base;
	struct decimal factor;
} unit_factors[] = {
	{ "kg", "g", { 1000, 0 } }, { "g", "g", { 1, 0 } }, { "mg", "g", { 1, 3 } }, { "ug", "g", { 1, 6 } },
	{ "ng", "g", { 1, 9 } }, { "[lb_av]", "g", { 45359237, 5 } },
	{ "km", "m", { 1000, 0 } }, { "m", "m", { 1, 0 } }, { "cm", "m", { 1, 2 } }, { "mm", "m", { 1, 3 } },
	{ "um", "m", { 1, 6 } }, { "[in_i]", "m", { 254, 4 } },
	{ "L", "L", { 1, 0 } }, { "dL", "L", { 1, 1 } }, { "mL", "L", { 1, 3 } }, { "uL", "L", { 1, 6 } },
	{ "wk", "s", { 604800, 0 } }, { "d", "s", { 86400, 0 } }, { "h", "s", { 3600, 0 } }, { "min", "s", { 60, 0 } },
	{ "s", "s", { 1, 0 } }, { "ms", "s", { 1, 3 } },
	{ "week", "s", { 604800, 0 } }, { "day", "s", { 86400, 0 } }, { "hour", "s", { 3600, 0 } },
	{ "minute", "s", { 60, 0 } }, { "second", "s", { 1, 0 } }, { "millisecond", "s", { 1, 3 } },
	{ "year", "year", { 12, 0 } }, { "month", "year", { 1, 0 } },
	{ "1", "1", { 1, 0 } }, { "%", "1", { 1, 2 } },
};

static bool
unit_factor(const struct fhirpath_item *quantity, const char **base, struct decimal *factor)
{
	size_t i;

	for (i = 0; i < sizeof(unit_factors) / sizeof(unit_factors[0]); i++)
		if (strcmp(unit_factors[i].unit, quantity->text) == 0) {
			*base = unit_factors[i].base;
			*factor = unit_factors[i].factor;
			return true;
		}
	return false;
}

static enum answer
compare_quantities(int *out, const struct fhirpath_item *a, const struct fhirpath_item *b)
{
	const char *base_a, *base_b;
	struct decimal factor_a, factor_b, left, right;

	if (strcmp(a->text, b->text) == 0) {
		*out = decimal_compare(a->decimal, b->decimal);
		return ANSWER_TRUE;
	}
	if (!unit_factor(a, &base_a, &factor_a) || !unit_factor(b, &base_b, &factor_b) || strcmp(base_a, base_b) != 0)
		return ANSWER_EMPTY;
	if (!decimal_multiply(&left, a->decimal, factor_a) || !decimal_multiply(&right, b->decimal, factor_b))
		return ANSWER_EMPTY;
	*out = decimal_compare(left, right);
	return ANSWER_TRUE;
}

/* A number beside a quantity is a quantity of unit 1; a date beside a dateTime is a dateTime (FHIRPath 5.5, implicit conversions). */
static void
convert_implicitly(struct fhirpath_item *a, const struct fhirpath_item *b)
{
	if (item_is_number(a) && b->kind == FHIRPATH_QUANTITY) {
		a->decimal = number_of(a);
		a->kind = FHIRPATH_QUANTITY;
		a->text = "1";
	}
	if (a->kind == FHIRPATH_DATE && b->kind == FHIRPATH_DATETIME)
		a->kind = FHIRPATH_DATETIME;
}

/* FHIR tells a string from a date by the element; in expressions a string literal beside a FHIR date compares as text. */
enum answer
item_compare(int *out, const struct fhirpath_item *left, const struct fhirpath_item *right, struct arena *arena)
{
	struct fhirpath_item a = item_system(left, arena), b = item_system(right, arena);

	*out = 0;
	if (a.kind == FHIRPATH_NONE || b.kind == FHIRPATH_NONE)
		return ANSWER_EMPTY;
	convert_implicitly(&a, &b);
	convert_implicitly(&b, &a);
	if (item_is_number(&a) && item_is_number(&b)) {
		*out = decimal_compare(number_of(&a), number_of(&b));
		return ANSWER_TRUE;
	}
	if (a.kind != b.kind)
		return ANSWER_ERROR;
	if (a.kind == FHIRPATH_STRING) {
		*out = sign_of(strcmp(a.text, b.text));
		return ANSWER_TRUE;
	}
	if (is_temporal(a.kind))
		return compare_temporal(out, a.temporal, b.temporal);
	if (a.kind == FHIRPATH_QUANTITY)
		return compare_quantities(out, &a, &b);
	return ANSWER_ERROR;
}

static bool
attributes_equal(const xmlNode *a, const xmlNode *b)
{
	static const char *const names[] = { "value", "url" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *left = fhir_attribute(a, names[i]), *right = fhir_attribute(b, names[i]);

		if ((left == NULL) != (right == NULL) || (left != NULL && strcmp(left, right) != 0))
			return false;
	}
	return true;
}

/* Deep: names, values and children in order; ids do not count (FHIRPath on FHIR compares content). */
static bool
nodes_equal(const xmlNode *a, const xmlNode *b, unsigned depth)
{
	const xmlNode *left, *right;

	if (a == b)
		return true;
	if (depth > DEPTH_MAX || !attributes_equal(a, b))
		return false;
	left = fhir_element(a->children);
	right = fhir_element(b->children);
	while (left != NULL && right != NULL) {
		if (strcmp((const char *)left->name, (const char *)right->name) != 0 ||
		    !nodes_equal(left, right, depth + 1))
			return false;
		left = fhir_element(left->next);
		right = fhir_element(right->next);
	}
	return left == NULL && right == NULL;
}

static enum answer
equal_system(const struct fhirpath_item *a, const struct fhirpath_item *b, struct arena *arena)
{
	int order;
	enum answer compared;

	if (a->kind == FHIRPATH_STRING && b->kind == FHIRPATH_STRING)
		return answer_of(strcmp(a->text, b->text) == 0);
	if (a->kind == FHIRPATH_BOOLEAN && b->kind == FHIRPATH_BOOLEAN)
		return a->boolean == b->boolean ? ANSWER_TRUE : ANSWER_FALSE;
	compared = item_compare(&order, a, b, arena);
	if (compared == ANSWER_ERROR)
		return ANSWER_FALSE;
	if (compared == ANSWER_EMPTY && (a->kind == FHIRPATH_QUANTITY || b->kind == FHIRPATH_QUANTITY || order == 0))
		return ANSWER_EMPTY;
	return order == 0 ? ANSWER_TRUE : ANSWER_FALSE;
}

enum answer
item_equal(const struct fhirpath_item *left, const struct fhirpath_item *right, struct arena *arena)
{
	struct fhirpath_item a = item_system(left, arena), b = item_system(right, arena);

	if (a.kind == FHIRPATH_NONE || b.kind == FHIRPATH_NONE) {
		/* Primitives without a value are equal when their extensions are. */
		if (left->kind == FHIRPATH_NODE && right->kind == FHIRPATH_NODE)
			return nodes_equal(left->node, right->node, 0) ? ANSWER_TRUE : ANSWER_FALSE;
		return ANSWER_FALSE;
	}
	if (a.kind == FHIRPATH_NODE || b.kind == FHIRPATH_NODE) {
		if (a.kind != b.kind)
			return ANSWER_FALSE;
		return nodes_equal(a.node, b.node, 0) ? ANSWER_TRUE : ANSWER_FALSE;
	}
	return equal_system(&a, &b, arena);
}

/* Case and white space do not count (FHIRPath 6.1.2). */
static bool
text_equivalent(const char *a, const char *b)
{
	for (;;) {
		bool space_a = *a != '\0' && strchr(" \t\r\n", *a) != NULL, space_b = *b != '\0' && strchr(" \t\r\n", *b) != NULL;

		if (space_a != space_b)
			return false;
		if (space_a) {
			a += strspn(a, " \t\r\n");
			b += strspn(b, " \t\r\n");
			continue;
		}
		if ((*a | (*a >= 'A' && *a <= 'Z' ? 0x20 : 0)) != (*b | (*b >= 'A' && *b <= 'Z' ? 0x20 : 0)))
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

/* Decimals agree when they do to the precision of the less precise one. */
static bool
number_equivalent(struct decimal a, struct decimal b)
{
	int scale;

	a = decimal_trim(a);
	b = decimal_trim(b);
	scale = a.scale < b.scale ? a.scale : b.scale;
	return decimal_compare(decimal_round(a, scale), decimal_round(b, scale)) == 0;
}

/* 4 'g' ~ 4040 'mg': to the precision of the less precise, in the larger unit. */
static bool
quantity_equivalent(const struct fhirpath_item *a, const struct fhirpath_item *b)
{
	const char *base_a, *base_b;
	struct decimal factor_a, factor_b, left, right;

	if (strcmp(a->text, b->text) == 0)
		return number_equivalent(a->decimal, b->decimal);
	if (!unit_factor(a, &base_a, &factor_a) || !unit_factor(b, &base_b, &factor_b) || strcmp(base_a, base_b) != 0)
		return false;
	if (decimal_compare(factor_a, factor_b) < 0)
		return quantity_equivalent(b, a);
	return decimal_multiply(&right, b->decimal, factor_b) && decimal_divide(&left, right, factor_a) &&
	    number_equivalent(a->decimal, left);
}

enum answer
item_equivalent(const struct fhirpath_item *left, const struct fhirpath_item *right, struct arena *arena)
{
	struct fhirpath_item a = item_system(left, arena), b = item_system(right, arena);
	enum answer equal;

	if (a.kind == FHIRPATH_STRING && b.kind == FHIRPATH_STRING)
		return text_equivalent(a.text, b.text) ? ANSWER_TRUE : ANSWER_FALSE;
	if (item_is_number(&a) && item_is_number(&b))
		return number_equivalent(number_of(&a), number_of(&b)) ? ANSWER_TRUE : ANSWER_FALSE;
	if (a.kind == FHIRPATH_QUANTITY && b.kind == FHIRPATH_QUANTITY)
		return quantity_equivalent(&a, &b) ? ANSWER_TRUE : ANSWER_FALSE;
	equal = item_equal(left, right, arena);
	return equal == ANSWER_TRUE ? ANSWER_TRUE : ANSWER_FALSE;
}
