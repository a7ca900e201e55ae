/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 date, dateTime, instant and Period; HL7 CDA R2 data types TS and
 * IVL_TS; ISO 8601; the calendar. Europe/Paris: +01:00 in winter, +02:00 from the last Sunday of
 * March to the last Sunday of October.
 */
#include "fake_call.h"

#include "../check_main.h"

#define ABSENT(reason) "<extension url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\">" \
	"<valueCode value=\"" reason "\"/></extension>"

/* A timestamp as dateTime with the zone Europe/Paris. */
static void
check(const char *text, const char *expected, const char *findings)
{
	struct fake fake;
	char result[128] = "";

	fake_open(&fake, "");
	fake_zone(&fake, "Europe/Paris");
	if (expected[0] != '\0')
		snprintf(result, sizeof(result), "<t value=\"%s\"/>", expected);
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, text, "t"), result);
	ck_assert_str_eq(fake_findings(&fake), findings);
	fake_close(&fake);
}

static void
check_period(const char *xml, const char *expected, const char *findings)
{
	fake_check(write_period, "effectiveTime", "period", xml, expected, findings);
}

START_TEST(every_precision_stays_what_it_is)
{
	check("1975", "1975", "");
	check("202403", "2024-03", "");
	check("20240315", "2024-03-15", "");
	check("20240315101112+0100", "2024-03-15T10:11:12+01:00", "");
	check("20240315101112.120+0100", "2024-03-15T10:11:12.120+01:00", "");
	check("20240315101112Z", "2024-03-15T10:11:12Z", "");
	check("20240315101112-0330", "2024-03-15T10:11:12-03:30", "map-zone-offset");
	check(" 20240315 ", "2024-03-15", "");
	check("20240315+0100", "2024-03-15", "");
}
END_TEST

/* Seen in real documents: minute precision; FHIR R4, dateTime: "seconds may be zero-filled". */
START_TEST(trap_minutes_get_the_seconds_that_fhir_requires)
{
	check("202401041120+0100", "2024-01-04T11:20:00+01:00", "");
}
END_TEST

/* Seen in real documents: no zone. January is winter, July is summer. */
START_TEST(trap_a_time_without_a_zone_gets_the_countrys_and_a_finding)
{
	struct fake fake;

	check("20210108111700", "2021-01-08T11:17:00+01:00", "map-zone-assumed");
	check("202107081117", "2021-07-08T11:17:00+02:00", "map-zone-assumed");
	fake_open(&fake, "");
	fake_zone(&fake, "Europe/Paris");
	fake_write_text(&fake, write_datetime, "20210108111700", "t");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a local time without a zone is taken as one of Europe/Paris [20210108111700]");
	fake_close(&fake);
}
END_TEST

/*
 * Paris is +01:00 in winter and +02:00 in summer: a program that knows one offset only is told of, and its time stands. UTC
 * is no local clock, whatever the season; -0000 says that the offset is unknown (RFC 3339, 4.3).
 */
START_TEST(trap_winter_time_in_july_is_told_and_stands)
{
	struct fake fake;

	check("202107101250+0100", "2021-07-10T12:50:00+01:00", "map-zone-offset");
	check("202102101250+0200", "2021-02-10T12:50:00+02:00", "map-zone-offset");
	check("202102101250-0000", "2021-02-10T12:50:00+00:00", "map-zone-offset");
	check("202102101250+0100", "2021-02-10T12:50:00+01:00", "");
	check("202107101250+0200", "2021-07-10T12:50:00+02:00", "");
	check("202107101250Z", "2021-07-10T12:50:00Z", "");
	fake_open(&fake, "");
	fake_zone(&fake, "Europe/Paris");
	fake_write_text(&fake, write_datetime, "202107101250+0100", "t");
	ck_assert_str_eq(fake_finding(&fake, 0), "information: the offset is not that of Europe/Paris on that day: "
	    "the time stands as it is [202107101250+0100]");
	fake_close(&fake);
}
END_TEST

