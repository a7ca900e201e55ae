/* SPDX-License-Identifier: EUPL-1.2 */
#include "journal/store.h"

#include "../check_main.h"
#include "../temporary.h"

#include <sqlite3.h>
#include <string.h>

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* One journal in a folder of its own. */
struct fixture {
	char *folder, *path;
	struct store *store;
	struct ehds_error error;
};

static void
fixture_reopen(struct fixture *fixture)
{
	store_close(&fixture->store);
	ck_assert_msg(store_open(&fixture->store, fixture->path, &fixture->error) == 0, "%s",
	    fixture->error.text);
}

static struct fixture
fixture_new(void)
{
	struct fixture fixture = { 0 };

	fixture.folder = temporary_folder();
	fixture.path = temporary_path(fixture.folder, "journal.sqlite");
	fixture_reopen(&fixture);
	return fixture;
}

static void
fixture_free(struct fixture *fixture)
{
	store_close(&fixture->store);
	free(fixture->path);
	temporary_remove(fixture->folder);
}

static struct store_bytes
bytes(const char *text)
{
	return (struct store_bytes){ text, strlen(text) };
}

static struct store_receipt
receive(struct fixture *fixture, const char *sender, const char *message, const char *sha256,
    const char *body)
{
	const struct store_submission submission = { sender, message, "", "", sha256, bytes(body), 1 };
	struct store_receipt receipt;

	ck_assert_int_eq(store_begin(fixture->store, &fixture->error), 0);
	ck_assert_int_eq(store_receive(fixture->store, &receipt, &submission, 1000, &fixture->error), 0);
	ck_assert_int_eq(store_commit(fixture->store, &fixture->error), 0);
	return receipt;
}

static const char *const two_peers[] = { "archive", "ncp" };

static struct store_conversion
conversion(enum store_state state, size_t peer_count)
{
	const struct store_conversion out = {
		.state = state, .pack = "xx/summary", .country = "xx", .category = "patient-summary",
		.profile = "http://p",
		.generation = "g1", .why = state == STORE_CONVERTED ? "" : "because",
		.outcome = bytes("{outcome}"),
		.json = state == STORE_REFUSED ? (struct store_bytes){ NULL, 0 } : bytes("{result}"),
		.peers = two_peers, .peer_count = peer_count,
	};

	return out;
}

static void
convert(struct fixture *fixture, long long document, enum store_state state, size_t peer_count)
{
	const struct store_conversion made = conversion(state, peer_count);
	bool stale = true;

	ck_assert_int_eq(store_begin(fixture->store, &fixture->error), 0);
	ck_assert_int_eq(store_convert(fixture->store, document, &made, 2000, &stale, &fixture->error), 0);
	ck_assert_int_eq(store_commit(fixture->store, &fixture->error), 0);
	ck_assert(!stale);
}

static enum store_state
state_of(struct fixture *fixture, const char *id)
{
	struct store_documents found;
	enum store_state state;

	ck_assert_int_eq(store_find(fixture->store, &found, id, -1, &fixture->error), 0);
	ck_assert_uint_eq(found.count, 1);
	state = found.items[0].state;
	store_documents_free(&found);
	return state;
}

static enum store_state
delivered(struct fixture *fixture, long long document, const char *peer)
{
	enum store_state state;

	ck_assert_int_eq(store_delivered(fixture->store, document, peer, 3000, &state, &fixture->error), 0);
	return state;
}

START_TEST(keeps_a_received_document_with_its_bytes_over_a_restart)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_documents found;

	ck_assert(!receipt.duplicate && !receipt.conflict);
	fixture_reopen(&fixture);
	ck_assert_int_eq(store_find(fixture.store, &found, receipt.id, STORE_SOURCE, &fixture.error), 0);
	ck_assert_uint_eq(found.count, 1);
	ck_assert_int_eq(found.items[0].state, STORE_RECEIVED);
	ck_assert_str_eq(found.items[0].sender, "s");
	ck_assert_str_eq(found.items[0].message, "m1");
	ck_assert_str_eq(found.items[0].sha256, SHA_A);
	ck_assert_str_eq(found.items[0].body, "<a/>");
	ck_assert_int_eq(found.items[0].received, 1000);
	ck_assert(!found.items[0].delivers);
	store_documents_free(&found);
	fixture_free(&fixture);
}
END_TEST

