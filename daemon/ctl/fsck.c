/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl fsck: is the journal whole? Of a running daemon, or of a file that no daemon has. */
#include "base/alloc.h"
#include "base/file.h"
#include "ctl/console.h"
#include "ctl/online.h"
#include "ctl/verbs.h"
#include "journal/store.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOCUMENTS_A_STEP 1000
#define PATIENCE (3600 * 1000)		/* milliseconds that a check of a running daemon may take */

enum { OPTION_FOLDER = 1200, OPTION_FILE };

static const struct command_option options[] = {
	{ OPTION_FOLDER, "folder", "FOLDER", "check this state folder, in which no daemon works" },
	{ OPTION_FILE, "file", "FILE", "check this journal: a backup" },
	{ OPTION_JSON, "json", NULL, "the result as JSON" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"fsck", "", "Checks that the journal is whole.",
	"Every document that was ever received must be done, refused, held, in flight, or\n"
	"forgotten by age; what its state asks for must be there; every hash must be right.\n"
	"The running daemon is asked, unless a folder or a file is named: then SQLite checks\n"
	"the structure of the file too. What is wrong is written to standard error, with the\n"
	"id of the document; the exit status is then 1.",
	options,
};

/* What was asked for. */
struct request {
	const char *state, *file, *control;
	bool json;
};

static void
print_problem(const char *id, const char *text)
{
	fprintf(stderr, "journal: error: %s%s", id, id[0] != '\0' ? ": " : "");
	console_write(stderr, text, strlen(text));
	fputc('\n', stderr);
}

static void
print_totals(long long received, long long forgotten, long long done, long long refused, long long held,
    long long in_flight, long long bodies, long long wrong)
{
	printf("received %lld = forgotten %lld + done %lld + refused %lld + held %lld + in flight %lld\n", received,
	    forgotten, done, refused, held, in_flight);
	printf("%lld bodies read, %lld problems\n", bodies, wrong);
}

/* ---- a running daemon ---------------------------------------------------------------------------------- */

static long long
number_of(const struct json *root, const char *key)
{
	const struct json *value = json_get(root, key);

	return value != NULL && value->text != NULL ? strtoll(value->text, NULL, 10) : 0;
}

static int
print_answer(const struct json *root)
{
	const struct json *problems = json_get(root, "problems");
	long long wrong = number_of(root, "wrong");

	for (const struct json *item = problems != NULL ? problems->children : NULL; item != NULL; item = item->next)
		print_problem(json_text(item, "id"), json_text(item, "text"));
	print_totals(number_of(root, "received"), number_of(root, "forgotten"), number_of(root, "done"),
	    number_of(root, "refused"), number_of(root, "held"), number_of(root, "in-flight"),
	    number_of(root, "bodies"), wrong);
	return wrong == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
}

static int
check_online(const struct request *request)
{
	const struct wire_header header = { .request = "fsck" };
	struct control_answer answer;
	struct arena *arena;
	const struct json *root;
	int status = online_ask(&answer, request->control, &header, PATIENCE);

	if (status != CTL_DONE)
		return status;
	arena = arena_new(0);
	root = online_body(&answer, arena);
	if (root == NULL)
		status = CTL_UNREACHABLE;
	else if (!request->json)
		status = print_answer(root);
	else
		status = number_of(root, "wrong") == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
	if (request->json && root != NULL)
		printf("%s\n", answer.body.data);
	arena_free(&arena);
	control_answer_free(&answer);
	return status;
}

/* ---- a file -------------------------------------------------------------------------------------------- */

struct offline {
	long long wrong;
};

static void
hear_problem(void *user, const char *id, const char *text)
{
	struct offline *offline = user;

	offline->wrong++;
	print_problem(id, text);
}

static int
check_store(struct store *store, bool json, struct ehds_error *error)
{
	struct offline offline = { 0 };
	const struct store_problems problems = { hear_problem, &offline };
	struct store_totals totals;
	long long after = 0, bodies = 0, in_flight;

	if (store_check_file(store, &problems, error) != 0
	    || store_check_totals(store, &totals, &problems, error) != 0)
		return -1;
	while (after >= 0)
		if (store_check_documents(store, &after, DOCUMENTS_A_STEP, &bodies, &problems, error) != 0)
			return -1;
	in_flight = totals.counts[STORE_RECEIVED] + totals.counts[STORE_CONVERTED]
	    + totals.counts[STORE_FORWARDED];
	if (json)
		printf("{\"received\":%lld,\"forgotten\":%lld,\"done\":%lld,\"refused\":%lld,\"held\":%lld,"
		    "\"in-flight\":%lld,\"bodies\":%lld,\"wrong\":%lld}\n", totals.received, totals.purged,
		    totals.counts[STORE_DONE], totals.counts[STORE_REFUSED], totals.counts[STORE_HELD], in_flight,
		    bodies, offline.wrong);
	else
		print_totals(totals.received, totals.purged, totals.counts[STORE_DONE],
		    totals.counts[STORE_REFUSED], totals.counts[STORE_HELD], in_flight, bodies, offline.wrong);
	return offline.wrong == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
}

static int
check_offline(const struct request *request)
{
	struct ehds_error error = { 0 };
	struct store *store = NULL;
	char *path = request->state != NULL ? path_join(request->state, "journal.sqlite")
	    : must_strdup(request->file);
	int lock = -1, status = -1;

	if (!file_exists(path))
		error_set(&error, EHDS_ERROR_CONFIG, "journal-open", path, 0, 0, "there is no journal");
	else if (request->state == NULL || store_lock(&lock, request->state, &error) == 0)
		status = store_open(&store, path, &error);
	if (status == 0)
		status = check_store(store, request->json, &error);
	store_close(&store);
	if (lock >= 0)
		close(lock);
	free(path);
	if (status >= 0)
		return status;
	console_error(&error);
	return error.kind == EHDS_ERROR_CONFIG ? CTL_USAGE : CTL_NOT_CONFORMANT;
}

int
verb_fsck(int argc, char **argv)
{
	struct request request = { 0 };
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == OPTION_JSON)
			request.json = true;
		else if (letter == OPTION_FOLDER)
			request.state = optarg;
		else if (letter == OPTION_FILE)
			request.file = optarg;
		else
			request.control = optarg;
	}
	if (optind < argc)
		return command_wrong(&command, "what is '%s'?", argv[optind]);
	if (request.state != NULL && request.file != NULL)
		return command_wrong(&command, "a folder or a file, not both");
	return request.state != NULL || request.file != NULL ? check_offline(&request) : check_online(&request);
}
