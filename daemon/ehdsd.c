/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsd: the command line. What the daemon is begins in server/broker.c. */
#include "server/broker.h"
#include "server/engine.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: ehdsd [-c FILE] [--check] [--help-config] [--version]\n"
    "\n"
    "Takes health documents over ZeroMQ, converts them and forwards them. Runs in the foreground and logs to\n"
    "standard error; SIGTERM stops it, SIGHUP reloads configuration and mappings.\n"
    "\n"
    "  -c, --config FILE  configuration, see ehdsd.yaml(5); without it: loopback, state below\n"
    "                     $XDG_STATE_HOME/ehdsd\n"
    "      --check        load everything as a start would, say what is wrong, and end\n"
    "      --help-config  list all options of the configuration\n"
    "      --version      say the version\n"
    "      --help         this text\n"
    "\n"
    "Exit status: 0 stopped; 1 the system failed; 2 the configuration or the mappings are wrong.\n";

enum { OPTION_CHECK = 1000, OPTION_HELP_CONFIG, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "help-config", no_argument, NULL, OPTION_HELP_CONFIG },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ NULL, 0, NULL, 0 },
};

int
main(int argc, char **argv)
{
	struct broker_start start = {
		.program = "/proc/self/exe",
		.environment = { .state_home = getenv("XDG_STATE_HOME"), .home = getenv("HOME") },
	};
	bool check = false;
	int letter;

	if (argc > 1 && strcmp(argv[1], ENGINE_OPTION) == 0)
		return engine_main(argc - 2, argv + 2);
	while ((letter = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1) {
		switch (letter) {
		case 'c':
			start.file = optarg;
			break;
		case OPTION_CHECK:
			check = true;
			break;
		case OPTION_HELP_CONFIG:
			configuration_help(stdout);
			return EXIT_SUCCESS;
		case OPTION_VERSION:
			puts(PACKAGE_STRING);
			return EXIT_SUCCESS;
		case 'h':
		case OPTION_HELP:
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs("Try 'ehdsd --help'.\n", stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "ehdsd: what is '%s'? Try 'ehdsd --help'.\n", argv[optind]);
		return 2;
	}
	return check ? broker_check(&start) : broker_run(&start);
}
