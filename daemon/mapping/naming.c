/* SPDX-License-Identifier: EUPL-1.2 */
/* See naming.h. Rows are added file by file; a row of a later file takes the place of an earlier one's. */
#include "mapping/naming.h"

#include "base/text.h"
#include "mapping/keep.h"
#include "mapping/keyindex.h"
#include "mapping/lint.h"
#include "mapping/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIAS_MAX 8	/* steps from an OID to the row that names it */

struct entry {
	struct naming_row row;
	const char *alias;	/* NULL */
	int alias_line, alias_column;
	size_t generation;	/* which naming_add made it */
};

struct naming {
	struct arena *arena;
	struct entry **entries;		/* owns the array; the entries are in the arena */
	size_t count, generation;
	struct keyindex oids, uris;
};

static const struct schema_key type_keys[] = {
	{ "system", SCHEMA_URI, SCHEMA_ONE, true, NULL, NULL },
	{ "code", SCHEMA_CODE, SCHEMA_ONE, true, NULL, NULL },
	{ "display", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema type_schema = SCHEMA("an identifier's type", type_keys);

/* FHIR R4 4.0.1, value set identifier-use. */
static const char *const uses[] = { "usual", "official", "temp", "secondary", "old", NULL };

static const struct schema_key scheme_keys[] = {
	{ "prefix", SCHEMA_CODE, SCHEMA_ONE, true, NULL, NULL },
	{ "strip", SCHEMA_NUMBER, SCHEMA_ONE, false, NULL, NULL },
	{ "uri", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "keep", SCHEMA_FLAG, SCHEMA_ONE, false, NULL, NULL },
	{ "type", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &type_schema },
	{ "use", SCHEMA_WORD, SCHEMA_ONE, false, uses, NULL },
};

static const struct schema scheme_schema = SCHEMA("a scheme", scheme_keys);

static const struct schema_key row_keys[] = {
	{ "oid", SCHEMA_OID, SCHEMA_ONE, true, NULL, NULL },
	{ "uri", SCHEMA_URI, SCHEMA_ONE, false, NULL, NULL },
	{ "name", SCHEMA_TEXT, SCHEMA_ONE, false, NULL, NULL },
	{ "type", SCHEMA_OBJECT, SCHEMA_ONE, false, NULL, &type_schema },
	{ "use", SCHEMA_WORD, SCHEMA_ONE, false, uses, NULL },
	{ "schemes", SCHEMA_OBJECT, SCHEMA_LIST, false, NULL, &scheme_schema },
	{ "alias", SCHEMA_OID, SCHEMA_ONE, false, NULL, NULL },
};

static const struct schema row_schema = SCHEMA("a row of naming", row_keys);

static const struct schema_key naming_keys[] = {
	{ "naming", SCHEMA_OBJECT, SCHEMA_LIST, true, NULL, &row_schema },
};

static const struct schema naming_schema = SCHEMA("a naming file", naming_keys);

static struct entry *
entry_of(const struct naming *naming, const char *oid)
{
	size_t at = keyindex_find(&naming->oids, oid, NULL);

	return at == KEYINDEX_NONE ? NULL : naming->entries[at];
}

/* The row's own values, or what a scheme says in its stead. */
static void
read_scheme(struct naming *naming, struct naming_scheme *scheme, const struct yaml_node *node)
{
	const struct yaml_node *type = yaml_get(node, "type");
	const char *strip = yaml_text(node, "strip"), *keep_it = yaml_text(node, "keep");
	const char *uri = yaml_text(node, "uri"), *use = yaml_text(node, "use");

	if (uri != NULL)
		scheme->uri = keep_text(naming->arena, uri);
	if (use != NULL)
		scheme->use = keep_text(naming->arena, use);
	if (strip != NULL)
		scheme->strip = strtoul(strip, NULL, 10);
	scheme->keep = keep_it != NULL && strcmp(keep_it, "true") == 0;
	if (type == NULL)
		return;
	scheme->type_system = keep_text(naming->arena, yaml_text(type, "system"));
	scheme->type_code = keep_text(naming->arena, yaml_text(type, "code"));
	scheme->type_display = keep_text(naming->arena, yaml_text(type, "display"));
}

static int
by_prefix_length(const void *a, const void *b)
{
	size_t first = strlen(((const struct naming_scheme *)a)->prefix);
	size_t second = strlen(((const struct naming_scheme *)b)->prefix);

	return (first < second) - (first > second);
}

static void
check_prefix(const struct naming_scheme *schemes, size_t count, const char *file,
    const struct yaml_node *node, struct ehds_findings *lint)
{
	const struct yaml_node *prefix = yaml_get(node, "prefix");
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(schemes[i].prefix, prefix->text) == 0)
			lint_node(lint, "lint-equal-prefixes", file, prefix,
			    "two schemes of one OID have the prefix '%s'", prefix->text);
}

/* The longest prefix is asked first; the row's own values, with the prefix "", stand last. */
static void
read_schemes(struct naming *naming, struct entry *entry, const struct yaml_node *node, const char *file,
    struct ehds_findings *lint)
{
	const struct yaml_node *list = yaml_get(node, "schemes");
	const struct yaml_node *child = list != NULL ? list->children : NULL;
	struct naming_scheme own = { .prefix = "", .uri = entry->row.uri }, *schemes;
	size_t count = 0;

	read_scheme(naming, &own, node);
	schemes = keep(naming->arena, ((list != NULL ? list->count : 0) + 1) * sizeof(*schemes));
	for (; child != NULL; child = child->next) {
		const char *prefix = yaml_text(child, "prefix");

		if (prefix == NULL)
			continue;
		check_prefix(schemes, count, file, child, lint);
		schemes[count] = own;
		schemes[count].prefix = keep_text(naming->arena, prefix);
		read_scheme(naming, &schemes[count++], child);
	}
	qsort(schemes, count, sizeof(*schemes), by_prefix_length);
	schemes[count++] = own;
	entry->row.schemes = schemes;
	entry->row.scheme_count = count;
}

static void
put_entry(struct naming *naming, struct entry *entry)
{
	size_t at = naming->count, old = keyindex_find(&naming->uris, entry->row.uri, NULL);
	const struct entry *first;

	naming->entries = grown(naming->entries, at, sizeof(*naming->entries));
	naming->entries[naming->count++] = entry;
	keyindex_put(&naming->oids, entry->row.oid, NULL, at);
	if (entry->alias != NULL)
		return;
	/* The first OID of a URI stays its OID, unless its row has been replaced since. */
	first = old != KEYINDEX_NONE ? naming->entries[old] : NULL;
	if (first == NULL || entry_of(naming, first->row.oid) != first)
		keyindex_put(&naming->uris, entry->row.uri, NULL, at);
}

/* Two OIDs of one system are aliases; anything else is a slip of the pen. */
static void
check_uri(const struct yaml_node *uri, const char *oid, const char *file, struct ehds_findings *lint)
{
	if (uri != NULL && uri->text != NULL && text_starts_with(uri->text, "urn:oid:")
	    && strcmp(uri->text + strlen("urn:oid:"), oid) != 0)
		lint_node(lint, "lint-other-oid", file, uri,
		    "the row of %s has the URI of another OID; if the two mean "
		    "the same, say alias: %s",
		    oid, uri->text + strlen("urn:oid:"));
}

static void
read_alias(struct naming *naming, struct entry *entry, const struct yaml_node *node)
{
	const struct yaml_node *alias = yaml_get(node, "alias");

	if (alias == NULL || alias->text == NULL)
		return;
	entry->alias = keep_text(naming->arena, alias->text);
	entry->alias_line = alias->line;
	entry->alias_column = alias->column;
}

static void
read_row(struct naming *naming, const struct yaml_node *node, const char *file, struct ehds_findings *lint)
{
	const struct yaml_node *oid = yaml_get(node, "oid");
	const char *uri = yaml_text(node, "uri");
	struct entry *entry, *old;

	if (oid == NULL || oid->text == NULL || !is_oid(oid->text))
		return;
	old = entry_of(naming, oid->text);
	if (old != NULL && old->generation == naming->generation) {
		lint_node(lint, "lint-duplicate-oid", file, oid, "the OID %s has a row already, on line %d",
		    oid->text, old->row.line);
		return;
	}
	check_uri(yaml_get(node, "uri"), oid->text, file, lint);
	entry = keep(naming->arena, sizeof(*entry));
	entry->generation = naming->generation;
	entry->row.oid = keep_text(naming->arena, oid->text);
	entry->row.uri = uri != NULL ? keep_text(naming->arena, uri)
	    : arena_printf(naming->arena, "urn:oid:%s", oid->text);
	must(entry->row.uri != NULL);
	entry->row.name = keep_text(naming->arena, yaml_text(node, "name"));
	entry->row.file = file;
	entry->row.line = node->line;
	read_alias(naming, entry, node);
	read_schemes(naming, entry, node, file, lint);
	if (entry->alias != NULL && (uri != NULL || yaml_get(node, "type") != NULL
	    || yaml_get(node, "schemes") != NULL || yaml_get(node, "use") != NULL))
		lint_node(lint, "lint-alias", file, node,
		    "%s is an alias of %s: whatever else the row says would be lost; say it in the row of "
		    "%s", oid->text, entry->alias, entry->alias);
	put_entry(naming, entry);
}

static void
check_alias(const struct naming *naming, const struct entry *first, struct ehds_findings *lint)
{
	const struct entry *entry = first;
	size_t steps;

	for (steps = 0; entry->alias != NULL; steps++) {
		const struct entry *next = entry_of(naming, entry->alias);

		if (next == first || steps == ALIAS_MAX) {
			lint_error(lint, "lint-alias-cycle", first->row.file, first->alias_line,
			    first->alias_column,
			    steps == 0 ? "%s is an alias of itself" : steps == ALIAS_MAX
			    ? "the aliases of %s lead nowhere" : "the aliases of %s lead back to it",
			    first->row.oid);
			return;
		}
		if (next == NULL) {
			/* The row that names the missing one reports it, not all that lead to it. */
			if (entry == first)
				lint_error(lint, "lint-alias-missing", first->row.file, first->alias_line,
				    first->alias_column, "%s is an alias of %s, which has no row",
				    first->row.oid, first->alias);
			return;
		}
		entry = next;
	}
}

struct naming *
naming_new(void)
{
	struct naming *naming = must_alloc(sizeof(*naming));

	naming->arena = arena_new(0);
	return naming;
}

void
naming_free(struct naming **naming)
{
	if (*naming == NULL)
		return;
	arena_free(&(*naming)->arena);
	keyindex_free(&(*naming)->oids);
	keyindex_free(&(*naming)->uris);
	free((*naming)->entries);
	free(*naming);
	*naming = NULL;
}

void
naming_add(struct naming *naming, const struct yaml_file *file, struct ehds_findings *lint)
{
	const char *name = keep_text(naming->arena, yaml_name(file));
	const struct yaml_node *rows, *row;
	size_t i;

	naming->generation++;
	schema_check(&naming_schema, file, lint);
	rows = yaml_get(yaml_root(file), "naming");
	if (rows == NULL || rows->kind != YAML_SEQUENCE)
		return;
	for (row = rows->children; row != NULL; row = row->next)
		read_row(naming, row, name, lint);
	for (i = 0; i < naming->count; i++)
		if (naming->entries[i]->generation == naming->generation)
			check_alias(naming, naming->entries[i], lint);
}

const struct naming_row *
naming_find(const struct naming *naming, const char *oid)
{
	const struct entry *entry = entry_of(naming, oid);
	size_t steps;

	for (steps = 0; entry != NULL && entry->alias != NULL && steps < ALIAS_MAX; steps++)
		entry = entry_of(naming, entry->alias);
	return entry != NULL && entry->alias == NULL ? &entry->row : NULL;
}

const char *
naming_oid(const struct naming *naming, const char *uri)
{
	size_t at = keyindex_find(&naming->uris, uri, NULL);
	const char *oid;

	if (at != KEYINDEX_NONE) {
		const struct entry *entry = naming->entries[at];

		if (entry_of(naming, entry->row.oid) == entry)
			return entry->row.oid;
	}
	if (uri == NULL || !text_starts_with(uri, "urn:oid:"))
		return NULL;
	oid = uri + strlen("urn:oid:");
	return is_oid(oid) ? oid : NULL;
}

const char *
naming_uri(const struct naming *naming, const char *oid, char *buffer, size_t size)
{
	const struct naming_row *row;
	const char *bare = oid;
	size_t i;

	if (oid == NULL)
		return NULL;
	if (text_starts_with(oid, "urn:oid:"))
		bare = oid + strlen("urn:oid:");
	row = naming_find(naming, bare);
	if (row != NULL)
		return row->uri;
	if (bare == oid && is_oid(oid))
		return snprintf(buffer, size, "urn:oid:%s", oid) < (int)size ? buffer : NULL;
	if (is_uuid(oid)) {
		if (snprintf(buffer, size, "urn:uuid:%s", oid) >= (int)size)
			return NULL;
		for (i = 0; buffer[i] != '\0'; i++)
			buffer[i] = (char)tolower((unsigned char)buffer[i]);
		return buffer;
	}
	return is_uri(oid) ? oid : NULL;
}
