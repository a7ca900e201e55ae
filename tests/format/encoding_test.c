/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/encoding.h"

#include "../check_main.h"

#include <string.h>

#define DECLARED(encoding) "<?xml version=\"1.0\" encoding=\"" encoding "\"?>"

struct result {
	struct arena *arena;
	struct ehds_findings findings;
	struct xml_text text;
	struct ehds_error error;
	int status;
};

static struct result
convert(const char *bytes, size_t length)
{
	struct result result = { .arena = arena_new(0),
		.text = { .data = bytes, .length = length, .name = "t", .kind = EHDS_ERROR_DOCUMENT } };

	result.findings = findings_new(result.arena);
	result.status = encoding_to_utf8(&result.text, result.arena, &result.findings, &result.error);
	return result;
}

/* Becomes the text, with or without the finding that the declaration was overruled. */
static void
becomes(const char *bytes, size_t length, const char *text, const char *overruled)
{
	struct result result = convert(bytes, length);

	ck_assert_msg(result.status == 0, "%s", result.error.text);
	ck_assert_uint_eq(result.text.length, strlen(text));
	ck_assert_mem_eq(result.text.data, text, strlen(text));
	if (overruled == NULL) {
		ck_assert_ptr_null(result.findings.first);
	} else {
		ck_assert_ptr_nonnull(result.findings.first);
		ck_assert_str_eq(result.findings.first->rule, "xml-encoding-declared");
		ck_assert_int_eq(result.findings.first->severity, EHDS_SEVERITY_WARNING);
		ck_assert_str_eq(result.findings.first->expected, overruled);
		ck_assert_str_eq(result.findings.first->text,
		    "the declared encoding is not the one that the bytes "
		    "are in; the bytes were believed");
	}
	arena_free(&result.arena);
}

static void
fails(const char *bytes, size_t length, const char *rule, int line, int column, const char *text)
{
	struct result result = convert(bytes, length);

	ck_assert_int_eq(result.status, -1);
	ck_assert_str_eq(result.error.text, text);
	ck_assert_str_eq(result.error.rule, rule);
	ck_assert_int_eq(result.error.line, line);
	ck_assert_int_eq(result.error.column, column);
	arena_free(&result.arena);
}

#define BECOMES(bytes, text, overruled) becomes(bytes, sizeof(bytes) - 1, text, overruled)
#define FAILS(bytes, rule, line, column, text) fails(bytes, sizeof(bytes) - 1, rule, line, column, text)

START_TEST(utf8_is_borrowed_and_a_mark_is_taken_off)
{
	static const char bytes[] = "\xEF\xBB\xBF<a>\xC3\xA9</a>";
	struct result result = convert(bytes, sizeof(bytes) - 1);

	ck_assert_int_eq(result.status, 0);
	ck_assert_ptr_eq(result.text.data, bytes + 3);
	ck_assert_uint_eq(result.text.length, sizeof(bytes) - 4);
	ck_assert_ptr_null(result.findings.first);
	arena_free(&result.arena);
	BECOMES("<a/>", "<a/>", NULL);
	BECOMES(DECLARED("utf-8") "<a/>", DECLARED("utf-8") "<a/>", NULL);
	BECOMES(DECLARED("US-ASCII") "<a/>", DECLARED("US-ASCII") "<a/>", NULL);
}
END_TEST

/* "<é€" and U+1F600 as the pair D83D DE00. */
START_TEST(utf16_is_read_in_both_orders_with_and_without_mark)
{
	BECOMES("\xFF\xFE<\0\xE9\0\xAC\x20\x3D\xD8\x00\xDE", "<\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", NULL);
	BECOMES("\xFE\xFF\0<\0\xE9\x20\xAC\xD8\x3D\xDE\x00", "<\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", NULL);
	BECOMES("<\0a\0/\0>\0", "<a/>", NULL);
	BECOMES("\0<\0a\0/\0>", "<a/>", NULL);
}
END_TEST

