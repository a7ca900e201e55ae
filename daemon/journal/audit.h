/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit trail: who did what with which document, when, and what came of it. A file of lines, each one JSON
 * object, each with the hash of the line before it and a signature (Ed25519, RFC 8032), so that a line that
 * was changed, taken out, put elsewhere or cut off at the end is found, and named. No clinical content: a
 * document is its id and hash, a patient a keyed hash of an identifier.
 *
 *	{"line":2,"at":"2026-03-04T09:00:00.123Z","event":"received","who":"hospital","document":"UUID",
 *	 "sha256":"...","patient":"...","generation":"...","verdict":"received","detail":"",
 *	 "previous":"SHA-256 of line 1, without its end","signature":"hexadecimal, of all that stands before it"}
 *
 * A line is made in the transaction that does what it tells, and is kept there until the file has it on disk:
 * so nothing happens without a line, and no line tells of what did not happen, wherever a crash comes between.
 */
#ifndef EHDS_JOURNAL_AUDIT_H
#define EHDS_JOURNAL_AUDIT_H

#include "journal/store.h"

#define AUDIT_FILE "audit.log"
#define AUDIT_KEY "audit.key"		/* secret: signs, and hashes patients */
#define AUDIT_PUBLIC "audit.pub"	/* what a verifier needs; keep a copy elsewhere */
#define AUDIT_PSEUDONYM 33		/* 32 hexadecimal digits and a NUL */

/*
 * Opens the trail in the state folder, makes keys where there are none, mends a last line that a crash tore,
 * and writes what the journal has and the file has not. From here on the store's changes are told. Error:
 * CONFIG audit-open.
 */
int
store_audit_open(struct store *store, const char *folder, struct ehds_error *error);

/*
 * Adds a line, between store_begin and store_commit. document: its number, 0 for what concerns none. who: a
 * sender, a peer, "operator", "ehdsd". detail: a rule id, a reason without clinical content; "". Does nothing
 * when no trail is open.
 */
int
store_audit(struct store *store, long long document, const char *event, const char *who, const char *detail,
    long long now, struct ehds_error *error);

/* Brings the file to the disk, after which the journal need not keep its lines. When there is time for it. */
void
store_audit_sync(struct store *store);

/* The same at the end, when the journal need not keep any line any more. */
void
store_audit_settle(struct store *store);

/* ---- verification -------------------------------------------------------------------------------------- */

struct audit_verification {
	long long lines, wrong;
	long long first, last;		/* numbers of the first and the last line */
	bool torn;			/* the last line has no end: a crash, or somebody's hand */
};

/* Where the trail must have come to: as the journal knows it. */
struct audit_head {
	long long line;			/* 0: nothing was written */
	char hash[DIGEST_HEX];
	long long kept;			/* lines after this number may be in the journal only */
};

/*
 * Checks files, in that order one trail, with the public key (as in AUDIT_PUBLIC). head: NULL when not known,
 * and then an end that was cut off cannot be seen. Each thing that is wrong goes to problems->say, with
 * "FILE:LINE" as its id. Error: CONFIG audit-read.
 */
int
audit_verify(struct audit_verification *out, const char *const *files, size_t count, const char *key,
    const struct audit_head *head, const struct store_problems *problems, struct ehds_error *error);

/* Reads the head from a journal, whether a daemon works with it or not. Error: CONFIG journal-open. */
int
audit_head_read(struct audit_head *out, const char *journal, struct ehds_error *error);

#endif
