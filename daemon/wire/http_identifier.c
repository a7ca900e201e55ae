/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bundle.identifier, found in the bytes of a result without parsing it: the process that posts keeps the
 * journal and the keys, and parses no documents. A result is written by ehdsd in the order of FHIR, so the
 * identifier stands before the first entry; and neither in JSON nor in XML can a text that somebody else
 * wrote contain the words that are looked for, because their quotes and brackets would be escaped there.
 */
#include "wire/http.h"

#include "format/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK 65536		/* bytes in which it must stand */
#define PART 1024		/* bytes of a system or a value */

static const char *
find(const char *text, size_t length, const char *word)
{
	return memmem(text, length, word, strlen(word));
}

/* The bytes of the first object behind `key`, before `end`. */
static size_t
object_after(const char **start, const char *text, size_t length, const char *key, const char *end)
{
	const char *at = find(text, length, key), *limit = find(text, length, end);
	bool quoted = false;

	if (at == NULL || (limit != NULL && limit < at))
		return 0;
	at = memchr(at + strlen(key), '{', (size_t)(text + length - at) - strlen(key));
	*start = at;
	for (const char *p = at; p != NULL && p < text + length; p++) {
		if (*p == '\\' && quoted)
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == '}' && !quoted)
			return (size_t)(p - at) + 1;
	}
	return 0;
}

static bool
copy_part(char out[PART], const char *text, size_t length)
{
	if (length >= PART)
		return false;
	memcpy(out, text, length);
	out[length] = '\0';
	return true;
}

/* An Identifier of one level only, as a Bundle's is; what is deeper ends earlier and is no JSON. */
static bool
read_json(char system[PART], char value[PART], const char *body, size_t length)
{
	const struct json_limits limits = { .bytes = LOOK, .depth = 4, .values = 64 };
	struct arena *arena = arena_new(1 << 20);
	const struct json *root;
	const char *start = NULL, *texts[2];
	size_t size = object_after(&start, body, length, "\"identifier\":", "\"entry\":");
	bool found = false;

	if (size > 0 && json_parse(&root, start, size, NULL, &limits, arena, NULL) == 0) {
		texts[0] = json_text(root, "system");
		texts[1] = json_text(root, "value");
		found = texts[1] != NULL && copy_part(system, texts[0] != NULL ? texts[0] : "",
		    texts[0] != NULL ? strlen(texts[0]) : 0) && copy_part(value, texts[1], strlen(texts[1]));
	}
	arena_free(&arena);
	return found;
}

/* The letter that the reference at *text stands for; moves behind it. Those that a serializer writes. */
static char
read_reference(const char **text)
{
	static const struct { const char *name; char letter; } references[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' },
		{ "&#9;", '\t' }, { "&#10;", '\n' }, { "&#13;", '\r' },
	};

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		size_t length = strlen(references[i].name);

		if (strncmp(*text, references[i].name, length) != 0)
			continue;
		*text += length;
		return references[i].letter;
	}
	return *(*text)++;
}

/* The attribute `value` of the element in `text`, which ends before `end`. */
static bool
read_attribute(char out[PART], const char *text, const char *end, const char *element)
{
	const char *at = find(text, (size_t)(end - text), element), *quote;
	char raw[PART];
	size_t count = 0;

	out[0] = '\0';
	if (at == NULL)
		return false;
	at += strlen(element);
	quote = memchr(at, '"', (size_t)(end - at));
	if (quote == NULL || !copy_part(raw, at, (size_t)(quote - at)))
		return false;
	for (const char *p = raw; *p != '\0';)
		out[count++] = *p == '&' ? read_reference(&p) : *p++;
	out[count] = '\0';
	return true;
}

static bool
read_xml(char system[PART], char value[PART], const char *body, size_t length)
{
	const char *start = find(body, length, "<identifier>"), *entry = find(body, length, "<entry>"), *end;

	if (start == NULL || (entry != NULL && entry < start))
		return false;
	end = find(start, (size_t)(body + length - start), "</identifier>");
	if (end == NULL)
		return false;
	read_attribute(system, start, end, "<system value=\"");
	return read_attribute(value, start, end, "<value value=\"");
}

/* FHIR first (\ before , | $ and itself), then RFC 3986: all but unreserved letters as %XX. */
static bool
escape(char *out, size_t *used, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text != '\0'; text++) {
		if (*used + 8 > HTTP_IDENTIFIER)
			return false;
		if (strchr("\\,|$", *text) != NULL)
			*used += (size_t)sprintf(out + *used, "%%5C");
		if (strchr(plain, *text) != NULL)
			out[(*used)++] = *text;
		else
			*used += (size_t)sprintf(out + *used, "%%%02X", (unsigned char)*text);
	}
	return true;
}

bool
http_identifier(char out[HTTP_IDENTIFIER], const char *body, size_t length, bool xml)
{
	char system[PART] = "", value[PART] = "";
	size_t used = 0, look = length < LOOK ? length : LOOK;

	if (!(xml ? read_xml(system, value, body, look) : read_json(system, value, body, look))
	    || value[0] == '\0' || !escape(out, &used, system) || used + 4 > HTTP_IDENTIFIER)
		return false;
	/* The bar between the two is part of the syntax, in a URL as %7C. */
	used += (size_t)sprintf(out + used, "%%7C");
	if (!escape(out, &used, value))
		return false;
	out[used] = '\0';
	return true;
}
