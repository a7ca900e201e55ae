/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the broker itself tells the audit trail: its life, its generations, who read a document, who was not let
 * in. What happens to a document is told by the journal, in the transaction that does it.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "journal/audit.h"

#include <stdlib.h>
#include <string.h>

#define REFUSED_PAUSE 1000		/* milliseconds between two lines about who was not let in */

struct trail_job {
	struct broker_job base;
	long long number, instant;
	const char *event;		/* a constant */
	char *who, *detail;		/* own */
};

static int
trail_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	const struct trail_job *trail = (const struct trail_job *)job;

	return store_audit(store, trail->number, trail->event, trail->who, trail->detail, trail->instant, error);
}

static void
trail_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct trail_job *trail = (struct trail_job *)job;

	(void)result;
	(void)error;
	free(trail->who);
	free(trail->detail);
	free(trail);
}

void
trail_say(struct broker *broker, long long number, const char *event, const char *who, const char *detail)
{
	struct trail_job *trail = broker_job_new(broker, sizeof(*trail), trail_run, trail_done);

	trail->base.job.persistent = true;
	trail->number = number;
	trail->instant = broker->instant;
	trail->event = event;
	trail->who = must_strdup(who);
	trail->detail = must_strdup(detail);
	broker_submit(trail);
}

void
trail_refused(struct broker *broker, const char *key)
{
	char detail[64];

	broker->trail.refused++;
	if (broker->trail.next > broker->now)
		return;
	broker->trail.next = broker->now + REFUSED_PAUSE;
	snprintf(detail, sizeof(detail), "connections since the start: %lld", broker->trail.refused);
	trail_say(broker, 0, "not-let-in", key, detail);
}
