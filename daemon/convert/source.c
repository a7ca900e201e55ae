/* SPDX-License-Identifier: EUPL-1.2 */
/* See source.h. */
#include "convert/source.h"

#include "base/text.h"
#include "fhir/json.h"

#include <string.h>

/* libxml2 takes no longer attribute (XML_MAX_TEXT_LENGTH). */
#define VALUE_MAX 10000000

/* Where a root element and its name spaces stand, behind a declaration and some comments. */
#define HEAD 4096

static bool
is_json(const char *bytes, size_t length)
{
	size_t i = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < length && text_is_space(bytes[i]))
		i++;
	return i < length && (bytes[i] == '{' || bytes[i] == '[');
}

static int
read_json(struct xml_source **out, const char *bytes, size_t length, const char *name, const struct xml_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	const struct json_limits json = { .bytes = limits->bytes, .depth = limits->depth, .values = limits->elements };
	xmlDoc *doc;

	*out = NULL;
	if (fhir_json_read(&doc, bytes, length, name, &json, arena, findings, error) != 0)
		return -1;
	return xml_source_adopt(out, doc, bytes, length, name, arena, error);
}

int
source_read(struct xml_source **out, const char *bytes, size_t length, const char *name, const struct xml_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	struct xml_limits wider = *limits;

	if (is_json(bytes, length))
		return read_json(out, bytes, length, name, limits, arena, findings, error);
	if (wider.value < VALUE_MAX && memmem(bytes, length < HEAD ? length : HEAD, FHIR_NAMESPACE "\"",
	    strlen(FHIR_NAMESPACE "\"")) != NULL)
		wider.value = VALUE_MAX;
	return xml_parse(out, bytes, length, name, &wider, arena, findings, error);
}
