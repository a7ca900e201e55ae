/* SPDX-License-Identifier: EUPL-1.2 */
/* Templates: what is called must exist, and what exists must be reached. */
#ifndef EHDS_MAPPING_STYLESHEET_TEMPLATES_H
#define EHDS_MAPPING_STYLESHEET_TEMPLATES_H

#include "mapping/stylesheet_check.h"

/*
 * Names and modes that are called and do not exist, parameters that a named template does not have;
 * templates of the pack's own folder that nothing reaches (those of shared files serve other
 * packs).
 */
void
check_templates(struct check *check);

#endif
