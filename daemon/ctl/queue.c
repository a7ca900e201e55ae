/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl queue: the documents of the journal. */
#include "base/alloc.h"
#include "ctl/console.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <stdio.h>
#include <string.h>

static const struct command_option options[] = {
	ONLINE_SELECTION,
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

static int
print(void *context, const struct json *document)
{
	const struct online_options *said = context;

	if (said->json)
		print_json(document);
	else
		print_document(document);
	return CTL_DONE;
}

int
verb_queue(int argc, char **argv)
{
	struct online_options said;
	int status = online_options_only(&said, &command, argc, argv);

	return status != COMMAND_END ? status : selection_each(&said.selection, said.control, print, &said);
}
