/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl release: forwards held documents as they are. */
#include "ctl/online.h"
#include "ctl/verbs.h"

static const struct command_option options[] = {
	ONLINE_SELECTION,
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"release", "ID...|SELECTION", "Forwards held documents as they are.",
	"A held document that has a result goes to the peers of its route, although the\n"
	"result is not conformant or not complete. One without a result can only be\n"
	"retried or dropped.",
	options,
};

int
verb_release(int argc, char **argv)
{
	struct wire_header request = { .request = "release" };
	struct online_options said;
	int status = online_options(&said, &command, argc, argv);

	return status != COMMAND_END ? status
	    : online_act(&command, argc, argv, &said, &request, "held", "released");
}
