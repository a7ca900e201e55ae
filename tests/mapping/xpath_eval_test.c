/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Our evaluator against libxml2's, which has been the reference of XPath 1.0 for twenty years:
 * every expression is evaluated on every node of a document by both, and all four conversions of
 * the result must agree.
 */
#include "mapping/xpath_tree.h"

#include "../check_main.h"

#include <libxml/parser.h>
#include <libxml/xpathInternals.h>
#include <math.h>
#include <string.h>

static const char document[] =
    "<c:doc xmlns:c='urn:c' xmlns:d='urn:d' xml:lang='fr' id='r'>\n"
    " <c:a id='1' n='10'>one<c:b id='2' d:k='x'>two</c:b><!-- no --><c:b id='3'>three <d:x>"
    "four</d:x></c:b></c:a>\n"
    " <c:a id='4' n='2.5'><c:b id='5'/><c:a id='6'><c:b id='7'>\xC3\xA9t\xC3\xA9</c:b><c:c>  sp   "
    "ace </c:c></c:a></c:a>\n"
    " <plain at=''>two</plain><?pi data?><c:c id='8' n='-3'>12</c:c><c:c id='9' n='x'>two</c:c>\n"
    "</c:doc>";

/* Paths, predicates, operators and functions in the forms that mappings use. */
static const char *const expressions[] = {
	".", "..", "/", "*", "@*", "//c:b", "//*", "//@id", "c:a", "c:a/c:b", "c:a//c:b",
	    "/c:doc/c:a", "/c:doc//c:b/@id",
	"@id", "@d:k", "@xml:lang", "node()", "text()", "comment()", "c:*", "plain", "missing",
	    "c:missing/c:b", "../@id",
	"../../c:a", "./c:b", ".//c:b", "..//c:b", "parent::c:a", "parent::*", "self::c:b",
	    "self::node()", "child::c:b",
	"attribute::id", "ancestor::c:a", "ancestor::*[1]", "ancestor::*[last()]",
	    "ancestor-or-self::*", "ancestor::node()",
	"descendant::c:b", "descendant-or-self::c:a", "descendant::c:b[2]", "following-sibling::*",
	    "preceding-sibling::*",
	"following-sibling::c:c[1]", "preceding-sibling::*[1]", "preceding-sibling::*[2]",
	    "//c:b/..", "//c:b/ancestor::c:a",
	"//c:a//c:b", "//c:a/c:a/c:b", "//c:b[1]", "//c:b[2]", "(//c:b)[2]", "(//c:b)[last()]",
	    "c:a[1]", "c:a[2]/c:b[1]",
	"c:a[last()]", "c:b[last() - 1]", "c:a[position() = 2]", "c:a[position() < 2]", "c:a[@id]",
	    "c:a[@id = '4']",
	"c:a[@id != '4']", "c:a[c:b]", "c:a[c:b/@id = '3']", "c:a[not(c:a)]", "c:a[@n > 3]",
	    "c:a[@n >= 10]", "c:a[@n < 3][1]",
	"c:a[c:b][1]", "c:a[1][c:a]", "c:b[. = 'two']", "//c:c[. = //c:b]", "//*[@id = 3]",
	    "//*[@n = -3]",
	"c:a[c:b = 'two' and @id = '1']", "c:a[c:a or @id = '1']", "*[self::c:a or self::c:c]",
	    "*[local-name() = 'c']",
	"*[count(*) = 2]", "c:a | c:c", "c:c | c:a", "//c:b | //c:a | //c:b", "(c:a | c:c)[1]",
	    "(c:a | c:c)/@id",
	"//c:a | @id", "$set", "$set/c:b", "$set[1]", "$set[2]/@id", "$set | c:c", "$set//c:b",
	    "$text", "$number", "$truth",
	"c:a[$number]", "c:a[$text]", "c:a[@id = $text]", "c:a[@n = $number]", "$set/@id = $text",
	    "$set = 'two'",
	"c:b[@id = $set/c:b/@id]", "1", "1.5", ".5", "-1", "- - 2", "1 + 2", "5 - 2 - 1", "2 * 3",
	    "7 div 2", "7 mod 3", "-7 mod 3",
	"1 div 0", "-1 div 0", "0 div 0", "@n + 1", "@n * 2", "@missing + 1", "c:a/@n - 1", "'a'",
	    "\"b\"", "''", "'a' = 'a'",
	"'a' != 'b'", "'1' = 1", "1 = 1.0", "true() = 1", "'' = false()", "'a' = true()",
	    "c:a = true()", "c:missing = false()",
	"c:missing = ''", "c:missing != ''", "@at = ''", "1 < 2", "2 <= 2", "'10' > 9", "'a' < 'b'",
	    "c:a/@n > c:c/@n",
	"c:a/@id = c:c/@id", "c:a/@id != c:a/@id", "3 < @n", "@n < 3", "true() > false()",
	    "c:a < true()", "1 or 0", "0 or ''",
	"1 and 'a'", "1 and ''", "not(1)", "not(c:a)", "not(@id = '1')", "true() and not(false())",
	    "1 = 1 = true()",
	"1 < 2 < 3", "2 = 1 + 1 and 3 > 2", "boolean(0)", "boolean('0')", "boolean(c:a)",
	    "number('12')", "number(' 12.50 ')",
	"number('1e3')", "number('x')", "number('')", "number(@n)", "number()", "number(true())",
	    "string(1)", "string(1.0)",
	"string(0.1)", "string(100000000000)", "string(-0.5)", "string(1 div 3)", "string()",
	    "string(c:a)", "string(@id)",
	"string(true())", "string(//c:b)", "concat('a', 1, @id)", "concat(c:a, '|', c:missing)",
	    "contains('abc', 'b')",
	"contains('abc', '')", "contains(., 'two')", "starts-with('abc', 'ab')",
	    "starts-with('', '')", "starts-with(., 't')",
	"substring-before('1999/04/01', '/')", "substring-before('abc', 'x')",
	    "substring-after('1999/04/01', '/')",
	"substring-after('abc', '')", "substring-after('abc', 'x')", "substring('12345', 2, 3)",
	    "substring('12345', 2)",
	"substring('12345', 1.5, 2.6)", "substring('12345', 0, 3)", "substring('12345', 0 div 0, 3)",
	"substring('12345', 1, 0 div 0)", "substring('12345', -42, 1 div 0)",
	    "substring('12345', -1 div 0, 1 div 0)",
	"substring('12345', 7)", "substring('12345', -2)", "substring(., 2, 2)",
	    "string-length('')", "string-length('\xC3\xA9t\xC3\xA9')",
	"string-length()", "string-length(c:c)", "normalize-space('  a   b ')", "normalize-space()",
	    "normalize-space(c:c)",
	"translate('bar', 'abc', 'ABC')", "translate('--aaa--', 'abc-', 'ABC')",
	    "translate('aab', 'aa', 'xy')",
	"translate(., 'tw', 'TW')", "translate('\xC3\xA9t\xC3\xA9', '\xC3\xA9', 'e')",
	    "translate('ete', 'e', '\xC3\xA9')", "count(c:a)",
	"count(//c:b)", "count(c:missing)", "count(@*)", "sum(c:a/@n)", "sum(c:missing)",
	    "sum(@id)", "floor(2.6)", "floor(-2.6)",
	"ceiling(2.1)", "ceiling(-2.1)", "round(2.5)", "round(-2.5)", "round(2.4)", "local-name()",
	    "local-name(c:a)",
	"local-name(@id)", "local-name(c:missing)", "namespace-uri()", "namespace-uri(*)",
	    "position()", "last()", "true()", "false()",
	"c:a[string-length(@id) = 1]", "c:a[contains(c:b, 'w')]", "//c:b[normalize-space()]",
	    "//c:b[string()]",
	"//c:b[../@id = '1']", "//c:b[not(following-sibling::c:b)]",
	    "//c:b[preceding-sibling::c:b]", "c:a[count(c:b) > 1]/c:b[2]",
	"concat(substring-before(concat(@id, '/'), '/'), 'x')", "*[position() = last()]",
	    "c:a[position() != last()]",
	"//c:a[c:b[@id = '7']]", "//c:a[.//c:b[. = 'two']]", "(c:a)[c:a]", "((c:a))",
	    "(//c:b)[. = 'two']/@id",
	"c:a [ @id = '1' ] / c:b", "//c:b[@d:k]", "//*[@d:*]", "//d:x", "//c:b/text()",
	    "//text()[contains(., 'r')]",
	"//c:b[@id = '2' or @id = '7']", "count(//c:b[@id > 2])", "and", "or/div", "*[2]", "* [1]",
	    "2 * count(*)", "c:a * 2",
	"-c:a/@n", "//node()", "//comment()", "/c:doc/node()[2]", "descendant::text()[last()]",
	    "//@id[. = '3']/..",
};

