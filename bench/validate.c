/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What validation costs: the load of all facts, each FHIR document against what libxml2 alone needs to parse and free it in
 * the same run, and whether the cost grows with the number of entries and no faster.
 *
 *	bench/validate CONFORMANCE SEED FILE...
 *	bench/validate --ms CONFORMANCE FILE		milliseconds alone, for scripts
 *
 * SEED is a document Bundle in XML whose Composition refers to an entry: that entry is repeated, with a fullUrl and a
 * reference of its own each time. One process on one core, warm, best of several rounds.
 */
#include "rate.h"
#include "base/alloc.h"
#include "base/file.h"
#include "convert/validate.h"
#include "fhir/tree.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double SECONDS_EACH = 0.4;
static const size_t sizes[] = { 10, 100, 1000, 5000 };

/* The project's own bounds of a document, raised so that 5,000 entries fit. */
enum { ELEMENTS = 4000000 };

struct cost {
	double bare, validated;		/* seconds, the best of the rounds */
	bool conformant;
};

static void
step_bare(const struct buffer *bytes, const char *name)
{
	xmlFreeDoc(xmlReadMemory(bytes->data, (int)bytes->length, name, NULL, XML_PARSE_NONET | XML_PARSE_HUGE));
}

static bool
step_validate(const struct converter *converter, const struct buffer *bytes, const char *name)
{
	struct validation validation = { 0 };
	bool conformant;

	validate_document(&validation, converter, name, NULL, bytes->data, bytes->length);
	conformant = validation.conformant;
	validation_free(&validation);
	return conformant;
}

/* In turns, so that what disturbs one disturbs the other. */
static struct cost
measure(const struct converter *converter, const struct buffer *bytes, const char *name)
{
	struct cost cost = { 1e9, 1e9, false };
	double limit = now() + 2 * SECONDS_EACH;
	int rounds = 0;

	for (; rounds < 3 || now() < limit; rounds++) {
		double started = now(), between, ended;

		step_bare(bytes, name);
		between = now();
		cost.conformant = step_validate(converter, bytes, name);
		ended = now();
		cost.bare = between - started < cost.bare ? between - started : cost.bare;
		cost.validated = ended - between < cost.validated ? ended - between : cost.validated;
	}
	return cost;
}

/* ---- Growth -------------------------------------------------------------------------------------------------- */

/* The first section entry of the Composition, and the Bundle entry that it refers to. */
static bool
find_pair(xmlNode *bundle, xmlNode **reference, xmlNode **entry)
{
	xmlNode *composition = fhir_child(fhir_child(fhir_child(bundle, "entry"), "resource"), "Composition");
	xmlNode *section = fhir_child(composition, "section");
	const char *url;

	*reference = fhir_child(section, "entry");
	url = fhir_child_value(*reference, "reference");
	for (*entry = fhir_child(bundle, "entry"); *entry != NULL && url != NULL; *entry = fhir_next(*entry))
		if (fhir_child_value(*entry, "fullUrl") != NULL && strcmp(fhir_child_value(*entry, "fullUrl"), url) == 0)
			return true;
	return false;
}

static void
add_copy(xmlNode *reference, xmlNode *entry, size_t number)
{
	xmlNode *reference_copy = xmlCopyNode(reference, 1), *entry_copy = xmlCopyNode(entry, 1);
	char url[64];

	snprintf(url, sizeof(url), "urn:uuid:20000000-0000-4000-8000-%012zu", number);
	must(reference_copy != NULL && entry_copy != NULL);
	xmlSetProp(fhir_child(reference_copy, "reference"), (const xmlChar *)"value", (const xmlChar *)url);
	xmlSetProp(fhir_child(entry_copy, "fullUrl"), (const xmlChar *)"value", (const xmlChar *)url);
	xmlAddNextSibling(reference, reference_copy);
	xmlAddNextSibling(entry, entry_copy);
}

