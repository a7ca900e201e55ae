/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables and value sets against the forms in which others publish them: FHIR ConceptMap, ValueSet and CodeSystem (HL7 FHIR R4 4.0.1), and IHE
 * SVS value sets (ITI TF-2, 3.48, RetrieveValueSetResponse, in which agencies publish theirs). What one form says and the other
 * cannot is a finding each, never silence: a row that a table cannot hold as a decision is left out and listed.
 */
#ifndef EHDS_MAPPING_EXCHANGE_H
#define EHDS_MAPPING_EXCHANGE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/finding.h"
#include "mapping/mapping.h"

#include <libxml/tree.h>

struct exchange_import {
	const char *name;		/* FOLDER/NAME: of the table or set */
	const char *file, *sha256;	/* what it is made from, for its head and for places */
	const char *extends;		/* of a table: the one that its rows are laid over; NULL */
	const char *licence;		/* what the resource does not say itself; NULL */
	const struct mappings *mappings;	/* whose naming turns OIDs into URIs: that of FOLDER's country; NULL: urn:oid */
};

/*
 * Appends a YAML file: a table from a ConceptMap, a set from a ValueSet, a CodeSystem or an SVS response. *kind is "tables" or "sets": the
 * folder that it belongs in. doc is FHIR XML (or FHIR JSON as that tree) or SVS. Findings: import-relation (another word for the relation),
 * import-left-out (what the YAML cannot say, each with its place). Errors, DOCUMENT with the place: import-resource (something else),
 * import-empty (nothing in it that can be taken).
 */
int
exchange_import(struct buffer *out, const char **kind, const xmlDoc *doc, const struct exchange_import *import, struct arena *arena,
    struct ehds_findings *findings, struct ehds_error *error);

enum exchange_form { EXCHANGE_FHIR, EXCHANGE_SVS };

/*
 * Gives the resource (xmlFreeDoc) of a table (ConceptMap) or a set (ValueSet, or SVS). path: the YAML file; its TSV and what it extends are
 * read too. Findings: export-left-out. Errors: CONFIG of the file's mistakes, export-form (a table is no value set; two keys are no
 * ConceptMap).
 */
int
exchange_export(xmlDoc **out, const char *path, enum exchange_form form, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error);

#endif
