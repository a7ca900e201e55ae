/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIR packages: the bytes of an archive. Promises: a refusal says why; of a package that is taken facts can be made, or it is said why
 * not; facts that were made can be loaded, or the loader says in which line they cannot (a package may nest its elements wrongly).
 */
#include "base/alloc.h"
#include "conform/package.h"
#include "conform/profile_store.h"

#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void
load(const struct buffer *facts)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct profiles *profiles = profiles_new();

	if (profiles_take(profiles, "made.facts", facts->data, facts->length, &error) == 0)
		profiles_bind(profiles);
	else
		must(error.kind == EHDS_ERROR_CONFIG && error.line > 0 && error.text[0] != '\0');
	profiles_free(&profiles);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
	int file = memfd_create("package", 0);
	char *path = must_printf("/proc/self/fd/%d", file);
	struct buffer facts = { 0 };
	struct package *package;
	struct package_set set;

	must(file >= 0 && write(file, bytes, length) == (ssize_t)length);
	if (package_read(&package, path, arena, &error) == 0) {
		set.first = package;
		if (package_write_facts(&facts, package, &set, arena, &error) == 0)
			load(&facts);
	}
	must(error.kind == EHDS_ERROR_NONE || error.text[0] != '\0');
	buffer_free(&facts);
	free(path);
	close(file);
	arena_free(&arena);
	return 0;
}
