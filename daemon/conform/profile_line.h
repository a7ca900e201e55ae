/* SPDX-License-Identifier: EUPL-1.2 */
/* A fact file while it is read: between profile_load.c, which goes through its lines, and those that read one kind each. */
#ifndef EHDS_CONFORM_PROFILE_LINE_H
#define EHDS_CONFORM_PROFILE_LINE_H

#include "conform/profile_store.h"

struct loading {
	struct profiles *profiles;
	struct package_info *package;
	struct profile *profile;
	struct rule *rule;
	struct value_set *set;
	const char *file;
	int line;
	struct ehds_error *error;
	/* Invariants of this file by name; the file defines them before it uses them. */
	struct keyed file_invariants;
};

/* CONFIG facts-syntax at the current line; returns -1. */
int
facts_syntax(struct loading *loading, const char *text);

/* Zeroed memory that lives as long as the profiles. */
void *
facts_keep(struct loading *loading, size_t size);

/* The next field, unescaped in place; NULL at the end of the line. */
char *
facts_field(char **at);

/* Splits at a separator in place into a NULL-terminated list; an empty text is an empty list. */
const char *const *
facts_list(struct loading *loading, char *text, char separator);

/* profile_element.c: one line each; rest is what stands behind the keyword. 0, or -1 with the error set. */
int line_element(struct loading *loading, char *rest);
int line_slicing(struct loading *loading, char *rest);
int line_binding(struct loading *loading, char *rest);
int line_fixed(struct loading *loading, char *rest);
int line_pattern(struct loading *loading, char *rest);
int line_constraints(struct loading *loading, char *rest);
int line_reference(struct loading *loading, char *rest);
int line_modifier(struct loading *loading, char *rest);
int line_length(struct loading *loading, char *rest);

#endif
