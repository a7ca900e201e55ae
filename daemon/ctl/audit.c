/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl audit verify: is the audit trail whole, and signed by whom it should be? */
#include "base/alloc.h"
#include "base/file.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "journal/audit.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_FOLDER = 1200, OPTION_KEY };

static const struct command_option options[] = {
	{ OPTION_FOLDER, "folder", "FOLDER",
	    "the state folder: its trail, its key, and its journal,\nwhich knows how the trail ends (a daemon may work there)" },
	{ OPTION_KEY, "key", "FILE",
	    "the public key (audit.pub), best a copy that was kept\nelsewhere; default: the one in the folder" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"audit", "verify [FILE...]", "Checks that the audit trail is whole.",
	"Every line must be signed by the key, be the next one, and have the hash of the one\n"
	"before it; the last one must be the one that the journal knows. What is wrong is\n"
	"named by file and line on standard error; the exit status is then 1. FILEs are the\n"
	"parts of one trail, oldest first; without any it is audit.log of the folder.",
	options,
};

static void
hear_problem(void *user, const char *place, const char *text)
{
	(void)user;
	console_write(stderr, place, strlen(place));
	fprintf(stderr, ": error: ");
	console_write(stderr, text, strlen(text));
	fputc('\n', stderr);
}

static int
verify(const char *const *files, size_t count, const char *key, const struct audit_head *head,
    struct ehds_error *error)
{
	const struct store_problems problems = { hear_problem, NULL };
	struct audit_verification verification;

	if (audit_verify(&verification, files, count, key, head, &problems, error) != 0)
		return -1;
	printf("%lld lines, from %lld to %lld, %lld problems%s\n", verification.lines, verification.first,
	    verification.last, verification.wrong, head == NULL
	    ? "; without the journal an end that was cut off is not seen" : "");
	return verification.wrong == 0 ? CTL_DONE : CTL_NOT_CONFORMANT;
}

static int
run(const char *folder, const char *key_file, const char *const *files, size_t count)
{
	char *journal = folder != NULL ? path_join(folder, "journal.sqlite") : NULL;
	char *trail = folder != NULL ? path_join(folder, AUDIT_FILE) : NULL;
	char *public = key_file != NULL ? must_strdup(key_file) : path_join(folder, AUDIT_PUBLIC);
	const char *const alone[] = { trail };
	struct ehds_error error = { 0 };
	struct audit_head head;
	struct buffer key = { 0 };
	int status = -1;

	if (file_read(&key, public, 4096, &error) == 0
	    && (journal == NULL || audit_head_read(&head, journal, &error) == 0))
		status = verify(count > 0 ? files : alone, count > 0 ? count : 1, key.data != NULL ? key.data : "",
		    journal != NULL ? &head : NULL, &error);
	buffer_free(&key);
	free(journal);
	free(trail);
	free(public);
	if (status < 0)
		console_error(&error);
	return status < 0 ? CTL_USAGE : status;
}

int
verb_audit(int argc, char **argv)
{
	const char *folder = NULL, *key = NULL;
	int letter;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == OPTION_FOLDER)
			folder = optarg;
		else
			key = optarg;
	}
	if (optind == argc || strcmp(argv[optind], "verify") != 0)
		return command_wrong(&command, "what about it? There is 'audit verify'");
	optind++;
	if (folder == NULL && (key == NULL || optind == argc))
		return command_wrong(&command, "which one? A folder is needed, or files and a key");
	return run(folder, key, (const char *const *)argv + optind, (size_t)(argc - optind));
}
