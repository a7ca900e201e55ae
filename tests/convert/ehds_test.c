/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libehds as a program of others sees it: this file includes the public header alone and is linked
 * with the shared library, so that it also proves which symbols the library shows.
 */
#include <ehds/ehds.h>

#include "../check_main.h"

#include <string.h>

static const char note[] =
    "<note xmlns='urn:example:note' id='note-1' date='2026-03-04T10:00:00+01:00'>"
    "<patient id='patient-1'><family>Example</family></patient><fact id='fact-1' code='A1'/></note>";

static struct ehds *
opened(void)
{
	char *path = source_path("tests/ctl/mappings");
	const char *folder = path;
	char message[512] = "";
	struct ehds *ehds = ehds_open(&folder, 1, NULL, message, sizeof(message));

	free(path);
	ck_assert_msg(ehds != NULL, "%s", message);
	return ehds;
}

START_TEST(converts_a_document_and_gives_its_outcome)
{
	struct ehds *ehds = opened();
	struct ehds_result *result = ehds_convert(ehds, "note.xml", note, sizeof(note) - 1, EHDS_FHIR_JSON, NULL);
	const char *document, *outcome;
	size_t length;

	ck_assert_int_eq(ehds_result_state(result), EHDS_CONVERTED);
	ck_assert_str_eq(ehds_result_pack(result), "xx/note");
	document = ehds_result_document(result, &length);
	ck_assert_uint_eq(strlen(document), length);
	ck_assert_ptr_nonnull(strstr(document, "\"resourceType\":\"Bundle\""));
	outcome = ehds_result_outcome(result, &length);
	ck_assert_ptr_nonnull(strstr(outcome, "OperationOutcome"));
	ehds_result_free(&result);
	ck_assert_ptr_null(result);
	ehds_result_free(&result);
	ehds_close(&ehds);
	ck_assert_ptr_null(ehds);
	ehds_close(&ehds);
}
END_TEST

START_TEST(writes_xml_when_asked)
{
	struct ehds *ehds = opened();
	struct ehds_result *result = ehds_convert(ehds, NULL, note, sizeof(note) - 1, EHDS_FHIR_XML, NULL);
	size_t length;

	ck_assert_ptr_nonnull(strstr(ehds_result_document(result, &length), "<Bundle xmlns=\"http://hl7.org/fhir\">"));
	ehds_result_free(&result);
	ehds_close(&ehds);
}
END_TEST

START_TEST(refuses_what_is_no_document_and_says_why)
{
	struct ehds *ehds = opened();
	struct ehds_result *result = ehds_convert(ehds, "x", "nonsense", 8, EHDS_FHIR_JSON, NULL);
	size_t length = 1;

	ck_assert_int_eq(ehds_result_state(result), EHDS_REFUSED);
	ck_assert_ptr_null(ehds_result_pack(result));
	ck_assert_ptr_null(ehds_result_document(result, &length));
	ck_assert_uint_eq(length, 0);
	ck_assert_ptr_nonnull(strstr(ehds_result_outcome(result, &length), "xml-not-xml"));
	ehds_result_free(&result);
	ehds_close(&ehds);
}
END_TEST

START_TEST(validates_without_mappings)
{
	static const char incomplete[] = "{\"resourceType\":\"Bundle\",\"type\":\"document\"}";
	struct ehds *converter = opened(), *checker = ehds_open(NULL, 0, NULL, NULL, 0);
	struct ehds_result *converted = ehds_convert(converter, "note", note, sizeof(note) - 1, EHDS_FHIR_JSON, NULL);
	struct ehds_result *checked;
	const char *document;
	size_t length;

	ck_assert_ptr_nonnull(checker);
	document = ehds_result_document(converted, &length);
	checked = ehds_validate(checker, "note.json", document, length, NULL);
	ck_assert_int_eq(ehds_result_state(checked), EHDS_CONVERTED);
	ehds_result_free(&checked);
	/* bdl-10 to bdl-12 ask more of a document than to be a Bundle. */
	checked = ehds_validate(checker, "b", incomplete, sizeof(incomplete) - 1, NULL);
	ck_assert_int_eq(ehds_result_state(checked), EHDS_HELD);
	ehds_result_free(&checked);
	checked = ehds_validate(checker, "b", "{\"resourceType\":", 16, NULL);
	ck_assert_int_eq(ehds_result_state(checked), EHDS_REFUSED);
	ehds_result_free(&checked);
	checked = ehds_convert(checker, "note", note, sizeof(note) - 1, EHDS_FHIR_JSON, NULL);
	ck_assert_int_eq(ehds_result_state(checked), EHDS_HELD);
	ck_assert_ptr_nonnull(strstr(ehds_result_outcome(checked, &length), "detect-no-mappings"));
	ehds_result_free(&checked);
	ehds_result_free(&converted);
	ehds_close(&converter);
	ehds_close(&checker);
}
END_TEST

START_TEST(says_what_does_not_load)
{
	const char *folder = "/nowhere/at/all";
	char message[512] = "";

	ck_assert_ptr_null(ehds_open(&folder, 1, NULL, message, sizeof(message)));
	ck_assert_ptr_nonnull(strstr(message, "/nowhere/at/all"));
	ck_assert_ptr_null(ehds_open(NULL, 0, "/nowhere/at/all", message, sizeof(message)));
	ck_assert_ptr_nonnull(strstr(message, "/nowhere/at/all"));
	ck_assert_ptr_null(ehds_open(&folder, 1, NULL, NULL, 0));
}
END_TEST

START_TEST(knows_its_version)
{
	ck_assert_str_eq(ehds_version(), PACKAGE_VERSION);
}
END_TEST

TESTS("ehds", converts_a_document_and_gives_its_outcome, writes_xml_when_asked,
    refuses_what_is_no_document_and_says_why, validates_without_mappings, says_what_does_not_load, knows_its_version)
