/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bundle entries and the references between them. UUIDs are those of RFC 9562, version 5, over the
 * names that entry.c composes.
 */
#include "stage.h"

#include "base/digest.h"

#include <string.h>

#define ID "<id root='1.2.3' extension='doc'/>"
#define PATIENT(content) "<ehds:entry key=\"'p'\"><Patient>" content "</Patient></ehds:entry>"
#define ACTIVE "<active value='true'/>"

/* "urn:uuid:..." of name; in static memory, for one assertion. */
static const char *
url_of(const char *name)
{
	static char url[60];
	char uuid[UUID_TEXT];

	uuid_of_name(uuid, name, strlen(name));
	snprintf(url, sizeof(url), "urn:uuid:%s", uuid);
	return url;
}

START_TEST(entries_come_in_the_order_in_which_they_begin)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<type value='document'/><ehds:entry key=\"'c'\"><Composition><ehds:entry "
	    "name='subject' key=\"'p'\">"
	    "<Patient>" ACTIVE "</Patient></ehds:entry><title value='t'/></Composition></ehds:entry>"
	    "<ehds:entry key=\"'o'\"><Organization><name value='n'/></Organization></ehds:entry>"),
	    DOCUMENT(ID));
	ck_assert_str_eq(told(&stage,
	    "concat(name(//f:entry[1]/f:resource/*), ' ', name(//f:entry[2]/f:resource/*), ' ',"
	    " name(//f:entry[3]/f:resource/*))"), "Composition Patient Organization");
	ck_assert_str_eq(told(&stage, "/f:Bundle/f:type/@value"), "document");
	ck_assert_str_eq(told(&stage,
	    "//f:Composition/f:subject/f:reference/@value = //f:entry[2]/f:fullUrl/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(an_entry_is_named_after_document_type_and_key)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE(PATIENT(ACTIVE)), DOCUMENT(ID));
	ck_assert_str_eq(told(&stage, "//f:fullUrl/@value"), url_of("1.2.3^doc\nPatient\np"));
	stage_free(&stage);
}
END_TEST

/* The URL of the patient in a document without an id. */
static const char *
url_without_id(struct stage *stage, const char *document)
{
	ck_assert_int_eq(stage_run(stage, document), 0);
	return told(stage, "//f:fullUrl/@value");
}

/*
 * The same words in Latin-1 (one byte for an o with a stroke) and in UTF-8 (two), and with a
 * prefix; then other words.
 */
START_TEST(a_document_without_an_id_is_told_apart_by_what_it_says)
{
	struct stage stage = stage_new();
	char first[60];

	stage_put_pack(&stage, "", BUNDLE(PATIENT(ACTIVE)));
	stage_load(&stage);
	snprintf(first, sizeof(first), "%s", url_without_id(&stage,
	    "<?xml version='1.0' encoding='ISO-8859-1'?>"
	    "<ClinicalDocument xmlns='urn:hl7-org:v3'><a b='1'>\xf8</a></ClinicalDocument>"));
	ck_assert_str_eq(url_without_id(&stage,
	    "<ClinicalDocument xmlns='urn:hl7-org:v3'><a b='1'>\xc3\xb8</a></ClinicalDocument>"), first);
	ck_assert_str_eq(url_without_id(&stage,
	    "<c:ClinicalDocument xmlns:c='urn:hl7-org:v3'><c:a b='1'>\xc3\xb8</c:a>"
	    "</c:ClinicalDocument>"), first);
	ck_assert_str_ne(url_without_id(&stage,
	    "<ClinicalDocument xmlns='urn:hl7-org:v3'><a b='1'>\xc3\xb8.</a></ClinicalDocument>"), first);
	ck_assert_str_ne(url_without_id(&stage,
	    "<ClinicalDocument xmlns='urn:hl7-org:v3'><a b='2'>\xc3\xb8</a></ClinicalDocument>"), first);
	ck_assert_str_ne(url_without_id(&stage,
	    "<ClinicalDocument xmlns='urn:hl7-org:v3'><a b='1'/>\xc3\xb8</ClinicalDocument>"), first);
	stage_free(&stage);
}
END_TEST

START_TEST(the_default_key_is_the_ids_of_the_node)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE("<ehds:entry select='c:x'><Patient>" ACTIVE "</Patient></ehds:entry>"),
	    DOCUMENT(ID "<x><id root='1.9' extension='7'/><id nullFlavor='UNK'/><id root='1.8'/></x>"));
	ck_assert_str_eq(told(&stage, "//f:fullUrl/@value"), url_of("1.2.3^doc\nPatient\n1.9^7 1.8"));
	stage_free(&stage);
}
END_TEST