START_TEST(forgets_what_was_not_committed)
{
	struct fixture fixture = fixture_new();
	const struct store_submission submission = { "s", "m", "", "", SHA_A, bytes("x"), 1 };
	struct store_receipt receipt;
	long long counts[STORE_STATE_COUNT];

	ck_assert_int_eq(store_begin(fixture.store, NULL), 0);
	ck_assert_int_eq(store_receive(fixture.store, &receipt, &submission, 1, NULL), 0);
	store_counts(fixture.store, counts);
	ck_assert_int_eq(counts[STORE_RECEIVED], 1);
	store_rollback(fixture.store);
	store_counts(fixture.store, counts);
	ck_assert_int_eq(counts[STORE_RECEIVED], 0);
	fixture_free(&fixture);
}
END_TEST

START_TEST(gives_a_resend_the_first_receipt)
{
	struct fixture fixture = fixture_new();
	struct store_receipt first = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt again = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt renamed = receive(&fixture, "s", "m2", SHA_A, "<a/>");
	struct store_receipt other = receive(&fixture, "t", "m1", SHA_A, "<a/>");

	ck_assert(again.duplicate && renamed.duplicate && !other.duplicate);
	ck_assert_str_eq(again.id, first.id);
	ck_assert_str_eq(renamed.id, first.id);
	ck_assert_str_ne(other.id, first.id);
	ck_assert_int_eq(again.document, first.document);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_message_id_for_other_bytes_is_a_conflict_and_stores_nothing)
{
	struct fixture fixture = fixture_new();
	struct store_receipt clash;
	long long counts[STORE_STATE_COUNT];

	receive(&fixture, "s", "m1", SHA_A, "<a/>");
	clash = receive(&fixture, "s", "m1", SHA_B, "<b/>");
	ck_assert(clash.conflict && !clash.duplicate);
	store_counts(fixture.store, counts);
	ck_assert_int_eq(counts[STORE_RECEIVED], 1);
	fixture_free(&fixture);
}
END_TEST

START_TEST(the_same_bytes_on_another_route_are_another_document)
{
	struct fixture fixture = fixture_new();
	const struct store_submission routed = { "s", "m2", "elsewhere", "", SHA_A, bytes("<a/>"), 1 };
	struct store_receipt receipt;

	receive(&fixture, "s", "m1", SHA_A, "<a/>");
	ck_assert_int_eq(store_receive(fixture.store, &receipt, &routed, 1, NULL), 0);
	ck_assert(!receipt.duplicate && !receipt.conflict);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_document_is_forwarded_when_the_last_peer_has_acknowledged_and_done_when_the_sender_knows)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	long long counts[STORE_STATE_COUNT];

	convert(&fixture, receipt.document, STORE_CONVERTED, 2);
	ck_assert_int_eq(delivered(&fixture, receipt.document, "ncp"), STORE_CONVERTED);
	ck_assert_int_eq(delivered(&fixture, receipt.document, "ncp"), STORE_CONVERTED);
	ck_assert_int_eq(store_told(fixture.store, receipt.document, 1, NULL), 0);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_CONVERTED);
	ck_assert_int_eq(delivered(&fixture, receipt.document, "archive"), STORE_FORWARDED);
	ck_assert_int_eq(store_told(fixture.store, receipt.document, 1, NULL), 0);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_DONE);
	store_counts(fixture.store, counts);
	ck_assert_int_eq(counts[STORE_DONE], 1);
	ck_assert_int_eq(counts[STORE_CONVERTED] + counts[STORE_FORWARDED] + counts[STORE_RECEIVED], 0);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_document_without_a_route_is_done_when_the_sender_knows)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");

	convert(&fixture, receipt.document, STORE_CONVERTED, 0);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_CONVERTED);
	ck_assert_int_eq(store_told(fixture.store, receipt.document, 1, NULL), 0);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_DONE);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_conversion_that_comes_after_an_operator_dropped_the_document_is_stale)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	const struct store_conversion made = conversion(STORE_CONVERTED, 1);
	bool dropped, stale;

	ck_assert_int_eq(store_drop(fixture.store, receipt.document, "sent by mistake", bytes("{dropped}"),
	    1, &dropped, NULL), 0);
	ck_assert(dropped);
	ck_assert_int_eq(store_convert(fixture.store, receipt.document, &made, 2, &stale, NULL), 0);
	ck_assert(stale);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_REFUSED);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_retried_document_is_received_again_and_keeps_what_was_delivered)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_deliveries deliveries;
	bool done;
	void *body;
	size_t length;

	convert(&fixture, receipt.document, STORE_CONVERTED, 2);
	delivered(&fixture, receipt.document, "ncp");
	ck_assert_int_eq(store_retry(fixture.store, receipt.document, 1, &done, NULL), 0);
	ck_assert_msg(!done, "a converted document is not retried");
	ck_assert_int_eq(store_deliver_never(fixture.store, receipt.document, "archive", "full", 1, NULL), 0);
	ck_assert_int_eq(state_of(&fixture, receipt.id), STORE_HELD);
	ck_assert_int_eq(store_retry(fixture.store, receipt.document, 1, &done, NULL), 0);
	ck_assert(done);
	ck_assert_int_eq(store_body(fixture.store, &body, &length, receipt.document, STORE_RESULT_JSON,
	    NULL), 0);
	ck_assert_ptr_null(body);
	convert(&fixture, receipt.document, STORE_CONVERTED, 2);
	ck_assert_int_eq(store_deliveries(fixture.store, &deliveries, receipt.document, NULL), 0);
	ck_assert_uint_eq(deliveries.count, 2);
	ck_assert_str_eq(deliveries.items[0].peer, "archive");
	ck_assert_int_eq(deliveries.items[0].state, STORE_PENDING);
	ck_assert_int_eq(deliveries.items[1].state, STORE_DELIVERED);
	store_deliveries_free(&deliveries);
	fixture_free(&fixture);
}
END_TEST

