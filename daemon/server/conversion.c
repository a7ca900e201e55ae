/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From received to converted, held or refused: documents go to workers, results come back, and one
 * transaction keeps result and outcome.
 */
#include "server/broker_internal.h"

#include "base/alloc.h"
#include "base/log.h"
#include "conform/report.h"
#include "convert/convert.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOSSES 2			/* so many workers may be lost with one document before it is held */

/* ---- to a worker --------------------------------------------------------------------------------------- */

static unsigned
wanted_formats(const struct configuration *configuration)
{
	unsigned mask = 0;

	for (size_t i = 0; i < configuration->peer_count; i++)
		mask |= 1u << (configuration->peers[i].as == PEER_FHIR_XML
		    ? CONVERT_FHIR_XML : CONVERT_FHIR_JSON);
	return mask != 0 ? mask : 1u << CONVERT_FHIR_JSON;
}

/* The instant as FHIR writes one; the same for each try, so that each try gives the same bytes. */
static void
write_instant(char *out, size_t size, long long milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm utc;

	must(gmtime_r(&seconds, &utc) != NULL);
	strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static bool
give(struct broker *broker, struct document *document)
{
	struct job_head head = { .magic = CHANNEL_MAGIC, .formats = wanted_formats(broker->configuration),
	    .document = (uint64_t)document->number, .length = zmq_msg_size(&document->source),
	    .parts = (uint32_t)document->parts };

	document->given = metrics_clock();
	write_instant(head.date, sizeof(head.date), document->received);
	snprintf(head.name, sizeof(head.name), "%s", document->message);
	return pool_give(broker->pool, document, &head, zmq_msg_data(&document->source),
	    document->losses > 0, broker->now);
}

void
conversion_step(struct broker *broker)
{
	while (broker->stop_by < 0 && pool_idle(broker->pool) > 0) {
		struct document *document = queue_next(broker);

		if (document == NULL)
			break;
		must(give(broker, document));
		broker_crash(broker, CRASH_DISPATCH);
	}
	queue_load(broker);
}

/* ---- results ------------------------------------------------------------------------------------------- */

/* What came of one document, on its way into the journal and from there to peers and sender. */
struct result_job {
	struct broker_job base;
	struct document *document;	/* owns */
	struct result_head head;
	zmq_msg_t parts[RESULT_PARTS];
	enum store_state state;
	const char *why;		/* in head, or a constant */
	char **peers;			/* owns: the configuration may change meanwhile */
	size_t peer_count;
	long long instant;
	bool stale;
};

static struct store_bytes
bytes_of(zmq_msg_t *message)
{
	size_t length = zmq_msg_size(message);

	return (struct store_bytes){ length > 0 ? zmq_msg_data(message) : NULL, length };
}

static int
result_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct result_job *result = (struct result_job *)job;
	const struct result_head *head = &result->head;
	bool kept = result->state != STORE_REFUSED;
	const struct store_bytes none = { NULL, 0 };
	const struct store_conversion conversion = {
		.state = result->state, .pack = head->pack, .country = head->country,
		.category = head->category,
		.profile = head->profile, .generation = head->generation, .why = result->why,
		.patient = head->patient,
		.outcome = bytes_of(&result->parts[RESULT_OUTCOME]),
		.json = kept ? bytes_of(&result->parts[RESULT_JSON]) : none,
		.xml = kept ? bytes_of(&result->parts[RESULT_XML]) : none,
		.peers = (const char *const *)result->peers, .peer_count = result->peer_count,
	};

	return store_convert(store, result->document->number, &conversion, result->instant, &result->stale,
	    error);
}

/* The stored row as it is now, without asking for it; strings are borrowed from the result. */
static struct store_document
row_of(struct result_job *result)
{
	struct store_document row = {
		.document = result->document->number, .state = result->state,
		.sender = result->document->sender, .message = result->document->message,
		.pack = result->head.pack, .category = result->head.category, .profile = result->head.profile,
		.generation = result->head.generation, .delivers = result->peer_count > 0,
	};

	memcpy(row.id, result->document->id, sizeof(row.id));
	memcpy(row.sha256, result->document->sha256, sizeof(row.sha256));
	return row;
}

