/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Expected values: HL7 FHIR R4 Timing; HL7 CDA R2 data types IVL_TS, PIVL_TS, EIVL_TS and SXPR_TS.
 * 2024-01-01 was a Monday.
 */
#include "fake_call.h"

#include "../check_main.h"

#define REPEAT(content) "<timing><repeat>" content "</repeat></timing>"
#define BOUNDS(start, end) "<boundsPeriod><start value=\"" start "\"/><end value=\"" end "\"/></boundsPeriod>"
#define EVERY(period, unit) "<frequency value=\"1\"/><period value=\"" period "\"/><periodUnit value=\"" unit "\"/>"
#define WHEN(code) "<when value=\"" code "\"/>"
#define UNSAID "map-timing-not-expressible"

static void
check(const char *xml, const char *expected, const char *findings)
{
	struct fake fake;

	fake_open(&fake, xml);
	ck_assert_str_eq(fake_write_set(&fake, write_timing, "effectiveTime", "timing"), expected);
	ck_assert_str_eq(fake_findings(&fake), findings);
	fake_close(&fake);
}

/* The text of the finding, which is the only one. */
static void
check_found(const char *xml, const char *expected, const char *finding)
{
	struct fake fake;

	fake_open(&fake, xml);
	ck_assert_str_eq(fake_write_set(&fake, write_timing, "effectiveTime", "timing"), expected);
	ck_assert_str_eq(fake_finding(&fake, 0), finding);
	ck_assert_str_eq(fake_finding(&fake, 1), "");
	fake_close(&fake);
}

START_TEST(an_interval_bounds_the_schedule)
{
	check(
	    "<effectiveTime xsi:type='IVL_TS'><low value='20240101'/><high value='20240105'/></effectiveTime>",
	    REPEAT(BOUNDS("2024-01-01", "2024-01-05")), "");
	check(
	    "<effectiveTime xsi:type='IVL_TS'><low value='20240101'/><high nullFlavor='UNK'/></effectiveTime>",
	    REPEAT(
		"<boundsPeriod><start value=\"2024-01-01\"/><end><extension "
		"url=\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\"><valueCode value=\"unknown\"/></extension></end>"
		"</boundsPeriod>"),
	    "");
	check("<effectiveTime xsi:type='IVL_TS'><width value='7' unit='d'/></effectiveTime>",
	    REPEAT(
		"<boundsDuration><value value=\"7\"/><system value=\"http://unitsofmeasure.org\"/><code value=\"d\"/>"
		"</boundsDuration>"),
	    "");
}
END_TEST

START_TEST(a_point_in_time_is_an_event)
{
	check("<effectiveTime xsi:type='TS' value='20240101'/>",
	    "<timing><event value=\"2024-01-01\"/></timing>", "");
	check("<effectiveTime value='20240101'/><effectiveTime value='20240103'/>",
	    "<timing><event value=\"2024-01-01\"/><event value=\"2024-01-03\"/></timing>", "");
	check(
	    "<effectiveTime value='20240101'/><effectiveTime xsi:type='PIVL_TS'><period value='1' unit='d'/></effectiveTime>",
	    REPEAT(BOUNDS("2024-01-01", "2024-01-01") EVERY("1", "d")), "");
}
END_TEST

/* "Do not invent": 8 h is once in 8 h and not three times a day. */
START_TEST(a_period_is_once_in_that_period)
{
	check("<effectiveTime xsi:type='PIVL_TS' operator='A'><period value='8' unit='h'/></effectiveTime>",
	    REPEAT(EVERY("8", "h")), "");
	check("<effectiveTime xsi:type='PIVL_TS'><period value='0.5' unit='d'/></effectiveTime>",
	    REPEAT(EVERY("0.5", "d")), "");
	check("<effectiveTime><period value='2' unit='wk'/></effectiveTime>", REPEAT(EVERY("2", "wk")), "");
}
END_TEST

START_TEST(bounds_and_rhythm_stand_together)
{
	check(
	    "<effectiveTime xsi:type='IVL_TS'><low value='20240101'/><high value='20240105'/></effectiveTime>"
	    "<effectiveTime xsi:type='PIVL_TS' operator='A'><period value='12' unit='h'/></effectiveTime>",
	    REPEAT(BOUNDS("2024-01-01", "2024-01-05") EVERY("12", "h")), "");
}
END_TEST

/*
 * Seen in real documents: SXPR_TS of IVL_TS low / width and PIVL_TS, with words behind the
 * period.
 */
