/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From converted to forwarded. The journal is the queue of every peer; what is sent straight after its
 * conversion is a short cut that is open only while a peer keeps up (no backlog). So an unreachable peer
 * costs no memory and no other peer anything.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LOAD_BYTES (4u << 20)
#define FAILURES 3		/* attempts in a row without success, after which a peer counts as down */

static struct peer *
peer_named(const struct broker *broker, const char *name)
{
	for (size_t i = 0; i < broker->peer_count; i++)
		if (strcmp(broker->peers[i]->name, name) == 0)
			return broker->peers[i];
	return NULL;
}

/*
 * How many documents the peer may be sent now. One that is down gets a single one, to see whether it still
 * is, later and later; the others wait in the journal and keep their attempts.
 */
static size_t
room_of(const struct broker *broker, const struct peer *peer)
{
	size_t in_flight;

	if (!forwarder_connected(peer->forwarder))
		return 0;
	if (peer->failures < FAILURES)
		return forwarder_room(peer->forwarder);
	forwarder_in_flight(peer->forwarder, &in_flight);
	return in_flight == 0 && peer->probe <= broker->now ? 1 : 0;
}

/* ---- sending ------------------------------------------------------------------------------------------- */

static bool
send_to(struct broker *broker, struct peer *peer, const struct store_document *stored, zmq_msg_t *body,
    int attempts)
{
	const struct wire_header header = {
		.id = stored->id, .sha256 = stored->sha256, .pack = stored->pack,
		.category = stored->category,
		.profile = stored->profile[0] != '\0' ? stored->profile : NULL,
		.content_type = peer->settings.as == PEER_FHIR_XML ? TYPE_XML : TYPE_JSON,
	};

	if (!forwarder_send(peer->forwarder, stored->document, &header, body, attempts, broker->now))
		return false;
	broker_crash(broker, CRASH_FORWARD);
	return true;
}

static void
leave_in_journal(struct broker *broker, struct peer *peer)
{
	if (!peer->backlog || peer->due > broker->instant)
		peer->due = broker->instant;
	peer->backlog = true;
}

void
delivery_offer(struct broker *broker, const char *name, const struct parcel *parcel)
{
	struct peer *peer = peer_named(broker, name);
	zmq_msg_t *body;

	if (peer == NULL)
		return;		/* gone with a reload; held when that reload came */
	body = (zmq_msg_t *)(uintptr_t)&parcel->bodies[peer->settings.as];
	if (peer->backlog || peer->loading || broker->stop_by >= 0 || zmq_msg_size(body) == 0
	    || room_of(broker, peer) == 0 || !send_to(broker, peer, &parcel->document, body, 0))
		leave_in_journal(broker, peer);
}

void
delivery_wake(struct broker *broker, const char *name)
{
	struct peer *peer = peer_named(broker, name);

	if (peer != NULL)
		leave_in_journal(broker, peer);
}

/* ---- reading from the journal -------------------------------------------------------------------------- */

struct due_job {
	struct broker_job base;
	char *peer;
	enum store_body as;
	long long instant, next;
	long long *skip;
	size_t skip_count, most;
	struct store_documents found;
};

static int
due_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct due_job *due = (struct due_job *)job;

	store_documents_free(&due->found);
	return store_due(store, &due->found, due->peer, due->as, due->instant, due->skip, due->skip_count,
	    due->most, LOAD_BYTES, &due->next, error);
}

static void
never(struct broker *broker, const struct peer *peer, long long number, const char *text);

static void
send_found(struct broker *broker, struct peer *peer, struct due_job *due)
{
	for (size_t i = 0; i < due->found.count; i++) {
		struct store_document *stored = &due->found.items[i];
		zmq_msg_t body;

		if (stored->body == NULL) {
			never(broker, peer, stored->document,
			    "there is no result in the format that this peer takes: retry");
			continue;
		}
		message_take(&body, stored->body, stored->body_length, NULL);
		stored->body = NULL;
		if (!send_to(broker, peer, stored, &body, stored->attempts))
			due->next = broker->instant;
		zmq_msg_close(&body);
	}
}

