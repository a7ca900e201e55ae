/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Base64 bodies. One pass checks, compacts, decodes, measures and hashes, because bodies are the
 * largest part of most documents. Media types are recognised because declared ones lie
 * ("image/jpeg" on a PNG).
 */
#include "mapping/media.h"

#include "base/text.h"
#include "mapping/types.h"

#include <nettle/sha1.h>
#include <string.h>
#include <strings.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define NO 0xff			/* no digit */
#define SPACE 0xfe

/* The value of each base64 digit (RFC 4648, table 1); rows of 16. */
static const unsigned char values[256] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, SPACE, SPACE, NO, NO, SPACE, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	SPACE, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
	[128 ... 255] = NO,
};

/* What stands at an offset of a file of that type. */
static const struct {
	size_t offset;
	const char *magic;
	size_t length;
	const char *type;
} magics[] = {
	{ 0, "\x89PNG\r\n\x1a\n", 8, "image/png" }, { 0, "\xff\xd8\xff", 3, "image/jpeg" },
	{ 0, "GIF87a", 6, "image/gif" }, { 0, "GIF89a", 6, "image/gif" },
	{ 0, "II*\0", 4, "image/tiff" }, { 0, "MM\0*", 4, "image/tiff" },
	{ 0, "{\\rtf", 5, "application/rtf" }, { 0, "PK\x03\x04", 4, "application/zip" },
	{ 0, "PK\x05\x06", 4, "application/zip" }, { 128, "DICM", 4, "application/dicom" },
	{ 0, "\x1f\x8b", 2, "application/gzip" }, { 0, "%PDF-", 5, "application/pdf" },
};

/*
 * Other names of what the bytes show, and formats that are made of it. A name that begins with '*'
 * is an ending.
 */
static const struct {
	const char *shown, *declared;
} names[] = {
	{ "image/jpeg", "image/jpg" },
	{ "image/jpeg", "image/pjpeg" },
	{ "image/tiff", "image/tif" },
	{ "application/rtf", "text/rtf" },
	{ "application/zip", "application/x-zip-compressed" },
	{ "application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "application/zip", "application/vnd.oasis.opendocument.text" },
	{ "application/gzip", "application/x-gzip" },
	{ "application/xml", "text/xml" },
	{ "application/xml", "text/html" },
	{ "application/xml", "*+xml" },
	{ "application/xml", "text/x-hl7-text+xml" },
	{ "text/html", "*+xml" },
	{ "application/pdf", "application/x-pdf" },
	{ "application/xml", "text/plain" },
	{ "text/html", "text/plain" },
};

/* ---- base64 ---------------------------------------------------------------------------------- */

struct decoder {
	struct media *media;
	struct sha1_ctx sha1;
	char *out;		/* compact base64; NULL: not wanted */
	unsigned char *bytes;	/* decoded; NULL: not wanted */
	uint32_t group;
	unsigned digits, padding;	/* of the open group */
};

static void
end_group(struct decoder *decoder)
{
	unsigned char bytes[3] = {
		(unsigned char)(decoder->group >> 16), (unsigned char)(decoder->group >> 8),
		(unsigned char)decoder->group,
	};
	unsigned count = 3 - decoder->padding;
	struct media *media = decoder->media;

	for (unsigned i = 0; i < count && media->head_length < MEDIA_HEAD; i++)
		media->head[media->head_length++] = bytes[i];
	if (decoder->bytes != NULL)
		memcpy(decoder->bytes + media->size, bytes, count);
	else
		sha1_update(&decoder->sha1, count, bytes);
	media->size += count;
	decoder->group = 0;
	decoder->digits = 0;
}

/* One character; false when it cannot stand there. Nothing but white space follows padding. */
static bool
take(struct decoder *decoder, unsigned char character)
{
	unsigned value = values[character];

	if (value == SPACE)
		return true;
	if (character == '=') {
		if (decoder->digits < 2)
			return false;
		value = 0;
		decoder->padding++;
	} else if (value == NO || decoder->padding > 0) {
		return false;
	}
	if (decoder->out != NULL)
		decoder->out[decoder->media->base64_length++] = (char)character;
	decoder->group = decoder->group << 6 | value;
	if (++decoder->digits == 4)
		end_group(decoder);
	return true;
}

#define RUN 768		/* bytes of one run: 256 groups */

static void
end_run(struct decoder *decoder, const unsigned char *bytes, size_t count)
{
	struct media *media = decoder->media;
	size_t head = MEDIA_HEAD - media->head_length;

	memcpy(media->head + media->head_length, bytes, count < head ? count : head);
	media->head_length += count < head ? count : head;
	if (decoder->bytes != NULL)
		memcpy(decoder->bytes + media->size, bytes, count);
	else
		sha1_update(&decoder->sha1, count, bytes);
	media->size += count;
}

/*
 * Whole groups without white space or padding, as nearly all of a body is: four characters at a
 * time. Returns the characters taken; what stops it is take()'s to judge.
 */
static size_t
take_groups(struct decoder *decoder, const unsigned char *data, size_t length)
{
	unsigned char bytes[RUN];
	size_t at = 0, count = 0;

	if (decoder->digits > 0 || decoder->padding > 0)
		return 0;
	for (; length - at >= 4; at += 4) {
		unsigned a = values[data[at]], b = values[data[at + 1]];
		unsigned c = values[data[at + 2]], d = values[data[at + 3]];

		if ((a | b | c | d) > 63)
			break;
		bytes[count++] = (unsigned char)(a << 2 | b >> 4);
		bytes[count++] = (unsigned char)(b << 4 | c >> 2);
		bytes[count++] = (unsigned char)(c << 6 | d);
		if (count == RUN) {
			end_run(decoder, bytes, count);
			count = 0;
		}
	}
	end_run(decoder, bytes, count);
	if (decoder->out != NULL) {
		memcpy(decoder->out + decoder->media->base64_length, data, at);
		decoder->media->base64_length += at;
	}
	return at;
}

static bool
is_ended(const struct decoder *decoder)
{
	return decoder->digits == 0 && decoder->media->size > 0;
}

static void
encode_groups(char *out, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16;

		if (i + 1 < length)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < length)
			group |= bytes[i + 2];
		*out++ = alphabet[group >> 18];
		*out++ = alphabet[group >> 12 & 63];
		*out++ = i + 1 < length ? alphabet[group >> 6 & 63] : '=';
		*out++ = i + 2 < length ? alphabet[group & 63] : '=';
	}
}

