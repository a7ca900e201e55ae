/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Attachment and Binary; HL7 CDA R2 data type ED. Base64 and SHA-1 of
 * the few bytes by coreutils and openssl: the PNG signature (8 bytes), "%PDF-1.4" (8 bytes),
 * "Goutte" (6 bytes).
 */
#include "fake_call.h"

#include "mapping/media.h"

#include "../check_main.h"

#include <string.h>

#define PNG "iVBORw0KGgo="
#define PDF "JVBERi0xLjQ="
#define PNG_HASH "TK7OU5sDmxbhYgbqJHj4xf+yygU="
#define PDF_HASH "GChKT9CWeATJoCy1voZ5i1RQkVM="
#define GOUT_HASH "WwS3GwvHOh/gYBOXu+sQryUuW70="
#define TYPE(type) "<contentType value=\"" type "\"/>"
#define DATA(base64, size, hash) "<data value=\"" base64 "\"/><size value=\"" size "\"/><hash value=\"" hash "\"/>"
#define PNG_DATA DATA(PNG, "8", PNG_HASH)
#define PDF_DATA DATA(PDF, "8", PDF_HASH)

static void
check(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_attachment, "value", "a", xml, expected, findings);
}

START_TEST(data_is_compacted_measured_and_hashed)
{
	check(
	    "<value mediaType='image/png' representation='B64' language='fr-FR'>\n iVBO Rw0K\n\tGgo= </value>",
	    "<a>" TYPE("image/png") "<language value=\"fr-FR\"/>" PNG_DATA "</a>", "");
}
END_TEST

/* Seen in real documents: mediaType "image/jpeg" but the base64 is PNG (iVBOR...). */
START_TEST(trap_the_bytes_win_over_the_declared_media_type)
{
	struct fake fake;

	fake_open(&fake, "<value mediaType='image/jpeg' representation='B64'>" PNG "</value>");
	ck_assert_str_eq(
	    fake_write(&fake, write_attachment, "value", "a"), "<a>" TYPE("image/png") PNG_DATA "</a>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the bytes are of another media type than the declared one: they "
	    "decide [image/jpeg] (image/png)");
	ck_assert_str_eq(fake_findings(&fake), "map-media-type");
	fake_close(&fake);
	check("<value representation='B64'>" PDF "</value>", "<a>" TYPE("application/pdf") PDF_DATA "</a>",
	    "");
	check("<value mediaType='application/PDF; x=1' representation='B64'>" PDF "</value>",
	    "<a>" TYPE("application/PDF; x=1") PDF_DATA "</a>", "");
}
END_TEST

START_TEST(unknown_bytes_keep_the_declared_type)
{
	check("<value mediaType='video/x-own' representation='B64'>R291dHRl</value>",
	    "<a>" TYPE("video/x-own") DATA("R291dHRl", "6", GOUT_HASH) "</a>", "");
	check("<value mediaType='text/plain' charset='ISO-8859-1' representation='B64'>R291dHRl</value>",
	    "<a>" TYPE("text/plain; charset=ISO-8859-1") DATA("R291dHRl", "6", GOUT_HASH) "</a>", "");
	check("<value representation='B64'>R291dHRl</value>",
	    "<a>" TYPE("application/octet-stream") DATA("R291dHRl", "6", GOUT_HASH) "</a>", "");
}
END_TEST

START_TEST(compressed_data_is_not_what_it_was_declared_to_be)
{
	struct fake fake;

	fake_open(&fake, "<value mediaType='text/plain' compression='DF' representation='B64'>R291dHRl</value>");
	ck_assert_str_eq(fake_write(&fake, write_attachment, "value", "a"),
	    "<a>" TYPE("application/octet-stream") DATA("R291dHRl", "6", GOUT_HASH) "</a>");
	ck_assert_str_eq(fake_finding(&fake, 0), "warning: the attached data is compressed, which FHIR R4 cannot say "
	    "beside its media type [DF] (text/plain)");
	fake_close(&fake);
	check("<value mediaType='text/plain' compression='GZ' representation='B64'>R291dHRl</value>",
	    "<a>" TYPE("application/gzip") DATA("R291dHRl", "6", GOUT_HASH) "</a>", "map-media-compressed");
}
END_TEST

START_TEST(plain_text_is_data_too)
{
	check(
	    "<value>Goutte</value>", "<a>" TYPE("text/plain") DATA("R291dHRl", "6", GOUT_HASH) "</a>", "");
}
END_TEST

