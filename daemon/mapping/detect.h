/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which pack takes a document. Rules are shared: the same rule in fifty packs is tested once, and so is the
 * same path in fifty rules.
 */
#ifndef EHDS_MAPPING_DETECT_H
#define EHDS_MAPPING_DETECT_H

#include "base/finding.h"
#include "format/yaml.h"
#include "mapping/mapping.h"
#include "mapping/pack.h"
#include "mapping/schema.h"

struct detector;

/* The schema of one rule of `detect`. */
extern const struct schema detect_rule_schema;

struct detector *
detector_new(void);

void
detector_free(struct detector **detector);

/*
 * Compiles the rules of a pack (its namespaces are there already) and sets pack->rules. path: of its
 * pack.yaml. Mistakes are errors in lint: lint-detect-rule, lint-duplicate-rule, lint-xpath, lint-regex;
 * lint-slow-path is a warning.
 */
void
detector_read(struct detector *detector, struct pack *pack, const struct yaml_node *rules,
    struct arena *arena, struct ehds_findings *lint);

/* Takes the packs (borrowed, all read) into service. Two with the same rules: lint-detect-tie. */
void
detector_close(struct detector *detector, struct pack *const *packs, size_t count,
    struct ehds_findings *lint);

/* See mappings_detect. */
const struct pack *
detector_find(const struct detector *detector, const xmlDoc *doc, struct arena *arena,
    const struct detect_reason **reasons, struct ehds_error *error);

#endif
