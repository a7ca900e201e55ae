/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath functions on collections: existence, filtering, subsetting, combining, tree navigation (HL7 FHIRPath 2.0.0,
 * sections 5.1 to 5.4, 5.8; aggregate 7.1), and the look-up of functions by name.
 */
#include "conform/fhirpath_ast.h"

#include <stdlib.h>
#include <string.h>

const struct function *
function_find(const char *name)
{
	static const struct function *const tables[] = { collection_functions, string_functions, conversion_functions,
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

int
argument_string(const struct invocation *invocation, size_t i, const char **out)
{
	struct fhirpath_collection values = { 0 };
	struct fhirpath_item item;
	int found;

	if (argument(invocation, i, &values) != 0)
		return -1;
	found = single(invocation->evaluation, invocation->ast, &values, &item);
	if (found <= 0)
		return found;
	if (item.kind != FHIRPATH_STRING)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes a string",
		    invocation->ast->name);
	*out = item.text;
	return 1;
}

int
argument_integer(const struct invocation *invocation, size_t i, int64_t *out)
{
	struct fhirpath_collection values = { 0 };
	struct fhirpath_item item;
	int found;

	if (argument(invocation, i, &values) != 0)
		return -1;
	found = single(invocation->evaluation, invocation->ast, &values, &item);
	if (found <= 0)
		return found;
	if (item.kind != FHIRPATH_INTEGER)
		return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes an integer",
		    invocation->ast->name);
	*out = item.integer;
	return 1;
}

static int
emit_boolean(const struct invocation *invocation, struct fhirpath_collection *out, bool value)
{
	struct fhirpath_item item = item_boolean(value);

	return emit(invocation->evaluation, out, &item);
}

/* Whether the criteria of argument 0 hold for an item. */
static enum answer
criteria(const struct invocation *invocation, size_t index)
{
	struct evaluation *evaluation = invocation->evaluation;
	struct arena_mark mark = arena_mark(evaluation->arena);
	struct fhirpath_collection values = { 0 };
	enum answer answer = ANSWER_ERROR;

	if (argument_on(invocation, 0, &invocation->input->items[index], (int64_t)index, NULL, &values) == 0)
		answer = truth(evaluation, invocation->ast, &values);
	arena_release(evaluation->arena, mark);
	return answer;
}

static int
call_where(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		enum answer answer = criteria(invocation, i);

		if (answer == ANSWER_ERROR)
			return -1;
		if (answer == ANSWER_TRUE && emit(invocation->evaluation, out, &invocation->input->items[i]) != 0)
			return -1;
	}
	return 0;
}

static int
call_empty(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_boolean(invocation, out, invocation->input->count == 0);
}

static int
call_exists(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	if (invocation->ast->argument_count == 0)
		return emit_boolean(invocation, out, invocation->input->count > 0);
	for (i = 0; i < invocation->input->count; i++) {
		enum answer answer = criteria(invocation, i);

		if (answer == ANSWER_ERROR)
			return -1;
		if (answer == ANSWER_TRUE)
			return emit_boolean(invocation, out, true);
	}
	return emit_boolean(invocation, out, false);
}

static int
call_all(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		enum answer answer = criteria(invocation, i);

		if (answer == ANSWER_ERROR)
			return -1;
		if (answer != ANSWER_TRUE)
			return emit_boolean(invocation, out, false);
	}
	return emit_boolean(invocation, out, true);
}

/* allTrue, anyTrue, allFalse, anyFalse: `wanted` is looked for; found decides an any, its opposite decides an all. */
static int
quantify(const struct invocation *invocation, struct fhirpath_collection *out, bool wanted, bool any)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		struct fhirpath_item item = item_system(&invocation->input->items[i], invocation->evaluation->arena);

		if (item.kind != FHIRPATH_BOOLEAN)
			return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes booleans",
			    invocation->ast->name);
		if ((item.boolean == wanted) == any)
			return emit_boolean(invocation, out, any);
	}
	return emit_boolean(invocation, out, !any);
}

static int
call_all_true(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return quantify(invocation, out, true, false);
}

static int
call_any_true(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return quantify(invocation, out, true, true);
}

