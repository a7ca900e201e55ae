/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The elements that a stylesheet writes: R4 must know them where they stand, as far as that is
 * known without a document.
 */
#ifndef EHDS_MAPPING_STYLESHEET_FHIR_H
#define EHDS_MAPPING_STYLESHEET_FHIR_H

#include "mapping/stylesheet_check.h"

void
check_literals(struct check *check, const struct checked_file *file);

#endif
