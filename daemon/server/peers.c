/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which peers there are: opened and closed with the configuration, and what becomes of documents for one that
 * is gone, or does not take them in time.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "server/inside.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_BYTES (16u << 20)	/* that one peer has not acknowledged */
#define GIVE_UP_ROUND 60000	/* milliseconds between searches for what is to be given up, at most */

/* ---- giving up ----------------------------------------------------------------------------------------- */

struct give_up_job {
	struct broker_job base;
	char *peer;
	long long since, instant;
	struct store_numbers held;
};

/* Their documents are held now, and whoever waits for the outcome hears it. */
static void
tell_senders(struct broker *broker, struct store_numbers *held)
{
	for (size_t i = 0; i < held->count; i++)
		answer_push(broker, held->items[i]);
	free(held->items);
}

static int
give_up_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct give_up_job *give_up = (struct give_up_job *)job;

	free(give_up->held.items);
	return store_give_up(store, give_up->peer, give_up->since, give_up->instant, &give_up->held, error);
}

static void
give_up_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct give_up_job *give_up = (struct give_up_job *)job;

	if (result != 0)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
	else if (give_up->held.count > 0)
		log_event(LOG_LEVEL_WARNING, "delivery.given-up", "peer=%s documents=%zu", give_up->peer,
		    give_up->held.count);
	tell_senders(give_up->base.broker, &give_up->held);
	free(give_up->peer);
	free(give_up);
}

void
peers_give_up(struct broker *broker, struct peer *peer)
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

/* ---- peers --------------------------------------------------------------------------------------------- */

/* What makes a peer this one and no other. */
static void
places_of(const char *out[PEER_PLACES], const struct peer_settings *settings)
{
	const char *const places[PEER_PLACES] = { settings->connect, settings->directory, settings->post,
		settings->key, settings->ca, settings->certificate, settings->certificate_key };

	memcpy(out, places, sizeof(places));
}

static void
peer_free(struct peer **peer)
{
	struct peer *old = *peer;

	*peer = NULL;
	if (old == NULL)
		return;
	forwarder_close(&old->forwarder);
	inside_stop(&old->inside);
	for (int i = 0; i < PEER_PLACES; i++)
		free(old->places[i]);
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
	char *endpoint = must_printf("inproc://peer-%p", (void *)peer);
	const char *places[PEER_PLACES];
	int result = 0;

	peer->name = must_strdup(settings->name);
	places_of(places, settings);
	for (int i = 0; i < PEER_PLACES; i++)
		peer->places[i] = must_strdup(places[i]);
	peer->settings = *settings;
	/* What the journal has for this peer, if anything, is found by asking once. */
	peer->backlog = true;
	peer->due = broker->instant;
	peer->give_up = broker->now;
	if (settings->connect[0] == '\0') {
		forwarder.endpoint = endpoint;
		result = inside_start(&peer->inside, broker->zmq, endpoint, settings, error);
	}
	if (result == 0)
		result = forwarder_open(&peer->forwarder, broker->zmq, &forwarder, error);
	free(endpoint);
	if (result != 0)
		peer_free(&peer);
	*out = peer;
	return result;
}

static bool
same_peer(const struct peer *peer, const struct peer_settings *settings)
{
	const char *places[PEER_PLACES];

	places_of(places, settings);
	for (int i = 0; i < PEER_PLACES; i++)
		if (strcmp(peer->places[i], places[i]) != 0)
			return false;
	return strcmp(peer->name, settings->name) == 0 && peer->settings.as == settings->as
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
	struct store_numbers held;
};

static int
orphan_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct orphan_job *orphan = (struct orphan_job *)job;

	free(orphan->held.items);
	return store_hold_orphans(store, (const char *const *)orphan->peers.items, orphan->peers.count,
	    orphan->instant, &orphan->held, error);
}

static void
orphan_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct orphan_job *orphan = (struct orphan_job *)job;

	if (result != 0)
		log_event(LOG_LEVEL_ERROR, "journal.failed", "text=\"%s\"", error->text);
	else if (orphan->held.count > 0)
		log_event(LOG_LEVEL_WARNING, "delivery.orphans", "held=%zu", orphan->held.count);
	tell_senders(orphan->base.broker, &orphan->held);
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