/* Axes and functions that are left to libxml2. */
static const char *const unknown[] = {
	"following::c:a", "preceding::*", "namespace::*", "id('x')", "key('a', 'b')",
	    "document('x')", "format-number(1, '0')",
	"processing-instruction('pi')", "lang('fr')", "name()", "unknown()", "concat('a')",
	    "c:a[0]", "x:a", "x:f()", "c:a[", "1 +",
	"c:a b", "$", "'open", "@", "", "..[1]", "'a'/b", "1 | 2", "e\xCC\x81", "$c:x", "child::",
	    "a:::b", "(1", "f(1", "c:a]",
};

struct bench {
	xmlDoc *doc;
	xmlXPathContext *reference;
	struct arena *arena;
	struct xpath_names names;
	struct xpath_environment ours;
	unsigned long operations;
};

/* $set: the c:a elements; $text: '4'; $number: 2; $truth: true. */
static bool
variable(void *user, const char *name, struct value *out)
{
	struct bench *bench = user;
	xmlXPathObject *object = xmlXPathVariableLookup(bench->reference, (const xmlChar *)name);
	const xmlNode **nodes;
	size_t i;

	*out = value_of_object(object);
	if (out->kind == VALUE_NODES) {
		nodes = arena_alloc(bench->arena, (out->count + 1) * sizeof(*nodes));
		for (i = 0; i < out->count; i++)
			nodes[i] = out->nodes[i];
		out->nodes = nodes;
	} else if (out->kind == VALUE_STRING) {
		out->text = arena_strdup(bench->arena, out->text);
	}
	xmlXPathFreeObject(object);
	return true;
}