START_TEST(releases_only_a_held_document_that_has_a_result)
{
	struct fixture fixture = fixture_new();
	struct store_receipt with = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt without = receive(&fixture, "s", "m2", SHA_B, "<b/>");
	struct store_conversion empty = conversion(STORE_HELD, 0);
	bool done, stale;

	convert(&fixture, with.document, STORE_HELD, 0);
	empty.json.data = NULL;
	ck_assert_int_eq(store_convert(fixture.store, without.document, &empty, 1, &stale, NULL), 0);
	ck_assert_int_eq(store_release(fixture.store, without.document, two_peers, 1, 1, &done, NULL), 0);
	ck_assert(!done);
	ck_assert_int_eq(store_release(fixture.store, with.document, two_peers, 1, 1, &done, NULL), 0);
	ck_assert(done);
	ck_assert_int_eq(delivered(&fixture, with.document, "archive"), STORE_FORWARDED);
	fixture_free(&fixture);
}
END_TEST

START_TEST(knows_what_waits_of_each_sender)
{
	struct fixture fixture = fixture_new();
	struct store_receipt other = receive(&fixture, "other", "m1", SHA_A, "12345");
	struct store_backlogs backlogs;
	struct store_documents waiting;

	receive(&fixture, "s", "m1", SHA_A, "1234567");
	receive(&fixture, "s", "m2", SHA_B, "67890");
	ck_assert_int_eq(store_waiting(fixture.store, &waiting, "other", 0, 10, 1000, NULL), 0);
	ck_assert_uint_eq(waiting.count, 1);
	ck_assert_int_eq(waiting.items[0].document, other.document);
	store_documents_free(&waiting);
	ck_assert_int_eq(store_backlogs(fixture.store, &backlogs, NULL), 0);
	ck_assert_uint_eq(backlogs.count, 2);
	for (size_t i = 0; i < 2; i++) {
		bool one = strcmp(backlogs.items[i].sender, "other") == 0;

		ck_assert_int_eq(backlogs.items[i].documents, one ? 1 : 2);
		ck_assert_int_eq(backlogs.items[i].bytes, one ? 5 : 12);
	}
	store_backlogs_free(&backlogs);
	fixture_free(&fixture);
}
END_TEST