/* 31 October 2021, 02:30 in Paris happened twice: first as +02:00. */
START_TEST(the_hour_that_happens_twice_is_a_warning)
{
	struct fake fake;

	fake_open(&fake, "");
	fake_zone(&fake, "Europe/Paris");
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "20211031023000", "t"),
	    "<t value=\"2021-10-31T02:30:00+02:00\"/>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a local time without a zone at the change of summer time: it "
	    "may be one hour off [20211031023000]");
	fake_close(&fake);
}
END_TEST

START_TEST(without_any_zone_the_time_is_cut_to_its_date)
{
	struct fake fake;

	fake_open(&fake, "");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_datetime, "20210108111700", "t"), "<t value=\"2021-01-08\"/>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: a local time without a zone, and the country has none: only its "
	    "date is kept [20210108111700]");
	ck_assert_str_eq(fake_findings(&fake), "map-zone-missing");
	fake_close(&fake);
}
END_TEST

START_TEST(an_hour_without_minutes_is_cut_because_fhir_has_no_such_precision)
{
	struct fake fake;

	check("2024010411", "2024-01-04", "map-time-hour");
	fake_open(&fake, "");
	fake_write_text(&fake, write_datetime, "2024010411", "t");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a time without minutes, which FHIR R4 cannot write: only its "
	    "date is kept [2024010411]");
	fake_close(&fake);
}
END_TEST

/* Seen in real documents: "20230106113623+100": one digit is lost, and it may be any. */
START_TEST(trap_a_damaged_zone_leaves_only_the_date)
{
	struct fake fake;

	check("20230106113623+100", "2023-01-06", "map-zone-invalid");
	check("20230106113623+1500", "2023-01-06", "map-zone-invalid");
	check("20230106113623+0160", "2023-01-06", "map-zone-invalid");
	fake_open(&fake, "");
	fake_write_text(&fake, write_datetime, "20230106113623+100", "t");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the zone of this time is none (ISO 8601: +hhmm, at most 14 "
	    "hours): only its date is kept [20230106113623+100]");
	fake_close(&fake);
}
END_TEST

/* 2024 is a leap year, 2023 and 1900 are none, 2000 is one. */
START_TEST(dates_that_no_calendar_has_are_absent_and_found)
{
	static const struct {
		const char *text, *wrong;
	} cases[] = {
		{ "20230229", "there is no such day in the calendar" },
		{ "19000229", "there is no such day in the calendar" },
		{ "20240431", "there is no such day in the calendar" },
		{ "20240100", "there is no such day in the calendar" },
		{ "202413", "there is no such month" },
		{ "19750000", "there is no such month" },
		{ "00000101", "there is no year 0000" },
		{ "202401012500+0100", "there is no such time of day" },
		{ "202401012401+0100", "there is no such time of day" },
		{ "202401011060+0100", "there is no such time of day" },
		{ "20240101106061+0100", "there is no such time of day" },
		{ "99991231240000Z", "there is no such day in the calendar" },
		{ "2024011", "not a point in time" },
		{ "24-01-01", "not a point in time" },
		{ "hier", "not a point in time" },
		{ "20240101x", "not a point in time" },
		{ "20240101101", "not a point in time" },
		{ "2024/01/01", "not a point in time" },
		{ "20240101T", "not a point in time" },
	};
	char expected[256];
	struct fake fake;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_open(&fake, "");
		ck_assert_str_eq(fake_write_text(&fake, write_datetime, cases[i].text, "t"), "");
		snprintf(expected, sizeof(expected),
		    "warning: %s [%s] (YYYY[MM[DD[HHMM[SS]]]][+ZZZZ] or ISO 8601)", cases[i].wrong,
		    cases[i].text);
		ck_assert_str_eq(fake_finding(&fake, 0), expected);
		ck_assert_str_eq(fake_findings(&fake), "map-date-invalid");
		fake_close(&fake);
	}
	check("20240229", "2024-02-29", "");
	check("20000229", "2000-02-29", "");
}
END_TEST

