/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mapping files: naming, countries, tables with TSV, value sets, packs with detection rules, cases. An
 * input is a folder: lines ">>> NAME" begin its files. Stylesheets are left out: libxslt reads them from
 * disk. Promises: a refusal says why, and where; what is taken answers to its own codes.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "format/xml.h"
#include "mapping/load.h"
#include "mapping/pack.h"
#include "mapping/stylesheet.h"

#include "target.h"

#include <stdlib.h>
#include <string.h>

#define MARK ">>> "

static void
add_file(struct mapping_files *files, char *name, const char *bytes, size_t length)
{
	char *end = name + strcspn(name, "\r\n");

	*end = '\0';
	if (end > name && !text_ends_with(name, ".xsl") && strlen(name) == strnlen(name, 200)
	    && text_valid_utf8(name, strlen(name)) == strlen(name))
		files_add(files, name, name, bytes, length);
}

/* The place of the next mark at the beginning of a line, or the end. */
static char *
next_mark(char *at, char *end)
{
	for (; at < end; at++) {
		if ((size_t)(end - at) >= strlen(MARK) && memcmp(at, MARK, strlen(MARK)) == 0)
			return at;
		at = memchr(at, '\n', (size_t)(end - at));
		if (at == NULL)
			break;
	}
	return end;
}

/* text is writable and ends in a NUL behind end. */
static struct mapping_files *
split(char *text, char *end)
{
	struct mapping_files *files = files_new();
	char *at = next_mark(text, end);

	while (at < end) {
		char *name = at + strlen(MARK), *newline = memchr(name, '\n', (size_t)(end - name));
		char *bytes = newline != NULL ? newline + 1 : end;

		at = next_mark(bytes, end);
		add_file(files, name, bytes, (size_t)(at - bytes));
	}
	return files;
}

static void
check_lint(const struct ehds_findings *lint)
{
	const struct ehds_finding *finding;

	for (finding = lint->first; finding != NULL; finding = finding->next) {
		must(finding->rule != NULL && finding->text != NULL && finding->text[0] != '\0');
		must(finding->line > 0 || strcmp(finding->rule, "lint-no-packs") == 0
		    || strcmp(finding->rule, "findings-limit") == 0);
	}
}

static void
check_tables(const struct pack *pack)
{
	const struct table_row *row;
	size_t i, j;

	for (i = 0; i < pack->table_count; i++) {
		const struct table *table = pack->tables[i].table;

		must(pack_table_named(pack, pack->tables[i].name) == table);
		for (j = 0; (row = table_row_at(table, j)) != NULL; j++) {
			must(table_find(table, row->from, row->from2) == row);
			must((row->to == NULL) == (row->relation == RELATION_UNMATCHED));
			must(row->why != NULL || row->relation == RELATION_EQUIVALENT);
		}
	}
}

static void
check_mappings(const struct mappings *mappings)
{
	const struct pack *pack;
	char buffer[64];
	size_t i;

	must(strlen(mappings_hash(mappings)) == 64);
	for (i = 0; (pack = mappings_pack(mappings, i)) != NULL; i++) {
		must(mappings_pack_named(mappings, pack_name(pack)) == pack);
		must(pack_title(pack) != NULL && pack_category(pack) != NULL && pack->rule_count > 0);
		must(naming_uri(pack->naming, "2.999", buffer, sizeof(buffer)) != NULL);
		check_tables(pack);
	}
}

/* Whoever takes the document is among the reasons, and nobody else says so. */
static void
check_detection(const struct mappings *mappings, const char *bytes, size_t length, struct arena *arena)
{
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	const struct detect_reason *reason;
	const struct pack *pack;
	struct xml_source *source;
	size_t taken = 0;

	if (xml_parse(&source, bytes, length, "document.xml", &xml_limits_default, arena, &findings, &error) != 0)
		return;
	pack = mappings_detect(mappings, source, arena, &reason, &error);
	must((pack == NULL) == (error.kind != EHDS_ERROR_NONE));
	for (; reason != NULL; reason = reason->next) {
		must(reason->reason != NULL && reason->reason[0] != '\0');
		must(reason->taken == (reason->pack == pack));
		taken += reason->taken;
	}
	must(taken == (pack != NULL));
	xml_source_free(&source);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings lint = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	char *text = must_alloc(length + 1);
	const struct mapping_file *document;
	struct mapping_files *files;
	struct mappings *mappings;

	xml_open();
	stylesheet_open();
	memcpy(text, bytes, length);
	files = split(text, text + length);
	document = files_find(files, "document.xml");
	if (mappings_load_files(&mappings, files, NULL, 0, &lint, &error) == 0) {
		must(lint.counts[EHDS_SEVERITY_ERROR] == 0);
		check_mappings(mappings);
		if (document != NULL)
			check_detection(mappings, document->bytes, document->length, arena);
		mappings_free(&mappings);
	} else {
		must(mappings == NULL && lint.counts[EHDS_SEVERITY_ERROR] > 0);
		must(error.kind == EHDS_ERROR_MAPPING && error.text[0] != '\0');
	}
	check_lint(&lint);
	free(text);
	arena_free(&arena);
	return 0;
}
