/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attributes of narrative. FHIR R4 allows class and style, so the style codes of CDA are both: the
 * class keeps the code, the style shows it. Ids become xs:ID, because the schema of FHIR wants them
 * unique in the whole file.
 */
#include "mapping/narrative.h"

#include "base/alloc.h"
#include "base/text.h"
#include "mapping/types.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PIECES 16		/* style codes of one element */
#define TRIES 8			/* suffixes for an id that is taken */

/* HL7 CDA R2, 4.3.5.11; some senders write two of them as one word. */
static const struct {
	const char *code, *style;
} styles[] = {
	{ "Bold", "font-weight: bold" },
	{ "Italics", "font-style: italic" },
	{ "Emphasis", "font-style: italic" },
	{ "Underline", "text-decoration: underline" },
	{ "BoldItalics", "font-weight: bold; font-style: italic" },
	{ "BoldItalic", "font-weight: bold; font-style: italic" },
	{ "Italic", "font-style: italic" },
	{ "Lrule", "border-left: 1px solid" },
	{ "Rrule", "border-right: 1px solid" },
	{ "Toprule", "border-top: 1px solid" },
	{ "Botrule", "border-bottom: 1px solid" },
	{ "Arabic", "list-style-type: decimal" },
	{ "LittleRoman", "list-style-type: lower-roman" },
	{ "BigRoman", "list-style-type: upper-roman" },
	{ "LittleAlpha", "list-style-type: lower-alpha" },
	{ "BigAlpha", "list-style-type: upper-alpha" },
	{ "Disc", "list-style-type: disc" },
	{ "Circle", "list-style-type: circle" },
	{ "Square", "list-style-type: square" },
};

void
narrative_set(xmlNode *out, const char *name, const char *value)
{
	if (value != NULL)
		must(xmlSetProp(out, (const xmlChar *)name, (const xmlChar *)value) != NULL);
}

/* ---- id -------------------------------------------------------------------------------------- */

/*
 * ASCII of an NCName (Namespaces in XML 1.0); other letters are allowed too, but not worth a table.
 */
static bool
is_name_character(char character)
{
	return isalnum((unsigned char)character) || character == '_' || character == '-'
	       || character == '.';
}

const char *
narrative_id(struct call *call, const char *id)
{
	const char *line = text_line(call, id);
	bool starts = line != NULL && (isalpha((unsigned char)line[0]) || line[0] == '_');
	char *name = line != NULL ? call_alloc(call, strlen(line) + 4) : NULL;
	size_t length = 0;

	if (name == NULL)
		return NULL;
	if (!starts) {
		memcpy(name, "id-", 3);
		length = 3;
	}
	for (; *line != '\0'; line++)
		name[length++] = is_name_character(*line) ? *line : '-';
	return name;
}

static bool
claim_id(xmlNode *out, const char *id)
{
	xmlAttr *attribute = xmlSetProp(out, (const xmlChar *)"id", (const xmlChar *)id);

	must(attribute != NULL);
	if (xmlAddID(NULL, out->doc, (const xmlChar *)id, attribute) != NULL)
		return true;
	xmlRemoveProp(attribute);
	return false;
}

static void
set_id(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *said = node_filled(source, "ID"), *id;
	struct item at = item_of(source);
	bool done;

	if (said == NULL)
		said = node_filled(source, "id");
	id = said != NULL ? narrative_id(narrative->call, said) : NULL;
	if (id == NULL || claim_id(out, id))
		return;
	done = false;
	for (int i = 2; i < 2 + TRIES && !done; i++) {
		const char *other = call_printf(narrative->call, "%s-%d", id, i);

		done = other == NULL || claim_id(out, other);
	}
	call_finding(narrative->call, &at, EHDS_SEVERITY_INFORMATION, "map-narrative-id", "duplicate", said,
	    NULL, "the ID is taken in the result: this one %s", done ? "gets a suffix" : "is left out");
}

/* ---- class, style, lang ---------------------------------------------------------------------- */

static bool
next_code(const char **at, char *code, size_t size)
{
	size_t length = 0;

	while (text_is_space(**at))
		(*at)++;
	for (; **at != '\0' && !text_is_space(**at); (*at)++)
		if (length + 1 < size)
			code[length++] = is_name_character(**at) || **at == ':' ? **at : '-';
	code[length] = '\0';
	return length > 0;
}

static const char *
find_style(const char *code)
{
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (strcasecmp(styles[i].code, code) == 0)
			return styles[i].style;
	return NULL;
}

/* A width that the schema has no attribute for. */
static const char *
width_style(struct narrative *narrative, const xmlNode *source)
{
	const char *width =
	    node_is(source, "td") || node_is(source, "th") ? node_filled(source, "width") : NULL;
	size_t digits = width != NULL ? strspn(width, "0123456789") : 0;

	if (digits == 0 || digits > 5)
		return NULL;
	if (strcmp(width + digits, "%") == 0)
		return call_printf(narrative->call, "width: %s", width);
	return width[digits] == '\0' || strcmp(width + digits, "px") == 0
	    ? call_printf(narrative->call, "width: %.*spx", (int)digits, width) : NULL;
}

/* A style of XHTML in the source, unless it fetches something. */
static const char *
own_style(struct narrative *narrative, const xmlNode *source)
{
	const char *style = text_line(narrative->call, node_attribute(source, "style"));

	return style == NULL || strchr(style, '(') != NULL || strchr(style, '@') != NULL ? NULL : style;
}

