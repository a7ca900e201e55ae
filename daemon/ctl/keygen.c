/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl keygen: CURVE keys for a daemon, a sender or a peer. */
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "wire/keys.h"

#include <getopt.h>
#include <stdio.h>

static const struct command_option options[] = {
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"keygen", "FILE", "Makes CURVE keys for a daemon, a sender or a peer.",
	"FILE gets both keys and mode 0600: it is for one owner on one machine. FILE.pub\n"
	"gets the public key, which is printed too: it is for the other side. Files that\n"
	"are there are never overwritten.",
	options,
};

int
verb_keygen(int argc, char **argv)
{
	struct ehds_error error = { 0 };
	struct curve_keys keys;
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END)
		return letter == COMMAND_HELP ? CTL_DONE : CTL_USAGE;
	if (optind + 1 != argc)
		return command_wrong(&command, "where to? One FILE is needed");
	keys_generate(&keys);
	result = keys_write(&keys, argv[optind], &error);
	if (result == 0)
		printf("%s\n", keys.public);
	else
		console_error(&error);
	keys_wipe(&keys);
	return result == 0 ? CTL_DONE : CTL_USAGE;
}
