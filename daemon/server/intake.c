/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What senders say. The one rule of this file: a RECEIPT leaves after the commit that holds the document,
 * and from no other place than receive_done.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/pieces.h"

#include <stdlib.h>
#include <string.h>

#define MESSAGES_A_STEP 64
#define WAITING_BYTES (32u << 20)	/* of all senders, that wait for the disk */
#define WAITING_JOBS 4096

bool
intake_open(const struct broker *broker)
{
	return broker->stop_by < 0;
}

/* ---- SUBMIT -------------------------------------------------------------------------------------------- */

struct receive_job {
	struct broker_job base;
	struct routing_id from;
	char sender[RECEIVER_NAME];
	char *message, *route, *content_type, *want;	/* own */
	char sha256[DIGEST_HEX];
	zmq_msg_t body;			/* of several documents: joined (base/pieces.h) */
	int parts;
	long long instant;
	double came;			/* metrics_clock */
	struct store_receipt receipt;
};

static int
receive_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct receive_job *receive = (struct receive_job *)job;
	const struct store_submission submission = {
		.sender = receive->sender, .message = receive->message, .route = receive->route,
		.content_type = receive->content_type, .sha256 = receive->sha256,
		.body = { zmq_msg_data(&receive->body), zmq_msg_size(&receive->body) },
		.parts = receive->parts,
	};

	return store_receive(store, &receive->receipt, &submission, receive->instant, error);
}

/* The document goes on: its strings and bytes move from the job. */
static struct document *
take_document(struct receive_job *receive)
{
	struct document *document = must_alloc(sizeof(*document));

	document->number = receive->receipt.document;
	document->received = receive->instant;
	document->parts = receive->parts;
	memcpy(document->id, receive->receipt.id, sizeof(document->id));
	memcpy(document->sha256, receive->sha256, sizeof(document->sha256));
	document->sender = must_strdup(receive->sender);
	document->message = receive->message;
	document->route = receive->route;
	receive->message = receive->route = NULL;
	document->length = zmq_msg_size(&receive->body);
	zmq_msg_init(&document->source);
	zmq_msg_move(&document->source, &receive->body);
	return document;
}

static void
acknowledge(struct broker *broker, struct receive_job *receive)
{
	const struct store_receipt *receipt = &receive->receipt;
	const struct wire_header header = { .message = receive->message, .id = receipt->id,
	    .duplicate = receipt->duplicate };

	broker_crash(broker, CRASH_JOURNAL);
	receiver_send(broker->receiver, &receive->from, WIRE_RECEIPT, &header, NULL, 0);
	broker_crash(broker, CRASH_RECEIPT);
	log_event(LOG_LEVEL_DEBUG, "document.received", "id=%s sender=%s bytes=%zu duplicate=%s",
	    receipt->id, receive->sender, zmq_msg_size(&receive->body), receipt->duplicate ? "yes" : "no");
	answer_expect(broker, receipt->document, &receive->from, receive->want);
	metrics_observe(broker->metrics, METRIC_JOURNAL_SECONDS, metrics_clock() - receive->came);
	metrics_add(broker->metrics, receipt->duplicate ? METRIC_DUPLICATES : METRIC_RECEIVED, receive->sender, NULL, 1);
	if (!receipt->duplicate)
		metrics_add(broker->metrics, METRIC_RECEIVED_BYTES, receive->sender, NULL,
		    (double)zmq_msg_size(&receive->body));
	if (receipt->duplicate && receipt->state != STORE_RECEIVED)
		answer_push(broker, receipt->document);
	else if (!receipt->duplicate)
		queue_add(broker, take_document(receive));
}

static void
receive_free(struct receive_job *receive)
{
	free(receive->message);
	free(receive->route);
	free(receive->content_type);
	free(receive->want);
	zmq_msg_close(&receive->body);
	free(receive);
}

