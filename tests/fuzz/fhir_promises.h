/* SPDX-License-Identifier: EUPL-1.2 */
/* What must hold of every FHIR tree, wherever it was read from. */
#ifndef EHDS_TESTS_FUZZ_FHIR_PROMISES_H
#define EHDS_TESTS_FUZZ_FHIR_PROMISES_H

#include "base/arena.h"

#include <libxml/tree.h>
#include <stdbool.h>

/*
 * Checks, orders, writes and reads again. A tree that can be ordered can be written, both writings can be
 * read, and without findings each gives the other. Changes doc.
 */
void
fhir_promises(xmlDoc *doc, struct arena *arena);

#endif
