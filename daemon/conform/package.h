/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIR packages (.tgz as registries publish them, or the unpacked folder) to fact files: what the engine needs of
 * StructureDefinitions and ValueSets, one line each, no prose. Source: FHIR NPM package specification (hl7.org/fhir/packages.html);
 * HL7 FHIR R4 4.0.1, structuredefinition.html, valueset.html. The fact file's form is in conformance/README.md.
 */
#ifndef EHDS_CONFORM_PACKAGE_H
#define EHDS_CONFORM_PACKAGE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "format/json.h"

#include <stdbool.h>
#include <stddef.h>

/* One resource of a package. */
struct package_resource {
	const struct json *json;
	const char *file;
	const struct package_resource *next;	/* in order of file name */
};

struct package {
	const char *name, *version, *licence, *canonical;
	const struct json *manifest;		/* package.json */
	const struct package_resource *resources;
	size_t count;
	struct package *next;
};

/*
 * Reads a .tgz or a folder (with or without `package/` in it). All lives in the arena. Errors: CONFIG package-read (no archive, no
 * package.json), package-limits (over 20,000 files, 64 MiB a file, 1 GiB in all, a path that leaves the archive).
 */
int
package_read(struct package **out, const char *path, struct arena *arena, struct ehds_error *error);

/* Packages that are read together: value sets of one may name code systems of another. */
struct package_set {
	struct package *first;
};

/* The resource of this type ("ValueSet") that a canonical (|version is not looked at) names; NULL when there is none. */
const struct json *
package_find(const struct package *package, const char *type, const char *canonical);

/* The same in the first package of the set that has it. */
const struct json *
package_set_find(const struct package_set *set, const char *type, const char *canonical);

/*
 * Appends the facts of one package; others of the set serve for look-ups, and for the snapshots of StructureDefinitions that
 * have none; where that is not enough: CONFIG package-no-snapshot.
 */
int
package_write_facts(struct buffer *out, const struct package *package, const struct package_set *set,
    struct arena *arena, struct ehds_error *error);

#endif
