/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bundle entries: made by `entry` in the order in which they begin, referred to by `reference`,
 * named by version 5 UUIDs.
 */
#ifndef EHDS_MAPPING_ENTRY_H
#define EHDS_MAPPING_ENTRY_H

#include <libxml/tree.h>

struct run;
struct plan;
struct entries;

/* "urn:uuid:" and a UUID and a NUL. */
#define ENTRY_URL 46

/* The entries of a run. NULL at the arena's limit. */
struct entries *
entries_new(struct run *run);

/* The URL that the first entry of that type and key has or would have. */
void
entries_url(const struct entries *entries, const char *type, const char *key, char out[ENTRY_URL]);

/* Every reference must have found its entry: MAPPING map-unknown-reference otherwise. 0 or -1. */
int
entries_resolve(struct run *run);

/* The extension elements. */
int
run_entry(struct run *run, const struct plan *plan, const xmlNode *context);

int
run_reference(struct run *run, const struct plan *plan, const xmlNode *context);

#endif
