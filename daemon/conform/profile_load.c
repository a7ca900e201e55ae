/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fact files to profiles. The bytes of a file stay in memory and are cut in place: a line's keyword says what it is, the
 * order of the file says what it belongs to. Bindings, invariants and content references are bound when all files are read.
 */
#include "conform/profile.h"
#include "conform/profile_store.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 8
#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

struct loading {
	struct profiles *profiles;
	struct package_info *package;
	struct profile *profile;
	struct rule *rule;
	struct value_set *set;
	const char *file;
	int line;
	struct ehds_error *error;
	/* Invariants of this file by name; the file defines them before it uses them. */
	struct keyed file_invariants;
};

static int
syntax(struct loading *loading, const char *text)
{
	return error_set(loading->error, EHDS_ERROR_CONFIG, "facts-syntax", loading->file, loading->line, 0, "%s", text);
}

static void *
keep(struct loading *loading, size_t size)
{
	void *memory = arena_alloc(loading->profiles->arena, size);

	must(memory != NULL);	/* the arena of the facts has no limit: they are ours */
	return memory;
}

/* The next field, unescaped in place; NULL at the end of the line. */
static char *
next_field(char **at)
{
	char *field = *at, *from, *to;

	if (field == NULL)
		return NULL;
	for (from = to = field; *from != '\0' && *from != '\t'; from++) {
		if (*from == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from;
		} else {
			*to++ = *from;
		}
	}
	*at = *from == '\t' ? from + 1 : NULL;
	*to = '\0';
	return field;
}

static char *
empty_is_null(char *text)
{
	return text != NULL && *text != '\0' ? text : NULL;
}

/* Splits at a separator in place into a NULL-terminated list; an empty text is an empty list. */
static const char *const *
split_list(struct loading *loading, char *text, char separator)
{
	size_t count = 1, i = 0;
	const char **list;
	char *at;

	for (at = text; *at != '\0'; at++)
		count += *at == separator;
	list = keep(loading, (count + 1) * sizeof(*list));
	while (text != NULL && *text != '\0') {
		at = strchr(text, separator);
		list[i++] = text;
		if (at != NULL)
			*at++ = '\0';
		text = at;
	}
	return list;
}

/* ---- Lines -------------------------------------------------------------------------------------------------------- */