static void
offer_to_peers(struct broker *broker, struct result_job *result)
{
	struct parcel parcel = { .document = row_of(result) };

	zmq_msg_init(&parcel.bodies[PEER_FHIR_JSON]);
	zmq_msg_init(&parcel.bodies[PEER_FHIR_XML]);
	zmq_msg_move(&parcel.bodies[PEER_FHIR_JSON], &result->parts[RESULT_JSON]);
	zmq_msg_move(&parcel.bodies[PEER_FHIR_XML], &result->parts[RESULT_XML]);
	for (size_t i = 0; i < result->peer_count; i++)
		delivery_offer(broker, result->peers[i], &parcel);
	zmq_msg_close(&parcel.bodies[PEER_FHIR_JSON]);
	zmq_msg_close(&parcel.bodies[PEER_FHIR_XML]);
}

static void
tell_sender(struct broker *broker, struct result_job *result)
{
	struct store_document row = row_of(result);
	bool json = zmq_msg_size(&result->parts[RESULT_JSON]) > 0;
	zmq_msg_t *second = &result->parts[json ? RESULT_JSON : RESULT_XML];

	answer_send(broker, &row, &result->parts[RESULT_OUTCOME], zmq_msg_size(second) > 0 ? second : NULL, 1,
	    json ? TYPE_JSON : TYPE_XML);
}

static void
result_free(struct result_job *result)
{
	for (int i = 0; i < RESULT_PARTS; i++)
		zmq_msg_close(&result->parts[i]);
	for (size_t i = 0; i < result->peer_count; i++)
		free(result->peers[i]);
	free(result->peers);
	document_free(&result->document);
	explicit_bzero(result->head.patient, sizeof(result->head.patient));
	free(result);
}

/* The rule id that a reason begins with, and not what follows: that may quote the document. */
static void
log_stored(const struct result_job *result)
{
	int rule = (int)strcspn(result->why, ": ");

	log_event(result->state == STORE_HELD ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "document.stored",
	    "id=%s state=%s pack=%s rule=%.*s", result->document->id, store_state_name(result->state),
	    result->head.pack[0] != '\0' ? result->head.pack : "-", rule > 0 ? rule : 1, rule > 0
	    ? result->why : "-");
}

/* "table=count table=count", as the worker says it: channel.h. */
static void
count_unmapped(struct metrics *metrics, const char *text)
{
	char table[128];
	unsigned count;
	int length;

	while (sscanf(text, "%127[^= ]=%u%n", table, &count, &length) == 2) {
		metrics_add(metrics, METRIC_UNMAPPED, table, NULL, count);
		text += length + (text[length] == ' ');
	}
}

static void
count_stored(struct broker *broker, const struct result_job *result)
{
	metrics_add(broker->metrics, METRIC_STORED, result->head.pack[0] != '\0' ? result->head.pack : "none",
	    store_state_name(result->state), 1);
	count_unmapped(broker->metrics, result->head.tables);
}

static void
result_done(struct writer_job *job, int failed, const struct ehds_error *error)
{
	struct result_job *result = (struct result_job *)job;
	struct broker *broker = result->base.broker;

	queue_settled(broker, result->document);
	if (failed != 0) {
		/*
		 * Only at the end of the daemon: the document is still `received` and goes on at the next
		 * start.
		 */
		log_event(LOG_LEVEL_ERROR, "document.unstored", "id=%s text=\"%s\"", result->document->id,
		    error->text);
	} else if (result->stale) {
		log_event(LOG_LEVEL_INFO, "document.stale", "id=%s", result->document->id);
	} else {
		log_stored(result);
		count_stored(broker, result);
		broker_crash(broker, CRASH_STORE);
		if (result->peer_count > 0)
			offer_to_peers(broker, result);
		else
			tell_sender(broker, result);
	}
	result_free(result);
}

