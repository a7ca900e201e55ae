/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Is the journal what it should be? The same questions are asked offline (ehdsctl fsck on a state folder) and
 * of a running daemon, a few documents at a time, so that nobody waits for the answer.
 *
 * A source is held against the hash that its sender's receipt stands for, a result against the one that was
 * written with it. Journals of version 1 have no hash of results; those have only zstd's checksum.
 */
#include "journal/store_internal.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const body_names[STORE_BODY_COUNT] = {
	[STORE_SOURCE] = "source", [STORE_OUTCOME] = "outcome", [STORE_RESULT_JSON] = "result (JSON)",
	[STORE_RESULT_XML] = "result (XML)",
};

static void say(const struct store_problems *problems, const char *id, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(const struct store_problems *problems, const char *id, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	problems->say(problems->user, id, text);
}

/* ---- totals -------------------------------------------------------------------------------------------- */

int
store_check_totals(struct store *store, struct store_totals *out, const struct store_problems *problems,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_CHECK_TOTALS, "");
	long long sum;
	int row = store_row(store, statement, error);

	memset(out, 0, sizeof(*out));
	if (row <= 0)
		return row < 0 ? -1 : store_failed(store, "journal-read", error);
	out->received = sqlite3_column_int64(statement, 0);
	out->purged = sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	statement = store_bind(store, SQL_COUNTS, "");
	while ((row = store_row(store, statement, error)) > 0) {
		enum store_state state;

		if (store_state_parse(&state, (const char *)sqlite3_column_text(statement, 0)))
			out->counts[state] = sqlite3_column_int64(statement, 1);
	}
	if (row < 0)
		return -1;
	sum = out->purged;
	for (int i = 0; i < STORE_STATE_COUNT; i++) {
		sum += out->counts[i];
		if (out->counts[i] != store->counts[i])
			say(problems, "", "%lld documents are %s, and %lld are believed to be", out->counts[i],
			    store_state_name((enum store_state)i), store->counts[i]);
	}
	if (sum != out->received)
		say(problems, "", "%lld documents were received, and %lld are there or were forgotten: %lld %s",
		    out->received, sum, llabs(out->received - sum), sum < out->received ? "are lost"
		    : "are too many");
	return 0;
}

/* ---- one document -------------------------------------------------------------------------------------- */

struct checked {
	long long document, length;
	char id[UUID_TEXT], sha256[DIGEST_HEX];
	enum store_state state;
	bool thinned, known;			/* known: the state is a word that there is */
	long long pending, delivered, failed;
};

static void
read_row(struct checked *out, sqlite3_stmt *row)
{
	out->document = sqlite3_column_int64(row, 0);
	snprintf(out->id, sizeof(out->id), "%s", (const char *)sqlite3_column_text(row, 1));
	snprintf(out->sha256, sizeof(out->sha256), "%s", (const char *)sqlite3_column_text(row, 2));
	out->known = store_state_parse(&out->state, (const char *)sqlite3_column_text(row, 3));
	out->length = sqlite3_column_int64(row, 4);
	out->thinned = sqlite3_column_int64(row, 5) != 0;
	out->pending = sqlite3_column_int64(row, 6);
	out->delivered = sqlite3_column_int64(row, 7);
	out->failed = sqlite3_column_int64(row, 8);
}

static void
check_body(struct store *store, const struct checked *document, enum store_body body, sqlite3_stmt *row,
    const struct store_problems *problems)
{
	const char *written = (const char *)sqlite3_column_text(row, 3);
	const char *expected = body == STORE_SOURCE ? document->sha256 : written;
	struct ehds_error cause = { 0 };
	char sha256[DIGEST_HEX];
	size_t length;
	void *bytes;

	if (store_take_body(store, &bytes, &length, row, 1, &cause) != 0) {
		say(problems, document->id, "its %s cannot be read: %s", body_names[body], cause.text);
		return;
	}
	digest_sha256(sha256, bytes, length);
	free(bytes);
	if (expected != NULL && expected[0] != '\0' && strcmp(sha256, expected) != 0)
		say(problems, document->id, "its %s is not what was written: the SHA-256 is %s, was %s",
		    body_names[body], sha256, expected);
	if (body == STORE_SOURCE && (long long)length != document->length)
		say(problems, document->id, "its source has %zu bytes, had %lld", length, document->length);
}

