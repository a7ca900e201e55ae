/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl hold: keeps documents back until somebody has looked at them. */
#include "ctl/online.h"
#include "ctl/verbs.h"

static const struct command_option options[] = {
	{ 'w', "why", "TEXT", "the reason, for the sender and for the record" },
	ONLINE_SELECTION,
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"hold", "ID...|SELECTION --why TEXT", "Keeps documents back until somebody has looked at them.",
	"A document that is received or converted becomes held, until it is retried,\n"
	"released or dropped. What peers have already stays with them. A SELECTION without\n"
	"--state means those that are converted and wait for a peer.",
	options,
};

int
verb_hold(int argc, char **argv)
{
	struct wire_header request = { .request = "hold" };

	return online_act_why(&command, argc, argv, &request, "converted", "held");
}
