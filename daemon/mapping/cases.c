/* SPDX-License-Identifier: EUPL-1.2 */
/* See cases.h. */
#include "mapping/cases.h"

#include "base/file.h"
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/schema.h"

#include <stdlib.h>
#include <string.h>

static const char *const states[] = { "converted", "held", "refused", NULL };

static const struct schema_key expect_keys[] = {
	{ "path", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "equals", SCHEMA_TEXT, SCHEMA_EITHER, false, NULL, NULL },
	{ "contains", SCHEMA_TEXT, SCHEMA_EITHER, false, NULL, NULL },
	{ "count", SCHEMA_NUMBER, SCHEMA_ONE, false, NULL, NULL },
	{ "absent", SCHEMA_FLAG, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema expect_schema = SCHEMA("an expectation", expect_keys);

static const struct schema_key case_keys[] = {
	{ "case", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "document", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "with", SCHEMA_TEXT, SCHEMA_LIST, false, NULL, NULL },
	{ "pack", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "date", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "state", SCHEMA_WORD, SCHEMA_ONE, true, states, NULL },
	{ "expect", SCHEMA_OBJECT, SCHEMA_LIST, false, NULL, &expect_schema },
	{ "findings", SCHEMA_TEXT, SCHEMA_LIST, false, NULL, NULL },
};

static const struct schema case_schema = SCHEMA("a case", case_keys);

static bool
check_expectation(const struct yaml_node *node, const char *path, struct ehds_findings *lint)
{
	int questions = (yaml_get(node, "equals") != NULL) + (yaml_get(node, "contains") != NULL)
	    + (yaml_get(node, "count") != NULL) + (yaml_get(node, "absent") != NULL);
	const char *absent = yaml_text(node, "absent");

	if (questions != 1)
		lint_node(lint, "lint-case", path, node,
		    "an expectation says one of `equals`, `contains`, `count` and `absent`; this one says %s",
		    questions == 0 ? "none" : "more");
	else if (absent != NULL && strcmp(absent, "true") != 0)
		lint_node(lint, "lint-case", path, yaml_get(node, "absent"),
		    "`absent: false` says nothing; write what the path must be");
	else
		return true;
	return false;
}

/* One text or a list of them. */
static const char *const *
read_values(size_t *count, const struct yaml_node *said, struct arena *arena)
{
	const struct yaml_node *node = said->kind == YAML_SEQUENCE ? said->children : said;
	const char **values;
	size_t i;

	*count = said->kind == YAML_SEQUENCE ? said->count : 1;
	values = keep(arena, *count * sizeof(*values));
	for (i = 0; i < *count; i++, node = node->next)
		values[i] = keep_text(arena, node->text);
	return values;
}

static bool
read_expectations(struct mapping_case *out, const struct yaml_node *list, struct arena *arena,
    struct ehds_findings *lint)
{
	struct case_expectation *expectations = keep(arena,
	    (list != NULL ? list->count : 0) * sizeof(*expectations));
	const struct yaml_node *node = list != NULL ? list->children : NULL;
	bool good = true;

	out->expectations = expectations;
	for (; node != NULL; node = node->next) {
		struct case_expectation *expectation = &expectations[out->expectation_count++];
		const char *count = yaml_text(node, "count");

		good = check_expectation(node, out->file, lint) && good;
		expectation->path = keep_text(arena, yaml_text(node, "path"));
		expectation->counted = count != NULL;
		expectation->count = count != NULL ? strtoul(count, NULL, 10) : 0;
		expectation->absent = yaml_get(node, "absent") != NULL;
		expectation->line = node->line;
		expectation->column = node->column;
		if (yaml_get(node, "equals") != NULL)
			expectation->values = read_values(&expectation->value_count,
			    yaml_get(node, "equals"), arena);
		if (yaml_get(node, "contains") != NULL)
			expectation->parts = read_values(&expectation->part_count,
			    yaml_get(node, "contains"), arena);
	}
	return good;
}

static void
read_findings(struct mapping_case *out, const struct yaml_node *list, struct arena *arena)
{
	size_t count = list != NULL ? list->count : 0, i;
	const struct yaml_node *node = list != NULL ? list->children : NULL;
	const char **rules = keep(arena, (count + 1) * sizeof(*rules));
	int *lines = keep(arena, (count + 1) * sizeof(*lines));

	for (i = 0; i < count; i++, node = node->next) {
		rules[i] = keep_text(arena, node->text);
		lines[i] = node->line;
	}
	out->findings = rules;
	out->finding_lines = lines;
}

/* A document may lie outside the mappings: it is looked for from the pack's folder on. */
static const char *
path_beside(const struct mapping_file *pack, const char *relative, struct arena *arena)
{
	const char *slash = strrchr(pack->path, '/');
	const char *path = arena_printf(arena, "%.*s/%s", (int)(slash != NULL ? slash - pack->path : 0),
	    pack->path, relative);

	must(path != NULL);
	return pack->bytes == NULL && relative[0] != '/' && file_exists(path) ? path : NULL;
}

static const char *
find_document(const struct mapping_case *out, struct mapping_files *files, const struct yaml_node *node,
    const struct mapping_file *pack, struct arena *arena, struct ehds_findings *lint)
{
	char *name = name_beside(pack->name, node->text), hint[160] = "";
	const struct mapping_file *document = name != NULL ? files_find(files, name) : NULL;
	const char *path = document != NULL ? keep_text(arena, document->path) : path_beside(pack, node->text, arena);

	if (path == NULL)
		lint_node(lint, "lint-case", out->file, node,
		    "there is no document '%s' in the pack's folder%s", node->text,
		    name != NULL ? files_hint(files, hint, sizeof(hint), name) : "");
	free(name);
	return path;
}

/* The document, and those that are converted with it. */
static bool
find_documents(struct mapping_case *out, struct mapping_files *files, const struct yaml_node *root,
    const struct mapping_file *pack, struct arena *arena, struct ehds_findings *lint)
{
	const struct yaml_node *with = yaml_get(root, "with"), *node = with != NULL ? with->children : NULL;
	const char **documents = keep(arena, ((with != NULL ? with->count : 0) + 1) * sizeof(*documents));
	bool good = with == NULL || with->count < CASE_DOCUMENTS_MAX;

	if (!good)
		lint_node(lint, "lint-case", out->file, with, "a case has at most %d documents", CASE_DOCUMENTS_MAX);
	out->documents = documents;
	documents[out->document_count++] = find_document(out, files, yaml_get(root, "document"), pack, arena, lint);
	for (; node != NULL; node = node->next)
		documents[out->document_count++] = find_document(out, files, node, pack, arena, lint);
	for (size_t i = 0; i < out->document_count; i++)
		good = good && documents[i] != NULL;
	return good;
}

static bool
read_case(struct mapping_case *out, struct mapping_files *files, const struct yaml_node *root,
    const struct mapping_file *pack_file, struct arena *arena, struct ehds_findings *lint)
{
	const struct yaml_node *state = yaml_get(root, "state"), *pack = yaml_get(root, "pack");
	bool good;

	out->title = keep_text(arena, yaml_text(root, "case"));
	out->date = keep_text(arena, yaml_text(root, "date"));
	out->state = keep_text(arena, state->text);
	out->state_line = state->line;
	out->state_column = state->column;
	if (pack != NULL) {
		out->pack = keep_text(arena, pack->text);
		out->pack_line = pack->line;
		out->pack_column = pack->column;
	}
	good = find_documents(out, files, root, pack_file, arena, lint);
	read_findings(out, yaml_get(root, "findings"), arena);
	return read_expectations(out, yaml_get(root, "expect"), arena, lint) && good;
}

const struct mapping_case *
case_read(struct mapping_files *files, const struct mapping_file *file, const struct mapping_file *pack,
    struct arena *arena, struct ehds_findings *lint)
{
	struct mapping_case *out = keep(arena, sizeof(*out));
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;
	bool good;

	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(lint, &error);
		return NULL;
	}
	out->file = keep_text(arena, file->path);
	good = schema_check(&case_schema, yaml, lint)
	    && read_case(out, files, yaml_root(yaml), pack, arena, lint);
	yaml_free(&yaml);
	return good ? out : NULL;
}
