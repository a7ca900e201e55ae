/* SPDX-License-Identifier: EUPL-1.2 */
/* Generations that come into service, or do not: what the pool reports, and the configuration with it. */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "server/notify.h"

#include <stdlib.h>

void
generation_ready(void *context, const char *hash)
{
	struct broker *broker = context;
	struct ehds_error error = { 0 };

	free(broker->generation);
	broker->generation = must_strdup(hash);
	broker->engine_pause = 0;
	notify_say("READY=1");
	metrics_add(broker->metrics, METRIC_GENERATIONS, "served", NULL, 1);
	trail_say(broker, 0, "generation", "ehdsd", hash);
	broker->retry_engine = -1;
	if (broker->candidate == NULL)
		return;
	if (delivery_configure(broker, broker->candidate, &error) != 0) {
		log_event(LOG_LEVEL_ERROR, "reload.peers", "text=\"%s\"", error.text);
		configuration_free(&broker->candidate);
		control_reloaded(broker, &error);
		return;
	}
	configuration_free(&broker->configuration);
	broker->configuration = broker->candidate;
	broker->candidate = NULL;
	receiver_limit(broker->receiver, (size_t)broker->configuration->document);
	log_event(LOG_LEVEL_INFO, "reload.done", "mappings=%.16s", hash);
	control_reloaded(broker, NULL);
}

void
generation_failed(void *context, const struct ehds_error *error)
{
	struct broker *broker = context;
	char text[1024];

	metrics_add(broker->metrics, METRIC_GENERATIONS, "failed", NULL, 1);
	log_event(LOG_LEVEL_ERROR, broker->candidate != NULL ? "reload.failed" : "engine.failed", "%s",
	    error_format(error, text, sizeof(text)));
	if (broker->candidate != NULL) {
		trail_say(broker, 0, "generation-refused", "ehdsd", error->rule);
		configuration_free(&broker->candidate);
		control_reloaded(broker, error);
		return;
	}
	if (broker->generation == NULL) {
		/* The first start of all: somebody stands at the keyboard. */
		broker->status = error->kind == EHDS_ERROR_TEMPORARY ? 1 : 2;
		broker->ended = true;
		return;
	}
	broker->engine_pause = broker->engine_pause == 0 ? 500 : broker->engine_pause >= 30000 ? 30000
	    : 2 * broker->engine_pause;
	broker->retry_engine = broker->now + broker->engine_pause;
}

void
generation_down(void *context)
{
	struct broker *broker = context;

	/* At once; if that fails too, later and later. */
	broker->retry_engine = broker->now;
}
