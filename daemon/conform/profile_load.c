/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fact files to profiles. The bytes of a file stay in memory and are cut in place: a line's keyword says what it is, the
 * order of the file says what it belongs to. Bindings, invariants and content references are bound when all files are read.
 */
#include "conform/profile_line.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

static char *
empty_is_null(char *text)
{
	return text != NULL && *text != '\0' ? text : NULL;
}

/* ---- Lines -------------------------------------------------------------------------------------------------------- */

static int
line_package(struct loading *loading, char *rest)
{
	struct package_info *package = facts_keep(loading, sizeof(*package)), **at;

	package->name = facts_field(&rest);
	package->version = facts_field(&rest);
	package->licence = facts_field(&rest);
	if (package->name == NULL || package->version == NULL)
		return facts_syntax(loading, "a package needs a name and a version");
	package->label = arena_printf(loading->profiles->arena, "%s#%s", package->name, package->version);
	for (at = &loading->profiles->packages; *at != NULL && strcmp((*at)->label, package->label) < 0; at = &(*at)->next)
		;
	package->next = *at;
	*at = package;
	loading->package = package;
	return 0;
}

static enum ehds_severity
severity_of(const char *word)
{
	if (strcmp(word, "information") == 0)
		return EHDS_SEVERITY_INFORMATION;
	return strcmp(word, "warning") == 0 ? EHDS_SEVERITY_WARNING : EHDS_SEVERITY_ERROR;
}

/* One invariant for one key and expression, whatever file it comes from: it is then evaluated once per node. */
static int
line_invariant(struct loading *loading, char *rest)
{
	char *name = facts_field(&rest), *severity = facts_field(&rest), *expression = facts_field(&rest);
	struct profiles *profiles = loading->profiles;
	struct invariant *invariant;
	const char *identity;

	if (name == NULL || severity == NULL || expression == NULL)
		return facts_syntax(loading, "an invariant needs a name, a severity and an expression");
	identity = arena_printf(profiles->arena, "%.*s %s", (int)strcspn(name, "~"), name, expression);
	invariant = keyed_find(&profiles->invariants, identity);
	if (invariant == NULL) {
		invariant = facts_keep(loading, sizeof(*invariant));
		invariant->key = arena_strndup(profiles->arena, name, strcspn(name, "~"));
		invariant->expression = expression;
		invariant->severity = severity_of(severity);
		fhirpath_compile(&invariant->compiled, expression, NULL);
		invariant_prepare(invariant);
		keyed_add(&profiles->invariants, identity, invariant);
		invariant->next = profiles->first_invariant;
		profiles->first_invariant = invariant;
	}
	keyed_add(&loading->file_invariants, name, invariant);
	return 0;
}

static int
line_profile(struct loading *loading, char *rest)
{
	struct profile *profile = facts_keep(loading, sizeof(*profile)), *other;
	char *derivation, *abstract;

	profile->url = facts_field(&rest);
	profile->version = facts_field(&rest);
	profile->type = facts_field(&rest);
	profile->kind = facts_field(&rest);
	derivation = facts_field(&rest);
	abstract = facts_field(&rest);
	profile->base = empty_is_null(facts_field(&rest));
	if (profile->kind == NULL || loading->package == NULL)
		return facts_syntax(loading, "a profile needs a package, url, version, type and kind");
	profile->constraint = derivation != NULL && strcmp(derivation, "constraint") == 0;
	profile->abstract = abstract != NULL && *abstract != '\0';
	profile->label = arena_printf(loading->profiles->arena, "%s|%s", profile->url, profile->version);
	profile->package = loading->package;
	other = keyed_find(&loading->profiles->by_url, profile->url);
	if (other == NULL)
		keyed_add(&loading->profiles->by_url, profile->url, profile);
	else {
		while (other->same_url != NULL)
			other = other->same_url;
		other->same_url = profile;
	}
	keyed_add(&loading->profiles->by_label, profile->label, profile);
	loading->profile = profile;
	loading->rule = NULL;
	return 0;
}

static int
line_impose(struct loading *loading, char *rest)
{
	struct profile *profile = loading->profile;
	const char **list;
	size_t count = 0;

	if (profile == NULL)
		return facts_syntax(loading, "an imposed profile outside a profile");
	while (profile->imposed != NULL && profile->imposed[count] != NULL)
		count++;
	list = facts_keep(loading, (count + 2) * sizeof(*list));
	if (count > 0)
		memcpy(list, profile->imposed, count * sizeof(*list));
	list[count] = facts_field(&rest);
	profile->imposed = list;
	return 0;
}

static int
line_context(struct loading *loading, char *rest)
{
	struct profile *profile = loading->profile;
	struct context *contexts;

	if (profile == NULL)
		return facts_syntax(loading, "a context outside a profile");
	contexts = facts_keep(loading, (profile->context_count + 1) * sizeof(*contexts));
	if (profile->context_count > 0)
		memcpy(contexts, profile->contexts, profile->context_count * sizeof(*contexts));
	contexts[profile->context_count].kind = facts_field(&rest);
	contexts[profile->context_count].expression = facts_field(&rest);
	if (contexts[profile->context_count].expression == NULL)
		return facts_syntax(loading, "a context needs a kind and an expression");
	profile->context_count++;
	profile->contexts = contexts;
	return 0;
}

