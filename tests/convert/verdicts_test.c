/* SPDX-License-Identifier: EUPL-1.2 */
#include "convert/verdicts.h"

#include "base/file.h"
#include "conform/gate.h"
#include "format/xml.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>

/* R4, patient.html: gender has a required binding, so "F" is one error; the rest is valid. */
static const char patient[] = "<Patient xmlns='http://hl7.org/fhir'><active value='true'/><gender value='F'/></Patient>";

struct heard {
	char rules[512];
	size_t cases;
};

static void
hear(void *user, const char *file, const char *title, const struct ehds_findings *failures)
{
	struct heard *heard = user;

	(void)title;
	ck_assert_ptr_nonnull(strstr(file, ".yaml"));
	heard->cases++;
	for (const struct ehds_finding *finding = failures->first; finding != NULL; finding = finding->next) {
		ck_assert(finding->severity == EHDS_SEVERITY_ERROR);
		ck_assert_str_eq(finding->file, file);
		ck_assert_int_gt(finding->line, 0);
		strcat(heard->rules, finding->rule);
		strcat(heard->rules, " ");
	}
}

static struct verdict_count
run_folder(const char *folder, const char *facts, struct heard *heard)
{
	struct converter converter = { .limits = xml_limits_default };
	struct verdict_count count;
	struct conformance *conformance;
	struct ehds_error error = { 0 };

	xml_open();
	ck_assert_msg(conformance_load(&conformance, facts, &error) == 0, "%s", error.text);
	converter.conformance = conformance;
	ck_assert_msg(verdicts_run(&count, &converter, folder, hear, heard, &error) == 0, "%s", error.text);
	conformance_free(&conformance);
	return count;
}

static void
put(const char *folder, const char *name, const char *text)
{
	char *path = temporary_path(folder, name);

	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
	free(path);
}

/* One case on the patient with these lines; the rules of what does not hold. */
static void
assert_rules(const char *lines, const char *rules)
{
	struct heard heard = { 0 };
	char *folder = temporary_folder(), *cases = temporary_path(folder, "cases"), *text = NULL, *facts;
	struct verdict_count count;

	ck_assert_int_eq(folder_make(cases, 0755, NULL), 0);
	put(cases, "patient.xml", patient);
	ck_assert_int_gt(asprintf(&text, "case: A patient\ndocument: patient.xml\n%s", lines), 0);
	put(cases, "patient.yaml", text);
	facts = source_path("conformance");
	count = run_folder(folder, facts, &heard);
	ck_assert_str_eq(heard.rules, rules);
	ck_assert_uint_eq(count.passed, rules[0] == '\0');
	ck_assert_uint_eq(count.failed, rules[0] != '\0');
	free(facts);
	free(text);
	free(cases);
	temporary_remove(folder);
}

START_TEST(the_cases_of_the_project_hold)
{
	struct heard heard = { 0 };
	char *folder = source_path("conformance");
	struct verdict_count count = run_folder(folder, folder, &heard);

	ck_assert_str_eq(heard.rules, "");
	ck_assert_uint_eq(count.failed, 0);
	ck_assert_uint_ge(count.passed, 18);
	ck_assert_uint_eq(heard.cases, count.passed);
	free(folder);
}
END_TEST

START_TEST(a_case_holds_when_exactly_its_findings_are_there)
{
	assert_rules("findings: [ error binding-required at Patient.gender ]\n", "");
	assert_rules("replace: { this: \"value='F'\", by: \"value='female'\" }\n", "");
}
END_TEST

START_TEST(a_finding_that_is_not_expected_or_not_there_is_a_failure)
{
	assert_rules("", "verdict-unexpected ");
	assert_rules("findings: [ warning binding-required at Patient.gender ]\n", "verdict-unexpected verdict-missing ");
	assert_rules("findings: [ error binding-required at Patient.gender, error binding-required at Patient.gender ]\n",
	    "verdict-missing ");
}
END_TEST

START_TEST(what_is_replaced_stands_in_the_document_once)
{
	assert_rules("replace: { this: absent, by: x }\n", "verdict-document ");
	assert_rules("replace: { this: value=, by: x }\n", "verdict-document ");
}
END_TEST

START_TEST(a_case_without_document_or_of_another_form_is_a_failure)
{
	assert_rules("unknown: x\n", "lint-unknown-key ");
	assert_rules("case: again\n", "yaml-duplicate-key ");
}
END_TEST

START_TEST(a_folder_without_cases_has_none)
{
	struct heard heard = { 0 };
	char *folder = temporary_folder();
	struct verdict_count count = run_folder(folder, NULL, &heard);

	ck_assert_uint_eq(count.passed + count.failed, 0);
	temporary_remove(folder);
}
END_TEST

TESTS("convert/verdicts", the_cases_of_the_project_hold, a_case_holds_when_exactly_its_findings_are_there,
    a_finding_that_is_not_expected_or_not_there_is_a_failure, what_is_replaced_stands_in_the_document_once,
    a_case_without_document_or_of_another_form_is_a_failure, a_folder_without_cases_has_none)
