#include "mapping/detect.h"

#include "generation.h"

/* Detection sees trees; what made them is another test's business. */
static const struct pack *
detect(struct generation *generation, const char *xml, const struct detect_reason **reasons,
    struct ehds_error *error)
{
	struct ehds_findings findings = findings_new(generation->site.arena);
	struct xml_source *source;
	const struct pack *pack;

	ck_assert_int_eq(xml_parse(&source, xml, strlen(xml), "d.xml", &xml_limits_default,
			     generation->site.arena, &findings, NULL),
	    0);
	pack = mappings_detect(generation->mappings, source, generation->site.arena, reasons, error);
	xml_source_free(&source);
	return pack;
}

static void
put_pack(struct generation *generation, const char *name, const char *rules)
{
	char file[64], text[2048];

	snprintf(file, sizeof(file), "aa/%s/pack.yaml", name);
	snprintf(text, sizeof(text), "pack: aa/%s\ntitle: A test\nrefuse: a test\n"
	    "namespaces: { x: \"urn:x\" }\ndetect:\n%s", name, rules);
	site_put(&generation->site, file, text);
}

static struct generation
packs_new(void)
{
	struct generation generation = generation_new();

	site_put(&generation.site, "aa/country.yaml", "country: aa\n");
	return generation;
}

static void
assert_detects(struct generation *generation, const char *xml, const char *expected)
{
	struct ehds_error error = { 0 };
	const struct pack *pack = detect(generation, xml, NULL, &error);

	if (expected == NULL) {
		ck_assert_ptr_null(pack);
		ck_assert_str_eq(error.rule, "detect-unknown");
		ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	} else {
		ck_assert_msg(pack != NULL, "%s", error.text);
		ck_assert_str_eq(pack_name(pack), expected);
	}
}

#define CDA(inside) "<ClinicalDocument xmlns='urn:hl7-org:v3'>" inside "</ClinicalDocument>"
#define CDA_RULE "  - { root: '{urn:hl7-org:v3}ClinicalDocument' }\n"
#define TEMPLATE_RULE(oid) "  - { xpath: /c:ClinicalDocument/c:templateId/@root, equals: " oid " }\n"

START_TEST(knows_the_root_by_name_space_and_name)
{
	struct generation generation = packs_new();

	put_pack(&generation, "one", "  - { root: '{urn:one}Root' }\n");
	put_pack(&generation, "any", "  - { root: '{*}Any' }\n");
	put_pack(&generation, "none", "  - { root: '{}Root' }\n");
	expect_errors(&generation, "");
	assert_detects(&generation, "<Root xmlns='urn:one'/>", "aa/one");
	assert_detects(&generation, "<p:Root xmlns:p='urn:one'/>", "aa/one");
	assert_detects(&generation, "<Root xmlns='urn:two'/>", NULL);
	assert_detects(&generation, "<Root/>", "aa/none");
	assert_detects(&generation, "<Any xmlns='urn:two'/>", "aa/any");
	assert_detects(&generation, "<Any/>", "aa/any");
	generation_free(&generation);
}
END_TEST

START_TEST(knows_a_name_space_by_a_regular_expression)
{
	struct generation generation = packs_new();

	put_pack(&generation, "dated", "  - { namespace: 'http://example\\.org/schemas/\\d{4}/' }\n");
	expect_errors(&generation, "");
	assert_detects(&generation, "<r xmlns='http://example.org/schemas/2015/'/>", "aa/dated");
	assert_detects(&generation, "<r xmlns:p='http://example.org/schemas/2021/'/>", "aa/dated");
	assert_detects(&generation, "<r xmlns='http://example.org/schemas/2015/x'/>", NULL);
	assert_detects(&generation, "<r/>", NULL);
	generation_free(&generation);
}
END_TEST

