/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * FHIR as a source: a value that has the target's type already. It is carried as it stands, but for what would be wrong in
 * another document: a reference, whose target has another URL here (the stylesheet makes references of entries), and the
 * ids of elements, which nothing here refers to.
 */
#include "mapping/types.h"

#include "base/text.h"

#include <string.h>

#define FHIR "http://hl7.org/fhir"

bool
node_is_fhir(const xmlNode *node)
{
	return node != NULL && node->type == XML_ELEMENT_NODE && node->ns != NULL && node->ns->href != NULL
	       && strcmp((const char *)node->ns->href, FHIR) == 0;
}

const char *
node_value(const xmlNode *element, const char *name)
{
	return node_filled(node_child(element, name), "value");
}

static void
tell_reference(struct call *call, const xmlNode *reference)
{
	struct item at = item_of(reference);

	call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-copy-reference", "not-supported",
	    node_attribute(reference, "value"), NULL,
	    "a reference inside a value that is carried as it stands leads nowhere here: it is left out");
}

/* Depth is that of the source, which its reader has bounded. False when nothing of it could be carried. */
static bool
copy_element(struct call *call, const xmlNode *source, xmlNode *parent, const char *name)
{
	static const char *const kept[] = { "url", "value" };
	xmlNode *out = out_element(parent, name);
	const xmlNode *child;
	bool something = false;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const char *text = node_filled(source, kept[i]);

		if (text == NULL)
			continue;
		xmlNewProp(out, (const xmlChar *)kept[i], (const xmlChar *)text);
		something = something || strcmp(kept[i], "value") == 0;
	}
	for (child = node_first(source); child != NULL; child = node_following(child)) {
		if (!node_is_fhir(child))
			continue;
		if (node_is(child, "reference"))
			tell_reference(call, child);
		else if (copy_element(call, child, out, (const char *)child->name))
			something = true;
	}
	if (!something) {
		xmlUnlinkNode(out);
		xmlFreeNode(out);
	}
	return something;
}

enum written
write_copy(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	bool something;

	if (element == NULL)
		something = out_value(parent, name, text_line(call, item->text)) != NULL;
	else if (node_is_fhir(element))
		something = copy_element(call, element, parent, name);
	else
		return call_refuse(call, item, "map-copy-source",
		    "ehds:copy carries FHIR values, and the element %s is none", element->name);
	return call_finish(call, something ? WRITTEN_DONE : WRITTEN_NOTHING);
}