/*
 * ISO 8601: 24:00 of a day is 00:00 of the next; 2024-02-28 is followed by a 29th. A leap second
 * has second 60.
 */
START_TEST(midnight_at_the_end_of_the_day_and_leap_seconds_are_times)
{
	check("202402282400+0100", "2024-02-29T00:00:00+01:00", "");
	check("20161231235960Z", "2016-12-31T23:59:60Z", "");
}
END_TEST

START_TEST(iso_8601_is_read_as_well)
{
	check("2024-03-15", "2024-03-15", "");
	check("2024-03", "2024-03", "");
	check("2024-03-15T10:11:12.5+01:00", "2024-03-15T10:11:12.5+01:00", "");
	check("2024-03-15T10:11:12,5Z", "2024-03-15T10:11:12.5Z", "");
	check("2024-03-15T10:11Z", "2024-03-15T10:11:00Z", "");
	check("2024-03-15 10:11:12", "2024-03-15T10:11:12+01:00", "map-zone-assumed");
	check("20240315T101112Z", "2024-03-15T10:11:12Z", "");
	check("2024-03-15+01:00", "2024-03-15", "");
	check("2024-03-15T10:11:12+01", "2024-03-15T10:11:12+01:00", "");
}
END_TEST

START_TEST(elements_attributes_and_intervals_give_their_one_point)
{
	fake_check(write_datetime, "effectiveTime", "t", "<effectiveTime value='20240101'/>",
	    "<t value=\"2024-01-01\"/>", "");
	fake_check(write_datetime, "effectiveTime", "t",
	    "<effectiveTime><low value='2024'/><high value='2025'/></effectiveTime>", "<t value=\"2024\"/>",
	    "");
	fake_check(write_datetime, "Date", "t", "<Date>2024-01-01</Date>", "<t value=\"2024-01-01\"/>", "");
	fake_check(write_datetime, "effectiveTime", "t", "<effectiveTime nullFlavor='UNK'/>", "", "");
	fake_check(write_datetime, "effectiveTime", "t",
	    "<effectiveTime><low nullFlavor='UNK'/></effectiveTime>", "", "");
	fake_check(write_datetime, "effectiveTime", "t", "<effectiveTime/>", "", "");
}
END_TEST

START_TEST(an_interval_without_a_low_bound_is_no_point)
{
	struct fake fake;

	fake_open(&fake, "<effectiveTime><high value='2025'/></effectiveTime>");
	ck_assert_str_eq(fake_write(&fake, write_datetime, "effectiveTime", "t"), "");
	ck_assert_str_eq(
	    fake_finding(&fake, 0), "information: an interval without a low bound is no point in time");
	ck_assert_str_eq(fake_findings(&fake), "map-timing-not-expressible");
	fake_close(&fake);
}
END_TEST

START_TEST(trap_a_masked_time_is_masked_and_not_unknown)
{
	fake_check(write_datetime, "effectiveTime", "t",
	    "<effectiveTime><low nullFlavor='MSK'/></effectiveTime>", "<t>" ABSENT("masked") "</t>", "");
	fake_check(write_date, "birthTime", "t", "<birthTime nullFlavor='MSK' value='1979'/>", "",
	    "map-masked-content");
}
END_TEST

START_TEST(a_date_is_cut_where_the_source_wrote_it)
{
	fake_check(write_date, "birthTime", "birthDate", "<birthTime value='197903280030+0100'/>",
	    "<birthDate value=\"1979-03-28\"/>", "");
	fake_check(write_date, "birthTime", "birthDate", "<birthTime value='1979'/>",
	    "<birthDate value=\"1979\"/>", "");
	fake_check(write_date, "birthTime", "birthDate", "<birthTime value='1979032800'/>",
	    "<birthDate value=\"1979-03-28\"/>", "");
	fake_check(
	    write_date, "birthTime", "birthDate", "<birthTime value='19790230'/>", "", "map-date-invalid");
}
END_TEST

/*
 * Seen in real documents: 22:00Z in summer is the local midnight of the next day; the zone that is
 * named decides.
 */