START_TEST(compares_the_nodes_of_a_path)
{
	struct generation generation = packs_new();

	put_pack(&generation, "equals", CDA_RULE TEMPLATE_RULE("2.999.1"));
	put_pack(&generation, "matches",
	    "  - { xpath: /c:ClinicalDocument/c:title, matches: 'Report [0-9]+' }\n");
	put_pack(&generation, "present", "  - { xpath: /x:r/x:a }\n");
	put_pack(&generation, "absent", "  - { root: '{urn:x}r' }\n  - { xpath: /x:r/x:a, absent: true }\n");
	put_pack(&generation, "counted", "  - { xpath: 'count(/x:n/x:b) = 2' }\n");
	put_pack(&generation, "text", "  - { xpath: 'normalize-space(/x:m)', equals: 'a b' }\n");
	put_pack(&generation, "space", "  - { xpath: '/*/namespace::*', equals: 'urn:far' }\n");
	expect_errors(&generation, "");
	assert_detects(&generation, CDA("<templateId root='2.999.7'/><templateId root='2.999.1'/>"),
	    "aa/equals");
	assert_detects(&generation, CDA("<templateId root='2.999.11'/>"), NULL);
	assert_detects(&generation, CDA("<title>Report <b>12</b></title>"), "aa/matches");
	assert_detects(&generation, CDA("<title>Report 12!</title>"), NULL);
	assert_detects(&generation, "<r xmlns='urn:x'><a/></r>", "aa/present");
	assert_detects(&generation, "<r xmlns='urn:x'><b/></r>", "aa/absent");
	assert_detects(&generation, "<n xmlns='urn:x'><b/><b/></n>", "aa/counted");
	assert_detects(&generation, "<n xmlns='urn:x'><b/></n>", NULL);
	assert_detects(&generation, "<m xmlns='urn:x'> a\n b </m>", "aa/text");
	assert_detects(&generation, "<o xmlns:p='urn:far'/>", "aa/space");
	generation_free(&generation);
}
END_TEST

START_TEST(lets_the_most_specific_pack_win)
{
	struct generation generation = packs_new();

	put_pack(&generation, "a", CDA_RULE);
	put_pack(&generation, "b", CDA_RULE TEMPLATE_RULE("2.999.1"));
	put_pack(&generation, "c", CDA_RULE TEMPLATE_RULE("2.999.1") TEMPLATE_RULE("2.999.2"));
	expect_errors(&generation, "");
	assert_detects(&generation, CDA(""), "aa/a");
	assert_detects(&generation, CDA("<templateId root='2.999.1'/>"), "aa/b");
	assert_detects(&generation, CDA("<templateId root='2.999.1'/><templateId root='2.999.2'/>"), "aa/c");
	generation_free(&generation);
}
END_TEST

START_TEST(refuses_to_choose_between_equally_specific_packs)
{
	struct generation generation = packs_new();
	struct ehds_error error = { 0 };

	put_pack(&generation, "a", CDA_RULE TEMPLATE_RULE("2.999.1"));
	put_pack(&generation, "b", CDA_RULE TEMPLATE_RULE("2.999.2"));
	expect_errors(&generation, "");
	ck_assert_ptr_null(detect(&generation,
	    CDA("<templateId root='2.999.1'/><templateId root='2.999.2'/>"), NULL, &error));
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "detect-tie");
	ck_assert_str_eq(error.text,
	    "the packs aa/a and aa/b both take this document and have 2 rules each: give one of them one "
	    "more rule");
	generation_free(&generation);
}
END_TEST

START_TEST(says_what_it_found_when_no_pack_takes_the_document)
{
	struct generation generation = packs_new();
	struct ehds_error error = { 0 };

	put_pack(&generation, "a", CDA_RULE TEMPLATE_RULE("2.999.1"));
	expect_errors(&generation, "");
	ck_assert_ptr_null(detect(&generation,
	    "\n" CDA("<templateId root='2.999.8'/><templateId root='2.999.9'/>"
	    "<code code='60591-5' codeSystem='2.16.840.1.113883.6.1'/>"),
	    NULL, &error));
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.rule, "detect-unknown");
	ck_assert_int_eq(error.line, 2);
	ck_assert_str_eq(error.text,
	    "no pack takes this document: its root is {urn:hl7-org:v3}ClinicalDocument, its template ids "
	    "2.999.8, 2.999.9, its code 60591-5");
	generation_free(&generation);
}
END_TEST

