/* SPDX-License-Identifier: EUPL-1.2 */
/* The functions of the mapping language, each in a stylesheet: mappings/README.md, "Functions". */
#include "stage.h"

#include "base/digest.h"

#include <string.h>

/* The string of an expression over a document; the context is ClinicalDocument. */
static const char *
answer(struct stage *stage, const char *expression, const char *content)
{
	char *stylesheet = NULL, *document = NULL;

	ck_assert_int_gt(asprintf(&stylesheet,
	    BASIC("<code><text value=\"{concat('=', %s)}\"/></code>"), expression), 0);
	ck_assert_int_gt(asprintf(&document, DOCUMENT("%s"), content), 0);
	stage_show(stage, stylesheet, document);
	free(stylesheet);
	free(document);
	return told(stage, "//f:Basic/f:code/f:text/@value") + 1;
}

static void
expect(const char *expression, const char *content, const char *expected)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(answer(&stage, expression, content), expected);
	stage_free(&stage);
}

START_TEST(id_is_the_url_of_an_entry)
{
	char uuid[UUID_TEXT], url[60];

	uuid_of_name(uuid, "1.2.3^d\nPatient\nk", 17);
	snprintf(url, sizeof(url), "urn:uuid:%s", uuid);
	expect("ehds:id('k', 'Patient')", "<id root='1.2.3' extension='d'/>", url);
}
END_TEST

START_TEST(today_is_the_jobs_date)
{
	struct stage stage = stage_new();

	stage.job.date = "2026-11-22T10:00:00+01:00";
	ck_assert_str_eq(answer(&stage, "ehds:today()", "<effectiveTime value='20240102'/>"),
	    "2026-11-22T10:00:00+01:00");
	stage_free(&stage);
}
END_TEST

START_TEST(today_is_the_documents_date_when_the_job_has_none)
{
	expect("ehds:today()", "<effectiveTime value='20240102030405+0100'/>",
	    "2024-01-02T03:04:05+01:00");
	expect("ehds:today()", "", "");
}
END_TEST

/* Summer (UTC+2) and winter (UTC+1); a day and what is no time at all stay as they are. */
START_TEST(local_is_the_clock_of_the_country)
{
	expect("ehds:local('2024-06-05T22:00:00Z')", "", "2024-06-06T00:00:00+02:00");
	expect("ehds:local('2024-01-31T23:30:00Z')", "", "2024-02-01T00:30:00+01:00");
	expect("ehds:local('2024-07-10T12:50:00+01:00')", "", "2024-07-10T13:50:00+02:00");
	expect("ehds:local('2024-06-05')", "", "2024-06-05");
	expect("ehds:local('2024-06-05T22:00:00')", "", "2024-06-05T22:00:00");
	expect("ehds:local('in summer')", "", "in summer");
}
END_TEST

#define TABLE \
	"table: aa/t/k\nversion: \"1\"\ntarget: { system: \"urn:t\" }\nwhy: a test\nrows:\n" \
	"  - { from: k, to: t, display: T, relation: equivalent }\n  - { from: u, relation: " \
	"unmatched, why: none }\n"

START_TEST(lookup_and_display_ask_a_table)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "aa/t/tables/k.yaml", TABLE);
	stage_put_pack(&stage, "tables: [ k ]\n",
	    BASIC("<code><text value=\"{concat(ehds:lookup('k', c:a/@c), '|',"
	    " ehds:display('k', 'k'), '|', ehds:lookup('k', 'u'), '|', ehds:lookup('k', "
	    "'missing'), '|')}\"/></code>"));
	stage_load(&stage);
	ck_assert_int_eq(stage_run(&stage, DOCUMENT("<a c='k'/>")), 0);
	ck_assert_str_eq(told(&stage, "//f:text/@value"), "t|T|||");
	stage_free(&stage);
}
END_TEST

START_TEST(a_table_must_be_the_packs)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<code><text value='{ehds:lookup(c:a, 1)}'/></code>"), DOCUMENT("<a>nowhere</a>")),
	    "aa/t/t.xsl:5: error: map-unknown-table: the pack lists no table 'nowhere'");
	stage_free(&stage);
}
END_TEST

