/* SPDX-License-Identifier: EUPL-1.2 */
/* Findings and errors as people and machines read them: compiler-style text and OperationOutcome. */
#ifndef EHDS_CONFORM_REPORT_H
#define EHDS_CONFORM_REPORT_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"

/*
 * "FILE:LINE: error: RULE-ID: what is wrong, found 'x', expected 'y' (at FHIRPATH)", one line each, ended
 * by a newline; FILE:LINE:COLUMN where the column is known. Without a document place the stylesheet's or
 * table's place stands first; parts that are unknown are left out. Control characters become spaces,
 * values found and expected are cut at 200 bytes.
 */
void
report_text(struct buffer *out, const struct ehds_finding *finding);

/*
 * One OperationOutcome (FHIR R4, JSON, two spaces a level). error (may be NULL, or of kind NONE) becomes
 * the first issue (fatal). Every finding: severity, code, details.coding (system urn:ehds:rule, code =
 * rule id), details.text, diagnostics (found / expected), expression; extensions
 * urn:ehds:outcome:source-line, :stylesheet, :table, :profile. summary (may be NULL) is the last issue,
 * severity information, code informational.
 */
void
report_outcome(struct buffer *out, const struct ehds_error *error, const struct ehds_findings *findings,
    const char *summary);

#endif