static int
call_all_false(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return quantify(invocation, out, false, false);
}

static int
call_any_false(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return quantify(invocation, out, false, true);
}

static bool
is_subset(struct evaluation *evaluation, const struct fhirpath_collection *part, const struct fhirpath_collection *whole)
{
	size_t i;

	for (i = 0; i < part->count; i++)
		if (!collection_has(evaluation, whole, &part->items[i]))
			return false;
	return true;
}

static int
call_subset_of(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };

	if (argument(invocation, 0, &other) != 0)
		return -1;
	return emit_boolean(invocation, out, is_subset(invocation->evaluation, invocation->input, &other));
}

static int
call_superset_of(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };

	if (argument(invocation, 0, &other) != 0)
		return -1;
	return emit_boolean(invocation, out, is_subset(invocation->evaluation, &other, invocation->input));
}

static int
call_count(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item = item_integer((int64_t)invocation->input->count);

	return emit(invocation->evaluation, out, &item);
}

static int
add_distinct(const struct invocation *invocation, const struct fhirpath_collection *from, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		if (!collection_has(invocation->evaluation, out, &from->items[i]) &&
		    emit(invocation->evaluation, out, &from->items[i]) != 0)
			return -1;
	return 0;
}

static int
call_distinct(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return add_distinct(invocation, invocation->input, out);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether all items are different. Strings (fullUrls of a large Bundle) are sorted; the rest is compared pair by pair. */
static int
call_is_distinct(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection distinct = { 0 };
	const struct fhirpath_collection *input = invocation->input;
	const char **texts = arena_alloc(invocation->evaluation->arena, (input->count + 1) * sizeof(*texts));
	size_t i;

	for (i = 0; texts != NULL && i < input->count; i++) {
		struct fhirpath_item item = item_system(&input->items[i], invocation->evaluation->arena);

		if (item.kind != FHIRPATH_STRING)
			break;
		texts[i] = item.text;
	}
	if (texts == NULL || i < input->count) {
		if (add_distinct(invocation, input, &distinct) != 0)
			return -1;
		return emit_boolean(invocation, out, distinct.count == input->count);
	}
	qsort(texts, input->count, sizeof(*texts), compare_texts);
	for (i = 1; i < input->count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return emit_boolean(invocation, out, false);
	return emit_boolean(invocation, out, true);
}

static int
call_select(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++)
		if (argument_on(invocation, 0, &invocation->input->items[i], (int64_t)i, NULL, out) != 0)
			return -1;
	return 0;
}

/* Until nothing new comes; the step limit bounds what never ends. */
static int
call_repeat(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection queue = { 0 };
	size_t at = 0, i;

	for (i = 0; i < invocation->input->count; i++)
		if (argument_on(invocation, 0, &invocation->input->items[i], (int64_t)i, NULL, &queue) != 0)
			return -1;
	for (; at < queue.count; at++) {
		struct fhirpath_item item = queue.items[at];

		if (collection_has(invocation->evaluation, out, &item))
			continue;
		if (emit(invocation->evaluation, out, &item) != 0 ||
		    argument_on(invocation, 0, &item, (int64_t)at, NULL, &queue) != 0)
			return -1;
	}
	return 0;
}

/* The type named by the argument; that it is one was checked when the expression was compiled. */
static void
type_argument(const struct invocation *invocation, const char **space, const char **name)
{
	const struct ast *type = invocation->ast->arguments[0];

	*space = type->left != NULL ? type->left->name : NULL;
	*name = type->name;
}

static int
call_of_type(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *space, *name;
	size_t i;

	type_argument(invocation, &space, &name);
	for (i = 0; i < invocation->input->count; i++)
		if (item_casts_to(&invocation->input->items[i], space, name) &&
		    emit(invocation->evaluation, out, &invocation->input->items[i]) != 0)
			return -1;
	return 0;
}

/* Strictly one value; the R4 invariant dom-3 calls as() on many and means the filter that ofType() is. */
static int
call_as(const struct invocation *invocation, struct fhirpath_collection *out)
{
	if (invocation->evaluation->context->strict && invocation->input->count > 1)
		return evaluation_error(invocation->evaluation, invocation->ast, "one value is expected, %zu are there",
		    invocation->input->count);
	return call_of_type(invocation, out);
}

static int
call_is(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *space, *name;

	type_argument(invocation, &space, &name);
	if (invocation->input->count > 1)
		return evaluation_error(invocation->evaluation, invocation->ast, "one value is expected, %zu are there",
		    invocation->input->count);
	if (invocation->input->count == 0)
		return 0;
	return emit_boolean(invocation, out, item_is(&invocation->input->items[0], space, name));
}

static int
call_not(const struct invocation *invocation, struct fhirpath_collection *out)
{
	enum answer answer = truth(invocation->evaluation, invocation->ast, invocation->input);

	if (answer == ANSWER_ERROR)
		return -1;
	return answer == ANSWER_EMPTY ? 0 : emit_boolean(invocation, out, answer == ANSWER_FALSE);
}

static int
emit_range(const struct invocation *invocation, struct fhirpath_collection *out, size_t from, size_t count)
{
	const struct fhirpath_collection *input = invocation->input;
	size_t i;

	for (i = from; i < input->count && i - from < count; i++)
		if (emit(invocation->evaluation, out, &input->items[i]) != 0)
			return -1;
	return 0;
}

static int
call_single(const struct invocation *invocation, struct fhirpath_collection *out)
{
	if (invocation->input->count > 1)
		return evaluation_error(invocation->evaluation, invocation->ast, "one value is expected, %zu are there",
		    invocation->input->count);
	return emit_range(invocation, out, 0, 1);
}

static int
call_first(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_range(invocation, out, 0, 1);
}

static int
call_last(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return invocation->input->count == 0 ? 0 : emit_range(invocation, out, invocation->input->count - 1, 1);
}

static int
call_tail(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_range(invocation, out, 1, SIZE_MAX);
}

static int
call_skip(const struct invocation *invocation, struct fhirpath_collection *out)
{
	int64_t count;
	int found = argument_integer(invocation, 0, &count);

	if (found <= 0)
		return found;
	return emit_range(invocation, out, count > 0 ? (size_t)count : 0, SIZE_MAX);
}

static int
call_take(const struct invocation *invocation, struct fhirpath_collection *out)
{
	int64_t count;
	int found = argument_integer(invocation, 0, &count);

	if (found <= 0)
		return found;
	return emit_range(invocation, out, 0, count > 0 ? (size_t)count : 0);
}

static int
call_intersect(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };
	size_t i;

	if (argument(invocation, 0, &other) != 0)
		return -1;
	for (i = 0; i < invocation->input->count; i++) {
		const struct fhirpath_item *item = &invocation->input->items[i];

		if (collection_has(invocation->evaluation, &other, item) &&
		    !collection_has(invocation->evaluation, out, item) && emit(invocation->evaluation, out, item) != 0)
			return -1;
	}
	return 0;
}