START_TEST(decimal_reads_numbers_as_people_write_them)
{
	expect("ehds:decimal(c:a)", "<a>1 234,50</a>", "1234.50");
	expect("ehds:decimal('x')", "", "");
}
END_TEST

START_TEST(split_gives_the_nth_part)
{
	expect("concat(ehds:split('a/b/c', '/', 1), ehds:split('a/b/c', '/', 3), ehds:split('a/b',"
	    " '/', 3),"
	    " ehds:split('a', '/', 1), ehds:split('a', '', 1), ehds:split('a/b', '/', 0))", "", "acaa");
	expect("ehds:split('a::b', '::', 2)", "", "b");
}
END_TEST

START_TEST(slice_gives_characters)
{
	expect("ehds:slice('\xC3\xA9t\xC3\xA9s', 2, 2)", "", "t\xC3\xA9");
	expect("concat(ehds:slice('abc', 2, 9), ehds:slice('abc', 0, 2), ehds:slice('abc', 4, 1), "
	    "ehds:slice('abc', 1, 0))", "", "bc");
}
END_TEST

#define SECTIONS \
	"<s><templateId root='1.2'/><templateId root='1.2'/><n>1</n><s><templateId root='1.2'/><n>2</n></s></s>" \
	"<s><templateId root='1.3'/><templateId root='1.2'/><n>3</n></s>"

START_TEST(template_finds_elements_once_and_in_document_order)
{
	expect("concat(count(ehds:template('1.2')), ehds:template('1.2')[1]/c:n, "
	    "ehds:template('1.2')[2]/c:n, ehds:template('1.2')[3]/c:n)", SECTIONS, "3123");
	expect("count(ehds:template('1.9'))", SECTIONS, "0");
}
END_TEST

START_TEST(template_looks_below_nodes)
{
	expect("concat(count(ehds:template('1.2', c:s[1])), ehds:template('1.2', c:s[1])/c:n)",
	    SECTIONS, "12");
	expect("count(ehds:template('1.2', /))", SECTIONS, "3");
	expect("count(ehds:template('1.2', c:missing))", SECTIONS, "0");
	expect("count(ehds:template('1.2', c:s))", SECTIONS, "1");
}
END_TEST

START_TEST(coded_finds_elements_by_their_code)
{
	expect("concat(ehds:coded('k')/c:n, count(ehds:coded('k')), count(ehds:coded('z')))",
	    "<o><code code='k'/><n>1</n></o><o><code code='l'/><n>2</n></o>", "110");
}
END_TEST

START_TEST(identified_finds_elements_by_their_id)
{
	expect("concat(ehds:identified('1.2', 'e')/c:n, ehds:identified('1.2')/c:n, "
	    "count(ehds:identified('1.9')))",
	    "<o><id root='1.2' extension='e'/><n>1</n></o><o><id root='1.2'/><n>2</n></o>", "120");
}
END_TEST

START_TEST(having_finds_what_belongs_together_by_a_number)
{
	static const char document[] = "<o><a><n> 7 </n><v>1</v></a><a><n>8</n><v>2</v></a><a><n>7</n><v>3</v></a><a><n/></a></o>"
	    "<o><a><n>7</n><v>4</v></a></o>";

	expect("concat(count(ehds:having('n', 7)), ehds:having('n', '7 ')[2]/c:v, count(ehds:having('n', '')), "
	    "count(ehds:having('n', '7', //c:o[2])), ehds:having('v', '2')/c:n, count(ehds:having('x', '7')))", document,
	    "330180");
}
END_TEST

START_TEST(target_finds_the_element_of_an_id)
{
	expect("concat(ehds:target('#x'), ehds:target('x'), count(ehds:target('#y')))",
	    "<p ID='x'>one</p>", "oneone0");
}
END_TEST

START_TEST(text_resolves_references)
{
	expect("ehds:text(c:k)",
	    "<k><originalText><reference value='#x'/></originalText></k><p ID='x'>the  words</p>",
	    "the words");
	expect("ehds:text('as it is')", "", "as it is");
	expect("ehds:text(c:k/@a)", "<k a='b'/>", "b");
	expect("ehds:text(c:missing)", "", "");
}
END_TEST

