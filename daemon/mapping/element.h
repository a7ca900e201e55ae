/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Between the run (run.c, which evaluates `select`, keeps ledger and trace, and handles absence once for all) and the
 * typed writers (types_*.c), which turn one source item into one FHIR element and know nothing of XSLT.
 */
#ifndef EHDS_MAPPING_ELEMENT_H
#define EHDS_MAPPING_ELEMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "mapping/pack.h"
#include "mapping/table.h"

#include <libxml/tree.h>
#include <stdbool.h>

struct run;			/* one document's run; run.c */
struct plan;			/* one extension element of a stylesheet, compiled; stylesheet.c */

/* One use of one extension element on one document. */
struct call {
	struct run *run;
	const struct plan *plan;
	const struct pack *pack;
	struct arena *arena;
	const struct table *table;	/* of the `table` attribute; NULL */
	const xmlNode *context;		/* the node at which the extension element runs */
	const struct table_row *row;	/* out: the row that the writer used, for the trace */
	struct ehds_error *error;
};

/* What was selected: an element, an attribute, or a string. */
struct item {
	const xmlNode *node;		/* element or attribute (cast); NULL for a string */
	const char *text;		/* a string or an attribute's value; NULL for an element */
};

enum written {
	WRITTEN_FAILED = -1,	/* call->error is set */
	WRITTEN_NOTHING = 0,	/* the source says nothing here: run.c does what `absent` says */
	WRITTEN_DONE = 1,
};

/* Writes item as element `name` below parent. */
typedef enum written (*writer)(struct call *call, const struct item *item, xmlNode *parent, const char *name);

/* Several items make one element (timing). */
typedef enum written (*set_writer)(struct call *call, const struct item *items, size_t count, xmlNode *parent,
    const char *name);

/* ---- What writers get from the run ------------------------------------------------------------------------ */

/* A new child element in the FHIR name space; given to the tree. */
xmlNode *
out_element(xmlNode *parent, const char *name);

/* A new primitive: <name value="text"/>. NULL or empty text writes nothing and returns NULL. */
xmlNode *
out_value(xmlNode *parent, const char *name, const char *text);

/* <extension url="url"> below parent, for the caller to fill. */
xmlNode *
out_extension(xmlNode *parent, const char *url);

/* The data-absent-reason extension below element (http://hl7.org/fhir/StructureDefinition/data-absent-reason). */
void
out_absent(xmlNode *element, const char *reason);

/* The value of an own attribute of the extension element (attribute value template evaluated), or NULL. */
const char *
call_attribute(struct call *call, const char *name);

/* A finding at the item's place with the stylesheet's and table's place. found, expected may be NULL. */
void
call_finding(struct call *call, const struct item *item, enum ehds_severity severity, const char *rule,
    const char *code, const char *found, const char *expected, const char *format, ...)
    __attribute__((format(printf, 8, 9)));

/* Sets call->error at the item's place; returns WRITTEN_FAILED. */
enum written
call_refuse(struct call *call, const struct item *item, const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Counts one code for the ledger's table statistics. */
enum code_fate { CODE_TRANSLATED, CODE_KEPT, CODE_TEXT_ONLY };
void
call_count_code(struct call *call, enum code_fate fate);

/* The element of the source document with that ID attribute (`ID` of CDA narrative), or NULL. Indexed. */
const xmlNode *
call_element_by_id(struct call *call, const char *id);

/* Marks a node as read for the ledger (the run marks the selected items by itself). */
void
call_mark(struct call *call, const xmlNode *node);

/* The body cut out of this element, or NULL (format/xml.h). */
const struct xml_body *
call_body(struct call *call, const xmlNode *element);

/* ---- The writers, by file -------------------------------------------------------------------------------- */

/* types_code.c: CD, CE, CV, CS, CodeableConcept, Coding and strings */
enum written write_concept(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_coding(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_code(struct call *, const struct item *, xmlNode *parent, const char *name);

/* types_identity.c: II, PN, ON, AD, TEL */
enum written write_identifier(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_name(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_orgname(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_address(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_telecom(struct call *, const struct item *, xmlNode *parent, const char *name);

/* types_fhir.c: FHIR values as they stand */
enum written write_copy(struct call *, const struct item *, xmlNode *parent, const char *name);

/* types_time.c: TS, IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS */
enum written write_date(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_datetime(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_instant(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_period(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_timing(struct call *, const struct item *, size_t count, xmlNode *parent, const char *name);

/* types_quantity.c: PQ, INT, REAL, MO, IVL_PQ, RTO, and value by xsi:type */
enum written write_quantity(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_range(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_ratio(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_any(struct call *, const struct item *, xmlNode *parent, const char *name);

/* types_text.c: ED, ST */
enum written write_string(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_text(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_attachment(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_binary(struct call *, const struct item *, xmlNode *parent, const char *name);

/*
 * The text of an ED, CD or other element with reference, originalText and thumbnail resolved; line breaks kept when lines,
 * else white space normalised (XML 1.0, 3.3.3). NULL when there is none or the reference dangles. In the arena.
 */
const char *
resolved_text(struct call *call, const xmlNode *element, bool lines);

/* narrative.c: StrucDocText -> XHTML */
enum written write_narrative(struct call *, const struct item *, xmlNode *parent, const char *name);
enum written write_narratives(struct call *, const struct item *, size_t count, xmlNode *parent, const char *name);

/* ---- Shared questions --------------------------------------------------------------------------------------- */

/* The data-absent-reason of a nullFlavor (table in mappings/README.md); NULL for NULL. */
const char *
absent_reason(const char *null_flavor);

/* An attribute's value (borrowed from the tree) or NULL; name space-less attributes only. */
const char *
node_attribute(const xmlNode *element, const char *name);

/* xsi:type without prefix ("IVL_PQ"), or NULL. */
const char *
node_xsi_type(const xmlNode *element);

/* The first child element with that local name, whatever its name space, or NULL. */
const xmlNode *
node_child(const xmlNode *element, const char *name);

const xmlNode *
node_next(const xmlNode *element, const char *name);

/* The line of an element, or of the element that an attribute or text belongs to; 0 for NULL and the document itself. */
int
node_line(const xmlNode *node);

#endif
