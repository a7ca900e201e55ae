/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The road of one document: bytes in, a European document and an outcome out. The steps stand in one table at
 * the head of convert.c. The daemon's workers and `ehdsctl convert` call the same function.
 */
#ifndef EHDS_CONVERT_CONVERT_H
#define EHDS_CONVERT_CONVERT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"
#include "conform/gate.h"
#include "format/xml.h"
#include "mapping/mapping.h"

#include <stddef.h>

/* What everything shares: one immutable generation. Borrows all. */
struct converter {
	const struct mappings *mappings;
	const struct conformance *conformance;
	struct xml_limits limits;
};

enum convert_as { CONVERT_FHIR_JSON, CONVERT_FHIR_XML };

enum convert_state {
	CONVERT_CONVERTED,	/* conformant */
	CONVERT_HELD,		/* the gate or a mapping says no: an operator decides (error.kind TEMPORARY: try again first) */
	CONVERT_REFUSED,	/* the sender must cure it: no result */
};

struct convert_job {
	const char *name;	/* document name for places, "-" when there is none */
	const char *pack;	/* use this pack, NULL: detect */
	const char *date;	/* the job's instant or NULL */
	enum convert_as as;
	bool pretty;
	bool explain;
};

/* One document of a job that has several. */
struct convert_input {
	const char *name;	/* for places */
	const char *bytes;
	size_t length;
};

#define CONVERT_INPUTS_MAX 16

struct conversion {
	struct arena *arena;		/* owns: everything below but `result` lives here */
	const char *name;		/* borrows; of a part: its document's */
	struct xml_source *source;	/* owns */
	const struct pack *pack;	/* borrows; NULL when not detected */
	struct mapping_result mapping;	/* owns; mapping.bundle NULL when refused before mapping */
	struct ehds_findings findings;
	struct ehds_error error;	/* kind NONE unless a step stopped */
	enum convert_state state;
	struct buffer result;		/* owns: the document, only when state is CONVERTED or HELD after the gate */
	struct buffer outcome;		/* owns: OperationOutcome JSON; always there */
	/*
	 * owns; the sources of a composed document, in the order in which it was made of them. Their findings are copied
	 * to the ones above; `source` above is NULL, `pack` is the first one's, `mapping` the whole.
	 */
	struct conversion *parts;
	size_t part_count;
};

/*
 * Converts one document. Never fails: the state says what became of it, and the outcome why. bytes are borrowed
 * until conversion_free. *out is zero-initialised or was freed by the caller.
 */
void
convert_document(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const char *bytes, size_t length);

/*
 * Makes one document of several about the same patient (compose.h): 1 to CONVERT_INPUTS_MAX of them. Of one, it is
 * convert_document. job->name stands for the whole; job->pack is for one document only.
 */
void
convert_documents(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const struct convert_input *inputs, size_t count);

void
conversion_free(struct conversion *conversion);

/* "converted", "held", "refused". */
const char *
convert_state_name(enum convert_state state);

#endif
