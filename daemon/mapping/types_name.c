/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names: EN, PN -> HumanName, ON -> string (HL7 V3 data types R1).
 *
 * One CDA name may be several FHIR names: parts qualified BR (birth), CL (called), SP (spouse) or
 * AD (adopted) are other names of the person. Parts without a qualifier belong to all of them when
 * no part of their kind has one (prefix and given beside two families); when some part of their
 * kind is qualified, they are a name of their own. The exception is a country's custom, so a
 * stylesheet switches it on: with `birth-list` an unqualified given beside a qualified one is the
 * list of all given names of the birth register and no given name to call a person by.
 */
#include "mapping/types.h"

#include "base/text.h"

#include <string.h>

#define ISO21090 "http://hl7.org/fhir/StructureDefinition/iso21090-"
#define PARTS 48		/* of one name */

enum kind { PREFIX, GIVEN, FAMILY, SUFFIX, KINDS };

static const char *const kind_names[KINDS] = { "prefix", "given", "family", "suffix" };

/*
 * Qualifiers that make a name of its own. SP and AD have no FHIR use of their own and are said on
 * the part.
 */
static const struct group {
	const char *qualifier, *use;
	bool said;
} groups[] = {
	{ "BR", "official", false },
	{ "CL", "usual", false },
	{ "SP", "usual", true },
	{ "AD", NULL, true },
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))
#define UNQUALIFIED GROUPS

/* EntityNamePartQualifier codes that stay on the part (FHIR R4 value set name-part-qualifier). */
static const char *const part_qualifiers[] = { "AC", "NB", "PR", "IN", "LS", "HON", "MID", "PFX", "SFX" };

/* EntityNameUse; a code without a use is kept in the extension iso21090-EN-use. */
static const struct {
	const char *code, *use;
} name_uses[] = {
	{ "L", "official" },
	{ "OR", "official" },
	{ "T", "temp" },
	{ "ANON", "anonymous" },
	{ "OLD", "old" },
	{ "DN", "old" },
	{ "M", "maiden" },
	{ "C", NULL },
	{ "I", NULL },
	{ "P", NULL },
	{ "A", NULL },
	{ "R", NULL },
	{ "SRCH", NULL },
	{ "PHON", NULL },
	{ "ABC", NULL },
	{ "SYL", NULL },
	{ "IDE", NULL },
};

struct part {
	const xmlNode *node;
	const char *text;	/* NULL: withheld */
	enum kind kind;
	size_t group;		/* UNQUALIFIED: none */
};

struct name {
	const xmlNode *node;
	struct part parts[PARTS];
	size_t count;
	bool qualified[KINDS];		/* some part of the kind makes a group */
	const char *birth_list_url, *birth_list;
	const char *text;
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool
has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; at != NULL && (at = strstr(at, word)) != NULL; at += length)
		if ((at == words || text_is_space(at[-1]))
		    && (at[length] == '\0' || text_is_space(at[length])))
			return true;
	return false;
}

static size_t
find_group(const xmlNode *part)
{
	const char *qualifier = node_attribute(part, "qualifier");

	for (size_t i = 0; i < GROUPS; i++)
		if (has_word(qualifier, groups[i].qualifier))
			return i;
	return UNQUALIFIED;
}

static void
read_part(struct call *call, struct name *name, const xmlNode *node)
{
	struct part part = { .node = node };
	struct item at = item_of(node);
	bool masked;

	while (part.kind < KINDS && !node_is(node, kind_names[part.kind]))
		part.kind++;
	if (part.kind == KINDS)
		return;
	masked = item_masked(call, &at);
	part.text = masked ? NULL : element_text(call, node, false);
	if (part.text == NULL && !masked)
		return;
	if (name->count == PARTS) {
		call_finding(call, &at, EHDS_SEVERITY_WARNING, "map-name-parts", "too-long", part.text,
		    NULL, "a name of more than %d parts: the rest is left out", PARTS);
		return;
	}
	part.group = find_group(node);
	name->qualified[part.kind] |= part.group != UNQUALIFIED;
	name->parts[name->count++] = part;
}

