/* SPDX-License-Identifier: EUPL-1.2 */
/* The ledger as a table for people, and the sums over many documents. */
#ifndef EHDS_CTL_LEDGER_H
#define EHDS_CTL_LEDGER_H

#include "mapping/mapping.h"

#include <stddef.h>

/*
 * Every statement of one document: line, fate, target, label, why; then the counts, then the codes
 * of each table.
 */
void
ledger_print(const struct ledger *ledger, const char *name, const char *pack);

struct ledger_totals {
	size_t documents;
	struct ledger sum;		/* counts only */
	struct ledger_table *tables;	/* owns, with their names */
	size_t table_count;
};

void
ledger_totals_add(struct ledger_totals *totals, const struct ledger *ledger);

void
ledger_totals_print(const struct ledger_totals *totals);

void
ledger_totals_free(struct ledger_totals *totals);

#endif
