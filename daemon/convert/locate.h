/* SPDX-License-Identifier: EUPL-1.2 */
/* From a FHIRPath of the result to the element, and from there to the source line, stylesheet line and table row. */
#ifndef EHDS_CONVERT_LOCATE_H
#define EHDS_CONVERT_LOCATE_H

#include "base/finding.h"
#include "convert/convert.h"

#include <libxml/tree.h>

/*
 * The element at a path as fhir_path writes it ("Bundle.entry[3].resource.code.coding[0]"), or the deepest element
 * on the way to it. NULL for a NULL path or document.
 */
const xmlNode *
locate_element(const xmlDoc *doc, const char *path);

/* Fills in the places of a finding whose expression points into the result. name: the document's, when it is made of one. */
void
locate_finding(struct ehds_finding *finding, const struct conversion *conversion, const char *name);

#endif
