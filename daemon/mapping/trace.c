/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See trace.h. Literal elements are made by libxslt itself. Its debugger hook tells each
 * instruction before it runs, so a literal is remembered then and looked for when the next
 * instruction comes: it is the last child of where it had to go. That is the output of the literal
 * around it in the stylesheet, or else the point of insertion.
 */
#include "mapping/trace.h"

#include "mapping/mapping.h"
#include "mapping/run.h"

#include <libxslt/xsltutils.h>
#include <string.h>

#define NESTING_MAX 128

struct record {
	const xmlNode *source;
	const struct style_file *file;
	int line;
	const struct table_row *row;
	const char *rule;
};

/*
 * depth: that of the sequence constructor in which it stands; literals within literals are in the
 * same one.
 */
struct literal {
	const xmlNode *instruction;
	xmlNode *written;
	int depth;
};

struct tracer {
	struct arena *arena;
	xsltTransformContext *context;
	struct literal open[NESTING_MAX];	/* literals whose content may still come */
	size_t open_count;
	const xmlNode *pending;			/* literal that was about to run */
	xmlNode *pending_parent, *pending_before;
	const xmlNode *pending_source;
	int pending_depth;
};

struct tracer *
tracer_new(struct arena *arena, xsltTransformContext *context, bool literals)
{
	struct tracer *tracer = arena_alloc(arena, sizeof(*tracer));

	if (tracer == NULL)
		return NULL;
	tracer->arena = arena;
	tracer->context = context;
	if (literals)
		context->debugStatus = XSLT_DEBUG_CONT;
	return tracer;
}

static void
set_record(struct tracer *tracer, xmlNode *written, const struct record *values)
{
	struct record *record = arena_alloc(tracer->arena, sizeof(*record));

	if (record != NULL)
		*record = *values;
	written->_private = record;
}

void
trace_element(struct tracer *tracer, xmlNode *written, const struct plan *plan, const xmlNode *source,
    const struct table_row *row)
{
	set_record(tracer, written, &(struct record){ .source = source, .file = plan->file,
	    .line = plan->line, .row = row, .rule = plan->kind->name });
}

static bool
is_literal(const xmlNode *node)
{
	return node != NULL && node->type == XML_ELEMENT_NODE && node->psvi == NULL && node->ns != NULL &&
	    strcmp((const char *)node->ns->href, (const char *)XSLT_NAMESPACE) != 0;
}

void
trace_flush(struct tracer *tracer)
{
	const xmlNode *instruction = tracer->pending;
	xmlNode *written = tracer->pending_before == NULL ? NULL : tracer->pending_before->next;

	if (instruction == NULL)
		return;
	tracer->pending = NULL;
	if (tracer->pending_before == NULL && tracer->pending_parent != NULL)
		written = tracer->pending_parent->children;
	if (written == NULL || written->type != XML_ELEMENT_NODE ||
	    strcmp((const char *)written->name, (const char *)instruction->name) != 0)
		return;
	if (written->_private == NULL)
		set_record(tracer, written, &(struct record){ .source = tracer->pending_source,
		    .file = instruction->doc->_private, .line = node_line(instruction),
		    .rule = "literal" });
	if (tracer->open_count < NESTING_MAX)
		tracer->open[tracer->open_count++] = (struct literal){ instruction, written,
		    tracer->pending_depth };
}

/*
 * Where a literal goes: into the last output of the literal around it, or to the point of
 * insertion. What was opened in deeper sequence constructors is closed by now, and may be freed.
 */
static xmlNode *
parent_of(struct tracer *tracer, const xmlNode *instruction, int depth)
{
	bool nested = is_literal(instruction->parent);
	const struct literal *top;

	for (; tracer->open_count > 0; tracer->open_count--) {
		top = &tracer->open[tracer->open_count - 1];
		if (top->depth < depth || (nested && top->depth == depth &&
		    top->instruction == instruction->parent))
			break;
	}
	if (!nested)
		return tracer->context->insert;
	top = tracer->open_count == 0 ? NULL : &tracer->open[tracer->open_count - 1];
	return top != NULL && top->depth == depth && top->instruction == instruction->parent ?
	    top->written : NULL;
}

void
trace_instruction(xmlNode *instruction, xmlNode *node, xsltTemplate *template,
    xsltTransformContext *context)
{
	struct run *run = context->_private;
	struct tracer *tracer = run == NULL ? NULL : run->tracer;
	xmlNode *parent;
	int depth;

	(void)template;
	if (tracer == NULL)
		return;
	trace_flush(tracer);
	if (!is_literal(instruction))
		return;
	/*
	 * The first instruction of a constructor is told before libxslt has counted the
	 * constructor.
	 */
	depth = context->depth + (context->inst == instruction ? 0 : 1);
	parent = parent_of(tracer, instruction, depth);
	if (parent == NULL)
		return;
	tracer->pending_depth = depth;
	tracer->pending = instruction;
	tracer->pending_parent = parent;
	tracer->pending_before = parent->last;
	tracer->pending_source = node;
}

struct trace
mapping_trace(const struct mapping_result *result, const xmlNode *node)
{
	struct trace trace = { 0 };
	const struct record *record;

	while (node != NULL && (node->type == XML_ATTRIBUTE_NODE || node->_private == NULL) &&
	    node->parent != NULL && node->parent->type != XML_DOCUMENT_NODE)
		node = node->parent;
	if (node == NULL || node->doc != result->bundle || node->type != XML_ELEMENT_NODE ||
	    node->_private == NULL)
		return trace;
	record = node->_private;
	trace.source = record->source;
	trace.source_line = node_line(record->source);
	trace.stylesheet = record->file == NULL ? NULL : record->file->shown;
	trace.stylesheet_line = record->line;
	trace.rule = record->rule;
	if (record->row != NULL) {
		trace.table = record->row->file;
		trace.table_line = record->row->line;
	}
	return trace;
}
