/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl send: a sender. Submits files over ZeroMQ, prints receipts and outcomes. */
#include "wire/sender.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/pieces.h"
#include "ctl/console.h"
#include "ctl/curve.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_TO = 1200, OPTION_ROUTE, OPTION_TIMEOUT, OPTION_RESEND, OPTION_NAME, OPTION_OUTCOMES,
    OPTION_RESULTS, OPTION_COMPOSE };

static const struct command_option options[] = {
	{ OPTION_TO, "to", "ENDPOINT", "where the daemon listens, tcp://HOST:PORT or ipc:///PATH" },
	{ 'w', "wait", NULL, "wait for the outcome of each document, not only for its\nreceipt" },
	{ OPTION_OUTCOMES, "outcomes", "DIR",
	    "write each OperationOutcome to DIR/ID.outcome.json; implies\n--wait" },
	{ OPTION_RESULTS, "results", "DIR",
	    "ask for converted documents and write them to DIR/ID.json or\n.xml; implies --wait" },
	{ OPTION_COMPOSE, "compose", NULL, "one job of all FILEs: the sources of one patient's summary" },
	{ OPTION_ROUTE, "route", "NAME", "ask for this route" },
	{ OPTION_NAME, "name", "NAME",
	    "who sends, where there are no keys: letters, digits and\n. _ @ - (default: anonymous)" },
	CURVE_OPTIONS("server", "public key of the daemon"),
	{ OPTION_TIMEOUT, "timeout", "SECONDS",
	    "how long to wait for the daemon, or for an outcome (default 60)" },
	{ OPTION_RESEND, "resend", "SECONDS", "send again what got no answer after that time (default 5)" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"send", "--to ENDPOINT FILE...", "Submits documents to a daemon.",
	"A receipt means that the document is on the daemon's disk. What gets none is\n"
	"sent again; the daemon takes each document once. Findings of refused and held\n"
	"documents go to standard error.\n"
	"Exit status: 0 all received (with --wait: forwarded or converted); 1 some\n"
	"refused, held or without an outcome in time; 2 wrong usage; 3 no daemon answers.",
	options,
};

struct sending {
	char **files;
	size_t parts;				/* files that make one job; else each is one */
	const char *outcomes, *results;		/* folders; NULL */
	struct curve_options curve;
	int status;
};

/* ---- documents ----------------------------------------------------------------------------------------- */

static void
worsen(struct sending *sending, int status)
{
	if (sending->status < status)
		sending->status = status;
}

static int
read_file(struct sending *sending, const char *name, struct buffer *out)
{
	struct ehds_error error = { 0 };

	if (file_read(out, name, 0, &error) == 0)
		return 0;
	console_error(&error);
	worsen(sending, CTL_USAGE);
	return -1;
}

/* All files are one job. */
static int
load_all(struct sending *sending, struct buffer *out)
{
	struct buffer files[PIECES_MAX] = { { 0 } };
	struct piece pieces[PIECES_MAX];
	int result = 0;

	for (size_t i = 0; i < sending->parts && result == 0; i++) {
		result = read_file(sending, sending->files[i], &files[i]);
		pieces[i] = (struct piece){ files[i].data, files[i].length };
	}
	if (result == 0)
		pieces_join(out, pieces, sending->parts);
	for (size_t i = 0; i < sending->parts; i++)
		buffer_free(&files[i]);
	return result;
}

/* The daemon looks at the bytes; the media type is for those who FETCH the source. */
static const char *
media_type(const struct buffer *bytes)
{
	size_t i = 0;

	while (i < bytes->length && strchr("\xEF\xBB\xBF \t\r\n", bytes->data[i]) != NULL)
		i++;
	return i < bytes->length && bytes->data[i] == '{' ? "application/fhir+json" : "application/xml";
}

static int
load(void *context, size_t item, struct buffer *out, const char **content_type)
{
	struct sending *sending = context;

	if (sending->parts > 1)
		return load_all(sending, out);
	if (read_file(sending, sending->files[item], out) != 0)
		return -1;
	*content_type = media_type(out);
	return 0;
}

/* ---- answers ------------------------------------------------------------------------------------------- */

static void
print_line(const char *name, const char *state, const char *id, const char *more)
{
	struct buffer line = { 0 };

	buffer_printf(&line, "%s: %s %s%s%s\n", name, state, id != NULL ? id : "-", more != NULL ? " " : "",
	    more != NULL ? more : "");
	console_write(stdout, line.data, line.length);
	fflush(stdout);
	buffer_free(&line);
}

static void
write_body(struct sending *sending, const char *folder, const char *id, const char *ending,
    const struct wire_frame *body)
{
	char *name = must_printf("%s%s", id, ending), *path = path_join(folder, name);
	struct ehds_error error = { 0 };

	if (file_write(path, body->data, body->length, 0600, &error) != 0) {
		console_error(&error);
		worsen(sending, CTL_USAGE);
	}
	free(path);
	free(name);
}

static void
print_issues(const char *name, const struct wire_frame *outcome)
{
	struct arena *arena = arena_new(0);
	const struct json *root;

	if (json_parse(&root, outcome->data, outcome->length, name, &json_limits_default, arena, NULL) == 0)
		online_issues(name, root, EHDS_SEVERITY_WARNING);
	arena_free(&arena);
}

static void
on_outcome(struct sending *sending, const struct sender_event *event)
{
	const struct wire_header *header = event->header;
	const char *name = sending->files[event->item];
	bool good = strcmp(header->state, "forwarded") == 0 || strcmp(header->state, "converted") == 0;
	bool xml = header->content_type != NULL && strstr(header->content_type, "xml") != NULL;

	print_line(name, header->state, header->id, header->pack);
	if (!good) {
		print_issues(name, &event->bodies[0]);
		worsen(sending, CTL_NOT_CONFORMANT);
	}
	if (sending->outcomes != NULL)
		write_body(sending, sending->outcomes, header->id, ".outcome.json", &event->bodies[0]);
	if (sending->results != NULL && event->body_count > 1)
		write_body(sending, sending->results, header->id, xml ? ".xml" : ".json", &event->bodies[1]);
}

static void
on_error(struct sending *sending, const struct sender_event *event)
{
	struct buffer line = { 0 };

	buffer_printf(&line, "%s: error: %s: %s\n", sending->files[event->item], event->header->code,
	    event->header->text);
	console_write(stderr, line.data, line.length);
	buffer_free(&line);
	worsen(sending, CTL_NOT_CONFORMANT);
}

static void
hear(void *context, const struct sender_event *event)
{
	struct sending *sending = context;
	const char *name = sending->files[event->item];

	switch (event->kind) {
	case SENDER_RECEIPT:
		print_line(name, "received", event->header->id, event->header->duplicate ? "again" : NULL);
		return;
	case SENDER_OUTCOME:
		on_outcome(sending, event);
		return;
	case SENDER_ERROR:
		on_error(sending, event);
		return;
	case SENDER_SILENCE:
		fprintf(stderr,
		    "%s: error: no-outcome: the daemon has the document, and no outcome came in time\n",
		    name);
		worsen(sending, CTL_NOT_CONFORMANT);
		return;
	}
}

/* ---- options ------------------------------------------------------------------------------------------- */

/* Milliseconds of an option in seconds, perhaps with a fraction; -1, and said so. */
static int
read_seconds(const char *option, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (*text != '\0' && *end == '\0' && seconds >= 0.01 && seconds <= 86400)
		return (int)(seconds * 1000);
	command_wrong(&command, "%s: '%s' is no time in seconds, expected 0.01 to 86400", option, text);
	return -1;
}

/* Returns 0, or -1 when it was wrong and said so. */
static int
take_option(struct sending *sending, struct sender_settings *settings, int letter)
{
	switch (letter) {
	case OPTION_TO:
		settings->endpoint = optarg;
		return 0;
	case OPTION_OUTCOMES:
		sending->outcomes = optarg;
		settings->wait = true;
		return 0;
	case OPTION_RESULTS:
		sending->results = optarg;
		settings->want = "result";
		settings->wait = true;
		return 0;
	case OPTION_COMPOSE:
		settings->parts = 1;
		return 0;
	case OPTION_ROUTE:
		settings->route = optarg;
		return 0;
	case OPTION_NAME:
		settings->name = optarg;
		return strlen(optarg) > 0 && strlen(optarg) <= 64
		    ? 0 : (command_wrong(&command, "a name has 1 to 64 letters"), -1);
	case OPTION_TIMEOUT:
		settings->patience = read_seconds("--timeout", optarg);
		return settings->patience < 0 ? -1 : 0;
	case OPTION_KEY:
	case OPTION_OTHER:
		return curve_option(&sending->curve, &command, letter, optarg);
	case OPTION_RESEND:
		settings->resend = read_seconds("--resend", optarg);
		return settings->resend < 0 ? -1 : 0;
	default:
		settings->wait = true;
		return 0;
	}
}

int
verb_send(int argc, char **argv)
{
	struct sender_settings settings = { .patience = 60000, .resend = 5000 };
	struct sending sending = { .status = CTL_DONE };
	struct ehds_error error = { 0 };
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG || take_option(&sending, &settings, letter) != 0)
			return CTL_USAGE;
	}
	if (settings.endpoint == NULL)
		return command_wrong(&command, "to whom? --to ENDPOINT says where the daemon listens");
	if (curve_check(&sending.curve, &command, settings.endpoint, "server") != CTL_DONE)
		return CTL_USAGE;
	if (optind == argc)
		return command_wrong(&command, "what? A file is needed");
	if (settings.parts > 0 && argc - optind > PIECES_MAX)
		return command_wrong(&command, "--compose takes at most %d documents", PIECES_MAX);
	if ((sending.outcomes != NULL && folder_make(sending.outcomes, 0700, &error) != 0)
	    || (sending.results != NULL && folder_make(sending.results, 0700, &error) != 0)) {
		console_error(&error);
		return CTL_USAGE;
	}
	sending.files = argv + optind;
	if (settings.parts > 0)
		sending.parts = settings.parts = (size_t)(argc - optind);
	if (sending.curve.has_own) {
		settings.keys = &sending.curve.own;
		settings.key = sending.curve.others[0];
	}
	if (sender_run(&settings, settings.parts > 0 ? 1 : (size_t)(argc - optind), load, hear, &sending, &error) == 0)
		return sending.status;
	console_error(&error);
	return error.kind == EHDS_ERROR_CONFIG ? CTL_USAGE : CTL_UNREACHABLE;
}