START_TEST(trap_a_set_of_interval_and_period_with_its_words)
{
	check("<text><content ID='f1'>3 fois par jour</content></text><effectiveTime xsi:type='SXPR_TS'>"
	    "<comp xsi:type='IVL_TS' operator='A'><low value='20231201'/><width value='2' unit='d'/></comp>"
	    "<comp xsi:type='PIVL_TS' operator='A'><period value='8' unit='h'><translation><originalText>"
	    "<reference value='#f1'/></originalText></translation></period></comp></effectiveTime>",
	    "<timing><repeat>" BOUNDS("2023-12-01", "2023-12-02") EVERY("8", "h") "</repeat>"
	    "<code><text value=\"3 fois par jour\"/></code></timing>", "map-period-computed");
}
END_TEST

START_TEST(events_of_the_day_are_when)
{
	check("<effectiveTime xsi:type='EIVL_TS' operator='A'><event code='ACM'/></effectiveTime>",
	    REPEAT(WHEN("ACM")), "");
	check("<effectiveTime xsi:type='EIVL_TS'><event code='CM'/></effectiveTime>"
	      "<effectiveTime xsi:type='EIVL_TS'><event code='CV'/></effectiveTime>",
	    REPEAT(WHEN("CM") WHEN("CV")), "");
	check(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='AC'/><offset><low value='-30' unit='min'/></offset></effectiveTime>",
	    REPEAT(WHEN("AC") "<offset value=\"30\"/>"), "");
	check(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='PCM'/><offset><low value='1' unit='h'/></offset></effectiveTime>",
	    REPEAT(WHEN("PCM") "<offset value=\"60\"/>"), "");
	check(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='C'/><offset value='0' unit='min'/></effectiveTime>",
	    REPEAT(WHEN("C")), "");
	check("<effectiveTime xsi:type='PIVL_TS'><period value='1' unit='d'/></effectiveTime>"
	      "<effectiveTime xsi:type='EIVL_TS'><event code='HS'/></effectiveTime>",
	    REPEAT(EVERY("1", "d") WHEN("HS")), "");
}
END_TEST

START_TEST(events_that_fhir_does_not_have_are_found)
{
	check_found("<effectiveTime xsi:type='EIVL_TS'><event code='ICD'/></effectiveTime>", "",
	    "warning: this event cannot be said in FHIR R4 Timing [ICD]");
	check_found(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='C'/><offset value='30' unit='min'/></effectiveTime>",
	    "", "warning: an offset on this side of the event cannot be said in FHIR R4 Timing [C]");
	check_found(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='PC'/><offset value='-30' unit='min'/></effectiveTime>",
	    "", "warning: an offset on this side of the event cannot be said in FHIR R4 Timing [PC]");
	check_found(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='AC'/><offset value='1.5' unit='h'/></effectiveTime>",
	    "", "warning: an offset that is no whole number of minutes cannot be said in FHIR R4 Timing");
	check_found(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='AC'/><offset value='-30' unit='min'/></effectiveTime>"
	    "<effectiveTime xsi:type='EIVL_TS'><event code='PC'/></effectiveTime>",
	    "", "warning: an event with and one without an offset cannot be said in FHIR R4 Timing [PC]");
	check_found(
	    "<effectiveTime xsi:type='EIVL_TS'><event code='AC'/><offset value='-30' unit='min'/></effectiveTime>"
	    "<effectiveTime xsi:type='EIVL_TS'><event code='PC'/><offset value='10' unit='min'/></effectiveTime>",
	    "", "warning: a second offset cannot be said in FHIR R4 Timing [PC]");
}
END_TEST

/* R4, Timing.repeat.timeOfDay: "The elements when, frequency and period cannot be used as well". */
START_TEST(an_anchor_of_a_daily_or_weekly_rhythm_is_a_time_and_a_day)
{
	check(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='202401010800'/></phase><period value='1' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT("<timeOfDay value=\"08:00:00\"/>"), "");
	check(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='202401010800'/></phase><period value='24' unit='h'/>"
	    "</effectiveTime><effectiveTime xsi:type='PIVL_TS'><phase><low value='202401012000'/></phase>"
	    "<period value='24' unit='h'/></effectiveTime>",
	    REPEAT("<timeOfDay value=\"08:00:00\"/><timeOfDay value=\"20:00:00\"/>"), "");
	check("<effectiveTime xsi:type='PIVL_TS' alignment='DW'><phase><low value='20240101'/></phase>"
	      "<period value='1' unit='wk'/></effectiveTime>",
	    REPEAT(EVERY("1", "wk") "<dayOfWeek value=\"mon\"/>"), "");
	check(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='20240107'/></phase><period value='7' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT(EVERY("7", "d") "<dayOfWeek value=\"sun\"/>"), "");
	check(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><width value='20' unit='min'/></phase><period value='8' unit='h'/>"
	    "</effectiveTime>",
	    REPEAT("<duration value=\"20\"/><durationUnit value=\"min\"/>" EVERY("8", "h")), "");
}
END_TEST

