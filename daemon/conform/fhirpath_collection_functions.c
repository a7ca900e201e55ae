/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath functions that give collections: filtering, subsetting, combining, tree navigation (HL7 FHIRPath 2.0.0, sections
 * 5.2 to 5.4, 5.8; aggregate 7.1).
 */
#include "conform/fhirpath_ast.h"

#include <stdlib.h>
#include <string.h>

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

static int
call_of_type(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *space, *name;
	size_t i;

	type_argument(invocation->ast->arguments[0], &space, &name);
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
	{ "where", 1, 1, call_where, NULL },
	{ "select", 1, 1, call_select, NULL },
	{ "repeat", 1, 1, call_repeat, NULL },
	{ "ofType", 1, 1, call_of_type, NULL },
	{ "as", 1, 1, call_as, NULL },
	{ "single", 0, 0, call_single, NULL },
	{ "first", 0, 0, call_first, NULL },
	{ "last", 0, 0, call_last, NULL },
	{ "tail", 0, 0, call_tail, NULL },
	{ "skip", 1, 1, call_skip, NULL },
	{ "take", 1, 1, call_take, NULL },
	{ "intersect", 1, 1, call_intersect, NULL },
	{ "exclude", 1, 1, call_exclude, NULL },
	{ "union", 1, 1, call_union, NULL },
	{ "combine", 1, 1, call_combine, NULL },
	{ "iif", 2, 3, call_iif, NULL },
	{ "aggregate", 1, 2, call_aggregate, NULL },
	{ "children", 0, 0, call_children, NULL },
	{ "descendants", 0, 0, call_descendants, NULL },
	{ "trace", 1, 2, call_trace, NULL },
	{ NULL, 0, 0, NULL, NULL },
};
