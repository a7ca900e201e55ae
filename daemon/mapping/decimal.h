/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Numbers as text: what a sender wrote is a statement about precision, so 1.50 never becomes 1.5.
 */
#ifndef EHDS_MAPPING_DECIMAL_H
#define EHDS_MAPPING_DECIMAL_H

#include "mapping/element.h"

/*
 * The number in the form of FHIR R4 decimal, digit for digit; only what is no FHIR decimal is put
 * right: a leading plus, leading zeros, ".5", "5.", and the decimal comma (finding
 * map-decimal-comma). NULL with a finding map-number-invalid, or for blank text.
 */
const char *
decimal_read(struct call *call, const struct item *item, const char *text);

/* How many characters of text are a number in that wide sense; 0 when none. */
size_t
decimal_length(const char *text);

/* Whether two decimals without exponent are the same number (1.0 and 1.00 are). */
bool
decimal_equal(const char *left, const char *right);

#endif