static int
line_package(struct loading *loading, char *rest)
{
	struct package_info *package = keep(loading, sizeof(*package)), **at;

	package->name = next_field(&rest);
	package->version = next_field(&rest);
	package->licence = next_field(&rest);
	if (package->name == NULL || package->version == NULL)
		return syntax(loading, "a package needs a name and a version");
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
	char *name = next_field(&rest), *severity = next_field(&rest), *expression = next_field(&rest);
	struct profiles *profiles = loading->profiles;
	struct invariant *invariant;
	const char *identity;

	if (name == NULL || severity == NULL || expression == NULL)
		return syntax(loading, "an invariant needs a name, a severity and an expression");
	identity = arena_printf(profiles->arena, "%.*s %s", (int)strcspn(name, "~"), name, expression);
	invariant = keyed_find(&profiles->invariants, identity);
	if (invariant == NULL) {
		invariant = keep(loading, sizeof(*invariant));
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
	struct profile *profile = keep(loading, sizeof(*profile)), *other;
	char *derivation, *abstract;

	profile->url = next_field(&rest);
	profile->version = next_field(&rest);
	profile->type = next_field(&rest);
	profile->kind = next_field(&rest);
	derivation = next_field(&rest);
	abstract = next_field(&rest);
	profile->base = empty_is_null(next_field(&rest));
	if (profile->kind == NULL || loading->package == NULL)
		return syntax(loading, "a profile needs a package, url, version, type and kind");
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
		return syntax(loading, "an imposed profile outside a profile");
	while (profile->imposed != NULL && profile->imposed[count] != NULL)
		count++;
	list = keep(loading, (count + 2) * sizeof(*list));
	if (count > 0)
		memcpy(list, profile->imposed, count * sizeof(*list));
	list[count] = next_field(&rest);
	profile->imposed = list;
	return 0;
}

static int
line_context(struct loading *loading, char *rest)
{
	struct profile *profile = loading->profile;
	struct context *contexts;

	if (profile == NULL)
		return syntax(loading, "a context outside a profile");
	contexts = keep(loading, (profile->context_count + 1) * sizeof(*contexts));
	if (profile->context_count > 0)
		memcpy(contexts, profile->contexts, profile->context_count * sizeof(*contexts));
	contexts[profile->context_count].kind = next_field(&rest);
	contexts[profile->context_count].expression = next_field(&rest);
	if (contexts[profile->context_count].expression == NULL)
		return syntax(loading, "a context needs a kind and an expression");
	profile->context_count++;
	profile->contexts = contexts;
	return 0;
}

/* "Reference|P,P>T,T Quantity": see package_facts.c. */
static void
read_types(struct loading *loading, struct rule *rule, char *text)
{
	const char *const *list = split_list(loading, text, ' ');
	struct rule_type *types;
	size_t count = 0, i;

	while (list[count] != NULL)
		count++;
	types = keep(loading, (count + 1) * sizeof(*types));
	for (i = 0; i < count; i++) {
		char *code = (char *)list[i], *profiles = strchr(code, '|'), *targets = strchr(code, '>');

		if (profiles != NULL)
			*profiles++ = '\0';
		if (targets != NULL)
			*targets++ = '\0';
		types[i].code = code;
		types[i].profiles = profiles != NULL ? split_list(loading, profiles, ',') : NULL;
		types[i].targets = targets != NULL ? split_list(loading, targets, ',') : NULL;
	}
	rule->types = types;
	rule->type_count = count;
}

/* The rule of an id prefix: from the last rule upwards, since a snapshot is written in order. */
static struct rule *
find_open_rule(const struct loading *loading, const char *id, size_t length)
{
	struct rule *at;

	for (at = loading->rule; at != NULL; at = at->parent)
		if (strncmp(at->id, id, length) == 0 && at->id[length] == '\0')
			return at;
	return NULL;
}

static struct rule *
find_child(const struct rule *parent, const char *id, size_t length)
{
	struct rule *child;

	for (child = parent->last_child != NULL ? parent->children : NULL; child != NULL; child = child->next)
		if (strncmp(child->id, id, length) == 0 && child->id[length] == '\0')
			return child;
	return NULL;
}

/* Hangs a rule below its parent, or as a slice beside the element that it slices. */
static int
place_rule(struct loading *loading, struct rule *rule)
{
	const char *last = strrchr(rule->id, '.'), *colon;
	struct rule *parent, *sliced;

	if (last == NULL) {
		loading->profile->root = rule;
		rule->name = rule->id;
		return 0;
	}
	parent = find_open_rule(loading, rule->id, (size_t)(last - rule->id));
	if (parent == NULL)
		return syntax(loading, "an element without its parent");
	rule->parent = parent;
	colon = strchr(last, ':');
	rule->name = arena_strndup(loading->profiles->arena, last + 1, colon != NULL ? (size_t)(colon - last - 1) : strlen(last + 1));
	if (text_ends_with(rule->name, "[x]")) {
		rule->choice = true;
		((char *)rule->name)[strlen(rule->name) - 3] = '\0';
	}
	/* Some R4 profiles name an element that they do not slice: it is an element like others. */
	sliced = colon != NULL ? find_child(parent, rule->id, (size_t)(colon - rule->id)) : NULL;
	if (sliced == NULL) {
		if (parent->last_child != NULL)
			parent->last_child->next = rule;
		else
			parent->children = rule;
		parent->last_child = rule;
		parent->child_count++;
		return 0;
	}
	rule->slice = colon + 1;
	if (sliced->last_slice != NULL)
		sliced->last_slice->next_slice = rule;
	else
		sliced->slices = rule;
	sliced->last_slice = rule;
	return 0;
}

static int
line_element(struct loading *loading, char *rest)
{
	struct rule *rule = keep(loading, sizeof(*rule));
	char *min, *max, *types;

	rule->id = next_field(&rest);
	min = next_field(&rest);
	max = next_field(&rest);
	types = rest != NULL ? next_field(&rest) : NULL;
	if (loading->profile == NULL || max == NULL)
		return syntax(loading, "an element needs a profile, an id, min and max");
	rule->min = (unsigned)strtoul(min, NULL, 10);
	rule->max = strcmp(max, "*") == 0 ? MAX_UNBOUNDED : (unsigned)strtoul(max, NULL, 10);
	read_types(loading, rule, types != NULL ? types : (char []){ "" });
	if (place_rule(loading, rule) != 0)
		return -1;
	loading->rule = rule;
	return 0;
}

static enum discriminator_kind
discriminator_kind(const char *word)
{
	if (text_starts_with(word, "exists"))
		return DISCRIMINATE_EXISTS;
	if (text_starts_with(word, "type"))
		return DISCRIMINATE_TYPE;
	return text_starts_with(word, "profile") ? DISCRIMINATE_PROFILE : DISCRIMINATE_VALUE;
}

static void
read_discriminator(struct discriminator *out, const char *kind, const char *path)
{
	const char *below = text_starts_with(path, "$this.") ? path + 6 : text_starts_with(path, "$this") ? path + 5 : path;

	*out = (struct discriminator){ .kind = discriminator_kind(kind), .path = path, .name = below };
	out->place = *below == '\0' ? PLACE_HERE : strcmp(below, "resolve()") == 0 ? PLACE_RESOLVED : PLACE_CHILD;
}

static int
line_slicing(struct loading *loading, char *rest)
{
	struct slicing *slicing = keep(loading, sizeof(*slicing));
	struct discriminator *list = keep(loading, FIELDS_MAX * sizeof(*list));
	char *rules = next_field(&rest), *order = next_field(&rest), *field;

	if (loading->rule == NULL || rules == NULL || order == NULL)
		return syntax(loading, "slicing needs an element, rules and order");
	slicing->closed = strcmp(rules, "closed") == 0;
	slicing->at_end = strcmp(rules, "openAtEnd") == 0;
	slicing->ordered = strcmp(order, "ordered") == 0;
	while ((field = next_field(&rest)) != NULL && slicing->count < FIELDS_MAX) {
		char *colon = strchr(field, ':');

		if (colon == NULL)
			return syntax(loading, "a discriminator is kind:path");
		read_discriminator(&list[slicing->count++], field, colon + 1);
	}
	slicing->discriminators = list;
	loading->rule->slicing = slicing;
	return 0;
}

static int
line_binding(struct loading *loading, char *rest)
{
	static const struct {
		const char *word;
		enum binding_strength strength;
	} strengths[] = { { "required", BINDING_REQUIRED }, { "extensible", BINDING_EXTENSIBLE },
		{ "preferred", BINDING_PREFERRED }, { "max", BINDING_REQUIRED } };
	struct binding *binding = keep(loading, sizeof(*binding));
	char *word = next_field(&rest), *url = next_field(&rest);
	size_t i;

	if (loading->rule == NULL || url == NULL)
		return syntax(loading, "a binding needs an element, a strength and a value set");
	for (i = 0; i < sizeof(strengths) / sizeof(strengths[0]); i++)
		if (strcmp(word, strengths[i].word) == 0)
			binding->strength = strengths[i].strength;
	binding->url = url;
	if (strcmp(word, "max") == 0)
		loading->rule->most = binding;
	else
		loading->rule->binding = binding;
	return 0;
}

static int
read_value(struct loading *loading, char *rest, const struct json **out)
{
	char *text = next_field(&rest);

	if (loading->rule == NULL || text == NULL ||
	    json_parse(out, text, strlen(text), loading->file, &json_limits_default, loading->profiles->arena, NULL) != 0)
		return syntax(loading, "a fixed or pattern value is one JSON value of an element");
	return 0;
}

static int
line_fixed(struct loading *loading, char *rest)
{
	const struct json *value;

	if (read_value(loading, rest, &value) != 0)
		return -1;
	loading->rule->fixed = value;
	return 0;
}

static int
line_pattern(struct loading *loading, char *rest)
{
	const struct json *value;

	if (read_value(loading, rest, &value) != 0)
		return -1;
	loading->rule->pattern = value;
	return 0;
}

static int
line_constraints(struct loading *loading, char *rest)
{
	const struct invariant **list;
	size_t count = 1;
	char *field, *at;

	if (loading->rule == NULL)
		return syntax(loading, "constraints outside an element");
	for (at = rest; *at != '\0'; at++)
		count += *at == '\t';
	list = keep(loading, count * sizeof(*list));
	count = 0;
	while ((field = next_field(&rest)) != NULL) {
		list[count] = keyed_find(&loading->file_invariants, field);
		if (list[count++] == NULL)
			return syntax(loading, "a constraint that no invariant line defines");
	}
	loading->rule->invariants = list;
	loading->rule->invariant_count = count;
	return 0;
}

static int
line_reference(struct loading *loading, char *rest)
{
	if (loading->rule == NULL)
		return syntax(loading, "a content reference outside an element");
	loading->rule->reference = next_field(&rest);
	return 0;
}

static int
line_modifier(struct loading *loading, char *rest)
{
	(void)rest;
	if (loading->rule == NULL)
		return syntax(loading, "a modifier flag outside an element");
	loading->rule->modifier = true;
	return 0;
}

static int
line_length(struct loading *loading, char *rest)
{
	if (loading->rule == NULL)
		return syntax(loading, "a length outside an element");
	loading->rule->length = (unsigned)strtoul(next_field(&rest), NULL, 10);
	return 0;
}

static int
line_value_set(struct loading *loading, char *rest)
{
	struct value_set *set = keep(loading, sizeof(*set));
	char *state;

	set->url = next_field(&rest);
	state = next_field(&rest);
	if (state == NULL)
		return syntax(loading, "a value set needs a url and open or closed");
	set->open = strcmp(state, "open") == 0;
	keyed_add(&loading->profiles->value_sets, set->url, set);
	loading->set = set;
	return 0;
}

static int
read_codes(struct loading *loading, char *rest, bool open, bool all)
{
	struct value_set_system *system = keep(loading, sizeof(*system));
	const char **codes;
	size_t count = 1;
	char *at;

	if (loading->set == NULL)
		return syntax(loading, "codes outside a value set");
	system->system = next_field(&rest);
	system->open = open;
	system->all = all;
	for (at = rest; at != NULL && *at != '\0'; at++)
		count += *at == '\t';
	codes = keep(loading, count * sizeof(*codes));
	while ((at = next_field(&rest)) != NULL)
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
	struct domain *domain = keep(loading, sizeof(*domain));

	domain->prefix = next_field(&rest);
	if (domain->prefix == NULL || *domain->prefix == '\0')
		return syntax(loading, "a domain is the beginning of extension urls");
	domain->next = loading->profiles->domains;
	loading->profiles->domains = domain;
	return 0;
}

/* A search parameter is its url and its type. */
static int
line_search(struct loading *loading, char *rest)
{
	const char *url = next_field(&rest), *type = next_field(&rest);

	if (type == NULL)
		return syntax(loading, "a search parameter needs a url and a type");
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
	return syntax(loading, "unknown keyword");
}

int
profiles_take(struct profiles *profiles, const char *path, const char *bytes, size_t length, struct ehds_error *error)
{
	struct loading loading = { .profiles = profiles, .file = path, .error = error };
	char *at = arena_strndup(profiles->arena, bytes, length), *end;
	int result = 0;

	must(at != NULL);
	if (!text_starts_with(at, "ehds-facts\t1\n"))
		result = syntax(&loading, "not a fact file of version 1");
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
