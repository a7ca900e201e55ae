/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bindings: required is an error, extensible a warning, preferred information. A set that cannot be enumerated here is
 * reported as not checked, never as passed. Source: HL7 FHIR R4 4.0.1, terminologies.html, "Binding strengths".
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

static enum membership
coding_member(const xmlNode *coding, const struct value_set *set, const char **shown)
{
	const char *code = fhir_child_value(coding, "code"), *system = fhir_child_value(coding, "system");

	if (code == NULL)
		return MEMBER_NO;
	if (*shown == NULL)
		*shown = code;
	return value_set_member(set, system != NULL ? system : "", code);
}

enum membership
coded_member(const struct member *member, const struct value_set *set, const char **shown)
{
	enum membership best = MEMBER_NO, one;
	const xmlNode *coding;

	*shown = NULL;
	if (member->type->primitive) {
		*shown = fhir_value(member->node);
		return *shown == NULL ? MEMBER_UNDECIDED : value_set_member(set, NULL, *shown);
	}
	if (strcmp(member->type->name, "CodeableConcept") != 0)
		return coding_member(member->node, set, shown);
	for (coding = fhir_child(member->node, "coding"); coding != NULL; coding = fhir_next(coding)) {
		one = coding_member(coding, set, shown);
		if (one == MEMBER_YES)
			return one;
		if (one == MEMBER_UNDECIDED)
			best = one;
	}
	return best;
}

/* Something coded is there at all: a primitive's value, a Coding's or Quantity's code, a concept's coding. */
static bool
is_coded(const struct member *member)
{
	if (member->type->primitive)
		return fhir_value(member->node) != NULL;
	if (strcmp(member->type->name, "CodeableConcept") == 0)
		return fhir_child(member->node, "coding") != NULL;
	return fhir_child(member->node, "code") != NULL;
}

/* A data-absent-reason stands for the value (HL7 FHIR R4, extension data-absent-reason). */
static bool
is_absent(const struct member *member)
{
	const xmlNode *extension;

	for (extension = fhir_child(member->node, "extension"); extension != NULL; extension = fhir_next(extension)) {
		const char *url = fhir_attribute(extension, "url");

		if (url != NULL && strcmp(url, "http://hl7.org/fhir/StructureDefinition/data-absent-reason") == 0)
			return true;
	}
	return false;
}

static void
say_no_code(struct walk *walk, const struct member *member, const struct binding *binding)
{
	if (binding->strength == BINDING_REQUIRED && !is_absent(member))
		walk_say(walk, EHDS_SEVERITY_ERROR, "binding-required", "code-invalid", member->node, NULL, NULL, binding->url,
		    "a code of the required value set is missing");
}

void
walk_binding(struct walk *walk, const struct member *member, const struct binding *binding)
{
	static const struct {
		enum ehds_severity severity;
		const char *rule, *text;
	} strengths[] = {
		[BINDING_REQUIRED] = { EHDS_SEVERITY_ERROR, "binding-required", "not a code of the required value set" },
		[BINDING_EXTENSIBLE] = { EHDS_SEVERITY_WARNING, "binding-extensible",
		    "not a code of the value set, which may be extended only where it has none that fits" },
		[BINDING_PREFERRED] = { EHDS_SEVERITY_INFORMATION, "binding-preferred", "not a code of the preferred value set" },
	};
	const char *shown;
	enum membership membership;

	if (binding->strength == BINDING_NONE || (member->type->primitive && fhir_value(member->node) == NULL))
		return;
	if (!is_coded(member)) {
		say_no_code(walk, member, binding);
		return;
	}
	membership = binding->set == NULL ? MEMBER_UNDECIDED : coded_member(member, binding->set, &shown);
	if (membership == MEMBER_YES)
		return;
	if (membership == MEMBER_UNDECIDED) {
		if (binding->strength != BINDING_PREFERRED)
			walk_say(walk, EHDS_SEVERITY_INFORMATION, "binding-not-checked", "not-supported", member->node, NULL,
			    NULL, binding->url, "membership in this value set cannot be decided without a terminology server");
		return;
	}
	walk_say(walk, strengths[binding->strength].severity, strengths[binding->strength].rule, "code-invalid",
	    member->node, NULL, shown, binding->url, "%s", strengths[binding->strength].text);
}