START_TEST(half_characters_of_utf16_are_refused_with_their_place)
{
	static const char half[] = "half a surrogate pair or half a character in a UTF-16 document";

	FAILS("\xFF\xFE<\0\n\0\x3D\xD8", "xml-encoding", 2, 1, half);
	FAILS("\xFF\xFE<\0\x3D\xD8" "a\0", "xml-encoding", 1, 2, half);
	FAILS("\xFF\xFE<\0\x00\xDE" "a\0", "xml-encoding", 1, 2, half);
	FAILS("\xFF\xFE<\0a", "xml-encoding", 1, 2, half);
	FAILS("\xFF\xFE<\0\0\0", "xml-nul", 1, 2, "a NUL byte: XML text has none");
}
END_TEST

/*
 * The high half of each, of the code charts: 0xA4 is ¤ in Latin-1 and € in Latin-9, 0x92 is ’ in
 * windows-1252.
 */
START_TEST(eight_bit_encodings_are_read_by_their_tables)
{
	BECOMES(DECLARED("ISO-8859-1") "\xE6\xF8\xE5\xA4\xFF",
	    DECLARED("ISO-8859-1") "\xC3\xA6\xC3\xB8\xC3\xA5\xC2\xA4\xC3\xBF", NULL);
	BECOMES(DECLARED("iso-8859-15") "\xA4\xA6\xA8\xB4\xB8\xBC\xBD\xBE\xE9",
	    DECLARED("iso-8859-15") "\xE2\x82\xAC\xC5\xA0\xC5\xA1\xC5\xBD\xC5\xBE\xC5\x92\xC5\x93\xC5\xB8\xC3\xA9", NULL);
	BECOMES(DECLARED("Windows-1252") "\x80\x92\x9F\xE9",
	    DECLARED("Windows-1252") "\xE2\x82\xAC\xE2\x80\x99\xC5\xB8\xC3\xA9", NULL);
	BECOMES(DECLARED("cp1252") "a", DECLARED("cp1252") "a", NULL);
	BECOMES("<?xml version='1.0' encoding = 'latin1' ?>\xE9",
	    "<?xml version='1.0' encoding = 'latin1' ?>\xC3\xA9", NULL);
}
END_TEST

START_TEST(the_five_holes_of_windows_1252_are_refused)
{
	FAILS(DECLARED("windows-1252") "\n\x81", "xml-encoding", 2, 1,
	    "byte 0x81 is no character in windows-1252");
	FAILS(DECLARED("windows-1252") "\n\x8D\xFF", "xml-encoding", 2, 1,
	    "byte 0x8D is no character in windows-1252");
	FAILS(DECLARED("windows-1252") "\n\x8F\xFF", "xml-encoding", 2, 1,
	    "byte 0x8F is no character in windows-1252");
	FAILS(DECLARED("windows-1252") "\n\x90\xFF", "xml-encoding", 2, 1,
	    "byte 0x90 is no character in windows-1252");
	FAILS(DECLARED("windows-1252") "\n\x9D\xFF", "xml-encoding", 2, 1,
	    "byte 0x9D is no character in windows-1252");
}
END_TEST

START_TEST(a_declaration_that_the_bytes_contradict_is_overruled_with_a_finding)
{
	BECOMES(DECLARED("ISO-8859-1") "\xC3\xA9t\xC3\xA9", DECLARED("ISO-8859-1") "\xC3\xA9t\xC3\xA9",
	    "UTF-8");
	BECOMES(DECLARED("windows-1252") "\xE2\x82\xAC", DECLARED("windows-1252") "\xE2\x82\xAC", "UTF-8");
	BECOMES(DECLARED("ISO-8859-1") "l\x92\xE9t\xE9",
	    DECLARED("ISO-8859-1") "l\xE2\x80\x99\xC3\xA9t\xC3\xA9", "windows-1252");
	BECOMES(DECLARED("UTF-16") "\xC3\xA9", DECLARED("UTF-16") "\xC3\xA9", "UTF-8");
}
END_TEST

