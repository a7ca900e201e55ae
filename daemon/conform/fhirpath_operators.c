/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Operators of FHIRPath: equality, order, membership, three-valued logic, arithmetic, signs (HL7 FHIRPath 2.0.0,
 * sections 6.1 to 6.7).
 */
#include "conform/fhirpath_ast.h"

#include <string.h>

bool
collection_has(struct evaluation *evaluation, const struct fhirpath_collection *values, const struct fhirpath_item *item)
{
	size_t i;

	for (i = 0; i < values->count; i++) {
		evaluation->operations++;
		if (item_equal(&values->items[i], item, evaluation->arena) == ANSWER_TRUE)
			return true;
	}
	return false;
}

/* `=` compares in order and size; `~` in any order. */
static enum answer
equal_collections(struct evaluation *evaluation, const struct fhirpath_collection *a, const struct fhirpath_collection *b)
{
	enum answer all = ANSWER_TRUE;
	size_t i;

	if (a->count == 0 || b->count == 0)
		return ANSWER_EMPTY;
	if (a->count != b->count)
		return ANSWER_FALSE;
	for (i = 0; i < a->count; i++) {
		enum answer one = item_equal(&a->items[i], &b->items[i], evaluation->arena);

		evaluation->operations++;
		if (one == ANSWER_FALSE)
			return ANSWER_FALSE;
		if (one == ANSWER_EMPTY)
			all = ANSWER_EMPTY;
	}
	return all;
}

static enum answer
equivalent_collections(struct evaluation *evaluation, const struct fhirpath_collection *a,
    const struct fhirpath_collection *b)
{
	bool *used;
	size_t i, j;

	if (a->count != b->count)
		return ANSWER_FALSE;
	used = arena_alloc(evaluation->arena, b->count + 1);
	if (used == NULL)
		return evaluation_bound(evaluation, "memory") == 0 ? ANSWER_FALSE : ANSWER_ERROR;
	for (i = 0; i < a->count; i++) {
		for (j = 0; j < b->count; j++) {
			if (++evaluation->operations > evaluation->limit) {
				evaluation_bound(evaluation, "steps");
				return ANSWER_ERROR;
			}
			if (!used[j] && item_equivalent(&a->items[i], &b->items[j], evaluation->arena) == ANSWER_TRUE)
				break;
		}
		if (j == b->count)
			return ANSWER_FALSE;
		used[j] = true;
	}
	return ANSWER_TRUE;
}

static enum answer
negate(enum answer answer)
{
	if (answer == ANSWER_TRUE)
		return ANSWER_FALSE;
	return answer == ANSWER_FALSE ? ANSWER_TRUE : answer;
}

static enum answer
compare_collections(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *a,
    const struct fhirpath_collection *b)
{
	struct fhirpath_item left, right;
	int order, found_left, found_right;
	enum answer compared;

	found_left = single(evaluation, ast, a, &left);
	found_right = found_left < 0 ? -1 : single(evaluation, ast, b, &right);
	if (found_left < 0 || found_right < 0)
		return ANSWER_ERROR;
	if (found_left == 0 || found_right == 0)
		return ANSWER_EMPTY;
	compared = item_compare(&order, &left, &right, evaluation->arena);
	if (compared == ANSWER_ERROR) {
		evaluation_error(evaluation, ast, "%s and %s cannot be compared", item_type_name(&left), item_type_name(&right));
		return ANSWER_ERROR;
	}
	if (compared == ANSWER_EMPTY)
		return ANSWER_EMPTY;
	switch (ast->operator) {
	case OP_LESS:
		return order < 0 ? ANSWER_TRUE : ANSWER_FALSE;
	case OP_LESS_EQUAL:
		return order <= 0 ? ANSWER_TRUE : ANSWER_FALSE;
	case OP_GREATER:
		return order > 0 ? ANSWER_TRUE : ANSWER_FALSE;
	default:
		return order >= 0 ? ANSWER_TRUE : ANSWER_FALSE;
	}
}

