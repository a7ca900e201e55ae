/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Identifiers and telecommunication addresses: II -> Identifier, TEL -> ContactPoint (HL7 V3 data
 * types R1).
 *
 * What an OID means is the naming's business: it names the system, and which leading characters of
 * an extension are a type mark and no part of the number. An OID nobody knows is written as
 * urn:oid:, never guessed.
 */
#include "mapping/schema.h"
#include "mapping/types.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define V2_0203 "http://terminology.hl7.org/CodeSystem/v2-0203"

/* One Identifier before it is written. */
struct identity {
	const char *system, *value;
	const struct naming_scheme *scheme;	/* NULL */
	const char *assigner;			/* NULL */
};

/* ---- II -------------------------------------------------------------------------------------- */

/* The scheme of an extension; the last one of a row takes any. NULL when the row has none. */
static const struct naming_scheme *
find_scheme(const struct naming_row *row, const char *extension)
{
	for (size_t i = 0; row != NULL && i < row->scheme_count; i++)
		if (text_starts_with(extension, row->schemes[i].prefix))
			return &row->schemes[i];
	return NULL;
}

/* "system|code", or a code of HL7 v2 table 0203. */
static void
out_type_attribute(struct call *call, xmlNode *node, const char *type)
{
	const char *bar = strchr(type, '|');
	xmlNode *coding = out_element(out_element(node, "type"), "coding");

	if (bar == NULL) {
		out_value(coding, "system", V2_0203);
		out_value(coding, "code", type);
		return;
	}
	out_value(coding, "system", call_printf(call, "%.*s", (int)(bar - type), type));
	out_value(coding, "code", bar + 1);
}

/*
 * The naming knows an OID better than a stylesheet that reads all ids of a role: its attributes are
 * the default.
 */
static void
out_type(struct call *call, xmlNode *node, const struct naming_scheme *scheme)
{
	const char *attribute = call_attribute(call, "type");
	xmlNode *coding;

	if (scheme == NULL || scheme->type_code == NULL) {
		if (!text_is_blank(attribute))
			out_type_attribute(call, node, attribute);
		return;
	}
	coding = out_element(out_element(node, "type"), "coding");
	out_value(coding, "system", scheme->type_system);
	out_value(coding, "code", scheme->type_code);
	out_value(coding, "display", scheme->type_display);
}

static void
out_identity(struct call *call, xmlNode *parent, const char *name, const struct identity *identity)
{
	xmlNode *node = out_element(parent, name);
	const char *use = call_attribute(call, "use");

	out_value(node, "use",
	    identity->scheme != NULL && identity->scheme->use != NULL ? identity->scheme->use : use);
	out_type(call, node, identity->scheme);
	out_value(node, "system", identity->system);
	out_value(node, "value", identity->value);
	if (identity->assigner != NULL)
		out_value(out_element(node, "assigner"), "display", identity->assigner);
}

static void
out_by_scheme(struct call *call, xmlNode *parent, const char *name, const char *oid,
    struct identity identity)
{
	const struct naming_scheme *scheme = identity.scheme;
	const char *whole = identity.value;

	if (scheme != NULL) {
		identity.system = scheme->uri;
		if (strlen(whole) > scheme->strip)
			identity.value = whole + scheme->strip;
	}
	out_identity(call, parent, name, &identity);
	if (scheme == NULL || !scheme->keep || oid == NULL)
		return;
	out_identity(call, parent, name, &(struct identity){ .value = whole, .assigner = identity.assigner,
	    .system = call_printf(call, "urn:oid:%s", oid) });
}

static const char *
lower(struct call *call, const char *text)
{
	size_t length = text != NULL ? strlen(text) : 0;
	char *copy = call_alloc(call, length + 1);

	for (size_t i = 0; copy != NULL && i < length; i++)
		copy[i] = (char)tolower((unsigned char)text[i]);
	return copy;
}

/*
 * "urn:oid:...", "urn:uuid:..." in lower case (RFC 9562, 4), a URI as it is; NULL when the root is
 * none of them.
 */
static const char *
root_uri(struct call *call, const char *root)
{
	if (is_oid(root))
		return call_printf(call, "urn:oid:%s", root);
	if (is_uuid(root))
		return lower(call, call_printf(call, "urn:uuid:%s", root));
	return is_uri(root) ? root : NULL;
}

