/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl release: forwards held documents as they are. */
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>

static const struct command_option options[] = {
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"release", "ID...", "Forwards held documents as they are.",
	"A held document that has a result goes to the peers of its route, although the\n"
	"result is not conformant or not complete. One without a result can only be\n"
	"retried or dropped.",
	options,
};

int
verb_release(int argc, char **argv)
{
	struct wire_header request = { .request = "release" };
	const char *control = NULL;
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		control = optarg;
	}
	return online_act(&command, argc, argv, control, &request, "released");
}
