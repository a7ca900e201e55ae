/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading pack.yaml: what load.c gives it, and what it makes. */
#ifndef EHDS_MAPPING_PACK_LOAD_H
#define EHDS_MAPPING_PACK_LOAD_H

#include "mapping/country.h"
#include "mapping/detect.h"
#include "mapping/files.h"
#include "mapping/pack.h"
#include "mapping/shelf.h"

struct pack_loader {
	struct arena *arena;		/* of the generation */
	struct mapping_files *files;
	const struct countries *countries;
	struct table_shelf *shelf;
	struct detector *detector;
	const char *const *roots;
	size_t root_count;
	struct ehds_findings *lint;
};

/*
 * Reads a pack.yaml and all that it names but its stylesheet. Mistakes are findings in lint. In the arena;
 * NULL when it cannot even be named. pack_close frees what is not in the arena.
 */
struct pack *
pack_read(struct pack_loader *loader, const struct mapping_file *file);

/*
 * Compiles its stylesheet: when all packs are read, so that a mistake in YAML is named before what follows
 * from it.
 */
void
pack_compile(struct pack_loader *loader, struct pack *pack);

void
pack_close(struct pack *pack);

#endif