START_TEST(gives_waiting_documents_in_order_with_a_limit_of_bytes)
{
	struct fixture fixture = fixture_new();
	struct store_receipt first = receive(&fixture, "s", "m1", SHA_A, "12345");
	struct store_documents waiting;

	receive(&fixture, "s", "m2", SHA_B, "67890");
	ck_assert_int_eq(store_waiting(fixture.store, &waiting, "s", 0, 10, 1, NULL), 0);
	ck_assert_uint_eq(waiting.count, 1);
	ck_assert_str_eq(waiting.items[0].body, "12345");
	store_documents_free(&waiting);
	ck_assert_int_eq(store_waiting(fixture.store, &waiting, "s", first.document, 10, 1000, NULL), 0);
	ck_assert_uint_eq(waiting.count, 1);
	ck_assert_str_eq(waiting.items[0].message, "m2");
	store_documents_free(&waiting);
	ck_assert_int_eq(store_waiting(fixture.store, &waiting, "s", 0, 10, 1000, NULL), 0);
	ck_assert_uint_eq(waiting.count, 2);
	store_documents_free(&waiting);
	fixture_free(&fixture);
}
END_TEST

START_TEST(gives_due_deliveries_without_those_in_flight_and_says_when_the_next_is_due)
{
	struct fixture fixture = fixture_new();
	struct store_receipt first = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt second = receive(&fixture, "s", "m2", SHA_B, "<b/>");
	struct store_documents due;
	long long next;

	convert(&fixture, first.document, STORE_CONVERTED, 1);
	convert(&fixture, second.document, STORE_CONVERTED, 1);
	ck_assert_int_eq(store_deliver_later(fixture.store, second.document, "archive", 1, 9000, "busy",
	    NULL), 0);
	ck_assert_int_eq(store_due(fixture.store, &due, "archive", STORE_RESULT_JSON, 5000, NULL, 0, 8,
	    1000, &next, NULL), 0);
	ck_assert_uint_eq(due.count, 1);
	ck_assert_str_eq(due.items[0].id, first.id);
	ck_assert_str_eq(due.items[0].body, "{result}");
	ck_assert_int_eq(next, 9000);
	store_documents_free(&due);
	ck_assert_int_eq(store_due(fixture.store, &due, "archive", STORE_RESULT_JSON, 9000, &first.document,
	    1, 8, 1000, &next, NULL), 0);
	ck_assert_uint_eq(due.count, 1);
	ck_assert_str_eq(due.items[0].id, second.id);
	ck_assert_int_eq(due.items[0].attempts, 1);
	ck_assert_int_eq(next, -1);
	store_documents_free(&due);
	fixture_free(&fixture);
}
END_TEST

START_TEST(holds_what_a_peer_did_not_take_in_time_or_what_goes_to_a_peer_that_is_gone)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt orphan = receive(&fixture, "s", "m2", SHA_B, "<b/>");
	struct store_documents found;
	long long count, since;
	struct store_numbers held;
	bool done;

	ck_assert_int_eq(store_pending(fixture.store, "archive", &count, &since, NULL), 0);
	ck_assert_int_eq(count, 0);
	ck_assert_int_eq(since, 0);
	convert(&fixture, receipt.document, STORE_CONVERTED, 1);
	ck_assert_int_eq(store_pending(fixture.store, "archive", &count, &since, NULL), 0);
	ck_assert_int_eq(count, 1);
	ck_assert_int_eq(since, 2000);
	ck_assert_int_eq(store_give_up(fixture.store, "archive", 2000, 5000, &held, NULL), 0);
	ck_assert_uint_eq(held.count, 0);
	ck_assert_int_eq(store_give_up(fixture.store, "archive", 2001, 5000, &held, NULL), 0);
	ck_assert_uint_eq(held.count, 1);
	ck_assert_int_eq(held.items[0], receipt.document);
	free(held.items);
	ck_assert_int_eq(store_find(fixture.store, &found, receipt.id, -1, NULL), 0);
	ck_assert_str_eq(found.items[0].why, "peer archive: did not take the document in time: given up");
	store_documents_free(&found);
	convert(&fixture, orphan.document, STORE_CONVERTED, 2);
	ck_assert_int_eq(store_hold_orphans(fixture.store, two_peers, 1, 1, &held, NULL), 0);
	ck_assert_uint_eq(held.count, 1);
	free(held.items);
	ck_assert_int_eq(store_find(fixture.store, &found, orphan.id, -1, NULL), 0);
	ck_assert_int_eq(found.items[0].state, STORE_HELD);
	ck_assert_str_eq(found.items[0].why, "peer ncp: is not configured any more");
	store_documents_free(&found);
	ck_assert_int_eq(store_hold(fixture.store, orphan.document, "why", (struct store_bytes){ "{}", 2 }, 1, &done, NULL), 0);
	ck_assert(!done);
	orphan = receive(&fixture, "t", "m3", SHA_A, "<a/>");
	ck_assert_int_eq(store_hold(fixture.store, orphan.document, "to look at it",
	    (struct store_bytes){ "{}", 2 }, 1, &done, NULL), 0);
	ck_assert(done);
	ck_assert_int_eq(store_find(fixture.store, &found, orphan.id, -1, NULL), 0);
	ck_assert_int_eq(found.items[0].state, STORE_HELD);
	ck_assert_str_eq(found.items[0].why, "to look at it");
	store_documents_free(&found);
	fixture_free(&fixture);
}
END_TEST

