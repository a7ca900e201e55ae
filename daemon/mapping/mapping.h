/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mapping layer as the road sees it: load a generation of mappings, find the pack that takes a document,
 * map. What a mapping author may write is in mappings/README.md (man page ehds-mappings(7)).
 */
#ifndef EHDS_MAPPING_MAPPING_H
#define EHDS_MAPPING_MAPPING_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "format/xml.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct mappings;		/* one immutable generation: naming, tables, packs with compiled stylesheets */
struct pack;

/*
 * Loads the folders (later ones override earlier: EU < nation < site). Every mistake is a finding in lint with
 * file:line:column (EHDS_SEVERITY_ERROR stops the load after all files were read). Gives *out, NULL on failure (error is the
 * first lint error, kind CONFIG or MAPPING). `ehdsctl lint` is this function.
 */
int
mappings_load(struct mappings **out, const char *const *folders, size_t count, struct ehds_findings *lint,
    struct ehds_error *error);

void
mappings_free(struct mappings **mappings);

/*
 * SHA-256 over the names and bytes of all files that can change a result, in order of name, wherever the folders lie: the
 * generation's name in outcomes and audit lines. Cases and documents do not count.
 */
const char *
mappings_hash(const struct mappings *mappings);

/* Packs in order of name. */
const struct pack *
mappings_pack(const struct mappings *mappings, size_t index);	/* NULL past the end */

const struct pack *
mappings_pack_named(const struct mappings *mappings, const char *name);

const char *pack_name(const struct pack *pack);		/* "xx/summary": country/format */
const char *pack_title(const struct pack *pack);
const char *pack_country(const struct pack *pack);	/* "fr" */
const char *pack_category(const struct pack *pack);	/* "patient-summary" */
const char *pack_profile(const struct pack *pack);	/* canonical or NULL */
const char *pack_refusal(const struct pack *pack);	/* `refuse:` reason of a pack that only refuses, or NULL */
bool pack_composable(const struct pack *pack);		/* its documents may be one of several sources (`compose`) */
bool pack_header_only(const struct pack *pack);		/* they know who the patient is and no section: never alone */
bool pack_knows_section(const struct pack *pack, const char *code);	/* they are the source of that section */
const char *pack_summary_title(const struct pack *pack);	/* of a document of several sources; NULL: the country says none */
const char *pack_folder(const struct pack *pack);	/* path of its folder */

/* One line per pack of why it takes the document or not, for `ehdsctl detect`. */
struct detect_reason {
	const struct pack *pack;
	bool taken;
	const char *reason;	/* in the arena: the first rule that failed, with the value found */
	const struct detect_reason *next;
};

/*
 * The pack that takes the document: all its detect rules hold and it is the most specific. *reasons may be NULL.
 * NULL and DOCUMENT detect-unknown when none does (the error names the root, document code and template ids found).
 */
const struct pack *
mappings_detect(const struct mappings *mappings, const struct xml_source *source, struct arena *arena,
    const struct detect_reason **reasons, struct ehds_error *error);

/* Whether documents that the pack takes are envelopes around others (`envelope:`): they are opened, never mapped. */
bool
pack_is_envelope(const struct pack *pack);

/* What was in an envelope. */
struct envelope_contents {
	const char *bytes;	/* in the arena; NULL: an element of the envelope, which the source has as its root now */
	size_t length;
	const char *type;	/* what the envelope says that it holds, in the arena; NULL: nothing */
};

/*
 * Opens the envelope that source is; the pack took it. name stands in places. Gives the finding envelope-opened. Errors are
 * DOCUMENT: envelope-empty, envelope-several, envelope-base64, envelope-too-large.
 */
int
envelope_open(struct envelope_contents *out, const struct pack *pack, struct xml_source *source, const char *name,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error);

/* Warns (envelope-type) when the envelope that the pack took said something else than the document in it does. */
void
envelope_compare(const struct envelope_contents *contents, const struct pack *pack, const struct xml_source *document,
    const char *name, struct arena *arena, struct ehds_findings *findings);

enum ledger_fate { LEDGER_UNREAD, LEDGER_MAPPED, LEDGER_TEXT, LEDGER_DROPPED };

/* One clinical statement of the source and what became of it. */
struct ledger_statement {
	const xmlNode *node;
	int line;
	const char *label;	/* "observation 1.2.3.4 G45.9": element, first known template, code */
	bool coded;		/* it has a code or a coded value */
	enum ledger_fate fate;
	const char *why;	/* for text and dropped: the reason */
	const char *target;	/* for mapped: resource type */
};

struct ledger_table {
	const char *table;
	size_t translated, kept, text_only;	/* codes */
};

/* An element with a code, inside a statement, that no typed element read. */
struct ledger_unread {
	const xmlNode *node;
	int line;
	const char *code;
	size_t statement;	/* position in statements */
	const struct ledger_unread *next;
};

struct ledger {
	const struct ledger_statement *statements;
	size_t count, mapped, text, dropped, coded, coded_mapped;
	const struct ledger_table *tables;	/* "-": codes that no table was asked for */
	size_t table_count;
	const struct ledger_unread *unread;	/* in document order; only with mapping_job.explain */
};

/* Where an element of the result comes from. Any part may be unknown (NULL, 0). */
struct trace {
	const xmlNode *source;		/* node of the source document */
	int source_line;
	const char *stylesheet;		/* path below its mappings folder */
	int stylesheet_line;
	const char *table;		/* path of the table file */
	int table_line;
	const char *rule;		/* extension element or "literal" */
};

struct mapping_job {
	const char *name;		/* document name for places */
	const char *date;		/* ehds:today(): instant of the job, "2026-11-22T10:00:00+01:00"; NULL: the document's own date */
	bool explain;			/* keep a trace of literal elements as well (slower) */
	unsigned depth;			/* stylesheet recursion; 0: default 256 */
	unsigned long operations;	/* instructions; 0: default 2,000,000 */
};

struct mapping_result {
	xmlDoc *bundle;			/* owns: FHIR XML, ordered; node->_private is the trace's */
	struct ledger ledger;		/* in the arena */
};

/*
 * Runs the pack. All that lives as long as the document is in the arena. Errors: DOCUMENT (what the sender must
 * cure: map-refused, map-required-missing), MAPPING (map-stylesheet, map-unknown-reference, map-depth, map-operations, ...).
 */
int
mapping_run(struct mapping_result *out, const struct pack *pack, const struct xml_source *source,
    const struct mapping_job *job, struct arena *arena, struct ehds_findings *findings, struct ehds_error *error);

void
mapping_result_free(struct mapping_result *result);

/* The trace of a node of result.bundle (or of its nearest traced ancestor). */
struct trace
mapping_trace(const struct mapping_result *result, const xmlNode *node);

#endif
