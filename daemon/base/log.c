/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See log.h. The level and the name are the only process-wide state of the house: they are set once, before
 * anything else runs, and standard error is process-wide too. A line is written with one write(), so lines of
 * several processes do not mix.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum log_level log_threshold = LOG_LEVEL_INFO;
static const char *log_program = "ehdsd";
static bool log_journald;

void
log_open(const char *program, enum log_level level)
{
	log_program = program;
	log_threshold = level;
	log_journald = getenv("JOURNAL_STREAM") != NULL;
}

void
log_event(enum log_level level, const char *event, const char *format, ...)
{
	/* sd-daemon(3) priorities: error, warning, info, debug. */
	static const char *const journal[] = { "<3>", "<4>", "<6>", "<7>" };
	static const char *const names[] = { "error", "warning", "info", "debug" };
	char line[2048];
	va_list arguments;
	int length, more;

	if (level > log_threshold)
		return;
	length = snprintf(line, sizeof(line), "%s%s[%ld] %s %s ", log_journald ? journal[level] : "",
	    log_program, (long)getpid(), names[level], event);
	if (length < 0 || (size_t)length >= sizeof(line))
		return;
	va_start(arguments, format);
	more = vsnprintf(line + length, sizeof(line) - (size_t)length - 1, format, arguments);
	va_end(arguments);
	if (more < 0)
		return;
	length += more;
	if ((size_t)length > sizeof(line) - 2)
		length = sizeof(line) - 2;
	for (char *at = line; at < line + length; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)length) < 0)
		return;	/* nowhere left to say it */
}
