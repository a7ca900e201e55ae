/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What each step of the road costs, as a ratio to what libxml2 alone needs to parse and free the
 * same bytes in the same run. Milliseconds tell about the machine; the ratio tells about the code.
 *
 *	bench/bench [--count|--types] MAPPINGS CONFORMANCE|- FILE...
 *
 * All steps of one document are measured in turns, round after round, and the best round of each
 * step counts: what disturbs one round (another process, a slower clock) disturbs all steps of it.
 * One process on one core, warm.
 *
 * With --count each step runs twice, inside counted(), and no time is taken: bench/count.sh lets callgrind count
 * the instructions of each call, which are the same however busy the machine is.
 *
 * With --types one line for each document type (pack): its most expensive document, measured by its bound, which is four
 * times the bare parse or 2 ms, whichever is more; and what a statement costs in its smallest and its largest document,
 * which tells whether cost grows faster than documents do.
 */
#include "rate.h"
#include "base/alloc.h"
#include "base/file.h"
#include "fhir/json.h"

#include <libxml/parser.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15 };

static const double ROUND_SECONDS = 0.02;

/* What xsltproc would do with a stylesheet that only copies: the floor of any XSLT mapping. */
static const char identity[] =
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
    "<xsl:template match='@*|node()'>"
    "<xsl:copy><xsl:apply-templates select='@*|node()'/></xsl:copy></xsl:template>"
    "</xsl:stylesheet>";

struct bench {
	struct converter converter;
	bool count;
	xsltStylesheet *identity;
	const char *name;
	struct buffer bytes;

	/* What the steps work on, made once per round and not timed. */
	struct arena *arena;
	struct ehds_findings findings;
	struct xml_source *source;
	const struct pack *pack;
	struct mapping_result mapping;
	xmlDoc *bare;
};

static void
fatal(const char *name, const struct ehds_error *error)
{
	fprintf(stderr, "bench: %s: %s\n", name, error->text);
	exit(2);
}

static xmlDoc *
read_bare(const struct bench *bench)
{
	return xmlReadMemory(bench->bytes.data, (int)bench->bytes.length, bench->name, NULL, XML_PARSE_NONET);
}

static void
step_bare(struct bench *bench)
{
	xmlFreeDoc(read_bare(bench));
}

static void
parse_source(struct bench *bench)
{
	struct ehds_error error = { 0 };

	xml_source_free(&bench->source);
	arena_reset(bench->arena);
	bench->findings = findings_new(bench->arena);
	if (xml_parse(&bench->source, bench->bytes.data, bench->bytes.length, bench->name,
	    &bench->converter.limits, bench->arena, &bench->findings, &error) != 0)
		fatal(bench->name, &error);
}

static void
step_parse(struct bench *bench)
{
	parse_source(bench);
	xml_source_free(&bench->source);
}

static void
step_detect(struct bench *bench)
{
	struct ehds_error error = { 0 };

	bench->pack = mappings_detect(bench->converter.mappings, bench->source, bench->arena, NULL, &error);
	if (bench->pack == NULL)
		fatal(bench->name, &error);
}

static void
step_map(struct bench *bench)
{
	struct mapping_job job = { .name = bench->name };
	struct ehds_error error = { 0 };

	if (mapping_run(&bench->mapping, bench->pack, bench->source, &job, bench->arena, &bench->findings,
	    &error) != 0)
		fatal(bench->name, &error);
}

static void
step_gate(struct bench *bench)
{
	struct ehds_findings findings = findings_new(bench->arena);

	gate_check(bench->converter.conformance, bench->mapping.bundle, pack_profile(bench->pack), bench->arena,
	    &findings);
}

static void
step_json(struct bench *bench)
{
	struct buffer out = { 0 };
	struct ehds_error error = { 0 };

	if (fhir_json_write(&out, bench->mapping.bundle, false, &error) != 0)
		fatal(bench->name, &error);
	buffer_free(&out);
}

static void
step_identity(struct bench *bench)
{
	xmlFreeDoc(xsltApplyStylesheet(bench->identity, bench->bare, NULL));
}

