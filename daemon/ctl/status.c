/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl status: what the daemon is doing. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct command_option options[] = {
	{ OPTION_WATCH, "watch", NULL, "again every two seconds, until the daemon is gone" },
	{ OPTION_JSON, "json", NULL, "the answer as the daemon gives it" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"status", "", "Says what the daemon is doing.",
	"Documents by state, processes, peers, and the age of the oldest document that is\n"
	"not converted yet.",
	options,
};

static const char *
text_of(const struct json *value)
{
	return value != NULL && value->text != NULL ? value->text : "";
}

static bool
is_true(const struct json *value)
{
	return value != NULL && value->kind == JSON_TRUE;
}

static const struct json *
children_of(const struct json *value)
{
	return value != NULL ? value->children : NULL;
}

static void
print_processes(const struct json *root)
{
	size_t count = 0, busy = 0;

	for (const struct json *worker = children_of(json_get(root, "workers")); worker != NULL;
	    worker = worker->next) {
		count++;
		busy += is_true(json_get(worker, "busy"));
	}
	printf("%-12s pid %s, engine %s, workers %zu (%zu busy)\n", "processes",
	    text_of(json_get(root, "pid")), text_of(json_get(root, "engine")), count, busy);
}

static void
print_peers(const struct json *root)
{
	const struct json *peers = json_get(root, "peers");

	for (const struct json *peer = children_of(peers); peer != NULL; peer = peer->next)
		printf("%-12s %s: %s, %s waiting, %s of them in flight, oldest %s s\n", "peer",
		    text_of(json_get(peer, "name")),
		    is_true(json_get(peer, "connected")) ? "connected" : "not connected",
		    text_of(json_get(peer, "waiting")), text_of(json_get(peer, "in-flight")),
		    text_of(json_get(peer, "oldest-waiting")));
}

static void
print_status(const struct json *root)
{
	online_line("version", json_text(root, "version"));
	online_line("mappings", json_text(root, "mappings"));
	printf("%-12s %s s\n", "uptime", text_of(json_get(root, "uptime")));
	print_processes(root);
	for (const struct json *state = children_of(json_get(root, "documents")); state != NULL;
	    state = state->next)
		printf("%-12s %s\n", state->key, text_of(state));
	printf("%-12s %s s\n", "oldest", text_of(json_get(root, "oldest-received")));
	print_peers(root);
}

static int
print_once(const struct online_options *said, bool clear)
{
	const struct wire_header request = { .request = "status" };
	struct control_answer answer;
	const struct json *root;
	struct arena *arena;
	int status = online_ask(&answer, said->control, &request, 10000);

	if (status != CTL_DONE)
		return status;
	arena = arena_new(0);
	root = online_body(&answer, arena);
	if (clear)
		fputs("\033[H\033[J", stdout);	/* ECMA-48: to the first place, erase what follows */
	if (said->json)
		printf("%s\n", answer.body.data);
	else if (root != NULL)
		print_status(root);
	fflush(stdout);
	arena_free(&arena);
	control_answer_free(&answer);
	return root != NULL ? CTL_DONE : CTL_UNREACHABLE;
}

int
verb_status(int argc, char **argv)
{
	const struct timespec pause = { .tv_sec = 2 };
	struct online_options said;
	int status = online_options_only(&said, &command, argc, argv);

	if (status != COMMAND_END)
		return status;
	status = print_once(&said, said.watch && isatty(STDOUT_FILENO));
	while (said.watch && status == CTL_DONE) {
		nanosleep(&pause, NULL);
		if (!said.json && !isatty(STDOUT_FILENO))
			putchar('\n');
		status = print_once(&said, isatty(STDOUT_FILENO));
	}
	return status;
}
