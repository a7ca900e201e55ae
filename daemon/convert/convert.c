/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The road of one document. READ FIRST.
 *
 *	parse		bytes -> tree: XML bounded and repaired, or FHIR JSON		convert/source.c
 *	detect		tree -> pack: which mapping takes it; envelopes are opened	convert/source.c
 *	alone		is it a document by itself, or a part of one?
 *	map		tree -> FHIR tree, ledger, trace				mapping/run.c
 *	conform		FHIR tree -> findings: may it be forwarded?			conform/gate.c
 *	serialize	FHIR tree -> JSON or XML					fhir/json.c
 *
 * Each step either goes on or sets the error and stops; what an error means for the document is a table over
 * its kind. Whatever happens, the outcome is written last: nobody is left without an answer.
 *
 * A document of several sources goes this road as far as `map` with each of them, and the rest of it once (compose.c).
 */
#include "convert/convert.h"
#include "convert/compose.h"
#include "convert/locate.h"
#include "convert/road.h"
#include "convert/source.h"

#include "base/alloc.h"
#include "base/text.h"
#include "conform/report.h"
#include "fhir/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
step_parse(struct road *road)
{
	struct conversion *conversion = road->conversion;

	return source_read(&conversion->source, road->bytes, road->length, road->name, &road->converter->limits,
	    conversion->arena, &conversion->findings, &conversion->error);
}

/*
 * The pack named by the job, or the one that takes the document. Envelopes are opened for both; what no pack takes may
 * still go to the named one. A pack may say that it refuses, and why.
 */
int
step_detect(struct road *road)
{
	struct conversion *conversion = road->conversion;
	const struct mappings *mappings = road->converter->mappings;
	const char *name = road->job->pack, *refusal;
	int found;

	if (mappings == NULL)
		return error_set(&conversion->error, EHDS_ERROR_CONFIG, "detect-no-mappings", road->name, 0, 0,
		    "no mappings are loaded, so no document can be converted");
	if (name != NULL && mappings_pack_named(mappings, name) == NULL)
		return error_set(&conversion->error, EHDS_ERROR_CONFIG, "detect-no-such-pack", road->name, 0, 0,
		    "there is no pack '%s'", name);
	found = source_detect(&conversion->pack, &conversion->source, &road->name, mappings, &road->converter->limits,
	    NULL, conversion->arena, &conversion->findings, &conversion->error);
	if (conversion->name != NULL)
		conversion->name = road->name;
	if (name != NULL && (found == 0 || text_starts_with(conversion->error.rule, "detect-"))) {
		conversion->error = (struct ehds_error){ .kind = EHDS_ERROR_NONE };
		conversion->pack = mappings_pack_named(mappings, name);
	} else if (found != 0) {
		return -1;
	}
	refusal = pack_refusal(conversion->pack);
	if (refusal != NULL)
		return error_set(&conversion->error, EHDS_ERROR_DOCUMENT, "detect-refused", road->name, 0, 0,
		    "%s: %s", pack_title(conversion->pack), refusal);
	return 0;
}

/* Who the patient is, by itself, is no document for another country. */
static int
step_alone(struct road *road)
{
	const struct pack *pack = road->conversion->pack;

	if (!pack_header_only(pack))
		return 0;
	return error_set(&road->conversion->error, EHDS_ERROR_DOCUMENT, "compose-alone", road->name, 0, 0,
	    "%s: it says who the patient is and knows no section of a document: it is converted together with other "
	    "documents about the patient", pack_title(pack));
}

int
step_map(struct road *road)
{
	struct conversion *conversion = road->conversion;
	struct mapping_job job = { .name = road->name, .date = road->job->date, .explain = road->job->explain };

	return mapping_run(&conversion->mapping, conversion->pack, conversion->source, &job, conversion->arena,
	    &conversion->findings, &conversion->error);
}

/*
 * Findings of the gate speak of the result; the reader of an outcome stands before the source. So each one is given
 * the place that its element came from before it joins the others.
 */
int
step_conform(struct road *road)
{
	struct conversion *conversion = road->conversion;
	struct ehds_findings gate = findings_new(conversion->arena);
	const struct ehds_finding *finding;

	gate_check(road->converter->conformance, conversion->mapping.bundle, pack_profile(conversion->pack),
	    conversion->arena, &gate);
	for (finding = gate.first; finding != NULL; finding = finding->next) {
		struct ehds_finding located = *finding;

		locate_finding(&located, conversion, road->name);
		findings_add(&conversion->findings, &located);
	}
	return 0;
}

int
step_serialize(struct road *road)
{
	struct conversion *conversion = road->conversion;
	const xmlDoc *bundle = conversion->mapping.bundle;

	if (road->job->as == CONVERT_FHIR_XML)
		return fhir_xml_write(&conversion->result, bundle, road->job->pretty, &conversion->error);
	return fhir_json_write(&conversion->result, bundle, road->job->pretty, &conversion->error);
}

static int (*const steps[])(struct road *) = {
	step_parse,
	step_detect,
	step_alone,
	step_map,
	step_conform,
	step_serialize,
};

/*
 * Who can cure the error decides. A TEMPORARY error holds the document here; the caller, who sees the kind, may try
 * again first.
 */
