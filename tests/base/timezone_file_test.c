/* SPDX-License-Identifier: EUPL-1.2 */
/* Files made here, byte by byte after RFC 9636, section 3, and then damaged in one place. */
#include "base/timezone.h"
#include "base/buffer.h"

#include "../check_main.h"

#include <stdint.h>
#include <string.h>

static void
put_32(struct buffer *file, uint32_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_putc(file, (char)(number >> shift & 0xFF));
}

static void
put_64(struct buffer *file, int64_t number)
{
	put_32(file, (uint32_t)((uint64_t)number >> 32));
	put_32(file, (uint32_t)((uint64_t)number & UINT32_MAX));
}

static void
put_header(struct buffer *file, char version, uint32_t leap, uint32_t times, uint32_t types,
    uint32_t characters)
{
	buffer_append(file, "TZif", 4);
	buffer_putc(file, version);
	for (int i = 0; i < 15; i++)
		buffer_putc(file, '\0');
	put_32(file, 0);
	put_32(file, 0);
	put_32(file, leap);
	put_32(file, times);
	put_32(file, types);
	put_32(file, characters);
}

static void
put_type(struct buffer *file, int32_t offset)
{
	put_32(file, (uint32_t)offset);
	buffer_append(file, "\0\0", 2);
}

/* What makes up the file; each test changes one thing. */
struct plan {
	char version;
	int32_t offset;		/* of the first type; the second is 7200 */
	int64_t second_time;	/* the first is 1000 */
	unsigned char index;	/* of the type after the first time */
	uint32_t leap;
	const char *footer;
};

static const struct plan good = { '2', 3600, 2000, 1, 0, "\nXYZ-1\n" };

/*
 * 44 bytes of header, 6 of a type and 4 of a name for version 1; 44, then 16 + 2 + 12 + 4 bytes,
 * then the footer.
 */
static struct buffer
file_of(const struct plan *plan)
{
	struct buffer file = { .limit = 0 };

	put_header(&file, plan->version, 0, 0, 1, 4);
	put_type(&file, 0);
	buffer_append(&file, "XYZ", 4);
	put_header(&file, plan->version, plan->leap, 2, 2, 4);
	put_64(&file, 1000);
	put_64(&file, plan->second_time);
	buffer_putc(&file, (char)plan->index);
	buffer_putc(&file, 0);
	put_type(&file, plan->offset);
	put_type(&file, 7200);
	buffer_append(&file, "XYZ", 4);
	for (uint32_t i = 0; i < plan->leap; i++)
		buffer_append(&file, "\0\0\0\0\0\0\0\0\0\0\0", 12);
	buffer_puts(&file, plan->footer);
	return file;
}

static void
refused(const struct plan *plan, const char *text)
{
	struct buffer file = file_of(plan);
	struct timezone_data *zone;
	struct ehds_error error;

	ck_assert_int_eq(timezone_parse(&zone, file.data, file.length, "zone", &error), -1);
	ck_assert_ptr_null(zone);
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	ck_assert_str_eq(error.rule, "timezone");
	ck_assert_str_eq(error.file, "zone");
	ck_assert_str_eq(error.text, text);
	buffer_free(&file);
}

START_TEST(reads_the_table_and_the_rule_behind_it)
{
	struct buffer file = file_of(&good);
	struct timezone_data *zone;

	ck_assert_int_eq(timezone_parse(&zone, file.data, file.length, "zone", NULL), 0);
	ck_assert_int_eq(timezone_offset_at(zone, 999), 60);
	ck_assert_int_eq(timezone_offset_at(zone, 1000), 120);
	ck_assert_int_eq(timezone_offset_at(zone, 1999), 120);
	ck_assert_int_eq(timezone_offset_at(zone, 2000), 60);
	timezone_free(&zone);
	buffer_free(&file);
}
END_TEST

START_TEST(without_a_rule_the_last_line_of_the_table_goes_on)
{
	struct plan plan = good;
	struct buffer file;
	struct timezone_data *zone;

	plan.footer = "\n\n";
	plan.offset = -5400;
	file = file_of(&plan);
	ck_assert_int_eq(timezone_parse(&zone, file.data, file.length, "zone", NULL), 0);
	ck_assert_int_eq(timezone_offset_at(zone, 4000000000LL), -90);
	timezone_free(&zone);
	buffer_free(&file);
}
END_TEST

