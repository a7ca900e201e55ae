/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A copy of the journal while it is written: SQLite's backup interface over the writer's own connection, which
 * carries later changes into what was copied already. A second connection would start again with each commit.
 */
#include "journal/store_internal.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct store_backup {
	char *path, *part;		/* own: where it will be, and where it grows */
	sqlite3 *copy;
	sqlite3_backup *backup;
	bool whole;
};

static int
failed(const struct store_backup *backup, const char *reason, struct ehds_error *error)
{
	return error_set(error, EHDS_ERROR_TEMPORARY, "backup-write", backup->path, 0, 0,
	    "cannot write the backup: %s", reason);
}

int
store_backup_start(struct store_backup **out, struct store *store, const char *path, struct ehds_error *error)
{
	struct store_backup *backup = must_alloc(sizeof(*backup));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	int file;

	*out = NULL;
	backup->path = must_strdup(path);
	backup->part = must_printf("%s.part", path);
	/* Patient data: nobody else's, whatever the umask says. What an earlier try left is overwritten. */
	file = open(backup->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0) {
		failed(backup, strerror(errno), error);
		goto failed;
	}
	close(file);
	if (sqlite3_open_v2(backup->part, &backup->copy, flags, NULL) != SQLITE_OK
	    || sqlite3_exec(backup->copy, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;", NULL, NULL,
	    NULL) != SQLITE_OK
	    || (backup->backup = sqlite3_backup_init(backup->copy, "main", store->database, "main")) == NULL) {
		failed(backup, backup->copy != NULL ? sqlite3_errmsg(backup->copy) : "no memory", error);
		goto failed;
	}
	*out = backup;
	return 0;
failed:
	store_backup_free(&backup);
	return -1;
}

static int
sync_path(const char *path, int flags)
{
	int file = open(path, flags | O_CLOEXEC), result;

	if (file < 0)
		return -1;
	result = fsync(file);
	close(file);
	return result;
}

/* The copy is whole: it gets its name when the disk has it. */
static int
finish(struct store_backup *backup, struct ehds_error *error)
{
	char *slash, *folder;
	int result;

	sqlite3_backup_finish(backup->backup);
	backup->backup = NULL;
	result = sqlite3_close(backup->copy);
	backup->copy = NULL;
	if (result != SQLITE_OK)
		return failed(backup, "SQLite cannot close it", error);
	folder = must_strdup(backup->path);
	slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	if (sync_path(backup->part, O_RDWR) != 0 || rename(backup->part, backup->path) != 0
	    || sync_path(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY) != 0)
		failed(backup, strerror(errno), error);
	else
		backup->whole = true;
	free(folder);
	return backup->whole ? 0 : -1;
}

int
store_backup_step(struct store_backup *backup, int pages, bool *done, struct ehds_error *error)
{
	int result = sqlite3_backup_step(backup->backup, pages);

	*done = result == SQLITE_DONE;
	if (*done)
		return finish(backup, error);
	/* Busy and locked: a shell holds the file for a moment. */
	if (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED)
		return 0;
	return failed(backup, sqlite3_errstr(result), error);
}

void
store_backup_free(struct store_backup **backup)
{
	struct store_backup *old = *backup;

	*backup = NULL;
	if (old == NULL)
		return;
	sqlite3_backup_finish(old->backup);
	sqlite3_close(old->copy);
	if (!old->whole)
		unlink(old->part);
	free(old->part);
	free(old->path);
	free(old);
}
