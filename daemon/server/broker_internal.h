/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the broker share. Each has one topic: intake.c (senders), queue.c (what waits for a
 * worker), conversion.c (workers), generation.c (reloads), delivery.c and peers.c (peers), answer.c (outcomes),
 * control.c (operators), inspect.c (fsck and backup), upkeep.c (what is old), broker.c (life and loop). They
 * call each other only through the functions below.
 */
#ifndef EHDS_SERVER_BROKER_INTERNAL_H
#define EHDS_SERVER_BROKER_INTERNAL_H

#include "journal/writer.h"
#include "server/broker.h"
#include "server/client.h"
#include "server/atna.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/route.h"
#include "wire/forwarder.h"
#include "wire/receiver.h"
#include "wire/zap.h"

/* A document in the broker's hands, between its receipt and the commit of its result. */
struct document {
	long long number, received;
	char id[UUID_TEXT], sha256[DIGEST_HEX];
	char *sender, *message, *route;	/* owns */
	size_t length;			/* bytes of the source, there or not */
	zmq_msg_t source;		/* owns */
	int parts;			/* documents in source (base/pieces.h) */
	int losses;			/* workers that did not come back with it */
	double given;			/* metrics_clock at which a worker got it */
	struct document *next;
};

/* What all senders' queues share. */
struct queue_state {
	size_t count, bytes;		/* of all in memory */
	size_t backlogs;		/* senders of whom the journal has more */
	size_t turn, load_turn;		/* whose document went to a worker last; of whom the journal was asked */
	bool known;			/* the journal has said of whom something waits */
	bool loading;			/* it is being asked */
	long long load_after;		/* now before which it is not asked again: it failed */
	long long forget;		/* now of the next look at senders that have nothing under way */
};

/* A result on its way to one or more peers. */
struct parcel {
	struct store_document document;	/* strings are borrowed; body is not used */
	zmq_msg_t bodies[2];		/* by enum peer_format; empty when there is none */
};

#define PEER_PLACES 7		/* settings that say where a peer is and how it is reached */

struct peer {
	char *name, *places[PEER_PLACES];	/* own */
	struct peer_settings settings;	/* its numbers; the strings belong to a configuration */
	struct forwarder *forwarder;
	struct inside *inside;		/* NULL when it connects */
	bool backlog, loading;		/* the journal has more; and is being asked */
	long long due;			/* instant at which the next of the backlog is due */
	int failures;			/* attempts in a row without success */
	long long probe;		/* now before which nothing is sent, when they are many */
	long long give_up;		/* instant of the next search for what is to be given up */
};

/* Who waits for the outcome of which document. */
struct reply {
	long long number;
	char *want;			/* "outcome", or with the result too */
	struct routing_id to;
};

#define TYPE_JSON "application/fhir+json"
#define TYPE_XML "application/fhir+xml"

#define REPLIES 65536			/* the last so many documents; older ones are fetched */

/* What time decides. */
struct upkeep {
	long long next;			/* now of the next round */
	long long rest;			/* now until which nothing is forgotten or given up: the clock jumped */
	long long cursors[2];		/* store_thin: of forwarded and done, of refused */
	bool busy;			/* a round is with the journal */
	bool hasten;			/* the clock is behind the journal: deliveries wait too long */
};

struct broker {
	const struct broker_start *start;
	struct configuration *configuration;	/* in service */
	struct configuration *candidate;	/* of the generation that is loading; NULL */
	int lock, signals;
	void *zmq;
	struct zap *zap;
	struct receiver *receiver;
	struct control *control;
	struct metrics *metrics;
	struct watch *watch;			/* NULL: nobody looks */
	struct {
		long long next;			/* now of the next page */
		long long asked;		/* now at which the journal was asked, 0: it is not */
		bool failed;			/* it could not answer */
	} gauge;
	struct atna *atna;			/* NULL: no collector */
	struct writer *writer;
	struct pool *pool;
	struct clients *clients;
	struct queue_state queue;
	struct peer **peers;
	size_t peer_count;
	struct reply **replies;			/* REPLIES places, by number */
	char *generation;			/* hash of the mappings in service; NULL: none */
	long long now;				/* milliseconds, monotonic: for clocks */
	long long instant;			/* milliseconds since 1970: for the journal */
	long long started;
	long long retry_engine;			/* now at which an engine is started again, -1 */
	long long engine_pause;
	struct upkeep upkeep;
	struct {
		long long refused, next;	/* connections; now of the next line about them */
	} trail;
	long long watchdog;			/* now at which the service manager is to hear of us, -1: never */
	long long stop_by;			/* now at which a clean stop ends; -1: serving */
	long long crash_left;
	long long busy;				/* submissions that were answered so */
	int status;
	bool ended;
};

/* ---- jobs for the journal: a struct that starts with one, and its broker ------------------------------- */

struct broker_job {
	struct writer_job job;
	struct broker *broker;
};

/* Zeroed memory of `size`, which starts with a struct broker_job; done must free it. */
void *
broker_job_new(struct broker *broker, size_t size,
    int (*run)(struct writer_job *, struct store *, struct ehds_error *),
    void (*done)(struct writer_job *, int, const struct ehds_error *));

void
broker_submit(void *job);

/* ---- intake.c ------------------------------------------------------------------------------------------ */

/* Reads what senders said, up to a number of messages. */
void
intake_step(struct broker *broker);

/* Whether senders are read: not while the daemon stops. What is too much is answered with busy. */
bool
intake_open(const struct broker *broker);

/* ---- queue.c ------------------------------------------------------------------------------------------- */

