/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing the audit trail. A line is finished, signature and all, inside the transaction, and stands in the
 * table `audit` until the file has it on disk: an outbox, one row for the lines of a transaction under the
 * number of the first. After a crash the file ends somewhere between the first and the last line of the
 * outbox, and what it lacks is written again, byte for byte. The table
 * `audit_head` knows the last line, so that an end that somebody cut off is missed.
 *
 * Rejected: a line written before or after the transaction (a crash between them makes a liar of one), and the
 * trail in SQLite alone (append-only files are what auditors can keep, rotate and ship).
 */
#include "journal/audit_internal.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TAIL 65536			/* longer than any line */

/* ---- one line ------------------------------------------------------------------------------------------ */

static void
put_text(struct buffer *out, const char *key, const char *text)
{
	buffer_printf(out, ",\"%s\":\"", key);
	for (; *text != '\0'; text++) {
		unsigned char character = (unsigned char)*text;

		if (character == '"' || character == '\\')
			buffer_printf(out, "\\%c", character);
		else if (character < 0x20 || character == 0x7f)
			buffer_printf(out, "\\u%04x", character);
		else
			buffer_putc(out, (char)character);
	}
	buffer_putc(out, '"');
}

static void
put_instant(struct buffer *out, long long now)
{
	time_t seconds = (time_t)(now / 1000);
	char text[32];
	struct tm utc;

	must(gmtime_r(&seconds, &utc) != NULL);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	buffer_printf(out, ",\"at\":\"%s.%03lldZ\"", text, now % 1000);
}

/* Signs what the line says so far, ends it, and moves the position on. */
static void
seal(struct audit *audit, struct buffer *line)
{
	unsigned char signature[crypto_sign_BYTES];
	char digits[2 * crypto_sign_BYTES + 1];

	crypto_sign_detached(signature, NULL, (const unsigned char *)line->data, line->length, audit->keys.secret);
	sodium_bin2hex(digits, sizeof(digits), signature, sizeof(signature));
	buffer_printf(line, AUDIT_SIGNATURE "%s\"}", digits);
	audit->now.line++;
	digest_sha256(audit->now.hash, line->data, line->length);
}

static const char *
column(sqlite3_stmt *row, int index)
{
	const char *text = (const char *)sqlite3_column_text(row, index);

	return text != NULL ? text : "";
}

int
store_audit(struct store *store, long long document, const char *event, const char *who, const char *detail,
    long long now, struct ehds_error *error)
{
	static const char *const keys[] = { "document", "sha256", "patient", "generation", "verdict" };
	struct audit *audit = store->audit;
	struct buffer line = { 0 };
	sqlite3_stmt *row;
	int found;

	if (audit == NULL)
		return 0;
	buffer_printf(&line, "{\"line\":%lld", audit->now.line + 1);
	put_instant(&line, now);
	put_text(&line, "event", event);
	put_text(&line, "who", who);
	row = store_bind(store, SQL_AUDIT_OF, "i", document);
	found = store_row(store, row, error);
	for (int i = 0; found > 0 && i < (int)(sizeof(keys) / sizeof(keys[0])); i++)
		put_text(&line, keys[i], column(row, i));
	sqlite3_reset(row);
	put_text(&line, "detail", detail);
	put_text(&line, "previous", audit->now.hash);
	seal(audit, &line);
	buffer_append(&audit->waiting, line.data, line.length);
	buffer_putc(&audit->waiting, '\n');
	buffer_free(&line);
	return found < 0 ? -1 : 0;
}

void
audit_pseudonym(char out[AUDIT_PSEUDONYM], const struct store *store, const char *patient)
{
	unsigned char hash[(AUDIT_PSEUDONYM - 1) / 2];

	out[0] = '\0';
	if (store->audit == NULL || patient == NULL || patient[0] == '\0')
		return;
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)patient, strlen(patient),
	    store->audit->keys.patients, sizeof(store->audit->keys.patients));
	sodium_bin2hex(out, AUDIT_PSEUDONYM, hash, sizeof(hash));
}

/* ---- transactions -------------------------------------------------------------------------------------- */

