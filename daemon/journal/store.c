/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The connection: opening, transactions, checkpoints, and how a prepared statement is run. The road of a
 * document is in road.c, what an operator says in operator.c, questions in query.c.
 */
#include "journal/audit_internal.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[STORE_STATE_COUNT] = {
	[STORE_RECEIVED] = "received",
	[STORE_CONVERTED] = "converted",
	[STORE_FORWARDED] = "forwarded",
	[STORE_DONE] = "done",
	[STORE_REFUSED] = "refused",
	[STORE_HELD] = "held",
};

static int
load_counts(struct store *store, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_COUNTS, "");
	enum store_state state;
	int row;

	while ((row = store_row(store, statement, error)) > 0) {
		if (store_state_parse(&state, (const char *)sqlite3_column_text(statement, 0)))
			store->counts[state] = sqlite3_column_int64(statement, 1);
		if (sqlite3_column_int64(statement, 2) > store->newest)
			store->newest = sqlite3_column_int64(statement, 2);
	}
	memcpy(store->committed, store->counts, sizeof(store->committed));
	return row;
}

static int
prepare_all(struct store *store, struct ehds_error *error)
{
	for (int i = 0; i < SQL_COUNT; i++)
		if (sqlite3_prepare_v3(store->database, store_sql_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
		    &store->statements[i], NULL) != SQLITE_OK)
			return error_set(error, EHDS_ERROR_CONFIG, "journal-open", store->path, 0, 0,
			    "is no journal of ehdsd: %s", sqlite3_errmsg(store->database));
	return 0;
}

/* The log's length is known from SQLite at each commit, without asking the file system. */
static int
on_commit(void *context, sqlite3 *database, const char *name, int pages)
{
	struct store *store = context;

	(void)database;
	(void)name;
	store->log_pages = (size_t)pages;
	return SQLITE_OK;
}

int
store_open(struct store **out, const char *path, struct ehds_error *error)
{
	struct store *store = must_alloc(sizeof(*store));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

	*out = NULL;
	store->path = must_strdup(path);
	store_open_packer(store);
	if (sqlite3_open_v2(path, &store->database, flags, NULL) != SQLITE_OK) {
		error_set(error, EHDS_ERROR_CONFIG, "journal-open", path, 0, 0, "cannot open the journal: %s",
		    store->database != NULL ? sqlite3_errmsg(store->database) : "no memory");
		goto failed;
	}
	sqlite3_busy_timeout(store->database, 5000);
	sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (store_schema(store, error) != 0 || prepare_all(store, error) != 0
	    || load_counts(store, error) != 0)
		goto failed;
	sqlite3_wal_hook(store->database, on_commit, store);
	*out = store;
	return 0;
failed:
	store_close(&store);
	return -1;
}

void
store_close(struct store **store)
{
	struct store *old = *store;

	*store = NULL;
	if (old == NULL)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(old->statements[i]);
	sqlite3_close_v2(old->database);	/* which waits for a backup that was not finished */
	audit_close(&old->audit);
	ZSTD_freeCCtx(old->packer);
	free(old->packed);
	free(old->path);
	free(old);
}

int
store_begin(struct store *store, struct ehds_error *error)
{
	return store_run(store, error, SQL_BEGIN, "");
}

int
store_commit(struct store *store, struct ehds_error *error)
{
	if (audit_before_commit(store, error) != 0 || store_run(store, error, SQL_COMMIT, "") != 0)
		return -1;
	memcpy(store->committed, store->counts, sizeof(store->committed));
	audit_after_commit(store);
	return 0;
}

void
store_rollback(struct store *store)
{
	/* After some errors (disk full) SQLite has rolled back by itself; then there is nothing to do. */
	if (!sqlite3_get_autocommit(store->database))
		store_run(store, NULL, SQL_ROLLBACK, "");
	memcpy(store->counts, store->committed, sizeof(store->counts));
	audit_rollback(store);
}

