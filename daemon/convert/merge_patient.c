/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether several documents are about one patient, and what they say of it together. People are told apart by identifiers only: names are
 * written in many ways, and many people share one. What two sources contradict each other about is told and the document held,
 * because one of them may be somebody else's. Texts name places, never values: they go where no data of a patient may.
 */
#include "convert/merge_private.h"

#include "fhir/tree.h"

#include <string.h>

/* ---- One patient? -------------------------------------------------------------------------------------------- */

static const xmlNode *
next_identifier(const xmlNode *patient, const xmlNode *last)
{
	const xmlNode *identifier = last == NULL ? fhir_child(patient, "identifier") : fhir_next(last);

	while (identifier != NULL && (fhir_child_value(identifier, "system") == NULL || fhir_child_value(identifier, "value") == NULL))
		identifier = fhir_next(identifier);
	return identifier;
}

enum match { MATCH_NONE, MATCH_SAME, MATCH_OTHER };

/* What a patient's identifiers say to one of another's: no such system, the same value, or other values only. */
static enum match
match_identifier(const xmlNode *patient, const xmlNode *wanted)
{
	const char *system = fhir_child_value(wanted, "system"), *value = fhir_child_value(wanted, "value");
	enum match match = MATCH_NONE;
	const xmlNode *one;

	for (one = next_identifier(patient, NULL); one != NULL; one = next_identifier(patient, one)) {
		if (strcmp(fhir_child_value(one, "system"), system) != 0)
			continue;
		if (strcmp(fhir_child_value(one, "value"), value) == 0)
			return MATCH_SAME;
		match = MATCH_OTHER;
	}
	return match;
}

static int
refuse_other(struct whole *whole, size_t i, size_t j, const char *rule, const char *text)
{
	const xmlNode *here = next_identifier(whole->patients[j], NULL), *there = next_identifier(whole->patients[i], NULL);

	return error_set(whole->error, EHDS_ERROR_DOCUMENT, rule, whole->parts[j].name, merge_line(&whole->parts[j], here), 0,
	    "%s %s:%d", text, whole->parts[i].name, merge_line(&whole->parts[i], there));
}

static int
check_pair(struct whole *whole, size_t i, size_t j)
{
	const xmlNode *one = next_identifier(whole->patients[i], NULL), *other = next_identifier(whole->patients[j], NULL);
	bool common = false;

	if (one == NULL || other == NULL)
		return 0;
	for (; one != NULL; one = next_identifier(whole->patients[i], one)) {
		enum match match = match_identifier(whole->patients[j], one);

		if (match == MATCH_OTHER)
			return refuse_other(whole, i, j, "compose-two-patients", "the document is about another patient than");
		common = common || match == MATCH_SAME;
	}
	if (!common)
		return refuse_other(whole, i, j, "compose-patient-unproved",
		    "nothing proves that the document is about the same patient: no identifier is of a system that is also in");
	return 0;
}

static void
find_difference(struct whole *whole, size_t i, size_t j, const char *name)
{
	const xmlNode *one = fhir_child(whole->patients[i], name), *other = fhir_child(whole->patients[j], name);

	if (fhir_value(one) == NULL || fhir_value(other) == NULL || strcmp(fhir_value(one), fhir_value(other)) == 0)
		return;
	findings_add(whole->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_ERROR, .rule = "compose-patient-differs",
	    .code = "conflict", .file = whole->parts[j].name, .line = merge_line(&whole->parts[j], other),
	    .text = arena_printf(whole->arena, "the patient's %s is another one than in %s:%d", name, whole->parts[i].name,
	    merge_line(&whole->parts[i], one)) });
}

int
merge_same_patient(struct whole *whole)
{
	size_t named = 0;

	for (size_t i = 0; i < whole->count; i++)
		named += next_identifier(whole->patients[i], NULL) != NULL;
	if (named == 0)
		return error_set(whole->error, EHDS_ERROR_DOCUMENT, "compose-patient-unproved", whole->parts[0].name, 0, 0,
		    "none of the documents says whose it is: nothing proves that they are about one patient");
	for (size_t j = 0; j < whole->count; j++) {
		if (next_identifier(whole->patients[j], NULL) == NULL)
			findings_add(whole->findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_WARNING,
			    .rule = "compose-patient-unnamed", .code = "informational", .file = whole->parts[j].name,
			    .text = "the document does not say whose it is: it is taken for that of the patient of the others, because "
			    "they came together" });
		for (size_t i = 0; i < j; i++) {
			if (check_pair(whole, i, j) != 0)
				return -1;
			find_difference(whole, i, j, "birthDate");
			find_difference(whole, i, j, "gender");
		}
	}
	return 0;
}

/* ---- What is known of it ------------------------------------------------------------------------------------- */

/* Alternatives of a choice count as one element: a patient has deceasedBoolean or deceasedDateTime. */
static bool
is_same_element(const xmlNode *one, const xmlNode *other)
{
	static const char *const choices[] = { "deceased", "multipleBirth" };

	if (strcmp((const char *)one->name, (const char *)other->name) == 0)
		return true;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (strncmp((const char *)one->name, choices[i], strlen(choices[i])) == 0
		    && strncmp((const char *)other->name, choices[i], strlen(choices[i])) == 0)
			return true;
	return false;
}

/* What every resource has, and what stays the first's. */
static bool
is_own(const xmlNode *element)
{
	static const char *const names[] = { "id", "meta", "implicitRules", "language", "text", "contained" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp((const char *)element->name, names[i]) == 0)
			return true;
	return false;
}

/* Takes away what says only why there is nothing; true when something is said. */
static bool
knows(xmlNode *patient, const xmlNode *element)
{
	xmlNode *child = patient->children, *next;
	bool known = false;

	for (; child != NULL; child = next) {
		next = child->next;
		if (child->type != XML_ELEMENT_NODE || !is_same_element(child, element))
			continue;
		if (merge_says(child)) {
			known = true;
			continue;
		}
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
	return known;
}

/* Those of one part: all elements of a name, or none. */
static void
add_known(xmlNode *patient, const xmlNode *from)
{
	const xmlNode *child, *same;

	for (child = from->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE || is_own(child) || !merge_says(child))
			continue;
		if (strcmp((const char *)child->name, "identifier") == 0) {
			if (fhir_child_value(child, "system") != NULL && fhir_child_value(child, "value") != NULL
			    && match_identifier(patient, child) != MATCH_SAME)
				merge_copy(patient, child);
			continue;
		}
		for (same = child->prev; same != NULL && !(same->type == XML_ELEMENT_NODE && is_same_element(same, child)); same = same->prev)
			continue;
		/* The first of its name decides for all that follow. */
		if (same == NULL && !knows(patient, child))
			for (same = child; same != NULL; same = fhir_next(same))
				merge_copy(patient, same);
	}
}

void
merge_patient(struct whole *whole, xmlNode *parent)
{
	xmlNode *patient = merge_copy(parent, whole->patients[0]);

	for (size_t i = 1; i < whole->count; i++)
		add_known(patient, whole->patients[i]);
}