START_TEST(forgets_finished_documents_after_their_time_and_never_a_held_one)
{
	struct fixture fixture = fixture_new();
	struct store_receipt refused = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_receipt held = receive(&fixture, "s", "m2", SHA_B, "<b/>");
	struct store_documents found;
	size_t purged;

	convert(&fixture, refused.document, STORE_REFUSED, 0);
	convert(&fixture, held.document, STORE_HELD, 0);
	ck_assert_int_eq(store_purge(fixture.store, 2000, 10, 9000, &purged, NULL), 0);
	ck_assert_uint_eq(purged, 0);
	ck_assert_int_eq(store_purge(fixture.store, 2001, 10, 9000, &purged, NULL), 0);
	ck_assert_uint_eq(purged, 1);
	ck_assert_int_eq(store_list(fixture.store, &found, STORE_STATE_COUNT, 0, 10, NULL), 0);
	ck_assert_uint_eq(found.count, 1);
	ck_assert_str_eq(found.items[0].id, held.id);
	store_documents_free(&found);
	ck_assert_int_eq(store_list(fixture.store, &found, STORE_REFUSED, 0, 10, NULL), 0);
	ck_assert_uint_eq(found.count, 0);
	fixture_free(&fixture);
}
END_TEST

static void
change_file(const char *path, const char *sql)
{
	sqlite3 *database;

	ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

START_TEST(refuses_a_journal_of_a_newer_version_of_another_program_and_a_path_that_cannot_be)
{
	struct fixture fixture = fixture_new();
	struct store *store;

	store_close(&fixture.store);
	change_file(fixture.path, "PRAGMA user_version = 99");
	ck_assert_int_eq(store_open(&store, fixture.path, &fixture.error), -1);
	ck_assert_ptr_null(store);
	ck_assert_str_eq(fixture.error.rule, "journal-version");
	ck_assert_str_eq(fixture.error.text,
	    "was written by a newer ehdsd: its version is 99, this one knows 4");
	change_file(fixture.path, "PRAGMA application_id = 7");
	ck_assert_int_eq(store_open(&store, fixture.path, &fixture.error), -1);
	ck_assert_str_eq(fixture.error.text, "is an SQLite file of another program");
	ck_assert_int_eq(store_open(&store, "/nowhere/journal.sqlite", &fixture.error), -1);
	ck_assert_str_eq(fixture.error.rule, "journal-open");
	ck_assert_int_eq(fixture.error.kind, EHDS_ERROR_CONFIG);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_checkpoint_empties_the_log)
{
	struct fixture fixture = fixture_new();

	receive(&fixture, "s", "m1", SHA_A, "<a/>");
	ck_assert_uint_gt(store_log_size(fixture.store), 0);
	ck_assert_int_eq(store_checkpoint(fixture.store, NULL), 0);
	ck_assert_uint_eq(store_log_size(fixture.store), 0);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_wordy_body_takes_little_room_and_comes_back_as_it_was)
{
	struct fixture fixture = fixture_new();
	char *wordy = malloc(100001);
	struct store_receipt receipt;
	struct store_documents found;
	sqlite3 *database;
	sqlite3_stmt *statement;

	for (int i = 0; i < 100000; i++)
		wordy[i] = "<observation classCode='OBS'/>"[i % 30];
	wordy[100000] = '\0';
	receipt = receive(&fixture, "s", "m1", SHA_A, wordy);
	ck_assert_int_eq(store_get(fixture.store, &found, receipt.document, STORE_SOURCE, NULL), 0);
	ck_assert_uint_eq(found.items[0].body_length, 100000);
	ck_assert_str_eq(found.items[0].body, wordy);
	store_documents_free(&found);
	ck_assert_int_eq(sqlite3_open(fixture.path, &database), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(database, "SELECT length(bytes), length FROM bodies", -1,
	    &statement, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	ck_assert_int_lt(sqlite3_column_int(statement, 0), 20000);
	ck_assert_int_eq(sqlite3_column_int(statement, 1), 100000);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	free(wordy);
	fixture_free(&fixture);
}
END_TEST

START_TEST(an_empty_body_is_a_body)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "");
	struct store_documents found;

	ck_assert_int_eq(store_get(fixture.store, &found, receipt.document, STORE_SOURCE, NULL), 0);
	ck_assert_ptr_nonnull(found.items[0].body);
	ck_assert_uint_eq(found.items[0].body_length, 0);
	store_documents_free(&found);
	fixture_free(&fixture);
}
END_TEST

START_TEST(a_damaged_body_is_an_error_and_not_a_document)
{
	struct fixture fixture = fixture_new();
	struct store_receipt receipt = receive(&fixture, "s", "m1", SHA_A, "<a/>");
	struct store_documents found;

	store_close(&fixture.store);
	change_file(fixture.path, "UPDATE bodies SET length = 700");
	fixture_reopen(&fixture);
	ck_assert_int_eq(store_get(fixture.store, &found, receipt.document, STORE_SOURCE, &fixture.error),
	    -1);
	ck_assert_str_eq(fixture.error.rule, "journal-damaged");
	ck_assert_str_eq(fixture.error.text, "a body of 700 bytes is damaged");
	ck_assert_int_eq(store_waiting(fixture.store, &found, "s", 0, 10, 1000, NULL), 0);
	ck_assert_uint_eq(found.count, 1);
	ck_assert_ptr_null(found.items[0].body);
	store_documents_free(&found);
	store_close(&fixture.store);
	change_file(fixture.path, "UPDATE bodies SET length = -1");
	fixture_reopen(&fixture);
	ck_assert_int_eq(store_get(fixture.store, &found, receipt.document, STORE_SOURCE, &fixture.error),
	    -1);
	ck_assert_str_eq(fixture.error.text, "a body of -1 bytes is damaged");
	fixture_free(&fixture);
}
END_TEST

START_TEST(names_states_and_knows_them_again)
{
	enum store_state state;

	for (int i = 0; i < STORE_STATE_COUNT; i++) {
		ck_assert(store_state_parse(&state, store_state_name((enum store_state)i)));
		ck_assert_int_eq(state, i);
	}
	ck_assert(!store_state_parse(&state, "lost"));
	ck_assert_str_eq(store_delivery_state_name(STORE_FAILED), "failed");
}
END_TEST

TESTS("journal/store", keeps_a_received_document_with_its_bytes_over_a_restart,
    forgets_what_was_not_committed, gives_a_resend_the_first_receipt,
    a_message_id_for_other_bytes_is_a_conflict_and_stores_nothing,
    the_same_bytes_on_another_route_are_another_document,
    a_document_is_forwarded_when_the_last_peer_has_acknowledged_and_done_when_the_sender_knows,
    a_document_without_a_route_is_done_when_the_sender_knows,
    a_conversion_that_comes_after_an_operator_dropped_the_document_is_stale,
    a_retried_document_is_received_again_and_keeps_what_was_delivered,
    releases_only_a_held_document_that_has_a_result, gives_waiting_documents_in_order_with_a_limit_of_bytes, knows_what_waits_of_each_sender,
    gives_due_deliveries_without_those_in_flight_and_says_when_the_next_is_due,
    holds_what_a_peer_did_not_take_in_time_or_what_goes_to_a_peer_that_is_gone,
    forgets_finished_documents_after_their_time_and_never_a_held_one,
    refuses_a_journal_of_a_newer_version_of_another_program_and_a_path_that_cannot_be,
    a_checkpoint_empties_the_log, a_wordy_body_takes_little_room_and_comes_back_as_it_was,
    an_empty_body_is_a_body, a_damaged_body_is_an_error_and_not_a_document, names_states_and_knows_them_again)
