/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The Composition: what R4 says of every section (cmp-1, cmp-2), and what the guide says of title, text,
 * subject and the sections that must be there. The guides' rules hold for top-level sections; how far
 * down they reach is left open by the profiles.
 */
#include "conform/composition.h"
#include "conform/guide.h"

#include "base/buffer.h"
#include "fhir/tree.h"

#include <stdio.h>
#include <string.h>

#define LOINC "http://loinc.org"
#define SECTION_DEPTH 200	/* what is deeper is reported by structure.c */

static void
report(struct check *check, const struct place *place, const char *below, const char *rule, const char *code,
    const char *text, const char *found, const char *expected, const char *profile)
{
	check_report(check, place, below,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = rule,
		.code = code,
		.text = text,
		.found = found,
		.expected = expected,
		.profile = profile });
}

static bool
has_code(const xmlNode *concept, const char *system, const char *code)
{
	const xmlNode *coding;

	for (coding = fhir_child(concept, "coding"); coding != NULL; coding = fhir_next(coding)) {
		const char *found_system = fhir_child_value(coding, "system"),
			   *found = fhir_child_value(coding, "code");

		if (found_system != NULL && found != NULL && strcmp(found, code) == 0
		    && strcmp(found_system, system) == 0)
			return true;
	}
	return false;
}

/* The first code of a concept, or its text, to show. */
static const char *
shown(const xmlNode *concept)
{
	const char *code = fhir_child_value(fhir_child(concept, "coding"), "code");

	return code != NULL ? code : fhir_child_value(concept, "text");
}

/* ---- Sections ----------------------------------------------------------------------------------------------- */

static bool
holds_cmp_1(const xmlNode *section)
{
	return fhir_child(section, "text") != NULL || fhir_child(section, "entry") != NULL
	    || fhir_child(section, "section") != NULL;
}

static bool
holds_cmp_2(const xmlNode *section)
{
	return fhir_child(section, "emptyReason") == NULL || fhir_child(section, "entry") == NULL;
}

static bool
holds_title(const xmlNode *section)
{
	return fhir_child(section, "title") != NULL;
}

static bool
holds_code(const xmlNode *section)
{
	return fhir_child(section, "code") != NULL;
}

static bool
holds_text(const xmlNode *section)
{
	return fhir_child(section, "text") != NULL;
}

static bool
holds_flat(const xmlNode *section)
{
	return fhir_child(section, "section") == NULL;
}

/* entry.reference.exists() or emptyReason.exists() */
static bool
holds_content(const xmlNode *section)
{
	const xmlNode *entry;

	if (fhir_child(section, "emptyReason") != NULL)
		return true;
	for (entry = fhir_child(section, "entry"); entry != NULL; entry = fhir_next(entry))
		if (fhir_child(entry, "reference") != NULL)
			return true;
	return false;
}

static const struct section_rule {
	const char *id;
	unsigned flag;			/* of the guide; 0: R4's own, for nested sections as well */
	const char *below, *text, *expected;
	bool (*holds)(const xmlNode *section);
} section_rules[] = {
	{ "cmp-1", 0, NULL, "a section has a text, entries or sections", NULL, holds_cmp_1 },
	{ "cmp-2", 0, "emptyReason", "a section with entries has no emptyReason", NULL, holds_cmp_2 },
	{ "section-title", GUIDE_TITLE, "title", "the section has no title", "section.title",
	    holds_title },
	{ "section-code", GUIDE_CODE, "code", "the section has no code", "section.code", holds_code },
	{ "section-text", GUIDE_TEXT, "text", "the section has no text", "section.text", holds_text },
	{ "section-nested", GUIDE_FLAT, "section", "a section of this profile holds no sections", NULL,
	    holds_flat },
	{ "ips-comp-1", GUIDE_CONTENT, NULL, "a section has entries with references or an emptyReason",
	    "section.entry.reference or section.emptyReason", holds_content },
};

