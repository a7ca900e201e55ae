/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See elements.h. A row here, a writer in types_*.c and a line in the README are all that a new
 * data type needs.
 */
#include "mapping/elements.h"

#include "mapping/entry.h"
#include "mapping/note.h"
#include "mapping/typed.h"

#include <string.h>

#define TYPED run_typed
#define NEEDS (ELEMENT_NAME | ELEMENT_SELECT | ELEMENT_WRITES)

/* Whatever has a value attribute. */
#define PRIMITIVES "string markdown code id uri url canonical oid uuid boolean integer decimal positiveInt unsignedInt " \
	"base64Binary date dateTime instant time"

#define NONE { { .name = NULL } }
#define TEXT(name) { name, ATTRIBUTE_TEXT, NULL, false }
#define XPATH(name) { name, ATTRIBUTE_XPATH, NULL, false }
#define TABLE(name) { name, ATTRIBUTE_TABLE, NULL, false }
#define WORD(name, words) { name, ATTRIBUTE_WORD, words, false }
#define REQUIRED(name, kind) { name, kind, NULL, true }

static const struct element_kind kinds[] = {
	{ "concept", TYPED, write_concept, NULL, NEEDS, "CodeableConcept",
	    { TEXT("system"), XPATH("text") } },
	{ "coding", TYPED, write_coding, NULL, NEEDS, "Coding", { TEXT("system") } },
	{ "code", TYPED, write_code, NULL, NEEDS, PRIMITIVES, { TEXT("default") } },
	{ "identifier", TYPED, write_identifier, NULL, NEEDS, "Identifier",
	    { TEXT("system"), TEXT("type"), TEXT("use") } },
	{ "name", TYPED, write_name, NULL, NEEDS, "HumanName", { TEXT("birth-list") } },
	{ "orgname", TYPED, write_orgname, NULL, NEEDS, PRIMITIVES, NONE },
	{ "address", TYPED, write_address, NULL, NEEDS, "Address", NONE },
	{ "telecom", TYPED, write_telecom, NULL, NEEDS, "ContactPoint", NONE },
	{ "date", TYPED, write_date, NULL, NEEDS, "date dateTime", { TEXT("zone") } },
	{ "datetime", TYPED, write_datetime, NULL, NEEDS, "dateTime", { TEXT("zone") } },
	{ "instant", TYPED, write_instant, NULL, NEEDS, "instant dateTime", { TEXT("zone") } },
	{ "period", TYPED, write_period, NULL, NEEDS, "Period", { TEXT("zone") } },
	{ "timing", TYPED, NULL, write_timing, NEEDS, "Timing", { TEXT("zone") } },
	{ "quantity", TYPED, write_quantity, NULL, NEEDS, "Quantity Age Count Distance Duration",
	    { TEXT("unit") } },
	{ "range", TYPED, write_range, NULL, NEEDS, "Range", NONE },
	{ "ratio", TYPED, write_ratio, NULL, NEEDS, "Ratio", NONE },
	{ "value", TYPED, write_any, NULL, NEEDS | ELEMENT_CHOICE, NULL,
	    { TABLE("units"), TEXT("unit"), TEXT("zone") } },
	{ "string", TYPED, write_string, NULL, NEEDS, PRIMITIVES, NONE },
	{ "text", TYPED, write_text, NULL, NEEDS, PRIMITIVES, NONE },
	{ "narrative", TYPED, write_narrative, write_narratives,
	    ELEMENT_SELECT | ELEMENT_NARRATIVE |
	    ELEMENT_WRITES, "Narrative", { TEXT("status") } },
	{ "attachment", TYPED, write_attachment, NULL, NEEDS, "Attachment",
	    { TEXT("title"), TEXT("url"), WORD("data", "yes no") } },
	{ "binary", TYPED, write_binary, NULL, ELEMENT_SELECT | ELEMENT_WRITES, NULL, NONE },
	{ "copy", TYPED, write_copy, NULL, NEEDS, NULL, NONE },
	{ "entry", run_entry, NULL, NULL, ELEMENT_CONTENT, "Reference",
	    { XPATH("key"), WORD("shared", "yes no"), XPATH("display") } },
	{ "reference", run_reference, NULL, NULL, ELEMENT_NAME | ELEMENT_WRITES, "Reference",
	    { REQUIRED("key", ATTRIBUTE_XPATH), TEXT("type"), XPATH("display") } },
	{ "absent", run_absent, NULL, NULL, ELEMENT_NAME | ELEMENT_WRITES, NULL,
	    { REQUIRED("reason", ATTRIBUTE_TEXT) } },
	{ "empty", run_empty, NULL, NULL, ELEMENT_WRITES, NULL, { REQUIRED("reason", ATTRIBUTE_TEXT) } },
	{ "note", run_note, NULL, NULL, 0, NULL,
	    { TEXT("rule"), WORD("severity", "information warning error"), TEXT("text"),
	    TEXT("found"), TEXT("expected"), WORD("as", "mapped text dropped"), TEXT("why") } },
	{ .name = NULL },
};

static const struct element_attribute common[] = {
	TEXT("name"),
	XPATH("select"),
	TABLE("table"),
	TEXT("absent"),
	WORD("mark", "yes no"),
	{ .name = NULL },
};

const struct element_kind *
element_kinds(void)
{
	return kinds;
}

const struct element_kind *
element_kind_find(const char *name)
{
	const struct element_kind *kind;

	for (kind = kinds; kind->name != NULL; kind++)
		if (strcmp(kind->name, name) == 0)
			return kind;
	return NULL;
}

const struct element_attribute *
element_common_attributes(void)
{
	return common;
}

const struct element_attribute *
element_attribute_find(const struct element_kind *kind, const char *name)
{
	size_t i;

	for (i = 0; i < ELEMENT_ATTRIBUTES_MAX && kind->attributes[i].name != NULL; i++)
		if (strcmp(kind->attributes[i].name, name) == 0)
			return &kind->attributes[i];
	for (i = 0; common[i].name != NULL; i++)
		if (strcmp(common[i].name, name) == 0)
			return &common[i];
	return NULL;
}

bool
is_absent_reason(const char *text)
{
	static const char *const codes[] = { "unknown", "asked-unknown", "temp-unknown",
	    "not-asked", "asked-declined",
	    "masked", "not-applicable", "unsupported", "as-text", "error", "not-a-number",
	    "negative-infinity",
	    "positive-infinity", "not-performed", "not-permitted" };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], text) == 0)
			return true;
	return false;
}
