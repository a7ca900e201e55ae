#include "mapping/xpath.h"

#include "../check_main.h"

#include <string.h>

static const char *const bound[] = { "urn:a", "a", "urn:b", "b", NULL };

static void
assert_known(const char *path)
{
	char problem[256] = "";

	ck_assert_msg(xpath_names_known(path, bound, true, problem, sizeof(problem)), "%s: %s", path,
	    problem);
}

static void
assert_unknown(const char *path, const char *expected)
{
	char problem[256] = "";

	ck_assert(!xpath_names_known(path, bound, true, problem, sizeof(problem)));
	ck_assert_str_eq(problem, expected);
}

/* Expressions after XPath 1.0, sections 2 to 4. */
START_TEST(knows_the_names_of_xpath)
{
	assert_known("/a:x/b:y[@a:z = 'q:r']/text()");
	assert_known("child::a:x[position() = last()]/following-sibling::*");
	assert_known("count(//a:x) div (1 + 2) and (true() or not(false()))");
	assert_known("concat(\"y:z(\", 'f(')");
	assert_known("a:*/@*/.. | self::node()/processing-instruction('x')");
	assert_known("/x-y.z/w_1/\xC3\xA9");
	assert_known("a : x");
	assert_known("1.5 * 2");
	assert_known("'unclosed");
}
END_TEST

START_TEST(names_what_xpath_does_not_know)
{
	assert_unknown("/c:x", "uses the prefix 'c', which `namespaces` does not bind");
	assert_unknown("/a:x[d:y = 1]", "uses the prefix 'd', which `namespaces` does not bind");
	assert_unknown("matches(/a:x, 'y')", "calls 'matches', which is no function of XPath 1.0");
	assert_unknown("string-lenght(/a:x)",
	    "calls 'string-lenght', which is no function of XPath 1.0; did you mean 'string-length'?");
	assert_unknown("/anchestor::a:x",
	    "names the axis 'anchestor', which XPath 1.0 does not know; did you mean 'ancestor'?");
	assert_unknown("$x", "uses a variable; there are none here");
}
END_TEST

START_TEST(binds_the_prefixes_that_a_path_uses_once_each)
{
	int count;
	xmlNs **namespaces = xpath_namespaces("/b:x/b:y['a:q']", bound, &count);

	ck_assert_int_eq(count, 1);
	ck_assert_str_eq((const char *)namespaces[0]->href, "urn:b");
	xpath_namespaces_free(namespaces, count);
}
END_TEST

START_TEST(compiles_a_path_or_says_where_it_goes_wrong)
{
	char problem[256];
	xmlXPathCompExpr *compiled = xpath_compile("/x/y", NULL, 0, problem, sizeof(problem));

	ck_assert_ptr_nonnull(compiled);
	xmlXPathFreeCompExpr(compiled);
	ck_assert_ptr_null(xpath_compile("/x[", NULL, 0, problem, sizeof(problem)));
	ck_assert_str_eq(problem, "is no XPath 1.0: it goes wrong at character 4");
}
END_TEST

TESTS("mapping/xpath", knows_the_names_of_xpath, names_what_xpath_does_not_know,
    binds_the_prefixes_that_a_path_uses_once_each, compiles_a_path_or_says_where_it_goes_wrong)