int
store_checkpoint(struct store *store, struct ehds_error *error)
{
	int in_log = 0, moved = 0;

	/*
	 * PASSIVE never waits for a reader (an operator's shell). When it has moved everything, the next
	 * commit starts the log from its beginning.
	 */
	if (sqlite3_wal_checkpoint_v2(store->database, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log,
	    &moved) != SQLITE_OK)
		return store_failed(store, "journal-write", error);
	if (in_log == moved)
		store->log_pages = 0;
	return 0;
}

size_t
store_log_size(const struct store *store)
{
	return store->log_pages * store->page_size;
}

long long
store_newest(const struct store *store)
{
	return store->newest;
}

void
store_counts(const struct store *store, long long counts[STORE_STATE_COUNT])
{
	memcpy(counts, store->counts, sizeof(store->counts));
}

const char *
store_state_name(enum store_state state)
{
	return state_names[state];
}

bool
store_state_parse(enum store_state *out, const char *name)
{
	for (int i = 0; i < STORE_STATE_COUNT; i++) {
		if (strcmp(state_names[i], name) == 0) {
			*out = (enum store_state)i;
			return true;
		}
	}
	return false;
}

/* ---- for the other files of the store ------------------------------------------------------------------ */

static void
bind_all(sqlite3_stmt *statement, const char *types, va_list arguments)
{
	int result = SQLITE_OK;

	for (int i = 0; types[i] != '\0'; i++) {
		if (types[i] == 'i') {
			result |= sqlite3_bind_int64(statement, i + 1, va_arg(arguments, long long));
		} else if (types[i] == 't') {
			result |= sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1,
			    SQLITE_STATIC);
		} else {
			const struct store_bytes *bytes = va_arg(arguments, const struct store_bytes *);

			/* An empty body is a body: NULL would be none. */
			result |= sqlite3_bind_blob64(statement, i + 1, bytes->length > 0 ? bytes->data : "",
			    bytes->length, SQLITE_STATIC);
		}
	}
	must(result == SQLITE_OK);
}

sqlite3_stmt *
store_bind(struct store *store, enum store_sql sql, const char *types, ...)
{
	va_list arguments;

	va_start(arguments, types);
	bind_all(store->statements[sql], types, arguments);
	va_end(arguments);
	return store->statements[sql];
}

int
store_run(struct store *store, struct ehds_error *error, enum store_sql sql, const char *types, ...)
{
	sqlite3_stmt *statement = store->statements[sql];
	va_list arguments;
	int result;

	va_start(arguments, types);
	bind_all(statement, types, arguments);
	va_end(arguments);
	result = sqlite3_step(statement);
	if (result != SQLITE_DONE)
		store_failed(store, "journal-write", error);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

int
store_row(struct store *store, sqlite3_stmt *statement, struct ehds_error *error)
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return 1;
	if (result != SQLITE_DONE)
		store_failed(store, "journal-read", error);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

int
store_failed(struct store *store, const char *rule, struct ehds_error *error)
{
	return error_set(error, EHDS_ERROR_TEMPORARY, rule, store->path, 0, 0, "%s",
	    sqlite3_errmsg(store->database));
}

long long
store_body_key(long long document, enum store_body body)
{
	return document * 8 + (long long)body;
}

int
store_state_of(struct store *store, enum store_state *state, long long document, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_STATE, "i", document);
	int row = store_row(store, statement, error);

	if (row > 0) {
		must(store_state_parse(state, (const char *)sqlite3_column_text(statement, 0)));
		sqlite3_reset(statement);
	}
	return row;
}

int
store_move(struct store *store, long long document, enum store_state from, enum store_state to,
    const char *why, const char *who, long long now, struct ehds_error *error)
{
	char rule[64];

	if (store_run(store, error, SQL_MOVE, "itti", document, state_names[to], why, now) != 0)
		return -1;
	store->counts[from]--;
	store->counts[to]++;
	/* Only the rule of a reason: the rest may quote the document. */
	snprintf(rule, sizeof(rule), "%.*s", why != NULL ? (int)strcspn(why, ": ") : 0, why != NULL ? why : "");
	return store_audit(store, document, state_names[to], who, rule, now, error);
}
