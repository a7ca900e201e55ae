/* SPDX-License-Identifier: EUPL-1.2 */
/* What an expression is made of; for expression.c and evaluation.c only. */
#ifndef EHDS_MAPPING_EXPRESSION_PRIVATE_H
#define EHDS_MAPPING_EXPRESSION_PRIVATE_H

#include "mapping/expression.h"
#include "mapping/xpath_tree.h"

struct expression {
	struct expression *next;
	const char *text;
	const struct xpath_tree *tree;		/* NULL: libxml2 evaluates it */
	xmlXPathCompExpr *compiled;		/* owns; NULL with tree */
	xmlNs **namespaces;			/* owns the list; the name spaces live in the stylesheet */
	int namespace_count;
};

#endif
