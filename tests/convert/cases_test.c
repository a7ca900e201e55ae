#include "convert/cases.h"

#include "../mapping/generation.h"

/*
 * A document type that nobody sends: <n id date><family/><fact>*</n>, mapped to a document of one section.
 */
static const char stylesheet[] =
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
    "xmlns='http://hl7.org/fhir'\n"
    "    xmlns:ehds='urn:ehds:mapping:1' extension-element-prefixes='ehds'>\n"
    "<xsl:template match='/'><Bundle>\n"
    "  <identifier><system value='urn:ietf:rfc:3986'/><value value=\"{ehds:id(n/@id, "
    "'Bundle')}\"/></identifier>\n"
    "  <type value='document'/><timestamp value='{n/@date}'/>\n"
    "  <ehds:entry select='n' key='@id'><Composition>\n"
    "    <status value='final'/><type><text value='Note'/></type>\n"
    "    <ehds:entry name='subject' select='family' key=\"'patient'\"><Patient><name><family "
    "value='{.}'/></name>\n"
    "    </Patient></ehds:entry>\n"
    "    <date value='{@date}'/>\n"
    "    <ehds:entry name='author' select='family' key=\"'author'\"><Organization><name value='Example'/>\n"
    "    </Organization></ehds:entry>\n"
    "    <title value='Note'/>\n"
    "    <section><title value='Facts'/><xsl:for-each select='fact'>\n"
    "      <xsl:if test=\". = 'odd'\"><ehds:note rule='map-odd' severity='error' text='an odd fact'/></xsl:if>\n"
    "      <ehds:entry name='entry' select='.' key='@id'><Basic><code><text value='{.}'/></code>\n"
    "      </Basic></ehds:entry></xsl:for-each></section>\n"
    "  </Composition></ehds:entry>\n"
    "</Bundle></xsl:template>\n"
    "</xsl:stylesheet>\n";

static const char document[] = "<n id='1' date='2026-11-22T10:00:00+01:00'><family>Doe</family>"
    "<fact id='a'>first</fact><fact id='b'>second</fact></n>";

struct workshop {
	struct generation generation;
	struct converter converter;
	struct conformance *conformance;
	struct buffer lines;
	size_t heard;
};

static struct workshop
workshop_new(void)
{
	struct workshop shop = { .generation = generation_new() };

	put_basics(&shop.generation.site);
	site_put(&shop.generation.site, "aa/n/pack.yaml",
	    "pack: aa/n\ntitle: Note\ncategory: none\nstylesheet: n.xsl\n"
	    "detect: [ { root: '{}n' } ]\ntests: [ 'cases/*.yaml' ]\n");
	site_put(&shop.generation.site, "aa/n/n.xsl", stylesheet);
	site_put(&shop.generation.site, "aa/n/cases/n.xml", document);
	site_put(&shop.generation.site, "aa/n/cases/letter.xml", "<Letter xmlns='urn:letter'/>");
	ck_assert_int_eq(conformance_load(&shop.conformance, NULL, NULL), 0);
	return shop;
}

static void
workshop_free(struct workshop *shop)
{
	buffer_free(&shop->lines);
	conformance_free(&shop->conformance);
	generation_free(&shop->generation);
}

/* One line a failure: "NAME:LINE: RULE: TEXT [FOUND|EXPECTED]". */
static void
hear(void *user, const struct case_result *result)
{
	struct workshop *shop = user;
	const struct ehds_finding *failure;

	shop->heard++;
	for (failure = result->failures->first; failure != NULL; failure = failure->next)
		buffer_printf(&shop->lines, "%s%s:%d: %s: %s [%s|%s]", shop->lines.length > 0 ? "\n" : "",
		    site_name(&shop->generation.site, failure->file), failure->line, failure->rule,
		    failure->text, failure->found != NULL ? failure->found : "",
		    failure->expected != NULL ? failure->expected : "");
}

static struct case_count
run(struct workshop *shop, const char *pack)
{
	expect_errors(&shop->generation, "");
	shop->converter = (struct converter){ .mappings = shop->generation.mappings,
	    .conformance = shop->conformance, .limits = xml_limits_default };
	return cases_run(&shop->converter, pack, hear, shop);
}

static void
assert_case(const char *text, const char *expected)
{
	struct workshop shop = workshop_new();
	struct case_count count;

	site_put(&shop.generation.site, "aa/n/cases/c.yaml", text);
	count = run(&shop, NULL);
	ck_assert_str_eq(shop.lines.data != NULL ? shop.lines.data : "", expected);
	ck_assert_uint_eq(count.passed, expected[0] == '\0' ? 1 : 0);
	ck_assert_uint_eq(count.failed, expected[0] == '\0' ? 0 : 1);
	workshop_free(&shop);
}

#define NOTE "case: a note\ndocument: cases/n.xml\nstate: converted\n"

START_TEST(passes_a_case_that_holds)
{
	assert_case(NOTE "pack: aa/n\nexpect:\n"
	    "  - { path: Bundle.type, equals: document }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Patient).name.family\", equals: Doe }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Basic).code.text\", equals: [ first, second ] }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Basic).code.text\", contains: [ fir, econd ] }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Basic)\", count: 2 }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Basic).count()\", equals: 2 }\n"
	    "  - { path: \"Bundle.entry.resource.where(title = 'Note').exists()\", equals: \"true\" }\n"
	    "  - { path: \"Bundle.entry.resource.ofType(Observation)\", absent: true }\n", "");
	assert_case("case: a letter\ndocument: cases/letter.xml\npack: aa/letter\nstate: refused\n"
	    "findings: [ detect-refused ]\n", "");
}
END_TEST

