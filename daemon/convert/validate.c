/* SPDX-License-Identifier: EUPL-1.2 */
/* See validate.h. */
#include "convert/validate.h"
#include "convert/locate.h"

#include "base/text.h"
#include "conform/report.h"
#include "fhir/json.h"

#include <string.h>

/* A tree read from JSON is the caller's; one read from XML belongs to its source. */
struct reading {
	struct xml_source *source;
	xmlDoc *json;
};

static bool
is_json(const char *bytes, size_t length)
{
	size_t i = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < length && text_is_space(bytes[i]))
		i++;
	return i < length && (bytes[i] == '{' || bytes[i] == '[');
}

static const xmlDoc *
read_document(struct reading *reading, struct validation *out, const struct converter *converter,
    const char *name, const char *bytes, size_t length)
{
	if (is_json(bytes, length)) {
		fhir_json_read(&reading->json, bytes, length, name, out->arena, &out->findings, &out->error);
		return reading->json;
	}
	if (xml_parse(&reading->source, bytes, length, name, &converter->limits, out->arena, &out->findings,
	    &out->error) != 0)
		return NULL;
	return xml_source_doc(reading->source);
}

/* The gate speaks in FHIRPaths of the tree; a person looks for the line. */
static void
check(struct validation *out, const struct converter *converter, const xmlDoc *doc, const char *name,
    const char *profile)
{
	struct ehds_findings gate = findings_new(out->arena);

	gate_check(converter->conformance, doc, profile, out->arena, &gate);
	for (const struct ehds_finding *finding = gate.first; finding != NULL; finding = finding->next) {
		struct ehds_finding placed = *finding;
		const xmlNode *element = placed.line == 0 ? locate_element(doc, placed.expression) : NULL;

		placed.file = name;
		if (element != NULL)
			placed.line = (int)xmlGetLineNo((xmlNode *)element);
		findings_add(&out->findings, &placed);
	}
}

void
validate_document(struct validation *out, const struct converter *converter, const char *name,
    const char *profile, const char *bytes, size_t length)
{
	struct reading reading = { NULL, NULL };
	struct buffer summary = { 0 };
	const xmlDoc *doc;

	memset(out, 0, sizeof(*out));
	out->arena = arena_new((size_t)64 * 1024 * 1024 + 16 * length);
	out->findings = findings_new(out->arena);
	doc = read_document(&reading, out, converter, name, bytes, length);
	if (doc != NULL)
		check(out, converter, doc, name, profile);
	out->conformant = doc != NULL && out->findings.counts[EHDS_SEVERITY_ERROR] == 0;
	buffer_printf(&summary, "%s; checked against %s", out->conformant ? "conformant" : "not conformant",
	    conformance_packages(converter->conformance));
	report_outcome(&out->outcome, &out->error, &out->findings, summary.data);
	buffer_free(&summary);
	xml_source_free(&reading.source);
	if (reading.json != NULL)
		xmlFreeDoc(reading.json);
}

void
validation_free(struct validation *validation)
{
	buffer_free(&validation->outcome);
	arena_free(&validation->arena);
	memset(validation, 0, sizeof(*validation));
}