static void
check_section(struct check *check, const struct place *place, const xmlNode *section, unsigned flags)
{
	size_t i;

	for (i = 0; i < sizeof(section_rules) / sizeof(section_rules[0]); i++) {
		const struct section_rule *rule = &section_rules[i];

		if ((rule->flag == 0 || (flags & rule->flag) != 0) && !rule->holds(section))
			report(check, place, rule->below, rule->id, "invariant", rule->text,
			    shown(fhir_child(section, "code")), rule->expected,
			    rule->flag != 0 ? check->guide->package : NULL);
	}
}

static bool
is_required(const struct guide *guide, const xmlNode *section)
{
	const struct guide_section *wanted;

	for (wanted = guide->sections; wanted->code != NULL; wanted++)
		if (wanted->min > 0 && has_code(fhir_child(section, "code"), LOINC, wanted->code))
			return true;
	return false;
}

static unsigned
flags_of(const struct check *check, const xmlNode *section)
{
	unsigned flags = check->guide != NULL ? check->guide->flags : 0;

	if ((flags & GUIDE_CONTENT_REQUIRED) != 0 && is_required(check->guide, section))
		flags |= GUIDE_CONTENT;
	return flags;
}

static void
check_sections(struct check *check, const struct place *up, const xmlNode *parent, unsigned depth)
{
	struct place place = { up, "section", true, 0 };
	const xmlNode *section;

	if (depth > SECTION_DEPTH)
		return;
	for (section = fhir_child(parent, "section"); section != NULL; section = fhir_next(section)) {
		check_section(check, &place, section, depth == 0 ? flags_of(check, section) : 0);
		check_sections(check, &place, section, depth + 1);
		place.index++;
	}
}

static void
check_section_count(struct check *check, const struct place *place, const xmlNode *composition,
    const struct guide_section *wanted)
{
	const xmlNode *section;
	size_t count = 0;
	char found[32], expected[96];

	for (section = fhir_child(composition, "section"); section != NULL; section = fhir_next(section))
		count += has_code(fhir_child(section, "code"), LOINC, wanted->code);
	snprintf(found, sizeof(found), "%zu", count);
	snprintf(expected, sizeof(expected), "LOINC %s (%s)", wanted->code, wanted->name);
	if (count < wanted->min)
		report(check, place, "section", "section-required", "required",
		    "a section that the profile requires is missing", NULL, expected,
		    check->guide->package);
	else if (count > wanted->max)
		report(check, place, "section", "section-repeated", "invariant",
		    "the profile allows this section once", found, expected, check->guide->package);
}

/* ---- The Composition ---------------------------------------------------------------------------------------- */

static void
check_type(struct check *check, const struct place *place, const xmlNode *composition)
{
	const xmlNode *type = fhir_child(composition, "type");

	if (check->guide->type != NULL && !has_code(type, LOINC, check->guide->type))
		report(check, place, "type", "composition-type", "value",
		    "the document is not of the profile's type", shown(type),
		    arena_printf(check->arena, "LOINC %s", check->guide->type), check->guide->package);
}

static void
check_identifier(struct check *check, const struct place *place, const xmlNode *composition)
{
	if ((check->guide->flags & GUIDE_IDENTIFIER) != 0 && fhir_child(composition, "identifier") == NULL)
		report(check, place, "identifier", "composition-identifier", "required",
		    "the Composition has no identifier", NULL, "Composition.identifier",
		    check->guide->package);
}

/* That it resolves at all is reference.c's business. */
static void
check_subject(struct check *check, const struct place *place, const xmlNode *composition)
{
	const xmlNode *subject = fhir_child(composition, "subject");
	const char *reference = fhir_child_value(subject, "reference");
	bool patient = (check->guide->flags & GUIDE_SUBJECT_PATIENT) != 0;
	xmlNode *target;

	if (subject == NULL || (patient && reference == NULL)) {
		report(check, place, patient ? "subject.reference" : "subject", "composition-subject",
		    "required", "the Composition does not say whom it is about", NULL,
		    patient ? "Composition.subject.reference" : "Composition.subject",
		    check->guide->package);
		return;
	}
	if (patient && bundle_resolve(check->bundle, composition, reference, &target) == BUNDLE_FOUND
	    && target != NULL && strcmp((const char *)target->name, "Patient") != 0)
		report(check, place, "subject.reference", "composition-subject", "value",
		    "the subject of the Composition is not the Patient", (const char *)target->name,
		    "Patient", check->guide->package);
}

