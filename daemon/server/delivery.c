/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From converted to forwarded. The journal is the queue of every peer; what is sent straight after its
 * conversion is a short cut that is open only while a peer keeps up (no backlog). So an unreachable peer
 * costs no memory and no other peer anything.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "server/directory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LOAD_BYTES (8u << 20)
#define WINDOW_BYTES (32u << 20)	/* that one peer has not acknowledged */
#define GIVE_UP_ROUND 60000	/* milliseconds between searches for what is to be given up, at most */

static struct peer *
peer_named(const struct broker *broker, const char *name)
{
	for (size_t i = 0; i < broker->peer_count; i++)
		if (strcmp(broker->peers[i]->name, name) == 0)
			return broker->peers[i];
	return NULL;
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
	    || !send_to(broker, peer, &parcel->document, body, 0))
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
	due->most = forwarder_room(peer->forwarder);
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

struct step {
	struct broker *broker;
	struct peer *peer;
};

static void
on_report(void *context, const struct forwarder_event *event)
{
	const struct step *step = context;
	const struct peer_settings *settings = &step->peer->settings;
	struct fate_job *fate;

	if (event->fate == FORWARDER_ACKED)
		log_event(LOG_LEVEL_INFO, "document.delivered", "id=%s peer=%s attempts=%d", event->id,
		    step->peer->name, event->attempts);
	broker_crash(step->broker, CRASH_ACKNOWLEDGE);
	fate = fate_new(step->broker, step->peer, event->document, event->fate, event->text);
	fate->attempts = event->attempts;
	fate->next = step->broker->instant + forwarder_backoff(settings->first, settings->most,
	    event->attempts, random_number());
	if (event->fate != FORWARDER_ACKED)
		log_event(LOG_LEVEL_WARNING, event->fate == FORWARDER_LATER
		    ? "delivery.later" : "delivery.never",
		    "peer=%s id=%s attempts=%d text=\"%s\"", step->peer->name, event->id,
		    event->attempts, event->text);
	broker_submit(fate);
}

/* ---- giving up ----------------------------------------------------------------------------------------- */

struct give_up_job {
	struct broker_job base;
	char *peer;
	long long since, instant;
	size_t held;
};

static int
give_up_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct give_up_job *give_up = (struct give_up_job *)job;

	return store_give_up(store, give_up->peer, give_up->since, give_up->instant, &give_up->held, error);
}

static void
give_up_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct give_up_job *give_up = (struct give_up_job *)job;

	if (result != 0)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
	else if (give_up->held > 0)
		log_event(LOG_LEVEL_WARNING, "delivery.given-up", "peer=%s documents=%zu", give_up->peer,
		    give_up->held);
	free(give_up->peer);
	free(give_up);
}

static void
give_up_round(struct broker *broker, struct peer *peer)
{
	long long round = peer->settings.give_up / 4;
	struct give_up_job *give_up;

	if (!peer->backlog || peer->give_up > broker->now)
		return;
	if (!upkeep_may_forget(broker)) {
		peer->give_up = broker->upkeep.rest;
		return;
	}
	peer->give_up = broker->now + (round < GIVE_UP_ROUND ? round : GIVE_UP_ROUND);
	give_up = broker_job_new(broker, sizeof(*give_up), give_up_run, give_up_done);
	give_up->peer = must_strdup(peer->name);
	give_up->instant = broker->instant;
	give_up->since = broker->instant - peer->settings.give_up;
	broker_submit(give_up);
}

/* ---- the step ------------------------------------------------------------------------------------------ */

static bool
may_load(const struct broker *broker, const struct peer *peer)
{
	return peer->backlog && !peer->loading && peer->due <= broker->instant && broker->stop_by < 0
	    && forwarder_connected(peer->forwarder) && forwarder_room(peer->forwarder) > 0;
}

