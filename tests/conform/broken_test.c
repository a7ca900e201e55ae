/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * conformance/broken/: for every rule of rules.h one document that breaks it and nothing else. Which rule that is, the file's name says;
 * what is wrong in it was written by hand from the text of the rule. packages/ there holds profiles made for this, because no
 * published profile closes or orders its slices.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "conform/gate.h"
#include "conform/report.h"
#include "conform/rules.h"
#include "fhir/json.h"
#include "format/xml.h"

#include "../check_main.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
real_path(const char *name)
{
	char *path = source_path(name), *real = realpath(path, NULL);

	ck_assert_ptr_nonnull(real);
	free(path);
	return real;
}

static struct conformance *
load(bool packages)
{
	char *shipped = real_path("conformance/packages");
	char *own = real_path("conformance/broken/packages");
	char folder[] = "/tmp/ehds-broken.XXXXXX";
	struct conformance *conformance;
	struct ehds_error error = { 0 };
	char *command = NULL;

	if (!packages) {
		free(shipped);
		free(own);
		ck_assert_int_eq(conformance_load(&conformance, NULL, &error), 0);
		return conformance;
	}
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_gt(asprintf(&command, "mkdir '%s/packages' && ln -s '%s'/*.facts '%s'/*.facts '%s/packages/'", folder,
	    shipped, own, folder), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
	ck_assert_msg(conformance_load(&conformance, folder, &error) == 0, "%s", error.text);
	ck_assert_int_gt(asprintf(&command, "rm -r '%s'", folder), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(shipped);
	free(own);
	return conformance;
}

static struct ehds_findings
check_file(const struct conformance *conformance, const char *path, struct arena *arena)
{
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	struct buffer bytes = { 0 };
	struct xml_source *source = NULL;
	xmlDoc *doc = NULL;
	int result;

	ck_assert_msg(file_read(&bytes, path, 0, &error) == 0, "%s", error.text);
	if (strstr(path, ".json") != NULL) {
		result = fhir_json_read(&doc, bytes.data, bytes.length, path, &fhir_json_limits, arena, &findings, &error);
	} else {
		result = xml_parse(&source, bytes.data, bytes.length, path, &xml_limits_default, arena, &findings, &error);
		doc = source != NULL ? xml_source_doc(source) : NULL;
	}
	ck_assert_msg(result == 0, "%s: %s", path, error.text);
	gate_check(conformance, doc, NULL, arena, &findings);
	if (source != NULL)
		xml_source_free(&source);
	else
		xmlFreeDoc(doc);
	buffer_free(&bytes);
	return findings;
}

static char *
path_of(const struct rule_fact *rule)
{
	const char *folder = rule->where == RULE_BUILT_IN ? "conformance/broken/built-in" : "conformance/broken";
	static const char *const endings[] = { "xml", "json" };
	size_t i;

	for (i = 0; i < 2; i++) {
		char *name = must_printf("%s/%s.%s", folder, rule->id, endings[i]), *path = source_path(name);

		free(name);
		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

/* Exactly this rule, among the findings that are at least as severe as it is. */
static bool
trips(const struct rule_fact *rule, const struct ehds_findings *findings)
{
	const struct ehds_finding *finding;
	bool tripped = false;

	for (finding = findings->first; finding != NULL; finding = finding->next) {
		bool same = strcmp(finding->rule, rule->id) == 0;

		tripped |= same && finding->severity == rule->severity;
		if (!same && finding->severity >= EHDS_SEVERITY_WARNING)
			return false;
	}
	return tripped;
}

/* Without being asked for, such a rule is silent. */
static bool
trips_not(const struct rule_fact *rule, const struct conformance *conformance, const char *path, struct arena *arena)
{
	struct ehds_findings findings = check_file(conformance, path, arena);
	const struct ehds_finding *finding;

	for (finding = findings.first; finding != NULL; finding = finding->next)
		if (strcmp(finding->rule, rule->id) == 0)
			return false;
	return true;
}

/* Those of one kind: of a guide without packages, on request, or all that need nothing. */
static size_t
check_rules(enum rule_where where)
{
	struct conformance *conformance = load(where != RULE_BUILT_IN);
	size_t count, i, failed = 0;
	const struct rule_fact *rules = rules_all(&count);

	for (i = 0; i < count; i++) {
		char *path = rules[i].where == RULE_NOT_IN_DOCUMENT ? NULL : path_of(&rules[i]);
		struct arena *arena = arena_new(0);
		struct ehds_findings findings;
		const struct ehds_finding *finding;
		struct buffer out = { 0 };

		if (path == NULL && rules[i].where != RULE_NOT_IN_DOCUMENT) {
			printf("%s: no document breaks this rule\n", rules[i].id);
			failed++;
		}
		if (path != NULL && rules[i].where == where) {
			if (where == RULE_ON_REQUEST) {
				ck_assert(trips_not(&rules[i], conformance, path, arena));
				ck_assert_int_eq(conformance_also(conformance, rules[i].id), 0);
			}
			findings = check_file(conformance, path, arena);
			if (!trips(&rules[i], &findings)) {
				for (finding = findings.first; finding != NULL; finding = finding->next)
					report_text(&out, finding);
				printf("%s: not this rule alone:\n%s", rules[i].id, out.data != NULL ? out.data : "(nothing)\n");
				failed++;
			}
		}
		buffer_free(&out);
		free(path);
		arena_free(&arena);
	}
	conformance_free(&conformance);
	return failed;
}

START_TEST(every_rule_has_a_document_that_breaks_it_alone)
{
	xml_open();
	ck_assert_uint_eq(check_rules(RULE_ALWAYS), 0);
}
END_TEST

START_TEST(every_rule_of_the_built_in_guides_has_a_document_that_breaks_it_alone)
{
	xml_open();
	ck_assert_uint_eq(check_rules(RULE_BUILT_IN), 0);
}
END_TEST

START_TEST(every_rule_on_request_has_a_document_that_breaks_it_alone_and_only_then)
{
	struct conformance *conformance = load(false);

	xml_open();
	ck_assert_uint_eq(check_rules(RULE_ON_REQUEST), 0);
	ck_assert_int_eq(conformance_also(conformance, "min"), -1);
	conformance_free(&conformance);
}
END_TEST

START_TEST(rules_stand_in_order_and_are_found)
{
	size_t count, i;
	const struct rule_fact *rules = rules_all(&count);

	for (i = 0; i < count; i++) {
		ck_assert_ptr_eq(rules_find(rules[i].id), &rules[i]);
		ck_assert(i == 0 || strcmp(rules[i - 1].id, rules[i].id) < 0);
	}
	ck_assert_ptr_null(rules_find("pat-1"));
}
END_TEST

TESTS("conform/broken", every_rule_has_a_document_that_breaks_it_alone,
    every_rule_of_the_built_in_guides_has_a_document_that_breaks_it_alone,
    every_rule_on_request_has_a_document_that_breaks_it_alone_and_only_then, rules_stand_in_order_and_are_found)