START_TEST(refuses_what_is_damaged_and_says_how)
{
	struct plan plan;

	plan = good;
	plan.version = '\0';
	refused(&plan, "damaged time zone file: version 1, which ends in 2038; version 2 or later is needed");
	plan = good;
	plan.offset = 86401;
	refused(&plan, "damaged time zone file: an offset of more than a day");
	plan.offset = INT32_MIN;
	refused(&plan, "damaged time zone file: an offset of more than a day");
	plan = good;
	plan.second_time = 1000;
	refused(&plan, "damaged time zone file: its changes are not in the order of time");
	plan = good;
	plan.index = 2;
	refused(&plan, "damaged time zone file: a change to a type of local time that is not there");
	plan = good;
	plan.leap = 1;
	refused(&plan, "damaged time zone file: it counts leap seconds");
	plan = good;
	plan.footer = "XYZ-1\n";
	refused(&plan, "damaged time zone file: its last line is missing");
	plan.footer = "\nXYZ-1";
	refused(&plan, "damaged time zone file: its last line is cut off");
	plan.footer = "\nXYZ-1ABC\n";
	refused(&plan, "damaged time zone file: its last line is no rule for summer time");
}
END_TEST

/* Bytes 20 to 43 are the counts: 0xFFFFFFFF in each. */
START_TEST(refuses_counts_that_no_file_can_hold)
{
	struct timezone_data *zone;
	struct ehds_error error;

	for (size_t at = 20; at < 44; at += 4) {
		struct buffer file = file_of(&good);

		memset(file.data + at, 0xFF, 4);
		ck_assert_int_eq(timezone_parse(&zone, file.data, file.length, "zone", &error), -1);
		ck_assert_str_eq(error.text, "damaged time zone file: a count in its header is too large");
		memset(file.data + at, 0, 4);
		file.data[at + 1] = 0x0F;
		ck_assert_int_eq(timezone_parse(&zone, file.data, file.length, "zone", &error), -1);
		ck_assert_str_eq(error.text, "damaged time zone file: it is cut off");
		buffer_free(&file);
	}
}
END_TEST

START_TEST(refuses_a_file_cut_off_anywhere)
{
	struct buffer file = file_of(&good);
	struct timezone_data *zone;
	struct ehds_error error;

	for (size_t length = 0; length < file.length; length++) {
		char *exact = malloc(length + 1);

		memcpy(exact, file.data, length);
		ck_assert_int_eq(timezone_parse(&zone, exact, length, "zone", &error), -1);
		free(exact);
	}
	ck_assert_int_eq(timezone_parse(&zone, "", 0, "zone", &error), -1);
	ck_assert_str_eq(error.text, "damaged time zone file: no TZif header");
	buffer_free(&file);
}
END_TEST

START_TEST(refuses_a_file_of_more_than_a_megabyte)
{
	struct timezone_data *zone;
	struct ehds_error error;

	ck_assert_int_eq(timezone_parse(&zone, "TZif2", 1024 * 1024 + 1, "zone", &error), -1);
	ck_assert_str_eq(error.text, "damaged time zone file: it is larger than 1 MiB");
}
END_TEST

START_TEST(names_a_zone_that_is_not_there_or_leads_elsewhere)
{
	static const char *const outside[] = { "", "/etc/passwd", "../../../etc/passwd", "Europe/Par is" };
	struct timezone_data *zone;
	struct ehds_error error;
	char text[200];

	ck_assert_int_eq(timezone_load(&zone, "Europe/Atlantis", &error), -1);
	ck_assert_str_eq(error.text,
	    "there is no time zone 'Europe/Atlantis' in /usr/share/zoneinfo (is tzdata installed?)");
	ck_assert_int_eq(error.kind, EHDS_ERROR_CONFIG);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		ck_assert_int_eq(timezone_load(&zone, outside[i], &error), -1);
		snprintf(text, sizeof(text), "'%s' is no name of a time zone, such as Europe/Brussels",
		    outside[i]);
		ck_assert_str_eq(error.text, text);
	}
	timezone_free(&zone);
}
END_TEST

TESTS("base/timezone_file", reads_the_table_and_the_rule_behind_it,
    without_a_rule_the_last_line_of_the_table_goes_on, refuses_what_is_damaged_and_says_how,
    refuses_counts_that_no_file_can_hold, refuses_a_file_cut_off_anywhere,
    refuses_a_file_of_more_than_a_megabyte, names_a_zone_that_is_not_there_or_leads_elsewhere)
