/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl retry: converts documents again that are held or refused. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>

static const struct command_option options[] = {
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"retry", "ID...", "Converts documents again that are held or refused.",
	"A held or refused document goes its whole road again, with the mappings that are\n"
	"in service now. Peers that have it already do not get it again.",
	options,
};

int
verb_retry(int argc, char **argv)
{
	struct wire_header request = { .request = "retry" };
	const char *control = NULL;
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		control = optarg;
	}
	return online_act(&command, argc, argv, control, &request, "retried");
}