static void
step_convert(struct bench *bench)
{
	struct conversion conversion = { 0 };
	struct convert_job job = { .name = bench->name };

	convert_document(&conversion, &bench->converter, &job, bench->bytes.data, bench->bytes.length);
	conversion_free(&conversion);
}

static void
prepare_parsed(struct bench *bench)
{
	mapping_result_free(&bench->mapping);
	parse_source(bench);
	step_detect(bench);
}

static void
prepare_mapped(struct bench *bench)
{
	prepare_parsed(bench);
	step_map(bench);
}

static void
prepare_bare(struct bench *bench)
{
	xmlFreeDoc(bench->bare);
	bench->bare = read_bare(bench);
	must(bench->bare != NULL);
}

/* once: the step uses up what was prepared, so that each call is prepared and timed alone. */
struct step {
	const char *name;
	void (*prepare)(struct bench *);
	void (*run)(struct bench *);
	bool once;
};

static const struct step steps[] = {
	{ "libxml2 parse + free", NULL, step_bare, false },
	{ "guard + parse + free", NULL, step_parse, false },
	{ "detect", prepare_parsed, step_detect, false },
	{ "map", prepare_parsed, step_map, true },
	{ "gate", prepare_mapped, step_gate, false },
	{ "JSON", prepare_mapped, step_json, false },
	{ "whole convert_document", NULL, step_convert, false },
	{ "(libxslt identity copy)", prepare_bare, step_identity, false },
};

enum { STEP_COUNT = sizeof(steps) / sizeof(steps[0]) };

/* Where callgrind counts; known to bench/count.sh by name, so that it must stay a function of that name. */
void
counted(struct bench *bench, const struct step *step);

__attribute__((noinline)) void
counted(struct bench *bench, const struct step *step)
{
	step->run(bench);
}

/* The second call is the one that matters: the first fills what is kept from one document to the next. */
static void
count_steps(struct bench *bench)
{
	for (size_t i = 0; i < STEP_COUNT; i++) {
		for (int call = 0; call < 2; call++) {
			if (steps[i].prepare != NULL)
				steps[i].prepare(bench);
			counted(bench, &steps[i]);
		}
		printf("%s\t%s\n", bench->name, steps[i].name);
	}
}

/* Seconds per call in one round. */
static double
time_step(struct bench *bench, const struct step *step)
{
	double spent = 0, started, limit = now() + 4 * ROUND_SECONDS;
	unsigned long calls = 0;

	if (step->prepare != NULL)
		step->prepare(bench);
	while (spent < ROUND_SECONDS && now() < limit) {
		if (step->once && calls > 0)
			step->prepare(bench);
		started = now();
		step->run(bench);
		spent += now() - started;
		calls++;
	}
	return spent / (double)calls;
}

static void
measure(struct bench *bench, double best[STEP_COUNT])
{
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < STEP_COUNT; i++) {
			double seconds = time_step(bench, &steps[i]);

			if (round == 0 || seconds < best[i])
				best[i] = seconds;
		}
}

static void
print_table(const struct bench *bench, const double best[STEP_COUNT])
{
	const char *slash = strrchr(bench->name, '/');
	double parts = 0;	/* steps measured alone; what else the whole does is the difference */

	printf("\n%s, %zu bytes, pack %s\n", slash != NULL ? slash + 1 : bench->name, bench->bytes.length,
	    pack_name(bench->pack));
	printf("  %-26s %10s %8s\n", "step", "ms", "ratio");
	for (size_t i = 0; i < STEP_COUNT; i++) {
		printf("  %-26s %10.4f %8.2f\n", steps[i].name, 1e3 * best[i], best[i] / best[0]);
		if (steps[i].run == step_convert)
			printf("  %-26s %10.4f %8.2f\n", "  outcome, cold caches", 1e3 * (best[i] - parts),
			    (best[i] - parts) / best[0]);
		parts += i > 0 ? best[i] : 0;
	}
}

static void
bench_free_document(struct bench *bench)
{
	mapping_result_free(&bench->mapping);
	xml_source_free(&bench->source);
	xmlFreeDoc(bench->bare);
	bench->bare = NULL;
	buffer_free(&bench->bytes);
}

