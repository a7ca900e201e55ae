/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath conversions: toX() and convertsToX() for each System type, precision and boundaries (HL7 FHIRPath 2.0.0,
 * section 5.5; lowBoundary, highBoundary, precision: the CQL functions that FHIRPath 3.0 takes over).
 */
#include "conform/fhirpath_ast.h"

#include "base/timezone.h"

#include <string.h>

/* A conversion: true and *out when value can be made one. */
typedef bool (*converter)(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena);

static bool
to_boolean(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	static const char *const words[2][6] = { { "false", "f", "no", "n", "0", "0.0" },
		{ "true", "t", "yes", "y", "1", "1.0" } };
	size_t side, i;

	(void)arena;
	if (value->kind == FHIRPATH_BOOLEAN) {
		*out = item_boolean(value->boolean);
		return true;
	}
	if (value->kind == FHIRPATH_INTEGER && (value->integer == 0 || value->integer == 1)) {
		*out = item_boolean(value->integer == 1);
		return true;
	}
	if (value->kind == FHIRPATH_DECIMAL) {
		int zero = decimal_compare(value->decimal, decimal_of_integer(0));

		*out = item_boolean(zero != 0);
		return zero == 0 || decimal_compare(value->decimal, decimal_of_integer(1)) == 0;
	}
	for (side = 0; value->kind == FHIRPATH_STRING && side < 2; side++)
		for (i = 0; i < 6; i++)
			if (strcasecmp(value->text, words[side][i]) == 0) {
				*out = item_boolean(side == 1);
				return true;
			}
	return false;
}

static bool
to_integer(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	struct decimal number;

	(void)arena;
	if (value->kind == FHIRPATH_INTEGER)
		*out = item_integer(value->integer);
	else if (value->kind == FHIRPATH_BOOLEAN)
		*out = item_integer(value->boolean);
	else if (value->kind == FHIRPATH_STRING && decimal_parse(&number, value->text) && number.scale == 0 &&
	    number.coefficient >= INT64_MIN && number.coefficient <= INT64_MAX)
		*out = item_integer((int64_t)number.coefficient);
	else
		return false;
	return true;
}

static bool
to_decimal(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	struct decimal number;

	(void)arena;
	if (value->kind == FHIRPATH_DECIMAL)
		*out = item_decimal(value->decimal);
	else if (value->kind == FHIRPATH_INTEGER)
		*out = item_decimal(decimal_of_integer(value->integer));
	else if (value->kind == FHIRPATH_BOOLEAN)
		*out = item_decimal(decimal_of_integer(value->boolean));
	else if (value->kind == FHIRPATH_STRING && decimal_parse(&number, value->text))
		*out = item_decimal(number);
	else
		return false;
	return true;
}

static bool
to_string(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	*out = item_string(item_text(value, arena));
	return out->text != NULL;
}

/* A dateTime keeps its date part. */
static void
cut_to_date(struct fhirpath_item *item)
{
	struct temporal *at = &item->temporal;

	if (at->precision > PRECISION_DAY)
		*at = (struct temporal){ .precision = PRECISION_DAY, .year = at->year, .month = at->month, .day = at->day };
}

static bool
to_date(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	(void)arena;
	*out = *value;
	out->kind = FHIRPATH_DATE;
	out->type = NULL;
	if (value->kind == FHIRPATH_STRING && !datetime_parse(&out->temporal, value->text))
		return false;
	cut_to_date(out);
	return value->kind == FHIRPATH_STRING || value->kind == FHIRPATH_DATE || value->kind == FHIRPATH_DATETIME;
}

static bool
to_datetime(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	(void)arena;
	*out = *value;
	out->kind = FHIRPATH_DATETIME;
	out->type = NULL;
	if (value->kind == FHIRPATH_STRING)
		return datetime_parse(&out->temporal, value->text);
	return value->kind == FHIRPATH_DATE || value->kind == FHIRPATH_DATETIME;
}

static bool
to_time(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	(void)arena;
	*out = *value;
	out->kind = FHIRPATH_TIME;
	out->type = NULL;
	if (value->kind == FHIRPATH_STRING)
		return time_parse(&out->temporal, value->text);
	return value->kind == FHIRPATH_TIME;
}

static bool
to_quantity(const struct fhirpath_item *value, struct fhirpath_item *out, struct arena *arena)
{
	struct fhirpath_item number;

	if (value->kind == FHIRPATH_QUANTITY) {
		*out = *value;
		out->type = NULL;
		return true;
	}
	if (value->kind == FHIRPATH_STRING)
		return quantity_parse(out, value->text, arena);
	if (!to_decimal(value, &number, arena))
		return false;
	*out = (struct fhirpath_item){ .kind = FHIRPATH_QUANTITY, .decimal = number.decimal, .text = "1" };
	return true;
}

