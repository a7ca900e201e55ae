/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the two benches share: loading, the documents, and how many of them N processes convert in a
 * second.
 */
#ifndef EHDS_BENCH_RATE_H
#define EHDS_BENCH_RATE_H

#include "base/buffer.h"
#include "convert/convert.h"

#include <stddef.h>

/* Monotonic, in seconds. */
double
now(void);

/*
 * Mappings and conformance facts ("-": what is built in); ends the program when they do not load.
 */
struct converter
converter_load(const char *mappings, const char *conformance);

/* The files' bytes; ends the program when one cannot be read. */
struct buffer *
documents_read(char *const *names, size_t count);

void
documents_free(struct buffer **documents, size_t count);

/* Cores that this process may use. */
long
rate_cores(void);

/* Documents a second of so many processes, forked as the daemon's workers are, over two seconds. */
double
rate_of_workers(const struct converter *converter, const struct buffer *documents, size_t count, long workers);

#endif
