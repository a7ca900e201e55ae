/* SPDX-License-Identifier: EUPL-1.2 */
/* A worker: one document at a time, from its socket, through convert_document, back to its socket. */
#ifndef EHDS_SERVER_WORKER_H
#define EHDS_SERVER_WORKER_H

#include "convert/convert.h"
#include "server/sandbox.h"

struct worker_settings {
	struct converter converter;
	const char *generation;		/* hash of the mappings */
	size_t document;		/* most bytes of one */
	size_t memory;
	unsigned seconds;
	enum sandbox_need sandbox;
};

/* Enters the sandbox and serves until the broker closes the socket. Returns the exit status. */
int
worker_main(int fd, const struct worker_settings *settings);

#endif
