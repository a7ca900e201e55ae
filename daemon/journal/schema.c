/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal's tables and every statement that is run on them. Bodies have a table of their own: SQLite
 * rewrites a row as a whole, and a change of state must not rewrite a megabyte. Words, not numbers, for
 * states, because an operator reads this file with the sqlite3 shell (the view `texts` is for that, too).
 */
#include "journal/store_internal.h"

#include <stdio.h>

#define SCHEMA_VERSION 4
#define APPLICATION_ID 0x65686473	/* "ehds" */

/*
 * 8 KiB pages: each commit writes the changed pages of some indexes as a whole, and a packed body is a few
 * pages; half the size costs time for bodies, twice the size disk for indexes. Deleted bodies are
 * overwritten: they are patient data.
 */
static const char schema_pragmas[] =
    "PRAGMA page_size = 8192;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA cache_size = -16384;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA foreign_keys = OFF;";

/* What an operator reads. The source of a job of several documents is no text (base/pieces.h). */
#define SCHEMA_VIEW \
	"CREATE VIEW texts AS SELECT d.id, d.state," \
	" CASE b.key & 7 WHEN 0 THEN 'source' WHEN 1 THEN 'outcome' WHEN 2 THEN 'result-json' ELSE 'result-xml'" \
	" END AS kind," \
	" b.length, CASE WHEN b.key & 7 = 0 AND d.parts > 1 THEN '(' || d.parts || ' documents)'" \
	" WHEN length(b.bytes) = b.length THEN CAST(b.bytes AS TEXT) ELSE '(zstd)' END AS text" \
	" FROM bodies b JOIN documents d ON d.document = b.key >> 3;"

static const char schema_tables[] =
    "CREATE TABLE documents ("
    " document INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " sender TEXT NOT NULL, message TEXT NOT NULL, route TEXT NOT NULL, content_type TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, length INTEGER NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('received', 'converted', 'forwarded', 'done', 'refused', 'held')),"
    " pack TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT '', category TEXT NOT NULL DEFAULT '',"
    " profile TEXT NOT NULL DEFAULT '', generation TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '',"
    " received INTEGER NOT NULL, changed INTEGER NOT NULL,"
    " thinned INTEGER NOT NULL DEFAULT 0,"
    " parts INTEGER NOT NULL DEFAULT 1,"
    " patient TEXT NOT NULL DEFAULT '',"
    " UNIQUE (sender, message)"
    ") STRICT;"
    "CREATE INDEX documents_content ON documents (sha256);"
    "CREATE INDEX documents_waiting ON documents (document) WHERE state = 'received';"
    "CREATE INDEX documents_held ON documents (document) WHERE state = 'held';"
    "CREATE INDEX documents_finished ON documents (changed) WHERE state IN ('forwarded', 'done', 'refused');"
    "CREATE TABLE bodies (key INTEGER PRIMARY KEY, length INTEGER NOT NULL, bytes BLOB NOT NULL,"
    " sha256 TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE TABLE deliveries ("
    " document INTEGER NOT NULL, peer TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),"
    " attempts INTEGER NOT NULL, next INTEGER NOT NULL, since INTEGER NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (document, peer)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX deliveries_due ON deliveries (peer, next, document) WHERE state = 'pending';"
    "CREATE INDEX deliveries_since ON deliveries (peer, since) WHERE state = 'pending';"
    SCHEMA_VIEW
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO counters VALUES ('purged', 0);"
    "CREATE TABLE audit (line INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), line INTEGER NOT NULL, hash TEXT NOT NULL)"
    " STRICT;";

/*
 * What makes the journal of the version before one of this version; upgrades[1] leads from 1 to 2. A journal
 * is brought up in one transaction at its first opening, and no older ehdsd opens it after that.
 *
 * 2: results have a hash of their own (a source has it in `documents`); bodies may be removed before their
 * document is; what was forgotten is counted, so that fsck can prove that nothing else is missing. Until then
 * only purges removed documents, so the count is what the sequence of numbers lacks.
 *
 * 3: a job may be several documents, which stand in one source; until then each was one.
 *
 * 4: the audit trail, and the patient's pseudonym that its lines carry.
 */