/* Documents that no pack takes, or that it refuses, have no steps to measure. */
static bool
is_convertible(struct bench *bench)
{
	struct conversion conversion = { 0 };
	struct convert_job job = { .name = bench->name };
	bool made;

	convert_document(&conversion, &bench->converter, &job, bench->bytes.data, bench->bytes.length);
	made = conversion.result.length > 0;
	if (!made && !bench->count)
		printf("\n%s: left out: %s\n", bench->name, conversion.error.text);
	conversion_free(&conversion);
	return made;
}

static void
bench_file(struct bench *bench, const char *name)
{
	struct ehds_error error = { 0 };
	double best[STEP_COUNT] = { 0 };

	bench->name = name;
	if (file_read(&bench->bytes, name, 0, &error) != 0)
		fatal(name, &error);
	if (!is_convertible(bench)) {
		bench_free_document(bench);
		return;
	}
	if (bench->count) {
		count_steps(bench);
	} else {
		measure(bench, best);
		print_table(bench, best);
	}
	bench_free_document(bench);
}

/* ---- A line for each document type ------------------------------------------------------------------------------ */

enum { TYPES_MAX = 256, STATEMENTS_LEAST = 3 };

static const double FILE_SECONDS = 0.06;
static const double BOUND_RATIO = 4, BOUND_SECONDS = 0.002;

struct cost {
	size_t bytes, statements;
	double bare, whole;		/* seconds */
};

struct document_type {
	const char *pack;
	size_t documents;
	struct cost worst, small, large;	/* small, large: of those with statements */
};

static double
bound_of(const struct cost *cost)
{
	return BOUND_RATIO * cost->bare > BOUND_SECONDS ? BOUND_RATIO * cost->bare : BOUND_SECONDS;
}

/* The pack that converts the document and how many statements it found; NULL when none does. */
static const char *
try_conversion(struct bench *bench, size_t *statements)
{
	struct conversion conversion = { 0 };
	struct convert_job job = { .name = bench->name };
	const char *pack;

	convert_document(&conversion, &bench->converter, &job, bench->bytes.data, bench->bytes.length);
	pack = conversion.result.length > 0 && conversion.pack != NULL ? pack_name(conversion.pack) : NULL;
	*statements = conversion.mapping.ledger.count;
	conversion_free(&conversion);
	return pack;
}

/* In turns, so that what disturbs one disturbs the other; the best of the rounds. */
static void
time_whole(struct bench *bench, struct cost *cost)
{
	double limit = now() + FILE_SECONDS;
	int rounds;

	cost->bytes = bench->bytes.length;
	cost->bare = cost->whole = 1e9;
	for (rounds = 0; rounds < 3 || now() < limit; rounds++) {
		double started = now(), between, ended;

		step_bare(bench);
		between = now();
		step_convert(bench);
		ended = now();
		cost->bare = between - started < cost->bare ? between - started : cost->bare;
		cost->whole = ended - between < cost->whole ? ended - between : cost->whole;
	}
}

static void
type_add(struct document_type *type, const struct cost *cost)
{
	if (type->documents++ == 0 || cost->whole / bound_of(cost) > type->worst.whole / bound_of(&type->worst))
		type->worst = *cost;
	if (cost->statements < STATEMENTS_LEAST)
		return;
	if (type->small.statements == 0 || cost->statements < type->small.statements)
		type->small = *cost;
	if (cost->statements > type->large.statements)
		type->large = *cost;
}

static struct document_type *
type_of(struct document_type *types, size_t *count, const char *pack)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (strcmp(types[i].pack, pack) == 0)
			return &types[i];
	must(*count < TYPES_MAX);
	types[*count] = (struct document_type){ .pack = pack };
	return &types[(*count)++];
}

static void
print_statement(const struct cost *cost)
{
	if (cost->statements > 0)
		printf(" %7zu %9.1f", cost->statements, 1e6 * cost->whole / (double)cost->statements);
	else
		printf(" %7s %9s", "-", "-");
}