/* RFC 4648, section 4: the alphabet, padding at the end, groups of four. */
START_TEST(damaged_base64_is_reported_and_said_to_be_missing)
{
	static const char *const damaged[] = { "iVBO*", "iVB", "i===", "iVBO=VBO", "iV=O",
		"iVBORw0KGgo=iVBO" };
	struct fake fake;
	char xml[128];

	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		snprintf(xml, sizeof(xml), "<value mediaType='image/png' representation='B64'>%s</value>",
		    damaged[i]);
		check(xml,
		    "<a>" TYPE(
			"image/png") "<data><extension "
				     "url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\"><valueCode value=\"error\"/></extension>"
				     "</data></a>",
		    "map-base64-invalid");
	}
	fake_open(&fake, "<value representation='B64'>iVBO*BOR</value>");
	fake_write(&fake, write_attachment, "value", "a");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "error: the attached data is damaged at its character 5 of 8: it is not "
	    "carried (base64 (RFC 4648, 4))");
	fake_close(&fake);
}
END_TEST

START_TEST(a_wrong_integrity_check_is_found)
{
	struct fake fake;

	check("<value mediaType='image/png' representation='B64' integrityCheck='" PNG_HASH "'>" PNG
	      "</value>",
	    "<a>" TYPE("image/png") PNG_DATA "</a>", "");
	check(
	    "<value mediaType='image/png' representation='B64' integrityCheckAlgorithm='SHA-256' integrityCheck='x'>" PNG
	    "</value>",
	    "<a>" TYPE("image/png") PNG_DATA "</a>", "");
	fake_open(&fake,
	    "<value mediaType='image/png' representation='B64' integrityCheck='AAAA'>" PNG "</value>");
	ck_assert_str_eq(
	    fake_write(&fake, write_attachment, "value", "a"), "<a>" TYPE("image/png") PNG_DATA "</a>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the attached data is not what its integrityCheck says [" PNG_HASH "] (AAAA)");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: application/dicom on a WADO URL. */
START_TEST(a_reference_out_of_the_document_is_a_url)
{
	check(
	    "<value mediaType='application/dicom'><reference value='https://pacs.example/wado?x=1&amp;y=2'/></value>",
	    "<a>" TYPE("application/dicom") "<url value=\"https://pacs.example/wado?x=1&amp;y=2\"/></a>",
	    "");
}
END_TEST

/* RFC 3986, appendix C. Seen in an imaging report: the query of a link to an image, broken before each '&'. */
START_TEST(trap_a_url_broken_into_lines_is_joined)
{
	check("<value mediaType='application/dicom'><reference value='http://pacs.example.org/wado?a=1 &amp;b=2'/></value>",
	    "<a>" TYPE("application/dicom") "<url value=\"http://pacs.example.org/wado?a=1&amp;b=2\"/></a>",
	    "map-url-space");
}
END_TEST

START_TEST(a_reference_into_the_document_is_followed)
{
	check(
	    "<value><reference value='#m1'/></value><observationMedia ID='m1'><value2/><value mediaType='image/png' "
	    "representation='B64'>" PNG "</value></observationMedia>",
	    "<a>" TYPE("image/png") PNG_DATA "</a>", "");
	check("<value><reference value='#nowhere'/></value>", "", "map-reference-dangling");
}
END_TEST

/* R4, Attachment: size and hash are of the content wherever it stands; a url is written instead of the data. */
START_TEST(data_that_stands_elsewhere_is_named_by_its_url)
{
	struct fake fake;

	fake_open(&fake, "<value mediaType='image/png' representation='B64'>" PNG "</value>");
	fake_attribute(&fake, "url", "urn:uuid:1");
	ck_assert_str_eq(fake_write(&fake, write_attachment, "value", "a"),
	    "<a>" TYPE("image/png") "<size value=\"8\"/><hash value=\"" PNG_HASH "\"/><url value=\"urn:uuid:1\"/></a>");
	fake_close(&fake);
}
END_TEST

START_TEST(title_and_data_are_the_stylesheets)
{
	struct fake fake;

	fake_open(&fake, "<value mediaType='image/png' representation='B64'>" PNG "</value>");
	fake_attribute(&fake, "title", "Scan");
	fake_attribute(&fake, "data", "no");
	ck_assert_str_eq(fake_write(&fake, write_attachment, "value", "a"),
	    "<a>" TYPE("image/png") "<title value=\"Scan\"/></a>");
	fake_close(&fake);
}
END_TEST

START_TEST(trap_attachments_of_nothing_are_nothing)
{
	check("<value/>", "", "");
	check("<value representation='B64'> </value>", "", "");
	check("<value nullFlavor='MSK'/>", "", "");
	check("<value nullFlavor='NI' mediaType='image/png'/>", "", "");
}
END_TEST

START_TEST(a_binary_is_its_type_and_its_data)
{
	fake_check(write_binary, "value", "binary",
	    "<value mediaType='image/png' representation='B64'>" PNG "</value>",
	    TYPE("image/png") "<data value=\"" PNG "\"/>", "");
	fake_check(write_binary, "value", "binary", "<value representation='B64'>iVBO*</value>", "",
	    "map-base64-invalid");
	fake_check(
	    write_binary, "value", "binary", "<value><reference value='http://a.fr'/></value>", "", "");
}
END_TEST

/* A body that the door has cut out of the tree: 6,000 characters in lines of 76. */
START_TEST(large_bodies_are_read_from_where_the_door_put_them)
{
	char xml[8192] = "<value mediaType='application/pdf' representation='B64'>", expected[64];
	struct fake fake;
	const char *result;

	strcat(xml, "JVBERi0x");
	for (int i = 0; i < 80; i++)
		strcat(
		    xml, "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	strcat(xml, "</value>");
	fake_open(&fake, xml);
	result = fake_write(&fake, write_attachment, "value", "a");
	/* 8 + 80 * 76 characters are 1,522 groups of 3 bytes. */
	snprintf(expected, sizeof(expected), "<size value=\"%d\"/>", (8 + 80 * 76) / 4 * 3);
	ck_assert_ptr_nonnull(strstr(result, expected));
	ck_assert_ptr_nonnull(strstr(result, "<data value=\"JVBERi0xAAAA"));
	ck_assert_str_eq(fake_findings(&fake), "");
	fake_close(&fake);
}
END_TEST

START_TEST(formats_are_recognised_by_their_first_bytes)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *type;
	} files[] = {
		{ "\x89PNG\r\n\x1a\n", 8, "image/png" },
		{ "\xff\xd8\xff\xe0", 4, "image/jpeg" },
		{ "GIF89a", 6, "image/gif" },
		{ "II*\0", 4, "image/tiff" },
		{ "MM\0*", 4, "image/tiff" },
		{ "{\\rtf1", 6, "application/rtf" },
		{ "PK\x03\x04", 4, "application/zip" },
		{ "%PDF-1.7", 8, "application/pdf" },
		{ " \n<?xml version='1.0'?>", 23, "application/xml" },
		{ "\xef\xbb\xbf<?xml ?>", 11, "application/xml" },
		{ "<!doctype HTML>", 15, "text/html" },
		{ "<html>", 6, "text/html" },
		{ "\x1f\x8b\x08", 3, "application/gzip" },
		{ "Goutte", 6, NULL },
		{ "", 0, NULL },
		{ "%PD", 3, NULL },
	};
	unsigned char dicom[132] = { 0 };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		ck_assert_pstr_eq(
		    media_recognise((const unsigned char *)files[i].bytes, files[i].length), files[i].type);
	memcpy(dicom + 128, "DICM", 4);
	ck_assert_str_eq(media_recognise(dicom, sizeof(dicom)), "application/dicom");
}
END_TEST