START_TEST(another_node_with_the_same_ids_is_an_entry_of_its_own)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE("<ehds:entry select='c:x'><Patient>" ACTIVE "</Patient></ehds:entry>"),
	    DOCUMENT(ID "<x><id root='1.9'/></x><x><id root='1.9'/></x>"));
	ck_assert_str_eq(told(&stage, "//f:entry[1]/f:fullUrl/@value"),
	    url_of("1.2.3^doc\nPatient\n1.9"));
	ck_assert_str_eq(told(&stage, "//f:entry[2]/f:fullUrl/@value"),
	    url_of("1.2.3^doc\nPatient\n1.9\n1"));
	ck_assert_str_eq(said(&stage), "");
	stage_free(&stage);
}
END_TEST

START_TEST(a_key_given_twice_is_found_and_loses_nothing)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE("<xsl:for-each select='c:x'>" PATIENT(ACTIVE) "</xsl:for-each>"),
	    DOCUMENT(ID "<x/>\n<x/>"));
	ck_assert_str_eq(told(&stage, "count(//f:Patient)"), "2");
	ck_assert_str_eq(said(&stage), "3: warning map-key-repeated: "
	    "the key of this Patient was given to another one: it is an entry of its own (p)");
	stage_free(&stage);
}
END_TEST

START_TEST(the_same_document_gives_the_same_bytes)
{
	struct stage stage = stage_new();
	char *first;

	stage_show(&stage,
	    BUNDLE("<ehds:entry select='c:x'><Patient>" ACTIVE "</Patient></ehds:entry>"),
	    DOCUMENT(ID "<x><id root='1.9'/></x><x/>"));
	first = strdup(written(&stage, "/f:Bundle"));
	ck_assert_int_eq(stage_run(&stage, DOCUMENT(ID "<x><id root='1.9'/></x><x/>")), 0);
	ck_assert_str_eq(written(&stage, "/f:Bundle"), first);
	free(first);
	stage_free(&stage);
}
END_TEST

START_TEST(shared_entries_of_one_key_are_made_once)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<xsl:for-each select='c:x'><extension url='u'><ehds:entry "
	    "name='valueReference' shared='yes'>"
	    "<Patient>" ACTIVE "</Patient></ehds:entry></extension></xsl:for-each>"),
	    DOCUMENT(ID "<x><id root='1.9'/></x><x><id root='1.9'/></x><x><id root='1.8'/></x>"));
	ck_assert_str_eq(told(&stage, "count(//f:Patient)"), "2");
	ck_assert_str_eq(told(&stage, "count(//f:valueReference)"), "3");
	ck_assert_str_eq(told(&stage,
	    "(//f:valueReference)[1]/f:reference/@value = "
	    "(//f:valueReference)[2]/f:reference/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(what_has_no_key_is_never_shared)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry select='c:x' shared='yes'><Patient>" ACTIVE
	    "</Patient></ehds:entry>"), DOCUMENT(ID "<x/><x><id nullFlavor='UNK'/></x>"));
	ck_assert_str_eq(told(&stage, "count(//f:Patient)"), "2");
	ck_assert_str_eq(told(&stage,
	    "//f:entry[1]/f:fullUrl/@value != //f:entry[2]/f:fullUrl/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(a_shared_entry_whose_type_comes_from_a_template_is_made_once)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    STYLE_HEAD "<xsl:template match='/'><Bundle><xsl:for-each select='c:ClinicalDocument/c:x'>"
	    "<ehds:entry shared='yes' key=\"'k'\"><xsl:call-template name='p'/></ehds:entry>"
	    "</xsl:for-each></Bundle></xsl:template>"
	    "<xsl:template name='p'><Patient>" ACTIVE "</Patient></xsl:template>" STYLE_TAIL,
	    DOCUMENT(ID "<x/><x/>"));
	ck_assert_str_eq(told(&stage, "count(//f:entry)"), "1");
	stage_free(&stage);
}
END_TEST