static void
copy_peers(struct result_job *result, const struct texts *peers)
{
	if (peers == NULL)
		return;
	result->peers = must_alloc(peers->count * sizeof(*result->peers));
	for (size_t i = 0; i < peers->count; i++)
		result->peers[i] = must_strdup(peers->items[i]);
	result->peer_count = peers->count;
}

static void
store_result(struct broker *broker, struct result_job *result)
{
	for (int i = 0; i < RESULT_PARTS; i++)
		result->base.job.weight += zmq_msg_size(&result->parts[i]);
	result->base.job.persistent = true;
	result->instant = broker->instant;
	broker_submit(result);
}

/* The fate of a document whose conversion stopped at an error: who can cure it decides. */
static const enum store_state fate_of_error[] = {
	[EHDS_ERROR_NONE] = STORE_HELD,
	[EHDS_ERROR_TEMPORARY] = STORE_HELD,
	[EHDS_ERROR_DOCUMENT] = STORE_REFUSED,
	[EHDS_ERROR_MAPPING] = STORE_HELD,
	[EHDS_ERROR_CONFIG] = STORE_HELD,
};

static bool
is_among(const struct texts *texts, const char *word)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], word) == 0)
			return true;
	return texts->count == 0;
}

/* Replaces the outcome of the conversion by one issue: nothing of a result goes to who may not have it. */
static void
refuse(struct result_job *result, const char *rule, const char *text)
{
	struct buffer outcome = { 0 };
	size_t length;
	char *bytes;

	snprintf(result->head.why, sizeof(result->head.why), "%s: %s", rule, text);
	conversion_outcome(&outcome, EHDS_ERROR_DOCUMENT, rule, text);
	bytes = buffer_take(&outcome, &length);
	for (int i = 0; i < RESULT_PARTS; i++) {
		zmq_msg_close(&result->parts[i]);
		zmq_msg_init(&result->parts[i]);
	}
	message_take(&result->parts[RESULT_OUTCOME], bytes, length, NULL);
	result->state = STORE_REFUSED;
	result->why = result->head.why;
}

/* What a sender may submit is known when its document is: true, and refused, when not this one. */
static bool
is_forbidden(struct broker *broker, struct result_job *result, const char *route)
{
	const struct client_settings *client = configuration_client(broker->configuration,
	    result->document->sender);
	char text[512];

	if (client == NULL)
		return false;
	if (!is_among(&client->country, result->head.country)) {
		snprintf(text, sizeof(text), "sender '%s' may not submit documents of country '%s'",
		    client->name, result->head.country);
		refuse(result, "sender-country", text);
		return true;
	}
	if (route != NULL && !is_among(&client->route, route)) {
		snprintf(text, sizeof(text), "documents of sender '%s' may not take route '%.64s'",
		    client->name, route);
		refuse(result, "sender-route", text);
		return true;
	}
	return false;
}

/* What the route says of a result that was made. */
static void
decide(struct broker *broker, struct result_job *result)
{
	static const enum store_state states[] = {
		[POLICY_HOLD] = STORE_HELD, [POLICY_REFUSE] = STORE_REFUSED,
		[POLICY_FORWARD] = STORE_CONVERTED,
	};
	const struct route_question question = {
		.route = result->document->route, .country = result->head.country,
		.category = result->head.category,
		.conformant = result->head.state == CONVERT_CONVERTED, .unmapped = result->head.unmapped != 0,
	};
	struct route_decision decision = route_decide(broker->configuration, &question);

	if (is_forbidden(broker, result, decision.route))
		return;
	result->state = states[decision.policy];
	result->why = decision.policy == POLICY_FORWARD ? "" : result->head.why[0] != '\0'
	    ? result->head.why : decision.why;
	if (result->state == STORE_CONVERTED)
		copy_peers(result, decision.peers);
}

static struct result_job *
result_new(struct broker *broker, struct document *document)
{
	struct result_job *result = broker_job_new(broker, sizeof(*result), result_run, result_done);

	result->document = document;
	for (int i = 0; i < RESULT_PARTS; i++)
		zmq_msg_init(&result->parts[i]);
	return result;
}

