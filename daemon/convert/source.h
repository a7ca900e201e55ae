/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bytes to the tree that everything after reads, whatever they are written in: XML through the guard, FHIR JSON through its
 * own reader into the tree of FHIR XML. The bytes themselves say which it is; a content type that a sender declares is a claim.
 */
#ifndef EHDS_CONVERT_SOURCE_H
#define EHDS_CONVERT_SOURCE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/finding.h"
#include "format/xml.h"
#include "mapping/mapping.h"

/*
 * Gives the source (xml_source_free); bytes are borrowed until then. JSON begins with '{' or '[' behind white space and a byte
 * order mark; its depth, bytes and values are bounded by limits' depth, bytes and elements. The attribute values of FHIR XML,
 * where attachments stand, may be as long as libxml2 takes them. Errors and findings are those of xml_parse and fhir_json_read.
 */
int
source_read(struct xml_source **out, const char *bytes, size_t length, const char *name, const struct xml_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error);

/* Envelopes in envelopes: a letter in an SBDH in a SOAP message is two. */
#define ENVELOPES_MAX 4

/*
 * Opens what is an envelope around a document, again and again, and finds the pack that takes the document in it. Then *source
 * is the document (the envelope's source is freed) and *name, in the arena, says so where its places are not the file's:
 * "letter.xml#document". *pack is NULL with the error when no pack takes it; *reasons (reasons may be NULL) are those of the
 * last document looked at. Findings envelope-opened and envelope-type. Errors are those of mappings_detect, envelope_open and
 * source_read, and DOCUMENT envelope-depth over ENVELOPES_MAX.
 */
int
source_detect(const struct pack **pack, struct xml_source **source, const char **name, const struct mappings *mappings,
    const struct xml_limits *limits, const struct detect_reason **reasons, struct arena *arena,
    struct ehds_findings *findings, struct ehds_error *error);

#endif
