/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * XPath expressions and attribute value templates of a stylesheet, compiled once, evaluated in a
 * run.
 */
#ifndef EHDS_MAPPING_EXPRESSION_H
#define EHDS_MAPPING_EXPRESSION_H

#include "base/arena.h"
#include "mapping/element.h"
#include "mapping/functions.h"
#include "mapping/xpath_tree.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <stdbool.h>
#include <stddef.h>

struct run;

/* ---- Compiling ------------------------------------------------------------------------------- */

struct expression;

/* What a stylesheet's expressions live in; owned by the stylesheet. */
struct expressions {
	struct arena *arena;		/* owns */
	struct expression *first;	/* all that were compiled, for freeing what libxml2 owns of them */
	const struct expression **numbered;	/* owns the array; of instructions of XSLT */
	size_t numbered_count;
	struct xpath_names names;
};

/* Why a text is no expression, and where in it (0-based, bytes). */
struct expression_error {
	char text[256];
	size_t offset;
};

/* What libxml2 means by an error of XPath; it keeps its own words to itself. */
const char *
expression_error_words(const xmlError *said);

struct expressions *
expressions_new(void);

void
expressions_free(struct expressions **expressions);

/* Zeroed memory that lives as long; never NULL. */
void *
expressions_keep(struct expressions *expressions, size_t size);

/*
 * NULL and *error when text is no XPath 1.0 expression. scope: the element whose name spaces are in
 * scope.
 */
const struct expression *
expression_compile(struct expressions *expressions, const char *text, const xmlNode *scope,
    struct expression_error *error);

const char *
expression_text(const struct expression *expression);

/*
 * Compiles an expression of an XSLT instruction and writes the call that libxslt is to make
 * instead, "_17()". False when we do not know it, or (unless always) when libxml2 does as well by
 * itself.
 */
bool
expression_number(struct expressions *expressions, const char *text, const xmlNode *scope,
    bool always, char *call, size_t size);

/* An attribute value template (XSLT 1.0, 7.6.2). */
struct avt;

const struct avt *
avt_compile(struct expressions *expressions, const char *text, const xmlNode *scope,
    struct expression_error *error);

/*
 * The '}' that closes the expression which begins at text; quoted ones do not count. NULL when
 * there is none.
 */
const char *
avt_expression_end(const char *text);

/* The text when nothing in it is to be evaluated, else NULL. NULL for NULL. */
const char *
avt_constant(const struct avt *avt);

/* ---- Evaluating ------------------------------------------------------------------------------ */

/*
 * The xmlXPathFuncLookupFunc of a transformation (user: its XPath context), which knows those
 * calls.
 */
xmlXPathFunction
expression_answer(void *user, const xmlChar *name, const xmlChar *uri);

/* What struct xpath_environment asks for; user is the run. */
bool
expression_variable(void *user, const char *name, struct value *out);

bool
expression_function(void *user, const struct function_kind *function, const struct value *arguments,
    size_t count, const xmlNode *node, struct value *out);

/*
 * One thing that was selected, and the node that stands for it in places (its own or the one it was
 * computed at).
 */
struct selected {
	struct item item;
	const xmlNode *place;
};

/*
 * Puts what the expression selects at context on the run's stack of selected things, in document
 * order: the elements and attributes of a node set, else one string (none for '' and NaN). 0 or -1
 * (the run has failed).
 */
int
expression_select(struct run *run, const struct expression *expression, const xmlNode *context);

/* The expression that a call of expression_number stands for; NULL when it is no such call. */
const struct expression *
expression_of_call(const struct expressions *expressions, const char *call);

/* Whether it is true; false when the run failed. Of numbered expressions only. */
bool
expression_truth(struct run *run, const struct expression *expression, const xmlNode *context);

/*
 * The nodes that it selects, in scratch memory; false when it selects none because the run failed.
 * Of numbered expressions only.
 */
bool
expression_nodes(struct run *run, const struct expression *expression, const xmlNode *context,
    struct value *out);

/*
 * The string value (XPath 1.0, 4.2, string()); NULL when the run failed. Borrowed from the tree or
 * in the arena.
 */
const char *
expression_string(struct run *run, const struct expression *expression, const xmlNode *context);

/* NULL for NULL, and when the run failed. */
const char *
avt_value(struct run *run, const struct avt *avt, const xmlNode *context);

/*
 * The text of an attribute or element as XPath's string() gives it; borrowed or in the arena. Never
 * NULL.
 */
const char *
node_string(struct run *run, const xmlNode *node);

#endif
