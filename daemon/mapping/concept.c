/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading coded values: the main code, its translations, the author's words and the qualifiers.
 * What has no place in a FHIR Coding is not dropped here: it goes into the text and into findings.
 */
#include "mapping/concept.h"

#include "mapping/types.h"

#include <string.h>

/* Room for one more code, or NULL when there is none, which is told. */
static struct coded *
add_code(struct call *call, struct concept *concept, const xmlNode *node, const char *code)
{
	struct coded *coded;
	struct item at = item_of(node);

	if (concept->count == CODES) {
		call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-count", "too-long", code, NULL,
		    "a concept of more than %d codes: the rest is left out", CODES);
		return NULL;
	}
	coded = &concept->codes[concept->count++];
	coded->node = node;
	coded->code = code;
	return coded;
}

static void
read_code(struct call *call, struct concept *concept, const xmlNode *node)
{
	struct coded *coded;
	struct item at = item_of(node);
	const char *code = text_line(call, node_attribute(node, "code"));

	coded = code != NULL ? add_code(call, concept, node, code) : NULL;
	if (coded == NULL)
		return;
	if (node_null(node) != NULL)
		call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-null-with-value", "value",
		    node_null(node), NULL, "a nullFlavor beside the code %s: the code is kept", code);
	coded->system = system_uri(call, &at, node_attribute(node, "codeSystem"));
	coded->version = text_line(call, node_attribute(node, "codeSystemVersion"));
	coded->display = text_line(call, node_attribute(node, "displayName"));
	if (node_filled(node, "codeSystem") == NULL)
		coded->system = system_uri(call, &at, call_attribute(call, "system"));
}

static void
read_string(struct call *call, struct concept *concept, const char *text)
{
	const char *system = call_attribute(call, "system");

	concept->codes[0].code = text;
	concept->codes[0].system = system_uri(call, concept->item, system);
	concept->codes[0].bare = concept->codes[0].system == NULL;
	concept->count = text != NULL && (system != NULL || call->table != NULL) ? 1 : 0;
	concept->text = concept->count == 0 ? text : NULL;
}

bool
concept_is_plain(const xmlNode *element)
{
	static const char *const coded[] = { "code", "codeSystem", "displayName", "nullFlavor" };

	for (size_t i = 0; i < sizeof(coded) / sizeof(coded[0]); i++)
		if (node_attribute(element, coded[i]) != NULL)
			return false;
	return node_first(element) == NULL;
}

static const char *
label(struct call *call, const xmlNode *coded)
{
	const char *text = coded != NULL ? resolved_text(call, coded, false) : NULL;

	return text != NULL ? text : text_line(call, node_attribute(coded, "code"));
}

/* "name: value" of one qualifier, for people. A qualifier may have only one of the two. */
static const char *
qualifier_text(struct call *call, const xmlNode *qualifier)
{
	const char *const pieces[2] = {
		label(call, node_child(qualifier, "name")), label(call, node_child(qualifier, "value")),
	};

	return text_join(call, ": ", pieces, 2);
}

/*
 * FHIR R4 has no place for a qualifier in a Coding, and one left out can turn the meaning (left for
 * right). It goes into the text, unless the author's own words stand there, and into a finding.
 */
static const char *
add_qualifiers(struct call *call, const xmlNode *element, const char *text, bool own_words)
{
	const xmlNode *qualifier = node_child(element, "qualifier");

	for (size_t i = 0; qualifier != NULL; i++, qualifier = node_next(qualifier, "qualifier")) {
		const char *said = i < CODES ? qualifier_text(call, qualifier) : NULL;
		const char *const pieces[2] = { text, said };
		struct item at = item_of(qualifier);

		if (i == CODES) {
			call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-count", "too-long", NULL,
			    NULL, "a concept of more than %d qualifiers: the rest is left out", CODES);
			break;
		}
		if (said == NULL)
			continue;
		call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-code-qualifier", "incomplete", said,
		    NULL, "a qualifier of the code %s cannot be coded in FHIR R4", element->name);
		if (!own_words)
			text = text_join(call, "; ", pieces, 2);
	}
	return text;
}

static void
read_element(struct call *call, struct concept *concept, const xmlNode *element)
{
	const xmlNode *translation = node_child(element, "translation");
	const xmlNode *original = node_child(element, "originalText");
	const char *words = original != NULL ? resolved_text(call, original, false) : NULL;

	read_code(call, concept, element);
	concept->text = words != NULL ? words : text_line(call, node_attribute(element, "displayName"));
	concept->text = add_qualifiers(call, element, concept->text, words != NULL);
	for (; translation != NULL; translation = node_next(translation, "translation")) {
		read_code(call, concept, translation);
		add_qualifiers(call, translation, NULL, true);
		if (concept->text == NULL)
			concept->text = resolved_text(call, translation, false);
	}
	if (concept->text == NULL && original == NULL)
		concept->text = resolved_text(call, element, false);
}

/* HL7 FHIR R4, Coding: a label without a code is words. */
static void
read_fhir_coding(struct call *call, struct concept *concept, const xmlNode *coding)
{
	const char *code = text_line(call, node_value(coding, "code"));
	const char *display = text_line(call, node_value(coding, "display"));
	struct item at = item_of(coding);
	struct coded *coded;

	if (code == NULL) {
		if (concept->text == NULL)
			concept->text = display;
		return;
	}
	coded = add_code(call, concept, coding, code);
	if (coded == NULL)
		return;
	coded->system = system_uri(call, &at, node_value(coding, "system"));
	coded->nobodys = coded->system == NULL;
	coded->version = text_line(call, node_value(coding, "version"));
	coded->display = display;
}

/* HL7 FHIR R4, CodeableConcept or Coding. A label of the source is no text of its author, so it is not made one. */
static void
read_fhir(struct call *call, struct concept *concept, const xmlNode *element)
{
	const xmlNode *coding = node_child(element, "coding");

	concept->text = text_line(call, node_value(element, "text"));
	if (coding == NULL)
		read_fhir_coding(call, concept, element);
	for (; coding != NULL; coding = node_next(coding, "coding"))
		read_fhir_coding(call, concept, coding);
}

void
concept_read(struct call *call, struct concept *concept, const struct item *item)
{
	const xmlNode *element = item_element(item);

	*concept = (struct concept){ .item = item };
	if (node_is_fhir(element) && node_filled(element, "value") == NULL)
		read_fhir(call, concept, element);
	else if (node_is_fhir(element))
		read_string(call, concept, text_line(call, node_attribute(element, "value")));
	else if (element == NULL || concept_is_plain(element))
		read_string(call, concept, item_line(call, item));
	else if (!item_masked(call, item))
		read_element(call, concept, element);
}
