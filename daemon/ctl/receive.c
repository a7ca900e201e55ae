/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl receive: a peer. Takes forwarded documents, makes them safe on disk, then acknowledges. */
#include "wire/peer.h"

#include "base/alloc.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/curve.h"
#include "ctl/verbs.h"
#include "wire/endpoint.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { OPTION_AT = 1200, OPTION_INTO };

static const struct command_option options[] = {
	{ OPTION_AT, "at", "ENDPOINT", "where to listen, tcp://HOST:PORT (PORT * for any) or ipc:///PATH" },
	{ OPTION_INTO, "into", "DIR", "folder that gets DIR/ID.json or DIR/ID.xml" },
	CURVE_OPTIONS("allow", "public key of a daemon that may deliver; may be given again"),
	{ 'q', "quiet", NULL, "do not print a line per document" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"receive", "--at ENDPOINT --into DIR", "Takes documents that a daemon forwards, as its peer.",
	"A document is acknowledged when it is on disk under its final name; the same\n"
	"document again is acknowledged again and stays one file. Ends on SIGINT and\n"
	"SIGTERM. Where other machines can reach ENDPOINT, --key and --allow say who may\n"
	"deliver.",
	options,
};

static void
report(void *context, const struct peer_arrival *arrival, const struct ehds_error *error)
{
	const bool *quiet = context;
	struct buffer line = { 0 };

	if (arrival == NULL) {
		console_error(error);
		return;
	}
	if (*quiet)
		return;
	buffer_printf(&line, "%s %s%s\n", arrival->path, arrival->pack, arrival->duplicate ? " again" : "");
	console_write(stdout, line.data, line.length);
	fflush(stdout);
	buffer_free(&line);
}

static int
stop_descriptor(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int
serve(const char *endpoint, const char *folder, const struct curve_options *curve, bool quiet)
{
	const struct inbox_settings settings = { .endpoint = endpoint, .folder = folder, .most = 1u << 30,
	    .keys = curve->has_own ? &curve->own : NULL, .allowed = curve->allowed,
	    .allowed_count = curve->other_count };
	int stop = stop_descriptor(), status = CTL_DONE;
	void *zmq = zmq_ctx_new();
	struct ehds_error error = { 0 };
	struct peer_inbox *inbox = NULL;
	char bound[256];

	must(zmq != NULL && stop >= 0);
	if (endpoint_check(endpoint, &error) == 0 && peer_open(&inbox, zmq, &settings, &error) == 0) {
		peer_endpoint(inbox, bound);
		fprintf(stderr, "ehdsctl: listening at %s\n", bound);
		peer_run(inbox, stop, report, &quiet);
	} else {
		console_error(&error);
		status = CTL_USAGE;
	}
	peer_close(&inbox);
	zmq_ctx_term(zmq);
	close(stop);
	return status;
}

int
verb_receive(int argc, char **argv)
{
	const char *endpoint = NULL, *folder = NULL;
	struct curve_options curve = { .has_own = false };
	bool quiet = false;
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == OPTION_AT)
			endpoint = optarg;
		else if (letter == OPTION_INTO)
			folder = optarg;
		else if (letter == 'q')
			quiet = true;
		else if (curve_option(&curve, &command, letter, optarg) != 0)
			return CTL_USAGE;
	}
	if (endpoint == NULL || folder == NULL)
		return command_wrong(&command, endpoint == NULL ? "where? --at ENDPOINT is needed"
		    : "where to? --into DIR is needed");
	if (optind < argc)
		return command_wrong(&command, "what is '%s'?", argv[optind]);
	if (curve_check(&curve, &command, endpoint, "allow") != CTL_DONE)
		return CTL_USAGE;
	return serve(endpoint, folder, &curve, quiet);
}
