/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sources: hl7.fhir.eu.eps 1.0.0-xtehr, hl7.fhir.uv.ips 2.0.1, hl7.fhir.eu.laboratory 2.0.0,
 * hl7.fhir.eu.hdr 1.0.0-ci, hl7.fhir.eu.imaging 1.0.0-ballot: the Bundle and Composition profiles, their
 * slices of entries and sections.
 */
#include "conform/guide.h"

#include <string.h>

static const struct guide_section eps_sections[] = {
	{ "11450-4", "problems", 1, 1 },
	{ "48765-2", "allergies", 1, 1 },
	{ "10160-0", "medications", 1, 1 },
	{ "11369-6", "immunizations", 0, 1 },
	{ "30954-2", "results", 0, 1 },
	{ "47519-4", "proceduresHx", 1, 1 },
	{ "46264-8", "medicalDevices", 1, 1 },
	{ "42348-3", "advanceDirectives", 0, 1 },
	{ "104605-1", "alert", 0, 1 },
	{ "47420-5", "functionalStatus", 0, 1 },
	{ "10162-6", "pregnancyHx", 0, 1 },
	{ "81338-6", "patientStory", 0, 1 },
	{ "18776-5", "planOfCare", 0, 1 },
	{ "29762-2", "socialHistory", 0, 1 },
	{ "8716-3", "vitalSigns", 0, 1 },
	{ "10182-4", "travelHx", 0, 1 },
	{ "11329-0", "patientHx", 0, 1 },
	{ NULL, NULL, 0, 0 }
};

static const struct guide_section ips_sections[] = {
	{ "11450-4", "problems", 1, 1 },
	{ "48765-2", "allergies", 1, 1 },
	{ "10160-0", "medications", 1, 1 },
	{ "11369-6", "immunizations", 0, 1 },
	{ "30954-2", "results", 0, 1 },
	{ "47519-4", "proceduresHx", 0, 1 },
	{ "46264-8", "medicalDevices", 0, 1 },
	{ "42348-3", "advanceDirectives", 0, 1 },
	{ "104605-1", "alerts", 0, 1 },
	{ "47420-5", "functionalStatus", 0, 1 },
	{ "11348-0", "pastProblems", 0, 1 },
	{ "10162-6", "pregnancyHx", 0, 1 },
	{ "81338-6", "patientStory", 0, 1 },
	{ "18776-5", "planOfCare", 0, 1 },
	{ "29762-2", "socialHistory", 0, 1 },
	{ "8716-3", "vitalSigns", 0, 1 },
	{ NULL, NULL, 0, 0 }
};

static const struct guide_section laboratory_sections[] = {
	{ "48767-8", "annotations", 0, GUIDE_MANY },
	{ "77599-9", "attachment", 0, GUIDE_MANY },
	{ NULL, NULL, 0, 0 }
};

static const struct guide_section hdr_sections[] = {
	{ "104605-1", "alert", 0, 1 },
	{ "67851-6", "admissionEvaluation", 0, 1 },
	{ "8716-3", "vitalSigns", 0, 1 },
	{ "29545-1", "physicalFindings", 0, 1 },
	{ "47420-5", "functionalStatus", 0, 1 },
	{ "8648-8", "hospitalCourse", 1, 1 },
	{ "11535-2", "diagnosticSummary", 0, 1 },
	{ "10185-7", "significantProcedures", 0, 1 },
	{ "46264-8", "medicalDevices", 0, 1 },
	{ "47519-4", "proceduresHx", 0, 1 },
	{ "87232-5", "pharmacotherapy", 0, 1 },
	{ "57080-4", "implantedDevices", 0, 1 },
	{ "30954-2", "significantResults", 0, 1 },
	{ "67781-5", "synthesis", 0, 1 },
	{ "18776-5", "planOfCare", 0, 1 },
	{ "75311-1", "dischargeMedications", 0, 1 },
	{ "48765-2", "allergies", 0, 1 },
	{ "11329-0", "patientHx", 0, 1 },
	{ "11450-4", "problems", 0, 1 },
	{ "11369-6", "immunizations", 0, 1 },
	{ "8650-4", "dischargeDetails", 0, 1 },
	{ "77599-9", "attachments", 0, 1 },
	{ NULL, NULL, 0, 0 }
};

