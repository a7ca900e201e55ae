/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where the start tags and attributes of a stylesheet file stand, to the column: a tree of libxml2
 * does not know.
 */
#ifndef EHDS_MAPPING_STYLESHEET_SOURCE_H
#define EHDS_MAPPING_STYLESHEET_SOURCE_H

#include <libxml/tree.h>
#include <stddef.h>

struct stylesheet_source;

struct source_place {
	int line, column;		/* 1-based; column counts bytes */
};

/*
 * Reads the file that doc was parsed from. Gives it; never NULL, without places when the file
 * cannot be read.
 */
struct stylesheet_source *
stylesheet_source_new(const xmlDoc *doc, const char *path);

void
stylesheet_source_free(struct stylesheet_source **source);

/*
 * The place of an element's '<', or of an attribute's value plus offset bytes. {line of libxml2, 0}
 * when it is not known.
 */
struct source_place
stylesheet_source_place(const struct stylesheet_source *source, const xmlNode *element,
    const xmlAttr *attribute, size_t offset);

#endif
