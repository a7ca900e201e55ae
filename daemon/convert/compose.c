/* SPDX-License-Identifier: EUPL-1.2 */
/* See compose.h. */
#include "convert/compose.h"
#include "convert/merge.h"
#include "convert/road.h"

#include "base/alloc.h"
#include "base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One source on its way to its place among the others. */
struct source {
	const struct convert_input *input;
	struct conversion conversion;
	char digest[DIGEST_HEX];
};

static int (*const to_tree[])(struct road *) = { step_parse, step_detect, step_map };
static int (*const from_tree[])(struct road *) = { step_conform, step_serialize };

/* ---- The sources --------------------------------------------------------------------------------------------- */

static void
map_source(struct source *source, const struct converter *converter, const struct convert_job *job)
{
	struct convert_job one = *job;
	struct road road = { .conversion = &source->conversion, .converter = converter, .job = &one,
	    .bytes = source->input->bytes, .length = source->input->length };

	one.name = source->input->name;
	road_open(&road, source->input->length);
	source->conversion.name = source->input->name;
	digest_sha256(source->digest, source->input->bytes, source->input->length);
	road_walk(&road, to_tree, sizeof(to_tree) / sizeof(to_tree[0]));
}

static int
compare_names(const struct pack *a, const struct pack *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	if (pack_header_only(a) != pack_header_only(b))
		return pack_header_only(a) ? -1 : 1;
	return strcmp(pack_name(a), pack_name(b));
}

static int
compare_sources(const void *left, const void *right)
{
	const struct source *a = left, *b = right;
	int order = compare_names(a->conversion.pack, b->conversion.pack);

	return order != 0 ? order : strcmp(a->digest, b->digest);
}

/* Findings are copied, for those of a source that came twice die with it. */
static void
take_findings(struct conversion *out, const struct conversion *part)
{
	for (const struct ehds_finding *finding = part->findings.first; finding != NULL; finding = finding->next)
		findings_add(&out->findings, finding);
}

/* The sources in their order, each once, become the parts. */
static void
take_parts(struct conversion *out, struct source *sources, size_t count)
{
	qsort(sources, count, sizeof(*sources), compare_sources);
	out->parts = must_alloc(count * sizeof(*out->parts));
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(sources[i].digest, sources[i - 1].digest) == 0) {
			findings_add(&out->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_INFORMATION,
			    .rule = "compose-duplicate", .code = "duplicate", .file = sources[i].input->name,
			    .text = "the same document comes twice: it is taken once" });
			conversion_free(&sources[i].conversion);
			continue;
		}
		out->parts[out->part_count++] = sources[i].conversion;
		take_findings(out, &sources[i].conversion);
	}
	out->pack = out->parts[0].pack;
}

static bool
is_stopped(struct conversion *out)
{
	for (size_t i = 0; i < out->part_count; i++)
		if (out->parts[i].error.kind != EHDS_ERROR_NONE) {
			out->error = out->parts[i].error;
			out->pack = out->parts[i].pack;
			return true;
		}
	return false;
}

static int
refuse_pack(struct conversion *out, const struct conversion *part, const char *why)
{
	return error_set(&out->error, EHDS_ERROR_DOCUMENT, "compose-pack", part->name, 0, 0, "%s: %s", pack_title(part->pack), why);
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether the packs say that their documents make one. */
static int
check_packs(struct conversion *out)
{
	const struct pack *first = out->parts[0].pack;
	bool sections = false;

	for (size_t i = 0; i < out->part_count; i++) {
		const struct pack *pack = out->parts[i].pack;

		if (!pack_composable(pack))
			return refuse_pack(out, &out->parts[i], "a document of this kind is converted by itself");
		if (strcmp(pack_category(pack), pack_category(first)) != 0 || !is_same(pack_profile(pack), pack_profile(first)))
			return refuse_pack(out, &out->parts[i], "it becomes another kind of document than the others of the job");
		sections = sections || !pack_header_only(pack);
	}
	if (!sections)
		return error_set(&out->error, EHDS_ERROR_DOCUMENT, "compose-empty", out->parts[0].name, 0, 0,
		    "none of the documents knows a section of a summary: they only say who the patient is");
	return 0;
}

/* ---- The ledger ---------------------------------------------------------------------------------------------- */

static void
add_tables(struct ledger *out, struct ledger_table *tables, const struct ledger *part)
{
	for (size_t i = 0; i < part->table_count; i++) {
		const struct ledger_table *from = &part->tables[i];
		size_t at = 0;

		while (at < out->table_count && strcmp(tables[at].table, from->table) != 0)
			at++;
		if (at == out->table_count)
			tables[out->table_count++] = (struct ledger_table){ .table = from->table };
		tables[at].translated += from->translated;
		tables[at].kept += from->kept;
		tables[at].text_only += from->text_only;
	}
}

/* One balance of all; the list of single statements stays with the parts. */
static int
add_ledgers(struct conversion *out)
{
	struct ledger *ledger = &out->mapping.ledger;
	struct ledger_table *tables;
	size_t count = 0;

	for (size_t i = 0; i < out->part_count; i++)
		count += out->parts[i].mapping.ledger.table_count;
	tables = arena_alloc(out->arena, (count + 1) * sizeof(*tables));
	if (tables == NULL)
		return error_set(&out->error, EHDS_ERROR_DOCUMENT, "map-memory", NULL, 0, 0,
		    "the documents need more memory than their limit allows");
	ledger->tables = tables;
	for (size_t i = 0; i < out->part_count; i++) {
		const struct ledger *part = &out->parts[i].mapping.ledger;

		ledger->count += part->count;
		ledger->mapped += part->mapped;
		ledger->text += part->text;
		ledger->dropped += part->dropped;
		ledger->coded += part->coded;
		ledger->coded_mapped += part->coded_mapped;
		add_tables(ledger, tables, part);
	}
	return 0;
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

static int
compose(struct conversion *out)
{
	if (is_stopped(out) || check_packs(out) != 0 || add_ledgers(out) != 0)
		return -1;
	return merge_parts(&out->mapping.bundle, out->parts, out->part_count, out->arena, &out->findings, &out->error);
}

void
convert_composed(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const struct convert_input *inputs, size_t count)
{
	struct source *sources = must_alloc(count * sizeof(*sources));
	struct road road = { .conversion = out, .converter = converter, .job = job };
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += inputs[i].length;
	road_open(&road, length);
	for (size_t i = 0; i < count; i++) {
		sources[i].input = &inputs[i];
		map_source(&sources[i], converter, job);
	}
	take_parts(out, sources, count);
	free(sources);
	if (compose(out) == 0)
		road_walk(&road, from_tree, sizeof(from_tree) / sizeof(from_tree[0]));
	else if (out->error.file[0] == '\0')
		snprintf(out->error.file, sizeof(out->error.file), "%s", job->name);
	road_close(&road);
}
