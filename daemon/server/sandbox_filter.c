/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The system calls that a worker may make, as one table. libseccomp rather than a program of our own: it knows
 * the numbers and argument registers of every architecture, and refuses calls of another one (the 32-bit calls
 * of a 64-bit process), which by hand is forgotten once.
 */
#include "server/sandbox.h"

#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef EHDS_SANITIZERS
#define OTHERWISE SCMP_ACT_ERRNO(EPERM)
#else
#define OTHERWISE SCMP_ACT_KILL_PROCESS
#endif

/* On what it has: a socket to read and write, and where the log goes. */
static const int plain[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(recvfrom), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek),
	/* memory, but no code: see below */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	/* time and itself */
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(futex), SCMP_SYS(restart_syscall), SCMP_SYS(rseq),
	/* signals, and the end */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What the C library asks for and can do without: no file, but no end either. */
static const int denied[] = {
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(ioctl),
};

static int
allow_plain(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) != 0)
			return -1;
	/* libseccomp takes no rule that says what holds otherwise. */
	for (size_t i = 0; OTHERWISE != SCMP_ACT_ERRNO(EPERM) && i < sizeof(denied) / sizeof(denied[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied[i], 0) != 0)
			return -1;
	return 0;
}

/* Calls that are harmless with some arguments only. */
static int
allow_narrow(scmp_filter_ctx filter)
{
	const uint64_t self = (uint64_t)getpid(), nobody = 0, code = PROT_EXEC;

	/* To the socket's other end, not to an address. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A4(SCMP_CMP_EQ, nobody)) != 0)
		return -1;
	/* Memory that cannot become code. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, code, 0),
	    SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) != 0
	    || seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, code, 0)) != 0)
		return -1;
	/* abort(3), of itself. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self)) != 0)
		return -1;
	/* The soft limit of processor time is set before each document; the hard one of all others stands. */
	if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, nobody),
	    SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU)) != 0
	    || seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setrlimit), 1,
	    SCMP_A0(SCMP_CMP_EQ, RLIMIT_CPU)) != 0)
		return -1;
	return 0;
}

int
sandbox_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(OTHERWISE);
	int result = -1;

	if (filter == NULL)
		return -1;
	if (seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0
	    && allow_plain(filter) == 0 && allow_narrow(filter) == 0) {
		result = seccomp_load(filter);
		errno = result != 0 ? -result : 0;
	}
	seccomp_release(filter);
	return result == 0 ? 0 : -1;
}
