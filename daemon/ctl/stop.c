/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl stop: stops the daemon. */
#include "ctl/online.h"
#include "ctl/verbs.h"

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
	struct online_options said;
	struct control_answer answer;
	int status = online_options_only(&said, &command, argc, argv);

	if (status != COMMAND_END)
		return status;
	status = online_ask(&answer, said.control, &request, 10000);
	if (status != CTL_DONE)
		return status;
	puts("stopping");
	control_answer_free(&answer);
	return CTL_DONE;
}
