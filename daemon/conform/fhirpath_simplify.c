/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expressions of the same meaning that cost less. Guides write their invariants to be read: whether an entry is of one of
 * fourteen types as fourteen calls of is(), each of which looks for the resource again, and the same selection first with
 * empty() and then with all(). On a document of some hundred entries these cost more than all other invariants together.
 *
 *	x.is(A) or x.is(B)		one call with both types (x a path of members; fhirpath_existence_functions.c)
 *	x.empty() or x.all(y)		x.all(y), which holds for the empty collection (HL7 FHIRPath 2.0.0, section 5.1)
 *
 * An error of x is an error of both forms.
 */
#include "conform/fhirpath_ast.h"

#include <string.h>

static bool
equal_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
equal_literal(const struct fhirpath_item *a, const struct fhirpath_item *b)
{
	return a->kind == b->kind && a->kind == FHIRPATH_STRING && strcmp(a->text, b->text) == 0;
}

/* Literals other than strings are taken for different: nothing is lost but a saving. */
static bool
equal_trees(const struct ast *a, const struct ast *b)
{
	size_t i;

	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind || a->operator != b->operator || a->function != b->function ||
	    a->argument_count != b->argument_count || !equal_text(a->name, b->name) || !equal_text(a->space, b->space) ||
	    (a->kind == AST_LITERAL && !equal_literal(&a->literal, &b->literal)))
		return false;
	for (i = 0; i < a->argument_count; i++)
		if (!equal_trees(a->arguments[i], b->arguments[i]))
			return false;
	return equal_trees(a->left, b->left) && equal_trees(a->right, b->right);
}

static bool
is_call(const struct ast *ast, const char *name)
{
	return ast->kind == AST_FUNCTION && ast->left != NULL && strcmp(ast->name, name) == 0;
}

static bool
is_path(const struct ast *ast)
{
	for (; ast != NULL; ast = ast->left)
		if (ast->kind != AST_MEMBER)
			return false;
	return true;
}

/* The types of both calls in the left one. NULL when the arena is full: then all stays as it is. */
static struct ast *
join_types(struct ast *left, const struct ast *right, struct arena *arena)
{
	size_t count = left->argument_count + right->argument_count;
	struct ast **types = arena_alloc(arena, count * sizeof(struct ast *));

	if (types == NULL)
		return NULL;
	memcpy(types, left->arguments, left->argument_count * sizeof(struct ast *));
	memcpy(types + left->argument_count, right->arguments, right->argument_count * sizeof(struct ast *));
	left->arguments = types;
	left->argument_count = count;
	return left;
}

struct ast *
simplify(struct ast *ast, struct arena *arena)
{
	struct ast *left = ast->left, *right = ast->right, *joined = NULL;

	if (ast->kind != AST_BINARY || ast->operator != OP_OR)
		return ast;
	if (is_call(left, "is") && is_call(right, "is") && is_path(left->left) && equal_trees(left->left, right->left))
		joined = join_types(left, right, arena);
	else if (is_call(left, "empty") && is_call(right, "all") && equal_trees(left->left, right->left))
		joined = right;
	return joined != NULL ? joined : ast;
}