START_TEST(an_anchor_of_another_rhythm_is_found_and_the_rhythm_kept)
{
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='20240101'/></phase><period value='2' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT(EVERY("2", "d")),
	    "warning: the beginning of this rhythm cannot be said in FHIR R4 Timing [20240101]");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><high value='20240101'/></phase><period value='1' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT(EVERY("1", "d")),
	    "warning: the end of one occurrence cannot be said in FHIR R4 Timing [20240101]");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><width value='1' unit='x'/></phase><period value='1' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT(EVERY("1", "d")),
	    "warning: the duration of one occurrence cannot be said in FHIR R4 Timing [1]");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS' alignment='DM'><period value='1' unit='mo'/></effectiveTime>",
	    REPEAT(EVERY("1", "mo")),
	    "warning: an alignment to the calendar cannot be said in FHIR R4 Timing [DM]");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='20240132'/></phase><period value='1' unit='d'/>"
	    "</effectiveTime>",
	    REPEAT(EVERY("1", "d")),
	    "warning: there is no such day in the calendar [20240132] (YYYYMMDDHHMM+ZZZZ or ISO 8601)");
}
END_TEST

START_TEST(the_institutions_choice_of_hours_is_noted)
{
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS' institutionSpecified='true'><period value='8' unit='h'/></effectiveTime>",
	    REPEAT(EVERY("8", "h")),
	    "information: the institution chooses the hours of this rhythm, which FHIR R4 Timing "
	    "cannot say");
	check(
	    "<effectiveTime xsi:type='PIVL_TS' institutionSpecified='false'><period value='8' unit='h'/></effectiveTime>",
	    REPEAT(EVERY("8", "h")), "");
}
END_TEST

/* Half a schedule is another schedule: no rhythm is written, the bounds and the words are. */
START_TEST(what_cannot_be_said_takes_the_whole_rhythm_away)
{
	check_found("<effectiveTime xsi:type='IVL_TS'><low value='2024'/></effectiveTime>"
	    "<effectiveTime xsi:type='PIVL_TS' operator='A'><period value='1' unit='d'/></effectiveTime>"
	    "<effectiveTime xsi:type='PIVL_TS' operator='E'><period value='1' unit='wk'/></effectiveTime>",
	    REPEAT("<boundsPeriod><start value=\"2024\"/></boundsPeriod>"),
	    "warning: this operator of a set of times cannot be said in FHIR R4 Timing [E]");
	check_found("<effectiveTime xsi:type='PIVL_TS'><period value='8' unit='h'/></effectiveTime>"
	    "<effectiveTime xsi:type='PIVL_TS'><period value='12' unit='h'/></effectiveTime>", "",
	    "warning: a second rhythm cannot be said in FHIR R4 Timing");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><period value='8' unit='heures'><originalText>3 par jour</originalText>"
	    "</period></effectiveTime>",
	    "<timing><code><text value=\"3 par jour\"/></code></timing>",
	    "warning: a period that is no amount of time in s, min, h, d, wk, mo or a cannot be said in FHIR R4 Timing "
	    "[heures]");
	check_found("<effectiveTime xsi:type='PIVL_TS'><period value='0' unit='h'/></effectiveTime>", "",
	    "warning: a period "
	    "that is no amount of time in s, min, h, d, wk, mo or a cannot be said in FHIR R4 Timing [h]");
	check_found("<effectiveTime xsi:type='IVL_TS'><low value='2023'/></effectiveTime>"
	    "<effectiveTime xsi:type='IVL_TS'><low value='2024'/></effectiveTime>",
	    REPEAT("<boundsPeriod><start value=\"2023\"/></boundsPeriod>"),
	    "warning: a second interval cannot be said in FHIR R4 Timing");
	check_found(
	    "<effectiveTime xsi:type='PIVL_TS'><phase><low value='202401010800'/></phase><period value='1' unit='d'/>"
	    "</effectiveTime><effectiveTime xsi:type='EIVL_TS'><event code='CM'/></effectiveTime>",
	    "", "warning: a time of day together with an event cannot be said in FHIR R4 Timing [CM]");
	check_found("<effectiveTime xsi:type='PIVL_TS'><phase><low value='2024'/></phase></effectiveTime>",
	    "", "warning: a phase without a period cannot be said in FHIR R4 Timing");
	check_found("<effectiveTime xsi:type='IVL_TS'><width value='3' unit='{prise}'/></effectiveTime>",
	    "", "warning: a duration that is no amount of time cannot be said in FHIR R4 Timing [{prise}]");
}
END_TEST

