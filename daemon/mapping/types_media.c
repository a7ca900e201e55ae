/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Encapsulated data: ED -> Attachment, Binary (HL7 V3 data types R1, 2.5).
 *
 * The bytes decide what they are: a receiver that trusts "image/jpeg" on a PNG shows nothing.
 * Damaged base64 is not carried, because FHIR has no place for it, but the attachment stays, says
 * that its data is missing for an error, and a finding of severity error names the place.
 */
#include "mapping/media.h"

#include "base/text.h"
#include "mapping/types.h"

#include <nettle/sha1.h>
#include <stdio.h>
#include <string.h>

struct content {
	const char *type, *language, *url, *title;
	struct media media;
	bool has_data, damaged;
};

/* HL7 V3 R1, ED.compression: the declared type is that of the data before it was compressed. */
static const char *
compressed_type(struct call *call, const struct item *item, const char *compression, const char *declared)
{
	call_finding(call, item, EHDS_SEVERITY_WARNING, "map-media-compressed", "not-supported",
	    compression, declared,
	    "the attached data is compressed, which FHIR R4 cannot say beside its media type");
	return strcmp(compression, "GZ") == 0 ? "application/gzip" : "application/octet-stream";
}

/* The media type to write, with the charset of text. NULL when nobody knows. */
static const char *
settle_type(struct call *call, const struct item *item, const struct media *media, const char *declared)
{
	const char *charset = node_filled(item_element(item), "charset");
	const char *compression = node_filled(item_element(item), "compression");
	const char *shown = media_recognise(media->head, media->head_length);

	if (compression != NULL)
		return compressed_type(call, item, compression, declared);
	if (shown != NULL && declared != NULL && !media_agrees(declared, shown)) {
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-media-type", "value", declared, shown,
		    "the bytes are of another media type than the declared one: they decide");
		return shown;
	}
	if (declared == NULL)
		return shown != NULL ? shown : "application/octet-stream";
	if (charset != NULL && text_starts_with(declared, "text/") && strchr(declared, ';') == NULL)
		return call_printf(call, "%s; charset=%s", declared, charset);
	return declared;
}

static void
check_integrity(struct call *call, const struct item *item, const struct media *media)
{
	const char *claimed = text_line(call, node_attribute(item_element(item), "integrityCheck"));
	const char *algorithm = node_filled(item_element(item), "integrityCheckAlgorithm");

	if (claimed == NULL || (algorithm != NULL && strcmp(algorithm, "SHA-1") != 0))
		return;
	if (strcmp(claimed, media->hash) != 0)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-media-integrity", "value", media->hash,
		    claimed, "the attached data is not what its integrityCheck says");
}

/* ED without base64: the text itself is the data. */
static bool
read_plain(struct call *call, const xmlNode *element, struct media *media)
{
	const char *text = element_text(call, element, true);
	struct sha1_ctx sha1;
	unsigned char digest[20];
	const char *hash;

	memset(media, 0, sizeof(*media));
	if (text == NULL)
		return false;
	media->size = strlen(text);
	media->base64 = media_encode(call, text, media->size);
	sha1_init(&sha1);
	sha1_update(&sha1, media->size, (const uint8_t *)text);
	sha1_digest(&sha1, sizeof(digest), digest);
	hash = media_encode(call, digest, sizeof(digest));
	if (media->base64 == NULL || hash == NULL)
		return false;
	memcpy(media->hash, hash, MEDIA_HASH);
	return true;
}

static bool
is_base64(const xmlNode *element)
{
	const char *representation = node_attribute(element, "representation");

	return representation != NULL && strcmp(representation, "B64") == 0;
}

static void
read_data(struct call *call, const struct item *item, struct content *content)
{
	const char *declared = text_line(call, node_attribute(item_element(item), "mediaType"));
	bool encoded = is_base64(item->node) || call_body(call, item->node) != NULL;

	content->type = declared;
	if (encoded)
		content->has_data = media_read(call, &content->media, item->node);
	else
		content->has_data = read_plain(call, item->node, &content->media);
	content->damaged = encoded && !content->has_data && (call_body(call, item->node) != NULL
	    || node_has_text(item->node));
	if (!content->has_data)
		return;
	if (encoded) {
		content->type = settle_type(call, item, &content->media, declared);
		check_integrity(call, item, &content->media);
	} else if (declared == NULL) {
		content->type = "text/plain";
	}
}

