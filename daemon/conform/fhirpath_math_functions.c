/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIRPath arithmetic functions (HL7 FHIRPath 2.0.0, section 5.7). Exact where decimals are; roots and logarithms by libm. */
#include "conform/fhirpath_ast.h"

#include <math.h>

/* The single number of the input: 1, 0 empty, -1 error. */
static int
input_number(const struct invocation *invocation, struct fhirpath_item *out)
{
	int found = single(invocation->evaluation, invocation->ast, invocation->input, out);

	if (found <= 0)
		return found;
	out->type = NULL;
	if (out->kind != FHIRPATH_INTEGER && out->kind != FHIRPATH_DECIMAL && out->kind != FHIRPATH_QUANTITY)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() of a %s", invocation->ast->name,
		    item_type_name(out));
	return 1;
}

static struct decimal
value_of(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_INTEGER ? decimal_of_integer(item->integer) : item->decimal;
}

static int
emit_integer(const struct invocation *invocation, struct decimal value, struct fhirpath_collection *out)
{
	struct fhirpath_item item = item_integer((int64_t)value.coefficient);

	if (value.coefficient > INT64_MAX || value.coefficient < INT64_MIN)
		return 0;
	return emit(invocation->evaluation, out, &item);
}

/* Results that are no number (the root of -1, the logarithm of 0) are empty. */
static int
emit_double(const struct invocation *invocation, long double value, struct fhirpath_collection *out)
{
	struct fhirpath_item item = { .kind = FHIRPATH_DECIMAL };

	return decimal_of_double(&item.decimal, value) ? emit(invocation->evaluation, out, &item) : 0;
}

static int
call_abs(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item;
	int found = input_number(invocation, &item);

	if (found <= 0)
		return found;
	if (item.kind == FHIRPATH_INTEGER && item.integer < 0)
		item.integer = -item.integer;
	else if (item.kind != FHIRPATH_INTEGER && item.decimal.coefficient < 0)
		item.decimal.coefficient = -item.decimal.coefficient;
	return emit(invocation->evaluation, out, &item);
}

/* Towards: -1 floor, 0 truncate, 1 ceiling. */
static int
to_whole(const struct invocation *invocation, struct fhirpath_collection *out, int towards)
{
	struct fhirpath_item item;
	struct decimal value, whole;
	int found = input_number(invocation, &item), rest;

	if (found <= 0)
		return found;
	value = value_of(&item);
	whole = decimal_truncate(value);
	rest = decimal_compare(value, whole);
	if (rest != 0 && rest == towards)
		whole.coefficient += towards;
	return emit_integer(invocation, whole, out);
}

static int
call_floor(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return to_whole(invocation, out, -1);
}

static int
call_truncate(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return to_whole(invocation, out, 0);
}

static int
call_ceiling(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return to_whole(invocation, out, 1);
}

static int
call_round(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item;
	int64_t precision = 0;
	int found = input_number(invocation, &item);

	if (found <= 0)
		return found;
	if (invocation->ast->argument_count == 1 && argument_integer(invocation, 0, &precision) < 0)
		return -1;
	if (precision < 0 || precision > 28)
		return evaluation_error(invocation->evaluation, invocation->ast, "round() to %lld digits",
		    (long long)precision);
	item = item_decimal(decimal_round(value_of(&item), (int)precision));
	return emit(invocation->evaluation, out, &item);
}

static int
apply(const struct invocation *invocation, struct fhirpath_collection *out, long double (*function)(long double))
{
	struct fhirpath_item item;
	int found = input_number(invocation, &item);

	return found <= 0 ? found : emit_double(invocation, function(decimal_double(value_of(&item))), out);
}

static int
call_sqrt(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return apply(invocation, out, sqrtl);
}

static int
call_exp(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return apply(invocation, out, expl);
}

static int
call_ln(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return apply(invocation, out, logl);
}

/* Input and the number of argument 0. */
static int
two_numbers(const struct invocation *invocation, struct fhirpath_item *item, struct fhirpath_item *other)
{
	struct fhirpath_collection values = { 0 };
	int found = input_number(invocation, item);

	if (found <= 0)
		return found;
	if (argument(invocation, 0, &values) != 0)
		return -1;
	found = single(invocation->evaluation, invocation->ast, &values, other);
	if (found == 1 && other->kind != FHIRPATH_INTEGER && other->kind != FHIRPATH_DECIMAL)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes a number", invocation->ast->name);
	return found;
}

static int
call_log(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item, base;
	int found = two_numbers(invocation, &item, &base);

	if (found <= 0)
		return found;
	return emit_double(invocation, logl(decimal_double(value_of(&item))) / logl(decimal_double(value_of(&base))), out);
}

static int
call_power(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item, exponent;
	int found = two_numbers(invocation, &item, &exponent);
	struct decimal whole;
	long double value;

	if (found <= 0)
		return found;
	value = powl(decimal_double(value_of(&item)), decimal_double(value_of(&exponent)));
	if (item.kind == FHIRPATH_INTEGER && exponent.kind == FHIRPATH_INTEGER && exponent.integer >= 0 &&
	    decimal_of_double(&whole, value) && whole.scale == 0)
		return emit_integer(invocation, whole, out);
	return emit_double(invocation, value, out);
}

const struct function math_functions[] = {
	{ "abs", 0, 0, call_abs, NULL },
	{ "ceiling", 0, 0, call_ceiling, NULL },
	{ "exp", 0, 0, call_exp, NULL },
	{ "floor", 0, 0, call_floor, NULL },
	{ "ln", 0, 0, call_ln, NULL },
	{ "log", 1, 1, call_log, NULL },
	{ "power", 1, 1, call_power, NULL },
	{ "round", 0, 1, call_round, NULL },
	{ "sqrt", 0, 0, call_sqrt, NULL },
	{ "truncate", 0, 0, call_truncate, NULL },
	{ NULL, 0, 0, NULL, NULL },
};
