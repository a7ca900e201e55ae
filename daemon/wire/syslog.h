/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Syslog messages to a collector: over UDP (RFC 5426), over TLS (RFC 5425), or into a file, one a line. What a
 * message says is its maker's business: RFC 5424 is in server/atna.c. All functions wait, and belong to one
 * thread.
 */
#ifndef EHDS_WIRE_SYSLOG_H
#define EHDS_WIRE_SYSLOG_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct syslog;

struct syslog_settings {
	const char *address;		/* udp://HOST:PORT, tls://HOST:PORT, file:///PATH */
	const char *ca;			/* certificates that may sign the collector's; "": the system's */
	const char *certificate, *key;	/* what we show to it; "": nothing */
};

/* Reads the address; connects when the first message is sent. settings are copied. Error: CONFIG audit-syslog. */
int
syslog_open(struct syslog **out, const struct syslog_settings *settings, struct ehds_error *error);

/*
 * Hands one message over. *broken: a connection that messages went over has ended, so the last ones before this
 * may be lost: TLS says nothing of what arrived. Error: TEMPORARY audit-syslog; the message was not handed over.
 */
int
syslog_send(struct syslog *syslog, const char *message, size_t length, bool *broken, struct ehds_error *error);

/* Accepts NULL in *syslog. */
void
syslog_close(struct syslog **syslog);

#endif