START_TEST(gives_the_reason_of_every_pack)
{
	struct generation generation = packs_new();
	const struct detect_reason *reason;

	put_pack(&generation, "a", CDA_RULE);
	put_pack(&generation, "b", CDA_RULE TEMPLATE_RULE("2.999.1"));
	put_pack(&generation, "c", CDA_RULE TEMPLATE_RULE("2.999.2") "  - { root: '{*}ClinicalDocument' }\n");
	put_pack(&generation, "d", "  - { root: '{urn:x}Other' }\n");
	put_pack(&generation, "e", "  - { xpath: /c:ClinicalDocument/c:title }\n");
	put_pack(&generation, "f", "  - { xpath: /c:ClinicalDocument/c:id, equals: x }\n");
	put_pack(&generation, "g", "  - { xpath: /c:ClinicalDocument/c:templateId, absent: true }\n");
	put_pack(&generation, "h", "  - { namespace: 'urn:x.*' }\n");
	put_pack(&generation, "i",
	    "  - { xpath: /c:ClinicalDocument/c:templateId/@root, matches: '2[.]9' }\n");
	expect_errors(&generation, "");
	ck_assert_ptr_nonnull(detect(&generation,
	    CDA("<templateId root='2.999.1'/><templateId root='2.999.3'/>"
	    "<templateId root='2.999.4'/><templateId root='2.999.5'/>"),
	    &reason, NULL));
#define NEXT(name, is_taken, text)                                     \
	ck_assert_str_eq(pack_name(reason->pack), name);               \
	ck_assert_str_eq(reason->reason, text);                        \
	ck_assert_int_eq(reason->taken, is_taken);                     \
	reason = reason->next
	NEXT("aa/c", false,
	    "/c:ClinicalDocument/c:templateId/@root is not '2.999.2', found '2.999.1', '2.999.3', "
	    "'2.999.4' and 1 more");
	NEXT("aa/b", true, "all 2 rules hold");
	NEXT("aa/a", false, "all 1 rules hold, but aa/b has 2");
	NEXT("aa/d", false, "the root is {urn:hl7-org:v3}ClinicalDocument, not {urn:x}Other");
	NEXT("aa/e", false, "/c:ClinicalDocument/c:title selects nothing");
	NEXT("aa/f", false, "/c:ClinicalDocument/c:id is not 'x', it selects nothing");
	NEXT("aa/g", false,
	    "/c:ClinicalDocument/c:templateId selects something, found '', '', '' and 1 more");
	NEXT("aa/h", false, "no name space of the root matches 'urn:x.*'");
	NEXT("aa/i", false,
	    "/c:ClinicalDocument/c:templateId/@root does not match '2[.]9', found '2.999.1', '2.999.3', "
	    "'2.999.4' and 1 more");
	ck_assert_ptr_null(reason);
	generation_free(&generation);
}
END_TEST

START_TEST(tells_the_same_prefix_of_two_packs_apart)
{
	struct generation generation = packs_new();

	put_pack(&generation, "a", "  - { xpath: /x:r }\n");
	site_put(&generation.site, "aa/b/pack.yaml", "pack: aa/b\ntitle: A test\nrefuse: a test\n"
	    "namespaces: { x: \"urn:other\" }\ndetect: [ { xpath: /x:r } ]\n");
	expect_errors(&generation, "");
	assert_detects(&generation, "<r xmlns='urn:x'/>", "aa/a");
	assert_detects(&generation, "<r xmlns='urn:other'/>", "aa/b");
	generation_free(&generation);
}
END_TEST

