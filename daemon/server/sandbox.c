/* SPDX-License-Identifier: EUPL-1.2 */
/* See sandbox.h. */
#include "server/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define failed(error, what) \
	error_set(error, EHDS_ERROR_TEMPORARY, "sandbox", NULL, 0, 0, "the kernel refuses %s: %s", what, \
	    strerror(errno))

/* What the process has mapped: the first number of /proc/self/statm, in pages. */
static size_t __attribute__((unused))
address_space(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int
limit(int resource, size_t most)
{
	const struct rlimit value = { most, most };

	return setrlimit((__rlimit_resource_t)resource, &value);
}

int
sandbox_enter(const struct sandbox *sandbox, struct ehds_error *error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return failed(error, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return failed(error, "PR_SET_DUMPABLE");
#ifndef EHDS_SANITIZERS	/* they map terabytes for themselves */
	if (limit(RLIMIT_AS, address_space() + sandbox->memory) != 0)
		return failed(error, "a limit of memory");
#endif
	if (limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_NPROC, 0) != 0
	    || limit(RLIMIT_NOFILE, (size_t)sandbox->descriptors) != 0)
		return failed(error, "limits of files and processes");
	return 0;
}

void
sandbox_allow_seconds(unsigned seconds)
{
	struct timespec used;
	struct rlimit value = { RLIM_INFINITY, RLIM_INFINITY };

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0)
		return;
	/*
	 * The soft limit sends SIGXCPU, which ends the process; the hard one stays open for the next
	 * document.
	 */
	value.rlim_cur = (rlim_t)used.tv_sec + seconds + 1;
	setrlimit(RLIMIT_CPU, &value);
}

int
sandbox_die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return -1;
	return getppid() == parent ? 0 : -1;
}
