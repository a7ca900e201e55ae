/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The extension elements that write about the mapping and not about a value: note, absent, empty.
 */
#ifndef EHDS_MAPPING_NOTE_H
#define EHDS_MAPPING_NOTE_H

#include <libxml/tree.h>

struct run;
struct plan;

int
run_note(struct run *run, const struct plan *plan, const xmlNode *context);

int
run_absent(struct run *run, const struct plan *plan, const xmlNode *context);

int
run_empty(struct run *run, const struct plan *plan, const xmlNode *context);

#endif
