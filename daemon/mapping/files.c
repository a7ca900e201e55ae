/* SPDX-License-Identifier: EUPL-1.2 */
/* See files.h. */
#include "mapping/files.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "mapping/keep.h"
#include "mapping/keyindex.h"
#include "mapping/schema.h"

#include <stdlib.h>
#include <string.h>

#define FILES_MAX 100000
#define LEVELS_MAX 12
#define BYTES_MAX ((size_t)64 * 1024 * 1024)

struct mapping_files {
	struct arena *arena;
	struct mapping_file **list;	/* owns the array; in force only */
	size_t count;
	bool sorted;
	struct keyindex names;		/* positions in list; made anew when it is sorted */
};

static bool
leaf_in(const char *name, const char *leaf, const char *folder, const char *suffix)
{
	size_t length = strlen(folder);

	return (size_t)(leaf - name) > length && strncmp(leaf - length, folder, length) == 0
	    && leaf[-(ptrdiff_t)length - 1] == '/' && text_ends_with(leaf, suffix);
}

enum file_kind
file_kind(const char *name)
{
	const char *slash = strrchr(name, '/'), *leaf = slash != NULL ? slash + 1 : name;
	bool top = slash != NULL && memchr(name, '/', (size_t)(slash - name)) == NULL;

	if (strstr(name, "/cases/") != NULL)
		return FILE_CASE;
	if (slash != NULL && strcmp(leaf, "pack.yaml") == 0)
		return FILE_PACK;
	if (top && strcmp(leaf, "country.yaml") == 0)
		return FILE_COUNTRY;
	if (top && (strcmp(leaf, "naming.yaml") == 0
	    || (text_starts_with(leaf, "naming-") && text_ends_with(leaf, ".yaml"))))
		return FILE_NAMING;
	if (leaf_in(name, leaf, "tables/", ".yaml"))
		return FILE_TABLE;
	if (leaf_in(name, leaf, "sets/", ".yaml"))
		return FILE_SET;
	if (leaf_in(name, leaf, "tables/", ".tsv") || leaf_in(name, leaf, "sets/", ".tsv"))
		return FILE_ROWS;
	if (text_ends_with(leaf, ".xsl"))
		return FILE_STYLESHEET;
	if (text_ends_with(leaf, ".yaml") || text_ends_with(leaf, ".yml") || text_ends_with(leaf, ".tsv"))
		return FILE_STRAY;
	return FILE_OTHER;
}

struct mapping_files *
files_new(void)
{
	struct mapping_files *files = must_alloc(sizeof(*files));

	files->arena = arena_new(0);
	return files;
}

void
files_free(struct mapping_files **files)
{
	if (*files == NULL)
		return;
	arena_free(&(*files)->arena);
	keyindex_free(&(*files)->names);
	free((*files)->list);
	free(*files);
	*files = NULL;
}

struct mapping_file *
files_add(struct mapping_files *files, const char *name, const char *path, const char *bytes, size_t length)
{
	struct mapping_file *file = keep(files->arena, sizeof(*file));
	size_t at = keyindex_find(&files->names, name, NULL);

	file->name = keep_text(files->arena, name);
	file->path = keep_text(files->arena, path);
	file->bytes = bytes;
	file->length = length;
	file->hash = keep(files->arena, DIGEST_HEX);
	if (at != KEYINDEX_NONE) {
		file->hidden = files->list[at];
		files->list[at] = file;
		return file;
	}
	files->list = grown(files->list, files->count, sizeof(*files->list));
	keyindex_put(&files->names, file->name, NULL, files->count);
	files->list[files->count++] = file;
	files->sorted = false;
	return file;
}

static int
scan(struct mapping_files *files, const char *folder, const char *below, unsigned level,
    struct ehds_error *error);

static int
scan_one(struct mapping_files *files, const char *folder, const char *below, const char *leaf, unsigned level,
    struct ehds_error *error)
{
	char *path = path_join(folder, leaf);
	char *name = below[0] != '\0' ? must_printf("%s/%s", below, leaf) : must_strdup(leaf);
	int result = 0;

