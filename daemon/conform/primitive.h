/* SPDX-License-Identifier: EUPL-1.2 */
/* The lexical forms of FHIR's primitive types, with real calendar dates. Source: HL7 FHIR R4 4.0.1,
 * datatypes.html. */
#ifndef EHDS_CONFORM_PRIMITIVE_H
#define EHDS_CONFORM_PRIMITIVE_H

#include "fhir/facts.h"

#include <stdbool.h>

/* Whether value is of the form; the empty string never is. FORMAT_NONE and FORMAT_xhtml take anything. */
bool
primitive_fits(enum fact_format format, const char *value);

/* The rule's id ("format-date") and what is expected, in words. */
const char *
primitive_rule(enum fact_format format);

const char *
primitive_expected(enum fact_format format);

/*
 * How many digits and padding characters a base64 value has; false when something else than these and white space stands in it, or
 * a digit behind padding: the counts then end there or include what is wrong (RFC 4648, section 4).
 */
bool
base64_count(const char *value, size_t *digits, size_t *padding);

#endif
