/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/finding.h"

#include "../check_main.h"

#include <string.h>

START_TEST(findings_are_copied_and_kept_in_order)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	char text[] = "changed later";
	struct ehds_finding finding = { .severity = EHDS_SEVERITY_WARNING, .rule = "a", .text = text,
	    .line = 3,
		.expected = "b", .table = "t.yaml", .table_line = 9 };

	findings_add(&findings, &finding);
	memset(text, 'x', sizeof(text) - 1);
	findings_add(&findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR, .rule = "second" });
	ck_assert_str_eq(findings.first->text, "changed later");
	ck_assert_str_eq(findings.first->table, "t.yaml");
	ck_assert_int_eq(findings.first->line, 3);
	ck_assert_int_eq(findings.first->table_line, 9);
	ck_assert_ptr_null(findings.first->found);
	ck_assert_str_eq(findings.first->next->rule, "second");
	ck_assert_ptr_eq(findings.first->next, findings.last);
	ck_assert_ptr_null(findings.last->next);
	ck_assert_uint_eq(findings.counts[EHDS_SEVERITY_WARNING], 1);
	ck_assert_uint_eq(findings.counts[EHDS_SEVERITY_ERROR], 1);
	ck_assert_uint_eq(findings.counts[EHDS_SEVERITY_INFORMATION], 0);
	arena_free(&arena);
}
END_TEST

START_TEST(over_the_limit_one_last_finding_says_so_and_counting_goes_on)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	size_t listed = 0;

	ck_assert_uint_eq(findings.limit, 10000);
	findings.limit = 3;
	for (int i = 0; i < 10; i++)
		findings_add(&findings,
		    &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR, .rule = "r" });
	for (const struct ehds_finding *one = findings.first; one != NULL; one = one->next)
		listed++;
	ck_assert_uint_eq(listed, 4);
	ck_assert_str_eq(findings.last->rule, "findings-limit");
	ck_assert_str_eq(findings.last->code, "too-costly");
	ck_assert_str_eq(findings.last->text, "too many findings: the rest is counted but not listed");
	ck_assert_uint_eq(findings.counts[EHDS_SEVERITY_ERROR], 10);
	arena_free(&arena);
}
END_TEST

START_TEST(a_full_arena_drops_the_finding_but_not_the_count)
{
	struct arena *arena = arena_new(16);
	struct ehds_findings findings = findings_new(arena);

	findings_add(&findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR, .rule = "r" });
	ck_assert_ptr_null(findings.first);
	ck_assert_uint_eq(findings.counts[EHDS_SEVERITY_ERROR], 1);
	arena_free(&arena);
}
END_TEST

/* HL7 FHIR R4 4.0.1, value set issue-severity. */
START_TEST(severities_have_the_codes_of_fhir)
{
	ck_assert_str_eq(severity_name(EHDS_SEVERITY_INFORMATION), "information");
	ck_assert_str_eq(severity_name(EHDS_SEVERITY_WARNING), "warning");
	ck_assert_str_eq(severity_name(EHDS_SEVERITY_ERROR), "error");
	ck_assert_str_eq(severity_name(EHDS_SEVERITY_COUNT), "error");
}
END_TEST

TESTS("base/finding", findings_are_copied_and_kept_in_order,
    over_the_limit_one_last_finding_says_so_and_counting_goes_on,
    a_full_arena_drops_the_finding_but_not_the_count, severities_have_the_codes_of_fhir)
