/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The main of a fuzz target that is built without libFuzzer: runs it over files and folders,
 * without arguments over its own seeds, tests/fuzz/seeds/NAME for NAME_fuzz. So `make check` runs
 * every target once.
 */
#include "base/alloc.h"
#include "base/file.h"

#include "../check_main.h"
#include "target.h"

#include <string.h>

static void
replay_file(const char *path, size_t *count)
{
	struct buffer file = { .limit = 0 };
	struct ehds_error error;
	/* Exactly as long as it is, so that a byte read behind it is seen. */
	uint8_t *exact;

	if (file_read(&file, path, 0, &error) != 0) {
		fprintf(stderr, "%s: %s\n", path, error.text);
		exit(EXIT_FAILURE);
	}
	exact = must_alloc(file.length);
	memcpy(exact, file.data, file.length);
	LLVMFuzzerTestOneInput(exact, file.length);
	free(exact);
	buffer_free(&file);
	(*count)++;
}

static void
replay(const char *path, size_t *count)
{
	char **names;
	size_t found, i;

	if (!folder_exists(path)) {
		replay_file(path, count);
		return;
	}
	if (folder_list(&names, &found, path, NULL) != 0)
		exit(EXIT_FAILURE);
	for (i = 0; i < found; i++) {
		char *file = path_join(path, names[i]);

		if (file_exists(file))
			replay_file(file, count);
		free(file);
	}
	folder_list_free(&names, found);
}

/* "xml" of "tests/fuzz/xml_fuzz", or of libtool's "lt-xml_fuzz". */
static char *
own_seeds(const char *program)
{
	const char *slash = strrchr(program, '/'), *name = slash != NULL ? slash + 1 : program;
	char *folder, *path;

	if (strncmp(name, "lt-", 3) == 0)
		name += 3;
	folder = must_printf("tests/fuzz/seeds/%.*s", (int)(strlen(name) - strlen("_fuzz")), name);
	path = source_path(folder);
	free(folder);
	return path;
}

int
main(int argc, char **argv)
{
	size_t count = 0;

	for (int i = 1; i < argc; i++)
		replay(argv[i], &count);
	if (argc == 1) {
		char *seeds = own_seeds(argv[0]);

		replay(seeds, &count);
		free(seeds);
	}
	printf("%zu inputs\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