static enum convert_state
state_of_error(enum ehds_error_kind kind)
{
	switch (kind) {
	case EHDS_ERROR_DOCUMENT:
		return CONVERT_REFUSED;
	case EHDS_ERROR_NONE:
	case EHDS_ERROR_TEMPORARY:
	case EHDS_ERROR_MAPPING:
	case EHDS_ERROR_CONFIG:
		return CONVERT_HELD;
	}
	return CONVERT_HELD;
}

static void
write_ledger(struct buffer *out, const struct ledger *ledger)
{
	size_t i;

	buffer_printf(out, "; statements: %zu found, %zu mapped, %zu as text, %zu dropped (coded: %zu, mapped: %zu)",
	    ledger->count, ledger->mapped, ledger->text, ledger->dropped, ledger->coded, ledger->coded_mapped);
	for (i = 0; i < ledger->table_count; i++) {
		const struct ledger_table *table = &ledger->tables[i];

		buffer_printf(out, "%s%s %zu translated, %zu kept, %zu text only", i == 0 ? "; codes: " : ", ",
		    table->table, table->translated, table->kept, table->text_only);
	}
}

/* The last issue of every outcome: which generation and packages gave the verdict, and what the ledger counted. */
static void
write_outcome(struct road *road)
{
	struct conversion *conversion = road->conversion;
	struct buffer summary = { 0 };
	const struct conformance *conformance = road->converter->conformance;

	buffer_printf(&summary, "%s; pack %s", convert_state_name(conversion->state),
	    conversion->pack != NULL ? pack_name(conversion->pack) : "none");
	for (size_t i = 1; i < conversion->part_count; i++)
		buffer_printf(&summary, " + %s", conversion->parts[i].pack != NULL ? pack_name(conversion->parts[i].pack) : "none");
	buffer_printf(&summary, "; mappings %.16s",
	    road->converter->mappings != NULL ? mappings_hash(road->converter->mappings) : "none");
	if (conformance != NULL)
		buffer_printf(&summary, "; checked against %s", conformance_packages(conformance));
	if (conversion->mapping.bundle != NULL)
		write_ledger(&summary, &conversion->mapping.ledger);
	report_outcome(&conversion->outcome, &conversion->error, &conversion->findings, summary.data);
	buffer_free(&summary);
}

/* A document may take so much memory for itself: many times its own size, because a mapping may repeat parts of it. */
static size_t
arena_limit(size_t length)
{
	return (size_t)64 * 1024 * 1024 + 16 * length;
}

void
road_open(struct road *road, size_t length)
{
	struct conversion *out = road->conversion;

	road->name = road->job->name;
	memset(out, 0, sizeof(*out));
	out->arena = arena_new(arena_limit(length));
	out->findings = findings_new(out->arena);
}

int
road_walk(struct road *road, int (*const *walk)(struct road *road), size_t count)
{
	struct conversion *out = road->conversion;

	for (size_t i = 0; i < count; i++) {
		if (walk[i](road) == 0)
			continue;
		must(out->error.kind != EHDS_ERROR_NONE);
		if (out->error.file[0] == '\0')	/* a step that knows no place: it is about the whole document */
			snprintf(out->error.file, sizeof(out->error.file), "%s", road->name);
		return -1;
	}
	return 0;
}

void
road_close(struct road *road)
{
	struct conversion *out = road->conversion;

	if (out->error.kind != EHDS_ERROR_NONE)
		out->state = state_of_error(out->error.kind);
	else if (out->findings.counts[EHDS_SEVERITY_ERROR] > 0)
		out->state = CONVERT_HELD;
	else
		out->state = CONVERT_CONVERTED;
	if (out->error.kind != EHDS_ERROR_NONE)
		buffer_free(&out->result);	/* never a partial document */
	write_outcome(road);
}

void
convert_document(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const char *bytes, size_t length)
{
	struct road road = { .conversion = out, .converter = converter, .job = job, .bytes = bytes, .length = length };

	road_open(&road, length);
	road_walk(&road, steps, sizeof(steps) / sizeof(steps[0]));
	road_close(&road);
}

void
convert_documents(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const struct convert_input *inputs, size_t count)
{
	struct convert_job one = *job;

	must(count > 0 && count <= CONVERT_INPUTS_MAX);
	one.name = inputs[0].name;
	if (count == 1)
		convert_document(out, converter, &one, inputs[0].bytes, inputs[0].length);
	else
		convert_composed(out, converter, job, inputs, count);
}

void
conversion_free(struct conversion *conversion)
{
	for (size_t i = 0; i < conversion->part_count; i++)
		conversion_free(&conversion->parts[i]);
	free(conversion->parts);
	mapping_result_free(&conversion->mapping);
	xml_source_free(&conversion->source);
	buffer_free(&conversion->result);
	buffer_free(&conversion->outcome);
	arena_free(&conversion->arena);
	memset(conversion, 0, sizeof(*conversion));
}

const char *
convert_state_name(enum convert_state state)
{
	switch (state) {
	case CONVERT_CONVERTED:
		return "converted";
	case CONVERT_HELD:
		return "held";
	case CONVERT_REFUSED:
		return "refused";
	}
	return "unknown";
}