/* Membership: the left of `in`, the right of `contains`, is one item or empty. */
static enum answer
member_of(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *item,
    const struct fhirpath_collection *values)
{
	if (item->count == 0)
		return ANSWER_EMPTY;
	if (item->count > 1) {
		evaluation_error(evaluation, ast, "one value is expected, %zu are there", item->count);
		return ANSWER_ERROR;
	}
	return collection_has(evaluation, values, &item->items[0]) ? ANSWER_TRUE : ANSWER_FALSE;
}

/* FHIRPath 6.5: the truth tables, indexed by the answers left and right: false, true, empty. */
#define F ANSWER_FALSE
#define T ANSWER_TRUE
#define E ANSWER_EMPTY
static const signed char logic_and[3][3] = { { F, F, F }, { F, T, E }, { F, E, E } };
static const signed char logic_or[3][3] = { { F, T, E }, { T, T, T }, { E, T, E } };
static const signed char logic_xor[3][3] = { { F, T, E }, { T, F, E }, { E, E, E } };
static const signed char logic_implies[3][3] = { { T, T, T }, { F, T, E }, { E, T, E } };
#undef F
#undef T
#undef E

/* A decided `and`, `or` or `implies` does not look at its right side: invariants guard themselves so. */
static enum answer
answer_logic(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	const signed char (*table)[3] = ast->operator == OP_AND ? logic_and : ast->operator == OP_OR ? logic_or :
	    ast->operator == OP_XOR ? logic_xor : logic_implies;
	enum answer left = evaluate_truth(evaluation, ast->left, focus), right;

	if (left == ANSWER_ERROR || (table[left][0] == table[left][1] && table[left][1] == table[left][2]))
		return left == ANSWER_ERROR ? left : (enum answer)table[left][0];
	right = evaluate_truth(evaluation, ast->right, focus);
	return right == ANSWER_ERROR ? right : (enum answer)table[left][right];
}

static int
add_duration(struct evaluation *evaluation, const struct ast *ast, struct fhirpath_item left, struct fhirpath_item right,
    struct fhirpath_collection *out)
{
	if (ast->operator == OP_SUBTRACT)
		right.decimal.coefficient = -right.decimal.coefficient;
	if (!temporal_add(&left.temporal, left.kind, right.decimal, right.text))
		return evaluation_error(evaluation, ast, "'%s' cannot be added to a %s", right.text, item_type_name(&left));
	return emit(evaluation, out, &left);
}

static struct decimal
as_decimal(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_INTEGER ? decimal_of_integer(item->integer) : item->decimal;
}

static int
emit_number(struct evaluation *evaluation, bool integers, struct decimal value, struct fhirpath_collection *out)
{
	struct fhirpath_item item;

	if (integers && value.scale == 0 && value.coefficient <= INT64_MAX && value.coefficient >= INT64_MIN)
		item = item_integer((int64_t)value.coefficient);
	else
		item = item_decimal(value);
	return emit(evaluation, out, &item);
}

/* Division by zero and results out of range are empty (FHIRPath 6.6). */
static int
calculate_numbers(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_item *left,
    const struct fhirpath_item *right, struct fhirpath_collection *out)
{
	struct decimal a = as_decimal(left), b = as_decimal(right), result = { 0, 0 }, quotient;
	bool integers = left->kind == FHIRPATH_INTEGER && right->kind == FHIRPATH_INTEGER, done;

	switch (ast->operator) {
	case OP_ADD:
		done = decimal_add(&result, a, b);
		break;
	case OP_SUBTRACT:
		done = decimal_subtract(&result, a, b);
		break;
	case OP_MULTIPLY:
		done = decimal_multiply(&result, a, b);
		break;
	case OP_DIVIDE:
		done = decimal_divide(&result, a, b);
		integers = false;
		break;
	case OP_DIV:
		done = decimal_divide(&result, a, b);
		result = decimal_truncate(result);
		integers = true;
		break;
	default:	/* mod: a - b * trunc(a / b) */
		done = decimal_divide(&quotient, a, b) && decimal_multiply(&quotient, decimal_truncate(quotient), b) &&
		    decimal_subtract(&result, a, quotient);
		break;
	}
	return done ? emit_number(evaluation, integers, result, out) : 0;
}

