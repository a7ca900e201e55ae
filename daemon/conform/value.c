/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fixed values (equal in everything) and pattern values (at least this), written in JSON in the facts and compared with the
 * tree. Source: HL7 FHIR R4 4.0.1, elementdefinition.html, fixed[x], pattern[x].
 */
#include "conform/walk.h"

#include "fhir/tree.h"

#include <string.h>

static bool
primitive_equals(const struct json *value, const char *text)
{
	if (text == NULL)
		return false;
	if (value->kind == JSON_TRUE)
		return strcmp(text, "true") == 0;
	if (value->kind == JSON_FALSE)
		return strcmp(text, "false") == 0;
	return value->text != NULL && strcmp(value->text, text) == 0;
}

static const char *
member_text(const struct member *member)
{
	return member->text != NULL ? member->text : fhir_value(member->node);
}

static struct member
child_member(const struct member *parent, const xmlNode *child)
{
	const struct fact_element *fact = fact_element_find(parent->type, (const char *)child->name, NULL);

	return (struct member){ .node = child, .fact = fact, .type = fact != NULL ? fact->type : NULL };
}

/* Some child of that name matches one item of the pattern. */
static bool
some_child_matches(const struct json *item, const struct member *parent, const char *name, bool exact)
{
	const xmlNode *child;

	if (item->kind == JSON_STRING && fhir_child(parent->node, name) == NULL)
		return primitive_equals(item, fhir_attribute(parent->node, name));
	for (child = fhir_child(parent->node, name); child != NULL; child = fhir_next(child)) {
		struct member member = child_member(parent, child);

		if (member.type != NULL && value_matches(item, &member, exact))
			return true;
	}
	return false;
}

/* A fixed value has no further children either. */
static bool
same_size(const struct json *object, const xmlNode *node)
{
	const struct json *at;
	const xmlNode *child;
	size_t wanted = 0, there = 0;

	for (at = object->children; at != NULL; at = at->next)
		wanted += at->kind == JSON_ARRAY ? at->count : 1;
	for (child = node->children; child != NULL; child = child->next)
		there += child->type == XML_ELEMENT_NODE;
	return wanted == there;
}

bool
value_matches(const struct json *pattern, const struct member *member, bool exact)
{
	const struct json *at, *item;

	if (pattern->kind != JSON_OBJECT)
		return primitive_equals(pattern, member_text(member));
	if (member->type == NULL || (exact && !same_size(pattern, member->node)))
		return false;
	for (at = pattern->children; at != NULL; at = at->next) {
		if (at->kind != JSON_ARRAY) {
			if (!some_child_matches(at, member, at->key, exact))
				return false;
			continue;
		}
		for (item = at->children; item != NULL; item = item->next)
			if (!some_child_matches(item, member, at->key, exact))
				return false;
	}
	return true;
}

/* A value as findings show it: the primitive, or the codings of a concept. */
static const char *
shown_pattern(const struct json *value, struct arena *arena)
{
	const struct json *coding = json_get(value, "coding");

	if (value->kind != JSON_OBJECT)
		return value->kind == JSON_TRUE ? "true" : value->kind == JSON_FALSE ? "false" : value->text;
	coding = coding != NULL ? coding->children : value;
	return arena_printf(arena, "%s#%s", json_text(coding, "system") != NULL ? json_text(coding, "system") : "",
	    json_text(coding, "code") != NULL ? json_text(coding, "code") : "");
}

static const char *
shown_node(const struct member *member, struct arena *arena)
{
	const xmlNode *coding = fhir_child(member->node, "coding");

	if (member->text != NULL || fhir_value(member->node) != NULL)
		return member_text(member);
	if (coding == NULL)
		coding = member->node;
	if (fhir_child_value(coding, "code") == NULL)
		return NULL;
	return arena_printf(arena, "%s#%s", fhir_child_value(coding, "system") != NULL ? fhir_child_value(coding, "system") : "",
	    fhir_child_value(coding, "code"));
}

/* In characters, as ElementDefinition.maxLength counts. */
static void
walk_length(struct walk *walk, const struct member *member, unsigned most)
{
	const char *text = member_text(member), *at;
	size_t length = 0;

	for (at = text; at != NULL && *at != '\0'; at++)
		length += ((unsigned char)*at & 0xC0) != 0x80;
	if (length > most)
		walk_say(walk, EHDS_SEVERITY_ERROR, "max-length", "too-long", member->node, NULL, text,
		    arena_printf(walk->arena, "at most %u characters", most), "the text is longer than is allowed here");
}

void
walk_value(struct walk *walk, const struct member *member, const struct rule *rule)
{
	const struct json *wanted = rule->fixed != NULL ? rule->fixed : rule->pattern;

	if (rule->length > 0)
		walk_length(walk, member, rule->length);
	if (wanted == NULL || value_matches(wanted, member, rule->fixed != NULL))
		return;
	walk_say(walk, EHDS_SEVERITY_ERROR, rule->fixed != NULL ? "fixed" : "pattern", "value", member->node,
	    member->text != NULL ? rule->name : NULL, shown_node(member, walk->arena), shown_pattern(wanted, walk->arena),
	    rule->fixed != NULL ? "not the value that is fixed here" : "not the value that is wanted here");
}