static struct bench *
bench_new(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	xmlXPathObject *set;

	bench->doc = xmlReadMemory(document, (int)strlen(document), "x.xml", NULL, 0);
	ck_assert_ptr_nonnull(bench->doc);
	xmlXPathOrderDocElems(bench->doc);
	bench->arena = arena_new(0);
	bench->reference = xmlXPathNewContext(bench->doc);
	xmlXPathRegisterNs(bench->reference, (const xmlChar *)"c", (const xmlChar *)"urn:c");
	xmlXPathRegisterNs(bench->reference, (const xmlChar *)"d", (const xmlChar *)"urn:d");
	set = xmlXPathEval((const xmlChar *)"//c:a", bench->reference);
	xmlXPathNodeSetSort(set->nodesetval);
	xmlXPathRegisterVariable(bench->reference, (const xmlChar *)"set", set);
	xmlXPathRegisterVariable(bench->reference, (const xmlChar *)"text", xmlXPathNewCString("4"));
	xmlXPathRegisterVariable(bench->reference, (const xmlChar *)"number", xmlXPathNewFloat(2));
	xmlXPathRegisterVariable(bench->reference, (const xmlChar *)"truth", xmlXPathNewBoolean(1));
	bench->operations = 100000000;
	bench->ours = (struct xpath_environment){ .scratch = { .arena = bench->arena },
	    .operations = &bench->operations, .variable = variable, .user = bench };
	return bench;
}

static void
bench_free(struct bench *bench)
{
	xmlXPathFreeContext(bench->reference);
	xmlFreeDoc(bench->doc);
	free(bench->names.names);
	arena_free(&bench->arena);
	free(bench);
}

static void
use_names(struct bench *bench, bool interned)
{
	bench->ours.doc = interned ? bench->doc : NULL;
	bench->ours.names = arena_alloc(bench->arena, (bench->names.count + 1) * sizeof(xmlChar *));
}

static bool
same_number(double one, double two)
{
	return one == two || (isnan(one) && isnan(two));
}

static void
compare_nodes(const xmlXPathObject *expected, const struct value *value, const char *text)
{
	int i, count = expected->nodesetval == NULL ? 0 : expected->nodesetval->nodeNr;

	ck_assert_msg(value->kind == VALUE_NODES && value->count == (size_t)count,
	    "%s: %zu nodes, not %d", text, value->count, count);
	for (i = 0; i < count; i++)
		ck_assert_msg(expected->nodesetval->nodeTab[i] == value->nodes[i],
		    "%s: node %d differs", text, i);
}

static void
compare_at(struct bench *bench, const struct xpath_tree *tree, const char *text, xmlNode *node)
{
	struct xpath_context context = { node, 1, 1 };
	struct scratch_mark mark = scratch_mark(&bench->ours.scratch);
	struct value value = xpath_value(&bench->ours, tree, &context);
	xmlXPathObject *expected;
	xmlChar *string;

	bench->reference->node = node;
	bench->reference->contextSize = bench->reference->proximityPosition = 1;
	expected = xmlXPathEval((const xmlChar *)text, bench->reference);
	ck_assert_msg(expected != NULL && bench->ours.failure == NULL, "%s: %s", text,
	    bench->ours.failure);
	if (expected->type == XPATH_NODESET) {
		if (expected->nodesetval != NULL)
			xmlXPathNodeSetSort(expected->nodesetval);
		compare_nodes(expected, &value, text);
	}
	string = xmlXPathCastToString(expected);
	ck_assert_msg(strcmp((char *)string, xpath_text(&bench->ours, tree, &context)) == 0,
	    "%s: text %s, not %s", text, xpath_text(&bench->ours, tree, &context), (char *)string);
	ck_assert_msg(same_number(xmlXPathCastToNumber(expected),
	    xpath_number(&bench->ours, tree, &context)), "%s: %g, not %g", text,
	    xpath_number(&bench->ours, tree, &context), xmlXPathCastToNumber(expected));
	ck_assert_msg((xmlXPathCastToBoolean(expected) != 0) == xpath_truth(&bench->ours, tree,
	    &context), "%s: truth", text);
	xmlFree(string);
	xmlXPathFreeObject(expected);
	scratch_release(&bench->ours.scratch, mark);
}

