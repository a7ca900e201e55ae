/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of a Bundle that is a document, as a table. Ids are those of the invariants of R4 and the
 * guides where there is one. Sources: HL7 FHIR R4 4.0.1, bundle.html, documents.html; the guides in
 * guide.c.
 */
#include "conform/check.h"
#include "conform/composition.h"
#include "conform/guide.h"
#include "conform/primitive.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct rule {
	const char *id;
	void (*check)(struct check *check, const char *id);
};

/* At Bundle.`below`. */
static void
report_bundle(struct check *check, const char *below, const char *id, const char *code, const char *text,
    const char *found, const char *expected)
{
	const struct place bundle = { NULL, "Bundle", false, 0 };

	check_report(check, &bundle, below,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = id,
		.code = code,
		.text = text,
		.found = found,
		.expected = expected });
}

static void
report_entry(struct check *check, const struct bundle_entry *entry, const char *below, const char *id,
    const char *text, const char *found, const char *expected)
{
	check_report_entry(check, entry->index, below,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = id,
		.code = "invariant",
		.text = text,
		.found = found,
		.expected = expected });
}

static const xmlNode *
root_of(const struct check *check)
{
	return xmlDocGetRootElement(check->doc);
}

/* ---- The Bundle itself -------------------------------------------------------------------------------------- */

static void
check_type(struct check *check, const char *id)
{
	const char *type = fhir_child_value(root_of(check), "type");

	if (check->guide != NULL && !check->document)
		report_bundle(
		    check, "type", id, "invariant", "the profile is of a document", type, "document");
}

static void
check_total(struct check *check, const char *id)
{
	if (check->document && fhir_child(root_of(check), "total") != NULL)
		report_bundle(check, "total", id, "invariant",
		    "only the result of a search or a history has a total",
		    fhir_child_value(root_of(check), "total"), NULL);
}

static void
check_identifier(struct check *check, const char *id)
{
	const xmlNode *identifier = fhir_child(root_of(check), "identifier");

	if (!check->document)
		return;
	if (fhir_child_value(identifier, "system") == NULL)
		report_bundle(check, "identifier", id, "invariant",
		    "a document has an identifier with a system", NULL, "Bundle.identifier.system");
	if (fhir_child_value(identifier, "value") == NULL)
		report_bundle(check, "identifier", id, "invariant",
		    "a document has an identifier with a value", NULL, "Bundle.identifier.value");
}

static void
check_timestamp(struct check *check, const char *id)
{
	if (check->document && fhir_child_value(root_of(check), "timestamp") == NULL)
		report_bundle(check, "timestamp", id, "invariant", "a document has a timestamp", NULL,
		    "Bundle.timestamp");
}

static void
check_first_entry(struct check *check, const char *id)
{
	const char *type = check->entry_count > 0 ? check->entries[0].type : NULL;

	if (check->document && (type == NULL || strcmp(type, "Composition") != 0))
		report_bundle(check, "entry[0]", id, "invariant",
		    "the first entry of a document is its Composition", type, "Composition");
}

/* A claim only: without it nobody else knows what the document was checked against. */
static void
check_claim(struct check *check, const char *id)
{
	const xmlNode *profile = fhir_child(fhir_child(root_of(check), "meta"), "profile");
	const struct place bundle = { NULL, "Bundle", false, 0 };

	if (check->guide == NULL)
		return;
	for (; profile != NULL; profile = fhir_next(profile))
		if (fhir_value(profile) != NULL && guide_find(fhir_value(profile)) == check->guide)
			return;
	check_report(check, &bundle, "meta.profile",
	    &(struct breach) { .severity = EHDS_SEVERITY_WARNING,
		.rule = id,
		.code = "business-rule",
		.text = "the document does not claim the profile it was checked against",
		.expected = check->guide->bundle,
		.profile = check->guide->package });
}

/* ---- Entries ------------------------------------------------------------------------------------------------ */

static void
check_forbidden(struct check *check, const char *id, const char *name)
{
	size_t i;

	for (i = 0; check->document && i < check->entry_count; i++)
		if (fhir_child(check->entries[i].entry, name) != NULL)
			report_entry(check, &check->entries[i], name, id,
			    "an entry of a document does not have this", name, NULL);
}

static void
check_search(struct check *check, const char *id)
{
	check_forbidden(check, id, "search");
}

static void
check_request(struct check *check, const char *id)
{
	check_forbidden(check, id, "request");
}

static void
check_response(struct check *check, const char *id)
{
	check_forbidden(check, id, "response");
}

static void
check_has_resource(struct check *check, const char *id)
{
	size_t i;

	for (i = 0; check->document && i < check->entry_count; i++)
		if (check->entries[i].resource == NULL)
			report_entry(check, &check->entries[i], "resource", id,
			    "an entry of a document holds a resource", NULL, "Bundle.entry.resource");
}

static void
check_unique(struct check *check, const char *id)
{
	size_t i;

	for (i = 0; i < check->entry_count; i++)
		if (bundle_repeats(check->bundle, &check->entries[i]))
			report_entry(check, &check->entries[i], "fullUrl", id,
			    "another entry has the same fullUrl and version", check->entries[i].full_url,
			    "a fullUrl of its own");
}

static void
check_no_history(struct check *check, const char *id)
{
	size_t i;

	for (i = 0; i < check->entry_count; i++)
		if (check->entries[i].full_url != NULL
		    && strstr(check->entries[i].full_url, "/_history/") != NULL)
			report_entry(check, &check->entries[i], "fullUrl", id,
			    "a fullUrl is not specific to a version", check->entries[i].full_url, NULL);
}

