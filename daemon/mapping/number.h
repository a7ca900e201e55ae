/* SPDX-License-Identifier: EUPL-1.2 */
/* Numbers as people write them -> decimals as FHIR writes them. */
#ifndef EHDS_MAPPING_NUMBER_H
#define EHDS_MAPPING_NUMBER_H

#include <stdbool.h>

/*
 * Writes the number as HL7 FHIR R4 wants decimals (datatypes.html#decimal) into out, which has room
 * for strlen (text) + 2; false when text is no number. Spaces, points, commas and apostrophes that
 * part groups of three digits are removed; what remains of a comma or point is the decimal mark,
 * and a single one always is. Digits behind it are kept, as they are precision.
 */
bool
number_of_text(const char *text, char *out);

#endif
