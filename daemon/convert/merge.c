/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See merge.h. Elements are copied and not moved: libxml2's names live in the dictionary of the tree that they came from. A copy
 * keeps the trace of what it is a copy of, so every element still leads to its source line.
 */
#include "convert/merge.h"
#include "convert/merge_private.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/timezone.h"
#include "fhir/json.h"
#include "fhir/tree.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/dict.h>

#define DATA_ABSENT FHIR_NAMESPACE "/StructureDefinition/data-absent-reason"

/* ---- Elements ------------------------------------------------------------------------------------------------ */

xmlNode *
merge_add(xmlNode *parent, const char *name, const char *value)
{
	xmlNode *element = xmlNewChild(parent, parent->ns, (const xmlChar *)name, NULL);

	must(element != NULL);
	if (value != NULL)
		must(xmlNewProp(element, (const xmlChar *)"value", (const xmlChar *)value) != NULL);
	return element;
}

/* Depth is that of a result, which is bounded. */
static void
keep_traces(xmlNode *copy, const xmlNode *from)
{
	copy->_private = from->_private;
	for (copy = copy->children, from = from->children; copy != NULL && from != NULL; copy = copy->next, from = from->next)
		if (copy->type == XML_ELEMENT_NODE)
			keep_traces(copy, from);
}

xmlNode *
merge_copy(xmlNode *parent, const xmlNode *element)
{
	xmlNode *copy = xmlDocCopyNode((xmlNode *)element, parent->doc, 1);

	must(copy != NULL);
	keep_traces(copy, element);
	must(xmlAddChild(parent, copy) == copy);
	return copy;
}

bool
merge_says(const xmlNode *element)
{
	const char *value = fhir_value(element);

	if (value != NULL && value[0] != '\0')
		return true;
	for (const xmlNode *child = element->children; child != NULL; child = child->next) {
		const char *url = child->type == XML_ELEMENT_NODE ? fhir_attribute(child, "url") : NULL;

		if (child->type == XML_ELEMENT_NODE && (url == NULL || strcmp(url, DATA_ABSENT) != 0) && merge_says(child))
			return true;
	}
	return false;
}

int
merge_line(const struct conversion *part, const xmlNode *element)
{
	return element != NULL ? mapping_trace(&part->mapping, element).source_line : 0;
}

static const xmlNode *
first_entry(const struct conversion *part)
{
	return fhir_child(xmlDocGetRootElement(part->mapping.bundle), "entry");
}

static const xmlNode *
resource_of(const xmlNode *entry)
{
	const xmlNode *resource = fhir_child(entry, "resource");

	for (resource = resource != NULL ? resource->children : NULL; resource != NULL; resource = resource->next)
		if (resource->type == XML_ELEMENT_NODE)
			return resource;
	return NULL;
}

static bool
is_named(const xmlNode *element, const char *name)
{
	return element != NULL && strcmp((const char *)element->name, name) == 0;
}

/* ---- What is one thing --------------------------------------------------------------------------------------- */

static const char *
meant(const struct whole *whole, const char *url)
{
	for (size_t i = 0; i < whole->rename_count; i++)
		if (strcmp(whole->renames[i].from, url) == 0)
			return whole->renames[i].to;
	return url;
}

