/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A helper of tests on samples: reads a FHIR document, XML or JSON, and writes it in the form asked
 * for. What is lost on the way shows when it comes back.
 *
 *	tests/turn json|xml FILE
 */
#include "base/file.h"
#include "fhir/json.h"
#include "format/xml.h"

#include <stdio.h>
#include <string.h>

static xmlDoc *
read_document(struct xml_source **source, const struct buffer *bytes, const char *name, struct arena *arena,
    struct ehds_error *error)
{
	struct ehds_findings findings = findings_new(arena);
	xmlDoc *doc = NULL;

	if (bytes->data[0] != '{') {
		xml_parse(source, bytes->data, bytes->length, name, &xml_limits_default, arena, &findings, error);
		return *source != NULL ? xml_source_doc(*source) : NULL;
	}
	fhir_json_read(&doc, bytes->data, bytes->length, name, &fhir_json_limits, arena, &findings, error);
	for (const struct ehds_finding *finding = findings.first; finding != NULL; finding = finding->next)
		fprintf(stderr, "%s:%d: %s: %s\n", name, finding->line, finding->rule, finding->text);
	return doc;
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new(0);
	struct buffer bytes = { 0 }, out = { 0 };
	struct ehds_error error = { 0 };
	struct xml_source *source = NULL;
	xmlDoc *doc = NULL;
	char line[1024];
	int result = -1;

	if (argc != 3) {
		fprintf(stderr, "Usage: turn json|xml FILE\n");
		return 2;
	}
	xml_open();
	if (file_read(&bytes, argv[2], 0, &error) == 0)
		doc = read_document(&source, &bytes, argv[2], arena, &error);
	if (doc != NULL && strcmp(argv[1], "json") == 0)
		result = fhir_json_write(&out, doc, false, &error);
	else if (doc != NULL)
		result = fhir_xml_write(&out, doc, false, &error);
	if (result == 0)
		fwrite(out.data, 1, out.length, stdout);
	else
		fprintf(stderr, "%s\n", error_format(&error, line, sizeof(line)));
	if (source == NULL && doc != NULL)
		xmlFreeDoc(doc);
	xml_source_free(&source);
	buffer_free(&bytes);
	buffer_free(&out);
	arena_free(&arena);
	return result == 0 ? 0 : 1;
}
