/* SPDX-License-Identifier: EUPL-1.2 */
/* See validate.h. */
#include "convert/validate.h"
#include "convert/locate.h"
#include "convert/source.h"

#include "conform/report.h"

#include <string.h>

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
			placed.line = xml_line(element);
		findings_add(&out->findings, &placed);
	}
}

void
validate_document(struct validation *out, const struct converter *converter, const char *name,
    const char *profile, const char *bytes, size_t length)
{
	struct xml_source *source;
	struct buffer summary = { 0 };
	const xmlDoc *doc = NULL;

	memset(out, 0, sizeof(*out));
	out->arena = arena_new((size_t)64 * 1024 * 1024 + 16 * length);
	out->findings = findings_new(out->arena);
	if (source_read(&source, bytes, length, name, &converter->limits, out->arena, &out->findings, &out->error) == 0) {
		doc = xml_source_doc(source);
		check(out, converter, doc, name, profile);
	}
	out->conformant = doc != NULL && out->findings.counts[EHDS_SEVERITY_ERROR] == 0;
	buffer_printf(&summary, "%s; checked against %s", out->conformant ? "conformant" : "not conformant",
	    conformance_packages(converter->conformance));
	report_outcome(&out->outcome, &out->error, &out->findings, summary.data);
	buffer_free(&summary);
	xml_source_free(&source);
}

void
validation_free(struct validation *validation)
{
	buffer_free(&validation->outcome);
	arena_free(&validation->arena);
	memset(validation, 0, sizeof(*validation));
}
