/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Loading a generation of mappings. Nothing stops at a mistake: all files are read, all mistakes are said,
 * and only then is it decided whether the generation can be used. `ehdsctl lint` and the daemon run the
 * same code.
 */
#include "mapping/mapping.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/text.h"
#include "mapping/country.h"
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/load.h"
#include "mapping/pack_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mappings {
	struct arena *arena;
	struct mapping_files *files;
	struct value_sets *sets;
	struct table_shelf *shelf;
	struct countries *countries;
	struct detector *detector;
	struct pack **packs;		/* owns the array; in order of name */
	size_t pack_count;
	char hash[DIGEST_HEX];
};

/* ---- The steps ------------------------------------------------------------------------------- */

typedef void (*step)(struct mappings *, struct pack_loader *);

static void
read_countries(struct mappings *mappings, struct pack_loader *loader)
{
	mappings->countries = countries_read(mappings->files, loader->lint);
	loader->countries = mappings->countries;
}

static void
read_sets(struct mappings *mappings, struct pack_loader *loader)
{
	const struct mapping_file *file;
	size_t i;

	for (i = 0; (file = files_at(mappings->files, i)) != NULL; i++)
		if (file_kind(file->name) == FILE_SET)
			value_sets_add(mappings->sets, mappings->files, file, loader->lint);
}

/* All of them, used or not: a table with a mistake waits for somebody to use it. */
static void
read_tables(struct mappings *mappings, struct pack_loader *loader)
{
	const struct mapping_file *file;
	size_t i;

	for (i = 0; (file = files_at(mappings->files, i)) != NULL; i++)
		if (file_kind(file->name) == FILE_TABLE)
			shelf_table(mappings->shelf, file,
			    country_of(mappings->countries, file->name)->naming, loader->lint);
}

