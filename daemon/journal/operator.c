/* SPDX-License-Identifier: EUPL-1.2 */
/* What an operator, or time, decides about documents: retry, release, drop, give up, forget. */
#include "journal/audit_internal.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int
delete_body(struct store *store, long long document, enum store_body body, struct ehds_error *error)
{
	return store_run(store, error, SQL_DELETE_BODY, "i", store_body_key(document, body));
}

/* 1 and *state when the document is in one of the states of the mask; 0 when not; -1. */
static int
in_state(struct store *store, long long document, unsigned mask, enum store_state *state,
    struct ehds_error *error)
{
	int found = store_state_of(store, state, document, error);

	return found > 0 ? (mask & 1u << *state) != 0 : found;
}

/* 1 when the body is there; 0; -1. */
static int
has_body(struct store *store, long long document, enum store_body body, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_READ_BODY, "i", store_body_key(document, body));
	int row = store_row(store, statement, error);

	sqlite3_reset(statement);
	return row;
}

int
store_retry(struct store *store, long long document, long long now, bool *done, struct ehds_error *error)
{
	enum store_state state;
	int allowed = in_state(store, document, 1u << STORE_HELD | 1u << STORE_REFUSED, &state, error);

	if (allowed > 0)
		allowed = has_body(store, document, STORE_SOURCE, error);
	*done = allowed > 0;
	if (allowed <= 0)
		return allowed;
	if (store_run(store, error, SQL_DELETE_DELIVERIES, "i", document) != 0
	    || delete_body(store, document, STORE_OUTCOME, error) != 0
	    || delete_body(store, document, STORE_RESULT_JSON, error) != 0
	    || delete_body(store, document, STORE_RESULT_XML, error) != 0)
		return -1;
	return store_move(store, document, state, STORE_RECEIVED, "", "operator", now, error);
}

/* 1 when the document has a result in some format. */
static int
has_result(struct store *store, long long document, struct ehds_error *error)
{
	int row = has_body(store, document, STORE_RESULT_JSON, error);

	return row == 0 ? has_body(store, document, STORE_RESULT_XML, error) : row;
}

int
store_release(struct store *store, long long document, const char *const *peers, size_t peer_count,
    long long now, bool *done, struct ehds_error *error)
{
	enum store_state state;
	int allowed = in_state(store, document, 1u << STORE_HELD, &state, error);

	if (allowed > 0)
		allowed = has_result(store, document, error);
	*done = allowed > 0;
	if (allowed <= 0)
		return allowed;
	if (store_move(store, document, state, STORE_CONVERTED, "", "operator", now, error) != 0
	    || store_add_deliveries(store, document, peers, peer_count, now, error) != 0)
		return -1;
	state = STORE_CONVERTED;
	return store_settle(store, document, &state, now, error);
}

int
store_drop(struct store *store, long long document, const char *why, struct store_bytes outcome,
    long long now, bool *done, struct ehds_error *error)
{
	unsigned mask = 1u << STORE_RECEIVED | 1u << STORE_CONVERTED | 1u << STORE_HELD;
	enum store_state state;
	int allowed = in_state(store, document, mask, &state, error);

	*done = allowed > 0;
	if (allowed <= 0)
		return allowed;
	if (store_run(store, error, SQL_DELETE_DELIVERIES, "i", document) != 0
	    || store_put_body(store, document, STORE_OUTCOME, &outcome, error) != 0)
		return -1;
	return store_move(store, document, state, STORE_REFUSED, why, "operator", now, error);
}

int
store_hold(struct store *store, long long document, const char *why, struct store_bytes outcome,
    long long now, bool *done, struct ehds_error *error)
{
	enum store_state state;
	int allowed = in_state(store, document, 1u << STORE_RECEIVED | 1u << STORE_CONVERTED, &state, error);

	*done = allowed > 0;
	if (allowed <= 0)
		return allowed;
	if (store_run(store, error, SQL_DELETE_DELIVERIES, "i", document) != 0
	    || (state == STORE_RECEIVED
	    && store_put_body(store, document, STORE_OUTCOME, &outcome, error) != 0))
		return -1;
	return store_move(store, document, state, STORE_HELD, why, "operator", now, error);
}

/* Fails every delivery that `sql` finds, one at a time: each makes the next search shorter. */
static int
fail_each(struct store *store, enum store_sql sql, const char *peer, long long since, const char *text,
    long long now, struct store_numbers *held, struct ehds_error *error)
{
	for (;;) {
		sqlite3_stmt *statement = store_bind(store, sql, sql == SQL_EXPIRED ? "ti" : "t", peer,
		    since);
		int row = store_row(store, statement, error);
		long long document;

		if (row <= 0)
			return row;
		document = sqlite3_column_int64(statement, 0);
		sqlite3_reset(statement);
		if (store_deliver_never(store, document, peer, text, now, error) != 0)
			return -1;
		held->items = must_realloc(held->items, (held->count + 1) * sizeof(*held->items));
		held->items[held->count++] = document;
	}
}

