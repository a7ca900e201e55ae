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
#define PIECES 32		/* of one line */

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

/* A line in the making. */
struct line {
	const char *pieces[PIECES];
	const struct part_kind *kinds[PIECES];
	size_t count;
};

struct address {
	struct call *call;
	const xmlNode *source;
	xmlNode *node;			/* made with the first thing to write */
	xmlNode *parent;
	const char *name;
	struct line line;
};

static xmlNode *
address_node(struct address *address)
{
	if (address->node == NULL)
		address->node = out_element(address->parent, address->name);
	return address->node;
}

static const struct part_kind *
find_kind(const xmlNode *part)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (node_is(part, kinds[i].part))
			return &kinds[i];
	return NULL;
}

static const char *
extension_url(const struct address *address, const char *name)
{
	return call_printf(address->call, ISO21090 "%s", name);
}

static void
end_line(struct address *address)
{
	struct line *line = &address->line;
	xmlNode *node;

	if (line->count == 0)
		return;
	node = out_value(
	    address_node(address), "line", text_join(address->call, " ", line->pieces, line->count));
	for (size_t i = 0; node != NULL && i < line->count; i++) {
		if (line->kinds[i]->element == NULL)
			continue;
		out_value(out_extension(node, extension_url(address, line->kinds[i]->element)),
		    "valueString", line->pieces[i]);
	}
	line->count = 0;
}

static void
add_to_line(struct address *address, const struct part_kind *kind, const char *text)
{
	struct line *line = &address->line;

	if (kind->place == OWN_LINE || line->count == PIECES)
		end_line(address);
	line->pieces[line->count] = text;
	line->kinds[line->count++] = kind;
	if (kind->place == OWN_LINE)
		end_line(address);
}

/* Lines come first in FHIR's order, so the parts are gone through twice: here for the lines. */
static void
write_lines(struct address *address)
{
	for (const xmlNode *part = node_first(address->source); part != NULL; part = node_following(part)) {
		const struct part_kind *kind = find_kind(part);
		struct item at = item_of(part);
		const char *text;

		if (kind == NULL || (kind->place != ON_LINE && kind->place != OWN_LINE))
			continue;
		if (item_masked(address->call, &at)) {
			end_line(address);
			out_absent(out_element(address_node(address), "line"), "masked");
			continue;
		}
		text = element_text(address->call, part, false);
		if (text != NULL)
			add_to_line(address, kind, text);
	}
	end_line(address);
}

/* Several parts of one kind are one text: FHIR has one city. */
static void
write_element(struct address *address, const char *element)
{
	const char *pieces[PIECES], *text;
	bool masked = false;
	size_t count = 0;

	for (const xmlNode *part = node_first(address->source); part != NULL; part = node_following(part)) {
		const struct part_kind *kind = find_kind(part);
		struct item at = item_of(part);

		if (kind == NULL || kind->place != ELEMENT || strcmp(kind->element, element) != 0)
			continue;
		if (item_masked(address->call, &at))
			masked = true;
		else if (count < PIECES)
			pieces[count++] = element_text(address->call, part, false);
	}
	text = text_join(address->call, " ", pieces, count);
	if (masked)
		out_absent(out_element(address_node(address), element), "masked");
	else if (text != NULL)
		out_value(address_node(address), element, text);
}

static void
write_extensions(struct address *address)
{
	for (const xmlNode *part = node_first(address->source); part != NULL; part = node_following(part)) {
		const struct part_kind *kind = find_kind(part);
		const char *text = kind != NULL && kind->place == ON_ADDRESS
		    ? element_text(address->call, part, false) : NULL;

		if (text != NULL)
			out_value(
			    out_extension(address_node(address), extension_url(address, kind->element)),
			    "valueString", text);
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
			out_value(out_extension(address_node(address), ISO21090 "AD-use"), "valueCode",
			    uses[index].code);
		if (uses[index].type != NULL)
			type = uses[index].type;
		if (uses[index].use != NULL && index < best)
			best = index;
	}
	if (best < sizeof(uses) / sizeof(uses[0]))
		out_value(address_node(address), "use", uses[best].use);
	if (type != NULL)
		out_value(address_node(address), "type", type);
}

/* Whether there is more than a use and a period: an address that is only a nullFlavor is none. */
static bool
says_place(struct call *call, const xmlNode *element)
{
	for (const xmlNode *part = node_first(element); part != NULL; part = node_following(part)) {
		const char *flavor = node_null(part);

		if (find_kind(part) != NULL && (element_text(call, part, false) != NULL
		    || (flavor != NULL && strcmp(flavor, "MSK") == 0)))
			return true;
	}
	return node_has_text(element);
}

/*
 * The whole address for people: where there is text beside the parts, and where a line is made of
 * parts.
 */
static void
write_whole(struct address *address)
{
	bool free_text = node_has_text(address->source), parts = false;

	for (const xmlNode *part = node_first(address->source); part != NULL; part = node_following(part)) {
		const struct part_kind *kind = find_kind(part);

		parts |= kind != NULL && kind->place == ON_LINE;
	}
	if (free_text || parts)
		out_value(
		    address_node(address), "text", parts_text(address->call, address->source, free_text));
}

static enum written
write_parts(struct address *address)
{
	const xmlNode *period = node_child(address->source, "useablePeriod");
	struct item at = item_of(period);

	write_extensions(address);
	write_uses(address);
	write_whole(address);
	write_lines(address);
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		write_element(address, elements[i]);
	if (period != NULL)
		return write_period(address->call, &at, address_node(address), "period");
	return WRITTEN_DONE;
}

enum written
write_address(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	struct address address = {
		.call = call, .source = item_element(item), .parent = parent, .name = name,
	};
	const char *text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (address.source == NULL) {
		text = item_line(call, item);
		if (text != NULL)
			out_value(address_node(&address), "text", text);
		return call_finish(call, text != NULL ? WRITTEN_DONE : WRITTEN_NOTHING);
	}
	if (!says_place(call, address.source))
		return call_finish(call, WRITTEN_NOTHING);
	if (write_parts(&address) == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	return call_finish(call, WRITTEN_DONE);
}
