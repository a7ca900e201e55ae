/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Postal addresses: AD -> Address (HL7 V3 data types R1).
 *
 * FHIR has lines of text where CDA has twenty kinds of street parts. The parts stay as
 * iso21090-ADXP extensions on the line that they make together, in the order of the source: the
 * order of an address is the country's, not ours.
 */
#include "mapping/types.h"

#include "base/text.h"

#include <string.h>

#define ISO21090 "http://hl7.org/fhir/StructureDefinition/iso21090-"
#define PARTS 40		/* of one address */

enum place { ON_LINE, OWN_LINE, ON_ADDRESS, ELEMENT };

/*
 * Where a part goes. ON_LINE and ON_ADDRESS: extension iso21090-ADXP-<name>; ELEMENT: the element
 * of that name.
 */
static const struct part_kind {
	const char *part;
	enum place place;
	const char *element;
} kinds[] = {
	{ "streetAddressLine", OWN_LINE, NULL },
	{ "deliveryAddressLine", OWN_LINE, "ADXP-deliveryAddressLine" },
	{ "houseNumber", ON_LINE, "ADXP-houseNumber" },
	{ "streetName", ON_LINE, "ADXP-streetName" },
	{ "streetNameType", ON_LINE, "ADXP-streetNameType" },
	{ "streetNameBase", ON_LINE, "ADXP-streetNameBase" },
	{ "houseNumberNumeric", ON_LINE, "ADXP-houseNumberNumeric" },
	{ "direction", ON_LINE, "ADXP-direction" },
	{ "buildingNumberSuffix", ON_LINE, "ADXP-buildingNumberSuffix" },
	{ "careOf", ON_LINE, "ADXP-careOf" },
	{ "unitID", ON_LINE, "ADXP-unitID" },
	{ "unitType", ON_LINE, "ADXP-unitType" },
	{ "additionalLocator", ON_LINE, "ADXP-additionalLocator" },
	{ "postBox", ON_LINE, "ADXP-postBox" },
	{ "deliveryInstallationType", ON_LINE, "ADXP-deliveryInstallationType" },
	{ "deliveryInstallationArea", ON_LINE, "ADXP-deliveryInstallationArea" },
	{ "deliveryInstallationQualifier", ON_LINE, "ADXP-deliveryInstallationQualifier" },
	{ "deliveryMode", ON_LINE, "ADXP-deliveryMode" },
	{ "deliveryModeIdentifier", ON_LINE, "ADXP-deliveryModeIdentifier" },
	{ "precinct", ON_ADDRESS, "ADXP-precinct" },
	{ "censusTract", ON_ADDRESS, "ADXP-censusTract" },
	{ "city", ELEMENT, "city" },
	{ "county", ELEMENT, "district" },
	{ "state", ELEMENT, "state" },
	{ "postalCode", ELEMENT, "postalCode" },
	{ "country", ELEMENT, "country" },
};

/*
 * PostalAddressUse. `exact`: the FHIR code says as much; else iso21090-AD-use keeps the source's.
 */
static const struct {
	const char *code, *use, *type;
	bool exact;
} uses[] = {
	{ "BAD", "old", NULL, false }, { "OLD", "old", NULL, true }, { "TMP", "temp", NULL, true },
	{ "H", "home", NULL, true }, { "HP", "home", NULL, true }, { "HV", "home", NULL, false },
	{ "WP", "work", NULL, true }, { "DIR", "work", NULL, false }, { "PUB", "work", NULL, false },
	{ "PST", NULL, "postal", true }, { "PHYS", NULL, "physical", true }, { "CONF", NULL, NULL, false },
};

/* What cannot be repeated in FHIR, by place in FHIR's order. */
static const char *const elements[] = { "city", "district", "state", "postalCode", "country" };

struct part {
	const struct part_kind *kind;
	const char *text;	/* NULL: withheld */
};

struct address {
	struct call *call;
	const xmlNode *source;
	struct part parts[PARTS];
	size_t count;
	xmlNode *node;
};

/* ---- reading --------------------------------------------------------------------------------- */

static const struct part_kind *
find_kind(const xmlNode *part)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (node_is(part, kinds[i].part))
			return &kinds[i];
	return NULL;
}

static void
read_part(struct address *address, const xmlNode *node)
{
	struct part part = { .kind = find_kind(node) };
	struct item at = item_of(node);
	bool masked;

	if (part.kind == NULL)
		return;
	masked = item_masked(address->call, &at);
	part.text = masked ? NULL : element_text(address->call, node, false);
	if (part.text == NULL && !masked)
		return;
	if (address->count == PARTS) {
		call_finding(address->call, &at, EHDS_SEVERITY_WARNING, "map-address-parts", "too-long",
		    part.text, NULL, "an address of more than %d parts: the rest is left out", PARTS);
		return;
	}
	address->parts[address->count++] = part;
}

/* ---- writing --------------------------------------------------------------------------------- */

static const char *
extension_url(const struct address *address, const char *name)
{
	return call_printf(address->call, ISO21090 "%s", name);
}

