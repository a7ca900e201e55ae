/* SPDX-License-Identifier: EUPL-1.2 */
/* The names in the expressions of a stylesheet: functions, variables and prefixes must exist. */
#ifndef EHDS_MAPPING_STYLESHEET_XPATH_H
#define EHDS_MAPPING_STYLESHEET_XPATH_H

#include "mapping/stylesheet_check.h"

/* Variables that are in scope, innermost first. */
struct scope {
	const char *name;
	const struct scope *outer;
};

/*
 * Checks every expression and template of the file, with the variables of the whole stylesheet in
 * scope everywhere.
 */
void
check_expressions(struct check *check, const struct checked_file *file, const struct scope *global);

#endif
