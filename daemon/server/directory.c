/* SPDX-License-Identifier: EUPL-1.2 */
/* See directory.h. */
#include "server/directory.h"

#include "base/alloc.h"
#include "base/log.h"
#include "wire/peer.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct directory {
	char *name;
	struct peer_inbox *inbox;
	pthread_t thread;
	int stop;
};

static void
report(void *context, const struct peer_arrival *arrival, const struct ehds_error *error)
{
	const struct directory *directory = context;

	if (arrival == NULL)
		log_event(LOG_LEVEL_ERROR, "directory.failed", "peer=%s path=%s text=\"%s\"",
		    directory->name, error->file, error->text);
	else
		log_event(LOG_LEVEL_DEBUG, "directory.written", "peer=%s id=%s duplicate=%s",
		    directory->name, arrival->id, arrival->duplicate ? "yes" : "no");
}

static void *
directory_main(void *context)
{
	struct directory *directory = context;

	peer_run(directory->inbox, directory->stop, report, directory);
	return NULL;
}

int
directory_start(struct directory **out, void *zmq_context, const char *endpoint, const char *name,
    const char *folder, struct ehds_error *error)
{
	const struct inbox_settings inbox = { .endpoint = endpoint, .folder = folder, .most = SIZE_MAX / 2 };
	struct directory *directory = must_alloc(sizeof(*directory));

	*out = NULL;
	directory->name = must_strdup(name);
	directory->stop = eventfd(0, EFD_CLOEXEC);
	must(directory->stop >= 0);
	if (peer_open(&directory->inbox, zmq_context, &inbox, error) != 0)
		goto failed;
	if (pthread_create(&directory->thread, NULL, directory_main, directory) != 0) {
		error_set(error, EHDS_ERROR_TEMPORARY, "directory-thread", NULL, 0, 0,
		    "cannot start a thread: %s", strerror(errno));
		goto failed;
	}
	*out = directory;
	return 0;
failed:
	peer_close(&directory->inbox);
	close(directory->stop);
	free(directory->name);
	free(directory);
	return -1;
}

void
directory_stop(struct directory **directory)
{
	struct directory *old = *directory;
	const uint64_t one = 1;

	*directory = NULL;
	if (old == NULL)
		return;
	must(write(old->stop, &one, sizeof(one)) == sizeof(one));
	pthread_join(old->thread, NULL);
	peer_close(&old->inbox);
	close(old->stop);
	free(old->name);
	free(old);
}
