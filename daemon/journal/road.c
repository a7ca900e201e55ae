/* SPDX-License-Identifier: EUPL-1.2 */
/* The road of one document through the journal: received, converted or held or refused, forwarded, done. */
#include "journal/audit_internal.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/*
 * Fills *out from an earlier document that SQL_FIND_MESSAGE or SQL_FIND_CONTENT found: 1, 0 when there is
 * none, -1.
 */
static int
find_earlier(struct store *store, struct store_receipt *out, sqlite3_stmt *statement,
    const struct store_submission *submission, struct ehds_error *error)
{
	int row = store_row(store, statement, error);

	if (row <= 0)
		return row;
	out->document = sqlite3_column_int64(statement, 0);
	memcpy(out->id, sqlite3_column_text(statement, 1), UUID_TEXT - 1);
	out->id[UUID_TEXT - 1] = '\0';
	must(store_state_parse(&out->state, (const char *)sqlite3_column_text(statement, 2)));
	out->conflict = strcmp((const char *)sqlite3_column_text(statement, 3), submission->sha256) != 0
	    || strcmp((const char *)sqlite3_column_text(statement, 4), submission->route) != 0;
	out->duplicate = !out->conflict;
	sqlite3_reset(statement);
	return 1;
}

/*
 * The id is made of what makes a document itself, so that a journal that was lost and a sender that sends
 * again give the peer the id that it knows already.
 */
static void
make_id(char out[UUID_TEXT], const struct store_submission *submission)
{
	char *name = must_printf("document\n%s\n%s\n%s\n%s", submission->sender, submission->message,
	    submission->route, submission->sha256);

	uuid_of_name(out, name, strlen(name));
	free(name);
}

int
store_receive(struct store *store, struct store_receipt *out, const struct store_submission *submission,
    long long now, struct ehds_error *error)
{
	int earlier;

	memset(out, 0, sizeof(*out));
	earlier = find_earlier(store, out, store_bind(store, SQL_FIND_MESSAGE, "tt", submission->sender,
	    submission->message), submission, error);
	if (earlier == 0)
		earlier = find_earlier(store, out, store_bind(store, SQL_FIND_CONTENT, "ttt",
		    submission->sha256, submission->sender, submission->route), submission, error);
	if (earlier != 0)
		return earlier > 0 ? 0 : -1;
	make_id(out->id, submission);
	if (store_run(store, error, SQL_INSERT_DOCUMENT, "ttttttiii", out->id, submission->sender,
	    submission->message, submission->route, submission->content_type, submission->sha256,
	    (long long)submission->body.length, (long long)(submission->parts > 1 ? submission->parts : 1), now) != 0)
		return -1;
	out->document = sqlite3_last_insert_rowid(store->database);
	out->state = STORE_RECEIVED;
	if (store_put_body(store, out->document, STORE_SOURCE, &submission->body, error) != 0)
		return -1;
	store->counts[STORE_RECEIVED]++;
	return store_audit(store, out->document, "received", submission->sender, "", now, error);
}

int
store_add_deliveries(struct store *store, long long document, const char *const *peers, size_t count,
    long long now, struct ehds_error *error)
{
	for (size_t i = 0; i < count; i++)
		if (store_run(store, error, SQL_INSERT_DELIVERY, "iti", document, peers[i], now) != 0)
			return -1;
	return 0;
}

int
store_settle(struct store *store, long long document, enum store_state *state, long long now,
    struct ehds_error *error)
{
	static const enum store_sql questions[] = { SQL_UNDELIVERED, SQL_ANY_DELIVERY };
	bool answers[2] = { false, false };

	if (*state != STORE_CONVERTED)
		return 0;
	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *statement = store_bind(store, questions[i], "i", document);
		int row = store_row(store, statement, error);

		if (row < 0)
			return -1;
		answers[i] = row > 0;
		sqlite3_reset(statement);
	}
	if (answers[0] || !answers[1])
		return 0;
	*state = STORE_FORWARDED;
	return store_move(store, document, STORE_CONVERTED, STORE_FORWARDED, NULL, "ehdsd", now, error);
}

