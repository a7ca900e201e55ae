/* SPDX-License-Identifier: EUPL-1.2 */
#include "ctl/command.h"
#include "ctl/verbs.h"

#include "../check_main.h"
#include "capture.h"

#include <getopt.h>
#include <string.h>

static const struct command_option options[] = {
	{ 'o', "output", "FILE", "where to write" },
	{ 'q', "quiet", NULL, "say less,\nand less" },
	{ 1000, "a-rather-long-option-name", "WITH-VALUE", "so long that its help stands below" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = { "frob", "FILE...", "Frobs files.", "More text.", options };

/* Parses a command line of one option; what was said on standard error. */
static const char *
parse(int *letter, const char *first, const char *second)
{
	static char name[] = "frob", one[64], two[64];
	char *argv[] = { name, one, second != NULL ? two : NULL, NULL };
	struct capture capture = capture_start(stderr);

	snprintf(one, sizeof(one), "%s", first);
	snprintf(two, sizeof(two), "%s", second != NULL ? second : "");
	optind = 0;
	*letter = command_next(&command, second != NULL ? 3 : 2, argv);
	return capture_end(&capture);
}

START_TEST(reads_short_and_long_options_and_their_values)
{
	int letter;

	ck_assert_str_eq(parse(&letter, "-o", "x"), "");
	ck_assert_int_eq(letter, 'o');
	ck_assert_str_eq(optarg, "x");
	ck_assert_str_eq(parse(&letter, "--output=y", NULL), "");
	ck_assert_int_eq(letter, 'o');
	ck_assert_str_eq(optarg, "y");
	ck_assert_str_eq(parse(&letter, "--a-rather-long-option-name", "z"), "");
	ck_assert_int_eq(letter, 1000);
	ck_assert_str_eq(parse(&letter, "-q", NULL), "");
	ck_assert_int_eq(letter, 'q');
}
END_TEST

START_TEST(ends_at_the_first_operand)
{
	int letter;

	parse(&letter, "file", NULL);
	ck_assert_int_eq(letter, COMMAND_END);
	ck_assert_int_eq(optind, 1);
}
END_TEST

START_TEST(names_the_nearest_option_for_an_unknown_one)
{
	int letter;

	ck_assert_str_eq(parse(&letter, "--outptu=x", NULL),
	    "ehdsctl frob: unknown option '--outptu', did you mean '--output'?\nTry 'ehdsctl frob --help'.\n");
	ck_assert_int_eq(letter, COMMAND_WRONG);
	ck_assert_str_eq(parse(&letter, "--elephant", NULL),
	    "ehdsctl frob: unknown option '--elephant'\nTry 'ehdsctl frob --help'.\n");
	ck_assert_str_eq(parse(&letter, "-z", NULL), "ehdsctl frob: unknown option '-z'\nTry 'ehdsctl frob --help'.\n");
}
END_TEST

START_TEST(says_when_a_value_is_missing_or_too_much)
{
	int letter;

	ck_assert_str_eq(parse(&letter, "--output", NULL),
	    "ehdsctl frob: option '--output' needs FILE\nTry 'ehdsctl frob --help'.\n");
	ck_assert_int_eq(letter, COMMAND_WRONG);
	ck_assert_str_eq(parse(&letter, "-o", NULL),
	    "ehdsctl frob: option '--output' needs FILE\nTry 'ehdsctl frob --help'.\n");
	ck_assert_str_eq(parse(&letter, "--quiet=yes", NULL),
	    "ehdsctl frob: option '--quiet' takes no value\nTry 'ehdsctl frob --help'.\n");
	ck_assert_int_eq(letter, COMMAND_WRONG);
}
END_TEST

START_TEST(prints_help_from_the_table)
{
	char name[] = "frob", option[] = "--help", *argv[] = { name, option, NULL };
	struct capture capture = capture_start(stdout);
	const char *said;
	int letter;

	optind = 0;
	letter = command_next(&command, 2, argv);
	said = capture_end(&capture);
	ck_assert_int_eq(letter, COMMAND_HELP);
	ck_assert_str_eq(said,
	    "Usage: ehdsctl frob [OPTIONS] FILE...\n\nFrobs files.\n\n"
	    "  -o, --output FILE        where to write\n"
	    "  -q, --quiet              say less,\n"
	    "                           and less\n"
	    "      --a-rather-long-option-name WITH-VALUE\n"
	    "                           so long that its help stands below\n"
	    "  -h, --help               this text\n"
	    "\nMore text.\n");
}
END_TEST

START_TEST(knows_a_choice_or_says_which_there_are)
{
	static const char *const names[] = { "fhir-json", "fhir-xml", NULL };
	struct capture capture = capture_start(stderr);
	enum ehds_severity level = EHDS_SEVERITY_ERROR;

	ck_assert_int_eq(command_choice(&command, "--as", "fhir-xml", names), 1);
	ck_assert_int_eq(command_choice(&command, "--as", "fhir-xlm", names), -1);
	ck_assert_int_eq(command_choice(&command, "--as", "pdf", names), -1);
	ck_assert_int_eq(command_level(&command, &level, "warning"), 0);
	ck_assert_int_eq(command_level(&command, &level, "fatal"), -1);
	ck_assert_str_eq(capture_end(&capture),
	    "ehdsctl frob: --as 'fhir-xlm' is unknown, did you mean 'fhir-xml'?\nTry 'ehdsctl frob --help'.\n"
	    "ehdsctl frob: --as 'pdf' is unknown, expected one of fhir-json, fhir-xml\n"
	    "ehdsctl frob: --level 'fatal' is unknown, expected one of information, warning, error\n");
	ck_assert_int_eq(level, EHDS_SEVERITY_WARNING);
}
END_TEST

TESTS("command", reads_short_and_long_options_and_their_values, ends_at_the_first_operand,
    names_the_nearest_option_for_an_unknown_one, says_when_a_value_is_missing_or_too_much, prints_help_from_the_table,
    knows_a_choice_or_says_which_there_are)
