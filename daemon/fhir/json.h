/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIR JSON to the tree and back. The tree is FHIR XML in libxml2: name space http://hl7.org/fhir,
 * elements in the order of the specification. Loss-free both ways: digits of decimals, _element
 * extensions and ids, nulls in arrays of primitives, XHTML, contained resources. Source: HL7 FHIR
 * R4 4.0.1, json.html, xml.html.
 */
#ifndef EHDS_FHIR_JSON_H
#define EHDS_FHIR_JSON_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"
#include "format/json.h"

#include <libxml/tree.h>

#define FHIR_NAMESPACE "http://hl7.org/fhir"
#define XHTML_NAMESPACE "http://www.w3.org/1999/xhtml"

/* What fhir_json_read takes by itself: 64 MiB, 128, 1,000,000 values. */
extern const struct json_limits fhir_json_limits;

/*
 * Gives the tree (xmlFreeDoc). node->line is the JSON line (xml_line). What is not FHIR (unknown properties, wrong JSON
 * types, stray nulls, empty arrays and strings) is a finding each, and the rest is read. Errors: DOCUMENT
 * fhir-json-no-resource, and those of json_parse.
 */
int
fhir_json_read(xmlDoc **out, const char *bytes, size_t length, const char *name, const struct json_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error);

/*
 * Appends the document as JSON. pretty: two spaces a level. The tree must be ordered (fhir_order). Errors:
 * MAPPING fhir-unknown-element, fhir-unknown-resource (names the element and its parent).
 */
int
fhir_json_write(struct buffer *out, const xmlDoc *doc, bool pretty, struct ehds_error *error);

/* Appends the document as UTF-8 FHIR XML with an XML declaration. pretty never touches XHTML. */
int
fhir_xml_write(struct buffer *out, const xmlDoc *doc, bool pretty, struct ehds_error *error);

#endif
