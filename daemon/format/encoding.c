/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Three steps: detect (byte order mark, pattern, declaration), judge (do the bytes agree with it?), decode.
 * Whatever is to be repaired about wrong declarations is decided in judge() and read_utf8() and nowhere else.
 *
 * Not by iconv: glibc loads a shared object for each 8-bit encoding on first use, and a sandboxed worker can
 * open no file. The three encodings that documents come in differ from Latin-1 in 35 characters.
 */
#include "format/encoding.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum charset { UTF_8, UTF_16_LE, UTF_16_BE, ISO_8859_1, ISO_8859_15, WINDOWS_1252, UNKNOWN };

static const char *const charset_names[] = {
	"UTF-8", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "ISO-8859-15", "windows-1252", "",
};

/*
 * Names and aliases of the IANA charset registry. A declared UTF-16 without its pattern is judged
 * as UTF-8.
 */
static const struct {
	const char *name;
	enum charset charset;
} labels[] = {
	{ "UTF-8", UTF_8 }, { "UTF8", UTF_8 }, { "US-ASCII", UTF_8 }, { "ASCII", UTF_8 },
	{ "UTF-16", UTF_8 }, { "UTF-16LE", UTF_8 }, { "UTF-16BE", UTF_8 },
	{ "ISO-8859-1", ISO_8859_1 }, { "ISO_8859-1", ISO_8859_1 }, { "ISO8859-1", ISO_8859_1 },
	{ "latin1", ISO_8859_1 }, { "l1", ISO_8859_1 }, { "IBM819", ISO_8859_1 },
	{ "ISO-8859-15", ISO_8859_15 }, { "ISO_8859-15", ISO_8859_15 }, { "ISO8859-15", ISO_8859_15 },
	{ "Latin-9", ISO_8859_15 },
	{ "windows-1252", WINDOWS_1252 }, { "cp1252", WINDOWS_1252 }, { "cswindows1252", WINDOWS_1252 },
};

/* 0x80 to 0x9F of windows-1252; 0 stands where the code page has no character. */
static const uint16_t windows_1252[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
	0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
	0x0153, 0, 0x017E, 0x0178,
};

/* The eight places in which ISO-8859-15 is not ISO-8859-1. */
static const struct {
	unsigned char byte;
	uint16_t character;
} iso_8859_15[] = {
	{ 0xA4, 0x20AC }, { 0xA6, 0x0160 }, { 0xA8, 0x0161 }, { 0xB4, 0x017D }, { 0xB8, 0x017E },
	{ 0xBC, 0x0152 }, { 0xBD, 0x0153 }, { 0xBE, 0x0178 },
};

struct detected {
	enum charset charset;
	size_t mark;		/* bytes of the byte order mark */
	char declared[64];	/* "" when nothing is declared */
};

static bool
starts_with(const struct xml_text *text, const char *bytes, size_t length)
{
	return text->length >= length && memcmp(text->data, bytes, length) == 0;
}

/* EncName of XML 1.0, production 81, with '?' for what is none: the name goes into messages. */
static void
copy_label(char *out, size_t size, const char *label, size_t length)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t i;

	if (length > size - 1)
		length = size - 1;
	for (i = 0; i < length; i++)
		out[i] = memchr(allowed, label[i], sizeof(allowed) - 1) != NULL ? label[i] : '?';
	out[length] = '\0';
}

/*
 * The value of encoding="..." in the XML declaration of an 8-bit document. Looks no further than
 * 512 bytes.
 */
static void
read_declaration(char *out, size_t size, const struct xml_text *text)
{
	size_t length = text->length < 512 ? text->length : 512;
	const char *end, *at, *close;

	if (!starts_with(text, "<?xml", 5) || (end = memmem(text->data, length, "?>", 2)) == NULL)
		return;
	at = memmem(text->data, (size_t)(end - text->data), "encoding", 8);
	if (at == NULL)
		return;
	at += 8;
	while (at < end && (text_is_space(*at) || *at == '='))
		at++;
	if (at >= end || (*at != '"' && *at != '\''))
		return;
	close = memchr(at + 1, *at, (size_t)(end - at - 1));
	if (close != NULL)
		copy_label(out, size, at + 1, (size_t)(close - at - 1));
}