static const char *const upgrades[SCHEMA_VERSION] = {
	[1] = "ALTER TABLE documents ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0;"
	    "ALTER TABLE bodies ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';"
	    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	    "INSERT INTO counters SELECT 'purged', coalesce((SELECT seq FROM sqlite_sequence"
	    " WHERE name = 'documents'), 0) - (SELECT count(*) FROM documents);",
	[2] = "ALTER TABLE documents ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;"
	    "DROP VIEW texts;"
	    SCHEMA_VIEW,
	[3] = "ALTER TABLE documents ADD COLUMN patient TEXT NOT NULL DEFAULT '';"
	    "CREATE TABLE audit (line INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
	    "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), line INTEGER NOT NULL,"
	    " hash TEXT NOT NULL) STRICT;",
};

/*
 * Indexes that came later: a journal of any age gets them when it is opened, and whoever opens it then,
 * older programs too, keeps them. By sender, because each has its turn among those that wait.
 */
static const char schema_indexes[] =
    "CREATE INDEX IF NOT EXISTS documents_turn ON documents (sender, document) WHERE state = 'received';";

#define COLUMNS \
	"d.document, d.id, d.sha256, d.state, d.sender, d.message, d.route, d.content_type, d.pack," \
	" d.country, d.category, d.profile, d.generation, d.why, d.length, d.received, d.changed, d.parts," \
	" EXISTS (SELECT 1 FROM deliveries x WHERE x.document = d.document)"

