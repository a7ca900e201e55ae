/* SPDX-License-Identifier: EUPL-1.2 */
/* See rate.h. */
#include "rate.h"
#include "base/alloc.h"
#include "base/file.h"
#include "mapping/stylesheet.h"

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double SECONDS = 2.0;

double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void
fatal(const struct ehds_error *error)
{
	char line[1024];

	fprintf(stderr, "bench: %s\n", error_format(error, line, sizeof(line)));
	exit(2);
}

struct converter
converter_load(const char *mappings, const char *conformance)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings lint = findings_new(arena);
	struct ehds_error error = { 0 };
	struct mappings *loaded;
	struct conformance *facts;

	xml_open();
	stylesheet_open();
	if (mappings_load(&loaded, &mappings, 1, &lint, &error) != 0)
		fatal(&error);
	if (conformance_load(&facts, strcmp(conformance, "-") == 0 ? NULL : conformance, &error) != 0)
		fatal(&error);
	arena_free(&arena);
	return (struct converter){ loaded, facts, xml_limits_default };
}

struct buffer *
documents_read(char *const *names, size_t count)
{
	struct buffer *documents = must_alloc(count * sizeof(*documents));
	struct ehds_error error = { 0 };

	for (size_t i = 0; i < count; i++)
		if (file_read(&documents[i], names[i], 0, &error) != 0)
			fatal(&error);
	return documents;
}

void
documents_free(struct buffer **documents, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_free(&(*documents)[i]);
	free(*documents);
	*documents = NULL;
}

long
rate_cores(void)
{
	cpu_set_t cores;

	CPU_ZERO(&cores);
	return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

/* One worker converts all documents over and over; says how many it did. */
static uint64_t
work(const struct converter *converter, const struct buffer *documents, size_t count)
{
	static const struct convert_job job = { .name = "-" };
	double limit = now() + SECONDS;
	uint64_t done = 0;

	while (now() < limit)
		for (size_t i = 0; i < count; i++, done++) {
			struct conversion conversion = { 0 };

			convert_document(&conversion, converter, &job, documents[i].data, documents[i].length);
			conversion_free(&conversion);
		}
	return done;
}

double
rate_of_workers(const struct converter *converter, const struct buffer *documents, size_t count, long workers)
{
	size_t size = (size_t)workers * sizeof(uint64_t);
	uint64_t *done = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), sum = 0;
	double started = now(), rate;

	must(done != MAP_FAILED);
	for (long i = 0; i < workers; i++)
		if (fork() == 0) {
			done[i] = work(converter, documents, count);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	for (long i = 0; i < workers; i++)
		sum += done[i];
	rate = (double)sum / (now() - started);
	munmap(done, size);
	return rate;
}