/* Sets *found; the input's single value or nothing. */
static int
convert(const struct invocation *invocation, converter to, bool *found, struct fhirpath_item *out)
{
	struct fhirpath_item value;
	int there = single(invocation->evaluation, invocation->ast, invocation->input, &value);

	*found = there == 1 && to(&value, out, invocation->evaluation->arena);
	return there;
}

static int
convert_to(const struct invocation *invocation, struct fhirpath_collection *out, converter to)
{
	struct fhirpath_item item;
	bool found;

	if (convert(invocation, to, &found, &item) < 0)
		return -1;
	return found ? emit(invocation->evaluation, out, &item) : 0;
}

static int
converts_to(const struct invocation *invocation, struct fhirpath_collection *out, converter to)
{
	struct fhirpath_item item;
	bool found;
	int there = convert(invocation, to, &found, &item);

	if (there <= 0)
		return there;
	return emit_boolean(invocation, out, found);
}

#define CONVERSION(name)                                                                       \
	static int                                                                             \
	call_to_##name(const struct invocation *invocation, struct fhirpath_collection *out)   \
	{                                                                                      \
		return convert_to(invocation, out, to_##name);                                 \
	}                                                                                      \
	static int                                                                             \
	call_converts_to_##name(const struct invocation *invocation, struct fhirpath_collection *out) \
	{                                                                                      \
		return converts_to(invocation, out, to_##name);                                \
	}

CONVERSION(boolean)
CONVERSION(integer)
CONVERSION(decimal)
CONVERSION(string)
CONVERSION(date)
CONVERSION(datetime)
CONVERSION(time)
CONVERSION(quantity)

/* ---- Precision and boundaries -------------------------------------------------------------------------------- */

#define BOUNDARY_SCALE 8

static int
digits_of_precision(enum temporal_precision precision, bool time)
{
	static const int dates[] = { 0, 4, 6, 8, 10, 12, 14, 17 };
	static const int times[] = { 0, 0, 0, 0, 2, 4, 6, 9 };

	return time ? times[precision] : dates[precision];
}

static int
call_precision(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item value, item;
	int found = single(invocation->evaluation, invocation->ast, invocation->input, &value);

	if (found <= 0)
		return found;
	switch (value.kind) {
	case FHIRPATH_DECIMAL:
		item = item_integer(value.decimal.scale);
		break;
	case FHIRPATH_INTEGER:
		item = item_integer(0);
		break;
	case FHIRPATH_DATE:
	case FHIRPATH_DATETIME:
	case FHIRPATH_TIME:
		item = item_integer(digits_of_precision(value.temporal.precision, value.kind == FHIRPATH_TIME));
		break;
	default:
		return evaluation_error(invocation->evaluation, invocation->ast, "precision() of a %s",
		    item_type_name(&value));
	}
	return emit(invocation->evaluation, out, &item);
}

/*
 * 1.587 stands for [1.5865, 1.5875): half a unit of the last digit down or up, to `scale` digits (default 8), rounded
 * outwards so that the bound really bounds.
 */
static bool
decimal_boundary(struct decimal value, int scale, bool high, struct decimal *out)
{
	struct decimal half = { high ? 5 : -5, value.scale + 1 }, bound;

	if (scale < 0 || scale > 28 || !decimal_add(&bound, value, half))
		return false;
	while (bound.scale < scale) {
		if (__builtin_mul_overflow(bound.coefficient, (__int128)10, &bound.coefficient))
			return false;
		bound.scale++;
	}
	while (bound.scale > scale) {
		__int128 rest = bound.coefficient % 10;

		bound.coefficient /= 10;
		if (rest != 0 && high && rest > 0)
			bound.coefficient++;
		if (rest != 0 && !high && rest < 0)
			bound.coefficient--;
		bound.scale--;
	}
	*out = bound;
	return true;
}

static enum temporal_precision
precision_of_digits(int64_t digits, bool time)
{
	int precision;

	for (precision = time ? PRECISION_HOUR : PRECISION_YEAR; precision <= PRECISION_MILLISECOND; precision++)
		if (digits_of_precision((enum temporal_precision)precision, time) == digits)
			return (enum temporal_precision)precision;
	return 0;
}

/* Parts below the value's own precision go to their least or greatest; a missing zone to the earliest or latest on earth. */
static bool
temporal_boundary(struct fhirpath_item *value, int64_t digits, bool high)
{
	struct temporal *at = &value->temporal;
	enum temporal_precision wanted, had = at->precision;

	if (digits < 0)
		digits = value->kind == FHIRPATH_DATE ? 8 : value->kind == FHIRPATH_TIME ? 9 : 17;
	wanted = precision_of_digits(digits, value->kind == FHIRPATH_TIME);
	if (wanted == 0 || (value->kind == FHIRPATH_DATE && wanted > PRECISION_DAY))
		return false;
	if (had < PRECISION_MONTH)
		at->month = high ? 12 : 1;
	if (had < PRECISION_DAY)
		at->day = high ? days_in_month(at->year, at->month) : 1;
	if (had < PRECISION_HOUR)
		at->hour = high ? 23 : 0;
	if (had < PRECISION_MINUTE)	/* FHIR knows no hours without minutes: T08 is 08:00 */
		at->minute = high && (had < PRECISION_HOUR || value->kind == FHIRPATH_TIME) ? 59 : 0;
	if (had < PRECISION_SECOND)
		at->second = high ? 59 : 0;
	if (had < PRECISION_MILLISECOND)
		at->millisecond = high ? 999 : 0;
	at->precision = wanted;
	if (value->kind == FHIRPATH_DATETIME && wanted >= PRECISION_HOUR && !at->zoned) {
		at->zoned = true;
		at->offset = high ? -12 * 60 : 14 * 60;
	}
	return true;
}

static int
boundary(const struct invocation *invocation, struct fhirpath_collection *out, bool high)
{
	struct fhirpath_item value;
	int64_t precision = -1;
	bool done = false;
	int found = single(invocation->evaluation, invocation->ast, invocation->input, &value);

	if (found <= 0)
		return found;
	if (invocation->ast->argument_count == 1 && argument_integer(invocation, 0, &precision) < 0)
		return -1;
	if (invocation->ast->argument_count == 1 && precision < 0)
		return 0;
	value.type = NULL;
	switch (value.kind) {
	case FHIRPATH_INTEGER:
		value = item_decimal(decimal_of_integer(value.integer));
		/* fall through */
	case FHIRPATH_DECIMAL:
	case FHIRPATH_QUANTITY:
		done = decimal_boundary(value.decimal, precision < 0 ? BOUNDARY_SCALE : precision > 28 ? 29 : (int)precision,
		    high, &value.decimal);
		break;
	case FHIRPATH_DATE:
	case FHIRPATH_DATETIME:
	case FHIRPATH_TIME:
		done = temporal_boundary(&value, precision, high);
		break;
	default:
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() of a %s", invocation->ast->name,
		    item_type_name(&value));
	}
	return done ? emit(invocation->evaluation, out, &value) : 0;
}

static int
call_low_boundary(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return boundary(invocation, out, false);
}

static int
call_high_boundary(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return boundary(invocation, out, true);
}

const struct function conversion_functions[] = {
	{ "toBoolean", 0, 0, call_to_boolean, NULL },
	{ "convertsToBoolean", 0, 0, call_converts_to_boolean, NULL },
	{ "toInteger", 0, 0, call_to_integer, NULL },
	{ "convertsToInteger", 0, 0, call_converts_to_integer, NULL },
	{ "toDecimal", 0, 0, call_to_decimal, NULL },
	{ "convertsToDecimal", 0, 0, call_converts_to_decimal, NULL },
	{ "toString", 0, 0, call_to_string, NULL },
	{ "convertsToString", 0, 0, call_converts_to_string, NULL },
	{ "toDate", 0, 0, call_to_date, NULL },
	{ "convertsToDate", 0, 0, call_converts_to_date, NULL },
	{ "toDateTime", 0, 0, call_to_datetime, NULL },
	{ "convertsToDateTime", 0, 0, call_converts_to_datetime, NULL },
	{ "toTime", 0, 0, call_to_time, NULL },
	{ "convertsToTime", 0, 0, call_converts_to_time, NULL },
	{ "toQuantity", 0, 1, call_to_quantity, NULL },
	{ "convertsToQuantity", 0, 1, call_converts_to_quantity, NULL },
	{ "precision", 0, 0, call_precision, NULL },
	{ "lowBoundary", 0, 1, call_low_boundary, NULL },
	{ "highBoundary", 0, 1, call_high_boundary, NULL },
	{ NULL, 0, 0, NULL, NULL },
};
