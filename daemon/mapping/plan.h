/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One extension element of a stylesheet, compiled: its attributes as expressions and templates, its
 * table looked up.
 */
#ifndef EHDS_MAPPING_PLAN_H
#define EHDS_MAPPING_PLAN_H

#include "mapping/elements.h"
#include "mapping/expression.h"

#include <libxslt/xsltInternals.h>

struct pack;

/* A stylesheet file, as many as the imports and includes reach. */
struct style_file {
	const char *path;		/* in the file system */
	const char *shown;		/* below its mappings folder: what places show */
	struct style_file *next;
};

struct plan_attribute {
	const struct element_attribute *attribute;
	const struct avt *avt;			/* all but XPath */
	const struct expression *expression;	/* XPath */
};

struct plan {
	xsltElemPreComp header;			/* first: libxslt keeps plans */
	const struct element_kind *kind;
	const xmlNode *instruction;
	const struct style_file *file;
	int line;
	struct plan_attribute attributes[ELEMENT_ATTRIBUTES_MAX + 5];
	size_t attribute_count;

	/* What is asked for often, from the attributes. */
	const struct expression *select;
	const struct avt *name, *absent, *table_name;
	const struct table *table;		/* when table_name is a constant */
	bool mark;
	bool shared;
	const char *id;				/* unlike that of any other plan */
	const char *resource_type;		/* entry: of a literal resource that is its only content; NULL: not known */
};

/* What hinders: the attribute (NULL: the element itself), where in its value, and a sentence. */
struct plan_problem {
	const xmlAttr *attribute;
	size_t offset;
	char text[320];
};

/*
 * Compiles the element. problem is called for each mistake (may be NULL); the plan is good when it
 * was not called. Gives the plan (free with plan_free, or libxslt does).
 */
struct plan *
plan_compile(const xmlNode *instruction, const struct element_kind *kind, const struct pack *pack,
    struct expressions *expressions, void (*problem)(void *user, const struct plan_problem *),
    void *user);

void
plan_free(struct plan **plan);

/* NULL when the stylesheet did not give it. */
const struct plan_attribute *
plan_attribute_find(const struct plan *plan, const char *name);

#endif
