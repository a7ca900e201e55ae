/* SPDX-License-Identifier: EUPL-1.2 */
/* What the checks of a stylesheet share; for stylesheet_*.c only. */
#ifndef EHDS_MAPPING_STYLESHEET_CHECK_H
#define EHDS_MAPPING_STYLESHEET_CHECK_H

#include "mapping/expression.h"
#include "mapping/pack.h"
#include "mapping/stylesheet_source.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* A file that the stylesheet is made of. */
struct checked_file {
	char *path;				/* owns */
	xmlDoc *doc;				/* owns; NULL when it cannot be read. doc->_private is the file */
	struct stylesheet_source *source;	/* owns */
	bool own;				/* lies in the pack's folder, so nobody else uses it */
	struct checked_file *next;
};

/* A stylesheet under examination. */
struct check {
	const struct pack *pack;
	const char *const *roots;
	size_t root_count;
	struct ehds_findings *lint;
	struct expressions *expressions;	/* owns; scratch */
	struct checked_file *files;		/* the main file first */
	bool *tables_used;			/* by position in pack->tables */
	bool table_unknown;			/* some name of a table is only known at run time */
	bool failed;
};

/* Reads the file and all that it imports and includes. */
void
check_read_files(struct check *check, const char *path);

void
check_free_files(struct check *check);

/* Instructions and extension elements that do not exist, are not allowed or are not well made. */
void
check_vocabulary(struct check *check, const struct checked_file *file);

/*
 * A mistake at an element, an attribute of it (may be NULL) and an offset in the attribute's value.
 */
void
check_error(struct check *check, const xmlNode *element, const xmlAttr *attribute, size_t offset,
    const char *format, ...)
    __attribute__((format(printf, 5, 6)));

void
check_warning(struct check *check, const xmlNode *element, const xmlAttr *attribute,
    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The pack's table of that name is used. */
void
check_table_used(struct check *check, const char *name);

/* Whether it is an element of XSLT, and of this name (NULL: any). */
bool
is_xslt(const xmlNode *node, const char *name);

/* Whether it is an extension element of ours. */
bool
is_extension(const xmlNode *node);

/* An attribute's text, never NULL. */
const char *
attribute_text(const xmlAttr *attribute);

/* The attribute without name space, or NULL. */
const xmlAttr *
attribute_of(const xmlNode *element, const char *name);

/* The next node in document order within top, text and comments left out; NULL at the end. */
const xmlNode *
next_element_within(const xmlNode *node, const xmlNode *top);

#endif
