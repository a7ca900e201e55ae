/* SPDX-License-Identifier: EUPL-1.2 */
/* Detection rules: from pack.yaml to checks that all packs share. */
#include "base/text.h"
#include "mapping/detect_build.h"
#include "mapping/keep.h"
#include "mapping/lint.h"

#include <libxml/pattern.h>
#include <stdlib.h>
#include <string.h>

static const struct schema_key rule_keys[] = {
	{ "root", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "namespace", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "xpath", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "equals", SCHEMA_CODE, SCHEMA_ONE, false, NULL, NULL },
	{ "matches", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "absent", SCHEMA_FLAG, SCHEMA_ONE, false, NULL, NULL },
};

const struct schema detect_rule_schema = SCHEMA("a detection rule", rule_keys);

/* One rule while it is read. */
struct reader {
	struct detector *detector;
	const struct pack *pack;
	const struct yaml_node *node;
	struct ehds_findings *lint;
};

struct detector *
detector_new(void)
{
	struct detector *detector = must_alloc(sizeof(*detector));

	detector->arena = arena_new(0);
	return detector;
}

void
detector_free(struct detector **detector)
{
	struct detector *old = *detector;
	size_t i;

	if (old == NULL)
		return;
	for (i = 0; i < old->query_count; i++) {
		xmlXPathFreeCompExpr(old->queries[i].compiled);
		xpath_namespaces_free(old->queries[i].namespaces, old->queries[i].namespace_count);
	}
	for (i = 0; i < old->check_count; i++)
		regex_free(&old->checks[i].regex);
	keyindex_free(&old->query_index);
	keyindex_free(&old->check_index);
	arena_free(&old->arena);
	free(old->queries);
	free(old->checks);
	free(old->packs);
	free(old);
	*detector = NULL;
}

/* ---- Queries --------------------------------------------------------------------------------- */

/* The same path means the same only while its prefixes do. */
static const char *
query_key(struct detector *detector, const char *path, xmlNs **namespaces, int count)
{
	const char *key = path;

	for (int i = 0; i < count; i++) {
		key = arena_printf(detector->arena, "%s\n%s=%s", key, (const char *)namespaces[i]->prefix,
		    (const char *)namespaces[i]->href);
		must(key != NULL);
	}
	return keep_text(detector->arena, key);
}

static size_t
add_query(struct reader *reader, const struct yaml_node *path)
{
	struct detector *detector = reader->detector;
	struct detect_query query = { .path = path->text };
	char problem[256];
	const char *key;
	size_t at;

	if (!xpath_names_known(path->text, reader->pack->namespaces, true, problem, sizeof(problem))) {
		lint_node(reader->lint, "lint-xpath", reader->pack->file, path, "the path %s", problem);
		return KEYINDEX_NONE;
	}
	query.namespaces = xpath_namespaces(path->text, reader->pack->namespaces, &query.namespace_count);
	key = query_key(detector, path->text, query.namespaces, query.namespace_count);
	at = keyindex_find(&detector->query_index, key, NULL);
	if (at == KEYINDEX_NONE)
		query.compiled = xpath_compile(path->text, query.namespaces, query.namespace_count, problem,
		    sizeof(problem));
	if (at != KEYINDEX_NONE || query.compiled == NULL) {
		xpath_namespaces_free(query.namespaces, query.namespace_count);
		if (at == KEYINDEX_NONE)
			lint_node(reader->lint, "lint-xpath", reader->pack->file, path, "the path %s",
			    problem);
		return at;
	}
	if (text_starts_with(path->text, "//"))
		lint_warning(reader->lint, "lint-slow-path", reader->pack->file, path->line, path->column,
		    "a path that begins with // searches every document from end to end; name the way from "
		    "the root");
	query.path = keep_text(detector->arena, path->text);
	at = detector->query_count++;
	detector->queries = grown(detector->queries, at, sizeof(*detector->queries));
	detector->queries[at] = query;
	keyindex_put(&detector->query_index, key, NULL, at);
	return at;
}

/* ---- Checks ---------------------------------------------------------------------------------- */

/*
 * The check's number; an equal one is there already when another pack states the same rule. Takes the
 * regex.
 */
