/* SPDX-License-Identifier: EUPL-1.2 */
/* The store behind profile.h, as its loader fills it. */
#ifndef EHDS_CONFORM_PROFILE_STORE_H
#define EHDS_CONFORM_PROFILE_STORE_H

#include "conform/profile.h"

/* A hash table from text (borrowed) to value; a later value of one key replaces an earlier one. */
struct keyed {
	struct keyed_entry {
		const char *key;
		void *value;
	} *entries;
	size_t count, capacity;
};

void
keyed_add(struct keyed *keyed, const char *key, void *value);

void *
keyed_find(const struct keyed *keyed, const char *key);

void
keyed_free(struct keyed *keyed);

/* Extensions whose url begins so may be unknown here. */
struct domain {
	const char *prefix;
	struct domain *next;
};

struct profiles {
	struct arena *arena;		/* owns all strings and structs */
	struct keyed by_url, by_label, value_sets, invariants, search_parameters;
	struct package_info *packages;	/* in order of label */
	struct invariant *first_invariant;
	const char *package_line;
	struct domain *domains;
};

struct profiles *
profiles_new(void);

/* The facts of one file, whose name is for errors. */
int
profiles_take(struct profiles *profiles, const char *path, const char *bytes, size_t length, struct ehds_error *error);

/* After all files: content references, bindings, extension urls. */
void
profiles_bind(struct profiles *profiles);

#endif