static const struct guide_section imaging_sections[] = {
	{ "18726-0", "imagingstudy", 1, 1 },
	{ "55115-0", "order", 1, 1 },
	{ "11329-0", "history", 1, 1 },
	{ "55111-9", "procedure", 1, 1 },
	{ "18834-2", "comparison", 0, 1 },
	{ "59776-5", "findings", 0, 1 },
	{ "19005-8", "impression", 0, 1 },
	{ "18783-1", "recommendation", 0, 1 },
	{ "73568-8", "communication", 0, 1 },
	{ "LP173421-1", "report", 0, 1 },
	{ NULL, NULL, 0, 0 }
};

static const struct guide_entry eps_entries[] = {
	{ "Composition", 1, 1, "bdl-ips-1" },
	{ "Patient", 1, 1, "bundle-patient" },
	{ NULL, 0, 0, NULL }
};

static const struct guide_entry laboratory_entries[] = {
	{ "Composition", 1, 1, "one-comp" },
	{ "DiagnosticReport", 1, 1, "one-dr" },
	{ NULL, 0, 0, NULL }
};

static const struct guide_entry hdr_entries[] = {
	{ "Composition", 1, 1, "bdl-hdr-1" },
	{ "Patient", 1, GUIDE_MANY, "bundle-patient" },
	{ "Encounter", 1, GUIDE_MANY, "bundle-encounter" },
	{ NULL, 0, 0, NULL }
};

static const struct guide_entry imaging_entries[] = {
	{ "Composition", 1, 1, "bundle-composition" },
	{ "DiagnosticReport", 1, 1, "bundle-report" },
	{ "Patient", 1, 1, "bundle-patient" },
	{ "ImagingStudy", 1, GUIDE_MANY, "bundle-study" },
	{ NULL, 0, 0, NULL }
};

static const struct guide guides[] = {
	{ "http://hl7.eu/fhir/eps/StructureDefinition/bundle-eu-eps",
	    "http://hl7.eu/fhir/eps/StructureDefinition/composition-eu-eps",
	    "hl7.fhir.eu.eps#1.0.0-xtehr", "60591-5",
	    GUIDE_TITLE | GUIDE_CODE | GUIDE_TEXT | GUIDE_FLAT | GUIDE_CONTENT | GUIDE_SUBJECT_PATIENT
		| GUIDE_PATIENT_SUMMARY,
	    eps_entries, eps_sections },
	{ "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips",
	    "http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips", "hl7.fhir.uv.ips#2.0.1",
	    "60591-5",
	    GUIDE_TITLE | GUIDE_CODE | GUIDE_TEXT | GUIDE_FLAT | GUIDE_CONTENT_REQUIRED
		| GUIDE_SUBJECT_PATIENT,
	    eps_entries, ips_sections },
	{ "http://hl7.eu/fhir/laboratory/StructureDefinition/Bundle-eu-lab",
	    "http://hl7.eu/fhir/laboratory/StructureDefinition/Composition-eu-lab",
	    "hl7.fhir.eu.laboratory#2.0.0", NULL,
	    GUIDE_TITLE | GUIDE_CODE | GUIDE_TEXT | GUIDE_IDENTIFIER, laboratory_entries,
	    laboratory_sections },
	{ "http://hl7.eu/fhir/hdr/StructureDefinition/bundle-eu-hdr",
	    "http://hl7.eu/fhir/hdr/StructureDefinition/composition-eu-hdr", "hl7.fhir.eu.hdr#1.0.0-ci",
	    "34105-7", GUIDE_TITLE | GUIDE_CODE, hdr_entries, hdr_sections },
	{ "http://hl7.eu/fhir/imaging/StructureDefinition/BundleReportEuImaging",
	    "http://hl7.eu/fhir/imaging/StructureDefinition/CompositionEuImaging",
	    "hl7.fhir.eu.imaging#1.0.0-ballot", NULL, GUIDE_CODE | GUIDE_IDENTIFIER, imaging_entries,
	    imaging_sections },
};

static bool
is_canonical(const char *text, const char *canonical)
{
	size_t length = strlen(canonical);

	return strncmp(text, canonical, length) == 0 && (text[length] == '\0' || text[length] == '|');
}

const struct guide *
guide_find(const char *canonical)
{
	const struct guide *guide;
	size_t i;

	for (i = 0; (guide = guide_at(i)) != NULL; i++)
		if (is_canonical(canonical, guide->bundle) || is_canonical(canonical, guide->composition))
			return guide;
	return NULL;
}

const struct guide *
guide_at(size_t index)
{
	return index < sizeof(guides) / sizeof(guides[0]) ? &guides[index] : NULL;
}
