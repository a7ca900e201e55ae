/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit trail to a collector (IHE ATNA, ITI-20): a thread that reads the trail's file behind the daemon's
 * back, so that a collector which is slow or away holds up nothing, and forgets nothing: where it has come to
 * stands in a file of its own.
 */
#ifndef EHDS_SERVER_ATNA_H
#define EHDS_SERVER_ATNA_H

#include "base/buffer.h"
#include "format/json.h"
#include "wire/syslog.h"

struct atna;

/*
 * Starts the thread. folder: the state folder. source: the name of this machine in messages, "": its host name.
 * Gives *out, NULL when settings->address is "". Errors: CONFIG audit-syslog; TEMPORARY audit-thread.
 */
int
atna_start(struct atna **out, const char *folder, const char *source, const struct syslog_settings *settings,
    struct ehds_error *error);

/* Sends what it can without waiting for a collector that is away, and ends. Accepts NULL in *atna. */
void
atna_stop(struct atna **atna);

/* Appends the syslog message for one line of the trail. */
void
atna_message(struct buffer *out, const struct json *line, const char *source);

#endif
