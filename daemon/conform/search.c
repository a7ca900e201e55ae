/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A server that claims a search parameter, and a search parameter that derives from another, give it the type of its
 * definition. Source: HL7 FHIR R4 4.0.1, capabilitystatement.html (rest.resource.searchParam.type),
 * searchparameter.html (derivedFrom).
 */
#include "conform/check.h"
#include "conform/profile.h"

#include "fhir/tree.h"

#include <string.h>

static void
compare(struct check *check, const struct place *place, const char *definition, const char *found,
    const struct profiles *profiles)
{
	const char *expected = definition != NULL ? profiles_search_type(profiles, definition) : NULL;

	if (expected != NULL && found != NULL && strcmp(expected, found) != 0)
		check_report(check, place, "type", &(struct breach){ .severity = EHDS_SEVERITY_ERROR, .rule = "search-type",
		    .code = "value", .text = "not the type of the search parameter that it names", .found = found,
		    .expected = expected });
}

static void
check_list(struct check *check, const struct place *up, const xmlNode *around, const struct profiles *profiles)
{
	const xmlNode *parameter = fhir_child(around, "searchParam");
	struct place place = { up, "searchParam", true, 0 };

	for (; parameter != NULL; parameter = fhir_next(parameter), place.index++)
		compare(check, &place, fhir_child_value(parameter, "definition"), fhir_child_value(parameter, "type"), profiles);
}

static void
check_capabilities(struct check *check, const struct place *root, const xmlNode *statement, const struct profiles *profiles)
{
	struct place rest = { root, "rest", true, 0 };
	const xmlNode *server, *resource;

	for (server = fhir_child(statement, "rest"); server != NULL; server = fhir_next(server), rest.index++) {
		struct place place = { &rest, "resource", true, 0 };

		check_list(check, &rest, server, profiles);
		for (resource = fhir_child(server, "resource"); resource != NULL; resource = fhir_next(resource), place.index++)
			check_list(check, &place, resource, profiles);
	}
}

void
search_check(struct check *check, const struct profiles *profiles)
{
	const xmlNode *root = xmlDocGetRootElement(check->doc);
	const struct place place = { .name = (const char *)root->name };

	if (strcmp(place.name, "CapabilityStatement") == 0)
		check_capabilities(check, &place, root, profiles);
	else if (strcmp(place.name, "SearchParameter") == 0)
		compare(check, &place, fhir_child_value(root, "derivedFrom"), fhir_child_value(root, "type"), profiles);
}