const char *
media_encode(struct call *call, const void *bytes, size_t length)
{
	char *out = call_alloc(call, (length + 2) / 3 * 4 + 1);

	if (out != NULL)
		encode_groups(out, bytes, length);
	return out;
}

static bool
decode(struct call *call, struct decoder *decoder, const xmlNode *element, const char *data, size_t length)
{
	struct item at = item_of(element);
	size_t i = 0;

	sha1_init(&decoder->sha1);
	while (i < length) {
		i += take_groups(decoder, (const unsigned char *)data + i, length - i);
		if (i == length || !take(decoder, (unsigned char)data[i]))
			break;
		i++;
	}
	if (i == length && is_ended(decoder))
		return true;
	if (i == length && decoder->digits == 0)
		return false;
	call_finding(call, &at, EHDS_SEVERITY_ERROR, "map-base64-invalid", "invalid", NULL,
	    "base64 (RFC 4648, 4)",
	    "the attached data is damaged at its character %zu of %zu: it is not carried", i + 1, length);
	return false;
}

bool
media_read(struct call *call, struct media *media, const xmlNode *element)
{
	const struct xml_body *body = call_body(call, element);
	struct decoder decoder = { .media = media };
	unsigned char digest[20];
	const char *data;
	size_t length;

	memset(media, 0, sizeof(*media));
	data = body != NULL ? body->data : element_text(call, element, false);
	if (data == NULL)
		return false;
	length = body != NULL ? body->length : strlen(data);
	decoder.out = call_alloc(call, length + 1);
	if (decoder.out == NULL || !decode(call, &decoder, element, data, length))
		return false;
	sha1_digest(&decoder.sha1, sizeof(digest), digest);
	encode_groups(media->hash, digest, sizeof(digest));
	media->base64 = decoder.out;
	return true;
}

const char *
media_peek(struct call *call, const xmlNode *element, size_t *size)
{
	const struct xml_body *body = call_body(call, element);
	const char *data = body != NULL ? body->data : element_text(call, element, false);
	size_t length = body != NULL ? body->length : data != NULL ? strlen(data) : 0, i = 0;
	struct media media = { .size = 0 };
	struct decoder decoder = { .media = &media };

	sha1_init(&decoder.sha1);
	while (i < length && media.head_length < MEDIA_HEAD && take(&decoder, (unsigned char)data[i]))
		i++;
	*size = length / 4 * 3;
	return media_recognise(media.head, media.head_length);
}

unsigned char *
media_bytes(struct call *call, const struct media *media)
{
	struct media copy = { .size = 0 };
	struct decoder decoder = { .media = &copy, .bytes = call_alloc(call, media->size + 1) };

	for (size_t i = 0; decoder.bytes != NULL && i < media->base64_length; i++)
		take(&decoder, (unsigned char)media->base64[i]);
	return decoder.bytes;
}

/* ---- media types ----------------------------------------------------------------------------- */

/*
 * Markup begins with '<' behind white space and a byte order mark; HTML says so in its first words.
 */
static const char *
recognise_markup(const unsigned char *head, size_t length)
{
	const char *at = (const char *)head, *end = at + length;

	if (length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end && text_is_space(*at))
		at++;
	if (end - at >= 14 && strncasecmp(at, "<!DOCTYPE html", 14) == 0)
		return "text/html";
	if (end - at >= 5 && strncasecmp(at, "<html", 5) == 0)
		return "text/html";
	return end - at >= 5 && memcmp(at, "<?xml", 5) == 0 ? "application/xml" : NULL;
}

const char *
media_recognise(const unsigned char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (length >= magics[i].offset + magics[i].length
		    && memcmp(head + magics[i].offset, magics[i].magic, magics[i].length) == 0)
			return magics[i].type;
	return recognise_markup(head, length);
}

static bool
is_name(const char *declared, size_t length, const char *name)
{
	size_t ending = strlen(name + 1);

	if (name[0] == '*')
		return length > ending && strncasecmp(declared + length - ending, name + 1, ending) == 0;
	return strlen(name) == length && strncasecmp(declared, name, length) == 0;
}

bool
media_agrees(const char *declared, const char *shown)
{
	size_t length = strcspn(declared, "; \t");

	if (is_name(declared, length, shown))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].shown, shown) == 0 && is_name(declared, length, names[i].declared))
			return true;
	return false;
}
