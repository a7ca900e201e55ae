/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one door through which XML bytes enter the house. A linear scan bounds and repairs before libxml2 sees
 * anything: no document type declaration, no entities, bounded depth, attributes, elements; base64 bodies are
 * cut out and kept by reference. No other file calls xmlRead*, xmlCtxtRead* or xmlParse*.
 */
#ifndef EHDS_FORMAT_XML_H
#define EHDS_FORMAT_XML_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"

#include <libxml/tree.h>

struct xml_limits {
	size_t bytes;		/* of the whole document */
	unsigned depth;		/* of nested elements */
	unsigned attributes;	/* of one element, name space declarations included */
	unsigned elements;	/* of the whole document */
	unsigned name;		/* bytes of one element or attribute name */
	unsigned value;		/* bytes of one attribute value */
	unsigned body;		/* longer base64 texts are cut out (xml_source_body); 0 means the default */
};

/*
 * 32 MiB, 128, 256, 500,000, 1,024, 1 MiB; 4 KiB. FHIR XML carries attachments in attributes: who
 * reads it raises value, up to the 10,000,000 bytes that libxml2 takes.
 */
extern const struct xml_limits xml_limits_default;

/* A base64 text that was cut out of the document: white space and all, as the sender wrote it. */
struct xml_body {
	const char *data;	/* borrows from the bytes that were parsed, or from the arena after transcoding */
	size_t length;
};

struct xml_source;		/* a parsed document with what libxml2 does not keep */

/*
 * Checks and parses. bytes stay borrowed until xml_source_free. name stands in places. Encoding:
 * byte order mark, declaration (UTF-8, UTF-16, ISO-8859-1, windows-1252, ISO-8859-15), else UTF-8;
 * all is UTF-8 inside. What is repaired or ignored (a byte order mark, a stylesheet instruction) is
 * a finding only where a reader would miss it. Errors are DOCUMENT with line and column: xml-empty,
 * xml-not-xml, xml-malformed, xml-doctype, xml-entity, xml-depth, xml-attributes, xml-elements,
 * xml-name, xml-too-large, xml-nul, xml-encoding. Source: XML 1.0 (5th edition); limits are the
 * project's own.
 */
int
xml_parse(struct xml_source **out, const char *bytes, size_t length, const char *name,
    const struct xml_limits *limits, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error);

/*
 * Takes the tree that another reader made of these bytes (FHIR JSON, fhir/json.h): from here on a source is a source.
 * Nothing was cut out of it. Lines stand in the nodes as xml_line reads them. The tree is freed on failure too: DOCUMENT
 * xml-too-large, no memory for the document.
 */
int
xml_source_adopt(struct xml_source **out, xmlDoc *doc, const char *bytes, size_t length, const char *name,
    struct arena *arena, struct ehds_error *error);

/* Accepts NULL in *source; the tree dies with it. */
void
xml_source_free(struct xml_source **source);

/* Borrows. doc->_private is the struct xml_source; node->_private is free for the mapping layer. */
xmlDoc *
xml_source_doc(const struct xml_source *source);

/*
 * Makes an element of the tree its root, with the name spaces that are in scope there; what was around it stays with the
 * source, detached, and its bodies and lines stay known. -1: there is not enough memory, and the source can only be
 * freed; or the element is the root.
 */
int
xml_source_root(struct xml_source *source, xmlNode *element);

/* The bytes as the sender sent them, borrowed: what a hash of the document is made of. */
const char *
xml_source_bytes(const struct xml_source *source, size_t *length);

/*
 * The line of a node of a document that xml_parse made (an attribute has its element's), also
 * behind line 65,535, where node->line ends and xmlGetLineNo guesses from the neighbours. 0 when
 * unknown.
 */
int
xml_line(const xmlNode *node);

/*
 * The body that was cut out of this element's text, or NULL. Cut out is the whole text of an
 * element with nothing else in it, longer than the limit, of base64 digits and little white space; such
 * an element has no children in the tree.
 */
const struct xml_body *
xml_source_body(const struct xml_source *source, const xmlNode *element);

/*
 * Parses a stylesheet or another trusted file of an operator: same door, same refusals, larger limits, errors
 * of kind MAPPING. Gives the tree (xmlFreeDoc), with line numbers; libxslt takes it over.
 */
int
xml_parse_trusted(xmlDoc **out, const char *path, struct ehds_error *error);

/* Process-wide set-up of libxml2: no catalogs, no network, no output to standard error. Call once, first. */
void
xml_open(void);

#endif
