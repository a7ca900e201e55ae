/* SPDX-License-Identifier: EUPL-1.2 */
/* What the functions of FHIRPath share: their look-up by name, and the evaluation of their arguments. */
#include "conform/fhirpath_ast.h"

#include <string.h>

const struct function *
function_find(const char *name)
{
	static const struct function *const tables[] = { existence_functions, collection_functions, string_functions, conversion_functions,
		math_functions, fhir_functions };
	size_t i;
	const struct function *function;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (function = tables[i]; function->name != NULL; function++)
			if (strcmp(function->name, name) == 0)
				return function;
	return NULL;
}

int
argument_on(const struct invocation *invocation, size_t i, const struct fhirpath_item *item, int64_t index,
    const struct fhirpath_collection *total, struct fhirpath_collection *out)
{
	struct fhirpath_item self = *item;
	struct fhirpath_collection input = { .items = &self, .count = self.kind != FHIRPATH_NONE, .capacity = 1 };
	struct focus focus = { .input = &input, .self = &self, .index = index, .total = total };

	return evaluate(invocation->evaluation, invocation->ast->arguments[i], &focus, out);
}

int
argument(const struct invocation *invocation, size_t i, struct fhirpath_collection *out)
{
	return evaluate(invocation->evaluation, invocation->ast->arguments[i], invocation->focus, out);
}

/* The one item of an argument, of the kind that its function takes: 1; 0 when it is empty. */
static int
argument_of_kind(const struct invocation *invocation, size_t i, enum fhirpath_kind kind, const char *what,
    struct fhirpath_item *out)
{
	struct fhirpath_collection values = { 0 };
	int found;

	if (argument(invocation, i, &values) != 0)
		return -1;
	found = single(invocation->evaluation, invocation->ast, &values, out);
	if (found > 0 && out->kind != kind)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes %s", invocation->ast->name, what);
	return found;
}

int
argument_string(const struct invocation *invocation, size_t i, const char **out)
{
	struct fhirpath_item item;
	int found = argument_of_kind(invocation, i, FHIRPATH_STRING, "a string", &item);

	if (found > 0)
		*out = item.text;
	return found;
}

int
argument_integer(const struct invocation *invocation, size_t i, int64_t *out)
{
	struct fhirpath_item item;
	int found = argument_of_kind(invocation, i, FHIRPATH_INTEGER, "an integer", &item);

	if (found > 0)
		*out = item.integer;
	return found;
}

/* Whether the criteria of argument 0 hold for an item. */
enum answer
criteria(const struct invocation *invocation, size_t index)
{
	struct evaluation *evaluation = invocation->evaluation;
	struct arena_mark mark = arena_mark(evaluation->arena);
	struct fhirpath_item *item = &invocation->input->items[index];
	struct fhirpath_collection input = { .items = item, .count = item->kind != FHIRPATH_NONE, .capacity = 1 };
	struct focus focus = { .input = &input, .self = item, .index = (int64_t)index };
	enum answer answer = evaluate_truth(evaluation, invocation->ast->arguments[0], &focus);

	arena_release(evaluation->arena, mark);
	return answer;
}

/* The type named by the argument; that it is one was checked when the expression was compiled. */
void
type_argument(const struct ast *type, const char **space, const char **name)
{
	*space = type->left != NULL ? type->left->name : NULL;
	*name = type->name;
}
