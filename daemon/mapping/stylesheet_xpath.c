/* SPDX-License-Identifier: EUPL-1.2 */
/* See stylesheet_xpath.h. Which attributes hold expressions: XSLT 1.0 (W3C, 1999), appendix B. */
#include "mapping/stylesheet_xpath.h"

#include "base/text.h"
#include "mapping/functions.h"
#include "mapping/plan.h"
#include "mapping/xpath_names.h"

#include <stdio.h>
#include <string.h>

/* Functions of XPath 1.0, section 4, and XSLT 1.0, section 12. */
struct core_function {
	const char *name;
	unsigned least, most;
	const char *refused;		/* why it may not be used; NULL */
};

#define MANY 99

static const struct core_function core_functions[] = {
	{ "boolean", 1, 1, NULL },
	{ "ceiling", 1, 1, NULL },
	{ "concat", 2, MANY, NULL },
	{ "contains", 2, 2, NULL },
	{ "count", 1, 1, NULL },
	{ "current", 0, 0, NULL },
	{ "element-available", 1, 1, NULL },
	{ "false", 0, 0, NULL },
	{ "floor", 1, 1, NULL },
	{ "format-number", 2, 3, NULL },
	{ "function-available", 1, 1, NULL },
	{ "lang", 1, 1, NULL },
	{ "last", 0, 0, NULL },
	{ "local-name", 0, 1, NULL },
	{ "name", 0, 1, NULL },
	{ "namespace-uri", 0, 1, NULL },
	{ "normalize-space", 0, 1, NULL },
	{ "not", 1, 1, NULL },
	{ "number", 0, 1, NULL },
	{ "position", 0, 0, NULL },
	{ "round", 1, 1, NULL },
	{ "starts-with", 2, 2, NULL },
	{ "string", 0, 1, NULL },
	{ "string-length", 0, 1, NULL },
	{ "substring", 2, 3, NULL },
	{ "substring-after", 2, 2, NULL },
	{ "substring-before", 2, 2, NULL },
	{ "sum", 1, 1, NULL },
	{ "translate", 3, 3, NULL },
	{ "true", 0, 0, NULL },
	{ "document", 1, 2, "a stylesheet reads one document; codes stand in tables" },
	{ "generate-id", 0, 1, "it differs from run to run; use ehds:id()" },
	{ "id", 1, 1, "documents have no document type; an ID is resolved by the extension elements" },
	{ "key", 2, 2, "it costs a walk over the whole document; use ehds:template(), ehds:coded() or ehds:having()" },
	{ "system-property", 1, 1, "results do not depend on the system" },
	{ "unparsed-entity-uri", 1, 1, "documents have no entities" },
};

#define CORE_COUNT (sizeof(core_functions) / sizeof(core_functions[0]))

/* One expression being looked at. */
struct place {
	struct check *check;
	const struct scope *scope;
	const xmlNode *element;
	const xmlAttr *attribute;
	size_t offset;			/* of the expression in the attribute's value */
};

/* ---- Functions ------------------------------------------------------------------------------- */

static void
check_count(const struct place *place, const struct xpath_name *name, const char *shown,
    unsigned least, unsigned most)
{
	size_t offset = place->offset + name->offset;

	if (name->arguments >= least && name->arguments <= most)
		return;
	if (least == most)
		check_error(place->check, place->element, place->attribute, offset,
		    "%s%s() takes %u argument%s, not %u", shown, name->local, least, least == 1 ?
		    "" : "s", name->arguments);
	else
		check_error(place->check, place->element, place->attribute, offset,
		    "%s%s() takes %u to %u arguments, not %u", shown, name->local, least, most,
		    name->arguments);
}

