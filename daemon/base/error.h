/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An error stops a step. It carries the place (file, line, column) and a text for the person who can cure
 * it; its kind says who that is, so the fate of a document is a table over kinds and never a chain of ifs.
 * What does not stop a step is a finding (finding.h).
 *
 * Whoever knows the place sets the error; callers pass it on unchanged.
 */
#ifndef EHDS_BASE_ERROR_H
#define EHDS_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

enum ehds_error_kind {
	EHDS_ERROR_NONE = 0,
	EHDS_ERROR_TEMPORARY,	/* nobody's fault now: retry */
	EHDS_ERROR_DOCUMENT,	/* the sender can cure it: refused, with an outcome */
	EHDS_ERROR_MAPPING,	/* the mapping author can cure it: held until corrected */
	EHDS_ERROR_CONFIG,	/* the operator can cure it: refuse to start or to reload */
};

struct ehds_error {
	enum ehds_error_kind kind;
	int line;		/* 1-based, 0 when there is none */
	int column;		/* 1-based, 0 when there is none */
	char rule[48];		/* stable rule id, e.g. "xml-doctype"; "" when there is none */
	char file[256];		/* "" when there is none */
	char text[512];		/* one line, valid UTF-8, whatever was put into it */
};

/*
 * Fills *error; error may be NULL. file may be NULL. Always returns -1, so that a function can
 * `return error_set(...)`. An error that is already set is overwritten: the first cause must return at once.
 */
int
error_set(struct ehds_error *error, enum ehds_error_kind kind, const char *rule, const char *file, int line,
    int column, const char *format, ...) __attribute__((format(printf, 7, 8)));

void
error_clear(struct ehds_error *error);

/* "document", "mapping", ...: the word used in logs and outcomes. */
const char *
error_kind_name(enum ehds_error_kind kind);

/*
 * Writes "FILE:LINE:COLUMN: error: RULE: TEXT" (parts that are unknown are left out) into out; always
 * NUL-terminated. Returns out.
 */
char *
error_format(const struct ehds_error *error, char *out, size_t size);

#endif
