/* SPDX-License-Identifier: EUPL-1.2 */
/* What a stylesheet is made of; for stylesheet*.c and run.c only. */
#ifndef EHDS_MAPPING_STYLESHEET_PRIVATE_H
#define EHDS_MAPPING_STYLESHEET_PRIVATE_H

#include "mapping/expression.h"
#include "mapping/pack.h"
#include "mapping/plan.h"
#include "mapping/stylesheet.h"

#include <libxslt/security.h>
#include <libxslt/xsltInternals.h>

struct stylesheet {
	xsltStylesheet *xslt;			/* owns */
	xsltSecurityPrefs *security;		/* owns: everything is forbidden */
	struct expressions *expressions;	/* owns */
	struct style_file *files;		/* in expressions->arena */
	const struct pack *pack;		/* borrows */

	/* While it is being loaded. */
	const char *const *roots;
	size_t root_count;
	struct ehds_findings *lint;
	bool failed;
	const struct style_file *error_file;	/* where libxslt said that the next message belongs */
	int error_line;
};

#endif
