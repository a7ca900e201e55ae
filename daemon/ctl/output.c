/* SPDX-License-Identifier: EUPL-1.2 */
/* See output.h. */
#include "ctl/output.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "ctl/console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "stdin" for "-"; else the last part of the path without a final ".xml" or ".json". */
static char *
base_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *base;

	if (strcmp(name, "-") == 0)
		return must_strdup("stdin");
	base = must_strdup(slash != NULL ? slash + 1 : name);
	if (text_ends_with(base, ".xml"))
		base[strlen(base) - 4] = '\0';
	else if (text_ends_with(base, ".json"))
		base[strlen(base) - 5] = '\0';
	return base;
}

struct target {
	char *base;
	const char *name;
};

static int
compare_targets(const void *a, const void *b)
{
	return strcmp(((const struct target *)a)->base, ((const struct target *)b)->base);
}

/* Sorted, so that thousands of files cost no quadratic time. */
static int
names_are_distinct(char *const *names, size_t count)
{
	struct target *targets = must_alloc(count * sizeof(*targets));
	int result = 0;

	for (size_t i = 0; i < count; i++)
		targets[i] = (struct target){ base_name(names[i]), names[i] };
	qsort(targets, count, sizeof(*targets), compare_targets);
	for (size_t i = 1; i < count && result == 0; i++)
		if (strcmp(targets[i - 1].base, targets[i].base) == 0) {
			fprintf(stderr, "ehdsctl: %s and %s would become the same file\n", targets[i - 1].name,
			    targets[i].name);
			result = -1;
		}
	for (size_t i = 0; i < count; i++)
		free(targets[i].base);
	free(targets);
	return result;
}

int
output_open(struct output *output, const char *path, const char *suffix, char *const *names, size_t count)
{
	struct ehds_error error = { 0 };

	*output = (struct output){ .path = path, .suffix = suffix };
	if (path == NULL || strcmp(path, "-") == 0) {
		output->path = NULL;
		return 0;
	}
	output->folder = count > 1 || folder_exists(path) || text_ends_with(path, "/");
	if (!output->folder)
		return 0;
	if (names_are_distinct(names, count) != 0)
		return -1;
	if (folder_make(path, 0777, &error) == 0 && folder_exists(path))
		return 0;
	if (error.kind == EHDS_ERROR_NONE)
		error_set(&error, EHDS_ERROR_CONFIG, "folder-make", path, 0, 0,
		    "is a file; several documents need a folder");
	console_error(&error);
	return -1;
}

char *
output_path(const struct output *output, const char *name)
{
	char *base, *file, *path;

	if (output->path == NULL)
		return NULL;
	if (!output->folder)
		return must_strdup(output->path);
	base = base_name(name);
	file = must_printf("%s%s", base, output->suffix);
	path = path_join(output->path, file);
	free(file);
	free(base);
	return path;
}

/* The permissions that open(2) would give a new file. */
static unsigned
new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~(unsigned)mask;
}

/* A device or pipe cannot be replaced by a rename: it is written to. */
static int
write_in_place(const char *path, const struct buffer *bytes, struct ehds_error *error)
{
	FILE *file = fopen(path, "we");
	bool written = file != NULL && fwrite(bytes->data, 1, bytes->length, file) == bytes->length;

	if (file != NULL && fclose(file) == 0 && written)
		return 0;
	return error_set(error, EHDS_ERROR_TEMPORARY, "file-write", path, 0, 0, "cannot write");
}

static int
write_standard_output(const struct buffer *bytes, struct ehds_error *error)
{
	bool written = fwrite(bytes->data, 1, bytes->length, stdout) == bytes->length;

	if (bytes->length > 0 && bytes->data[bytes->length - 1] != '\n')
		putchar('\n');
	if (written && fflush(stdout) == 0)
		return 0;
	return error_set(error, EHDS_ERROR_TEMPORARY, "file-write", NULL, 0, 0, "cannot write to standard output");
}

int
output_write(const struct output *output, const char *name, const struct buffer *bytes)
{
	struct ehds_error error = { 0 };
	char *path = output_path(output, name);
	struct stat status;
	int result;

	if (path == NULL)
		result = write_standard_output(bytes, &error);
	else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		result = write_in_place(path, bytes, &error);
	else
		result = file_write(path, bytes->data, bytes->length, new_file_mode(), &error);
	if (result != 0)
		console_error(&error);
	free(path);
	return result;
}

void
output_remove(const struct output *output, const char *name)
{
	char *path = output_path(output, name);

	if (path != NULL && file_exists(path))
		unlink(path);
	free(path);
}