/* False when the seed has not the shape that is wanted. */
static bool
grow(struct buffer *out, const struct buffer *seed, size_t entries)
{
	xmlDoc *doc = xmlReadMemory(seed->data, (int)seed->length, "seed", NULL, XML_PARSE_NONET);
	xmlNode *reference, *entry, *bundle = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
	size_t there = 0;
	xmlChar *text;
	int length;

	if (bundle == NULL || !find_pair(bundle, &reference, &entry)) {
		xmlFreeDoc(doc);
		return false;
	}
	for (const xmlNode *at = fhir_child(bundle, "entry"); at != NULL; at = fhir_next(at))
		there++;
	for (; there < entries; there++)
		add_copy(reference, entry, there);
	xmlDocDumpMemory(doc, &text, &length);
	buffer_append(out, (const char *)text, (size_t)length);
	xmlFree(text);
	xmlFreeDoc(doc);
	return true;
}

static void
print_growth(struct converter converter, const char *name)
{
	struct buffer seed = { 0 };
	struct ehds_error error = { 0 };

	if (file_read(&seed, name, 0, &error) != 0) {
		fprintf(stderr, "bench: %s\n", error.text);
		exit(2);
	}
	converter.limits.elements = ELEMENTS;
	printf("\n  %-10s %10s %12s %8s %14s\n", "entries", "bytes", "validated ms", "ratio", "us each entry");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buffer bytes = { 0 };
		struct cost cost;

		if (!grow(&bytes, &seed, sizes[i])) {
			printf("  %s is no document Bundle that can be made longer\n", name);
			break;
		}
		cost = measure(&converter, &bytes, "grown");
		printf("  %-10zu %10zu %12.3f %8.2f %14.2f%s\n", sizes[i], bytes.length, 1e3 * cost.validated,
		    cost.validated / cost.bare, 1e6 * cost.validated / (double)sizes[i],
		    cost.conformant ? "" : "  (not conformant)");
		buffer_free(&bytes);
	}
	buffer_free(&seed);
}

/* ---- The rest ------------------------------------------------------------------------------------------------ */

static double
resident_mib(void)
{
	char line[256];
	FILE *status = fopen("/proc/self/status", "r");
	double kib = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtod(line + 6, NULL);
	if (status != NULL)
		fclose(status);
	return kib / 1024;
}

static struct converter
load(const char *folder, bool quiet)
{
	struct converter converter = { .limits = xml_limits_default };
	struct conformance *facts;
	struct ehds_error error = { 0 };
	double started, before;

	xml_open();
	before = resident_mib();
	started = now();
	if (conformance_load(&facts, folder, &error) != 0) {
		fprintf(stderr, "bench: %s\n", error.text);
		exit(2);
	}
	converter.conformance = facts;
	if (!quiet)
		printf("\nfacts of all packages: loaded in %.0f ms, %.0f MiB\n", 1e3 * (now() - started), resident_mib() - before);
	return converter;
}

static struct cost
measure_file(const struct converter *converter, const char *name, size_t *length)
{
	struct buffer bytes = { 0 };
	struct ehds_error error = { 0 };
	struct cost cost;

	if (file_read(&bytes, name, 0, &error) != 0) {
		fprintf(stderr, "bench: %s\n", error.text);
		exit(2);
	}
	*length = bytes.length;
	cost = measure(converter, &bytes, name);
	buffer_free(&bytes);
	return cost;
}

int
main(int argc, char **argv)
{
	struct converter converter;
	struct cost cost;
	size_t length;

	if (argc == 4 && strcmp(argv[1], "--ms") == 0) {
		converter = load(argv[2], true);
		cost = measure_file(&converter, argv[3], &length);
		printf("%.3f\n", 1e3 * cost.validated);
		return 0;
	}
	if (argc < 3) {
		fprintf(stderr, "Usage: validate CONFORMANCE SEED FILE...\n");
		return 2;
	}
	converter = load(argv[1], false);
	printf("\n  %-46s %8s %8s %12s %8s\n", "validated", "bytes", "bare ms", "validated ms", "ratio");
	for (int i = 3; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		cost = measure_file(&converter, argv[i], &length);
		printf("  %-46.46s %8zu %8.3f %12.3f %8.2f\n", slash != NULL ? slash + 1 : argv[i], length, 1e3 * cost.bare,
		    1e3 * cost.validated, cost.validated / cost.bare);
	}
	print_growth(converter, argv[2]);
	return 0;
}
