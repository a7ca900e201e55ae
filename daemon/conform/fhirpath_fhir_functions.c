/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIRPath functions that FHIR adds or that ask the world: extension, hasValue, resolve, memberOf, htmlChecks, now, type
 * (HL7 FHIR R4 4.0.1, fhirpath.html; HL7 FHIRPath 2.0.0, sections 5.9 and 10.2; sort and comparable: FHIRPath 3.0 ballot).
 */
#include "conform/fhirpath_ast.h"

#include "fhir/tree.h"

#include <string.h>

/* A primitive with a value; several items, and complex ones, have none. */
static enum answer
answer_has_value(const struct invocation *invocation)
{
	const struct fhirpath_collection *input = invocation->input;
	bool has = false;

	if (input->count == 1 && input->items[0].kind == FHIRPATH_NODE)
		has = input->items[0].type != NULL && input->items[0].type->primitive &&
		    fhir_value(input->items[0].node) != NULL;
	else if (input->count == 1)
		has = true;
	return answer_of(has);
}

static int
call_get_value(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_item item;

	if (invocation->input->count != 1)
		return 0;
	item = item_system(&invocation->input->items[0], invocation->evaluation->arena);
	return item.kind == FHIRPATH_NONE || item.kind == FHIRPATH_NODE ? 0 : emit(invocation->evaluation, out, &item);
}

static int
call_extension(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct fhirpath_collection *input = invocation->input;
	const char *url;
	size_t i, j;
	int found = argument_string(invocation, 0, &url);

	if (found <= 0)
		return found;
	for (i = 0; i < input->count; i++) {
		struct fhirpath_collection extensions = { 0 };

		if (navigate(invocation->evaluation, &input->items[i], "extension", &extensions) != 0)
			return -1;
		for (j = 0; j < extensions.count; j++) {
			const char *own = fhir_attribute(extensions.items[j].node, "url");

			if (own != NULL && strcmp(own, url) == 0 &&
			    emit(invocation->evaluation, out, &extensions.items[j]) != 0)
				return -1;
		}
	}
	return 0;
}

static int
call_type(const struct invocation *invocation, struct fhirpath_collection *out)
{
	size_t i;

	for (i = 0; i < invocation->input->count; i++) {
		const struct fhirpath_item *item = &invocation->input->items[i];
		struct fhirpath_item type = { .kind = FHIRPATH_TYPE, .text = item_type_name(item),
			.space = item_type_space(item) };

		if (emit(invocation->evaluation, out, &type) != 0)
			return -1;
	}
	return 0;
}

/* Of a Reference, a canonical or a uri; what does not resolve gives nothing. */
static int
call_resolve(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct fhirpath_context *context = invocation->evaluation->context;
	size_t i;

	for (i = 0; context->resolve != NULL && i < invocation->input->count; i++) {
		const struct fhirpath_item *item = &invocation->input->items[i];
		struct fhirpath_item target;
		const xmlNode *node;
		const char *reference = NULL;

		if (item->kind == FHIRPATH_NODE)
			reference = item->type != NULL && item->type->primitive ? fhir_value(item->node) :
			    fhir_child_value(item->node, "reference");
		else if (item->kind == FHIRPATH_STRING)
			reference = item->text;
		node = reference != NULL ? context->resolve(context->user, item->node, reference) : NULL;
		if (node == NULL)
			continue;
		target = fhirpath_node(node, NULL);
		if (emit(invocation->evaluation, out, &target) != 0)
			return -1;
	}
	return 0;
}

/* Membership of one coding: any coding of a CodeableConcept will do. */
static int
coding_member(const struct invocation *invocation, const struct fhirpath_item *item, const char *value_set)
{
	const struct fhirpath_context *context = invocation->evaluation->context;
	const xmlNode *coding;
	int best = 0;

	if (item->kind == FHIRPATH_STRING || (item->type != NULL && item->type->primitive))
		return context->member_of(context->user, value_set, NULL,
		    item->kind == FHIRPATH_STRING ? item->text : fhir_value(item->node));
	if (!item_is(item, "FHIR", "CodeableConcept"))
		return context->member_of(context->user, value_set, fhir_child_value(item->node, "system"),
		    fhir_child_value(item->node, "code"));
	for (coding = fhir_child(item->node, "coding"); coding != NULL; coding = fhir_next(coding)) {
		int member = context->member_of(context->user, value_set, fhir_child_value(coding, "system"),
		    fhir_child_value(coding, "code"));

		if (member == 1)
			return 1;
		if (member < 0)
			best = -1;
	}
	return best;
}

static int
call_member_of(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const char *value_set;
	int found = argument_string(invocation, 0, &value_set), member;

	if (found <= 0 || invocation->input->count == 0)
		return found < 0 ? -1 : 0;
	if (invocation->input->count > 1)
		return evaluation_error(invocation->evaluation, invocation->ast, "one value is expected, %zu are there",
		    invocation->input->count);
	member = invocation->evaluation->context->member_of == NULL ? -1 :
	    coding_member(invocation, &invocation->input->items[0], value_set);
	if (member < 0)
		return evaluation_error(invocation->evaluation, invocation->ast,
		    "membership in %s cannot be decided here", value_set);
	return emit_boolean(invocation, out, member == 1);
}

static int
call_html_checks(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct fhirpath_context *context = invocation->evaluation->context;

	if (context->html_checks == NULL)
		return evaluation_error(invocation->evaluation, invocation->ast, "htmlChecks() is not available here");
	if (invocation->input->count != 1 || invocation->input->items[0].kind != FHIRPATH_NODE)
		return 0;
	return emit_boolean(invocation, out, context->html_checks(context->user, invocation->input->items[0].node));
}