static int
calculate_quantities(struct evaluation *evaluation, const struct ast *ast, struct fhirpath_item left,
    struct fhirpath_item right, struct fhirpath_collection *out)
{
	struct fhirpath_item result = left;
	bool done = false;

	if (ast->operator == OP_ADD || ast->operator == OP_SUBTRACT) {
		if (left.kind != right.kind || strcmp(left.text, right.text) != 0)
			return evaluation_error(evaluation, ast, "quantities of different units are not added here");
		done = ast->operator == OP_ADD ? decimal_add(&result.decimal, left.decimal, right.decimal) :
		    decimal_subtract(&result.decimal, left.decimal, right.decimal);
	} else if (ast->operator == OP_MULTIPLY || ast->operator == OP_DIVIDE) {
		const char *unit_left = left.kind == FHIRPATH_QUANTITY ? left.text : "1";
		const char *unit_right = right.kind == FHIRPATH_QUANTITY ? right.text : "1";
		bool same = ast->operator == OP_DIVIDE && strcmp(unit_left, unit_right) == 0;

		if (strcmp(unit_right, "1") != 0 && strcmp(unit_left, "1") != 0 && !same)
			return evaluation_error(evaluation, ast, "units are not multiplied or divided here");
		result.kind = FHIRPATH_QUANTITY;
		result.text = same ? "1" : strcmp(unit_right, "1") == 0 ? unit_left : unit_right;
		if (ast->operator == OP_DIVIDE && !same && strcmp(unit_right, "1") != 0)
			return evaluation_error(evaluation, ast, "units are not divided here");
		done = ast->operator == OP_MULTIPLY ?
		    decimal_multiply(&result.decimal, as_decimal(&left), as_decimal(&right)) :
		    decimal_divide(&result.decimal, as_decimal(&left), as_decimal(&right));
	} else {
		return evaluation_error(evaluation, ast, "this operator does not take quantities");
	}
	return done ? emit(evaluation, out, &result) : 0;
}

static bool
is_point_in_time(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_DATE || item->kind == FHIRPATH_DATETIME || item->kind == FHIRPATH_TIME;
}

static int
concatenate(struct evaluation *evaluation, const struct fhirpath_item *left, const struct fhirpath_item *right,
    struct fhirpath_collection *out)
{
	struct fhirpath_item item = item_string(arena_printf(evaluation->arena, "%s%s", left->text, right->text));

	if (item.text == NULL)
		return evaluation_bound(evaluation, "memory");
	return emit(evaluation, out, &item);
}

static int
calculate(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *a,
    const struct fhirpath_collection *b, struct fhirpath_collection *out)
{
	struct fhirpath_item left = item_string(""), right = item_string("");
	int found_left, found_right;

	found_left = single(evaluation, ast, a, &left);
	found_right = found_left < 0 ? -1 : single(evaluation, ast, b, &right);
	if (found_left < 0 || found_right < 0)
		return -1;
	/* & takes empty as ''; + does not (FHIRPath 6.6.4). */
	if (ast->operator != OP_CONCATENATE && (found_left == 0 || found_right == 0))
		return 0;
	if (left.kind == FHIRPATH_STRING && right.kind == FHIRPATH_STRING &&
	    (ast->operator == OP_ADD || ast->operator == OP_CONCATENATE))
		return concatenate(evaluation, &left, &right, out);
	if (ast->operator != OP_CONCATENATE && item_is_number(&left) && item_is_number(&right))
		return calculate_numbers(evaluation, ast, &left, &right, out);
	if (is_point_in_time(&left) && right.kind == FHIRPATH_QUANTITY &&
	    (ast->operator == OP_ADD || ast->operator == OP_SUBTRACT))
		return add_duration(evaluation, ast, left, right, out);
	if ((left.kind == FHIRPATH_QUANTITY && (right.kind == FHIRPATH_QUANTITY || item_is_number(&right))) ||
	    (right.kind == FHIRPATH_QUANTITY && item_is_number(&left)))
		return calculate_quantities(evaluation, ast, left, right, out);
	return evaluation_error(evaluation, ast, "the operator does not take %s and %s", item_type_name(&left),
	    item_type_name(&right));
}

