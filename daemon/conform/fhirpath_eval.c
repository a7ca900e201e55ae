/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Walking a compiled expression: navigation in the FHIR tree, operators with three-valued logic, variables. Source:
 * HL7 FHIRPath 2.0.0, sections 4 to 6 and 9. Functions are in fhirpath_*_functions.c.
 */
#include "conform/fhirpath_ast.h"

#include "fhir/tree.h"

#include <stdio.h>
#include <string.h>

#define OPERATIONS_DEFAULT 5000000UL
#define DEPTH_LIMIT 400
#define ATTRIBUTE_PLACES 3	/* id comes first, Extension.url third */

int
evaluation_error(struct evaluation *evaluation, const struct ast *ast, const char *format, ...)
{
	char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set(evaluation->error, EHDS_ERROR_DOCUMENT, "fhirpath-evaluation", NULL, ast->line, ast->column, "%s",
	    text);
}

static int
out_of_bounds(struct evaluation *evaluation, const char *what)
{
	return error_set(evaluation->error, EHDS_ERROR_DOCUMENT, "fhirpath-operations", NULL, 0, 0,
	    "the evaluation needs more %s than it may have", what);
}

int
emit(struct evaluation *evaluation, struct fhirpath_collection *out, const struct fhirpath_item *item)
{
	if (++evaluation->operations > evaluation->limit)
		return out_of_bounds(evaluation, "steps");
	return collection_add(out, evaluation->arena, item) ? 0 : out_of_bounds(evaluation, "memory");
}

int
single(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *values,
    struct fhirpath_item *out)
{
	if (values->count == 0)
		return 0;
	if (values->count > 1)
		return evaluation_error(evaluation, ast, "one value is expected, %zu are there", values->count);
	*out = item_system(&values->items[0], evaluation->arena);
	return out->kind != FHIRPATH_NONE;
}

enum answer
truth(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *values)
{
	struct fhirpath_item item;
	int found;

	if (values->count == 1 && values->items[0].kind == FHIRPATH_NODE &&
	    item_system(&values->items[0], evaluation->arena).kind == FHIRPATH_NONE)
		return ANSWER_TRUE;	/* a node without a value is still there (singleton evaluation) */
	found = single(evaluation, ast, values, &item);
	if (found < 0)
		return ANSWER_ERROR;
	if (found == 0)
		return ANSWER_EMPTY;
	if (item.kind == FHIRPATH_BOOLEAN)
		return item.boolean ? ANSWER_TRUE : ANSWER_FALSE;
	return ANSWER_TRUE;
}

static int
emit_answer(struct evaluation *evaluation, struct fhirpath_collection *out, enum answer answer)
{
	struct fhirpath_item item = item_boolean(answer == ANSWER_TRUE);

	if (answer == ANSWER_ERROR)
		return -1;
	return answer == ANSWER_EMPTY ? 0 : emit(evaluation, out, &item);
}

/* ---- Navigation --------------------------------------------------------------------------------------------- */

/* Resource.id is an element; Element.id and Extension.url are attributes in XML and members in FHIRPath. */
static int
emit_attribute(struct evaluation *evaluation, const struct fhirpath_item *item, const struct fact_element *fact,
    struct fhirpath_collection *out)
{
	const char *text = fhir_attribute(item->node, fact->name);
	struct fhirpath_item value = { .kind = FHIRPATH_STRING, .node = item->node, .type = fact->type, .text = text };

	return text != NULL ? emit(evaluation, out, &value) : 0;
}

