/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Code systems whose codes are formed by a grammar instead of being listed: whether a text is one of them is decided
 * by reading it. Inside the conform layer.
 */
#ifndef EHDS_CONFORM_GRAMMAR_H
#define EHDS_CONFORM_GRAMMAR_H

#include "conform/profile.h"

/*
 * MEMBER_NO: not of the grammar of this system. MEMBER_YES: is a code of it. MEMBER_UNDECIDED: has the form of a code,
 * or the system has no grammar that is known here.
 *
 *	http://unitsofmeasure.org	UCUM 2.1, decided
 *	urn:ietf:bcp:13			media types, RFC 6838 clause 4.2 with parameters of RFC 2045 clause 5.1, decided; "xml",
 *					"json" and "ttl" are undecided: R4 uses them for formats (http.html, "_format")
 *	urn:ietf:bcp:47			languages, RFC 5646 clause 2.1: the form only, the registry is not here
 */
enum membership
grammar_member(const char *system, const char *code);

/* What a code of the system looks like, in words for a finding; NULL where no grammar is known. */
const char *
grammar_expected(const char *system);

#endif
