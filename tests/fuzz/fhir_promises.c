/* SPDX-License-Identifier: EUPL-1.2 */
#include "fhir_promises.h"

#include "base/alloc.h"
#include "conform/gate.h"
#include "fhir/json.h"
#include "fhir/tree.h"
#include "format/xml.h"

#include <string.h>

struct writing {
	struct buffer xml, json;
};

static void
writing_free(struct writing *writing)
{
	buffer_free(&writing->xml);
	buffer_free(&writing->json);
}

/* False when the tree holds what one of the forms cannot say; then the error says so. */
static bool
write_both(struct writing *out, const xmlDoc *doc, bool pretty)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };

	if (fhir_xml_write(&out->xml, doc, pretty, &error) == 0
	    && fhir_json_write(&out->json, doc, pretty, &error) == 0)
		return true;
	must(error.kind == EHDS_ERROR_MAPPING && error.rule[0] != '\0' && error.text[0] != '\0');
	return false;
}

static void
check(const xmlDoc *doc, struct arena *arena)
{
	struct ehds_findings findings = findings_new(arena);
	struct conformance *conformance;
	bool conforms;

	must(conformance_load(&conformance, NULL, NULL) == 0);
	conforms = gate_check(conformance, doc, NULL, arena, &findings);
	must(conforms == (findings.counts[EHDS_SEVERITY_ERROR] == 0));
	conformance_free(&conformance);
}

/* Each form is read and written in the other one. */
static void
cross(const struct writing *first, struct arena *arena)
{
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct writing second = { 0 };
	struct xml_source *source;
	xmlDoc *doc;

	/* What JSON says in 128 brackets, or in one long string, may be too much for the door. */
	if (xml_parse(&source, first->xml.data, first->xml.length, "again.xml", &xml_limits_default,
		arena, &findings, &error)
	    != 0) {
		must(strcmp(error.rule, "xml-malformed") != 0 || strstr(error.text, "deep") != NULL);
		return;
	}
	if (fhir_json_read(
		&doc, first->json.data, first->json.length, "again.json", &fhir_json_limits, arena, &findings, &error)
	    != 0) {
		must(strcmp(error.rule, "json-syntax") != 0 && strcmp(error.rule, "json-duplicate-key") != 0);
		xml_source_free(&source);
		return;
	}
	if (findings.first == NULL) {
		must(fhir_json_write(&second.json, xml_source_doc(source), false, &error) == 0);
		must(fhir_xml_write(&second.xml, doc, false, &error) == 0);
		must(strcmp(first->json.data, second.json.data) == 0);
		must(strcmp(first->xml.data, second.xml.data) == 0);
	}
	writing_free(&second);
	xmlFreeDoc(doc);
	xml_source_free(&source);
}

void
fhir_promises(xmlDoc *doc, struct arena *arena)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct writing plain = { 0 }, pretty = { 0 };

	check(doc, arena);
	write_both(&plain, doc, false);
	writing_free(&plain);
	if (fhir_order(doc, &error) != 0) {
		must(error.kind == EHDS_ERROR_MAPPING && error.rule[0] != '\0' && error.text[0] != '\0');
		return;
	}
	must(fhir_order(doc, &error) == 0);
	if (write_both(&plain, doc, false)) {
		must(write_both(&pretty, doc, true));
		cross(&plain, arena);
	}
	writing_free(&plain);
	writing_free(&pretty);
}