const char *const store_sql_texts[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_COUNTS] = "SELECT state, count(*), max(changed) FROM documents GROUP BY state",
	[SQL_FIND_MESSAGE] =
	    "SELECT document, id, state, sha256, route FROM documents WHERE sender = ?1 AND message = ?2",
	[SQL_FIND_CONTENT] = "SELECT document, id, state, sha256, route FROM documents"
	    " WHERE sha256 = ?1 AND sender = ?2 AND route = ?3",
	[SQL_INSERT_DOCUMENT] = "INSERT INTO documents"
	    " (id, sender, message, route, content_type, sha256, length, parts, state, received, changed)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'received', ?9, ?9)",
	[SQL_INSERT_BODY] =
	    "INSERT OR REPLACE INTO bodies (key, length, bytes, sha256) VALUES (?1, ?2, ?3, ?4)",
	[SQL_DELETE_BODY] = "DELETE FROM bodies WHERE key = ?1",
	[SQL_READ_BODY] = "SELECT length, bytes FROM bodies WHERE key = ?1",
	[SQL_STATE] = "SELECT state FROM documents WHERE document = ?1",
	[SQL_CONVERT] =
	    "UPDATE documents SET pack = ?2, country = ?3, category = ?4, profile = ?5, generation = ?6,"
	    " patient = ?7"
	    " WHERE document = ?1",
	[SQL_MOVE] =
	    "UPDATE documents SET state = ?2, why = coalesce(?3, why), changed = ?4 WHERE document = ?1",
	[SQL_INSERT_DELIVERY] = "INSERT INTO deliveries (document, peer, state, attempts, next, since, text)"
	    " VALUES (?1, ?2, 'pending', 0, ?3, ?3, '')"
	    " ON CONFLICT (document, peer)"
	    " DO UPDATE SET state = 'pending', attempts = 0, next = ?3, since = ?3"
	    " WHERE state <> 'delivered'",
	[SQL_DELIVERED] = "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, next = ?3, text = ''"
	    " WHERE document = ?1 AND peer = ?2 AND state <> 'delivered'",
	[SQL_DELIVER_LATER] = "UPDATE deliveries SET attempts = ?3, next = ?4, text = ?5"
	    " WHERE document = ?1 AND peer = ?2 AND state = 'pending'",
	[SQL_DELIVER_NEVER] = "UPDATE deliveries SET state = 'failed', text = ?3"
	    " WHERE document = ?1 AND peer = ?2 AND state = 'pending'",
	[SQL_DELETE_DELIVERIES] = "DELETE FROM deliveries WHERE document = ?1 AND state <> 'delivered'",
	[SQL_UNDELIVERED] = "SELECT 1 FROM deliveries WHERE document = ?1 AND state <> 'delivered' LIMIT 1",
	[SQL_ANY_DELIVERY] = "SELECT 1 FROM deliveries WHERE document = ?1 LIMIT 1",
	[SQL_WAITING] =
	    "SELECT " COLUMNS ", b.length, b.bytes FROM documents d JOIN bodies b ON b.key = d.document * 8"
	    " WHERE d.state = 'received' AND d.sender = ?3 AND d.document > ?1 ORDER BY d.document LIMIT ?2",
	[SQL_BACKLOGS] = "SELECT sender, count(*), sum(length) FROM documents WHERE state = 'received'"
	    " GROUP BY sender",
	[SQL_DUE] = "SELECT l.document, l.next, l.attempts FROM deliveries l"
	    " WHERE l.peer = ?1 AND l.state = 'pending' ORDER BY l.next, l.document",
	[SQL_LIST] = "SELECT " COLUMNS " FROM documents d WHERE d.document > ?1 ORDER BY d.document LIMIT ?2",
	[SQL_LIST_STATE] = "SELECT " COLUMNS " FROM documents d WHERE d.document > ?1 AND d.state = ?3"
	    " ORDER BY d.document LIMIT ?2",
	[SQL_FIND_ID] = "SELECT " COLUMNS " FROM documents d WHERE d.id = ?1",
	[SQL_GET] = "SELECT " COLUMNS " FROM documents d WHERE d.document = ?1",
	[SQL_DELIVERIES] =
	    "SELECT peer, state, attempts, next, text, since FROM deliveries WHERE document = ?1 ORDER BY peer",
	[SQL_PENDING_PEERS] = "SELECT DISTINCT peer FROM deliveries WHERE state = 'pending'",
	[SQL_PENDING_COUNT] =
	    "SELECT count(*), coalesce(min(since), 0) FROM deliveries WHERE peer = ?1 AND state = 'pending'",
	[SQL_PENDING_OF_PEER] =
	    "SELECT document FROM deliveries WHERE peer = ?1 AND state = 'pending' LIMIT 1",
	[SQL_EXPIRED] = "SELECT document FROM deliveries WHERE peer = ?1 AND since < ?2 AND state = 'pending'"
	    " ORDER BY since LIMIT 1",
	[SQL_PURGE_FIND] = "SELECT document, state FROM documents"
	    " WHERE state IN ('forwarded', 'done', 'refused') AND changed < ?1 LIMIT 1",
	[SQL_PURGE_DOCUMENT] = "DELETE FROM documents WHERE document = ?1",
	[SQL_PURGE_COUNT] = "UPDATE counters SET value = value + 1 WHERE name = 'purged'",
	[SQL_THIN_FIND] = "SELECT document, changed FROM documents"
	    " WHERE state IN ('forwarded', 'done', 'refused') AND (state = 'refused') = ?1"
	    " AND changed >= ?2 AND changed < ?3 AND thinned = 0 ORDER BY changed LIMIT 1",
	[SQL_THIN_MARK] = "UPDATE documents SET thinned = ?2 WHERE document = ?1",
	[SQL_AUDIT_OF] = "SELECT id, sha256, patient, generation, state FROM documents WHERE document = ?1",
	[SQL_AUDIT_KEEP] = "INSERT INTO audit (line, text) VALUES (?1, ?2)",
	[SQL_AUDIT_HEAD] = "INSERT OR REPLACE INTO audit_head (one, line, hash) VALUES (1, ?1, ?2)",
	[SQL_AUDIT_PRUNE] = "DELETE FROM audit WHERE line <= ?1",
	[SQL_AUDIT_READ_HEAD] = "SELECT line, hash FROM audit_head",
	[SQL_AUDIT_OUTBOX] = "SELECT line, text FROM audit ORDER BY line",
	[SQL_HASTEN] = "UPDATE deliveries SET next = ?2 WHERE state = 'pending' AND next > ?1",
	[SQL_CHECK_TOTALS] = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'documents'), 0),"
	    " (SELECT value FROM counters WHERE name = 'purged')",
	[SQL_CHECK_DOCUMENTS] = "SELECT d.document, d.id, d.sha256, d.state, d.length, d.thinned,"
	    " (SELECT count(*) FROM deliveries x WHERE x.document = d.document AND x.state = 'pending'),"
	    " (SELECT count(*) FROM deliveries x WHERE x.document = d.document AND x.state = 'delivered'),"
	    " (SELECT count(*) FROM deliveries x WHERE x.document = d.document AND x.state = 'failed')"
	    " FROM documents d WHERE d.document > ?1 ORDER BY d.document LIMIT ?2",
	[SQL_CHECK_BODIES] =
	    "SELECT key, length, bytes, sha256 FROM bodies WHERE key >= ?1 AND key < ?2 ORDER BY key",
	[SQL_CHECK_ORPHAN_BODIES] = "SELECT count(*) FROM bodies b WHERE key >= ?1 AND key < ?2"
	    " AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.document = b.key >> 3)",
	[SQL_CHECK_ORPHAN_DELIVERIES] = "SELECT count(*) FROM deliveries l"
	    " WHERE document > ?1 AND document <= ?2"
	    " AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.document = l.document)",
	[SQL_PURGE_DELIVERIES] = "DELETE FROM deliveries WHERE document = ?1",
};

