/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A bad disk and a bad clock, for tests: loaded into the daemon with LD_PRELOAD, it does what a mapped file
 * says (EHDS_FAULTS names it; journal_test.py writes it). Writes and syncs of the journal fail with the error number
 * asked for; CLOCK_REALTIME is off by some seconds.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct faults {
	int32_t write_error, sync_error;	/* 0: none */
	int32_t writes, syncs;			/* how many were failed */
	int64_t clock_seconds;
};

static struct faults none;

static struct faults *
faults(void)
{
	static struct faults *mapped;
	const char *path;
	int file;

	if (mapped != NULL)
		return mapped;
	mapped = &none;
	path = getenv("EHDS_FAULTS");
	file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (file >= 0) {
		void *at = mmap(NULL, sizeof(struct faults), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

		if (at != MAP_FAILED)
			mapped = at;
		close(file);
	}
	return mapped;
}

static int
is_journal(int file)
{
	char link[64], path[512];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return 0;
	path[length] = '\0';
	return strstr(path, "journal.sqlite") != NULL;
}

/* True, and errno set, when this write or sync of the journal is to fail. */
static int
fails(int file, int32_t number, int32_t *count)
{
	if (number == 0 || !is_journal(file))
		return 0;
	(*count)++;
	errno = number;
	return 1;
}

#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

ssize_t
pwrite64(int file, const void *bytes, size_t length, off64_t at)
{
	return fails(file, faults()->write_error, &faults()->writes) ? -1 : NEXT(pwrite64)(file, bytes, length, at);
}

ssize_t
pwrite(int file, const void *bytes, size_t length, off_t at)
{
	return fails(file, faults()->write_error, &faults()->writes) ? -1 : NEXT(pwrite)(file, bytes, length, at);
}

ssize_t
write(int file, const void *bytes, size_t length)
{
	return fails(file, faults()->write_error, &faults()->writes) ? -1 : NEXT(write)(file, bytes, length);
}

int
fdatasync(int file)
{
	return fails(file, faults()->sync_error, &faults()->syncs) ? -1 : NEXT(fdatasync)(file);
}

int
fsync(int file)
{
	return fails(file, faults()->sync_error, &faults()->syncs) ? -1 : NEXT(fsync)(file);
}

int
clock_gettime(clockid_t which, struct timespec *out)
{
	int result = NEXT(clock_gettime)(which, out);

	if (which == CLOCK_REALTIME)
		out->tv_sec += faults()->clock_seconds;
	return result;
}
