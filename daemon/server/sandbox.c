/* SPDX-License-Identifier: EUPL-1.2 */
/* See sandbox.h. */
#include "server/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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

/* Every capability out of every set; bounding and ambient sets may be closed already. */
static int
drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 }, { 0, 0, 0 } };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	return (int)syscall(SYS_capset, &head, none);
}

static int
set_limits(const struct sandbox *sandbox)
{
#ifndef EHDS_SANITIZERS
	if (limit(RLIMIT_AS, address_space() + sandbox->memory) != 0)
		return -1;
#endif
	return limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0 || limit(RLIMIT_NPROC, 0) != 0
	    || limit(RLIMIT_MEMLOCK, 0) != 0 || limit(RLIMIT_MSGQUEUE, 0) != 0
	    || limit(RLIMIT_NOFILE, (size_t)sandbox->descriptors) != 0 ? -1 : 0;
}

void
sandbox_ask(struct sandbox_grants *out)
{
	const unsigned action = SECCOMP_RET_KILL_PROCESS;

	out->filter = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
	out->landlock = sandbox_landlock_version();
}

int
sandbox_suffices(const struct sandbox_grants *grants, enum sandbox_need need, struct ehds_error *error)
{
	if (!grants->filter && need != SANDBOX_BEST_EFFORT)
		return error_set(error, EHDS_ERROR_CONFIG, "sandbox", NULL, 0, 0,
		    "the kernel grants no filter of system calls (seccomp); 'sandbox: best-effort' does without");
	if (grants->landlock == 0 && need == SANDBOX_STRICT)
		return error_set(error, EHDS_ERROR_CONFIG, "sandbox", NULL, 0, 0,
		    "the kernel grants no Landlock; 'sandbox: required' does without");
	return 0;
}

int
sandbox_enter(const struct sandbox *sandbox, struct ehds_error *error)
{
	struct sandbox_grants grants;

	sandbox_ask(&grants);
	if (sandbox_suffices(&grants, sandbox->need, error) != 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
	    || drop_capabilities() != 0)
		return failed(error, "to take privileges away");
	if (grants.landlock > 0 && sandbox_landlock() != 0)
		return failed(error, "Landlock");
	if (set_limits(sandbox) != 0)
		return failed(error, "limits of memory, files and processes");
	if (grants.filter && sandbox_filter() != 0)
		return failed(error, "the filter of system calls");
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
