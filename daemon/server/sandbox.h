/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a worker gives up before it sees the first document. The kernel's own limits now; a filter of system
 * calls belongs into the same function.
 */
#ifndef EHDS_SERVER_SANDBOX_H
#define EHDS_SERVER_SANDBOX_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

struct sandbox {
	size_t memory;		/* bytes of address space that the worker may add to what it has */
	int descriptors;	/* highest descriptor it may have is one less */
};

/*
 * Dies with its parent; may not be traced or dumped, gain privileges, write files, open more files, start
 * processes.
 */
int
sandbox_enter(const struct sandbox *sandbox, struct ehds_error *error);

/*
 * The kernel kills this process when it has used `seconds` more of processor time. Called before each
 * document.
 */
void
sandbox_allow_seconds(unsigned seconds);

/*
 * The kernel kills this process when its parent ends. parent: the process that it must still have. Returns
 * 0, or -1 when the parent is gone already.
 */
int
sandbox_die_with(pid_t parent);

#endif
