/* SPDX-License-Identifier: EUPL-1.2 */
/* The book-keeping of a run: what became of each statement of the source. Nothing is silent. */
#ifndef EHDS_MAPPING_LEDGER_H
#define EHDS_MAPPING_LEDGER_H

#include "mapping/element.h"
#include "mapping/index.h"
#include "mapping/mapping.h"

struct ledger_book;

/* NULL at the arena's limit. */
struct ledger_book *
ledger_new(struct index *index, struct arena *arena);

/*
 * A typed element read node (an element, or an attribute) and wrote below parent. Its statement is
 * mapped when node is the statement, or is or lies in its code or value.
 */
void
ledger_read(struct ledger_book *book, const xmlNode *node, const xmlNode *parent);

/* An entry of that resource type stands for the statement. type is borrowed until the run ends. */
void
ledger_stand(struct ledger_book *book, const xmlNode *node, const char *type);

/* The children of node's parent were carried as narrative. */
void
ledger_carry(struct ledger_book *book, const xmlNode *node);

/*
 * What a note says: of node when it is a statement, else of all statements below it. Being mapped
 * wins.
 */
void
ledger_note(struct ledger_book *book, const xmlNode *node, enum ledger_fate fate, const char *why);

/* table may be NULL. */
void
ledger_count(struct ledger_book *book, const struct table *table, enum code_fate fate);

/*
 * Draws the balance: *out in the arena, and a finding for each statement that was carried as text
 * or dropped. name: the document's, for places. unread: list coded elements that nobody read as
 * well. -1 at the arena's limit.
 */
int
ledger_close(struct ledger *out, struct ledger_book *book, const char *name, bool unread,
    struct ehds_findings *findings);

#endif
