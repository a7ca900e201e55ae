/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Questions to the journal. Answers are copies, owned by whoever asked, because they cross to another
 * thread.
 */
#include "journal/store_internal.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* The order of COLUMNS in schema.c. */
enum column {
	COLUMN_DOCUMENT, COLUMN_ID, COLUMN_SHA256, COLUMN_STATE, COLUMN_SENDER, COLUMN_MESSAGE, COLUMN_ROUTE,
	COLUMN_CONTENT_TYPE, COLUMN_PACK, COLUMN_COUNTRY, COLUMN_CATEGORY, COLUMN_PROFILE,
	    COLUMN_GENERATION, COLUMN_WHY,
	COLUMN_LENGTH, COLUMN_RECEIVED, COLUMN_CHANGED, COLUMN_PARTS, COLUMN_DELIVERS, COLUMN_BODY
};

/* Where each text column goes; also what store_documents_free frees. */
static const struct { enum column column; size_t offset; } texts[] = {
	{ COLUMN_SENDER, offsetof(struct store_document, sender) },
	{ COLUMN_MESSAGE, offsetof(struct store_document, message) },
	{ COLUMN_ROUTE, offsetof(struct store_document, route) },
	{ COLUMN_CONTENT_TYPE, offsetof(struct store_document, content_type) },
	{ COLUMN_PACK, offsetof(struct store_document, pack) },
	{ COLUMN_COUNTRY, offsetof(struct store_document, country) },
	{ COLUMN_CATEGORY, offsetof(struct store_document, category) },
	{ COLUMN_PROFILE, offsetof(struct store_document, profile) },
	{ COLUMN_GENERATION, offsetof(struct store_document, generation) },
	{ COLUMN_WHY, offsetof(struct store_document, why) },
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static char **
text_at(struct store_document *document, size_t index)
{
	return (char **)((char *)document + texts[index].offset);
}

static void
copy_fixed(char *out, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(out, from, length);
	out[length] = '\0';
}

static const char *
column_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text != NULL ? text : "";
}

static struct store_document *
add_document(struct store_documents *out, sqlite3_stmt *row)
{
	struct store_document *document;

	out->items = must_realloc(out->items, (out->count + 1) * sizeof(*out->items));
	document = &out->items[out->count++];
	memset(document, 0, sizeof(*document));
	document->document = sqlite3_column_int64(row, COLUMN_DOCUMENT);
	copy_fixed(document->id, sizeof(document->id), column_text(row, COLUMN_ID));
	copy_fixed(document->sha256, sizeof(document->sha256), column_text(row, COLUMN_SHA256));
	must(store_state_parse(&document->state, column_text(row, COLUMN_STATE)));
	for (size_t i = 0; i < TEXTS; i++)
		*text_at(document, i) = must_strdup(column_text(row, (int)texts[i].column));
	document->length = sqlite3_column_int64(row, COLUMN_LENGTH);
	document->received = sqlite3_column_int64(row, COLUMN_RECEIVED);
	document->changed = sqlite3_column_int64(row, COLUMN_CHANGED);
	document->parts = sqlite3_column_int(row, COLUMN_PARTS);
	document->delivers = sqlite3_column_int(row, COLUMN_DELIVERS) != 0;
	return document;
}

int
store_body(struct store *store, void **out, size_t *length, long long document, enum store_body body,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_READ_BODY, "i", store_body_key(document, body));
	int row = store_row(store, statement, error), result;

	*out = NULL;
	*length = 0;
	if (row <= 0)
		return row;
	result = store_take_body(store, out, length, statement, 0, error);
	sqlite3_reset(statement);
	return result;
}

/* The one row of a statement that was bound, with one body when body >= 0. */
static int
take_one(struct store *store, struct store_documents *out, sqlite3_stmt *statement, int body,
    struct ehds_error *error)
{
	struct store_document *document;
	int row = store_row(store, statement, error);

	memset(out, 0, sizeof(*out));
	if (row <= 0)
		return row;
	document = add_document(out, statement);
	sqlite3_reset(statement);
	if (body < 0 || store_body(store, &document->body, &document->body_length, document->document,
	    (enum store_body)body, error) == 0)
		return 0;
	store_documents_free(out);
	return -1;
}

int
store_find(struct store *store, struct store_documents *out, const char *id, int body,
    struct ehds_error *error)
{
	return take_one(store, out, store_bind(store, SQL_FIND_ID, "t", id), body, error);
}

int
store_get(struct store *store, struct store_documents *out, long long document, int body,
    struct ehds_error *error)
{
	return take_one(store, out, store_bind(store, SQL_GET, "i", document), body, error);
}

int
store_waiting(struct store *store, struct store_documents *out, const char *sender, long long after,
    size_t max, size_t max_bytes, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_WAITING, "iit", after, (long long)max, sender);
	size_t bytes = 0;
	int row = 0;

	memset(out, 0, sizeof(*out));
	while ((out->count == 0 || bytes < max_bytes) && (row = store_row(store, statement, error)) > 0) {
		struct store_document *document = add_document(out, statement);
		struct ehds_error cause = { 0 };

		/* One damaged document must not keep those behind it. */
		if (store_take_body(store, &document->body, &document->body_length, statement, COLUMN_BODY,
		    &cause) != 0 && strcmp(cause.rule, STORE_DAMAGED) != 0) {
			if (error != NULL)
				*error = cause;
			row = -1;
			break;
		}
		bytes += document->body_length;
	}
	sqlite3_reset(statement);
	if (row < 0)
		store_documents_free(out);
	return row < 0 ? -1 : 0;
}

