/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * YAML as a tree in which every node knows its line and column. Made from libyaml's events: duplicate keys,
 * tags, aliases and deep nesting are errors; scalars stay text, with the knowledge whether they were quoted,
 * because NO, 0645 and 1E5 mean other things to other readers.
 */
#ifndef EHDS_FORMAT_YAML_H
#define EHDS_FORMAT_YAML_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
	enum yaml_kind kind;
	int line, column;	/* 1-based */
	bool quoted;		/* scalar in quotes or a block */
	const char *text;	/* scalar: UTF-8; NULL otherwise */
	const char *key;	/* this node's key in its parent mapping; NULL in a sequence */
	int key_line, key_column;
	const struct yaml_node *children;	/* first child, in file order */
	const struct yaml_node *next;
	size_t count;		/* children */
};

struct yaml_file;

/*
 * Gives the file. name stands in errors; bytes may be freed afterwards. One document, at most 32
 * MiB, 64 levels, 4,000,000 values. Errors: CONFIG yaml-syntax, yaml-duplicate-key (both places),
 * yaml-alias (and anchors), yaml-tag, yaml-depth, yaml-encoding, yaml-too-large.
 */
int
yaml_parse(struct yaml_file **out, const char *bytes, size_t length, const char *name,
    struct ehds_error *error);

/* Reads path and parses. Errors: those of yaml_parse; CONFIG file-read. */
int
yaml_load(struct yaml_file **out, const char *path, struct ehds_error *error);

/*
 * Accepts NULL in *file. The linker knows it by another name: libyaml exports a yaml_free of its
 * own and would call ours.
 */
void
yaml_free(struct yaml_file **file) __asm__("ehds_yaml_free");

/* The root; NULL for an empty file. Borrows. */
const struct yaml_node *
yaml_root(const struct yaml_file *file);

const char *
yaml_name(const struct yaml_file *file);

/* The value of key in a mapping, or NULL (also when node is NULL or no mapping). */
const struct yaml_node *
yaml_get(const struct yaml_node *node, const char *key);

/* The text of the scalar at key, or NULL. */
const char *
yaml_text(const struct yaml_node *node, const char *key);

/*
 * Whether a plain (unquoted) scalar is one that other YAML readers take for something else than its
 * letters: booleans (y, n, yes, no, on, off, true, false in any case), null (~, null, nothing at
 * all), numbers with a leading zero (octal), a plus sign, an exponent, '_' or ':' (sexagesimal),
 * 0x, 0b, 0o, decimals that come back shorter (1.10, 5., .5), .inf, .nan, << and =. Source: YAML
 * 1.1 type repository; for 1e5 and 0o17 YAML 1.2, core schema. Returns what it would be read as
 * ("boolean", "null", "octal number", ...), or NULL (also for NULL and what is no scalar).
 */
const char *
yaml_trap(const struct yaml_node *scalar);

#endif
