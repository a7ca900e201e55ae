/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Runs the public FHIRPath suite of HL7 (tests-fhir-r4.xml): `fhirpath_suite SUITE INPUTS [-v]`. Each test ends as passed,
 * unsupported (the engine says so when it compiles), or failed; a wrong answer is a failure. Exit 1 when less than 90 %
 * pass. The suite is not part of the project, so this is no part of `make check`.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "conform/fhirpath.h"
#include "fhir/json.h"
#include "fhir/tree.h"
#include "format/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum verdict { PASSED, FAILED, UNSUPPORTED };

static struct xml_source *
load(const char *path, struct arena *arena)
{
	struct buffer bytes = { 0 };
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source = NULL;
	struct ehds_error error = { 0 };
	const char *kept;

	if (file_read(&bytes, path, 0, &error) == 0) {
		kept = arena_strndup(arena, bytes.data, bytes.length);
		if (xml_parse(&source, kept, bytes.length, path, &xml_limits_default, arena, &findings, &error) != 0)
			fprintf(stderr, "%s: %s\n", path, error.text);
	}
	buffer_free(&bytes);
	return source;
}

/* An input in JSON; its tree is the caller's. */
static xmlDoc *
load_json(const char *path, struct arena *arena)
{
	struct buffer bytes = { 0 };
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	xmlDoc *doc = NULL;

	if (file_read(&bytes, path, 0, &error) != 0 ||
	    fhir_json_read(&doc, bytes.data, bytes.length, path, &fhir_json_limits, arena, &findings, &error) != 0)
		fprintf(stderr, "%s: %s\n", path, error.text);
	buffer_free(&bytes);
	return doc;
}

static const char *
content(const xmlNode *node, struct arena *arena)
{
	xmlChar *text = xmlNodeGetContent(node);
	const char *copy = arena_strdup(arena, (const char *)text);

	xmlFree(text);
	return copy;
}

/* The types that the suite writes are FHIR's or System's; ours are told apart by their System value. */
static bool
same_output(const xmlNode *output, const struct fhirpath_item *item, struct arena *arena)
{
	const char *wanted = content(output, arena), *type = fhir_attribute(output, "type");
	struct fhirpath_item value = item_system(item, arena), expected;
	const char *text = item_text(&value, arena);

	if (text == NULL)
		return false;
	if (*wanted == '@')
		wanted += wanted[1] == 'T' ? 2 : 1;
	if (type != NULL && strcmp(type, "decimal") == 0) {
		expected = item_decimal((struct decimal){ 0, 0 });
		return decimal_parse(&expected.decimal, wanted) && item_equal(&expected, &value, arena) == ANSWER_TRUE;
	}
	if (type != NULL && strcmp(type, "Quantity") == 0)
		return quantity_parse(&expected, wanted, arena) && item_equal(&expected, &value, arena) == ANSWER_TRUE;
	return strcmp(text, wanted) == 0;
}

static enum verdict
compare_outputs(const xmlNode *test, const struct fhirpath_collection *values, struct arena *arena)
{
	const xmlNode *output = fhir_child(test, "output");
	const char *predicate = fhir_attribute(test, "predicate");
	size_t i;

	if (predicate != NULL && strcmp(predicate, "true") == 0)
		return (strcmp(content(output, arena), "true") == 0) == (values->count > 0) ? PASSED : FAILED;
	for (i = 0; i < values->count; i++, output = fhir_next(output))
		if (output == NULL || !same_output(output, &values->items[i], arena))
			return FAILED;
	return output == NULL ? PASSED : FAILED;
}

static enum verdict
evaluate_test(const xmlNode *test, const struct fhirpath *expression, const char *inputs, bool invalid,
    struct arena *arena, struct ehds_error *error)
{
	const char *file = fhir_attribute(test, "inputfile");
	struct fhirpath_context context = { .arena = arena, .now = "2026-11-22T12:00:00Z", .strict = true };
	struct fhirpath_item input = { .kind = FHIRPATH_NONE };
	struct fhirpath_collection values = { 0 };
	struct xml_source *source = NULL;
	xmlDoc *json = NULL;
	enum verdict verdict;

	if (file != NULL) {
		char *path = path_join(inputs, file);

		if (strstr(file, ".json") != NULL)
			json = load_json(path, arena);
		else
			source = load(path, arena);
		free(path);
		if (source == NULL && json == NULL)
			return UNSUPPORTED;
		input = fhirpath_node(xmlDocGetRootElement(source != NULL ? xml_source_doc(source) : json), NULL);
	}
	if (fhirpath_evaluate(&values, expression, &context, &input, error) != 0)
		verdict = invalid ? PASSED : FAILED;
	else
		verdict = invalid ? FAILED : compare_outputs(test, &values, arena);
	xml_source_free(&source);
	xmlFreeDoc(json);
	return verdict;
}

static enum verdict
run_test(const xmlNode *test, const char *inputs, struct arena *arena, struct ehds_error *error)
{
	const xmlNode *written = fhir_child(test, "expression");
	bool invalid = fhir_attribute(written, "invalid") != NULL;
	struct fhirpath *expression;
	enum verdict verdict;

	error_clear(error);
	if (fhirpath_compile(&expression, content(written, arena), error) != 0) {
		if (strcmp(error->rule, "fhirpath-unsupported") == 0 && !invalid)
			return UNSUPPORTED;
		return invalid ? PASSED : FAILED;
	}
	verdict = evaluate_test(test, expression, inputs, invalid, arena, error);
	fhirpath_free(&expression);
	return verdict;
}

int
main(int argc, char **argv)
{
	static const char *const words[] = { "passed", "FAILED", "unsupported" };
	size_t counts[3] = { 0 };
	struct arena *arena = arena_new(0), *scratch = arena_new(0);
	struct xml_source *suite;
	const xmlNode *group, *test;
	bool verbose = argc > 3;

	if (argc < 3)
		return 2;
	xml_open();
	suite = load(argv[1], arena);
	if (suite == NULL)
		return 2;
	for (group = fhir_child(xmlDocGetRootElement(xml_source_doc(suite)), "group"); group != NULL; group = fhir_next(group))
		for (test = fhir_child(group, "test"); test != NULL; test = fhir_next(test)) {
			struct ehds_error error;
			enum verdict verdict = run_test(test, argv[2], scratch, &error);

			counts[verdict]++;
			if (verdict != PASSED && verbose)
				printf("%s %s: %s  %s\n", words[verdict], fhir_attribute(test, "name"),
				    content(fhir_child(test, "expression"), scratch), error.text);
			arena_reset(scratch);
		}
	printf("fhirpath: %zu passed, %zu failed, %zu unsupported\n", counts[PASSED], counts[FAILED], counts[UNSUPPORTED]);
	xml_source_free(&suite);
	arena_free(&arena);
	arena_free(&scratch);
	return counts[PASSED] * 10 >= (counts[PASSED] + counts[FAILED] + counts[UNSUPPORTED]) * 9 ? 0 : 1;
}
