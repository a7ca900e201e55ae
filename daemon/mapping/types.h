/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the typed writers share among themselves: questions to source nodes (node.c), text in the
 * arena (line.c), points in time (timestamp.c), numbers (decimal.c) and units (ucum.c). Nobody else
 * needs it.
 */
#ifndef EHDS_MAPPING_TYPES_H
#define EHDS_MAPPING_TYPES_H

#include "mapping/element.h"

/* ---- node.c ---------------------------------------------------------------------------------- */

static inline struct item
item_of(const xmlNode *node)
{
	return (struct item){ .node = node };
}

/* The item as an element, or NULL when it is a string or an attribute. */
const xmlNode *
item_element(const struct item *item);

/* An element with that local name, whatever its name space. */
bool
node_is(const xmlNode *node, const char *name);

/* Whether text stands directly in the element, beside its child elements. */
bool
node_has_text(const xmlNode *element);

/* The first child element; the next sibling element. NULL when there is none. */
const xmlNode *
node_first(const xmlNode *element);

const xmlNode *
node_following(const xmlNode *element);

/* An attribute's value when it is not blank, else NULL. */
const char *
node_filled(const xmlNode *element, const char *name);

/* The nullFlavor, or NULL; element may be NULL. */
const char *
node_null(const xmlNode *element);

/*
 * Whether the source withholds the item (nullFlavor MSK). What stands beside an MSK all the same is
 * not to be shown either: finding map-masked-content.
 */
bool
item_masked(struct call *call, const struct item *item);

/* ---- types_fhir.c ---------------------------------------------------------------------------- */

/* An element of http://hl7.org/fhir: the source is a FHIR document. */
bool
node_is_fhir(const xmlNode *node);

/* The value of a child that is a primitive of FHIR (`<code value="x"/>`), or NULL when it is not there or blank. */
const char *
node_value(const xmlNode *element, const char *name);

/* ---- line.c: texts of one document, in its arena --------------------------------------------- */

/*
 * Zeroed memory from the arena. NULL sets call->error (DOCUMENT map-memory); call_finish turns that
 * into WRITTEN_FAILED.
 */
void *
call_alloc(struct call *call, size_t size);

/* What a public writer returns: WRITTEN_FAILED when call->error was set on the way. */
enum written
call_finish(const struct call *call, enum written written);

/*
 * Whether decoded bytes may stand in the tree: UTF-8 of characters that XML 1.0 knows (production
 * 2).
 */
bool
text_is_xml(const char *text, size_t length);

/* White space normalised as XML 1.0, 3.3.3 does it for tokens; NULL for NULL or blank text. */
const char *
text_line(struct call *call, const char *text);

/* The same with its line breaks kept: at most one blank line in a row, none at the ends. */
const char *
text_lines(struct call *call, const char *text);

/*
 * The item as one line of text: a string, an attribute's value or an element's own text; NULL when
 * blank.
 */
const char *
item_line(struct call *call, const struct item *item);

/*
 * All text below an element; block elements and <br/> part words (lines: break lines). NULL when
 * blank.
 */
const char *
element_text(struct call *call, const xmlNode *element, bool lines);

/*
 * The same for a name or an address whose children are its parts; delimiters stand as the source
 * has them.
 */
const char *
parts_text(struct call *call, const xmlNode *element, bool lines);

/* A formatted text; NULL when memory ran out. */
const char *
call_printf(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Pieces joined by a separator; NULL and "" are passed over. NULL when all are. */
const char *
text_join(struct call *call, const char *separator, const char *const *pieces, size_t count);

/* ---- naming ---------------------------------------------------------------------------------- */

/* The URI of an OID, UUID or URI in the arena; NULL with a finding map-oid-invalid. */
const char *
system_uri(struct call *call, const struct item *item, const char *oid);

#endif
