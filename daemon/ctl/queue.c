/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl queue: the documents of the journal. */
#include "base/alloc.h"
#include "ctl/console.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command_option options[] = {
	{ 's', "state", "STATE",
	    "only those that are received, converted, forwarded, done,\nrefused or held" },
	{ OPTION_JSON, "json", NULL, "one JSON object a line" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"queue", "", "Lists the documents of the journal.",
	"One line a document, oldest first: id, state, pack, sender, the sender's message\n"
	"id and, for what is refused or held, why.",
	options,
};

static const char *const states[] = { "received", "converted", "forwarded", "done", "refused", "held", NULL };

static void
print_document(const struct json *document)
{
	static const char *const keys[] = { "id", "state", "pack", "sender", "message", "why" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *text = json_text(document, keys[i]);

		if (text == NULL)
			text = i + 1 < sizeof(keys) / sizeof(keys[0]) ? "-" : "";
		if (i > 0)
			putchar(' ');
		console_write(stdout, text, strlen(text));
	}
	putchar('\n');
}

static void
print_json(const struct json *document)
{
	struct buffer line = { 0 };
	struct json_writer writer = json_writer_new(&line, false);

	json_open(&writer, '{');
	for (const struct json *member = document->children; member != NULL; member = member->next) {
		json_key(&writer, member->key);
		if (member->kind == JSON_STRING)
			json_string(&writer, member->text);
		else
			json_raw(&writer, member->text);
	}
	json_close(&writer, '}');
	puts(line.data);
	buffer_free(&line);
}

/* One page; the number behind which the next one begins in request->after, 0 at the end. */
static int
print_page(const char *control, struct wire_header *request, bool json)
{
	struct control_answer answer;
	struct arena *arena;
	const struct json *root, *after, *documents;
	int status = online_ask(&answer, control, request, 10000);

	if (status != CTL_DONE)
		return status;
	arena = arena_new(0);
	root = online_body(&answer, arena);
	documents = json_get(root, "documents");
	for (const struct json *item = documents != NULL ? documents->children : NULL; item != NULL;
	    item = item->next) {
		if (json)
			print_json(item);
		else
			print_document(item);
	}
	after = json_get(root, "after");
	request->after = after != NULL ? strtoll(after->text, NULL, 10) : 0;
	arena_free(&arena);
	control_answer_free(&answer);
	return root != NULL ? CTL_DONE : CTL_UNREACHABLE;
}

int
verb_queue(int argc, char **argv)
{
	struct wire_header request = { .request = "queue" };
	const char *control = NULL;
	bool json = false;
	int letter, status;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == OPTION_JSON)
			json = true;
		else if (letter == OPTION_CONTROL)
			control = optarg;
		else if (command_choice(&command, "--state", optarg, states) < 0)
			return CTL_USAGE;
		else
			request.state = optarg;
	}
	if (optind < argc)
		return command_wrong(&command, "what is '%s'?", argv[optind]);
	do
		status = print_page(control, &request, json);
	while (status == CTL_DONE && request.after != 0);
	return status;
}
