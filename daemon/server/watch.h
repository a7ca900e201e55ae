/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page that a monitoring system reads, on loopback: GET /metrics (Prometheus), GET /ready (200 while
 * documents are taken and converted, else 503 and why), GET /alive (200 while the daemon's loop turns). Served by
 * a thread of its own from a copy that the daemon's loop writes about once a second, so that a scrape holds up
 * nothing.
 */
#ifndef EHDS_SERVER_WATCH_H
#define EHDS_SERVER_WATCH_H

#include "base/buffer.h"
#include "base/error.h"

struct watch;

/* What is wrong with an address; NULL when nothing is, or it is "". */
const char *
watch_fault(const char *address);

/*
 * address: HOST:PORT of loopback, port 0 for any that is free; "": none, and then *out is NULL. Says where it
 * listens in the log. Error: CONFIG metrics-listen.
 */
int
watch_open(struct watch **out, const char *address, struct ehds_error *error);

/* What is served from now on. Takes the contents of page. why: NULL when ready, else one line. */
void
watch_put(struct watch *watch, struct buffer *page, const char *why);

/* Accepts NULL in *watch. */
void
watch_close(struct watch **watch);

#endif
