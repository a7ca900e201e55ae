/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl detect: which pack takes a document, and why the others do not. */
#include "convert/source.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct command_option options[] = {
	{ 'q', "quiet", NULL, "only the pack, not why the others do not take it" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"detect", "FILE...", "Says which pack takes each document, and why the others do not.",
	"FILE '-' is standard input. One line a document, 'FILE: PACK: TITLE', and one a pack passed over.\n"
	"Exit status: 0 all taken; 1 some by no pack; 2 wrong usage or mappings.",
	options,
};

static void
print_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reasons quote the document, so they go through the console's filter. */
static void
print_line(const char *format, ...)
{
	struct buffer line = { 0 };
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) >= 0)
		buffer_puts(&line, text);
	va_end(arguments);
	free(text);
	console_write(stdout, line.data, line.length);
	putchar('\n');
	buffer_free(&line);
}

static void
print_reasons(const struct detect_reason *reasons, const struct pack *taken)
{
	for (const struct detect_reason *reason = reasons; reason != NULL; reason = reason->next)
		if (reason->pack != taken)
			print_line("  not %s: %s", pack_name(reason->pack), reason->reason);
}

static int
detect_bytes(const struct workbench *workbench, const char *name, const struct buffer *bytes, bool quiet)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source = NULL;
	const struct detect_reason *reasons = NULL;
	const struct pack *pack = NULL;
	struct ehds_error error = { 0 };

	if (source_read(&source, bytes->data, bytes->length, name, &workbench->converter.limits, arena, &findings,
	    &error) == 0)
		source_detect(&pack, &source, &name, workbench->mappings, &workbench->converter.limits, &reasons, arena,
		    &findings, &error);
	if (pack != NULL && pack_refusal(pack) != NULL)
		print_line("%s: %s: refused: %s", name, pack_name(pack), pack_refusal(pack));
	else if (pack != NULL)
		print_line("%s: %s: %s", name, pack_name(pack), pack_title(pack));
	else {
		if (error.file[0] == '\0')
			snprintf(error.file, sizeof(error.file), "%s", name);
		console_error(&error);
	}
	if (!quiet)
		print_reasons(reasons, pack);
	xml_source_free(&source);
	arena_free(&arena);
	return pack != NULL && pack_refusal(pack) == NULL ? CTL_DONE : CTL_NOT_CONFORMANT;
}

static int
detect_file(const struct workbench *workbench, const char *name, bool quiet)
{
	struct buffer bytes = { 0 };
	int result = workbench_read(workbench, &bytes, name);

	if (result == CTL_DONE)
		result = detect_bytes(workbench, name, &bytes, quiet);
	buffer_free(&bytes);
	return result;
}

int
verb_detect(int argc, char **argv)
{
	struct workbench workbench = { 0 };
	bool quiet = false;
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == 'q')
			quiet = true;
		else if (letter == COMMAND_WRONG || workbench_option(&workbench, &command, letter) != 0)
			return CTL_USAGE;
	}
	if (optind == argc)
		return command_wrong(&command, "no FILE given");
	result = workbench_open(&workbench, EHDS_SEVERITY_ERROR);
	for (int i = optind; i < argc && workbench.mappings != NULL; i++) {
		int one = detect_file(&workbench, argv[i], quiet);

		if (one > result)
			result = one;
	}
	workbench_close(&workbench);
	return result;
}
