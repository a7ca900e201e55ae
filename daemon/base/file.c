/* SPDX-License-Identifier: EUPL-1.2 */
/* See file.h. */
#include "base/file.h"
#include "base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_read(struct buffer *out, const char *path, size_t limit, struct ehds_error *error)
{
	bool standard_input = strcmp(path, "-") == 0;
	int file = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t got;

	if (file < 0)
		return error_set(error, EHDS_ERROR_CONFIG, "file-read", path, 0, 0, "cannot open: %s",
		    strerror(errno));
	while ((got = read(file, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_set(error, EHDS_ERROR_CONFIG, "file-read", path, 0, 0, "cannot read: %s",
			    strerror(errno));
			goto failed;
		}
		if (limit != 0 && out->length + (size_t)got > limit) {
			error_set(error, EHDS_ERROR_DOCUMENT, "file-too-large", path, 0, 0,
			    "larger than the limit of %zu bytes", limit);
			goto failed;
		}
		buffer_append(out, chunk, (size_t)got);
	}
	if (!standard_input)
		close(file);
	if (out->data == NULL)
		buffer_append(out, "", 0);
	return 0;
failed:
	if (!standard_input)
		close(file);
	return -1;
}

static int
write_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = write(file, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		bytes += done;
		length -= (size_t)done;
	}
	return 0;
}

/* After a rename the folder itself must reach the disk, or the name may be lost in a power cut. */
static int
folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? must_strdup(".")
	    : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	int result = -1, file;

	must(folder != NULL);
	file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file >= 0) {
		result = fsync(file);
		close(file);
	}
	free(folder);
	return result;
}

int
file_write(const char *path, const void *bytes, size_t length, unsigned mode, struct ehds_error *error)
{
	char *temporary = must_printf("%s.XXXXXX", path);
	int file = mkostemp(temporary, O_CLOEXEC);
	bool written;

	if (file < 0)
		goto failed;
	written = write_all(file, bytes, length) == 0 && fchmod(file, (mode_t)mode) == 0 && fsync(file) == 0;
	if (close(file) != 0 || !written || rename(temporary, path) != 0 || folder_sync(path) != 0) {
		unlink(temporary);
		goto failed;
	}
	free(temporary);
	return 0;
failed:
	error_set(error, EHDS_ERROR_TEMPORARY, "file-write", path, 0, 0, "cannot write: %s", strerror(errno));
	free(temporary);
	return -1;
}

int
folder_make(const char *path, unsigned mode, struct ehds_error *error)
{
	char *copy = must_strdup(path), *at;
	int result = 0;

	for (at = copy + 1;; at++) {
		char kept = *at;

		if (kept != '/' && kept != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, (mode_t)mode) != 0 && errno != EEXIST) {
			result = error_set(error, EHDS_ERROR_CONFIG, "folder-make", path, 0, 0,
			    "cannot make the folder %s: %s", copy, strerror(errno));
			break;
		}
		*at = kept;
		if (kept == '\0')
			break;
	}
	free(copy);
	return result;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
folder_list(char ***names, size_t *count, const char *path, struct ehds_error *error)
{
	DIR *folder = opendir(path);
	struct dirent *item;
	size_t capacity = 0;

	*names = NULL;
	*count = 0;
	if (folder == NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "folder-read", path, 0, 0,
		    "cannot read the folder: %s", strerror(errno));
	while ((item = readdir(folder)) != NULL) {
		if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		if (*count == capacity) {
			capacity = capacity == 0 ? 16 : 2 * capacity;
			*names = must_realloc(*names, capacity * sizeof(**names));
		}
		(*names)[(*count)++] = must_strdup(item->d_name);
	}
	closedir(folder);
	if (*count > 0)
		qsort(*names, *count, sizeof(**names), compare_names);
	return 0;
}

void
folder_list_free(char ***names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free((*names)[i]);
	free(*names);
	*names = NULL;
}

bool
file_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool
folder_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char *
path_join(const char *folder, const char *name)
{
	if (name[0] == '/' || folder[0] == '\0')
		return must_strdup(name);
	return must_printf("%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}