static void
read_name(struct call *call, struct name *name, const xmlNode *element)
{
	*name = (struct name){ .node = element, .birth_list_url = call_attribute(call, "birth-list") };
	for (const xmlNode *child = node_first(element); child != NULL; child = node_following(child))
		read_part(call, name, child);
	if (node_has_text(element))
		name->text = parts_text(call, element, false);
}

/* ---- which part stands in which name --------------------------------------------------------- */

static bool
is_birth_list(const struct name *name, const struct part *part)
{
	return name->birth_list_url != NULL && part->kind == GIVEN && part->group == UNQUALIFIED
	    && name->qualified[GIVEN];
}

static bool
in_group(const struct name *name, const struct part *part, size_t group)
{
	if (is_birth_list(name, part))
		return false;
	if (part->group == group)
		return true;
	return part->group == UNQUALIFIED && !name->qualified[part->kind];
}

/*
 * A group is a name when some part makes it one; the unqualified parts are one when nobody else
 * carries them.
 */
static bool
has_group(const struct name *name, size_t group)
{
	bool any_group = false, own = false;

	for (size_t i = 0; i < name->count; i++) {
		const struct part *part = &name->parts[i];

		any_group |= part->group != UNQUALIFIED;
		if (part->group != group || is_birth_list(name, part))
			continue;
		own |= group != UNQUALIFIED || name->qualified[part->kind];
	}
	return own || (group == UNQUALIFIED && !any_group && name->count > 0);
}

/* The group of the register's given name carries the register's list. */
static size_t
birth_list_group(const struct name *name)
{
	size_t first = UNQUALIFIED;

	for (size_t i = 0; i < name->count; i++)
		if (name->parts[i].kind == GIVEN && name->parts[i].group < first)
			first = name->parts[i].group;
	return first;
}

