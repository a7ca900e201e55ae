/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules of a document's Composition and its sections. Inside the conform layer. */
#ifndef EHDS_CONFORM_COMPOSITION_H
#define EHDS_CONFORM_COMPOSITION_H

#include "conform/check.h"

/* entry: the entry that holds it; NULL when the Composition is the document's root. */
void
composition_check(struct check *check, const xmlNode *composition, const struct bundle_entry *entry);

#endif
