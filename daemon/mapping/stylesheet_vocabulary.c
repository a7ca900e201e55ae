/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which instructions and extension elements there are, and that each stands where it can do
 * something.
 */
#include "mapping/stylesheet_check.h"

#include "base/text.h"
#include "mapping/plan.h"

#include <string.h>

struct extension_check {
	struct check *check;
	const xmlNode *element;
};

static void
on_problem(void *user, const struct plan_problem *problem)
{
	const struct extension_check *extension = user;

	check_error(extension->check, extension->element, problem->attribute, problem->offset, "%s",
	    problem->text);
}

static void
unknown_element(struct check *check, const xmlNode *element)
{
	const struct element_kind *kinds = element_kinds();
	const char *names[40], *near;
	size_t count;

	for (count = 0; kinds[count].name != NULL && count < 40; count++)
		names[count] = kinds[count].name;
	near = text_nearest((const char *)element->name, names, count);
	check_error(check, element, NULL, 0, near == NULL ? "there is no extension element ehds:%s" :
	    "there is no extension element ehds:%s, did you mean ehds:%s?",
	    (const char *)element->name, near);
}

/* Prefixes in extension-element-prefixes of this or an outer element. */
static bool
is_declared(const xmlNode *element)
{
	const xmlNode *outer;
	const char *prefix = element->ns->prefix == NULL ? "#default" : (const char *)element->ns->prefix;
	size_t length = strlen(prefix);

	for (outer = element; outer != NULL && outer->type == XML_ELEMENT_NODE; outer = outer->parent) {
		const xmlAttr *attribute = attribute_of(outer, "extension-element-prefixes");
		const char *at = attribute == NULL ? NULL : attribute_text(attribute);

		for (; at != NULL && (at = strstr(at, prefix)) != NULL; at += length)
			if ((at == attribute_text(attribute) || text_is_space(at[-1])) &&
			    (at[length] == '\0' || text_is_space(at[length])))
				return true;
	}
	return false;
}

static void
note_tables(struct check *check, const struct plan *plan)
{
	const char *name;
	size_t i;

	for (i = 0; i < plan->attribute_count; i++) {
		if (plan->attributes[i].attribute->kind != ATTRIBUTE_TABLE)
			continue;
		name = avt_constant(plan->attributes[i].avt);
		if (name == NULL)
			check->table_unknown = true;
		else
			check_table_used(check, name);
	}
}

/* Where an extension element would write into something that keeps only text. */
static void
check_surroundings(struct check *check, const xmlNode *element)
{
	static const char *const text_only[] =
	    { "attribute", "comment", "message", "processing-instruction" };
	const xmlNode *outer;
	size_t i;

	for (outer = element->parent; is_xslt(outer, NULL); outer = outer->parent)
		for (i = 0; i < sizeof(text_only) / sizeof(text_only[0]); i++)
			if (is_xslt(outer, text_only[i]))
				check_error(check, element, NULL, 0,
				    "ehds:%s writes elements, and xsl:%s keeps only text",
				    (const char *)element->name, text_only[i]);
	if ((is_xslt(element->parent, "variable") || is_xslt(element->parent, "param")) &&
	    is_xslt(element->parent->parent, "stylesheet"))
		check_error(check, element, NULL, 0,
		    "ehds:%s stands in a variable of the whole stylesheet, where nothing "
		    "is written yet", (const char *)element->name);
}

static void
check_extension(struct check *check, const xmlNode *element)
{
	struct extension_check extension = { check, element };
	const struct element_kind *kind = element_kind_find((const char *)element->name);
	struct plan *plan;

	if (kind == NULL) {
		unknown_element(check, element);
		return;
	}
	if (!is_declared(element))
		check_error(check, element, NULL, 0,
		    "ehds:%s is copied and not run: the stylesheet lacks "
		    "extension-element-prefixes=\"%s\"", kind->name, element->ns->prefix == NULL ?
		    "#default" :
		    (const char *)element->ns->prefix);
	plan = plan_compile(element, kind, check->pack, check->expressions, on_problem, &extension);
	note_tables(check, plan);
	plan_free(&plan);
	if ((kind->flags & (ELEMENT_WRITES | ELEMENT_CONTENT)) != 0)
		check_surroundings(check, element);
}

struct refusal {
	const char *name, *why;
};

/* XSLT 1.0 (W3C, 1999), appendix D, without what is forbidden. */
static const char *const instructions[] = { "apply-imports", "apply-templates", "attribute",
    "attribute-set",
    "call-template", "choose", "copy", "copy-of", "decimal-format", "element", "fallback",
    "for-each", "if", "import",
    "include", "message", "namespace-alias", "number", "otherwise", "param", "sort", "stylesheet",
    "template", "text",
    "transform", "value-of", "variable", "when", "with-param" };

static const struct refusal refused_instructions[] = {
	{ "output", "the engine decides how results are written" },
	{ "result-document", "a stylesheet has one result" },
	{ "document", "a stylesheet has one result" },
	{ "strip-space",
	    "it costs a walk over the whole document; extension elements normalise white space" },
	{ "preserve-space", "there is no xsl:strip-space to make up for" },
	{ "key", "it costs a walk over the whole document; use ehds:template(), ehds:coded() or ehds:having()" },
	{ "comment", "FHIR has no place for it" },
	{ "processing-instruction", "FHIR has no place for it" },
};

static void
check_instruction(struct check *check, const xmlNode *element)
{
	const char *name = (const char *)element->name, *near;
	size_t i;

	for (i = 0; i < sizeof(refused_instructions) / sizeof(refused_instructions[0]); i++) {
		if (strcmp(refused_instructions[i].name, name) == 0) {
			check_error(check, element, NULL, 0, "xsl:%s is not allowed: %s", name,
			    refused_instructions[i].why);
			return;
		}
	}
	for (i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
		if (strcmp(instructions[i], name) == 0)
			return;
	near = text_nearest(name, instructions, sizeof(instructions) / sizeof(instructions[0]));
	check_error(check, element, NULL, 0, near == NULL ? "XSLT 1.0 has no xsl:%s" :
	    "XSLT 1.0 has no xsl:%s, did you mean xsl:%s?", name, near);
}

void
check_vocabulary(struct check *check, const struct checked_file *file)
{
	const xmlNode *root = xmlDocGetRootElement(file->doc), *element;

	if (!is_xslt(root, "stylesheet") && !is_xslt(root, "transform"))
		check_error(check, root, NULL, 0, "<%s> is no xsl:stylesheet", (const char *)root->name);
	for (element = root; element != NULL; element = next_element_within(element, root)) {
		if (is_extension(element))
			check_extension(check, element);
		else if (is_xslt(element, NULL))
			check_instruction(check, element);
	}
}
