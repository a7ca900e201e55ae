/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tests of whole generations: which files there are, and which mistakes the loader must find, as
 * "NAME:LINE:COLUMN: RULE: TEXT".
 */
#ifndef EHDS_TESTS_MAPPING_GENERATION_H
#define EHDS_TESTS_MAPPING_GENERATION_H

#include "format/xml.h"
#include "mapping/mapping.h"
#include "mapping/stylesheet.h"

#include "folder.h"

struct generation {
	struct site site;
	struct mappings *mappings;
	struct ehds_error error;
};

static inline struct generation
generation_new(void)
{
	xml_open();
	stylesheet_open();
	return (struct generation){ .site = site_new() };
}

static inline void
generation_free(struct generation *generation)
{
	mappings_free(&generation->mappings);
	site_free(&generation->site);
}

/* The least that loads without a word: a country, and a pack that refuses. */
static inline void
put_basics(struct site *site)
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
generation_load(struct generation *generation)
{
	struct site *site = &generation->site;

	return mappings_load(&generation->mappings, (const char *const *)site->folders, site->folder_count,
	    &site->lint, &generation->error);
}

/* Loads, and asserts that these are the errors, and there are no others. "": the load succeeds. */
static inline void
expect_errors(struct generation *generation, const char *expected)
{
	int result = generation_load(generation);
	char *lines = site_lines(&generation->site, EHDS_SEVERITY_ERROR);

	ck_assert_str_eq(lines, expected);
	ck_assert_int_eq(result, expected[0] != '\0' ? -1 : 0);
	ck_assert((generation->mappings != NULL) == (result == 0));
	free(lines);
}

/* Loads without an error, and asserts that these are the warnings. */
static inline void
expect_warnings(struct generation *generation, const char *expected)
{
	char *lines;

	expect_errors(generation, "");
	lines = site_lines(&generation->site, EHDS_SEVERITY_WARNING);
	ck_assert_str_eq(lines, expected);
	free(lines);
}

/* The basics and one file more, and the errors or warnings that they must give. */
static inline void
expect_errors_in(const char *name, const char *text, const char *expected)
{
	struct generation generation = generation_new();

	put_basics(&generation.site);
	site_put(&generation.site, name, text);
	expect_errors(&generation, expected);
	generation_free(&generation);
}

static inline void
expect_warnings_in(const char *name, const char *text, const char *expected)
{
	struct generation generation = generation_new();

	put_basics(&generation.site);
	site_put(&generation.site, name, text);
	expect_warnings(&generation, expected);
	generation_free(&generation);
}

#endif
