/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl lint: loads mappings and conformance exactly as the daemon does, and says every mistake
 * with its place.
 */
#include "ctl/command.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"

#include <getopt.h>
#include <stdio.h>

static const struct command_option options[] = {
	{ 'q', "quiet", NULL, "errors only, no summary" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"lint", "[DIR...]", "Loads mappings and conformance facts as the daemon does and reports every mistake.",
	"DIR is a folder of mappings, like --mappings. One line a mistake:\n"
	"  FILE:LINE:COLUMN: error: RULE: TEXT\n"
	"Exit status: 0 the daemon would load them; 2 it would not.",
	options,
};

static void
print_summary(const struct workbench *workbench)
{
	size_t packs = 0;

	while (workbench->mappings != NULL && mappings_pack(workbench->mappings, packs) != NULL)
		packs++;
	printf("%zu errors, %zu warnings", workbench->lint.counts[EHDS_SEVERITY_ERROR],
	    workbench->lint.counts[EHDS_SEVERITY_WARNING]);
	if (workbench->mappings != NULL)
		printf("; %zu packs, generation %.16s, %s", packs, mappings_hash(workbench->mappings),
		    conformance_packages(workbench->conformance));
	putchar('\n');
}

int
verb_lint(int argc, char **argv)
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
	for (; optind < argc; optind++)
		if (workbench_add_folder(&workbench, &command, argv[optind]) != 0)
			return CTL_USAGE;
	result = workbench_open(&workbench, quiet ? EHDS_SEVERITY_ERROR : EHDS_SEVERITY_INFORMATION);
	if (!quiet && workbench.arena != NULL)
		print_summary(&workbench);
	workbench_close(&workbench);
	return result;
}
