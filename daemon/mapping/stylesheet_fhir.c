/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_fhir.h. The type of an element is known from the resource that stands around it as
 * a literal; a template that begins with <code> may be called from anywhere, and is not judged.
 */
#include "mapping/stylesheet_fhir.h"

#include "base/text.h"
#include "fhir/facts.h"
#include "fhir/json.h"
#include "mapping/elements.h"

#include <string.h>

#define NAMES_MAX 256

/* What is known of the place where an element is written. */
struct around {
	const struct fact_type *type;	/* NULL: not known */
	bool resource;			/* a resource is expected and nothing else */
	const char *name;		/* of the element around, for messages */
};

static const struct around anywhere = { NULL, false, NULL };

static void
check_content(struct check *check, const xmlNode *parent, struct around around);

static bool
is_upper(const xmlChar *name)
{
	return name[0] >= 'A' && name[0] <= 'Z';
}

static bool
is_in(const xmlNode *element, const char *uri)
{
	return element->ns != NULL && strcmp((const char *)element->ns->href, uri) == 0;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static const char *
nearest_element(const struct fact_type *type, const char *name)
{
	const char *names[NAMES_MAX];
	size_t i;

	for (i = 0; i < type->count && i < NAMES_MAX; i++)
		names[i] = type->elements[i].name;
	return text_nearest(name, names, i);
}

static const char *
nearest_resource(const char *name)
{
	const struct fact_type *const *resources;
	const char *names[NAMES_MAX];
	size_t count, i;

	resources = fact_resources(&count);
	for (i = 0; i < count && i < NAMES_MAX; i++)
		names[i] = resources[i]->name;
	return text_nearest(name, names, i);
}

static void
unknown_element(struct check *check, const xmlNode *element, const xmlAttr *attribute,
    const struct fact_type *type, const char *name)
{
	const char *near = nearest_element(type, name);

	check_error(check, element, attribute, 0, near == NULL ? "FHIR R4 knows no element '%s' in %s" :
	    "FHIR R4 knows no element '%s' in %s, did you mean '%s'?", name, type->name, near);
}

/* The alternatives of a choice have one base name. */
static const struct fact_element *
choice_of(const struct fact_type *type, const char *base)
{
	size_t i;

	for (i = 0; i < type->count; i++)
		if (strcmp(type->elements[i].base, base) == 0 &&
		    strcmp(type->elements[i].name, base) != 0)
			return &type->elements[i];
	return NULL;
}

/* ---- Literals -------------------------------------------------------------------------------- */

static void
check_literal_attributes(struct check *check, const xmlNode *element)
{
	const xmlAttr *attribute;

	for (attribute = element->properties; attribute != NULL; attribute = attribute->next) {
		const char *name = (const char *)attribute->name;

		if (attribute->ns == NULL && strcmp(name, "value") != 0 &&
		    strcmp(name, "url") != 0 && strcmp(name, "id") != 0)
			check_error(check, element, attribute, 0,
			    "FHIR XML has the attributes 'value', 'url' and 'id', and no '%s'", name);
	}
}

static void
check_resource(struct check *check, const xmlNode *element, struct around around)
{
	const char *name = (const char *)element->name, *near;
	const struct fact_type *type = fact_type_find(name);

	if (type == NULL || !type->resource) {
		near = nearest_resource(name);
		check_error(check, element, NULL, 0, near == NULL ? "FHIR R4 knows no resource %s" :
		    "FHIR R4 knows no resource %s, did you mean %s?", name, near);
		return;
	}
	if (around.type != NULL)
		check_error(check, element, NULL, 0,
		    "the resource %s stands in %s: a resource is made by ehds:entry", name,
		    around.type->name);
	check_content(check, element, (struct around){ type, false, type->name });
}

static void
check_element(struct check *check, const xmlNode *element, struct around around)
{
	const char *name = (const char *)element->name;
	const struct fact_element *fact;

	if (around.resource) {
		check_error(check, element, NULL, 0, "%s holds a resource, and '%s' is none",
		    around.name, name);
		return;
	}
	if (around.type == NULL) {
		check_content(check, element, anywhere);
		return;
	}
	fact = fact_element_find(around.type, name, NULL);
	if (fact == NULL)
		unknown_element(check, element, NULL, around.type, name);
	else if (fact->kind == FACT_RESOURCE)
		check_content(check, element, (struct around){ NULL, true, fact->path });
	else
		check_content(check, element, (struct around){ fact->type, false, fact->path });
}

/* ---- Extension elements ---------------------------------------------------------------------- */

static bool
is_one_of(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *at;

	for (at = words; (at = strstr(at, word)) != NULL; at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

static void
check_written(struct check *check, const xmlNode *element, const struct element_kind *kind,
    struct around around)
{
	const xmlAttr *attribute = attribute_of(element, "name");
	const char *name = attribute == NULL ? NULL : attribute_text(attribute);
	const struct fact_element *fact;

	if (name == NULL || around.type == NULL || strchr(name, '{') != NULL)
		return;
	if ((kind->flags & ELEMENT_CHOICE) != 0 && choice_of(around.type, name) != NULL)
		return;
	fact = fact_element_find(around.type, name, NULL);
	if (fact == NULL)
		unknown_element(check, element, attribute, around.type, name);
	else if (kind->types != NULL && !is_one_of(kind->types, fact->type->name))
		check_error(check, element, attribute, 0, "%s is of type %s, and ehds:%s writes %s",
		    fact->path, fact->type->name, kind->name, kind->types);
}

static void
check_extension_element(struct check *check, const xmlNode *element, struct around around)
{
	const struct element_kind *kind = element_kind_find((const char *)element->name);

	if (kind == NULL)
		return;
	check_written(check, element, kind, around);
	if ((kind->flags & ELEMENT_CONTENT) != 0)
		check_content(check, element, (struct around){ NULL, true, "ehds:entry" });
	else if ((kind->flags & ELEMENT_WRITES) != 0 && around.resource)
		check_error(check, element, NULL, 0, "%s holds a resource, and ehds:%s writes none",
		    around.name, kind->name);
}

/* ---- The walk -------------------------------------------------------------------------------- */

static void
check_instruction(struct check *check, const xmlNode *element, struct around around)
{
	static const char *const elsewhere[] =
	    { "variable", "param", "with-param", "attribute", "element", "copy",
	    "message", "text" };
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (is_xslt(element, elsewhere[i]))
			around = anywhere;
	check_content(check, element, around);
}

static void
check_one(struct check *check, const xmlNode *element, struct around around)
{
	if (is_xslt(element, NULL)) {
		check_instruction(check, element, around);
	} else if (is_extension(element)) {
		check_extension_element(check, element, around);
	} else if (is_in(element, FHIR_NAMESPACE)) {
		check_literal_attributes(check, element);
		if (is_upper(element->name))
			check_resource(check, element, around);
		else
			check_element(check, element, around);
	} else if (!is_in(element, XHTML_NAMESPACE)) {
		check_error(check, element, NULL, 0, "<%s> is no FHIR element: its name space is '%s'",
		    (const char *)element->name, element->ns == NULL ? "" :
		    (const char *)element->ns->href);
	}
}

static void
check_content(struct check *check, const xmlNode *parent, struct around around)
{
	const xmlNode *child;

	for (child = parent->children; child != NULL; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			check_one(check, child, around);
}

void
check_literals(struct check *check, const struct checked_file *file)
{
	const xmlNode *child = xmlDocGetRootElement(file->doc)->children;

	for (; child != NULL; child = child->next)
		if (is_xslt(child, "template"))
			check_content(check, child, anywhere);
}
