/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Holds an audit trail against its key and against the journal. Lines are taken one after the other, so a trail
 * of any length needs the memory of one line. A line that is wrong is named once: what follows it cannot be
 * held against its hash, and is not blamed for that.
 */
#include "journal/audit_internal.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	struct audit_verification *out;
	const struct audit_head *head;
	const struct store_problems *problems;
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
	const char *file;
	long long place;		/* line of the file, from 1 */
	bool follows;			/* `previous` is the hash of a line that was right */
	char previous[DIGEST_HEX];
};

static void wrong(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
wrong(struct walk *walk, const char *format, ...)
{
	char text[256], *place = must_printf("%s:%lld", walk->file, walk->place);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	walk->out->wrong++;
	walk->problems->say(walk->problems->user, place, text);
	free(place);
}

/* Whether the signature that ends the line is one of all that stands before it. */
static bool
is_signed(const struct walk *walk, const char *line, size_t length)
{
	const size_t mark = strlen(AUDIT_SIGNATURE), end = 2 * crypto_sign_BYTES + 2;
	unsigned char signature[crypto_sign_BYTES];
	size_t signed_length, got = 0;

	if (length < mark + end || memcmp(line + length - 2, "\"}", 2) != 0)
		return false;
	signed_length = length - end - mark;
	return memcmp(line + signed_length, AUDIT_SIGNATURE, mark) == 0
	    && sodium_hex2bin(signature, sizeof(signature), line + signed_length + mark, 2 * crypto_sign_BYTES, NULL,
	    &got, NULL) == 0 && got == sizeof(signature)
	    && crypto_sign_verify_detached(signature, (const unsigned char *)line, signed_length, walk->key) == 0;
}

/* The hash that the line says its predecessor has. */
static bool
says_previous(const char *line, const char *hash)
{
	char *member = must_printf(",\"previous\":\"%s\"" AUDIT_SIGNATURE, hash);
	bool says = strstr(line, member) != NULL;

	free(member);
	return says;
}

static void
check_place(struct walk *walk, long long number)
{
	long long last = walk->out->last;

	if (number == last + 1 || walk->out->lines == 0)
		return;
	if (number <= last)
		wrong(walk, "line %lld stands behind line %lld: lines were put elsewhere or written twice", number, last);
	else if (number == last + 2)
		wrong(walk, "line %lld is missing: line %lld follows line %lld", last + 1, number, last);
	else
		wrong(walk, "lines %lld to %lld are missing: line %lld follows line %lld", last + 1, number - 1, number,
		    last);
	walk->follows = false;
}

static void
check_line(struct walk *walk, const char *line, size_t length)
{
	long long number = 0;
	char hash[DIGEST_HEX];
	bool right = is_signed(walk, line, length);

	walk->place++;
	if (!right || sscanf(line, "{\"line\":%lld,", &number) != 1) {
		/* Its number is what it would have been, so that those behind it are not blamed. */
		wrong(walk, "line %lld was changed: its signature is not that of the key", walk->out->last + 1);
		walk->out->last++;
		if (walk->out->lines++ == 0)
			walk->out->first = walk->out->last;
		walk->follows = false;
		return;
	}
	check_place(walk, number);
	if (walk->follows && !says_previous(line, walk->previous))
		wrong(walk, "line %lld does not follow line %lld: it has the hash of another one", number, number - 1);
	digest_sha256(hash, line, length);
	memcpy(walk->previous, hash, sizeof(hash));
	walk->follows = true;
	if (walk->out->lines++ == 0)
		walk->out->first = number;
	walk->out->last = number;
	if (walk->head != NULL && number == walk->head->line && strcmp(hash, walk->head->hash) != 0)
		wrong(walk, "line %lld is not the one that the journal knows", number);
}

static int
check_file(struct walk *walk, const char *path, struct ehds_error *error)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	bool failed;

	walk->file = path;
	walk->place = 0;
	if (file == NULL)
		return error_set(error, EHDS_ERROR_CONFIG, "audit-read", path, 0, 0, "cannot read: %s",
		    strerror(errno));
	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] != '\n') {
			walk->out->torn = true;
			break;
		}
		line[length - 1] = '\0';
		check_line(walk, line, (size_t)length - 1);
	}
	failed = ferror(file) != 0;
	fclose(file);
	free(line);
	return failed ? error_set(error, EHDS_ERROR_CONFIG, "audit-read", path, 0, 0, "cannot read") : 0;
}

int
audit_verify(struct audit_verification *out, const char *const *files, size_t count, const char *key,
    const struct audit_head *head, const struct store_problems *problems, struct ehds_error *error)
{
	struct walk walk = { .out = out, .head = head, .problems = problems };

	memset(out, 0, sizeof(*out));
	if (sodium_init() < 0 || !audit_key_parse(walk.key, key))
		return error_set(error, EHDS_ERROR_CONFIG, "audit-read", NULL, 0, 0,
		    "the public key is not 64 hexadecimal digits");
	for (size_t i = 0; i < count; i++)
		if (check_file(&walk, files[i], error) != 0)
			return -1;
	if (out->lines > 0 && out->first != 1)
		wrong(&walk, "the trail begins with line %lld: those before it are not here", out->first);
	/* Lines behind `kept` may be on their way from the journal; so may a torn one be. */
	if (head != NULL && out->last < head->kept)
		wrong(&walk, "the trail ends with line %lld, and the journal knows of %lld: its end was cut off",
		    out->last, head->kept);
	if (out->torn && (head == NULL || head->kept == head->line))
		wrong(&walk, "the last line has no end: cut off, or torn by a crash (a start of ehdsd mends that)");
	return 0;
}

/* ---- the head ------------------------------------------------------------------------------------------ */

/* A reader of its own, which never checkpoints: the daemon's connection stays the only one that writes. */
static sqlite3 *
open_reader(const char *journal)
{
	sqlite3 *database = NULL;

	if (sqlite3_open_v2(journal, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK) {
		sqlite3_close(database);
		return NULL;
	}
	sqlite3_busy_timeout(database, 5000);
	sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return database;
}

int
audit_head_read(struct audit_head *out, const char *journal, struct ehds_error *error)
{
	static const char sql[] = "SELECT h.line, h.hash,"
	    " coalesce((SELECT min(line) - 1 FROM audit), h.line) FROM audit_head h";
	sqlite3 *database = open_reader(journal);
	sqlite3_stmt *row = NULL;
	int result = -1, step;

	memset(out, 0, sizeof(*out));
	if (database != NULL && sqlite3_prepare_v2(database, sql, -1, &row, NULL) == SQLITE_OK) {
		step = sqlite3_step(row);
		result = step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -1;
		if (step == SQLITE_ROW) {
			out->line = sqlite3_column_int64(row, 0);
			snprintf(out->hash, sizeof(out->hash), "%s", (const char *)sqlite3_column_text(row, 1));
			out->kept = sqlite3_column_int64(row, 2);
		}
	}
	if (result != 0)
		error_set(error, EHDS_ERROR_CONFIG, "journal-open", journal, 0, 0, "cannot read the journal: %s",
		    database != NULL ? sqlite3_errmsg(database) : "it cannot be opened");
	sqlite3_finalize(row);
	sqlite3_close(database);
	return result;
}
