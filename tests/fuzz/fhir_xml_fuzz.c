/* SPDX-License-Identifier: EUPL-1.2 */
/* FHIR XML: trees as a sender, or a mapping gone wrong, may make them. Promises: those of fhir_promises.h. */
#include "fhir/json.h"
#include "format/xml.h"

#include "fhir_promises.h"
#include "target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(64 << 20);
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source;

	xml_open();
	if (xml_parse(&source, (const char *)bytes, length, "fuzz.xml", &xml_limits_default, arena,
		&findings, NULL)
	    == 0) {
		fhir_promises(xml_source_doc(source), arena);
		xml_source_free(&source);
	}
	arena_free(&arena);
	return 0;
}
