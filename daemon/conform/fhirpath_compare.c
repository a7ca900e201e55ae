/* SPDX-License-Identifier: EUPL-1.2 */
/* Order, equality and equivalence of items (HL7 FHIRPath 2.0.0, sections 6.1 and 6.2). */
#include "conform/fhirpath_value.h"

#include "fhir/tree.h"

#include <string.h>

#define DEPTH_MAX 200

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
