/* SPDX-License-Identifier: EUPL-1.2 */
/* The one walk over a document. What the functions make of it is in functions_test.c. */
#include "mapping/index.h"

#include "mapping/pack.h"

#include "../check_main.h"

#include <libxml/parser.h>
#include <string.h>

struct bench {
	xmlDoc *doc;
	struct arena *arena;
	struct pack pack;
	struct index *index;
};

static struct bench
bench_new(const char *xml, const char *pattern)
{
	static const xmlChar *namespaces[] = { (const xmlChar *)"urn:c", (const xmlChar *)"c", NULL };
	struct bench bench = { .arena = arena_new(0) };
	char packed[200], *end = packed;

	bench.doc = xmlReadMemory(xml, (int)strlen(xml), "x.xml", NULL, 0);
	ck_assert_ptr_nonnull(bench.doc);
	if (pattern != NULL) {
		for (const char *at = pattern; *at != '\0'; at++)
			if (*at != ' ')
				*end++ = *at;
		*end = '\0';
		bench.pack.statements = xmlPatterncompile((const xmlChar *)packed, NULL, 0, namespaces);
		bench.pack.statements_text = pattern;
		ck_assert_ptr_nonnull(bench.pack.statements);
	}
	bench.index = index_new(bench.doc, &bench.pack, bench.arena);
	ck_assert_ptr_nonnull(bench.index);
	return bench;
}

static void
bench_free(struct bench *bench)
{
	if (bench->pack.statements != NULL)
		xmlFreePattern(bench->pack.statements);
	xmlFreeDoc(bench->doc);
	arena_free(&bench->arena);
}

START_TEST(numbers_elements_in_document_order_with_the_end_of_each_subtree)
{
	struct bench bench = bench_new("<a>t<b><c/><!-- x --><d/></b><e/></a>", NULL);
	static const struct { const char *name; uint32_t end; } expected[] =
	    { { "a", 5 }, { "b", 4 }, { "c", 3 }, { "d", 4 }, { "e", 5 } };

	for (size_t i = 0; i < 5; i++) {
		struct mark *mark = index_element(bench.index, i);

		ck_assert_str_eq((const char *)mark->element->name, expected[i].name);
		ck_assert_uint_eq(mark->order, i);
		ck_assert_uint_eq(mark->end, expected[i].end);
		ck_assert_ptr_eq(index_mark(bench.index, mark->element), mark);
	}
	ck_assert_ptr_null(index_element(bench.index, 5));
	bench_free(&bench);
}
END_TEST

START_TEST(a_node_that_is_no_element_has_the_mark_of_its_element)
{
	struct bench bench = bench_new("<a x='1'>t</a>", NULL);
	xmlNode *root = xmlDocGetRootElement(bench.doc);
	xmlDoc *other = xmlNewDoc(NULL);

	ck_assert_ptr_eq(index_mark(bench.index, (xmlNode *)root->properties),
	    index_element(bench.index, 0));
	ck_assert_ptr_eq(index_mark(bench.index, root->children), index_element(bench.index, 0));
	ck_assert_ptr_null(index_mark(bench.index, (xmlNode *)bench.doc));
	ck_assert_ptr_null(index_mark(bench.index, NULL));
	xmlDocSetRootElement(other, xmlNewNode(NULL, (const xmlChar *)"a"));
	ck_assert_ptr_null(index_mark(bench.index, xmlDocGetRootElement(other)));
	xmlFreeDoc(other);
	bench_free(&bench);
}
END_TEST

START_TEST(finds_statements_and_what_lies_in_them)
{
	struct bench bench =
	    bench_new("<c:r xmlns:c='urn:c'><c:o/><c:e><c:o><c:x/><c:a><c:y/></c:a><c:z/></c:o>"
	    "</c:e><o/></c:r>",
	    "c:e//c:o | c:e//c:a");

	ck_assert_uint_eq(index_statement_count(bench.index), 2);
	ck_assert_str_eq((const char *)index_statement(bench.index, 1)->name, "o");
	ck_assert_str_eq((const char *)index_statement(bench.index, 2)->name, "a");
	/* r o e o x a y z o */
	static const uint32_t expected[] = { 0, 0, 0, 1, 1, 2, 2, 1, 0 };
	for (size_t i = 0; i < 9; i++)
		ck_assert_uint_eq(index_element(bench.index, i)->statement, expected[i]);
	bench_free(&bench);
}
END_TEST

START_TEST(a_pattern_for_any_name_is_asked_for_every_element)
{
	struct bench bench = bench_new("<c:r xmlns:c='urn:c'><c:e><c:o/><c:p/></c:e></c:r>", "c:e/*");

	ck_assert_uint_eq(index_statement_count(bench.index), 2);
	bench_free(&bench);
}
END_TEST

START_TEST(collects_many_of_everything)
{
	struct bench bench;
	char *xml = malloc(200000), *end = xml;
	const struct keylist_item *item;
	bool failed;
	int count = 0;

	end = stpcpy(end, "<c:r xmlns:c='urn:c'>");
	for (int i = 0; i < 1500; i++)
		end += sprintf(end,
		    "<c:e><templateId root='%d'/><code code='k'/><p ID='i%d'/></c:e>", i % 10, i);
	stpcpy(end, "</c:r>");
	bench = bench_new(xml, "//c:e");
	ck_assert_uint_eq(index_statement_count(bench.index), 1500);
	for (item = index_coded(bench.index, "k", &failed); item != NULL; item = item->next)
		count++;
	ck_assert_int_eq(count, 1500);
	for (item = index_template(bench.index, "7", &failed), count = 0; item != NULL; item = item->next)
		count++;
	ck_assert_int_eq(count, 150);
	ck_assert_ptr_eq(index_id(bench.index, "i1499", &failed)->parent,
	    index_statement(bench.index, 1500));
	ck_assert(!failed);
	ck_assert_ptr_null(index_id(bench.index, "i1500", &failed));
	free(xml);
	bench_free(&bench);
}
END_TEST

START_TEST(says_when_there_is_no_memory)
{
	struct bench bench = bench_new("<a><templateId root='1'/></a>", NULL);
	struct arena *small = arena_new(1000);

	ck_assert_ptr_null(index_new(bench.doc, &bench.pack, small));
	arena_free(&small);
	bench_free(&bench);
}
END_TEST

TESTS("mapping/index", numbers_elements_in_document_order_with_the_end_of_each_subtree,
    a_node_that_is_no_element_has_the_mark_of_its_element, finds_statements_and_what_lies_in_them,
    a_pattern_for_any_name_is_asked_for_every_element, collects_many_of_everything,
    says_when_there_is_no_memory)
