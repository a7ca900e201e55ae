/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the verbs that speak to a running daemon share: its control socket, and its answers as a person
 * reads them.
 */
#ifndef EHDS_CTL_ONLINE_H
#define EHDS_CTL_ONLINE_H

#include "ctl/command.h"
#include "ctl/selection.h"
#include "format/json.h"
#include "wire/control_client.h"

enum { OPTION_CONTROL = 1100, OPTION_WATCH, OPTION_JSON, OPTION_SENDER, OPTION_PACK, OPTION_RULE };

#define ONLINE_OPTION                                                                                  \
	{ OPTION_CONTROL, "control", "ENDPOINT",                                                       \
	    "control socket of the daemon (default: EHDS_CONTROL, else\n"                              \
	    "ipc:///run/ehdsd/control, else the one below $XDG_STATE_HOME)" }

/* Which documents, by what they are. */
#define ONLINE_SELECTION                                                                               \
	{ 's', "state", "STATE",                                                                       \
	    "those that are received, converted, forwarded, done,\nrefused or held" },                 \
	{ OPTION_SENDER, "sender", "NAME", "those of this sender" },                                   \
	{ OPTION_PACK, "pack", "PACK", "those that this pack took" },                                  \
	{ OPTION_RULE, "rule", "RULE", "those whose reason begins with this" }

/* What a verb that speaks to the daemon was told on its command line. */
struct online_options {
	const char *control;		/* NULL: the default */
	const char *why;		/* -w; NULL */
	bool json, watch;
	struct selection selection;
};

/*
 * Reads the whole command line of a verb whose table is made of the options above. Returns COMMAND_END, with
 * optind at the operands, or the exit status that the verb returns.
 */
int
online_options(struct online_options *out, const struct command *command, int argc, char **argv);

/* The same for a verb without operands. */
int
online_options_only(struct online_options *out, const struct command *command, int argc, char **argv);

/*
 * Asks the daemon. control NULL: the default. Says what went wrong; returns CTL_DONE with *out to be freed,
 * or CTL_UNREACHABLE, CTL_USAGE, CTL_NOT_CONFORMANT (what the daemon said no to).
 */
int
online_ask(struct control_answer *out, const char *control, const struct wire_header *request, int wait);

/*
 * A verb that does something with documents and prints "ID: done" for each: retry, release, drop, hold. They
 * are named by ids, or by what they are; state: those meant when only something else was said of them.
 * header.request is filled by the caller. Returns an exit status.
 */
int
online_act(const struct command *command, int argc, char **argv, const struct online_options *options,
    struct wire_header *request, const char *state, const char *done);

/* The whole of such a verb that wants a reason (--why): drop, hold. Returns an exit status. */
int
online_act_why(const struct command *command, int argc, char **argv, struct wire_header *request, const char *state,
    const char *done);

/* The answer's body as JSON; NULL, and said so, when it is none. The arena holds it. */
const struct json *
online_body(const struct control_answer *answer, struct arena *arena);

/* A line of "key  value" with the value filtered for a terminal. Values NULL are passed over. */
void
online_line(const char *key, const char *value);

/*
 * Each issue of an OperationOutcome in compiler form, of at least that severity, to standard error. name:
 * of the document.
 */
void
online_issues(const char *name, const struct json *outcome, enum ehds_severity least);

#endif
