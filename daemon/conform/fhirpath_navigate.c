/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Navigation of FHIRPath in a FHIR tree: members by the base name of a choice, attributes as members, strict names
 * (HL7 FHIRPath 2.0.0, section 2; HL7 FHIR R4 4.0.1, fhirpath.html).
 */
#include "conform/fhirpath_ast.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <string.h>

#define ATTRIBUTE_PLACES 3	/* id comes first, Extension.url third */

/* Resource.id is an element; Element.id and Extension.url are attributes in XML and members in FHIRPath. */
static int
emit_attribute(struct evaluation *evaluation, const struct fhirpath_item *item, const struct fact_element *fact,
    struct fhirpath_collection *out)
{
	const char *text = fhir_attribute(item->node, fact->name);
	struct fhirpath_item value = { .kind = FHIRPATH_STRING, .node = item->node, .type = fact->type, .text = text };

	return text != NULL ? emit(evaluation, out, &value) : 0;
}

/* `resource` and `contained` hold one element named by its type: that element is the item. */
static struct fhirpath_item
item_of_child(const xmlNode *child, const struct fact_element *fact)
{
	const xmlNode *inner;

	if (fact->kind != FACT_RESOURCE)
		return fhirpath_node(child, fact->type);
	inner = fhir_element(child->children);
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
		if (type->elements[i].kind == FACT_ATTRIBUTE && (name == NULL || text_is(name, type->elements[i].name)) &&
		    emit_attribute(evaluation, item, &type->elements[i], out) != 0)
			return -1;
	for (child = fhir_element(item->node->children); child != NULL; child = fhir_element(child->next)) {
		const struct fact_element *fact;
		struct fhirpath_item value;

		if (++evaluation->operations > evaluation->limit)
			return evaluation_bound(evaluation, "steps");
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

int
evaluate_member(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *input,
    struct fhirpath_collection *out)
{
	size_t i;

	/* At the beginning, the name of the input's own type is the input itself: Patient.name. */
	if (ast->left == NULL && input->count == 1 && ast->name[0] >= 'A' && ast->name[0] <= 'Z') {
		if (item_is(&input->items[0], "FHIR", ast->name))
			return emit(evaluation, out, &input->items[0]);
		if (fact_type_find(ast->name) != NULL && evaluation->context->strict)
			return evaluation_error(evaluation, ast, "the input is no %s", ast->name);
	}
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
