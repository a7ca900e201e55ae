/* SPDX-License-Identifier: EUPL-1.2 */
/* Expected values: UCUM 2.1; RFC 6838, clause 4.2, and RFC 2045, clause 5.1; RFC 5646, clause 2.1 and appendix A. */
#include "conform/grammar.h"

#include "../check_main.h"

#define UCUM "http://unitsofmeasure.org"
#define MEDIA "urn:ietf:bcp:13"
#define LANGUAGE "urn:ietf:bcp:47"

static void
assert_all(const char *system, enum membership expected, const char *const *codes)
{
	for (; *codes != NULL; codes++)
		ck_assert_msg(grammar_member(system, *codes) == expected, "%s: %s", system, *codes);
}

#define ARE(system, expected, ...) assert_all(system, expected, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(units_are_decided)
{
	ARE(UCUM, MEMBER_YES, "mg/dL", "10*9/L", "{tablet}", "1", "mm[Hg]");
	ARE(UCUM, MEMBER_NO, "mmHg", "µg", "tablet", "", "mg L");
}
END_TEST

START_TEST(media_types_are_decided)
{
	ARE(MEDIA, MEMBER_YES, "application/pdf", "text/plain; charset=UTF-8", "image/svg+xml",
	    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/plain;charset=utf-8");
	ARE(MEDIA, MEMBER_NO, "", "pdf", "application/", "/pdf", "application pdf", "text/plain;", "text/pl ain", ".a/b",
	    "application/pdf/x");
}
END_TEST

/* FHIR R4, http.html: _format and CapabilityStatement.format also take these. */
START_TEST(short_names_of_formats_are_left_open)
{
	ARE(MEDIA, MEMBER_UNDECIDED, "xml", "json", "ttl");
}
END_TEST

/* Which tags are registered is not known here, so a well-formed one is never called a member. */
START_TEST(languages_are_refused_by_their_form_only)
{
	ARE(LANGUAGE, MEMBER_UNDECIDED, "da", "fr-FR", "zh-Hant-TW", "de-CH-1901", "x-whatever", "i-enochian", "sr-Latn-RS");
	ARE(LANGUAGE, MEMBER_NO, "", "d", "da_DK", "da-", "-da", "fr-abcdefghi", "12", "fr FR");
}
END_TEST

START_TEST(systems_without_grammar_are_left_open)
{
	ARE("http://loinc.org", MEMBER_UNDECIDED, "1-8", "anything");
	ck_assert_ptr_null(grammar_expected("http://loinc.org"));
	ck_assert_ptr_nonnull(grammar_expected(UCUM));
}
END_TEST

TESTS("conform/grammar", units_are_decided, media_types_are_decided, short_names_of_formats_are_left_open,
    languages_are_refused_by_their_form_only, systems_without_grammar_are_left_open)
