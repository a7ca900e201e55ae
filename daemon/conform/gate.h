/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The gate: what a result must pass before it may be forwarded. The road (convert/convert.c) knows only this
 * header, so that the engine behind it can grow from document rules to whole profiles.
 */
#ifndef EHDS_CONFORM_GATE_H
#define EHDS_CONFORM_GATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct conformance;

/* Loads the facts of the conformance folder once; immutable afterwards. folder NULL: what is built in.
 * Errors: CONFIG. */
int
conformance_load(struct conformance **out, const char *folder, struct ehds_error *error);

/*
 * Has a rule checked that is only checked on request (RULE_ON_REQUEST in rules.h): "markdown-html", "url-example".
 * Before the first gate_check. -1 when the rule is no such rule.
 */
int
conformance_also(struct conformance *conformance, const char *rule);

void
conformance_free(struct conformance **conformance);

/* One line that names the packages behind a verdict: "hl7.fhir.r4.core#4.0.1 hl7.fhir.eu.eps#1.0.0-xtehr". */
const char *
conformance_packages(const struct conformance *conformance);

/*
 * Checks doc (FHIR XML tree) against R4's document rules and `profile` (canonical, may be NULL: what the
 * document claims). Every breach is a finding with rule, FHIRPath, found and expected; the document conforms
 * when no finding is an error. Returns whether it does.
 */
bool
gate_check(const struct conformance *conformance, const xmlDoc *doc, const char *profile, struct arena *arena,
    struct ehds_findings *findings);

#endif
