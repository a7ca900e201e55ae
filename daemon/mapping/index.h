/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What one walk over the source document finds out: its statements, its order, and where the
 * template ids, codes and IDs are. The walk hangs a mark on each element (node->_private), which
 * the ledger uses as well.
 */
#ifndef EHDS_MAPPING_INDEX_H
#define EHDS_MAPPING_INDEX_H

#include "base/arena.h"
#include "mapping/keylist.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

struct pack;
struct index;

/* Of an element of the source document. */
struct mark {
	const xmlNode *element;
	uint32_t order;		/* of elements in the document, from 0 */
	uint32_t end;		/* order of the first element behind its subtree */
	uint32_t statement;	/* 1-based number of the nearest statement that it is or is in; 0: none */
	bool read;		/* a typed element read it */
	bool carried;		/* one of its children was carried as narrative */
};

/*
 * Walks the document. NULL at the arena's limit. The marks of an earlier run over the same tree are
 * replaced.
 */
struct index *
index_new(const xmlDoc *doc, const struct pack *pack, struct arena *arena);

/*
 * The mark of an element, or of the element that an attribute or text belongs to; NULL outside the
 * source document.
 */
struct mark *
index_mark(const struct index *index, const xmlNode *node);

/* Statement n (1-based), and how many there are. */
const xmlNode *
index_statement(const struct index *index, size_t number);

size_t
index_statement_count(const struct index *index);

/* The n-th element of the document, from 0, or NULL. */
struct mark *
index_element(const struct index *index, size_t order);

/*
 * Elements (const xmlNode) that carry this templateId root, in document order. NULL: none, or
 * *failed (no memory).
 */
const struct keylist_item *
index_template(struct index *index, const char *root, bool *failed);

/* Elements whose child `code` has this code. */
const struct keylist_item *
index_coded(struct index *index, const char *code, bool *failed);

/* Elements whose child `id` has this root and this extension ("": none). */
const struct keylist_item *
index_identified(struct index *index, const char *root, const char *extension, bool *failed);

/*
 * Elements with a child element of this local name and this text (white space at its ends does not count; "" finds
 * nothing), in document order. The children of a name are indexed when it is first asked for.
 */
const struct keylist_item *
index_having(struct index *index, const char *name, const char *text, bool *failed);

/* The first element with this ID, or NULL. */
const xmlNode *
index_id(struct index *index, const char *id, bool *failed);

#endif
