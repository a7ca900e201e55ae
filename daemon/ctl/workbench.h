/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the offline verbs share: where mappings and conformance facts lie, and loading them as the
 * daemon does. --mappings (repeatable) comes before EHDS_MAPPINGS (folders separated by ':'), that
 * before the installed folder.
 */
#ifndef EHDS_CTL_WORKBENCH_H
#define EHDS_CTL_WORKBENCH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "convert/convert.h"
#include "ctl/command.h"

#include <stdbool.h>

enum { WORKBENCH_FOLDERS = 16 };

/* Letters of the options that every offline verb knows. */
enum { OPTION_MAPPINGS = 1000, OPTION_CONFORMANCE };

#define WORKBENCH_OPTIONS                                                                              \
	{ OPTION_MAPPINGS, "mappings", "DIR",                                                          \
	    "folder of mappings; may be given again, later ones override\n"                            \
	    "(default: EHDS_MAPPINGS, else the installed ones)" },                                     \
	{ OPTION_CONFORMANCE, "conformance", "DIR",                                                    \
	    "folder of conformance facts (default: EHDS_CONFORMANCE,\nelse the installed ones)" }

struct workbench {
	const char *folders[WORKBENCH_FOLDERS];	/* borrows */
	size_t folder_count;
	const char *conformance_folder;		/* borrows; NULL: what is built in */
	char *environment;			/* owns: the copy of EHDS_MAPPINGS that folders point into */
	struct arena *arena;			/* owns: findings of the load */
	struct ehds_findings lint;
	struct mappings *mappings;		/* owns */
	struct conformance *conformance;	/* owns */
	struct converter converter;		/* borrows both */
};

/* One more folder of mappings (borrowed). Says so and returns -1 when there are too many. */
int
workbench_add_folder(struct workbench *workbench, const struct command *command, const char *folder);

/*
 * Takes the letter, which is one of WORKBENCH_OPTIONS, with optarg. Says what is wrong and returns
 * -1.
 */
int
workbench_option(struct workbench *workbench, const struct command *command, int letter);

/*
 * Loads what the options say. Mistakes are written to standard error; returns CTL_DONE or
 * CTL_USAGE. Findings under least are not shown. workbench_close in both cases.
 */
int
workbench_open(struct workbench *workbench, enum ehds_severity least);

/* The conformance folder that the options and the environment name; NULL: what is built in. */
const char *
workbench_conformance_folder(const struct workbench *workbench);

/* Conformance alone, for verbs that need no mappings. */
int
workbench_open_conformance(struct workbench *workbench);

void
workbench_close(struct workbench *workbench);

/* Whether the pack is there; else says so, with "did you mean". */
bool
workbench_has_pack(const struct workbench *workbench, const struct command *command, const char *name);

/*
 * Reads path ("-": standard input), up to the converter's limit. Says what went wrong and returns
 * CTL_USAGE, or CTL_NOT_CONFORMANT for a document over the limit.
 */
int
workbench_read(const struct workbench *workbench, struct buffer *out, const char *path);

/*
 * --date: *date is text if that is an instant (FHIR R4 4.0.1, datatypes.html, instant). Else says so
 * and returns -1.
 */
int
workbench_date(const struct command *command, const char **date, const char *text);

#endif
