/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Several mapped Bundles about one patient become one. Nothing is known here of countries or formats: a Bundle has a Composition with coded
 * sections and a Patient, and each source says which sections it knows.
 *
 *	patient		the first source's; what it does not know, the others fill in; identifiers of all
 *	sections	each from the source that knows it, with that source's author; others as the first has them
 *	entries		all, each once: a practitioner or organisation that two sources describe alike is one
 *	header		date of the latest source, the strictest confidentiality, authors of all
 */
#ifndef EHDS_CONVERT_MERGE_H
#define EHDS_CONVERT_MERGE_H

#include "convert/convert.h"

#include <libxml/tree.h>

/*
 * Gives the Bundle (xmlFreeDoc); node->_private stays what it was in the parts, which must live as long. Errors, DOCUMENT, with the places
 * of both sources and no data of a patient: compose-two-patients, compose-patient-unproved (identifiers of no common system, or none at all),
 * compose-two-sources (two know the same section), compose-withdrawn (a source was entered in error); MAPPING compose-no-document (a
 * mapping gave no Composition or Patient). Findings: compose-patient-unnamed, compose-patient-differs, compose-attester.
 */
int
merge_parts(xmlDoc **out, const struct conversion *parts, size_t count, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error);

#endif
