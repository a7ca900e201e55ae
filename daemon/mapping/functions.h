/* SPDX-License-Identifier: EUPL-1.2 */
/* The XPath functions of the mapping language (mappings/README.md, "Functions"). */
#ifndef EHDS_MAPPING_FUNCTIONS_H
#define EHDS_MAPPING_FUNCTIONS_H

#include <libxml/xpath.h>

struct function_kind {
	const char *name;
	int least, most;		/* arguments */
	int table_argument;		/* 1-based position of the one that names a table; 0: none */
	xmlXPathFunction function;	/* called with as many arguments as it may have */
};

/* All of them, to the first without name. */
const struct function_kind *
function_kinds(void);

/* NULL when there is none. */
const struct function_kind *
function_kind_find(const char *name);

/* What libxslt calls for all of them: checks the number of arguments and dispatches by name. */
void
function_call(xmlXPathParserContext *xpath, int count);

#endif