/*
 * A URL has no white space: what stands in one was put there where a long line was broken (RFC 3986,
 * appendix C), and an XML attribute turns the break into a blank.
 */
static const char *
joined_url(struct call *call, const xmlNode *reference, const char *value)
{
	char *joined, *to;
	const char *from;

	if (strpbrk(value, " \t\r\n") == NULL || (joined = arena_strdup(call->arena, value)) == NULL)
		return value;
	for (from = value, to = joined; *from != '\0'; from++)
		if (strchr(" \t\r\n", *from) == NULL)
			*to++ = *from;
	*to = '\0';
	call_finding(call, &(struct item){ .node = reference }, EHDS_SEVERITY_INFORMATION, "map-url-space", "value",
	    value, joined, "a URL with white space in it: joined, as a URL that was broken into lines is");
	return joined;
}

/* The element that carries the data: the item, or the observationMedia value that it refers to. */
static const xmlNode *
find_data(struct call *call, const xmlNode *element, const char **url)
{
	const xmlNode *reference = node_child(element, "reference"), *target;
	const char *value = text_line(call, node_attribute(reference, "value"));

	if (value == NULL)
		return element;
	if (value[0] != '#') {
		*url = joined_url(call, reference, value);
		return element;
	}
	target = call_element_by_id(call, value + 1);
	if (target != NULL)
		return node_child(target, "value") != NULL ? node_child(target, "value") : target;
	call_finding(call, &(struct item){ .node = reference }, EHDS_SEVERITY_WARNING,
	    "map-reference-dangling", "not-found", value, NULL,
	    "a reference to an ID that is not in the document");
	return element;
}

static void
read_content(struct call *call, const struct item *item, struct content *content)
{
	const xmlNode *data;
	struct item at;

	memset(content, 0, sizeof(*content));
	data = find_data(call, item->node, &content->url);
	at = item_of(data);
	content->language = text_line(call, node_attribute(data, "language"));
	content->title = text_line(call, call_attribute(call, "title"));
	read_data(call, &at, content);
}

static void
out_data(xmlNode *node, const struct content *content, bool elsewhere)
{
	char size[24];

	if (content->damaged) {
		out_absent(out_element(node, "data"), "error");
		return;
	}
	if (!elsewhere)
		out_value(node, "data", content->media.base64);
	snprintf(size, sizeof(size), "%zu", content->media.size);
	/* R4, Attachment.size is an unsignedInt. */
	if (content->media.size <= 2147483647)
		out_value(node, "size", size);
	out_value(node, "hash", content->media.hash);
}

enum written
write_attachment(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *wanted = call_attribute(call, "data"), *elsewhere = text_line(call, call_attribute(call, "url"));
	bool with_data = wanted == NULL || strcmp(wanted, "no") != 0;
	struct content content;
	xmlNode *node;

	if (item_element(item) == NULL || item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	read_content(call, item, &content);
	if (!content.has_data && !content.damaged && content.url == NULL)
		return call_finish(call, WRITTEN_NOTHING);
	node = out_element(parent, name);
	out_value(node, "contentType", content.type);
	out_value(node, "language", content.language);
	if (with_data && (content.has_data || content.damaged))
		out_data(node, &content, elsewhere != NULL);
	out_value(node, "url", elsewhere != NULL && content.has_data ? elsewhere : content.url);
	out_value(node, "title", content.title);
	return call_finish(call, WRITTEN_DONE);
}

/* The two elements of a Binary, directly in the resource that the stylesheet writes. */
enum written
write_binary(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct content content;

	(void)name;
	if (item_element(item) == NULL || item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	read_content(call, item, &content);
	if (!content.has_data)
		return call_finish(call, WRITTEN_NOTHING);
	out_value(parent, "contentType", content.type);
	out_value(parent, "data", content.media.base64);
	return call_finish(call, WRITTEN_DONE);
}
