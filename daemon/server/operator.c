/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What an operator does with one document: show, retry, release, drop, hold. Each is one job for the journal,
 * release two.
 */
#include "server/control_internal.h"

#include "base/alloc.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum act { ACT_SHOW, ACT_RETRY, ACT_RELEASE, ACT_DROP, ACT_HOLD };

static const char *const act_names[] = { "show", "retry", "release", "drop", "hold" };

struct act_job {
	struct broker_job base;
	struct routing_id to;
	enum act act;
	char id[UUID_TEXT];
	char *why;			/* of drop and hold; owns */
	struct store_bytes outcome;	/* of drop and hold */
	struct buffer outcome_bytes;
	struct texts peer_names;
	bool release;			/* the second job of release */
	long long instant;
	bool done;
	struct store_documents found;	/* as it was; retry: with its source */
	struct store_deliveries deliveries;
};

static int
act_change(struct act_job *act, struct store *store, long long number, struct ehds_error *error)
{
	switch (act->act) {
	case ACT_SHOW:
		return store_deliveries(store, &act->deliveries, number, error);
	case ACT_RETRY:
		return store_retry(store, number, act->instant, &act->done, error);
	case ACT_RELEASE:
		if (!act->release)
			return 0;
		return store_release(store, number, (const char *const *)act->peer_names.items,
		    act->peer_names.count, act->instant, &act->done, error);
	case ACT_DROP:
		return store_drop(store, number, act->why, act->outcome, act->instant, &act->done, error);
	case ACT_HOLD:
		return store_hold(store, number, act->why, act->outcome, act->instant, &act->done, error);
	}
	return 0;
}

static int
act_run(struct writer_job *job, struct store *store, struct ehds_error *error)
{
	struct act_job *act = (struct act_job *)job;
	int body = act->act == ACT_RETRY ? STORE_SOURCE : act->act == ACT_SHOW ? STORE_OUTCOME : -1;

	store_documents_free(&act->found);
	store_deliveries_free(&act->deliveries);
	act->done = false;
	if (store_find(store, &act->found, act->id, body, error) != 0)
		return -1;
	return act->found.count == 0 ? 0 : act_change(act, store, act->found.items[0].document, error);
}

static void
act_free(struct act_job *act)
{
	store_documents_free(&act->found);
	store_deliveries_free(&act->deliveries);
	for (size_t i = 0; i < act->peer_names.count; i++)
		free(act->peer_names.items[i]);
	free(act->peer_names.items);
	buffer_free(&act->outcome_bytes);
	free(act->why);
	free(act);
}

static void
write_deliveries(struct json_writer *writer, const struct store_deliveries *deliveries)
{
	json_key(writer, "deliveries");
	json_open(writer, '[');
	for (size_t i = 0; i < deliveries->count; i++) {
		const struct store_delivery *delivery = &deliveries->items[i];

		json_open(writer, '{');
		json_key(writer, "peer");
		json_string(writer, delivery->peer);
		json_key(writer, "state");
		json_string(writer, store_delivery_state_name(delivery->state));
		json_key(writer, "attempts");
		json_integer(writer, delivery->attempts);
		json_key(writer, "since");
		json_integer(writer, delivery->since);
		json_key(writer, delivery->state == STORE_DELIVERED ? "delivered" : "next");
		json_integer(writer, delivery->next);
		if (delivery->text[0] != '\0') {
			json_key(writer, "text");
			json_string(writer, delivery->text);
		}
		json_close(writer, '}');
	}
	json_close(writer, ']');
}

/* The outcome is JSON already and goes in as it is. */
static void
show(struct broker *broker, struct act_job *act)
{
	const struct store_document *document = act->found.items;
	struct buffer body = { 0 };
	struct json_writer writer = json_writer_new(&body, false);

	json_open(&writer, '{');
	control_write_document(&writer, document);
	write_deliveries(&writer, &act->deliveries);
	if (document->body != NULL) {
		json_key(&writer, "outcome");
		json_raw(&writer, document->body);
	}
	json_close(&writer, '}');
	trail_say(broker, document->document, "shown", "operator", "");
	control_answer(broker, &act->to, NULL, NULL, &body);
}

static void
act_done(struct writer_job *job, int result, const struct ehds_error *error);