static enum charset
charset_of_label(const char *label)
{
	size_t i;

	if (label[0] == '\0')
		return UTF_8;
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcasecmp(labels[i].name, label) == 0)
			return labels[i].charset;
	return UNKNOWN;
}

/*
 * XML 1.0, appendix F.1: a byte order mark, else the pattern of '<' and its neighbour, else the
 * declaration.
 */
static struct detected
detect(const struct xml_text *text)
{
	static const struct {
		const char *bytes;
		size_t length, mark;
		enum charset charset;
		const char *declared;
	} patterns[] = {
		{ "\x00\x00\xFE\xFF", 4, 4, UNKNOWN, "UTF-32" },
		{ "\xFF\xFE\x00\x00", 4, 4, UNKNOWN, "UTF-32" },
		{ "\x00\x00\x00<", 4, 0, UNKNOWN, "UTF-32" },
		{ "<\x00\x00\x00", 4, 0, UNKNOWN, "UTF-32" },
		{ "\x4C\x6F\xA7\x94", 4, 0, UNKNOWN, "EBCDIC" },
		{ "\xEF\xBB\xBF", 3, 3, UTF_8, "" },
		{ "\xFF\xFE", 2, 2, UTF_16_LE, "" },
		{ "\xFE\xFF", 2, 2, UTF_16_BE, "" },
		{ "<\x00", 2, 0, UTF_16_LE, "" },
		{ "\x00<", 2, 0, UTF_16_BE, "" },
	};
	struct detected detected = { .charset = UTF_8 };
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (!starts_with(text, patterns[i].bytes, patterns[i].length))
			continue;
		detected.charset = patterns[i].charset;
		detected.mark = patterns[i].mark;
		snprintf(detected.declared, sizeof(detected.declared), "%s", patterns[i].declared);
		return detected;
	}
	read_declaration(detected.declared, sizeof(detected.declared), text);
	detected.charset = charset_of_label(detected.declared);
	return detected;
}

/* offset: the byte that gave the declaration the lie, 0 for all of them. */
static void
overrule(const struct xml_text *text, const struct detected *detected, enum charset charset, size_t offset,
    struct ehds_findings *findings)
{
	bool declared = detected->declared[0] != '\0';
	int line, column;

	if (findings == NULL)
		return;
	xml_text_place(text, offset, &line, &column);
	findings_add(findings, &(struct ehds_finding){ .severity = EHDS_SEVERITY_WARNING,
	    .rule = declared ? "xml-encoding-declared" : "xml-encoding-undeclared", .code = "processing",
	    .text = declared ?
	    "the declared encoding is not the one that the bytes are in; the bytes were believed" :
	    "no encoding is declared, which means UTF-8, and the bytes are none: they were read as windows-1252",
	    .found = declared ? detected->declared : NULL, .expected = charset_names[charset],
	    .file = text->name, .line = line, .column = column });
}

static bool
has_c1_control(const struct xml_text *text)
{
	unsigned char found = 0;
	size_t i;

	for (i = 0; i < text->length; i++)
		found |= (unsigned char)((unsigned char)(text->data[i] + 0x80) < 0x20);
	return found != 0;
}

/*
 * What the text is really in. Two declarations are overruled, because the bytes leave no doubt: an
 * 8-bit encoding whose every byte over 0x7F belongs to a well-formed UTF-8 sequence (in Latin-1
 * that would be words like "Ã©"), and ISO-8859-1 with bytes that are control characters there and
 * letters or quotes in windows-1252 (WHATWG Encoding Standard reads that label so, always). For
 * bytes that are no UTF-8 in a text that should be UTF-8 see read_utf8().
 */
static enum charset
judge(const struct xml_text *text, const struct detected *detected, struct ehds_findings *findings)
{
	enum charset charset = detected->charset;

	if (charset < ISO_8859_1 || charset == UNKNOWN)
		return charset;
	if (text_valid_utf8(text->data, text->length) == text->length) {
		charset = UTF_8;
		for (size_t i = 0; i < text->length; i++) {
			if ((unsigned char)text->data[i] >= 0x80) {
				overrule(text, detected, UTF_8, 0, findings);
				break;
			}
		}
	} else if (charset == ISO_8859_1 && has_c1_control(text)) {
		charset = WINDOWS_1252;
		overrule(text, detected, WINDOWS_1252, 0, findings);
	}
	return charset;
}