static int
call_exclude(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };
	size_t i;

	if (argument(invocation, 0, &other) != 0)
		return -1;
	for (i = 0; i < invocation->input->count; i++)
		if (!collection_has(invocation->evaluation, &other, &invocation->input->items[i]) &&
		    emit(invocation->evaluation, out, &invocation->input->items[i]) != 0)
			return -1;
	return 0;
}

static int
call_union(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };

	if (argument(invocation, 0, &other) != 0 || add_distinct(invocation, invocation->input, out) != 0)
		return -1;
	return add_distinct(invocation, &other, out);
}

static int
call_combine(const struct invocation *invocation, struct fhirpath_collection *out)
{
	if (emit_range(invocation, out, 0, SIZE_MAX) != 0)
		return -1;
	return argument(invocation, 0, out);
}

/* Only the branch taken is evaluated. The input, one item at most, is what the arguments stand on; $index and $total stay. */
static int
call_iif(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct ast *ast = invocation->ast;
	struct evaluation *evaluation = invocation->evaluation;
	struct focus focus = *invocation->focus;
	struct fhirpath_collection values = { 0 };
	enum answer answer;

	focus.input = invocation->input;
	if (ast->left != NULL)
		focus.self = invocation->input->count > 0 ? &invocation->input->items[0] : NULL;

	if (invocation->input->count > 1)
		return evaluation_error(evaluation, ast, "iif() takes one value, %zu are there", invocation->input->count);
	if (evaluate(evaluation, ast->arguments[0], &focus, &values) != 0)
		return -1;
	if (values.count == 1 && item_system(&values.items[0], evaluation->arena).kind != FHIRPATH_BOOLEAN)
		return evaluation_error(evaluation, ast, "the criterion of iif() is no boolean");
	answer = truth(evaluation, ast, &values);
	if (answer == ANSWER_ERROR)
		return -1;
	if (answer == ANSWER_TRUE)
		return evaluate(evaluation, ast->arguments[1], &focus, out);
	return ast->argument_count == 3 ? evaluate(evaluation, ast->arguments[2], &focus, out) : 0;
}