	if (folder_exists(path))
		result = scan(files, path, name, level + 1, error);
	else if (files->count < FILES_MAX)
		files_add(files, name, path, NULL, 0);
	else
		result = error_set(error, EHDS_ERROR_CONFIG, "folder-too-large", folder, 0, 0,
		    "there are more than %d files: this is no mappings folder", FILES_MAX);
	free(name);
	free(path);
	return result;
}

static int
scan(struct mapping_files *files, const char *folder, const char *below, unsigned level,
    struct ehds_error *error)
{
	char **leaves;
	size_t count, i;
	int result = 0;

	if (level > LEVELS_MAX)
		return error_set(error, EHDS_ERROR_CONFIG, "folder-too-large", folder, 0, 0,
		    "folders are nested deeper than %d: is there a link that leads back?", LEVELS_MAX);
	if (folder_list(&leaves, &count, folder, error) != 0)
		return -1;
	for (i = 0; i < count && result == 0; i++)
		if (leaves[i][0] != '.')
			result = scan_one(files, folder, below, leaves[i], level, error);
	folder_list_free(&leaves, count);
	return result;
}

int
files_scan(struct mapping_files *files, const char *folder, struct ehds_error *error)
{
	return scan(files, folder, "", 0, error);
}

const struct mapping_file *
files_find(struct mapping_files *files, const char *name)
{
	size_t at = keyindex_find(&files->names, name, NULL);

	if (at == KEYINDEX_NONE)
		return NULL;
	files->list[at]->used = true;
	return files->list[at];
}

static int
by_name(const void *a, const void *b)
{
	const struct mapping_file *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

const struct mapping_file *
files_at(struct mapping_files *files, size_t index)
{
	size_t i;

	if (!files->sorted && files->count > 0) {
		qsort(files->list, files->count, sizeof(struct mapping_file *), by_name);
		for (i = 0; i < files->count; i++)
			keyindex_put(&files->names, files->list[i]->name, NULL, i);
		files->sorted = true;
	}
	return index < files->count ? files->list[index] : NULL;
}

const char *
files_hint(struct mapping_files *files, char *out, size_t size, const char *name)
{
	const char **names = must_alloc((files->count + 1) * sizeof(*names));
	size_t i;

	for (i = 0; i < files->count; i++)
		names[i] = files->list[i]->name;
	schema_hint(out, size, name, names);
	free(names);
	return out;
}

int
files_read(struct buffer *out, const struct mapping_file *file, struct ehds_error *error)
{
	if (file->bytes != NULL)
		buffer_append(out, file->bytes, file->length);
	else if (file_read(out, file->path, BYTES_MAX, error) != 0)
		return -1;
	digest_sha256(file->hash, out->data != NULL ? out->data : "", out->length);
	return 0;
}

int
files_yaml(struct yaml_file **out, const struct mapping_file *file, struct ehds_error *error)
{
	struct buffer bytes = { 0 };
	int result;

	*out = NULL;
	result = files_read(&bytes, file, error);
	if (result == 0)
		result = yaml_parse(out, bytes.data != NULL ? bytes.data : "", bytes.length, file->path,
		    error);
	buffer_free(&bytes);
	return result;
}

/* Takes the last part off "a/b/c"; false when there is none. */
static bool
drop_part(char *name)
{
	char *slash = strrchr(name, '/');

	if (name[0] == '\0')
		return false;
	*(slash != NULL ? slash : name) = '\0';
	return true;
}

char *
name_beside(const char *from, const char *relative)
{
	char *name = must_alloc(strlen(from) + strlen(relative) + 2);
	const char *part = relative;

	if (relative[0] == '/' || relative[0] == '\0')
		goto outside;
	memcpy(name, from, strlen(from) + 1);
	drop_part(name);
	while (*part != '\0') {
		size_t length = strcspn(part, "/"), at = strlen(name);

		if (length == 2 && part[0] == '.' && part[1] == '.') {
			if (!drop_part(name))
				goto outside;
		} else if (length > 0 && !(length == 1 && part[0] == '.')) {
			if (at > 0)
				name[at++] = '/';
			memcpy(name + at, part, length);
			name[at + length] = '\0';
		}
		part += length;
		part += *part == '/';
	}
	return name;
outside:
	free(name);
	return NULL;
}