/* Reads all bodies of the document; *there: mask of those. */
static int
check_bodies(struct store *store, const struct checked *document, unsigned *there, long long *bodies,
    const struct store_problems *problems, struct ehds_error *error)
{
	long long first = store_body_key(document->document, (enum store_body)0);
	sqlite3_stmt *statement = store_bind(store, SQL_CHECK_BODIES, "ii", first,
	    store_body_key(document->document + 1, (enum store_body)0));
	int row;

	*there = 0;
	while ((row = store_row(store, statement, error)) > 0) {
		long long body = sqlite3_column_int64(statement, 0) - first;

		(*bodies)++;
		if (body >= STORE_BODY_COUNT) {
			say(problems, document->id, "it has a body of an unknown kind, %lld", body);
			continue;
		}
		*there |= 1u << body;
		check_body(store, document, (enum store_body)body, statement, problems);
	}
	return row;
}

/* What a document of each state must have, and may not have. */
static void
check_state(const struct checked *document, unsigned there, const struct store_problems *problems)
{
	const unsigned source = 1u << STORE_SOURCE, outcome = 1u << STORE_OUTCOME;
	const unsigned result = 1u << STORE_RESULT_JSON | 1u << STORE_RESULT_XML;
	bool finished = document->state == STORE_FORWARDED || document->state == STORE_DONE
	    || document->state == STORE_REFUSED;
	bool converted = document->state == STORE_CONVERTED || document->state == STORE_FORWARDED
	    || document->state == STORE_DONE;
	const char *state = store_state_name(document->state);

	if (document->thinned && !finished)
		say(problems, document->id, "it is %s, and its bodies were removed", state);
	if (!document->thinned && (there & source) == 0)
		say(problems, document->id, "it is %s and has no source", state);
	if (document->state != STORE_RECEIVED && (there & outcome) == 0)
		say(problems, document->id, "it is %s and has no outcome", state);
	if (converted && !document->thinned && (there & result) == 0)
		say(problems, document->id, "it is %s and has no result", state);
	if (document->state != STORE_CONVERTED && document->state != STORE_HELD && document->pending > 0)
		say(problems, document->id, "it is %s, and a peer is still to get it", state);
	if (document->state == STORE_CONVERTED && document->pending == 0
	    && document->delivered + document->failed > 0)
		say(problems, document->id, "it is converted, and no peer is still to get it");
}

static int
count_of(struct store *store, enum store_sql sql, long long from, long long to, long long *count,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, sql, "ii", from, to);
	int row = store_row(store, statement, error);

	if (row <= 0)
		return -1;
	*count = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

/* Between the documents numbered after `from` and up to `to`: what belongs to none. */
static int
check_orphans(struct store *store, long long from, long long to, const struct store_problems *problems,
    struct ehds_error *error)
{
	long long bodies, deliveries, last = INT64_MAX / 8 - 1;

	if (count_of(store, SQL_CHECK_ORPHAN_BODIES, store_body_key(from + 1, (enum store_body)0),
	    store_body_key((to < last ? to : last) + 1, (enum store_body)0), &bodies, error) != 0
	    || count_of(store, SQL_CHECK_ORPHAN_DELIVERIES, from, to, &deliveries, error) != 0)
		return -1;
	if (bodies > 0)
		say(problems, "", "%lld bodies belong to no document", bodies);
	if (deliveries > 0)
		say(problems, "", "%lld deliveries belong to no document", deliveries);
	return 0;
}

int
store_check_documents(struct store *store, long long *after, size_t limit, long long *bodies,
    const struct store_problems *problems, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_CHECK_DOCUMENTS, "ii", *after, (long long)limit);
	struct checked document;
	long long from = *after;
	size_t count = 0;
	int row;

	while ((row = store_row(store, statement, error)) > 0) {
		unsigned there;

		count++;
		read_row(&document, statement);
		*after = document.document;
		if (check_bodies(store, &document, &there, bodies, problems, error) != 0) {
			sqlite3_reset(statement);
			return -1;
		}
		if (document.known)
			check_state(&document, there, problems);
	}
	if (row < 0 || check_orphans(store, from, count < limit ? INT64_MAX : *after, problems, error) != 0)
		return -1;
	if (count < limit)
		*after = -1;
	return 0;
}

/* ---- the file ------------------------------------------------------------------------------------------ */

int
store_check_file(struct store *store, const struct store_problems *problems, struct ehds_error *error)
{
	sqlite3_stmt *statement = NULL;
	int result;

	if (sqlite3_prepare_v2(store->database, "PRAGMA integrity_check", -1, &statement, NULL) != SQLITE_OK)
		return store_failed(store, "journal-read", error);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);

		if (text != NULL && strcmp(text, "ok") != 0)
			say(problems, "", "SQLite says: %s", text);
	}
	if (result != SQLITE_DONE)
		store_failed(store, "journal-read", error);
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? 0 : -1;
}
