/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl drop: refuses documents that nobody shall get. */
#include "ctl/online.h"
#include "ctl/verbs.h"

static const struct command_option options[] = {
	{ 'w', "why", "TEXT", "the reason, for the sender and for the record" },
	ONLINE_SELECTION,
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"drop", "ID...|SELECTION --why TEXT", "Refuses documents that nobody shall get.",
	"A document that is received, converted or held becomes refused; its sender gets\n"
	"an outcome with the reason. What peers have already stays with them.",
	options,
};

int
verb_drop(int argc, char **argv)
{
	struct wire_header request = { .request = "drop" };

	return online_act_why(&command, argc, argv, &request, "held", "dropped");
}
