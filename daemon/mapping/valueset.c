/* SPDX-License-Identifier: EUPL-1.2 */
/* See valueset.h. */
#include "mapping/valueset.h"

#include "mapping/keep.h"
#include "mapping/keyindex.h"
#include "mapping/lint.h"
#include "mapping/schema.h"
#include "mapping/tsv.h"

#include <stdlib.h>
#include <string.h>

struct value_set {
	const char *name, *path;
	struct keyindex codes;		/* by code, and by code and system */
};

struct value_sets {
	struct arena *arena;
	struct value_set **sets;	/* owns the array */
	size_t count;
	struct keyindex names;		/* names and URLs */
};

enum { CODE, SYSTEM, DISPLAY, CODE_COLUMNS };

static const struct schema_key code_keys[CODE_COLUMNS] = {
	[CODE] = { "code", SCHEMA_CODE, SCHEMA_ONE, true, NULL, NULL },
	[SYSTEM] = { "system", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	[DISPLAY] = { "display", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema code_schema = SCHEMA("a code of a value set", code_keys);

static const struct schema_key set_keys[] = {
	{ "set", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "url", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "version", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "licence", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "system", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "why", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "codes", SCHEMA_CODE_OBJECT, SCHEMA_LIST_OR_FILE, true, NULL, &code_schema },
};

static const struct schema set_schema = SCHEMA("a value set", set_keys);

struct value_sets *
value_sets_new(void)
{
	struct value_sets *sets = must_alloc(sizeof(*sets));

	sets->arena = arena_new(0);
	return sets;
}

void
value_sets_free(struct value_sets **sets)
{
	size_t i;

	if (*sets == NULL)
		return;
	for (i = 0; i < (*sets)->count; i++)
		keyindex_free(&(*sets)->sets[i]->codes);
	keyindex_free(&(*sets)->names);
	arena_free(&(*sets)->arena);
	free((*sets)->sets);
	free(*sets);
	*sets = NULL;
}

static void
add_code(struct value_sets *sets, struct value_set *set, const char *code, const char *system)
{
	code = keep_text(sets->arena, code);
	keyindex_put(&set->codes, code, NULL, 0);
	if (system != NULL)
		keyindex_put(&set->codes, code, keep_text(sets->arena, system), 0);
}

static void
read_list(struct value_sets *sets, struct value_set *set, const struct yaml_node *codes, const char *system)
{
	const struct yaml_node *node;

	for (node = codes->children; node != NULL; node = node->next) {
		const char *code = node->kind == YAML_SCALAR ? node->text : yaml_text(node, "code");
		const char *own = yaml_text(node, "system");

		if (code != NULL)
			add_code(sets, set, code, own != NULL ? own : system);
	}
}

static void
read_rows(struct value_sets *sets, struct value_set *set, const struct mapping_file *file,
    struct buffer *bytes, const char *system, struct ehds_findings *lint)
{
	struct tsv tsv = { .known = code_keys,
		.known_count = CODE_COLUMNS,
		.path = file->path,
		.lint = lint };
	struct yaml_node cells[CODE_COLUMNS];

	buffer_putc(bytes, '\n');	/* an empty buffer has no memory */
	if (bytes->failed || !tsv_open(&tsv, bytes->data, bytes->length))
		return;
	while (tsv_row(&tsv, cells))
		add_code(sets, set, cells[CODE].text,
		    cells[SYSTEM].text != NULL ? cells[SYSTEM].text : system);
}

static void
read_file(struct value_sets *sets, struct value_set *set, struct mapping_files *files,
    const struct mapping_file *file, const struct yaml_node *codes, const char *system,
    struct ehds_findings *lint)
{
	char *name = name_beside(file->name, codes->text);
	const struct mapping_file *rows = name != NULL ? files_find(files, name) : NULL;
	struct ehds_error error = { 0 };
	struct buffer bytes = { 0 };

	if (rows == NULL)
		lint_node(lint, "lint-missing-file", file->path, codes,
		    "there is no file '%s' beside this one", codes->text);
	else if (files_read(&bytes, rows, &error) != 0)
		lint_pass(lint, &error);
	else
		read_rows(sets, set, rows, &bytes, system, lint);
	buffer_free(&bytes);
	free(name);
}

/* The set's names: a second set of the same one would be a matter of luck. */
static void
register_name(struct value_sets *sets, const char *name, const struct yaml_node *node, const char *path,
    struct ehds_findings *lint)
{
	size_t old = keyindex_find(&sets->names, name, NULL);

	if (old != KEYINDEX_NONE)
		lint_node(lint, "lint-duplicate-set", path, node, "'%s' is the value set of %s already", name,
		    sets->sets[old]->path);
	else
		keyindex_put(&sets->names, keep_text(sets->arena, name), NULL, sets->count);
}

static void
read_set(struct value_sets *sets, struct mapping_files *files, const struct mapping_file *file,
    const struct yaml_node *root, struct ehds_findings *lint)
{
	const struct yaml_node *name = yaml_get(root, "set"), *codes = yaml_get(root, "codes");
	const struct yaml_node *url = yaml_get(root, "url");
	struct value_set *set = keep(sets->arena, sizeof(*set));

	set->name = keep_text(sets->arena, name->text);
	set->path = keep_text(sets->arena, file->path);
	register_name(sets, name->text, name, file->path, lint);
	if (url != NULL)
		register_name(sets, url->text, url, file->path, lint);
	sets->sets = grown(sets->sets, sets->count, sizeof(struct value_set *));
	sets->sets[sets->count++] = set;
	if (codes->kind == YAML_SCALAR)
		read_file(sets, set, files, file, codes, yaml_text(root, "system"), lint);
	else
		read_list(sets, set, codes, yaml_text(root, "system"));
}

void
value_sets_add(struct value_sets *sets, struct mapping_files *files, const struct mapping_file *file,
    struct ehds_findings *lint)
{
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;

	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(lint, &error);
		return;
	}
	if (schema_check(&set_schema, yaml, lint))
		read_set(sets, files, file, yaml_root(yaml), lint);
	yaml_free(&yaml);
}

const struct value_set *
value_set_find(const struct value_sets *sets, const char *name)
{
	size_t at = keyindex_find(&sets->names, name, NULL);

	return at != KEYINDEX_NONE ? sets->sets[at] : NULL;
}

bool
value_set_has(const struct value_set *set, const char *system, const char *code)
{
	return keyindex_find(&set->codes, code, system) != KEYINDEX_NONE;
}

const char *
value_sets_hint(const struct value_sets *sets, char *out, size_t size, const char *name)
{
	const char **names = must_alloc((sets->count + 1) * sizeof(*names));
	size_t i;

	for (i = 0; i < sets->count; i++)
		names[i] = sets->sets[i]->name;
	schema_hint(out, size, name, names);
	free(names);
	return out;
}
