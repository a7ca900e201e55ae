/* SPDX-License-Identifier: EUPL-1.2 */
/* See client.h. */
#include "server/client.h"

#include "server/broker_internal.h"

#include "base/alloc.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define CLIENTS_KEPT 1024	/* so many are kept although they have nothing under way */

struct clients {
	struct client *buckets[BUCKETS];
	struct client **all;
	size_t count, capacity;
};

/* libzmq frees messages on a thread of its own, and perhaps after the client is forgotten. */
struct meter {
	atomic_size_t bytes, owners;
};

static void
meter_release(struct meter *meter)
{
	if (atomic_fetch_sub(&meter->owners, 1) == 1)
		free(meter);
}

struct clients *
clients_new(void)
{
	return must_alloc(sizeof(struct clients));
}

static void
client_free(struct client *client)
{
	while (client->queue.first != NULL) {
		struct document *document = client->queue.first;

		client->queue.first = document->next;
		document_free(&document);
	}
	meter_release(client->meter);
	free(client);
}

void
clients_free(struct clients **clients)
{
	struct clients *old = *clients;

	*clients = NULL;
	for (size_t i = 0; old != NULL && i < old->count; i++)
		client_free(old->all[i]);
	if (old != NULL)
		free(old->all);
	free(old);
}

/* FNV-1a, 32 bits. */
static struct client **
bucket_of(const struct clients *clients, const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (struct client **)(uintptr_t)&clients->buckets[hash % BUCKETS];
}

struct client *
clients_find(const struct clients *clients, const char *name)
{
	struct client *client = *bucket_of(clients, name);

	while (client != NULL && strcmp(client->name, name) != 0)
		client = client->next;
	return client;
}

struct client *
clients_get(struct clients *clients, const char *name)
{
	struct client *client = clients_find(clients, name), **bucket;

	if (client != NULL)
		return client;
	client = must_alloc(sizeof(*client));
	snprintf(client->name, sizeof(client->name), "%s", name);
	client->queue.end = &client->queue.first;
	client->meter = must_alloc(sizeof(*client->meter));
	atomic_store(&client->meter->owners, 1);
	bucket = bucket_of(clients, name);
	client->next = *bucket;
	*bucket = client;
	if (clients->count == clients->capacity) {
		clients->capacity = clients->capacity * 2 + 16;
		clients->all = must_realloc(clients->all, clients->capacity * sizeof(struct client *));
	}
	clients->all[clients->count++] = client;
	return client;
}

size_t
clients_count(const struct clients *clients)
{
	return clients->count;
}

struct client *
clients_at(const struct clients *clients, size_t index)
{
	return clients->all[index];
}

static bool
is_idle(const struct client *client)
{
	return client->credit_documents == 0 && client->waiting_documents <= 0 && client->queue.count == 0
	    && !client->queue.backlog && client->fetches == 0 && client_outgoing(client) == 0;
}

static void
unlink_client(struct clients *clients, struct client *client)
{
	struct client **place = bucket_of(clients, client->name);

	while (*place != client)
		place = &(*place)->next;
	*place = client->next;
}

void
clients_forget(struct clients *clients)
{
	size_t kept = 0, before = clients->count;

	if (before <= CLIENTS_KEPT)
		return;
	for (size_t i = 0; i < before; i++) {
		struct client *client = clients->all[i];

		if (!is_idle(client)) {
			clients->all[kept++] = client;
			continue;
		}
		unlink_client(clients, client);
		client_free(client);
	}
	clients->count = kept;
}

/* ---- limits -------------------------------------------------------------------------------------------- */

static long long
own_or(long long own, long long all)
{
	return own != 0 ? own : all;
}

struct quota
client_credit(const struct configuration *configuration, const char *name)
{
	const struct client_settings *settings = configuration_client(configuration, name);
	struct quota credit = configuration->credit;

	if (settings != NULL)
		credit = (struct quota){ own_or(settings->credit.documents, credit.documents),
		    own_or(settings->credit.bytes, credit.bytes) };
	return credit;
}

static struct quota
waiting_of(const struct configuration *configuration, const char *name)
{
	const struct client_settings *settings = configuration_client(configuration, name);
	struct quota waiting = configuration->waiting;

	if (settings != NULL)
		waiting = (struct quota){ own_or(settings->waiting.documents, waiting.documents),
		    own_or(settings->waiting.bytes, waiting.bytes) };
	return waiting;
}

const char *
client_fault(const struct client *client, const struct configuration *configuration, size_t bytes)
{
	const struct quota credit = client_credit(configuration, client->name);
	const struct quota waiting = waiting_of(configuration, client->name);
	long long documents = client->waiting_documents + (long long)client->credit_documents;
	long long size = client->waiting_bytes + (long long)client->credit_bytes;

	if (client->credit_documents >= (size_t)credit.documents)
		return "this sender has as many documents without a receipt as it may: later";
	if (client->credit_documents > 0 && client->credit_bytes + bytes > (size_t)credit.bytes)
		return "this sender has as many bytes without a receipt as it may: later";
	if (waiting.documents != 0 && documents >= waiting.documents)
		return "as many documents of this sender wait as may: later";
	if (waiting.bytes != 0 && documents > 0 && size + (long long)bytes > waiting.bytes)
		return "as many bytes of this sender wait as may: later";
	return NULL;
}

/* ---- what goes out ------------------------------------------------------------------------------------- */

/* What libzmq hands back when it has no use for the bytes any more. */
struct charge {
	struct meter *meter;
	size_t length;
};

size_t
client_outgoing(const struct client *client)
{
	return atomic_load(&client->meter->bytes);
}

static void
free_bytes(void *bytes, void *hint)
{
	struct charge *charge = hint;

	free(bytes);
	if (charge == NULL)
		return;
	atomic_fetch_sub(&charge->meter->bytes, charge->length);
	meter_release(charge->meter);
	free(charge);
}

void
message_take(zmq_msg_t *message, void *bytes, size_t length, const struct client *client)
{
	struct charge *charge = NULL;

	if (client != NULL) {
		charge = must_alloc(sizeof(*charge));
		*charge = (struct charge){ client->meter, length };
		atomic_fetch_add(&client->meter->owners, 1);
		atomic_fetch_add(&client->meter->bytes, length);
	}
	must(zmq_msg_init_data(message, bytes, length, free_bytes, charge) == 0);
}