static int
execute(struct store *store, const char *sql, struct ehds_error *error)
{
	if (sqlite3_exec(store->database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return error_set(error, EHDS_ERROR_CONFIG, "journal-open", store->path, 0, 0,
		    "cannot open the journal: %s", sqlite3_errmsg(store->database));
	return 0;
}

static int
pragma_value(struct store *store, const char *sql, long long *value, struct ehds_error *error)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL) != SQLITE_OK
	    || sqlite3_step(statement) != SQLITE_ROW) {
		error_set(error, EHDS_ERROR_CONFIG, "journal-open", store->path, 0, 0,
		    "cannot open the journal: %s", sqlite3_errmsg(store->database));
		sqlite3_finalize(statement);
		return -1;
	}
	*value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return 0;
}

/* Makes the tables, or brings those of an older version up; all of it or nothing. */
static int
bring_up(struct store *store, long long version, struct ehds_error *error)
{
	char stamp[160];
	int result;

	if (version == SCHEMA_VERSION)
		return 0;
	snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
	    APPLICATION_ID, SCHEMA_VERSION);
	result = execute(store, "BEGIN IMMEDIATE;", error);
	if (result == 0 && version == 0)
		result = execute(store, schema_tables, error);
	for (; result == 0 && version > 0 && version < SCHEMA_VERSION; version++)
		result = execute(store, upgrades[version], error);
	return result == 0 ? execute(store, stamp, error) : -1;
}

int
store_schema(struct store *store, struct ehds_error *error)
{
	long long version, application, page;

	if (pragma_value(store, "PRAGMA application_id", &application, error) != 0
	    || pragma_value(store, "PRAGMA user_version", &version, error) != 0)
		return -1;
	if (application != 0 && application != APPLICATION_ID)
		return error_set(error, EHDS_ERROR_CONFIG, "journal-open", store->path, 0, 0,
		    "is an SQLite file of another program");
	if (version > SCHEMA_VERSION)
		return error_set(error, EHDS_ERROR_CONFIG, "journal-version", store->path, 0, 0,
		    "was written by a newer ehdsd: its version is %lld, this one knows %d", version,
		    SCHEMA_VERSION);
	if (execute(store, schema_pragmas, error) != 0 || bring_up(store, version, error) != 0)
		return -1;
	if (execute(store, schema_indexes, error) != 0)
		return -1;
	if (pragma_value(store, "PRAGMA page_size", &page, error) != 0)
		return -1;
	store->page_size = (size_t)page;
	return 0;
}