/* ---- eps-bundle-*: whom clinical resources are about -------------------------------------------------------- */

static const struct owner {
	const char *type, *rule, *element,
	    *below; /* below: within the element; NULL: the element itself */
} owners[] = {
	{ "AllergyIntolerance", "eps-bundle-patient-ref", "patient", "reference" },
	{ "CarePlan", "eps-bundle-subject-ref", "subject", "reference" },
	{ "ClinicalImpression", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Condition", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Consent", "eps-bundle-subject-ref", "subject", "reference" },
	{ "DeviceUseStatement", "eps-bundle-subject-ref", "subject", "reference" },
	{ "DiagnosticReport", "eps-bundle-subject-ref", "subject", "reference" },
	{ "DocumentReference", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Flag", "eps-bundle-subject-ref", "subject", "reference" },
	{ "ImagingStudy", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Immunization", "eps-bundle-patient-ref", "patient", "reference" },
	{ "ImmunizationRecommendation", "eps-bundle-patient-ref", "patient", "reference" },
	{ "Medication", "eps-bundle-resource-code", "code", NULL },
	{ "MedicationRequest", "eps-bundle-subject-ref", "subject", "reference" },
	{ "MedicationStatement", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Observation", "eps-bundle-subject-ref", "subject", "reference" },
	{ "Procedure", "eps-bundle-subject-ref", "subject", "reference" },
};

static void
check_owner(struct check *check, const struct bundle_entry *entry, const struct owner *owner)
{
	const xmlNode *element = fhir_child(entry->resource, owner->element);
	char path[64];

	if (owner->below != NULL)
		element = fhir_child(element, owner->below);
	if (element != NULL)
		return;
	snprintf(path, sizeof(path), "resource.%s%s%s", owner->element, owner->below != NULL ? "." : "",
	    owner->below != NULL ? owner->below : "");
	check_report_entry(check, entry->index, path,
	    &(struct breach) { .severity = EHDS_SEVERITY_ERROR,
		.rule = owner->rule,
		.code = "required",
		.text = "a resource of a patient summary lacks what the profile requires",
		.found = owner->type,
		.expected = path + strlen("resource."),
		.profile = check->guide->package });
}

static void
check_owners(struct check *check)
{
	size_t i, j;

	for (i = 0; i < check->entry_count; i++)
		for (j = 0; check->entries[i].type != NULL && j < sizeof(owners) / sizeof(owners[0]); j++)
			if (strcmp(check->entries[i].type, owners[j].type) == 0)
				check_owner(check, &check->entries[i], &owners[j]);
}

void
composition_check(struct check *check, const xmlNode *composition, const struct bundle_entry *entry)
{
	const struct place bundle = { NULL, "Bundle", false, 0 };
	const struct place in_entry = { &bundle, "entry", true, entry != NULL ? entry->index : 0 };
	const struct place place = { entry != NULL ? &in_entry : NULL,
		entry != NULL ? "resource" : "Composition", false, 0 };
	const struct guide_section *wanted;

	check_sections(check, &place, composition, 0);
	if (check->guide == NULL)
		return;
	check_type(check, &place, composition);
	check_identifier(check, &place, composition);
	check_subject(check, &place, composition);
	for (wanted = check->guide->sections; wanted->code != NULL; wanted++)
		check_section_count(check, &place, composition, wanted);
	if ((check->guide->flags & GUIDE_PATIENT_SUMMARY) != 0)
		check_owners(check);
}
