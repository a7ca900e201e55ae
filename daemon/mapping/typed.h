/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The extension elements that write a value: selection, absence, ledger and trace around a writer.
 */
#ifndef EHDS_MAPPING_TYPED_H
#define EHDS_MAPPING_TYPED_H

#include <libxml/tree.h>

struct run;
struct plan;

int
run_typed(struct run *run, const struct plan *plan, const xmlNode *context);

#endif
