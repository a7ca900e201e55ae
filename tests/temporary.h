/* SPDX-License-Identifier: EUPL-1.2 */
/* A folder for one test program, removed at its end with all that it holds. Short paths: sockets have a limit. */
#ifndef EHDS_TESTS_TEMPORARY_H
#define EHDS_TESTS_TEMPORARY_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline int
temporary_remove_item(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

/* Gives the path. */
static inline char *
temporary_folder(void)
{
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/ehds.XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp"), 0);
	ck_assert_ptr_nonnull(mkdtemp(path));
	return path;
}

static inline char *
temporary_path(const char *folder, const char *name)
{
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
	return path;
}

/* Takes the path. */
static inline void
temporary_remove(char *path)
{
	nftw(path, temporary_remove_item, 8, FTW_DEPTH | FTW_PHYS);
	free(path);
}

#endif