START_TEST(null_is_true_of_nothing_a_null_flavor_and_emptiness)
{
	expect("concat(ehds:null(c:missing), ehds:null(c:n), ehds:null(c:e), ehds:null(c:t), "
	    "ehds:null(''), ehds:null(' '))",
	    "<n nullFlavor='UNK' value='1'/><e/><t xsi:type='CD'> </t>", "truetruetruetruetruetrue");
	expect("concat(ehds:null(c:v), ehds:null(c:c), ehds:null(c:x), ehds:null(c:v/@value), "
	    "ehds:null('x'))",
	    "<v value='1'/><c><low/></c><x>x</x>", "falsefalsefalsefalsefalse");
}
END_TEST

START_TEST(uri_names_an_oid)
{
	struct stage stage = stage_new();

	site_put(&stage.generation.site, "aa/naming.yaml",
	    "naming:\n  - { oid: 2.16.840.1.113883.6.1, uri: \"http://loinc.org\", name: LOINC }\n");
	ck_assert_str_eq(answer(&stage,
	    "concat(ehds:uri(c:a/@r), ' ', ehds:uri('1.2.3'), ' ', ehds:uri(''))",
	    "<a r='2.16.840.1.113883.6.1'/>"), "http://loinc.org urn:oid:1.2.3 ");
	stage_free(&stage);
}
END_TEST

/* libxml2 evaluates what our evaluator does not know; the functions are the same for both. */
START_TEST(functions_answer_libxml2_as_well)
{
	expect("concat(ehds:split('a/b', '/', 2), name(ehds:coded('k')), count(following::*) * 0, "
	    "ehds:null(c:missing))",
	    "<o><code code='k'/></o>", "bo0true");
}
END_TEST

/* HL7 FHIR R4, bundle.html, "Resolving references in Bundles": a relative reference is seen from the entry's fullUrl. */
START_TEST(target_finds_the_resource_of_a_fhir_reference)
{
	static const char document[] = "<Bundle xmlns='http://hl7.org/fhir'>"
	    "<entry><fullUrl value='http://a.example/Observation/1'/><resource><Observation><id value='1'/>"
	    "<subject><reference value='Patient/p'/></subject><focus><reference value='Patient/q'/></focus></Observation></resource></entry>"
	    "<entry><fullUrl value='http://b.example/Patient/p'/><resource><Patient><id value='p'/><gender value='male'/></Patient></resource></entry>"
	    "<entry><fullUrl value='http://a.example/Patient/p'/><resource><Patient><id value='p'/><gender value='female'/></Patient></resource></entry>"
	    "</Bundle>";
	static const char stylesheet[] = STYLE_HEAD "<xsl:template match='/' xmlns:f='http://hl7.org/fhir'><Bundle><ehds:entry key=\"'basic'\">"
	    "<Basic><xsl:for-each select='f:Bundle/f:entry/f:resource/f:Observation'><code><text value=\"{concat("
	    "ehds:target(f:subject/f:reference/@value)/f:gender/@value, count(ehds:target(f:focus/f:reference/@value)),"
	    "ehds:target('http://b.example/Patient/p')/f:gender/@value)}\"/></code></xsl:for-each></Basic></ehds:entry></Bundle></xsl:template>"
	    STYLE_TAIL;
	struct stage stage = stage_new();

	stage_show(&stage, stylesheet, document);
	ck_assert_str_eq(told(&stage, "//f:Basic/f:code/f:text/@value"), "female0male");
	stage_free(&stage);
}
END_TEST

TESTS("mapping/functions", target_finds_the_resource_of_a_fhir_reference, id_is_the_url_of_an_entry, today_is_the_jobs_date,
    today_is_the_documents_date_when_the_job_has_none, local_is_the_clock_of_the_country,
    lookup_and_display_ask_a_table, a_table_must_be_the_packs,
    decimal_reads_numbers_as_people_write_them, split_gives_the_nth_part, slice_gives_characters,
    template_finds_elements_once_and_in_document_order, template_looks_below_nodes,
    coded_finds_elements_by_their_code, identified_finds_elements_by_their_id, having_finds_what_belongs_together_by_a_number,
    target_finds_the_element_of_an_id, text_resolves_references,
    null_is_true_of_nothing_a_null_flavor_and_emptiness, uri_names_an_oid,
    functions_answer_libxml2_as_well)
