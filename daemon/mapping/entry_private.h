/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Between entry.c (making entries), entry_key.c (what they are called) and entry_reference.c (who
 * refers to them).
 */
#ifndef EHDS_MAPPING_ENTRY_PRIVATE_H
#define EHDS_MAPPING_ENTRY_PRIVATE_H

#include "mapping/entry.h"
#include "mapping/run.h"

struct entry {
	const char *type, *key;		/* key "": it has none */
	size_t ordinal;			/* among those of the same type and key */
	char url[ENTRY_URL];
};

/* A reference to something that was not there yet. */
struct pending {
	const char *type;		/* NULL: any; then `reference` holds a placeholder */
	const char *key;
	const char *written;		/* what stands in the result for now */
	const struct style_file *file;
	int line, source_line;
	struct pending *next;
};

struct entries {
	struct arena *arena;
	const char *document;		/* identity of the document */
	struct keylist *by_type;	/* (key, type) -> struct entry */
	struct keylist *by_key;		/* key -> struct entry */
	struct keylist *by_plan;	/* (key, id of plan) -> struct entry, for shared entries of unknown type */
	struct pending *pending, *last_pending;
	unsigned pending_count;
};

/* The identity of the document, in the arena; NULL at the arena's limit. */
const char *
document_identity(struct run *run);

/* The URL of an entry of that type and key, the ordinal-th of them. */
void
make_url(const struct entries *entries, const char *type, const char *key, size_t ordinal,
    char out[ENTRY_URL]);

/*
 * The key that an expression gives at context: elements say their ids, or else their text. "" is
 * none.
 */
const char *
key_of(struct run *run, const struct expression *expression, const xmlNode *context);

/* The key of the entry that plan makes for node. */
const char *
entry_key(struct run *run, const struct plan *plan, const xmlNode *node);

/* The next node in document order within root, NULL at the end. */
xmlNode *
next_node_within(xmlNode *node, const xmlNode *root);

/*
 * Writes an element `name` with a reference where the current instruction writes. 0, or -1: the run
 * failed.
 */
int
write_reference(struct run *run, const struct plan *plan, const xmlNode *node, const char *name,
    const char *url);

#endif
