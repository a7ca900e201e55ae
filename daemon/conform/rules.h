/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The ids of all rules that the gate itself can report; invariants of packages come under their own keys (eld-2, pat-1, ...). For each
 * there is a document in conformance/broken/ that breaks it alone.
 */
#ifndef EHDS_CONFORM_RULES_H
#define EHDS_CONFORM_RULES_H

#include "base/finding.h"

#include <stdbool.h>
#include <stddef.h>

enum rule_where {
	RULE_ALWAYS,		/* needs no package, or only those that are shipped */
	RULE_BUILT_IN,		/* of a guide; stands in where no package is loaded */
	RULE_ON_REQUEST,	/* not of R4 or a guide: checked only where conformance_also() asks for it */
	RULE_NOT_IN_DOCUMENT,	/* cannot be broken by a document that can be read */
};

struct rule_fact {
	const char *id;
	enum ehds_severity severity;
	enum rule_where where;
	const char *text;	/* what it demands, one line */
};

/* In order of id. */
const struct rule_fact *
rules_all(size_t *count);

/* NULL: an invariant of a package. */
const struct rule_fact *
rules_find(const char *id);

#endif
