/* SPDX-License-Identifier: EUPL-1.2 */
/* See schema.h. */
#include "mapping/schema.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checker {
	const char *file;
	struct ehds_findings *lint;
	bool good;
};

#define complain(checker, rule, node, ...) \
	((checker)->good = false, lint_node((checker)->lint, rule, (checker)->file, node, __VA_ARGS__))

const char *
schema_hint(char *out, size_t size, const char *word, const char *const *words)
{
	size_t count = 0;
	const char *near;

	while (words[count] != NULL)
		count++;
	near = text_nearest(word, words, count);
	out[0] = '\0';
	if (near != NULL)
		snprintf(out, size, "; did you mean '%s'?", near);
	return out;
}

/* "equivalent, wider, narrower" in out. */
static const char *
word_list(char *out, size_t size, const char *const *words)
{
	size_t length = 0, i;

	out[0] = '\0';
	for (i = 0; words[i] != NULL && length < size; i++)
		length += (size_t)snprintf(out + length, size - length, "%s%s", i > 0 ? ", " : "", words[i]);
	return out;
}

static bool
in_words(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

static void
check_word(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	char hint[128], known[512];

	if (in_words(node->text, key->words))
		return;
	complain(checker, "lint-unknown-value", node, "`%s` is '%s', which is none of: %s%s", key->key,
	    node->text, word_list(known, sizeof(known), key->words),
	    schema_hint(hint, sizeof(hint), node->text, key->words));
}

static void
check_code(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	const char *read_as = yaml_trap(node);
	size_t length = strlen(node->text);

	if (read_as != NULL)
		complain(checker, "lint-yaml-trap", node,
		    "`%s`: %s means something else to other readers of YAML (%s); write it in quotes: \"%s\"",
		    key->key, node->text, read_as, node->text);
	else if (text_is_space(node->text[0]) || text_is_space(node->text[length - 1]))
		complain(checker, "lint-code-space", node, "`%s`: '%s' has white space around it", key->key,
		    node->text);
}

static void
check_uri(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	if (!is_uri(node->text))
		complain(checker, "lint-uri", node, "`%s`: '%s' is no URI%s", key->key, node->text,
		    is_oid(node->text) ? "; write urn:oid: before it" : " (RFC 3986: scheme:path)");
}

static void
check_canonical(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	char *url = must_strdup(node->text), *bar = strchr(url, '|');
	struct yaml_node unversioned = *node;

	if (bar != NULL)
		*bar = '\0';
	unversioned.text = url;
	check_uri(checker, key, &unversioned);
	free(url);
}

static void
check_oid(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	if (!is_oid(node->text))
		complain(checker, "lint-oid", node,
		    "`%s`: '%s' is no OID (digits and dots, no leading zeros, the first arc 0, 1 or 2)",
		    key->key, node->text);
}

static void
check_system(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	if (!is_uri(node->text) && !is_oid(node->text))
		complain(checker, "lint-uri", node, "`%s`: '%s' is neither a URI nor an OID", key->key,
		    node->text);
}

static void
check_flag(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	if (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0)
		complain(checker, "lint-unknown-value", node, "`%s` is '%s'; it must be true or false",
		    key->key, node->text);
}

static void
check_number(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	size_t length = strlen(node->text);

	if (length > 4 || strspn(node->text, "0123456789") != length)
		complain(checker, "lint-unknown-value", node,
		    "`%s` is '%s'; it must be a number from 0 to 9999", key->key, node->text);
}

static void
check_text(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	(void)checker, (void)key, (void)node;
}

static void (*const scalar_checks[])(struct checker *, const struct schema_key *,
    const struct yaml_node *) = {
	[SCHEMA_TEXT] = check_text,
	[SCHEMA_CODE] = check_code,
	[SCHEMA_WORD] = check_word,
	[SCHEMA_URI] = check_uri,
	[SCHEMA_CANONICAL] = check_canonical,
	[SCHEMA_OID] = check_oid,
	[SCHEMA_SYSTEM] = check_system,
	[SCHEMA_FLAG] = check_flag,
	[SCHEMA_NUMBER] = check_number,
	[SCHEMA_CODE_OBJECT] = check_code,
};

static const char *
kind_name(enum yaml_kind kind)
{
	static const char *const names[] = { "a single value", "a list", "a group of keys" };

	return names[kind];
}

/* A node without a key of its own is an entry of a list. */
static void
wrong_kind(struct checker *checker, const struct schema_key *key, const struct yaml_node *node,
    const char *must)
{
	complain(checker, "lint-wrong-kind", node, "%s`%s` must be %s, not %s",
	    node->key == NULL ? "an entry of " : "", key->key, must, kind_name(node->kind));
}

static void
check_object(struct checker *checker, const struct schema *schema, const struct yaml_node *node);

static void
check_names(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	const struct yaml_node *child;

	for (child = node->children; child != NULL; child = child->next) {
		if (child->kind != YAML_SCALAR)
			wrong_kind(checker, key, child, "names with one URI each");
		else
			check_uri(checker, &(struct schema_key){ .key = child->key }, child);
	}
}

static void
check_scalar(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	if (node->kind != YAML_SCALAR)
		wrong_kind(checker, key, node, "a single value");
	else if (text_is_blank(node->text))
		complain(checker, "lint-blank", node, "`%s` is empty", key->key);
	else
		scalar_checks[key->type](checker, key, node);
}

static void
check_value(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	bool object = key->type == SCHEMA_OBJECT || key->type == SCHEMA_NAMES
	    || (key->type == SCHEMA_CODE_OBJECT && node->kind == YAML_MAPPING);

	if (!object)
		check_scalar(checker, key, node);
	else if (node->kind != YAML_MAPPING)
		wrong_kind(checker, key, node, "a group of keys");
	else if (key->type == SCHEMA_NAMES)
		check_names(checker, key, node);
	else
		check_object(checker, key->object, node);
}

static void
check_list(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	const struct yaml_node *child;

	if (node->kind != YAML_SEQUENCE) {
		wrong_kind(checker, key, node, "a list");
		return;
	}
	if (node->count == 0 && key->shape == SCHEMA_LIST)
		complain(checker, "lint-blank", node, "`%s` is an empty list", key->key);
	for (child = node->children; child != NULL; child = child->next)
		check_value(checker, key, child);
}

static void
check_key(struct checker *checker, const struct schema_key *key, const struct yaml_node *node)
{
	static const struct schema_key file = { .type = SCHEMA_TEXT };
	struct schema_key named = file;

	switch (key->shape) {
	case SCHEMA_ONE:
		check_value(checker, key, node);
		break;
	case SCHEMA_LIST:
		check_list(checker, key, node);
		break;
	case SCHEMA_EITHER:
		if (node->kind == YAML_SEQUENCE)
			check_list(checker, key, node);
		else
			check_value(checker, key, node);
		break;
	case SCHEMA_LIST_OR_FILE:
		named.key = key->key;
		if (node->kind == YAML_SCALAR)
			check_scalar(checker, &named, node);
		else
			check_list(checker, key, node);
		break;
	}
}

static const struct schema_key *
key_of(const struct schema *schema, const char *name)
{
	size_t i;

	for (i = 0; i < schema->count; i++)
		if (strcmp(schema->keys[i].key, name) == 0)
			return &schema->keys[i];
	return NULL;
}

#define KEYS_MAX 32

static void
unknown_key(struct checker *checker, const struct schema *schema, const struct yaml_node *child)
{
	const char *words[KEYS_MAX + 1] = { NULL };
	char hint[128], known[512];
	size_t i;

	for (i = 0; i < schema->count && i < KEYS_MAX; i++)
		words[i] = schema->keys[i].key;
	schema_hint(hint, sizeof(hint), child->key, words);
	checker->good = false;
	lint_error(checker->lint, "lint-unknown-key", checker->file, child->key_line, child->key_column,
	    "%s has no key '%s'%s%s", schema->what, child->key, hint[0] != '\0' ? hint : "; it knows: ",
	    hint[0] != '\0' ? "" : word_list(known, sizeof(known), words));
}

static void
check_object(struct checker *checker, const struct schema *schema, const struct yaml_node *node)
{
	const struct yaml_node *child;
	size_t i;

	for (child = node->children; child != NULL; child = child->next) {
		const struct schema_key *key = key_of(schema, child->key);

		if (key == NULL)
			unknown_key(checker, schema, child);
		else
			check_key(checker, key, child);
	}
	for (i = 0; i < schema->count; i++)
		if (schema->keys[i].required && yaml_get(node, schema->keys[i].key) == NULL)
			complain(checker, "lint-missing-key", node, "%s must have `%s`", schema->what,
			    schema->keys[i].key);
}

bool
schema_check(const struct schema *schema, const struct yaml_file *file, struct ehds_findings *lint)
{
	struct checker checker = { yaml_name(file), lint, true };
	const struct yaml_node *root = yaml_root(file);

	if (root == NULL) {
		lint_error(lint, "lint-empty-file", checker.file, 1, 1, "the file is empty; it must hold %s",
		    schema->what);
		return false;
	}
	if (root->kind != YAML_MAPPING)
		complain(&checker, "lint-wrong-kind", root, "the file must hold %s: a group of keys, not %s",
		    schema->what, kind_name(root->kind));
	else
		check_object(&checker, schema, root);
	return checker.good;
}

bool
schema_check_scalar(const struct schema_key *key, const struct yaml_node *scalar, const char *file,
    struct ehds_findings *lint)
{
	struct checker checker = { file, lint, true };

	check_scalar(&checker, key, scalar);
	return checker.good;
}
