/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl drop: refuses documents that nobody shall get. */
#include "base/text.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <getopt.h>

static const struct command_option options[] = {
	{ 'w', "why", "TEXT", "the reason, for the sender and for the record" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"drop", "ID... --why TEXT", "Refuses documents that nobody shall get.",
	"A document that is received, converted or held becomes refused; its sender gets\n"
	"an outcome with the reason. What peers have already stays with them.",
	options,
};

int
verb_drop(int argc, char **argv)
{
	struct wire_header request = { .request = "drop" };
	const char *control = NULL;
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == 'w')
			request.text = optarg;
		else
			control = optarg;
	}
	if (text_is_blank(request.text))
		return command_wrong(&command, "why? --why TEXT tells the sender and whoever asks later");
	return online_act(&command, argc, argv, control, &request, "dropped");
}
