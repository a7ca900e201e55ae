/* SPDX-License-Identifier: EUPL-1.2 */
/* The compiled form of an expression: between fhirpath_parse.c, which makes it, and fhirpath_eval.c, which walks it. */
#ifndef EHDS_CONFORM_FHIRPATH_AST_H
#define EHDS_CONFORM_FHIRPATH_AST_H

#include "conform/fhirpath.h"

enum ast_kind {
	AST_EMPTY,		/* {} */
	AST_LITERAL,
	AST_MEMBER,		/* left.name; left NULL: of the focus */
	AST_FUNCTION,		/* left.name(arguments) */
	AST_INDEX,		/* left[right] */
	AST_THIS, AST_INDEX_VARIABLE, AST_TOTAL,
	AST_EXTERNAL,		/* %name */
	AST_NEGATE, AST_PLUS,	/* unary */
	AST_BINARY,
	AST_TYPE,		/* left is / as type */
};

enum ast_operator {
	OP_MULTIPLY, OP_DIVIDE, OP_DIV, OP_MOD, OP_ADD, OP_SUBTRACT, OP_CONCATENATE, OP_UNION, OP_LESS, OP_LESS_EQUAL,
	OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_EQUIVALENT, OP_NOT_EQUAL, OP_NOT_EQUIVALENT, OP_IN, OP_CONTAINS,
	OP_AND, OP_OR, OP_XOR, OP_IMPLIES, OP_IS, OP_AS
};

struct function;

struct ast {
	enum ast_kind kind;
	enum ast_operator operator;
	const char *name;		/* member, external constant, type */
	const char *space;		/* type: "FHIR", "System" or NULL */
	const struct function *function;
	struct ast *left, *right;
	struct ast **arguments;
	size_t argument_count;
	struct fhirpath_item literal;
	int line, column;
};

struct fhirpath {
	struct arena *arena;		/* owns: the tree and its strings */
	struct ast *root;
	const char *text;
};

/* The state of one evaluation. */
struct evaluation {
	const struct fhirpath_context *context;
	struct arena *arena;
	struct ehds_error *error;
	unsigned long operations, limit;
	unsigned depth;
};

/* What a sub-expression sees. */
struct focus {
	const struct fhirpath_collection *input;
	const struct fhirpath_item *self;	/* $this */
	int64_t index;				/* $index; -1: none */
	const struct fhirpath_collection *total;	/* $total; NULL: none */
};

int
evaluate(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out);

/* DOCUMENT fhirpath-evaluation at the place of ast; returns -1. */
int
evaluation_error(struct evaluation *evaluation, const struct ast *ast, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* DOCUMENT fhirpath-operations: more steps, memory or depth than it may have; returns -1. */
int
evaluation_bound(struct evaluation *evaluation, const char *what);

/* Adds the Boolean, nothing for EMPTY; -1 for ERROR. */
int
emit_answer(struct evaluation *evaluation, struct fhirpath_collection *out, enum answer answer);

/* fhirpath_navigate.c */
int
evaluate_member(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *input,
    struct fhirpath_collection *out);

/*
 * The truth of an expression, without a collection for it where it has a Boolean: operands of logic, criteria of where() and
 * whole invariants are asked so.
 */
enum answer
evaluate_truth(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus);

/* fhirpath_operators.c. is_answer: a binary operator that gives a Boolean, for answer_binary. */
bool
is_answer(const struct ast *ast);

enum answer
answer_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus);

int
evaluate_binary(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out);

int
evaluate_sign(struct evaluation *evaluation, const struct ast *ast, const struct focus *focus,
    struct fhirpath_collection *out);

/* Adds to out; -1 when the arena is full. */
int
emit(struct evaluation *evaluation, struct fhirpath_collection *out, const struct fhirpath_item *item);

/* The single item of a collection as a System value: 1 there is one, 0 empty, -1 several (an error is set). */
int
single(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *values,
    struct fhirpath_item *out);

/* Singleton evaluation of a Boolean: ANSWER_*; several items are an error. */
enum answer
truth(struct evaluation *evaluation, const struct ast *ast, const struct fhirpath_collection *values);

/* The children of an item (members; name NULL: all). */
int
navigate(struct evaluation *evaluation, const struct fhirpath_item *item, const char *name,
    struct fhirpath_collection *out);

bool
collection_has(struct evaluation *evaluation, const struct fhirpath_collection *values, const struct fhirpath_item *item);

/* ---- Functions ---------------------------------------------------------------------------------------------- */

/* One call: the input, and the arguments unevaluated (a function decides what they see). */
struct invocation {
	struct evaluation *evaluation;
	const struct ast *ast;
	const struct focus *focus;
	const struct fhirpath_collection *input;
};

/* One of call and answer; answer: what gives a Boolean or nothing. */
struct function {
	const char *name;
	int least, most;		/* arguments */
	int (*call)(const struct invocation *, struct fhirpath_collection *out);
	enum answer (*answer)(const struct invocation *);
};

/* The tables; each ended by a NULL name. */
extern const struct function existence_functions[], collection_functions[], string_functions[], conversion_functions[],
    math_functions[], fhir_functions[];

/* NULL when there is none. */
const struct function *
function_find(const char *name);

/* Evaluates argument i on the outer focus (not per item). */
int
argument(const struct invocation *invocation, size_t i, struct fhirpath_collection *out);

/* Evaluates argument i with $this = item and $index = index. */
int
argument_on(const struct invocation *invocation, size_t i, const struct fhirpath_item *item, int64_t index,
    const struct fhirpath_collection *total, struct fhirpath_collection *out);

/* A single argument as string or integer: 1, 0 empty, -1 error. */
int
argument_string(const struct invocation *invocation, size_t i, const char **out);

int
argument_integer(const struct invocation *invocation, size_t i, int64_t *out);

/* Whether the criteria of argument 0 hold for item `index` of the input. */
enum answer
criteria(const struct invocation *invocation, size_t index);

/* The type that an argument names; that it is one was checked when the expression was compiled. space: may be NULL. */
void
type_argument(const struct ast *type, const char **space, const char **name);

/* Adds the items that are not there yet. */
int
add_distinct(const struct invocation *invocation, const struct fhirpath_collection *from, struct fhirpath_collection *out);

/* Adds the Boolean. */
static inline int
emit_boolean(const struct invocation *invocation, struct fhirpath_collection *out, bool value)
{
	return emit_answer(invocation->evaluation, out, answer_of(value));
}

/* ---- fhirpath_simplify.c ------------------------------------------------------------------------------------- */

/* A tree of the same meaning that costs less to evaluate, for a binary operator just made: ast itself, or a part of it. */
struct ast *
simplify(struct ast *ast, struct arena *arena);

#endif
