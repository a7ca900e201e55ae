/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The broker: sockets, journal, forwarding, control. It never parses a document. One thread, one loop; the
 * journal has a thread of its own, so that no socket ever waits for a disk.
 */
#ifndef EHDS_SERVER_BROKER_H
#define EHDS_SERVER_BROKER_H

#include "server/configuration.h"

struct broker_start {
	const char *file;		/* configuration, NULL: none */
	const char *program;		/* to execute as an engine */
	struct environment environment;
};

/*
 * Runs until SIGTERM, SIGINT or the control verb stop. Returns an exit status: 0 after a clean stop, 2 when
 * the configuration or the mappings are wrong (said in the log), 1 when the system is.
 */
int
broker_run(const struct broker_start *start);

/*
 * Loads configuration and mappings as a start would, says on standard output what the kernel grants, and
 * ends.
 */
int
broker_check(const struct broker_start *start);

#endif
