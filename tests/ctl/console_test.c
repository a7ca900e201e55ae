/* SPDX-License-Identifier: EUPL-1.2 */
#include "ctl/console.h"

#include "../check_main.h"
#include "capture.h"

#include <string.h>

static const char *
written(const char *text)
{
	struct capture capture = capture_start(stdout);

	console_write(stdout, text, strlen(text));
	return capture_end(&capture);
}

/* ECMA-48: ESC starts a control sequence, and so does U+009B (CSI), which UTF-8 writes as C2 9B. */
START_TEST(takes_control_characters_out_of_what_a_terminal_sees)
{
	ck_assert_str_eq(written("a\x1B[2Jb"), "a?[2Jb");
	ck_assert_str_eq(written("a\xC2\x9B" "2J\x07\x7F"), "a?2J??");
	ck_assert_str_eq(written("\r"), "?");
}
END_TEST

START_TEST(leaves_text_newlines_and_tabs_alone)
{
	ck_assert_str_eq(written("Caf\xC3\xA9\t\xC2\xA0\n\xE2\x82\xAC"), "Caf\xC3\xA9\t\xC2\xA0\n\xE2\x82\xAC");
}
END_TEST

START_TEST(shows_no_progress_where_nobody_looks)
{
	struct capture capture = capture_start(stderr);
	struct progress progress = progress_new(3);

	progress_step(&progress, "a");
	progress_clear(&progress);
	ck_assert_str_eq(capture_end(&capture), "");
}
END_TEST

START_TEST(writes_an_error_in_compiler_form)
{
	struct capture capture = capture_start(stderr);
	struct ehds_error error;

	error_set(&error, EHDS_ERROR_DOCUMENT, "xml-doctype", "a\x1B.xml", 3, 7, "no");
	console_error(&error);
	ck_assert_str_eq(capture_end(&capture), "a?.xml:3:7: error: xml-doctype: no\n");
}
END_TEST

TESTS("console", takes_control_characters_out_of_what_a_terminal_sees, leaves_text_newlines_and_tabs_alone,
    shows_no_progress_where_nobody_looks, writes_an_error_in_compiler_form)
