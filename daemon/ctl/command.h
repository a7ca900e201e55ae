/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The command line of one verb as a table: parsing, help and "did you mean" all read it, so they
 * cannot disagree. Built on getopt_long(3), whose optarg and optind the verb uses as usual.
 */
#ifndef EHDS_CTL_COMMAND_H
#define EHDS_CTL_COMMAND_H

#include "base/finding.h"

struct command_option {
	int letter;		/* what command_next returns; a letter or digit: the short option too */
	const char *name;	/* long option; NULL ends the table */
	const char *argument;	/* what follows it ("FILE"); NULL: nothing */
	const char *help;	/* one line; lines after a newline are indented alike */
};

struct command {
	const char *name;		/* "convert" */
	const char *arguments;		/* "[FILE...]"; "" for none */
	const char *summary;		/* one line: what it does */
	const char *text;		/* what else a person must know, lines of at most 78 columns; NULL */
	const struct command_option *options;	/* --help is added to every table */
};

/* What command_next returns besides letters of the table. */
enum {
	COMMAND_END = -1,	/* optind is the first operand */
	COMMAND_HELP = -2,	/* help was written to standard output: return CTL_DONE */
	COMMAND_WRONG = -3,	/* said so on standard error: return CTL_USAGE */
};

/* The next option of the command line. Options and operands may be mixed; "--" ends the options. */
int
command_next(const struct command *command, int argc, char **argv);

/*
 * Says "ehdsctl VERB: TEXT" and where help is on standard error. Returns CTL_USAGE, so that a verb
 * can `return command_wrong(...)`.
 */
int
command_wrong(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Usage, summary, options and text to standard output. */
void
command_help(const struct command *command);

/*
 * The index of word in the NULL-terminated names; -1, and said so with "did you mean" on standard
 * error, when it is none of them. option: what it was given for ("--as").
 */
int
command_choice(const struct command *command, const char *option, const char *word, const char *const *names);

/* --level: fills *level from its name; says what is wrong and returns -1. */
int
command_level(const struct command *command, enum ehds_severity *level, const char *word);

#endif