static int
call_aggregate(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection total = { 0 };
	size_t i;

	if (invocation->ast->argument_count == 2 && argument(invocation, 1, &total) != 0)
		return -1;
	for (i = 0; i < invocation->input->count; i++) {
		struct fhirpath_collection next = { 0 };

		if (argument_on(invocation, 0, &invocation->input->items[i], (int64_t)i, &total, &next) != 0)
			return -1;
		total = next;
	}
	for (i = 0; i < total.count; i++)
		if (emit(invocation->evaluation, out, &total.items[i]) != 0)
			return -1;
	return 0;
}

static int
call_children(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++)
		if (navigate(invocation->evaluation, &invocation->input->items[i], NULL, out) != 0)
			return -1;
	return 0;
}

/* Breadth first: out is its own queue. */
static int
call_descendants(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t at;

	if (call_children(invocation, out) != 0)
		return -1;
	for (at = 0; at < out->count; at++) {
		struct fhirpath_item item = out->items[at];

		if (navigate(invocation->evaluation, &item, NULL, out) != 0)
			return -1;
	}
	return 0;
}

static int
call_trace(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct fhirpath_context *context = invocation->evaluation->context;
	const char *name = NULL;

	if (argument_string(invocation, 0, &name) < 0)
		return -1;
	if (context->trace != NULL && name != NULL)
		context->trace(context->user, name, invocation->input);
	return emit_range(invocation, out, 0, SIZE_MAX);
}

const struct function collection_functions[] = {
	{ "empty", 0, 0, call_empty },
	{ "exists", 0, 1, call_exists },
	{ "all", 1, 1, call_all },
	{ "allTrue", 0, 0, call_all_true },
	{ "anyTrue", 0, 0, call_any_true },
	{ "allFalse", 0, 0, call_all_false },
	{ "anyFalse", 0, 0, call_any_false },
	{ "subsetOf", 1, 1, call_subset_of },
	{ "supersetOf", 1, 1, call_superset_of },
	{ "count", 0, 0, call_count },
	{ "distinct", 0, 0, call_distinct },
	{ "isDistinct", 0, 0, call_is_distinct },
	{ "where", 1, 1, call_where },
	{ "select", 1, 1, call_select },
	{ "repeat", 1, 1, call_repeat },
	{ "ofType", 1, 1, call_of_type },
	{ "as", 1, 1, call_as },
	{ "is", 1, 1, call_is },
	{ "not", 0, 0, call_not },
	{ "single", 0, 0, call_single },
	{ "first", 0, 0, call_first },
	{ "last", 0, 0, call_last },
	{ "tail", 0, 0, call_tail },
	{ "skip", 1, 1, call_skip },
	{ "take", 1, 1, call_take },
	{ "intersect", 1, 1, call_intersect },
	{ "exclude", 1, 1, call_exclude },
	{ "union", 1, 1, call_union },
	{ "combine", 1, 1, call_combine },
	{ "iif", 2, 3, call_iif },
	{ "aggregate", 1, 2, call_aggregate },
	{ "children", 0, 0, call_children },
	{ "descendants", 0, 0, call_descendants },
	{ "trace", 1, 2, call_trace },
	{ NULL, 0, 0, NULL },
};