START_TEST(bounds_the_work_of_a_path)
{
	struct generation generation = packs_new();
	struct ehds_error error = { 0 };
	struct buffer xml = { 0 };
	int i;

	put_pack(&generation, "a", "  - { xpath: '/x:r[count(.//x:a[count(//x:a) > 0]) > 0]' }\n");
	expect_errors(&generation, "");
	buffer_puts(&xml, "<r xmlns='urn:x'>");
	for (i = 0; i < 5000; i++)
		buffer_puts(&xml, "<a/>");
	buffer_puts(&xml, "</r>");
	ck_assert_ptr_null(detect(&generation, xml.data, NULL, &error));
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "detect-xpath");
	ck_assert_str_eq(error.text,
	    "the detection path /x:r[count(.//x:a[count(//x:a) > 0]) > 0] cannot be evaluated on this "
	    "document: it costs too much");
	buffer_free(&xml);
	generation_free(&generation);
}
END_TEST

START_TEST(bounds_the_work_of_a_regular_expression)
{
	struct generation generation = packs_new();
	struct ehds_error error = { 0 };

	put_pack(&generation, "a", "  - { xpath: /x:r/@a, matches: '(a+)+[bc]' }\n");
	expect_errors(&generation, "");
	ck_assert_ptr_null(detect(&generation,
	    "<r xmlns='urn:x' a='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad'/>", NULL, &error));
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "detect-regex");
	ck_assert_str_eq(error.text, "the regular expression '(a+)+[bc]' costs too much on this document");
	generation_free(&generation);
}
END_TEST

START_TEST(refuses_a_document_that_needs_too_much_memory)
{
	struct generation generation = packs_new();
	struct ehds_findings findings = findings_new(generation.site.arena);
	struct arena *small = arena_new(256);
	struct ehds_error error = { 0 };
	struct xml_source *source;
	struct buffer xml = { 0 };
	int i;

	put_pack(&generation, "a", "  - { xpath: /x:r/x:a, equals: b }\n");
	expect_errors(&generation, "");
	buffer_puts(&xml, "<r xmlns='urn:x'>");
	for (i = 0; i < 100; i++)
		buffer_puts(&xml, "<a/>");
	buffer_puts(&xml, "</r>");
	ck_assert_int_eq(xml_parse(&source, xml.data, xml.length, "d.xml", &xml_limits_default,
	    generation.site.arena, &findings, NULL), 0);
	ck_assert_ptr_null(mappings_detect(generation.mappings, source, small, NULL, &error));
	ck_assert_int_eq(error.kind, EHDS_ERROR_DOCUMENT);
	ck_assert_str_eq(error.rule, "detect-too-large");
	ck_assert_str_eq(error.text, "the document needs more memory than one document may have");
	xml_source_free(&source);
	buffer_free(&xml);
	arena_free(&small);
	generation_free(&generation);
}
END_TEST

/* ---- Mistakes -------------------------------------------------------------------------------- */

static void
assert_rule_mistake(const char *rules, const char *expected)
{
	struct generation generation = packs_new();

	put_pack(&generation, "p", rules);
	expect_errors(&generation, expected);
	generation_free(&generation);
}

#define AT "aa/p/pack.yaml:6:"

START_TEST(refuses_rules_of_a_wrong_form)
{
	assert_rule_mistake("  - { root: ClinicalDocument }\n",
	    AT "13: lint-detect-rule: `root` is 'ClinicalDocument'; write "
	    "'{name space}Name', '{*}Name' for any name space, or '{}Name' for none");
	assert_rule_mistake("  - { root: '{*}a', xpath: /b }\n",
	    AT "5: lint-detect-rule: a detection rule says one of `root`, "
	    "`namespace` and `xpath`; this one says more");
	assert_rule_mistake("  - { equals: b }\n",
	    AT "5: lint-detect-rule: a detection rule says one of `root`, `namespace` "
	    "and `xpath`; this one says none");
	assert_rule_mistake("  - { xpath: /a, equals: b, absent: true }\n",
	    AT "5: lint-detect-rule: a detection rule asks one "
	    "of `equals`, `matches` and `absent`; this one asks more");
	assert_rule_mistake("  - { root: '{*}a', equals: b }\n",
	    AT "5: lint-detect-rule: `equals`, `matches` and `absent` are "
	    "asked of an `xpath` only");
	assert_rule_mistake("  - { path: /a }\n",
	    AT "7: lint-unknown-key: a detection rule has no key 'path'; did you mean "
	    "'xpath'?\n" AT "5: lint-detect-rule: a detection rule says one of `root`, `namespace` and "
	    "`xpath`; this one says none");
}
END_TEST