static void
receive_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct receive_job *receive = (struct receive_job *)job;
	struct broker *broker = receive->base.broker;
	struct client *client = clients_get(broker->clients, receive->sender);

	client->credit_documents--;
	client->credit_bytes -= receive->base.job.weight;
	if (result != 0)
		receiver_send_error(broker->receiver, &receive->from, receive->message, NULL, "busy",
		    error->text);
	else if (receive->receipt.conflict)
		receiver_send_error(broker->receiver, &receive->from, receive->message, receive->receipt.id,
		    "conflict",
		    "this message id stands for another document: other bytes, or another route");
	else
		acknowledge(broker, receive);
	receive_free(receive);
}

/* Why a sender with a key may not say this; NULL when it may. Those without keys may all. */
static const char *
forbidden_text(const struct broker *broker, const struct received *received)
{
	const struct client_settings *client = received->keyed
	    ? configuration_client(broker->configuration, received->sender) : NULL;
	const struct wire_header *header = &received->message.header;
	bool fetches = received->message.verb == WIRE_FETCH, route;

	if (client == NULL)
		return NULL;
	if ((client->may >> (fetches ? RIGHT_FETCH : RIGHT_SUBMIT) & 1) == 0)
		return fetches ? "this sender may not fetch" : "this sender may not submit";
	if (header->want != NULL && strcmp(header->want, "result") == 0
	    && (client->may >> RIGHT_RECEIVE & 1) == 0)
		return "this sender may not have results";
	route = header->route == NULL || client->route.count == 0;
	for (size_t i = 0; i < client->route.count && !route; i++)
		route = strcmp(client->route.items[i], header->route) == 0;
	return route ? NULL : "this sender may not ask for this route";
}

/* ---- bodies -------------------------------------------------------------------------------------------- */

static size_t
size_of_bodies(const struct received *received)
{
	size_t size = 0;

	for (size_t i = 0; i < received->message.body_count; i++)
		size += zmq_msg_size(&received->body[i]);
	return size;
}

/* All that the sender's sha256 speaks of: the bodies one after the other. */
static void
digest_bodies(char out[DIGEST_HEX], struct received *received)
{
	struct buffer all = { 0 };

	if (received->message.body_count == 1) {
		digest_sha256(out, zmq_msg_data(received->body), zmq_msg_size(received->body));
		return;
	}
	for (size_t i = 0; i < received->message.body_count; i++)
		buffer_append(&all, zmq_msg_data(&received->body[i]), zmq_msg_size(&received->body[i]));
	digest_sha256(out, all.data, all.length);
	buffer_free(&all);
}

/* One body stays where it is; several become one string, which the journal and the worker take as they take one. */
static void
take_bodies(zmq_msg_t *out, struct received *received)
{
	struct piece pieces[PIECES_MAX];
	struct buffer joined = { 0 };
	size_t count = received->message.body_count, length;
	char *bytes;

	if (count == 1) {
		zmq_msg_init(out);
		zmq_msg_move(out, received->body);
		return;
	}
	for (size_t i = 0; i < count; i++)
		pieces[i] = (struct piece){ zmq_msg_data(&received->body[i]), zmq_msg_size(&received->body[i]) };
	pieces_join(&joined, pieces, count);
	bytes = buffer_take(&joined, &length);
	message_take(out, bytes, length, NULL);
}

/* Why the submission cannot be taken: the code of the ERROR, and its text in *text; NULL when it can. */
static const char *
submission_fault(const struct broker *broker, struct received *received, char *text, size_t size)
{
	const struct wire_header *header = &received->message.header;
	const char *forbidden = forbidden_text(broker, received);
	char sha256[DIGEST_HEX];

	if (forbidden != NULL) {
		receiver_unauthorised(broker->receiver, received->sender, "submit");
		snprintf(text, size, "%s", forbidden);
		return "unauthorised";
	}
	if (size_of_bodies(received) > (size_t)broker->configuration->document) {
		snprintf(text, size, "the document has %zu bytes, the limit is %lld",
		    size_of_bodies(received), broker->configuration->document);
		return "too-large";
	}
	if (header->sha256 != NULL) {
		digest_bodies(sha256, received);
		if (strcmp(header->sha256, sha256) != 0) {
			snprintf(text, size, "the document's sha256 is %s, not as said: it was damaged on its way",
			    sha256);
			return "malformed";
		}
	}
	if (header->route != NULL && !route_exists(broker->configuration, header->route)) {
		snprintf(text, size, "there is no route '%s'", header->route);
		return "malformed";
	}
	return NULL;
}