static size_t
add_check(struct detector *detector, struct detect_check *check)
{
	char *key = must_printf("%d %zu %s\n%s\n%s", (int)check->kind, check->query,
	    check->space != NULL ? check->space : "*", check->name != NULL ? check->name : "",
	    check->text != NULL ? check->text : "");
	size_t at = keyindex_find(&detector->check_index, key, NULL);

	if (at == KEYINDEX_NONE) {
		at = detector->check_count++;
		check->text = keep_text(detector->arena, check->text);
		check->space = keep_text(detector->arena, check->space);
		check->name = keep_text(detector->arena, check->name);
		detector->checks = grown(detector->checks, at, sizeof(*detector->checks));
		detector->checks[at] = *check;
		keyindex_put(&detector->check_index, keep_text(detector->arena, key), NULL, at);
	} else {
		regex_free(&check->regex);
	}
	free(key);
	return at;
}

static size_t
compile_regex(struct reader *reader, const struct yaml_node *node, struct detect_check *check)
{
	char problem[256];

	check->text = node->text;
	check->regex = regex_new(node->text, problem, sizeof(problem));
	if (check->regex != NULL)
		return add_check(reader->detector, check);
	lint_node(reader->lint, "lint-regex", reader->pack->file, node, "'%s' is no regular expression: %s",
	    node->text, problem);
	return KEYINDEX_NONE;
}

static size_t
read_root(struct reader *reader, const struct yaml_node *node)
{
	struct detect_check check = { .kind = CHECK_ROOT };
	const char *close = strchr(node->text, '}'), *space;

	if (node->text[0] != '{' || close == NULL || close[1] == '\0' || strpbrk(close + 1, ": {}") != NULL) {
		lint_node(reader->lint, "lint-detect-rule", reader->pack->file, node, "`root` is '%s'; write "
		    "'{name space}Name', '{*}Name' for any name space, or '{}Name' for none", node->text);
		return KEYINDEX_NONE;
	}
	space = keep_part(reader->detector->arena, node->text + 1, (size_t)(close - node->text - 1));
	check.space = strcmp(space, "*") == 0 ? NULL : space;
	check.name = close + 1;
	return add_check(reader->detector, &check);
}

static size_t
read_xpath(struct reader *reader, const struct yaml_node *path)
{
	const struct yaml_node *equals = yaml_get(reader->node, "equals");
	const struct yaml_node *matches = yaml_get(reader->node, "matches");
	const char *absent = yaml_text(reader->node, "absent");
	struct detect_check check = { .kind = CHECK_PRESENT, .query = add_query(reader, path) };

	if (check.query == KEYINDEX_NONE)
		return KEYINDEX_NONE;
	if (matches != NULL) {
		check.kind = CHECK_MATCHES;
		return compile_regex(reader, matches, &check);
	}
	if (equals != NULL) {
		check.kind = CHECK_EQUALS;
		check.text = equals->text;
	} else if (absent != NULL && strcmp(absent, "true") == 0) {
		check.kind = CHECK_ABSENT;
	}
	return add_check(reader->detector, &check);
}

/* ---- Rules ----------------------------------------------------------------------------------- */

static const struct yaml_node *
scalar_at(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_get(node, key);

	return value != NULL && value->kind == YAML_SCALAR && !text_is_blank(value->text) ? value : NULL;
}

/* One subject, and what is asked of a path only with a path. */
static bool
check_form(const struct reader *reader)
{
	const struct yaml_node *node = reader->node;
	int subjects = (yaml_get(node, "root") != NULL) + (yaml_get(node, "namespace") != NULL)
	    + (yaml_get(node, "xpath") != NULL);
	int questions = (yaml_get(node, "equals") != NULL) + (yaml_get(node, "matches") != NULL)
	    + (yaml_get(node, "absent") != NULL);

	if (subjects != 1)
		lint_node(reader->lint, "lint-detect-rule", reader->pack->file, node,
		    "a detection rule says one of `root`, `namespace` and `xpath`; this one says %s",
		    subjects == 0 ? "none" : "more");
	else if (questions > 1)
		lint_node(reader->lint, "lint-detect-rule", reader->pack->file, node,
		    "a detection rule asks one of `equals`, `matches` and `absent`; this one asks more");
	else if (questions == 1 && yaml_get(node, "xpath") == NULL)
		lint_node(reader->lint, "lint-detect-rule", reader->pack->file, node,
		    "`equals`, `matches` and `absent` are asked of an `xpath` only");
	else
		return true;
	return false;
}

