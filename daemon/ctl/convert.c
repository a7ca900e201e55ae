/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl convert: national documents in, European documents out, without a daemon. */
#include "convert/convert.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/output.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OPTION_OUTCOME = 'O', OPTION_PRETTY = 'p', OPTION_COMPOSE = 'c' };

static const struct command_option options[] = {
	{ 'o', "output", "OUT",
	    "file or, for several documents, folder of the results\n(default: standard output)" },
	{ 'a', "as", "FORMAT", "fhir-json (default) or fhir-xml" },
	{ OPTION_PRETTY, "pretty", NULL, "indented, for people" },
	{ OPTION_OUTCOME, "outcome", "FILE",
	    "write the OperationOutcome too (for several documents: a folder)" },
	{ OPTION_COMPOSE, "compose", NULL,
	    "make one document of all FILEs: the sources of one patient's summary" },
	{ 'f', "from", "PACK", "use this pack instead of detecting it" },
	{ 'd', "date", "INSTANT",
	    "the date that mappings see as today, 2026-11-22T10:00:00+01:00\n(default: the document's)" },
	{ 'l', "level", "LEVEL", "least severity to show: information (default), warning, error" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"convert", "FILE...", "Converts national documents to FHIR documents of the HL7 Europe guides.",
	"FILE '-' is standard input. Several results on standard output are one JSON document a line.\n"
	"A document that is refused leaves no output file; one that is held (it does not conform) is\n"
	"written, and the exit status says so. Diagnostics go to standard error:\n"
	"  FILE:LINE: error: RULE: what is wrong, found 'x', expected 'y' (at FHIRPATH)\n"
	"Exit status: 0 all converted; 1 some refused or held; 2 wrong usage or mappings.",
	options,
};

struct convert {
	struct workbench workbench;
	struct convert_job job;
	const char *out, *outcome_path;
	enum ehds_severity least;
	bool compose;
	struct output result, outcome;
	size_t states[CONVERT_REFUSED + 1], unread;
};

static int
take_format(struct convert *convert, const char *word)
{
	static const char *const names[] = { "fhir-json", "fhir-xml", NULL };
	int choice = command_choice(&command, "--as", word, names);

	if (choice < 0)
		return -1;
	convert->job.as = choice == 0 ? CONVERT_FHIR_JSON : CONVERT_FHIR_XML;
	return 0;
}

static int
take_option(struct convert *convert, int letter)
{
	switch (letter) {
	case 'o':
		convert->out = optarg;
		return 0;
	case 'a':
		return take_format(convert, optarg);
	case OPTION_PRETTY:
		convert->job.pretty = true;
		return 0;
	case OPTION_OUTCOME:
		convert->outcome_path = optarg;
		return 0;
	case OPTION_COMPOSE:
		convert->compose = true;
		return 0;
	case 'f':
		convert->job.pack = optarg;
		return 0;
	case 'd':
		return workbench_date(&command, &convert->job.date, optarg);
	case 'l':
		return command_level(&command, &convert->least, optarg);
	default:
		return workbench_option(&convert->workbench, &command, letter);
	}
}

/* The result would replace the document that it was made from. */
static bool
is_same_file(const char *name, const char *path)
{
	struct stat source, target;

	return path != NULL && stat(name, &source) == 0 && stat(path, &target) == 0 &&
	    S_ISREG(target.st_mode) && source.st_dev == target.st_dev && source.st_ino == target.st_ino;
}

static int
open_outputs(struct convert *convert, char *const *names, size_t count)
{
	bool xml = convert->job.as == CONVERT_FHIR_XML;

	if (xml && count > 1 && convert->out == NULL)
		return command_wrong(&command, "several documents as XML need a folder: -o DIR");
	if (convert->job.pretty && count > 1 && convert->out == NULL)
		return command_wrong(&command, "several documents with --pretty need a folder: -o DIR");
	if (output_open(&convert->result, convert->out, xml ? ".xml" : ".json", names, count) != 0 ||
	    output_open(&convert->outcome, convert->outcome_path, ".outcome.json", names, count) != 0)
		return CTL_USAGE;
	for (size_t i = 0; i < count; i++) {
		char *path = output_path(&convert->result, names[i]);
		bool same = is_same_file(names[i], path);

		free(path);
		if (same)
			return command_wrong(&command, "%s would be replaced by its own result", names[i]);
	}
	return CTL_DONE;
}

static int
write_files(const struct convert *convert, const char *name, const struct conversion *conversion)
{
	int result = CTL_DONE;

	if (conversion->result.length == 0)
		output_remove(&convert->result, name);
	else if (output_write(&convert->result, name, &conversion->result) != 0)
		result = CTL_USAGE;
	if (convert->outcome_path != NULL && output_write(&convert->outcome, name, &conversion->outcome) != 0)
		result = CTL_USAGE;
	return result;
}

/* Returns the exit status for this document. */
static int
convert_inputs(struct convert *convert, const struct convert_input *inputs, size_t count, const struct progress *progress)
{
	const char *name = inputs[0].name;
	struct conversion conversion = { 0 };
	int result;

	convert->job.name = name;
	convert_documents(&conversion, &convert->workbench.converter, &convert->job, inputs, count);
	convert->states[conversion.state]++;
	progress_clear(progress);
	console_findings(&conversion.findings, convert->least);
	if (conversion.error.kind != EHDS_ERROR_NONE)
		console_error(&conversion.error);
	result = write_files(convert, name, &conversion);
	if (result == CTL_DONE && conversion.state != CONVERT_CONVERTED)
		result = CTL_NOT_CONFORMANT;
	conversion_free(&conversion);
	return result;
}

static int
convert_file(struct convert *convert, const char *name, struct progress *progress)
{
	struct buffer bytes = { 0 };
	int result;

	progress_step(progress, name);
	result = workbench_read(&convert->workbench, &bytes, name);
	if (result == CTL_DONE) {
		result = convert_inputs(convert, &(struct convert_input){ name, bytes.data, bytes.length }, 1, progress);
	} else {
		output_remove(&convert->result, name);
		if (result == CTL_NOT_CONFORMANT)
			convert->states[CONVERT_REFUSED]++;
		else
			convert->unread++;
	}
	buffer_free(&bytes);
	return result;
}

static void
print_summary(const struct convert *convert)
{
	fprintf(stderr, "%zu converted, %zu refused, %zu held", convert->states[CONVERT_CONVERTED],
	    convert->states[CONVERT_REFUSED], convert->states[CONVERT_HELD]);
	if (convert->unread > 0)
		fprintf(stderr, ", %zu not read", convert->unread);
	fputc('\n', stderr);
}

/* All files are one document: of each that cannot be read it is said, and then there is none. */
static int
compose_files(struct convert *convert, char *const *names, size_t count)
{
	struct progress progress = progress_new(1);
	struct convert_input inputs[CONVERT_INPUTS_MAX];
	struct buffer bytes[CONVERT_INPUTS_MAX] = { { 0 } };
	int result = open_outputs(convert, names, 1), one;

	for (size_t i = 0; i < count && result != CTL_USAGE; i++) {
		one = workbench_read(&convert->workbench, &bytes[i], names[i]);
		inputs[i] = (struct convert_input){ names[i], bytes[i].data, bytes[i].length };
		if (one > result)
			result = one;
	}
	if (result == CTL_DONE)
		result = convert_inputs(convert, inputs, count, &progress);
	for (size_t i = 0; i < count; i++)
		buffer_free(&bytes[i]);
	return result;
}

static int
convert_files(struct convert *convert, char *const *names, size_t count)
{
	struct progress progress = progress_new(count);
	int result = open_outputs(convert, names, count);

	if (result != CTL_DONE)
		return result;
	for (size_t i = 0; i < count; i++) {
		int one = convert_file(convert, names[i], &progress);

		if (one > result)
			result = one;
	}
	progress_clear(&progress);
	if (count > 1)
		print_summary(convert);
	return result;
}

int
verb_convert(int argc, char **argv)
{
	struct convert convert = { 0 };
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG || take_option(&convert, letter) != 0)
			return CTL_USAGE;
	}
	if (optind == argc)
		return command_wrong(&command, "no FILE given");
	if (convert.compose && convert.job.pack != NULL)
		return command_wrong(&command, "--from names the pack of one document, --compose takes several");
	if (convert.compose && argc - optind > CONVERT_INPUTS_MAX)
		return command_wrong(&command, "--compose takes at most 16 documents");
	result = workbench_open(&convert.workbench, EHDS_SEVERITY_ERROR);
	if (result == CTL_DONE && convert.job.pack != NULL &&
	    !workbench_has_pack(&convert.workbench, &command, convert.job.pack))
		result = CTL_USAGE;
	if (result == CTL_DONE)
		result = (convert.compose ? compose_files : convert_files)(&convert, argv + optind, (size_t)(argc - optind));
	workbench_close(&convert.workbench);
	return result;
}
