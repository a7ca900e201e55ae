/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * XML to JSON to XML, and JSON to XML to JSON: the bytes of the first writing must come back. Our own
 * fixtures hold every special case of json.html; a folder with documents of others is tried as well when
 * EHDS_SAMPLES names one.
 */
#include "fhir/json.h"
#include "base/file.h"
#include "base/text.h"
#include "format/xml.h"

#include "../check_main.h"
#include "tree_text.h"

#include <string.h>

struct trip {
	struct arena *arena;
	struct ehds_findings findings;
	struct buffer xml, json, xml_again, json_again;
};

static void
trip_free(struct trip *trip)
{
	buffer_free(&trip->xml);
	buffer_free(&trip->json);
	buffer_free(&trip->xml_again);
	buffer_free(&trip->json_again);
	arena_free(&trip->arena);
}

/* Writes the tree in both forms, reads both, and writes each in the other form. */
static void
make_trip(struct trip *trip, const xmlDoc *doc, const char *name)
{
	struct ehds_error error = { 0 };
	struct xml_source *source;
	xmlDoc *from_json;

	ck_assert_msg(fhir_xml_write(&trip->xml, doc, false, &error) == 0, "%s: %s", name, error.text);
	ck_assert_msg(fhir_json_write(&trip->json, doc, false, &error) == 0, "%s: %s", name, error.text);
	ck_assert_msg(xml_parse(&source, trip->xml.data, trip->xml.length, name, &xml_limits_default,
			  trip->arena, &trip->findings, &error)
		== 0,
	    "%s: %s", name, error.text);
	ck_assert_msg(fhir_json_read(&from_json, trip->json.data, trip->json.length, name, &fhir_json_limits, trip->arena,
			  &trip->findings, &error)
		== 0,
	    "%s: %s", name, error.text);
	ck_assert_int_eq(fhir_json_write(&trip->json_again, xml_source_doc(source), false, &error), 0);
	ck_assert_int_eq(fhir_xml_write(&trip->xml_again, from_json, false, &error), 0);
	ck_assert_msg(trip->findings.first == NULL, "%s: %s", name,
	    trip->findings.first != NULL ? trip->findings.first->text : "");
	ck_assert_msg(
	    strcmp(trip->xml.data, trip->xml_again.data) == 0, "%s: XML changes by way of JSON", name);
	ck_assert_msg(
	    strcmp(trip->json.data, trip->json_again.data) == 0, "%s: JSON changes by way of XML", name);
	xmlFreeDoc(from_json);
	xml_source_free(&source);
}

static struct trip
trip_new(void)
{
	struct trip trip = { .arena = arena_new(0) };

	xml_open();
	trip.findings = findings_new(trip.arena);
	return trip;
}

/* ---- Special cases ------------------------------------------------------------------------------------------ */

static void
assert_same(const char *tree)
{
	struct trip trip = trip_new();
	xmlDoc *doc = tree_of(tree);

	make_trip(&trip, doc, tree);
	xmlFreeDoc(doc);
	trip_free(&trip);
}

START_TEST(decimals_keep_their_digits)
{
	assert_same("<Observation><valueQuantity><value value='1.50'/></valueQuantity></Observation>");
	assert_same("<Observation><valueQuantity><value "
		    "value='0.00000000000000000000000001'/></valueQuantity></Observation>");
	assert_same("<Observation><valueQuantity><value "
		    "value='12345678901234567890.12345678901234567890'/></valueQuantity></Observation>");
	assert_same("<Observation><valueQuantity><value value='-1.0E+02'/></valueQuantity></Observation>");
}
END_TEST

START_TEST(primitives_keep_ids_extensions_and_gaps)
{
	assert_same("<Patient><name><given value='a'/><given id='b'/><given value='c'><extension "
		    "url='u'><valueString value='x'/></extension>"
		    "</given></name><birthDate><extension url='u'><valueCode "
		    "value='unknown'/></extension></birthDate></Patient>");
	assert_same("<Patient><birthDate value='1970' id='a'><extension url='u' id='b'><valueCode "
		    "value='x'/></extension></birthDate></Patient>");
	assert_same("<Patient><id value='a'><extension url='u'><valueString "
		    "value='x'/></extension></id></Patient>");
}
END_TEST