START_TEST(other_names_of_a_format_agree)
{
	ck_assert(media_agrees("image/JPG", "image/jpeg"));
	ck_assert(media_agrees("text/rtf", "application/rtf"));
	ck_assert(media_agrees("image/svg+xml", "application/xml"));
	ck_assert(media_agrees("text/xml;charset=UTF-8", "application/xml"));
	ck_assert(media_agrees("application/vnd.oasis.opendocument.text", "application/zip"));
	ck_assert(!media_agrees("text/plain", "application/pdf"));
	ck_assert(!media_agrees("+xml", "application/xml"));
}
END_TEST

TESTS("mapping/types_media", data_is_compacted_measured_and_hashed,
    trap_the_bytes_win_over_the_declared_media_type,
    compressed_data_is_not_what_it_was_declared_to_be, unknown_bytes_keep_the_declared_type,
    plain_text_is_data_too, damaged_base64_is_reported_and_said_to_be_missing,
    a_wrong_integrity_check_is_found, a_reference_out_of_the_document_is_a_url,
    trap_a_url_broken_into_lines_is_joined,
    a_reference_into_the_document_is_followed, title_and_data_are_the_stylesheets,
    data_that_stands_elsewhere_is_named_by_its_url,
    trap_attachments_of_nothing_are_nothing, a_binary_is_its_type_and_its_data,
    large_bodies_are_read_from_where_the_door_put_them, formats_are_recognised_by_their_first_bytes,
    other_names_of_a_format_agree)
