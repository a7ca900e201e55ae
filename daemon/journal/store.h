/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal: every document, what became of it, and to whom it still has to go, in one SQLite file that
 * an operator can query. WAL with synchronous=FULL, one writer connection, checkpoints only when asked for
 * (SQLite before 3.51.3 can lose a WAL that two connections checkpoint).
 *
 * All functions are synchronous and belong to one thread (journal/writer.h runs them). Those that change
 * something stand between store_begin and store_commit; nothing counts as done before store_commit returned
 * 0.
 *
 * Functions return 0, or -1 with *error: TEMPORARY journal-write or journal-read (disk full, input/output
 * error). Instants are milliseconds since 1970-01-01T00:00:00Z and come from the caller.
 */
#ifndef EHDS_JOURNAL_STORE_H
#define EHDS_JOURNAL_STORE_H

#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct store;

#define STORE_DAMAGED "journal-damaged"	/* rule of the error: a body is not what was written */

/*
 * received -> converted -> forwarded -> done; or refused; or held until an operator says retry, release or
 * drop.
 */
enum store_state {
	STORE_RECEIVED,		/* on disk, not converted yet */
	STORE_CONVERTED,	/* result on disk, deliveries pending (or no route takes it) */
	STORE_FORWARDED,	/* every peer has acknowledged */
	STORE_DONE,		/* ... and the sender was told */
	STORE_REFUSED,		/* the sender must cure it */
	STORE_HELD,		/* an operator decides */
	STORE_STATE_COUNT
};

enum store_body { STORE_SOURCE, STORE_OUTCOME, STORE_RESULT_JSON, STORE_RESULT_XML, STORE_BODY_COUNT };

struct store_bytes {
	const void *data;	/* borrows; NULL: there is none */
	size_t length;
};

/* What a sender hands in. All borrowed; route and content_type may be "" but not NULL. */
struct store_submission {
	const char *sender, *message, *route, *content_type;
	const char *sha256;		/* of body, lower-case hexadecimal */
	struct store_bytes body;
	int parts;			/* documents in body (base/pieces.h); 0 and 1: body is the one */
};

struct store_receipt {
	long long document;		/* number in order of receipt, never used twice */
	char id[UUID_TEXT];		/* what the outside knows it by */
	bool duplicate;			/* it was here before: `state` says how far it came */
	bool conflict;			/* the message id stands for other bytes or another route: not stored */
	enum store_state state;
};

/* What a conversion brought. Strings may be "" but not NULL. */
struct store_conversion {
	enum store_state state;		/* STORE_CONVERTED, STORE_HELD or STORE_REFUSED */
	const char *pack, *country, *category, *profile;
	const char *generation;		/* hash of the mappings that did it */
	const char *why;		/* of held and refused: the first cause, one line */
	const char *patient;		/* an identifier, of which only a keyed hash is kept; NULL: not known */
	struct store_bytes outcome, json, xml;
	const char *const *peers;	/* to whom it goes, when converted */
	size_t peer_count;
};

/* One row, owned by whoever got it: store_documents_free. */
struct store_document {
	long long document;
	char id[UUID_TEXT], sha256[DIGEST_HEX];
	enum store_state state;
	char *sender, *message, *route, *content_type;
	char *pack, *country, *category, *profile, *generation, *why;	/* "" when unknown */
	long long length, received, changed;
	int parts;			/* documents in its source (base/pieces.h) */
	bool delivers;			/* it was or is to be sent to a peer */
	void *body;			/* owns; the body that was asked for, or NULL */
	size_t body_length;
	int attempts;			/* store_due only: deliveries tried so far */
};

struct store_documents {
	struct store_document *items;
	size_t count;
};

enum store_delivery_state { STORE_PENDING, STORE_DELIVERED, STORE_FAILED };

struct store_delivery {
	char *peer, *text;		/* owns; text: what the peer said last */
	enum store_delivery_state state;
	int attempts;
	long long since;		/* instant at which the peer was to get it first */
	long long next;			/* pending: not before this instant; delivered: when it was */
};

struct store_deliveries {
	struct store_delivery *items;
	size_t count;
};

/*
 * Opens or creates the journal file. Errors: CONFIG journal-open (path and reason), journal-version (made
 * by a newer ehdsd).
 */
int
store_open(struct store **out, const char *path, struct ehds_error *error);

/* Checkpoints what it can and closes; accepts NULL in *store. */
void
store_close(struct store **store);

int
store_begin(struct store *store, struct ehds_error *error);

/* Returns after the disk has it. */
int
store_commit(struct store *store, struct ehds_error *error);

void
store_rollback(struct store *store);

