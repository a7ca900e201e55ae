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

/* The document in the envelope that *source is. */
static int
open_envelope(struct xml_source **source, const char **name, const struct pack *pack, const struct xml_limits *limits,
    struct arena *arena, struct ehds_findings *findings, struct ehds_error *error)
{
	struct envelope_contents contents;
	struct xml_source *document;

	if (envelope_open(&contents, pack, *source, *name, arena, findings, error) != 0)
		return -1;
	if (contents.bytes != NULL) {
		*name = arena_printf(arena, "%s#document", *name);
		if (*name == NULL)
			return error_set(error, EHDS_ERROR_DOCUMENT, "envelope-too-large", NULL, 0, 0,
			    "no memory for the document in the envelope");
		if (source_read(&document, contents.bytes, contents.length, *name, limits, arena, findings, error) != 0)
			return -1;
		xml_source_free(source);
		*source = document;
	}
	envelope_compare(&contents, pack, *source, *name, arena, findings);
	return 0;
}

int
source_detect(const struct pack **pack, struct xml_source **source, const char **name, const struct mappings *mappings,
    const struct xml_limits *limits, const struct detect_reason **reasons, struct arena *arena,
    struct ehds_findings *findings, struct ehds_error *error)
{
	unsigned opened;

	for (opened = 0;; opened++) {
		*pack = mappings_detect(mappings, *source, arena, reasons, error);
		if (*pack == NULL)
			return -1;
		if (!pack_is_envelope(*pack))
			return 0;
		if (opened == ENVELOPES_MAX) {
			*pack = NULL;
			return error_set(error, EHDS_ERROR_DOCUMENT, "envelope-depth", *name, 0, 0,
			    "more than %d envelopes in each other", ENVELOPES_MAX);
		}
		if (open_envelope(source, name, *pack, limits, arena, findings, error) != 0) {
			*pack = NULL;
			return -1;
		}
	}
}