/* A peer with pending deliveries that is not among `peers`: 1 and its name (given), 0, -1. */
static int
find_orphan(struct store *store, const char *const *peers, size_t peer_count, char **name,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_PENDING_PEERS, "");
	int row;

	while ((row = store_row(store, statement, error)) > 0) {
		const char *peer = (const char *)sqlite3_column_text(statement, 0);
		size_t i = 0;

		while (i < peer_count && strcmp(peers[i], peer) != 0)
			i++;
		if (i < peer_count)
			continue;
		*name = must_strdup(peer);
		sqlite3_reset(statement);
		return 1;
	}
	return row;
}

int
store_hold_orphans(struct store *store, const char *const *peers, size_t peer_count, long long now,
    struct store_numbers *held, struct ehds_error *error)
{
	char *name = NULL;
	int found;

	*held = (struct store_numbers){ NULL, 0 };
	while ((found = find_orphan(store, peers, peer_count, &name, error)) > 0) {
		int result = fail_each(store, SQL_PENDING_OF_PEER, name, 0, "is not configured any more",
		    now, held, error);

		free(name);
		if (result != 0)
			return -1;
	}
	return found;
}

int
store_give_up(struct store *store, const char *peer, long long since, long long now,
    struct store_numbers *held, struct ehds_error *error)
{
	*held = (struct store_numbers){ NULL, 0 };
	return fail_each(store, SQL_EXPIRED, peer, since, "did not take the document in time: given up",
	    now, held, error);
}

int
store_hasten(struct store *store, long long latest, long long now, struct ehds_error *error)
{
	return store_run(store, error, SQL_HASTEN, "ii", latest, now);
}

static int
purge_one(struct store *store, long long document, enum store_state state, long long now,
    struct ehds_error *error)
{
	if (store_audit(store, document, "forgotten", "ehdsd", "", now, error) != 0)
		return -1;
	for (int body = 0; body < STORE_BODY_COUNT; body++)
		if (delete_body(store, document, (enum store_body)body, error) != 0)
			return -1;
	if (store_run(store, error, SQL_PURGE_DELIVERIES, "i", document) != 0
	    || store_run(store, error, SQL_PURGE_DOCUMENT, "i", document) != 0
	    || store_run(store, error, SQL_PURGE_COUNT, "") != 0)
		return -1;
	store->counts[state]--;
	return 0;
}

int
store_purge(struct store *store, long long before, size_t limit, long long now, size_t *purged,
    struct ehds_error *error)
{
	for (*purged = 0; *purged < limit; (*purged)++) {
		sqlite3_stmt *statement = store_bind(store, SQL_PURGE_FIND, "i", before);
		int row = store_row(store, statement, error);
		enum store_state state;
		long long document;

		if (row <= 0)
			return row;
		document = sqlite3_column_int64(statement, 0);
		must(store_state_parse(&state, (const char *)sqlite3_column_text(statement, 1)));
		sqlite3_reset(statement);
		if (purge_one(store, document, state, now, error) != 0)
			return -1;
	}
	return 0;
}

/* Source and results of one document go, its outcome and its row stay. */
static int
thin_one(struct store *store, long long document, long long now, struct ehds_error *error)
{
	static const enum store_body bodies[] = { STORE_SOURCE, STORE_RESULT_JSON, STORE_RESULT_XML };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (delete_body(store, document, bodies[i], error) != 0)
			return -1;
	if (store_run(store, error, SQL_THIN_MARK, "ii", document, now) != 0)
		return -1;
	return store_audit(store, document, "bodies-forgotten", "ehdsd", "", now, error);
}

int
store_thin(struct store *store, bool refused, long long *cursor, long long before, size_t limit, long long now,
    size_t *thinned, struct ehds_error *error)
{
	for (*thinned = 0; *thinned < limit; (*thinned)++) {
		sqlite3_stmt *statement = store_bind(store, SQL_THIN_FIND, "iii", (long long)refused, *cursor,
		    before);
		int row = store_row(store, statement, error);
		long long document;

		if (row <= 0)
			return row;
		document = sqlite3_column_int64(statement, 0);
		*cursor = sqlite3_column_int64(statement, 1);
		sqlite3_reset(statement);
		if (thin_one(store, document, now, error) != 0)
			return -1;
	}
	return 0;
}
