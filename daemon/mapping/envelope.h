/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The `envelope` of a pack.yaml: where the document is that such a document carries, and how both say what it is. What to do
 * with an opened envelope is the road's business (convert/source.h).
 */
#ifndef EHDS_MAPPING_ENVELOPE_H
#define EHDS_MAPPING_ENVELOPE_H

#include "base/finding.h"
#include "format/yaml.h"
#include "mapping/pack.h"
#include "mapping/schema.h"

struct envelope;

extern const struct schema envelope_schema;

/*
 * Reads the mapping; prefixes are those of the pack. Mistakes are errors in lint: lint-envelope, lint-xpath. Gives the
 * envelope (envelope_free), which lives in the arena; NULL when it could not be read.
 */
struct envelope *
envelope_read(const struct pack *pack, const struct yaml_node *node, struct arena *arena, struct ehds_findings *lint);

void
envelope_free(struct envelope **envelope);

#endif
