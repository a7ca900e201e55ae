/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outcomes to senders. Who waits for which document is kept in memory only: a routing id means nothing
 * after a restart, and could by then be another sender's. A sender that was not there asks with FETCH, or
 * submits again.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/pieces.h"

#include <stdlib.h>
#include <string.h>

#define OUTGOING_BYTES (64u << 20)	/* that one sender fetched and has not taken yet */
#define FETCHES 16			/* that the journal is asked for at once for one sender */
#define PUSHED_BYTES (256u << 20)	/* the same with results that are still on their way to the disk */

/* ---- who waits ----------------------------------------------------------------------------------------- */

static struct reply **
reply_place(const struct broker *broker, long long number)
{
	return &broker->replies[(unsigned long long)number % REPLIES];
}

static void
reply_free(struct reply **reply)
{
	if (*reply != NULL)
		free((*reply)->want);
	free(*reply);
	*reply = NULL;
}

/* Numbers are given in order, so what stands in a document's place is older by REPLIES documents at least. */
void
answer_expect(struct broker *broker, long long number, const struct routing_id *to, const char *want)
{
	struct reply **place = reply_place(broker, number);

	reply_free(place);
	*place = must_alloc(sizeof(**place));
	(*place)->number = number;
	(*place)->to = *to;
	(*place)->want = must_strdup(want != NULL ? want : "outcome");
}

const struct reply *
answer_expected(const struct broker *broker, long long number)
{
	const struct reply *reply = *reply_place(broker, number);

	return reply != NULL && reply->number == number ? reply : NULL;
}

void
answer_close(struct broker *broker)
{
	for (size_t i = 0; broker->replies != NULL && i < REPLIES; i++)
		reply_free(&broker->replies[i]);
	free(broker->replies);
	broker->replies = NULL;
}

/* ---- what is sent -------------------------------------------------------------------------------------- */

const char *
answer_state(enum store_state state, bool delivers)
{
	if (state == STORE_DONE)
		state = delivers ? STORE_FORWARDED : STORE_CONVERTED;
	return state == STORE_RECEIVED ? NULL : store_state_name(state);
}

static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/*
 * A sender that does not take its answers has them in this process, in the queue of its connection: so much
 * and no more.
 */
static bool
is_clogged(const struct broker *broker, const char *sender, size_t most)
{
	const struct client *client = clients_find(broker->clients, sender);

	return client != NULL && client_outgoing(client) > most;
}

/* A key that was taken from the list does not hear either, although its connection lives. */
static bool
may_hear(const struct broker *broker, const char *sender)
{
	const struct client *client = clients_find(broker->clients, sender);

	return client == NULL || !client->keyed || configuration_client(broker->configuration, sender) != NULL;
}

/*
 * Where a sender with a key is now, when it is not there any more where it was: another of its connections
 * is as good. Whoever has no key is who he says only as long as his connection lives.
 */
static const struct routing_id *
elsewhere(const struct broker *broker, const char *sender, const struct routing_id *was)
{
	const struct client *client = clients_find(broker->clients, sender);

	if (client == NULL || !client->keyed || client->last.length == 0
	    || (client->last.length == was->length
	    && memcmp(client->last.bytes, was->bytes, was->length) == 0))
		return NULL;
	return &client->last;
}

/*
 * The documents of a source as messages of their own, to be closed. What the journal gives back is what went in (its hash says so), but
 * a file can be damaged: then it goes as it is.
 */
static size_t
split_source(zmq_msg_t out[PIECES_MAX], zmq_msg_t *source, int parts)
{
	struct piece pieces[PIECES_MAX];
	size_t count = (size_t)parts;

	if (parts <= 1 || !pieces_split(pieces, count, zmq_msg_data(source), zmq_msg_size(source))) {
		zmq_msg_init(&out[0]);
		zmq_msg_copy(&out[0], source);
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		must(zmq_msg_init_size(&out[i], pieces[i].length) == 0);
		if (pieces[i].length > 0)
			memcpy(zmq_msg_data(&out[i]), pieces[i].data, pieces[i].length);
	}
	return count;
}