static void
set_style(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *codes = node_filled(source, "styleCode"), *revised = node_filled(source, "revised");
	const char *classes[PIECES], *looks[PIECES + 3];
	size_t class_count = 0, look_count = 0;
	char code[48];

	if (codes == NULL)
		codes = node_filled(source, "class");
	while (codes != NULL && class_count < PIECES - 1 && next_code(&codes, code, sizeof(code))) {
		classes[class_count++] = call_printf(narrative->call, "%s", code);
		if (find_style(code) != NULL)
			looks[look_count++] = find_style(code);
	}
	if (revised != NULL && strcmp(revised, "delete") == 0) {
		classes[class_count++] = "delete";
		looks[look_count++] = "text-decoration: line-through";
	} else if (revised != NULL) {
		classes[class_count++] = "insert";
	}
	looks[look_count++] = width_style(narrative, source);
	looks[look_count++] = own_style(narrative, source);
	narrative_set(out, "class", text_join(narrative->call, " ", classes, class_count));
	narrative_set(out, "style", text_join(narrative->call, "; ", looks, look_count));
}

/* xs:language: [a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})* */
static bool
is_language(const char *text)
{
	int (*allowed)(int) = isalpha;
	size_t length = 0;

	for (; *text != '\0'; text++) {
		if (*text != '-' && (++length > 8 || !allowed((unsigned char)*text)))
			return false;
		if (*text == '-' && length == 0)
			return false;
		if (*text == '-') {
			length = 0;
			allowed = isalnum;
		}
	}
	return length > 0;
}

void
narrative_attributes(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	const char *language = text_line(narrative->call, node_attribute(source, "language"));

	if (language == NULL)
		language = text_line(narrative->call, node_attribute(source, "lang"));
	if (source->properties == NULL)
		return;
	set_id(narrative, source, out);
	set_style(narrative, source, out);
	if (language != NULL && is_language(language))
		narrative_set(out, "lang", language);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static bool
is_number(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return digits > 0 && digits < 6 && value[digits] == '\0';
}

static bool
is_length(const char *value)
{
	size_t digits = strspn(value, "0123456789.");

	return digits > 0 && digits < 8 && isdigit((unsigned char)value[0])
	       && isdigit((unsigned char)value[digits - 1])
	       && (value[digits] == '\0' ? strchr(value, '.') == NULL : strcmp(value + digits, "%") == 0);
}

static bool
is_multi_length(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return is_length(value) || (digits < 6 && value[0] != '0' && strcmp(value + digits, "*") == 0);
}

static bool
is_text(const char *value)
{
	return value[0] != '\0';
}

static bool
is_align(const char *value)
{
	return strcmp(value, "left") == 0 || strcmp(value, "center") == 0 || strcmp(value, "right") == 0
	    || strcmp(value, "justify") == 0;
}

static bool
is_valign(const char *value)
{
	return strcmp(value, "top") == 0 || strcmp(value, "middle") == 0 || strcmp(value, "bottom") == 0
	    || strcmp(value, "baseline") == 0;
}

static bool
is_scope(const char *value)
{
	return strcmp(value, "row") == 0 || strcmp(value, "col") == 0 || strcmp(value, "rowgroup") == 0
	    || strcmp(value, "colgroup") == 0;
}

/*
 * Which attributes go over, where, and in what form (fhir-xhtml.xsd). `on`: element names between
 * spaces.
 */
static const struct {
	const char *name, *on;
	bool (*valid)(const char *value);
} attributes[] = {
	{ "border", " table ", is_number },
	{ "cellspacing", " table ", is_length },
	{ "cellpadding", " table ", is_length },
	{ "summary", " table ", is_text },
	{ "width", " table ", is_length },
	{ "width", " col colgroup ", is_multi_length },
	{ "span", " col colgroup ", is_number },
	{ "colspan", " td th ", is_number },
	{ "rowspan", " td th ", is_number },
	{ "abbr", " td th ", is_text },
	{ "axis", " td th ", is_text },
	{ "scope", " td th ", is_scope },
	{ "align", " td th tr thead tfoot tbody col colgroup ", is_align },
	{ "valign", " td th tr thead tfoot tbody col colgroup ", is_valign },
};

static bool
stands_on(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; (at = strstr(at, name)) != NULL; at += length)
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

/*
 * Letter case of keywords is put right (XHTML knows lower case only); words that are no such
 * attribute stay behind.
 */
static const char *
attribute_value(struct call *call, const xmlNode *source, size_t index)
{
	const char *text = node_filled(source, attributes[index].name);
	const char *line = text != NULL ? text_line(call, text) : NULL;
	char *lower;

	if (line == NULL || attributes[index].valid == is_text)
		return line;
	lower = call_alloc(call, strlen(line) + 1);
	for (size_t i = 0; lower != NULL && line[i] != '\0'; i++)
		lower[i] = (char)tolower((unsigned char)line[i]);
	return lower != NULL && attributes[index].valid(lower) ? lower : NULL;
}

void
narrative_table_attributes(struct narrative *narrative, const xmlNode *source, xmlNode *out)
{
	if (source->properties == NULL)
		return;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (stands_on(attributes[i].on, (const char *)out->name))
			narrative_set(out, attributes[i].name, attribute_value(narrative->call, source, i));
}
