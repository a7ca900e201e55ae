/* SPDX-License-Identifier: EUPL-1.2 */
/* See pack_load.h. */
#include "mapping/pack_load.h"

#include "base/text.h"
#include "mapping/envelope.h"
#include "mapping/keep.h"
#include "mapping/lint.h"
#include "mapping/regex.h"
#include "mapping/schema.h"
#include "mapping/xpath.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const char *const categories[] = { "patient-summary", "laboratory", "discharge", "prescription",
	"dispensation", "imaging", "none", NULL };

static const struct schema_key unify_keys[] = {
	{ "namespace", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "as", SCHEMA_URI, SCHEMA_ONE, true, NULL, NULL },
};

static const struct schema unify_schema = SCHEMA("a rule of `unify`", unify_keys);

static const char *const header_words[] = { "only", NULL };

static const struct schema_key compose_keys[] = {
	{ "sections", SCHEMA_CODE, SCHEMA_LIST, false, NULL, NULL },
	{ "header", SCHEMA_WORD, SCHEMA_ONE, false, header_words, NULL },
};

static const struct schema compose_schema = SCHEMA("`compose`", compose_keys);

static const struct schema_key pack_keys[] = {
	{ "pack", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "title", SCHEMA_TEXT, SCHEMA_ONE, true, NULL, NULL },
	{ "detect", SCHEMA_OBJECT, SCHEMA_LIST, true, NULL, &detect_rule_schema },
	{ "category", SCHEMA_WORD, SCHEMA_ONE, false, categories, NULL },
	{ "stylesheet", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "statements", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "namespaces", SCHEMA_NAMES, SCHEMA_ONE, false, NULL, NULL },
	{ "unify", SCHEMA_OBJECT, SCHEMA_LIST, false, NULL, &unify_schema },
	{ "tables", SCHEMA_TEXT, SCHEMA_LIST, false, NULL, NULL },
	{ "profile", SCHEMA_CANONICAL, SCHEMA_ONE, false, NULL, NULL },
	{ "compose", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &compose_schema },
	{ "refuse", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "envelope", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &envelope_schema },
	{ "tests", SCHEMA_TEXT, SCHEMA_LIST, false, NULL, NULL },
};

static const struct schema pack_schema = SCHEMA("a pack", pack_keys);

/* Bound in every pack: URI, prefix. */
static const char *const namespaces_known[][2] = {
	{ "urn:hl7-org:v3", "c" },
	{ "http://www.w3.org/2001/XMLSchema-instance", "xsi" },
};

#define KNOWN (sizeof(namespaces_known) / sizeof(namespaces_known[0]))

static const struct yaml_node *
scalar_at(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	return value != NULL && value->kind == YAML_SCALAR && !text_is_blank(value->text) ? value : NULL;
}