START_TEST(trap_a_utc_time_is_moved_to_the_named_zone_before_its_date_is_taken)
{
	struct fake fake;

	fake_open(&fake, "");
	fake_zone(&fake, "Europe/Copenhagen");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_date, "2021-06-30T22:00:00Z", "t"), "<t value=\"2021-06-30\"/>");
	fake_attribute(&fake, "zone", "Europe/Copenhagen");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_date, "2021-06-30T22:00:00Z", "t"), "<t value=\"2021-07-01\"/>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_date, "2021-01-31T22:30:00Z", "t"), "<t value=\"2021-01-31\"/>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_date, "2021-01-31T23:30:00Z", "t"), "<t value=\"2021-02-01\"/>");
	ck_assert_str_eq(
	    fake_write_text(&fake, write_date, "2021-01-31", "t"), "<t value=\"2021-01-31\"/>");
	/* The instant stays: 23:30Z in winter is half past midnight of the next day, 22:00Z in summer midnight. */
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "2021-01-31T23:30:00Z", "t"),
	    "<t value=\"2021-02-01T00:30:00+01:00\"/>");
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "2021-06-30T22:00:00Z", "t"),
	    "<t value=\"2021-07-01T00:00:00+02:00\"/>");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "2021-07-10T12:50:00+01:00", "t"),
	    "<t value=\"2021-07-10T13:50:00+02:00\"/>");
	ck_assert_str_eq(fake_findings(&fake), "map-zone-offset");
	fake_close(&fake);
}
END_TEST

START_TEST(the_zone_of_the_stylesheet_is_the_countrys_or_an_offset)
{
	struct fake fake;

	fake_open(&fake, "");
	fake_attribute(&fake, "zone", "UTC");
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "202101081117", "t"),
	    "<t value=\"2021-01-08T11:17:00+00:00\"/>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: a local time without a zone is taken as one of the stylesheet's zone [202101081117]");
	fake_attribute(&fake, "zone", "-03:30");
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "202101081117", "t"),
	    "<t value=\"2021-01-08T11:17:00-03:30\"/>");
	fake_attribute(&fake, "zone", "Mars/Olympus");
	ck_assert_str_eq(fake_write_text(&fake, write_datetime, "202101081117", "t"), "map-zone-unknown");
	ck_assert_int_eq(fake.error.kind, EHDS_ERROR_MAPPING);
	ck_assert_str_eq(fake.error.text,
	    "the zone Mars/Olympus is neither the country's zone (none) nor UTC nor an offset");
	fake_close(&fake);
}
END_TEST

START_TEST(an_instant_needs_a_day_and_a_zone)
{
	struct fake fake;

	fake_open(&fake, "");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "20240315101112+0100", "t"),
	    "<t value=\"2024-03-15T10:11:12+01:00\"/>");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "20240231", "t"), "");
	ck_assert_str_eq(fake_findings(&fake), "map-date-invalid");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "20240315", "t"), "map-instant-zone");
	ck_assert_str_eq(
	    fake.error.text, "an instant needs a time zone, found '20240315' (HL7 FHIR R4, instant)");
	error_clear(&fake.error);
	fake_zone(&fake, "Europe/Paris");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "20240315", "t"),
	    "<t value=\"2024-03-15T00:00:00+01:00\"/>");
	ck_assert_str_eq(fake_findings(&fake),
	    "map-date-invalid map-instant-filled map-zone-missing map-instant-filled map-zone-assumed");
	ck_assert_str_eq(fake_finding(&fake, 1),
	    "warning: an instant needs a time of day: it is filled with zeros [20240315]");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "202403", "t"), "map-instant-precision");
	ck_assert_str_eq(
	    fake.error.text, "an instant needs at least a day, found '202403' (HL7 FHIR R4, instant)");
	fake_close(&fake);
}
END_TEST

