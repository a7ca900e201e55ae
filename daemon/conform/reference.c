/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * References: each one leads somewhere, and everything in a document hangs together with its Composition.
 * R4 (documents.html) wants all content reachable from the Composition; resources that point at reached
 * ones (a DiagnosticReport at its Composition) count as linked, as in the guides' own examples. Linked is
 * then the same as connected, and a union of sets answers it in nearly linear time, whatever a sender
 * links in circles.
 */
#include "conform/check.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <string.h>

struct links {
	size_t count;
	size_t parents[];	/* a forest: entries of one tree are linked */
};

struct links *
links_new(size_t entries, struct arena *arena)
{
	struct links *links = arena_alloc(arena, sizeof(*links) + entries * sizeof(links->parents[0]));
	size_t i;

	if (links == NULL)
		return NULL;
	links->count = entries;
	for (i = 0; i < entries; i++)
		links->parents[i] = i;
	return links;
}

/* The tree's root; halves the way to it, so that trees stay flat. */
static size_t
root_of(struct links *links, size_t entry)
{
	while (links->parents[entry] != entry) {
		links->parents[entry] = links->parents[links->parents[entry]];
		entry = links->parents[entry];
	}
	return entry;
}

static void
link_entries(struct check *check, const xmlNode *from, const xmlNode *to)
{
	const struct bundle_entry *a = bundle_entry_of(check->bundle, from),
				  *b = bundle_entry_of(check->bundle, to);

	if (a != NULL && b != NULL)
		check->links->parents[root_of(check->links, a->index)] = root_of(check->links, b->index);
}

/* Whether a URI can name an entry: a uuid, or below a server a whole URL or "Type/id". */
static bool
may_lead(const struct check *check, const char *uri)
{
	if (uri[0] == 'u')
		return text_starts_with(uri, "urn:uuid:");
	return check->server_urls && (uri[0] == 'h' || (uri[0] >= 'A' && uri[0] <= 'Z'));
}

void
reference_link(struct check *check, const xmlNode *element, const char *uri)
{
	xmlNode *target;

	if (!check->document || !may_lead(check, uri))
		return;
	if (bundle_resolve(check->bundle, element, uri, &target) == BUNDLE_FOUND && target != NULL)
		link_entries(check, element, target);
}

static void
report(struct check *check, const struct place *place, enum ehds_severity severity, const char *rule,
    const char *text, const char *found, const char *expected)
{
	check_report(check, place, "reference", &(struct breach){ .severity = severity, .rule = rule,
	    .code = strcmp(rule, "ref-type") == 0 ? "invalid" : "not-found", .text = text, .found = found,
	    .expected = expected });
}

/* A resource on its own, or a Bundle that is no document, may speak of what is elsewhere; "#id" never
 * does. */
static void
report_missing(struct check *check, const struct place *place, const char *reference)
{
	if (reference[0] == '#')
		report(check, place, EHDS_SEVERITY_ERROR, "ref-resolve",
		    "the reference leads to nothing in its resource", reference,
		    "the id of a contained resource");
	else if (check->document)
		report(check, place, EHDS_SEVERITY_ERROR, "ref-resolve",
		    "the reference leads to nothing in the document", reference,
		    "the fullUrl of an entry");
}

/* In a document the Composition and what it is made of travel together; links to elsewhere are noted. */
static void
report_outside(struct check *check, const struct place *place, const xmlNode *element, const char *reference)
{
	const struct bundle_entry *entry = bundle_entry_of(check->bundle, element);

	if (!check->document)
		return;
	if (entry != NULL && entry->index == 0)
		report(check, place, EHDS_SEVERITY_ERROR, "ref-resolve",
		    "the Composition refers to something outside the document", reference,
		    "the fullUrl of an entry");
	else
		report(check, place, EHDS_SEVERITY_WARNING, "ref-outside",
		    "the reference leads outside the document", reference, NULL);
}

/*
 * "Practitioner/UUID" between entries named urn:uuid: resolves to nothing (bundle.html); where an entry has that uuid and another type,
 * the reference was surely meant for it and is wrong.
 */
static void
check_uuid_type(struct check *check, const struct place *place, const xmlNode *element, const char *reference)
{
	const char *slash = strchr(reference, '/'), *type;
	xmlNode *target;

	if (check->document || slash == NULL || strlen(slash + 1) != 36)
		return;
	if (bundle_resolve(check->bundle, element, arena_printf(check->arena, "urn:uuid:%s", slash + 1), &target) != BUNDLE_FOUND)
		return;
	type = (const char *)target->name;
	if (strncmp(reference, type, strlen(type)) != 0 || reference[strlen(type)] != '/')
		report(check, place, EHDS_SEVERITY_ERROR, "ref-type", "the reference names another type than the entry of that id has",
		    reference, type);
}

void
reference_check(struct check *check, const struct place *place, const xmlNode *element)
{
	const char *reference = fhir_child_value(element, "reference"), *type;
	xmlNode *target;

	if (reference == NULL)
		return;
	switch (bundle_resolve(check->bundle, element, reference, &target)) {
	case BUNDLE_MISSING:
		report_missing(check, place, reference);
		check_uuid_type(check, place, element, reference);
		return;
	case BUNDLE_EXTERNAL:
		report_outside(check, place, element, reference);
		return;
	case BUNDLE_AMBIGUOUS:
		report(check, place, EHDS_SEVERITY_ERROR, "ref-ambiguous",
		    "the reference leads to more than one entry", reference, NULL);
		break;
	case BUNDLE_FOUND:
		break;
	}
	if (target == NULL)
		return;
	link_entries(check, element, target);
	type = fhir_child_value(element, "type");
	if (type != NULL && fact_type_find(type) != NULL && strcmp(type, (const char *)target->name) != 0)
		report(check, place, EHDS_SEVERITY_ERROR, "ref-type",
		    "Reference.type is not the type of what it leads to", type,
		    (const char *)target->name);
}

void
reachability_check(struct check *check)
{
	size_t i;

	if (!check->document || check->entry_count == 0)
		return;
	for (i = 1; i < check->entry_count; i++)
		if (check->entries[i].resource != NULL && root_of(check->links, i) != root_of(check->links, 0))
			check_report_entry(check, i, NULL, &(struct breach){ .severity = EHDS_SEVERITY_ERROR,
			    .rule = "link-composition", .code = "invariant",
			    .text = "the entry has no link with the Composition, forwards or backwards",
			    .found = check->entries[i].type });
}
