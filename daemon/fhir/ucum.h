/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether a text is a unit of the Unified Code for Units of Measure (case-sensitive codes, UCUM
 * 2.1).
 */
#ifndef EHDS_FHIR_UCUM_H
#define EHDS_FHIR_UCUM_H

#include <stdbool.h>
#include <stddef.h>

/* True for an expression of the grammar (UCUM 2.1, 2.2) of at most 128 characters whose atoms are all known. */
bool
ucum_is_valid(const char *text);

/*
 * What is valid and can be meant as a unit. A bare number other than 1 is none, although the grammar has it:
 * "30009000" is a package type of another code system, not thirty million.
 */
bool
ucum_is_unit(const char *text);

/*
 * True when the unit consists of one annotation only, "{tablet}", which UCUM reads as 1 (2.1, 6 and
 * 12).
 */
bool
ucum_is_annotation(const char *text);

/* One unit atom; metric ones take prefixes. Sorted by code (strcmp). */
struct ucum_atom {
	const char *code;
	bool metric;
};

extern const struct ucum_atom ucum_atoms[];
extern const size_t ucum_atom_count;

#endif
