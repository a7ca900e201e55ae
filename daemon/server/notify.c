/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What systemd wants to hear, sd_notify(3), by its protocol rather than its library: one datagram of lines to
 * the socket that NOTIFY_SOCKET names. Outside of systemd all of this does nothing.
 */
#include "server/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
notify_say(const char *lines)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t length = path != NULL ? strlen(path) : 0;
	int file;

	if (length < 2 || length >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, length);
	if (path[0] == '@')
		to.sun_path[0] = '\0';	/* an abstract address */
	file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (file < 0)
		return;
	/* Whoever does not listen has lost something, not we. */
	if (sendto(file, lines, strlen(lines), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0) {
		close(file);
		return;
	}
	close(file);
}

long long
notify_period(void)
{
	const char *period = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long microseconds = period != NULL ? strtoll(period, NULL, 10) : 0;

	if (microseconds <= 0 || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return -1;
	return microseconds / 3000;
}