static void
rename_references(const struct whole *whole, xmlNode *element)
{
	const char *url = is_named(element, "reference") ? fhir_value(element) : NULL;

	if (url != NULL && meant(whole, url) != url)
		xmlSetProp(element, (const xmlChar *)"value", (const xmlChar *)meant(whole, url));
	for (xmlNode *child = element->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			rename_references(whole, child);
}

static void
add_rename(struct whole *whole, const char *from, const char *to)
{
	if (from != NULL && to != NULL)
		whole->renames[whole->rename_count++] = (struct renaming){ from, to };
}

/* What a resource says, with references to what they mean: two that say the same are one. */
static void
digest_resource(char out[DIGEST_HEX], const struct whole *whole, const xmlNode *resource)
{
	xmlNode *copy = xmlDocCopyNode((xmlNode *)resource, whole->doc, 1);
	xmlBuffer *text = xmlBufferCreate();

	must(copy != NULL && text != NULL);
	rename_references(whole, copy);
	must(xmlNodeDump(text, whole->doc, copy, 0, 0) >= 0);
	digest_sha256(out, xmlBufferContent(text), (size_t)xmlBufferLength(text));
	xmlBufferFree(text);
	xmlFreeNode(copy);
}

struct actor {
	char digest[DIGEST_HEX];
	const char *url;
};

/* The entries of one type: the first of those that say the same stands for all. */
static void
unite(struct whole *whole, const char *type, struct actor *actors)
{
	size_t count = 0, at;

	for (size_t i = 0; i < whole->count; i++)
		for (const xmlNode *entry = first_entry(&whole->parts[i]); entry != NULL; entry = fhir_next(entry)) {
			const char *url = fhir_child_value(entry, "fullUrl");

			if (!is_named(resource_of(entry), type) || url == NULL)
				continue;
			digest_resource(actors[count].digest, whole, resource_of(entry));
			actors[count].url = url;
			for (at = 0; strcmp(actors[at].digest, actors[count].digest) != 0; at++)
				continue;
			if (at < count)
				add_rename(whole, url, actors[at].url);
			else
				count++;
		}
}

/* Roles last: they refer to the others. */
static void
unite_actors(struct whole *whole, size_t entries)
{
	static const char *const types[] = { "Organization", "Practitioner", "Device", "PractitionerRole" };
	struct actor *actors = must_alloc((entries + 1) * sizeof(*actors));

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		unite(whole, types[i], actors);
	free(actors);
}

/* ---- The Composition ----------------------------------------------------------------------------------------- */

/* Seconds since 1970 of a FHIR dateTime; what is not said is the least that it can be. */
static long long
instant_of(const char *text)
{
	int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, zone_hour = 0, zone_minute = 0;
	const char *time, *zone = NULL;
	long long instant;

	if (text == NULL || sscanf(text, "%4d-%2d-%2d", &year, &month, &day) < 1)
		return LLONG_MIN;
	time = strchr(text, 'T');
	if (time != NULL) {
		sscanf(time, "T%2d:%2d:%2d", &hour, &minute, &second);
		zone = strpbrk(time, "+-");
	}
	if (zone != NULL)
		sscanf(zone + 1, "%2d:%2d", &zone_hour, &zone_minute);
	instant = days_of_date(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	return instant + (zone != NULL && zone[0] == '+' ? -1 : 1) * (zone_hour * 3600 + zone_minute * 60);
}

static const char *
latest(const char *one, const char *other)
{
	return instant_of(other) > instant_of(one) ? other : one;
}

/* The word that stands later in the list; NULL is before all. */
static const char *
later(const char *const *words, const char *one, const char *other)
{
	const char *result = one;

	for (; *words != NULL; words++) {
		if (one != NULL && strcmp(*words, one) == 0)
			result = one;
		if (other != NULL && strcmp(*words, other) == 0)
			result = other;
	}
	return result;
}

/* What the parts say together of status, date and confidentiality. */
static int
add_common(struct whole *whole, xmlNode *composition)
{
	static const char *const statuses[] = { "final", "amended", "preliminary", NULL };
	static const char *const confidential[] = { "U", "L", "M", "N", "R", "V", NULL };	/* v3-Confidentiality, least first */
	const char *status = NULL, *date = NULL, *secret = NULL;

	for (size_t i = 0; i < whole->count; i++) {
		const xmlNode *part = whole->compositions[i];
		const char *said = fhir_child_value(part, "status");

		if (said != NULL && strcmp(said, "entered-in-error") == 0)
			return error_set(whole->error, EHDS_ERROR_DOCUMENT, "compose-withdrawn", whole->parts[i].name, 0, 0,
			    "the document was entered in error: nothing is made of it");
		status = later(statuses, status, said);
		date = latest(date, fhir_child_value(part, "date"));
		secret = later(confidential, secret, fhir_child_value(part, "confidentiality"));
	}
	merge_add(composition, "status", status);
	merge_add(composition, "date", date);
	if (secret != NULL)
		merge_add(composition, "confidentiality", secret);
	return 0;
}

static bool
has_author(const struct whole *whole, const xmlNode *parent, const char *url)
{
	const xmlNode *author = fhir_child(parent, "author");

	for (; author != NULL && url != NULL; author = fhir_next(author)) {
		const char *said = fhir_child_value(author, "reference");

		if (said != NULL && strcmp(meant(whole, said), meant(whole, url)) == 0)
			return true;
	}
	return false;
}

static void
add_authors(const struct whole *whole, xmlNode *parent, const xmlNode *composition)
{
	const xmlNode *author = fhir_child(composition, "author");

	for (; author != NULL; author = fhir_next(author))
		if (merge_says(author) && !has_author(whole, parent, fhir_child_value(author, "reference")))
			merge_copy(parent, author);
}

/* Who vouches for a source does not vouch for the whole. */
static void
find_attesters(struct whole *whole)
{
	for (size_t i = 0; i < whole->count; i++)
		if (fhir_child(whole->compositions[i], "attester") != NULL)
			findings_add(whole->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_INFORMATION,
			    .rule = "compose-attester", .code = "informational", .file = whole->parts[i].name,
			    .line = merge_line(&whole->parts[i], fhir_child(whole->compositions[i], "attester")),
			    .text = "who attested this document did not attest the whole that it is a part of: the attester is not carried" });
}

static const char *
section_code(const xmlNode *section)
{
	return fhir_child_value(fhir_child(fhir_child(section, "code"), "coding"), "code");
}

static const xmlNode *
section_of(const xmlNode *parent, const char *code)
{
	const xmlNode *section = fhir_child(parent, "section");

	while (section != NULL && (section_code(section) == NULL || strcmp(section_code(section), code) != 0))
		section = fhir_next(section);
	return section;
}

/* The part that knows the section, count when none does, -1 when two do. */
static int
owner_of(struct whole *whole, const char *code)
{
	size_t owner = whole->count;

	for (size_t i = 0; i < whole->count; i++) {
		if (!pack_knows_section(whole->parts[i].pack, code))
			continue;
		if (owner < whole->count)
			return error_set(whole->error, EHDS_ERROR_DOCUMENT, "compose-two-sources", whole->parts[i].name, 0, 0,
			    "two documents are sources of the section %s, this one and %s: which of them is right is not for a "
			    "mapping to say", code, whole->parts[owner].name);
		owner = i;
	}
	return (int)owner;
}

static int
add_section(struct whole *whole, xmlNode *composition, const xmlNode *section)
{
	const char *code = section_code(section);
	int owner = code != NULL ? owner_of(whole, code) : (int)whole->count;
	xmlNode *copy;

	if (owner < 0)
		return -1;
	if (owner == (int)whole->count) {
		merge_copy(composition, section);
		return 0;
	}
	section = section_of(whole->compositions[owner], code);
	if (section == NULL)
		return error_set(whole->error, EHDS_ERROR_MAPPING, "compose-no-document", whole->parts[owner].name, 0, 0,
		    "the pack %s says that it knows the section %s and writes none", pack_name(whole->parts[owner].pack), code);
	copy = merge_copy(composition, section);
	if (fhir_child(copy, "author") == NULL)
		add_authors(whole, copy, whole->compositions[owner]);
	return 0;
}

/* Each section once, in the order in which the parts have them. */
static int
add_sections(struct whole *whole, xmlNode *composition)
{
	for (size_t i = 0; i < whole->count; i++)
		for (const xmlNode *section = fhir_child(whole->compositions[i], "section"); section != NULL; section = fhir_next(section)) {
			if (section_code(section) != NULL && section_of(composition, section_code(section)) != NULL)
				continue;
			if (add_section(whole, composition, section) != 0)
				return -1;
		}
	return 0;
}

static const char *
title_of(const struct whole *whole)
{
	for (size_t i = 0; i < whole->count; i++)
		if (pack_summary_title(whole->parts[i].pack) != NULL)
			return pack_summary_title(whole->parts[i].pack);
	return fhir_child_value(whole->compositions[0], "title");
}

static void
add_identifier(xmlNode *parent, const char *url)
{
	xmlNode *identifier = merge_add(parent, "identifier", NULL);

	merge_add(identifier, "system", "urn:ietf:rfc:3986");
	merge_add(identifier, "value", url);
}

/* The first part's, but for what is said of the whole. */
static int
add_composition(struct whole *whole, xmlNode *parent, const char *identity)
{
	static const char *const anew[] = { "identifier", "status", "date", "author", "title", "confidentiality", "attester", "section", NULL };
	xmlNode *composition = merge_add(parent, "Composition", NULL);

	for (const xmlNode *child = whole->compositions[0]->children; child != NULL; child = child->next) {
		size_t i = 0;

		while (child->type == XML_ELEMENT_NODE && anew[i] != NULL && !is_named(child, anew[i]))
			i++;
		if (child->type == XML_ELEMENT_NODE && anew[i] == NULL)
			merge_copy(composition, child);
	}
	add_identifier(composition, identity);
	merge_add(composition, "title", title_of(whole));
	for (size_t i = 0; i < whole->count; i++)
		add_authors(whole, composition, whole->compositions[i]);
	/* None is known: then what the first says of why. */
	if (fhir_child(composition, "author") == NULL && fhir_child(whole->compositions[0], "author") != NULL)
		merge_copy(composition, fhir_child(whole->compositions[0], "author"));
	find_attesters(whole);
	return add_common(whole, composition) != 0 ? -1 : add_sections(whole, composition);
}

/* ---- The Bundle ---------------------------------------------------------------------------------------------- */

/* "urn:uuid:..." of the sources' own identities, in their order. */
static const char *
url_of(const struct whole *whole, const char *what)
{
	struct buffer name = { 0 };
	char uuid[UUID_TEXT];

	buffer_puts(&name, what);
	for (size_t i = 0; i < whole->count; i++) {
		const xmlNode *bundle = xmlDocGetRootElement(whole->parts[i].mapping.bundle);
		const char *identity = fhir_child_value(fhir_child(bundle, "identifier"), "value");

		buffer_printf(&name, "\n%s", identity != NULL ? identity : fhir_child_value(first_entry(&whole->parts[i]), "fullUrl"));
	}
	uuid_of_name(uuid, name.data, name.length);
	buffer_free(&name);
	return arena_printf(whole->arena, "urn:uuid:%s", uuid);
}

static xmlNode *
add_entry(xmlNode *bundle, const char *url)
{
	xmlNode *entry = merge_add(bundle, "entry", NULL);

	merge_add(entry, "fullUrl", url);
	return merge_add(entry, "resource", NULL);
}

/* The entry of a part that holds the resource. */
static const char *
url_around(const xmlNode *resource)
{
	return fhir_child_value(resource->parent->parent, "fullUrl");
}

static void
add_other_entries(struct whole *whole, xmlNode *bundle)
{
	for (size_t i = 0; i < whole->count; i++)
		for (const xmlNode *entry = first_entry(&whole->parts[i]); entry != NULL; entry = fhir_next(entry)) {
			const xmlNode *resource = resource_of(entry);
			const char *url = fhir_child_value(entry, "fullUrl");

			if (resource != whole->compositions[i] && resource != whole->patients[i]
			    && (url == NULL || meant(whole, url) == url))
				merge_copy(bundle, entry);
		}
}

/* Composition and Patient of each part; the number of all entries. */
static int
open_parts(struct whole *whole, size_t *entries)
{
	const char *header = NULL;

	for (size_t i = 0; i < whole->count; i++) {
		const struct conversion *part = &whole->parts[i];

		for (const xmlNode *entry = first_entry(part); entry != NULL; entry = fhir_next(entry)) {
			const xmlNode *resource = resource_of(entry);

			(*entries)++;
			if (is_named(resource, "Composition") && whole->compositions[i] == NULL)
				whole->compositions[i] = resource;
			else if (is_named(resource, "Patient") && whole->patients[i] == NULL)
				whole->patients[i] = resource;
		}
		if (whole->compositions[i] == NULL || whole->patients[i] == NULL)
			return error_set(whole->error, EHDS_ERROR_MAPPING, "compose-no-document", part->name, 0, 0,
			    "the pack %s made no document about a patient of it", pack_name(part->pack));
		if (pack_header_only(part->pack) && header != NULL)
			return error_set(whole->error, EHDS_ERROR_DOCUMENT, "compose-two-sources", part->name, 0, 0,
			    "two documents say who the patient is, this one and %s: which of them is right is not for a mapping to say",
			    header);
		if (pack_header_only(part->pack))
			header = part->name;
	}
	return 0;
}

static const char *
latest_timestamp(const struct whole *whole)
{
	const char *timestamp = NULL;

	for (size_t i = 0; i < whole->count; i++)
		timestamp = latest(timestamp, fhir_child_value(xmlDocGetRootElement(whole->parts[i].mapping.bundle), "timestamp"));
	return timestamp;
}

static xmlNode *
make_bundle(struct whole *whole)
{
	xmlNode *bundle;

	whole->doc = xmlNewDoc((const xmlChar *)"1.0");
	must(whole->doc != NULL);
	whole->doc->dict = xmlDictCreate();
	bundle = xmlNewDocNode(whole->doc, NULL, (const xmlChar *)"Bundle", NULL);
	must(bundle != NULL);
	xmlDocSetRootElement(whole->doc, bundle);
	xmlSetNs(bundle, xmlNewNs(bundle, (const xmlChar *)FHIR_NAMESPACE, NULL));
	return bundle;
}

static int
fill_bundle(struct whole *whole, xmlNode *bundle, const char *identity)
{
	const xmlNode *first = xmlDocGetRootElement(whole->parts[0].mapping.bundle), *meta = fhir_child(first, "meta");
	const char *composition = url_of(whole, "Composition"), *patient = url_around(whole->patients[0]);

	for (size_t i = 0; i < whole->count; i++) {
		add_rename(whole, url_around(whole->compositions[i]), composition);
		if (i > 0)
			add_rename(whole, url_around(whole->patients[i]), patient);
	}
	if (meta != NULL)
		merge_copy(bundle, meta);
	add_identifier(bundle, identity);
	merge_add(bundle, "type", "document");
	merge_add(bundle, "timestamp", latest_timestamp(whole));
	if (add_composition(whole, add_entry(bundle, composition), identity) != 0)
		return -1;
	merge_patient(whole, add_entry(bundle, patient));
	add_other_entries(whole, bundle);
	rename_references(whole, bundle);
	return fhir_order(whole->doc, whole->error);
}

int
merge_parts(xmlDoc **out, const struct conversion *parts, size_t count, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct whole whole = { .parts = parts, .count = count, .arena = arena, .findings = findings, .error = error };
	size_t entries = 0;
	int result = -1;

	*out = NULL;
	if (open_parts(&whole, &entries) != 0 || merge_same_patient(&whole) != 0)
		return -1;
	whole.renames = arena_alloc(arena, (entries + count + 1) * sizeof(*whole.renames));
	if (whole.renames != NULL) {
		xmlNode *bundle = make_bundle(&whole);

		unite_actors(&whole, entries);
		result = fill_bundle(&whole, bundle, url_of(&whole, "Bundle"));
	} else {
		error_set(error, EHDS_ERROR_DOCUMENT, "map-memory", NULL, 0, 0, "the documents need more memory than their limit allows");
	}
	if (result == 0)
		*out = whole.doc;
	else
		xmlFreeDoc(whole.doc);
	return result;
}
