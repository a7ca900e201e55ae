/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Links of Bundles, and what the result of a search holds. Source: HL7 FHIR R4 4.0.1, bundle.html (Bundle.link, "searchset"),
 * http.html#paging, valueset-search-entry-mode.html.
 */
#include "conform/check.h"

#include "base/text.h"
#include "fhir/tree.h"

#include <string.h>

static void
report(struct check *check, size_t index, const char *below, const char *rule, const char *text, const char *found,
    const char *expected)
{
	check_report_entry(check, index, below, &(struct breach){ .severity = EHDS_SEVERITY_ERROR, .rule = rule,
	    .code = "invariant", .text = text, .found = found, .expected = expected });
}

/* Each of them names one page: two of a kind leave the reader without an answer. */
static void
check_links(struct check *check, const xmlNode *root)
{
	static const char *const single[] = { "self", "first", "previous", "prev", "next", "last" };
	const struct place bundle = { NULL, "Bundle", false, 0 };
	struct place place = { &bundle, "link", true, 0 };
	unsigned seen = 0;
	const xmlNode *link;
	size_t i;

	for (link = fhir_child(root, "link"); link != NULL; link = fhir_next(link), place.index++) {
		const char *relation = fhir_child_value(link, "relation");

		for (i = 0; relation != NULL && i < sizeof(single) / sizeof(single[0]); i++) {
			if (strcmp(relation, single[i]) != 0)
				continue;
			if ((seen & 1U << i) != 0)
				check_report(check, &place, "relation", &(struct breach){ .severity = EHDS_SEVERITY_ERROR,
				    .rule = "bundle-link", .code = "invariant",
				    .text = "a Bundle has one link of this relation", .found = relation });
			seen |= 1U << i;
		}
	}
}

/* The type that a search asked for, from its self link "BASE/Patient?name=x"; its length is 0 where it does not say. */
static const char *
searched_type(const xmlNode *root, size_t *length)
{
	const xmlNode *link = fhir_child(root, "link");
	const char *url, *end, *at;

	for (; link != NULL; link = fhir_next(link)) {
		const char *relation = fhir_child_value(link, "relation");

		if (relation != NULL && strcmp(relation, "self") == 0)
			break;
	}
	url = fhir_child_value(link, "url");
	end = url != NULL ? strchr(url, '?') : NULL;
	*length = 0;
	if (end == NULL)
		return NULL;
	for (at = end; at > url && at[-1] != '/'; at--)
		;
	*length = (size_t)(end - at);
	return at;
}

static void
check_match(struct check *check, const xmlNode *root)
{
	size_t length, i;
	const char *wanted = searched_type(root, &length);
	char type[64];

	if (length == 0 || length >= sizeof(type))
		return;
	memcpy(type, wanted, length);
	type[length] = '\0';
	if (fact_type_find(type) == NULL || !fact_type_find(type)->resource)
		return;
	for (i = 0; i < check->entry_count; i++) {
		const char *mode = fhir_child_value(fhir_child(check->entries[i].entry, "search"), "mode");

		if (mode != NULL && strcmp(mode, "match") == 0 && check->entries[i].type != NULL &&
		    strcmp(check->entries[i].type, type) != 0)
			report(check, i, "resource", "searchset-match", "the match is not of the type that was searched",
			    check->entries[i].type, type);
	}
}

static void
check_outcome(struct check *check)
{
	size_t i;

	for (i = 0; i < check->entry_count; i++) {
		const char *mode = fhir_child_value(fhir_child(check->entries[i].entry, "search"), "mode");

		if (mode != NULL && strcmp(mode, "outcome") == 0 && check->entries[i].type != NULL &&
		    strcmp(check->entries[i].type, "OperationOutcome") != 0)
			report(check, i, "resource", "searchset-outcome", "what a search has to say is an OperationOutcome",
			    check->entries[i].type, "OperationOutcome");
	}
}

void
searchset_check(struct check *check)
{
	const xmlNode *root = xmlDocGetRootElement(check->doc);
	const char *type = fhir_child_value(root, "type");

	if (strcmp((const char *)root->name, "Bundle") != 0)
		return;
	check_links(check, root);
	if (type == NULL || strcmp(type, "searchset") != 0)
		return;
	check_match(check, root);
	check_outcome(check);
}
