/* SPDX-License-Identifier: EUPL-1.2 */
#include "format/xml_text.h"

#include "../check_main.h"

static void
stands_at(size_t offset, int line, int column)
{
	static const struct xml_text text = { .data = "ab\n\ncd\r\ne", .length = 9, .name = "t" };
	int found_line, found_column;

	xml_text_place(&text, offset, &found_line, &found_column);
	ck_assert_int_eq(found_line, line);
	ck_assert_int_eq(found_column, column);
}

START_TEST(places_count_from_one_and_lines_end_with_lf)
{
	stands_at(0, 1, 1);
	stands_at(2, 1, 3);
	stands_at(3, 2, 1);
	stands_at(4, 3, 1);
	stands_at(6, 3, 3);
	stands_at(8, 4, 1);
	stands_at(9, 4, 2);
	stands_at(1000, 4, 2);
}
END_TEST

START_TEST(a_refusal_has_the_kind_name_and_place_of_its_text)
{
	static const struct xml_text text = { .data = "a\nb", .length = 3, .name = "t.xsl",
		.kind = EHDS_ERROR_MAPPING };
	struct ehds_error error;

	ck_assert_int_eq(xml_text_refuse(&text, 2, "rule", &error, "%d %s", 1, "word"), -1);
	ck_assert_int_eq(error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(error.rule, "rule");
	ck_assert_str_eq(error.file, "t.xsl");
	ck_assert_str_eq(error.text, "1 word");
	ck_assert_int_eq(error.line, 2);
	ck_assert_int_eq(error.column, 1);
	ck_assert_int_eq(xml_text_refuse(&text, 2, "rule", NULL, "nobody listens"), -1);
}
END_TEST

TESTS("format/xml_text", places_count_from_one_and_lines_end_with_lf,
    a_refusal_has_the_kind_name_and_place_of_its_text)
