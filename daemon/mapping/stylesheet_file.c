/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_file.h. A path is first resolved as text, because a site's folder may import a
 * file that only the nation's folder has; what is then found is resolved by the file system,
 * because a symbolic link must not lead out.
 */
#include "mapping/stylesheet_file.h"

#include "base/alloc.h"
#include "base/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/*
 * The part of path below root ("" for the root itself), or NULL. Both are absolute and without
 * dots.
 */
static const char *
below(const char *path, const char *root)
{
	size_t length = strlen(root);

	if (strncmp(path, root, length) != 0 || (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return path[length] == '\0' ? path + length : path + length + 1;
}

/* Takes "." and ".." and double slashes out of an absolute path, as text. Gives the path. */
static char *
without_dots(const char *path)
{
	char *out = must_alloc(strlen(path) + 2), *end = out;
	size_t length;

	for (; *path != '\0'; path += length) {
		while (*path == '/')
			path++;
		length = strcspn(path, "/");
		if (length == 0 || (length == 1 && path[0] == '.'))
			continue;
		if (length == 2 && path[0] == '.' && path[1] == '.') {
			while (end > out && *--end != '/')
				;
			continue;
		}
		*end++ = '/';
		memcpy(end, path, length);
		end += length;
	}
	*end = '\0';
	return out;
}

static char *
absolute(const char *path)
{
	char folder[PATH_MAX], *joined, *clean;

	if (path[0] == '/')
		return without_dots(path);
	if (realpath(".", folder) == NULL)
		return must_strdup(path);
	joined = path_join(folder, path);
	clean = without_dots(joined);
	free(joined);
	return clean;
}

/* The path of root/name when that is a file below root, symbolic links resolved. */
static char *
in_root(const char *root, const char *name, char **shown)
{
	char real_root[PATH_MAX], real[PATH_MAX], *path = path_join(root, name);
	const char *rest = NULL;

	if (realpath(root, real_root) != NULL && realpath(path, real) != NULL && file_exists(real))
		rest = below(real, real_root);
	if (rest == NULL) {
		free(path);
		return NULL;
	}
	if (shown != NULL)
		*shown = must_strdup(name);
	return path;
}

char *
stylesheet_file_find(const char *path, const char *const *roots, size_t root_count, char **shown)
{
	char *wanted = absolute(path), *found = NULL;
	const char *name = NULL;
	size_t i;

	for (i = 0; name == NULL && i < root_count; i++) {
		char *root = absolute(roots[i]), real[PATH_MAX];

		name = below(wanted, root);
		if (name == NULL && realpath(roots[i], real) != NULL)
			name = below(wanted, real);
		free(root);
	}
	for (i = root_count; name != NULL && found == NULL && i > 0; i--)
		found = in_root(roots[i - 1], name, shown);
	free(wanted);
	return found;
}
