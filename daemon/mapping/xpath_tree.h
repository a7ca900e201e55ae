/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Our own evaluator of XPath 1.0 (W3C, 1999). libxml2's machine allocates for every value and
 * compares every name of the tree, which made half of a document's time; this one walks the tree
 * and stops as soon as the answer is known. What it does not know (some axes, some functions) is
 * left to libxml2, expression by expression; the answers are the same, and a test says so.
 */
#ifndef EHDS_MAPPING_XPATH_TREE_H
#define EHDS_MAPPING_XPATH_TREE_H

#include "mapping/xpath_value.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct function_kind;		/* functions.h: those of the mapping language */
struct core_function;		/* xpath_core.c: those of XPath itself */

enum tree_kind { TREE_OR, TREE_AND, TREE_EQUAL, TREE_UNEQUAL, TREE_LESS, TREE_LESS_EQUAL,
    TREE_GREATER, TREE_GREATER_EQUAL,
	TREE_PLUS, TREE_MINUS, TREE_TIMES, TREE_DIV, TREE_MOD, TREE_NEGATE, TREE_UNION, TREE_PATH,
	    TREE_LITERAL,
	TREE_NUMBER, TREE_VARIABLE, TREE_CORE, TREE_OWN };

enum axis { AXIS_CHILD, AXIS_ATTRIBUTE, AXIS_SELF, AXIS_PARENT, AXIS_ANCESTOR,
    AXIS_ANCESTOR_OR_SELF, AXIS_DESCENDANT,
	AXIS_DESCENDANT_OR_SELF, AXIS_FOLLOWING_SIBLING, AXIS_PRECEDING_SIBLING };

#define XPATH_PREDICATES_MAX 8	/* of one step */

enum node_test { TEST_NAME, TEST_NAMESPACE, TEST_PRINCIPAL, TEST_NODE, TEST_TEXT, TEST_COMMENT };

struct predicate {
	const struct xpath_tree *tree;
	unsigned position;		/* a constant; 0: evaluate tree */
	bool uses_last;
};

struct step {
	enum axis axis;
	enum node_test test;
	const char *name, *uri;		/* uri NULL: in no name space */
	size_t name_number;		/* of the stylesheet's names, see struct xpath_names */
	const struct predicate *predicates;
	size_t predicate_count;
	bool uses_last;			/* one of them does */
};

struct xpath_tree {
	enum tree_kind kind;
	enum value_kind type;		/* of its value */
	bool uses_position, uses_last;	/* of the context that it is evaluated in */
	unsigned height;		/* operators within operators */
	const struct xpath_tree *left, *right;
	double number;
	const char *text;		/* a literal; the name of a variable, in the dictionary of the stylesheet */
	const struct function_kind *own;
	const struct core_function *core;
	const struct xpath_tree *const *arguments;
	size_t argument_count;

	/*
	 * A path: from the document, from the nodes of head behind its predicates, or from the
	 * context.
	 */
	bool from_root;
	const struct xpath_tree *head;
	const struct predicate *head_predicates;
	size_t head_predicate_count;
	const struct step *steps;
	size_t step_count;
	bool in_order;			/* from one node, its nodes are met in document order and once */
};

/*
 * The names that a stylesheet's expressions test, each once. A document interns its own names;
 * where the two meet is looked up once for each name and document, so that a test compares
 * addresses, and a name that the document does not use tests nothing.
 */
struct xpath_names {
	const char **names;		/* owns the array */
	size_t count;
};

/*
 * NULL when it is none that we know; says nothing about whether it is one at all. Prefixes are
 * those in scope. In the arena.
 */
const struct xpath_tree *
xpath_parse(const char *text, const xmlNode *scope, struct xpath_names *names, struct arena *arena);

/* ---- Evaluating ------------------------------------------------------------------------------ */

/* What an evaluation needs from around it. */
struct xpath_environment {
	struct scratch scratch;
	const xmlNode *current;		/* current() */
	const xmlDoc *doc;		/* the document whose names are known; NULL: none */
	const xmlChar **names;		/* by number; NULL: not looked up yet, xpath_no_name: the document has none */
	unsigned long *operations;	/* how many are left; nodes and calls count */
	const char *failure;		/* set when an evaluation failed: a word for what was wrong */
	bool (*variable)(void *user, const char *name, struct value *out);
	bool (*function)(void *user, const struct function_kind *function,
	    const struct value *arguments, size_t count, const xmlNode *node, struct value *out);
	void *user;
};

extern const xmlChar xpath_no_name[];

#define XPATH_NO_OPERATIONS "operations"
#define XPATH_NO_MEMORY "memory"

struct xpath_context {
	const xmlNode *node;
	size_t position, size;
};

/*
 * Each gives what XPath's conversion of the value gives. After a failure (environment->failure) the
 * answer is empty. Results live in scratch memory, or are borrowed from the document and from
 * variables.
 */
struct value
xpath_value(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context);

const char *
xpath_text(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context);

double
xpath_number(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context);

bool
xpath_truth(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context);

/* ---- Between the files of the evaluator ------------------------------------------------------ */

/* Called for each node; false stops the walk. */
typedef bool (*node_visitor)(void *user, const xmlNode *node);

/*
 * Walks a path; false when the visitor stopped it. Nodes come in no order, and maybe twice, unless
 * tree->in_order.
 */
bool
xpath_walk(struct xpath_environment *environment, const struct xpath_tree *path,
    const struct xpath_context *context, node_visitor visit, void *user);

/* The nodes that a path with a head starts from. */
struct value
xpath_head(struct xpath_environment *environment, const struct xpath_tree *path,
    const struct xpath_context *context);

/* The truth of a comparison. */
bool
xpath_compare(struct xpath_environment *environment, const struct xpath_tree *tree,
    const struct xpath_context *context);

/* Keeps the nodes for which all predicates hold; returns how many. */
size_t
xpath_filter(struct xpath_environment *environment, const struct predicate *predicates,
    size_t predicate_count, const xmlNode **nodes, size_t count);

/* Counts work; false when there may be no more. */
bool
xpath_tick(struct xpath_environment *environment);

/* Returns false. */
bool
xpath_fail(struct xpath_environment *environment, const char *what);

/* A growing list of nodes in scratch memory. */
struct node_list {
	struct xpath_environment *environment;
	const xmlNode **nodes;
	size_t count, capacity;
};

/* A node_visitor over a struct node_list. */
bool
node_list_add(void *list, const xmlNode *node);

/* Functions of XPath and XSLT (current). NULL when we do not know it with that many arguments. */
const struct core_function *
core_function_find(const char *name, size_t arguments);

enum value_kind
core_function_type(const struct core_function *function);

/* Whether it is position(), last(). */
void
core_function_uses(const struct core_function *function, bool *position, bool *last);

struct value
core_function_call(struct xpath_environment *environment, const struct xpath_tree *call,
    const struct xpath_context *context);

#endif
