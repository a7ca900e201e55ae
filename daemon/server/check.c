/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsd --check: everything that a start loads, and what the kernel grants the sandbox. */
#include "server/broker.h"
#include "server/pool.h"
#include "server/sandbox.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct check {
	bool ended;
	int status;
};

static void
on_converted(void *context, void *job, const struct result_head *head, char *parts[RESULT_PARTS])
{
	(void)context;
	(void)job;
	(void)head;
	(void)parts;
}

static void
on_lost(void *context, void *job, enum pool_loss loss, const char *how)
{
	(void)context;
	(void)job;
	(void)loss;
	(void)how;
}

static void
on_ready(void *context, const char *hash)
{
	struct check *check = context;

	printf("mappings       %s\n", hash);
	check->ended = true;
}

static void
on_failed(void *context, const struct ehds_error *error)
{
	struct check *check = context;
	char text[1024];

	fprintf(stderr, "%s\n", error_format(error, text, sizeof(text)));
	check->status = error->kind == EHDS_ERROR_TEMPORARY ? EXIT_FAILURE : 2;
	check->ended = true;
}

static void
on_down(void *context)
{
	(void)context;
}

static const struct pool_events events = { on_converted, on_lost, on_ready, on_failed, on_down };

static void
say_sandbox(const struct configuration *configuration)
{
	static const char *const needs[] = { "required", "strict", "best-effort" };
	struct sandbox_grants grants;

	sandbox_ask(&grants);
	printf("sandbox        %s: limits of memory, time, files and processes; no privileges; not traceable",
	    needs[configuration->sandbox]);
	printf("%s%s\n", grants.landlock > 0 ? "; no file, no port" : "", grants.filter
	    ? "; no system call but those for memory and its own socket" : "");
	printf("kernel grants  seccomp: %s; landlock: ", grants.filter ? "yes" : "no");
	if (grants.landlock > 0)
		printf("version %d\n", grants.landlock);
	else
		puts("no");
}

int
broker_check(const struct broker_start *start)
{
	struct check check = { .ended = false };
	struct configuration *configuration;
	struct ehds_error error = { 0 };
	struct pool *pool;

	log_open("ehdsd", LOG_LEVEL_WARNING);
	if (configuration_load(&configuration, start->file, &start->environment, &error) != 0) {
		on_failed(&check, &error);
		return check.status;
	}
	printf("configuration  %s: %zu routes, %zu peers\n", start->file != NULL
	    ? start->file : "none, the defaults", configuration->route_count, configuration->peer_count);
	pool = pool_new(start->program, &events, &check);
	if (pool_load(pool, configuration, true, &error) != 0)
		on_failed(&check, &error);
	while (!check.ended) {
		zmq_pollitem_t items[1024];

		if (zmq_poll(items, (int)pool_items(pool, items), 1000) < 0 && errno != EINTR)
			break;
		pool_step(pool, 0);
	}
	if (check.status == 0)
		say_sandbox(configuration);
	pool_free(&pool);
	configuration_free(&configuration);
	return check.status;
}