static int
unite(struct evaluation *evaluation, const struct fhirpath_collection *a, const struct fhirpath_collection *b,
    struct fhirpath_collection *out)
{
	const struct fhirpath_collection *const sides[] = { a, b };
	size_t side, i;

	for (side = 0; side < 2; side++)
		for (i = 0; i < sides[side]->count; i++)
			if (!collection_has(evaluation, out, &sides[side]->items[i]) &&
			    emit(evaluation, out, &sides[side]->items[i]) != 0)
				return -1;
	return 0;
}

static enum answer
answer_operands(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	struct fhirpath_item left[ITEMS_AT_HAND], right[ITEMS_AT_HAND];
	struct fhirpath_collection a = COLLECTION_IN(left), b = COLLECTION_IN(right);

	if (evaluate(evaluation, ast->left, focus, &a) != 0 || evaluate(evaluation, ast->right, focus, &b) != 0)
		return ANSWER_ERROR;
	switch (ast->operator) {
	case OP_EQUAL:
		return equal_collections(evaluation, &a, &b);
	case OP_NOT_EQUAL:
		return negate(equal_collections(evaluation, &a, &b));
	case OP_EQUIVALENT:
		return equivalent_collections(evaluation, &a, &b);
	case OP_NOT_EQUIVALENT:
		return negate(equivalent_collections(evaluation, &a, &b));
	case OP_IN:
		return member_of(evaluation, ast, &a, &b);
	case OP_CONTAINS:
		return member_of(evaluation, ast, &b, &a);
	default:
		return compare_collections(evaluation, ast, &a, &b);
	}
}

bool
is_answer(const struct ast *ast)
{
	return ast->kind == AST_BINARY && ast->operator != OP_UNION && ast->operator > OP_CONCATENATE;
}

enum answer
answer_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	struct arena_mark mark = arena_mark(evaluation->arena);
	enum answer answer;

	if (ast->operator == OP_AND || ast->operator == OP_OR || ast->operator == OP_XOR || ast->operator == OP_IMPLIES)
		return answer_logic(evaluation, ast, focus);
	/* Nothing of the operands lives on in a Boolean: a long chain of `or` costs no memory. */
	answer = answer_operands(evaluation, ast, focus);
	arena_release(evaluation->arena, mark);
	return answer;
}

int
evaluate_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_item left[ITEMS_AT_HAND], right[ITEMS_AT_HAND];
	struct fhirpath_collection a = COLLECTION_IN(left), b = COLLECTION_IN(right);

	if (is_answer(ast))
		return emit_answer(evaluation, out, answer_binary(evaluation, ast, focus));
	if (evaluate(evaluation, ast->left, focus, &a) != 0 || evaluate(evaluation, ast->right, focus, &b) != 0)
		return -1;
	return ast->operator == OP_UNION ? unite(evaluation, &a, &b, out) : calculate(evaluation, ast, &a, &b, out);
}

int
evaluate_sign(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_item item, space[ITEMS_AT_HAND];
	struct fhirpath_collection values = COLLECTION_IN(space);
	int found;

	if (evaluate(evaluation, ast->left, focus, &values) != 0)
		return -1;
	found = single(evaluation, ast, &values, &item);
	if (found <= 0)
		return found;
	if (!item_is_number(&item) && item.kind != FHIRPATH_QUANTITY)
		return evaluation_error(evaluation, ast, "a sign before a %s", item_type_name(&item));
	if (ast->kind == AST_NEGATE && item.kind == FHIRPATH_INTEGER)
		item.integer = -item.integer;
	else if (ast->kind == AST_NEGATE)
		item.decimal.coefficient = -item.decimal.coefficient;
	item.type = NULL;
	return emit(evaluation, out, &item);
}