/* second: NULL, a result, or a source of so many parts. */
static bool
send_outcome(struct broker *broker, const struct routing_id *to, const struct store_document *stored,
    zmq_msg_t *outcome, zmq_msg_t *second, int parts, const char *content_type)
{
	const struct wire_header header = {
		.message = stored->message, .id = stored->id,
		.state = answer_state(stored->state, stored->delivers),
		.pack = or_null(stored->pack), .category = or_null(stored->category),
		.profile = or_null(stored->profile), .mappings = or_null(stored->generation),
		.content_type = second != NULL ? content_type : NULL,
	};
	zmq_msg_t pieces[PIECES_MAX], *bodies[WIRE_BODIES] = { outcome };
	size_t count = second != NULL ? split_source(pieces, second, parts) : 0;
	const struct routing_id *other = elsewhere(broker, stored->sender, to);
	bool sent;

	for (size_t i = 0; i < count; i++)
		bodies[1 + i] = &pieces[i];
	sent = receiver_send(broker->receiver, to, WIRE_OUTCOME, &header, bodies, 1 + count)
	    || (other != NULL && receiver_send(broker->receiver, other, WIRE_OUTCOME, &header, bodies,
	    1 + count));
	for (size_t i = 0; i < count; i++)
		zmq_msg_close(&pieces[i]);
	return sent;
}

struct told_job {
	struct broker_job base;
	long long number, instant;
};

static int
told_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct told_job *told = (struct told_job *)job;

	return store_told(store, told->number, told->instant, error);
}

static void
told_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct broker *broker = ((struct broker_job *)job)->broker;

	(void)result;
	(void)error;
	free(job);
	broker_crash(broker, CRASH_DONE);
}

/* The end of the road, or only a stop on it: the store knows. */
static void
mark_told(struct broker *broker, const struct store_document *stored)
{
	struct told_job *told;

	if (stored->state != STORE_FORWARDED && (stored->state != STORE_CONVERTED || stored->delivers))
		return;
	told = broker_job_new(broker, sizeof(*told), told_run, told_done);
	told->number = stored->document;
	told->instant = broker->instant;
	told->base.job.persistent = true;
	broker_submit(told);
}

/* Whether a sender who waits should hear of this state: not while peers are still to acknowledge. */
static bool
is_settled(const struct store_document *stored)
{
	return stored->state != STORE_RECEIVED && (stored->state != STORE_CONVERTED || !stored->delivers);
}

void
answer_send(struct broker *broker, const struct store_document *stored, zmq_msg_t *outcome, zmq_msg_t *result,
    int parts, const char *content_type)
{
	const struct reply *reply = answer_expected(broker, stored->document);
	bool sent;

	if (reply == NULL)
		return;
	broker_crash(broker, CRASH_OUTCOME);
	sent = !is_clogged(broker, stored->sender, PUSHED_BYTES) && may_hear(broker, stored->sender)
	    && send_outcome(broker, &reply->to, stored, outcome,
	    strcmp(reply->want, "outcome") != 0 ? result : NULL, parts, content_type);
	if (sent)
		mark_told(broker, stored);
	if (!sent || (is_settled(stored) && stored->state != STORE_HELD))
		reply_free(reply_place(broker, stored->document));
}

/* ---- FETCH, and outcomes that are read from the journal ------------------------------------------------ */

struct fetch_job {
	struct broker_job base;
	struct routing_id to;
	char *sender;			/* NULL: whoever waits for `number` */
	char *want;
	char id[UUID_TEXT];
	long long number;
	struct store_documents found;	/* with the outcome as body */
	void *second;
	size_t second_length;
	bool xml;
};

static int
read_second(struct fetch_job *fetch, struct store *store, long long number, struct ehds_error *error)
{
	if (strcmp(fetch->want, "outcome") == 0)
		return 0;
	if (strcmp(fetch->want, "source") == 0)
		return store_body(store, &fetch->second, &fetch->second_length, number, STORE_SOURCE, error);
	if (store_body(store, &fetch->second, &fetch->second_length, number, STORE_RESULT_JSON, error) != 0)
		return -1;
	fetch->xml = fetch->second == NULL;
	if (!fetch->xml)
		return 0;
	return store_body(store, &fetch->second, &fetch->second_length, number, STORE_RESULT_XML, error);
}

static void
fetch_forget(struct fetch_job *fetch)
{
	store_documents_free(&fetch->found);
	free(fetch->second);
	fetch->second = NULL;
}

/* Whether what was found belongs to another than who asks. */
static bool
is_foreign(const struct fetch_job *fetch)
{
	return fetch->sender != NULL && strcmp(fetch->found.items[0].sender, fetch->sender) != 0;
}

static int
fetch_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct fetch_job *fetch = (struct fetch_job *)job;
	int result;

	fetch_forget(fetch);
	result = fetch->number != 0 ? store_get(store, &fetch->found, fetch->number, STORE_OUTCOME, error)
	    : store_find(store, &fetch->found, fetch->id, STORE_OUTCOME, error);
	if (result != 0 || fetch->found.count == 0 || is_foreign(fetch))
		return result;
	return read_second(fetch, store, fetch->found.items[0].document, error);
}

