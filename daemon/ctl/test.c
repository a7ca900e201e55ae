/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl test: runs the cases that stand beside the packs, as the daemon does before it takes a
 * new generation.
 */
#include "convert/cases.h"
#include "convert/verdicts.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"

#include <getopt.h>
#include <stdio.h>

static const struct command_option options[] = {
	{ 'f', "from", "PACK", "only the cases of this pack" },
	{ 'v', "verbose", NULL, "name the cases that hold too" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"test", "[DIR...]", "Runs the cases that stand beside the packs, and the golden verdicts of the gate.",
	"DIR is a folder of mappings, like --mappings. A case that does not hold is shown with its file and\n"
	"line, what was found and what was expected; ehds-mappings(7) says how a case is written.\n"
	"Exit status: 0 all hold; 1 some do not; 2 wrong usage, or mappings that do not load.",
	options,
};

static void
hear(void *user, const struct case_result *result)
{
	const bool *verbose = user;

	if (result->failures->first != NULL)
		console_findings(result->failures, EHDS_SEVERITY_INFORMATION);
	else if (*verbose)
		printf("%s: %s\n", pack_name(result->pack), result->test->title);
}

static void
hear_verdict(void *user, const char *file, const char *title, const struct ehds_findings *failures)
{
	const bool *verbose = user;

	if (failures->first != NULL)
		console_findings(failures, EHDS_SEVERITY_INFORMATION);
	else if (*verbose)
		printf("%s: %s\n", file, title);
}

/* The gate is tested with all the mappings only: a single pack says nothing of it. */
static int
run_verdicts(const struct workbench *workbench, bool verbose)
{
	const char *folder = workbench_conformance_folder(workbench);
	struct verdict_count count = { 0 };
	struct ehds_error error = { 0 };

	if (folder == NULL)
		return CTL_DONE;
	if (verdicts_run(&count, &workbench->converter, folder, hear_verdict, &verbose, &error) != 0) {
		console_error(&error);
		return CTL_USAGE;
	}
	if (count.passed + count.failed > 0)
		printf("verdicts: %zu passed, %zu failed\n", count.passed, count.failed);
	return count.failed == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
}

static int
run_cases(const struct workbench *workbench, const char *pack, bool verbose)
{
	struct case_count count = cases_run(&workbench->converter, pack, hear, &verbose);

	printf("cases: %zu passed, %zu failed\n", count.passed, count.failed);
	return count.failed == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
}

int
verb_test(int argc, char **argv)
{
	struct workbench workbench = { 0 };
	const char *pack = NULL;
	bool verbose = false;
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == 'v')
			verbose = true;
		else if (letter == 'f')
			pack = optarg;
		else if (letter == COMMAND_WRONG || workbench_option(&workbench, &command, letter) != 0)
			return CTL_USAGE;
	}
	for (; optind < argc; optind++)
		if (workbench_add_folder(&workbench, &command, argv[optind]) != 0)
			return CTL_USAGE;
	result = workbench_open(&workbench, EHDS_SEVERITY_ERROR);
	if (result == CTL_DONE && pack != NULL && !workbench_has_pack(&workbench, &command, pack))
		result = CTL_USAGE;
	if (result == CTL_DONE)
		result = run_cases(&workbench, pack, verbose);
	if (result != CTL_USAGE && pack == NULL) {
		int verdicts = run_verdicts(&workbench, verbose);

		result = verdicts > result ? verdicts : result;
	}
	workbench_close(&workbench);
	return result;
}
