/* SPDX-License-Identifier: EUPL-1.2 */
/* Whether contained resources are used (dom-3). Inside the conform layer. */
#ifndef EHDS_CONFORM_CONTAINED_H
#define EHDS_CONFORM_CONTAINED_H

#include "base/arena.h"

#include <libxml/tree.h>

/*
 * The first contained resource that its container does not refer to, from data or from narrative, and that does not
 * refer to its container; NULL when all are used.
 */
const xmlNode *
contained_unused(const xmlNode *resource, struct arena *scratch);

#endif