int
audit_before_commit(struct store *store, struct ehds_error *error)
{
	struct audit *audit = store->audit;

	if (audit == NULL || audit->now.line == audit->committed.line)
		return 0;
	if (store_run(store, error, SQL_AUDIT_KEEP, "it", audit->committed.line + 1,
	    audit->waiting.data + audit->kept) != 0
	    || store_run(store, error, SQL_AUDIT_HEAD, "it", audit->now.line, audit->now.hash) != 0)
		return -1;
	return audit->synced > audit->pruned ? store_run(store, error, SQL_AUDIT_PRUNE, "i", audit->synced) : 0;
}

static void
say_trouble(struct audit *audit)
{
	if (!audit->troubled)
		log_event(LOG_LEVEL_ERROR, "audit.failed", "file=%s text=\"%s\"", audit->path, strerror(errno));
	audit->troubled = true;
}

/* Whoever rotates files has moved ours away: the trail goes on in a new one. */
static void
follow_name(struct audit *audit)
{
	struct stat ours, theirs;
	int file;

	if (fstat(audit->file, &ours) == 0 && stat(audit->path, &theirs) == 0 && ours.st_ino == theirs.st_ino
	    && ours.st_dev == theirs.st_dev)
		return;
	file = open(audit->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0) {
		say_trouble(audit);
		return;
	}
	fdatasync(audit->file);
	close(audit->file);
	audit->file = file;
}

/* Takes back what a full disk let in of a line. */
static void
take_back(struct audit *audit, off_t end)
{
	if (ftruncate(audit->file, end) != 0)
		say_trouble(audit);
}

/* Writes what is committed. What cannot be written stays, and the journal has it too. */
static void
write_waiting(struct audit *audit)
{
	off_t end = lseek(audit->file, 0, SEEK_END);
	size_t done = 0;

	while (done < audit->kept) {
		ssize_t wrote = write(audit->file, audit->waiting.data + done, audit->kept - done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			say_trouble(audit);
			take_back(audit, end);
			return;
		}
		done += (size_t)wrote;
	}
	if (done > 0)		/* an empty buffer has no memory */
		memmove(audit->waiting.data, audit->waiting.data + done, audit->waiting.length - done);
	audit->waiting.length -= done;
	audit->kept = 0;
	audit->written = audit->committed.line;
	if (audit->troubled)
		log_event(LOG_LEVEL_INFO, "audit.recovered", "text=\"writes again\"");
	audit->troubled = false;
}

void
audit_after_commit(struct store *store)
{
	struct audit *audit = store->audit;

	if (audit == NULL || audit->now.line == audit->committed.line)
		return;
	if (audit->pruned < audit->synced)
		audit->pruned = audit->synced;
	audit->committed = audit->now;
	audit->kept = audit->waiting.length;
	write_waiting(audit);
}

void
audit_rollback(struct store *store)
{
	struct audit *audit = store->audit;

	if (audit == NULL)
		return;
	audit->now = audit->committed;
	audit->waiting.length = audit->kept;
	if (audit->waiting.data != NULL)
		audit->waiting.data[audit->kept] = '\0';
}

void
store_audit_sync(struct store *store)
{
	struct audit *audit = store->audit;

	if (audit == NULL)
		return;
	follow_name(audit);
	if (audit->kept > 0)
		write_waiting(audit);
	if (audit->synced == audit->written)
		return;
	if (fdatasync(audit->file) == 0)
		audit->synced = audit->written;
	else
		say_trouble(audit);
}

void
store_audit_settle(struct store *store)
{
	struct ehds_error error = { 0 };

	store_audit_sync(store);
	if (store->audit == NULL || store->audit->synced <= store->audit->pruned)
		return;
	/* What cannot be taken out now is taken out later: it is in the file and known to be. */
	if (store_begin(store, &error) == 0 && (store_run(store, &error, SQL_AUDIT_PRUNE, "i",
	    store->audit->synced) != 0 || store_commit(store, &error) != 0))
		store_rollback(store);
}

void
audit_close(struct audit **audit)
{
	struct audit *old = *audit;

	*audit = NULL;
	if (old == NULL)
		return;
	if (old->file >= 0)
		close(old->file);
	buffer_free(&old->waiting);
	sodium_memzero(&old->keys, sizeof(old->keys));
	free(old->path);
	free(old);
}

