/* SPDX-License-Identifier: EUPL-1.2 */
/* What the service manager hears: that the daemon serves, reloads, stops, and that its loop turns. */
#ifndef EHDS_SERVER_NOTIFY_H
#define EHDS_SERVER_NOTIFY_H

/* lines: as in sd_notify(3), "READY=1", "STOPPING=1", "WATCHDOG=1". Nobody there: nothing is done. */
void
notify_say(const char *lines);

/* Milliseconds after which WATCHDOG=1 is due again: a third of what was asked for; -1: nobody asks. */
long long
notify_period(void);

#endif
