/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading a FHIR package: libarchive for .tgz, files of a folder otherwise; only JSON resources count. See package.h. */
#include "conform/package.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 20000
#define FILE_MAX ((size_t)64 * 1024 * 1024)
#define TOTAL_MAX ((size_t)1024 * 1024 * 1024)

struct reading {
	struct package *package;
	struct package_resource **resources;
	size_t capacity, total;
	const char *path;
	struct arena *arena;
	struct ehds_error *error;
};

static int
limit_error(struct reading *reading, const char *what)
{
	return error_set(reading->error, EHDS_ERROR_CONFIG, "package-limits", reading->path, 0, 0, "%s", what);
}

/* Only files right below package/ are resources; package/other, openapi and dot files are not (packages.html, "Structure"). */
static bool
is_resource_file(const char *name)
{
	return text_ends_with(name, ".json") && strchr(name, '/') == NULL && name[0] != '.' &&
	    strcmp(name, ".index.json") != 0;
}

static int
add_file(struct reading *reading, const char *name, const char *bytes, size_t length)
{
	struct package *package = reading->package;
	const struct json *json;
	struct package_resource *resource;
	char *kept = arena_strndup(reading->arena, bytes, length);

	if (kept == NULL || json_parse(&json, kept, length, name, &json_limits_default, reading->arena, reading->error) != 0)
		return -1;
	if (strcmp(name, "package.json") == 0) {
		package->manifest = json;
		return 0;
	}
	if (json_text(json, "resourceType") == NULL)
		return 0;
	if (package->count == reading->capacity) {
		reading->capacity = reading->capacity == 0 ? 256 : 2 * reading->capacity;
		reading->resources = must_realloc(reading->resources, reading->capacity * sizeof(*reading->resources));
	}
	resource = arena_alloc(reading->arena, sizeof(*resource));
	if (resource == NULL)
		return limit_error(reading, "the package needs more memory than it may have");
	resource->json = json;
	resource->file = arena_strdup(reading->arena, name);
	reading->resources[package->count++] = resource;
	return 0;
}

static int
read_entry(struct reading *reading, struct archive *archive, const char *name, struct buffer *bytes)
{
	char chunk[65536];
	la_ssize_t got;

	buffer_clear(bytes);
	while ((got = archive_read_data(archive, chunk, sizeof(chunk))) > 0) {
		reading->total += (size_t)got;
		if (bytes->length + (size_t)got > FILE_MAX || reading->total > TOTAL_MAX)
			return limit_error(reading, "a file or the package is too large");
		buffer_append(bytes, chunk, (size_t)got);
	}
	if (got < 0)
		return error_set(reading->error, EHDS_ERROR_CONFIG, "package-read", reading->path, 0, 0, "%s",
		    archive_error_string(archive));
	return add_file(reading, name, bytes->data != NULL ? bytes->data : "", bytes->length);
}

static int
read_entries(struct reading *reading, struct archive *archive)
{
	struct buffer bytes = { 0 };
	struct archive_entry *entry;
	int next, result = 0;
	size_t files = 0;

	while (result == 0 && (next = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);

		if (++files > FILES_MAX)
			result = limit_error(reading, "more than 20,000 files");
		else if (name == NULL || strstr(name, "..") != NULL)
			result = limit_error(reading, "a path leaves the archive");
		else if (text_starts_with(name, "package/") && is_resource_file(name + strlen("package/")))
			result = read_entry(reading, archive, name + strlen("package/"), &bytes);
	}
	if (result == 0 && next != ARCHIVE_EOF)
		result = error_set(reading->error, EHDS_ERROR_CONFIG, "package-read", reading->path, 0, 0, "%s",
		    archive_error_string(archive));
	buffer_free(&bytes);
	return result;
}

static int
read_archive(struct reading *reading)
{
	struct archive *archive = archive_read_new();
	int result;

	must(archive != NULL);
	archive_read_support_filter_gzip(archive);
	archive_read_support_format_tar(archive);
	if (archive_read_open_filename(archive, reading->path, 65536) != ARCHIVE_OK)
		result = error_set(reading->error, EHDS_ERROR_CONFIG, "package-read", reading->path, 0, 0, "%s",
		    archive_error_string(archive));
	else
		result = read_entries(reading, archive);
	archive_read_free(archive);
	return result;
}

static int
read_folder(struct reading *reading)
{
	char *inner = path_join(reading->path, "package"), **names;
	const char *folder = folder_exists(inner) ? inner : reading->path;
	size_t count, i;
	int result = folder_list(&names, &count, folder, reading->error);

	for (i = 0; result == 0 && i < count; i++) {
		struct buffer bytes = { 0 };
		char *path = path_join(folder, names[i]);

		if (is_resource_file(names[i])) {
			result = file_read(&bytes, path, FILE_MAX, reading->error);
			if (result == 0)
				result = add_file(reading, names[i], bytes.data, bytes.length);
		}
		buffer_free(&bytes);
		free(path);
	}
	folder_list_free(&names, count);
	free(inner);
	return result;
}

static int
compare_files(const void *a, const void *b)
{
	return strcmp((*(struct package_resource *const *)a)->file, (*(struct package_resource *const *)b)->file);
}

/* In order of file name, so that the facts do not depend on the archive's order. */
static void
link_resources(struct reading *reading)
{
	struct package *package = reading->package;
	size_t i;

	if (package->count == 0)
		return;
	qsort(reading->resources, package->count, sizeof(*reading->resources), compare_files);
	for (i = 0; i + 1 < package->count; i++)
		reading->resources[i]->next = reading->resources[i + 1];
	package->resources = reading->resources[0];
}

int
package_read(struct package **out, const char *path, struct arena *arena, struct ehds_error *error)
{
	struct reading reading = { .path = path, .arena = arena, .error = error };
	int result;

	*out = NULL;
	reading.package = arena_alloc(arena, sizeof(*reading.package));
	if (reading.package == NULL)
		return limit_error(&reading, "no memory");
	result = folder_exists(path) ? read_folder(&reading) : read_archive(&reading);
	link_resources(&reading);
	free(reading.resources);
	if (result != 0)
		return -1;
	if (json_text(reading.package->manifest, "name") == NULL || json_text(reading.package->manifest, "version") == NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "package-read", path, 0, 0,
		    "no FHIR package: package/package.json with name and version is missing");
	reading.package->name = json_text(reading.package->manifest, "name");
	reading.package->version = json_text(reading.package->manifest, "version");
	reading.package->licence = json_text(reading.package->manifest, "license");
	reading.package->canonical = json_text(reading.package->manifest, "canonical");
	*out = reading.package;
	return 0;
}

const struct json *
package_find(const struct package *package, const char *type, const char *canonical)
{
	const struct package_resource *resource;
	size_t length = strcspn(canonical, "|");

	for (resource = package->resources; resource != NULL; resource = resource->next) {
		const char *own = json_text(resource->json, "url");

		if (own != NULL && strcmp(json_text(resource->json, "resourceType"), type) == 0 &&
		    strncmp(own, canonical, length) == 0 && own[length] == '\0')
			return resource->json;
	}
	return NULL;
}

const struct json *
package_set_find(const struct package_set *set, const char *type, const char *canonical)
{
	const struct package *package;
	const struct json *found = NULL;

	for (package = set->first; package != NULL && found == NULL; package = package->next)
		found = package_find(package, type, canonical);
	return found;
}
