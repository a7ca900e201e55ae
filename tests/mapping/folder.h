/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mapping folders for tests, written from strings. A test says which files there are and which mistakes the
 * loader must find, as "NAME:LINE:COLUMN: RULE: TEXT" with names below the mappings folder.
 */
#ifndef EHDS_TESTS_MAPPING_FOLDER_H
#define EHDS_TESTS_MAPPING_FOLDER_H

#include "base/arena.h"
#include "base/file.h"
#include "mapping/mapping.h"

#include "../check_main.h"
#include "../temporary.h"

#include <string.h>

/* Two folders, the second lies over the first; most tests use the first alone. */
struct site {
	char *top, *folders[2];
	size_t folder_count;
	struct arena *arena;
	struct ehds_findings lint;
	struct ehds_error error;
	struct mappings *mappings;
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
	mappings_free(&site->mappings);
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

/* The least that loads without a word: a country, and a pack that refuses. */
static inline void
site_put_basics(struct site *site)
{
	site_put(site, "aa/country.yaml", "country: aa\n");
	site_put(site, "aa/letter/pack.yaml",
	    "pack: aa/letter\n"
	    "title: Letter\n"
	    "refuse: letters are for people\n"
	    "detect:\n"
	    "  - { root: '{urn:letter}Letter' }\n");
}

static inline int
site_load(struct site *site)
{
	return mappings_load(&site->mappings, (const char *const *)site->folders, site->folder_count, &site->lint,
	    &site->error);
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

/* Loads, and asserts that these are the errors, and there are no others. "": the load succeeds. */
static inline void
site_expect_errors(struct site *site, const char *expected)
{
	int result = site_load(site);
	char *lines = site_lines(site, EHDS_SEVERITY_ERROR);

	ck_assert_str_eq(lines, expected);
	ck_assert_int_eq(result, expected[0] != '\0' ? -1 : 0);
	ck_assert((site->mappings != NULL) == (result == 0));
	free(lines);
}

/* Loads without an error, and asserts that these are the warnings. */
static inline void
site_expect_warnings(struct site *site, const char *expected)
{
	char *lines;

	site_expect_errors(site, "");
	lines = site_lines(site, EHDS_SEVERITY_WARNING);
	ck_assert_str_eq(lines, expected);
	free(lines);
}

/* A test with one file more than the basics, and the errors it must give. */
static inline void
expect_errors_in(const char *name, const char *text, const char *expected)
{
	struct site site = site_new();

	site_put_basics(&site);
	site_put(&site, name, text);
	site_expect_errors(&site, expected);
	site_free(&site);
}

static inline void
expect_warnings_in(const char *name, const char *text, const char *expected)
{
	struct site site = site_new();

	site_put_basics(&site);
	site_put(&site, name, text);
	site_expect_warnings(&site, expected);
	site_free(&site);
}

#endif