static void
write_whole_root(struct call *call, const struct item *item, xmlNode *parent, const char *name,
    const char *root, const char *assigner)
{
	const char *uri = root_uri(call, root);

	if (uri == NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-root-invalid", "value", root,
		    "an OID (ITU-T X.660) or a UUID (RFC 9562)",
		    "the id's root is no object identifier: it is kept as the value, without a system");
	out_identity(call, parent, name,
	    &(struct identity){ .system = uri != NULL ? "urn:ietf:rfc:3986" : NULL,
		.value = uri != NULL ? uri : root,
		.assigner = assigner });
}

static void
write_extension(struct call *call, const struct item *item, xmlNode *parent, const char *name,
    const char *root, struct identity identity)
{
	const struct naming_row *row = root != NULL ? naming_find(call->pack->naming, root) : NULL;

	identity.scheme = find_scheme(row, identity.value);
	if (row != NULL)
		identity.system = row->uri;
	else if (root != NULL)
		identity.system = root_uri(call, root);
	if (root == NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-root-missing", "required",
		    identity.value, NULL, "an id without a root: nobody knows who gave it");
	else if (identity.system == NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-root-invalid", "value", root,
		    "an OID (ITU-T X.660) or a UUID (RFC 9562)",
		    "the id's root is no object identifier: its value is kept without a system");
	out_by_scheme(call, parent, name, row != NULL ? row->oid : NULL, identity);
}

static enum written
write_value(struct call *call, const struct item *item, xmlNode *parent, const char *name,
    const char *value)
{
	const char *system = text_line(call, call_attribute(call, "system"));
	const struct naming_row *row;
	const char *oid;

	if (value == NULL)
		return WRITTEN_NOTHING;
	if (system == NULL) {
		out_identity(call, parent, name, &(struct identity){ .value = value });
		return WRITTEN_DONE;
	}
	oid = naming_oid(call->pack->naming, system);
	if (oid == NULL)
		oid = system;
	row = naming_find(call->pack->naming, oid);
	out_by_scheme(call, parent, name, row != NULL ? row->oid : NULL, (struct identity){ .value = value,
	    .scheme = find_scheme(row, value), .system = system_uri(call, item, system) });
	return WRITTEN_DONE;
}

enum written
write_identifier(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	const char *root = text_line(call, node_attribute(element, "root"));
	const char *extension = text_line(call, node_attribute(element, "extension"));
	const char *assigner = text_line(call, node_attribute(element, "assigningAuthorityName"));

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (root == NULL && extension == NULL && node_null(element) == NULL)
		return call_finish(call, write_value(call, item, parent, name, item_line(call, item)));
	if (root == NULL && extension != NULL && call_attribute(call, "system") != NULL)
		return call_finish(call, write_value(call, item, parent, name, extension));
	if (extension == NULL && (root == NULL || node_null(element) != NULL))
		return call_finish(call, WRITTEN_NOTHING);
	if (extension != NULL && node_null(element) != NULL)
		call_finding(call, item, EHDS_SEVERITY_WARNING, "map-null-with-value", "value",
		    node_null(element), NULL, "a nullFlavor beside the id %s: the id is kept", extension);
	if (extension == NULL)
		write_whole_root(call, item, parent, name, root, assigner);
	else
		write_extension(call, item, parent, name, root,
		    (struct identity){ .value = extension, .assigner = assigner });
	return call_finish(call, WRITTEN_DONE);
}

/* ---- TEL ------------------------------------------------------------------------------------- */

/*
 * URL schemes of HL7 V3 (URLScheme) and what they are in FHIR. `bare`: the scheme is no part of the
 * value.
 */
static const struct {
	const char *scheme, *system;
	bool bare;
} schemes[] = {
	{ "tel", "phone", true }, { "mailto", "email", true }, { "fax", "fax", true },
	{ "x-text-fax", "fax", true }, { "x-text-tel", "phone", true }, { "sms", "sms", true },
	{ "http", "url", false }, { "https", "url", false }, { "ftp", "url", false },
	{ "mllp", "other", false }, { "modem", "other", false }, { "telnet", "other", false },
	{ "file", "other", false }, { "nfs", "other", false },
};

