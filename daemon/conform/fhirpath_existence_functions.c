/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIRPath functions that say something of a whole collection (HL7 FHIRPath 2.0.0, sections 5.1, 6.3 and 6.5). */
#include "conform/fhirpath_ast.h"

#include <stdlib.h>
#include <string.h>

static enum answer
answer_empty(const struct invocation *invocation)
{
	return answer_of(invocation->input->count == 0);
}

static enum answer
answer_exists(const struct invocation *invocation)
{
	size_t i;

	if (invocation->ast->argument_count == 0)
		return answer_of(invocation->input->count > 0);
	for (i = 0; i < invocation->input->count; i++) {
		enum answer answer = criteria(invocation, i);

		if (answer == ANSWER_ERROR)
			return -1;
		if (answer == ANSWER_TRUE)
			return ANSWER_TRUE;
	}
	return ANSWER_FALSE;
}

static enum answer
answer_all(const struct invocation *invocation)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		enum answer answer = criteria(invocation, i);

		if (answer == ANSWER_ERROR)
			return -1;
		if (answer != ANSWER_TRUE)
			return ANSWER_FALSE;
	}
	return ANSWER_TRUE;
}

/* allTrue, anyTrue, allFalse, anyFalse: `wanted` is looked for; found decides an any, its opposite decides an all. */
static enum answer
quantify(const struct invocation *invocation, bool wanted, bool any)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		struct fhirpath_item item = item_system(&invocation->input->items[i], invocation->evaluation->arena);

		if (item.kind != FHIRPATH_BOOLEAN)
			return evaluation_error(invocation->evaluation, invocation->ast, "%s() takes booleans",
			    invocation->ast->name);
		if ((item.boolean == wanted) == any)
			return answer_of(any);
	}
	return answer_of(!any);
}

static enum answer
answer_all_true(const struct invocation *invocation)
{
	return quantify(invocation, true, false);
}

static enum answer
answer_any_true(const struct invocation *invocation)
{
	return quantify(invocation, true, true);
}

static enum answer
answer_all_false(const struct invocation *invocation)
{
	return quantify(invocation, false, false);
}

static enum answer
answer_any_false(const struct invocation *invocation)
{
	return quantify(invocation, false, true);
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

static enum answer
answer_subset_of(const struct invocation *invocation)
{
	struct fhirpath_collection other = { 0 };

	if (argument(invocation, 0, &other) != 0)
		return -1;
	return answer_of(is_subset(invocation->evaluation, invocation->input, &other));
}

static enum answer
answer_superset_of(const struct invocation *invocation)
{
	struct fhirpath_collection other = { 0 };

	if (argument(invocation, 0, &other) != 0)
		return -1;
	return answer_of(is_subset(invocation->evaluation, &other, invocation->input));
}

static int
call_count(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item = item_integer((int64_t)invocation->input->count);

	return emit(invocation->evaluation, out, &item);
}

int
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
static enum answer
answer_is_distinct(const struct invocation *invocation)
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
		return answer_of(distinct.count == input->count);
	}
	qsort(texts, input->count, sizeof(*texts), compare_texts);
	for (i = 1; i < input->count; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return ANSWER_FALSE;
	return ANSWER_TRUE;
}

/*
 * Several types: whether it is one of them. No text of the language says so; simplify() makes it of `x.is(A) or x.is(B)`, which
 * the invariants of documents ask of every entry.
 */
static enum answer
answer_is(const struct invocation *invocation)
{
	const char *space, *name;
	size_t i;

	if (invocation->input->count > 1)
		return evaluation_error(invocation->evaluation, invocation->ast, "one value is expected, %zu are there",
		    invocation->input->count);
	if (invocation->input->count == 0)
		return ANSWER_EMPTY;
	for (i = 0; i < invocation->ast->argument_count; i++) {
		type_argument(invocation->ast->arguments[i], &space, &name);
		if (item_is(&invocation->input->items[0], space, name))
			return ANSWER_TRUE;
	}
	return ANSWER_FALSE;
}

static enum answer
answer_not(const struct invocation *invocation)
{
	enum answer answer = truth(invocation->evaluation, invocation->ast, invocation->input);

	return answer == ANSWER_ERROR || answer == ANSWER_EMPTY ? answer : answer_of(answer == ANSWER_FALSE);
}

const struct function existence_functions[] = {
	{ "empty", 0, 0, NULL, answer_empty },
	{ "exists", 0, 1, NULL, answer_exists },
	{ "all", 1, 1, NULL, answer_all },
	{ "allTrue", 0, 0, NULL, answer_all_true },
	{ "anyTrue", 0, 0, NULL, answer_any_true },
	{ "allFalse", 0, 0, NULL, answer_all_false },
	{ "anyFalse", 0, 0, NULL, answer_any_false },
	{ "subsetOf", 1, 1, NULL, answer_subset_of },
	{ "supersetOf", 1, 1, NULL, answer_superset_of },
	{ "count", 0, 0, call_count, NULL },
	{ "distinct", 0, 0, call_distinct, NULL },
	{ "isDistinct", 0, 0, NULL, answer_is_distinct },
	{ "is", 1, 1, NULL, answer_is },
	{ "not", 0, 0, NULL, answer_not },
	{ NULL, 0, 0, NULL, NULL },
};