void
delivery_step(struct broker *broker)
{
	for (size_t i = 0; i < broker->peer_count; i++) {
		struct step step = { broker, broker->peers[i] };

		forwarder_step(step.peer->forwarder, broker->now, on_report, &step);
		if (may_load(broker, step.peer))
			load_due(broker, step.peer);
		give_up_round(broker, step.peer);
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
		if (!peer->loading && forwarder_connected(peer->forwarder)
		    && forwarder_room(peer->forwarder) > 0)
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

/* ---- peers --------------------------------------------------------------------------------------------- */

static void
peer_free(struct peer **peer)
{
	struct peer *old = *peer;

	*peer = NULL;
	if (old == NULL)
		return;
	forwarder_close(&old->forwarder);
	directory_stop(&old->directory);
	free(old->connect);
	free(old->key);
	free(old->folder);
	free(old->name);
	free(old);
}

/* configuration: the one that settings is of, which may not be in service yet. */
static int
peer_open_new(struct peer **out, struct broker *broker, const struct configuration *configuration,
    const struct peer_settings *settings, struct ehds_error *error)
{
	struct peer *peer = must_alloc(sizeof(*peer));
	struct forwarder_settings forwarder = { .name = settings->name, .endpoint = settings->connect,
	    .keys = settings->key[0] != '\0' ? &configuration->keys : NULL, .key = settings->key,
	    .window = (size_t)settings->in_flight, .bytes = WINDOW_BYTES, .timeout = settings->acknowledge };
	char *inside = must_printf("inproc://peer-%p", (void *)peer);
	int result = 0;

	peer->name = must_strdup(settings->name);
	peer->connect = must_strdup(settings->connect);
	peer->key = must_strdup(settings->key);
	peer->folder = must_strdup(settings->directory);
	peer->settings = *settings;
	/* What the journal has for this peer, if anything, is found by asking once. */
	peer->backlog = true;
	peer->due = broker->instant;
	peer->give_up = broker->now;
	if (settings->directory[0] != '\0') {
		forwarder.endpoint = inside;
		result = directory_start(&peer->directory, broker->zmq, inside, settings->name,
		    settings->directory, error);
	}
	if (result == 0)
		result = forwarder_open(&peer->forwarder, broker->zmq, &forwarder, error);
	free(inside);
	if (result != 0)
		peer_free(&peer);
	*out = peer;
	return result;
}

static bool
same_peer(const struct peer *peer, const struct peer_settings *settings)
{
	return strcmp(peer->name, settings->name) == 0 && strcmp(peer->connect, settings->connect) == 0
	    && strcmp(peer->key, settings->key) == 0 && strcmp(peer->folder, settings->directory) == 0 && peer->settings.as == settings->as
	    && peer->settings.in_flight == settings->in_flight
	    && peer->settings.acknowledge == settings->acknowledge;
}

/* The peer that is open already and stays as it is; NULL. */
static struct peer *
find_same(const struct broker *broker, const struct peer_settings *settings)
{
	for (size_t i = 0; i < broker->peer_count; i++)
		if (same_peer(broker->peers[i], settings))
			return broker->peers[i];
	return NULL;
}

static bool
is_among(const struct peer *peer, struct peer *const *peers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (peers[i] == peer)
			return true;
	return false;
}

struct orphan_job {
	struct broker_job base;
	struct texts peers;
	long long instant;
	size_t held;
};

static int
orphan_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct orphan_job *orphan = (struct orphan_job *)job;

	return store_hold_orphans(store, (const char *const *)orphan->peers.items, orphan->peers.count,
	    orphan->instant, &orphan->held, error);
}

static void
orphan_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct orphan_job *orphan = (struct orphan_job *)job;

	if (result != 0)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
	else if (orphan->held > 0)
		log_event(LOG_LEVEL_WARNING, "delivery.orphans", "held=%zu", orphan->held);
	for (size_t i = 0; i < orphan->peers.count; i++)
		free(orphan->peers.items[i]);
	free(orphan->peers.items);
	free(orphan);
}

static void
hold_orphans(struct broker *broker)
{
	struct orphan_job *orphan = broker_job_new(broker, sizeof(*orphan), orphan_run, orphan_done);

	orphan->instant = broker->instant;
	orphan->peers.items = must_alloc((broker->peer_count + 1) * sizeof(char *));
	for (; orphan->peers.count < broker->peer_count; orphan->peers.count++)
		orphan->peers.items[orphan->peers.count] =
		    must_strdup(broker->peers[orphan->peers.count]->name);
	broker_submit(orphan);
}

/* Closes those of `peers` that are not among `kept`. */
static void
close_others(struct peer **peers, size_t count, struct peer *const *kept, size_t kept_count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_among(peers[i], kept, kept_count))
			peer_free(&peers[i]);
	free(peers);
}

/* All new peers are opened before an old one is closed: a reload that fails changes nothing. */
int
delivery_configure(struct broker *broker, const struct configuration *configuration, struct ehds_error *error)
{
	struct peer **peers = must_alloc((configuration->peer_count + 1) * sizeof(struct peer *));
	size_t count;

	for (count = 0; count < configuration->peer_count; count++) {
		peers[count] = find_same(broker, &configuration->peers[count]);
		if (peers[count] != NULL)
			continue;
		if (peer_open_new(&peers[count], broker, configuration, &configuration->peers[count],
		    error) != 0) {
			close_others(peers, count, broker->peers, broker->peer_count);
			return -1;
		}
	}
	close_others(broker->peers, broker->peer_count, peers, count);
	broker->peers = peers;
	broker->peer_count = count;
	for (size_t i = 0; i < count; i++)
		peers[i]->settings = configuration->peers[i];
	hold_orphans(broker);
	return 0;
}

void
delivery_close(struct broker *broker)
{
	for (size_t i = 0; i < broker->peer_count; i++)
		peer_free(&broker->peers[i]);
	free(broker->peers);
	broker->peers = NULL;
	broker->peer_count = 0;
}
