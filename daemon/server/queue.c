/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Documents that wait for a worker. Each sender has a queue of its own and they take turns, document by
 * document, so that one that sends a hundred thousand delays another's by one. Memory holds the heads of the
 * queues; the journal has all of them, and is asked for more of one sender at a time, in turns too.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#define CLIENT_DOCUMENTS 256		/* of one sender in memory */
#define CLIENT_BYTES (4u << 20)
#define QUEUE_BYTES (16u << 20)		/* of all senders in memory, but for one load and for new comers */
#define LOAD_DOCUMENTS 64
#define LOAD_BYTES (2u << 20)

/* ---- documents ----------------------------------------------------------------------------------------- */

struct document *
document_of(const struct store_document *stored)
{
	struct document *document = must_alloc(sizeof(*document));

	document->number = stored->document;
	document->received = stored->received;
	document->parts = stored->parts;
	memcpy(document->id, stored->id, sizeof(document->id));
	memcpy(document->sha256, stored->sha256, sizeof(document->sha256));
	document->sender = must_strdup(stored->sender);
	document->message = must_strdup(stored->message);
	document->route = must_strdup(stored->route);
	document->length = (size_t)stored->length;
	zmq_msg_init(&document->source);
	return document;
}

void
document_free(struct document **document)
{
	struct document *old = *document;

	*document = NULL;
	if (old == NULL)
		return;
	zmq_msg_close(&old->source);
	free(old->sender);
	free(old->message);
	free(old->route);
	free(old);
}

/* ---- one queue ----------------------------------------------------------------------------------------- */

static void
count_in(struct broker *broker, struct client_queue *queue, const struct document *document)
{
	size_t bytes = zmq_msg_size((zmq_msg_t *)(uintptr_t)&document->source);

	queue->count++;
	queue->bytes += bytes;
	broker->queue.count++;
	broker->queue.bytes += bytes;
}

static void
push_first(struct broker *broker, struct client_queue *queue, struct document *document)
{
	document->next = queue->first;
	if (queue->first == NULL)
		queue->end = &document->next;
	queue->first = document;
	count_in(broker, queue, document);
}

static void
push_last(struct broker *broker, struct client_queue *queue, struct document *document)
{
	document->next = NULL;
	*queue->end = document;
	queue->end = &document->next;
	queue->cursor = document->number;
	count_in(broker, queue, document);
}

static struct document *
pop_first(struct broker *broker, struct client_queue *queue)
{
	struct document *document = queue->first;
	size_t bytes = zmq_msg_size(&document->source);

	queue->first = document->next;
	if (queue->first == NULL)
		queue->end = &queue->first;
	queue->count--;
	queue->bytes -= bytes;
	broker->queue.count--;
	broker->queue.bytes -= bytes;
	return document;
}

static void
set_backlog(struct broker *broker, struct client_queue *queue, bool backlog)
{
	if (queue->backlog == backlog)
		return;
	queue->backlog = backlog;
	if (backlog)
		broker->queue.backlogs++;
	else
		broker->queue.backlogs--;
}

/* ---- in ------------------------------------------------------------------------------------------------ */

void
queue_add(struct broker *broker, struct document *document)
{
	struct client *client = clients_get(broker->clients, document->sender);
	struct client_queue *queue = &client->queue;

	client->waiting_documents++;
	client->waiting_bytes += (long long)document->length;
	if (queue->count >= CLIENT_DOCUMENTS || queue->bytes >= CLIENT_BYTES
	    || broker->queue.bytes >= QUEUE_BYTES || !broker->queue.known)
		set_backlog(broker, queue, true);
	if (!queue->backlog)
		push_last(broker, queue, document);
	else
		document_free(&document);	/* read from the journal later, so order is kept */
}

void
queue_again(struct broker *broker, struct document *document)
{
	push_first(broker, &clients_get(broker->clients, document->sender)->queue, document);
}

void
queue_retry(struct broker *broker, struct document *document)
{
	struct client *client = clients_get(broker->clients, document->sender);

	client->waiting_documents++;
	client->waiting_bytes += (long long)document->length;
	push_first(broker, &client->queue, document);
}

void
queue_settled(struct broker *broker, const struct document *document)
{
	struct client *client = clients_find(broker->clients, document->sender);

	if (client == NULL || client->waiting_documents == 0)
		return;
	client->waiting_documents--;
	client->waiting_bytes -= (long long)document->length;
}

/* ---- out ----------------------------------------------------------------------------------------------- */

struct document *
queue_next(struct broker *broker)
{
	size_t count = clients_count(broker->clients);

	for (size_t i = 0; i < count && broker->queue.count > 0; i++) {
		struct client *client;

		broker->queue.turn = (broker->queue.turn + 1) % count;
		client = clients_at(broker->clients, broker->queue.turn);
		if (client->queue.first != NULL)
			return pop_first(broker, &client->queue);
	}
	return NULL;
}

