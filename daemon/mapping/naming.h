/* SPDX-License-Identifier: EUPL-1.2 */
/* Object identifiers and URIs: which is which, and how identifiers of a root are written in FHIR. */
#ifndef EHDS_MAPPING_NAMING_H
#define EHDS_MAPPING_NAMING_H

#include "base/error.h"
#include "base/finding.h"
#include "format/yaml.h"

#include <stdbool.h>
#include <stddef.h>

/* How identifiers that begin with `prefix` ("": any) are written. Strings are borrowed from the naming. */
struct naming_scheme {
	const char *prefix;
	size_t strip;			/* leading characters to take away */
	bool keep;			/* write the unstripped identifier beside it, under urn:oid: */
	const char *uri;		/* Identifier.system */
	const char *type_system, *type_code, *type_display;	/* Identifier.type.coding; NULL */
	const char *use;		/* Identifier.use; NULL */
};

struct naming_row {
	const char *oid, *uri, *name;	/* uri is never NULL: urn:oid:... when the row names none */
	const struct naming_scheme *schemes;	/* the row's own values are the last one, with prefix "" */
	size_t scheme_count;
	const char *file;
	int line;
};

struct naming;

struct naming *
naming_new(void);

void
naming_free(struct naming **naming);

/* Adds the rows of a file; rows of later files replace those of earlier ones. Mistakes are findings in lint (errors). */
void
naming_add(struct naming *naming, const struct yaml_file *file, struct ehds_findings *lint);

/* The row of an OID, aliases followed; NULL when there is none. */
const struct naming_row *
naming_find(const struct naming *naming, const char *oid);

/* The OID of a URI ("urn:oid:1.2" gives "1.2"); NULL when there is none. */
const char *
naming_oid(const struct naming *naming, const char *uri);

/*
 * The URI of an OID: its row's, else "urn:oid:OID" for a well-formed OID (ITU-T X.660: arcs without leading zeros, first 0..2),
 * "urn:uuid:..." for a UUID, the text itself when it is a URI already; NULL for anything else. buffer is scratch.
 */
const char *
naming_uri(const struct naming *naming, const char *oid, char *buffer, size_t size);

#endif