int
store_backlogs(struct store *store, struct store_backlogs *out, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_BACKLOGS, "");
	int row;

	memset(out, 0, sizeof(*out));
	while ((row = store_row(store, statement, error)) > 0) {
		struct store_backlog *backlog;

		out->items = must_realloc(out->items, (out->count + 1) * sizeof(*out->items));
		backlog = &out->items[out->count++];
		backlog->sender = must_strdup(column_text(statement, 0));
		backlog->documents = sqlite3_column_int64(statement, 1);
		backlog->bytes = sqlite3_column_int64(statement, 2);
	}
	if (row < 0)
		store_backlogs_free(out);
	return row;
}

void
store_backlogs_free(struct store_backlogs *backlogs)
{
	for (size_t i = 0; i < backlogs->count; i++)
		free(backlogs->items[i].sender);
	free(backlogs->items);
	memset(backlogs, 0, sizeof(*backlogs));
}

static bool
skipped(const long long *skip, size_t count, long long document)
{
	for (size_t i = 0; i < count; i++)
		if (skip[i] == document)
			return true;
	return false;
}

/* The document of one due delivery with its result, appended to *out. */
static int
add_due(struct store *store, struct store_documents *out, long long number, enum store_body as, int attempts,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_GET, "i", number);
	struct store_document *document;
	struct ehds_error cause = { 0 };
	int row = store_row(store, statement, error);

	if (row <= 0)
		return row;
	document = add_document(out, statement);
	document->attempts = attempts;
	sqlite3_reset(statement);
	if (store_body(store, &document->body, &document->body_length, number, as, &cause) == 0
	    || strcmp(cause.rule, STORE_DAMAGED) == 0)
		return 0;
	if (error != NULL)
		*error = cause;
	return -1;
}

int
store_due(struct store *store, struct store_documents *out, const char *peer, enum store_body as,
    long long now, const long long *skip, size_t skip_count, size_t max, size_t max_bytes, long long *next,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_DUE, "t", peer);
	size_t bytes = 0;
	int row;

	memset(out, 0, sizeof(*out));
	*next = -1;
	while ((row = store_row(store, statement, error)) > 0) {
		long long number = sqlite3_column_int64(statement, 0);

		if (skipped(skip, skip_count, number))
			continue;
		*next = sqlite3_column_int64(statement, 1);
		if (*next > now || out->count >= max || (out->count > 0 && bytes >= max_bytes))
			break;
		if (add_due(store, out, number, as, sqlite3_column_int(statement, 2), error) != 0) {
			row = -1;
			break;
		}
		bytes += out->items[out->count - 1].body_length;
		*next = -1;
	}
	sqlite3_reset(statement);
	if (row < 0)
		store_documents_free(out);
	return row < 0 ? -1 : 0;
}

int
store_list(struct store *store, struct store_documents *out, enum store_state state, long long after,
    size_t max, struct ehds_error *error)
{
	sqlite3_stmt *statement = state == STORE_STATE_COUNT ? store_bind(store, SQL_LIST, "ii", after,
	    (long long)max)
	    : store_bind(store, SQL_LIST_STATE, "iit", after, (long long)max, store_state_name(state));
	int row;

	memset(out, 0, sizeof(*out));
	while ((row = store_row(store, statement, error)) > 0)
		add_document(out, statement);
	if (row < 0)
		store_documents_free(out);
	return row;
}

int
store_pending(struct store *store, const char *peer, long long *count, long long *since, struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_PENDING_COUNT, "t", peer);
	int row = store_row(store, statement, error);

	*count = *since = 0;
	if (row <= 0)
		return row;
	*count = sqlite3_column_int64(statement, 0);
	*since = sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	return 0;
}

static enum store_delivery_state
parse_delivery_state(const char *name)
{
	for (int i = STORE_PENDING; i <= STORE_FAILED; i++)
		if (strcmp(store_delivery_state_name((enum store_delivery_state)i), name) == 0)
			return (enum store_delivery_state)i;
	return STORE_FAILED;
}

int
store_deliveries(struct store *store, struct store_deliveries *out, long long document,
    struct ehds_error *error)
{
	sqlite3_stmt *statement = store_bind(store, SQL_DELIVERIES, "i", document);
	int row;

	memset(out, 0, sizeof(*out));
	while ((row = store_row(store, statement, error)) > 0) {
		struct store_delivery *delivery;

		out->items = must_realloc(out->items, (out->count + 1) * sizeof(*out->items));
		delivery = &out->items[out->count++];
		delivery->peer = must_strdup(column_text(statement, 0));
		delivery->state = parse_delivery_state(column_text(statement, 1));
		delivery->attempts = sqlite3_column_int(statement, 2);
		delivery->next = sqlite3_column_int64(statement, 3);
		delivery->text = must_strdup(column_text(statement, 4));
		delivery->since = sqlite3_column_int64(statement, 5);
	}
	if (row < 0)
		store_deliveries_free(out);
	return row;
}

void
store_documents_free(struct store_documents *documents)
{
	for (size_t i = 0; i < documents->count; i++) {
		for (size_t text = 0; text < TEXTS; text++)
			free(*text_at(&documents->items[i], text));
		free(documents->items[i].body);
	}
	free(documents->items);
	memset(documents, 0, sizeof(*documents));
}

void
store_deliveries_free(struct store_deliveries *deliveries)
{
	for (size_t i = 0; i < deliveries->count; i++) {
		free(deliveries->items[i].peer);
		free(deliveries->items[i].text);
	}
	free(deliveries->items);
	memset(deliveries, 0, sizeof(*deliveries));
}

const char *
store_delivery_state_name(enum store_delivery_state state)
{
	switch (state) {
	case STORE_PENDING:
		return "pending";
	case STORE_DELIVERED:
		return "delivered";
	case STORE_FAILED:
		return "failed";
	}
	return "unknown";
}
