/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl package: FHIR packages in the conformance folder. `add` turns them into facts (conform/package.h); packages that are added
 * together see each other's code systems, so that value sets of one can be enumerated with those of another.
 */
#include "ctl/command.h"
#include "ctl/overlay.h"
#include "ctl/verbs.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "conform/package.h"
#include "conform/profile.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command_option options[] = {
	{ 'c', "conformance", "DIR", "conformance folder (default: EHDS_CONFORMANCE, else the installed one)" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"package", "add FILE... | list | remove NAME#VERSION...", "Manages the FHIR packages that documents are checked against.",
	"add takes FHIR packages (.tgz, or unpacked folders) and writes their facts to DIR/packages. Give packages\n"
	"that need each other in one call. list shows name, version and licence of what is there.",
	options,
};

static const char *
conformance_folder(const char *wanted)
{
	const char *environment = getenv("EHDS_CONFORMANCE");

	if (wanted != NULL)
		return wanted;
	return environment != NULL && *environment != '\0' ? environment : EHDS_DATADIR "/conformance";
}

static int
say(const struct ehds_error *error)
{
	char text[1024];

	fprintf(stderr, "%s\n", error_format(error, text, sizeof(text)));
	return CTL_USAGE;
}

static char *
facts_path(const char *folder, const char *name, const char *version)
{
	char *file = must_printf("%s-%s.facts", name, version), *path = path_join(folder, file);

	free(file);
	return path;
}

static int
write_facts(const struct package *package, const struct package_set *set, const char *folder, struct arena *arena,
    bool quiet, struct ehds_error *error)
{
	struct buffer facts = { 0 };
	char *path = facts_path(folder, package->name, package->version);
	int result = package_write_facts(&facts, package, set, arena, error);

	if (result == 0)
		result = file_write(path, facts.data, facts.length, 0644, error);
	if (result == 0 && !quiet)
		printf("%s#%s: %zu resources, %zu bytes of facts\n", package->name, package->version, package->count, facts.length);
	buffer_free(&facts);
	free(path);
	return result;
}

/* All or nothing: every package is read before the first fact file is written. */
int
package_add(const char *folder, char *const *files, size_t count, bool quiet)
{
	struct arena *arena = arena_new(0);
	struct package_set set = { NULL };
	struct package **tail = &set.first, *package;
	struct ehds_error error = { 0 };
	int result = folder_make(folder, 0755, &error);

	for (size_t i = 0; result == 0 && i < count; i++) {
		result = package_read(tail, files[i], arena, &error);
		if (result == 0)
			tail = &(*tail)->next;
	}
	for (package = set.first; result == 0 && package != NULL; package = package->next)
		result = write_facts(package, &set, folder, arena, quiet, &error);
	arena_free(&arena);
	return result == 0 ? CTL_DONE : say(&error);
}

static int
list_packages(const char *folder)
{
	struct profiles *profiles;
	const struct package_info *package;
	struct ehds_error error = { 0 };

	if (profiles_load(&profiles, folder, &error) != 0)
		return say(&error);
	for (package = profiles_first_package(profiles); package != NULL; package = package->next)
		printf("%s\t%s\t%s\n", package->name, package->version, package->licence);
	profiles_free(&profiles);
	return CTL_DONE;
}

static int
remove_package(const char *folder, const char *label)
{
	char *name = must_strdup(label), *version = strchr(name, '#'), *path;
	int result = CTL_DONE;

	if (version == NULL || strchr(label, '/') != NULL) {
		free(name);
		return command_wrong(&command, "'%s' is no NAME#VERSION", label);
	}
	*version++ = '\0';
	path = facts_path(folder, name, version);
	if (unlink(path) != 0) {
		fprintf(stderr, "ehdsctl package: %s is not there\n", label);
		result = CTL_USAGE;
	}
	free(path);
	free(name);
	return result;
}

static int
run(const char *action, const char *folder, int count, char **arguments)
{
	int i, result = CTL_DONE;

	if (strcmp(action, "add") == 0 && count > 0)
		return package_add(folder, arguments, (size_t)count, false);
	if (strcmp(action, "list") == 0 && count == 0)
		return list_packages(folder);
	if (strcmp(action, "remove") != 0 || count == 0)
		return command_wrong(&command, "add FILE..., list, or remove NAME#VERSION... is wanted");
	for (i = 0; i < count && result == CTL_DONE; i++)
		result = remove_package(folder, arguments[i]);
	return result;
}

int
verb_package(int argc, char **argv)
{
	const char *wanted = NULL;
	char *folder;
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter != 'c')
			return CTL_USAGE;
		wanted = optarg;
	}
	if (optind == argc)
		return command_wrong(&command, "add, list or remove is wanted");
	folder = path_join(conformance_folder(wanted), "packages");
	result = run(argv[optind], folder, argc - optind - 1, argv + optind + 1);
	free(folder);
	return result;
}
