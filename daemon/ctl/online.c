/* SPDX-License-Identifier: EUPL-1.2 */
/* See online.h. */
#include "ctl/online.h"

#include "base/text.h"

#include "base/alloc.h"
#include "base/file.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "wire/endpoint.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char system_control[] = "ipc:///run/ehdsd/control";

static bool
is_socket(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

static char *
default_control(void)
{
	const char *environment = getenv("EHDS_CONTROL");

	if (environment != NULL && *environment != '\0')
		return must_strdup(environment);
	if (is_socket(endpoint_path(system_control)))
		return must_strdup(system_control);
	return endpoint_default_control(getenv("XDG_STATE_HOME"), getenv("HOME"));
}

static void
say(const char *before, const char *text)
{
	fputs(before, stderr);
	console_write(stderr, text, strlen(text));
	fputc('\n', stderr);
}

/*
 * The exit status for what a daemon says no with: its own configuration or mappings, or the state of a
 * document.
 */
static int
status_of_code(const char *code)
{
	static const char *const usage[] = { "config", "mapping", "malformed" };

	for (size_t i = 0; i < sizeof(usage) / sizeof(usage[0]); i++)
		if (strcmp(usage[i], code) == 0)
			return CTL_USAGE;
	return CTL_NOT_CONFORMANT;
}

int
online_ask(struct control_answer *out, const char *control, const struct wire_header *request, int wait)
{
	char *endpoint = control != NULL ? must_strdup(control) : default_control();
	struct ehds_error error = { 0 };
	int result = control_ask(out, endpoint, request, wait, &error);
	int status;

	free(endpoint);
	if (result != 0) {
		say("ehdsctl: ", error.text);
		return error.kind == EHDS_ERROR_CONFIG ? CTL_USAGE : CTL_UNREACHABLE;
	}
	if (out->code == NULL)
		return CTL_DONE;
	say("ehdsctl: ", out->text != NULL ? out->text : out->code);
	status = status_of_code(out->code);
	control_answer_free(out);
	return status;
}

static int
read_option(struct online_options *out, const struct command *command, int letter)
{
	static const char *const states[] = { "received", "converted", "forwarded", "done", "refused", "held",
		NULL };

	switch (letter) {
	case COMMAND_HELP:
		return CTL_DONE;
	case COMMAND_WRONG:
		return CTL_USAGE;
	case OPTION_CONTROL:
		out->control = optarg;
		break;
	case OPTION_JSON:
		out->json = true;
		break;
	case OPTION_WATCH:
		out->watch = true;
		break;
	case OPTION_SENDER:
		out->selection.sender = optarg;
		break;
	case OPTION_PACK:
		out->selection.pack = optarg;
		break;
	case OPTION_RULE:
		out->selection.rule = optarg;
		break;
	case 'w':
		out->why = optarg;
		break;
	case 's':
		out->selection.state = optarg;
		return command_choice(command, "--state", optarg, states) < 0 ? CTL_USAGE : COMMAND_END;
	}
	return COMMAND_END;
}

int
online_options(struct online_options *out, const struct command *command, int argc, char **argv)
{
	int letter, status = COMMAND_END;

	memset(out, 0, sizeof(*out));
	while (status == COMMAND_END && (letter = command_next(command, argc, argv)) != COMMAND_END)
		status = read_option(out, command, letter);
	return status;
}

int
online_options_only(struct online_options *out, const struct command *command, int argc, char **argv)
{
	int status = online_options(out, command, argc, argv);

	return status == COMMAND_END && optind < argc
	    ? command_wrong(command, "what is '%s'?", argv[optind]) : status;
}

/* What is done with each document. */
struct act {
	const char *control, *done;
	struct wire_header *request;
};

static int
act_on(const struct act *act, const char *id)
{
	struct control_answer answer;
	int status;

	act->request->id = id;
	status = online_ask(&answer, act->control, act->request, 10000);
	if (status == CTL_DONE)
		printf("%s: %s\n", id, act->done);
	control_answer_free(&answer);
	return status;
}

static int
hear_document(void *context, const struct json *document)
{
	const char *id = json_text(document, "id");

	return id != NULL && wire_is_id(id) ? act_on(context, id) : CTL_UNREACHABLE;
}

int
online_act(const struct command *command, int argc, char **argv, const struct online_options *options,
    struct wire_header *request, const char *state, const char *done)
{
	struct act act = { options->control, done, request };
	struct selection selection = options->selection;
	int status = CTL_DONE;

	if (optind == argc && !selection_given(&selection))
		return command_wrong(command, "which documents? Ids are needed, or what they are (--state held)");
	if (optind < argc && selection_given(&selection))
		return command_wrong(command, "ids, or what documents are: not both");
	if (selection.state == NULL)
		selection.state = state;
	if (optind == argc)
		return selection_each(&selection, options->control, hear_document, &act);
	for (int i = optind; i < argc; i++)
		if (!wire_is_id(argv[i]))
			return command_wrong(command, "'%s' is no id of a document", argv[i]);
	for (int i = optind; i < argc; i++) {
		int one = act_on(&act, argv[i]);

		status = one > status ? one : status;
	}
	return status;
}

int
online_act_why(const struct command *command, int argc, char **argv, struct wire_header *request, const char *state,
    const char *done)
{
	struct online_options said;
	int status = online_options(&said, command, argc, argv);

	if (status != COMMAND_END)
		return status;
	if (text_is_blank(said.why))
		return command_wrong(command, "why? --why TEXT tells the sender and whoever asks later");
	request->text = said.why;
	return online_act(command, argc, argv, &said, request, state, done);
}

const struct json *
online_body(const struct control_answer *answer, struct arena *arena)
{
	struct ehds_error error = { 0 };
	const struct json *root;

	if (json_parse(&root, answer->body.data != NULL ? answer->body.data : "", answer->body.length,
	    "the daemon's answer", &json_limits_default, arena, &error) == 0)
		return root;
	console_error(&error);
	return NULL;
}

void
online_line(const char *key, const char *value)
{
	if (value == NULL)
		return;
	printf("%-12s ", key);
	console_write(stdout, value, strlen(value));
	putchar('\n');
}

/* ---- issues -------------------------------------------------------------------------------------------- */

static enum ehds_severity
severity_of(const struct json *issue)
{
	const char *word = json_text(issue, "severity");

	if (word != NULL && strcmp(word, "information") == 0)
		return EHDS_SEVERITY_INFORMATION;
	return word != NULL && strcmp(word, "warning") == 0 ? EHDS_SEVERITY_WARNING : EHDS_SEVERITY_ERROR;
}

static const struct json *
first_of(const struct json *array)
{
	return array != NULL && array->kind == JSON_ARRAY ? array->children : NULL;
}

/* The digits of the extension with the source line, or NULL. */
static const char *
source_line(const struct json *issue)
{
	const struct json *extension = first_of(json_get(issue, "extension"));

	for (; extension != NULL; extension = extension->next) {
		const char *url = json_text(extension, "url");
		const struct json *value = json_get(extension, "valueInteger");

		if (url != NULL && strcmp(url, "urn:ehds:outcome:source-line") == 0 && value != NULL)
			return value->text;
	}
	return NULL;
}

static void
print_issue(const char *name, const struct json *issue)
{
	const struct json *details = json_get(issue, "details"),
	    *expression = first_of(json_get(issue, "expression"));
	const char *line = source_line(issue), *rule = json_text(first_of(json_get(details, "coding")),
	    "code");
	const char *text = json_text(details, "text"), *diagnostics = json_text(issue, "diagnostics");
	struct buffer out = { 0 };

	buffer_printf(&out, "%s:%s%s %s: ", name, line != NULL ? line : "", line != NULL ? ":" : "",
	    severity_name(severity_of(issue)));
	if (rule != NULL)
		buffer_printf(&out, "%s: ", rule);
	buffer_puts(&out, text != NULL ? text : "");
	if (diagnostics != NULL)
		buffer_printf(&out, ", %s", diagnostics);
	if (expression != NULL && expression->text != NULL)
		buffer_printf(&out, " (at %s)", expression->text);
	console_write(stderr, out.data, out.length);
	fputc('\n', stderr);
	buffer_free(&out);
}

void
online_issues(const char *name, const struct json *outcome, enum ehds_severity least)
{
	const struct json *issue = first_of(json_get(outcome, "issue"));

	for (; issue != NULL; issue = issue->next)
		if (severity_of(issue) >= least)
			print_issue(name, issue);
}
