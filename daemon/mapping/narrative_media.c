/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Links and pictures of narrative. FHIR R4 (2.4.0.1) wants narrative that shows without fetching
 * anything, so a picture is carried inside, as a data: URI, when it is small and of a kind that
 * browsers show; else its caption, or what it is, stands in its place, and the picture itself is
 * where the stylesheet puts attachments.
 */
#include "mapping/narrative.h"

#include "base/text.h"
#include "mapping/media.h"
#include "mapping/types.h"

#include <string.h>
#include <strings.h>

#define PICTURE (128 * 1024)	/* bytes of one picture; a logo or a chart, no scan */
#define PICTURES (1024 * 1024)	/* bytes of all pictures of one narrative */

/* ---- links ----------------------------------------------------------------------------------- */

/* The target of a link when it may be followed: no script, no file of the sender. */
static const char *
link_target(struct call *call, const char *href)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };

	if (href[0] == '#' && href[1] != '\0')
		return call_printf(call, "#%s", narrative_id(call, href + 1));
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(href, schemes[i], strlen(schemes[i])) == 0)
			return href;
	return NULL;
}

static bool
inside_link(const xmlNode *out)
{
	for (; out != NULL && out->type == XML_ELEMENT_NODE; out = out->parent)
		if (node_is(out, "a"))
			return true;
	return false;
}

/*
 * A link is inline and holds no other link; without a target that may be followed it is its text.
 */
void
narrative_link(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *href = text_line(narrative->call, node_attribute(source, "href"));
	const char *target = href != NULL ? link_target(narrative->call, href) : NULL;
	struct item at = item_of(source);
	xmlNode *node;

	if (href != NULL && target == NULL)
		call_finding(narrative->call, &at, EHDS_SEVERITY_INFORMATION, "map-narrative-link",
		    "not-supported", href, "http:, https:, mailto:, tel: or #id",
		    "a link that narrative may not carry: its text is kept");
	if (inside_link(out))
		target = NULL;
	node = narrative_add(narrative, out, target != NULL ? "a" : "span");
	narrative_attributes(narrative, source, node);
	narrative_set(node, "href", target);
	narrative_set(node, "title", text_line(narrative->call, node_attribute(source, "title")));
	narrative->inline_only++;
	narrative_walk(narrative, source, node);
	narrative->inline_only--;
	if (node->children == NULL && href != NULL)
		narrative_add_text(narrative, node, href);
}

void
narrative_footnote_reference(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *id = node_filled(source, "IDREF");
	xmlNode *node = narrative_add(narrative, out, "sup");

	narrative_attributes(narrative, source, node);
	if (id != NULL && !inside_link(out)) {
		node = narrative_add(narrative, node, "a");
		narrative_set(
		    node, "href", call_printf(narrative->call, "#%s", narrative_id(narrative->call, id)));
	}
	narrative_add_text(narrative, node, "*");
	narrative_walk(narrative, source, node);
}

/* ---- pictures -------------------------------------------------------------------------------- */

/*
 * The value of the observationMedia that an ID names; a region of interest stands around one. NULL
 * when there is none.
 */
static const xmlNode *
find_value(struct narrative *narrative, const xmlNode *source, const char *id)
{
	const xmlNode *target = call_element_by_id(narrative->call, id), *child;
	struct item at = item_of(source);

	if (target == NULL)
		call_finding(narrative->call, &at, EHDS_SEVERITY_WARNING, "map-reference-dangling",
		    "not-found", id, NULL, "a reference to an ID that is not in the document");
	for (child = node_child(target, "entryRelationship"); child != NULL;
	     child = node_next(child, "entryRelationship"))
		if (node_child(node_child(child, "observationMedia"), "value") != NULL)
			return node_child(node_child(child, "observationMedia"), "value");
	return node_child(target, "value");
}

static bool
is_picture(const char *type)
{
	return type != NULL && (strcmp(type, "image/png") == 0 || strcmp(type, "image/jpeg") == 0
	    || strcmp(type, "image/gif") == 0);
}

static void
add_picture(struct narrative *narrative, xmlNode *out, const char *type, const struct media *media,
    const char *caption)
{
	xmlNode *node = narrative_add(narrative, out, "img");

	narrative_set(node, "src", call_printf(narrative->call, "data:%s;base64,%s", type, media->base64));
	narrative_set(node, "alt", caption != NULL ? caption : "");
	narrative->content = true;
}

/* What stands in the place of a medium that cannot be shown. */
static void
add_label(struct narrative *narrative, const xmlNode *source, xmlNode *out, const char *type,
    const char *caption)
{
	struct item at = item_of(source);

	call_finding(narrative->call, &at, EHDS_SEVERITY_INFORMATION, "map-narrative-media", "incomplete",
	    type, NULL, "the narrative does not carry this medium: its caption stands in its place");
	if (caption == NULL)
		narrative_add_text(
		    narrative, out, call_printf(narrative->call, "[%s]", type != NULL ? type : "media"));
}

static bool
is_web(const char *url)
{
	return url != NULL && (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0);
}

static void
add_medium(struct narrative *narrative, const xmlNode *source, xmlNode *out, const char *id,
    const char *caption)
{
	const xmlNode *value = find_value(narrative, source, id);
	const char *declared = text_line(narrative->call, node_attribute(value, "mediaType"));
	const char *url =
		       text_line(narrative->call, node_attribute(node_child(value, "reference"), "value")),
		   *type;
	struct media media;
	size_t size = 0;
	xmlNode *node;

	if (value == NULL) {
		if (caption == NULL)
			narrative_add_text(narrative, out, "[media]");
		return;
	}
	if (is_web(url) && !inside_link(out)) {
		node = narrative_add(narrative, out, "a");
		narrative_set(node, "href", url);
		narrative_add_text(narrative, node, caption != NULL && declared != NULL ? declared : url);
		return;
	}
	type = url == NULL ? media_peek(narrative->call, value, &size) : NULL;
	if (is_picture(type) && size <= PICTURE && narrative->pictures + size <= PICTURES
	    && media_read(narrative->call, &media, value)) {
		narrative->pictures += size;
		add_picture(narrative, out, type, &media, caption);
		return;
	}
	if (type != NULL)
		declared = type;
	add_label(narrative, source, out, declared, caption);
}

/*
 * referencedObject is a list of IDs. The caption is written out, whatever becomes of the pictures.
 */
void
narrative_media(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *ids = text_line(narrative->call, node_attribute(source, "referencedObject")), *end;
	const char *caption = element_text(narrative->call, source, false);
	xmlNode *node = narrative_add(narrative, out, "span");

	narrative_attributes(narrative, source, node);
	for (; ids != NULL; ids = end != NULL ? end + 1 : NULL) {
		end = strchr(ids, ' ');
		add_medium(narrative, source, node,
		    end != NULL ? call_printf(narrative->call, "%.*s", (int)(end - ids), ids) : ids,
		    caption);
	}
	if (caption == NULL)
		return;
	if (node->children != NULL)
		narrative_add_text(narrative, node, " ");
	narrative_walk(narrative, source, node);
}
