/* SPDX-License-Identifier: EUPL-1.2 */
/* Between the files of the narrative: walking (narrative.c), tables, attributes and pictures. */
#ifndef EHDS_MAPPING_NARRATIVE_H
#define EHDS_MAPPING_NARRATIVE_H

#include "mapping/element.h"

struct narrative {
	struct call *call;
	xmlNs *xhtml;
	bool content;		/* something that txt-2 counts: text or a picture */
	unsigned depth;		/* of the source below its root */
	unsigned inline_only;	/* blocks are not allowed here: they become spans */
	unsigned preformatted;	/* white space counts here */
	size_t pictures;	/* bytes read for pictures so far */
};

/* ---- narrative.c ----------------------------------------------------------------------------- */

/*
 * A new XHTML child. A block in an inline parent turns that parent, and its inline ancestors, into
 * <div>.
 */
xmlNode *
narrative_add(struct narrative *narrative, xmlNode *parent, const char *name);

/* Text as it is. */
void
narrative_add_text(struct narrative *narrative, xmlNode *parent, const char *text);

/* All that stands below source, into out; source's own attributes are not looked at. */
void
narrative_walk(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* One element and all below it. */
void
narrative_walk_element(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* ---- narrative_table.c ----------------------------------------------------------------------- */

void
narrative_table(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* ---- narrative_attribute.c ------------------------------------------------------------------- */

/* id, class, style, lang and title of any element. */
void
narrative_attributes(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/*
 * span, width, align, valign ... of tables and their parts, as the XHTML schema of FHIR R4 knows
 * them.
 */
void
narrative_table_attributes(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* What an ID of the source is as xs:ID (an NCName); the same ID gives the same id everywhere. */
const char *
narrative_id(struct call *call, const char *id);

void
narrative_set(xmlNode *out, const char *name, const char *value);

/* ---- narrative_media.c ----------------------------------------------------------------------- */

void
narrative_media(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_link(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_footnote_reference(struct narrative *narrative, const xmlNode *source, xmlNode *out);

/* ---- narrative_element.c --------------------------------------------------------------------- */

void
narrative_break(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_caption(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_content(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_fixed(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_list(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_nothing(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_picture(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_space(struct narrative *narrative, const xmlNode *source, xmlNode *out);

void
narrative_stray_cell(struct narrative *narrative, const xmlNode *source, xmlNode *out);

#endif
