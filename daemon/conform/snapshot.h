/* SPDX-License-Identifier: EUPL-1.2 */
/* Snapshots of StructureDefinitions that have a differential only. Inside the conform layer. */
#ifndef EHDS_CONFORM_SNAPSHOT_H
#define EHDS_CONFORM_SNAPSHOT_H

#include "conform/package.h"

/*
 * The elements of a definition, as a list: those of its snapshot, or made from its differential and its base, which is searched in the
 * set. NULL: base or a type is in none of the packages, or an element of the differential is none of the base.
 */
const struct json *
snapshot_elements(const struct json *definition, const struct package_set *set, struct arena *arena);

#endif
