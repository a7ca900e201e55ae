/* SPDX-License-Identifier: EUPL-1.2 */
/* One question to a running daemon at its control socket. */
#ifndef EHDS_WIRE_CONTROL_CLIENT_H
#define EHDS_WIRE_CONTROL_CLIENT_H

#include "wire/protocol.h"

struct control_answer {
	char *code, *text;		/* own; NULL when it was done */
	struct buffer body;		/* owns: JSON, or empty */
};

/*
 * Asks and waits, at most so many milliseconds (-1: without end) after the daemon was reached, 2 seconds
 * until it is. Errors: TEMPORARY "unreachable" (nobody is there, or does not answer), of endpoint_check.
 */
int
control_ask(struct control_answer *out, const char *endpoint, const struct wire_header *request, int wait,
    struct ehds_error *error);

void
control_answer_free(struct control_answer *answer);

#endif
