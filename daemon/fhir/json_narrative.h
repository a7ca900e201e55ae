/* SPDX-License-Identifier: EUPL-1.2 */
/* The narrative as it stands in JSON, a string of XHTML, as a subtree. Inside the fhir layer. */
#ifndef EHDS_FHIR_JSON_NARRATIVE_H
#define EHDS_FHIR_JSON_NARRATIVE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "format/json.h"

#include <libxml/tree.h>

/*
 * Gives the root element of value's text, unlinked and for this document; its lines are value's. NULL and
 * the parser's error when it is not well-formed.
 */
xmlNode *
json_narrative(xmlDoc *doc, const struct json *value, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error);

#endif
