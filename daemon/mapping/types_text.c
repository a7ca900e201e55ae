/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Texts: ED, ST -> string, markdown (HL7 V3 data types R1), and what a reference into the narrative
 * says.
 *
 * A reference is a promise of the sender that the narrative says the same in the author's words.
 * When it dangles, the coded display is all there is; "#problem-1" is never anybody's words.
 */
#include "mapping/types.h"

#include "base/text.h"
#include "mapping/media.h"

#include <string.h>

/* Whether a reference leads out of the document: it has a URI scheme (RFC 3986, 3.1). */
static bool
is_external(const char *reference)
{
	const char *colon = strchr(reference, ':');
	const char *slash = strpbrk(reference, "/?#");

	return colon != NULL && colon > reference && (slash == NULL || colon < slash);
}

static const char *
dangling(struct call *call, const xmlNode *reference, const char *value)
{
	struct item at = item_of(reference);

	call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-reference-dangling", "not-found", value, NULL,
	    value[0] == '\0' || strcmp(value, "#") == 0 ? "an empty reference into the narrative"
	    : "a reference to an ID that is not in the document");
	return NULL;
}

/*
 * The text that a reference points at, with or without '#'; NULL when it dangles or leads out of
 * the document.
 */
static const char *
referenced_text(struct call *call, const xmlNode *reference, bool lines)
{
	const char *value = text_line(call, node_attribute(reference, "value")), *id;
	const xmlNode *target;

	if (node_attribute(reference, "value") == NULL)
		return NULL;
	if (value == NULL)
		return dangling(call, reference, "");
	if (is_external(value))
		return NULL;
	id = value[0] == '#' ? value + 1 : value;
	target = id[0] != '\0' ? call_element_by_id(call, id) : NULL;
	if (target == NULL)
		return dangling(call, reference, value);
	return element_text(call, target, lines);
}

/* The text of an ED that is base64: nothing unless it is text of a known kind. */
static const char *
encoded_text(struct call *call, const xmlNode *element, bool lines)
{
	const char *type = node_filled(element, "mediaType");
	const unsigned char *bytes;
	struct media media;

	if (type != NULL && !text_starts_with(type, "text/plain"))
		return NULL;
	if (!media_read(call, &media, element) || (bytes = media_bytes(call, &media)) == NULL)
		return NULL;
	if (!text_is_xml((const char *)bytes, media.size))
		return NULL;
	return lines ? text_lines(call, (const char *)bytes) : text_line(call, (const char *)bytes);
}

static bool
is_encoded(const xmlNode *element)
{
	const char *representation = node_attribute(element, "representation");

	return representation != NULL && strcmp(representation, "B64") == 0;
}

static const char *
own_text(struct call *call, const xmlNode *element, bool lines)
{
	if (is_encoded(element))
		return encoded_text(call, element, lines);
	return element_text(call, element, lines);
}

const char *
resolved_text(struct call *call, const xmlNode *element, bool lines)
{
	const xmlNode *original = node_child(element, "originalText");
	const xmlNode *thumbnail = node_child(element, "thumbnail"), *reference;
	const char *text = NULL;

	if (element == NULL || element->type != XML_ELEMENT_NODE)
		return NULL;
	if (original != NULL)
		text = resolved_text(call, original, lines);
	if (text == NULL && original != NULL)
		return text_line(call, node_attribute(element, "displayName"));
	if (text != NULL)
		return text;
	reference = node_child(element, "reference");
	if (reference != NULL)
		text = referenced_text(call, reference, lines);
	if (text == NULL)
		text = own_text(call, element, lines);
	if (text == NULL && thumbnail != NULL && node_child(thumbnail, "originalText") == NULL)
		text = resolved_text(call, thumbnail, lines);
	if (text == NULL)
		text = text_line(call, node_attribute(element, "displayName"));
	return text != NULL ? text : text_line(call, node_attribute(element, "value"));
}

/* The text of an item: of an element what it means, of an attribute or a string what it is. */
static const char *
item_text(struct call *call, const struct item *item, bool lines)
{
	if (item_element(item) != NULL)
		return resolved_text(call, item->node, lines);
	return lines ? text_lines(call, item->text) : text_line(call, item->text);
}

static enum written
write_item_text(struct call *call, const struct item *item, xmlNode *parent, const char *name, bool lines)
{
	const char *text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	text = item_text(call, item, lines);
	return call_finish(call, out_value(parent, name, text) != NULL ? WRITTEN_DONE : WRITTEN_NOTHING);
}

enum written
write_string(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return write_item_text(call, item, parent, name, false);
}

enum written
write_text(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	return write_item_text(call, item, parent, name, true);
}