static const xmlNode *
next_element(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

/* `resource` and `contained` hold one element named by its type: that element is the item. */
static struct fhirpath_item
item_of_child(const xmlNode *child, const struct fact_element *fact)
{
	const xmlNode *inner;

	if (fact->kind != FACT_RESOURCE)
		return fhirpath_node(child, fact->type);
	inner = next_element(child->children);
	if (inner == NULL)
		return (struct fhirpath_item){ .kind = FHIRPATH_NONE };
	return fhirpath_node(inner, NULL);
}

struct fhirpath_item
fhirpath_node(const xmlNode *node, const struct fact_type *type)
{
	if (type == NULL)
		type = fact_type_find((const char *)node->name);
	return (struct fhirpath_item){ .kind = FHIRPATH_NODE, .node = node, .type = type };
}

int
navigate(struct evaluation *evaluation, const struct fhirpath_item *item, const char *name,
    struct fhirpath_collection *out)
{
	const struct fact_type *type = item->type;
	const xmlNode *child;
	size_t hint = 0, i;

	if (item->kind != FHIRPATH_NODE || type == NULL)
		return 0;
	for (i = 0; i < type->count && i < ATTRIBUTE_PLACES; i++)
		if (type->elements[i].kind == FACT_ATTRIBUTE && (name == NULL || strcmp(name, type->elements[i].name) == 0) &&
		    emit_attribute(evaluation, item, &type->elements[i], out) != 0)
			return -1;
	for (child = next_element(item->node->children); child != NULL; child = next_element(child->next)) {
		const struct fact_element *fact;
		struct fhirpath_item value;

		if (++evaluation->operations > evaluation->limit)
			return out_of_bounds(evaluation, "steps");
		/* An element's name begins with the member's: valueQuantity is a value. Most are told apart so. */
		if (name != NULL && *name != (char)*child->name)
			continue;
		fact = fact_element_find(type, (const char *)child->name, &hint);
		if (fact == NULL || (name != NULL && strcmp(fact->base, name) != 0))
			continue;
		value = item_of_child(child, fact);
		if (value.kind != FHIRPATH_NONE && emit(evaluation, out, &value) != 0)
			return -1;
	}
	return 0;
}

static bool
type_knows(const struct fact_type *type, const char *name)
{
	size_t i;

	for (i = 0; type != NULL && i < type->count; i++)
		if (strcmp(type->elements[i].base, name) == 0)
			return true;
	return false;
}

/* Strict: a name that no type in the input has is a mistake of the expression (FHIRPath section 10, strict mode). */
static int
check_member(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *input)
{
	size_t i;

	if (!evaluation->context->strict)
		return 0;
	if (ast->left != NULL && ast->left->kind == AST_TYPE && ast->left->operator == OP_AS &&
	    fact_type_find(ast->left->name) != NULL && !type_knows(fact_type_find(ast->left->name), ast->name))
		return evaluation_error(evaluation, ast, "%s has no element '%s'", ast->left->name, ast->name);
	if (input->count == 0)
		return 0;
	for (i = 0; i < input->count; i++)
		if (type_knows(input->items[i].type, ast->name) || input->items[i].type == NULL)
			return 0;
	return evaluation_error(evaluation, ast, "%s has no element '%s'", item_type_name(&input->items[0]), ast->name);
}

/* Quantity literals and the results of type() have members too. */
static int
navigate_value(struct evaluation *evaluation, const struct fhirpath_item *item, const char *name,
    struct fhirpath_collection *out)
{
	struct fhirpath_item value;

	if (item->kind == FHIRPATH_TYPE && strcmp(name, "name") == 0)
		value = item_string(item->text);
	else if (item->kind == FHIRPATH_TYPE && strcmp(name, "namespace") == 0)
		value = item_string(item->space);
	else if (item->kind == FHIRPATH_QUANTITY && strcmp(name, "value") == 0)
		value = item_decimal(item->decimal);
	else if (item->kind == FHIRPATH_QUANTITY && strcmp(name, "unit") == 0)
		value = item_string(item->text);
	else
		return 0;
	return emit(evaluation, out, &value);
}

static int
evaluate_member(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    const struct fhirpath_collection *input, struct fhirpath_collection *out)
{
	size_t i;

	/* At the beginning, the name of the input's own type is the input itself: Patient.name. */
	if (ast->left == NULL && input->count == 1 && ast->name[0] >= 'A' && ast->name[0] <= 'Z') {
		if (item_is(&input->items[0], "FHIR", ast->name))
			return emit(evaluation, out, &input->items[0]);
		if (fact_type_find(ast->name) != NULL && evaluation->context->strict)
			return evaluation_error(evaluation, ast, "the input is no %s", ast->name);
	}
	(void)focus;
	if (check_member(evaluation, ast, input) != 0)
		return -1;
	for (i = 0; i < input->count; i++) {
		const struct fhirpath_item *item = &input->items[i];

		if (item->kind == FHIRPATH_NODE ? navigate(evaluation, item, ast->name, out) != 0 :
		    navigate_value(evaluation, item, ast->name, out) != 0)
			return -1;
	}
	return 0;
}

static int
evaluate_index(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    const struct fhirpath_collection *input, struct fhirpath_collection *out)
{
	struct fhirpath_collection index = { 0 };
	struct fhirpath_item item;
	int found;

	if (evaluate(evaluation, ast->right, focus, &index) != 0)
		return -1;
	found = single(evaluation, ast, &index, &item);
	if (found <= 0)
		return found;
	if (item.kind != FHIRPATH_INTEGER)
		return evaluation_error(evaluation, ast, "an index is an integer");
	if (item.integer < 0 || (uint64_t)item.integer >= input->count)
		return 0;
	return emit(evaluation, out, &input->items[item.integer]);
}

/* ---- External constants ------------------------------------------------------------------------------------- */

static const struct {
	const char *name, *value;
} constants[] = {
	{ "ucum", "http://unitsofmeasure.org" },
	{ "sct", "http://snomed.info/sct" },
	{ "loinc", "http://loinc.org" },
};

static int
evaluate_external(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	const struct fhirpath_context *context = evaluation->context;
	struct fhirpath_item item = { 0 };
	size_t i;

	(void)focus;
	for (i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
		if (strcmp(ast->name, constants[i].name) == 0)
			item = item_string(constants[i].value);
	if (strcmp(ast->name, "resource") == 0 || strcmp(ast->name, "context") == 0)
		item = context->resource;
	else if (strcmp(ast->name, "rootResource") == 0)
		item = context->root_resource.kind != FHIRPATH_NONE ? context->root_resource : context->resource;
	else if (strncmp(ast->name, "vs-", 3) == 0)
		item = item_string(arena_printf(evaluation->arena, "http://hl7.org/fhir/ValueSet/%s", ast->name + 3));
	else if (strncmp(ast->name, "ext-", 4) == 0)
		item = item_string(arena_printf(evaluation->arena, "http://hl7.org/fhir/StructureDefinition/%s", ast->name + 4));
	if (item.kind == FHIRPATH_NONE)
		return evaluation_error(evaluation, ast, "unknown constant '%%%s'", ast->name);
	return emit(evaluation, out, &item);
}

/* ---- Operators ---------------------------------------------------------------------------------------------- */

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
		return out_of_bounds(evaluation, "memory") == 0 ? ANSWER_FALSE : ANSWER_ERROR;
	for (i = 0; i < a->count; i++) {
		for (j = 0; j < b->count; j++) {
			if (++evaluation->operations > evaluation->limit) {
				out_of_bounds(evaluation, "steps");
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

/* FHIRPath 6.5: rows of the truth tables, indexed by answer + 1 (empty, false, true). */
static const signed char logic_and[3][3] = { { -1, 0, -1 }, { 0, 0, 0 }, { -1, 0, 1 } };
static const signed char logic_or[3][3] = { { -1, -1, 1 }, { -1, 0, 1 }, { 1, 1, 1 } };
static const signed char logic_xor[3][3] = { { -1, -1, -1 }, { -1, 0, 1 }, { -1, 1, 0 } };
static const signed char logic_implies[3][3] = { { -1, -1, 1 }, { 1, 1, 1 }, { -1, 0, 1 } };

static enum answer
combine_logic(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *a,
    const struct fhirpath_collection *b)
{
	enum answer left = truth(evaluation, ast, a), right;
	const signed char (*table)[3] = ast->operator == OP_AND ? logic_and : ast->operator == OP_OR ? logic_or :
	    ast->operator == OP_XOR ? logic_xor : logic_implies;

	if (left == ANSWER_ERROR)
		return ANSWER_ERROR;
	right = truth(evaluation, ast, b);
	if (right == ANSWER_ERROR)
		return ANSWER_ERROR;
	return (enum answer)table[left + 1][right + 1];
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

static bool
is_number(const struct fhirpath_item *item)
{
	return item->kind == FHIRPATH_INTEGER || item->kind == FHIRPATH_DECIMAL;
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
		return out_of_bounds(evaluation, "memory");
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
	if (ast->operator != OP_CONCATENATE && is_number(&left) && is_number(&right))
		return calculate_numbers(evaluation, ast, &left, &right, out);
	if (is_point_in_time(&left) && right.kind == FHIRPATH_QUANTITY &&
	    (ast->operator == OP_ADD || ast->operator == OP_SUBTRACT))
		return add_duration(evaluation, ast, left, right, out);
	if ((left.kind == FHIRPATH_QUANTITY && (right.kind == FHIRPATH_QUANTITY || is_number(&right))) ||
	    (right.kind == FHIRPATH_QUANTITY && is_number(&left)))
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

/* Operators whose answer is a Boolean. */
static enum answer
answer_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	struct fhirpath_collection a = { 0 }, b = { 0 };
	enum answer left;

	if (evaluate(evaluation, ast->left, focus, &a) != 0)
		return ANSWER_ERROR;
	/* A decided `and`, `or` or `implies` does not look at its right side: invariants guard themselves so. */
	if (ast->operator == OP_AND || ast->operator == OP_OR || ast->operator == OP_IMPLIES) {
		left = truth(evaluation, ast, &a);
		if (left == ANSWER_ERROR)
			return left;
		if (left == (ast->operator == OP_OR ? ANSWER_TRUE : ANSWER_FALSE))
			return ast->operator == OP_AND ? ANSWER_FALSE : ANSWER_TRUE;
	}
	if (evaluate(evaluation, ast->right, focus, &b) != 0)
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
	case OP_AND:
	case OP_OR:
	case OP_XOR:
	case OP_IMPLIES:
		return combine_logic(evaluation, ast, &a, &b);
	default:
		return compare_collections(evaluation, ast, &a, &b);
	}
}

static bool
is_calculation(enum ast_operator operator)
{
	return operator <= OP_CONCATENATE;
}

static int
evaluate_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_collection a = { 0 }, b = { 0 };
	struct arena_mark mark = arena_mark(evaluation->arena);
	enum answer answer;

	if (ast->operator != OP_UNION && !is_calculation(ast->operator)) {
		/* Nothing of the operands lives on in a Boolean: a long chain of `or` costs no memory. */
		answer = answer_binary(evaluation, ast, focus);
		arena_release(evaluation->arena, mark);
		return emit_answer(evaluation, out, answer);
	}
	if (evaluate(evaluation, ast->left, focus, &a) != 0 || evaluate(evaluation, ast->right, focus, &b) != 0)
		return -1;
	return ast->operator == OP_UNION ? unite(evaluation, &a, &b, out) : calculate(evaluation, ast, &a, &b, out);
}

static int
evaluate_sign(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_collection values = { 0 };
	struct fhirpath_item item;
	int found;

	if (evaluate(evaluation, ast->left, focus, &values) != 0)
		return -1;
	found = single(evaluation, ast, &values, &item);
	if (found <= 0)
		return found;
	if (!is_number(&item) && item.kind != FHIRPATH_QUANTITY)
		return evaluation_error(evaluation, ast, "a sign before a %s", item_type_name(&item));
	if (ast->kind == AST_NEGATE && item.kind == FHIRPATH_INTEGER)
		item.integer = -item.integer;
	else if (ast->kind == AST_NEGATE)
		item.decimal.coefficient = -item.decimal.coefficient;
	item.type = NULL;
	return emit(evaluation, out, &item);
}

static int
evaluate_type(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_collection values = { 0 };
	bool is;

	if (evaluate(evaluation, ast->left, focus, &values) != 0)
		return -1;
	if (values.count == 0)
		return 0;
	if (values.count > 1)
		return evaluation_error(evaluation, ast, "one value is expected, %zu are there", values.count);
	is = item_is(&values.items[0], ast->space, ast->name);
	if (ast->operator == OP_AS)
		return item_casts_to(&values.items[0], ast->space, ast->name) ? emit(evaluation, out, &values.items[0]) : 0;
	return emit_answer(evaluation, out, is ? ANSWER_TRUE : ANSWER_FALSE);
}

/* children() and descendants() have no order that an expression may rely on (FHIRPath 5.8). */
static bool
gives_no_order(const struct ast *ast)
{
	return ast->kind == AST_FUNCTION && (strcmp(ast->name, "children") == 0 || strcmp(ast->name, "descendants") == 0);
}

static bool
takes_order(const struct ast *ast)
{
	static const char *const names[] = { "first", "last", "tail", "skip", "take" };
	size_t i;

	for (i = 0; ast->kind == AST_FUNCTION && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(ast->name, names[i]) == 0)
			return true;
	return ast->kind == AST_INDEX;
}

/* The input of a member, function or index: its left side, or what the expression stands on. */
static int
evaluate_postfix(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_collection input = *focus->input;
	struct invocation invocation = { evaluation, ast, focus, &input };

	if (ast->left != NULL) {
		input = (struct fhirpath_collection){ 0 };
		if (evaluate(evaluation, ast->left, focus, &input) != 0)
			return -1;
	}
	if (evaluation->context->strict && takes_order(ast) && ast->left != NULL && gives_no_order(ast->left))
		return evaluation_error(evaluation, ast, "%s() has no order", ast->left->name);
	if (ast->kind == AST_MEMBER)
		return evaluate_member(evaluation, ast, focus, &input, out);
	if (ast->kind == AST_INDEX)
		return evaluate_index(evaluation, ast, focus, &input, out);
	return ast->function->call(&invocation, out);
}

/* Functions and `|` use their result as a set while they make it, so it must not begin with what others put there. */
static int
evaluate_apart(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out, int (*step)(struct evaluation *, const struct ast *, const struct focus *,
    struct fhirpath_collection *))
{
	struct fhirpath_collection own = { 0 };
	size_t i;

	if (out->count == 0)
		return step(evaluation, ast, focus, out);
	if (step(evaluation, ast, focus, &own) != 0)
		return -1;
	for (i = 0; i < own.count; i++)
		if (emit(evaluation, out, &own.items[i]) != 0)
			return -1;
	return 0;
}

int
evaluate(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_item item;
	int result = 0;

	if (++evaluation->operations > evaluation->limit)
		return out_of_bounds(evaluation, "steps");
	if (++evaluation->depth > DEPTH_LIMIT)
		return out_of_bounds(evaluation, "depth");
	switch (ast->kind) {
	case AST_EMPTY:
		break;
	case AST_LITERAL:
		result = emit(evaluation, out, &ast->literal);
		break;
	case AST_FUNCTION:
		result = evaluate_apart(evaluation, ast, focus, out, evaluate_postfix);
		break;
	case AST_MEMBER:
	case AST_INDEX:
		result = evaluate_postfix(evaluation, ast, focus, out);
		break;
	case AST_THIS:
		result = focus->self != NULL && focus->self->kind != FHIRPATH_NONE ? emit(evaluation, out, focus->self) : 0;
		break;
	case AST_INDEX_VARIABLE:
		item = item_integer(focus->index);
		result = focus->index >= 0 ? emit(evaluation, out, &item) : 0;
		break;
	case AST_TOTAL:
		for (size_t i = 0; focus->total != NULL && i < focus->total->count && result == 0; i++)
			result = emit(evaluation, out, &focus->total->items[i]);
		break;
	case AST_EXTERNAL:
		result = evaluate_external(evaluation, ast, focus, out);
		break;
	case AST_NEGATE:
	case AST_PLUS:
		result = evaluate_sign(evaluation, ast, focus, out);
		break;
	case AST_BINARY:
		result = evaluate_apart(evaluation, ast, focus, out, evaluate_binary);
		break;
	case AST_TYPE:
		result = evaluate_type(evaluation, ast, focus, out);
		break;
	}
	evaluation->depth--;
	return result;
}

int
fhirpath_evaluate(struct fhirpath_collection *out, const struct fhirpath *expression,
    const struct fhirpath_context *context, const struct fhirpath_item *input, struct ehds_error *error)
{
	struct fhirpath_context own = *context;
	struct fhirpath_item self = *input;
	struct fhirpath_collection values = { .items = &self, .count = self.kind != FHIRPATH_NONE, .capacity = 1 };
	struct evaluation evaluation = { .context = &own, .arena = context->arena, .error = error,
		.limit = context->operations != 0 ? context->operations : OPERATIONS_DEFAULT };
	struct focus focus = { .input = &values, .self = &self, .index = -1 };

	if (own.resource.kind == FHIRPATH_NONE)
		own.resource = self;
	*out = (struct fhirpath_collection){ 0 };
	return evaluate(&evaluation, expression->root, &focus, out);
}

int
fhirpath_holds(bool *out, const struct fhirpath *expression, const struct fhirpath_context *context,
    const struct fhirpath_item *input, struct ehds_error *error)
{
	struct fhirpath_collection values;
	struct evaluation evaluation = { .context = context, .arena = context->arena, .error = error };
	enum answer answer;

	if (fhirpath_evaluate(&values, expression, context, input, error) != 0)
		return -1;
	answer = truth(&evaluation, expression->root, &values);
	*out = answer != ANSWER_FALSE;
	return answer == ANSWER_ERROR ? -1 : 0;
}
