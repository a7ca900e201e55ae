/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl backup: a copy of the journal, by the running daemon or of a folder that no daemon has. */
#include "base/alloc.h"
#include "base/file.h"
#include "ctl/console.h"
#include "ctl/online.h"
#include "ctl/verbs.h"
#include "journal/store.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATIENCE (3600 * 1000)		/* milliseconds that a daemon under load may take */
#define PAGES 4096

enum { OPTION_FOLDER = 1200 };

static const struct command_option options[] = {
	{ OPTION_FOLDER, "folder", "FOLDER", "copy from this state folder, in which no daemon works" },
	ONLINE_OPTION,
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"backup", "FILE", "Copies the journal into a file.",
	"The running daemon writes it, with its own rights, and goes on working meanwhile;\n"
	"FILE appears when it is whole, and replaces one of that name. It is a journal: put\n"
	"into a state folder as journal.sqlite, a daemon goes on with it. It holds patient\n"
	"data.",
	options,
};

static int
copy_offline(const char *state, const char *path)
{
	struct ehds_error error = { 0 };
	struct store_backup *backup = NULL;
	struct store *store = NULL;
	char *journal = path_join(state, "journal.sqlite");
	bool done = false;
	int lock = -1, result = -1;

	if (!file_exists(journal))
		error_set(&error, EHDS_ERROR_CONFIG, "journal-open", journal, 0, 0, "there is no journal");
	else if (store_lock(&lock, state, &error) == 0 && store_open(&store, journal, &error) == 0)
		result = store_backup_start(&backup, store, path, &error);
	while (result == 0 && !done)
		result = store_backup_step(backup, PAGES, &done, &error);
	store_backup_free(&backup);
	store_close(&store);
	if (lock >= 0)
		close(lock);
	free(journal);
	if (result == 0)
		return CTL_DONE;
	console_error(&error);
	return error.kind == EHDS_ERROR_CONFIG ? CTL_USAGE : CTL_NOT_CONFORMANT;
}

static int
copy_online(const char *control, const char *path)
{
	struct wire_header header = { .request = "backup" };
	struct control_answer answer;
	char folder[PATH_MAX], *absolute;
	int status;

	if (getcwd(folder, sizeof(folder)) == NULL)
		return command_wrong(&command, "this folder has no name: give an absolute path");
	absolute = path_join(folder, path);
	header.text = absolute;
	status = online_ask(&answer, control, &header, PATIENCE);
	control_answer_free(&answer);
	free(absolute);
	return status;
}

int
verb_backup(int argc, char **argv)
{
	const char *state = NULL, *control = NULL;
	int letter, status;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG)
			return CTL_USAGE;
		if (letter == OPTION_FOLDER)
			state = optarg;
		else
			control = optarg;
	}
	if (optind + 1 != argc)
		return command_wrong(&command, "into which file? One is needed");
	status = state != NULL ? copy_offline(state, argv[optind]) : copy_online(control, argv[optind]);
	if (status == CTL_DONE)
		printf("%s\n", argv[optind]);
	return status;
}