/* Moves the write-ahead log into the file, so that the log starts again from its beginning. */
int
store_checkpoint(struct store *store, struct ehds_error *error);

/* Bytes in the write-ahead log since it last started from its beginning. */
size_t
store_log_size(const struct store *store);

/* The latest instant at which a document changed before this opening; 0 when there was none. */
long long
store_newest(const struct store *store);

/* Documents in each state. */
void
store_counts(const struct store *store, long long counts[STORE_STATE_COUNT]);

/* ---- the road ------------------------------------------------------------------------------------------ */

/*
 * Takes a document in, once: the same (sender, message) or the same (sender, route, sha256) gives the
 * receipt of the first time with duplicate set.
 */
int
store_receive(struct store *store, struct store_receipt *out, const struct store_submission *submission,
    long long now, struct ehds_error *error);

/*
 * received -> converted, held or refused, with all bodies and deliveries. *stale is set (and nothing done)
 * when the document is no longer `received`: an operator was faster.
 */
int
store_convert(struct store *store, long long document, const struct store_conversion *conversion,
    long long now, bool *stale, struct ehds_error *error);

/*
 * A peer has acknowledged. *state: what the document is in now (forwarded when that was the last one).
 * Saying it twice changes nothing.
 */
int
store_delivered(struct store *store, long long document, const char *peer, long long now,
    enum store_state *state, struct ehds_error *error);

/* A delivery did not succeed and is to be tried again at `next`. */
int
store_deliver_later(struct store *store, long long document, const char *peer, int attempts, long long next,
    const char *text, struct ehds_error *error);

/* A delivery is given up: the document is held and says why. */
int
store_deliver_never(struct store *store, long long document, const char *peer, const char *text,
    long long now, struct ehds_error *error);

/* The sender knows: forwarded -> done; converted without deliveries -> done. Anything else stays. */
int
store_told(struct store *store, long long document, long long now, struct ehds_error *error);

/* ---- what an operator says ----------------------------------------------------------------------------- */

/* The next four, and store_hold, set *done to false, and change nothing, when the state does not allow it. */

/*
 * held or refused, with its source still there -> received: convert again. What a peer already has stays
 * delivered.
 */
int
store_retry(struct store *store, long long document, long long now, bool *done, struct ehds_error *error);

/* held with a result -> converted, to these peers. */
int
store_release(struct store *store, long long document, const char *const *peers, size_t peer_count,
    long long now, bool *done, struct ehds_error *error);

/* received, converted or held -> refused, with a new outcome that says who dropped it and why. */
int
store_drop(struct store *store, long long document, const char *why, struct store_bytes outcome,
    long long now, bool *done, struct ehds_error *error);

/* Numbers of documents; free(items). */
struct store_numbers {
	long long *items;		/* owns */
	size_t count;
};

/* Holds every document with a pending delivery to a peer that is not in `peers`; *held says which. */
int
store_hold_orphans(struct store *store, const char *const *peers, size_t peer_count, long long now,
    struct store_numbers *held, struct ehds_error *error);

/* Holds what waits for `peer` since before `since`; *held says which. */
int
store_give_up(struct store *store, const char *peer, long long since, long long now,
    struct store_numbers *held, struct ehds_error *error);

/*
 * received or converted -> held: an operator wants to look at it first. What a peer already has stays
 * delivered; what waits for one does not wait any more. outcome: for a document that has none yet.
 */
int
store_hold(struct store *store, long long document, const char *why, struct store_bytes outcome,
    long long now, bool *done, struct ehds_error *error);

/* Deliveries that wait for an instant after `latest`, because the clock was set back, are due at `now`. */
int
store_hasten(struct store *store, long long latest, long long now, struct ehds_error *error);

/* Forgets at most `limit` documents that were finished (forwarded, done, refused) before `before`. */
int
store_purge(struct store *store, long long before, size_t limit, long long now, size_t *purged,
    struct ehds_error *error);

/*
 * Removes source and results of at most `limit` documents that were finished before `before`: the refused
 * ones, or the forwarded and done ones. Row and outcome stay, so that a resend is still recognized and
 * answered. *cursor: instant from which to look, moved on by the call; 0 at first.
 */
int
store_thin(struct store *store, bool refused, long long *cursor, long long before, size_t limit, long long now,
    size_t *thinned, struct ehds_error *error);

/* ---- questions ----------------------------------------------------------------------------------------- */

/* The document with this id, with one body when body >= 0; out->count is 0 or 1. */
int
store_find(struct store *store, struct store_documents *out, const char *id, int body,
    struct ehds_error *error);

/* The same by number. */
int
store_get(struct store *store, struct store_documents *out, long long document, int body,
    struct ehds_error *error);

