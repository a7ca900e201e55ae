/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mapping folders for tests, written from strings; and findings as lines, with names below the mappings
 * folder.
 */
#ifndef EHDS_TESTS_MAPPING_FOLDER_H
#define EHDS_TESTS_MAPPING_FOLDER_H

#include "base/arena.h"
#include "base/file.h"
#include "base/finding.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>

/* Two folders, the second lies over the first; most tests use the first alone. */
struct site {
	char *top, *folders[2];
	size_t folder_count;
	struct arena *arena;
	struct ehds_findings lint;
};

static inline struct site
site_new(void)
{
	struct site site = { .top = temporary_folder(), .folder_count = 1, .arena = arena_new(0) };

	site.folders[0] = temporary_path(site.top, "first");
	site.folders[1] = temporary_path(site.top, "second");
	ck_assert_int_eq(folder_make(site.folders[0], 0755, NULL), 0);
	ck_assert_int_eq(folder_make(site.folders[1], 0755, NULL), 0);
	site.lint = findings_new(site.arena);
	return site;
}

static inline void
site_free(struct site *site)
{
	arena_free(&site->arena);
	free(site->folders[0]);
	free(site->folders[1]);
	temporary_remove(site->top);
}

static inline void
site_put_in(struct site *site, size_t folder, const char *name, const char *text)
{
	char *path = temporary_path(site->folders[folder], name), *parent = strdup(path);

	*strrchr(parent, '/') = '\0';
	ck_assert_int_eq(folder_make(parent, 0755, NULL), 0);
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, NULL), 0);
	if (folder + 1 > site->folder_count)
		site->folder_count = folder + 1;
	free(parent);
	free(path);
}

static inline void
site_put(struct site *site, const char *name, const char *text)
{
	site_put_in(site, 0, name, text);
}

/* The name of the finding's file below its mappings folder. */
static inline const char *
site_name(const struct site *site, const char *file)
{
	size_t i;

	for (i = 0; file != NULL && i < 2; i++)
		if (strncmp(file, site->folders[i], strlen(site->folders[i])) == 0)
			return file + strlen(site->folders[i]) + 1;
	return file != NULL ? file : "-";
}

static inline char *
site_line(const struct site *site, const struct ehds_finding *finding)
{
	char *line = NULL;

	ck_assert_int_gt(asprintf(&line, "%s:%d:%d: %s: %s", site_name(site, finding->file), finding->line,
	    finding->column, finding->rule, finding->text), 0);
	return line;
}

/* All findings of that severity, one a line. */
static inline char *
site_lines(const struct site *site, enum ehds_severity severity)
{
	const struct ehds_finding *finding;
	struct buffer lines = { 0 };

	for (finding = site->lint.first; finding != NULL; finding = finding->next) {
		char *line = site_line(site, finding);

		if (finding->severity == severity)
			buffer_printf(&lines, "%s%s", lines.length > 0 ? "\n" : "", line);
		free(line);
	}
	return buffer_take(&lines, NULL);
}

#endif