START_TEST(refuses_paths_that_are_no_xpath)
{
	assert_rule_mistake("  - { xpath: '/a[' }\n", AT "14: lint-xpath: the path is no XPath 1.0: it goes "
	    "wrong at character 4");
	assert_rule_mistake("  - { xpath: /y:a }\n",
	    AT "14: lint-xpath: the path uses the prefix 'y', which `namespaces` does "
	    "not bind");
	assert_rule_mistake("  - { xpath: 'concta(/x:a)' }\n",
	    AT "14: lint-xpath: the path calls 'concta', which is no "
	    "function of XPath 1.0; did you mean 'concat'?");
	assert_rule_mistake("  - { xpath: '/chlid::a' }\n",
	    AT "14: lint-xpath: the path names the axis 'chlid', which XPath 1.0 "
	    "does not know; did you mean 'child'?");
	assert_rule_mistake("  - { xpath: '/a[$b]' }\n",
	    AT "14: lint-xpath: the path uses a variable; there are none here");
}
END_TEST

START_TEST(refuses_a_bad_regular_expression)
{
	assert_rule_mistake("  - { xpath: /a, matches: '(b' }\n",
	    AT "27: lint-regex: '(b' is no regular expression: missing "
	    "closing parenthesis, at character 3");
}
END_TEST

START_TEST(refuses_a_rule_stated_twice)
{
	assert_rule_mistake("  - { xpath: /x:a }\n  - { xpath: /x:a }\n",
	    "aa/p/pack.yaml:7:5: lint-duplicate-rule: the rule stands on line 6 already: twice would count "
	    "as more specific");
}
END_TEST

START_TEST(refuses_two_packs_with_the_same_rules)
{
	struct generation generation = packs_new();

	put_pack(&generation, "a", CDA_RULE TEMPLATE_RULE("2.999.1"));
	put_pack(&generation, "b", TEMPLATE_RULE("2.999.1") CDA_RULE);
	expect_errors(&generation,
	    "aa/b/pack.yaml:6:5: lint-detect-tie: the packs aa/a and aa/b have the same detection rules: "
	    "no document could choose between them");
	generation_free(&generation);
}
END_TEST

START_TEST(warns_of_paths_that_search_the_whole_document)
{
	struct generation generation = packs_new();

	put_pack(&generation, "p", "  - { xpath: //x:a }\n");
	expect_warnings(&generation,
	    AT "14: lint-slow-path: a path that begins with // searches every document from end to "
	    "end; name the way from the root");
	generation_free(&generation);
}
END_TEST

TESTS("mapping/detect", knows_the_root_by_name_space_and_name, knows_a_name_space_by_a_regular_expression,
    compares_the_nodes_of_a_path, lets_the_most_specific_pack_win,
    refuses_to_choose_between_equally_specific_packs, says_what_it_found_when_no_pack_takes_the_document,
    gives_the_reason_of_every_pack, tells_the_same_prefix_of_two_packs_apart, bounds_the_work_of_a_path, refuses_a_document_that_needs_too_much_memory,
    bounds_the_work_of_a_regular_expression, refuses_rules_of_a_wrong_form, refuses_paths_that_are_no_xpath,
    refuses_a_bad_regular_expression, refuses_a_rule_stated_twice, refuses_two_packs_with_the_same_rules,
    warns_of_paths_that_search_the_whole_document)