/* Takes a document that was just committed, behind the others of its sender. */
void
queue_add(struct broker *broker, struct document *document);

/* Takes a document back that was on its way to a worker, in front of the others of its sender. */
void
queue_again(struct broker *broker, struct document *document);

/* The same with a document that did not count as waiting: an operator wants it converted again. */
void
queue_retry(struct broker *broker, struct document *document);

/* The document does not wait any more. */
void
queue_settled(struct broker *broker, const struct document *document);

/* The document whose sender has the turn; NULL when none waits in memory. */
struct document *
queue_next(struct broker *broker);

/* Asks the journal for more where there is room. */
void
queue_load(struct broker *broker);

struct document *
document_of(const struct store_document *stored);

void
document_free(struct document **document);

/* ---- generation.c: what the pool reports --------------------------------------------------------------- */

void
generation_ready(void *context, const char *hash);

void
generation_failed(void *context, const struct ehds_error *error);

void
generation_down(void *context);

/* ---- conversion.c -------------------------------------------------------------------------------------- */

extern const struct pool_events conversion_events;

/* Gives documents to idle workers, and asks the journal for more when there is room. */
void
conversion_step(struct broker *broker);

/* An operator must decide on the document: the broker itself says why, in the outcome too. Takes it. */
void
conversion_hold(struct broker *broker, struct document *document, const char *rule, const char *text);

/* An OperationOutcome of one issue, for what the broker itself decides. */
void
conversion_outcome(struct buffer *out, enum ehds_error_kind kind, const char *rule, const char *text);

/* ---- delivery.c ---------------------------------------------------------------------------------------- */

/* A document was converted and committed: offers it to the peer, or leaves it in the journal for later. */
void
delivery_offer(struct broker *broker, const char *peer, const struct parcel *parcel);

/* A peer has documents in the journal that nobody offered. */
void
delivery_wake(struct broker *broker, const char *peer);

void
delivery_step(struct broker *broker);

long long
delivery_deadline(const struct broker *broker);	/* in `now` */

size_t
delivery_in_flight(const struct broker *broker);

void
delivery_close(struct broker *broker);

/* ---- peers.c ------------------------------------------------------------------------------------------- */

/*
 * Opens peers that are new in the configuration, closes those that are gone or changed, holds what they
 * were to get.
 */
int
delivery_configure(struct broker *broker, const struct configuration *configuration,
    struct ehds_error *error);

/* Looks, now and then, whether the peer has not taken something in time. */
void
peers_give_up(struct broker *broker, struct peer *peer);

/* ---- answer.c ------------------------------------------------------------------------------------------ */

/* Remembers who waits for the outcome of document `number`. */
void
answer_expect(struct broker *broker, long long number, const struct routing_id *to, const char *want);

/* Who waits, or NULL. */
const struct reply *
answer_expected(const struct broker *broker, long long number);

/*
 * Sends OUTCOME to who waits, if anybody, and marks the document done when that was its end. stored carries
 * the outcome as its body; result may be NULL, content_type is the result's.
 */
void
answer_send(struct broker *broker, const struct store_document *stored, zmq_msg_t *outcome, zmq_msg_t *result,
    int parts, const char *content_type);

/* Reads the document and sends OUTCOME, or ERROR unknown-id. sender: whose document it must be. */
void
answer_fetch(struct broker *broker, const struct routing_id *to, const char *sender, const char *id,
    const char *want);

/* Reads document `number` and sends OUTCOME to who waits; nothing when nobody does. */
void
answer_push(struct broker *broker, long long number);

void
answer_close(struct broker *broker);

/* The state word of OUTCOME; NULL while there is no outcome. */
const char *
answer_state(enum store_state state, bool delivers);

/* ---- gauge.c ------------------------------------------------------------------------------------------- */

/* Writes the page for the monitoring system, when it is time. */
void
gauge_step(struct broker *broker);

/* ---- trail.c ------------------------------------------------------------------------------------------- */

/*
 * Adds a line to the audit trail. number: of the document, 0 for none. event: a constant. detail: nothing
 * clinical.
 */
void
trail_say(struct broker *broker, long long number, const char *event, const char *who, const char *detail);

/* A connection was refused: a line at most each second, with their number. */
void
trail_refused(struct broker *broker, const char *key);

/* ---- upkeep.c ------------------------------------------------------------------------------------------ */

/* The journal was opened: its latest change was at `newest`. */
void
upkeep_open(struct broker *broker, long long newest);

/* Forgets what is old enough, when it is time to look. */
void
upkeep_step(struct broker *broker);

/* The calendar's clock was set by so many milliseconds. */
void
upkeep_clock_jumped(struct broker *broker, long long jump);

/* Whether the clock is fit to decide that something is over. */
bool
upkeep_may_forget(const struct broker *broker);

/* ---- control.c ----------------------------------------------------------------------------------------- */

int
control_open(struct broker *broker, struct ehds_error *error);

void
control_close(struct broker *broker);

void *
control_socket(const struct broker *broker);

void
control_step(struct broker *broker);

/* A reload has ended: tells who asked for it. error is NULL when it is in service. */
void
control_reloaded(struct broker *broker, const struct ehds_error *error);

/* ---- broker.c ------------------------------------------------------------------------------------------ */

/* Starts a reload; its end comes through control_reloaded. Error: the new configuration is wrong. */
int
broker_reload(struct broker *broker, struct ehds_error *error);

void
broker_stop(struct broker *broker);

/* For tests of recovery: kills the process that the configuration names when this is the row. */
void
broker_crash(struct broker *broker, enum crash_row row);

#endif
