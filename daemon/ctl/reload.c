/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl reload: loads configuration and mappings anew. */
#include "ctl/online.h"
#include "ctl/verbs.h"

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
	struct online_options said;
	struct control_answer answer;
	int status = online_options_only(&said, &command, argc, argv);

	if (status != COMMAND_END)
		return status;
	status = online_ask(&answer, said.control, &request, 300000);
	if (status != CTL_DONE)
		return status;
	puts("reloaded");
	control_answer_free(&answer);
	return CTL_DONE;
}
