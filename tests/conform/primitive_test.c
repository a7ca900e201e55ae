/* SPDX-License-Identifier: EUPL-1.2 */
/* The forms: HL7 FHIR R4 4.0.1, datatypes.html, regular expressions of the primitive types; the calendar:
 * ISO 8601. */
#include "conform/primitive.h"

#include "../check_main.h"

static void
assert_all(enum fact_format format, bool fits, const char *const *values)
{
	for (; *values != NULL; values++)
		ck_assert_msg(
		    primitive_fits(format, *values) == fits, "%s: %s", primitive_rule(format), *values);
}

#define FITS(format, ...) assert_all(format, true, (const char *const[]){ __VA_ARGS__, NULL })
#define REFUSES(format, ...) assert_all(format, false, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(a_date_is_a_year_a_month_or_a_day_of_the_calendar)
{
	FITS(FORMAT_date, "2024", "2024-02", "2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29");
	REFUSES(FORMAT_date, "", "24", "02024", "0000", "2024-", "2024-00", "2024-13", "2024-2",
	    "2023-02-29", "1900-02-29", "2024-04-31", "2024-01-00", "2024-01-1", "2024-01-01T",
	    "2024/01/01", " 2024", "20240101", "2024-01-01-01");
}
END_TEST

START_TEST(a_date_time_with_a_time_has_seconds_and_zone)
{
	FITS(FORMAT_dateTime, "2024", "2024-02", "2024-02-29", "2024-02-29T23:59:60Z",
	    "2024-02-29T00:00:00.123456+14:00", "2024-02-29T00:00:00-13:59");
	REFUSES(FORMAT_dateTime, "2024-02-29T23:59Z", "2024-02-29T23:59:00", "2024-02-29T24:00:00Z",
	    "2024-02-29T23:60:00Z", "2024-02-29T23:59:61Z", "2024-02-29T23:59:00.Z",
	    "2024-02-29T23:59:00+14:01", "2024-02-29T23:59:00+1:00", "2024-02-29T23:59:00+01:60",
	    "2023-02-29T23:59:00Z", "2024-02T23:59:00Z", "2024-02-29 23:59:00Z", "2024-02-29T23:59:00Z ",
	    "20240229235900+0100", "2024-02-29T23:59:00+15:00");
	FITS(FORMAT_instant, "2024-02-29T23:59:00Z");
	REFUSES(FORMAT_instant, "2024", "2024-02-29", "2024-02-29T23:59:00", "");
	FITS(FORMAT_time, "23:59:60", "00:00:00.5");
	REFUSES(FORMAT_time, "23:59", "24:00:00", "23:59:00Z", "");
}
END_TEST

START_TEST(numbers_have_no_needless_zeros_and_integers_32_bits)
{
	FITS(FORMAT_integer, "0", "-1", "+1", "2147483647", "-2147483648");
	REFUSES(FORMAT_integer, "", "-", "-0", "+0", "007", "1.0", "2147483648", "-2147483649",
	    "99999999999999999999", "1 ");
	FITS(FORMAT_unsignedInt, "0", "12", "2147483647");
	REFUSES(FORMAT_unsignedInt, "-1", "01", "2147483648", "");
	FITS(FORMAT_positiveInt, "1", "+1", "2147483647");
	REFUSES(FORMAT_positiveInt, "0", "-1", "01", "");
	FITS(FORMAT_decimal, "0", "-0", "1.50", "0.00", "-12.5e-3", "1E+10");
	REFUSES(FORMAT_decimal, "", ".5", "1.", "01", "+1", "1e", "1,5", "NaN", "-", "1.5.5");
}
END_TEST

START_TEST(texts_uris_and_codes_keep_their_white_space_rules)
{
	FITS(FORMAT_boolean, "true", "false");
	REFUSES(FORMAT_boolean, "TRUE", "1", "");
	FITS(FORMAT_string, "a", " ");
	REFUSES(FORMAT_string, "");
	FITS(FORMAT_uri, "urn:oid:1.2", "http://a.example/b?c#d", "#a");
	REFUSES(FORMAT_uri, "", "a b", "a ", "\ta");
	FITS(FORMAT_code, "a", "a b");
	REFUSES(FORMAT_code, "", " a", "a ", "a  b", " ");
	FITS(FORMAT_id, "a", "A-Z.0", "0123456789012345678901234567890123456789012345678901234567890123");
	REFUSES(FORMAT_id, "", "a_b", "01234567890123456789012345678901234567890123456789012345678901234",
	    "\xC3\xA9");
}
END_TEST

START_TEST(oids_uuids_and_base64_are_well_formed)
{
	FITS(FORMAT_oid, "urn:oid:1.2.3", "urn:oid:2.16.840.1.113883", "urn:oid:0.0");
	REFUSES(FORMAT_oid, "1.2.3", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "urn:oid:1.",
	    "urn:oid:1..2", "urn:oid:1.2a");
	FITS(FORMAT_uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520");
	REFUSES(FORMAT_uuid, "c757873d-ec9a-4326-a141-556f43239520",
	    "urn:uuid:C757873D-ec9a-4326-a141-556f43239520",
	    "urn:uuid:c757873d-ec9a-4326-a141-556f4323952",
	    "urn:uuid:c757873d-ec9a-4326-a141-556f432395200", "urn:uuid:", "");
	FITS(FORMAT_base64Binary, "QUJD", "QUI=", "QQ==", "QUJD\n QUJD");
	REFUSES(FORMAT_base64Binary, "", "QUJ", "Q===", "QQ=A", "QU?D", " ");
}
END_TEST

START_TEST(every_form_says_what_it_expects)
{
	int format;

	for (format = FORMAT_base64Binary; format < FORMAT_xhtml; format++) {
		ck_assert_ptr_nonnull(primitive_rule((enum fact_format)format));
		ck_assert_ptr_nonnull(primitive_expected((enum fact_format)format));
		ck_assert(!primitive_fits((enum fact_format)format, ""));
	}
	ck_assert_str_eq(primitive_rule(FORMAT_date), "format-date");
	ck_assert_str_eq(
	    primitive_expected(FORMAT_date), "a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD");
	ck_assert(primitive_fits(FORMAT_NONE, ""));
}
END_TEST

TESTS("conform/primitive", a_date_is_a_year_a_month_or_a_day_of_the_calendar,
    a_date_time_with_a_time_has_seconds_and_zone, numbers_have_no_needless_zeros_and_integers_32_bits,
    texts_uris_and_codes_keep_their_white_space_rules, oids_uuids_and_base64_are_well_formed,
    every_form_says_what_it_expects)