START_TEST(trap_times_of_nothing_are_nothing)
{
	check("<effectiveTime nullFlavor='NA'/>", "", "");
	check("<effectiveTime xsi:type='PIVL_TS' nullFlavor='UNK'/>", "", "");
	check("<effectiveTime xsi:type='PIVL_TS'><period nullFlavor='UNK'/></effectiveTime>", "", "");
	check(
	    "<effectiveTime xsi:type='IVL_TS'><low nullFlavor='UNK'/><high nullFlavor='UNK'/></effectiveTime>",
	    "", "");
	check("<effectiveTime xsi:type='EIVL_TS'><event nullFlavor='UNK'/></effectiveTime>", "", "");
	check("<effectiveTime value='20240231'/>", "", "map-date-invalid");
	check("<effectiveTime nullFlavor='MSK' value='2024'/>", "", "map-masked-content");
}
END_TEST

START_TEST(the_wrong_letter_case_of_a_type_is_found)
{
	check_found("<effectiveTime xsi:type='pivl_ts'><period value='1' unit='d'/></effectiveTime>",
	    REPEAT(EVERY("1", "d")), "information: xsi:type in the wrong case [pivl_ts] (PIVL_TS)");
}
END_TEST

START_TEST(sets_of_sets_are_followed_to_a_bound)
{
	check(
	    "<effectiveTime xsi:type='SXPR_TS'><comp xsi:type='SXPR_TS'><comp xsi:type='PIVL_TS'><period value='1' unit='d'/>"
	    "</comp></comp></effectiveTime>",
	    REPEAT(EVERY("1", "d")), "");
	check_found(
	    "<effectiveTime><comp><comp><comp><comp><comp><period value='1' unit='d'/></comp></comp></comp></comp></comp>"
	    "</effectiveTime>",
	    "", "warning: a set of sets this deep cannot be said in FHIR R4 Timing");
}
END_TEST

START_TEST(very_many_times_of_day_are_no_rhythm)
{
	char xml[4096] = "";
	struct fake fake;

	for (int i = 1; i < 10; i++)
		sprintf(xml + strlen(xml), "<effectiveTime xsi:type='PIVL_TS'><phase><low value='202401010%d00'/></phase>"
		    "<period value='1' unit='d'/></effectiveTime>", i);
	fake_open(&fake, xml);
	ck_assert_str_eq(fake_write_set(&fake, write_timing, "effectiveTime", "timing"), "");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: one more time of day cannot be said in FHIR R4 Timing [202401010900]");
	fake_close(&fake);
}
END_TEST

START_TEST(very_many_times_are_cut_and_found)
{
	char xml[2048] = "";
	struct fake fake;

	for (int i = 1; i < 12; i++)
		sprintf(xml + strlen(xml), "<effectiveTime value='202401%02d'/>", i);
	fake_open(&fake, xml);
	fake_write_set(&fake, write_timing, "effectiveTime", "timing");
	ck_assert_str_eq(fake_finding(&fake, 0),
	    "warning: one more single time cannot be said in FHIR R4 Timing [2024-01-09]");
	fake_close(&fake);
}
END_TEST

TESTS("mapping/types_timing", an_interval_bounds_the_schedule, a_point_in_time_is_an_event,
    a_period_is_once_in_that_period, bounds_and_rhythm_stand_together,
    trap_a_set_of_interval_and_period_with_its_words, events_of_the_day_are_when,
    events_that_fhir_does_not_have_are_found, an_anchor_of_a_daily_or_weekly_rhythm_is_a_time_and_a_day,
    an_anchor_of_another_rhythm_is_found_and_the_rhythm_kept, the_institutions_choice_of_hours_is_noted,
    what_cannot_be_said_takes_the_whole_rhythm_away, trap_times_of_nothing_are_nothing,
    the_wrong_letter_case_of_a_type_is_found, sets_of_sets_are_followed_to_a_bound,
    very_many_times_are_cut_and_found, very_many_times_of_day_are_no_rhythm)
