/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of options and the reading of one value. See configuration.h. */
#ifndef EHDS_SERVER_OPTIONS_H
#define EHDS_SERVER_OPTIONS_H

#include "format/yaml.h"
#include "server/configuration.h"

enum option_type {
	OPTION_TEXT,		/* char * */
	OPTION_TEXTS,		/* struct texts: one or a list */
	OPTION_PATH,		/* char *: relative names start at the folder of the file */
	OPTION_PATHS,		/* struct texts */
	OPTION_COUNT,		/* long long, as all that follow */
	OPTION_SIZE,		/* 32MiB */
	OPTION_DURATION,	/* 10m, in milliseconds */
	OPTION_CHOICE,		/* index into choices */
	OPTION_GROUP,		/* a mapping of further options of the same struct */
	OPTION_LIST,		/* a sequence of mappings: routes */
	OPTION_NAMED,		/* a mapping of names to mappings: peers */
};

struct option {
	const char *path;	/* "limits.document"; a list or named group adds nothing to it */
	enum option_type type;
	size_t offset;		/* in struct configuration, route_settings or peer_settings */
	const char *fallback;	/* default, as one would write it; "" for none */
	long long least, most;	/* of numbers */
	const char *const *choices;	/* NULL-terminated */
	const char *help;
};

/* All options, a group before its members. */
extern const struct option options[];
extern const size_t option_count;

/* The option with that path, or NULL. */
const struct option *
option_find(const char *path);

/*
 * Whether option stands directly in the group (path of a group, "" for the top). Returns its last name or
 * NULL.
 */
const char *
option_in_group(const struct option *option, const char *group);

/*
 * Reads a scalar or sequence into the struct at base; folder is put before relative paths. Frees what was
 * there. Errors: CONFIG config-type, config-value, with the node's place in `file`.
 */
int
option_read(void *base, const struct option *option, const struct yaml_node *node, const char *file,
    const char *folder, struct ehds_error *error);

/* Puts the default there. */
void
option_default(void *base, const struct option *option);

/* Frees what the option has in the struct at base. */
void
option_release(void *base, const struct option *option);

/* "size, 1KiB to 1GiB": the type and range in words. out has 160 bytes. */
void
option_describe(const struct option *option, char *out);

#endif
