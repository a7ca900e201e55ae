/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which source node, stylesheet line and table row made an element of the result: a record on
 * node->_private of the elements that extension elements wrote and, when a run is to be explained,
 * of literal elements.
 */
#ifndef EHDS_MAPPING_TRACE_H
#define EHDS_MAPPING_TRACE_H

#include "base/arena.h"
#include "mapping/plan.h"
#include "mapping/table.h"

#include <libxslt/xsltInternals.h>

struct tracer;

/*
 * literals: trace literal elements too, as transform goes from instruction to instruction. NULL at
 * the arena's limit.
 */
struct tracer *
tracer_new(struct arena *arena, xsltTransformContext *context, bool literals);

/* source and row may be NULL. */
void
trace_element(struct tracer *tracer, xmlNode *written, const struct plan *plan, const xmlNode *source,
    const struct table_row *row);

/* The last literal element is traced now; call before nodes are moved or freed. */
void
trace_flush(struct tracer *tracer);

/* libxslt's hook: called before each instruction of a run whose literals are traced. */
void
trace_instruction(xmlNode *instruction, xmlNode *node, xsltTemplate *template,
    xsltTransformContext *context);

#endif