/* ---- The present, as the caller gives it -------------------------------------------------------------------- */

static int
emit_now(const struct invocation *invocation, struct fhirpath_collection *out, enum fhirpath_kind kind)
{
	const char *now = invocation->evaluation->context->now;
	struct fhirpath_item item = { .kind = kind };

	if (now == NULL || !datetime_parse(&item.temporal, now))
		return evaluation_error(invocation->evaluation, invocation->ast, "%s(): no date was given to the evaluation",
		    invocation->ast->name);
	if (kind == FHIRPATH_DATE) {
		item.temporal = (struct temporal){ .precision = PRECISION_DAY, .year = item.temporal.year,
			.month = item.temporal.month, .day = item.temporal.day };
	} else if (kind == FHIRPATH_TIME) {
		item.temporal.year = item.temporal.month = item.temporal.day = 1;
		item.temporal.zoned = false;
	}
	return emit(invocation->evaluation, out, &item);
}

static int
call_now(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_now(invocation, out, FHIRPATH_DATETIME);
}

static int
call_today(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_now(invocation, out, FHIRPATH_DATE);
}

static int
call_time_of_day(const struct invocation *invocation, struct fhirpath_collection *out)
{
	return emit_now(invocation, out, FHIRPATH_TIME);
}

/* ---- Order ---------------------------------------------------------------------------------------------------- */

/* One key of one item: the value of argument i on it; a leading '-' in the argument sorts downwards. */
static int
sort_key(const struct invocation *invocation, size_t i, const struct fhirpath_item *item, struct fhirpath_item *key,
    bool *descending)
{
	const struct ast *written = invocation->ast->arguments[i];
	struct ast call = *invocation->ast;
	struct ast *positive = written->left;
	struct invocation inner = *invocation;
	struct fhirpath_collection values = { 0 };

	*descending = written->kind == AST_NEGATE;
	if (*descending) {
		call.arguments = &positive;
		inner.ast = &call;
		i = 0;
	}
	if (argument_on(&inner, i, item, -1, NULL, &values) != 0)
		return -1;
	*key = (struct fhirpath_item){ .kind = FHIRPATH_NONE };
	return single(invocation->evaluation, invocation->ast, &values, key);
}

/* Items without a key come first. */
static int
sort_compare(const struct invocation *invocation, const struct fhirpath_item *a, const struct fhirpath_item *b, int *order)
{
	size_t i, keys = invocation->ast->argument_count;

	*order = 0;
	for (i = 0; i < (keys == 0 ? 1 : keys) && *order == 0; i++) {
		struct fhirpath_item left = *a, right = *b;
		bool descending = false;

		if (keys > 0 && (sort_key(invocation, i, a, &left, &descending) < 0 ||
		    sort_key(invocation, i, b, &right, &descending) < 0))
			return -1;
		if (left.kind == FHIRPATH_NONE || right.kind == FHIRPATH_NONE)
			*order = (left.kind != FHIRPATH_NONE) - (right.kind != FHIRPATH_NONE);
		else if (item_compare(order, &left, &right, invocation->evaluation->arena) == ANSWER_ERROR)
			return evaluation_error(invocation->evaluation, invocation->ast, "sort() of values without an order");
		if (descending)
			*order = -*order;
	}
	return 0;
}

#define SORT_MAX 2000

/* By insertion: stable, and bounded because collections that are sorted are small. */
static int
call_sort(const struct invocation *invocation, struct fhirpath_collection *out)
{
	const struct fhirpath_collection *input = invocation->input;
	size_t i, at;
	int order;

	if (input->count > SORT_MAX)
		return evaluation_error(invocation->evaluation, invocation->ast, "sort() of more than %d items", SORT_MAX);
	for (i = 0; i < input->count; i++) {
		struct fhirpath_item item = input->items[i];

		if (emit(invocation->evaluation, out, &item) != 0)
			return -1;
		for (at = out->count - 1; at > 0; at--) {
			if (sort_compare(invocation, &out->items[at - 1], &item, &order) != 0)
				return -1;
			if (order <= 0)
				break;
			out->items[at] = out->items[at - 1];
			out->items[at - 1] = item;
		}
	}
	return 0;
}

/* Whether two quantities have units that compare. */
static int
call_comparable(const struct invocation *invocation, struct fhirpath_collection *out)
{
	struct fhirpath_collection other = { 0 };
	struct fhirpath_item a, b;
	int order, found = single(invocation->evaluation, invocation->ast, invocation->input, &a);

	if (found <= 0 || argument(invocation, 0, &other) != 0)
		return found <= 0 ? found : -1;
	found = single(invocation->evaluation, invocation->ast, &other, &b);
	if (found <= 0)
		return found;
	return emit_boolean(invocation, out, item_compare(&order, &a, &b, invocation->evaluation->arena) == ANSWER_TRUE);
}

const struct function fhir_functions[] = {
	{ "hasValue", 0, 0, NULL, answer_has_value },
	{ "getValue", 0, 0, call_get_value, NULL },
	{ "extension", 1, 1, call_extension, NULL },
	{ "type", 0, 0, call_type, NULL },
	{ "resolve", 0, 0, call_resolve, NULL },
	{ "memberOf", 1, 1, call_member_of, NULL },
	{ "htmlChecks", 0, 0, call_html_checks, NULL },
	{ "now", 0, 0, call_now, NULL },
	{ "today", 0, 0, call_today, NULL },
	{ "timeOfDay", 0, 0, call_time_of_day, NULL },
	{ "sort", 0, 8, call_sort, NULL },
	{ "comparable", 1, 1, call_comparable, NULL },
	{ NULL, 0, 0, NULL, NULL },
};
