/* SPDX-License-Identifier: EUPL-1.2 */
/* What a pack is made of, inside the mapping layer. Built by load.c, read by detect.c and run.c. */
#ifndef EHDS_MAPPING_PACK_H
#define EHDS_MAPPING_PACK_H

#include "base/timezone.h"
#include "mapping/cases.h"
#include "mapping/mapping.h"
#include "mapping/naming.h"
#include "mapping/stylesheet.h"
#include "mapping/table.h"

#include <libxml/pattern.h>

/* A name that a pack's stylesheets use for a table. */
struct pack_table {
	const char *name;		/* last path part of `tables:` */
	const struct table *table;	/* borrows from the mappings */
	const char *file;		/* the pack.yaml that names it */
	int line, column;
};

/* Name spaces that the pack reads as one. */
struct pack_unify {
	struct regex *regex;		/* owns; what the whole URI matches */
	const char *as;
};

struct detect_rule;
struct envelope;

struct pack {
	const char *name, *title, *country, *category, *profile, *refusal, *folder;
	const char *file;			/* pack.yaml as shown in findings */
	const struct detect_rule *rules;
	size_t rule_count;
	const char *const *namespaces;		/* URI, prefix, ..., NULL: as xmlPatterncompile wants them */
	struct pack_unify *unify;
	size_t unify_count;
	xmlPattern *statements;			/* owns; NULL: none */
	const char *statements_text;		/* the pattern as written; its last names are a quick first look */
	const struct pack_table *tables;
	size_t table_count;
	const struct naming *naming;		/* borrows: the country's, on top of EU's */
	const struct timezone_data *timezone;	/* borrows; NULL: UTC is not assumed, times are cut to dates */
	const char *timezone_name;
	const char *language;			/* BCP 47; NULL */
	const char *summary_title;		/* of a document of several sources; NULL */
	bool composable, header_only;		/* `compose`: it may be one of several sources; it knows no section */
	const char *const *sections;		/* that it knows, by code */
	size_t section_count;
	struct envelope *envelope;		/* owns; NULL: the documents are none */
	const char *stylesheet_path;		/* NULL with refusal or envelope */
	struct stylesheet *stylesheet;		/* owns; NULL with refusal or envelope */
	const struct mapping_case *const *cases;	/* NULL-terminated */
};

/* The table that the pack calls name, or NULL. */
const struct table *
pack_table_named(const struct pack *pack, const char *name);

#endif
