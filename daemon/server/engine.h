/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The engine: one process per generation of mappings. It loads mappings and conformance facts, and then
 * forks workers that share them copy-on-write. It holds no socket but the one to its broker, and sees no
 * document.
 *
 * The broker starts it as a program of its own (`ehdsd --engine ...`), not by fork: the broker has threads
 * and a ZeroMQ context by the time of a reload, and a fresh program has neither, nor the broker's
 * descriptors, nor its memory.
 */
#ifndef EHDS_SERVER_ENGINE_H
#define EHDS_SERVER_ENGINE_H

#include "server/configuration.h"

#include <sys/types.h>

#define ENGINE_OPTION "--engine"
#define ENGINE_DESCRIPTOR 3	/* its socket to the broker */

/*
 * Starts an engine for this configuration and generation number. program: path to execute. test: it runs
 * the cases that stand beside the packs, and fails when one does. Gives the broker's end of the socket and
 * the pid. Error: TEMPORARY "engine-start".
 */
int
engine_start(int *fd, pid_t *pid, const char *program, const struct configuration *configuration,
    int generation, bool test, struct ehds_error *error);

/* The engine's program: arguments after ENGINE_OPTION, made by engine_start. Returns the exit status. */
int
engine_main(int argc, char **argv);

#endif