/* All nodes: elements, texts, comments, attributes and the document itself. */
static void
compare_everywhere(struct bench *bench, const struct xpath_tree *tree, const char *text)
{
	xmlXPathObject *all;
	int i;

	bench->reference->node = (xmlNode *)bench->doc;
	all = xmlXPathEval((const xmlChar *)"/ | //node() | //@*", bench->reference);
	for (i = 0; i < all->nodesetval->nodeNr; i++)
		compare_at(bench, tree, text, all->nodesetval->nodeTab[i]);
	xmlXPathFreeObject(all);
}

static void
compare_all(bool interned)
{
	struct bench *bench = bench_new();
	const struct xpath_tree *trees[sizeof(expressions) / sizeof(expressions[0])];
	size_t count = sizeof(expressions) / sizeof(expressions[0]), i;

	for (i = 0; i < count; i++) {
		trees[i] = xpath_parse(expressions[i], xmlDocGetRootElement(bench->doc),
		    &bench->names, bench->arena);
		ck_assert_msg(trees[i] != NULL, "%s is not understood", expressions[i]);
	}
	use_names(bench, interned);
	for (i = 0; i < count; i++)
		compare_everywhere(bench, trees[i], expressions[i]);
	bench_free(bench);
}

START_TEST(agrees_with_libxml2_on_every_node)
{
	compare_all(true);
}
END_TEST

START_TEST(agrees_with_libxml2_where_names_are_not_interned)
{
	compare_all(false);
}
END_TEST

START_TEST(leaves_to_libxml2_what_it_does_not_know)
{
	struct bench *bench = bench_new();

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		ck_assert_msg(xpath_parse(unknown[i], xmlDocGetRootElement(bench->doc),
		    &bench->names, bench->arena) == NULL,
		    "%s is understood", unknown[i]);
	bench_free(bench);
}
END_TEST

static const char *
failure_of(const char *text, unsigned long operations)
{
	struct bench *bench = bench_new();
	const struct xpath_tree *tree = xpath_parse(text, xmlDocGetRootElement(bench->doc),
	    &bench->names, bench->arena);
	struct xpath_context context = { xmlDocGetRootElement(bench->doc), 1, 1 };
	const char *failure;

	ck_assert_ptr_nonnull(tree);
	use_names(bench, true);
	bench->operations = operations;
	xpath_value(&bench->ours, tree, &context);
	failure = bench->ours.failure;
	bench_free(bench);
	return failure;
}

START_TEST(fails_where_a_node_set_is_needed_and_there_is_none)
{
	ck_assert_str_eq(failure_of("$text/c:a", 1000),
	    "what stands in front of '/' or '[' is no node set");
	ck_assert_str_eq(failure_of("c:a | $text", 1000), "a side of '|' is no node set");
	ck_assert_str_eq(failure_of("count($number)", 1000), "an argument is no node set");
}
END_TEST

START_TEST(ends_when_there_are_no_more_operations)
{
	ck_assert_str_eq(failure_of("//*[//*[//*[//*]]]", 50), XPATH_NO_OPERATIONS);
	ck_assert_ptr_null(failure_of("//*", 50));
}
END_TEST

/* current() is the node that the whole expression is evaluated on (XSLT 1.0, section 12.4). */
START_TEST(current_is_not_the_node_of_a_predicate)
{
	struct bench *bench = bench_new();
	xmlNode *root = xmlDocGetRootElement(bench->doc);
	const struct xpath_tree *tree = xpath_parse("c:a[@id = current()/c:c/@id]", root,
	    &bench->names, bench->arena);
	struct xpath_context context = { root, 1, 1 };

	use_names(bench, true);
	bench->ours.current = root;
	ck_assert(!xpath_truth(&bench->ours, tree, &context));
	tree = xpath_parse("c:a[@n = current()/c:a[2]/@n]/@id", root, &bench->names, bench->arena);
	use_names(bench, true);
	ck_assert_str_eq(xpath_text(&bench->ours, tree, &context), "4");
	bench_free(bench);
}
END_TEST

TESTS("mapping/xpath_eval", agrees_with_libxml2_on_every_node,
    agrees_with_libxml2_where_names_are_not_interned, leaves_to_libxml2_what_it_does_not_know,
    fails_where_a_node_set_is_needed_and_there_is_none, ends_when_there_are_no_more_operations,
    current_is_not_the_node_of_a_predicate)
