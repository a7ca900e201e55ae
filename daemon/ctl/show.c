/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl show: one document of the journal, its deliveries and its outcome. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <stdlib.h>

static const struct command_option options[] = {
	{ OPTION_JSON, "json", NULL, "the answer as the daemon gives it, with the OperationOutcome" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"show", "ID", "Shows one document of the journal, its deliveries and its outcome.",
	"Findings are written to standard error, one per line, in compiler form.",
	options,
};

static void
print_instant(const char *key, const struct json *value)
{
	char text[40];
	struct tm utc;
	time_t seconds = value != NULL && value->text != NULL
	    ? (time_t)(strtoll(value->text, NULL, 10) / 1000) : 0;

	if (gmtime_r(&seconds, &utc) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	online_line(key, text);
}

static void
print_deliveries(const struct json *deliveries)
{
	for (const struct json *item = deliveries != NULL ? deliveries->children : NULL; item != NULL;
	    item = item->next) {
		const struct json *attempts = json_get(item, "attempts");
		const char *text = json_text(item, "text");
		struct buffer line = { 0 };

		buffer_printf(&line, "%s: %s, attempts %s%s%s", json_text(item, "peer"),
		    json_text(item, "state"), attempts != NULL ? attempts->text : "?", text != NULL
		    ? ", " : "", text != NULL ? text : "");
		online_line("delivery", line.data);
		buffer_free(&line);
	}
}

static void
print_document(const struct json *root)
{
	static const char *const keys[] = { "id", "state", "why", "sender", "message", "route", "sha256",
	    "pack", "category",
		"profile", "mappings" };
	const char *message = json_text(root, "message");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		online_line(keys[i], json_text(root, keys[i]));
	print_instant("received", json_get(root, "received"));
	print_instant("changed", json_get(root, "changed"));
	print_deliveries(json_get(root, "deliveries"));
	fflush(stdout);
	online_issues(message != NULL ? message : "-", json_get(root, "outcome"), EHDS_SEVERITY_INFORMATION);
}

int
verb_show(int argc, char **argv)
{
	struct wire_header request = { .request = "show" };
	struct online_options said;
	struct control_answer answer;
	const struct json *root;
	struct arena *arena;
	int status = online_options(&said, &command, argc, argv);

	if (status != COMMAND_END)
		return status;
	if (optind + 1 != argc)
		return command_wrong(&command, "one document is shown: give one id");
	if (!wire_is_id(argv[optind]))
		return command_wrong(&command, "'%s' is no id of a document", argv[optind]);
	request.id = argv[optind];
	status = online_ask(&answer, said.control, &request, 10000);
	if (status != CTL_DONE)
		return status;
	arena = arena_new(0);
	root = online_body(&answer, arena);
	if (said.json)
		printf("%s\n", answer.body.data);
	else if (root != NULL)
		print_document(root);
	arena_free(&arena);
	control_answer_free(&answer);
	return root != NULL ? CTL_DONE : CTL_UNREACHABLE;
}
