/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Loading from files that are known already: what mappings_load does after it has looked into the folders.
 */
#ifndef EHDS_MAPPING_LOAD_H
#define EHDS_MAPPING_LOAD_H

#include "mapping/files.h"
#include "mapping/mapping.h"

/* As mappings_load; takes files. roots: where stylesheets may import from. */
int
mappings_load_files(struct mappings **out, struct mapping_files *files, const char *const *roots,
    size_t count, struct ehds_findings *lint, struct ehds_error *error);

#endif