static void
check_own_function(const struct place *place, const struct xpath_name *name)
{
	const struct function_kind *kinds = function_kinds(), *kind = function_kind_find(name->local);
	const char *names[32], *near;
	size_t count;

	if (kind == NULL) {
		for (count = 0; kinds[count].name != NULL && count < 32; count++)
			names[count] = kinds[count].name;
		near = text_nearest(name->local, names, count);
		check_error(place->check, place->element, place->attribute,
		    place->offset + name->offset, near == NULL ?
		    "there is no function ehds:%s()" :
		    "there is no function ehds:%s(), did you mean ehds:%s()?", name->local, near);
		return;
	}
	check_count(place, name, "ehds:", (unsigned)kind->least, (unsigned)kind->most);
	if (kind->table_argument == 0)
		return;
	if (name->literal[0] == '\0') {
		place->check->table_unknown = true;
		return;
	}
	check_table_used(place->check, name->literal);
	if (pack_table_named(place->check->pack, name->literal) == NULL)
		check_error(place->check, place->element, place->attribute, place->offset + name->offset,
		    "the pack lists no table '%s' under `tables`", name->literal);
}

static void
check_core_function(const struct place *place, const struct xpath_name *name)
{
	const char *names[CORE_COUNT], *near;
	size_t i, offset = place->offset + name->offset;

	for (i = 0; i < CORE_COUNT; i++) {
		names[i] = core_functions[i].name;
		if (strcmp(core_functions[i].name, name->local) != 0)
			continue;
		if (core_functions[i].refused != NULL)
			check_error(place->check, place->element, place->attribute, offset,
			    "%s() is not allowed: %s", name->local, core_functions[i].refused);
		else
			check_count(place, name, "", core_functions[i].least, core_functions[i].most);
		return;
	}
	near = text_nearest(name->local, names, CORE_COUNT);
	check_error(place->check, place->element, place->attribute, offset, near == NULL ?
	    "there is no function %s()" :
	    "there is no function %s(), did you mean %s()?", name->local, near);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static const xmlNs *
namespace_of(const struct place *place, const char *prefix)
{
	return xmlSearchNs(place->element->doc, (xmlNode *)place->element, (const xmlChar *)prefix);
}

static bool
is_in_scope(const struct scope *scope, const char *name)
{
	for (; scope != NULL; scope = scope->outer)
		if (strcmp(scope->name, name) == 0)
			return true;
	return false;
}

static void
check_variable(const struct place *place, const struct xpath_name *name)
{
	if (name->prefix[0] == '\0' && !is_in_scope(place->scope, name->local))
		check_error(place->check, place->element, place->attribute, place->offset + name->offset,
		    "there is no variable $%s here", name->local);
}

static void
on_name(void *user, const struct xpath_name *name)
{
	const struct place *place = user;
	const xmlNs *ns = name->prefix[0] == '\0' ? NULL : namespace_of(place, name->prefix);

	if (name->prefix[0] != '\0' && ns == NULL) {
		check_error(place->check, place->element, place->attribute, place->offset + name->offset,
		    "no name space is declared for the prefix '%s'", name->prefix);
		return;
	}
	switch (name->kind) {
	case XPATH_NAME_FUNCTION:
		if (ns == NULL)
			check_core_function(place, name);
		else if (strcmp((const char *)ns->href, EHDS_MAPPING_NAMESPACE) == 0)
			check_own_function(place, name);
		else
			check_error(place->check, place->element, place->attribute,
			    place->offset + name->offset,
			    "there is no function %s:%s()", name->prefix, name->local);
		break;
	case XPATH_NAME_VARIABLE:
		check_variable(place, name);
		break;
	case XPATH_NAME_ELEMENT:
		if (ns == NULL)
			check_warning(place->check, place->element, place->attribute,
			    "'%s' without a prefix only means elements in no name space", name->local);
		break;
	case XPATH_NAME_ATTRIBUTE:
		break;
	}
}

static void
check_expression(const struct place *place, const char *text)
{
	struct expression_error error;

	if (expression_compile(place->check->expressions, text, place->element, &error) == NULL)
		check_error(place->check, place->element, place->attribute,
		    place->offset + error.offset, "'%s': %s", text, error.text);
	else
		xpath_names(text, on_name, (void *)place);
}

/* ---- Templates ------------------------------------------------------------------------------- */

/* The expressions of an attribute value template whose braces are known to be right. */
static void
check_template_names(const struct place *place, const char *text)
{
	struct place inner = *place;
	char expression[1024];
	const char *at = text, *end;
	size_t length;

	while ((at = strchr(at, '{')) != NULL) {
		if (at[1] == '{') {
			at += 2;
			continue;
		}
		end = avt_expression_end(at + 1);
		if (end == NULL)
			return;
		length = (size_t)(end - at - 1);
		if (length < sizeof(expression)) {
			memcpy(expression, at + 1, length);
			expression[length] = '\0';
			inner.offset = place->offset + (size_t)(at + 1 - text);
			check_expression(&inner, expression);
		}
		at = end + 1;
	}
}

static void
check_template(const struct place *place, const char *text)
{
	struct expression_error error;

	if (avt_compile(place->check->expressions, text, place->element, &error) == NULL)
		check_error(place->check, place->element, place->attribute,
		    place->offset + error.offset, "'%s': %s", text, error.text);
	else
		check_template_names(place, text);
}

/* ---- Attributes ------------------------------------------------------------------------------ */

enum content { CONTENT_TEXT, CONTENT_EXPRESSION, CONTENT_TEMPLATE };

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* XSLT's own: names mean the same on all instructions but for `name` and `namespace`. */
static enum content
content_in_xslt(const xmlNode *element, const char *name)
{
	static const char *const expressions[] = { "select", "test", "match", "count", "from", NULL };
	static const char *const templates[] =
	    { "lang", "data-type", "order", "case-order", "format", "letter-value",
	    "grouping-separator", "grouping-size", NULL };
	static const char *const named[] = { "name", "namespace", NULL };

	if (is_one_of(name, expressions) || (strcmp(name, "value") == 0 && is_xslt(element, "number")))
		return CONTENT_EXPRESSION;
	if (is_one_of(name, named))
		return is_xslt(element, "element") || is_xslt(element, "attribute") ?
		    CONTENT_TEMPLATE : CONTENT_TEXT;
	return is_one_of(name, templates) && !is_xslt(element, "decimal-format") ?
	    CONTENT_TEMPLATE : CONTENT_TEXT;
}

static enum content
content_of(const xmlNode *element, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;
	const struct element_attribute *known;
	const struct element_kind *kind;

	if (attribute->ns != NULL)
		return CONTENT_TEXT;
	if (is_xslt(element, NULL))
		return content_in_xslt(element, name);
	if (!is_extension(element))
		return CONTENT_TEMPLATE;
	kind = element_kind_find((const char *)element->name);
	known = kind == NULL ? NULL : element_attribute_find(kind, name);
	if (known == NULL || known->kind == ATTRIBUTE_WORD)
		return CONTENT_TEXT;
	return known->kind == ATTRIBUTE_XPATH ? CONTENT_EXPRESSION : CONTENT_TEMPLATE;
}

static void
check_attributes(struct check *check, const xmlNode *element, const struct scope *scope)
{
	const xmlAttr *attribute;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		struct place place = { check, scope, element, attribute, 0 };

		switch (content_of(element, attribute)) {
		case CONTENT_EXPRESSION:
			check_expression(&place, attribute_text(attribute));
			break;
		case CONTENT_TEMPLATE:
			check_template(&place, attribute_text(attribute));
			break;
		case CONTENT_TEXT:
			break;
		}
	}
}

/* ---- The walk -------------------------------------------------------------------------------- */

static void
check_children(struct check *check, const xmlNode *child, const struct scope *scope);

/*
 * A variable is in scope for what follows it, not for itself (XSLT 1.0, 11.5). Depth is that of the
 * file, which is bounded.
 */
static void
check_from(struct check *check, const xmlNode *element, const struct scope *scope)
{
	const xmlAttr *name = attribute_of(element, "name");
	struct scope inner = { name == NULL ? "" : attribute_text(name), scope };

	check_attributes(check, element, scope);
	check_children(check, element->children, scope);
	if (is_xslt(element, "variable") || is_xslt(element, "param"))
		check_children(check, element->next, &inner);
}

static void
check_children(struct check *check, const xmlNode *child, const struct scope *scope)
{
	for (; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		check_from(check, child, scope);
		/* It went on behind the variable. */
		if (is_xslt(child, "variable") || is_xslt(child, "param"))
			return;
	}
}

void
check_expressions(struct check *check, const struct checked_file *file, const struct scope *global)
{
	const xmlNode *child = xmlDocGetRootElement(file->doc)->children;

	for (; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE)
			continue;
		check_attributes(check, child, global);
		check_children(check, child->children, global);
	}
}
