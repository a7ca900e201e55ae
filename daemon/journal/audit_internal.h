/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of the audit trail share: its state in the store, its keys. */
#ifndef EHDS_JOURNAL_AUDIT_INTERNAL_H
#define EHDS_JOURNAL_AUDIT_INTERNAL_H

#include "base/buffer.h"
#include "journal/audit.h"
#include "journal/store_internal.h"

#include <sodium.h>

/* Which line was the last one, and its hash. */
struct audit_position {
	long long line;
	char hash[DIGEST_HEX];
};

struct audit_keys {
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
	unsigned char patients[crypto_generichash_KEYBYTES];
};

struct audit {
	char *path;			/* owns: of the file */
	int file;
	struct audit_keys keys;
	struct audit_position now, committed;	/* with, and without, the open transaction */
	long long written, synced, pruned;	/* numbers of lines: in the file, on disk, out of the journal */
	struct buffer waiting;		/* lines of the open transaction and those that could not be written */
	size_t kept;			/* bytes of waiting that are committed */
	bool troubled;			/* that was said in the log */
};

/* Reads the keys of the folder, or makes them. Error: CONFIG audit-open. */
int
audit_keys_open(struct audit_keys *out, const char *folder, struct ehds_error *error);

/* The 32 bytes of a public key from hexadecimal digits (and white space behind them); false when it is none. */
bool
audit_key_parse(unsigned char out[crypto_sign_PUBLICKEYBYTES], const char *text);

/* For store.c: at a commit, after it, after a rollback, at the end. */
int
audit_before_commit(struct store *store, struct ehds_error *error);

void
audit_after_commit(struct store *store);

void
audit_rollback(struct store *store);

void
audit_close(struct audit **audit);

/* The keyed hash of a patient's identifier; "" stays "". */
void
audit_pseudonym(char out[AUDIT_PSEUDONYM], const struct store *store, const char *patient);

#define AUDIT_SIGNATURE ",\"signature\":\""	/* ends what is signed */

#endif
