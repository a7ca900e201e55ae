/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Landlock with a rule set that handles everything this kernel knows and allows nothing of it. glibc has no
 * functions for it, and what a newer kernel can fence off is named here by number: the header of the machine
 * that builds may be older than the kernel of the one that runs.
 */
#include "server/sandbox.h"

#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr as of version 6; an older kernel is given the part that it knows. */
struct rules {
	uint64_t files, ports, scopes;
};

/* What each version of the interface can fence off; row 0 is version 1. linux/landlock.h, "Current limitations". */
static const struct {
	struct rules rules;
	size_t size;
} versions[] = {
	{ { 0x1fff, 0, 0 }, 8 },	/* execute ... make symlink */
	{ { 0x3fff, 0, 0 }, 8 },	/* and linking between folders */
	{ { 0x7fff, 0, 0 }, 8 },	/* and truncate */
	{ { 0x7fff, 3, 0 }, 16 },	/* and TCP bind, connect */
	{ { 0xffff, 3, 0 }, 16 },	/* and ioctl on devices */
	{ { 0xffff, 3, 3 }, 24 },	/* and abstract sockets and signals of others */
};

#define VERSIONS ((int)(sizeof(versions) / sizeof(versions[0])))

int
sandbox_landlock_version(void)
{
	long answer = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return answer > 0 ? (int)answer : 0;
}

int
sandbox_landlock(void)
{
	int known = sandbox_landlock_version(), rules;
	long result;

	if (known == 0)
		return -1;
	known = known < VERSIONS ? known : VERSIONS;
	rules = (int)syscall(SYS_landlock_create_ruleset, &versions[known - 1].rules, versions[known - 1].size, 0);
	if (rules < 0)
		return -1;
	result = syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
	return result == 0 ? 0 : -1;
}