static void
gather_birth_list(struct call *call, struct name *name)
{
	const char *pieces[PARTS];
	size_t count = 0;

	for (size_t i = 0; i < name->count; i++)
		if (is_birth_list(name, &name->parts[i]))
			pieces[count++] = name->parts[i].text;
	name->birth_list = text_join(call, " ", pieces, count);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void
out_qualifiers(struct call *call, xmlNode *out, const struct part *part)
{
	const char *qualifier = node_attribute(part->node, "qualifier");
	struct item at = item_of(part->node);
	bool said = part->group != UNQUALIFIED;

	if (out == NULL || text_is_blank(qualifier))
		return;
	if (said && groups[part->group].said)
		out_value(out_extension(out, ISO21090 "EN-qualifier"), "valueCode",
		    groups[part->group].qualifier);
	for (size_t i = 0; i < sizeof(part_qualifiers) / sizeof(part_qualifiers[0]); i++) {
		if (!has_word(qualifier, part_qualifiers[i]))
			continue;
		out_value(out_extension(out, ISO21090 "EN-qualifier"), "valueCode", part_qualifiers[i]);
		said = true;
	}
	if (!said)
		call_finding(call, &at, EHDS_SEVERITY_INFORMATION, "map-name-qualifier", "not-supported",
		    qualifier, NULL, "FHIR has no such qualifier of a name part");
}

static void
out_part(struct call *call, xmlNode *node, const struct part *part)
{
	if (part->text != NULL)
		out_qualifiers(call, out_value(node, kind_names[part->kind], part->text), part);
	else
		out_absent(out_element(node, kind_names[part->kind]), "masked");
}

/* FHIR has one family name: several parts of it are one text, in the order of the source. */
static void
out_family(struct call *call, xmlNode *node, const struct name *name, size_t group)
{
	const struct part *last = NULL;
	const char *pieces[PARTS];
	size_t count = 0;
	xmlNode *family;

	for (size_t i = 0; i < name->count; i++) {
		if (name->parts[i].kind != FAMILY || !in_group(name, &name->parts[i], group))
			continue;
		last = &name->parts[i];
		if (last->text != NULL)
			pieces[count++] = last->text;
	}
	if (last == NULL)
		return;
	if (count == 0) {
		out_part(call, node, last);
		return;
	}
	family = out_value(node, "family", text_join(call, " ", pieces, count));
	for (size_t i = 0; i < name->count; i++)
		if (name->parts[i].kind == FAMILY && in_group(name, &name->parts[i], group))
			out_qualifiers(call, family, &name->parts[i]);
}

static void
out_kind(struct call *call, xmlNode *node, const struct name *name, size_t group, enum kind kind)
{
	for (size_t i = 0; i < name->count; i++)
		if (name->parts[i].kind == kind && in_group(name, &name->parts[i], group))
			out_part(call, node, &name->parts[i]);
}

/* The use of the whole name; FHIR codes win over those that only an extension can carry. */
static void
out_use(struct call *call, xmlNode *node, const struct name *name, size_t group)
{
	const char *codes = node_attribute(name->node, "use"), *use = NULL;
	struct item at = item_of(name->node);
	bool said = false;

	for (size_t i = 0; i < sizeof(name_uses) / sizeof(name_uses[0]); i++) {
		if (!has_word(codes, name_uses[i].code))
			continue;
		said = true;
		if (name_uses[i].use == NULL)
			out_value(out_extension(node, ISO21090 "EN-use"), "valueCode", name_uses[i].code);
		else if (use == NULL)
			use = name_uses[i].use;
	}
	if (!said && !text_is_blank(codes))
		call_finding(call, &at, EHDS_SEVERITY_INFORMATION, "map-name-use", "not-supported", codes,
		    NULL, "FHIR has no such use of a name");
	out_value(node, "use", group != UNQUALIFIED && groups[group].use != NULL ? groups[group].use : use);
}

static enum written
out_name(struct call *call, xmlNode *parent, const char *element, const struct name *name, size_t group,
    const char *text)
{
	const xmlNode *period = node_child(name->node, "validTime");
	xmlNode *node = out_element(parent, element);
	struct item at = item_of(period);

	if (name->birth_list != NULL && group == birth_list_group(name))
		out_value(out_extension(node, name->birth_list_url), "valueString", name->birth_list);
	out_use(call, node, name, group);
	out_value(node, "text", text);
	out_family(call, node, name, group);
	out_kind(call, node, name, group, GIVEN);
	out_kind(call, node, name, group, PREFIX);
	out_kind(call, node, name, group, SUFFIX);
	return period != NULL ? write_period(call, &at, node, "period") : WRITTEN_DONE;
}

static enum written
write_text_name(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const char *text = item_line(call, item);

	if (text == NULL)
		return WRITTEN_NOTHING;
	out_value(out_element(parent, name), "text", text);
	return WRITTEN_DONE;
}

enum written
write_name(struct call *call, const struct item *item, xmlNode *parent, const char *element)
{
	struct name name;
	bool written = false;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	if (item_element(item) == NULL)
		return call_finish(call, write_text_name(call, item, parent, element));
	read_name(call, &name, item->node);
	gather_birth_list(call, &name);
	for (size_t group = 0; group <= UNQUALIFIED; group++) {
		if (!has_group(&name, group) && (group != UNQUALIFIED || written || name.text == NULL))
			continue;
		if (out_name(call, parent, element, &name, group, written ? NULL : name.text)
		    == WRITTEN_FAILED)
			return WRITTEN_FAILED;
		written = true;
	}
	return call_finish(call, written ? WRITTEN_DONE : WRITTEN_NOTHING);
}

enum written
write_orgname(struct call *call, const struct item *item, xmlNode *parent, const char *name)
{
	const xmlNode *element = item_element(item);
	const char *text;

	if (item_masked(call, item))
		return call_finish(call, WRITTEN_NOTHING);
	text = element != NULL ? parts_text(call, element, false) : item_line(call, item);
	return call_finish(call, out_value(parent, name, text) != NULL ? WRITTEN_DONE : WRITTEN_NOTHING);
}
