/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Walking a compiled expression: what each kind of node does, singletons, variables and constants (HL7 FHIRPath 2.0.0,
 * sections 4, 5 and 9). Members are in fhirpath_navigate.c, operators in fhirpath_operators.c, functions in
 * fhirpath_*_functions.c.
 */
#include "conform/fhirpath_ast.h"

#include "fhir/tree.h"

#include <stdio.h>
#include <string.h>

#define OPERATIONS_DEFAULT 5000000UL
#define DEPTH_LIMIT 400

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

int
evaluation_bound(struct evaluation *evaluation, const char *what)
{
	return error_set(evaluation->error, EHDS_ERROR_DOCUMENT, "fhirpath-operations", NULL, 0, 0,
	    "the evaluation needs more %s than it may have", what);
}

int
emit(struct evaluation *evaluation, struct fhirpath_collection *out, const struct fhirpath_item *item)
{
	if (++evaluation->operations > evaluation->limit)
		return evaluation_bound(evaluation, "steps");
	return collection_add(out, evaluation->arena, item) ? 0 : evaluation_bound(evaluation, "memory");
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
	const struct fhirpath_item *item = values->items;
	struct fhirpath_item value;

	if (values->count == 0)
		return ANSWER_EMPTY;
	if (values->count > 1)
		return evaluation_error(evaluation, ast, "one value is expected, %zu are there", values->count);
	if (item->kind == FHIRPATH_BOOLEAN)
		return answer_of(item->boolean);
	if (item->kind == FHIRPATH_NONE)
		return ANSWER_EMPTY;
	/* Anything else is there, and so true (singleton evaluation), a node without a value too. */
	if (item->kind != FHIRPATH_NODE || item->type == NULL || item->type->format != FORMAT_boolean)
		return ANSWER_TRUE;
	value = item_system(item, evaluation->arena);
	return answer_of(value.kind != FHIRPATH_BOOLEAN || value.boolean);
}

int
emit_answer(struct evaluation *evaluation, struct fhirpath_collection *out, enum answer answer)
{
	struct fhirpath_item item = item_boolean(answer == ANSWER_TRUE);

	if (answer == ANSWER_ERROR)
		return -1;
	return answer == ANSWER_EMPTY ? 0 : emit(evaluation, out, &item);
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

/* The input of a member, function or index: its left side, or what the expression stands on. input: an empty one. */
static int
evaluate_input(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *input)
{
	if (ast->left == NULL) {
		*input = *focus->input;
		return 0;
	}
	if (evaluate(evaluation, ast->left, focus, input) != 0)
		return -1;
	if (evaluation->context->strict && takes_order(ast) && gives_no_order(ast->left))
		return evaluation_error(evaluation, ast, "%s() has no order", ast->left->name);
	return 0;
}

static int
evaluate_postfix(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out)
{
	struct fhirpath_item space[ITEMS_AT_HAND];
	struct fhirpath_collection input = COLLECTION_IN(space);
	struct invocation invocation = { evaluation, ast, focus, &input };

	if (evaluate_input(evaluation, ast, focus, &input) != 0)
		return -1;
	if (ast->kind == AST_MEMBER)
		return evaluate_member(evaluation, ast, &input, out);
	if (ast->kind == AST_INDEX)
		return evaluate_index(evaluation, ast, focus, &input, out);
	if (ast->function->answer != NULL)
		return emit_answer(evaluation, out, ast->function->answer(&invocation));
	return ast->function->call(&invocation, out);
}

static enum answer
answer_function(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	struct fhirpath_item space[ITEMS_AT_HAND];
	struct fhirpath_collection input = COLLECTION_IN(space);
	struct invocation invocation = { evaluation, ast, focus, &input };

	if (evaluate_input(evaluation, ast, focus, &input) != 0)
		return ANSWER_ERROR;
	return ast->function->answer(&invocation);
}

/* -1: more steps or a deeper expression than there may be. */
static int
enter(struct evaluation *evaluation)
{
	if (++evaluation->operations > evaluation->limit)
		return evaluation_bound(evaluation, "steps");
	if (++evaluation->depth > DEPTH_LIMIT)
		return evaluation_bound(evaluation, "depth");
	return 0;
}

enum answer
evaluate_truth(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus)
{
	const bool function = ast->kind == AST_FUNCTION && ast->function->answer != NULL;
	struct fhirpath_item space[ITEMS_AT_HAND];
	struct fhirpath_collection values = COLLECTION_IN(space);
	enum answer answer;

	if (!function && !is_answer(ast))
		return evaluate(evaluation, ast, focus, &values) == 0 ? truth(evaluation, ast, &values) : ANSWER_ERROR;
	if (enter(evaluation) != 0)
		return ANSWER_ERROR;
	answer = function ? answer_function(evaluation, ast, focus) : answer_binary(evaluation, ast, focus);
	evaluation->depth--;
	return answer;
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

	if (enter(evaluation) != 0)
		return -1;
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

/* The state of one evaluation on one item, which all of it points to. */
struct start {
	struct fhirpath_context context;
	struct fhirpath_item self;
	struct fhirpath_collection input;
	struct evaluation evaluation;
	struct focus focus;
};

static void
begin(struct start *start, const struct fhirpath_context *context, const struct fhirpath_item *input,
    struct ehds_error *error)
{
	start->context = *context;
	start->self = *input;
	start->input = (struct fhirpath_collection){ .items = &start->self, .count = input->kind != FHIRPATH_NONE, .capacity = 1 };
	start->evaluation = (struct evaluation){ .context = &start->context, .arena = context->arena, .error = error,
		.limit = context->operations != 0 ? context->operations : OPERATIONS_DEFAULT };
	start->focus = (struct focus){ .input = &start->input, .self = &start->self, .index = -1 };
	if (start->context.resource.kind == FHIRPATH_NONE)
		start->context.resource = start->self;
}

int
fhirpath_evaluate(struct fhirpath_collection *out, const struct fhirpath *expression,
    const struct fhirpath_context *context, const struct fhirpath_item *input, struct ehds_error *error)
{
	struct start start;

	begin(&start, context, input, error);
	*out = (struct fhirpath_collection){ 0 };
	return evaluate(&start.evaluation, expression->root, &start.focus, out);
}

int
fhirpath_holds(bool *out, const struct fhirpath *expression, const struct fhirpath_context *context,
    const struct fhirpath_item *input, struct ehds_error *error)
{
	struct start start;
	enum answer answer;

	begin(&start, context, input, error);
	answer = evaluate_truth(&start.evaluation, expression->root, &start.focus);
	*out = answer != ANSWER_FALSE;
	return answer == ANSWER_ERROR ? -1 : 0;
}
