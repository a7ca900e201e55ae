/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A worker that tries each forbidden thing: a child enters the sandbox as a worker does and then does one thing.
 * What it must come to: killed by SIGSYS, or told no (EPERM; EACCES from Landlock). With sanitizers the filter
 * tells no where it would kill: sandbox.h.
 */
#include "server/sandbox.h"

#include "config.h"

#include "../check_main.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DONE 10			/* exit status: the forbidden thing was done */
#define DENIED 11		/* it was not: EPERM or EACCES */
#define OTHER 12		/* it failed with another error */
#define NO_SANDBOX 13

/* -1 with errno when it was denied. */
typedef long (*attempt)(void);

static int
verdict(long result)
{
	if (result >= 0)
		return DONE;
	return errno == EPERM || errno == EACCES ? DENIED : OTHER;
}

/* The wait status of a child that entered and tried. fence: NULL for all of them, or one alone. */
static int
try(attempt what, int (*fence)(void))
{
	const struct sandbox sandbox = { .memory = 64 << 20, .descriptors = 3, .need = SANDBOX_BEST_EFFORT };
	struct ehds_error error = { 0 };
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (fence == NULL) {
			if (sandbox_enter(&sandbox, &error) != 0)
				_exit(NO_SANDBOX);
		} else if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || fence() != 0) {
			_exit(NO_SANDBOX);
		}
		_exit(verdict(what()));
	}
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

static bool
was_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

static bool
was_denied(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == DENIED;
}

/* ---- what is tried ------------------------------------------------------------------------------------- */

static long read_a_file(void) { return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
static long write_a_file(void) { return syscall(SYS_openat, AT_FDCWD, "/tmp/ehds.sandbox", O_WRONLY | O_CREAT, 0600); }
static long look_for_a_file(void) { struct stat s; return syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &s, 0); }
static long remove_a_file(void) { return unlink("/tmp/ehds.sandbox.none"); }
static long rename_a_file(void) { return rename("/tmp/ehds.none", "/tmp/ehds.other"); }
static long make_a_folder(void) { return mkdir("/tmp/ehds.sandbox.folder", 0700); }
static long make_a_link(void) { return symlink("/etc/passwd", "/tmp/ehds.sandbox.link"); }
static long change_rights(void) { return chmod("/tmp", 01777); }
static long change_folder(void) { return chdir("/"); }
static long have_memory_with_a_name(void) { return syscall(SYS_memfd_create, "x", 0); }
static long open_a_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long open_a_local_socket(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long open_a_pair(void) { int pair[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, pair); }
static long fork_a_process(void) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static long execute_a_program(void) { char *none[] = { NULL }; return execve("/bin/true", none, none); }
static long trace_another(void) { return ptrace(PTRACE_ATTACH, getppid(), 0, 0); }
static long end_another(void) { return kill(getppid(), 0); }
static long read_another(void) { return syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0); }
static long mount_something(void) { return mount("none", "/tmp", "tmpfs", 0, NULL); }
static long be_somebody_else(void) { return setuid(0); }
static long have_other_limits(void) { const struct rlimit l = { 64, 64 }; return setrlimit(RLIMIT_NOFILE, &l); }
static long make_another_name_space(void) { return syscall(SYS_unshare, 0x10000000); }
static long load_a_program_into_the_kernel(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long ask_the_ring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long handle_page_faults(void) { return syscall(SYS_userfaultfd, 0); }
static long count_events(void) { return syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0); }
static long hold_a_key(void) { return syscall(SYS_add_key, "user", "x", "y", 1, -3); }
static long set_the_clock(void) { const struct timespec t = { 0 }; return clock_settime(CLOCK_REALTIME, &t); }
static long make_a_timer_of_another(void) { return syscall(SYS_pidfd_open, getppid(), 0); }

static long
run_code_that_it_wrote(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? -1 : 0;
}

static long
make_memory_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? 0 : mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static long
send_to_an_address(void)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };

	return sendto(STDERR_FILENO, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to));
}

#define ATTEMPT(function, kind) { #function, function, kind }

enum kind { KILLED, TOLD };		/* what the filter does */

static const struct { const char *name; attempt what; enum kind kind; } attempts[] = {
	ATTEMPT(read_a_file, TOLD), ATTEMPT(write_a_file, TOLD), ATTEMPT(look_for_a_file, TOLD),
	ATTEMPT(remove_a_file, KILLED), ATTEMPT(rename_a_file, KILLED), ATTEMPT(make_a_folder, KILLED),
	ATTEMPT(make_a_link, KILLED), ATTEMPT(change_rights, KILLED), ATTEMPT(change_folder, KILLED),
	ATTEMPT(have_memory_with_a_name, KILLED), ATTEMPT(open_a_socket, KILLED),
	ATTEMPT(open_a_local_socket, KILLED), ATTEMPT(open_a_pair, KILLED), ATTEMPT(send_to_an_address, KILLED),
	ATTEMPT(fork_a_process, KILLED), ATTEMPT(execute_a_program, KILLED), ATTEMPT(trace_another, KILLED),
	ATTEMPT(end_another, KILLED), ATTEMPT(read_another, KILLED), ATTEMPT(mount_something, KILLED),
	ATTEMPT(be_somebody_else, KILLED), ATTEMPT(have_other_limits, KILLED),
	ATTEMPT(make_another_name_space, KILLED), ATTEMPT(load_a_program_into_the_kernel, KILLED),
	ATTEMPT(ask_the_ring, KILLED), ATTEMPT(handle_page_faults, KILLED), ATTEMPT(count_events, KILLED),
	ATTEMPT(hold_a_key, KILLED), ATTEMPT(set_the_clock, KILLED), ATTEMPT(make_a_timer_of_another, KILLED),
	ATTEMPT(run_code_that_it_wrote, KILLED), ATTEMPT(make_memory_code, KILLED),
};

