/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of the store share: the connection, its prepared statements, and how one is run. */
#ifndef EHDS_JOURNAL_STORE_INTERNAL_H
#define EHDS_JOURNAL_STORE_INTERNAL_H

#include "journal/store.h"

#include <sqlite3.h>
#include <zstd.h>

/* One name per statement; the text is in schema.c, in the same order. */
enum store_sql {
	SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK,
	SQL_COUNTS,
	SQL_FIND_MESSAGE, SQL_FIND_CONTENT, SQL_INSERT_DOCUMENT,
	SQL_INSERT_BODY, SQL_DELETE_BODY, SQL_READ_BODY,
	SQL_STATE, SQL_CONVERT, SQL_MOVE,
	SQL_INSERT_DELIVERY, SQL_DELIVERED, SQL_DELIVER_LATER, SQL_DELIVER_NEVER, SQL_DELETE_DELIVERIES,
	SQL_UNDELIVERED, SQL_ANY_DELIVERY,
	SQL_WAITING, SQL_BACKLOGS, SQL_DUE, SQL_LIST, SQL_LIST_STATE, SQL_FIND_ID, SQL_GET, SQL_DELIVERIES,
	SQL_PENDING_PEERS, SQL_PENDING_COUNT, SQL_PENDING_OF_PEER, SQL_EXPIRED, SQL_PURGE_FIND,
	SQL_PURGE_DOCUMENT, SQL_PURGE_DELIVERIES, SQL_PURGE_COUNT,
	SQL_THIN_FIND, SQL_THIN_MARK, SQL_HASTEN,
	SQL_AUDIT_OF, SQL_AUDIT_KEEP, SQL_AUDIT_HEAD, SQL_AUDIT_PRUNE, SQL_AUDIT_READ_HEAD, SQL_AUDIT_OUTBOX,
	SQL_CHECK_TOTALS, SQL_CHECK_DOCUMENTS, SQL_CHECK_BODIES, SQL_CHECK_ORPHAN_BODIES,
	SQL_CHECK_ORPHAN_DELIVERIES,
	SQL_COUNT
};

extern const char *const store_sql_texts[SQL_COUNT];

struct audit;

struct store {
	sqlite3 *database;
	struct audit *audit;		/* owns; NULL: no trail is kept */
	sqlite3_stmt *statements[SQL_COUNT];
	ZSTD_CCtx *packer;
	char *packed;			/* owns: where the packer writes */
	size_t packed_capacity;
	char *path;
	size_t log_pages, page_size;
	long long newest;
	long long counts[STORE_STATE_COUNT];		/* as of now */
	long long committed[STORE_STATE_COUNT];		/* as of the last commit: what a rollback restores */
};

/*
 * Sets page size, WAL, synchronous; makes the tables when they are not there, brings older ones up; refuses
 * newer ones.
 */
int
store_schema(struct store *store, struct ehds_error *error);

/*
 * Binds: i long long, t const char *, b const struct store_bytes * (borrowed until the statement is reset).
 * Gives the statement, ready to be stepped.
 */
sqlite3_stmt *
store_bind(struct store *store, enum store_sql sql, const char *types, ...);

/* Binds, runs to the end and resets a statement that gives no rows; sqlite3_changes() tells what it did. */
int
store_run(struct store *store, struct ehds_error *error, enum store_sql sql, const char *types, ...);

/* The next row: 1, the end: 0 (and the statement is reset), -1 with *error (also reset). */
int
store_row(struct store *store, sqlite3_stmt *statement, struct ehds_error *error);

int
store_failed(struct store *store, const char *rule, struct ehds_error *error);

/* A body's key: documents have eight of them, so that a document's bodies are neighbours. */
long long
store_body_key(long long document, enum store_body body);

void
store_open_packer(struct store *store);

/*
 * Writes a body. Sources and results are packed (body.c says why); an outcome stays text, for operators who
 * read the file.
 */
int
store_put_body(struct store *store, long long document, enum store_body body, const struct store_bytes *bytes,
    struct ehds_error *error);

/*
 * Gives a copy of the body that stands in two columns of a row, length and bytes; a NUL behind it. Error:
 * TEMPORARY journal-read: damaged, or no memory.
 */
int
store_take_body(struct store *store, void **out, size_t *length, sqlite3_stmt *row, int column,
    struct ehds_error *error);

/* The state of a document: 1, 0 when there is none, -1. */
int
store_state_of(struct store *store, enum store_state *state, long long document, struct ehds_error *error);

/*
 * Sets the state and, when why is not NULL, the reason; keeps the counts; adds a line to the audit trail: who
 * moved it, and the rule that the reason begins with.
 */
int
store_move(struct store *store, long long document, enum store_state from, enum store_state to,
    const char *why, const char *who, long long now, struct ehds_error *error);

/* converted -> forwarded when nothing is pending or failed any more. *state in and out. */
int
store_settle(struct store *store, long long document, enum store_state *state, long long now,
    struct ehds_error *error);

/* Adds or re-arms a delivery; what was delivered stays so. */
int
store_add_deliveries(struct store *store, long long document, const char *const *peers, size_t count,
    long long now, struct ehds_error *error);

#endif
