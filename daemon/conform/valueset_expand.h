/* SPDX-License-Identifier: EUPL-1.2 */
/* Expansion of value sets as far as it can be done without a terminology server. */
#ifndef EHDS_CONFORM_VALUESET_EXPAND_H
#define EHDS_CONFORM_VALUESET_EXPAND_H

#include "conform/package.h"

/* The codes of one system. */
struct expansion_system {
	const char *system;
	const char **codes;	/* sorted, distinct */
	size_t count, capacity;
	bool open;		/* further codes of this system may be members: membership cannot be decided here */
	bool all;		/* every code of this system is a member, and no package lists them; never with `open` */
	struct expansion_system *next;
};

struct expansion {
	struct expansion_system *systems;	/* sorted by system */
	bool open;		/* codes of unknown systems may be members as well */
};

/* All lives in the arena; NULL when no package has the value set (then nothing can be decided). url may carry |version. */
struct expansion *
valueset_expand(const char *url, const struct package_set *set, struct arena *arena);

#endif