static int
line_value_set(struct loading *loading, char *rest)
{
	struct value_set *set = facts_keep(loading, sizeof(*set));
	char *state;

	set->url = facts_field(&rest);
	state = facts_field(&rest);
	if (state == NULL)
		return facts_syntax(loading, "a value set needs a url and open or closed");
	set->open = strcmp(state, "open") == 0;
	keyed_add(&loading->profiles->value_sets, set->url, set);
	loading->set = set;
	return 0;
}

static int
read_codes(struct loading *loading, char *rest, bool open, bool all)
{
	struct value_set_system *system = facts_keep(loading, sizeof(*system));
	const char **codes;
	size_t count = 1;
	char *at;

	if (loading->set == NULL)
		return facts_syntax(loading, "codes outside a value set");
	system->system = facts_field(&rest);
	system->open = open;
	system->all = all;
	for (at = rest; at != NULL && *at != '\0'; at++)
		count += *at == '\t';
	codes = facts_keep(loading, count * sizeof(*codes));
	while ((at = facts_field(&rest)) != NULL)
		codes[system->count++] = at;
	system->codes = codes;
	system->next = loading->set->systems;
	loading->set->systems = system;
	return 0;
}

static int
line_codes(struct loading *loading, char *rest)
{
	return read_codes(loading, rest, false, false);
}

static int
line_open_codes(struct loading *loading, char *rest)
{
	return read_codes(loading, rest, true, false);
}

static int
line_all_codes(struct loading *loading, char *rest)
{
	return read_codes(loading, rest, false, true);
}

static int
line_domain(struct loading *loading, char *rest)
{
	struct domain *domain = facts_keep(loading, sizeof(*domain));

	domain->prefix = facts_field(&rest);
	if (domain->prefix == NULL || *domain->prefix == '\0')
		return facts_syntax(loading, "a domain is the beginning of extension urls");
	domain->next = loading->profiles->domains;
	loading->profiles->domains = domain;
	return 0;
}

/* A search parameter is its url and its type. */
static int
line_search(struct loading *loading, char *rest)
{
	const char *url = facts_field(&rest), *type = facts_field(&rest);

	if (type == NULL)
		return facts_syntax(loading, "a search parameter needs a url and a type");
	keyed_add(&loading->profiles->search_parameters, url, (void *)type);
	return 0;
}

static int
line_nothing(struct loading *loading, char *rest)
{
	(void)loading;
	(void)rest;
	return 0;
}

static const struct {
	const char *keyword;
	int (*read)(struct loading *, char *rest);
} lines[] = {
	{ "e", line_element }, { "c", line_constraints }, { "b", line_binding }, { "s", line_slicing },
	{ "f", line_fixed }, { "p", line_pattern }, { "m", line_modifier }, { "r", line_reference }, { "l", line_length },
	{ "v", line_codes }, { "o", line_open_codes }, { "a", line_all_codes }, { "valueset", line_value_set }, { "x", line_context },
	{ "i", line_impose }, { "profile", line_profile }, { "invariant", line_invariant }, { "package", line_package },
	{ "needs", line_nothing }, { "domain", line_domain }, { "q", line_search }, { "ehds-facts", line_nothing },
};

static int
read_line(struct loading *loading, char *line)
{
	char *tab = strchr(line, '\t');
	size_t i;

	if (tab != NULL)
		*tab++ = '\0';
	else
		tab = line + strlen(line);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strcmp(line, lines[i].keyword) == 0)
			return lines[i].read(loading, tab);
	return facts_syntax(loading, "unknown keyword");
}

int
profiles_take(struct profiles *profiles, const char *path, const char *bytes, size_t length, struct ehds_error *error)
{
	struct loading loading = { .profiles = profiles, .file = path, .error = error };
	char *at = arena_strndup(profiles->arena, bytes, length), *end;
	int result = 0;

	must(at != NULL);
	if (!text_starts_with(at, "ehds-facts\t1\n"))
		result = facts_syntax(&loading, "not a fact file of version 1");
	for (; result == 0 && *at != '\0'; at = end) {
		end = strchr(at, '\n');
		if (end != NULL)
			*end++ = '\0';
		else
			end = at + strlen(at);
		loading.line++;
		result = *at != '\0' ? read_line(&loading, at) : 0;
	}
	keyed_free(&loading.file_invariants);
	return result;
}

static int
load_file(struct profiles *profiles, const char *path, struct ehds_error *error)
{
	struct buffer bytes = { 0 };
	int result = file_read(&bytes, path, FILE_LIMIT, error);

	if (result == 0)
		result = profiles_take(profiles, path, bytes.data != NULL ? bytes.data : "", bytes.length, error);
	buffer_free(&bytes);
	return result;
}

int
profiles_load(struct profiles **out, const char *folder, struct ehds_error *error)
{
	struct profiles *profiles = profiles_new();
	char **names = NULL;
	size_t count = 0, i;
	int result = folder_list(&names, &count, folder, error);

	for (i = 0; result == 0 && i < count; i++) {
		char *path = path_join(folder, names[i]);

		if (text_ends_with(names[i], ".facts"))
			result = load_file(profiles, path, error);
		free(path);
	}
	folder_list_free(&names, count);
	if (result != 0) {
		profiles_free(&profiles);
		*out = NULL;
		return -1;
	}
	profiles_bind(profiles);
	*out = profiles;
	return 0;
}
