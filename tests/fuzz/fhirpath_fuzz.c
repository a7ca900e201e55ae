/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIRPath. Promises: what is refused says why; what is taken ends, and gives values or says why not. */
#include "base/alloc.h"
#include "conform/fhirpath.h"
#include "format/xml.h"

#include "target.h"

#include <stdlib.h>
#include <string.h>

static const char patient[] = "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/><active value=\"true\"/><name>"
    "<family value=\"Example\"/><given value=\"Ada\"/><given value=\"Eve\"/></name><birthDate value=\"1970-02-28\"/></Patient>";

static void
evaluate(const struct fhirpath *expression)
{
	struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct xml_source *source;
	struct fhirpath_context context = { .arena = arena, .now = "2026-03-01T10:00:00Z", .operations = 20000 };
	struct fhirpath_collection values;
	struct fhirpath_item input;

	must(xml_parse(&source, patient, sizeof(patient) - 1, "patient.xml", &xml_limits_default, arena, &findings, &error) == 0);
	input = fhirpath_node(xmlDocGetRootElement(xml_source_doc(source)), NULL);
	if (fhirpath_evaluate(&values, expression, &context, &input, &error) != 0)
		must(error.kind == EHDS_ERROR_DOCUMENT && error.text[0] != '\0');
	xml_source_free(&source);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = must_alloc(length + 1);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct fhirpath *expression;

	xml_open();
	memcpy(text, bytes, length);
	text[length] = '\0';
	if (fhirpath_compile(&expression, text, &error) == 0) {
		evaluate(expression);
		fhirpath_free(&expression);
	} else {
		must(error.kind == EHDS_ERROR_CONFIG && error.text[0] != '\0');
	}
	free(text);
	return 0;
}