static void
on_lost(void *context, void *job, enum pool_loss loss, const char *how);

static void
on_converted(void *context, void *job, const struct result_head *head, char *parts[RESULT_PARTS])
{
	struct broker *broker = context;
	struct document *document = job;
	const struct client *client = clients_find(broker->clients, document->sender);
	struct result_job *result;

	metrics_observe(broker->metrics, METRIC_CONVERSION_SECONDS, metrics_clock() - document->given);
	broker_crash(broker, CRASH_CONVERT);
	if (head->kind == EHDS_ERROR_TEMPORARY && document->losses + 1 < LOSSES) {
		/* Nobody's fault now (no memory): once more, and then an operator sees it. */
		for (int i = 0; i < RESULT_PARTS; i++)
			free(parts[i]);
		on_lost(broker, document, POOL_CRASHED, "had a passing trouble");
		return;
	}
	result = result_new(broker, document);
	result->head = *head;
	for (int i = 0; i < RESULT_PARTS; i++) {
		if (parts[i] == NULL)
			continue;
		zmq_msg_close(&result->parts[i]);
		message_take(&result->parts[i], parts[i], head->lengths[i], client);
	}
	if (head->kind == EHDS_ERROR_NONE) {
		decide(broker, result);
	} else {
		result->state = fate_of_error[head->kind];
		result->why = result->head.why;
	}
	store_result(broker, result);
}

/* ---- documents that a worker did not come back with ---------------------------------------------------- */

void
conversion_outcome(struct buffer *out, enum ehds_error_kind kind, const char *rule, const char *text)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings none = findings_new(arena);
	struct ehds_error error = { 0 };

	error_set(&error, kind, rule, NULL, 0, 0, "%s", text);
	report_outcome(out, &error, &none, NULL);
	arena_free(&arena);
}

void
conversion_hold(struct broker *broker, struct document *document, const char *rule, const char *text)
{
	struct result_job *result = result_new(broker, document);
	struct buffer outcome = { 0 };
	size_t length;
	char *bytes;

	snprintf(result->head.why, sizeof(result->head.why), "%s: %s", rule, text);
	snprintf(result->head.generation, sizeof(result->head.generation), "%s", broker->generation != NULL
	    ? broker->generation : "");
	conversion_outcome(&outcome, EHDS_ERROR_TEMPORARY, rule, text);
	bytes = buffer_take(&outcome, &length);
	zmq_msg_close(&result->parts[RESULT_OUTCOME]);
	message_take(&result->parts[RESULT_OUTCOME], bytes, length, NULL);
	result->state = STORE_HELD;
	result->why = result->head.why;
	store_result(broker, result);
}

static void
hold_lost(struct broker *broker, struct document *document, enum pool_loss loss, const char *how)
{
	char text[128];

	snprintf(text, sizeof(text), "a worker %s, twice: held for an operator", how);
	conversion_hold(broker, document, loss == POOL_HUNG ? "worker-hung" : "worker-crashed", text);
}

static void
on_lost(void *context, void *job, enum pool_loss loss, const char *how)
{
	struct broker *broker = context;
	struct document *document = job;

	static const char *const hows[] = { [POOL_CRASHED] = "crashed", [POOL_HUNG] = "hung",
	    [POOL_INNOCENT] = "engine" };

	metrics_add(broker->metrics, METRIC_WORKER_DEATHS, hows[loss], NULL, 1);
	document->losses += loss != POOL_INNOCENT;
	log_event(LOG_LEVEL_WARNING, "document.lost", "id=%s how=\"%s\" losses=%d", document->id, how,
	    document->losses);
	if (document->losses >= LOSSES)
		hold_lost(broker, document, loss, how);
	else if (broker->stop_by >= 0 || !give(broker, document))
		queue_again(broker, document);
}

const struct pool_events conversion_events = {
	.converted = on_converted,
	.lost = on_lost,
	.ready = generation_ready,
	.failed = generation_failed,
	.down = generation_down,
};
