/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The entries of a Bundle and the resolution of references in it. Source: HL7 FHIR R4 4.0.1, bundle.html
 * (section "Resolving references in Bundles"), references.html (contained resources).
 */
#ifndef EHDS_FHIR_BUNDLE_H
#define EHDS_FHIR_BUNDLE_H

#include "base/arena.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct bundle_entry {
	xmlNode *entry;		/* Bundle.entry */
	xmlNode *resource;	/* the resource element itself (Patient, ...), or NULL */
	const char *full_url;	/* or NULL */
	const char *id;		/* resource.id or NULL */
	const char *version;	/* resource.meta.versionId or NULL */
	const char *type;	/* "Patient"; NULL without a resource */
	size_t index;
};

struct bundle;

/*
 * doc's root is a Bundle or a single resource (then a bundle of that one without fullUrl). Lives in the
 * arena. NULL when doc is empty or the arena is full.
 */
struct bundle *
bundle_new(const xmlDoc *doc, struct arena *arena);

const struct bundle_entry *
bundle_entries(const struct bundle *bundle, size_t *count);

enum bundle_found {
	BUNDLE_FOUND,
	BUNDLE_MISSING,		/* it should be here and is not */
	BUNDLE_EXTERNAL,	/* an absolute URL or a relative one below a server: may live elsewhere */
	BUNDLE_AMBIGUOUS,	/* two entries with this fullUrl */
};

/*
 * Resolves Reference.reference as it stands in the element `from` (which tells the entry it is in, for
 * relative and '#' references). *out is the resource element.
 */
enum bundle_found
bundle_resolve(const struct bundle *bundle, const xmlNode *from, const char *reference, xmlNode **out);

/* Whether an entry before this one has the same fullUrl and version (R4, bdl-7). */
bool
bundle_repeats(const struct bundle *bundle, const struct bundle_entry *entry);

/* "[type]/[id]" at the end of an http or https fullUrl: true, and where they stand in it. */
bool
bundle_url_identity(const char *full_url, size_t *type, size_t *id);

/* The entry that holds this node, or NULL. */
const struct bundle_entry *
bundle_entry_of(const struct bundle *bundle, const xmlNode *node);

#endif
