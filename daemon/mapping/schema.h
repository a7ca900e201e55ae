/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What may stand in a mapping file, as tables: key, type, required, allowed values. A file is checked
 * against its table first; the loaders then read with yaml_get and yaml_text, and check only what needs
 * more than one key to judge.
 */
#ifndef EHDS_MAPPING_SCHEMA_H
#define EHDS_MAPPING_SCHEMA_H

#include "base/finding.h"
#include "format/yaml.h"

#include <stdbool.h>
#include <stddef.h>

enum schema_type {
	SCHEMA_TEXT,		/* a scalar that is not blank */
	SCHEMA_CODE,		/* the same without white space around it; no YAML trap */
	SCHEMA_WORD,		/* one of `words` */
	SCHEMA_URI,		/* an absolute URI */
	SCHEMA_CANONICAL,	/* the same, with |version or without */
	SCHEMA_OID,
	SCHEMA_SYSTEM,		/* an absolute URI or an OID */
	SCHEMA_FLAG,		/* true or false */
	SCHEMA_NUMBER,		/* 0 to 9999 */
	SCHEMA_OBJECT,		/* a mapping with the keys of `object` */
	SCHEMA_NAMES,		/* a mapping with free keys and URIs as values */
	SCHEMA_CODE_OBJECT,	/* SCHEMA_CODE, or SCHEMA_OBJECT */
};

enum schema_shape {
	SCHEMA_ONE,
	SCHEMA_LIST,		/* a list of them, of one at least */
	SCHEMA_EITHER,		/* one, or a list */
	SCHEMA_LIST_OR_FILE,	/* a list (it may be empty), or the name of a file */
};

struct schema;

struct schema_key {
	const char *key;
	enum schema_type type;
	enum schema_shape shape;
	bool required;
	const char *const *words;	/* NULL-terminated */
	const struct schema *object;
};

struct schema {
	const char *what;		/* "a pack", for texts */
	const struct schema_key *keys;
	size_t count;
};

#define SCHEMA(what, keys) { what, keys, sizeof(keys) / sizeof(keys[0]) }

/*
 * Checks the root of a file (NULL: an empty file is a mistake too). Every mistake is an error in lint:
 * lint-empty-file, lint-unknown-key, lint-missing-key, lint-wrong-kind, lint-unknown-value, lint-blank,
 * lint-yaml-trap, lint-code-space, lint-uri, lint-oid. Returns whether there was none.
 */
bool
schema_check(const struct schema *schema, const struct yaml_file *file, struct ehds_findings *lint);

/* The same for one scalar of a file that is no YAML (a cell). */
bool
schema_check_scalar(const struct schema_key *key, const struct yaml_node *scalar, const char *file,
    struct ehds_findings *lint);

/* "; did you mean 'x'?" in out, or "" when nothing is near. words: NULL-terminated. Returns out. */
const char *
schema_hint(char *out, size_t size, const char *word, const char *const *words);

/*
 * scheme ":" something without white space; urn:oid: and urn:uuid: well-formed. Source: RFC 3986, section
 * 3.
 */
bool
is_uri(const char *text);

/* ITU-T X.660: two arcs at least, no leading zeros, the first 0..2. */
bool
is_oid(const char *text);

/* RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits. */
bool
is_uuid(const char *text);

#endif