/* The journal knows the document, the configuration knows the route: so a release takes two jobs. */
static void
release_second(struct broker *broker, struct act_job *first)
{
	const struct store_document *document = first->found.items;
	const struct route_question question = { .route = document->route, .country = document->country,
	    .category = document->category, .conformant = true };
	struct route_decision decision = route_decide(broker->configuration, &question);
	struct act_job *second = broker_job_new(broker, sizeof(*second), act_run, act_done);

	second->to = first->to;
	second->act = ACT_RELEASE;
	second->release = true;
	second->instant = broker->instant;
	memcpy(second->id, first->id, sizeof(second->id));
	if (decision.peers != NULL) {
		second->peer_names.items = must_alloc(decision.peers->count * sizeof(char *));
		for (; second->peer_names.count < decision.peers->count; second->peer_names.count++)
			second->peer_names.items[second->peer_names.count] =
			    must_strdup(decision.peers->items[second->peer_names.count]);
	}
	broker_submit(second);
}

/* What follows a change that the journal has made. */
static void
act_follow(struct broker *broker, struct act_job *act)
{
	struct store_document *document = act->found.items;
	struct document *again;

	log_event(LOG_LEVEL_INFO, "document.operator", "id=%s verb=%s", act->id, act_names[act->act]);
	switch (act->act) {
	case ACT_RETRY:
		again = document_of(document);
		zmq_msg_close(&again->source);
		message_take(&again->source, document->body, document->body_length, NULL);
		document->body = NULL;
		queue_retry(broker, again);
		break;
	case ACT_RELEASE:
		for (size_t i = 0; i < act->peer_names.count; i++)
			delivery_wake(broker, act->peer_names.items[i]);
		answer_push(broker, document->document);
		break;
	case ACT_DROP:
	case ACT_HOLD:
		answer_push(broker, document->document);
		break;
	case ACT_SHOW:
		break;
	}
	control_answer(broker, &act->to, NULL, NULL, NULL);
}

static void
act_refused(struct broker *broker, struct act_job *act)
{
	static const char *const allowed[] = {
		[ACT_SHOW] = "", [ACT_RETRY] = "only held and refused documents are retried",
		[ACT_RELEASE] = "only held documents that have a result are released",
		[ACT_DROP] = "only received, converted and held documents are dropped",
		[ACT_HOLD] = "only received and converted documents can be held",
	};
	char text[160];

	snprintf(text, sizeof(text), "the document is %s: %s", store_state_name(act->found.items[0].state),
	    allowed[act->act]);
	control_answer(broker, &act->to, "state", text, NULL);
}

static void
act_done(struct writer_job *job, int result, const struct ehds_error *error)
{
	struct act_job *act = (struct act_job *)job;
	struct broker *broker = act->base.broker;

	if (result != 0)
		control_answer(broker, &act->to, "busy", error->text, NULL);
	else if (act->found.count == 0)
		control_answer(broker, &act->to, "unknown-id", "no document has this id", NULL);
	else if (act->act == ACT_SHOW)
		show(broker, act);
	else if (act->act == ACT_RELEASE && !act->release)
		release_second(broker, act);
	else if (act->done)
		act_follow(broker, act);
	else
		act_refused(broker, act);
	act_free(act);
}

static void
ask_act(struct broker *broker, const struct routing_id *from, const struct wire_header *header,
    enum act which)
{
	static const struct { const char *rule, *done; enum ehds_error_kind kind; } words[] = {
		[ACT_DROP] = { "operator-drop", "dropped", EHDS_ERROR_DOCUMENT },
		[ACT_HOLD] = { "operator-hold", "held", EHDS_ERROR_TEMPORARY },
	};
	bool reason = which == ACT_DROP || which == ACT_HOLD;
	struct act_job *act;

	if (header->id == NULL || (reason && header->text == NULL)) {
		control_answer(broker, from, "malformed", header->id == NULL
		    ? "which document? An id is needed"
		    : "why? A text is needed", NULL);
		return;
	}
	act = broker_job_new(broker, sizeof(*act), act_run, act_done);
	act->to = *from;
	act->act = which;
	act->instant = broker->instant;
	memcpy(act->id, header->id, sizeof(act->id));
	if (reason) {
		act->why = must_printf("%s by an operator: %s", words[which].done, header->text);
		conversion_outcome(&act->outcome_bytes, words[which].kind, words[which].rule, act->why);
		act->outcome = (struct store_bytes){ act->outcome_bytes.data, act->outcome_bytes.length };
	}
	broker_submit(act);
}

void
operator_show(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	ask_act(broker, from, header, ACT_SHOW);
}

void
operator_retry(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	ask_act(broker, from, header, ACT_RETRY);
}

void
operator_release(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	ask_act(broker, from, header, ACT_RELEASE);
}

void
operator_drop(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	ask_act(broker, from, header, ACT_DROP);
}

void
operator_hold(struct broker *broker, const struct routing_id *from, const struct wire_header *header)
{
	ask_act(broker, from, header, ACT_HOLD);
}