/* ---- opening ------------------------------------------------------------------------------------------- */

/*
 * The number of the file's last whole line, 0 when it has none. What stands behind the last end of a line was
 * torn by a crash and is taken away; *torn counts its bytes.
 */
static long long
last_line(struct audit *audit, size_t *torn)
{
	off_t end = lseek(audit->file, 0, SEEK_END), from = end > TAIL ? end - TAIL : 0;
	char *tail = must_alloc(TAIL + 1);
	ssize_t length = pread(audit->file, tail, (size_t)(end - from), from);
	long long line = 0;
	char *at;

	if (length < 0)
		length = 0;
	tail[length] = '\0';
	at = memrchr(tail, '\n', (size_t)length);
	*torn = (size_t)length - (at != NULL ? (size_t)(at - tail) + 1 : 0);
	if (*torn > 0)
		take_back(audit, end - (off_t)*torn);
	if (at != NULL) {
		*at = '\0';
		at = strrchr(tail, '\n');
		sscanf(at != NULL ? at + 1 : tail, "{\"line\":%lld,", &line);
	}
	free(tail);
	return line;
}

/* Appends the lines of one transaction, of which the first is number `line`, that come after number `have`. */
static void
take_missing(struct buffer *out, const char *text, long long line, long long have)
{
	for (const char *end; *text != '\0' && (end = strchr(text, '\n')) != NULL; text = end + 1, line++)
		if (line > have)
			buffer_append(out, text, (size_t)(end - text) + 1);
}

/* Where the journal says that the trail is, and the lines that the file may lack. */
static int
read_outbox(struct store *store, long long have, long long *first, struct ehds_error *error)
{
	struct audit *audit = store->audit;
	sqlite3_stmt *row = store_bind(store, SQL_AUDIT_READ_HEAD, "");
	int found = store_row(store, row, error);

	*first = 0;
	if (found > 0) {
		audit->now.line = sqlite3_column_int64(row, 0);
		snprintf(audit->now.hash, sizeof(audit->now.hash), "%s", column(row, 1));
	}
	sqlite3_reset(row);
	audit->committed = audit->now;
	if (found < 0)
		return -1;
	row = store_bind(store, SQL_AUDIT_OUTBOX, "");
	while ((found = store_row(store, row, error)) > 0) {
		long long line = sqlite3_column_int64(row, 0);

		if (*first == 0)
			*first = line;
		take_missing(&audit->waiting, column(row, 1), line, have);
	}
	audit->kept = audit->waiting.length;
	return found;
}

static void
say_state(const struct audit *audit, long long have, long long first, size_t torn)
{
	long long expected = first > 0 ? first - 1 : audit->committed.line;

	if (torn > 0)
		log_event(LOG_LEVEL_WARNING, "audit.repaired",
		    "file=%s bytes=%zu text=\"the last line was torn by a crash: it is written anew\"", audit->path, torn);
	if (have == 0 && expected > 0)
		log_event(LOG_LEVEL_WARNING, "audit.new-file", "file=%s text=\"goes on with line %lld\"", audit->path,
		    expected + 1);
	else if (have < expected)
		log_event(LOG_LEVEL_ERROR, "audit.truncated", "file=%s line=%lld expected=%lld", audit->path, have,
		    expected);
}

int
store_audit_open(struct store *store, const char *folder, struct ehds_error *error)
{
	struct audit *audit = must_alloc(sizeof(*audit));
	long long have, first;
	size_t torn;

	store->audit = audit;
	audit->file = -1;
	audit->path = path_join(folder, AUDIT_FILE);
	if (audit_keys_open(&audit->keys, folder, error) != 0)
		goto failed;
	audit->file = open(audit->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (audit->file < 0) {
		error_set(error, EHDS_ERROR_CONFIG, "audit-open", audit->path, 0, 0, "cannot open: %s",
		    strerror(errno));
		goto failed;
	}
	have = last_line(audit, &torn);
	if (read_outbox(store, have, &first, error) != 0)
		goto failed;
	say_state(audit, have, first, torn);
	write_waiting(audit);
	store_audit_sync(store);
	return 0;
failed:
	audit_close(&store->audit);
	return -1;
}
