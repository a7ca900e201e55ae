/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl: the table of verbs, and finding the one that was asked for. What a verb does is in the
 * file of its name; what all offline verbs share is in workbench.c.
 */
#include "base/log.h"
#include "base/text.h"
#include "ctl/verbs.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

struct verb {
	const char *name;		/* NULL: a head line of the list */
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct verb verbs[] = {
	{ NULL, NULL, "On files, with the same library that the daemon runs:" },
	{ "convert", verb_convert, "national documents to European FHIR documents" },
	{ "validate", verb_validate, "do FHIR documents conform?" },
	{ "detect", verb_detect, "which pack takes a document, and why not the others" },
	{ "explain", verb_explain, "where each element of a result comes from; the ledger" },
	{ "test", verb_test, "the cases that stand beside the packs" },
	{ "lint", verb_lint, "every mistake in mappings, with its place" },
	{ "import", verb_import, "published terminology to a table or a value set" },
	{ "export", verb_export, "a table or a value set to FHIR or IHE SVS" },
	{ "package", verb_package, "the FHIR packages that documents are checked against" },

	{ NULL, NULL, "A sender and a peer:" },
	{ "send", verb_send, "submit documents to a daemon, hear receipts and outcomes" },
	{ "receive", verb_receive, "take documents that a daemon forwards" },
	{ "keygen", verb_keygen, "make the keys by which they know each other" },

	{ NULL, NULL, "The running daemon:" },
	{ "status", verb_status, "what it is doing" },
	{ "queue", verb_queue, "the documents of its journal" },
	{ "show", verb_show, "one document, its deliveries and its outcome" },
	{ "retry", verb_retry, "convert a held or refused document again" },
	{ "release", verb_release, "forward a held document as it is" },
	{ "drop", verb_drop, "refuse a document that nobody shall get" },
	{ "fsck", verb_fsck, "is the journal whole? every count and every hash" },
	{ "audit", verb_audit, "is the audit trail whole? every line and every signature" },
	{ "backup", verb_backup, "a copy of the journal" },
	{ "hold", verb_hold, "keep a document back until somebody has looked at it" },
	{ "reload", verb_reload, "load configuration and mappings anew" },
	{ "stop", verb_stop, "stop it" },
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

static void
print_help(FILE *out)
{
	fputs("Usage: ehdsctl VERB [OPTIONS] [ARGUMENTS]\n", out);
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (verbs[i].name == NULL)
			fprintf(out, "\n%s\n", verbs[i].summary);
		else
			fprintf(out, "  %-9s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\n"
	      "'ehdsctl VERB --help' tells more of a verb; ehdsctl(1) is the manual.\n"
	      "Exit status: 0 done, and conformant; 1 a document was refused, held or does not conform;\n"
	      "2 wrong usage, configuration or mappings; 3 the daemon cannot be reached.\n", out);
}

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (verbs[i].name != NULL && strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int
unknown_verb(const char *name)
{
	const char *names[VERB_COUNT], *near;

	for (size_t i = 0; i < VERB_COUNT; i++)
		names[i] = verbs[i].name;
	near = text_nearest(name, names, VERB_COUNT);
	if (near != NULL)
		fprintf(stderr, "ehdsctl: '%s' is not a verb, did you mean '%s'?\n", name, near);
	else
		fprintf(stderr, "ehdsctl: '%s' is not a verb\n", name);
	fputs("Try 'ehdsctl help'.\n", stderr);
	return CTL_USAGE;
}

/* "ehdsctl help VERB" is "ehdsctl VERB --help", for those who try that first. */
static int
help_of(const char *name)
{
	const struct verb *verb = find_verb(name);
	char option[] = "--help", own_name[16];
	char *argv[] = { own_name, option, NULL };

	if (verb == NULL)
		return unknown_verb(name);
	snprintf(own_name, sizeof(own_name), "%s", name);
	return verb->run(2, argv);
}

int
main(int argc, char **argv)
{
	const struct verb *verb;

	log_open("ehdsctl", LOG_LEVEL_WARNING);
	if (argc < 2) {
		print_help(stderr);
		return CTL_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts(PACKAGE_STRING);
		return CTL_DONE;
	}
	if (strcmp(argv[1], "help") == 0 && argc > 2)
		return help_of(argv[2]);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return CTL_DONE;
	}
	verb = find_verb(argv[1]);
	if (verb == NULL)
		return unknown_verb(argv[1]);
	return verb->run(argc - 1, argv + 1);
}