static int
compare_types(const void *a, const void *b)
{
	return strcmp(((const struct document_type *)a)->pack, ((const struct document_type *)b)->pack);
}

static void
print_types(struct document_type *types, size_t count)
{
	size_t i, over = 0;

	qsort(types, count, sizeof(*types), compare_types);
	printf("\n%-28s %4s | %8s %8s %8s %6s %6s |%8s %9s %7s %9s\n", "whole conversion, by type", "docs", "bytes",
	    "bare ms", "whole ms", "ratio", "", "smallest", "us/statem.", "largest", "us/statem.");
	for (i = 0; i < count; i++) {
		const struct cost *worst = &types[i].worst;
		bool within = worst->whole <= bound_of(worst);

		over += !within;
		printf("%-28.28s %4zu | %8zu %8.3f %8.3f %6.2f %6s |", types[i].pack, types[i].documents, worst->bytes,
		    1e3 * worst->bare, 1e3 * worst->whole, worst->whole / worst->bare, within ? "" : "OVER");
		print_statement(&types[i].small);
		print_statement(&types[i].large);
		printf("\n");
	}
	printf("%zu types, %zu over the bound (4 times the bare parse or 2 ms)\n", count, over);
}

static void
bench_types(struct bench *bench, char *const *names, size_t count)
{
	struct document_type *types = must_alloc(TYPES_MAX * sizeof(*types));
	size_t type_count = 0, left_out = 0, i;

	for (i = 0; i < count; i++) {
		struct ehds_error error = { 0 };
		struct cost cost = { 0 };
		const char *pack;

		bench->name = names[i];
		if (file_read(&bench->bytes, names[i], 0, &error) != 0)
			fatal(names[i], &error);
		pack = try_conversion(bench, &cost.statements);
		if (pack != NULL) {
			time_whole(bench, &cost);
			type_add(type_of(types, &type_count, pack), &cost);
		}
		left_out += pack == NULL;
		buffer_free(&bench->bytes);
	}
	print_types(types, type_count);
	printf("%zu documents are refused and not measured\n", left_out);
	free(types);
}

/* 1, 2, 4 ... and all of them. */
static long
next_workers(long workers, long available)
{
	return workers < available && 2 * workers > available ? available : 2 * workers;
}

static void
bench_scaling(const struct bench *bench, char *const *names, size_t count)
{
	struct buffer *documents = documents_read(names, count);
	long available = rate_cores();
	double one = 0;

	printf("\n  %-26s %10s %8s\n", "workers (processes)", "docs/s", "to one");
	fflush(stdout);
	for (long workers = 1; workers <= available; workers = next_workers(workers, available)) {
		double rate = rate_of_workers(&bench->converter, documents, count, workers);

		one = workers == 1 ? rate : one;
		printf("  %-26ld %10.0f %8.2f\n", workers, rate, rate / one);
		fflush(stdout);
	}
	documents_free(&documents, count);
}

int
main(int argc, char **argv)
{
	struct bench bench = { 0 };
	bool types = false;

	if (argc > 1 && (strcmp(argv[1], "--count") == 0 || strcmp(argv[1], "--types") == 0)) {
		bench.count = argv[1][2] == 'c';
		types = argv[1][2] == 't';
		argv++;
		argc--;
	}
	if (argc < 4) {
		fprintf(stderr, "Usage: bench [--count|--types] MAPPINGS CONFORMANCE|- FILE...\n");
		return 2;
	}
	bench.converter = converter_load(argv[1], argv[2]);
	if (types) {
		bench_types(&bench, argv + 3, (size_t)argc - 3);
		return 0;
	}
	bench.identity = xsltParseStylesheetDoc(
	    xmlReadMemory(identity, sizeof(identity) - 1, "identity", NULL, 0));
	must(bench.identity != NULL);
	bench.arena = arena_new(0);
	if (!bench.count)
		printf("one process, one core, best of %d rounds; ratio: to libxml2 parse + free\n", ROUNDS);
	for (int i = 3; i < argc; i++)
		bench_file(&bench, argv[i]);
	if (!bench.count)
		bench_scaling(&bench, argv + 3, (size_t)argc - 3);
	return 0;
}