START_TEST(a_mark_outweighs_the_declaration)
{
	BECOMES("\xEF\xBB\xBF" DECLARED("ISO-8859-1") "\xC3\xA9", DECLARED("ISO-8859-1") "\xC3\xA9", NULL);
	FAILS("\xEF\xBB\xBF" DECLARED("ISO-8859-1") "\n\xE9", "xml-encoding", 2, 1,
	    "byte 0xE9 is no UTF-8 here; if the "
	    "document is in windows-1252 or ISO-8859-1, its XML declaration must say so");
}
END_TEST

/* 0xE6 0xF8 0xE5 are æ ø å in Latin-1 and windows-1252 alike; 0x92 is ’ in windows-1252 only. */
START_TEST(undeclared_latin1_is_read_as_windows_1252_with_a_finding)
{
	struct result result = convert("<a>\n\xE6\xF8\xE5\x92</a>", 12);

	ck_assert_int_eq(result.status, 0);
	ck_assert_uint_eq(result.text.length, 17);
	ck_assert_mem_eq(result.text.data, "<a>\n\xC3\xA6\xC3\xB8\xC3\xA5\xE2\x80\x99</a>", 17);
	ck_assert_str_eq(result.findings.first->rule, "xml-encoding-undeclared");
	ck_assert_int_eq(result.findings.first->severity, EHDS_SEVERITY_WARNING);
	ck_assert_str_eq(result.findings.first->expected, "windows-1252");
	ck_assert_str_eq(result.findings.first->text, "no encoding is declared, which means UTF-8, and the bytes "
	    "are none: they were read as windows-1252");
	ck_assert_int_eq(result.findings.first->line, 2);
	ck_assert_int_eq(result.findings.first->column, 1);
	ck_assert_ptr_null(result.findings.first->next);
	arena_free(&result.arena);
}
END_TEST

START_TEST(declared_utf8_that_is_windows_1252_is_read_as_that_with_a_finding)
{
	BECOMES(DECLARED("UTF-8") "K\xF8" "benhavn \x80", DECLARED("UTF-8") "K\xC3\xB8" "benhavn \xE2\x82\xAC",
	    "windows-1252");
	BECOMES(DECLARED("UTF-16") "K\xF8" "benhavn", DECLARED("UTF-16") "K\xC3\xB8" "benhavn", "windows-1252");
}
END_TEST

/* Read as windows-1252 the good "é" would become "Ã©". */
START_TEST(a_text_that_is_utf8_in_places_is_damaged_and_refused)
{
	FAILS("<a>\n\xC3\xA9" "caf\xE9</a>", "xml-encoding", 2, 6, "byte 0xE9 is no UTF-8 here; if the document is in "
	    "windows-1252 or ISO-8859-1, its XML declaration must say so");
	FAILS("\xE9</a>\xF0\x9F\x98\x80", "xml-encoding", 1, 1, "byte 0xE9 is no UTF-8 here; if the document is in "
	    "windows-1252 or ISO-8859-1, its XML declaration must say so");
}
END_TEST

START_TEST(bytes_that_no_encoding_has_are_refused)
{
	FAILS("<a>\n\x81</a>", "xml-encoding", 2, 1, "byte 0x81 is no UTF-8 here; if the document is in "
	    "windows-1252 or ISO-8859-1, its XML declaration must say so");
	FAILS("<a>\n\0</a>", "xml-nul", 2, 1, "a NUL byte: XML text has none");
	FAILS("<a>\n\0\xE9</a>", "xml-nul", 2, 1, "a NUL byte: XML text has none");
	FAILS("<a>\n\xE9\0</a>", "xml-encoding", 2, 1, "byte 0xE9 is no UTF-8 here; if the document is in "
	    "windows-1252 or ISO-8859-1, its XML declaration must say so");
}
END_TEST

START_TEST(a_stylesheet_is_not_repaired)
{
	static const char bytes[] = "<a>\xE9</a>";
	struct arena *arena = arena_new(0);
	struct xml_text text = { .data = bytes, .length = sizeof(bytes) - 1, .name = "t",
	    .kind = EHDS_ERROR_MAPPING };
	struct ehds_error error;

	ck_assert_int_eq(encoding_to_utf8(&text, arena, NULL, &error), -1);
	ck_assert_str_eq(error.rule, "xml-encoding");
	arena_free(&arena);
}
END_TEST