START_TEST(dates_and_instants_say_what_they_expect)
{
	struct fake fake;

	fake_open(&fake, "");
	ck_assert_str_eq(fake_write_text(&fake, write_date, "20240231", "t"), "");
	ck_assert_str_eq(fake_write_text(&fake, write_instant, "20240231", "t"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: there is no such day in the calendar [20240231] (YYYY[MM[DD]] or ISO 8601)");
	ck_assert_str_eq(fake_finding(&fake, 1),
	    "warning: there is no such day in the calendar [20240231] (YYYYMMDDHHMMSS+ZZZZ or ISO 8601)");
	fake_close(&fake);
}
END_TEST

/* ---- IVL_TS ---------------------------------------------------------------------------------- */

START_TEST(low_and_high_are_start_and_end)
{
	check_period("<effectiveTime><low value='20240101'/><high value='20240105'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-05\"/></period>", "");
	check_period("<effectiveTime><low value='2024'/></effectiveTime>",
	    "<period><start value=\"2024\"/></period>", "");
	check_period("<effectiveTime><high value='2024'/></effectiveTime>",
	    "<period><end value=\"2024\"/></period>", "");
	check_period("<effectiveTime value='20240101'/>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-01\"/></period>", "");
	check_period("<effectiveTime>2024-01-01</effectiveTime>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-01\"/></period>", "");
}
END_TEST

/*
 * An end that is unknown is not an end that is not (R4, Period.end: "if missing, the period is
 * ongoing").
 */
START_TEST(null_flavors_of_a_bound_are_said_beside_the_other_bound)
{
	check_period("<effectiveTime><low value='2024'/><high nullFlavor='UNK'/></effectiveTime>",
	    "<period><start value=\"2024\"/><end>" ABSENT("unknown") "</end></period>", "");
	check_period(
	    "<effectiveTime><low nullFlavor='UNK'/><high nullFlavor='NA'/></effectiveTime>", "", "");
	check_period("<effectiveTime><low nullFlavor='MSK'/><high nullFlavor='UNK'/></effectiveTime>",
	    "<period><start>" ABSENT("masked") "</start><end>" ABSENT("unknown") "</end></period>", "");
	check_period("<effectiveTime nullFlavor='NA'/>", "", "");
	check_period("<effectiveTime><low/><high/></effectiveTime>", "", "");
}
END_TEST

/*
 * From 1 December for 2 days: 1 and 2 December, and the next interval begins on the 3rd. From 31
 * January for a month: there is no 31 February, so it ends with the month. 36 hours are no whole
 * days.
 */
START_TEST(a_width_gives_the_other_end_by_the_calendar)
{
	check_period("<effectiveTime><low value='20231201'/><width value='2' unit='d'/></effectiveTime>",
	    "<period><start value=\"2023-12-01\"/><end value=\"2023-12-02\"/></period>",
	    "map-period-computed");
	check_period("<effectiveTime><low value='20240101'/><width value='1' unit='wk'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-07\"/></period>",
	    "map-period-computed");
	check_period("<effectiveTime><low value='20240115'/><width value='1' unit='mo'/></effectiveTime>",
	    "<period><start value=\"2024-01-15\"/><end value=\"2024-02-14\"/></period>",
	    "map-period-computed");
	check_period("<effectiveTime><low value='20240131'/><width value='1' unit='mo'/></effectiveTime>",
	    "<period><start value=\"2024-01-31\"/><end value=\"2024-02-29\"/></period>",
	    "map-period-computed");
	check_period("<effectiveTime><low value='20240101'/><width value='1' unit='a'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-12-31\"/></period>",
	    "map-period-computed");
	check_period("<effectiveTime><high value='20240107'/><width value='7.0' unit='d'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-07\"/></period>",
	    "map-period-computed");
	check_period(
	    "<effectiveTime><low value='202401012330+0100'/><width value='45' unit='min'/></effectiveTime>",
	    "<period><start value=\"2024-01-01T23:30:00+01:00\"/><end value=\"2024-01-02T00:15:00+01:00\"/></period>",
	    "map-period-computed");
}
END_TEST

START_TEST(a_computed_end_says_who_computed_it)
{
	struct fake fake;

	fake_open(
	    &fake, "<effectiveTime><low value='20231201'/><width value='2' unit='d'/></effectiveTime>");
	fake_write(&fake, write_period, "effectiveTime", "period");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "information: the end of the period follows from its start and its width of 2 d [2023-12-02]");
	fake_close(&fake);
}
END_TEST

START_TEST(a_width_that_gives_no_end_is_found)
{
	struct fake fake;

	fake_open(
	    &fake, "<effectiveTime><low value='20240101'/><width value='36' unit='h'/></effectiveTime>");
	ck_assert_str_eq(fake_write(&fake, write_period, "effectiveTime", "period"),
	    "<period><start value=\"2024-01-01\"/></period>");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the other end of the interval does not follow from this width [36]");
	fake_close(&fake);
	check_period("<effectiveTime><low value='2024'/><width value='1' unit='mo'/></effectiveTime>",
	    "<period><start value=\"2024\"/></period>", "map-timing-not-expressible");
	check_period(
	    "<effectiveTime><low value='20240101'/><width value='2' unit='{jour}'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/></period>", "map-timing-not-expressible");
	check_period("<effectiveTime><low value='20240101'/><width value='1.5' unit='d'/></effectiveTime>",
	    "<period><start value=\"2024-01-01\"/></period>", "map-timing-not-expressible");
	check_period(
	    "<effectiveTime><width value='2' unit='d'/></effectiveTime>", "", "map-timing-not-expressible");
}
END_TEST

START_TEST(what_a_period_cannot_say_is_found)
{
	struct fake fake;

	fake_open(&fake,
	    "<effectiveTime><center value='2024'/></effectiveTime><piv xsi:type='PIVL_TS'><period value='8' "
	    "unit='h'/></piv><ex><low value='20240101' inclusive='false'/><high value='20240103' inclusive='true'/></ex>");
	ck_assert_str_eq(fake_write(&fake, write_period, "effectiveTime", "period"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: the center of an interval is neither its start nor its end [2024]");
	ck_assert_str_eq(fake_write(&fake, write_period, "piv", "period"), "");
	ck_assert_str_eq(fake_finding(&fake, 1),
	    "warning: this time cannot be said as a period [PIVL_TS] (low and high)");
	ck_assert_str_eq(fake_write(&fake, write_period, "ex", "period"),
	    "<period><start value=\"2024-01-01\"/><end value=\"2024-01-03\"/></period>");
	ck_assert_str_eq(fake_finding(&fake, 2),
	    "information: the low bound does not belong to the interval, but FHIR's "
	    "Period includes it [2024-01-01]");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_time", every_precision_stays_what_it_is,
    trap_minutes_get_the_seconds_that_fhir_requires,
    trap_a_time_without_a_zone_gets_the_countrys_and_a_finding, trap_winter_time_in_july_is_told_and_stands, the_hour_that_happens_twice_is_a_warning,
    without_any_zone_the_time_is_cut_to_its_date,
    an_hour_without_minutes_is_cut_because_fhir_has_no_such_precision,
    trap_a_damaged_zone_leaves_only_the_date, dates_that_no_calendar_has_are_absent_and_found,
    midnight_at_the_end_of_the_day_and_leap_seconds_are_times, iso_8601_is_read_as_well,
    elements_attributes_and_intervals_give_their_one_point, an_interval_without_a_low_bound_is_no_point,
    trap_a_masked_time_is_masked_and_not_unknown, a_date_is_cut_where_the_source_wrote_it,
    trap_a_utc_time_is_moved_to_the_named_zone_before_its_date_is_taken,
    the_zone_of_the_stylesheet_is_the_countrys_or_an_offset, an_instant_needs_a_day_and_a_zone, dates_and_instants_say_what_they_expect,
    low_and_high_are_start_and_end, null_flavors_of_a_bound_are_said_beside_the_other_bound,
    a_width_gives_the_other_end_by_the_calendar, a_computed_end_says_who_computed_it,
    a_width_that_gives_no_end_is_found, what_a_period_cannot_say_is_found)