static void
due_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct due_job *due = (struct due_job *)job;
	struct broker *broker = due->base.broker;
	struct peer *peer = peer_named(broker, due->peer);

	if (peer != NULL) {
		peer->loading = false;
		if (result != 0) {
			log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
			peer->due = broker->instant + 1000;
		} else {
			send_found(broker, peer, due);
			peer->backlog = due->next >= 0;
			peer->due = due->next;
		}
	}
	store_documents_free(&due->found);
	free(due->skip);
	free(due->peer);
	free(due);
}

static void
load_due(struct broker *broker, struct peer *peer)
{
	struct due_job *due = broker_job_new(broker, sizeof(*due), due_run, due_done);
	size_t count;
	const long long *in_flight = forwarder_in_flight(peer->forwarder, &count);

	due->peer = must_strdup(peer->name);
	due->as = peer->settings.as == PEER_FHIR_XML ? STORE_RESULT_XML : STORE_RESULT_JSON;
	due->instant = broker->instant;
	due->skip = must_alloc((count + 1) * sizeof(*due->skip));
	memcpy(due->skip, in_flight, count * sizeof(*due->skip));
	due->skip_count = count;
	due->most = room_of(broker, peer);
	peer->loading = true;
	broker_submit(due);
}

/* ---- what peers answer --------------------------------------------------------------------------------- */

struct fate_job {
	struct broker_job base;
	enum forwarder_fate fate;
	char *peer, *text;
	long long document, instant, next;
	int attempts;
	enum store_state state;		/* after FORWARDER_ACKED */
};

static int
fate_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct fate_job *fate = (struct fate_job *)job;

	switch (fate->fate) {
	case FORWARDER_ACKED:
		return store_delivered(store, fate->document, fate->peer, fate->instant, &fate->state, error);
	case FORWARDER_LATER:
		return store_deliver_later(store, fate->document, fate->peer, fate->attempts, fate->next,
		    fate->text, error);
	case FORWARDER_NEVER:
		return store_deliver_never(store, fate->document, fate->peer, fate->text, fate->instant,
		    error);
	}
	return 0;
}

static void
fate_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct fate_job *fate = (struct fate_job *)job;
	struct broker *broker = fate->base.broker;
	struct peer *peer = peer_named(broker, fate->peer);

	if (result != 0)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
	else if (fate->fate == FORWARDER_NEVER
	    || (fate->fate == FORWARDER_ACKED && fate->state == STORE_FORWARDED))
		answer_push(broker, fate->document);
	if (fate->fate == FORWARDER_LATER && peer != NULL) {
		if (!peer->backlog || peer->due > fate->next)
			peer->due = fate->next;
		peer->backlog = true;
	}
	free(fate->peer);
	free(fate->text);
	free(fate);
}

static struct fate_job *
fate_new(struct broker *broker, const struct peer *peer, long long number, enum forwarder_fate fate_is,
    const char *text)
{
	struct fate_job *fate = broker_job_new(broker, sizeof(*fate), fate_run, fate_done);

	fate->base.job.persistent = true;
	fate->fate = fate_is;
	fate->peer = must_strdup(peer->name);
	fate->text = must_strdup(text);
	fate->document = number;
	fate->instant = broker->instant;
	return fate;
}

static void
never(struct broker *broker, const struct peer *peer, long long number, const char *text)
{
	log_event(LOG_LEVEL_WARNING, "delivery.never", "peer=%s document=%lld text=\"%s\"", peer->name,
	    number, text);
	broker_submit(fate_new(broker, peer, number, FORWARDER_NEVER, text));
}

static unsigned long
random_number(void)
{
	unsigned long number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		number = 0;
	return number;
}

