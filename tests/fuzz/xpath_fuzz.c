/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expressions: what our evaluator understands it answers as libxml2 does, for a few nodes of a
 * document; and neither expression nor lint of it crashes.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "mapping/xpath_names.h"
#include "mapping/xpath_tree.h"

#include "target.h"

#include <libxml/parser.h>
#include <libxml/xpathInternals.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OPERATIONS 20000

static const char document[] =
    "<c:doc xmlns:c='urn:c' xmlns:d='urn:d' id='r'><c:a id='1' n='10'>one<c:b id='2' d:k='x'>"
    "two</c:b><!-- no -->"
    "<c:b id='3'>three <d:x>four</d:x></c:b></c:a><c:a id='4' n='2.5'><c:b id='5'/><c:a id='6'>"
    "<c:b id='7'>\xC3\xA9t\xC3\xA9</c:b>"
    "<c:c>  sp   ace </c:c></c:a></c:a><plain at=''>two</plain><c:c id='8' n='-3'>12</c:c></c:doc>";

struct bench {
	xmlDoc *doc;
	xmlXPathContext *reference;
	struct arena *arena;
	struct xpath_names names;
	struct xpath_environment ours;
	unsigned long operations;
};

static void
ignore_name(void *user, const struct xpath_name *name)
{
	(void)user;
	must(strlen(name->prefix) < XPATH_NAME_MAX && strlen(name->local) < XPATH_NAME_MAX);
}

static void
ignore_error(void *user, xmlError *error)
{
	(void)user;
	(void)error;
}

static bool
same_number(double one, double two)
{
	return one == two || (isnan(one) && isnan(two));
}

/* Both gave a value: it must be the same one. */
static void
compare(struct bench *bench, const struct value *value, const xmlXPathObject *expected)
{
	struct value theirs;
	size_t i;

	if (expected->type == XPATH_NODESET && expected->nodesetval != NULL)
		xmlXPathNodeSetSort(expected->nodesetval);
	theirs = value_of_object(expected);
	must(value->kind == theirs.kind);
	must(value->kind != VALUE_NUMBER || same_number(value->number, theirs.number));
	must(value->kind != VALUE_BOOLEAN || value->truth == theirs.truth);
	must(value->kind != VALUE_STRING || strcmp(value->text, theirs.text) == 0);
	must(value->kind != VALUE_NODES || value->count == theirs.count);
	for (i = 0; value->kind == VALUE_NODES && i < value->count; i++)
		must(value->nodes[i] == theirs.nodes[i]);
	(void)bench;
}

/*
 * Where one of them gives up the other may go on: limits and types of variables are not counted
 * alike.
 */
static void
evaluate_at(struct bench *bench, const struct xpath_tree *tree, const char *text, xmlNode *node)
{
	struct xpath_context context = { node, 1, 1 };
	xmlXPathObject *expected;
	struct value value;

	bench->operations = OPERATIONS;
	bench->ours.failure = NULL;
	value = xpath_value(&bench->ours, tree, &context);
	if (bench->ours.failure != NULL)
		return;
	bench->reference->node = node;
	bench->reference->contextSize = bench->reference->proximityPosition = 1;
	bench->reference->opLimit = 100 * OPERATIONS;
	bench->reference->opCount = 0;
	expected = xmlXPathEval((const xmlChar *)text, bench->reference);
	if (expected != NULL)
		compare(bench, &value, expected);
	xmlXPathFreeObject(expected);
}

/* libxml2 2.9.14 gets "//." wrong behind some steps: "/.//." is the document alone to it. */
static bool
is_misread(const char *text)
{
	for (; (text = strstr(text, "//")) != NULL; text++)
		if (text[2 + strspn(text + 2, " ")] == '.' ||
		    strncmp(text + 2 + strspn(text + 2, " "), "self", 4) == 0)
			return true;
	return false;
}

static void
evaluate(struct bench *bench, const char *text)
{
	xmlNode *root = xmlDocGetRootElement(bench->doc);
	const struct xpath_tree *tree = xpath_parse(text, root, &bench->names, bench->arena);
	xmlXPathCompExpr *compiled = xmlXPathCtxtCompile(bench->reference, (const xmlChar *)text);

	/* What we understand is an expression. */
	must(tree == NULL || compiled != NULL);
	if (compiled != NULL)
		xpath_names(text, ignore_name, NULL);
	xmlXPathFreeCompExpr(compiled);
	if (tree == NULL || is_misread(text))
		return;
	bench->ours.names = arena_alloc(bench->arena, (bench->names.count + 1) * sizeof(xmlChar *));
	evaluate_at(bench, tree, text, root);
	evaluate_at(bench, tree, text, (xmlNode *)bench->doc);
	evaluate_at(bench, tree, text, root->children);
	evaluate_at(bench, tree, text, (xmlNode *)root->children->properties);
	evaluate_at(bench, tree, text, root->children->next->children);
}

/* An attribute's value came through the XML parser: UTF-8, and no control characters. */
static bool
could_be_an_attribute(const uint8_t *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (bytes[i] < ' ')
			return false;
	return length <= 400 && text_valid_utf8((const char *)bytes, length) == length;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct bench bench = { .arena = NULL };
	char *text;

	if (!could_be_an_attribute(bytes, length))
		return 0;
	bench.arena = arena_new(16 * 1024 * 1024);
	text = must_alloc(length + 1);
	memcpy(text, bytes, length);
	bench.doc = xmlReadMemory(document, (int)strlen(document), "x.xml", NULL, 0);
	xmlXPathOrderDocElems(bench.doc);
	bench.reference = xmlXPathNewContext(bench.doc);
	bench.reference->error = ignore_error;
	xmlXPathRegisterNs(bench.reference, (const xmlChar *)"c", (const xmlChar *)"urn:c");
	xmlXPathRegisterNs(bench.reference, (const xmlChar *)"d", (const xmlChar *)"urn:d");
	bench.ours = (struct xpath_environment){ .scratch = { .arena = bench.arena },
	    .operations = &bench.operations, .doc = bench.doc, .current = xmlDocGetRootElement(bench.doc) };
	evaluate(&bench, text);
	xmlXPathFreeContext(bench.reference);
	xmlFreeDoc(bench.doc);
	free(bench.names.names);
	arena_free(&bench.arena);
	free(text);
	return 0;
}