/* Parts in a row make one line, with an extension each. */
static void
write_line(struct address *address, const struct part *parts, size_t count)
{
	const char *pieces[PARTS];
	xmlNode *line;

	for (size_t i = 0; i < count; i++)
		pieces[i] = parts[i].text;
	line = out_value(address->node, "line", text_join(address->call, " ", pieces, count));
	for (size_t i = 0; line != NULL && i < count; i++)
		if (parts[i].kind->element != NULL)
			out_value(out_extension(line, extension_url(address, parts[i].kind->element)),
			    "valueString", parts[i].text);
}

static bool
is_street_part(const struct part *part)
{
	return part->kind->place == ON_LINE && part->text != NULL;
}

/* Street parts in a row are one line; a part that is a line by itself stands alone. */
static void
write_lines(struct address *address)
{
	size_t i = 0, count;

	for (; i < address->count; i += count) {
		const struct part *part = &address->parts[i];

		count = 1;
		if (part->kind->place != ON_LINE && part->kind->place != OWN_LINE)
			continue;
		while (is_street_part(part) && i + count < address->count && is_street_part(part + count))
			count++;
		if (part->text != NULL)
			write_line(address, part, count);
		else
			out_absent(out_element(address->node, "line"), "masked");
	}
}

/* Several parts of one kind are one text: FHIR has one city. */
static void
write_element(struct address *address, const char *element)
{
	const char *pieces[PARTS], *text;
	bool masked = false;
	size_t count = 0;

	for (size_t i = 0; i < address->count; i++) {
		const struct part *part = &address->parts[i];

		if (part->kind->place != ELEMENT || strcmp(part->kind->element, element) != 0)
			continue;
		masked |= part->text == NULL;
		pieces[count++] = part->text;
	}
	text = text_join(address->call, " ", pieces, count);
	if (masked)
		out_absent(out_element(address->node, element), "masked");
	else if (text != NULL)
		out_value(address->node, element, text);
}

static void
write_extensions(struct address *address)
{
	for (size_t i = 0; i < address->count; i++) {
		const struct part *part = &address->parts[i];

		if (part->kind->place == ON_ADDRESS && part->text != NULL)
			out_value(out_extension(address->node, extension_url(address, part->kind->element)),
			    "valueString", part->text);
	}
}

static bool
next_use(const char **at, size_t *index, const char **word, size_t *length)
{
	while (text_is_space(**at))
		(*at)++;
	*word = *at;
	while (**at != '\0' && !text_is_space(**at))
		(*at)++;
	*length = (size_t)(*at - *word);
	for (*index = 0; *index < sizeof(uses) / sizeof(uses[0]); (*index)++)
		if (strncmp(uses[*index].code, *word, *length) == 0 && uses[*index].code[*length] == '\0')
			break;
	return *length > 0;
}

/*
 * @use is a set: the first in the table's order is the use, the address type has its own element.
 */
static void
write_uses(struct address *address)
{
	const char *codes = node_attribute(address->source, "use"), *word, *type = NULL;
	size_t index, length, best = sizeof(uses) / sizeof(uses[0]);
	struct item at = item_of(address->source);

	while (codes != NULL && next_use(&codes, &index, &word, &length)) {
		if (index == sizeof(uses) / sizeof(uses[0])) {
			call_finding(address->call, &at, EHDS_SEVERITY_INFORMATION, "map-address-use",
			    "not-supported", call_printf(address->call, "%.*s", (int)length, word), NULL,
			    "FHIR R4 has no such use of an address");
			continue;
		}
		if (!uses[index].exact)
			out_value(out_extension(address->node, ISO21090 "AD-use"), "valueCode",
			    uses[index].code);
		if (uses[index].type != NULL)
			type = uses[index].type;
		if (uses[index].use != NULL && index < best)
			best = index;
	}
	if (best < sizeof(uses) / sizeof(uses[0]))
		out_value(address->node, "use", uses[best].use);
	if (type != NULL)
		out_value(address->node, "type", type);
}

/* The whole address for people: where text stands beside the parts, and where parts make a line. */
static void
write_whole(struct address *address, bool free_text)
{
	bool parts = false;

	for (size_t i = 0; i < address->count; i++)
		parts |= is_street_part(&address->parts[i]);
	if (free_text || parts)
		out_value(address->node, "text", parts_text(address->call, address->source, free_text));
}

static enum written
write_parts(struct address *address, bool free_text)
{
	const xmlNode *period = node_child(address->source, "useablePeriod");
	struct item at = item_of(period);

	write_extensions(address);
	write_uses(address);
	write_whole(address, free_text);
	write_lines(address);
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		write_element(address, elements[i]);
	return period != NULL ? write_period(address->call, &at, address->node, "period") : WRITTEN_DONE;
}

static enum written
write_text_address(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *text = item_line(call, item);

	if (text == NULL)
		return WRITTEN_NOTHING;
	out_value(out_element(parent, name), "text", text);
	return WRITTEN_DONE;
}

/* An address that is only a nullFlavor, a use or a period is none. */
enum written
write_address(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct address address = { .call = call, .source = item_element(item) };
	bool free_text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (address.source == NULL)
		return call_finish(call, write_text_address(call, item, parent, name));
	for (const xmlNode *part = node_first(address.source); part != NULL; part = node_following(part))
		read_part(&address, part);
	free_text = node_has_text(address.source);
	if (address.count == 0 && !free_text)
		return call_finish(call, WRITTEN_NOTHING);
	address.node = out_element(parent, name);
	if (write_parts(&address, free_text) == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	return call_finish(call, WRITTEN_DONE);
}