START_TEST(a_shared_entry_within_itself_refers_to_the_outer_one)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    STYLE_HEAD
	    "<xsl:template match='/'><Bundle><xsl:apply-templates "
	    "select='c:ClinicalDocument/c:o'/></Bundle></xsl:template>"
	    "<xsl:template match='c:o'><ehds:entry name='{@as}' shared='yes'><Organization><name "
	    "value='n'/>"
	    "<xsl:apply-templates select='c:o'/></Organization></ehds:entry></xsl:template>" STYLE_TAIL,
	    DOCUMENT(ID "<o><id root='1.9'/><o as='partOf'><id root='1.9'/></o></o>"));
	ck_assert_str_eq(told(&stage, "count(//f:Organization)"), "1");
	ck_assert_str_eq(told(&stage, "//f:partOf/f:reference/@value = //f:fullUrl/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(content_key_and_display_are_evaluated_on_the_selected_node)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:entry name='subject' select='c:x' key='@k' display='@d'><Organization>"
	    "<ehds:string name='name' select='@n'/></Organization></ehds:entry>"),
	    DOCUMENT(ID "<x k='k' d='shown' n='N'/>"));
	ck_assert_str_eq(told(&stage, "//f:subject/f:reference/@value"),
	    url_of("1.2.3^doc\nOrganization\nk"));
	ck_assert_str_eq(told(&stage, "//f:subject/f:display/@value"), "shown");
	ck_assert_str_eq(told(&stage, "//f:Organization/f:name/@value"), "N");
	stage_free(&stage);
}
END_TEST

START_TEST(an_entry_that_makes_nothing_is_not_there_and_is_not_referred_to)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:entry name='subject' select='c:x'><xsl:if test='@y'><Patient>" ACTIVE
	    "</Patient></xsl:if></ehds:entry><ehds:entry name='author' select='c:x'><Patient>"
	    "<ehds:name name='name'"
	    " select='c:name'/></Patient></ehds:entry><code><text value='t'/></code>"),
	    DOCUMENT(ID "<x/>"));
	ck_assert_str_eq(told(&stage, "count(//f:entry)"), "1");
	ck_assert_str_eq(written(&stage, "//f:Basic/*/*"), "<text value=\"t\"/>");
	stage_free(&stage);
}
END_TEST

