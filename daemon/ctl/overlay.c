/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See overlay.h. Facts of the real folder are linked, not copied: there may be megabytes of them.
 */
#include "ctl/overlay.h"
#include "base/alloc.h"
#include "base/file.h"
#include "ctl/console.h"
#include "ctl/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
say_errno(const char *what)
{
	fprintf(stderr, "ehdsctl: %s: %s\n", what, strerror(errno));
	return CTL_USAGE;
}

static int
link_facts(const char *from, const char *to)
{
	struct ehds_error error = { 0 };
	char **names, *real;
	size_t count;
	int result = CTL_DONE;

	if (!folder_exists(from))
		return CTL_DONE;
	if (folder_list(&names, &count, from, &error) != 0) {
		console_error(&error);
		return CTL_USAGE;
	}
	real = realpath(from, NULL);
	must(real != NULL);
	for (size_t i = 0; i < count && result == CTL_DONE; i++) {
		char *target = path_join(real, names[i]), *link = path_join(to, names[i]);

		if (symlink(target, link) != 0)
			result = say_errno(link);
		free(target);
		free(link);
	}
	free(real);
	folder_list_free(&names, count);
	return result;
}

/*
 * A package of the same name and version replaces the real one: its link goes first, so as never to
 * write through it.
 */
static int
add_to_overlay(const char *packages, const char *conformance, char *const *files, size_t count)
{
	char *fresh = path_join(packages, "../fresh");
	char *real = path_join(conformance != NULL ? conformance : "", "packages");
	struct ehds_error error = { 0 };
	char **names = NULL;
	size_t found = 0;
	int result = package_add(fresh, files, count, true);

	if (result == CTL_DONE && conformance != NULL)
		result = link_facts(real, packages);
	if (result == CTL_DONE && folder_list(&names, &found, fresh, &error) != 0) {
		console_error(&error);
		result = CTL_USAGE;
	}
	for (size_t i = 0; i < found && result == CTL_DONE; i++) {
		char *from = path_join(fresh, names[i]), *to = path_join(packages, names[i]);

		if (rename(from, to) != 0)	/* replaces a link itself, not what it points to */
			result = say_errno(to);
		free(from);
		free(to);
	}
	folder_list_free(&names, found);
	free(fresh);
	free(real);
	return result;
}

int
overlay_open(struct overlay *overlay, const char *conformance, char *const *packages, size_t count)
{
	const char *variable = getenv("TMPDIR");
	const char *temporary = variable != NULL && *variable != '\0' ? variable : "/tmp";
	struct ehds_error error = { 0 };
	char *folder;
	int result;

	overlay->folder = must_printf("%s/ehdsctl-XXXXXX", temporary);
	if (mkdtemp(overlay->folder) == NULL) {
		result = say_errno(overlay->folder);
		free(overlay->folder);
		overlay->folder = NULL;
		return result;
	}
	folder = path_join(overlay->folder, "packages");
	if (folder_make(folder, 0700, &error) != 0) {
		console_error(&error);
		result = CTL_USAGE;
	} else {
		result = add_to_overlay(folder, conformance, packages, count);
	}
	free(folder);
	return result;
}

static void
empty_folder(const char *parent, const char *name)
{
	char *folder = path_join(parent, name), **names, *path;
	size_t count;

	if (folder_exists(folder) && folder_list(&names, &count, folder, NULL) == 0) {
		for (size_t i = 0; i < count; i++) {
			path = path_join(folder, names[i]);
			unlink(path);
			free(path);
		}
		folder_list_free(&names, count);
		rmdir(folder);
	}
	free(folder);
}

void
overlay_close(struct overlay *overlay)
{
	if (overlay->folder == NULL)
		return;
	empty_folder(overlay->folder, "packages");
	empty_folder(overlay->folder, "fresh");
	rmdir(overlay->folder);
	free(overlay->folder);
	overlay->folder = NULL;
}
