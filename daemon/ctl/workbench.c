/* SPDX-License-Identifier: EUPL-1.2 */
/* See workbench.h. */
#include "ctl/workbench.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "mapping/stylesheet.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { PACKS_MAX = 256 };

static const char installed_mappings[] = EHDS_DATADIR "/mappings";
static const char installed_conformance[] = EHDS_DATADIR "/conformance";

/* YYYY-MM-DDThh:mm:ss, perhaps a fraction, and Z or an offset. */
static bool
is_instant(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd", offset[] = "dd:dd";
	const char *at = text;
	size_t i;

	for (i = 0; shape[i] != '\0'; i++, at++)
		if (shape[i] == 'd' ? *at < '0' || *at > '9' : *at != shape[i])
			return false;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++)
			;
	if (strcmp(at, "Z") == 0)
		return true;
	if (*at != '+' && *at != '-')
		return false;
	for (i = 0, at++; offset[i] != '\0'; i++, at++)
		if (offset[i] == 'd' ? *at < '0' || *at > '9' : *at != offset[i])
			return false;
	return *at == '\0';
}

int
workbench_add_folder(struct workbench *workbench, const struct command *command, const char *folder)
{
	if (workbench->folder_count == WORKBENCH_FOLDERS) {
		command_wrong(command, "more than %d folders of mappings", WORKBENCH_FOLDERS);
		return -1;
	}
	workbench->folders[workbench->folder_count++] = folder;
	return 0;
}

int
workbench_option(struct workbench *workbench, const struct command *command, int letter)
{
	if (letter == OPTION_MAPPINGS)
		return workbench_add_folder(workbench, command, optarg);
	must(letter == OPTION_CONFORMANCE);
	workbench->conformance_folder = optarg;
	return 0;
}

static void
folders_from_environment(struct workbench *workbench)
{
	const char *list = getenv("EHDS_MAPPINGS");
	char *at, *rest = NULL;

	if (list == NULL || *list == '\0') {
		workbench->folders[workbench->folder_count++] = installed_mappings;
		return;
	}
	workbench->environment = must_strdup(list);
	for (at = strtok_r(workbench->environment, ":", &rest); at != NULL; at = strtok_r(NULL, ":", &rest))
		if (workbench->folder_count < WORKBENCH_FOLDERS)
			workbench->folders[workbench->folder_count++] = at;
}

static int
folders_are_there(const struct workbench *workbench)
{
	for (size_t i = 0; i < workbench->folder_count; i++) {
		if (folder_exists(workbench->folders[i]))
			continue;
		fprintf(stderr, "ehdsctl: there is no folder of mappings %s; "
		    "name it with --mappings or EHDS_MAPPINGS\n", workbench->folders[i]);
		return CTL_USAGE;
	}
	return CTL_DONE;
}

const char *
workbench_conformance_folder(const struct workbench *workbench)
{
	const char *environment = getenv("EHDS_CONFORMANCE");

	if (workbench->conformance_folder != NULL)
		return workbench->conformance_folder;
	if (environment != NULL && *environment != '\0')
		return environment;
	return folder_exists(installed_conformance) ? installed_conformance : NULL;
}

int
workbench_open_conformance(struct workbench *workbench)
{
	struct ehds_error error = { 0 };

	xml_open();
	workbench->converter.limits = xml_limits_default;
	if (conformance_load(&workbench->conformance, workbench_conformance_folder(workbench), &error) != 0) {
		console_error(&error);
		return CTL_USAGE;
	}
	workbench->converter.conformance = workbench->conformance;
	return CTL_DONE;
}

int
workbench_open(struct workbench *workbench, enum ehds_severity least)
{
	struct ehds_error error = { 0 };

	if (workbench->folder_count == 0)
		folders_from_environment(workbench);
	if (folders_are_there(workbench) != CTL_DONE || workbench_open_conformance(workbench) != CTL_DONE)
		return CTL_USAGE;
	stylesheet_open();
	workbench->arena = arena_new(0);
	workbench->lint = findings_new(workbench->arena);
	mappings_load(&workbench->mappings, workbench->folders, workbench->folder_count, &workbench->lint,
	    &error);
	console_findings(&workbench->lint, least);
	workbench->converter.mappings = workbench->mappings;
	if (workbench->mappings != NULL)
		return CTL_DONE;
	if (workbench->lint.counts[EHDS_SEVERITY_ERROR] == 0)
		console_error(&error);
	return CTL_USAGE;
}

void
workbench_close(struct workbench *workbench)
{
	mappings_free(&workbench->mappings);
	conformance_free(&workbench->conformance);
	arena_free(&workbench->arena);
	free(workbench->environment);
	memset(workbench, 0, sizeof(*workbench));
}

bool
workbench_has_pack(const struct workbench *workbench, const struct command *command, const char *name)
{
	const char *names[PACKS_MAX], *near;
	const struct pack *pack;
	size_t count = 0;

	if (mappings_pack_named(workbench->mappings, name) != NULL)
		return true;
	while (count < PACKS_MAX && (pack = mappings_pack(workbench->mappings, count)) != NULL)
		names[count++] = pack_name(pack);
	near = text_nearest(name, names, count);
	if (near != NULL)
		command_wrong(command, "there is no pack '%s', did you mean '%s'?", name, near);
	else
		command_wrong(command, "there is no pack '%s'", name);
	return false;
}

int
workbench_read(const struct workbench *workbench, struct buffer *out, const char *path)
{
	struct ehds_error error = { 0 };

	if (file_read(out, path, workbench->converter.limits.bytes, &error) == 0)
		return CTL_DONE;
	console_error(&error);
	return error.kind == EHDS_ERROR_DOCUMENT ? CTL_NOT_CONFORMANT : CTL_USAGE;
}

int
workbench_date(const struct command *command, const char **date, const char *text)
{
	if (!is_instant(text)) {
		command_wrong(command, "--date '%s' is no instant, expected like 2026-11-22T10:00:00+01:00",
		    text);
		return -1;
	}
	*date = text;
	return 0;
}