static size_t
read_rule(struct reader *reader)
{
	const struct yaml_node *node;
	struct detect_check check = { .kind = CHECK_NAMESPACE };

	if (reader->node->kind != YAML_MAPPING || !check_form(reader))
		return KEYINDEX_NONE;
	if ((node = scalar_at(reader->node, "root")) != NULL)
		return read_root(reader, node);
	if ((node = scalar_at(reader->node, "namespace")) != NULL)
		return compile_regex(reader, node, &check);
	if ((node = scalar_at(reader->node, "xpath")) != NULL)
		return read_xpath(reader, node);
	return KEYINDEX_NONE;
}

static bool
stated_before(const struct reader *reader, const struct detect_rule *rules, size_t count, size_t check)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (rules[i].check != check)
			continue;
		lint_node(reader->lint, "lint-duplicate-rule", reader->pack->file, reader->node,
		    "the rule stands on line %d already: twice would count as more specific", rules[i].line);
		return true;
	}
	return false;
}

void
detector_read(struct detector *detector, struct pack *pack, const struct yaml_node *rules,
    struct arena *arena, struct ehds_findings *lint)
{
	struct detect_rule *read = keep(arena, (rules->count + 1) * sizeof(*read));
	struct reader reader = { detector, pack, NULL, lint };

	for (reader.node = rules->children; reader.node != NULL; reader.node = reader.node->next) {
		size_t check = read_rule(&reader);

		if (check == KEYINDEX_NONE || stated_before(&reader, read, pack->rule_count, check))
			continue;
		read[pack->rule_count++] = (struct detect_rule){ check, reader.node->line,
			reader.node->column };
	}
	pack->rules = read;
}

/* ---- All packs ------------------------------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	const size_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* "3 7 12": the same for packs with the same rules, whatever their order. */
static char *
rules_key(const struct pack *pack)
{
	size_t *checks = must_alloc((pack->rule_count + 1) * sizeof(*checks)), i;
	struct buffer key = { 0 };

	for (i = 0; i < pack->rule_count; i++)
		checks[i] = pack->rules[i].check;
	qsort(checks, pack->rule_count, sizeof(*checks), by_number);
	for (i = 0; i < pack->rule_count; i++)
		buffer_printf(&key, "%zu ", checks[i]);
	free(checks);
	return buffer_take(&key, NULL);
}

static void
check_ties(struct detector *detector, struct pack *const *packs, size_t count, struct ehds_findings *lint)
{
	struct keyindex seen = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		char *key = packs[i]->rule_count > 0 ? rules_key(packs[i]) : NULL;
		size_t other = keyindex_find(&seen, key, NULL);

		if (key != NULL && other == KEYINDEX_NONE)
			keyindex_put(&seen, keep_text(detector->arena, key), NULL, i);
		else if (key != NULL)
			lint_error(lint, "lint-detect-tie", packs[i]->file, packs[i]->rules[0].line,
			    packs[i]->rules[0].column,
			    "the packs %s and %s have the same detection rules: no document could choose "
			    "between them", packs[other]->name, packs[i]->name);
		free(key);
	}
	keyindex_free(&seen);
}

static int
by_specificity(const void *a, const void *b)
{
	const struct pack *const *first = a, *const *second = b;

	if ((*first)->rule_count != (*second)->rule_count)
		return (*first)->rule_count < (*second)->rule_count ? 1 : -1;
	return strcmp((*first)->name, (*second)->name);
}

void
detector_close(struct detector *detector, struct pack *const *packs, size_t count, struct ehds_findings *lint)
{
	size_t i;

	check_ties(detector, packs, count, lint);
	detector->packs = must_alloc((count + 1) * sizeof(*detector->packs));
	for (i = 0; i < count; i++)
		detector->packs[i] = packs[i];
	detector->pack_count = count;
	qsort(detector->packs, count, sizeof(*detector->packs), by_specificity);
}
