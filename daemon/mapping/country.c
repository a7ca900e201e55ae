/* SPDX-License-Identifier: EUPL-1.2 */
/* See country.h. */
#include "mapping/country.h"

#include "mapping/keep.h"
#include "mapping/keyindex.h"
#include "mapping/lint.h"
#include "mapping/regex.h"
#include "mapping/schema.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	struct country country;
	struct naming *naming;		/* owns; NULL: the shared one */
	struct timezone_data *zone;	/* owns */
};

struct countries {
	struct arena *arena;
	struct entry *entries;		/* owns the array */
	size_t count;
	struct keyindex names;
	struct naming *shared;
	struct country shared_country;	/* for folders that are no country */
	struct regex *language;
};

static const struct schema_key country_keys[] = {
	{ "country", SCHEMA_CODE, SCHEMA_ONE, true, NULL, NULL },
	{ "timezone", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "language", SCHEMA_CODE, SCHEMA_ONE, false, NULL, NULL },
	{ "summary-title", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema country_schema = SCHEMA("a country", country_keys);

/* RFC 5646, section 2.1, without extensions, private use and grandfathered tags. */
static const char language_tag[] =
    "[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*";

static const char *
folder_of(struct countries *countries, const char *file_name)
{
	return keep_part(countries->arena, file_name, strcspn(file_name, "/"));
}

static void
read_zone(struct entry *entry, const struct yaml_node *node, struct ehds_findings *lint)
{
	struct ehds_error error = { 0 };

	if (timezone_load(&entry->zone, node->text, &error) != 0)
		lint_node(lint, "lint-timezone", entry->country.path, node, "%s", error.text);
	entry->country.zone = entry->zone;
}

static void
read_country(struct countries *countries, struct entry *entry, const struct yaml_node *root,
    struct ehds_findings *lint)
{
	const struct yaml_node *name = yaml_get(root, "country"), *zone = yaml_get(root, "timezone");
	const struct yaml_node *language = yaml_get(root, "language");

	if (name != NULL && name->text != NULL && strcmp(name->text, entry->country.name) != 0)
		lint_node(lint, "lint-country-name", entry->country.path, name,
		    "the country is called '%s' but its folder is '%s'", name->text, entry->country.name);
	if (zone != NULL && zone->text != NULL) {
		entry->country.zone_name = keep_text(countries->arena, zone->text);
		read_zone(entry, zone, lint);
	}
	entry->country.summary_title = keep_text(countries->arena, yaml_text(root, "summary-title"));
	if (language == NULL || language->text == NULL)
		return;
	entry->country.language = keep_text(countries->arena, language->text);
	if (regex_matches(countries->language, language->text) != 1)
		lint_node(lint, "lint-language", entry->country.path, language,
		    "'%s' is no language tag (BCP 47: language-REGION)", language->text);
}

static void
add_country(struct countries *countries, const struct mapping_file *file, struct ehds_findings *lint)
{
	struct entry entry = { .naming = naming_new() };
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;

	entry.country.name = folder_of(countries, file->name);
	entry.country.path = keep_text(countries->arena, file->path);
	entry.country.naming = entry.naming;
	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(lint, &error);
	} else {
		if (schema_check(&country_schema, yaml, lint) || yaml_root(yaml) != NULL)
			read_country(countries, &entry, yaml_root(yaml), lint);
		yaml_free(&yaml);
	}
	countries->entries = grown(countries->entries, countries->count, sizeof(*countries->entries));
	keyindex_put(&countries->names, entry.country.name, NULL, countries->count);
	countries->entries[countries->count++] = entry;
}

static struct entry *
entry_of(const struct countries *countries, const char *file_name)
{
	size_t length = strcspn(file_name, "/"), at;
	char *name = must_alloc(length + 1);

	memcpy(name, file_name, length);
	at = keyindex_find(&countries->names, name, NULL);
	free(name);
	return at != KEYINDEX_NONE ? &countries->entries[at] : NULL;
}

/* Shared rows go to all; their mistakes are said once. */
static void
add_shared(struct countries *countries, const struct yaml_file *yaml, struct ehds_findings *lint)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings again = findings_new(arena);
	size_t i;

	naming_add(countries->shared, yaml, lint);
	for (i = 0; i < countries->count; i++)
		naming_add(countries->entries[i].naming, yaml, &again);
	arena_free(&arena);
}

static void
add_naming(struct countries *countries, const struct mapping_file *file, bool shared,
    struct ehds_findings *lint)
{
	struct entry *entry = entry_of(countries, file->name);
	struct ehds_error error = { 0 };
	struct yaml_file *yaml;

	if ((entry == NULL) != shared)
		return;
	if (files_yaml(&yaml, file, &error) != 0) {
		lint_pass(lint, &error);
		return;
	}
	if (shared)
		add_shared(countries, yaml, lint);
	else
		naming_add(entry->naming, yaml, lint);
	yaml_free(&yaml);
}

/* naming.yaml comes before naming-*.yaml, although '-' sorts before '.'. */
static void
add_namings(struct countries *countries, struct mapping_files *files, bool shared, struct ehds_findings *lint)
{
	const struct mapping_file *file;
	size_t i;
	int further;

	for (further = 0; further <= 1; further++)
		for (i = 0; (file = files_at(files, i)) != NULL; i++)
			if (file_kind(file->name) == FILE_NAMING
			    && (strstr(file->name, "/naming-") != NULL) == (further == 1))
				add_naming(countries, file, shared, lint);
}

struct countries *
countries_read(struct mapping_files *files, struct ehds_findings *lint)
{
	struct countries *countries = must_alloc(sizeof(*countries));
	const struct mapping_file *file;
	char problem[128];
	size_t i;

	countries->arena = arena_new(0);
	countries->shared = naming_new();
	countries->shared_country.name = "";
	countries->shared_country.naming = countries->shared;
	countries->language = regex_new(language_tag, problem, sizeof(problem));
	must(countries->language != NULL);
	for (i = 0; (file = files_at(files, i)) != NULL; i++)
		if (file_kind(file->name) == FILE_COUNTRY)
			add_country(countries, file, lint);
	add_namings(countries, files, true, lint);
	add_namings(countries, files, false, lint);
	return countries;
}

void
countries_free(struct countries **countries)
{
	struct countries *old = *countries;
	size_t i;

	if (old == NULL)
		return;
	for (i = 0; i < old->count; i++) {
		naming_free(&old->entries[i].naming);
		timezone_free(&old->entries[i].zone);
	}
	naming_free(&old->shared);
	regex_free(&old->language);
	keyindex_free(&old->names);
	arena_free(&old->arena);
	free(old->entries);
	free(old);
	*countries = NULL;
}

const struct country *
country_of(const struct countries *countries, const char *file_name)
{
	const struct entry *entry = entry_of(countries, file_name);

	return entry != NULL ? &entry->country : &countries->shared_country;
}