static const char *
type_of_second(const struct fetch_job *fetch)
{
	const char *source = fetch->found.count > 0 ? fetch->found.items[0].content_type : "";

	if (strcmp(fetch->want, "source") == 0)
		return source[0] != '\0' ? source : "application/xml";
	return fetch->xml ? TYPE_XML : TYPE_JSON;
}

static int
parts_of_second(const struct fetch_job *fetch)
{
	return fetch->found.count > 0 && strcmp(fetch->want, "source") == 0 ? fetch->found.items[0].parts : 1;
}

/* A sender asked: it gets the outcome, or hears why not. */
static void
answer_sender(struct broker *broker, struct fetch_job *fetch, zmq_msg_t *outcome, zmq_msg_t *second)
{
	const struct store_document *stored = fetch->found.count > 0 ? fetch->found.items : NULL;

	/* Whoever asks for another's document hears no more than who asks for none that there is. */
	if (stored != NULL && is_foreign(fetch)
	    && receiver_unauthorised(broker->receiver, fetch->sender, "fetch of another's document"))
		trail_say(broker, stored->document, "fetch-refused", fetch->sender, fetch->want);
	if (stored == NULL || is_foreign(fetch))
		receiver_send_error(broker->receiver, &fetch->to, NULL, fetch->id, "unknown-id",
		    "no document of this sender has this id");
	else if (answer_state(stored->state, stored->delivers) == NULL)
		receiver_send_error(broker->receiver, &fetch->to, stored->message, fetch->id, "busy",
		    "the document is received and not converted yet");
	else if (send_outcome(broker, &fetch->to, stored, outcome, second, parts_of_second(fetch), type_of_second(fetch))) {
		trail_say(broker, stored->document, "fetched", fetch->sender, fetch->want);
		mark_told(broker, stored);
	}
}

static void
fetch_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct fetch_job *fetch = (struct fetch_job *)job;
	struct broker *broker = fetch->base.broker;
	struct store_document *stored = fetch->found.count > 0 ? fetch->found.items : NULL;
	zmq_msg_t outcome, second;
	const char *reader = fetch->sender != NULL || stored == NULL ? fetch->sender : stored->sender;
	const struct client *client = reader != NULL ? clients_find(broker->clients, reader) : NULL;
	bool has_second = fetch->second != NULL;

	zmq_msg_init(&outcome);
	zmq_msg_init(&second);
	if (stored != NULL && stored->body != NULL) {
		message_take(&outcome, stored->body, stored->body_length, client);
		stored->body = NULL;
	}
	if (has_second) {
		message_take(&second, fetch->second, fetch->second_length, client);
		fetch->second = NULL;
	}
	if (fetch->sender != NULL)
		clients_get(broker->clients, fetch->sender)->fetches--;
	if (result != 0 && fetch->sender != NULL)
		receiver_send_error(broker->receiver, &fetch->to, NULL, fetch->id, "busy", error->text);
	else if (fetch->sender != NULL)
		answer_sender(broker, fetch, &outcome, has_second ? &second : NULL);
	else if (stored != NULL && is_settled(stored))
		answer_send(broker, stored, &outcome, has_second ? &second : NULL, parts_of_second(fetch),
		    type_of_second(fetch));
	zmq_msg_close(&outcome);
	zmq_msg_close(&second);
	fetch_forget(fetch);
	free(fetch->sender);
	free(fetch->want);
	free(fetch);
}

static struct fetch_job *
fetch_new(struct broker *broker, const char *want)
{
	struct fetch_job *fetch = broker_job_new(broker, sizeof(*fetch), fetch_run, fetch_done);

	fetch->want = must_strdup(want);
	return fetch;
}

void
answer_fetch(struct broker *broker, const struct routing_id *to, const char *sender, const char *id,
    const char *want)
{
	struct client *client = clients_get(broker->clients, sender);
	struct fetch_job *fetch;

	if (is_clogged(broker, sender, OUTGOING_BYTES) || client->fetches >= FETCHES) {
		receiver_send_error(broker->receiver, to, NULL, id, "busy",
		    "this sender has not taken what it fetched before: later");
		return;
	}
	client->fetches++;
	fetch = fetch_new(broker, want);
	fetch->to = *to;
	fetch->sender = must_strdup(sender);
	memcpy(fetch->id, id, sizeof(fetch->id));
	broker_submit(fetch);
}

void
answer_push(struct broker *broker, long long number)
{
	const struct reply *reply = answer_expected(broker, number);
	struct fetch_job *fetch;

	if (reply == NULL)
		return;
	fetch = fetch_new(broker, reply->want);
	fetch->number = number;
	broker_submit(fetch);
}
