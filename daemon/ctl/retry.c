/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl retry: converts documents again that are held or refused. */
#include "ctl/online.h"
#include "ctl/verbs.h"

static const struct command_option options[] = {
	ONLINE_SELECTION,
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"retry", "ID...|SELECTION", "Converts documents again that are held or refused.",
	"A held or refused document goes its whole road again, with the mappings that are\n"
	"in service now. Peers that have it already do not get it again.",
	options,
};

int
verb_retry(int argc, char **argv)
{
	struct wire_header request = { .request = "retry" };
	struct online_options said;
	int status = online_options(&said, &command, argc, argv);

	return status != COMMAND_END ? status
	    : online_act(&command, argc, argv, &said, &request, "held", "retried");
}