/*
 * TelecommunicationAddressUse; a larger rank wins when several are given. NULL: FHIR R4 has no word
 * for it.
 */
static const struct {
	const char *code, *use;
	int rank;
} uses[] = {
	{ "H", "home", 1 },
	{ "HP", "home", 1 },
	{ "HV", "home", 1 },
	{ "WP", "work", 1 },
	{ "DIR", "work", 1 },
	{ "PUB", "work", 1 },
	{ "MC", "mobile", 2 },
	{ "TMP", "temp", 3 },
	{ "BAD", "old", 4 },
	{ "OLD", "old", 4 },
};

static int
hex(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)(digit | 0x20);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* RFC 3986, 2.1: %2B is +. What would be no text of XML afterwards stays as it is. */
static const char *
percent_decoded(struct call *call, const char *text)
{
	size_t length = 0, size = strlen(text);
	char *out;

	if (strchr(text, '%') == NULL || (out = call_alloc(call, size + 1)) == NULL)
		return text;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0) {
			out[length++] = (char)(hex(at[1]) * 16 + hex(at[2]));
			at += 2;
		} else {
			out[length++] = *at;
		}
	}
	return text_is_xml(out, length) ? out : text;
}

/* The system and the value of a URL; `other` for what has no scheme that says more. */
static const char *
split_url(struct call *call, const struct item *item, const char **value)
{
	const char *colon = strchr(*value, ':');

	for (size_t i = 0; colon != NULL && i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i].scheme);

		if ((size_t)(colon - *value) != length
		    || strncasecmp(*value, schemes[i].scheme, length) != 0)
			continue;
		if (schemes[i].bare)
			*value = text_line(call, percent_decoded(call, colon + 1));
		else if (text_is_blank(colon + 1))
			*value = NULL;
		return schemes[i].system;
	}
	call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-telecom-scheme", "value", *value,
	    "tel:, fax:, mailto:, sms:, http: or https:", "a telecommunication address of unknown kind");
	return "other";
}

static bool
next_word(const char **at, char *word, size_t size)
{
	size_t length = 0;

	while (text_is_space(**at))
		(*at)++;
	for (; **at != '\0' && !text_is_space(**at); (*at)++)
		if (length + 1 < size)
			word[length++] = **at;
	word[length] = '\0';
	return length > 0;
}

/* @use is a set. PG makes the system a pager and is no use. */
static const char *
find_use(struct call *call, const struct item *item, const char *codes, const char **system)
{
	const char *use = NULL;
	char code[16];
	int rank = 0;

	while (codes != NULL && next_word(&codes, code, sizeof(code))) {
		size_t i = 0;

		while (i < sizeof(uses) / sizeof(uses[0]) && strcmp(uses[i].code, code) != 0)
			i++;
		if (strcmp(code, "PG") == 0) {
			*system = "pager";
		} else if (i == sizeof(uses) / sizeof(uses[0])) {
			call_finding(call, item, EHDS_SEVERITY_INFORMATION, "map-telecom-use",
			    "not-supported", code, NULL,
			    "FHIR R4 has no such use of a telecommunication address");
		} else if (uses[i].rank > rank) {
			use = uses[i].use;
			rank = uses[i].rank;
		}
	}
	return use;
}

enum written
write_telecom(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item), *period = node_child(element, "useablePeriod");
	const char *url = text_line(call, node_attribute(element, "value"));
	const char *system, *use;
	struct item at = item_of(period);
	xmlNode *node;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (element == NULL || node_attribute(element, "value") == NULL)
		url = item_line(call, item);
	if (url == NULL)
		return call_finish(call, WRITTEN_NOTHING);
	system = split_url(call, item, &url);
	if (url == NULL)
		return call_finish(call, WRITTEN_NOTHING);
	use = find_use(call, item, node_attribute(element, "use"), &system);
	node = out_element(parent, name);
	out_value(node, "system", system);
	out_value(node, "value", url);
	out_value(node, "use", use);
	if (period != NULL && write_period(call, &at, node, "period") == WRITTEN_FAILED)
		return WRITTEN_FAILED;
	return call_finish(call, WRITTEN_DONE);
}