static char *
text_or_empty(const char *text)
{
	return must_strdup(text != NULL ? text : "");
}

/* Why it is not taken now, although nothing is wrong with it; NULL when it is. */
static const char *
busy_text(const struct broker *broker, const struct client *client, size_t bytes)
{
	if (writer_pending_weight(broker->writer) >= WAITING_BYTES
	    || writer_pending(broker->writer) >= WAITING_JOBS)
		return "the disk does not keep up: later";
	return client_fault(client, broker->configuration, bytes);
}

static void
handle_submit(struct broker *broker, struct received *received, struct client *client)
{
	const struct wire_header *header = &received->message.header;
	struct receive_job *receive;
	char text[WIRE_NAME_LIMIT + 128];
	const char *fault, *busy = NULL;

	broker_crash(broker, CRASH_SUBMIT);
	fault = submission_fault(broker, received, text, sizeof(text));
	if (fault == NULL && (busy = busy_text(broker, client, size_of_bodies(received))) != NULL) {
		broker->busy++;
		fault = "busy";
	}
	if (fault != NULL) {
		metrics_add(broker->metrics, METRIC_REFUSED_SUBMISSIONS, fault, NULL, 1);
		receiver_send_error(broker->receiver, &received->from, header->message, NULL, fault,
		    busy != NULL ? busy : text);
		return;
	}
	receive = broker_job_new(broker, sizeof(*receive), receive_run, receive_done);
	take_bodies(&receive->body, received);
	receive->parts = (int)received->message.body_count;
	digest_sha256(receive->sha256, zmq_msg_data(&receive->body), zmq_msg_size(&receive->body));
	receive->base.job.weight = zmq_msg_size(&receive->body);
	client->credit_documents++;
	client->credit_bytes += receive->base.job.weight;
	receive->from = received->from;
	memcpy(receive->sender, received->sender, sizeof(receive->sender));
	receive->message = must_strdup(header->message);
	receive->route = text_or_empty(header->route);
	receive->content_type = text_or_empty(header->content_type);
	receive->want = must_strdup(header->want != NULL ? header->want : "outcome");
	receive->instant = broker->instant;
	receive->came = metrics_clock();
	broker_submit(receive);
}

/* ---- the rest ------------------------------------------------------------------------------------------ */

static void
handle_ping(struct broker *broker, const struct received *received)
{
	const struct quota credit = client_credit(broker->configuration, received->sender);
	const struct wire_header header = { .document = broker->configuration->document,
	    .credit = credit.documents, .bytes = credit.bytes };

	receiver_send(broker->receiver, &received->from, WIRE_PONG, &header, NULL, 0);
}

static void
handle_fetch(struct broker *broker, const struct received *received)
{
	const struct wire_header *header = &received->message.header;
	const char *forbidden = forbidden_text(broker, received);

	if (forbidden == NULL) {
		answer_fetch(broker, &received->from, received->sender, header->id, header->want);
		return;
	}
	receiver_unauthorised(broker->receiver, received->sender, "fetch");
	receiver_send_error(broker->receiver, &received->from, NULL, header->id, "unauthorised", forbidden);
}

static void
handle(struct broker *broker, struct received *received)
{
	struct client *client = clients_get(broker->clients, received->sender);

	client->keyed = received->keyed;
	client->last = received->from;
	if (received->message.verb == WIRE_SUBMIT)
		handle_submit(broker, received, client);
	else if (received->message.verb == WIRE_FETCH)
		handle_fetch(broker, received);
	else if (received->message.verb == WIRE_PING)
		handle_ping(broker, received);
}

void
intake_step(struct broker *broker)
{
	struct received received;

	for (int i = 0; i < MESSAGES_A_STEP && intake_open(broker); i++) {
		if (receiver_next(broker->receiver, &received) == 0)
			return;
		handle(broker, &received);
	}
}
