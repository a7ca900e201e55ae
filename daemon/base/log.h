/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log: one event a line to standard error, `level event key=value ...`, so that a person and
 * journald both read it. No patient data at any level: ids, hashes, counts, rule ids and places
 * only.
 */
#ifndef EHDS_BASE_LOG_H
#define EHDS_BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/*
 * Where and how much: process-wide because standard error is. Under journald (JOURNAL_STREAM) lines
 * get <N>.
 */
void
log_open(const char *program, enum log_level level);

/*
 * event: dotted words, e.g. "document.held". The rest: "key=%s" pairs; values with spaces are the
 * caller's to quote.
 */
void
log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