static const struct yaml_node *
list_at(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	return value != NULL && value->kind == YAML_SEQUENCE ? value : NULL;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void
read_name(struct pack_loader *loader, struct pack *pack, const char *folder, const struct yaml_node *root)
{
	const struct yaml_node *name = scalar_at(root, "pack");

	/* The folder names the pack, so that two packs cannot have one name. */
	pack->name = keep_text(loader->arena, folder);
	pack->country = keep_part(loader->arena, folder, strcspn(folder, "/"));
	if (name != NULL && strcmp(name->text, folder) != 0)
		lint_node(loader->lint, "lint-pack-name", pack->file, name,
		    "the pack is called '%s' but its folder is '%s'", name->text, folder);
}

static void
read_country(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file)
{
	const struct country *country = country_of(loader->countries, file->name);

	pack->naming = country->naming;
	pack->timezone = country->zone;
	pack->timezone_name = country->zone_name;
	pack->language = country->language;
	pack->summary_title = country->summary_title;
	if (country->path == NULL && pack->envelope == NULL && pack->refusal == NULL)
		lint_warning(loader->lint, "lint-no-country", pack->file, 1, 1,
		    "there is no %s/country.yaml: local times without a zone are cut to dates",
		    pack->country);
}

static void
read_namespaces(struct pack_loader *loader, struct pack *pack, const struct yaml_node *node)
{
	const struct yaml_node *child = node != NULL && node->kind == YAML_MAPPING ? node->children : NULL;
	size_t count = KNOWN + (child != NULL ? node->count : 0), used = 0, i;
	const char **namespaces = keep(loader->arena, (2 * count + 1) * sizeof(*namespaces));

	for (i = 0; i < KNOWN; i++) {
		namespaces[used++] = namespaces_known[i][0];
		namespaces[used++] = namespaces_known[i][1];
	}
	for (; child != NULL; child = child->next) {
		for (i = 0; i < KNOWN && strcmp(child->key, namespaces_known[i][1]) != 0; i++)
			;
		if (i < KNOWN)
			lint_node(loader->lint, "lint-namespace", pack->file, child,
			    "the prefix '%s' is bound to %s in every pack; take another one",
			    child->key, namespaces_known[i][0]);
		if (child->text == NULL || i < KNOWN)
			continue;
		namespaces[used++] = keep_text(loader->arena, child->text);
		namespaces[used++] = keep_text(loader->arena, child->key);
	}
	pack->namespaces = namespaces;
}

static void
read_unify(struct pack_loader *loader, struct pack *pack, const struct yaml_node *list)
{
	struct pack_unify *rules = keep(loader->arena, (list != NULL ? list->count + 1 : 1) * sizeof(*rules));
	const struct yaml_node *node = list != NULL ? list->children : NULL, *pattern, *as;
	char problem[256];

	pack->unify = rules;
	for (; node != NULL; node = node->next) {
		if (node->kind != YAML_MAPPING)
			continue;
		pattern = scalar_at(node, "namespace");
		as = scalar_at(node, "as");
		if (pattern == NULL || as == NULL)
			continue;
		rules[pack->unify_count].regex = regex_new(pattern->text, problem, sizeof(problem));
		if (rules[pack->unify_count].regex == NULL)
			lint_node(loader->lint, "lint-regex", pack->file, pattern,
			    "'%s' is no regular expression: %s", pattern->text, problem);
		else
			rules[pack->unify_count++].as = keep_text(loader->arena, as->text);
	}
}

/* ---- What it gives to a document of several sources ------------------------------------------ */

static void
read_compose(struct pack_loader *loader, struct pack *pack, const struct yaml_node *node)
{
	const struct yaml_node *list = node != NULL ? list_at(node, "sections") : NULL, *code;
	const char **sections = keep(loader->arena, (list != NULL ? list->count + 1 : 1) * sizeof(*sections));

	pack->sections = sections;
	if (node == NULL || node->kind != YAML_MAPPING)
		return;
	pack->composable = true;
	pack->header_only = yaml_get(node, "header") != NULL;
	for (code = list != NULL ? list->children : NULL; code != NULL; code = code->next)
		if (code->text != NULL)
			sections[pack->section_count++] = keep_text(loader->arena, code->text);
	if (pack->header_only == (pack->section_count > 0))
		lint_node(loader->lint, "lint-compose", pack->file, node,
		    "`compose` says which `sections` the documents know, or `header: only` when they know the patient "
		    "and no section; this one says %s", pack->header_only ? "both" : "neither");
}

/* ---- What the ledger counts ------------------------------------------------------------------ */

/* libxml2 takes no white space before '|'. */
static char *
without_space(const char *pattern)
{
	char *out = must_alloc(strlen(pattern) + 1), *end = out;
	const char *at;

	for (at = pattern; *at != '\0'; at++) {
		const char *behind = at;

		while (text_is_space(*behind))
			behind++;
		/* White space between two names stays, and is refused with the pattern. */
		if (behind == at
		    || (end > out && strchr("|/", end[-1]) == NULL && strchr("|/", *behind) == NULL))
			*end++ = *at;
	}
	return out;
}

static void
read_statements(struct pack_loader *loader, struct pack *pack, const struct yaml_node *node)
{
	const xmlChar **namespaces = (const xmlChar **)pack->namespaces;
	char problem[256], *pattern;

	if (node == NULL)
		return;
	pack->statements_text = keep_text(loader->arena, node->text);
	if (!xpath_names_known(node->text, pack->namespaces, false, problem, sizeof(problem))) {
		lint_node(loader->lint, "lint-statements", pack->file, node, "the pattern %s", problem);
		return;
	}
	pattern = without_space(node->text);
	pack->statements = xmlPatterncompile((const xmlChar *)pattern, NULL, XML_PATTERN_DEFAULT, namespaces);
	free(pattern);
	if (pack->statements == NULL)
		lint_node(loader->lint, "lint-statements", pack->file, node,
		    "'%s' is no pattern: names with / and // between them and | between alternatives, "
		    "without predicates and functions", node->text);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

/* "x" is tables/x.yaml of the pack; "../tables/x" is a path. */
static char *
table_file_name(const struct mapping_file *file, const char *entry)
{
	char *relative = must_printf("%s%s.yaml", strchr(entry, '/') != NULL ? "" : "tables/", entry);
	char *name = name_beside(file->name, relative);

	free(relative);
	return name;
}

static const struct table *
find_table(struct pack_loader *loader, const struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *node)
{
	char *name = table_file_name(file, node->text), hint[160];
	const struct mapping_file *found = name != NULL ? files_find(loader->files, name) : NULL;
	const struct table *table = NULL;

	if (name == NULL)
		lint_node(loader->lint, "lint-missing-table", pack->file, node,
		    "the path '%s' leads out of the mappings", node->text);
	else if (found == NULL)
		lint_node(loader->lint, "lint-missing-table", pack->file, node,
		    "there is no table '%s' (%s)%s", node->text, name,
		    files_hint(loader->files, hint, sizeof(hint), name));
	else if (file_kind(name) != FILE_TABLE)
		lint_node(loader->lint, "lint-missing-table", pack->file, node,
		    "%s is no table: tables stand in a folder tables/", name);
	else
		table = shelf_table(loader->shelf, found, country_of(loader->countries, name)->naming,
		    loader->lint);
	free(name);
	return table;
}

static void
read_tables(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *list)
{
	struct pack_table *tables = keep(loader->arena,
	    (list != NULL ? list->count + 1 : 1) * sizeof(*tables));
	const struct yaml_node *node = list != NULL ? list->children : NULL;
	size_t i;

	pack->tables = tables;
	for (; node != NULL; node = node->next) {
		const char *slash = node->text != NULL ? strrchr(node->text, '/') : NULL;
		struct pack_table table = { .file = pack->file, .line = node->line, .column = node->column };

		if (node->text == NULL || text_is_blank(node->text))
			continue;
		table.name = keep_text(loader->arena, slash != NULL ? slash + 1 : node->text);
		for (i = 0; i < pack->table_count && strcmp(tables[i].name, table.name) != 0; i++)
			;
		if (i < pack->table_count) {
			lint_node(loader->lint, "lint-duplicate-table", pack->file, node,
			    "two tables are called '%s' here (the other one is on line %d): stylesheets "
			    "could not tell them apart", table.name, tables[i].line);
			continue;
		}
		table.table = find_table(loader, pack, file, node);
		if (table.table != NULL)
			tables[pack->table_count++] = table;
	}
}

/* ---- Cases ----------------------------------------------------------------------------------- */

struct case_list {
	const struct mapping_case **cases;
	size_t count;
};

/* All files that the pattern names; a name without wildcards is a pattern too. */
static void
read_cases_like(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *pattern, struct case_list *list)
{
	char *like = name_beside(file->name, pattern->text);
	const struct mapping_case *read;
	const struct mapping_file *found;
	size_t i, matched = 0;

	for (i = 0; like != NULL && (found = files_at(loader->files, i)) != NULL; i++) {
		if (fnmatch(like, found->name, FNM_PATHNAME) != 0)
			continue;
		matched++;
		files_find(loader->files, found->name);	/* it is used */
		read = case_read(loader->files, found, file, loader->arena, loader->lint);
		if (read == NULL)
			continue;
		list->cases = grown(list->cases, list->count, sizeof(*list->cases));
		list->cases[list->count++] = read;
	}
	if (matched == 0)
		lint_node(loader->lint, "lint-missing-case", pack->file, pattern,
		    "no case file is called '%s' in the pack's folder", pattern->text);
	free(like);
}

static void
read_cases(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *patterns)
{
	const struct yaml_node *node = patterns != NULL ? patterns->children : NULL;
	const struct mapping_case **cases;
	struct case_list list = { 0 };

	for (; node != NULL; node = node->next)
		if (node->text != NULL && !text_is_blank(node->text))
			read_cases_like(loader, pack, file, node, &list);
	cases = keep(loader->arena, (list.count + 1) * sizeof(*cases));
	if (list.count > 0)
		memcpy(cases, list.cases, list.count * sizeof(*cases));
	free(list.cases);
	pack->cases = cases;
}

/* ---- The whole pack -------------------------------------------------------------------------- */

/* A pack maps, or it refuses, or it opens. */
static void
check_purpose(struct pack_loader *loader, const struct pack *pack, const struct yaml_node *root)
{
	const struct yaml_node *stylesheet = yaml_get(root, "stylesheet"), *refuse = yaml_get(root, "refuse");
	const struct yaml_node *envelope = yaml_get(root, "envelope");

	if (stylesheet == NULL && refuse == NULL && envelope == NULL)
		lint_node(loader->lint, "lint-missing-key", pack->file, root,
		    "a pack must have `stylesheet`, or `refuse` with the reason why it takes no documents, or "
		    "`envelope`");
	else if (stylesheet != NULL && refuse != NULL)
		lint_node(loader->lint, "lint-refuse", pack->file, refuse,
		    "a pack with `refuse` maps nothing: take `stylesheet` or `refuse` out");
	else if (envelope != NULL && (stylesheet != NULL || refuse != NULL))
		lint_node(loader->lint, "lint-envelope", pack->file, envelope,
		    "a pack with `envelope` opens documents and maps or refuses none: take one of both out");
	if (envelope != NULL)
		return;
	if (refuse == NULL && yaml_get(root, "category") == NULL)
		lint_node(loader->lint, "lint-missing-key", pack->file, root, "a pack must have `category`");
	if (refuse == NULL && stylesheet != NULL && yaml_get(root, "tests") == NULL)
		lint_warning(loader->lint, "lint-no-tests", pack->file, root->line, root->column,
		    "the pack has no `tests`: nothing proves what its stylesheet does");
}

static void
find_stylesheet(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *node)
{
	char *name = node != NULL ? name_beside(file->name, node->text) : NULL, hint[160] = "";
	const struct mapping_file *found = name != NULL ? files_find(loader->files, name) : NULL;

	if (found != NULL)
		pack->stylesheet_path = keep_text(loader->arena, found->path);
	else if (node != NULL)
		lint_node(loader->lint, "lint-missing-stylesheet", pack->file, node,
		    "there is no stylesheet '%s' in the pack's folder%s", node->text,
		    name != NULL ? files_hint(loader->files, hint, sizeof(hint), name) : "");
	free(name);
}

static void
read_all(struct pack_loader *loader, struct pack *pack, const struct mapping_file *file,
    const struct yaml_node *root)
{
	const struct yaml_node *rules = list_at(root, "detect");
	const char *category = yaml_text(root, "category");

	pack->title = keep_text(loader->arena, yaml_text(root, "title"));
	pack->category = category != NULL ? keep_text(loader->arena, category) : "none";
	pack->profile = keep_text(loader->arena, yaml_text(root, "profile"));
	pack->refusal = keep_text(loader->arena, yaml_text(root, "refuse"));
	check_purpose(loader, pack, root);
	read_namespaces(loader, pack, yaml_get(root, "namespaces"));
	pack->envelope = envelope_read(pack, yaml_get(root, "envelope"), loader->arena, loader->lint);
	read_country(loader, pack, file);
	read_unify(loader, pack, list_at(root, "unify"));
	read_compose(loader, pack, yaml_get(root, "compose"));
	if (rules != NULL)
		detector_read(loader->detector, pack, rules, loader->arena, loader->lint);
	read_statements(loader, pack, scalar_at(root, "statements"));
	read_tables(loader, pack, file, list_at(root, "tables"));
	find_stylesheet(loader, pack, file, scalar_at(root, "stylesheet"));
	read_cases(loader, pack, file, list_at(root, "tests"));
}

struct pack *
pack_read(struct pack_loader *loader, const struct mapping_file *file)
{
	struct pack *pack = keep(loader->arena, sizeof(*pack));
	char *folder = name_beside(file->name, "."), *path = must_strdup(file->path);
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;

	*strrchr(path, '/') = '\0';
	pack->folder = keep_text(loader->arena, path);
	pack->file = keep_text(loader->arena, file->path);
	free(path);
	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(loader->lint, &error);
		free(folder);
		return NULL;
	}
	schema_check(&pack_schema, yaml, loader->lint);
	if (yaml_root(yaml) == NULL || yaml_root(yaml)->kind != YAML_MAPPING) {
		pack = NULL;
	} else {
		read_name(loader, pack, folder, yaml_root(yaml));
		read_all(loader, pack, file, yaml_root(yaml));
	}
	yaml_free(&yaml);
	free(folder);
	return pack;
}

void
pack_compile(struct pack_loader *loader, struct pack *pack)
{
	if (pack->stylesheet_path != NULL && pack->refusal == NULL)
		pack->stylesheet = stylesheet_load(pack, pack->stylesheet_path, loader->roots,
		    loader->root_count, loader->lint);
}

void
pack_close(struct pack *pack)
{
	size_t i;

	stylesheet_free(&pack->stylesheet);
	envelope_free(&pack->envelope);
	for (i = 0; i < pack->unify_count; i++)
		regex_free(&pack->unify[i].regex);
	if (pack->statements != NULL)
		xmlFreePatternList(pack->statements);
}
