/* SPDX-License-Identifier: EUPL-1.2 */
/* See xpath.h. The scanner knows just enough of XPath 1.0, section 3.7, to tell names from the rest. */
#include "mapping/xpath.h"

#include "base/alloc.h"
#include "mapping/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* XPath 1.0, section 4, and the node tests of section 2.3. */
static const char *const functions_known[] = { "boolean", "ceiling", "comment", "concat", "contains",
	"count", "false", "floor", "id", "lang", "last", "local-name", "name", "namespace-uri", "node",
	"normalize-space", "not", "number", "position", "processing-instruction", "round", "starts-with",
	"string", "string-length", "substring", "substring-after", "substring-before", "sum", "text",
	"translate", "true", NULL };

static const char *const axes_known[] = {
	"ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
	"following-sibling", "namespace", "parent", "preceding", "preceding-sibling", "self", NULL
};

/* What stands at a place of the path. */
enum name_kind { NAME_NONE, NAME_PREFIX, NAME_FUNCTION, NAME_AXIS, NAME_VARIABLE, NAME_OTHER };

static size_t
name_length(const char *at)
{
	size_t length = 0;

	while (isalnum((unsigned char)at[length]) || (unsigned char)at[length] >= 0x80
	    || (length > 0 ? at[length] != '\0' && strchr("-._", at[length]) != NULL : at[length] == '_'))
		length++;
	return length > 0 && isdigit((unsigned char)at[0]) ? 0 : length;
}

/* The name at *at, if there is one, and what it is; moves *at behind it, or over what is no name. */
static enum name_kind
next_name(const char **at, char *name, size_t size)
{
	const char *start = *at, *behind;
	size_t length;

	if (*start == '"' || *start == '\'') {
		behind = strchr(start + 1, *start);
		*at = behind != NULL ? behind + 1 : start + strlen(start);
		return NAME_NONE;
	}
	if (isdigit((unsigned char)*start)) {
		*at = start + strspn(start, "0123456789.");
		return NAME_NONE;
	}
	if (*start == '$') {
		*at = start + 1;
		return NAME_VARIABLE;
	}
	length = name_length(start);
	*at = start + (length > 0 ? length : 1);
	if (length == 0 || length >= size)
		return NAME_NONE;
	memcpy(name, start, length);
	name[length] = '\0';
	behind = *at + strspn(*at, " \t\r\n");
	if (behind[0] == ':' && behind[1] == ':')
		return NAME_AXIS;
	if (behind[0] == ':') {
		/* The local part is no name of its own. */
		behind++;
		*at = behind + name_length(behind);
		return NAME_PREFIX;
	}
	return behind[0] == '(' ? NAME_FUNCTION : NAME_OTHER;
}

static const char *
uri_of(const char *const *namespaces, const char *prefix)
{
	for (; namespaces[0] != NULL; namespaces += 2)
		if (strcmp(namespaces[1], prefix) == 0)
			return namespaces[0];
	return NULL;
}

static bool
in_list(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/* "div", "mod", "and" and "or" stand before '(' too. */
static bool
function_known(const char *name)
{
	static const char *const operators[] = { "and", "div", "mod", "or", NULL };

	return in_list(name, functions_known) || in_list(name, operators);
}

bool
xpath_names_known(const char *path, const char *const *namespaces, bool functions, char *problem, size_t size)
{
	char name[128], hint[160];
	const char *at = path;

	while (*at != '\0') {
		switch (next_name(&at, name, sizeof(name))) {
		case NAME_PREFIX:
			if (uri_of(namespaces, name) != NULL)
				break;
			snprintf(problem, size, "uses the prefix '%s', which `namespaces` does not bind",
			    name);
			return false;
		case NAME_FUNCTION:
			if (!functions || function_known(name))
				break;
			snprintf(problem, size, "calls '%s', which is no function of XPath 1.0%s", name,
			    schema_hint(hint, sizeof(hint), name, functions_known));
			return false;
		case NAME_AXIS:
			if (in_list(name, axes_known))
				break;
			snprintf(problem, size, "names the axis '%s', which XPath 1.0 does not know%s", name,
			    schema_hint(hint, sizeof(hint), name, axes_known));
			return false;
		case NAME_VARIABLE:
			snprintf(problem, size, "uses a variable; there are none here");
			return false;
		case NAME_NONE:
		case NAME_OTHER:
			break;
		}
	}
	return true;
}

static bool
is_bound(xmlNs **bound, int count, const char *prefix)
{
	for (int i = 0; i < count; i++)
		if (strcmp((const char *)bound[i]->prefix, prefix) == 0)
			return true;
	return false;
}

xmlNs **
xpath_namespaces(const char *path, const char *const *namespaces, int *count)
{
	xmlNs **bound = NULL;
	const char *at = path;
	char name[128];

	*count = 0;
	while (*at != '\0') {
		const char *uri;

		if (next_name(&at, name, sizeof(name)) != NAME_PREFIX || is_bound(bound, *count, name))
			continue;
		uri = uri_of(namespaces, name);
		if (uri == NULL)
			continue;
		bound = must_realloc(bound, (size_t)(*count + 1) * sizeof(*bound));
		bound[*count] = xmlNewNs(NULL, (const xmlChar *)uri, (const xmlChar *)name);
		must(bound[*count] != NULL);
		(*count)++;
	}
	return bound;
}

void
xpath_namespaces_free(xmlNs **namespaces, int count)
{
	for (int i = 0; i < count; i++)
		xmlFreeNs(namespaces[i]);
	free(namespaces);
}

/* libxml2's texts say less than the place does. */
static void
take_place(void *context, xmlErrorPtr error)
{
	int *place = context;

	if (*place == 0)
		*place = error->int1 + 1;
}

xmlXPathCompExpr *
xpath_compile(const char *path, xmlNs **namespaces, int count, char *problem, size_t size)
{
	xmlXPathContext *context = xmlXPathNewContext(NULL);
	xmlXPathCompExpr *compiled;
	int place = 0;

	must(context != NULL);
	context->userData = &place;
	context->error = take_place;
	context->namespaces = namespaces;
	context->nsNr = count;
	compiled = xmlXPathCtxtCompile(context, (const xmlChar *)path);
	context->namespaces = NULL;
	context->nsNr = 0;
	xmlXPathFreeContext(context);
	if (compiled == NULL)
		snprintf(problem, size, "is no XPath 1.0: it goes wrong at character %d", place);
	return compiled;
}
