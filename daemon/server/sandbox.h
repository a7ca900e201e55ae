/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a worker gives up before it sees the first document: a worker reads documents that anybody may have
 * written, with libraries that have had their faults. After sandbox_enter it can read and write the socket that
 * it has, take memory up to a limit, and end. Four fences, each of which holds alone:
 *
 *	limits		memory, processor time, descriptors, size of files, processes: setrlimit(2)
 *	privileges	no capability, none to be had by executing, not traceable, no core: capset(2), prctl(2)
 *	Landlock	no file, no TCP port, no signal to others: landlock(7), where the kernel has it
 *	filter		a list of system calls and nothing else: seccomp(2)
 *
 * A call that is not on the list ends the worker with SIGSYS: a library does not make one by mistake, and
 * whoever makes one on purpose shall not have a second try. Only calls that look for a file are answered with
 * EPERM, because the C library makes them for its own good and can do without.
 *
 * Programs with sanitizers are let off two things, and only these: memory is not limited (they map terabytes
 * for themselves), and every call that is not on the list is answered with EPERM, since the run-time makes some.
 */
#ifndef EHDS_SERVER_SANDBOX_H
#define EHDS_SERVER_SANDBOX_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How much of it must be there: `sandbox' in ehdsd.yaml(5). */
enum sandbox_need {
	SANDBOX_REQUIRED,	/* the filter; Landlock where the kernel has it */
	SANDBOX_STRICT,		/* both */
	SANDBOX_BEST_EFFORT	/* whatever the kernel grants */
};

struct sandbox {
	size_t memory;		/* bytes of address space that the worker may add to what it has */
	int descriptors;	/* highest descriptor it may have is one less */
	enum sandbox_need need;
};

/* What the kernel grants. */
struct sandbox_grants {
	bool filter;
	int landlock;		/* version of its interface; 0: none */
};

void
sandbox_ask(struct sandbox_grants *out);

/* Whether that is enough. Error: CONFIG sandbox, with what is missing. */
int
sandbox_suffices(const struct sandbox_grants *grants, enum sandbox_need need, struct ehds_error *error);

/* Enters all four. Error: TEMPORARY sandbox; the process must not go on. */
int
sandbox_enter(const struct sandbox *sandbox, struct ehds_error *error);

/*
 * The fences that need a kernel which has them; each returns 0, or -1 with errno when there is none. For
 * sandbox_enter, and for tests of one alone.
 */
int
sandbox_landlock(void);

int
sandbox_landlock_version(void);		/* 0: there is none */

int
sandbox_filter(void);

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
