/* SPDX-License-Identifier: EUPL-1.2 */
/* See inside.h. */
#include "server/inside.h"

#include "base/alloc.h"
#include "base/log.h"
#include "wire/http.h"
#include "wire/peer.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct inside {
	char *name;
	struct peer_inbox *inbox;	/* one of these */
	struct http_peer *http;
	pthread_t thread;
	int stop;
};

static void
report(void *context, const struct peer_arrival *arrival, const struct ehds_error *error)
{
	const struct inside *inside = context;

	if (arrival == NULL)
		log_event(LOG_LEVEL_ERROR, "directory.failed", "peer=%s path=%s text=\"%s\"", inside->name,
		    error->file, error->text);
	else
		log_event(LOG_LEVEL_DEBUG, "directory.written", "peer=%s id=%s duplicate=%s", inside->name,
		    arrival->id, arrival->duplicate ? "yes" : "no");
}

static void *
inside_main(void *context)
{
	struct inside *inside = context;

	if (inside->inbox != NULL)
		peer_run(inside->inbox, inside->stop, report, inside);
	else
		http_run(inside->http, inside->stop);
	return NULL;
}

/* A request ends before the broker's own clock for it does, and says more. */
static int
open_peer(struct inside *inside, void *zmq_context, const char *endpoint,
    const struct peer_settings *settings, struct ehds_error *error)
{
	const struct inbox_settings inbox = { .endpoint = endpoint, .folder = settings->directory,
	    .most = SIZE_MAX / 2 };
	const struct http_settings http = { .endpoint = endpoint, .url = settings->post, .ca = settings->ca,
	    .certificate = settings->certificate, .key = settings->certificate_key,
	    .most = (size_t)settings->in_flight, .timeout = settings->acknowledge * 9 / 10 };

	if (settings->directory[0] != '\0')
		return peer_open(&inside->inbox, zmq_context, &inbox, error);
	return http_open(&inside->http, zmq_context, &http, error);
}

int
inside_start(struct inside **out, void *zmq_context, const char *endpoint,
    const struct peer_settings *settings, struct ehds_error *error)
{
	struct inside *inside = must_alloc(sizeof(*inside));
	int result;

	*out = NULL;
	inside->name = must_strdup(settings->name);
	inside->stop = eventfd(0, EFD_CLOEXEC);
	must(inside->stop >= 0);
	result = open_peer(inside, zmq_context, endpoint, settings, error);
	if (result == 0 && pthread_create(&inside->thread, NULL, inside_main, inside) != 0)
		result = error_set(error, EHDS_ERROR_TEMPORARY, "peer-thread", NULL, 0, 0,
		    "cannot start a thread: %s", strerror(errno));
	if (result == 0) {
		*out = inside;
		return 0;
	}
	peer_close(&inside->inbox);
	http_close(&inside->http);
	close(inside->stop);
	free(inside->name);
	free(inside);
	return -1;
}

void
inside_stop(struct inside **inside)
{
	struct inside *old = *inside;
	const uint64_t one = 1;

	*inside = NULL;
	if (old == NULL)
		return;
	must(write(old->stop, &one, sizeof(one)) == sizeof(one));
	pthread_join(old->thread, NULL);
	peer_close(&old->inbox);
	http_close(&old->http);
	close(old->stop);
	free(old->name);
	free(old);
}
