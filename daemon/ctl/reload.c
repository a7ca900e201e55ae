/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl reload: loads configuration and mappings anew. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdio.h>

static const struct command_option options[] = {
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"reload", "", "Loads configuration and mappings anew.",
	"The daemon loads a new generation beside the old one, checks it, and only then\n"
	"switches. What is wrong is said here, with file, line and column, and the old\n"
	"generation stays in service.",
	options,
};

int
verb_reload(int argc, char **argv)
{
	const struct wire_header request = { .request = "reload" };
	struct control_answer answer;
	const char *control = NULL;
	int letter, status;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		control = optarg;
	}
	if (optind < argc)
		return command_wrong(&command, "what is '%s'?", argv[optind]);
	status = online_ask(&answer, control, &request, 300000);
	if (status != CTL_DONE)
		return status;
	puts("reloaded");
	control_answer_free(&answer);
	return CTL_DONE;
}
