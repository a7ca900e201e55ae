/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See stylesheet_templates.h. Reaching is a closure from the template for "/": by name, or by mode,
 * for what a pattern matches is not known before there is a document.
 */
#include "mapping/stylesheet_templates.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define NEAR_MAX 256

struct template {
	const xmlNode *element;
	const char *name, *match, *mode;	/* NULL when not given */
	bool own, reached;
};

struct templates {
	struct check *check;
	struct template *list;			/* owns */
	size_t count;
};

static const char *
text_or_null(const xmlNode *element, const char *name)
{
	const xmlAttr *attribute = attribute_of(element, name);

	return attribute == NULL ? NULL : attribute_text(attribute);
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
collect(struct templates *templates, const struct checked_file *file)
{
	const xmlNode *child = xmlDocGetRootElement(file->doc)->children;

	for (; child != NULL; child = child->next) {
		if (!is_xslt(child, "template"))
			continue;
		templates->list = must_realloc(templates->list,
		    (templates->count + 1) * sizeof(*templates->list));
		templates->list[templates->count++] = (struct template){ .element = child,
		    .name = text_or_null(child, "name"), .match = text_or_null(child, "match"),
		    .mode = text_or_null(child, "mode"), .own = file->own };
	}
}

/* ---- What is called -------------------------------------------------------------------------- */

static const struct template *
named(const struct templates *templates, const char *name)
{
	size_t i;

	for (i = 0; i < templates->count; i++)
		if (same(templates->list[i].name, name))
			return &templates->list[i];
	return NULL;
}

static const char *
nearest_name(const struct templates *templates, const char *name)
{
	const char *names[NEAR_MAX];
	size_t count = 0, i;

	for (i = 0; i < templates->count && count < NEAR_MAX; i++)
		if (templates->list[i].name != NULL)
			names[count++] = templates->list[i].name;
	return text_nearest(name, names, count);
}

static bool
has_parameter(const xmlNode *template, const char *name)
{
	const xmlNode *child;

	for (child = template->children; child != NULL; child = child->next)
		if (is_xslt(child, "param") && same(text_or_null(child, "name"), name))
			return true;
	return false;
}

/* A template that is overridden by one of the same name counts with all of its parameters. */
static void
check_parameters(const struct templates *templates, const xmlNode *call, const char *name)
{
	const xmlNode *child;
	size_t i;

	for (child = call->children; child != NULL; child = child->next) {
		const char *parameter = is_xslt(child, "with-param") ? text_or_null(child, "name") : NULL;
		bool known = parameter == NULL;

		for (i = 0; i < templates->count && !known; i++)
			known = same(templates->list[i].name, name) &&
			    has_parameter(templates->list[i].element, parameter);
		if (!known)
			check_error(templates->check, child, attribute_of(child, "name"), 0,
			    "the template '%s' has no parameter '%s'", name, parameter);
	}
}

static void
check_call(const struct templates *templates, const xmlNode *call)
{
	const xmlAttr *attribute = attribute_of(call, "name");
	const char *name, *near;

	if (attribute == NULL)
		return;
	name = attribute_text(attribute);
	if (named(templates, name) != NULL) {
		check_parameters(templates, call, name);
		return;
	}
	near = nearest_name(templates, name);
	check_error(templates->check, call, attribute, 0, near == NULL ? "there is no template '%s'" :
	    "there is no template '%s', did you mean '%s'?", name, near);
}

static void
check_mode(const struct templates *templates, const xmlNode *call)
{
	const xmlAttr *attribute = attribute_of(call, "mode");
	size_t i;

	if (attribute == NULL)
		return;
	for (i = 0; i < templates->count; i++)
		if (same(templates->list[i].mode, attribute_text(attribute)))
			return;
	check_error(templates->check, call, attribute, 0,
	    "no template has the mode '%s': only text would be written", attribute_text(attribute));
}

static void
check_calls(const struct templates *templates, const struct checked_file *file)
{
	const xmlNode *root = xmlDocGetRootElement(file->doc), *element;

	for (element = root; element != NULL; element = next_element_within(element, root)) {
		if (is_xslt(element, "call-template"))
			check_call(templates, element);
		else if (is_xslt(element, "apply-templates"))
			check_mode(templates, element);
	}
}

/* ---- What is reached ------------------------------------------------------------------------- */

static bool
reach_one(struct template *template)
{
	bool fresh = !template->reached;

	template->reached = true;
	return fresh;
}

/* All templates that instruction may run; true when one of them is new. */
static bool
reach_by(struct templates *templates, const xmlNode *instruction, const struct template *from)
{
	bool call = is_xslt(instruction, "call-template"), fresh = false;
	const char *wanted = call ? text_or_null(instruction, "name") : text_or_null(instruction, "mode");
	size_t i;

	if (is_xslt(instruction, "apply-imports"))
		wanted = from == NULL ? NULL : from->mode;
	else if (!call && !is_xslt(instruction, "apply-templates"))
		return false;
	for (i = 0; i < templates->count; i++) {
		struct template *template = &templates->list[i];

		if (call ? same(template->name, wanted) : template->match != NULL &&
		    same(template->mode, wanted))
			fresh |= reach_one(template);
	}
	return fresh;
}

static bool
reach_from(struct templates *templates, const xmlNode *top, const struct template *from)
{
	const xmlNode *element;
	bool fresh = false;

	for (element = top; element != NULL; element = next_element_within(element, top))
		fresh |= reach_by(templates, element, from);
	return fresh;
}

/* The start: the template for the document, and the variables of the whole stylesheet. */
static void
reach_first(struct templates *templates)
{
	const struct checked_file *file;
	const xmlNode *child;
	size_t i;

	for (i = 0; i < templates->count; i++)
		if (templates->list[i].mode == NULL && same(templates->list[i].match, "/"))
			templates->list[i].reached = true;
	for (file = templates->check->files; file != NULL; file = file->next) {
		child = file->doc == NULL ? NULL : xmlDocGetRootElement(file->doc)->children;
		for (; child != NULL; child = child->next)
			if (is_xslt(child, "variable") || is_xslt(child, "param"))
				reach_from(templates, child, NULL);
	}
}

static void
reach_all(struct templates *templates)
{
	bool *followed = must_alloc(templates->count + 1), fresh = true;
	size_t i;

	while (fresh) {
		fresh = false;
		for (i = 0; i < templates->count; i++) {
			if (!templates->list[i].reached || followed[i])
				continue;
			followed[i] = true;
			fresh = true;
			reach_from(templates, templates->list[i].element, &templates->list[i]);
		}
	}
	free(followed);
}

static void
check_reached(const struct templates *templates)
{
	size_t i;

	for (i = 0; i < templates->count; i++) {
		const struct template *template = &templates->list[i];

		if (template->reached || !template->own)
			continue;
		if (template->name != NULL)
			check_warning(templates->check, template->element, NULL,
			    "nothing calls the template '%s'", template->name);
		else if (template->mode != NULL)
			check_warning(templates->check, template->element, NULL,
			    "nothing applies templates with the mode '%s'", template->mode);
		else
			check_warning(templates->check, template->element, NULL,
			    "nothing applies templates without a mode, so '%s' is never run",
			    template->match == NULL ? "" : template->match);
	}
}

void
check_templates(struct check *check)
{
	struct templates templates = { .check = check };
	const struct checked_file *file;

	for (file = check->files; file != NULL; file = file->next)
		if (file->doc != NULL)
			collect(&templates, file);
	for (file = check->files; file != NULL; file = file->next)
		if (file->doc != NULL)
			check_calls(&templates, file);
	reach_first(&templates);
	reach_all(&templates);
	check_reached(&templates);
	free(templates.list);
}