static int
by_name(const void *a, const void *b)
{
	const struct pack *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static void
read_packs(struct mappings *mappings, struct pack_loader *loader)
{
	const struct mapping_file *file;
	struct pack *pack;
	size_t i;

	for (i = 0; (file = files_at(mappings->files, i)) != NULL; i++) {
		if (file_kind(file->name) != FILE_PACK || (pack = pack_read(loader, file)) == NULL)
			continue;
		mappings->packs = grown(mappings->packs, mappings->pack_count, sizeof(*mappings->packs));
		mappings->packs[mappings->pack_count++] = pack;
	}
	if (mappings->pack_count > 0)
		qsort(mappings->packs, mappings->pack_count, sizeof(*mappings->packs), by_name);
	detector_close(mappings->detector, mappings->packs, mappings->pack_count, loader->lint);
}

static void
compile_stylesheets(struct mappings *mappings, struct pack_loader *loader)
{
	size_t i;

	for (i = 0; i < mappings->pack_count; i++)
		pack_compile(loader, mappings->packs[i]);
}

/* "; did you mean 'x'?" among the packs. */
static const char *
pack_hint(const struct mappings *mappings, char *out, size_t size, const char *name)
{
	const char **names = must_alloc((mappings->pack_count + 1) * sizeof(*names));
	size_t i;

	for (i = 0; i < mappings->pack_count; i++)
		names[i] = mappings->packs[i]->name;
	schema_hint(out, size, name, names);
	free(names);
	return out;
}

static void
check_cases(struct mappings *mappings, struct pack_loader *loader)
{
	char hint[160];
	size_t i, j;

	for (i = 0; i < mappings->pack_count; i++) {
		for (j = 0; mappings->packs[i]->cases[j] != NULL; j++) {
			const struct mapping_case *one = mappings->packs[i]->cases[j];

			if (one->pack == NULL || mappings_pack_named(mappings, one->pack) != NULL)
				continue;
			lint_error(loader->lint, "lint-case", one->file, one->pack_line, one->pack_column,
			    "there is no pack '%s'%s", one->pack,
			    pack_hint(mappings, hint, sizeof(hint), one->pack));
		}
	}
}

static void
check_unused(struct mappings *mappings, struct pack_loader *loader)
{
	const struct mapping_file *file;
	size_t i;

	for (i = 0; (file = files_at(mappings->files, i)) != NULL; i++) {
		enum file_kind kind = file_kind(file->name);

		if (kind == FILE_TABLE && !file->used)
			lint_warning(loader->lint, "lint-unused-table", file->path, 1, 1,
			    "no pack lists this table, and no table extends it");
		else if (kind == FILE_ROWS && !file->used)
			lint_warning(loader->lint, "lint-unused-file", file->path, 1, 1,
			    "no table or value set takes its rows from this file");
		else if (kind == FILE_CASE && !file->used && text_ends_with(file->name, ".yaml"))
			lint_warning(loader->lint, "lint-unused-file", file->path, 1, 1,
			    "no pack lists this case in its `tests`: it never runs");
		else if (kind == FILE_STRAY)
			lint_warning(loader->lint, "lint-unused-file", file->path, 1, 1,
			    "nobody looks for a file at this place (tables/, sets/, cases/, naming.yaml, "
			    "country.yaml, pack.yaml)");
	}
}

static void
check_some(struct mappings *mappings, struct pack_loader *loader)
{
	if (mappings->pack_count == 0)
		lint_error(loader->lint, "lint-no-packs", loader->root_count > 0 ? loader->roots[0] : NULL,
		    0, 0, "there is no pack (FOLDER/FORMAT/pack.yaml): no document could be mapped");
}

static const step steps[] = {
	read_countries,
	read_sets,
	read_tables,
	read_packs,
	compile_stylesheets,
	check_cases,
	check_unused,
	check_some,
};

/* ---- The hash -------------------------------------------------------------------------------- */

/* Whether what stands in the file can change a result. */
static bool
is_hashed(const struct mapping_file *file)
{
	enum file_kind kind = file_kind(file->name);

	return kind != FILE_OTHER && kind != FILE_STRAY && kind != FILE_CASE;
}

/* What nobody has read yet: stylesheets, and rows that no table takes. */
static void
read_for_hash(const struct mapping_file *file, struct ehds_findings *lint)
{
	struct ehds_error error = { 0 };
	struct buffer bytes = { 0 };

	if (files_read(&bytes, file, &error) != 0)
		lint_pass(lint, &error);
	buffer_free(&bytes);
}

/* One line of name and hash for the file, and for those it hides: a table may extend them. */
static void
hash_file(struct buffer *lines, const struct mapping_file *file, struct ehds_findings *lint)
{
	for (; file != NULL; file = file->hidden) {
		if (file->hash[0] == '\0')
			read_for_hash(file, lint);
		buffer_printf(lines, "%s %s\n", file->name, file->hash);
	}
}

static void
hash_all(struct mappings *mappings, struct ehds_findings *lint)
{
	const struct mapping_file *file;
	struct buffer lines = { 0 };
	size_t i;

	for (i = 0; (file = files_at(mappings->files, i)) != NULL; i++)
		if (is_hashed(file))
			hash_file(&lines, file, lint);
	must(!lines.failed);
	digest_sha256(mappings->hash, lines.data != NULL ? lines.data : "", lines.length);
	buffer_free(&lines);
}

/* ---- Public ---------------------------------------------------------------------------------- */

/* The first mistake stands for all in the error. */
static int
first_mistake(const struct ehds_finding *finding, struct ehds_error *error)
{
	while (finding != NULL && finding->severity != EHDS_SEVERITY_ERROR)
		finding = finding->next;
	if (finding == NULL)
		return error_set(error, EHDS_ERROR_MAPPING, "lint", NULL, 0, 0, "the mappings have mistakes");
	return error_set(error, EHDS_ERROR_MAPPING, finding->rule, finding->file, finding->line,
	    finding->column, "%s", finding->text);
}

int
mappings_load_files(struct mappings **out, struct mapping_files *files, const char *const *roots,
    size_t count, struct ehds_findings *lint, struct ehds_error *error)
{
	struct mappings *mappings = must_alloc(sizeof(*mappings));
	const struct ehds_finding *last = lint->last;
	size_t errors = lint->counts[EHDS_SEVERITY_ERROR], i;
	struct pack_loader loader = { .files = files, .roots = roots, .root_count = count, .lint = lint };

	mappings->arena = loader.arena = arena_new(0);
	mappings->files = files;
	mappings->sets = value_sets_new();
	mappings->shelf = loader.shelf = shelf_new(files, mappings->sets);
	mappings->detector = loader.detector = detector_new();
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		steps[i](mappings, &loader);
	hash_all(mappings, lint);
	*out = mappings;
	if (lint->counts[EHDS_SEVERITY_ERROR] == errors)
		return 0;
	mappings_free(out);
	return first_mistake(last != NULL ? last->next : lint->first, error);
}

int
mappings_load(struct mappings **out, const char *const *folders, size_t count, struct ehds_findings *lint,
    struct ehds_error *error)
{
	struct mapping_files *files = files_new();
	struct ehds_error place = { 0 };
	size_t i;

	*out = NULL;
	for (i = 0; i < count; i++) {
		if (files_scan(files, folders[i], &place) == 0)
			continue;
		lint_pass(lint, &place);
		files_free(&files);
		return error_set(error, place.kind, place.rule, place.file, 0, 0, "%s", place.text);
	}
	return mappings_load_files(out, files, folders, count, lint, error);
}

void
mappings_free(struct mappings **mappings)
{
	struct mappings *old = *mappings;
	size_t i;

	if (old == NULL)
		return;
	for (i = 0; i < old->pack_count; i++)
		pack_close(old->packs[i]);
	detector_free(&old->detector);
	shelf_free(&old->shelf);
	value_sets_free(&old->sets);
	countries_free(&old->countries);
	files_free(&old->files);
	arena_free(&old->arena);
	free(old->packs);
	free(old);
	*mappings = NULL;
}

const char *
mappings_hash(const struct mappings *mappings)
{
	return mappings->hash;
}

const struct pack *
mappings_pack(const struct mappings *mappings, size_t index)
{
	return index < mappings->pack_count ? mappings->packs[index] : NULL;
}

const struct pack *
mappings_pack_named(const struct mappings *mappings, const char *name)
{
	size_t i;

	for (i = 0; i < mappings->pack_count; i++)
		if (strcmp(mappings->packs[i]->name, name) == 0)
			return mappings->packs[i];
	return NULL;
}

const struct pack *
mappings_detect(const struct mappings *mappings, const struct xml_source *source, struct arena *arena,
    const struct detect_reason **reasons, struct ehds_error *error)
{
	return detector_find(mappings->detector, xml_source_doc(source), arena, reasons, error);
}
