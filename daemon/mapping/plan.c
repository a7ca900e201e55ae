/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See plan.h. The same code serves the stylesheet (which keeps the plan) and the lint (which keeps
 * the problems).
 */
#include "mapping/plan.h"

#include "base/alloc.h"
#include "base/text.h"
#include "fhir/json.h"
#include "mapping/pack.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
	struct plan *plan;
	const struct pack *pack;
	struct expressions *expressions;
	void (*problem)(void *, const struct plan_problem *);
	void *user;
};

static void __attribute__((format(printf, 4, 5)))
complain(struct compiler *compiler, const xmlAttr *attribute, size_t offset, const char *format, ...)
{
	struct plan_problem problem = { .attribute = attribute, .offset = offset };
	va_list arguments;

	if (compiler->problem == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(problem.text, sizeof(problem.text), format, arguments);
	va_end(arguments);
	text_trim_partial_utf8(problem.text);
	compiler->problem(compiler->user, &problem);
}

static const char *
value_of(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	return text == NULL || text->content == NULL ? "" : (const char *)text->content;
}

static void
unknown_attribute(struct compiler *compiler, const xmlAttr *attribute)
{
	const struct element_kind *kind = compiler->plan->kind;
	const struct element_attribute *common = element_common_attributes();
	const char *names[ELEMENT_ATTRIBUTES_MAX + 5];
	size_t count = 0, i;
	const char *near;

	for (i = 0; i < ELEMENT_ATTRIBUTES_MAX && kind->attributes[i].name != NULL; i++)
		names[count++] = kind->attributes[i].name;
	for (i = 0; common[i].name != NULL; i++)
		names[count++] = common[i].name;
	near = text_nearest((const char *)attribute->name, names, count);
	complain(compiler, attribute, 0, near == NULL ? "ehds:%s knows no attribute '%s'" :
	    "ehds:%s knows no attribute '%s', did you mean '%s'?", kind->name, attribute->name, near);
}

/* Whether word is one of the space-separated words. */
static bool
is_one_of(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *at;

	for (at = words; length > 0 && (at = strstr(at, word)) != NULL; at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

static void
check_table(struct compiler *compiler, const xmlAttr *attribute, const char *name)
{
	struct plan *plan = compiler->plan;
	const struct table *table = pack_table_named(compiler->pack, name);

	if (table == NULL)
		complain(compiler, attribute, 0, "the pack lists no table '%s' under `tables`", name);
	if (strcmp((const char *)attribute->name, "table") == 0)
		plan->table = table;
}

static void
compile_attribute(struct compiler *compiler, const xmlAttr *xml,
    const struct element_attribute *attribute)
{
	struct plan *plan = compiler->plan;
	struct plan_attribute *compiled = &plan->attributes[plan->attribute_count];
	struct expression_error error;
	const char *text = value_of(xml), *constant;

	compiled->attribute = attribute;
	if (attribute->kind == ATTRIBUTE_XPATH)
		compiled->expression = expression_compile(compiler->expressions, text,
		    plan->instruction, &error);
	else
		compiled->avt = avt_compile(compiler->expressions, text, plan->instruction, &error);
	if (compiled->expression == NULL && compiled->avt == NULL) {
		complain(compiler, xml, error.offset, "'%s': %s", text, error.text);
		return;
	}
	plan->attribute_count++;
	constant = avt_constant(compiled->avt);
	if (attribute->kind == ATTRIBUTE_WORD && (constant == NULL || !is_one_of(attribute->words, text)))
		complain(compiler, xml, 0, "'%s' is none of: %s", text, attribute->words);
	if (attribute->kind == ATTRIBUTE_TABLE && constant != NULL)
		check_table(compiler, xml, constant);
}

static const struct avt *
avt_of(const struct plan *plan, const char *name)
{
	const struct plan_attribute *found = plan_attribute_find(plan, name);

	return found == NULL ? NULL : found->avt;
}

static bool
says(const struct plan *plan, const char *name, const char *word)
{
	const char *text = avt_constant(avt_of(plan, name));

	return text != NULL && strcmp(text, word) == 0;
}

static void
collect(struct plan *plan)
{
	const struct plan_attribute *select = plan_attribute_find(plan, "select");

	plan->select = select == NULL ? NULL : select->expression;
	plan->name = avt_of(plan, "name");
	plan->absent = avt_of(plan, "absent");
	plan->table_name = avt_of(plan, "table");
	plan->mark = !says(plan, "mark", "no");
	plan->shared = says(plan, "shared", "yes");
}

static void
check_required(struct compiler *compiler)
{
	const struct plan *plan = compiler->plan;
	const struct element_kind *kind = plan->kind;
	size_t i;

	/* xmlHasProp: an attribute that is there and wrong was complained of already. */
	if ((kind->flags & ELEMENT_NAME) != 0 &&
	    xmlHasProp(plan->instruction, (const xmlChar *)"name") == NULL)
		complain(compiler, NULL, 0, "ehds:%s needs the attribute 'name'", kind->name);
	if ((kind->flags & ELEMENT_SELECT) != 0 &&
	    xmlHasProp(plan->instruction, (const xmlChar *)"select") == NULL)
		complain(compiler, NULL, 0, "ehds:%s needs the attribute 'select'", kind->name);
	for (i = 0; i < ELEMENT_ATTRIBUTES_MAX && kind->attributes[i].name != NULL; i++)
		if (kind->attributes[i].required &&
		    xmlHasProp(plan->instruction, (const xmlChar *)kind->attributes[i].name) == NULL)
			complain(compiler, NULL, 0, "ehds:%s needs the attribute '%s'", kind->name,
			    kind->attributes[i].name);
}

static void
check_reasons(struct compiler *compiler)
{
	const struct plan *plan = compiler->plan;
	const char *absent = avt_constant(plan->absent);
	const char *reason = strcmp(plan->kind->name, "absent") == 0 ?
	    avt_constant(avt_of(plan, "reason")) : NULL;

	if (absent != NULL && strcmp(absent, "refuse") != 0 && !is_absent_reason(absent))
		complain(compiler, xmlHasProp(plan->instruction, (const xmlChar *)"absent"), 0,
		    "'%s' is neither 'refuse' nor a code of data-absent-reason", absent);
	if (reason != NULL && !is_absent_reason(reason))
		complain(compiler, xmlHasProp(plan->instruction, (const xmlChar *)"reason"), 0,
		    "'%s' is no code of data-absent-reason", reason);
}

static void
check_content(struct compiler *compiler)
{
	const struct plan *plan = compiler->plan;
	const xmlNode *child;

	if ((plan->kind->flags & ELEMENT_CONTENT) != 0)
		return;
	for (child = plan->instruction->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE ||
		    (child->type == XML_TEXT_NODE && !text_is_blank((const char *)child->content))) {
			complain(compiler, NULL, 0, "ehds:%s has no content", plan->kind->name);
			return;
		}
}

/* Whether the literal is a FHIR element that can be a resource: those have names in upper case. */
static bool
is_resource(const xmlNode *element)
{
	return element->ns != NULL && strcmp((const char *)element->ns->href, FHIR_NAMESPACE) == 0 &&
	    element->name[0] >= 'A' && element->name[0] <= 'Z';
}

/*
 * The type of what an entry makes is known beforehand when a literal resource stands in it, behind
 * variables at most.
 */
static const char *
resource_type_of(const xmlNode *instruction)
{
	const xmlNode *child;
	const char *type = NULL;

	for (child = instruction->children; child != NULL; child = child->next) {
		if (child->type != XML_ELEMENT_NODE || strcmp((const char *)child->name, "variable") == 0)
			continue;
		if (type != NULL || !is_resource(child))
			return NULL;
		type = (const char *)child->name;
	}
	return type;
}

struct plan *
plan_compile(const xmlNode *instruction, const struct element_kind *kind, const struct pack *pack,
    struct expressions *expressions, void (*problem)(void *, const struct plan_problem *), void *user)
{
	struct plan *plan = must_alloc(sizeof(*plan));
	struct compiler compiler = { plan, pack, expressions, problem, user };
	const struct element_attribute *attribute;
	const xmlAttr *xml;

	plan->kind = kind;
	plan->instruction = instruction;
	plan->line = (int)xmlGetLineNo((xmlNode *)instruction);
	plan->id = arena_printf(expressions->arena, "%p", (void *)plan);
	for (xml = instruction->properties; xml != NULL; xml = xml->next) {
		if (xml->ns != NULL)
			continue;
		attribute = element_attribute_find(kind, (const char *)xml->name);
		if (attribute == NULL)
			unknown_attribute(&compiler, xml);
		else
			compile_attribute(&compiler, xml, attribute);
	}
	collect(plan);
	check_required(&compiler);
	check_reasons(&compiler);
	check_content(&compiler);
	if ((kind->flags & ELEMENT_CONTENT) != 0)
		plan->resource_type = resource_type_of(instruction);
	return plan;
}

void
plan_free(struct plan **plan)
{
	free(*plan);
	*plan = NULL;
}

const struct plan_attribute *
plan_attribute_find(const struct plan *plan, const char *name)
{
	size_t i;

	for (i = 0; i < plan->attribute_count; i++)
		if (text_is(plan->attributes[i].attribute->name, name))
			return &plan->attributes[i];
	return NULL;
}