/* ---- from the journal ---------------------------------------------------------------------------------- */

struct load_job {
	struct broker_job base;
	char sender[RECEIVER_NAME];
	long long after;
	struct store_documents found;
};

static int
load_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct load_job *load = (struct load_job *)job;

	store_documents_free(&load->found);
	return store_waiting(store, &load->found, load->sender, load->after, LOAD_DOCUMENTS, LOAD_BYTES,
	    error);
}

/* What comes back from the journal must be what went in: its hash says so. */
static void
take_loaded(struct broker *broker, struct client_queue *queue, struct store_document *stored)
{
	struct document *document = document_of(stored);
	char sha256[DIGEST_HEX] = "";

	queue->cursor = document->number;
	if (stored->body != NULL)
		digest_sha256(sha256, stored->body, stored->body_length);
	if (strcmp(sha256, stored->sha256) != 0) {
		conversion_hold(broker, document, STORE_DAMAGED,
		    "the document was damaged in the journal: it must be sent again");
		return;
	}
	zmq_msg_close(&document->source);
	message_take(&document->source, stored->body, stored->body_length, NULL);
	stored->body = NULL;
	push_last(broker, queue, document);
}

static void
load_failed(struct broker *broker, const struct ehds_error *error)
{
	log_event(LOG_LEVEL_ERROR, "journal.failed", "rule=%s text=\"%s\"", error->rule, error->text);
	broker->queue.load_after = broker->now + 1000;
}

/*
 * Jobs are done in the order in which they ran, so when the journal has no more, whatever is committed
 * later will come through queue_add after this.
 */
static void
load_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct load_job *load = (struct load_job *)job;
	struct broker *broker = load->base.broker;
	struct client *client = clients_get(broker->clients, load->sender);

	broker->queue.loading = false;
	for (size_t i = 0; i < load->found.count; i++)
		take_loaded(broker, &client->queue, &load->found.items[i]);
	if (result == 0 && load->found.count == 0)
		set_backlog(broker, &client->queue, false);
	/* What an operator dropped while it was in the journal only is not missed before now. */
	if (result == 0 && load->found.count == 0 && client->queue.count == 0)
		client->waiting_documents = client->waiting_bytes = 0;
	if (result != 0)
		load_failed(broker, error);
	store_documents_free(&load->found);
	free(load);
}

static void
load_of(struct broker *broker, const struct client *client)
{
	struct load_job *load = broker_job_new(broker, sizeof(*load), load_run, load_done);

	memcpy(load->sender, client->name, sizeof(load->sender));
	load->after = client->queue.cursor;
	broker->queue.loading = true;
	broker_submit(load);
}

struct backlogs_job {
	struct broker_job base;
	struct store_backlogs found;
};

static int
backlogs_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct backlogs_job *backlogs = (struct backlogs_job *)job;

	store_backlogs_free(&backlogs->found);
	return store_backlogs(store, &backlogs->found, error);
}

/*
 * The answer counts what was received before the question, and what comes later is done later. Until now
 * nothing went past the journal.
 */
static void
backlogs_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct backlogs_job *backlogs = (struct backlogs_job *)job;
	struct broker *broker = backlogs->base.broker;

	broker->queue.loading = false;
	broker->queue.known = result == 0;
	if (result != 0)
		load_failed(broker, error);
	for (size_t i = 0; i < backlogs->found.count; i++) {
		const struct store_backlog *backlog = &backlogs->found.items[i];
		struct client *client = clients_get(broker->clients, backlog->sender);

		set_backlog(broker, &client->queue, true);
		client->waiting_documents = backlog->documents;
		client->waiting_bytes = backlog->bytes;
	}
	store_backlogs_free(&backlogs->found);
	free(backlogs);
}

/* The next sender in turn whose queue runs low; NULL when none does. */
static struct client *
next_to_load(struct broker *broker)
{
	size_t count = clients_count(broker->clients);

	for (size_t i = 0; i < count; i++) {
		struct client *client;

		broker->queue.load_turn = (broker->queue.load_turn + 1) % count;
		client = clients_at(broker->clients, broker->queue.load_turn);
		if (client->queue.backlog && client->queue.count < LOAD_DOCUMENTS
		    && client->queue.bytes < CLIENT_BYTES)
			return client;
	}
	return NULL;
}

void
queue_load(struct broker *broker)
{
	struct client *client;

	if (broker->queue.loading || broker->stop_by >= 0 || broker->queue.load_after > broker->now)
		return;
	if (!broker->queue.known) {
		broker->queue.loading = true;
		broker_submit(broker_job_new(broker, sizeof(struct backlogs_job), backlogs_run,
		    backlogs_done));
		return;
	}
	client = broker->queue.backlogs > 0 && broker->queue.bytes < QUEUE_BYTES ? next_to_load(broker) : NULL;
	if (client != NULL)
		load_of(broker, client);
}
