/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Running the cases that stand beside the packs: each document goes the whole road, and the result must be
 * what the case says. `ehdsctl test` and a reload of the daemon call the same function.
 */
#ifndef EHDS_CONVERT_CASES_H
#define EHDS_CONVERT_CASES_H

#include "convert/convert.h"
#include "mapping/cases.h"

struct case_result {
	const struct mapping_case *test;
	const struct pack *pack;		/* in whose folder the case stands */
	const struct conversion *conversion;	/* NULL when the document cannot be read */
	/*
	 * Empty: the case holds. Else errors at the case file's line and column: case-document, case-state,
	 * case-pack, case-path, case-expect, case-finding.
	 */
	const struct ehds_findings *failures;
};

/* Hears each case as it is done; the result lives during the call. */
typedef void (*case_listener)(void *user, const struct case_result *result);

struct case_count {
	size_t passed, failed;
};

/* Runs all cases of the packs, or of the pack of that name (NULL: all). listener may be NULL. */
struct case_count
cases_run(const struct converter *converter, const char *pack, case_listener listener, void *user);

#endif