/* Keeps in mind how the peer does. An answer, even a no, is a sign of life. */
static void
note_fate(struct broker *broker, struct peer *peer, enum forwarder_fate fate, long long after)
{
	const struct peer_settings *settings = &peer->settings;
	long long pause;

	if (fate != FORWARDER_LATER) {
		if (peer->failures >= FAILURES)
			log_event(LOG_LEVEL_INFO, "peer.up", "peer=%s", peer->name);
		peer->failures = 0;
		return;
	}
	/* What was in flight together fails together: that is one failure more, once it is down. */
	if (peer->failures >= FAILURES && peer->probe > broker->now)
		return;
	if (++peer->failures < FAILURES)
		return;
	pause = forwarder_backoff(settings->first, settings->most, peer->failures - FAILURES + 1,
	    random_number());
	peer->probe = broker->now + (after > pause ? after : pause);
	if (peer->failures == FAILURES)
		log_event(LOG_LEVEL_WARNING, "peer.down", "peer=%s failures=%d", peer->name, peer->failures);
}

struct step {
	struct broker *broker;
	struct peer *peer;
};

static void
count_fate(const struct step *step, const struct forwarder_event *event)
{
	struct metrics *metrics = step->broker->metrics;

	if (event->fate == FORWARDER_ACKED) {
		metrics_add(metrics, METRIC_DELIVERED, step->peer->name, NULL, 1);
		metrics_observe(metrics, METRIC_FORWARD_SECONDS, event->seconds);
	} else {
		metrics_add(metrics, METRIC_DELIVERY_FAILURES, step->peer->name, event->fate == FORWARDER_LATER
		    ? "later" : "never", 1);
	}
}

static void
on_report(void *context, const struct forwarder_event *event)
{
	const struct step *step = context;
	const struct peer_settings *settings = &step->peer->settings;
	struct fate_job *fate;
	long long pause;

	count_fate(step, event);
	note_fate(step->broker, step->peer, event->fate, event->after);
	if (event->fate == FORWARDER_ACKED)
		log_event(LOG_LEVEL_INFO, "document.delivered", "id=%s peer=%s attempts=%d", event->id,
		    step->peer->name, event->attempts);
	broker_crash(step->broker, CRASH_ACKNOWLEDGE);
	fate = fate_new(step->broker, step->peer, event->document, event->fate, event->text);
	fate->attempts = event->attempts;
	pause = forwarder_backoff(settings->first, settings->most, event->attempts, random_number());
	fate->next = step->broker->instant + (event->after > pause ? event->after : pause);
	if (event->fate != FORWARDER_ACKED)
		log_event(LOG_LEVEL_WARNING, event->fate == FORWARDER_LATER
		    ? "delivery.later" : "delivery.never",
		    "peer=%s id=%s attempts=%d text=\"%s\"", step->peer->name, event->id,
		    event->attempts, event->text);
	broker_submit(fate);
}

/* ---- the step ------------------------------------------------------------------------------------------ */

static bool
may_load(const struct broker *broker, const struct peer *peer)
{
	return peer->backlog && !peer->loading && peer->due <= broker->instant && broker->stop_by < 0
	    && room_of(broker, peer) > 0;
}

void
delivery_step(struct broker *broker)
{
	for (size_t i = 0; i < broker->peer_count; i++) {
		struct step step = { broker, broker->peers[i] };

		forwarder_step(step.peer->forwarder, broker->now, on_report, &step);
		if (may_load(broker, step.peer))
			load_due(broker, step.peer);
		peers_give_up(broker, step.peer);
	}
}

static long long
earlier(long long a, long long b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

long long
delivery_deadline(const struct broker *broker)
{
	long long first = -1;

	for (size_t i = 0; i < broker->peer_count; i++) {
		const struct peer *peer = broker->peers[i];

		first = earlier(first, forwarder_deadline(peer->forwarder));
		if (!peer->backlog)
			continue;
		first = earlier(first, peer->give_up);
		if (peer->failures >= FAILURES && peer->probe > broker->now)
			first = earlier(first, peer->probe);
		else if (!peer->loading && room_of(broker, peer) > 0)
			first = earlier(first, broker->now + (peer->due > broker->instant
			    ? peer->due - broker->instant : 0));
	}
	return first;
}

size_t
delivery_in_flight(const struct broker *broker)
{
	size_t total = 0, count;

	for (size_t i = 0; i < broker->peer_count; i++) {
		forwarder_in_flight(broker->peers[i]->forwarder, &count);
		total += count;
	}
	return total;
}
