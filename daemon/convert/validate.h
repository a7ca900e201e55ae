/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A FHIR document as it is, XML or JSON, before the gate: nothing is converted, every breach gets
 * its line.
 */
#ifndef EHDS_CONVERT_VALIDATE_H
#define EHDS_CONVERT_VALIDATE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"
#include "convert/convert.h"

#include <stdbool.h>
#include <stddef.h>

struct validation {
	struct arena *arena;		/* owns: the findings live here */
	struct ehds_findings findings;
	struct ehds_error error;	/* kind NONE unless the bytes cannot be read as XML or JSON */
	bool conformant;		/* read, and no finding is an error */
	struct buffer outcome;		/* owns: OperationOutcome JSON; always there */
};

/*
 * Checks the bytes against R4 and profile (canonical; NULL: what the document claims). JSON is told
 * by its first character, '{'. name stands in places. Never fails: what is wrong is in the outcome.
 * converter needs no mappings. bytes are not kept. *out is zero-initialised or was freed by the
 * caller.
 */
void
validate_document(struct validation *out, const struct converter *converter, const char *name,
    const char *profile, const char *bytes, size_t length);

void
validation_free(struct validation *validation);

#endif
