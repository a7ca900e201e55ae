/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What ehdsctl says to a person on standard error: diagnostics in compiler form and, while many
 * files go through, a progress line on a terminal. Whatever comes from a document is stripped of
 * control characters first, because a terminal obeys them.
 */
#ifndef EHDS_CTL_CONSOLE_H
#define EHDS_CTL_CONSOLE_H

#include "base/error.h"
#include "base/finding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Writes text; control characters other than newline and tab become '?'. */
void
console_write(FILE *out, const char *text, size_t length);

/* "FILE:LINE:COLUMN: error: RULE: TEXT". */
void
console_error(const struct ehds_error *error);

/* Every finding of at least that severity, one line each. */
void
console_findings(const struct ehds_findings *findings, enum ehds_severity least);

struct progress {
	bool shown;		/* more than one file, and standard error is a terminal */
	size_t done, total;
};

struct progress
progress_new(size_t total);

/* "[3/20] name", written over the line before. */
void
progress_step(struct progress *progress, const char *name);

/* Takes the line away; call before anything else is written, and at the end. */
void
progress_clear(const struct progress *progress);

#endif