static int
check_utf8(const struct xml_text *text, struct ehds_error *error)
{
	size_t valid = text_valid_utf8(text->data, text->length);
	const char *nul = memchr(text->data, '\0', valid);
	unsigned char byte;

	if (nul != NULL)
		return xml_text_refuse(text, (size_t)(nul - text->data), "xml-nul", error,
		    "a NUL byte: XML text has none");
	if (valid == text->length)
		return 0;
	byte = (unsigned char)text->data[valid];
	return xml_text_refuse(text, valid, "xml-encoding", error,
	    "byte 0x%02X is no UTF-8 here; if the document is in windows-1252 or ISO-8859-1, its XML declaration "
	    "must say so", byte);
}

/* 1 to 4 bytes at out; gives how many. The character is no surrogate and not over U+10FFFF. */
static size_t
put_utf8(char *out, uint32_t character)
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xC0 | character >> 6);
		out[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		out[0] = (char)(0xE0 | character >> 12);
		out[1] = (char)(0x80 | (character >> 6 & 0x3F));
		out[2] = (char)(0x80 | (character & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | character >> 18);
	out[1] = (char)(0x80 | (character >> 12 & 0x3F));
	out[2] = (char)(0x80 | (character >> 6 & 0x3F));
	out[3] = (char)(0x80 | (character & 0x3F));
	return 4;
}

/* Characters of the bytes 0x80 to 0xFF; 0 where there is none. */
static void
high_half(uint16_t table[128], enum charset charset)
{
	size_t i;

	for (i = 0; i < 128; i++)
		table[i] = (uint16_t)(0x80 + i);
	if (charset == WINDOWS_1252)
		memcpy(table, windows_1252, sizeof(windows_1252));
	if (charset == ISO_8859_15)
		for (i = 0; i < sizeof(iso_8859_15) / sizeof(iso_8859_15[0]); i++)
			table[iso_8859_15[i].byte - 0x80] = iso_8859_15[i].character;
}

static int
decode_bytes(struct xml_text *text, enum charset charset, struct arena *arena, struct ehds_error *error)
{
	uint16_t table[128];
	size_t high = 0, length = 0, i;
	char *out;

	high_half(table, charset);
	for (i = 0; i < text->length; i++)
		high += (unsigned char)text->data[i] >= 0x80;
	out = arena_alloc(arena, text->length + 2 * high + 1);
	if (out == NULL)
		return xml_text_refuse(text, 0, "xml-too-large", error,
		    "no memory to bring the document into UTF-8");
	for (i = 0; i < text->length; i++) {
		unsigned char byte = (unsigned char)text->data[i];

		if (byte < 0x80) {
			out[length++] = (char)byte;
		} else if (table[byte - 0x80] != 0) {
			length += put_utf8(out + length, table[byte - 0x80]);
		} else {
			return xml_text_refuse(text, i, "xml-encoding", error,
			    "byte 0x%02X is no character in %s", byte, charset_names[charset]);
		}
	}
	text->data = out;
	text->length = length;
	return 0;
}

static uint32_t
unit_at(const struct xml_text *text, size_t at, bool big)
{
	const unsigned char *bytes = (const unsigned char *)text->data + at;

	return big ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

/*
 * The character at *at, which moves behind it; 0xFFFFFFFF for half of a surrogate pair or of a
 * unit. RFC 2781, 2.2.
 */
static uint32_t
next_utf16(const struct xml_text *text, size_t *at, bool big)
{
	uint32_t first, second;

	if (text->length - *at < 2)
		return UINT32_MAX;
	first = unit_at(text, *at, big);
	if (first < 0xD800 || first > 0xDFFF) {
		*at += 2;
		return first;
	}
	if (first > 0xDBFF || text->length - *at < 4)
		return UINT32_MAX;
	second = unit_at(text, *at + 2, big);
	if (second < 0xDC00 || second > 0xDFFF)
		return UINT32_MAX;
	*at += 4;
	return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

static int
decode_utf16(struct xml_text *text, bool big, struct arena *arena, struct ehds_error *error)
{
	struct xml_text decoded = *text;
	size_t at = 0;
	char *out;

	/* A unit of two bytes gives three at most; a pair of four bytes gives four. */
	out = arena_alloc(arena, text->length / 2 * 3 + 4);
	if (out == NULL)
		return xml_text_refuse(text, 0, "xml-too-large", error,
		    "no memory to bring the document into UTF-8");
	decoded.data = out;
	decoded.length = 0;
	while (at < text->length) {
		uint32_t character = next_utf16(text, &at, big);

		if (character == UINT32_MAX)
			return xml_text_refuse(&decoded, decoded.length, "xml-encoding", error,
			    "half a surrogate pair or half a character in a UTF-16 document");
		decoded.length += put_utf8(out + decoded.length, character);
	}
	*text = decoded;
	return 0;
}

/* Whether some bytes over 0x7F are a character of UTF-8. */
static bool
has_utf8_character(const struct xml_text *text)
{
	size_t i, length;

	for (i = 0; i < text->length; i++) {
		unsigned char lead = (unsigned char)text->data[i];

		if (lead < 0xC2)
			continue;
		length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
		if (text->length - i >= length && text_valid_utf8(text->data + i, length) == length)
			return true;
	}
	return false;
}

/*
 * A text that is UTF-8 because it says so or because it says nothing. Where the bytes are none, senders have
 * forgotten the declaration of their 8-bit encoding or write a fixed one. That is beyond doubt when not a single
 * character over U+007F is well-formed UTF-8; a text with some that are and some that are not is damaged, and
 * would come out as "Ã¸" in its good places: refused. So is a text with a byte order mark, which nobody writes by
 * mistake, and a stylesheet, whose author can put it right. windows-1252 has all that Latin-1 prints.
 */
static int
read_utf8(struct xml_text *text, const struct detected *detected, struct arena *arena,
    struct ehds_findings *findings, struct ehds_error *error)
{
	struct xml_text decoded = *text;
	struct ehds_error said;

	if (check_utf8(text, &said) == 0) {
		if (strncasecmp(detected->declared, "UTF-16", 6) == 0)
			overrule(text, detected, UTF_8, 0, findings);
		return 0;
	}
	if (strcmp(said.rule, "xml-encoding") == 0 && detected->mark == 0 && text->kind == EHDS_ERROR_DOCUMENT &&
	    !has_utf8_character(text) && decode_bytes(&decoded, WINDOWS_1252, arena, NULL) == 0 &&
	    check_utf8(&decoded, NULL) == 0) {
		overrule(text, detected, WINDOWS_1252, text_valid_utf8(text->data, text->length), findings);
		*text = decoded;
		return 0;
	}
	if (error != NULL)
		*error = said;
	return -1;
}

int
encoding_to_utf8(struct xml_text *text, struct arena *arena, struct ehds_findings *findings,
    struct ehds_error *error)
{
	struct detected detected = detect(text);
	int result = 0;

	text->data += detected.mark;
	text->length -= detected.mark;
	switch (judge(text, &detected, findings)) {
	case UTF_8:
		return read_utf8(text, &detected, arena, findings, error);
	case UTF_16_LE:
		result = decode_utf16(text, false, arena, error);
		break;
	case UTF_16_BE:
		result = decode_utf16(text, true, arena, error);
		break;
	case ISO_8859_1:
		result = decode_bytes(text, ISO_8859_1, arena, error);
		break;
	case ISO_8859_15:
		result = decode_bytes(text, ISO_8859_15, arena, error);
		break;
	case WINDOWS_1252:
		result = decode_bytes(text, WINDOWS_1252, arena, error);
		break;
	case UNKNOWN:
		return xml_text_refuse(text, 0, "xml-encoding", error,
		    "the encoding '%s' is not read: UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 and windows-1252 are",
		    detected.declared);
	}
	return result == 0 ? check_utf8(text, error) : -1;
}