static void
check_full_url(struct check *check, const char *id)
{
	size_t i;

	for (i = 0; check->document && i < check->entry_count; i++)
		if (check->entries[i].full_url == NULL)
			report_entry(check, &check->entries[i], "fullUrl", id,
			    "an entry of a document has a fullUrl", NULL, "Bundle.entry.fullUrl");
}

static const struct {
	const char *prefix;
	enum fact_format format;
} urn_forms[] = {
	{ "urn:uuid:", FORMAT_uuid },
	{ "urn:oid:", FORMAT_oid },
};

static void
check_url_form(struct check *check, const char *id)
{
	size_t i, j;

	for (i = 0; i < check->entry_count; i++) {
		const char *url = check->entries[i].full_url;
		size_t scheme = url != NULL ? strcspn(url, ":/?#") : 0;

		if (url == NULL)
			continue;
		if (scheme == 0 || url[scheme] != ':')
			report_entry(check, &check->entries[i], "fullUrl", id,
			    "a fullUrl is an absolute URI", url, NULL);
		for (j = 0; j < COUNT(urn_forms); j++)
			if (text_starts_with(url, urn_forms[j].prefix)
			    && !primitive_fits(urn_forms[j].format, url))
				report_entry(check, &check->entries[i], "fullUrl", id,
				    "the fullUrl is not well-formed", url,
				    primitive_expected(urn_forms[j].format));
	}
}

/* Below a server, the fullUrl ends in the type and the id of its resource. */
static void
check_url_identity(struct check *check, const char *id)
{
	size_t i, type, name;

	for (i = 0; i < check->entry_count; i++) {
		const struct bundle_entry *entry = &check->entries[i];
		char wanted[160];

		if (entry->full_url == NULL || entry->type == NULL
		    || !bundle_url_identity(entry->full_url, &type, &name))
			continue;
		snprintf(wanted, sizeof(wanted), "%s/%s", entry->type, entry->id != NULL ? entry->id : "");
		if (strcmp(entry->full_url + type, wanted) != 0
		    && strstr(entry->full_url, "/_history/") == NULL)
			report_entry(check, entry, "fullUrl", id,
			    "the fullUrl does not fit the type and id of the resource", entry->full_url,
			    wanted);
	}
}

/* ---- Entries of the guides ---------------------------------------------------------------------------------- */

static size_t
count_of(const struct check *check, const char *type)
{
	size_t count = 0, i;

	for (i = 0; i < check->entry_count; i++)
		count += check->entries[i].type != NULL && strcmp(check->entries[i].type, type) == 0;
	return count;
}

static void
check_count(struct check *check, const struct guide_entry *wanted, const char *package)
{
	const struct place bundle = { NULL, "Bundle", false, 0 };
	size_t count = count_of(check, wanted->type);
	char found[48], expected[48];

	if (count >= wanted->min && count <= wanted->max)
		return;
	snprintf(found, sizeof(found), "%zu", count);
	snprintf(expected, sizeof(expected), wanted->max == GUIDE_MANY ? "at least %zu" : "exactly %zu",
	    wanted->min);
	check_report(check, &bundle, "entry",
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = wanted->rule,
		.code = "invariant",
		.text = arena_printf(check->arena, "the number of %s entries is not right", wanted->type),
		.found = found,
		.expected = expected,
		.profile = package });
}

static void
check_entries_of_guide(struct check *check, const char *id)
{
	static const struct guide_entry composition = { "Composition", 1, 1, NULL };
	struct guide_entry one = composition;
	const struct guide_entry *wanted;

	one.rule = id;
	if (check->guide != NULL) {
		for (wanted = check->guide->entries; wanted->type != NULL; wanted++)
			check_count(check, wanted, check->guide->package);
	} else if (check->document && count_of(check, "Composition") > 1) {
		check_count(check, &one, NULL);
	}
}

/* ---- The table ---------------------------------------------------------------------------------------------- */

static const struct rule rules[] = {
	{ "bundle-type", check_type },
	{ "meta-profile", check_claim },
	{ "bdl-1", check_total },
	{ "bdl-9", check_identifier },
	{ "bdl-10", check_timestamp },
	{ "bdl-11", check_first_entry },
	{ "bdl-2", check_search },
	{ "bdl-3", check_request },
	{ "bdl-4", check_response },
	{ "bdl-5", check_has_resource },
	{ "bdl-7", check_unique },
	{ "bdl-8", check_no_history },
	{ "fullurl-missing", check_full_url },
	{ "fullurl-form", check_url_form },
	{ "fullurl-identity", check_url_identity },
	{ "bundle-composition", check_entries_of_guide },
};

void
document_check(struct check *check)
{
	size_t i;

	if (strcmp((const char *)root_of(check)->name, "Bundle") != 0) {
		if (check->guide != NULL && strcmp((const char *)root_of(check)->name, "Composition") == 0)
			composition_check(check, root_of(check), NULL);
		return;
	}
	for (i = 0; i < COUNT(rules); i++)
		rules[i].check(check, rules[i].id);
	if (check->document && check->entry_count > 0 && check->entries[0].type != NULL
	    && strcmp(check->entries[0].type, "Composition") == 0)
		composition_check(check, check->entries[0].resource, &check->entries[0]);
}
