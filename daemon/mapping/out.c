/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Elements of the result. Memory of the tree is libxml2's: it has no limit of its own, but all that
 * is written was read from a bounded document, so running out is our own mistake.
 */
#include "mapping/types.h"

#include "base/alloc.h"

#include <string.h>

#define FHIR "http://hl7.org/fhir"
#define DATA_ABSENT FHIR "/StructureDefinition/data-absent-reason"

static bool
is_fhir(const xmlNs *space)
{
	return space != NULL && space->prefix == NULL && space->href != NULL
	    && strcmp((const char *)space->href, FHIR) == 0;
}

xmlNode *
out_element(xmlNode *parent, const char *name)
{
	xmlNode *node = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)name, NULL);
	xmlNs *space;

	must(node != NULL);
	/* The top of a variable's value is a document, which has no name space. */
	if (parent->type == XML_ELEMENT_NODE && is_fhir(parent->ns))
		space = parent->ns;
	else
		space = xmlNewNs(node, (const xmlChar *)FHIR, NULL);
	must(space != NULL);
	xmlSetNs(node, space);
	must(xmlAddChild(parent, node) == node);
	return node;
}

xmlNode *
out_value(xmlNode *parent, const char *name, const char *text)
{
	xmlNode *node;

	if (text == NULL || text[0] == '\0')
		return NULL;
	node = out_element(parent, name);
	must(xmlNewProp(node, (const xmlChar *)"value", (const xmlChar *)text) != NULL);
	return node;
}

xmlNode *
out_extension(xmlNode *parent, const char *url)
{
	xmlNode *node = out_element(parent, "extension");

	must(xmlNewProp(node, (const xmlChar *)"url", (const xmlChar *)url) != NULL);
	return node;
}

void
out_absent(xmlNode *element, const char *reason)
{
	out_value(out_extension(element, DATA_ABSENT), "valueCode", reason);
}
