/* SPDX-License-Identifier: EUPL-1.2 */
/* Trees from a line of XML and back, for tests: FHIR's name space is understood, quotes are single. */
#ifndef EHDS_TESTS_FHIR_TREE_TEXT_H
#define EHDS_TESTS_FHIR_TREE_TEXT_H

#include "base/alloc.h"
#include "fhir/json.h"

#include <check.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

/* Gives a tree of its own (xmlFreeDoc); the root is in FHIR's name space unless it declares another. */
static inline xmlDoc *
tree_of(const char *text)
{
	size_t name = strcspn(text, " />");
	char *whole = strncmp(text + name, " xmlns", 6) == 0 ? must_strdup(text)
	    : must_printf("%.*s xmlns='" FHIR_NAMESPACE "'%s", (int)name, text, text + name);
	xmlDoc *doc = xmlReadMemory(whole, (int)strlen(whole), "test", NULL, XML_PARSE_NONET);

	ck_assert_msg(doc != NULL, "not well-formed: %s", whole);
	free(whole);
	return doc;
}

/* Gives the tree's text (free), without declaration, indentation and FHIR's name space, with single
 * quotes. */
static inline char *
text_of(const xmlDoc *doc)
{
	static const char space[] = " xmlns=\"" FHIR_NAMESPACE "\"";
	xmlChar *dump;
	char *text, *found;
	int size;

	xmlDocDumpMemory((xmlDoc *)doc, &dump, &size);
	text = must_strdup(strchr((char *)dump, '\n') + 1);
	xmlFree(dump);
	while ((found = strstr(text, space)) != NULL)
		memmove(found, found + sizeof(space) - 1, strlen(found + sizeof(space) - 1) + 1);
	while ((found = strchr(text, '"')) != NULL)
		*found = '\'';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

#endif