START_TEST(an_ordinal_is_never_given_twice)
{
	struct stage stage = stage_new();

	/* The outer one comes to nothing, after an inner one of the same ids was made. */
	stage_show(&stage,
	    STYLE_HEAD "<xsl:template match='/'><Bundle><xsl:for-each select='//c:x'><ehds:entry>"
	    "<Organization><xsl:for-each select='c:y'><xsl:variable name='v'><ehds:entry "
	    "name='partOf'><Organization><name value='n'/>"
	    "</Organization></ehds:entry></xsl:variable></xsl:for-each><ehds:string name='name' "
	    "select='@n'/></Organization></ehds:entry>"
	    "</xsl:for-each></Bundle></xsl:template>" STYLE_TAIL,
	    DOCUMENT(ID "<x><id root='1.9'/><y><id root='1.9'/></y></x><x n='m'><id root='1.9'/></x>"));
	ck_assert_str_eq(told(&stage, "count(//f:entry)"), "2");
	ck_assert_str_eq(told(&stage,
	    "//f:entry[1]/f:fullUrl/@value = //f:entry[2]/f:fullUrl/@value"), "false");
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_finds_an_entry_that_was_or_will_be_made)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE(PATIENT(ACTIVE) "<ehds:entry key=\"'b'\"><Basic>"
	    "<ehds:reference name='subject' key=\"'p'\" type='Patient' display=\"'shown'\"/>"
	    "<ehds:reference name='author' key=\"'o'\" type='Organization'/></Basic></ehds:entry>"
	    "<ehds:entry key=\"'o'\"><Organization><name value='n'/></Organization></ehds:entry>"),
	    DOCUMENT(ID));
	ck_assert_str_eq(told(&stage, "//f:Basic/f:subject/f:reference/@value"),
	    url_of("1.2.3^doc\nPatient\np"));
	ck_assert_str_eq(told(&stage, "//f:Basic/f:subject/f:display/@value"), "shown");
	ck_assert_str_eq(told(&stage,
	    "//f:Basic/f:author/f:reference/@value = //f:entry[3]/f:fullUrl/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_without_a_type_finds_the_one_entry_of_its_key)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BUNDLE("<ehds:entry key=\"'b'\"><Basic><ehds:reference name='subject' key=\"'p'\"/>"
	    "</Basic></ehds:entry>"
	    PATIENT(ACTIVE)), DOCUMENT(ID));
	ck_assert_str_eq(told(&stage,
	    "//f:subject/f:reference/@value = //f:entry[2]/f:fullUrl/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(a_key_of_nodes_is_made_of_their_ids)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:entry name='subject' select='c:x'><Patient>" ACTIVE "</Patient></ehds:entry>"
	    "<ehds:reference name='author' key='c:y/c:id' type='Patient'/>"),
	    DOCUMENT(ID "<x><id root='1.9' extension='7'/></x><y><id root='1.9' extension='7'/></y>"));
	ck_assert_str_eq(told(&stage,
	    "//f:subject/f:reference/@value = //f:author/f:reference/@value"), "true");
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_without_a_key_writes_nothing)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<ehds:reference name='subject' key='c:missing' type='Patient'/><code><text "
	    "value='t'/></code>"), DOCUMENT(ID));
	ck_assert_str_eq(told(&stage, "count(//f:subject)"), "0");
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_to_nothing_is_an_error_of_the_mapping)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BASIC("<ehds:reference name='subject' key=\"'q'\" type='Patient'/>"), DOCUMENT(ID)),
	    "aa/t/t.xsl:5: error: map-unknown-reference: no entry makes Patient with the key 'q' "
	    "(line 1 of the document)");
	ck_assert_int_eq(stage.error.kind, EHDS_ERROR_MAPPING);
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_without_a_type_must_not_be_ambiguous)
{
	struct stage stage = stage_new();

	ck_assert_str_eq(refused(&stage, BUNDLE(PATIENT(ACTIVE) "<ehds:entry key=\"'p'\"><Basic>"
	    "<ehds:reference name='subject' key=\"'p'\"/></Basic></ehds:entry>"), DOCUMENT(ID)),
	    "aa/t/t.xsl:5: error: map-unknown-reference: several entries make, say which `type`: "
	    "with the key 'p'"
	    " (line 1 of the document)");
	stage_free(&stage);
}
END_TEST

START_TEST(a_reference_in_something_that_came_to_nothing_is_nobodys)
{
	struct stage stage = stage_new();

	stage_show(&stage,
	    BASIC("<xsl:variable name='v'><ehds:reference name='subject' key=\"'q'\" "
	    "type='Patient'/></xsl:variable>"
	    "<code><text value='{count($v)}'/></code>"), DOCUMENT(ID));
	ck_assert_str_eq(told(&stage, "count(//f:subject)"), "0");
	stage_free(&stage);
}
END_TEST

