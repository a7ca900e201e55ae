/* SPDX-License-Identifier: EUPL-1.2 */
/* Documents of the journal that an operator means by what they are, rather than by their ids. */
#ifndef EHDS_CTL_SELECTION_H
#define EHDS_CTL_SELECTION_H

#include "format/json.h"

#include <stdbool.h>

/* All that is not NULL must hold. */
struct selection {
	const char *state, *sender, *pack;
	const char *rule;		/* that the reason begins with, or its first words */
};

/* Whether anything was chosen at all. */
bool
selection_given(const struct selection *selection);

/*
 * Calls `hear` with each document, oldest first, as the daemon tells of it. `hear` returns an exit status;
 * the highest is returned, CTL_UNREACHABLE and CTL_USAGE at once. control NULL: the default.
 */
int
selection_each(const struct selection *selection, const char *control,
    int (*hear)(void *context, const struct json *document), void *context);

#endif
