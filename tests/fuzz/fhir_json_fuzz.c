/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIR JSON. Promises: a refusal says why and where, each finding has a rule, and those of
 * fhir_promises.h. */
#include "base/alloc.h"
#include "fhir/json.h"
#include "format/xml.h"

#include "fhir_promises.h"
#include "target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(64 << 20);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	const struct ehds_finding *finding;
	xmlDoc *doc;

	xml_open();
	if (fhir_json_read(&doc, (const char *)bytes, length, "fuzz.json", &fhir_json_limits, arena, &findings, &error) == 0) {
		fhir_promises(doc, arena);
		xmlFreeDoc(doc);
	} else {
		must(doc == NULL && error.kind == EHDS_ERROR_DOCUMENT && error.text[0] != '\0'
		    && error.line > 0);
	}
	for (finding = findings.first; finding != NULL; finding = finding->next)
		must(finding->rule != NULL && finding->text != NULL);
	arena_free(&arena);
	return 0;
}