START_TEST(an_entry_holds_one_resource_and_no_text)
{
	struct stage stage = stage_new(), other = stage_new();

	ck_assert_str_eq(refused(&stage,
	    BUNDLE("<ehds:entry><Patient>" ACTIVE "</Patient><Group>" ACTIVE
	    "</Group></ehds:entry>"), DOCUMENT(ID)),
	    "aa/t/t.xsl:5: error: map-entry-content: an entry holds one resource, this one holds "
	    "Patient and Group");
	ck_assert_str_eq(refused(&other,
	    BUNDLE("<ehds:entry><Patient>" ACTIVE "</Patient>text</ehds:entry>"), DOCUMENT(ID)),
	    "aa/t/t.xsl:5: error: map-entry-content: an entry holds a resource and no text: 'text'");
	stage_free(&stage);
	stage_free(&other);
}
END_TEST

START_TEST(entries_are_made_wherever_they_stand)
{
	struct stage stage = stage_new();

	/* Within a variable that is never used, and within the header of the Bundle. */
	stage_show(&stage,
	    STYLE_HEAD "<xsl:template match='/'><xsl:variable name='v'>" PATIENT(ACTIVE)
	    "</xsl:variable><Bundle>"
	    "<identifier><ehds:entry key=\"'q'\"><Group>" ACTIVE
	    "</Group></ehds:entry><value value='{count($v)}'/></identifier></Bundle>"
	    "</xsl:template>" STYLE_TAIL, DOCUMENT(ID));
	ck_assert_str_eq(told(&stage,
	    "count(//f:entry/f:resource/f:Patient) + count(//f:entry/f:resource/f:Group)"), "2");
	ck_assert_str_eq(told(&stage, "count(/f:Bundle/f:identifier/*)"), "1");
	stage_free(&stage);
}
END_TEST

START_TEST(name_spaces_of_the_stylesheet_stay_out_of_the_result)
{
	struct stage stage = stage_new();

	stage_show(&stage, BUNDLE("<type value='document'/>" PATIENT(ACTIVE)), DOCUMENT(ID));
	ck_assert_str_eq(told(&stage,
	    "count(//namespace::*[. != 'http://www.w3.org/XML/1998/namespace' and . != "
	    "'http://hl7.org/fhir'])"),
	    "0");
	stage_free(&stage);
}
END_TEST

TESTS("mapping/entry", entries_come_in_the_order_in_which_they_begin,
    an_entry_is_named_after_document_type_and_key,
    a_document_without_an_id_is_told_apart_by_what_it_says, the_default_key_is_the_ids_of_the_node,
    another_node_with_the_same_ids_is_an_entry_of_its_own,
    a_key_given_twice_is_found_and_loses_nothing, the_same_document_gives_the_same_bytes,
    shared_entries_of_one_key_are_made_once, what_has_no_key_is_never_shared,
    a_shared_entry_whose_type_comes_from_a_template_is_made_once,
    a_shared_entry_within_itself_refers_to_the_outer_one,
    content_key_and_display_are_evaluated_on_the_selected_node,
    an_entry_that_makes_nothing_is_not_there_and_is_not_referred_to,
    an_ordinal_is_never_given_twice, a_reference_finds_an_entry_that_was_or_will_be_made,
    a_reference_without_a_type_finds_the_one_entry_of_its_key, a_key_of_nodes_is_made_of_their_ids,
    a_reference_without_a_key_writes_nothing, a_reference_to_nothing_is_an_error_of_the_mapping,
    a_reference_without_a_type_must_not_be_ambiguous,
    a_reference_in_something_that_came_to_nothing_is_nobodys,
    an_entry_holds_one_resource_and_no_text, entries_are_made_wherever_they_stand,
    name_spaces_of_the_stylesheet_stay_out_of_the_result)