START_TEST(encodings_that_are_not_read_are_named)
{
	FAILS(DECLARED("Shift_JIS") "a", "xml-encoding", 1, 1,
	    "the encoding 'Shift_JIS' is not read: UTF-8, UTF-16, "
	    "ISO-8859-1, ISO-8859-15 and windows-1252 are");
	FAILS(DECLARED("<\xE9\n>") "a", "xml-encoding", 1, 1,
	    "the encoding '\?\?\?\?' is not read: UTF-8, UTF-16, "
	    "ISO-8859-1, ISO-8859-15 and windows-1252 are");
	FAILS("\xFF\xFE\0\0<\0\0\0", "xml-encoding", 1, 1,
	    "the encoding 'UTF-32' is not read: UTF-8, UTF-16, "
	    "ISO-8859-1, ISO-8859-15 and windows-1252 are");
	FAILS("\0\0\0<", "xml-encoding", 1, 1, "the encoding 'UTF-32' is not read: UTF-8, UTF-16, "
	    "ISO-8859-1, ISO-8859-15 and windows-1252 are");
	FAILS("\x4C\x6F\xA7\x94", "xml-encoding", 1, 1, "the encoding 'EBCDIC' is not read: UTF-8, UTF-16, "
	    "ISO-8859-1, ISO-8859-15 and windows-1252 are");
}
END_TEST

START_TEST(a_broken_declaration_declares_nothing)
{
	BECOMES("<?xml encoding?><a/>", "<?xml encoding?><a/>", NULL);
	BECOMES("<?xml encoding=\"latin1?><a/>", "<?xml encoding=\"latin1?><a/>", NULL);
	BECOMES("<?xml encoding=", "<?xml encoding=", NULL);
	BECOMES("<?xm", "<?xm", NULL);
	BECOMES("", "", NULL);
}
END_TEST

START_TEST(a_full_arena_is_a_document_too_large)
{
	static const char latin[] = DECLARED("latin1") "\xE9", wide[] = "<\0a\0/\0>\0";
	struct arena *arena = arena_new(8);
	struct xml_text text = { .data = latin, .length = sizeof(latin) - 1, .name = "t",
	    .kind = EHDS_ERROR_DOCUMENT };
	struct ehds_error error;

	ck_assert_int_eq(encoding_to_utf8(&text, arena, NULL, &error), -1);
	ck_assert_str_eq(error.rule, "xml-too-large");
	ck_assert_str_eq(error.text, "no memory to bring the document into UTF-8");
	text = (struct xml_text){ .data = wide, .length = sizeof(wide) - 1, .name = "t",
	    .kind = EHDS_ERROR_DOCUMENT };
	ck_assert_int_eq(encoding_to_utf8(&text, arena, NULL, &error), -1);
	ck_assert_str_eq(error.text, "no memory to bring the document into UTF-8");
	arena_free(&arena);
}
END_TEST

TESTS("format/encoding", utf8_is_borrowed_and_a_mark_is_taken_off,
    utf16_is_read_in_both_orders_with_and_without_mark, half_characters_of_utf16_are_refused_with_their_place,
    eight_bit_encodings_are_read_by_their_tables, the_five_holes_of_windows_1252_are_refused,
    a_declaration_that_the_bytes_contradict_is_overruled_with_a_finding, a_mark_outweighs_the_declaration,
    undeclared_latin1_is_read_as_windows_1252_with_a_finding,
    declared_utf8_that_is_windows_1252_is_read_as_that_with_a_finding,
    a_text_that_is_utf8_in_places_is_damaged_and_refused, bytes_that_no_encoding_has_are_refused,
    a_stylesheet_is_not_repaired, encodings_that_are_not_read_are_named,
    a_broken_declaration_declares_nothing, a_full_arena_is_a_document_too_large)
