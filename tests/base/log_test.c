/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/log.h"
#include "base/buffer.h"
#include "base/file.h"

#include "../check_main.h"
#include "../temporary.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Standard error goes into a file meanwhile. Gives its contents; each test has a process of its own. */
static char *
logged(void (*speak)(void))
{
	char *folder = temporary_folder(), *path = temporary_path(folder, "log");
	struct buffer read = { .limit = 0 };
	int kept = dup(STDERR_FILENO), file = open(path, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_ge(dup2(file, STDERR_FILENO), 0);
	speak();
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(file);
	ck_assert_int_eq(file_read(&read, path, 0, NULL), 0);
	free(path);
	temporary_remove(folder);
	return buffer_take(&read, NULL);
}

static char *
line_of(const char *prefix, const char *rest)
{
	char *line;

	ck_assert_int_gt(asprintf(&line, "%stest[%ld] %s\n", prefix, (long)getpid(), rest), 0);
	return line;
}

static void
speak_at_info(void)
{
	log_open("test", LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_DEBUG, "not.said", "a=%d", 1);
	log_event(LOG_LEVEL_INFO, "document.held", "id=%d rule=%s", 7, "r");
}

START_TEST(an_event_is_one_line_and_levels_below_the_threshold_are_silent)
{
	char *line, *said;

	unsetenv("JOURNAL_STREAM");
	said = logged(speak_at_info);
	line = line_of("", "info document.held id=7 rule=r");
	ck_assert_str_eq(said, line);
	free(line);
	free(said);
}
END_TEST

START_TEST(under_journald_a_line_begins_with_its_priority)
{
	char *line, *said;

	setenv("JOURNAL_STREAM", "8:1", 1);
	said = logged(speak_at_info);
	line = line_of("<6>", "info document.held id=7 rule=r");
	ck_assert_str_eq(said, line);
	free(line);
	free(said);
}
END_TEST

static void
speak_lines(void)
{
	log_open("test", LOG_LEVEL_DEBUG);
	log_event(LOG_LEVEL_ERROR, "e", "text=a\nb\rc");
}

START_TEST(a_newline_in_a_value_begins_no_second_line)
{
	char *line, *said;

	unsetenv("JOURNAL_STREAM");
	said = logged(speak_lines);
	line = line_of("", "error e text=a b c");
	ck_assert_str_eq(said, line);
	free(line);
	free(said);
}
END_TEST

static void
speak_much(void)
{
	static char much[5000];

	memset(much, 'x', sizeof(much) - 1);
	log_open("test", LOG_LEVEL_DEBUG);
	log_event(LOG_LEVEL_WARNING, "e", "text=%s", much);
}

START_TEST(a_long_line_is_cut_and_still_ends_with_a_newline)
{
	char *said;

	unsetenv("JOURNAL_STREAM");
	said = logged(speak_much);
	ck_assert_uint_le(strlen(said), 2048);
	ck_assert_uint_gt(strlen(said), 2000);
	ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
	free(said);
}
END_TEST

TESTS("base/log", an_event_is_one_line_and_levels_below_the_threshold_are_silent,
    under_journald_a_line_begins_with_its_priority, a_newline_in_a_value_begins_no_second_line,
    a_long_line_is_cut_and_still_ends_with_a_newline)
