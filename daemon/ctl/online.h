/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the verbs that speak to a running daemon share: its control socket, and its answers as a person
 * reads them.
 */
#ifndef EHDS_CTL_ONLINE_H
#define EHDS_CTL_ONLINE_H

#include "ctl/command.h"
#include "format/json.h"
#include "wire/control_client.h"

enum { OPTION_CONTROL = 1100, OPTION_JSON };

#define ONLINE_OPTION                                                                                  \
	{ OPTION_CONTROL, "control", "ENDPOINT",                                                       \
	    "control socket of the daemon (default: EHDS_CONTROL, else\n"                              \
	    "ipc:///run/ehdsd/control, else the one below $XDG_STATE_HOME)" }

/*
 * Asks the daemon. control NULL: the default. Says what went wrong; returns CTL_DONE with *out to be freed,
 * or CTL_UNREACHABLE, CTL_USAGE, CTL_NOT_CONFORMANT (what the daemon said no to).
 */
int
online_ask(struct control_answer *out, const char *control, const struct wire_header *request, int wait);

/*
 * A verb that names one document and prints nothing but "ID: done": retry, release, drop. header.request
 * and, for drop, header.text are filled by the caller.
 */
int
online_act(const struct command *command, int argc, char **argv, const char *control,
    struct wire_header *request, const char *done);

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