#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

static struct sandbox_grants
grants(void)
{
	struct sandbox_grants out;

	sandbox_ask(&out);
	return out;
}

START_TEST(a_worker_that_tries_a_forbidden_thing_is_ended_or_told_no)
{
	if (!grants().filter)
		return;		/* this kernel, or this container, has none; ehdsd would say so and end */
	for (size_t i = 0; i < ATTEMPTS; i++) {
		int status = try(attempts[i].what, NULL);
#ifdef EHDS_SANITIZERS
		bool right = was_denied(status);
#else
		bool right = attempts[i].kind == KILLED ? was_killed(status) : was_denied(status);
#endif

		ck_assert_msg(right, "%s: wait status %x", attempts[i].name, (unsigned)status);
	}
}
END_TEST

START_TEST(the_filter_alone_holds)
{
	if (!grants().filter)
		return;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		int status = try(attempts[i].what, sandbox_filter);

		ck_assert_msg(was_killed(status) || was_denied(status), "%s: wait status %x", attempts[i].name,
		    (unsigned)status);
	}
}
END_TEST

START_TEST(landlock_alone_keeps_files_and_ports_away)
{
	static const attempt files[] = { read_a_file, write_a_file, make_a_folder, make_a_link };

	if (grants().landlock == 0)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		ck_assert_msg(was_denied(try(files[i], sandbox_landlock)), "file attempt %zu", i);
}
END_TEST

static long
connect_to_a_port(void)
{
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9),
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect(socket(AF_INET, SOCK_STREAM, 0), (const struct sockaddr *)&to, sizeof(to));
}

START_TEST(landlock_alone_keeps_ports_away_where_it_knows_them)
{
	if (grants().landlock >= 4)
		ck_assert(was_denied(try(connect_to_a_port, sandbox_landlock)));
	if (grants().landlock >= 6)
		ck_assert(was_denied(try(end_another, sandbox_landlock)));
}
END_TEST

/* ---- what a worker needs ------------------------------------------------------------------------------- */

static long
work(void)
{
	struct timespec now;
	char *memory;

	sandbox_allow_seconds(5);
	for (size_t size = 1; size < 32 << 20; size *= 4) {
		memory = malloc(size);
		if (memory == NULL)
			return -1;
		memset(memory, 1, size);
		free(memory);
	}
	errno = 0;
	return clock_gettime(CLOCK_MONOTONIC, &now) == 0 && write(STDERR_FILENO, "", 0) == 0 ? 0 : -1;
}

START_TEST(a_worker_that_works_is_left_alone)
{
	int status = try(work, NULL);

	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == DONE, "wait status %x", (unsigned)status);
}
END_TEST

#ifndef EHDS_SANITIZERS
static long
take_more_memory_than_there_is(void)
{
	errno = EPERM;
	return malloc(256 << 20) == NULL ? -1 : 0;
}
#endif

START_TEST(a_worker_gets_no_more_memory_than_it_may_have)
{
#ifndef EHDS_SANITIZERS
	int status = try(take_more_memory_than_there_is, NULL);

	/* malloc sets ENOMEM: not granted, and the worker lives to say so. */
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == OTHER, "wait status %x", (unsigned)status);
#endif
}
END_TEST

static long
never_end(void)
{
	sandbox_allow_seconds(0);
	for (volatile unsigned i = 0;; i++)
		continue;
	return 0;
}

START_TEST(a_worker_that_does_not_end_is_ended_by_the_kernel)
{
	int status = try(never_end, NULL);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
}
END_TEST

START_TEST(policy_says_which_fences_must_be_there)
{
	const struct sandbox_grants none = { false, 0 }, filter = { true, 0 }, both = { true, 3 };
	struct ehds_error error = { 0 };

	ck_assert_int_eq(sandbox_suffices(&none, SANDBOX_BEST_EFFORT, &error), 0);
	ck_assert_int_eq(sandbox_suffices(&filter, SANDBOX_REQUIRED, &error), 0);
	ck_assert_int_eq(sandbox_suffices(&both, SANDBOX_STRICT, &error), 0);
	ck_assert_int_eq(sandbox_suffices(&none, SANDBOX_REQUIRED, &error), -1);
	ck_assert_str_eq(error.text, "the kernel grants no filter of system calls (seccomp); "
	    "'sandbox: best-effort' does without");
	ck_assert_int_eq(sandbox_suffices(&filter, SANDBOX_STRICT, &error), -1);
	ck_assert_str_eq(error.text, "the kernel grants no Landlock; 'sandbox: required' does without");
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
}
END_TEST

TESTS("server/sandbox", a_worker_that_tries_a_forbidden_thing_is_ended_or_told_no, the_filter_alone_holds,
    landlock_alone_keeps_files_and_ports_away, landlock_alone_keeps_ports_away_where_it_knows_them,
    a_worker_that_works_is_left_alone, a_worker_gets_no_more_memory_than_it_may_have,
    a_worker_that_does_not_end_is_ended_by_the_kernel, policy_says_which_fences_must_be_there)
