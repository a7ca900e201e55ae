/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * accept(2) as libzmq can bear it. libzmq (to 4.3.5) ends the process when accept on an ipc address says that
 * this process has no descriptor left, EMFILE, while it goes on when the whole system has none, ENFILE: only
 * the second one is in its list (src/ipc_listener.cpp; the one for tcp has both). A daemon that ends because
 * somebody opened many connections is what its attacker wants. So libzmq finds these functions before those of
 * the C library, and reads the one error as the other. The pause keeps its thread from asking a full table
 * again and again without end.
 *
 * Rejected: a cap below the limit of descriptors, which libzmq cannot hold for a listener.
 */
#include "wire/accept.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAUSE 20000000L		/* nanoseconds */

int
accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	long accepted = syscall(SYS_accept4, listener, address, length, flags);

	if (accepted >= 0 || errno != EMFILE)
		return (int)accepted;
	nanosleep(&pause, NULL);
	errno = ENFILE;
	return -1;
}

int
accept(int listener, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return accept4(listener, address, length, 0);
}