static int
put_bodies(struct store *store, long long document, const struct store_conversion *conversion,
    struct ehds_error *error)
{
	const struct { enum store_body body; const struct store_bytes *bytes; } bodies[] = {
		{ STORE_OUTCOME, &conversion->outcome },
		{ STORE_RESULT_JSON, &conversion->json },
		{ STORE_RESULT_XML, &conversion->xml },
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (bodies[i].bytes->data != NULL
		    && store_put_body(store, document, bodies[i].body, bodies[i].bytes, error) != 0)
			return -1;
	return 0;
}

int
store_convert(struct store *store, long long document, const struct store_conversion *conversion,
    long long now, bool *stale, struct ehds_error *error)
{
	enum store_state state;
	int found = store_state_of(store, &state, document, error);
	char patient[AUDIT_PSEUDONYM];

	if (found < 0)
		return -1;
	*stale = found == 0 || state != STORE_RECEIVED;
	if (*stale)
		return 0;
	audit_pseudonym(patient, store, conversion->patient);
	if (store_run(store, error, SQL_CONVERT, "itttttt", document, conversion->pack, conversion->country,
	    conversion->category, conversion->profile, conversion->generation, patient) != 0
	    || put_bodies(store, document, conversion, error) != 0
	    || store_move(store, document, STORE_RECEIVED, conversion->state, conversion->why,
	    "ehdsd", now, error) != 0)
		return -1;
	state = conversion->state;
	if (state != STORE_CONVERTED)
		return 0;
	if (store_add_deliveries(store, document, conversion->peers, conversion->peer_count, now, error) != 0)
		return -1;
	return store_settle(store, document, &state, now, error);
}

int
store_delivered(struct store *store, long long document, const char *peer, long long now,
    enum store_state *state, struct ehds_error *error)
{
	int found;

	if (store_run(store, error, SQL_DELIVERED, "iti", document, peer, now) != 0)
		return -1;
	if (sqlite3_changes(store->database) > 0
	    && store_audit(store, document, "delivered", peer, "", now, error) != 0)
		return -1;
	found = store_state_of(store, state, document, error);
	if (found == 0)
		*state = STORE_DONE;	/* purged meanwhile: nothing is left to do */
	return found <= 0 ? found : store_settle(store, document, state, now, error);
}

int
store_deliver_later(struct store *store, long long document, const char *peer, int attempts, long long next,
    const char *text, struct ehds_error *error)
{
	return store_run(store, error, SQL_DELIVER_LATER, "itiit", document, peer, (long long)attempts,
	    next, text);
}

int
store_deliver_never(struct store *store, long long document, const char *peer, const char *text,
    long long now, struct ehds_error *error)
{
	enum store_state state;
	int found, changed;
	char *why;

	if (store_run(store, error, SQL_DELIVER_NEVER, "itt", document, peer, text) != 0)
		return -1;
	changed = sqlite3_changes(store->database);
	found = store_state_of(store, &state, document, error);
	if (found < 0)
		return -1;
	if (changed == 0 || found == 0 || state != STORE_CONVERTED)
		return 0;
	why = must_printf("peer %s: %s", peer, text);
	found = store_move(store, document, state, STORE_HELD, why, peer, now, error);
	free(why);
	return found;
}

int
store_told(struct store *store, long long document, long long now, struct ehds_error *error)
{
	sqlite3_stmt *statement;
	enum store_state state;
	int row = store_state_of(store, &state, document, error);

	if (row <= 0)
		return row;
	if (state == STORE_FORWARDED)
		return store_move(store, document, state, STORE_DONE, NULL, "ehdsd", now, error);
	if (state != STORE_CONVERTED)
		return 0;
	statement = store_bind(store, SQL_ANY_DELIVERY, "i", document);
	row = store_row(store, statement, error);
	if (row != 0) {
		sqlite3_reset(statement);
		return row > 0 ? 0 : -1;
	}
	return store_move(store, document, state, STORE_DONE, NULL, "ehdsd", now, error);
}