/*
 * Documents of one sender in `received` after number `after`, oldest first, with their source (NULL when it
 * is damaged); stops at max documents or once max_bytes of bodies are exceeded (so at least one).
 */
int
store_waiting(struct store *store, struct store_documents *out, const char *sender, long long after,
    size_t max, size_t max_bytes, struct ehds_error *error);

/* How much of one sender is in `received`. */
struct store_backlog {
	char *sender;			/* owns */
	long long documents, bytes;
};

struct store_backlogs {
	struct store_backlog *items;
	size_t count;
};

/* Of all senders that have something in `received`; free with store_backlogs_free. */
int
store_backlogs(struct store *store, struct store_backlogs *out, struct ehds_error *error);

void
store_backlogs_free(struct store_backlogs *backlogs);

/*
 * Documents whose delivery to `peer` is due at `now`, oldest due first, with the body `as` (NULL when
 * there is none, or it is damaged), without those in skip[]. *next: the instant at which the next one falls due, -1 when none waits, <= now when there are more.
 */
int
store_due(struct store *store, struct store_documents *out, const char *peer, enum store_body as,
    long long now, const long long *skip, size_t skip_count, size_t max, size_t max_bytes, long long *next,
    struct ehds_error *error);

/* At most max documents after number `after`, in order; state STORE_STATE_COUNT means any. Without bodies. */
int
store_list(struct store *store, struct store_documents *out, enum store_state state, long long after,
    size_t max, struct ehds_error *error);

/* How many documents wait for the peer to acknowledge them, and since when the oldest does (0: none waits). */
int
store_pending(struct store *store, const char *peer, long long *count, long long *since, struct ehds_error *error);

int
store_deliveries(struct store *store, struct store_deliveries *out, long long document,
    struct ehds_error *error);

/* One body; gives the bytes (free()), NULL when there is none. */
int
store_body(struct store *store, void **out, size_t *length, long long document, enum store_body body,
    struct ehds_error *error);

void
store_documents_free(struct store_documents *documents);

void
store_deliveries_free(struct store_deliveries *deliveries);

/* ---- is all as it should be? --------------------------------------------------------------------------- */

/* Every document that ever had a receipt is one of these. */
struct store_totals {
	long long received;		/* numbers that were ever given */
	long long purged;		/* finished, and forgotten since */
	long long counts[STORE_STATE_COUNT];
};

/* What hears of each thing that is wrong: whose (an id, or "" for the journal itself) and what. */
struct store_problems {
	void (*say)(void *user, const char *id, const char *text);
	void *user;
};

/*
 * Counts anew, from the rows. Says when received is not purged + done + refused + held + in flight, and when
 * the counts that store_counts gives are others.
 */
int
store_check_totals(struct store *store, struct store_totals *out, const struct store_problems *problems,
    struct ehds_error *error);

/*
 * Checks the documents behind number *after, at most `limit` of them, and moves *after on; it is -1 behind
 * the last one. Of each: that its bodies are those that its state asks for, that every hash and length is
 * right, that its deliveries agree with its state, and that nothing belongs to a document that is not there.
 * *bodies grows by the bodies read.
 */
int
store_check_documents(struct store *store, long long *after, size_t limit, long long *bodies,
    const struct store_problems *problems, struct ehds_error *error);

/* SQLite's own check of the file's structure. Reads all of it. */
int
store_check_file(struct store *store, const struct store_problems *problems, struct ehds_error *error);

/*
 * Copies the journal as it is now into the file `path`, which appears when it is whole (temporary file,
 * fsync, rename). One call copies some pages; call again until *done. What is written between the calls is
 * in the copy. Must stand outside store_begin and store_commit. Errors: TEMPORARY backup-write.
 */
struct store_backup;

int
store_backup_start(struct store_backup **out, struct store *store, const char *path, struct ehds_error *error);

int
store_backup_step(struct store_backup *backup, int pages, bool *done, struct ehds_error *error);

/* Forgets a copy that is not whole; after *done only the memory. Accepts NULL in *backup. */
void
store_backup_free(struct store_backup **backup);

/*
 * Takes the state folder for this process until the descriptor is closed: two on one journal would each
 * believe that all of it is theirs. Makes the folder. Errors: CONFIG state-folder, state-locked.
 */
int
store_lock(int *descriptor, const char *folder, struct ehds_error *error);

/* "received", ... ; and back: false when it is no such word. */
const char *
store_state_name(enum store_state state);

bool
store_state_parse(enum store_state *out, const char *name);

/* "pending", "delivered", "failed". */
const char *
store_delivery_state_name(enum store_delivery_state state);

#endif
