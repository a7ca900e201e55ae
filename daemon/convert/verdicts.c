/* SPDX-License-Identifier: EUPL-1.2 */
/* See verdicts.h. */
#include "convert/verdicts.h"
#include "convert/validate.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "format/yaml.h"
#include "mapping/lint.h"
#include "mapping/schema.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX ((size_t)64 * 1024 * 1024)

/* One case while it is judged. */
struct golden {
	const struct converter *converter;
	const char *path;		/* of the case file */
	const struct yaml_node *root;
	struct arena *arena;
	struct ehds_findings failures;
};

static const struct schema_key replace_keys[] = {
	{ "this", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "by", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema replace_schema = SCHEMA("a replacement", replace_keys);

static const struct schema_key verdict_keys[] = {
	{ "case", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "document", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "profile", SCHEMA_CANONICAL, SCHEMA_ONE, false, NULL, NULL },
	{ "replace", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &replace_schema },
	{ "findings", SCHEMA_TEXT, SCHEMA_LIST, false, NULL, NULL },
};

static const struct schema verdict_schema = SCHEMA("a golden verdict", verdict_keys);

/* ---- The document ---------------------------------------------------------------------------------------------- */

/* The document with its one change; false when the text to change is not there, or more than once. */
static bool
replace(struct buffer *bytes, const struct yaml_node *change)
{
	const char *this = yaml_text(change, "this"), *by = yaml_text(change, "by"), *at, *again;
	struct buffer changed = { 0 };

	buffer_putc(bytes, '\0');
	at = strstr(bytes->data, this);
	again = at != NULL ? strstr(at + 1, this) : NULL;
	bytes->length--;
	if (at == NULL || again != NULL)
		return false;
	buffer_append(&changed, bytes->data, (size_t)(at - bytes->data));
	buffer_puts(&changed, by != NULL ? by : "");
	buffer_append(&changed, at + strlen(this), bytes->length - (size_t)(at - bytes->data) - strlen(this));
	buffer_free(bytes);
	*bytes = changed;
	return true;
}

static bool
read_document(struct golden *golden, struct buffer *bytes, const char *folder)
{
	const struct yaml_node *name = yaml_get(golden->root, "document"), *change = yaml_get(golden->root, "replace");
	char *path = path_join(folder, name->text);
	struct ehds_error error = { 0 };
	int result = file_read(bytes, path, DOCUMENT_MAX, &error);

	free(path);
	if (result != 0)
		lint_node(&golden->failures, "verdict-document", golden->path, name, "the document cannot be read: %s", error.text);
	else if (change != NULL && !replace(bytes, change))
		lint_node(&golden->failures, "verdict-document", golden->path, change,
		    "the text to replace does not stand in the document once");
	return golden->failures.first == NULL;
}

/* ---- Findings against expectations ------------------------------------------------------------------------------ */

static const char *
line_of(const struct ehds_finding *finding, struct arena *arena)
{
	const char *line = arena_printf(arena, "%s %s at %s", severity_name(finding->severity), finding->rule,
	    finding->expression != NULL ? finding->expression : "-");

	must(line != NULL);
	return line;
}

/* Each expectation takes one finding, so that two of a kind are two lines. */
static void
compare(struct golden *golden, const struct ehds_findings *found)
{
	const struct yaml_node *list = yaml_get(golden->root, "findings"), *wanted;
	size_t count = list != NULL ? list->count : 0, i;
	bool *met = arena_alloc(golden->arena, count + 1);
	const struct ehds_finding *finding;

	must(met != NULL);
	for (finding = found->first; finding != NULL; finding = finding->next) {
		const char *line = line_of(finding, golden->arena);

		if (finding->severity < EHDS_SEVERITY_WARNING)
			continue;
		wanted = list != NULL ? list->children : NULL;
		for (i = 0; wanted != NULL && (met[i] || strcmp(wanted->text, line) != 0); i++)
			wanted = wanted->next;
		if (wanted != NULL)
			met[i] = true;
		else
			lint_node(&golden->failures, "verdict-unexpected", golden->path, list != NULL ? list : golden->root,
			    "the gate also finds: %s: %s", line, finding->text);
	}
	wanted = list != NULL ? list->children : NULL;
	for (i = 0; i < count; i++, wanted = wanted->next)
		if (!met[i])
			lint_node(&golden->failures, "verdict-missing", golden->path, wanted, "the gate does not find: %s",
			    wanted->text);
}

static void
judge(struct golden *golden, const char *folder)
{
	struct validation validation = { 0 };
	struct buffer bytes = { 0 };

	if (read_document(golden, &bytes, folder)) {
		validate_document(&validation, golden->converter, yaml_text(golden->root, "document"),
		    yaml_text(golden->root, "profile"), bytes.data, bytes.length);
		if (validation.error.kind != EHDS_ERROR_NONE)
			lint_pass(&golden->failures, &validation.error);
		compare(golden, &validation.findings);
		validation_free(&validation);
	}
	buffer_free(&bytes);
}

/* ---- The folder -------------------------------------------------------------------------------------------------- */

static bool
run_file(const struct converter *converter, const char *folder, const char *path, verdict_listener listener, void *user)
{
	struct arena *arena = arena_new(0);
	struct golden golden = { .converter = converter, .path = path, .arena = arena, .failures = findings_new(arena) };
	struct ehds_error error = { 0 };
	struct yaml_file *file = NULL;
	bool held;

	if (yaml_load(&file, path, &error) != 0) {
		lint_pass(&golden.failures, &error);
	} else if (schema_check(&verdict_schema, file, &golden.failures)) {
		golden.root = yaml_root(file);
		judge(&golden, folder);
	}
	held = golden.failures.first == NULL;
	if (listener != NULL)
		listener(user, path, golden.root != NULL ? yaml_text(golden.root, "case") : path, &golden.failures);
	yaml_free(&file);
	arena_free(&arena);
	return held;
}

int
verdicts_run(struct verdict_count *count, const struct converter *converter, const char *folder, verdict_listener listener,
    void *user, struct ehds_error *error)
{
	char *cases = path_join(folder, "cases"), **names = NULL;
	size_t files = 0;
	int result = folder_exists(cases) ? folder_list(&names, &files, cases, error) : 0;

	memset(count, 0, sizeof(*count));
	for (size_t i = 0; result == 0 && i < files; i++) {
		char *path = path_join(cases, names[i]);

		if (text_ends_with(path, ".yaml")) {
			if (run_file(converter, cases, path, listener, user))
				count->passed++;
			else
				count->failed++;
		}
		free(path);
	}
	folder_list_free(&names, files);
	free(cases);
	return result;
}
