/* SPDX-License-Identifier: EUPL-1.2 */
/* The XPath functions of the mapping language (mappings/README.md, "Functions"). */
#ifndef EHDS_MAPPING_FUNCTIONS_H
#define EHDS_MAPPING_FUNCTIONS_H

#include "mapping/xpath_value.h"

#include <libxml/xpath.h>

#define FUNCTION_ARGUMENTS_MAX 3

struct run;

/* What a function gets. Strings and nodes live in the run's scratch memory, or are borrowed. */
struct function_call {
	struct run *run;
	const struct value *arguments;
	size_t count;
	const xmlNode *context;
};

struct function_kind {
	const char *name;
	int least, most;		/* arguments */
	int table_argument;		/* 1-based position of the one that names a table; 0: none */
	enum value_kind type;
	struct value (*function)(const struct function_call *call);	/* a failure is the run's */
};

/* All of them, to the first without name. */
const struct function_kind *
function_kinds(void);

/* NULL when there is none. */
const struct function_kind *
function_kind_find(const char *name);

/* What libxml2 calls for all of them: checks the number of arguments and dispatches by name. */
void
function_call(xmlXPathParserContext *xpath, int count);

#endif
