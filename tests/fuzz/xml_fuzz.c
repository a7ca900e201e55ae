/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The XML door. Promises: a refusal says why; a document that is taken is the same tree that
 * libxml2 makes of it without guard and cuts, a body standing for exactly the text that was cut
 * out.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "format/xml.h"

#include "target.h"

#include <string.h>

#include <libxml/parser.h>

static bool
same_text(const char *one, const char *other)
{
	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* libxml2 turns CR LF and CR into LF (XML 1.0, 2.11); a body is as the sender wrote it. */
static bool
is_text_of_body(const char *text, const struct xml_body *body)
{
	size_t i;

	for (i = 0; i < body->length; i++) {
		char expected = body->data[i];

		if (expected == '\r' && i + 1 < body->length && body->data[i + 1] == '\n')
			continue;
		if (*text++ != (expected == '\r' ? '\n' : expected))
			return false;
	}
	return *text == '\0';
}

static void
must_be_same(const xmlNode *node, const xmlNode *plain)
{
	must(node->type == plain->type);
	/* The line of a text depends on how many bytes libxml2 had at hand. */
	must(node->type == XML_TEXT_NODE || node->line == plain->line);
	must(same_text((const char *)node->name, (const char *)plain->name));
	if (node->type != XML_ELEMENT_NODE)
		must(same_text((const char *)node->content, (const char *)plain->content));
}

/* Walks both trees in step, without recursion. */
static void
must_be_same_tree(const struct xml_source *source, const xmlNode *node, const xmlNode *plain)
{
	const struct xml_body *body;

	while (node != NULL) {
		must_be_same(node, plain);
		body = node->type == XML_ELEMENT_NODE ? xml_source_body(source, node) : NULL;
		if (body != NULL)
			must(node->children == NULL &&
			    is_text_of_body((const char *)plain->children->content, body));
		else if (node->type == XML_ELEMENT_NODE)
			must((node->children == NULL) == (plain->children == NULL));
		if (body == NULL && node->type == XML_ELEMENT_NODE && node->children != NULL) {
			node = node->children;
			plain = plain->children;
			continue;
		}
		while (node->next == NULL && node->parent->type == XML_ELEMENT_NODE) {
			must(plain->next == NULL);
			node = node->parent;
			plain = plain->parent;
		}
		must((node->next == NULL) == (plain->next == NULL));
		node = node->next;
		plain = plain->next;
	}
}

static void
compare_with_plain(const struct xml_source *source, const char *bytes, size_t length)
{
	xmlDoc *plain = xmlReadMemory(bytes, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR |
	    XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);

	/* It takes fewer declared encodings by name than the door. */
	if (plain == NULL)
		return;
	must_be_same_tree(source, xml_source_doc(source)->children, plain->children);
	xmlFreeDoc(plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct xml_limits limits = { .bytes = 1 << 20, .depth = 20, .attributes = 20, .elements = 2000,
		.name = 100, .value = 1000, .body = 8 };
	struct arena *arena = arena_new(16 << 20);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct xml_source *source;

	xml_open();
	if (xml_parse(&source, (const char *)bytes, length, "fuzz.xml", &limits, arena, &findings,
	    &error) == 0) {
		if (findings.first == NULL)
			compare_with_plain(source, (const char *)bytes, length);
		xml_source_free(&source);
	} else {
		must(source == NULL && error.kind == EHDS_ERROR_DOCUMENT);
		must(error.text[0] != '\0' && text_starts_with(error.rule, "xml-"));
		must(text_valid_utf8(error.text, strlen(error.text)) == strlen(error.text));
	}
	arena_free(&arena);
	return 0;
}
