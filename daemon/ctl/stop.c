/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl stop: stops the daemon. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdio.h>

static const struct command_option options[] = {
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"stop", "", "Stops the daemon.",
	"What is in work is finished first; what is not stays in the journal.",
	options,
};

int
verb_stop(int argc, char **argv)
{
	const struct wire_header request = { .request = "stop" };
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
	status = online_ask(&answer, control, &request, 10000);
	if (status != CTL_DONE)
		return status;
	puts("stopping");
	control_answer_free(&answer);
	return CTL_DONE;
}