START_TEST(says_what_was_found_and_what_was_expected)
{
	assert_case(NOTE "expect:\n  - { path: Bundle.type, equals: message }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.type is something else [document|message]");
	assert_case(NOTE
	    "expect:\n  - { path: \"Bundle.entry.resource.ofType(Basic).code.text\", equals: first }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.entry.resource.ofType(Basic).code.text is something "
	    "else [first, second|first]");
	assert_case(NOTE "expect:\n  - { path: Bundle.language, equals: da }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.language is something else [nothing|da]");
	assert_case(NOTE "expect:\n  - { path: Bundle.type, absent: true }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.type is something else [document|nothing]");
	assert_case(NOTE "expect:\n  - { path: Bundle.type, contains: [ doc, mess ] }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.type does not contain the text [document|mess]");
	assert_case(NOTE "expect:\n  - { path: Bundle.entry, count: 7 }\n",
	    "aa/n/cases/c.yaml:5: case-expect: Bundle.entry gives another number of values [5|7]");
}
END_TEST

START_TEST(says_that_another_pack_or_state_came_out)
{
	assert_case(NOTE "pack: aa/letter\n",
	    "aa/n/cases/c.yaml:4: case-pack: another pack takes the document [aa/n|aa/letter]");
	assert_case("case: a letter\ndocument: cases/letter.xml\nstate: converted\nexpect:\n"
		    "  - { path: Bundle.type, equals: document }\n",
	    "aa/n/cases/c.yaml:3: case-state: the document has another state: detect-refused: Letter: "
	    "letters are for people [refused|converted]");
	assert_case("case: a letter\ndocument: cases/letter.xml\nstate: refused\nexpect:\n"
	    "  - { path: Bundle.type, equals: document }\n",
	    "aa/n/cases/c.yaml:5: case-expect: there is no result to look at [|]");
}
END_TEST

START_TEST(says_which_finding_holds_a_document)
{
	struct workshop shop = workshop_new();

	site_put(&shop.generation.site, "aa/n/cases/n.xml", "<n id='1' date='2026-11-22T10:00:00+01:00'>"
	    "<family>Doe</family><fact id='a'>odd</fact></n>");
	site_put(&shop.generation.site, "aa/n/cases/c.yaml", NOTE "findings: [ map-odd ]\n");
	ck_assert_uint_eq(run(&shop, NULL).failed, 1);
	ck_assert_str_eq(shop.lines.data, "aa/n/cases/c.yaml:3: case-state: the document has another state: "
	    "map-odd: an odd fact [held|converted]");
	workshop_free(&shop);
}
END_TEST

START_TEST(misses_findings_that_are_not_there)
{
	assert_case(NOTE "findings:\n  - map-zone-assumed\n",
	    "aa/n/cases/c.yaml:5: case-finding: the finding is missing [|map-zone-assumed]");
}
END_TEST

START_TEST(says_that_a_path_is_wrong)
{
	struct workshop shop = workshop_new();
	struct case_count count;

	site_put(&shop.generation.site, "aa/n/cases/c.yaml",
	    NOTE "expect:\n  - { path: \"Bundle.entry[\", count: 1 }\n");
	count = run(&shop, NULL);
	ck_assert_uint_eq(count.failed, 1);
	ck_assert_ptr_nonnull(strstr(shop.lines.data, "aa/n/cases/c.yaml:5: case-path: Bundle.entry[: "));
	workshop_free(&shop);
}
END_TEST

START_TEST(says_that_the_document_went_away)
{
	struct workshop shop = workshop_new();
	struct case_count count;
	char *path = temporary_path(shop.generation.site.folders[0], "aa/n/cases/n.xml");

	site_put(&shop.generation.site, "aa/n/cases/c.yaml", NOTE);
	expect_errors(&shop.generation, "");
	shop.converter = (struct converter){ .mappings = shop.generation.mappings,
		.conformance = shop.conformance,
		.limits = xml_limits_default };
	ck_assert_int_eq(remove(path), 0);
	count = cases_run(&shop.converter, NULL, hear, &shop);
	ck_assert_uint_eq(count.failed, 1);
	ck_assert_ptr_nonnull(strstr(shop.lines.data, "aa/n/cases/c.yaml:0: case-document: "));
	free(path);
	workshop_free(&shop);
}
END_TEST

START_TEST(runs_the_cases_of_one_pack_or_of_all)
{
	struct workshop shop = workshop_new();
	struct case_count count;

	site_put(&shop.generation.site, "aa/n/cases/a.yaml", NOTE);
	site_put(&shop.generation.site, "aa/n/cases/b.yaml", NOTE "pack: aa/letter\n");
	count = run(&shop, "aa/n");
	ck_assert_uint_eq(count.passed, 1);
	ck_assert_uint_eq(count.failed, 1);
	ck_assert_uint_eq(shop.heard, 2);
	count = cases_run(&shop.converter, "aa/letter", hear, &shop);
	ck_assert_uint_eq(count.passed + count.failed, 0);
	count = cases_run(&shop.converter, NULL, NULL, NULL);
	ck_assert_uint_eq(count.passed, 1);
	workshop_free(&shop);
}
END_TEST

TESTS("convert/cases", passes_a_case_that_holds, says_what_was_found_and_what_was_expected,
    says_that_another_pack_or_state_came_out, says_which_finding_holds_a_document, misses_findings_that_are_not_there, says_that_a_path_is_wrong,
    says_that_the_document_went_away, runs_the_cases_of_one_pack_or_of_all)