START_TEST(white_space_in_values_survives)
{
	assert_same("<Patient><name><text value='a&#9;b&#10;c&#13;d  e '/></name></Patient>");
	assert_same("<Flag><code><text value='\"\\ / &amp; &lt; &gt; &apos;'/></code></Flag>");
}
END_TEST

START_TEST(narrative_keeps_every_character)
{
	assert_same("<Patient><text><status value='generated'/><div xmlns='http://www.w3.org/1999/xhtml' "
		    "xml:lang='da' lang='da'>\n"
		    "<!-- note --><p class='a' title='&quot;q&quot; &amp; &lt;'>1 &lt; 2 &amp;&amp; 3 "
		    "&gt; 2\xC2\xA0<br/>\t<span></span></p>"
		    "<pre> a\n  b </pre>\xF0\x9F\x98\x80</div></text></Patient>");
}
END_TEST

START_TEST(resources_inside_resources_survive)
{
	assert_same("<Bundle><type value='collection'/><entry><resource><Parameters><parameter><name "
		    "value='n'/><resource><Condition><contained>"
		    "<Patient><id value='p'/></Patient></contained><contained><Practitioner><id "
		    "value='q'/></Practitioner></contained>"
		    "<subject><reference "
		    "value='#p'/></subject></Condition></resource></parameter></Parameters></resource></"
		    "entry></Bundle>");
}
END_TEST

/* ---- Documents of others ------------------------------------------------------------------------------------ */

static void
try_file(const char *path)
{
	struct trip trip = trip_new();
	struct ehds_error error = { 0 };
	struct buffer bytes = { 0 };
	struct xml_source *source = NULL;
	xmlDoc *doc = NULL;

	ck_assert_int_eq(file_read(&bytes, path, 0, &error), 0);
	if (text_ends_with(path, ".json")) {
		ck_assert_msg(fhir_json_read(&doc, bytes.data, bytes.length, path, &fhir_json_limits, trip.arena,
				  &trip.findings, &error)
			== 0,
		    "%s", error.text);
		make_trip(&trip, doc, path);
		xmlFreeDoc(doc);
	} else {
		ck_assert_msg(xml_parse(&source, bytes.data, bytes.length, path, &xml_limits_default,
				  trip.arena, &trip.findings, &error)
			== 0,
		    "%s", error.text);
		make_trip(&trip, xml_source_doc(source), path);
		xml_source_free(&source);
	}
	buffer_free(&bytes);
	trip_free(&trip);
}

/* XML attributes are bounded to 1 MiB at the door, JSON strings are not: such a document cannot come back
 * as XML. */
static bool
is_too_large(const char *path)
{
	return text_ends_with(path, "bundle-report-structured.json");
}

static void
try_folder(const char *path)
{
	char **names;
	size_t count, i;
	struct ehds_error error = { 0 };

	if (folder_list(&names, &count, path, &error) != 0)
		return;
	for (i = 0; i < count; i++) {
		char *below = path_join(path, names[i]);

		if (folder_exists(below))
			try_folder(below);
		else if ((text_ends_with(below, ".json") || text_ends_with(below, ".xml"))
		    && !is_too_large(below))
			try_file(below);
		free(below);
	}
	folder_list_free(&names, count);
}

START_TEST(documents_of_others_survive)
{
	static const char *const folders[] = { "eps-valid", "ig-examples", "lab-2.0.0" };
	const char *samples = getenv("EHDS_SAMPLES");
	size_t i;

	for (i = 0; samples != NULL && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *folder = must_printf("%s/eu/%s", samples, folders[i]);

		try_folder(folder);
		free(folder);
	}
}
END_TEST

TESTS("fhir/round_trip", decimals_keep_their_digits, primitives_keep_ids_extensions_and_gaps,
    white_space_in_values_survives, narrative_keeps_every_character, resources_inside_resources_survive,
    documents_of_others_survive)
