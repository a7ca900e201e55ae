/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl show: one document of the journal, its deliveries and its outcome. */
#include "base/alloc.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct command_option options[] = {
	{ OPTION_JSON, "json", NULL, "the answer as the daemon gives it, with the OperationOutcome" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"show", "ID", "Shows one document of the journal: every stage of its road, and its outcome.",
	"Findings are written to standard error, one per line, in compiler form.",
	options,
};

/* ---- stages -------------------------------------------------------------------------------------------- */

/* One thing that happened to the document, or that is to happen. */
struct stage {
	long long instant;
	size_t order;			/* of the road, among those of one instant */
	char text[512];
};

struct stages {
	struct stage *items;		/* owns */
	size_t count;
};

static long long
instant_of(const struct json *object, const char *key)
{
	const struct json *value = json_get(object, key);

	return value != NULL && value->text != NULL ? strtoll(value->text, NULL, 10) : 0;
}

static void add(struct stages *stages, long long instant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
add(struct stages *stages, long long instant, const char *format, ...)
{
	struct stage *stage;
	va_list arguments;

	stages->items = must_realloc(stages->items, (stages->count + 1) * sizeof(*stages->items));
	stage = &stages->items[stages->count++];
	stage->instant = instant;
	stage->order = stages->count;
	va_start(arguments, format);
	vsnprintf(stage->text, sizeof(stage->text), format, arguments);
	va_end(arguments);
}

static void
add_delivery(struct stages *stages, const struct json *delivery)
{
	const char *peer = json_text(delivery, "peer"), *state = json_text(delivery, "state"),
	    *text = json_text(delivery, "text");
	long long attempts = instant_of(delivery, "attempts");

	if (peer == NULL || state == NULL)
		return;
	if (strcmp(state, "delivered") == 0)
		add(stages, instant_of(delivery, "delivered"), "acknowledged by %s at attempt %lld", peer, attempts);
	else if (strcmp(state, "pending") == 0)
		add(stages, instant_of(delivery, "next"), "due for %s after %lld attempts%s%s", peer, attempts, text != NULL
		    ? ": " : "", text != NULL ? text : "");
	else
		add(stages, instant_of(delivery, "since"), "given up for %s after %lld attempts%s%s", peer, attempts,
		    text != NULL ? ": " : "", text != NULL ? text : "");
}

static int
compare(const void *a, const void *b)
{
	const struct stage *left = a, *right = b;

	if (left->instant != right->instant)
		return left->instant < right->instant ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

/*
 * When a document has deliveries, the first of them began when its result was on disk; without, its last change
 * is what its state says.
 */
static void
gather(struct stages *out, const struct json *root)
{
	const struct json *deliveries = json_get(root, "deliveries"), *first = deliveries != NULL
	    ? deliveries->children : NULL;
	const char *state = json_text(root, "state"), *pack = json_text(root, "pack"), *why = json_text(root, "why");
	long long converted = 0;

	add(out, instant_of(root, "received"), "received from %s", json_text(root, "sender"));
	for (const struct json *item = first; item != NULL; item = item->next)
		if (converted == 0 || instant_of(item, "since") < converted)
			converted = instant_of(item, "since");
	if (converted > 0)
		add(out, converted, "converted by %s", pack != NULL ? pack : "-");
	for (const struct json *item = first; item != NULL; item = item->next)
		add_delivery(out, item);
	if (state != NULL && strcmp(state, "received") != 0 && (converted == 0 || strcmp(state, "converted") != 0))
		add(out, instant_of(root, "changed"), "%s%s%s", state, why != NULL ? ": " : "", why != NULL ? why : "");
}

static void
print_stages(const struct json *root)
{
	struct stages stages = { NULL, 0 };

	gather(&stages, root);
	qsort(stages.items, stages.count, sizeof(*stages.items), compare);
	for (size_t i = 0; i < stages.count; i++) {
		time_t seconds = (time_t)(stages.items[i].instant / 1000);
		char text[600], when[32];
		struct tm utc;

		if (gmtime_r(&seconds, &utc) == NULL)
			continue;
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &utc);
		snprintf(text, sizeof(text), "%s.%03lldZ %s", when, stages.items[i].instant % 1000, stages.items[i].text);
		online_line("stage", text);
	}
	free(stages.items);
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
	print_stages(root);
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
