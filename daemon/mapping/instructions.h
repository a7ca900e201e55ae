/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xsl:if, xsl:choose and xsl:for-each on our own evaluator: a test needs no more than the answer,
 * and a loop no node set of libxml2's. What they do is XSLT 1.0, sections 8 and 9.
 */
#ifndef EHDS_MAPPING_INSTRUCTIONS_H
#define EHDS_MAPPING_INSTRUCTIONS_H

#include <libxslt/xsltInternals.h>

struct expressions;
struct run;

/*
 * Takes over those instructions of a compiled stylesheet whose expressions are numbered
 * (expression_number).
 */
void
instructions_take_over(xsltStylesheet *style, const struct expressions *expressions);

/*
 * Runs content (a list of instructions) with node as its context, the position-th of size nodes, as
 * xsl:for-each does. The point of insertion is the caller's business.
 */
void
instructions_run(struct run *run, const xmlNode *node, size_t position, size_t size, xmlNode *content);

#endif
